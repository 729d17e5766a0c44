/* app.h - the app that a command works on: found, built, loaded; its settings, its database. */
#ifndef KIN_APP_APP_H
#define KIN_APP_APP_H

#include <kin/app.h>

#include "base/arena.h"
#include "base/error.h"

/* What the command line says. NULL: not said. */
typedef struct kin_app_options {
	const char *app;      /* --app: a directory, or a shared object */
	const char *database; /* --database: a URL */
	bool        echo;     /* --echo: every statement to stderr */
	bool        quiet;    /* say nothing while building */
} kin_app_options;

struct kin_app {
	kin_arena           arena;
	const kin_app_info *info;
	const char         *directory;  /* absolute */
	const char         *object;     /* the shared object; NULL: the program itself */
	const char         *url;
	const char         *url_source; /* who said so: "--database", "DATABASE_URL", ".env", a kin.ini, KIN_APP() */
	const char         *migrations; /* absolute directory */
	int64_t             lock_timeout;      /* milliseconds, of migrations; 0: not said */
	int64_t             statement_timeout;
	const char         *include;    /* where <kin.h> is; NULL: nothing was compiled */
	kin_db             *db;
	void               *handle;     /* of dlopen(); NULL: the program itself */
};

/* Find, build and load the app. KIN_ENOTFOUND: no app here; KIN_EBUILD: the compiler's messages are on stderr already;
 * KIN_ECONFIG. Free with kin_app_close(). */
int  kin_app_open(const kin_app_options *options, kin_app **ret_app, kin_error *error);
void kin_app_close(kin_app *app);

/* The commands that KIN_COMMAND() has registered, in the order of their names. */
const kin_app_command *kin_app_commands(void);
const kin_app_command *kin_app_find_command(const char *name);
/* What KIN_APP() said last; NULL: nobody did. */
const kin_app_info *kin_app_registered(void);
/* The directory the program itself is the app of, when kin_main() runs it; NULL: the kin command. */
void kin_app_set_builtin(bool builtin);

#endif
