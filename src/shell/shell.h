/* shell.h - `kin shell`: a prompt that speaks C, with the app's models, `app`, `db` and `session` in scope. */
#ifndef KIN_SHELL_SHELL_H
#define KIN_SHELL_SHELL_H

#include "app/command.h"

extern const kin_command kin_shell_command;

#endif
