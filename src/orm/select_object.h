/* select_object.h - members of rows that are objects of the session: their keys come with the rows, the objects after them. */
#ifndef KIN_ORM_SELECT_OBJECT_H
#define KIN_ORM_SELECT_OBJECT_H

#include "base/vec.h"
#include "orm/load_rows.h"

/* A member of a row that waits for its object. */
typedef struct kin_row_waiting {
	const kin_row_object *object;
	void                **member;
	const kin_value      *keys; /* in the arena */
} kin_row_waiting;

typedef struct kin_row_objects {
	kin_session             *session;
	const kin_plan          *plan;
	kin_vec(kin_row_waiting) waiting;
	kin_arena                arena;
} kin_row_objects;

void kin_row_objects_init(kin_row_objects *objects, kin_session *session, const kin_plan *plan);
void kin_row_objects_done(kin_row_objects *objects);
/* Of the statement's current row, which `row` was made from. KIN_OK, or an error that is the session's. */
int kin_row_objects_note(kin_row_objects *objects, kin_statement *statement, void *row);
/* Fill the members of all rows: with NULL where there is no object. KIN_OK, or an error that is the session's. */
int kin_row_objects_load(kin_row_objects *objects);

#endif
