/* flush_insert.c - new objects become rows: those at hand that have the same columns are written together, here or from the outbox.
 *
 * Where a mapping is kept in several tables (mapping_inherit.c) this is done for one after the other: the first makes the keys, and with its
 * row an object is there. */
#include "orm/inherit.h"
#include "orm/insert.h"
#include "orm/outbox.h"
#include "value/member.h"

typedef struct inserter {
	kin_flusher       *flush;
	const kin_mapping *whole;   /* the objects' */
	const kin_mapping *mapping; /* of the table at hand */
	size_t             level;   /* which of theirs that is */
	kin_tracked      **items;   /* the rows at hand, made ready and of the same columns: at most KIN_INSERT_MOST, while the caches have them */
	void             **objects; /* theirs */
	size_t             count;
	uint64_t          *omitted;  /* what the database fills in them, */
	bool               made_key; /* the key too */
	uint64_t          *other; /* what it fills in another row */
	uint64_t          *in_all; /* the same, of all tables */
} inserter;

static bool is_new(const kin_tracked *tracked)
{
	return kin_instance_of(tracked->object)->state == KIN_PENDING;
}

static inline int64_t *key_of(const inserter *in, const kin_tracked *tracked)
{
	return kin_member(tracked->object, in->mapping->key_offset);
}

/* Someone else deleted the row of the object that had this key, and the database gave the key away again. */
static void evict(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);

	instance->state = KIN_DETACHED;
	if (instance->tracked)
		kin_unit_unlist(session, instance->tracked);
}

static int enter_identity(const inserter *in, kin_identity *identity, void *object)
{
	kin_session *session = in->flush->session;
	kin_value few[8];
	void **slot, *there = NULL;

	if (in->mapping->integer_key) {
		if (!(slot = kin_identity_slot(identity, *(int64_t *)kin_member(object, in->mapping->key_offset))))
			return KIN_ENOMEM;
		if (*slot)
			evict(session, *slot);
		*slot = object;
		return KIN_OK;
	}
	for (size_t i = 0; i < in->mapping->key_count && i < 8; i++)
		few[i] = kin_instance_key(object, i);
	if (in->mapping->key_count <= 8 && (there = kin_identity_find(identity, few))) {
		kin_identity_remove(identity, there);
		evict(session, there);
	}
	return kin_identity_add(identity, object) ? KIN_OK : KIN_ENOMEM;
}

/* The rows are there. */
static int note_inserted(const inserter *in, kin_tracked *const *items, size_t rows)
{
	kin_session *session = in->flush->session;
	uint8_t flags = KIN_TRACKED_INSERTED | KIN_TRACKED_FRESH;

	if (items[0]->flags & KIN_TRACKED_LINK)
		return KIN_OK;
	kin_identity *identity = kin_session_identity(session, in->whole);
	if (!identity)
		return kin_session_nomem(session);
	for (size_t i = 0; i < rows; i++) {
		kin_tracked *tracked = items[i];
		if (in->made_key)
			tracked->flags |= KIN_TRACKED_MADE_KEY;
		if (kin_unit_remember(session, tracked->object, KIN_UNDO_INSERT) < 0 ||
		    enter_identity(in, identity, tracked->object) < 0)
			return kin_session_nomem(session);
		kin_instance_of(tracked->object)->state = KIN_PERSISTENT;
		tracked->flags |= flags;
	}
	return KIN_OK;
}

static int inserted(kin_flusher *flush, const kin_parcel *parcel, kin_tracked *tracked, kin_statement *done)
{
	const kin_mapping *whole = kin_instance_mapping(kin_instance_of(tracked->object));
	const inserter in = { .flush = flush, .whole = whole, .mapping = parcel->mapping, .made_key = parcel->made_key };
	int rc = parcel->write->returned_count > 0 ? kin_insert_read(flush->session, done, parcel->write, parcel->made_key, tracked->object) : KIN_OK;

	return rc < 0 ? rc : note_inserted(&in, &tracked, 1);
}

/* In another table than the first. */
static int inserted_more(kin_flusher *flush, const kin_parcel *parcel, kin_tracked *tracked, kin_statement *done)
{
	return parcel->write->returned_count > 0 ? kin_insert_read(flush->session, done, parcel->write, false, tracked->object) : KIN_OK;
}

/* To be sent with others. */
static int post_alike(const inserter *in, kin_tracked *const *items, size_t count)
{
	kin_parcel parcel = { .mapping = in->mapping, .done = in->level == 0 ? inserted : inserted_more, .made_key = in->made_key };
	int rc = kin_mapping_sql_insert(in->mapping, in->flush->dialect, in->omitted, 1, true, &parcel.write, &in->flush->session->error);

	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		rc = kin_outbox_add(in->flush->outbox, parcel, items[i]);
	return rc;
}

static int rows_written(void *context, size_t first, size_t rows)
{
	inserter *in = context;

	return note_inserted(in, in->items + first, rows);
}

/* Rows of the same columns. */
static int insert_alike(inserter *in, size_t count)
{
	kin_insert insert = {
		.session = in->flush->session, .mapping = in->mapping, .omitted = in->omitted,
		.written = in->level == 0 ? rows_written : NULL, .context = in,
	};
	int rc;

	in->count = 0;
	insert.made_key = in->made_key = in->mapping->integer_key && *key_of(in, in->items[0]) == 0;
	if (in->flush->outbox)
		return post_alike(in, in->items, count);
	rc = kin_insert_rows(&insert, in->objects, count);
	return rc < 0 && insert.fault < count ? kin_flush_explain(in->flush, in->items[insert.fault]->object) : rc;
}

static int inserter_init(inserter *in, kin_flusher *flush, const kin_uow_action *action, size_t level)
{
	const kin_mapping *mapping = action->mapping;
	size_t words = KIN_SET_WORDS(mapping), most = action->new_count < KIN_INSERT_MOST ? action->new_count : KIN_INSERT_MOST;

	*in = (inserter){ .flush = flush, .whole = mapping, .mapping = kin_mapping_level(mapping, level), .level = level };
	in->items = kin_arena_alloc(flush->arena, most * sizeof(*in->items));
	in->objects = kin_arena_alloc(flush->arena, most * sizeof(*in->objects));
	in->omitted = kin_arena_alloc(flush->arena, 3 * words * sizeof(*in->omitted));
	if (!in->items || !in->objects || !in->omitted) {
		kin_session_nomem(flush->session);
		return KIN_ENOMEM;
	}
	in->other = in->omitted + words;
	in->in_all = in->mapping == mapping ? in->other : in->other + words;
	return KIN_OK;
}

/* Once for an object, before its first row. */
static int make_ready(const inserter *in, kin_tracked *tracked)
{
	int rc;

	if (in->whole->has_fills && (rc = kin_flush_ready_new(in->flush, tracked)) < 0)
		return rc;
	kin_insert_omitted(in->whole, tracked->object, in->in_all);
	return kin_flush_prepare(in->flush, tracked, in->in_all);
}

/* The rows at hand are written when they are enough, or when the next has other columns. */
static int add_row(inserter *in, kin_tracked *tracked)
{
	size_t bytes = KIN_SET_WORDS(in->mapping) * sizeof(*in->omitted);
	int rc;

	if (in->level == 0 && (rc = make_ready(in, tracked)) < 0)
		return rc;
	kin_insert_omitted(in->mapping, tracked->object, in->other); /* a key may be another object's, and is there now */
	if (in->count > 0 && (in->count == KIN_INSERT_MOST || memcmp(in->omitted, in->other, bytes) != 0) &&
	    (rc = insert_alike(in, in->count)) < 0)
		return rc;
	if (in->count == 0)
		memcpy(in->omitted, in->other, bytes);
	in->objects[in->count] = tracked->object;
	in->items[in->count++] = tracked;
	return KIN_OK;
}

/* Whether a row points at one of its own table that is new too: that one comes before it, and is in the outbox still. */
static bool waits_for_another(const kin_tracked *tracked, const kin_mapping *mapping)
{
	for (const kin_link *link = tracked->links; link; link = link->next)
		if (link->parent && kin_instance_of(link->parent)->state == KIN_PENDING)
			return true;
	for (size_t i = 0; i < mapping->keyed_count; i++) {
		const void *target = *(const void *const *)kin_member(tracked->object, mapping->keyed[i]->offset);
		if (target && target != KIN_UNLOADED && target != tracked->object && kin_instance_of(target)->state == KIN_PENDING)
			return true;
	}
	return false;
}

/* What the row needs is written before it is made ready. */
static int write_before(inserter *in, const kin_uow_action *action, const kin_tracked *tracked)
{
	int rc = KIN_OK;

	if (!action->one_by_one || !in->flush->outbox || in->level > 0 || !waits_for_another(tracked, in->whole))
		return KIN_OK;
	if (in->count > 0)
		rc = insert_alike(in, in->count);
	return rc == KIN_OK ? kin_outbox_send(in->flush->outbox) : rc;
}

static const kin_tracked *later(const kin_uow_action *action, size_t at)
{
	return at < action->count ? action->items[at] : NULL;
}

/* Whether the object lacks its row in the table at hand: others of an object that has its first one by this flush. */
static bool lacks_row(const inserter *in, const kin_tracked *tracked)
{
	return in->level == 0 ? is_new(tracked) : (tracked->flags & KIN_TRACKED_INSERTED) != 0;
}

static int insert_level(kin_flusher *flush, const kin_uow_action *action, size_t level)
{
	inserter in;
	int rc = inserter_init(&in, flush, action, level);

	if (rc == KIN_OK && flush->outbox)
		rc = level > 0 ? kin_outbox_send(flush->outbox) : kin_outbox_send_needed(flush->outbox, action->mapping);
	for (size_t i = 0; i < action->count && action->new_count > 0 && rc == KIN_OK; i++) {
		kin_flush_prefetch(later(action, i + KIN_FLUSH_FAR), later(action, i + KIN_FLUSH_NEAR));
		if (!lacks_row(&in, action->items[i]))
			continue;
		if ((rc = write_before(&in, action, action->items[i])) == KIN_OK)
			rc = add_row(&in, action->items[i]);
		if (rc == KIN_OK && action->one_by_one && !flush->outbox)
			rc = insert_alike(&in, in.count);
	}
	return rc == KIN_OK && in.count > 0 ? insert_alike(&in, in.count) : rc;
}

int kin_flush_insert(kin_flusher *flush, const kin_uow_action *action)
{
	int rc = KIN_OK;

	for (size_t level = 0; level < kin_mapping_level_count(action->mapping) && rc == KIN_OK; level++)
		rc = insert_level(flush, action, level);
	return rc;
}
