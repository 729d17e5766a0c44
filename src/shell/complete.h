/* complete.h - what Tab offers: models, attributes, variables, kin's functions. */
#ifndef KIN_SHELL_COMPLETE_H
#define KIN_SHELL_COMPLETE_H

#include "shell/evaluate.h"

/* Make the line editor complete words from what the app has and what has been defined. Both must outlive the prompt. */
void kin_complete_start(const kin_evaluator *evaluator);

#endif
