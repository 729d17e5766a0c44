/* bulk_insert.c - an array of structs becomes rows: kin_insert_all(), kin_upsert().
 *
 * The structs are gone through once. Those that leave the same columns to the database wait together, as a run, and are written at its
 * end. What the session has loaded is looked at when all is written. */
#include <kin/bulk.h>

#include "base/mem.h"
#include "orm/bulk.h"
#include "orm/collection.h"
#include "orm/flush.h"
#include "orm/inherit.h"
#include "orm/insert.h"
#include "orm/plan_upsert.h"
#include "value/member.h"

enum { MOST = 16384 }; /* structs in a run */

typedef struct bulk {
	kin_flusher        flush;   /* its arena is the session's: the structs point at texts that defaults made */
	kin_arena          arena;
	kin_session       *session;
	const kin_site    *site;
	kin_plan          *plan;
	const kin_mapping *mapping;
	char              *items;
	size_t             total;
	size_t             at;      /* the struct that is being looked at */
	void             **run;     /* structs that are to be written */
	size_t             count;
	uint64_t          *omitted; /* by them */
	uint64_t          *other;   /* by the one at hand */
	uint8_t           *made;    /* a bit for each struct whose key the database makes; NULL: it makes none */
	const kin_write   *write;   /* that is running */
} bulk;

static void *item(const bulk *b, size_t i)
{
	return b->items + i * b->mapping->size;
}

/* "pets[17]: …" */
static int explain(const bulk *b, const void *object)
{
	kin_error *error = &b->session->error;
	size_t i = (size_t)((const char *)object - b->items) / b->mapping->size;
	kin_text row;

	kin_text_init(&row);
	if (error->code == KIN_EUNIQUE && error->name)
		kin_flush_show_columns(&row, error->name, b->mapping, object);
	if (!kin_text_ok(&row))
		kin_session_nomem(b->session);
	else if (error->code != KIN_ENOMEM)
		kin_error_context(error, "%s[%zu]%s%s%s", b->site->text, i, row.length > 0 ? ": " : "", row.data, row.length > 0 ? " exists already" : "");
	kin_text_done(&row);
	return error->code;
}

/* ---- a run is written ---- */

static int take(void *context, size_t repeat, size_t i, kin_statement *done)
{
	bulk *b = context;
	bool made_key = b->write->returned_count == 1 && b->mapping->integer_key && b->write->returned[0].offset == b->mapping->key_offset;
	int rc = b->write->returned_count > 0 ? kin_insert_read(b->session, done, b->write, made_key, b->run[i]) : KIN_OK;

	(void)repeat;
	if (rc == KIN_OK && b->mapping->lineage && b->write->change.upsert && kin_discriminator_check(b->session, b->mapping, b->run[i]) < 0)
		return explain(b, b->run[i]); /* the row that was there is another model's */
	return rc;
}

static int repeat(bulk *b, const kin_write *write)
{
	const kin_repeat all = {
		.sql = write->sql, .change = &write->change, .cells = write->cells, .cell_count = write->cell_count,
		.objects = (const void *const *)b->run, .count = b->count,
	};
	kin_fault fault = { .object = SIZE_MAX, .cell = SIZE_MAX };
	int rc;

	b->write = write;
	rc = kin_connection_repeat(b->flush.connection, &all, 1, take, b, &fault, &b->session->error);
	if (rc < 0 && fault.cell < write->cell_count)
		kin_flush_name_member(b->session, b->mapping, &write->cells[fault.cell], fault.object < b->count ? b->run[fault.object] : b->run[0]);
	return rc < 0 && fault.object < b->count ? explain(b, b->run[fault.object]) : rc;
}

static int upsert(bulk *b)
{
	const kin_write *write;
	int rc = kin_plan_upsert_write(b->plan, kin_connection_dialect(b->flush.connection), b->omitted, &write, &b->session->error);

	return rc < 0 ? rc : repeat(b, write);
}

/* Into one table. */
static int insert_into(bulk *b, const kin_mapping *mapping, const uint64_t *omitted)
{
	kin_insert rows = { .session = b->session, .mapping = mapping, .omitted = omitted };
	const kin_write *write;
	int rc;

	if (kin_connection_repeats(b->flush.connection)) {
		rc = kin_mapping_sql_insert(mapping, b->flush.dialect, omitted, 1, true, &write, &b->session->error);
		return rc < 0 ? rc : repeat(b, write);
	}
	rows.made_key = mapping->integer_key && kin_set_has(omitted, mapping->keys[0]->index);
	rc = kin_insert_rows(&rows, b->run, b->count);
	return rc < 0 && rows.fault < b->count ? explain(b, b->run[rows.fault]) : rc;
}

/* Of a model that is kept in several: one after the other, the first of which makes the keys. */
static int insert(bulk *b)
{
	uint64_t of_level[KIN_SET_WORDS(b->mapping)];
	int rc = KIN_OK;

	if (!kin_mapping_is_joined(b->mapping))
		return insert_into(b, b->mapping, b->omitted);
	for (size_t n = 0; n < b->mapping->lineage->level_count && rc == KIN_OK; n++) {
		const kin_mapping *level = kin_mapping_level(b->mapping, n);
		kin_mapping_level_set(b->mapping, n, b->omitted, of_level);
		if (n > 0 && b->mapping->integer_key) /* it has been made */
			of_level[level->keys[0]->index / 64] &= ~((uint64_t)1 << level->keys[0]->index % 64);
		rc = insert_into(b, level, of_level);
	}
	return rc;
}

static int write_run(bulk *b)
{
	int rc = b->count == 0 ? KIN_OK : b->plan->upsert ? upsert(b) : insert(b);

	b->count = 0;
	return rc;
}

/* ---- the structs, one by one ---- */

static int prepare(bulk *b, void *object)
{
	const kin_mapping *mapping = b->mapping;
	int rc = mapping->lineage ? kin_discriminator_set(b->session, mapping, object) : KIN_OK;

	if (rc == KIN_OK && mapping->has_fills)
		rc = kin_flush_fill_new(&b->flush, mapping, object);
	if (rc < 0)
		return rc;
	kin_insert_omitted(mapping, object, b->other);
	if (b->made && kin_set_has(b->other, mapping->keys[0]->index))
		b->made[b->at / 8] |= (uint8_t)(1 << b->at % 8);
	return kin_flush_check(&b->flush, mapping, object, b->other);
}

static int add(bulk *b, void *object)
{
	size_t bytes = KIN_SET_WORDS(b->mapping) * sizeof(*b->omitted);
	int rc = prepare(b, object);

	if (rc < 0)
		return explain(b, object);
	if (b->count == MOST || (b->count > 0 && memcmp(b->omitted, b->other, bytes) != 0))
		if ((rc = write_run(b)) < 0)
			return rc;
	if (b->count == 0)
		memcpy(b->omitted, b->other, bytes);
	b->run[b->count++] = object;
	return KIN_OK;
}

static int write_all(bulk *b)
{
	int rc = KIN_OK;

	for (b->at = 0; b->at < b->total && rc == KIN_OK; b->at++)
		rc = add(b, item(b, b->at));
	return rc == KIN_OK ? write_run(b) : rc;
}

/* ---- what is loaded ---- */

/* Lists that rows may have come to. */
static int unload_lists_of(bulk *b, const kin_relation *relation)
{
	const kin_identity *owners = relation->reverse ? kin_load_identity(b->session, relation->target) : NULL;

	if (!owners || kin_identity_count(owners) == 0)
		return KIN_OK;
	for (size_t i = 0; i < b->total; i++) {
		void *owner = kin_collection_keyed(b->session, item(b, i), relation);
		if (!owner || !kin_instance_is_loaded(kin_instance_of(owner), relation->reverse))
			continue;
		if (kin_unit_remember(b->session, owner, KIN_UNDO_CHANGE) < 0)
			return kin_session_nomem(b->session);
		kin_instance_unload(owner, relation->reverse);
	}
	return KIN_OK;
}

static int find_loaded(bulk *b, kin_objects *ret)
{
	const kin_mapping *mapping = b->mapping;
	const kin_identity *identity = kin_load_identity(b->session, mapping);
	kin_value keys[mapping->key_count];

	for (size_t i = 0; identity && kin_identity_count(identity) > 0 && i < b->total; i++) {
		for (size_t n = 0; n < mapping->key_count; n++)
			keys[n] = kin_attribute_value(mapping->keys[n], item(b, i));
		void *object = kin_identity_find(identity, keys);
		if (object && kin_mapping_has(mapping, object) && !kin_vec_push(ret, object))
			return kin_session_nomem(b->session);
	}
	return KIN_OK;
}

/* The objects whose rows were there, in step. Which of the others were there is not known. */
static int follow_upsert(bulk *b)
{
	const kin_mapping *mapping = b->mapping;
	const kin_attribute **assigned = kin_arena_alloc(&b->arena, (mapping->attribute_count + 1) * sizeof(*assigned));
	kin_objects objects = { 0 };
	size_t count = 0;
	int rc;

	if (!assigned)
		return kin_session_nomem(b->session);
	for (size_t i = 0; i < mapping->attribute_count; i++)
		if (kin_set_has(b->plan->upsert->update, i))
			assigned[count++] = &mapping->attributes[i];
	if ((rc = find_loaded(b, &objects)) == KIN_OK)
		rc = kin_bulk_follow(b->session, mapping, assigned, count, &objects, objects.count == b->total);
	kin_vec_done(&objects);
	return rc;
}

static int follow(bulk *b)
{
	int rc = KIN_OK;

	b->session->unit->blind = true;
	if (b->plan->upsert && b->plan->upsert->updates)
		rc = follow_upsert(b);
	for (size_t i = 0; i < b->mapping->keyed_count && rc == KIN_OK; i++)
		rc = unload_lists_of(b, b->mapping->keyed[i]);
	return rc;
}

/* ---- all of it ---- */

static void take_keys_back(const bulk *b)
{
	for (size_t i = 0; b->made && i < b->total; i++)
		if (b->made[i / 8] & (1 << i % 8))
			memset(kin_member(item(b, i), b->mapping->key_offset), 0, sizeof(int64_t));
}

static int bulk_init(bulk *b)
{
	kin_session *session = b->session;
	kin_arena *arena = &b->arena;
	size_t most = b->total < MOST ? b->total : MOST;

	b->mapping = b->plan->mapping;
	b->flush.session = session;
	b->flush.arena = &session->arena;
	b->flush.connection = session->connection;
	b->flush.dialect = kin_connection_dialect(session->connection)->id;
	b->run = kin_arena_alloc(arena, most * sizeof(*b->run));
	b->omitted = kin_arena_zalloc(arena, KIN_SET_WORDS(b->mapping) * sizeof(*b->omitted));
	b->other = kin_arena_zalloc(arena, KIN_SET_WORDS(b->mapping) * sizeof(*b->other));
	if (b->mapping->integer_key && !(b->made = kin_arena_zalloc(arena, b->total / 8 + 1)))
		return kin_session_nomem(session);
	return b->run && b->omitted && b->other ? KIN_OK : kin_session_nomem(session);
}

static int ready(bulk *b, kin_site *site)
{
	kin_session *session = b->session;
	int rc = kin_session_begin(session, KIN_BEGIN_WRITE);

	if (rc < 0 || (rc = kin_session_ready(session)) < 0)
		return rc;
	b->plan = kin_plan_of_site(session, site);
	if (b->plan && b->total > 0 && !b->items)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s is NULL, but is to have %zu structs", site->text, b->total);
	return b->plan ? KIN_OK : session->error.code;
}

static int run(kin_session *session, kin_site *site, void *items, size_t count)
{
	bulk b = { .session = session, .site = site, .items = items, .total = count };
	int rc = ready(&b, site);

	if (rc < 0 || count == 0)
		return rc;
	if ((rc = bulk_init(&b)) == KIN_OK && (rc = write_all(&b)) == KIN_OK)
		rc = follow(&b);
	if (rc < 0)
		take_keys_back(&b);
	kin_arena_done(&b.arena);
	return rc;
}

int kin_site_insert_all(kin_session *session, kin_site *site, void *items, size_t count)
{
	int rc = session ? run(session, site, items, count) : KIN_ENOMEM;

	if (rc < 0 && session)
		kin_query_note(session, site);
	return rc;
}

int kin_site_upsert(kin_session *session, kin_site *site, void *items, size_t count)
{
	return kin_site_insert_all(session, site, items, count);
}
