/* session_borrow.h - a session inside of a transaction that is somebody else's. */
#ifndef KIN_ORM_SESSION_BORROW_H
#define KIN_ORM_SESSION_BORROW_H

#include "orm/session_state.h"

/* A session that works on this connection, in the transaction that is open there: its commits and rollbacks end at a savepoint. NULL only
 * when memory is out. */
kin_session *kin_session_borrow(kin_db *db, kin_connection *connection);
/* Flush it, give the connection back to its owner and free it. KIN_OK, or the session's error: then nothing it wrote stays. */
int kin_session_return(kin_session *session, kin_error *error);

#endif
