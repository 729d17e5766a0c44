/* database.c - the calls of SQLite that every workload makes. */
#include "naive.h"

#include <stdlib.h>
#include <string.h>

sqlite3 *open_database(const bench_run *run)
{
	sqlite3 *db;

	if (sqlite3_open_v2(run->database, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		bench_fail("%s", sqlite3_errmsg(db));
	execute(db, "pragma foreign_keys = on");
	return db;
}

void execute(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		bench_fail("%s", sqlite3_errmsg(db));
}

sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		bench_fail("%s", sqlite3_errmsg(db));
	return statement;
}

bool step(sqlite3_stmt *statement)
{
	int rc = sqlite3_step(statement);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		bench_fail("%s", sqlite3_errmsg(sqlite3_db_handle(statement)));
	return rc == SQLITE_ROW;
}

char *column_text(sqlite3_stmt *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement, column);
	char *copy = text ? strdup((const char *)text) : NULL;

	if (text && !copy)
		bench_fail("out of memory");
	return copy;
}
