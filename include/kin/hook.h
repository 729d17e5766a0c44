/* hook.h - functions of the program that a session calls on its way: before a flush, after a commit …
 *
 * Those of a model are lines of its body: kin_on() and kin_validate() in model.h. */
#ifndef KIN_HOOK_H
#define KIN_HOOK_H

#include <kin/session.h>

KIN_BEGIN_DECLS

/**
 * When a session calls its hooks; a set.
 *
 * - KIN_BEFORE_FLUSH: something is new, changed or to be deleted (kin_each_unsaved() says what), and nothing of it is written yet. The place to
 *   add, change and delete more, which is written along. Queries do not autoflush.
 * - KIN_AFTER_FLUSH: all of it is written, and the models' after_ hooks have been called; not called where nothing was to write. What is changed
 *   and added here is written by the next flush, which kin_commit() and kin_begin_nested() make by themselves.
 * - KIN_AFTER_BEGIN: a transaction has begun, with nothing in it: the place for settings, kin_sql_run(session, "SET LOCAL …"). In each
 *   attempt of a kin_transaction(); not for savepoints.
 * - KIN_BEFORE_COMMIT: kin_commit() of the whole transaction was called, and has not flushed yet. Not for savepoints.
 * - KIN_AFTER_COMMIT: the database has it. Once for a kin_transaction(), however often that was run; not for savepoints, and not in
 *   the sandbox of kin shell, where nothing is ever committed.
 * - KIN_AFTER_ROLLBACK: kin_rollback() has undone the whole transaction, and objects are as they were. Each attempt of a kin_transaction() that
 *   did not go well is one. Not for savepoints, and not for what kin_close() ends.
 * - KIN_CONNECT, of kin_db_on() alone: a connection was made, and nobody has it yet: once for each connection of the pool, and of replicas. The
 *   place for settings that last: kin_sql_run(session, "PRAGMA synchronous = NORMAL"), "SET search_path = tenant_7", "SET lock_timeout = 500". Its
 *   session is there for the hook alone and runs SQL outside of transactions; other things are KIN_EINVAL. If it fails, there is no connection, and who
 *   wanted it gets its error. To be registered before the first session; KIN_APP(…, .connect = fn) does so for all that `kin` runs. Behind a
 *   pgbouncer use KIN_AFTER_BEGIN and SET LOCAL.
 *
 * No hook ends or begins a transaction, or closes its session: KIN_EINVAL.
 */
typedef enum kin_session_event {
	KIN_BEFORE_FLUSH = 1 << 0,
	KIN_AFTER_FLUSH = 1 << 1,
	KIN_AFTER_BEGIN = 1 << 2,
	KIN_BEFORE_COMMIT = 1 << 3,
	KIN_AFTER_COMMIT = 1 << 4,
	KIN_AFTER_ROLLBACK = 1 << 5,
	KIN_CONNECT = 1 << 6,
} kin_session_event;

/** 0 is good. Anything else, or kin_fail(), is the session's error: a flush fails and its transaction is rolled back, a commit is not made. What
 * it returns after a commit or rollback is not looked at, for nothing can be done about that any more. */
typedef int kin_session_hook(kin_session *session, kin_session_event event, void *context);

/** Call `fn` at these events of the session, after those that were given before; `context` is handed on. KIN_OK or the session's error. */
KIN_API int kin_session_on(kin_session *session, int events, kin_session_hook *fn, void *context);

/** The same for every session of a database that is made from now on; they call these before their own. KIN_OK, KIN_EINVAL for an event
 * there is not, or KIN_ENOMEM. */
KIN_API int kin_db_on(kin_db *db, int events, kin_session_hook *fn, void *context);

/** Put the session in an error, as a hook or validator does that does not agree: `return kin_fail(session, KIN_ECHECK, "no %s today", name);`
 * The first error stays. Returns its code; one that is not negative is taken for KIN_EINVAL. */
KIN_API int kin_fail(kin_session *session, int code, const char *format, ...) KIN_PRINTF(3, 4);

/** What the next flush does with an object; a set. What cascades will add is known when it is planned, and not here. */
typedef enum kin_unsaved {
	KIN_NEW = 1 << 0,     /* INSERT */
	KIN_CHANGED = 1 << 1, /* UPDATE */
	KIN_GOING = 1 << 2,   /* DELETE: kin_delete() */
} kin_unsaved;

/* The functions under the macros. `after` NULL: the first. NULL: there is none any more. */
KIN_API const void *kin_unsaved_next(kin_session *session, int which, const void *after);
KIN_API const void *kin_object_as(const kin_model *model, const void *object);

KIN_END_DECLS

/**
 * Walk what the next flush will write, in the order in which it was added or opened:
 *
 *     kin_each_unsaved(session, KIN_NEW | KIN_CHANGED, object) {
 *         const Pet *pet = kin_as(Pet, object);
 *         if (pet) …
 *     }
 *
 * What is added meanwhile is met too. The object at hand may be changed and deleted, but not expunged; a new one that is deleted is.
 */
#define kin_each_unsaved(session, which, object) \
	for (const void *object = kin_unsaved_next((session), (which), NULL); object; \
	     object = kin_unsaved_next((session), (which), object))

/** The object as a `const Pet *`, if it is of that model, or of one that inherits from it (inherit.h); else NULL, and for NULL. No SQL. */
#define kin_as(Model, object) ((const Model *)kin_object_as(&Model##_model, (object)))

#endif
