/* driver.h - what the PostgreSQL driver's files know of each other. */
#ifndef KIN_DB_POSTGRESQL_DRIVER_H
#define KIN_DB_POSTGRESQL_DRIVER_H

#include <libpq-fe.h>

#include "base/vec.h"
#include "db/driver.h"

/* What all connections of a kin_db share: libpq's words for what the URL says. In db->arena. */
typedef struct kin_pg_config {
	const char **keywords; /* end with NULL */
	const char **values;
	const char  *place;    /* what errors call the server: "localhost:5432", "/run/postgresql" */
	const char  *user;     /* NULL: libpq's default */
	const char  *database; /* NULL: named as the user */
	int          timeout;  /* milliseconds to connect to one host; 0: as long as it takes */
	int          busy_timeout;
	size_t       hosts_at; /* where "host" and "port" are in the keywords; "port" follows */
	bool         read_only;
	bool         pgbouncer;   /* or another pooler, that gives each transaction another connection of the server */
	const char  *begin;       /* what is sent for BEGIN. NULL: BEGIN */
} kin_pg_config;

/* A type that kin has no name for, and whether its values are plain text (an enum, citext). */
typedef struct kin_pg_type {
	Oid  oid;
	Oid  array; /* of such values; 0: none */
	Oid  element; /* where it is an array itself; 0: it is none */
	bool text;
} kin_pg_type;

typedef struct kin_pg_statement kin_pg_statement;
typedef struct kin_pg_arrays kin_pg_arrays;

typedef struct kin_pg_connection {
	kin_connection       base;
	PGconn              *handle;
	PGcancel            *cancel;
	const kin_pg_config *config;
	kin_pg_statement    *running; /* whose rows are still on their way. NULL: none */
	kin_pg_statement    *unnamed; /* whose text the server keeps as the unnamed statement. NULL: nobody's */
	kin_vec(kin_pg_type) types;
	bool                 in_transaction; /* when the last statement had ended */
	uint32_t             cursors;        /* made so far: cursor.c */
	uint32_t             epoch;          /* raised with every end of a transaction or a savepoint, which ends cursors */
	bool                 ended;          /* the server has said so */
	bool                 busy;           /* atomic: the server works for it */
	bool                 interrupted;    /* atomic: it was asked to stop, and nothing has been stopped since */
} kin_pg_connection;

/* What becomes of a statement when the connection goes while it runs, and what its end means. */
typedef enum kin_pg_effect {
	KIN_PG_READS,   /* nothing is lost */
	KIN_PG_WRITES,  /* outside a transaction nobody knows */
	KIN_PG_COMMITS, /* nobody knows */
} kin_pg_effect;

enum { KIN_PG_SCRATCH = 40 }; /* bytes per placeholder for numbers, dates and their texts: KIN_SHOW_DATE */

struct kin_pg_statement {
	kin_statement base;
	size_t        length;      /* of .base.text */
	char          name[16];    /* the server's; "": the unnamed one */
	kin_pg_effect effect;
	bool          sent;        /* in this run */
	bool          ends;        /* a transaction, or a savepoint */
	bool          streamed;    /* its next run is to need little memory, and let other statements in between */
	bool          alone;       /* this run is no part of a transaction */
	bool          incomplete;  /* rows were lost, for want of memory */
	bool          stale;       /* has to be prepared again */
	bool          forgotten;   /* the server does not have it any more */
	bool          controls;    /* a transaction: needs no preparing */
	bool          repeating;   /* opened by the kin_connection_repeat() that runs */
	bool          binary;      /* its rows are: every column's type is known */
	PGresult     *description; /* parameters and columns */
	Oid          *column_types;
	size_t        parameter_count;
	Oid          *types;       /* of the parameters. One allocation with the four below */
	const char  **values;
	int          *lengths;
	int          *formats;
	char        (*scratch)[KIN_PG_SCRATCH];
	kin_arena     texts;       /* bound texts that have to end with a NUL */
	kin_arena     shown;       /* values of the current row that are made here */
	kin_pg_arrays *arrays;     /* the same for many rows. NULL: never needed */
	uint32_t      cursor;      /* the number of its cursor. 0: none */
	uint32_t      epoch;       /* of the connection, when that was opened */
	int           asked_for;   /* rows of it, at once */
	PGresult     *end;         /* what ended this run, not read yet. NULL: it goes on */
	PGresult     *rows;        /* the row, or rows, at hand */
	int           row;         /* the current one of them */
	int           row_count;
};

extern const kin_driver kin_driver_postgresql;

/* config.c */
int kin_pg_configure(kin_db *db, kin_error *error);

/* connect.c */
int  kin_pg_open(kin_db *db, kin_connection **ret_connection, kin_error *error);
void kin_pg_close(kin_connection *connection);
bool kin_pg_alive(const kin_connection *connection);
bool kin_pg_ping(kin_connection *connection);
void kin_pg_interrupt(kin_connection *connection);

/* peer.c: what it is that has answered first on a socket, "a web server". NULL: a PostgreSQL server, as far as one can see. */
const char *kin_pg_stranger(int socket);

/* Around the time in which the server works for the connection: then it can be interrupted. */
void kin_pg_begin_work(kin_pg_connection *connection);
void kin_pg_end_work(kin_pg_connection *connection);

/* statement.c: kin_driver's functions of the same names */
int  kin_pg_prepare(kin_connection *connection, const kin_sql *sql, kin_statement **ret_statement, kin_error *error);
void kin_pg_finalise(kin_statement *statement);
void kin_pg_reset(kin_statement *statement);
int  kin_pg_step(kin_statement *statement, kin_error *error);
/* Make the connection free for another statement: the rows that are on their way are put aside for who reads them. */
int  kin_pg_make_way(kin_pg_connection *connection, kin_error *error);
/* Prepare it again, the same but for what has happened to the tables. Values that are bound have been written for the types
 * that were expected until now: KIN_ESERIALIZE when those are others. */
int  kin_pg_prepare_again(kin_pg_connection *c, kin_pg_statement *s, kin_error *error);
/* Whether the server refuses because the tables behind a prepared statement have changed, or it has forgotten it; and what is
 * said of that in a transaction, which cannot go on. */
bool kin_pg_is_out_of_date(const PGresult *result);
int  kin_pg_out_of_date(kin_pg_statement *s, const PGresult *result, kin_error *error);
/* Read what is left of what the server sends, and drop it. */
void kin_pg_drain(kin_pg_connection *connection);
void kin_pg_end_copy(kin_pg_connection *connection, ExecStatusType status);
/* How many rows a statement changed, as the server has it. */
int64_t kin_pg_changed(const PGresult *result);

/* cursor.c: a streamed statement that runs in a transaction. As kin_pg_step(): its first rows, and those behind the ones at hand. */
int  kin_pg_cursor_open(kin_pg_statement *s, kin_error *error);
int  kin_pg_cursor_next(kin_pg_statement *s, kin_error *error);
void kin_pg_cursor_close(kin_pg_statement *s);
/* Whether rows have the columns that the statement was described with. */
bool kin_pg_is_as_described(const kin_pg_statement *s, const PGresult *rows);
/* kin_driver's function of the same name. */
void kin_pg_stream(kin_statement *statement);

/* replica.c: kin_driver's function of the same name */
int kin_pg_position(kin_connection *connection, uint64_t *ret_position, kin_error *error);

/* notify.c: kin_driver's listen and wait */
int kin_pg_listen(kin_connection *connection, const char *channel, kin_error *error);
int kin_pg_wait(kin_connection *connection, int milliseconds, kin_arena *arena, kin_notification *ret_notification, kin_error *error);

/* type.c: whether each column of a description can be read in binary. May ask the server about types. */
int kin_pg_types_known(kin_pg_connection *connection, const PGresult *description, bool *ret_known, kin_error *error);

/* The array type of a type that is not PostgreSQL's own; 0: it has none. */
int kin_pg_array_type(kin_pg_connection *connection, Oid oid, Oid *ret_array, kin_error *error);

/* The type of an array's elements; 0: it is no array. */
int kin_pg_element_type(kin_pg_connection *connection, Oid array, Oid *ret_element, kin_error *error);

/* array.c: bind several values as one, where an array is expected. */
int kin_pg_bind_array(kin_pg_statement *s, size_t index, const kin_value *items, kin_error *error);

/* repeat.c: kin_driver's function of the same name. */
int kin_pg_repeat(kin_connection *connection, const kin_repeat *repeats, size_t count, kin_repeat_take *take, void *context,
                  kin_fault *ret_fault, kin_error *error);

/* arrays.c: an INSERT of one row, said for many: the values of each column come as an array. */
/* Make it, where there is none yet. *ret_can: whether it can be said so. May ask the server about types. */
int  kin_pg_arrays_make(kin_pg_connection *connection, kin_pg_statement *s, const kin_row_change *change, bool *ret_can,
                        kin_error *error);
/* Append the values that are bound now. *ret_bytes is how much there is in all. KIN_ENOMEM; or KIN_EVALUE: one of them is sent in
 * another form than those before it, as what a program's own type makes may be. */
int  kin_pg_arrays_add(kin_pg_statement *s, size_t *ret_bytes);
void kin_pg_arrays_clear(kin_pg_statement *s);
void kin_pg_arrays_free_values(kin_pg_statement *s); /* what they took stays away from the next to come */
/* Make it known to the server, before the first time; and send what has been appended. KIN_ENOMEM, or KIN_EDB: the connection says
 * why. */
int  kin_pg_arrays_prepare(kin_pg_connection *connection, kin_pg_statement *s);
int  kin_pg_arrays_send(kin_pg_connection *connection, kin_pg_statement *s);
bool kin_pg_arrays_are_prepared(const kin_pg_statement *s);
/* What came of preparing them; NULL of .arrays is accepted. */
void kin_pg_arrays_note(kin_pg_statement *s, bool prepared);
const char *kin_pg_arrays_name(const kin_pg_statement *s); /* on the server. NULL: it has none */
void kin_pg_arrays_free(kin_pg_arrays *arrays);

/* run.c */
int kin_pg_run(kin_connection *connection, const char *sql, kin_error *error);
int kin_pg_limit(kin_connection *connection, int milliseconds, bool *ret_lasts, kin_error *error);
/* Whether what is no part of a transaction may write. */
int kin_pg_check_writable(const kin_pg_connection *connection, kin_error *error);
/* A COMMIT that the server answered with a rollback. `result` is its end. */
int kin_pg_check_commit(kin_pg_effect effect, const PGresult *result, kin_error *error);

/* split.c: the next statement in a text. Returns its start, which is at the text's end if there is none; *ret_length is without
 * the semicolon, *ret_next what follows it. */
const char *kin_pg_split(const char *sql, size_t *ret_length, const char **ret_next);
kin_pg_effect kin_pg_effect_of(const char *sql);
/* Whether it ends a transaction, or goes back in it. */
bool kin_pg_ends(const char *sql);
/* Whether it begins or ends one, or a savepoint. */
bool kin_pg_controls(const char *sql);

/* bind.c, read.c: kin_driver's functions of the same names */
int kin_pg_bind(kin_statement *statement, size_t index, const kin_value *value, kin_error *error);
int kin_pg_bind_cells(kin_statement *statement, const kin_cell *cells, size_t count, const void *object,
                      size_t first, kin_error *error);
int kin_pg_value(kin_statement *statement, size_t column, int kind, kin_value *ret_value, kin_error *error);
int64_t kin_pg_integer(kin_statement *statement, size_t column, bool *ret_null);
int kin_pg_read(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                kin_arena *arena, kin_error *error);
void *kin_pg_make(kin_statement *statement, const kin_mould *mould, kin_arena *arena);
size_t kin_pg_read_size(kin_statement *statement, const kin_cell *cells, size_t count);

/* error.c. `result` NULL: what the connection itself says. `sql` NULL: none. Each returns KIN_E…. */
int kin_pg_error(kin_pg_connection *connection, const PGresult *result, const char *sql, kin_error *error);
/* The connection went while a statement with this effect ran. */
int kin_pg_error_lost(kin_pg_connection *connection, kin_pg_effect effect, const char *sql, kin_error *error);
int kin_pg_error_connect(const kin_pg_config *config, PGconn *handle, kin_error *error);
int kin_pg_error_timeout(const kin_pg_config *config, kin_error *error);
int kin_pg_error_stranger(const kin_pg_config *config, const char *who, kin_error *error);

/* reflect.c */
int kin_pg_reflect(kin_connection *connection, kin_arena *arena, kin_schema *ret_schema, kin_error *error);

static inline kin_pg_connection *kin_pg_of(kin_connection *connection)
{
	return (kin_pg_connection *)connection;
}

static inline kin_pg_statement *kin_pg_statement_of(kin_statement *statement)
{
	return (kin_pg_statement *)statement;
}

#endif
