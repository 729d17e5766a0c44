/* unit.h - the unit of work's list: objects that are new, opened for writing, or to be deleted, and what undoes them.
 *
 * A snapshot is the struct's bytes as the last load or flush left them. Text and bytes are compared by content. */
#ifndef KIN_ORM_UNIT_H
#define KIN_ORM_UNIT_H

#include "orm/session_state.h"

/* Put an object on the list as opened for writing: takes the snapshot. Does nothing if it is there. KIN_OK or KIN_ENOMEM. */
int kin_unit_edit(kin_session *session, void *object);
/* The attributes that differ from the snapshot: bit i of the result's words is attribute i. */
bool kin_unit_is_modified(const void *object);
/* An object's columns were loaded anew, or written by a bulk UPDATE: what it holds now is what the database has. If it is on
 * the list its snapshot is renewed; what it held before is kept for a rollback. Call _before_ the bytes change. */
int kin_unit_before_load(kin_session *session, void *object);
int kin_unit_after_load(kin_session *session, void *object);
/* The row is gone (bulk DELETE): the object becomes deleted, and persistent again if the transaction is rolled back. */
int kin_unit_row_deleted(kin_session *session, void *object);

#endif
