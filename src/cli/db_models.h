/* db_models.h - what the models have that the revisions do not. */
#ifndef KIN_CLI_DB_MODELS_H
#define KIN_CLI_DB_MODELS_H

#include "cli/db_task.h"
#include "migrate/generate.h"

/* The schema that the app's models describe, in the cli's arena. */
int kin_db_models_schema(kin_cli *cli, kin_schema *ret_schema);

/* What the revisions are to give: the models' schema, or that of the file which --from-schema names. */
int kin_db_models_wanted(kin_cli *cli, kin_schema *ret_schema);

/* The changes from the replayed revisions to the models, and the schema before them (for kin_op_describe). A database that can
 * be reached must be at the head and as its revisions say. */
int kin_db_models_changes(kin_db_task *task, const kin_generate_options *options, kin_changes *out,
                          kin_schema *ret_before);

/* The changes, a line each, on standard output. */
void kin_db_models_list(const kin_changes *changes, const kin_schema *before, const char *indent);

#endif
