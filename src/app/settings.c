/* settings.c - what the environment, .env and kin.ini say, in that order of weight. */
#include "app/settings.h"

#include <ctype.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static char *skip_blank(char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

static void cut_blank(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && isspace((unsigned char)s[n - 1]))
		s[--n] = '\0';
}

/* The inside of "…" with \n, \t, \" and \\, or of '…' as it stands. NULL: it does not end. */
static char *unquote(char *s)
{
	char quote = *s++, *out = s, *start = s;

	for (; *s && *s != quote; s++) {
		if (quote == '"' && *s == '\\' && s[1]) {
			s++;
			*out++ = *s == 'n' ? '\n' : *s == 't' ? '\t' : *s;
		} else {
			*out++ = *s;
		}
	}
	if (*s != quote)
		return NULL;
	s = skip_blank(s + 1);
	if (*s && *s != '#')
		return NULL;
	*out = '\0';
	return start;
}

static bool is_name(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_')
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '_')
			return false;
	return true;
}

int kin_settings_env_line(char *line, const char **ret_name, const char **ret_value)
{
	char *name = skip_blank(line), *value;

	*ret_name = NULL;
	cut_blank(name);
	if (*name == '\0' || *name == '#')
		return KIN_OK;
	if (strncmp(name, "export ", 7) == 0)
		name = skip_blank(name + 7);
	if (!(value = strchr(name, '=')))
		return KIN_ECONFIG;
	*value++ = '\0';
	cut_blank(name);
	value = skip_blank(value);
	if (*value == '"' || *value == '\'') {
		if (!(value = unquote(value)))
			return KIN_ECONFIG;
	} else {
		char *comment = strstr(value, " #");
		if (comment)
			*comment = '\0';
		cut_blank(value);
	}
	if (!is_name(name))
		return KIN_ECONFIG;
	*ret_name = name;
	*ret_value = value;
	return KIN_OK;
}

static int load_env(kin_arena *arena, const char *path, kin_settings *settings, kin_error *error)
{
	char *text, *next;
	size_t size;
	int rc, number = 0;

	if ((rc = kin_file_read(arena, path, &text, &size, error)) < 0)
		return rc;
	for (char *line = text; line; line = next) {
		const char *name, *value = NULL;

		number++;
		if ((next = strchr(line, '\n')))
			*next++ = '\0';
		if (kin_settings_env_line(line, &name, &value) < 0)
			return kin_error_set(error, KIN_ECONFIG, "%s:%d: expected NAME=value, found \"%s\"", path, number, line);
		if (!name)
			continue;
		if (strcmp(name, "DATABASE_URL") == 0 && !settings->database && !getenv(name)) {
			settings->database = value;
			settings->database_source = path;
		}
		if (setenv(name, value, 0) != 0)
			return kin_error_nomem(error);
	}
	return KIN_OK;
}

typedef struct ini_reading {
	kin_arena    *arena;
	kin_settings *settings;
	const char   *path;
	kin_error    *error;
	int           rc;
} ini_reading;

static int ini_entry(void *context, const char *section, const char *name, const char *value)
{
	ini_reading *r = context;
	const char **place;

	if (strcmp(section, "kin") != 0)
		return 1;
	if (strcmp(name, "database") == 0)
		place = &r->settings->database;
	else if (strcmp(name, "migrations") == 0)
		place = &r->settings->migrations;
	else {
		r->rc = kin_error_set(r->error, KIN_ECONFIG, "%s: [kin] has no setting '%s'; it has 'database' and 'migrations'",
		                      r->path, name);
		return 0;
	}
	if (*place)
		return 1;
	if (!(*place = kin_arena_strdup(r->arena, value)))
		r->rc = kin_error_nomem(r->error);
	else if (place == &r->settings->database)
		r->settings->database_source = r->path;
	return *place != NULL;
}

static int load_ini(kin_arena *arena, const char *path, kin_settings *settings, kin_error *error)
{
	ini_reading reading = { .arena = arena, .settings = settings, .path = path, .error = error };
	char *text;
	size_t size;
	int rc = kin_file_read(arena, path, &text, &size, error);

	if (rc < 0)
		return rc;
	int line = ini_parse_string(text, ini_entry, &reading);
	if (reading.rc < 0)
		return reading.rc;
	if (line != 0)
		return kin_error_set(error, KIN_ECONFIG, "%s:%d: expected `[section]` or `name = value`", path, line);
	return KIN_OK;
}

typedef int load_fn(kin_arena *arena, const char *path, kin_settings *settings, kin_error *error);

static int load_from(kin_arena *arena, const char *directory, const char *name, load_fn *load,
                     kin_settings *settings, kin_error *error)
{
	const char *path = kin_path_join(arena, directory, name);

	if (!path)
		return kin_error_nomem(error);
	return kin_file_exists(path) ? load(arena, path, settings, error) : KIN_OK;
}

int kin_settings_load(kin_arena *arena, const char *directory, kin_settings *ret_settings, kin_error *error)
{
	const char *above = kin_path_directory(arena, directory), *url = getenv("DATABASE_URL");
	kin_settings settings = { 0 };
	int rc;

	if (!above)
		return kin_error_nomem(error);
	if (url && *url) {
		if (!(settings.database = kin_arena_strdup(arena, url)))
			return kin_error_nomem(error);
		settings.database_source = "DATABASE_URL";
	}
	if ((rc = load_from(arena, directory, ".env", load_env, &settings, error)) < 0 ||
	    (rc = load_from(arena, above, ".env", load_env, &settings, error)) < 0 ||
	    (rc = load_from(arena, directory, "kin.ini", load_ini, &settings, error)) < 0 ||
	    (rc = load_from(arena, above, "kin.ini", load_ini, &settings, error)) < 0)
		return rc;
	*ret_settings = settings;
	return KIN_OK;
}
