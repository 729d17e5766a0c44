/* bulk.h - objects are brought in step with rows that were written without them. */
#ifndef KIN_ORM_BULK_H
#define KIN_ORM_BULK_H

#include "orm/load_rows.h"

/* Columns of these objects' rows were assigned: they are loaded again, and where a foreign key leads elsewhere now the lists at both
 * ends are right. `all_known`: no other rows were changed; else the lists that those may have come to are loaded anew when they are
 * asked for. KIN_OK or the error, which is in the session. */
int kin_bulk_follow(kin_session *session, const kin_mapping *mapping, const kin_attribute *const *assigned, size_t count,
                    const kin_objects *objects, bool all_known);

/* bulk_key.c: objects whose keys an UPDATE changes. */
typedef struct kin_bulk_move {
	void *object;
	void *image; /* the struct with the new key; of the arena */
} kin_bulk_move;

typedef struct kin_bulk_moves {
	kin_arena arena;
	kin_vec(kin_bulk_move) items;
} kin_bulk_moves;

/* Before the UPDATE: which loaded objects are meant, and what their keys become. After it: they have them. KIN_OK or the error. */
int kin_bulk_find_moves(kin_session *session, kin_plan *plan, const kin_value *values, kin_bulk_moves *moves, kin_objects *ret_objects);
int kin_bulk_move_all(kin_session *session, const kin_mapping *mapping, const kin_bulk_moves *moves);
void kin_bulk_moves_done(kin_bulk_moves *moves);

#endif
