/* load_rows.c - rows become objects, in one pass.
 *
 * For each object in a row: its key; the identity map's object for it, which is kept as it is unless the row is locked; or a new one, filled by the plan's cells. An
 * object that is new has no relationship loaded until the plan's joins, or whoever loads it, say so. */
#include "orm/load_rows.h"

#include <assert.h>

#include "base/mem.h"
#include "orm/defer.h"
#include "orm/expire.h"
#include "orm/hook.h"
#include "orm/load.h"
#include "orm/load_finder.h"
#include "orm/plan_form.h"
#include "value/show.h"

/* What a part of the row needs while rows come. */
typedef struct part_state {
	kin_identity *identity;
	kin_batch    *batch;  /* of its new objects; NULL: none yet */
	void         *object; /* of this row; NULL: it has none */
	bool          is_half; /* it is one that has just been made, and one of */
	kin_objects   halves; /* new ones that lack what the part's .aparts bring, */
	kin_objects   stale;  /* and expired ones, which are read again afterwards */
	kin_load_links     links;  /* of a joined collection */
} part_state;

typedef struct loading {
	kin_session            *session;
	const kin_fetch        *fetch;
	kin_statement          *statement;
	const kin_load_options *options;
	kin_loaded             *loaded;
	kin_objects            *objects; /* its */
	size_t                  first;   /* objects that were there before */
	part_state             *states; /* by part */
	bool                    noted;  /* what is new is */
	kin_vec(kin_after)      heard;  /* objects whose models have hooks for that, to be called after the last row */
} loading;

static int nomem(loading *l)
{
	return kin_session_nomem(l->session);
}

static __attribute__((noinline)) int begin_batch(loading *l, const kin_part *part, part_state *state)
{
	l->session->defers |= part->lacks;
	if (l->options->alone && !part->manner) {
		state->batch = kin_session_single(l->session, part->mapping);
	} else {
		kin_load_batch *batch = kin_arena_zalloc(&l->session->arena, sizeof(*batch));
		if (batch) {
			batch->batch.session = l->session;
			batch->batch.mapping = part->mapping;
			batch->batch.manner = part->manner;
			state->batch = &batch->batch;
		}
		if (batch && part->manner && l->fetch->ask.once && !(batch->batch.manner = kin_manner_copy(&l->session->arena, part->manner)))
			return nomem(l);
	}
	return state->batch ? KIN_OK : nomem(l);
}

int kin_load_explain(kin_session *session, kin_statement *statement, const kin_mapping *mapping, const uint16_t *places)
{
	kin_error *error = &session->error;
	kin_value value;
	kin_text text;

	if (error->code > KIN_ENOTNULL || error->code < KIN_EVALUE)
		return error->code;
	kin_text_init(&text);
	for (size_t i = 0; i < mapping->key_count; i++) {
		const kin_attribute *key = mapping->keys[i];
		if (kin_statement_value(statement, places ? places[key->index] : key->index, KIN_KIND_NULL, &value, NULL) < 0)
			continue;
		kin_text_addf(&text, "%s%s ", text.length > 0 ? ", " : " with ", key->column);
		kin_show_quoted(&text, &value);
	}
	if (kin_text_ok(&text))
		kin_error_context(error, "the row of '%s'%s", mapping->table, text.data ? text.data : "");
	kin_text_done(&text);
	return error->code;
}

/* ---- one object ---- */

/* Who has to know of a new object, and of one that was read again. */
static bool note(loading *l, void *object, kin_model_event event)
{
	kin_after after = { .object = object, .event = event };

	return !kin_mapping_hears(kin_instance_mapping(kin_instance_of(object)), event) || kin_vec_push(&l->heard, after);
}

static __attribute__((noinline)) bool note_new(loading *l, void *object)
{
	kin_unit *unit = l->session->unit;

	if (unit->blind && !kin_vec_push(&unit->doubtful, object))
		return false;
	if (note(l, object, KIN_EVENT_load))
		return true;
	unit->doubtful.count -= unit->blind;
	return false;
}

static void forget_new(loading *l, void *object)
{
	l->session->unit->doubtful.count -= l->session->unit->blind;
	l->heard.count -= kin_mapping_hears(kin_instance_mapping(kin_instance_of(object)), KIN_EVENT_load);
}

/* Of a model that may be another one, what it is made from. */
static __attribute__((noinline)) int choose_form(loading *l, const kin_part *part, part_state *state, kin_batch **ret_batch, const kin_mould **ret_mould)
{
	const kin_form *form = kin_load_form(l->session, l->statement, part);

	if (!form || !(*ret_batch = kin_load_form_batch(l->session, part, form, l->options->alone && !part->manner, state->batch)))
		return l->session->error.code;
	*ret_mould = &form->mould;
	state->is_half = form->apart;
	return !form->apart || kin_vec_reserve(&state->halves, state->halves.count + 1) ? KIN_OK : nomem(l);
}

static int make_object(loading *l, const kin_part *part, part_state *state)
{
	const kin_mould *mould = &part->mould;
	kin_session *session = l->session;
	kin_instance *instance;
	kin_batch *batch;
	int rc;

	if (__builtin_expect(!state->batch, 0) && (rc = begin_batch(l, part, state)) < 0)
		return rc;
	batch = state->batch;
	assert(batch);
	if (__builtin_expect(part->forms != NULL, 0) && (rc = choose_form(l, part, state, &batch, &mould)) < 0)
		return rc;
	if (!(instance = kin_statement_make(l->statement, mould, &session->objects, &session->error)))
		return kin_load_explain(session, l->statement, part->mapping, part->places);
	kin_arena_keep(instance);
	instance->batch = batch;
	state->object = kin_instance_object(instance);
	if (__builtin_expect(l->noted, 0) && !note_new(l, state->object)) {
		kin_instance_release(session, state->object);
		return nomem(l);
	}
	if (__builtin_expect(state->is_half, 0))
		state->halves.items[state->halves.count++] = state->object;
	return KIN_OK;
}

static __attribute__((noinline)) int read_again(loading *l, const kin_part *part, void *object)
{
	int rc = kin_load_again(l->session, l->statement, part, object);

	return rc == KIN_OK && !note(l, object, KIN_EVENT_refresh) ? nomem(l) : rc;
}

/* The program looks at it when the rows are read; by then the caches have it again. */
static inline void prefetch(const void *object)
{
	__builtin_prefetch(kin_instance_of(object));
	__builtin_prefetch((const char *)object + 40);
}

/* An object that the session has is kept as it is, unless it has expired; what it lacks is filled. */
static inline int meet(loading *l, const kin_part *part, part_state *state)
{
	void *object = state->object;

	if (__builtin_expect(part->mapping->lineage != NULL, 0) && !kin_mapping_has(part->mapping, object))
		return kin_load_changed_form(l->session, part, object);
	if (kin_expire_is(l->session, object))
		return part->apart_count > 0 ? kin_vec_push(&state->stale, object) ? KIN_OK : nomem(l) : read_again(l, part, object);
	if (__builtin_expect(l->session->defers, 0) && (kin_instance_of(object)->flags & KIN_INSTANCE_LACKS))
		return kin_defer_fill(l->session, l->statement, part, object);
	return KIN_OK;
}

/* With one look-up for both. A slot that was not there before is empty only until the object is made. */
static inline int object_by_integer(loading *l, const kin_part *part, part_state *state, bool *ret_new)
{
	bool null;
	int64_t key = kin_statement_int64(l->statement, part->key, &null);
	void **slot;
	int rc;

	if (null) {
		state->object = NULL;
		return KIN_OK;
	}
	if (!(slot = kin_identity_slot(state->identity, key)))
		return nomem(l);
	if ((state->object = *slot)) {
		prefetch(state->object);
		return meet(l, part, state);
	}
	if ((rc = make_object(l, part, state)) < 0) {
		kin_identity_forget(state->identity, key, slot);
		return rc;
	}
	*slot = state->object;
	*ret_new = true;
	return KIN_OK;
}

static int find_by_values(loading *l, const kin_part *part, part_state *state, bool *ret_null)
{
	const kin_mapping *mapping = part->mapping;
	kin_value keys[mapping->key_count];
	int rc;

	for (size_t i = 0; i < mapping->key_count; i++) {
		const kin_attribute *key = mapping->keys[i];
		rc = kin_statement_value(l->statement, part->places[key->index],
		                         key->domain ? KIN_KIND_TEXT : key->kind & ~KIN_KIND_NULLABLE, &keys[i], &l->session->error);
		if (rc < 0)
			return kin_load_explain(l->session, l->statement, part->mapping, part->places);
		*ret_null = *ret_null || keys[i].kind == KIN_KIND_NULL;
	}
	state->object = *ret_null ? NULL : kin_identity_find(state->identity, keys);
	return KIN_OK;
}

/* The row's object of a part into state->object: NULL where an outer join found nothing. */
static inline int object_of_row(loading *l, const kin_part *part, part_state *state, bool *ret_new)
{
	bool null = false;
	int rc;

	*ret_new = false;
	if (__builtin_expect(part->mapping->integer_key, 1))
		return object_by_integer(l, part, state, ret_new);
	if ((rc = find_by_values(l, part, state, &null)) < 0)
		return rc;
	if (state->object || null)
		return null ? KIN_OK : meet(l, part, state);
	if ((rc = make_object(l, part, state)) < 0)
		return rc;
	if (!kin_identity_add(state->identity, state->object)) {
		forget_new(l, state->object);
		state->halves.count -= state->is_half;
		kin_instance_release(l->session, state->object);
		return nomem(l);
	}
	*ret_new = true;
	return KIN_OK;
}

/* ---- what is joined ---- */

static int push_link(loading *l, kin_load_links *links, void *parent, void *child)
{
	const kin_load_link *last = links->count > 0 ? &links->items[links->count - 1] : NULL;

	if (last && last->parent == parent && last->child == child)
		return KIN_OK;
	if (!kin_vec_reserve(links, links->count + 1) || !links->items)
		return nomem(l);
	links->items[links->count++] = (kin_load_link){ parent, child };
	return KIN_OK;
}

static int join_object(loading *l, const kin_part *part, part_state *state)
{
	void *parent = l->states[part->parent].object;

	if (!parent || kin_load_is_known(parent, part->relation) || (!state->object && kin_load_may_be_left_out(part, parent)))
		return KIN_OK;
	if (part->relation->to_many) {
		kin_load_set_reverse(part->relation, parent, state->object);
		return push_link(l, &state->links, parent, state->object);
	}
	return kin_load_collect(l->session, part->relation, &(kin_load_link){ parent, state->object }, 1, false);
}

static int read_joined(loading *l)
{
	bool is_new;
	int rc = KIN_OK;

	for (size_t i = 1; rc == KIN_OK && i < l->fetch->part_count; i++) {
		const kin_part *part = &l->fetch->parts[i];
		part_state *state = &l->states[i];
		state->object = NULL;
		if (l->states[part->parent].object && (rc = object_of_row(l, part, state, &is_new)) == KIN_OK)
			rc = join_object(l, part, state);
	}
	return rc;
}

/* ---- children of someone ---- */

static int find_parent(loading *l, const kin_parents *parents, void **ret_parent)
{
	const kin_relation *relation = parents->relation;
	kin_value keys[relation->pair_count];

	for (size_t i = 0; i < relation->pair_count; i++) {
		int rc = kin_statement_value(l->statement, parents->columns[i], relation->pairs[i].local->kind & ~KIN_KIND_NULLABLE,
		                             &keys[i], &l->session->error);
		if (rc < 0)
			return rc;
	}
	*ret_parent = kin_finder_find(parents->finder, keys);
	return kin_finder_failed(parents->finder) ? nomem(l) : KIN_OK;
}

/* The parent that the row's child is to be given to. NULL: nobody wants it. */
static inline int parent_of_row(loading *l, void **ret_parent)
{
	const kin_parents *parents = l->options->parents;
	bool null;
	int rc;

	if (parents->finder->parents) {
		int64_t key = kin_statement_int64(l->statement, parents->columns[0], &null);
		*ret_parent = null ? NULL : kin_finder_parent(parents->finder, key);
		return KIN_OK;
	}
	if ((rc = find_parent(l, parents, ret_parent)) < 0)
		return rc;
	if (*ret_parent && (!kin_mapping_has(parents->relation->mapping, *ret_parent) || kin_load_is_known(*ret_parent, parents->relation) ||
	                    (parents->marked && !(kin_instance_of(*ret_parent)->flags & KIN_INSTANCE_MARK))))
		*ret_parent = NULL;
	return KIN_OK;
}

static int read_child(void *context)
{
	loading *l = context;
	void *parent, *child;
	bool is_new;
	int rc = parent_of_row(l, &parent);

	if (rc < 0 || !parent || (rc = object_of_row(l, &l->fetch->parts[0], &l->states[0], &is_new)) < 0)
		return rc;
	if (!(child = l->states[0].object))
		return KIN_OK;
	kin_load_set_reverse(l->options->parents->relation, parent, child);
	if (l->fetch->part_count > 1 && (rc = read_joined(l)) < 0)
		return rc;
	return push_link(l, l->options->links, parent, child);
}

/* ---- rows ---- */

static bool push_object(kin_loaded *loaded, void *object)
{
	const size_t few = sizeof(loaded->few) / sizeof(loaded->few[0]);
	kin_objects *objects = &loaded->objects;

	if (__builtin_expect(objects->count < objects->capacity, 1)) {
		objects->items[objects->count++] = object;
		return true;
	}
	if (objects->count <= few) {
		if (!objects->items) {
			objects->items = loaded->few;
			objects->capacity = few;
		} else if (objects->items == loaded->few) {
			void **more = kin_mem_alloc(16 * few * sizeof(*more));
			if (!more)
				return false;
			memcpy(more, loaded->few, sizeof(loaded->few));
			objects->items = more;
			objects->capacity = 16 * few;
		}
	}
	return kin_vec_push(objects, object);
}

/* What has just been locked may have changed since it was read. */
static int renew(loading *l, void *object)
{
	const kin_sql_select *select = l->fetch->ask.select;

	if (!select || !select->lock || kin_instance_of(object)->tracked)
		return KIN_OK;
	return read_again(l, &l->fetch->parts[0], object);
}

static int read_row(void *context)
{
	loading *l = context;
	part_state *state = &l->states[0];
	bool is_new;
	int rc = object_of_row(l, &l->fetch->parts[0], state, &is_new);

	if (rc < 0 || !state->object || (!is_new && (rc = renew(l, state->object)) < 0))
		return rc;
	l->loaded->news += is_new;
	if (!l->fetch->collects || l->objects->count == l->first || l->objects->items[l->objects->count - 1] != state->object)
		if (!push_object(l->loaded, state->object))
			return nomem(l);
	return l->fetch->part_count > 1 ? read_joined(l) : KIN_OK;
}

static int step_rows(loading *l, kin_statement_take *take, size_t most)
{
	int rc = KIN_OK;

	while (l->objects->count < most && (rc = kin_statement_walk(l->statement, take, l, &l->session->error)) > 0)
		;
	return rc < 0 ? rc : KIN_OK;
}

/* Open the statement and read its rows. Where all are wanted, in no order, the database hands them out. */
static int read_rows(loading *l, kin_ask *ask, const kin_value *values, kin_cursor *cursor)
{
	size_t most = l->options->most && !l->fetch->collects ? l->first + l->options->most : SIZE_MAX;
	kin_statement_take *take = l->options->parents ? read_child : read_row;
	bool each = false;
	int rc = l->options->most ? kin_query_open(l->session, ask, values, cursor)
	                          : kin_query_open_all(l->session, ask, values, cursor, &each);

	if (rc < 0)
		return rc;
	l->statement = cursor->statement;
	if (each)
		return kin_statement_each(l->statement, take, l, &l->session->error);
	return step_rows(l, take, most);
}

/* An object that several rows brought, with others between them, stands in the list once: where it came first. */
static void keep_first(loading *l)
{
	size_t kept = l->first;

	for (size_t i = l->first; i < l->objects->count; i++) {
		kin_instance *instance = kin_instance_of(l->objects->items[i]);
		if (instance->flags & KIN_INSTANCE_MARK)
			continue;
		instance->flags |= KIN_INSTANCE_MARK;
		l->objects->items[kept++] = l->objects->items[i];
	}
	l->objects->count = kept;
	for (size_t i = l->first; i < kept; i++)
		kin_instance_of(l->objects->items[i])->flags &= (uint8_t)~KIN_INSTANCE_MARK;
}

static int begin(loading *l)
{
	l->noted = l->session->unit->blind;
	for (size_t i = 0; i < l->fetch->part_count; i++) {
		const kin_mapping *mapping = l->fetch->parts[i].mapping;
		if (!(l->states[i].identity = kin_session_identity(l->session, mapping)))
			return nomem(l);
		l->noted |= kin_mapping_hears(mapping, KIN_EVENT_load);
		for (size_t n = 1; n < l->fetch->parts[i].form_count; n++)
			l->noted |= kin_mapping_hears(l->fetch->parts[i].forms[n].mapping, KIN_EVENT_load);
	}
	return KIN_OK;
}

/* A single collection of the objects themselves brings each child in one row. */
static bool can_repeat(const loading *l)
{
	size_t collections = 0;

	for (size_t i = 1; i < l->fetch->part_count; i++) {
		if (!l->fetch->parts[i].relation->to_many)
			continue;
		if (collections++ > 0 || l->fetch->parts[i].parent != 0)
			return true;
	}
	return false;
}

/* The lists of a joined part that a condition has left things out of: see loader.c. */
static int collect_some(loading *l, const kin_part *part, kin_load_links *links)
{
	kin_objects fresh = { 0 };
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < links->count; i++)
		if (!kin_load_is_known(links->items[i].parent, part->relation) && !kin_vec_push(&fresh, links->items[i].parent))
			rc = nomem(l);
	if (rc == KIN_OK)
		rc = kin_load_collect(l->session, part->relation, links->items, links->count, can_repeat(l));
	for (size_t i = 0; i < fresh.count; i++)
		kin_instance_set_part(fresh.items[i], part->relation);
	kin_vec_done(&fresh);
	return rc;
}

/* After the last row: collections are filled. */
static int finish(loading *l)
{
	int rc = KIN_OK;

	if (l->fetch->collects)
		keep_first(l);
	for (size_t i = 1; rc == KIN_OK && i < l->fetch->part_count; i++) {
		const kin_part *part = &l->fetch->parts[i];
		kin_load_links *links = &l->states[i].links;
		if (part->some && part->relation->to_many)
			rc = collect_some(l, part, links);
		else if (part->relation->to_many)
			rc = kin_load_collect(l->session, part->relation, links->items, links->count, can_repeat(l));
	}
	return rc;
}

/* ---- what is in tables of its own ---- */

/* Rows may have repeated them. */
static void drop_repeated(kin_objects *objects)
{
	size_t kept = 0;

	for (size_t i = 0; i < objects->count; i++) {
		kin_instance *instance = kin_instance_of(objects->items[i]);
		if (!(instance->flags & KIN_INSTANCE_MARK))
			objects->items[kept++] = objects->items[i];
		instance->flags |= KIN_INSTANCE_MARK;
	}
	objects->count = kept;
	for (size_t i = 0; i < kept; i++)
		kin_instance_of(objects->items[i])->flags &= (uint8_t)~KIN_INSTANCE_MARK;
}

/* What the rows did not have. Where that fails, or has failed, the objects that wait for it are read whole when they are asked for. */
static __attribute__((noinline)) int complete(loading *l, int rc)
{
	for (size_t i = 0; i < l->fetch->part_count; i++) {
		const kin_part *part = &l->fetch->parts[i];
		part_state *state = &l->states[i];
		if (rc == KIN_OK)
			rc = kin_load_aparts(l->session, part, state->halves.items, state->halves.count);
		for (size_t n = 0; rc < 0 && n < state->halves.count; n++)
			kin_expire_mark(l->session, state->halves.items[n]);
		drop_repeated(&state->stale);
		if (rc == KIN_OK && state->stale.count > 0)
			rc = kin_load_columns_of(l->session, part->mapping, state->stale.items, state->stale.count);
		kin_vec_done(&state->halves);
		kin_vec_done(&state->stale);
	}
	return rc;
}

/* Objects that came before the row that failed are the session's, and will not come again: their hooks are called all the same. */
static int call_hooks(loading *l, int rc)
{
	for (size_t i = 0; l->heard.items && i < l->heard.count; i++) {
		int called = kin_hook_run(l->session, l->heard.items[i].object, l->heard.items[i].event);
		rc = rc < 0 ? rc : called;
	}
	kin_vec_done(&l->heard);
	return rc;
}

int kin_load_rows(kin_session *session, const kin_fetch *fetch, kin_ask *ask, const kin_value *values,
                  const kin_load_options *options, kin_loaded *loaded)
{
	part_state states[fetch->part_count];
	loading l = {
		.session = session, .fetch = fetch, .options = options, .loaded = loaded, .objects = &loaded->objects,
		.first = loaded->objects.count, .states = states,
	};
	kin_cursor cursor = { 0 };
	int rc;

	memset(states, 0, sizeof(states));
	states[0].batch = loaded->batch;
	if ((rc = begin(&l)) < 0)
		return rc;
	rc = read_rows(&l, ask, values, &cursor);
	kin_query_close(&cursor);
	loaded->batch = states[0].batch;
	if (rc == KIN_OK)
		rc = finish(&l);
	if (__builtin_expect(fetch->apart, 0))
		rc = complete(&l, rc);
	for (size_t i = 0; i < fetch->part_count; i++)
		kin_vec_done(&states[i].links);
	return __builtin_expect(l.heard.count > 0, 0) ? call_hooks(&l, rc) : rc;
}

int kin_load_next_rows(kin_session *session, const kin_fetch *fetch, kin_statement *statement, size_t most, kin_loaded *loaded)
{
	part_state states[fetch->part_count];
	const kin_load_options options = { 0 };
	loading l = {
		.session = session, .fetch = fetch, .options = &options, .loaded = loaded, .objects = &loaded->objects, .states = states,
		.statement = statement,
	};
	int rc;

	memset(states, 0, sizeof(states));
	if ((rc = begin(&l)) < 0)
		return rc;
	rc = step_rows(&l, read_row, most);
	loaded->batch = states[0].batch;
	if (__builtin_expect(fetch->apart, 0))
		rc = complete(&l, rc);
	return __builtin_expect(l.heard.count > 0, 0) ? call_hooks(&l, rc) : rc;
}

void kin_loaded_done(kin_loaded *loaded)
{
	if (loaded->objects.items != loaded->few && !loaded->kept)
		kin_vec_done(&loaded->objects);
}

int kin_loaded_list(kin_session *session, kin_loaded *loaded, kin_list *ret_list)
{
	kin_objects *objects = &loaded->objects;
	size_t count = objects->count;
	const void **items = NULL;

	if (count > 0) {
		size_t size = count * sizeof(*items);
		bool few = objects->items == loaded->few;
		items = few ? kin_arena_copy(&session->arena, objects->items, size)
		            : kin_arena_adopt(&session->arena, objects->items, size);
		if (!items)
			return kin_session_nomem(session);
		*objects = (kin_objects){ .items = (void **)items, .count = count };
		loaded->kept = true;
	}
	kin_load_batch *batch = loaded->news == count ? (kin_load_batch *)(void *)loaded->batch : NULL;
	for (; batch; batch = batch->beside) {
		batch->batch.items = items;
		batch->batch.count = count;
	}
	*ret_list = (kin_list){ .items = items, .count = count };
	return KIN_OK;
}
