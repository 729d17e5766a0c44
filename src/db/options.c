/* options.c - what a database URL may ask of any database: ?pool_size=20&pool_pre_ping=1 … */
#include "db/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef enum kind {
	COUNT,   /* 1 and more */
	SECONDS, /* 0 is never */
	MILLISECONDS, /* the same */
	NONE_AT_ZERO, /* 0 is none, which the settings write as -1 */
	YES,
	NO, /* on is false: it is said the other way round */
} kind;

enum { MOST = 10000000 };

static const struct option {
	const char *name;
	kind        kind;
	size_t      offset;
} known[] = {
	{ "pool_size", COUNT, offsetof(kin_db_options, pool_size) },
	{ "max_overflow", NONE_AT_ZERO, offsetof(kin_db_options, max_overflow) },
	{ "pool_timeout", NONE_AT_ZERO, offsetof(kin_db_options, pool_timeout) },
	{ "pool_recycle", SECONDS, offsetof(kin_db_options, pool_recycle) },
	{ "pool_idle", SECONDS, offsetof(kin_db_options, pool_idle) },
	{ "pool_pre_ping", YES, offsetof(kin_db_options, pool_pre_ping) },
	{ "echo", YES, offsetof(kin_db_options, echo) },
	{ "slow", MILLISECONDS, offsetof(kin_db_options, slow) },
	{ "hide_parameters", YES, offsetof(kin_db_options, hide_parameters) },
	{ "trace_values", YES, offsetof(kin_db_options, trace_values) },
	{ "pgbouncer", YES, offsetof(kin_db_options, pgbouncer) },
	{ "prepared_statements", NO, offsetof(kin_db_options, pgbouncer) },
};

enum { KNOWN = sizeof(known) / sizeof(*known) };

static const char *const expected[] = {
	[COUNT] = "a number from 1", [SECONDS] = "a number of seconds; 0 is never", [MILLISECONDS] = "a number of milliseconds; 0 is never",
	[NONE_AT_ZERO] = "a number; 0 is none",
	[YES] = "on or off", [NO] = "on or off",
};

/* -1: it is none. */
static int to_number(const char *text, int least)
{
	char *end;

	errno = 0;
	long n = strtol(text, &end, 10);
	return end == text || *end || errno || n < least || n > MOST ? -1 : (int)n;
}

/* -1: it is neither. */
static int to_switch(const char *text)
{
	static const char *const words[] = { "0", "1", "off", "on", "false", "true", "no", "yes" };

	for (int i = 0; i < (int)(sizeof(words) / sizeof(*words)); i++)
		if (strcasecmp(text, words[i]) == 0)
			return i % 2;
	return -1;
}

static int set(const struct option *o, const kin_url_option *given, kin_db_options *settings, kin_error *error)
{
	bool is_switch = o->kind == YES || o->kind == NO;
	char *member = (char *)settings + o->offset;
	int n = is_switch ? to_switch(given->value) : to_number(given->value, o->kind == COUNT ? 1 : 0);

	if (n < 0)
		return kin_error_set(error, KIN_ECONFIG, "%s=%s in the database URL: expected %s", given->name, given->value,
		                     expected[o->kind]);
	if (is_switch)
		*(bool *)member = n == (o->kind == YES);
	else
		*(int *)member = n == 0 && o->kind == NONE_AT_ZERO ? -1 : n;
	return KIN_OK;
}

static const struct option *find(const char *name)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (strcmp(known[i].name, name) == 0)
			return &known[i];
	return NULL;
}

static int check(const kin_db_options *settings, kin_error *error)
{
	const struct { const char *name; int value; } numbers[] = {
		{ "pool_size", settings->pool_size }, { "busy_timeout", settings->busy_timeout },
		{ "pool_recycle", settings->pool_recycle }, { "pool_idle", settings->pool_idle },
		{ "slow", settings->slow },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (numbers[i].value < 0)
			return kin_error_set(error, KIN_ECONFIG, "%s cannot be negative", numbers[i].name);
	return KIN_OK;
}

int kin_options_take(kin_url *url, kin_db_options *settings, kin_error *error)
{
	size_t left = 0;
	int rc = check(settings, error);

	for (size_t i = 0; rc == KIN_OK && i < url->option_count; i++) {
		const struct option *o = find(url->options[i].name);
		if (o)
			rc = set(o, &url->options[i], settings, error);
		else
			url->options[left++] = url->options[i];
	}
	if (rc == KIN_OK)
		url->option_count = left;
	return rc;
}
