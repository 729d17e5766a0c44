/* app.c - the app that a command works on: found, built, loaded; its settings, its database. */
#include "app/app.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "app/build.h"
#include "app/find.h"
#include "app/settings.h"
#include "base/file.h"
#include "base/mem.h"
#include "orm/registry.h"

static const kin_app_info *registered;
static kin_app_command *commands; /* sorted by name */
static bool builtin;

void kin_app_register(const kin_app_info *info)
{
	registered = info;
	kin_registry_set_naming(kin_registry_default(), info ? &info->naming : NULL);
}

const kin_app_info *kin_app_registered(void)
{
	return registered;
}

void kin_app_set_builtin(bool is_builtin)
{
	builtin = is_builtin;
}

void kin_app_register_command(kin_app_command *command)
{
	kin_app_command **at = &commands;

	while (*at && strcmp((*at)->name, command->name) < 0)
		at = &(*at)->next;
	command->next = *at;
	*at = command;
}

const kin_app_command *kin_app_commands(void)
{
	return commands;
}

const kin_app_command *kin_app_find_command(const char *name)
{
	const kin_app_command *c = commands;

	while (c && strcmp(c->name, name) != 0)
		c = c->next;
	return c;
}

static int load_object(kin_app *app, kin_error *error)
{
	/* Global, so that what is compiled later (the shell's lines) finds the app's models. */
	if (!(app->handle = dlopen(app->object, RTLD_NOW | RTLD_GLOBAL)))
		return kin_error_set(error, KIN_EBUILD, "the app does not load: %s", dlerror());
	if (!registered)
		return kin_error_set(error, KIN_EBUILD,
		                     "%s has no KIN_APP(name, .database = \"…\"); it belongs into app.c", app->object);
	return KIN_OK;
}

/* The program itself is the app (kin_main): its directory is the working directory. */
static int use_program(kin_app *app, kin_error *error)
{
	if (!registered)
		return kin_error_set(error, KIN_ECONFIG, "this program has no KIN_APP(name, .database = \"…\")");
	app->directory = kin_path_absolute(&app->arena, ".");
	return app->directory ? KIN_OK : kin_error_nomem(error);
}

static int find_and_load(kin_app *app, const kin_app_options *options, kin_error *error)
{
	kin_app_place place;
	int rc;

	if (builtin && !options->app)
		return use_program(app, error);
	if ((rc = kin_app_find(&app->arena, options->app, &place, error)) < 0)
		return rc;
	app->directory = place.directory;
	app->object = place.object;
	app->include = kin_build_include(&app->arena);
	if (!app->object) {
		if (!app->include)
			return kin_error_set(error, KIN_EBUILD, "kin.h is not where kin was installed; install kin's headers again");
		if ((rc = kin_build_app(&app->arena, app->directory, app->include, options->quiet, &app->object, error)) < 0)
			return rc;
	}
	return load_object(app, error);
}

static int choose_settings(kin_app *app, const kin_app_options *options, kin_error *error)
{
	kin_settings settings;
	int rc = kin_settings_load(&app->arena, app->directory, &settings, error);

	if (rc < 0)
		return rc;
	app->info = registered;
	if (options->database) {
		app->url = options->database;
		app->url_source = "--database";
	} else if (settings.database) {
		app->url = settings.database;
		app->url_source = settings.database_source;
	} else {
		app->url = registered->database;
		app->url_source = "KIN_APP()";
	}
	if (!app->url)
		return kin_error_set(error, KIN_ECONFIG,
		                     "no database: set DATABASE_URL, or say KIN_APP(%s, .database = \"sqlite:///app.db\")",
		                     registered->name);
	app->lock_timeout = settings.lock_timeout ? atoll(settings.lock_timeout) * 1000 : 0;
	app->statement_timeout = settings.statement_timeout ? atoll(settings.statement_timeout) * 1000 : 0;
	const char *migrations = settings.migrations ? settings.migrations : registered->migrations;
	app->migrations = kin_path_join(&app->arena, app->directory, migrations ? migrations : "migrations");
	return app->migrations ? KIN_OK : kin_error_nomem(error);
}

static int open_database(kin_app *app, const kin_app_options *options, kin_error *error)
{
	char *message = NULL;

	app->db = kin_db_open(&(kin_db_options){ .url = app->url, .directory = app->directory, .echo = options->echo },
	                      &message);
	if (app->db && registered->connect && kin_db_on(app->db, KIN_CONNECT, registered->connect, NULL) < 0)
		return kin_error_nomem(error);
	if (app->db)
		return KIN_OK;
	/* All there is to tell one failure from another is the sentence. */
	const kin_error no_memory = { .code = KIN_ENOMEM };
	int rc = !message || strcmp(message, kin_error_text(&no_memory)) == 0
	                 ? kin_error_nomem(error)
	                 : kin_error_set(error, KIN_ECONFIG, "%s (from %s)", message, app->url_source);
	free(message);
	return rc;
}

int kin_app_open(const kin_app_options *options, kin_app **ret_app, kin_error *error)
{
	kin_app *app = kin_mem_zalloc(sizeof(*app));
	int rc;

	if (!app)
		return kin_error_nomem(error);
	if ((rc = find_and_load(app, options, error)) < 0 ||
	    (rc = choose_settings(app, options, error)) < 0 ||
	    (rc = open_database(app, options, error)) < 0) {
		kin_app_close(app);
		return rc;
	}
	*ret_app = app;
	return KIN_OK;
}

/* The shared object stays loaded: the models and query sites in it are registered for good. */
void kin_app_close(kin_app *app)
{
	if (!app)
		return;
	kin_db_close(app->db);
	kin_arena_done(&app->arena);
	kin_mem_free(app);
}

kin_db *kin_app_db(kin_app *app)
{
	return app->db;
}

const char *kin_app_name(const kin_app *app)
{
	return app->info->name;
}

const char *kin_app_directory(const kin_app *app)
{
	return app->directory;
}
