/* database.c - the limit's few calls of SQLite that every workload makes. */
#include "limit.h"

static void check(sqlite3 *db, int rc)
{
	if (rc != SQLITE_OK)
		bench_fail("%s", sqlite3_errmsg(db));
}

sqlite3 *open_database(const bench_run *run)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(run->database, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	check(db, rc);
	check(db, sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL));
	execute(db, "select count(*) from sqlite_schema"); /* reads the schema */
	return db;
}

void execute(sqlite3 *db, const char *sql)
{
	check(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;

	check(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
	return statement;
}

bool step(sqlite3_stmt *statement)
{
	int rc = sqlite3_step(statement);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		bench_fail("%s", sqlite3_errmsg(sqlite3_db_handle(statement)));
	return rc == SQLITE_ROW;
}

static const char *read_text(sqlite3_stmt *statement, int column, arena *texts)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	return arena_text(texts, text, sqlite3_column_bytes(statement, column));
}

void read_pet(sqlite3_stmt *statement, arena *texts, pet *p)
{
	p->id = sqlite3_column_int64(statement, 0);
	p->name = read_text(statement, 1, texts);
	p->species = read_text(statement, 2, texts);
	p->has_owner = sqlite3_column_type(statement, 3) != SQLITE_NULL;
	p->owner_id = sqlite3_column_int64(statement, 3);
	p->owner = NULL;
}

void touch_pet(bench_run *run, const pet *p)
{
	bench_touch(run, bench_pet_sum(p->id, p->name, p->species, p->has_owner, p->owner_id));
}

static void no_result(sqlite3_context *context)
{
	(void)context;
}

void set_sink(sqlite3 *db, void (*take)(sqlite3_context *, int, sqlite3_value **), void *context)
{
	check(db, sqlite3_create_function_v2(db, "sink", -1, SQLITE_UTF8, context, NULL, take, no_result, NULL));
}
