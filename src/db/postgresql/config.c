/* config.c - libpq's words for what a database URL says.
 *
 * The parts of the URL are given to libpq one by one, not as a URL: its parser would have other rules, and show a
 * password in its complaints. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "db/db.h"
#include "db/postgresql/driver.h"

enum {
	OWN = 16, /* keywords that are set here, at most */
	CONNECT_TIMEOUT = 10000,
};

typedef struct builder {
	kin_db        *db;
	kin_pg_config *config;
	kin_error     *error;
	size_t         count;
	const char    *hosts, *ports, *options; /* what the URL's options add to the parts of the URL */
	const char    *search_path, *schemas;
	bool           attributes; /* it says which servers will do */
} builder;

static void set(builder *b, const char *keyword, const char *value)
{
	b->config->keywords[b->count] = keyword;
	b->config->values[b->count++] = value;
}

static int wrong_option(builder *b, const kin_url_option *option, const char *expected)
{
	return kin_error_set(b->error, KIN_ECONFIG, "%s=%s in the database URL: expected %s", option->name, option->value,
	                     expected);
}

static int number(builder *b, const kin_url_option *option, int most, const char *expected, int *ret_number)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(option->value, &end, 10);
	if (end == option->value || *end || errno || n < 0 || n > most)
		return wrong_option(b, option, expected);
	*ret_number = (int)n;
	return KIN_OK;
}

static int unknown_option(builder *b, const char *name, const PQconninfoOption *known)
{
	const char *names[128];
	size_t count = 0;

	for (; known->keyword && count < sizeof(names) / sizeof(*names); known++)
		names[count++] = known->keyword;
	const char *nearest = kin_text_nearest(name, names, count);
	return kin_error_set(b->error, KIN_ECONFIG,
	                     "'%s' in the database URL is no option of postgresql%s%s; there are those of libpq (sslmode, "
	                     "connect_timeout, application_name …), search_path, schemas, and timeout, the milliseconds to wait for a lock",
	                     name, nearest ? ": did you mean " : "", nearest ? nearest : "");
}

static bool is_known(const char *name, const PQconninfoOption *known)
{
	for (; known->keyword; known++)
		if (strcmp(known->keyword, name) == 0)
			return true;
	return false;
}

static int set_option(builder *b, const kin_url_option *option, const PQconninfoOption *known)
{
	int seconds = 0, rc;

	if (strcmp(option->name, "timeout") == 0)
		return number(b, option, INT_MAX, "a number of milliseconds", &b->db->busy_timeout);
	if (strcmp(option->name, "connect_timeout") == 0) {
		rc = number(b, option, INT_MAX / 1000, "a number of seconds", &seconds);
		b->config->timeout = rc == KIN_OK ? 1000 * seconds : 0;
		return rc;
	}
	if (strcmp(option->name, "search_path") == 0) {
		b->search_path = option->value;
		return KIN_OK;
	}
	if (strcmp(option->name, "schemas") == 0) {
		b->schemas = option->value;
		return KIN_OK;
	}
	if (!is_known(option->name, known))
		return unknown_option(b, option->name, known);
	if (strcmp(option->name, "client_encoding") == 0)
		return wrong_option(b, option, "no such option: it is UTF8 always");
	if (strcmp(option->name, "host") == 0)
		b->hosts = option->value;
	else if (strcmp(option->name, "port") == 0)
		b->ports = option->value;
	else if (strcmp(option->name, "options") == 0)
		b->options = option->value;
	else
		set(b, option->name, option->value);
	b->attributes |= strcmp(option->name, "target_session_attrs") == 0;
	if (strcmp(option->name, "user") == 0)
		b->config->user = option->value;
	if (strcmp(option->name, "dbname") == 0)
		b->config->database = option->value;
	return KIN_OK;
}

static int set_options(builder *b)
{
	PQconninfoOption *known = PQconndefaults();
	int rc = KIN_OK;

	if (!known)
		return kin_error_nomem(b->error);
	for (size_t i = 0; rc == KIN_OK && i < b->db->url.option_count; i++)
		rc = set_option(b, &b->db->url.options[i], known);
	PQconninfoFree(known);
	return rc;
}

/* "h1:5432,[::1],h2" as "h1,::1,h2" and "5432,,". */
static void split_hosts(const char *text, kin_text *hosts, kin_text *ports)
{
	for (const char *host = text;; host++) {
		size_t length = strcspn(host, ","), bracket = *host == '[' ? strcspn(host, "]") : 0;
		const char *colon = memchr(host + bracket, ':', length - bracket);
		size_t name = colon ? (size_t)(colon - host) : length;
		kin_text_add_n(hosts, host + (bracket > 0), name - (bracket > 0 ? 2 : 0));
		if (colon)
			kin_text_add_n(ports, colon + 1, length - name - 1);
		host += length;
		if (!*host)
			return;
		kin_text_add_char(hosts, ',');
		kin_text_add_char(ports, ',');
	}
}

static int set_hosts(builder *b)
{
	kin_text hosts, ports;
	int rc = KIN_OK;

	kin_text_init(&hosts);
	kin_text_init(&ports);
	if (b->db->url.hosts)
		split_hosts(b->db->url.hosts, &hosts, &ports);
	if (kin_text_ok(&hosts) && kin_text_ok(&ports)) {
		b->config->hosts_at = b->count;
		set(b, "host", b->hosts ? b->hosts : kin_arena_strdup(&b->db->arena, hosts.data));
		set(b, "port", b->ports ? b->ports : kin_arena_strdup(&b->db->arena, ports.data));
		b->config->place = b->db->url.hosts ? b->db->url.hosts : b->hosts && *b->hosts ? b->hosts : "the usual socket";
	}
	if (!kin_text_ok(&hosts) || !kin_text_ok(&ports) || b->db->arena.failed)
		rc = kin_error_nomem(b->error);
	kin_text_done(&hosts);
	kin_text_done(&ports);
	return rc;
}

/* libpq cuts its options at blanks. */
static void add_option(kin_text *out, const char *name, const char *value)
{
	kin_text_addf(out, " -c %s=", name);
	for (; *value; value++) {
		if (*value == ' ' || *value == '\\')
			kin_text_add_char(out, '\\');
		kin_text_add_char(out, *value);
	}
}

/* A pooler takes no options at the start of a connection, and lets a setting last as long as a transaction. But it keeps up those
 * that a server reports by itself: see kin_pg_open(). */
static int set_for_pooler(builder *b)
{
	kin_text text;

	kin_text_init(&text);
	kin_text_addf(&text, "BEGIN%s; SET LOCAL lock_timeout = %d; SET LOCAL bytea_output = hex; SET LOCAL extra_float_digits = 1",
	              b->db->read_only ? " READ ONLY" : "", b->db->busy_timeout);
	if (b->search_path) {
		kin_text_add(&text, "; SELECT set_config('search_path', ");
		kin_text_add_quoted(&text, b->search_path, '\'');
		kin_text_add(&text, ", true)");
	}
	b->config->begin = kin_text_keep(&text, &b->db->arena);
	if (b->options)
		set(b, "options", b->options);
	return b->config->begin ? KIN_OK : kin_error_nomem(b->error);
}

/* Settings that the driver counts on, sent with the start of the connection; the URL's own come after them. */
static int set_settings(builder *b)
{
	kin_text text;

	if (b->db->pgbouncer)
		return set_for_pooler(b);
	kin_text_init(&text);
	kin_text_addf(&text,
	              "-c TimeZone=UTC -c standard_conforming_strings=on -c DateStyle=ISO -c bytea_output=hex -c extra_float_digits=1 "
	              "-c client_min_messages=warning -c lock_timeout=%d", b->db->busy_timeout);
	if (b->db->read_only)
		add_option(&text, "default_transaction_read_only", "on");
	if (b->search_path)
		add_option(&text, "search_path", b->search_path);
	if (b->schemas)
		add_option(&text, "kin.schemas", b->schemas);
	if (b->options)
		kin_text_addf(&text, " %s", b->options);
	const char *options = kin_text_keep(&text, &b->db->arena);
	if (!options)
		return kin_error_nomem(b->error);
	set(b, "options", options);
	return KIN_OK;
}

/* Of several servers the one that can be written to, unless the URL says otherwise. A server of 14 or newer says what it is when it
 * is connected to; others are asked. */
static void choose_server(builder *b)
{
	const char *hosts = b->config->values[b->config->hosts_at];

	if (b->db->replica)
		set(b, "target_session_attrs", "prefer-standby");
	else if (!b->attributes && !b->db->read_only && strchr(hosts, ','))
		set(b, "target_session_attrs", "primary");
}

static int build(builder *b)
{
	const kin_url *url = &b->db->url;
	int rc;

	set(b, "client_encoding", "UTF8");
	set(b, "fallback_application_name", "kin");
	if (url->user)
		set(b, "user", b->config->user = url->user);
	if (url->password)
		set(b, "password", url->password);
	if (url->database)
		set(b, "dbname", b->config->database = url->database);
	if ((rc = set_options(b)) < 0 || (rc = set_hosts(b)) < 0)
		return rc;
	choose_server(b);
	return set_settings(b);
}

int kin_pg_configure(kin_db *db, kin_error *error)
{
	kin_pg_config *config = kin_arena_zalloc(&db->arena, sizeof(*config));
	size_t room = db->url.option_count + OWN;
	builder b = { .db = db, .config = config, .error = error };
	int rc;

	if (!config || !(config->keywords = kin_arena_zalloc(&db->arena, room * sizeof(*config->keywords))) ||
	    !(config->values = kin_arena_zalloc(&db->arena, room * sizeof(*config->values))))
		return kin_error_nomem(error);
	config->timeout = CONNECT_TIMEOUT;
	if ((rc = build(&b)) < 0)
		return rc;
	config->busy_timeout = db->busy_timeout;
	config->read_only = db->read_only;
	config->pgbouncer = db->pgbouncer;
	db->config = config;
	return KIN_OK;
}
