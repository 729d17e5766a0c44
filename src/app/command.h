/* command.h - a command: what it is called, what it takes, what it does. And the one being run.
 *
 * Commands are const tables, parsed with getopt_long; a group has commands of its own. Options and values are looked up
 * by the option's name. The options --app, --database, --echo and --help are every command's. */
#ifndef KIN_APP_COMMAND_H
#define KIN_APP_COMMAND_H

#include "app/app.h"
#include "base/vec.h"

typedef struct kin_cli kin_cli;
typedef struct kin_command kin_command;

typedef struct kin_option {
	const char *name;     /* NULL ends the list */
	char        letter;   /* 0: none */
	const char *argument; /* "REV"; NULL: a flag */
	const char *summary;
} kin_option;

struct kin_command {
	const char        *name;
	const char        *usage;   /* of the arguments: "[REVISION | +N]"; NULL: none */
	const char        *summary; /* a line */
	const char        *details; /* more for --help, with examples; NULL: no more */
	const kin_option  *options; /* NULL: none of its own */
	int                max_arguments;
	int                min_arguments;
	bool               verbatim; /* from the first argument on, words are arguments, whatever they look like */
	const kin_command *const *commands; /* of a group, ends with NULL; then there is no .run */
	int              (*run)(kin_cli *cli); /* the exit status */
};

typedef struct kin_cli_value {
	const char *option;
	const char *value; /* "" for a flag */
} kin_cli_value;

struct kin_cli {
	const kin_command     *root;
	const kin_command     *command;
	const char            *path;   /* "kin db upgrade" */
	int                    argc;   /* what is left: the arguments */
	char                 **argv;
	kin_vec(kin_cli_value) values;
	kin_app_options        app_options;
	kin_app               *app;    /* NULL until kin_cli_app() */
	kin_arena              arena;
	kin_error              error;
};

/* Run one of the commands as the words say; the exit status: 0 done, 1 failed or different, 2 not understood. */
int kin_command_main(const kin_command *root, int argc, char **argv);

/* The last value of an option, "" for a flag that was given; NULL: not given. */
const char *kin_cli_option(const kin_cli *cli, const char *name);
/* All of an option's values, in the arena, ends with NULL. NULL when memory is out. */
const char **kin_cli_option_all(kin_cli *cli, const char *name, size_t *ret_count);
/* The argument at `index`, or `usual`. */
const char *kin_cli_argument(const kin_cli *cli, int index, const char *usual);

/* The app: found, built and loaded the first time. KIN_OK, or the error is in cli->error. */
int kin_cli_app(kin_cli *cli);
/* Report cli->error on stderr; the exit status: 2 for a command line that is not understood, else 1. */
int kin_cli_fail(kin_cli *cli);
/* The same with a sentence. */
int kin_cli_usage(kin_cli *cli, const char *format, ...) KIN_PRINTF(2, 3);

/* The help of a command, on stdout; of the root, with the app's own commands. */
void kin_command_help(kin_cli *cli, const kin_command *command);

#endif
