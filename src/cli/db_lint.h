/* db_lint.h - what revisions will lock, rewrite, break or lose, for people. */
#ifndef KIN_CLI_DB_LINT_H
#define KIN_CLI_DB_LINT_H

#include "cli/db_task.h"
#include "migrate/lint.h"

/* Show what was found, if anything, and where something is lost ask whether to go on. false: the error is in cli->error. */
bool kin_db_lint_ask(kin_db_task *task, const kin_lint_findings *findings);

#endif
