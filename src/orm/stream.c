/* stream.c - walks the objects of a query in constant memory.
 *
 * There is one object for each part of the row, in memory of the stream's own, which every row fills anew; their texts are the database's
 * own, or live in an arena that is cleared in between. They are detached: the session does not know them. What they are asked for: stream_lazy.c.
 *
 * Where the query says `with` what takes statements of its own, it is stream_batch.c that makes them. */
#include <kin/query.h>

#include "base/mem.h"
#include "orm/hook.h"
#include "orm/load_rows.h"
#include "orm/plan_form.h"
#include "orm/query.h"
#include "orm/stream.h"

typedef kin_open_stream stream;

bool kin_session_streams(const kin_session *session)
{
	const stream *s = session->streams;

	while (s && s->ended)
		s = s->next;
	return s != NULL;
}

/* The session is no more: its objects can be read, and asked for nothing. */
static void part_objects(stream *s)
{
	for (size_t i = 0; s->parts && i < s->plan->fetch.part_count; i++) {
		s->parts[i].batch.session = NULL;
		for (size_t n = 0; s->parts[i].forms && n < s->plan->fetch.parts[i].form_count; n++)
			s->parts[i].forms[n].batch.session = NULL;
	}
}

void kin_session_end_streams(kin_session *session, bool for_good)
{
	for (stream *s = session->streams; s; s = s->next) {
		kin_query_close(&s->cursor);
		kin_stream_batch_part(&s->batch);
		s->ended = true;
		if (for_good) {
			s->session = NULL;
			part_objects(s);
		}
	}
	if (for_good)
		session->streams = NULL;
}

static void unlink_stream(stream *s)
{
	stream **at = s->session ? &s->session->streams : NULL;

	while (at && *at != s)
		at = &(*at)->next;
	if (at)
		*at = s->next;
}

static void stream_free(stream *s)
{
	if (!s)
		return;
	kin_query_close(&s->cursor);
	kin_stream_batch_done(&s->batch);
	kin_arena_done(&s->fixed);
	kin_arena_done(&s->texts);
	unlink_stream(s);
	kin_mem_free(s);
}

static int make_object(stream *s, const kin_part *part, const kin_mapping *mapping, const kin_mould *mould, kin_streamed *ret)
{
	kin_instance *instance = kin_arena_zalloc(&s->fixed, sizeof(*instance) + mapping->size);

	if (!instance)
		return kin_session_nomem(s->session);
	s->hears |= kin_mapping_hears(mapping, KIN_EVENT_load);
	ret->stream = s;
	ret->batch = (kin_batch){ .session = s->session, .mapping = mapping, .manner = part->manner };
	*instance = (kin_instance){
		.batch = &ret->batch, .state = KIN_DETACHED, .flags = KIN_INSTANCE_STREAMED, .magic = KIN_INSTANCE_MAGIC,
	};
	ret->object = kin_instance_object(instance);
	memcpy(ret->object, (const char *)mould->blank + mould->head, mapping->size); /* nothing is loaded */
	return KIN_OK;
}

static int make_part(stream *s, const kin_part *part, kin_streamed *ret)
{
	int rc = KIN_OK;

	if (!part->forms)
		return make_object(s, part, part->mapping, &part->mould, ret);
	if (!(ret->forms = kin_arena_zalloc(&s->fixed, part->form_count * sizeof(*ret->forms))))
		return kin_session_nomem(s->session);
	for (size_t i = 0; rc == KIN_OK && i < part->form_count; i++)
		rc = make_object(s, part, part->forms[i].mapping, &part->forms[i].mould, &ret->forms[i]);
	return rc;
}

static int make_parts(stream *s)
{
	const kin_fetch *fetch = &s->plan->fetch;
	int rc = KIN_OK;

	s->parts = kin_arena_zalloc(&s->fixed, fetch->part_count * sizeof(*s->parts));
	if (!s->parts)
		return kin_session_nomem(s->session);
	for (size_t i = 0; rc == KIN_OK && i < fetch->part_count; i++)
		rc = make_part(s, &fetch->parts[i], &s->parts[i]);
	return rc;
}

static int stream_open(kin_session *session, kin_site *site, const kin_value *values, stream **ret)
{
	kin_plan *plan;
	stream *s;
	int rc = kin_session_ready(session);

	if (rc < 0)
		return rc;
	if (!(plan = kin_plan_of_site(session, site)))
		return session->error.code;
	if (!(s = kin_mem_zalloc(sizeof(*s))))
		return kin_session_nomem(session);
	s->session = session;
	s->site = site;
	s->plan = plan;
	s->next = session->streams;
	session->streams = s;
	s->batches = plan->fetch.later_count > 0 || plan->fetch.apart;
	if (s->batches)
		rc = kin_stream_batch_init(&s->batch, &s->fixed, values, site->count) ? KIN_OK : kin_session_nomem(session);
	else
		rc = make_parts(s);
	if (rc == KIN_OK)
		rc = kin_query_open_walk(session, &plan->fetch.ask, values, &s->cursor);
	if (rc < 0) {
		stream_free(s);
		return rc;
	}
	kin_statement_stream(s->cursor.statement);
	*ret = s;
	return KIN_OK;
}

kin_stream_state kin_site_stream(kin_session *session, kin_site *site, const kin_value *values)
{
	kin_stream_state state = { .session = session };
	stream *s = NULL;

	if (session && stream_open(session, site, values, &s) < 0)
		kin_query_note(session, site);
	state.cursor = s;
	return state;
}

/* ---- rows ---- */

/* Whether an outer join found the part's row. */
static int is_there(stream *s, const kin_part *part, bool *ret)
{
	kin_value value;
	bool null;

	if (part->mapping->integer_key) {
		kin_statement_int64(s->cursor.statement, part->key, &null);
		*ret = !null;
		return KIN_OK;
	}
	int rc = kin_statement_value(s->cursor.statement, part->key, KIN_KIND_NULL, &value, &s->session->error);
	*ret = value.kind != KIN_KIND_NULL;
	return rc;
}

static int read_object(stream *s, const kin_part *part, kin_streamed *one)
{
	const kin_form *form = part->forms ? kin_load_form(s->session, s->cursor.statement, part) : NULL;
	const kin_mould *mould = form ? &form->mould : &part->mould;
	int rc;

	if (part->forms && !form)
		return s->session->error.code;
	if (form)
		one->object = one->forms[form - part->forms].object;
	rc = kin_statement_borrow(s->cursor.statement, mould->cells, mould->count, one->object, &s->texts, &s->session->error);
	return rc < 0 ? kin_load_explain(s->session, s->cursor.statement, part->mapping, part->places) : rc;
}

static int read_part(stream *s, size_t i)
{
	const kin_part *part = &s->plan->fetch.parts[i];
	kin_streamed *one = &s->parts[i], *parent = &s->parts[part->parent];
	int rc = KIN_OK;

	one->there = i == 0;
	if (i > 0 && parent->there && (rc = is_there(s, part, &one->there)) < 0)
		return rc;
	if (one->there)
		rc = read_object(s, part, one);
	if (rc == KIN_OK && i > 0 && parent->there && !one->there && kin_load_may_be_left_out(part, parent->object))
		kin_instance_unload(parent->object, part->relation);
	else if (rc == KIN_OK && i > 0 && parent->there)
		kin_instance_set_one(parent->object, part->relation, one->there ? one->object : NULL);
	return rc;
}

/* The model's hooks see each row: for them its object is a new one. */
static int call_hooks(stream *s)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < s->plan->fetch.part_count; i++)
		if (s->parts[i].there && kin_mapping_hears(kin_instance_mapping(kin_instance_of(s->parts[i].object)), KIN_EVENT_load))
			rc = kin_hook_run(s->session, s->parts[i].object, KIN_EVENT_load);
	return rc;
}

static int read_row(void *context)
{
	stream *s = context;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < s->plan->fetch.part_count; i++)
		rc = read_part(s, i);
	return rc;
}

static int next_row(stream *s, void **ret_object)
{
	int rc;

	if (s->batches)
		return kin_stream_batch_next(&s->batch, s->session, s->plan, s->cursor.statement, ret_object);
	if (s->texts.chunk)
		kin_arena_clear(&s->texts);
	rc = kin_statement_walk(s->cursor.statement, read_row, s, &s->session->error);
	if (rc > 0 && s->hears && call_hooks(s) < 0)
		rc = s->session->error.code;
	if (rc > 0)
		*ret_object = s->parts[0].object;
	return rc < 0 ? rc : KIN_OK;
}

const void *kin_stream_next(kin_stream_state *state)
{
	stream *s = state->cursor;

	if (!s)
		return NULL;
	if (s->session && s->ended)
		kin_session_fail(s->session, KIN_EINVAL, s->site->file, s->site->line,
		                 "this kin_stream() ended with its transaction, before its last row: kin_rollback() was called in its loop");
	if (__builtin_expect(s->session && s->session->error.code == KIN_OK, 1)) {
		void *object = NULL;
		if (next_row(s, &object) < 0)
			kin_query_note(s->session, s->site);
		else if (object)
			return object;
	}
	kin_stream_end(state);
	return NULL;
}

void kin_stream_end(kin_stream_state *state)
{
	stream *s = state->cursor;

	if (s && s->session && s->session->error.code == KIN_OK && s->batch.session && s->batch.session->error.code < 0)
		kin_stream_batch_fail(&s->batch, s->session);
	stream_free(s);
	state->cursor = NULL;
}
