/* config.c - what a database URL says about a MariaDB server. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <strings.h>

#include "db/db.h"
#include "db/mariadb/driver.h"

enum { CONNECT_TIMEOUT = 10, LONGEST_TIMEOUT = 1000000, SYNC_ALL = 15 };

typedef struct builder {
	kin_db           *db;
	kin_maria_config *config;
	kin_error        *error;
	const char       *socket;
	const char       *hosts; /* NULL: those of the URL */
	const char       *ssl_mode;
	int               sync_wait; /* -1: as the server has it */
} builder;

typedef struct option option;
typedef int set_option(builder *b, const option *o, const kin_url_option *given);

/* What may follow the ? of a URL. */
struct option {
	const char *name;
	set_option *set;
	size_t      at; /* of the member in the kin_maria_config */
};

static int wrong(builder *b, const kin_url_option *given, const char *expected)
{
	return kin_error_set(b->error, KIN_ECONFIG, "%s=%s in the database URL: expected %s", given->name, given->value, expected);
}

static int number(builder *b, const kin_url_option *given, int most, const char *expected, int *ret_number)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(given->value, &end, 10);
	if (end == given->value || *end || errno || n < 0 || n > most)
		return wrong(b, given, expected);
	*ret_number = (int)n;
	return KIN_OK;
}

static int set_text(builder *b, const option *o, const kin_url_option *given)
{
	*(const char **)((char *)b->config + o->at) = given->value;
	return KIN_OK;
}

static int set_seconds(builder *b, const option *o, const kin_url_option *given)
{
	int seconds = 0, rc = number(b, given, LONGEST_TIMEOUT, "a number of seconds", &seconds);

	*(unsigned int *)((char *)b->config + o->at) = (unsigned int)seconds;
	return rc;
}

static int set_timeout(builder *b, const option *o, const kin_url_option *given)
{
	(void)o;
	return number(b, given, INT_MAX, "a number of milliseconds", &b->db->busy_timeout);
}

static int set_sync_wait(builder *b, const option *o, const kin_url_option *given)
{
	(void)o;
	return number(b, given, SYNC_ALL, "a number from 0 to 15, as wsrep_sync_wait of Galera has it; 1 is for reading", &b->sync_wait);
}

static int set_truth(builder *b, const option *o, const kin_url_option *given)
{
	bool on = strcasecmp(given->value, "true") == 0 || strcmp(given->value, "1") == 0;

	if (!on && strcasecmp(given->value, "false") != 0 && strcmp(given->value, "0") != 0)
		return wrong(b, given, "true or false");
	*(bool *)((char *)b->config + o->at) = on;
	return KIN_OK;
}

static int set_socket(builder *b, const option *o, const kin_url_option *given)
{
	(void)o;
	if (*given->value != '/')
		return wrong(b, given, "the path of a socket");
	b->socket = given->value;
	return KIN_OK;
}

static int set_host(builder *b, const option *o, const kin_url_option *given)
{
	(void)o;
	if (*given->value == '/')
		b->socket = given->value;
	else
		b->hosts = given->value;
	return KIN_OK;
}

static int set_charset(builder *b, const option *o, const kin_url_option *given)
{
	(void)o;
	return strcasecmp(given->value, "utf8mb4") == 0 ? KIN_OK : wrong(b, given, "utf8mb4, which it is always");
}

static int set_ssl_mode(builder *b, const option *o, const kin_url_option *given)
{
	static const char *const modes[] = { "disabled", "required", "verify_identity" };

	(void)o;
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (strcasecmp(given->value, modes[i]) == 0) {
			b->ssl_mode = modes[i];
			return KIN_OK;
		}
	return wrong(b, given, "disabled, required or verify_identity");
}

static const option options[] = {
	{ "charset", set_charset, 0 },
	{ "compress", set_truth, offsetof(kin_maria_config, compress) },
	{ "connect_timeout", set_seconds, offsetof(kin_maria_config, connect_timeout) },
	{ "host", set_host, 0 },
	{ "read_timeout", set_seconds, offsetof(kin_maria_config, read_timeout) },
	{ "socket", set_socket, 0 },
	{ "ssl_ca", set_text, offsetof(kin_maria_config, ssl_ca) },
	{ "ssl_capath", set_text, offsetof(kin_maria_config, ssl_capath) },
	{ "ssl_cert", set_text, offsetof(kin_maria_config, ssl_cert) },
	{ "ssl_cipher", set_text, offsetof(kin_maria_config, ssl_cipher) },
	{ "ssl_key", set_text, offsetof(kin_maria_config, ssl_key) },
	{ "ssl_mode", set_ssl_mode, 0 },
	{ "sync_wait", set_sync_wait, 0 },
	{ "timeout", set_timeout, 0 },
	{ "tls_version", set_text, offsetof(kin_maria_config, tls_version) },
	{ "unix_socket", set_socket, 0 },
	{ "write_timeout", set_seconds, offsetof(kin_maria_config, write_timeout) },
};

enum { OPTIONS = sizeof(options) / sizeof(*options) };

static int unknown(builder *b, const char *name)
{
	const char *names[OPTIONS];

	for (size_t i = 0; i < OPTIONS; i++)
		names[i] = options[i].name;
	const char *nearest = kin_text_nearest(name, names, OPTIONS);
	return kin_error_set(b->error, KIN_ECONFIG,
	                     "'%s' in the database URL is no option of mariadb%s%s; there are socket, ssl_mode, ssl_ca, ssl_cert, "
	                     "ssl_key, connect_timeout … and timeout, the milliseconds to wait for a lock",
	                     name, nearest ? ": did you mean " : "", nearest ? nearest : "");
}

static int set_options(builder *b)
{
	for (size_t i = 0; i < b->db->url.option_count; i++) {
		const kin_url_option *given = &b->db->url.options[i];
		const option *found = NULL;
		for (size_t j = 0; j < OPTIONS; j++)
			if (strcmp(options[j].name, given->name) == 0)
				found = &options[j];
		int rc = found ? found->set(b, found, given) : unknown(b, given->name);
		if (rc < 0)
			return rc;
	}
	return KIN_OK;
}

/* A certificate to check the server's with is there to be used. */
static int set_ssl(builder *b)
{
	kin_maria_config *c = b->config;
	bool verifies = c->ssl_ca || c->ssl_capath, given = verifies || c->ssl_cert || c->ssl_key || c->ssl_cipher || c->tls_version;
	bool disabled = b->ssl_mode && strcmp(b->ssl_mode, "disabled") == 0;

	if (given && disabled)
		return kin_error_set(b->error, KIN_ECONFIG, "ssl_mode=disabled in the database URL goes with no other option of TLS");
	c->ssl = !disabled && (given || b->ssl_mode);
	c->ssl_verify = b->ssl_mode ? strcmp(b->ssl_mode, "verify_identity") == 0 : verifies;
	return KIN_OK;
}

/* ---- hosts ---- */

static size_t count_hosts(const char *text)
{
	size_t count = 1;

	for (; *text; text++)
		count += *text == ',';
	return count;
}

/* "h1:3306", "[::1]:3306", "::1" in brackets only, "/run/mysqld/mysqld.sock". */
static bool read_host(kin_arena *arena, const char *text, size_t length, kin_maria_host *host)
{
	size_t bracket = *text == '[' ? strcspn(text, "]") : 0;
	const char *colon = memchr(text + bracket, ':', length - bracket);
	size_t name = colon ? (size_t)(colon - text) : length;

	if (*text == '/')
		return (host->socket = kin_arena_strndup(arena, text, name)) != NULL;
	host->port = colon ? (unsigned int)strtoul(colon + 1, NULL, 10) : 0;
	host->name = kin_arena_strndup(arena, text + (bracket > 0), name - (bracket > 0 ? 2 : 0));
	return host->name != NULL;
}

static int set_hosts(builder *b)
{
	kin_maria_config *c = b->config;
	const char *text = b->hosts ? b->hosts : b->db->url.hosts ? b->db->url.hosts : "";
	kin_arena *arena = &b->db->arena;

	if (!(c->hosts = kin_arena_zalloc(arena, count_hosts(text) * sizeof(*c->hosts))))
		return kin_error_nomem(b->error);
	if (b->socket || !*text) {
		c->hosts[c->host_count++].socket = b->socket;
		c->place = b->socket ? b->socket : "the usual socket";
		return KIN_OK;
	}
	for (;; text++) {
		size_t length = strcspn(text, ",");
		if (!read_host(arena, text, length, &c->hosts[c->host_count++]))
			return kin_error_nomem(b->error);
		text += length;
		if (!*text)
			break;
	}
	c->place = b->hosts ? b->hosts : b->db->url.hosts;
	return KIN_OK;
}

/* ---- settings ---- */

/* Settings that the driver counts on. One statement, and so one round trip; one that cannot be made fails it. With
 * NO_BACKSLASH_ESCAPES and PIPES_AS_CONCAT a literal and an expression mean the same as on the other databases; an engine
 * other than InnoDB would have no transactions; the messages are read for names; a recursive query would stop after 1000 rounds. */
#define SETTINGS \
	"SET character_set_client = utf8mb4, character_set_results = utf8mb4, character_set_connection = utf8mb4, " \
	"sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION," \
	"NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,NO_UNSIGNED_SUBTRACTION', " \
	"time_zone = '+00:00', autocommit = 1, completion_type = 0, default_storage_engine = InnoDB, lc_messages = 'en_US', " \
	"foreign_key_checks = 1, unique_checks = 1, check_constraint_checks = 1, sql_auto_is_null = 0, sql_safe_updates = 0, " \
	"sql_select_limit = DEFAULT, sql_quote_show_create = 1, group_concat_max_len = 1048576, " \
	"max_recursive_iterations = 4294967295, innodb_lock_wait_timeout = %u, lock_wait_timeout = %u%s%s"

/* In a transaction what was read must not be written over what somebody else has written since. Newer servers see that (error
 * 1020); for older ones reading has to lock. */
#define SEES_CONFLICTS ", tx_isolation = 'REPEATABLE-READ', innodb_snapshot_isolation = ON"
#define LOCKS_READS    ", tx_isolation = 'SERIALIZABLE'"

static int write_settings(builder *b)
{
	kin_maria_config *c = b->config;
	kin_arena *arena = &b->db->arena;
	const char *read_only = b->db->read_only ? ", tx_read_only = 1" : "";
	const char *sync_wait = b->sync_wait < 0 ? "" : kin_arena_printf(arena, ", wsrep_sync_wait = %d", b->sync_wait);

	if (!sync_wait)
		return kin_error_nomem(b->error);
	c->lock_timeout = (unsigned int)(((int64_t)b->db->busy_timeout + 999) / 1000);
	c->settings = kin_arena_printf(arena, SETTINGS SEES_CONFLICTS, c->lock_timeout, c->lock_timeout, read_only, sync_wait);
	c->older_settings = kin_arena_printf(arena, SETTINGS LOCKS_READS, c->lock_timeout, c->lock_timeout, read_only, sync_wait);
	return c->settings && c->older_settings ? KIN_OK : kin_error_nomem(b->error);
}

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static void init_library(void)
{
	mysql_library_init(0, NULL, NULL);
}

int kin_maria_configure(kin_db *db, kin_error *error)
{
	kin_maria_config *c = kin_arena_zalloc(&db->arena, sizeof(*c));
	builder b = { .db = db, .config = c, .error = error, .sync_wait = -1 };
	int rc;

	if (!c)
		return kin_error_nomem(error);
	c->connect_timeout = CONNECT_TIMEOUT;
	c->user = db->url.user;
	c->password = db->url.password;
	c->database = db->url.database;
	c->read_only = db->read_only;
	if ((rc = set_options(&b)) < 0 || (rc = set_ssl(&b)) < 0 || (rc = set_hosts(&b)) < 0 || (rc = write_settings(&b)) < 0)
		return rc;
	pthread_once(&library_once, init_library);
	db->config = c;
	return KIN_OK;
}
