/* evaluate.h - a piece of C is tried as what it may be: an expression, a new variable, a definition, statements. */
#ifndef KIN_SHELL_EVALUATE_H
#define KIN_SHELL_EVALUATE_H

#include "base/vec.h"
#include "shell/compile.h"
#include "shell/forgive.h"
#include "shell/guard.h"

/* What a later line sees of an earlier one: the declaration of a name. */
typedef struct kin_entry {
	char *name;
	char *text;
} kin_entry;

typedef struct kin_evaluator {
	kin_compiler     *compiler;
	kin_forgive_names names;
	kin_vec(kin_entry) entries;
	kin_arena         scratch;  /* of one evaluation */
	char             *problem;  /* what the compiler said of the text, for people; owned. NULL: nothing */
	kin_error        *error;
} kin_evaluator;

typedef enum kin_evaluation {
	KIN_EVALUATED,
	KIN_NOT_COMPILED, /* .problem says why */
	KIN_CRASHED,      /* *ret_outcome says how */
	KIN_NOT_TRIED,    /* the error says why */
} kin_evaluation;

kin_evaluation kin_evaluate(kin_evaluator *evaluator, const char *text, kin_guard_outcome *ret_outcome);
void kin_evaluator_done(kin_evaluator *evaluator);

#endif
