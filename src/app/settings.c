/* settings.c - what the environment, .env and kin.ini say, in that order of weight. */
#include "app/settings.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "app/ini_file.h"
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
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	char *text, *next;
	int rc, number = 0;

	if ((rc = kin_file_read(arena, path, &text, NULL, error)) < 0)
		return rc;
	if (strncmp(text, byte_order_mark, 3) == 0)
		text += 3;
	for (char *line = text; line; line = next) {
		const char *name, *value = NULL;

		number++;
		if ((next = strchr(line, '\n')))
			*next++ = '\0';
		/* The line is not shown: there may be a password in it. */
		if (kin_settings_env_line(line, &name, &value) < 0)
			return kin_error_set(error, KIN_ECONFIG, "%s:%d: expected NAME=value, or NAME=\"value\"", path, number);
		if (!name)
			continue;
		if (strcmp(name, "DATABASE_URL") == 0 && !settings->database && *value) {
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
} ini_reading;

/* What was said before, nearer to the app or in a weightier place, stays. */
static int ini_entry(void *context, const char *section, const char *name, const char *value, kin_error *error)
{
	ini_reading *r = context;
	const char **place;

	if (strcmp(section, "packages") == 0)
		return KIN_OK;
	if (strcmp(section, "kin") != 0)
		return kin_error_set(error, KIN_ECONFIG, "'%s' is in [%s]; settings are in [kin], and the rest in [packages]", name,
		                     section);
	if (strcmp(name, "database") == 0)
		place = &r->settings->database;
	else if (strcmp(name, "migrations") == 0)
		place = &r->settings->migrations;
	else if (strcmp(name, "lock_timeout") == 0)
		place = &r->settings->lock_timeout;
	else if (strcmp(name, "statement_timeout") == 0)
		place = &r->settings->statement_timeout;
	else
		return kin_error_set(error, KIN_ECONFIG,
		                     "[kin] has no setting '%s'; it has 'database', 'migrations', 'lock_timeout' and 'statement_timeout'", name);
	if (place != &r->settings->database && place != &r->settings->migrations && value[strspn(value, "0123456789")])
		return kin_error_set(error, KIN_ECONFIG, "%s = %s: that is no number of seconds", name, value);
	if (*place)
		return KIN_OK;
	if (!(*place = kin_arena_strdup(r->arena, value)))
		return kin_error_nomem(error);
	if (place == &r->settings->database)
		r->settings->database_source = r->path;
	return KIN_OK;
}

static int load_ini(kin_arena *arena, const char *path, kin_settings *settings, kin_error *error)
{
	ini_reading reading = { .arena = arena, .settings = settings, .path = path };

	return kin_ini_file_read(path, ini_entry, &reading, error);
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
