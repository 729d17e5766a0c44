/* commands.h - the commands that the tables in main.c list. */
#ifndef KIN_CLI_COMMANDS_H
#define KIN_CLI_COMMANDS_H

#include "app/command.h"

extern const kin_command kin_db_command;
extern const kin_command kin_check_command;
extern const kin_command kin_build_command;
extern const kin_command kin_new_command;
extern const kin_command kin_fake_command;
extern const kin_command kin_install_command;
extern const kin_command kin_env_command;
extern const kin_command kin_run_command;

/* The commands every program with kin_main() has, after which `more` (ends with NULL; may be NULL) are listed. `name` is the
 * program's own. */
int kin_cli_main(const char *name, int argc, char **argv, const kin_command *const *more);

#endif
