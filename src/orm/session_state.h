/* session_state.h - the inside of a kin_session, for the files of this layer. */
#ifndef KIN_ORM_SESSION_STATE_H
#define KIN_ORM_SESSION_STATE_H

#include "base/error.h"
#include "base/vec.h"
#include "orm/identity.h"
#include "orm/instance.h"
#include "orm/registry.h"

/* What only new, edited and deleted objects need. In the session's arena. */
typedef struct kin_tracked kin_tracked;

struct kin_session {
	kin_db         *db;
	kin_registry   *registry;
	kin_connection *connection; /* NULL: none taken */
	kin_error       error;      /* sticky: set by the first failing call */
	kin_arena       arena;      /* lists, strings and whatever lives as long as the session */
	kin_arena       objects;    /* objects, with the strings that were loaded with them; given back by kin_expunge() */
	kin_identity  **identities; /* by mapping id; NULL where none was needed yet */
	kin_batch     **singles;    /* by mapping id: the batch of objects that came alone */
	size_t          mapping_count;
	struct kin_unit *unit;      /* what is tracked: orm/unit.h */
	size_t          expired;    /* objects that are: orm/expire.h */
	int             depth;      /* open savepoints */
	int             floor;      /* so many of them stay open until the session is closed: see kin_session_sandbox() */
	bool            in_transaction;
	bool            autoflush;
	bool            defers;     /* some objects were loaded without some columns: orm/defer.h */
	bool            reads;      /* it does nothing else: kin_session_new_read() */
	bool            flushing;
	bool            closed;
	bool            needs_rollback; /* a flush failed: everything returns the error until kin_rollback() */
	bool            wrote;      /* the transaction was begun, or went on, to write */
	bool            only_reads; /* the transaction: kin_begin() was told so */
	bool            special;    /* .usual says something */
	kin_begin_options usual;    /* of its transactions: kin_session_begins() */
	bool            expires;    /* its objects do, at a commit */
	struct kin_sandbox *sandbox; /* that its transaction is in: orm/sandbox.h. NULL: it is the database's own */
	struct kin_session *below;  /* in that: who began before it */
	int             base;       /* its savepoints are numbered from there */
	bool            undone;     /* in a sandbox: nothing of the transaction is left */
	bool            in_function; /* of a kin_transaction(), which commits */
	kin_place       place;      /* where the program made it */
	struct kin_open_stream *streams; /* open kin_stream()s */
	kin_place       asked;      /* who is about to begin, where a session is told before it does; else .place is said of what it sends */
	uint64_t        statements; /* that were sent on connections given back */
	uint64_t        runs;       /* of this connection, when it was taken */
	int             events;     /* kin_session_event: those that have hooks */
	struct kin_session_hooked *hooks;  /* its own, */
	struct kin_shared *shared;   /* and those of the database: */
	size_t          shared_count;      /* so many */
	const struct kin_calling *calling; /* the hook that runs: orm/hook.h. NULL: none */
	struct kin_filter_by *filter_by; /* what its queries are filtered by; NULL: nothing */
	bool            stirred;    /* hooks were called after the last flush: there may be more to write */
};

/* A session on another registry than the default one. NULL only when memory is out. */
kin_session *kin_session_open(kin_db *db, kin_registry *registry);
/* 0 when calls may go on; else the sticky error's code. A closed session: KIN_EDETACHED. */
int kin_session_ok(kin_session *session);
/* The connection, with a transaction begun (autobegin). KIN_OK or the error, which is then in the session. */
int kin_session_begin(kin_session *session, kin_begin mode);
/* Begin one of some kind (NULL: the usual), where none is open. */
int kin_session_open_transaction(kin_session *session, kin_begin mode, const kin_begin_options *options);
/* The session's usual options, but for what these say. */
kin_begin_options kin_session_options(const kin_session *session, const kin_begin_options *options);
/* The database forgets the transaction, if there is one; the session still has its connection. */
void kin_session_undo(kin_session *session);
/* Before a query: ok, autoflush where it is on, connection, transaction. */
int kin_session_ready(kin_session *session);
/* Fail with a sentence; returns the code. file and line may be NULL and 0. The first error stays. */
int kin_session_fail(kin_session *session, int code, const char *file, int line, const char *format, ...) KIN_PRINTF(5, 6);
int kin_session_nomem(kin_session *session);
/* The identity map of a mapping, made when needed. NULL when memory is out. */
kin_identity *kin_session_identity(kin_session *session, const kin_mapping *mapping);
/* The batch of objects that come alone. NULL when memory is out. */
kin_batch *kin_session_single(kin_session *session, const kin_mapping *mapping);
/* The model's mapping in the session's registry; NULL with the session's error set. */
const kin_mapping *kin_session_mapping(kin_session *session, const kin_model *model);
/* The object's session if the object is kin's; NULL otherwise. */
kin_session *kin_session_of(const void *object);
/* KIN_OK for an object of any session; else as below. */
int kin_session_made(kin_session *session, const void *object, const char *what);
/* KIN_OK for an object of this session; else the session fails with KIN_EINVAL and a sentence that begins with `what`. */
int kin_session_check(kin_session *session, const void *object, const char *what);
/* The same for one of this model. */
int kin_session_check_is(kin_session *session, const void *object, const kin_mapping *mapping, const char *what);
/* Fail with KIN_EINVAL and "what: object <Pet Ben> why". */
int kin_session_refuse(kin_session *session, const char *what, const void *object, const char *why);
/* The flush itself; the caller has checked the session. A failed one has rolled the transaction back. */
int kin_session_flush(kin_session *session);
/* From now on nothing that is committed reaches the database: all of it is undone when the session closes. */
int kin_session_sandbox(kin_session *session);
/* stream.c: whether a stream has rows to come; end all of them with their transaction, and with their session. */
bool kin_session_streams(const kin_session *session);
void kin_session_end_streams(kin_session *session, bool for_good);
/* Give the connection back, if there is one, after the transaction has ended. */
void kin_session_let_go(kin_session *session);

#endif
