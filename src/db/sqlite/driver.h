/* driver.h - what the SQLite driver's files know of each other. */
#ifndef KIN_DB_SQLITE_DRIVER_H
#define KIN_DB_SQLITE_DRIVER_H

#include <sqlite3.h>

#include "base/map.h"
#include "db/driver.h"

typedef struct kin_sqlite_connection {
	kin_connection base;
	sqlite3       *handle;
	const char    *name;         /* of the database, in errors: its path. The kin_db's */
	bool           read_only;
	bool           interrupted;  /* atomic: stop waiting for a lock */
	int            busy_timeout; /* milliseconds */
	int64_t        wait_start;   /* kin_clock_steady() */
	int64_t        waited;       /* milliseconds after which waiting for a lock was given up; -1: it was not */
	int            limit;        /* milliseconds that a statement may take: limit.c. 0: as long as it wants */
	int64_t        begun;        /* kin_clock_steady(): the one that runs, where there is a limit */
	bool           late;         /* it was stopped */
	int64_t        total;        /* rows changed by this connection, when its last statement had ended */
	kin_map        tables;       /* whose keys were looked at: keys.c */
	struct kin_sqlite_run *run;  /* the kin_statement_each() or kin_statement_walk() that SQLite is in; NULL: none */
} kin_sqlite_connection;

typedef struct kin_sqlite_statement {
	kin_statement base;
	sqlite3_stmt *handle;
	sqlite3_value **row;  /* that kin_statement_each() or kin_statement_walk() is at; NULL: the handle's */
} kin_sqlite_statement;

extern const kin_driver kin_sqlite_driver;

/* What SQLite's code means, as a sentence; `sql` (NULL: none) is noted. Returns KIN_E…. */
int kin_sqlite_error(kin_sqlite_connection *connection, int code, const char *sql, kin_error *error);

/* limit.c */
int kin_sqlite_limit(kin_connection *connection, int milliseconds, bool *ret_lasts, kin_error *error);
/* keys.c: kin_connection_numbers(), kin_statement_last_key() */
int kin_sqlite_numbers(kin_connection *connection, const char *name, const char *column, size_t rows, kin_error *error);
int64_t kin_sqlite_last_key(const kin_statement *statement);
/* Before the connection is closed. */
void kin_sqlite_forget_tables(kin_sqlite_connection *connection);
/* rows.c: kin_statement_each() and kin_statement_walk(), for a statement that fits and was prepared from this text, in a connection that they
 * are installed in. */
int kin_rows_install(kin_sqlite_connection *connection);
bool kin_rows_fit(const kin_sqlite_connection *connection, const kin_sql *sql);
int kin_rows_text(const kin_sql *sql, kin_text *ret_text);
int kin_rows_each(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error);
int kin_rows_walk(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error);

/* driver.c: a step has ended a run with this code of SQLite's. 0, or the error. */
int kin_sqlite_end(kin_statement *statement, int code, kin_error *error);

/* functions.c: functions that SQLite has not, for a connection. SQLite's code. */
int kin_sqlite_add_functions(sqlite3 *handle);

/* cells.c: kin_statement_bind() … kin_statement_read_size() */
int kin_cells_bind_value(kin_statement *statement, size_t index, const kin_value *value, kin_error *error);
int kin_cells_bind(kin_statement *statement, const kin_cell *cells, size_t count, const void *object,
                   size_t first, kin_error *error);
int kin_cells_value(kin_statement *statement, size_t column, int kind, kin_value *ret_value, kin_error *error);
int64_t kin_cells_integer(kin_statement *statement, size_t column, bool *ret_null);
int kin_cells_read(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                   kin_arena *arena, kin_error *error);
void *kin_cells_make(kin_statement *statement, const kin_mould *mould, kin_arena *arena);
int kin_cells_borrow(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                     kin_arena *arena, kin_error *error);
size_t kin_cells_read_size(kin_statement *statement, const kin_cell *cells, size_t count);

#endif
