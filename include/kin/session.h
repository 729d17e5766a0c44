/* session.h - a session loads objects, tracks what changes, and saves it.
 *
 * Everything a session makes lives in its arena: objects, strings, lists. kin_close() gives back the
 * connection and detaches the objects, which stay readable; kin_free() frees all of it at once.
 *
 * Errors are sticky: after one, every call does nothing and returns it until kin_rollback(), so a block
 * of calls is checked once, at kin_commit(). Functions that return a pointer return NULL. */
#ifndef KIN_SESSION_H
#define KIN_SESSION_H

#include <stdio.h>

#include <kin/db.h>
#include <kin/error.h>
#include <kin/model.h>

KIN_BEGIN_DECLS

typedef struct kin_session kin_session;

typedef enum kin_state {
	KIN_TRANSIENT,  /* made, not added: the database and the session know nothing of it */
	KIN_PENDING,    /* added: the next flush inserts it */
	KIN_PERSISTENT, /* it has a row */
	KIN_DELETED,    /* its row is deleted in this transaction */
	KIN_DETACHED,   /* it had a row when its session closed, or was expunged */
} kin_state;

/** A new session on a database. NULL only when memory is out; every other problem is the session's error. The place where it
 * was made is named when it keeps others from a connection. */
KIN_API kin_session *kin_session_new(kin_db *db);

/**
 * A new session that only reads: from a replica, where the database URL names some (PostgreSQL: ?replicas=h3,h4:5433), else from
 * where others write. To write in it is an error, KIN_EREADONLY, on every database.
 *
 * It reads what was committed through the same kin_db: when its transaction begins, it waits until the replica has come so far,
 * up to 1000 ms (?replica_wait=…); then, or when no replica answers, it reads from the primary. What others have written may be
 * as old as the replica is. With replicas each commit asks for a place in the journal, and each transaction that reads whether
 * that has been reached: one round trip more.
 */
KIN_API kin_session *kin_session_new_read(kin_db *db);

/** Roll back what is open, give the connection back, detach every object. Objects and the error stay readable. In a hook, and inside of a
 * kin_transaction(), which goes on with the session, this and kin_free() are refused: KIN_EINVAL in the session. */
KIN_API void kin_close(kin_session *session);

/** kin_close(), then free the session and everything it made. NULL is accepted. */
KIN_API void kin_free(kin_session *session);

/** The error that the session is in: 0 or a KIN_E… code, and its sentence ("" when there is none). */
KIN_API int kin_errcode(const kin_session *session);
KIN_API const char *kin_errmsg(const kin_session *session);
/** The statement the error came from, or NULL; the constraint or column, or NULL. */
KIN_API const char *kin_errsql(const kin_session *session);
KIN_API const char *kin_errname_of(const kin_session *session);
/** The place in the program: the query or kin_edit() that failed, or that flushed what failed; its line goes to *ret_line. NULL and 0
 * where it is not known, as for kin_commit(). */
KIN_API const char *kin_errfile(const kin_session *session, int *ret_line);

/** How many statements the session has sent, but for BEGIN, COMMIT, SAVEPOINT and their like; one that a server is told for many rows at once counts
 * once. For a test of how many a function takes: the number after it, less the number before. */
KIN_API size_t kin_statements(const kin_session *session);

/**
 * Make an object pending, and with it everything that its relationships reach (cascade save-update).
 * Adding a persistent object again does nothing; adding one that kin_delete() marked keeps it.
 * @return KIN_OK; KIN_EINVAL for an object of another session or memory that kin did not make.
 */
KIN_API int kin_add(kin_session *session, void *object);

/**
 * Delete the object's row at the next flush. Children that hold its key get NULL there, unless the
 * relationship cascades. SQL at the flush: SELECT of children not loaded (none where the foreign key says
 * .on_delete = "CASCADE" or "SET NULL", the database sees to them then, and objects of such rows that are loaded follow it), UPDATE of them, DELETE. After the commit the object is
 * detached; it stays readable until kin_expunge() or kin_free().
 */
KIN_API int kin_delete(kin_session *session, const void *object);

/**
 * Write what is new, changed and deleted, in an order that keeps foreign keys whole, without committing.
 * Queries do it by themselves (autoflush). A failed flush rolls the transaction back.
 *
 * Strings that the program assigned are copied into the session here; until then they must live. A to-one relationship that was
 * assigned writes its key; a key set by hand makes its relationship unloaded. A primary key that was changed is an UPDATE of it; loaded objects
 * that point there follow without SQL where their foreign key says .on_update = "CASCADE", else the database refuses while any do. SQL: INSERT of up to 64 rows, UPDATE of
 * what differs, DELETE by key.
 */
KIN_API int kin_flush(kin_session *session);

/** Flush and commit. Objects stay loaded as they are, unless kin_expire_on_commit() says otherwise. KIN_EINVAL in the loop of a kin_stream(), which would end with the transaction. */
KIN_API int kin_commit(kin_session *session);

/**
 * Undo the transaction, or up to the innermost kin_begin_nested(), and clear the error. Objects go back
 * to what they were: new ones are transient again (keys that the database made are 0), deleted ones persistent, edited ones as
 * loaded, collections as they were. What was loaded after kin_update() or kin_delete_where() of rows that the session did not know is loaded
 * again; SQL: a SELECT per 500 such objects. A kin_stream() that is open ends, and says so when its loop goes on.
 * Where only a part was to be undone and the database, or a lost connection, gave up the whole transaction, the session is in an
 * error that says so, until the next kin_rollback(). A lost connection is replaced by the next call that needs one.
 */
KIN_API int kin_rollback(kin_session *session);

/** Flush, then open a savepoint: the next kin_commit() releases it, the next kin_rollback() goes back to it. */
KIN_API int kin_begin_nested(kin_session *session);

/** What a transaction does. 0: commit it. Anything else: undo it, and kin_transaction() returns that. */
typedef int kin_transaction_fn(kin_session *session, void *context);

/**
 * Run a function as one transaction: commit what it did, and if something was in its way, undo all and run it again. So it does
 * nothing but to the session that it is given (and what it can do twice), and does not call kin_commit().
 *
 * It is run again, up to 10 times and for up to 30 s, after a deadlock or serialization failure (KIN_ESERIALIZE), a lock that was not
 * given (KIN_EBUSY), no connection left (KIN_ETOOMANY), a connection lost before COMMIT was sent (KIN_ECONNECTION), and while
 * a server that was there is away (KIN_ECANTOPEN); the pauses grow from 5 ms to 1 s, or 0.2 s while a server is
 * away, each at random from half of that to the whole.
 * It is never run again when the connection went during COMMIT: KIN_EUNKNOWN, and only a look at the data can tell.
 * Objects are each time as they were before it; those that it makes are made anew.
 *
 * Its transaction begins for writing at once. One that was open before, and has read only, is ended. A session with changes that are
 * not committed: KIN_EINVAL. Inside the function of another one it is a part of that, on a savepoint.
 *
 * @return KIN_OK when it is committed; else the session's error, which it stays in until kin_rollback(), or, if it is in none,
 * what the function returned. Everything is undone then.
 */
KIN_API int kin_transaction(kin_session *session, kin_transaction_fn *fn, void *context);

/** How often, and how long. */
typedef struct kin_transaction_options {
	int  attempts;     /* how often it is run at most; 0: 10. Waiting for a connection is no attempt */
	int  milliseconds; /* after which it is not begun again; 0: 30000 */
	int *ret_attempts; /* how often it was run. NULL: never mind */
	kin_begin_options begin; /* what its transaction is to be like: .begin = { .isolation = KIN_SERIALIZABLE } */
} kin_transaction_options;

/** kin_transaction() with limits of your own. */
KIN_API int kin_transaction_with(kin_session *session, kin_transaction_fn *fn, void *context,
                                 const kin_transaction_options *options);

/**
 * For tests: until kin_sandbox_close(), all that sessions of this database do happens in one transaction, which is undone then. They commit and roll
 * back as always, and see what was committed in it before; hooks are called, keys are made, constraints hold. The database itself
 * is never changed, so each test begins with the same rows, and none has to clean up:
 *
 *     static void set_up(void)    { kin_sandbox_open(db); }
 *     static void tear_down(void) { kin_sandbox_close(db); }
 *
 * There is one connection for all of them, which belongs to one thread at a time: a session of another one waits up to 30 s until those of the
 * first are out of their transactions, then it is KIN_ETOOMANY. Sessions of one thread may be in transactions together; they see what the others have
 * not committed, and who rolls back undoes what those did that began later (KIN_EINVAL in them). What the database does at a COMMIT
 * (deferred constraints, kin_notify()) it does not do; options of kin_begin() but .read_only are not looked at; migrations and `kin db` are outside.
 * SQL: BEGIN, and SAVEPOINT, RELEASE, ROLLBACK TO in place of BEGIN, COMMIT, ROLLBACK.
 *
 * @return KIN_OK; KIN_EINVAL when one is open already, or for NULL; KIN_ENOMEM. Transactions that were open before stay outside.
 */
KIN_API int kin_sandbox_open(kin_db *db);
/** Undo all of that. KIN_OK, also when none is open; KIN_EBUSY while a session is in a transaction there (kin_db_leaks() tells where it was
 * made): it goes on then. */
KIN_API int kin_sandbox_close(kin_db *db);

/**
 * Take the lock of this name, until the transaction ends: nobody else has it meanwhile. It waits for it as for a row's; KIN_EBUSY after
 * that. kin_try_lock() does not wait where the database lets it: 1, it is ours, or 0, somebody else has it.
 *
 * SQL on PostgreSQL: SELECT pg_advisory_xact_lock(n), where n is the name's FNV-1a hash of 64 bits. SQLite has one lock for all names: to be
 * a writer; so it is taken first in a transaction, KIN_EINVAL after it has read. MariaDB: KIN_EUNSUPPORTED.
 */
KIN_API int kin_lock(kin_session *session, const char *name);
KIN_API int kin_try_lock(kin_session *session, const char *name);

/** Say `payload` (NULL: nothing; at most 8000 bytes) on a channel, when the transaction is committed; not if it is rolled back. Who listens:
 * notify.h. The same payload twice in a transaction may be heard once. SQL: SELECT pg_notify(…). KIN_EUNSUPPORTED on other databases. */
KIN_API int kin_notify(kin_session *session, const char *channel, const char *payload);

/**
 * Load the object's columns again, dropping unsaved edits (and a kin_delete()); its relationships become unloaded. Along KIN_CASCADE_REFRESH_EXPIRE
 * what they showed expires, as by kin_expire(), and what was pending there is transient again. kin_refresh_only() loads chosen members.
 * SQL: SELECT by key. KIN_ESTALE when the row is gone.
 */
KIN_API int kin_refresh(kin_session *session, const void *object);

/**
 * Forget what is known of the object: unsaved edits (and a kin_delete()) are dropped, its relationships become unloaded, and its columns are taken from the
 * next row that brings it. Until then its members hold what they held. A query brings it; kin_get(), kin_load() of one of its relationships or
 * of one that leads to it, and kin_edit() ask the database: when they meet the second expired object of a list, for all of the list
 * together, 500 to a statement. Along KIN_CASCADE_REFRESH_EXPIRE what its loaded relationships show expires too. SQL: none.
 *
 * Its row may be gone by then: kin_get() gives NULL and the object is deleted; kin_load() and kin_edit() fail with KIN_ESTALE.
 * @return KIN_OK; KIN_EINVAL for an object that has no row in this session.
 */
KIN_API int kin_expire(kin_session *session, const void *object);

/** Expire all objects that have a row. Pending ones stay pending. */
KIN_API int kin_expire_all(kin_session *session);

/** Take an object out of the session: a persistent one becomes detached, a pending one transient. It stays readable until
 * kin_commit() or kin_rollback() ends the transaction; from then on its memory, with its strings, may be given back, and lists that
 * held it must not be read any more. kin_add() before that brings it back. */
KIN_API int kin_expunge(kin_session *session, const void *object);

/** Take all objects out, as by kin_expunge(); but for those that are deleted in this transaction, which go with its commit. What is not flushed is lost. */
KIN_API int kin_expunge_all(kin_session *session);

/**
 * Begin anew: roll back what is open, clear the error, give the connection back, and free everything that the session made. As kin_free() and a new
 * session, for a loop that serves one request after the other. KIN_EINVAL inside of a kin_transaction(); KIN_EDETACHED after kin_close().
 */
KIN_API int kin_reset(kin_session *session);

/** The object's state. Any pointer that a session made. */
KIN_API kin_state kin_state_of(const void *object);

/** Whether the object is tracked by this session (pending, persistent or deleted). */
KIN_API bool kin_contains(const kin_session *session, const void *object);

/** Whether the object has changes that the next flush would write. */
KIN_API bool kin_is_modified(const void *object);

/** Whether each kin_commit() of the whole transaction is followed by kin_expire_all(): what others have written since is seen at the next kin_get(),
 * kin_load(), kin_edit() or query, while members that are read by hand hold what they held. Off in a new session. It costs a pass over the
 * session's objects at the commit, and a SELECT per 500 of them afterwards. @return the former setting. */
KIN_API bool kin_expire_on_commit(kin_session *session, bool on);

/** Autoflush is on in a new session: queries, and what loads, flush first. @return the former setting. */
KIN_API bool kin_autoflush(kin_session *session, bool on);

/** What kin_no_autoflush() keeps; all members are private. */
typedef struct kin_autoflush_hold {
	kin_session *session;
	bool         former;
	bool         once;
} kin_autoflush_hold;

/** The object as its model's kin_repr() says, or `<Pet 1>`. Belongs to the object's session. Never NULL. */
KIN_API const char *kin_show(const void *object);

/** kin_show() and a newline; "NULL" for NULL. */
KIN_API void kin_print(FILE *out, const void *object);

/** A copy of a string, and bytes, in the session's memory. */
KIN_API char *kin_strdup(kin_session *session, const char *text);
KIN_API void *kin_alloc(kin_session *session, size_t size);

/* The functions under the macros. */
KIN_API kin_session *kin_session_new_at(kin_db *db, const char *file, int line);
KIN_API kin_session *kin_session_new_read_at(kin_db *db, const char *file, int line);
KIN_API void *kin_session_new_object(kin_session *session, kin_model *model, const void *values);
KIN_API void *kin_session_edit(kin_session *session, kin_model *model, const void *object,
                               const char *file, int line);
KIN_API void *kin_session_merge(kin_session *session, kin_model *model, const void *object, const char *file, int line);
KIN_API const void *kin_session_load(const void *object, size_t offset);
KIN_API int kin_session_append(const void *object, size_t offset, const void *item);
KIN_API int kin_session_remove(const void *object, size_t offset, const void *item);
KIN_API bool kin_session_is_loaded(const void *object, size_t offset);
KIN_API kin_autoflush_hold kin_session_hold(kin_session *session);
KIN_API void kin_session_release(kin_autoflush_hold *hold);
KIN_API const void *kin_session_was(const void *object, size_t offset, size_t size);
KIN_API bool kin_session_is_changed(const void *object, size_t offset);
KIN_API const void *kin_session_added(const void *object, size_t offset);
KIN_API const void *kin_session_removed(const void *object, size_t offset);
KIN_API int kin_session_begin_as(kin_session *session, const kin_begin_options *options);
KIN_API int kin_session_begins_as(kin_session *session, const kin_begin_options *options);
KIN_API int kin_session_refresh_members(kin_session *session, const void *object, const size_t *offsets, size_t count);

/** Under kin_filter_by(). */
KIN_API int kin_session_filter_by(kin_session *session, const char *name, kin_value value);

KIN_END_DECLS

#ifndef __cplusplus

#define kin_session_new(db) kin_session_new_at((db), __FILE__, __LINE__)
#define kin_session_new_read(db) kin_session_new_read_at((db), __FILE__, __LINE__)

/**
 * Begin a transaction now, and say what it is like: kin_begin(session, .isolation = KIN_SERIALIZABLE, .read_only = true, .timeout = 2000). Without it
 * one begins with the first query, as kin_session_begins() says. KIN_EINVAL when one is open; KIN_EUNSUPPORTED for a .timeout on dqlite.
 *
 * SQL on PostgreSQL: BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE; SET LOCAL statement_timeout = 2000. On MariaDB: SET TRANSACTION ISOLATION
 * LEVEL …; START TRANSACTION READ ONLY; SET SESSION max_statement_time = 2. On SQLite, which is serializable anyway: BEGIN, or BEGIN IMMEDIATE
 * with .write.
 */
#define kin_begin(session, ...) kin_session_begin_as((session), __extension__ &(const kin_begin_options){ __VA_ARGS__ })
/** The same for every transaction of the session from now on: kin_session_begins(session, .read_only = true). What kin_begin() says goes before it;
 * without options they are as usual again. */
#define kin_session_begins(session, ...) kin_session_begins_as((session), __extension__ &(const kin_begin_options){ __VA_ARGS__ })

/** A new, transient object: kin_new(session, Pet, .name = "Ben"). Strings and bytes are copied; objects and lists given as
 * relationships are taken, the others are NULL and empty. It stays open for writing. An integer primary key of 0 is the
 * database's to make. NULL only when memory is out or the models are wrong. */
#define kin_new(session, Model, ...) \
	((Model *)kin_session_new_object((session), &Model##_model, __extension__ &(const Model){ __VA_ARGS__ }))

/**
 * Open an object for writing: what queries return is const, and what changes must be known.
 * Returns the same object, which stays open until the session ends. When the session is in an error, for NULL and for an object
 * that is not this session's (KIN_EINVAL): a spare object that is never saved, so that the lines up to the check do no harm.
 * Columns that the object came without are loaded first, a SELECT each, with those of its siblings.
 */
#define kin_edit(session, Model, object) \
	__extension__ ({ \
		const Model *kin_object_ = (object); \
		(Model *)kin_session_edit((session), &Model##_model, kin_object_, __FILE__, __LINE__); \
	})

/**
 * The session's own of an object that it need not know: kin_merge(session, Pet, pet), open for writing, with the state of `pet`, which may be of another
 * session, of a closed one, of a stream, or new from kin_new(). It is not touched; its strings are copied.
 *
 * The own object is the one with its key: of the session, else from its row, else a new, pending one. All columns go onto it, whether they were set or
 * not: C cannot tell. Along KIN_CASCADE_MERGE, which is usual, so do its relationships and the objects at their ends, as far as they are
 * loaded; a list becomes like the given one, losing what that has not. What an object without a row leaves NULL or empty there counts as not given;
 * where the key that comes with the columns is another one, who it leads to is loaded when it is asked for.
 * A pending or persistent object of this session is its own.
 *
 * Where kin_version() counts, and the copy has another number than the row: KIN_ESTALE; with 0 in it the row's is taken.
 * SQL: a flush, then SELECT … IN (keys) per model and 500 keys for what the session does not know, and one per 500 for each collection that is
 * given and not loaded. After an error, and for one, a spare object as from kin_edit().
 */
#define kin_merge(session, Model, object) \
	__extension__ ({ \
		const Model *kin_object_ = (object); \
		(Model *)kin_session_merge((session), &Model##_model, kin_object_, __FILE__, __LINE__); \
	})

#define KIN_OFFSETOF_(object, member) __builtin_offsetof(__typeof__(*(object)), member)

/**
 * A relationship, or a column that did not come with its object, loaded if it is not yet: kin_load(pet, owner) is a `const Owner *`,
 * kin_load(owner, pets) a Pet_list. On a detached object: NULL or empty, and KIN_EDETACHED in its session. Where the row at the other end is gone: NULL.
 */
#define kin_load(object, member) \
	__extension__ ({ *(const __typeof__((object)->member) *)kin_session_load((object), KIN_OFFSETOF_(object, member)); })

/**
 * kin_refresh_only(session, pet, name, owner): load some members again, dropping what was changed in them; what was changed in others stays.
 * A kin_version() is loaded again if it is named, and else stays as it was: the other members are of that version still, and what is
 * written on top of them is to be noticed (KIN_ESTALE).
 * Relationships are loaded at once. SQL: SELECT of the row by its key, where columns are named; a SELECT for each relationship.
 */
#define kin_refresh_only(session, object, ...) \
	__extension__ ({ \
		const __typeof__(*(object)) *kin_object_ = (object); \
		kin_session_refresh_members((session), kin_object_, (const size_t[]){ KIN_MAP(KIN_MEMBER_AT_, __VA_ARGS__) }, \
		                            KIN_COUNT(__VA_ARGS__)); \
	})
#define KIN_MEMBER_AT_(member) KIN_OFFSETOF_(kin_object_, member)

/** Whether a relationship or a column is loaded, so that reading the member is right. */
#define kin_is_loaded(object, member) kin_session_is_loaded((object), KIN_OFFSETOF_(object, member))

/** kin_no_autoflush(session) { … }: in the block nothing is flushed before queries. However it is left, by break, return or goto too, the setting is as it
 * was. */
#define kin_no_autoflush(session) KIN_NO_AUTOFLUSH_(KIN_JOIN(kin_hold_, __LINE__), session)
#define KIN_NO_AUTOFLUSH_(hold, session) \
	for (kin_autoflush_hold hold __attribute__((cleanup(kin_session_release))) = kin_session_hold(session); hold.once; \
	     hold.once = false)

/**
 * What a member was when it was loaded or last flushed, with the member's type; in an object without a row 0, NULL, empty. It stays the object's: copy what
 * is to outlive the next flush. A to-one relationship that is not loaded is, without a flush before it; SQL: a SELECT.
 */
#define kin_was(object, member) \
	__extension__ ({ \
		*(const __typeof__((object)->member) *)kin_session_was((object), KIN_OFFSETOF_(object, member), \
		                                                       sizeof((object)->member)); \
	})

/**
 * The value of a filter that takes one: kin_filter_by(session, tenant, 7), for `kin_filter(tenant, "tenant_id = ?")` of the models. From now on; what the
 * session has loaded already stays. Returns KIN_OK, or the error, which is the session's: KIN_EINVAL where no model has such a filter.
 */
#define kin_filter_by(session, name, value) kin_session_filter_by((session), #name, KIN_ARGUMENT(value))

/** Whether a member is another one than kin_was(): what the next flush would write of it. */
#define kin_is_changed(object, member) kin_session_is_changed((object), KIN_OFFSETOF_(object, member))

/** What a collection gained and lost since it was last flushed, on either side: kin_added(owner, pets) is a Pet_list. It need not be loaded, and stays as
 * it is. Looks through what the session has opened for writing. */
#define kin_added(object, member) \
	__extension__ ({ *(const __typeof__((object)->member) *)kin_session_added((object), KIN_OFFSETOF_(object, member)); })
#define kin_removed(object, member) \
	__extension__ ({ *(const __typeof__((object)->member) *)kin_session_removed((object), KIN_OFFSETOF_(object, member)); })

/** Add to, or take from, a collection; both sides are in step at once. To add what is in it, and to take what is not, does nothing. A list that was read before stays as it was read, so a loop over it may do
 * both; only from the middle of more than 1024 items the next ones move up. */
#define kin_append(object, member, item) \
	__extension__ ({ \
		__typeof__(*(object)->member.items) kin_item_ = (item); \
		kin_session_append((object), KIN_OFFSETOF_(object, member), kin_item_); \
	})
#define kin_remove(object, member, item) \
	__extension__ ({ \
		__typeof__(*(object)->member.items) kin_item_ = (item); \
		kin_session_remove((object), KIN_OFFSETOF_(object, member), kin_item_); \
	})

#endif /* __cplusplus */

#endif
