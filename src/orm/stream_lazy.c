/* stream_lazy.c - what a stream's object is asked for that did not come with it.
 *
 * A stream with nothing else to load has one object in memory, which each row fills anew. When that is asked for something it is loaded for
 * it alone; and as the program is likely to ask the next ones too, these come as those of a stream with lists do, 256 rows at a time: they are
 * siblings, for which things are loaded together. So a loop over n objects takes n / 256 statements, and not n. */
#include "orm/stream.h"

#include <inttypes.h>

#include "orm/defer.h"
#include "orm/load.h"

static int detached(kin_session *session, const void *object, const char *model, const char *name)
{
	return kin_session_fail(session, KIN_EDETACHED, NULL, 0, "Parent instance <%s at 0x%" PRIxPTR "> is of a kin_stream() that has ended; load of "
	                        "'%s' cannot proceed", model, (uintptr_t)object, name);
}

/* The stream's batch has a session for what is loaded, and its next rows. */
static int begin(kin_session *session, kin_open_stream *s)
{
	int rc = kin_session_ready(session);

	if (rc == KIN_OK && !s->batch.session)
		rc = kin_stream_batch_begin(&s->batch, session);
	s->batches = rc == KIN_OK;
	return rc;
}

static kin_open_stream *stream_of(const void *object)
{
	kin_open_stream *s = ((kin_streamed *)(void *)kin_instance_of(object)->batch)->stream;

	return s->session && !s->ended ? s : NULL;
}

static bool is_first(const kin_open_stream *s, const void *object)
{
	return s->parts[0].object == object;
}

int kin_stream_load_relation(kin_session *session, void *object, const kin_relation *relation)
{
	kin_open_stream *s = stream_of(object);
	int rc = s ? begin(session, s) : detached(session, object, relation->mapping->name, relation->name);

	if (rc < 0)
		return rc;
	if (is_first(s, object))
		s->batch.asked |= (uint32_t)1 << relation->index;
	rc = kin_load_alone(s->batch.session, object, relation);
	return rc < 0 ? kin_stream_batch_fail(&s->batch, session) : KIN_OK;
}

int kin_stream_load_column(kin_session *session, void *object, const kin_attribute *attribute)
{
	kin_open_stream *s = stream_of(object);
	int rc = s ? begin(session, s) : detached(session, object, attribute->mapping->name, attribute->name);

	if (rc < 0)
		return rc;
	if (is_first(s, object))
		s->batch.asked_columns |= (uint64_t)1 << (attribute->index % 64);
	rc = kin_defer_load_alone(s->batch.session, object, attribute);
	if (rc < 0)
		return kin_stream_batch_fail(&s->batch, session);
	return kin_defer_lacks(object, attribute) ? kin_load_gone(session, object) : KIN_OK;
}
