/* flush.h - executing the plan of a flush. */
#ifndef KIN_ORM_FLUSH_H
#define KIN_ORM_FLUSH_H

#include "orm/mapping_sql.h"
#include "orm/uow.h"

typedef struct kin_flusher {
	kin_session    *session;
	kin_connection *connection;
	kin_dialect_id  dialect;
	kin_arena      *arena; /* the plan's */
} kin_flusher;

/* Before a row is written: its keys follow its to-one relationships, strings that the program assigned are copied
 * into the session, and what no column can hold is refused with a sentence. `omitted`: attributes that the database
 * will fill (NULL: none). KIN_OK or the error, which is in the session. */
int kin_flush_prepare(kin_flusher *flush, kin_tracked *tracked, const uint64_t *omitted);

/* Write the rows of an action: those that are new, those that changed, those to be deleted. */
int kin_flush_insert(kin_flusher *flush, const kin_uow_action *action);
int kin_flush_update(kin_flusher *flush, const kin_uow_action *action);
int kin_flush_delete(kin_flusher *flush, const kin_uow_action *action);

/* A row has been written: the lists of its old and new owners are brought in step, and the snapshot is renewed. */
int kin_flush_settle(kin_flusher *flush, kin_tracked *tracked);
/* A row has been deleted: it leaves its owners' lists and the session. */
int kin_flush_settle_deleted(kin_flusher *flush, kin_tracked *tracked);

/* Before a row's relationships are followed one by one: what its to-one relationships point at is asked of memory. Objects lie
 * anywhere, and waiting for each would take longer than all else. The headers first, their records some rows later. */
void kin_flush_prefetch(kin_tracked *const *items, size_t count, size_t at);

/* Put the object and the value at fault in front of a database's sentence. Returns the error's code. */
int kin_flush_explain(kin_flusher *flush, const void *object);

#endif
