/* stream_batch.c - a stream's objects with what is loaded for them.
 *
 * The objects of 256 rows are made in a session of their own on the connection of the stream's, the loaders run for them, and all goes with
 * that session when the next ones are wanted. What it reads it has in nobody else's identity map: memory does not grow with the rows. */
#include "orm/stream_batch.h"

enum { ROWS = 256 };

/* Texts may be the program's variables, which its loop changes. */
static bool keep_text(kin_arena *arena, kin_value *value)
{
	if (value->kind != KIN_KIND_TEXT && value->kind != KIN_KIND_BYTES && value->kind != KIN_KIND_JSON)
		return true;
	value->as.data = kin_arena_strndup(arena, value->as.data, value->size);
	return value->as.data;
}

bool kin_stream_batch_init(kin_stream_batch *batch, kin_arena *arena, const kin_value *values, size_t count)
{
	kin_value *kept = kin_arena_alloc(arena, (count + 1) * sizeof(*kept));

	if (kept && count > 0)
		memcpy(kept, values, count * sizeof(*kept));
	for (size_t i = 0; kept && i < count; i++)
		if (!keep_text(arena, &kept[i]))
			return false;
	batch->values = kept;
	return kept;
}

void kin_stream_batch_part(kin_stream_batch *batch)
{
	if (!batch->session)
		return;
	batch->session->connection = NULL;
	batch->session->in_transaction = false;
}

void kin_stream_batch_done(kin_stream_batch *batch)
{
	kin_stream_batch_part(batch);
	kin_loaded_done(&batch->loaded);
	kin_free(batch->session);
	batch->session = NULL;
	batch->loaded = (kin_loaded){ 0 };
	batch->at = 0;
}

int kin_stream_batch_fail(kin_stream_batch *batch, kin_session *session)
{
	if (!batch->session || batch->session->error.code == KIN_ENOMEM)
		return kin_session_nomem(session);
	return kin_error_move(&session->error, &batch->session->error);
}

int kin_stream_batch_begin(kin_stream_batch *batch, kin_session *session)
{
	kin_session *own = batch->session = kin_session_open(session->db, session->registry);

	if (!own)
		return kin_session_nomem(session);
	own->connection = session->connection;
	own->runs = kin_connection_runs(own->connection);
	own->place = session->place;
	own->in_transaction = own->reads = true;
	own->autoflush = false;
	return own->error.code < 0 ? kin_stream_batch_fail(batch, session) : KIN_OK;
}

static void note_asked(kin_stream_batch *batch)
{
	const kin_load_batch *before = (const kin_load_batch *)(const void *)batch->loaded.batch;

	batch->asked |= before ? before->asked : 0;
	batch->asked_columns |= before ? before->asked_columns : 0;
}

static void pass_asked(const kin_stream_batch *batch)
{
	kin_load_batch *now = (kin_load_batch *)(void *)batch->loaded.batch;

	if (!now)
		return;
	now->asked = batch->asked;
	now->asked_columns = batch->asked_columns;
}

static int load(kin_stream_batch *batch, kin_session *session, kin_plan *plan, kin_statement *statement)
{
	kin_fetch *fetch = &plan->fetch;
	int rc;

	note_asked(batch);
	kin_stream_batch_done(batch);
	if ((rc = kin_stream_batch_begin(batch, session)) < 0)
		return rc;
	if ((rc = kin_load_next_rows(batch->session, fetch, statement, ROWS, &batch->loaded)) < 0)
		return rc;
	batch->over = batch->loaded.objects.count < ROWS;
	pass_asked(batch);
	return kin_load_laters(batch->session, fetch, batch->values, batch->loaded.objects.items, batch->loaded.objects.count);
}

int kin_stream_batch_next(kin_stream_batch *batch, kin_session *session, kin_plan *plan, kin_statement *statement, void **ret_object)
{
	if (batch->session && batch->session->error.code < 0)
		return kin_stream_batch_fail(batch, session);
	if (batch->at == batch->loaded.objects.count && !batch->over && load(batch, session, plan, statement) < 0)
		return session->error.code < 0 ? session->error.code : kin_stream_batch_fail(batch, session);
	*ret_object = batch->at < batch->loaded.objects.count ? batch->loaded.objects.items[batch->at++] : NULL;
	return KIN_OK;
}
