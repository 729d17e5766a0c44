/* config.c - what a database URL says of a dqlite cluster: dqlite://n1:9001,n2,n3/database?timeout=… */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "db/dqlite/driver.h"

enum {
	CONNECT_TIMEOUT = 10000,
	RESPONSE_TIMEOUT = 30000,
};

static const char default_port[] = "9001";

static const char *const option_names[] = { "timeout", "connect_timeout", "response_timeout" };

static int number(const kin_url_option *option, int factor, const char *unit, int *ret_number, kin_error *error)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(option->value, &end, 10);
	if (end == option->value || *end || errno || n < 0 || n > INT_MAX / factor)
		return kin_error_set(error, KIN_ECONFIG, "%s=%s in the database URL: expected a number of %s", option->name, option->value, unit);
	*ret_number = (int)n * factor;
	return KIN_OK;
}

static int unknown_option(const char *name, kin_error *error)
{
	const char *nearest = kin_text_nearest(name, option_names, sizeof(option_names) / sizeof(*option_names));

	return kin_error_set(error, KIN_ECONFIG,
	                     "'%s' in the database URL is no option of dqlite%s%s; there are timeout (milliseconds to wait for a lock), "
	                     "connect_timeout (seconds to find a leader in) and response_timeout (seconds to wait for an answer)",
	                     name, nearest ? ": did you mean " : "", nearest ? nearest : "");
}

static int set_options(kin_db *db, kin_dqlite_config *c, kin_error *error)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < db->url.option_count && rc == KIN_OK; i++) {
		const kin_url_option *option = &db->url.options[i];
		if (strcmp(option->name, "timeout") == 0)
			rc = number(option, 1, "milliseconds", &db->busy_timeout, error);
		else if (strcmp(option->name, "connect_timeout") == 0)
			rc = number(option, 1000, "seconds", &c->connect_timeout, error);
		else if (strcmp(option->name, "response_timeout") == 0)
			rc = number(option, 1000, "seconds", &c->response_timeout, error);
		else
			rc = unknown_option(option->name, error);
	}
	return rc;
}

/* "n1:9001", "[::1]:9001", "n1". */
static int set_host(kin_arena *arena, kin_dqlite_host *host, const char *text, size_t length, kin_error *error)
{
	const char *bracket = *text == '[' ? memchr(text, ']', length) : NULL;
	const char *behind = bracket ? bracket : text;
	const char *colon = memchr(behind, ':', length - (size_t)(behind - text));
	size_t name = bracket ? (size_t)(bracket - text) - 1 : colon ? (size_t)(colon - text) : length;

	host->name = kin_arena_strndup(arena, bracket ? text + 1 : text, name);
	host->port = colon ? kin_arena_strndup(arena, colon + 1, length - (size_t)(colon - text) - 1) : default_port;
	host->shown = colon ? kin_arena_strndup(arena, text, length) : kin_arena_printf(arena, "%.*s:%s", (int)length, text, default_port);
	return host->name && host->port && host->shown ? KIN_OK : kin_error_nomem(error);
}

static int set_hosts(kin_db *db, kin_dqlite_config *c, kin_error *error)
{
	size_t count = 1;
	int rc = KIN_OK;

	for (const char *at = c->place; *at; at++)
		count += *at == ',';
	if (!(c->hosts = kin_arena_zalloc(&db->arena, count * sizeof(*c->hosts))))
		return kin_error_nomem(error);
	for (const char *at = c->place; rc == KIN_OK; at++) {
		size_t length = strcspn(at, ",");
		rc = set_host(&db->arena, &c->hosts[c->host_count++], at, length, error);
		at += length;
		if (!*at)
			break;
	}
	return rc;
}

static int check(const kin_url *url, kin_error *error)
{
	if (url->user || url->password)
		return kin_error_set(error, KIN_ECONFIG, "dqlite has no users and no passwords, and the database URL has one");
	if (!url->hosts)
		return kin_error_set(error, KIN_ECONFIG, "the database URL names no node of the cluster; one looks like "
		                                         "dqlite://n1:9001,n2:9001,n3:9001/petshop");
	if (!url->database)
		return kin_error_set(error, KIN_ECONFIG, "the database URL names no database; one looks like dqlite://%s/petshop", url->hosts);
	return KIN_OK;
}

int kin_dqlite_configure(kin_db *db, kin_error *error)
{
	kin_dqlite_config *c;
	int rc = check(&db->url, error);

	if (rc < 0)
		return rc;
	if (!(c = kin_arena_zalloc(&db->arena, sizeof(*c))))
		return kin_error_nomem(error);
	c->place = db->url.hosts;
	c->database = db->url.database;
	c->connect_timeout = CONNECT_TIMEOUT;
	c->response_timeout = RESPONSE_TIMEOUT;
	c->read_only = db->read_only;
	if ((rc = set_hosts(db, c, error)) < 0 || (rc = set_options(db, c, error)) < 0)
		return rc;
	c->busy_timeout = db->busy_timeout;
	pthread_mutex_init(&c->mutex, NULL);
	db->config = c;
	return KIN_OK;
}

void kin_dqlite_unconfigure(kin_db *db)
{
	kin_dqlite_config *c = db->config;

	if (c)
		pthread_mutex_destroy(&c->mutex);
}
