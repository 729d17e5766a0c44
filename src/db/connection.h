/* connection.h - one connection to a database: statements, rows, transactions.
 *
 * A connection belongs to one thread at a time. Statements it has prepared stay prepared: a kin_sql with an
 * id is kept in the connection's table under that id, and opening it again is an array access. */
#ifndef KIN_DB_CONNECTION_H
#define KIN_DB_CONNECTION_H

#include <kin/db.h>
#include <kin/value.h>

#include "base/arena.h"
#include "base/error.h"
#include "schema/schema.h"
#include "sql/dialect.h"

typedef struct kin_connection kin_connection;
typedef struct kin_statement kin_statement;

/* SQL to be sent. */
typedef struct kin_sql {
	const char *text;
	size_t      length;
	uint32_t    id;   /* kin_sql_id(); 0: prepared for this once */
	uint32_t    rows; /* not 0: it is a SELECT of so many columns, in no order, for kin_statement_each() alone, */
	bool        walked; /* or for kin_statement_walk() alone */
} kin_sql;

/* A new id for a statement text. Ids are small and dense; thread-safe. */
uint32_t kin_sql_id(void);

/* Where a result's column goes in a struct, or a struct's member comes from. */
typedef struct kin_cell {
	uint32_t offset; /* of the member */
	uint16_t column; /* of the result, from 0; or the placeholder, from 0 */
	uint8_t  kind;   /* kin_kind, perhaps | KIN_KIND_NULLABLE */
	uint8_t  not_null; /* a NULL here is an error that names the cell */
	const struct kin_domain *domain; /* ENUM, CHARS, CUSTOM: value/domain.h. NULL: the others */
} kin_cell;

/* What structs are made from, row by row. */
typedef struct kin_mould {
	const void     *blank; /* copied: the struct, perhaps with something in front of it */
	size_t          size;  /* of the blank */
	size_t          head;  /* of it, in front of the struct */
	const kin_cell *cells;
	size_t          count;
} kin_mould;

/* Where in the program somebody is who takes a connection. */
typedef struct kin_place {
	const char *file; /* a literal. NULL: not known */
	int         line;
} kin_place;

typedef enum kin_begin { KIN_BEGIN_READ, KIN_BEGIN_WRITE } kin_begin;

/* Take a connection from the pool, waiting for one if all are out; give it back (rolled back if a transaction is open). */
int  kin_db_acquire(kin_db *db, kin_connection **ret_connection, kin_error *error);
void kin_db_release(kin_db *db, kin_connection *connection);
/* Take one and begin a transaction on it; one that turns out to be gone is replaced, for nothing has been lost with it. `place` is
 * named when there is none left; it may be NULL. */
int  kin_db_begin(kin_db *db, kin_begin mode, const kin_place *place, kin_connection **ret_connection, kin_error *error);
/* The same for a transaction of some kind. */
int  kin_db_begin_as(kin_db *db, kin_begin mode, const kin_begin_options *options, const kin_place *place, kin_connection **ret_connection,
                     kin_error *error);
/* The same for who only reads: on a replica that has what was committed through this kin_db, or where it is if there is none, or none that
 * catches up in time. The connection is given back to kin_connection_db(). */
int  kin_db_begin_read(kin_db *db, const kin_begin_options *options, const kin_place *place, kin_connection **ret_connection,
                       kin_error *error);
kin_db *kin_connection_db(const kin_connection *connection);
/* Whether it is a server that has let a connection in before: one that does not now may be about to start again. */
bool kin_db_may_return(const kin_db *db);

/* What the layer above keeps with a database, freed with it; NULL: nothing yet. And put it there: what is there afterwards, which another
 * thread may have put there first. */
void *kin_db_above(kin_db *db);
void *kin_db_put_above(kin_db *db, void *above, void (*done)(void *above));

/* Called with each new connection of the database and its replicas, before anybody gets it; what is not KIN_OK is the error of who wanted it. To be
 * set before connections are made, and once. */
typedef int kin_db_greet(void *context, kin_connection *connection, kin_error *error);
void kin_db_on_connected(kin_db *db, kin_db_greet *greet, void *context);

const kin_dialect *kin_db_dialect_of(const kin_db *db);
const kin_dialect *kin_connection_dialect(const kin_connection *connection);

/* Transactions. BEGIN_WRITE takes the write lock at once, where the database has one (BEGIN IMMEDIATE). A failed
 * COMMIT leaves the transaction open or rolled back as the database does; kin_connection_in_transaction() tells. After a statement
 * that failed with KIN_ESERIALIZE there is no COMMIT, whatever the database would say to it: KIN_ESERIALIZE. */
int kin_connection_begin(kin_connection *connection, kin_begin mode, kin_error *error);
/* The same for one of some kind; `options` may be NULL. */
int kin_connection_begin_as(kin_connection *connection, kin_begin mode, const kin_begin_options *options, kin_error *error);
int kin_connection_commit(kin_connection *connection, kin_error *error);
int kin_connection_rollback(kin_connection *connection, kin_error *error);
/* SAVEPOINT kin_<n>, RELEASE, ROLLBACK TO. */
int kin_connection_savepoint(kin_connection *connection, int n, kin_error *error);
int kin_connection_release(kin_connection *connection, int n, kin_error *error);
int kin_connection_rollback_to(kin_connection *connection, int n, kin_error *error);
bool kin_connection_in_transaction(const kin_connection *connection);

/* Run SQL that has no values and no rows; several statements separated by `;` are fine. Only literals, DDL
 * rendered from a schema, and the text of revisions come here. */
int kin_connection_run(kin_connection *connection, const char *sql, kin_error *error);

/* Run one statement with values and no rows; ret_changed (may be NULL) is how many rows it changed. */
int kin_connection_execute(kin_connection *connection, const kin_sql *sql, const kin_value *values, size_t count,
                           int64_t *ret_changed, kin_error *error);

/* A statement, ready to bind. It belongs to the connection until kin_statement_close(), which keeps it prepared if it has
 * an id. Opening one that is open already gives a second one. Errors carry the SQL. What was bound may be gone after a
 * close, so every placeholder is to be bound before the first step. */
int  kin_statement_open(kin_connection *connection, const kin_sql *sql, kin_statement **ret_statement, kin_error *error);
void kin_statement_close(kin_statement *statement); /* NULL is accepted */
/* Make it ready to bind and run again. */
void kin_statement_reset(kin_statement *statement);

/* Bind placeholder `index` (from 0). Text and bytes are borrowed until the statement is reset or closed. */
int kin_statement_bind(kin_statement *statement, size_t index, const kin_value *value, kin_error *error);
/* Bind members of a struct: placeholder cells[i].column + first. */
int kin_statement_bind_cells(kin_statement *statement, const kin_cell *cells, size_t count, const void *object,
                             size_t first, kin_error *error);

/* The next row: 1 there is one, 0 there are no more, negative: an error. */
int kin_statement_step(kin_statement *statement, kin_error *error);
/* Before the first step: its rows will be walked slowly, while other statements run. The run then needs little memory for any number of
 * rows, in a transaction at least; it may cost a round trip or two more. */
void kin_statement_stream(kin_statement *statement);
size_t kin_statement_columns(const kin_statement *statement);
const char *kin_statement_column_name(const kin_statement *statement, size_t column);
/* Call `take` with every row, which is read as after a step. It returns KIN_OK; a negative code, which ends the run as its result;
 * or 1, which ends the run well. KIN_OK, or an error. Traced as one run, with what `take` does. */
typedef int kin_statement_take(void *context);
int kin_statement_each(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error);
/* The same for the next row alone, where `take` returns KIN_OK or a negative code: 1 there was one, 0 there are no more, negative: an error.
 * Nothing may be read of the row afterwards. */
int kin_statement_walk(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error);
/* A column of the current row as a kind (KIN_KIND_NULL: as what it is). Text and bytes are borrowed until the next step.
 * KIN_EVALUE when the value is not of that kind, naming the column and the value. */
int kin_statement_value(kin_statement *statement, size_t column, int kind, kin_value *ret_value, kin_error *error);
/* A column of the current row as an integer, and whether it is NULL: the fast way to a key. */
int64_t kin_statement_int64(kin_statement *statement, size_t column, bool *ret_null);
/* Fill a struct's members from the current row; text and bytes are copied into the arena. */
int kin_statement_read(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                       kin_arena *arena, kin_error *error);
/* Bytes that the text and blob cells of the current row need in an arena (an upper bound). */
size_t kin_statement_read_size(kin_statement *statement, const kin_cell *cells, size_t count);
/* A struct made from the current row: a copy of the mould with its members filled and its texts behind it. One piece of the arena,
 * which can be kept. NULL: the error is set. */
void *kin_statement_make(kin_statement *statement, const kin_mould *mould, kin_arena *arena, kin_error *error);
/* As kin_statement_read(), but texts and bytes may be borrowed: they live until the next step, and the arena until then. */
int kin_statement_borrow(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                         kin_arena *arena, kin_error *error);
int64_t kin_statement_changed(const kin_statement *statement); /* rows changed by the last run */

/* Whether the database numbers rows without a gap, so that their keys need not come back by RETURNING: 1 if the next `rows` rows
 * that this connection inserts into a table, with no value for its key column, will have the keys up to
 * kin_statement_last_key(). For one row that key alone is asked for, whatever number it is. 0: let RETURNING say them. Negative: an error. To be asked anew before every INSERT of several
 * rows, inside a transaction that writes. What it sends to find out is not traced. */
int kin_connection_numbers(kin_connection *connection, const char *table, const char *column, size_t rows, kin_error *error);
/* The key of the last row that an INSERT made, where kin_connection_numbers() said that it tells. */
int64_t kin_statement_last_key(const kin_statement *statement);

/* ---- one statement for many objects ---- */

typedef enum kin_change { KIN_CHANGE_INSERT, KIN_CHANGE_UPDATE, KIN_CHANGE_DELETE } kin_change;

/* What a statement that writes one row says, for a driver that can say it of many rows at once in its own words. Names are
 * as they are, not quoted. */
typedef struct kin_row_change {
	kin_change         change;
	const char        *table;
	const char *const *columns;  /* INSERT: those that get values; UPDATE: those that are set. In the order of the placeholders */
	size_t             column_count; /* an INSERT may have none: DEFAULT VALUES */
	const char *const *keys;     /* UPDATE and DELETE: what the WHERE compares, column = ?, and behind the others */
	size_t             key_count;
	const char *const *returned; /* INSERT: the RETURNING's; empty: there is none */
	size_t             returned_count;
	bool               upsert;   /* an INSERT that says more than this: what to do with a row that is there, which may count as none or two */
} kin_row_change;

/* A statement that writes one row, and the objects that it is to be run for, in this order. All is borrowed for the call, but what
 * has an .sql.id is the same whenever it comes: .sql, .cells, .key_cells, .change. */
typedef struct kin_repeat {
	kin_sql               sql;
	const kin_row_change *change;    /* what .sql says */
	const kin_cell       *cells;     /* bound from objects[i]: placeholder cells[n].column */
	size_t                cell_count;
	const kin_cell       *key_cells; /* bound from keys[i]. UPDATE and DELETE */
	size_t                key_count;
	const void *const    *objects;   /* NULL where there are no .cells */
	const void *const    *keys;      /* structs that hold the keys: an object as it was. NULL where there are no .key_cells */
	size_t                count;
} kin_repeat;

/* Where a kin_connection_repeat() failed. SIZE_MAX: that is not known. */
typedef struct kin_fault {
	size_t repeat; /* which of them */
	size_t object; /* which of its objects */
	size_t cell;   /* whose value could not be bound: of .cells, then of .key_cells. SIZE_MAX: the database refused */
} kin_fault;

/* Called for each object, in order, once it is written. kin_statement_changed(done) is how many rows that changed (an UPDATE of a
 * row that is gone: 0); where the statement has RETURNING its row is current instead, to be read as after a step. It may not use
 * the connection. Returns KIN_OK; or a negative code, which ends all as its result. */
typedef int kin_repeat_take(void *context, size_t repeat, size_t object, kin_statement *done);

/* Whether the driver has a way to do so in few round trips. If not, kin_connection_repeat() still works, one by one. */
bool kin_connection_repeats(const kin_connection *connection);
/* Run statements for many objects. None may need what another one's row returns, for all may be on their way at once; but each
 * sees what those before it wrote. Any number of objects needs a bounded amount of memory and, where the driver repeats,
 * about as many round trips as one does. `take` may be NULL.
 *
 * KIN_OK, or the first error with its *ret_fault (may be NULL): in a transaction (as after any error) what was written before it is
 * to be rolled back, whether `take` has heard of it or not. Outside one it is not known how much was written. */
int kin_connection_repeat(kin_connection *connection, const kin_repeat *repeats, size_t count, kin_repeat_take *take,
                          void *context, kin_fault *ret_fault, kin_error *error);

/* How many statements it has run since it was made, but for those of transactions. */
uint64_t kin_connection_runs(const kin_connection *connection);
/* Where in the program it is told to run what comes next; for the log. */
void kin_connection_at(kin_connection *connection, kin_place place);

/* How often it has waited for an answer of the server since it was made; 0: there is no server. */
uint64_t kin_connection_trips(const kin_connection *connection);

/* The database's schema, as far as kin can say it; `kin_…` bookkeeping tables included, SQLite's own not. */
int kin_connection_reflect(kin_connection *connection, kin_arena *arena, kin_schema *ret_schema, kin_error *error);

/* Ask a running statement to stop (from another thread or a signal handler): it ends with KIN_EINTERRUPT. */
void kin_connection_interrupt(kin_connection *connection);

#endif
