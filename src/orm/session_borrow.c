/* session_borrow.c - a session inside of a transaction that is somebody else's. */
#include "orm/session_borrow.h"

kin_session *kin_session_borrow(kin_db *db, kin_connection *connection)
{
	kin_session *session = kin_session_new(db);

	if (!session)
		return NULL;
	session->connection = connection;
	session->in_transaction = true;
	kin_begin_nested(session); /* to undo its commits too, should it fail */
	kin_session_sandbox(session);
	return session;
}

int kin_session_return(kin_session *session, kin_error *error)
{
	kin_connection *connection = session->connection;
	int rc = kin_session_ok(session);

	if (rc == KIN_OK && !session->needs_rollback)
		rc = kin_session_flush(session);
	kin_session_end_streams(session, false);
	for (; session->depth > 0; session->depth--)
		if (connection && kin_connection_in_transaction(connection)) {
			if (rc < 0)
				kin_connection_rollback_to(connection, session->depth, NULL);
			int released = kin_connection_release(connection, session->depth, rc < 0 ? NULL : &session->error);
			rc = rc < 0 ? rc : released;
		}
	session->connection = NULL;
	session->in_transaction = false;
	if (rc < 0)
		kin_error_move(error, &session->error);
	kin_free(session);
	return rc;
}
