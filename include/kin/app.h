/* app.h - a program that the `kin` command can run: its name, its database, its own commands. */
#ifndef KIN_APP_H
#define KIN_APP_H

#include <kin/db.h>
#include <kin/hook.h>
#include <kin/naming.h>
#include <kin/session.h>

KIN_BEGIN_DECLS

typedef struct kin_app kin_app;

/** What KIN_APP() says. */
typedef struct kin_app_info {
	const char *name;
	const char *database;   /* URL; settings outside the program come before it */
	const char *migrations; /* directory; NULL: "migrations" beside the app */
	kin_naming  naming;     /* of constraints and indexes that the models do not name: naming.h */
	const char *file;       /* where KIN_APP() stands */
	kin_session_hook *connect; /* called with each new connection: KIN_CONNECT of kin/hook.h. NULL: nothing is */
} kin_app_info;

/** A command of the app's own. Returns the exit status. */
typedef int kin_command_fn(kin_app *app, int argc, char **argv);

typedef struct kin_app_command {
	const char     *name;
	const char     *summary;
	kin_command_fn *run;
	struct kin_app_command *next;
} kin_app_command;

/** A file of the app's migrations, put into the program by `kin build`. */
typedef struct kin_app_file {
	const char *name; /* "versions/1a2b_create_pets.sql"; NULL ends a list */
	const char *data;
	size_t      size;
} kin_app_file;

KIN_API void kin_app_register(const kin_app_info *info);
KIN_API void kin_app_register_files(const kin_app_file *files);
KIN_API void kin_app_register_command(kin_app_command *command);

/** The app's database. Never NULL inside a command. */
KIN_API kin_db *kin_app_db(kin_app *app);
KIN_API const char *kin_app_name(const kin_app *app);
/** The directory the app lives in. */
KIN_API const char *kin_app_directory(const kin_app *app);

/**
 * The end of a command: report the session's error, if it is in one or rc is, on stderr, free the session,
 * and return the exit status: 0, or 1 after an error.
 */
KIN_API int kin_finish(kin_session *session, int rc);

/** The commands of `kin`, but for its shell, and the app's own, for a program that is built by other means:
 * `int main(…) { return kin_main(argc, argv); }`. The app's directory is the working directory. Returns the exit status. */
KIN_API int kin_main(int argc, char **argv);

KIN_END_DECLS

#ifndef __cplusplus

/** The application: KIN_APP(petshop, .database = "sqlite:///app.db"); A second one in a program does not link. */
#define KIN_APP(app_name, ...) \
	extern const kin_app_info kin_app_info_ __attribute__((visibility("hidden"))); \
	const kin_app_info kin_app_info_ = { .name = #app_name, .file = __FILE__ __VA_OPT__(,) __VA_ARGS__ }; \
	__attribute__((constructor)) static void kin_register_app_(void) \
	{ \
		kin_app_register(&kin_app_info_); \
	} \
	extern int kin_app_needs_a_semicolon_

/** A command: KIN_COMMAND(seed, "Fill the tables") { …; return 0; }, with `app`, `argc`, `argv` in scope. Two of one name do not link. */
#define KIN_COMMAND(command_name, summary_text) \
	__attribute__((visibility("hidden"))) int kin_command_##command_name##_(kin_app *, int, char **); \
	__attribute__((constructor)) static void kin_register_command_##command_name##_(void) \
	{ \
		static kin_app_command kin_command_ = { \
			.name = #command_name, .summary = "" summary_text, \
			.run = kin_command_##command_name##_, \
		}; \
		kin_app_register_command(&kin_command_); \
	} \
	int kin_command_##command_name##_(kin_app *app __attribute__((unused)), \
	                                  int argc __attribute__((unused)), \
	                                  char **argv __attribute__((unused)))

#endif /* __cplusplus */

#endif
