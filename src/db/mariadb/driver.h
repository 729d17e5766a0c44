/* driver.h - what the MariaDB driver's files know of each other. */
#ifndef KIN_DB_MARIADB_DRIVER_H
#define KIN_DB_MARIADB_DRIVER_H

#include <mysql.h>

#include <pthread.h>
#include <semaphore.h>

#include "db/driver.h"

/* A server, as the URL has it. */
typedef struct kin_maria_host {
	const char  *name;   /* NULL: this machine */
	unsigned int port;   /* 0: the usual one */
	const char  *socket; /* NULL: none was named */
} kin_maria_host;

typedef struct kin_maria_connection kin_maria_connection;

/* Stops statements for those who ask: interrupt.c. */
typedef struct kin_maria_watch {
	pthread_t             thread;
	sem_t                 wanted;
	pthread_mutex_t       mutex;       /* over all that follows, and while a statement is being stopped */
	kin_maria_connection *connections;
	pid_t                 pid;         /* the process that the thread runs in; 0: there is none */
	bool                  ending;
} kin_maria_watch;

/* What all connections of a kin_db share. In db->arena. */
typedef struct kin_maria_config {
	kin_maria_host *hosts; /* to be tried in this order */
	size_t          host_count;
	const char     *place; /* what errors call the server: "localhost:3306", "/run/mysqld/mysqld.sock" */
	const char     *user;  /* NULL: the user of the process */
	const char     *password;
	const char     *database;
	const char     *ssl_key, *ssl_cert, *ssl_ca, *ssl_capath, *ssl_cipher, *tls_version;
	bool            ssl;        /* a connection without TLS is refused */
	bool            ssl_verify; /* and so is a server whose certificate is not its own */
	bool            compress;
	unsigned int    connect_timeout; /* seconds; 0: as long as it takes */
	unsigned int    read_timeout;
	unsigned int    write_timeout;
	unsigned int    lock_timeout;    /* seconds: MariaDB has no shorter ones */
	bool            read_only;
	const char     *settings;        /* the SQL that begins every session */
	const char     *older_settings;  /* of a server that has no innodb_snapshot_isolation */
	size_t          packet;          /* bytes that the server accepts at once; atomic; 0: it was not asked */
	kin_maria_watch watch;
} kin_maria_config;

typedef struct kin_maria_statement kin_maria_statement;

struct kin_maria_connection {
	kin_connection        base;
	MYSQL                *handle;
	kin_maria_config     *config;
	const kin_maria_host *host;
	kin_maria_statement  *running; /* whose rows are still on their way. NULL: none */
	bool                  in_transaction; /* when the last statement had ended */
	bool                  lost;
	uint64_t              work;        /* atomic: counts up when the server begins and ends to work for it; odd: it works */
	uint64_t              unwanted;    /* atomic: the work that is to be stopped */
	bool                  interrupted; /* atomic: it was asked to stop, since the last work began */
	bool                  killed;      /* the server was told so. Under the watch's mutex */
	kin_maria_connection *next;        /* of the watch's. Likewise */
};

/* What becomes of a statement when the connection goes while it runs, and what its end means. */
typedef enum kin_maria_effect {
	KIN_MARIA_READS,   /* nothing is lost */
	KIN_MARIA_WRITES,  /* outside a transaction nobody knows */
	KIN_MARIA_COMMITS, /* nobody knows */
} kin_maria_effect;

/* A column of a result. */
typedef struct kin_maria_column {
	enum enum_field_types type;
	bool                  is_unsigned;
	bool                  is_text; /* in a character set, rather than bytes */
	const char           *name;    /* the handle's */
} kin_maria_column;

/* A value of the current row, as it came, without its length in front. NULL where it is NULL. */
typedef struct kin_maria_datum {
	const unsigned char *data;
	size_t               length;
} kin_maria_datum;

/* A row that was put aside: its values, with their bytes behind them. */
typedef struct kin_maria_row {
	struct kin_maria_row *next;
	kin_maria_datum       values[];
} kin_maria_row;

/* What a value is sent from. */
typedef union kin_maria_scratch {
	int64_t    integer;
	double     real;
	float      single;
	MYSQL_TIME time;
	char       text[KIN_DECIMAL_TEXT];
} kin_maria_scratch;

struct kin_maria_statement {
	kin_statement      base;
	size_t             length;     /* of .base.text, without what follows the statement */
	kin_maria_effect   effect;
	MYSQL_STMT        *handle;     /* NULL: it is sent as a text, and has no values and no rows */
	bool               sent;       /* in this run */
	bool               alone;      /* this run is no part of a transaction */
	bool               incomplete; /* rows were lost, for want of memory */
	bool               streams;    /* its rows wait on the server: it does not hold up the connection */
	bool               streamed;   /* its handle has had a cursor, which the client library never forgets */
	int64_t            rows;       /* that this run has given so far */
	size_t             parameter_count;
	MYSQL_BIND        *binds;      /* one allocation with the next */
	kin_maria_scratch *scratch;
	size_t             column_count;
	kin_maria_column  *columns;    /* one allocation with the next */
	kin_maria_datum   *row;        /* the current one */
	kin_arena          texts;      /* bound values that are made here */
	kin_arena          shown;      /* values of the current row that are */
	void              *batch;      /* what repeat.c runs it for. NULL: nothing */
	kin_arena          aside;      /* rows that were put aside: where they are */
	kin_maria_row     *rest;       /* the next one of them */
	int                end;        /* what the run ended with, once the rows put aside are read: KIN_OK, or the code of .failure */
	kin_error          failure;
};

extern const kin_driver kin_driver_mariadb;

/* config.c */
int kin_maria_configure(kin_db *db, kin_error *error);

/* connect.c */
int  kin_maria_open(kin_db *db, kin_connection **ret_connection, kin_error *error);
void kin_maria_close(kin_connection *connection);
bool kin_maria_alive(const kin_connection *connection);
bool kin_maria_ping(kin_connection *connection);
/* A handle that is connected to a host. NULL: `error` (may be NULL) says why, and *ret_next (may be NULL) whether another one may do. */
/* peer.c: who it is that listens there, where it is no MariaDB server: "a web server". NULL: that cannot be told. Takes a second at most. */
const char *kin_maria_stranger(const kin_maria_host *host);
MYSQL *kin_maria_dial(const kin_maria_config *config, const kin_maria_host *host, bool *ret_next, kin_error *error);

/* interrupt.c */
int  kin_maria_watch_add(kin_maria_connection *connection, kin_error *error);
void kin_maria_watch_remove(kin_maria_connection *connection);
void kin_maria_watch_done(kin_maria_watch *watch);
void kin_maria_interrupt(kin_connection *connection);
/* Around the time in which the server works for the connection: then it can be interrupted. */
void kin_maria_begin_work(kin_maria_connection *connection);
void kin_maria_end_work(kin_maria_connection *connection);

/* statement.c: kin_driver's functions of the same names */
int  kin_maria_prepare(kin_connection *connection, const kin_sql *sql, kin_statement **ret_statement, kin_error *error);
void kin_maria_finalise(kin_statement *statement);
void kin_maria_reset(kin_statement *statement);
int  kin_maria_step(kin_statement *statement, kin_error *error);
void kin_maria_stream(kin_statement *statement);
/* What its rows consist of, which may be other columns and types in each run: SELECT ?. */
int  kin_maria_know_columns(kin_maria_statement *statement, kin_error *error);
/* Make its values known to its handle. KIN_OK or KIN_ENOMEM. */
int  kin_maria_bind_all(kin_maria_statement *statement, kin_error *error);
/* Read all rows of what was sent, which come with the steps then. */
int  kin_maria_gather(kin_maria_connection *connection, kin_maria_statement *statement, kin_error *error);
/* Make the connection free for another statement: the rows that are on their way are put aside for who reads them. */
int  kin_maria_make_way(kin_maria_connection *connection, kin_error *error);

/* run.c */
int kin_maria_run(kin_connection *connection, const char *sql, kin_error *error);
int kin_maria_limit(kin_connection *connection, int milliseconds, bool *ret_lasts, kin_error *error);
/* Send a text that has no values, and drop its rows. */
int kin_maria_say(kin_maria_connection *connection, const char *sql, size_t length, int64_t *ret_changed, kin_error *error);
/* What the server says about the transaction, after it has said nothing but an error. */
void kin_maria_ask_transaction(kin_maria_connection *connection);

/* split.c: the next statement in a text. Returns its start, which is at the text's end if there is none; *ret_length is without
 * the semicolon, *ret_next what follows it. */
const char *kin_maria_split(const char *sql, size_t *ret_length, const char **ret_next);
kin_maria_effect kin_maria_effect_of(const char *sql);
/* Whether a cursor can be had for it: EXPLAIN and SHOW give rows without one. */
bool kin_maria_is_query(const char *sql);
/* Whether it begins, ends or divides a transaction, and has no values and no rows. */
bool kin_maria_is_transaction(const char *sql);

/* bind.c, read.c: kin_driver's functions of the same names */
int kin_maria_bind(kin_statement *statement, size_t index, const kin_value *value, kin_error *error);
int kin_maria_bind_cells(kin_statement *statement, const kin_cell *cells, size_t count, const void *object,
                         size_t first, kin_error *error);
int kin_maria_value(kin_statement *statement, size_t column, int kind, kin_value *ret_value, kin_error *error);
int64_t kin_maria_integer(kin_statement *statement, size_t column, bool *ret_null);
int kin_maria_read(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                   kin_arena *arena, kin_error *error);
void *kin_maria_make(kin_statement *statement, const kin_mould *mould, kin_arena *arena);
size_t kin_maria_read_size(kin_statement *statement, const kin_cell *cells, size_t count);
/* Bytes that the values of an object take up on the way to the server, at most. */
size_t kin_maria_bind_size(const kin_cell *cells, size_t count, const void *object);
/* How a cell's value is sent, unless it is NULL. */
void kin_maria_bind_type(const kin_cell *cell, MYSQL_BIND *bind);
/* How the values of the current row are found: the handle's callback, with the statement as its data. */
void kin_maria_take_value(void *statement, unsigned int column, unsigned char **row);

/* error.c. What the statement's handle (NULL: the connection's) says of a statement (`sql` NULL: none) that was sent with this effect:
 * the connection may have gone on the way. Returns KIN_E…. */
int kin_maria_error_sent(kin_maria_connection *connection, MYSQL_STMT *handle, kin_maria_effect effect, bool alone,
                         const char *sql, kin_error *error);
/* The connection was gone before a statement was sent. */
int kin_maria_error_gone(kin_maria_connection *connection, const char *sql, kin_error *error);
int kin_maria_error_connect(const kin_maria_config *config, const kin_maria_host *host, MYSQL *handle, bool *ret_next, kin_error *error);
/* Errors after which it is certain that the transaction goes on, and that the statement has done nothing: those of single values
 * and rows. */
bool kin_maria_is_about_a_row(int code);

/* reflect.c */
int kin_maria_reflect(kin_connection *connection, kin_arena *arena, kin_schema *ret_schema, kin_error *error);

/* repeat.c */
int kin_maria_repeat(kin_connection *connection, const kin_repeat *repeats, size_t count, kin_repeat_take *take, void *context,
                     kin_fault *ret_fault, kin_error *error);

static inline kin_maria_connection *kin_maria_of(kin_connection *connection)
{
	return (kin_maria_connection *)connection;
}

static inline kin_maria_statement *kin_maria_statement_of(kin_statement *statement)
{
	return (kin_maria_statement *)statement;
}

#endif
