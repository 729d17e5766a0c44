/* notify.h - programs that tell each other that something has happened, through their database (PostgreSQL).
 *
 * A notification goes to everyone who listens to its channel when it is committed. It is a hint to look, not a queue: who does not
 * listen just then never hears it. kin_notify(), in session.h, says it. */
#ifndef KIN_NOTIFY_H
#define KIN_NOTIFY_H

#include <kin/db.h>

KIN_BEGIN_DECLS

/** Someone who listens. It has a connection of the pool for itself, and belongs to one thread at a time. */
typedef struct kin_listener kin_listener;

/** Both are the listener's, until its next call. */
typedef struct kin_notification {
	const char *channel;
	const char *payload; /* "": none */
} kin_notification;

/** A new listener, to no channel yet. NULL only when memory is out. To be freed before the database is closed. */
KIN_API kin_listener *kin_listener_new(kin_db *db);
/** Give its connection back. NULL is accepted. */
KIN_API void kin_listener_free(kin_listener *listener);

/**
 * Listen to a channel, a name as exact as a table's is; from when this returns on. SQL: LISTEN.
 * @return KIN_OK; KIN_EUNSUPPORTED where the database has nothing like it, or a pgbouncer is in between; or why there is no connection.
 */
KIN_API int kin_listen(kin_listener *listener, const char *channel);

/**
 * Wait for a notification, up to so many milliseconds (0: take what is there; negative: as long as it takes). Sends nothing.
 *
 * When the connection is lost, one call says so, and the next one connects and listens again. What was said in between
 * has not been heard: look at what it would have been about.
 * @return 1, with the notification; 0, nothing came in time; KIN_ECONNECTION; or why there is no connection.
 */
KIN_API int kin_wait_notification(kin_listener *listener, int milliseconds, kin_notification *ret_notification);

/** What the last call failed with, as a sentence; "" if it did not. */
KIN_API const char *kin_listener_errmsg(const kin_listener *listener);

KIN_END_DECLS

#endif
