/* stream_batch.h - the objects of a stream that others come with: some hundred at a time, in a session that lives no longer than they do. */
#ifndef KIN_ORM_STREAM_BATCH_H
#define KIN_ORM_STREAM_BATCH_H

#include "orm/load_rows.h"

typedef struct kin_stream_batch {
	kin_session     *session; /* the objects'; its connection is lent. NULL: none yet */
	kin_loaded       loaded;
	size_t           at;      /* which of them comes next */
	bool             over;    /* the statement has ended */
	const kin_value *values;  /* the query's, kept */
	uint32_t         asked;   /* as in kin_load_batch: what the objects before were asked for is loaded for all of the next at once */
	uint64_t         asked_columns;
} kin_stream_batch;

/* Keep the query's values in the arena: a condition on what is loaded needs them again. false when memory is out. */
bool kin_stream_batch_init(kin_stream_batch *batch, kin_arena *arena, const kin_value *values, size_t count);
/* Its session, on the connection of the stream's. KIN_OK, or an error of `session`. */
int kin_stream_batch_begin(kin_stream_batch *batch, kin_session *session);
/* What went wrong there went wrong for the program's session. Returns the code. */
int kin_stream_batch_fail(kin_stream_batch *batch, kin_session *session);
void kin_stream_batch_done(kin_stream_batch *batch);
/* The connection is another's from now on; the objects stay. */
void kin_stream_batch_part(kin_stream_batch *batch);
/* The next object; NULL: there are no more. KIN_OK, or an error, which is then in `session`, whose stream it is. */
int kin_stream_batch_next(kin_stream_batch *batch, kin_session *session, kin_plan *plan, kin_statement *statement, void **ret_object);

#endif
