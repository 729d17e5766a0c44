/* stream.h - a stream in progress, and what its objects are asked for that did not come with them. */
#ifndef KIN_ORM_STREAM_H
#define KIN_ORM_STREAM_H

#include "orm/stream_batch.h"

/* An object of the row. */
typedef struct kin_streamed {
	kin_batch batch; /* of the object */
	struct kin_open_stream *stream;
	void     *object; /* in stream.fixed */
	bool      there;  /* this row has it */
	struct kin_streamed *forms; /* one for each that the row may have; then .object is that of one of them. NULL: there is one */
} kin_streamed;

typedef struct kin_open_stream {
	kin_session    *session; /* NULL: it is closed */
	struct kin_open_stream *next;
	bool            ended;   /* with its transaction */
	bool            hears;   /* some of its models have hooks for what is loaded */
	const kin_site *site;
	kin_plan       *plan;
	kin_cursor      cursor;
	kin_arena       fixed;
	kin_arena       texts; /* of the current row */
	kin_streamed   *parts;
	bool            batches; /* from the next row on its objects are those of .batch, not of .parts */
	kin_stream_batch batch;
} kin_open_stream;

/* stream_lazy.c: load what an object with KIN_INSTANCE_STREAMED is asked for. KIN_OK, KIN_EDETACHED after the stream's end, or a database error; the
 * error is `session`'s, whose stream it is. */
int kin_stream_load_relation(kin_session *session, void *object, const kin_relation *relation);
int kin_stream_load_column(kin_session *session, void *object, const kin_attribute *attribute);

#endif
