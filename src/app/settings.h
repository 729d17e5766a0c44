/* settings.h - what the environment, .env and kin.ini say, in that order of weight.
 *
 * .env holds NAME=value lines; kin.ini a [kin] section with `database`, `migrations`, `lock_timeout` and `statement_timeout`. Both are looked for in the app's
 * directory, then in the one above it. The variables of .env become the process's environment, where they are not set yet,
 * so that the app's own code sees them. */
#ifndef KIN_APP_SETTINGS_H
#define KIN_APP_SETTINGS_H

#include "base/arena.h"
#include "base/error.h"

typedef struct kin_settings {
	const char *database;        /* NULL: not said */
	const char *database_source; /* "DATABASE_URL", or the file that says it */
	const char *migrations;
	const char *lock_timeout;      /* seconds */
	const char *statement_timeout;
} kin_settings;

/* KIN_OK; KIN_ECONFIG with file and line; KIN_EIO; KIN_ENOMEM. Strings are in the arena. */
int kin_settings_load(kin_arena *arena, const char *directory, kin_settings *ret_settings, kin_error *error);

/* One line of a .env file: `name` NULL for an empty line or comment. KIN_ECONFIG when it is neither. Changes the line. */
int kin_settings_env_line(char *line, const char **ret_name, const char **ret_value);

#endif
