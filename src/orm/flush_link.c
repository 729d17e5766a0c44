/* flush_link.c - the rows of many-to-many tables.
 *
 * What a list gained and lost since the last flush becomes rows of the table between: written like objects' rows, after the objects that they
 * lead to, and deleted before those. The two sides may both tell of a change; it is made once. */
#include <stdlib.h>

#include "orm/collection.h"
#include "orm/flush.h"
#include "value/member.h"

/* A row to be written or deleted, seen from one side: the same for both. */
typedef struct pair {
	const kin_relation *relation;
	const void         *owner;
	const void         *item;
	size_t              place; /* in which it was found */
} pair;

typedef kin_vec(pair) pairs;

typedef struct changes {
	kin_flusher *flush;
	pairs        gained;
	pairs        lost;
} changes;

/* ---- what changed ---- */

static bool leaves(const void *object)
{
	const kin_instance *instance = kin_instance_of(object);

	return instance->tracked && (instance->tracked->flags & KIN_TRACKED_DELETE);
}

static bool comes_first(const kin_relation *a, const kin_relation *b)
{
	return a->mapping->id != b->mapping->id ? a->mapping->id < b->mapping->id : a->index < b->index;
}

static bool push(pairs *list, const kin_relation *relation, const void *owner, const void *item)
{
	const kin_relation *reverse = relation->reverse;
	pair p = { .relation = relation, .owner = owner, .item = item, .place = list->count };

	if (reverse && comes_first(reverse, relation))
		p = (pair){ .relation = reverse, .owner = item, .item = owner, .place = list->count };
	return kin_vec_push(list, p);
}

/* Of what is deleted all rows are; what was never added has none, and gets those that its own list asks for when it is. */
static bool push_gained(pairs *list, const kin_relation *relation, const void *owner, const void *item)
{
	return leaves(item) || kin_collection_awaits(owner, relation, item) || push(list, relation, owner, item);
}

static bool push_lost(pairs *list, const kin_relation *relation, const void *owner, const void *item)
{
	return leaves(item) || kin_instance_of(item)->state == KIN_TRANSIENT || push(list, relation, owner, item);
}

static void mark(kin_list list, bool on)
{
	for (size_t i = 0; i < list.count; i++) {
		kin_instance *instance = kin_instance_of(list.items[i]);
		instance->flags = (uint8_t)(on ? instance->flags | KIN_INSTANCE_MARK : instance->flags & ~KIN_INSTANCE_MARK);
	}
}

/* What is in `list` and not in `other`, each once. */
static bool push_difference(pairs *ret, bool (*put)(pairs *, const kin_relation *, const void *, const void *), const kin_relation *relation,
                            const void *owner, kin_list list, kin_list other)
{
	bool ok = true;

	mark(other, true);
	for (size_t i = 0; ok && i < list.count; i++) {
		kin_instance *instance = kin_instance_of(list.items[i]);
		if (instance->flags & KIN_INSTANCE_MARK)
			continue;
		instance->flags |= KIN_INSTANCE_MARK;
		ok = put(ret, relation, owner, list.items[i]);
	}
	mark(list, false);
	mark(other, false);
	return ok;
}

static int find_changes(changes *c, const kin_uow *uow)
{
	for (size_t i = 0; i < uow->lists.count; i++) {
		const kin_uow_list *l = &uow->lists.items[i];
		const kin_list *known = kin_unit_rows(l->owner, l->relation);
		kin_list then = known ? *known : (kin_list){ 0 }, now = kin_collection_list(l->owner->object, l->relation);
		if (!l->owner->listed || leaves(l->owner->object))
			continue;
		if (!push_difference(&c->lost, push_lost, l->relation, l->owner->object, then, now) ||
		    !push_difference(&c->gained, push_gained, l->relation, l->owner->object, now, then))
			return kin_session_nomem(c->flush->session);
	}
	return KIN_OK;
}

/* ---- each once, by table ---- */

static int in_order(uintptr_t a, uintptr_t b)
{
	return (a > b) - (a < b);
}

static int by_ends(const void *a, const void *b)
{
	const pair *x = a, *y = b;
	int order = in_order((uintptr_t)x->relation, (uintptr_t)y->relation);

	if (order == 0)
		order = in_order((uintptr_t)x->owner, (uintptr_t)y->owner);
	if (order == 0)
		order = in_order((uintptr_t)x->item, (uintptr_t)y->item);
	return order != 0 ? order : in_order(x->place, y->place);
}

static int by_table(const void *a, const void *b)
{
	const pair *x = a, *y = b;

	return x->relation->link != y->relation->link ? (int)x->relation->link->id - (int)y->relation->link->id
	                                              : in_order(x->place, y->place);
}

static bool is_same(const pair *a, const pair *b)
{
	return a->relation == b->relation && a->owner == b->owner && a->item == b->item;
}

static void arrange(pairs *list)
{
	size_t kept = 0;

	if (list->count < 2)
		return;
	qsort(list->items, list->count, sizeof(*list->items), by_ends);
	for (size_t i = 0; i < list->count; i++)
		if (kept == 0 || !is_same(&list->items[kept - 1], &list->items[i]))
			list->items[kept++] = list->items[i];
	list->count = kept;
	qsort(list->items, list->count, sizeof(*list->items), by_table);
}

/* ---- rows ---- */

/* A row that no session knows. Its keys are blank. NULL when memory is out. */
static kin_tracked *new_row(kin_flusher *flush, kin_batch *batch, kin_state state)
{
	const kin_mapping *mapping = batch->mapping;
	kin_instance *instance = kin_arena_zalloc(flush->arena, sizeof(*instance) + mapping->size);
	kin_tracked *tracked = kin_arena_zalloc(flush->arena, sizeof(*tracked) + mapping->size);

	if (!instance || !tracked)
		return NULL;
	*instance = (kin_instance){ .batch = batch, .tracked = tracked, .state = (uint8_t)state, .magic = KIN_INSTANCE_MAGIC };
	tracked->object = kin_instance_object(instance);
	tracked->flags = KIN_TRACKED_LINK;
	return tracked;
}

/* The key of an object, where the row has it. What it points at is borrowed: the row does not live longer. */
static int set_key(kin_flusher *flush, kin_tracked *row, const kin_relation *relation, const void *object)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < relation->pair_count && rc == KIN_OK; i++) {
		const kin_attribute *key = relation->pairs[i].remote;
		kin_value value = kin_attribute_value(relation->pairs[i].local, object);
		rc = kin_domain_set(row->snapshot + key->offset, key->kind, key->domain, &value, NULL, &flush->session->error);
		memcpy(kin_member(row->object, key->offset), row->snapshot + key->offset, key->size);
	}
	return rc;
}

static void add_columns(const kin_relation *relation, uint64_t *set)
{
	for (size_t i = 0; i < relation->pair_count; i++)
		kin_set_add(set, relation->pairs[i].remote->index);
}

static int add_link(kin_flusher *flush, kin_tracked *row, const kin_relation *relation, const void *object)
{
	kin_link *link = kin_arena_zalloc(flush->arena, sizeof(*link));

	if (!link)
		return kin_session_nomem(flush->session);
	*link = (kin_link){ .relation = relation, .parent = object, .next = row->links };
	row->links = link;
	return kin_instance_of(object)->state == KIN_PERSISTENT ? set_key(flush, row, relation, object) : KIN_OK;
}

/* Its keys are those of the two when it is written: they may be new themselves. */
static int make_new(kin_flusher *flush, kin_tracked *row, const pair *p)
{
	int rc = add_link(flush, row, p->relation->far, p->item);

	return rc < 0 ? rc : add_link(flush, row, p->relation, p->owner);
}

static int make_old(kin_flusher *flush, kin_tracked *row, const pair *p)
{
	int rc = set_key(flush, row, p->relation, p->owner);

	return rc < 0 ? rc : set_key(flush, row, p->relation->far, p->item);
}

typedef int make_fn(kin_flusher *flush, kin_tracked *row, const pair *p);

/* The rows of pairs of one table. NULL: the session has the error. */
static kin_tracked **make_rows(kin_flusher *flush, const pair *list, size_t count, kin_state state, make_fn *make)
{
	kin_tracked **rows = kin_arena_alloc(flush->arena, count * sizeof(*rows));
	kin_batch *batch = kin_arena_zalloc(flush->arena, sizeof(*batch));

	if (!rows || !batch)
		return kin_session_nomem(flush->session), NULL;
	batch->session = flush->session;
	batch->mapping = list->relation->link;
	for (size_t i = 0; i < count; i++) {
		if (!(rows[i] = new_row(flush, batch, state)))
			return kin_session_nomem(flush->session), NULL;
		if (make(flush, rows[i], &list[i]) < 0)
			return NULL;
	}
	return rows;
}

static int insert_pairs(kin_flusher *flush, const pair *list, size_t count)
{
	kin_uow_action action = { .mapping = list->relation->link, .count = count, .new_count = count };

	action.items = make_rows(flush, list, count, KIN_PENDING, make_new);
	return action.items ? kin_flush_insert(flush, &action) : flush->session->error.code;
}

static int delete_pairs(kin_flusher *flush, const pair *list, size_t count)
{
	const kin_relation *relation = list->relation;
	kin_tracked **rows = make_rows(flush, list, count, KIN_PERSISTENT, make_old);
	uint64_t *set = kin_arena_zalloc(flush->arena, KIN_SET_WORDS(relation->link) * sizeof(*set));

	if (!rows || !set)
		return kin_session_nomem(flush->session);
	add_columns(relation, set);
	add_columns(relation->far, set);
	return kin_flush_delete_by(flush, relation->link, set, rows, count);
}

static int write_tables(kin_flusher *flush, const pairs *list, int (*write)(kin_flusher *, const pair *, size_t))
{
	int rc = KIN_OK;

	for (size_t begin = 0, end; begin < list->count && rc == KIN_OK; begin = end) {
		for (end = begin + 1; end < list->count && list->items[end].relation->link == list->items[begin].relation->link;)
			end++;
		rc = write(flush, list->items + begin, end - begin);
	}
	return rc;
}

int kin_flush_links(kin_flusher *flush, const kin_uow *uow)
{
	changes c = { .flush = flush };
	int rc = KIN_OK;

	if (uow->lists.count > 0 && (rc = find_changes(&c, uow)) == KIN_OK) {
		arrange(&c.lost);
		arrange(&c.gained);
		if ((rc = write_tables(flush, &c.lost, delete_pairs)) == KIN_OK)
			rc = write_tables(flush, &c.gained, insert_pairs);
	}
	kin_vec_done(&c.lost);
	kin_vec_done(&c.gained);
	return rc;
}

/* ---- rows of objects that are deleted ---- */

static int delete_rows_of(kin_flusher *flush, const kin_uow_action *action, const kin_relation *relation)
{
	kin_batch *batch = kin_arena_zalloc(flush->arena, sizeof(*batch));
	kin_tracked **rows = kin_arena_alloc(flush->arena, action->count * sizeof(*rows));
	uint64_t *set = kin_arena_zalloc(flush->arena, KIN_SET_WORDS(relation->link) * sizeof(*set));

	if (!batch || !rows || !set)
		return kin_session_nomem(flush->session);
	*batch = (kin_batch){ .session = flush->session, .mapping = relation->link };
	for (size_t i = 0; i < action->count; i++) {
		if (!(rows[i] = new_row(flush, batch, KIN_PERSISTENT)))
			return kin_session_nomem(flush->session);
		if (set_key(flush, rows[i], relation, action->items[i]->object) < 0)
			return flush->session->error.code;
	}
	add_columns(relation, set);
	return kin_flush_delete_by(flush, relation->link, set, rows, action->count);
}

int kin_flush_unlink(kin_flusher *flush, const kin_uow_action *action)
{
	int rc = KIN_OK;

	for (const kin_mapping *mapping = action->mapping; mapping; mapping = mapping->parent)
		for (const kin_link_end *end = mapping->links; end && rc == KIN_OK; end = end->next) {
			const char *rule = end->relation->foreign->on_delete;
			if (!rule || strcmp(rule, "CASCADE") != 0) /* else the database does it */
				rc = delete_rows_of(flush, action, end->relation);
		}
	return rc;
}

/* ---- the other sides ---- */

int kin_flush_settle_list(kin_flusher *flush, const kin_uow_list *l)
{
	const kin_list *known = kin_unit_rows(l->owner, l->relation);
	kin_list then = known ? *known : (kin_list){ 0 }, now = kin_collection_list(l->owner->object, l->relation);

	if (!l->owner->listed || leaves(l->owner->object))
		return KIN_OK;
	return kin_collection_match(flush->session, l->owner->object, l->relation, then, now) < 0 ? kin_session_nomem(flush->session) : KIN_OK;
}
