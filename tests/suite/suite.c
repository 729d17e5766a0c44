/* suite.c - runs a test on every database that there is. */
#include "suite/suite.h"

#include "base/clock.h"
#include "sql/ddl.h"

static char *written[8];
static void (*running)(kin_db *db);

static void forget_written(void)
{
	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++) {
		free(written[i]);
		written[i] = NULL;
	}
}

static void run_on(kin_db_options options)
{
	kin_db *db = open_emptied(options);

	fprintf(stderr, "on %s\n", is_cluster(db) ? "dqlite" : kin_db_dialect(db));
	running(db);
	forget_written();
	kin_db_close(db);
}

/* A new file for SQLite: the test's directory has one life, and a test may run twice in it under the fuse. */
static void run_on_sqlite(void)
{
	static int counter;
	char url[64];

	snprintf(url, sizeof(url), "sqlite:///suite-%d.db", counter++);
	run_on((kin_db_options){ .url = url, .directory = kin_test_directory() });
}

static void run_on_server(const char *url)
{
	run_on((kin_db_options){ .url = url });
}

void suite_each(void (*body)(kin_db *db))
{
	setenv("KIN_DRIVER_PATH", KIN_SUITE_DRIVERS, 0);
	running = body;
	run_on_sqlite();
	each_server(NULL, run_on_server);
}

kin_db *suite_open(const kin_db *db, const char *options)
{
	char url[700];

	snprintf(url, sizeof(url), "%s%c%s", kin_db_url(db), strchr(kin_db_url(db), '?') ? '&' : '?', options);
	return open_with((kin_db_options){ .url = url });
}

static void kill_postgresql(kin_connection *c)
{
	static const char others[] = "from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'";
	char text[200];

	snprintf(text, sizeof(text), "select count(pg_terminate_backend(pid)) %s", others);
	number(c, text);
	snprintf(text, sizeof(text), "select count(*) %s", others);
	while (number(c, text) > 0)
		kin_clock_sleep(2000);
}

static void kill_mariadb(kin_connection *c)
{
	static const char others[] = "from information_schema.processlist where id <> connection_id() and user = 'kin'";
	char text[200];

	for (;;) {
		snprintf(text, sizeof(text), "select coalesce(max(id), 0) %s", others);
		int64_t id = number(c, text);
		if (id == 0)
			return;
		snprintf(text, sizeof(text), "kill %lld", (long long)id);
		failure(c, text, NULL); /* it may have ended by itself */
		kin_clock_sleep(2000);
	}
}

bool suite_kill(const kin_db *db)
{
	kin_connection *c;

	if (!is_dialect(db, "postgresql") && !is_dialect(db, "mariadb"))
		return false;
	kin_db *killer = suite_open(db, "pool_size=1");
	c = acquire(killer);
	if (is_dialect(db, "postgresql"))
		kill_postgresql(c);
	else
		kill_mariadb(c);
	kin_db_release(killer, c);
	kin_db_close(killer);
	return true;
}

void suite_create(kin_connection *connection, const char *ddl)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_ddl *items;
	kin_text text;
	size_t count;

	kin_text_init(&text);
	CHECK_MSG(kin_ddl_parse(&arena, ddl, 1, &items, &count, &error) == KIN_OK, "%s", kin_error_text(&error));
	for (size_t i = 0; i < count; i++) {
		CHECK_MSG(kin_ddl_render(kin_connection_dialect(connection), &text, &items[i], &error) == KIN_OK, "%s",
		          kin_error_text(&error));
		kin_text_add(&text, ";\n");
	}
	run(connection, text.data);
	kin_text_done(&text);
	kin_arena_done(&arena);
}

static const char *numbered(const char *text)
{
	static size_t next;
	kin_text out;
	int n = 0;

	kin_text_init(&out);
	for (; *text; text++)
		if (*text == '?')
			kin_text_addf(&out, "$%d", ++n);
		else
			kin_text_add_char(&out, *text);
	free(written[next]);
	written[next] = strdup(out.data);
	kin_text_done(&out);
	const char *result = written[next];
	next = (next + 1) % (sizeof(written) / sizeof(*written));
	return result;
}

kin_sql suite_sql(kin_connection *connection, const char *text)
{
	return sql_once(kin_connection_dialect(connection)->numbered_params ? numbered(text) : text);
}

kin_sql suite_sql_kept(kin_connection *connection, const char *text)
{
	kin_sql sql = suite_sql(connection, text);

	sql.id = kin_sql_id();
	return sql;
}

int suite_execute(kin_connection *connection, const char *text, const kin_value *values, size_t count, kin_error *error)
{
	kin_sql sql = suite_sql(connection, text);
	kin_error own = { 0 };
	int rc = kin_connection_execute(connection, &sql, values, count, NULL, error ? error : &own);

	CHECK_MSG(error || rc == KIN_OK, "%s: %s", text, kin_error_text(&own));
	return rc;
}

kin_value suite_one(kin_connection *connection, const char *text, kin_value argument, int kind, kin_statement **ret_statement)
{
	kin_statement *statement = prepare(connection, suite_sql(connection, text));
	kin_error error = { 0 };
	kin_value value = { 0 };

	CHECK_MSG(kin_statement_bind(statement, 0, &argument, &error) == KIN_OK, "%s", kin_error_text(&error));
	CHECK_MSG(kin_statement_step(statement, &error) == 1, "%s", kin_error_text(&error));
	CHECK_MSG(kin_statement_value(statement, 0, kind, &value, &error) == KIN_OK, "%s", kin_error_text(&error));
	*ret_statement = statement;
	return value;
}
