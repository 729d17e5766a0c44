/* driver.h - what the dqlite driver's files know of each other. */
#ifndef KIN_DB_DQLITE_DRIVER_H
#define KIN_DB_DQLITE_DRIVER_H

#include <pthread.h>

#include "db/db.h"
#include "db/dqlite/link.h"
#include "db/dqlite/verb.h"

typedef struct kin_dqlite_host {
	const char *name, *port;
	const char *shown; /* "n1:9001", as nodes write it */
} kin_dqlite_host;

/* What all connections of a kin_db share. In db->arena. */
typedef struct kin_dqlite_config {
	kin_dqlite_host *hosts;
	size_t           host_count;
	const char      *place;    /* what errors call the cluster: its hosts, as written in the URL */
	const char      *database;
	int              connect_timeout;  /* milliseconds to find a leader in */
	int              response_timeout; /* milliseconds that a node may take to answer; 0: as long as it takes */
	int              busy_timeout;     /* milliseconds to wait for a lock */
	bool             read_only;
	pthread_mutex_t  mutex;
	char             leader[280]; /* the last one that was found, "n1:9001"; "": none yet. Under the mutex */
} kin_dqlite_config;

typedef struct kin_dqlite_statement kin_dqlite_statement;

typedef struct kin_dqlite_connection {
	kin_connection           base;
	kin_dqlite_config       *config;
	kin_link                 link;
	uint32_t                 generation; /* of the link: a statement that was prepared in another is not known to the node */
	kin_text                 node;       /* where it is connected to */
	kin_dqlite_statement    *running;    /* whose rows are still on their way. NULL: none */
	size_t                   owed;       /* answers that nobody waits for, in front of the others */
	size_t                   awaited;    /* answers that are to come; rows are one, however many batches they take */
	bool                     in_transaction;
	bool                     touched;    /* the transaction has read or written something */
	bool                     personal;   /* it has settings that a new one would not have */
	bool                     busy;        /* atomic: it waits for the node */
	bool                     interrupted; /* atomic: it was asked to stop, and has not */
	/* the last answer */
	kin_frame                frame;
	int                      code;       /* of a failure */
	kin_text                 message;    /* of it; or why the node is gone */
	bool                     perhaps;    /* the node is gone and may have done what it was asked */
	int64_t                  changed, last_key;
} kin_dqlite_connection;

/* A value as it goes out. */
typedef struct kin_dqlite_parameter {
	kin_value value;   /* NULL, INT64, DOUBLE, TEXT, BYTES. Borrows as kin_statement_bind() says, or from the scratch */
	char      scratch[48];
} kin_dqlite_parameter;

/* A value of the current row. */
typedef struct kin_dqlite_datum {
	int         type;  /* a kin_frame_type of the first five */
	int64_t     integer;
	double      real;
	const char *data;  /* of a text, which ends with a NUL, or of bytes */
	size_t      size;
} kin_dqlite_datum;

struct kin_dqlite_statement {
	kin_statement         base;
	size_t                length;     /* of .base.text */
	kin_verb              verb;
	bool                  direct;     /* not prepared: its text is sent */
	bool                  rows;       /* it is asked for rows */
	bool                  sent;       /* in this run */
	bool                  lost;       /* the node went while its rows were on their way */
	uint32_t              generation; /* of the link that .number is of; 0: not prepared */
	uint32_t              number;     /* the node's */
	kin_text              wrapped;    /* what is prepared in its place. "": the text itself */
	kin_dqlite_parameter *parameters;
	size_t                parameter_count;
	kin_arena             texts;      /* bound values that are made here, and a value of the current row */
	const char          **columns;    /* their names. One allocation with the row */
	kin_dqlite_datum     *row;
	size_t                column_count;
	kin_text              body;       /* the batch of rows that is being read */
	kin_frame             batch;      /* in it */
	kin_text              aside;      /* batches that had to make way, each with its size in front */
	size_t                taken;      /* of them */
	int64_t               row_count;  /* read in this run */
	int64_t               last_key;
};

extern const kin_driver kin_driver_dqlite;

/* config.c */
int  kin_dqlite_configure(kin_db *db, kin_error *error);
void kin_dqlite_unconfigure(kin_db *db);

/* connect.c */
int  kin_dqlite_open(kin_db *db, kin_connection **ret_connection, kin_error *error);
void kin_dqlite_close(kin_connection *connection);
bool kin_dqlite_alive(const kin_connection *connection);
bool kin_dqlite_ping(kin_connection *connection);
void kin_dqlite_interrupt(kin_connection *connection);
/* Around the time in which it waits for a node: then it can be interrupted. */
void kin_dqlite_begin_work(kin_dqlite_connection *connection);
void kin_dqlite_end_work(kin_dqlite_connection *connection);

/* seek.c: find the leader and open the database there, within the time that the URL gives it. `code` is what it fails with. */
int kin_dqlite_seek(kin_dqlite_connection *connection, int code, kin_error *error);

/* ask.c: one request and its answer. */
typedef enum kin_dqlite_end {
	KIN_DQLITE_ANSWERED, /* .frame; of a RESULT .changed and .last_key */
	KIN_DQLITE_REFUSED,  /* .code and .message */
	KIN_DQLITE_GONE,     /* .message, .perhaps; there is no link and no transaction any more */
	KIN_DQLITE_STOPPED,  /* it was interrupted; the link may be gone (.perhaps) or not */
	KIN_DQLITE_NOMEM,    /* as GONE, if it came to sending */
} kin_dqlite_end;

/* Send what is in .link.out, so many requests: ANSWERED, though they are not yet. */
kin_dqlite_end kin_dqlite_send(kin_dqlite_connection *connection, size_t answers);
/* The same, and take the first answer. */
kin_dqlite_end kin_dqlite_ask(kin_dqlite_connection *connection, size_t answers);
/* The next answer to what has been sent. */
kin_dqlite_end kin_dqlite_next(kin_dqlite_connection *connection);
/* Give the link up; `garbled`: because what came makes no sense. */
void kin_dqlite_drop(kin_dqlite_connection *connection);
kin_dqlite_end kin_dqlite_garbled(kin_dqlite_connection *connection);
/* Forget what is in .link.out. */
void kin_dqlite_unsend(kin_dqlite_connection *connection);
/* Put a request that is nothing but an SQL text into .link.out. */
void kin_dqlite_put_sql(kin_dqlite_connection *connection, kin_frame_request request, const char *sql, size_t length);

/* statement.c: kin_driver's functions of the same names */
int  kin_dqlite_prepare(kin_connection *connection, const kin_sql *sql, kin_statement **ret_statement, kin_error *error);
void kin_dqlite_finalise(kin_statement *statement);
void kin_dqlite_reset(kin_statement *statement);
/* Have the node forget it. */
void kin_dqlite_forget(kin_dqlite_connection *connection, kin_dqlite_statement *statement);
/* Not prepared, if it need not be: for a text that is run once and has no values. */
int  kin_dqlite_prepare_once(kin_dqlite_connection *connection, const char *text, size_t length, kin_dqlite_statement **ret_statement,
                             kin_error *error);

/* learn.c: have the node prepare a statement, unless it has. */
kin_dqlite_end kin_dqlite_learn(kin_dqlite_connection *connection, kin_dqlite_statement *statement);

/* run.c */
int kin_dqlite_step(kin_statement *statement, kin_error *error);
int kin_dqlite_run(kin_connection *connection, const char *sql, kin_error *error);
/* Again and again, while the database is locked or there is no leader and the time is not over. */
typedef kin_dqlite_end kin_dqlite_try(kin_dqlite_connection *connection, kin_dqlite_statement *statement);
int kin_dqlite_insist(kin_dqlite_connection *connection, kin_dqlite_statement *statement, kin_dqlite_try *try, kin_error *error);

/* A request for one run of a prepared statement, with what is bound, into .link.out. */
void kin_dqlite_put_run(kin_dqlite_connection *connection, const kin_dqlite_statement *statement);
/* What the failure of a statement means, and what it has made of the transaction. */
int kin_dqlite_refused(kin_dqlite_connection *connection, const kin_dqlite_statement *statement, int64_t waited, kin_error *error);

/* Whether one is still open after an error. */
void kin_dqlite_see_transaction(kin_dqlite_connection *connection);

/* repeat.c */
int kin_dqlite_repeat(kin_connection *connection, const kin_repeat *repeats, size_t count, kin_repeat_take *take, void *context,
                      kin_fault *ret_fault, kin_error *error);

/* rows.c: reading what a node sends in batches. */
/* The batch in .frame is the first one of a run. */
int kin_dqlite_rows_begin(kin_dqlite_connection *connection, kin_dqlite_statement *statement, kin_error *error);
/* The next row: 1, 0 or an error. */
int kin_dqlite_rows_next(kin_dqlite_connection *connection, kin_dqlite_statement *statement, kin_error *error);
/* Make the connection free for another statement: the rows that are on their way are put aside for who reads them. */
int kin_dqlite_rows_make_way(kin_dqlite_connection *connection, kin_error *error);
/* Read those that are on their way, and drop them. */
void kin_dqlite_rows_drain(kin_dqlite_connection *connection);
/* Forget the rows of a run. */
void kin_dqlite_rows_end(kin_dqlite_connection *connection, kin_dqlite_statement *statement);
/* Names of columns, from the beginning of a batch. `fold`: the node has told equal ones apart. KIN_EVALUE: there are none; KIN_ENOMEM. */
int kin_dqlite_rows_names(kin_dqlite_statement *statement, kin_frame *frame, bool fold);

/* bind.c, read.c: kin_driver's functions of the same names */
int kin_dqlite_bind(kin_statement *statement, size_t index, const kin_value *value, kin_error *error);
int kin_dqlite_bind_cells(kin_statement *statement, const kin_cell *cells, size_t count, const void *object,
                          size_t first, kin_error *error);
/* Write what is bound into a request. */
void kin_dqlite_put_parameters(const kin_dqlite_statement *statement, kin_text *out);
int kin_dqlite_value(kin_statement *statement, size_t column, int kind, kin_value *ret_value, kin_error *error);
int64_t kin_dqlite_integer(kin_statement *statement, size_t column, bool *ret_null);
int kin_dqlite_read(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                    kin_arena *arena, kin_error *error);
size_t kin_dqlite_read_size(kin_statement *statement, const kin_cell *cells, size_t count);

/* error.c: what the last answer means. `sql` NULL: none. Each returns KIN_E…. */
int kin_dqlite_error(kin_dqlite_connection *connection, int64_t waited, const char *sql, kin_error *error);
/* The node went, while a statement with this effect ran. `had_transaction`: and one was open. */
int kin_dqlite_error_lost(kin_dqlite_connection *connection, kin_verb_effect effect, bool had_transaction, const char *sql,
                          kin_error *error);
int kin_dqlite_error_stopped(kin_dqlite_connection *connection, kin_verb_effect effect, bool had_transaction, const char *sql,
                             kin_error *error);

static inline kin_dqlite_connection *kin_dqlite_of(kin_connection *connection)
{
	return (kin_dqlite_connection *)connection;
}

static inline kin_dqlite_statement *kin_dqlite_statement_of(kin_statement *statement)
{
	return (kin_dqlite_statement *)statement;
}

#endif
