/* random.c - random sequences of what a program does with a session, compared with a plain model of what must come of them.
 *
 * The model keeps, for every object and row, what the program sees, what the database has in this transaction, and what it had at
 * each savepoint: arrays, no SQL. Whenever nothing is unsaved, the database's rows, every object's members and state, both
 * sides of every loaded relationship and the identity map must be what the model says. A difference prints the seed: KIN_SEED=… repeats
 * it, KIN_TRACE=1 tells every step, KIN_WATCH=n shows the list of object n after each, KIN_ECHO=1 the SQL, KIN_SCALE=… is how many thousand steps are made. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "random.h"

static unsigned names, hands; /* given so far */

static void flush(void)
{
	BE(kin_flush(world.session) == KIN_OK, "the flush failed");
	world_flush();
}

/* What a query does first; a way of loading that finds everything in the session does not, so it is made sure. */
static void made_sure(void)
{
	BE(kin_errcode(world.session) == KIN_OK, "the query failed");
	flush();
}

static void *edit(int i)
{
	entry *e = &world.entries[i];
	void *object = kin_session_edit(world.session, kinds[e->kind].model, e->object, __FILE__, __LINE__);

	BE(object == e->object, "kin_edit gave something else");
	return object;
}

static void give_name(entry *e, void *object, bool may_be_null)
{
	char text[16];

	e->seen.named = !(may_be_null && world_dice(6) == 0);
	snprintf(e->seen.name, sizeof(e->seen.name), "%.*s%u", (int)world_dice(5), "names", ++names);
	snprintf(text, sizeof(text), "%s", e->seen.name);
	*name_of(object) = e->seen.named ? kin_strdup(world.session, text) : NULL;
}

static bool fit_to_list(int i)
{
	const entry *e = &world.entries[i];

	if (e->state != KIN_TRANSIENT || kinds[e->kind].child)
		return true;
	kin_list list = *list_of(e->kind, e->object);
	for (size_t n = 0; n < list.count; n++) {
		int item = world_find_object(list.items[n]);
		if (item == NONE || !((1u << world.entries[item].state) & (T | P | R)) || world.entries[item].deleted)
			return false;
	}
	return true;
}

static void add(int i);

static void *new_object(kind k, int64_t id, const char *name, int32_t n, const void *parent)
{
	switch (k) {
	case KEEPER: return kin_new(world.session, Keeper, .id = id, .name = name, .n = n);
	case BEAST: return kin_new(world.session, Beast, .id = id, .name = name, .n = n, .keeper = parent);
	case DEN: return kin_new(world.session, Den, .id = id, .name = name, .n = n);
	case CUB: return kin_new(world.session, Cub, .id = id, .name = name, .n = n, .den = parent);
	case KINDS: break;
	}
	return NULL;
}

static void make(kind k)
{
	char name[16];
	int parent = kinds[k].child ? world_pick(kinds[k].other, T | P | R, fit_to_list) : NONE;
	const void *at = parent == NONE ? NULL : world.entries[parent].object;
	int32_t n = (int32_t)world_dice(20);
	int64_t id = world_dice(8) == 0 ? (world_dice(2) ? -1000 : 1000) * (2000 - (int64_t)++hands) : 0;

	if (k == CUB && !at)
		return;
	if (kinds[k].child && k != CUB && world_dice(3) == 0)
		at = NULL;
	snprintf(name, sizeof(name), "new%u", ++names);
	void *object = new_object(k, id, name, n, at);
	BE(object != NULL, "kin_new gave nothing");
	entry *e = world_add(k, object, KIN_TRANSIENT);
	e->hand = id != 0;
	e->seen = (row){ .named = true, .n = n, .id = id, .parent = at ? parent : NONE };
	snprintf(e->seen.name, sizeof(e->seen.name), "%s", name);
	e->how = at ? ASSIGNED : STANDS;
	TELL("new %s: %d, parent %d", kinds[k].table, world.count - 1, e->seen.parent);
	if (world_dice(4) != 0)
		add(world.count - 1);
}

/* What was refreshed behind its insert, and rolled back, shows no parent any more: its key alone remembers it. */
static bool knows_by_key(const entry *e)
{
	return *parent_of(e->kind, e->object) == NULL;
}

/* A transient object whose parent has gone is given none, or another. */
static bool repair(int i)
{
	entry *e = &world.entries[i];

	if (!kinds[e->kind].child)
		return fit_to_list(i);
	const entry *parent = e->seen.parent == NONE ? NULL : &world.entries[e->seen.parent];
	if (parent && !knows_by_key(e) && (1u << (parent->state == GONE ? 31 : parent->state)) & (T | P | R) && !parent->deleted &&
	    fit_to_list(e->seen.parent))
		return true;
	int other = e->kind == CUB ? world_pick(DEN, P | R, world_any) : NONE;
	if (e->kind == CUB && other == NONE)
		return false;
	*parent_of(e->kind, e->object) = other == NONE ? NULL : world.entries[other].object;
	set_key(e->kind, e->object, 0);
	e->seen.parent = other;
	e->how = ASSIGNED;
	return true;
}

static void add(int i)
{
	entry *e = &world.entries[i];

	if (e->state == KIN_TRANSIENT && !repair(i))
		return;
	TELL("add %d", i);
	BE(kin_add(world.session, e->object) == KIN_OK, "kin_add failed");
	if (e->state == KIN_TRANSIENT)
		e->state = KIN_PENDING;
	world_cascade(i);
	e->deleted = false;
}

static void add_one(kind k)
{
	int i = world_pick(k, T | P | R, world_any);

	if (i != NONE)
		add(i);
}

static void change(kind k)
{
	int i = world_pick(k, T | P | R, world_any);

	if (i == NONE)
		return;
	void *object = edit(i);
	if (world_dice(2)) {
		give_name(&world.entries[i], object, k != DEN);
		TELL("name of %d: %s", i, world.entries[i].seen.named ? world.entries[i].seen.name : "NULL");
	} else {
		world.entries[i].seen.n = *n_of(object) = (int32_t)world_dice(20);
		TELL("n of %d: %d", i, world.entries[i].seen.n);
	}
}

static void assign(kind k)
{
	int i = world_pick(k, T | P | R, world_any), to = world_pick(kinds[k].other, T | P | R, fit_to_list);

	if (world_dice(4) == 0)
		to = NONE;
	if (i == NONE || (k == CUB && to == NONE && world.entries[i].state != KIN_PERSISTENT))
		return;
	entry *e = &world.entries[i];
	TELL("%d's parent: %d", i, to);
	*parent_of(k, edit(i)) = to == NONE ? NULL : world.entries[to].object;
	if (e->state != KIN_PERSISTENT && to == NONE)
		set_key(k, e->object, 0);
	e->seen.parent = to;
	e->how = ASSIGNED;
	const kin_tracked *tracked = kin_instance_of(e->object)->tracked;
	if (e->state != KIN_PERSISTENT || tracked->assigned || *parent_of(k, e->object) != *parent_of(k, tracked->snapshot))
		return;
	/* As it was before: that cannot be seen, and the key decides. */
	e->seen.parent = key_of(k, e->object) ? world_find_row(kinds[k].other, key_of(k, e->object)) : NONE;
	e->how = e->seen.parent == e->now.parent ? STANDS : KEYED;
}

static void set_by_key(kind k)
{
	int i = world_pick(k, R, world_is_clean), to = world_pick_row(kinds[k].other);

	if (i == NONE || to == NONE)
		return;
	if (k == BEAST && world_dice(4) == 0)
		to = NONE;
	set_key(k, edit(i), to == NONE ? 0 : world.entries[to].now.id);
	world.entries[i].seen.parent = to;
	world.entries[i].how = to == world.entries[i].now.parent ? STANDS : KEYED;
	TELL("%d's key: that of %d", i, to);
}

/* Lists are loaded by kin_append(), after a flush. */
static void ready_list(int owner)
{
	if (!kin_session_is_loaded(world.entries[owner].object, kinds[world.entries[owner].kind].relation))
		flush();
}

static void append(kind k)
{
	int owner = world_pick(k, T | P | R, fit_to_list), i = world_pick(kinds[k].other, T | P | R, world_any);

	if (owner == NONE || i == NONE || (world.entries[i].state == KIN_TRANSIENT && !repair(i)))
		return;
	ready_list(owner);
	entry *e = &world.entries[i];
	if (!((1u << e->state) & (T | P | R)) || e->deleted)
		return;
	TELL("append to %d: %d", owner, i);
	BE(kin_session_append(world.entries[owner].object, kinds[k].relation, e->object) == KIN_OK, "kin_append failed");
	e->seen.parent = e->listed = owner;
	e->how = LISTED;
	if (e->state == KIN_TRANSIENT && world.entries[owner].state != KIN_TRANSIENT)
		e->state = KIN_PENDING;
}

static void take_out(kind k)
{
	int owner = world_pick(k, P | R, world_any);

	if (owner == NONE)
		return;
	ready_list(owner);
	if (!((1u << world.entries[owner].state) & (P | R)))
		return;
	kin_list list = *(const kin_list *)kin_session_load(world.entries[owner].object, kinds[k].relation);
	if (list.count == 0)
		return;
	const void *item = list.items[world_dice((uint32_t)list.count)];
	if (kin_state_of(item) == KIN_DETACHED)
		return; /* expunged */
	int i = world_find_object(item);
	if (i == NONE)
		i = world_meet(kinds[k].other, item);
	entry *e = &world.entries[i];
	if (e->deleted || e->listed != owner || e->how == ASSIGNED || e->how == KEYED || !((1u << e->state) & (P | R)))
		return;
	TELL("take out of %d: %d", owner, i);
	BE(kin_session_remove(world.entries[owner].object, kinds[k].relation, item) == KIN_OK, "kin_remove failed");
	e->seen.parent = e->listed = NONE;
	e->how = LISTED;
}

/* Nothing was made to point at it by hand; what was assigned to what is deleted is an error of the program. */
static bool may_go(int i)
{
	for (int n = 0; n < world.count; n++)
		if (world.entries[n].state != GONE && kinds[world.entries[n].kind].child && world.entries[n].seen.parent == i &&
		    (world.entries[n].how == ASSIGNED || world.entries[n].how == KEYED) && world.entries[n].object)
			return false;
	return true;
}

static void delete_one(kind k)
{
	int i = world_pick(k, P | R, may_go);

	if (i == NONE)
		return;
	if (world.entries[i].state == KIN_PENDING && !kinds[k].child)
		return;
	TELL("delete %d", i);
	BE(kin_delete(world.session, world.entries[i].object) == KIN_OK, "kin_delete failed");
	if (world.entries[i].state == KIN_PENDING) {
		world.entries[i].state = KIN_TRANSIENT;
		world.entries[i].seen.parent = NONE; /* whatever it is: it is not used again, for its memory may be given back */
		world.entries[i].state = GONE;
	} else {
		world.entries[i].deleted = true;
	}
}

static void undelete(kind k)
{
	int found = NONE;

	for (int i = 0; i < world.count; i++)
		if (world.entries[i].state == KIN_PERSISTENT && world.entries[i].kind == k && world.entries[i].deleted && world.entries[i].object && world_dice(2))
			found = i;
	if (found == NONE)
		return;
	TELL("keep %d", found);
	BE(kin_add(world.session, world.entries[found].object) == KIN_OK, "kin_add failed");
	world_cascade(found);
	world.entries[found].deleted = false;
}

static void flush_and_check(kind k)
{
	(void)k;
	TELL("flush");
	flush();
	world_check();
}

static void commit(kind k)
{
	(void)k;
	TELL("commit at %d", world.depth);
	BE(kin_commit(world.session) == KIN_OK, "the commit failed");
	world_flush();
	world_commit();
	world_check();
}

static void roll_back(kind k)
{
	(void)k;
	TELL("rollback at %d", world.depth);
	BE(kin_rollback(world.session) == KIN_OK, "the rollback failed");
	world_rollback();
	world_check();
}

static void nest(kind k)
{
	(void)k;
	if (world.depth == DEPTH)
		return;
	TELL("savepoint %d", world.depth + 1);
	BE(kin_begin_nested(world.session) == KIN_OK, "the savepoint failed");
	world_flush();
	world_save(++world.depth);
}

static void refresh(kind k)
{
	int i = world_pick(k, R, world_any);

	if (i == NONE)
		return;
	entry *e = &world.entries[i];
	if (world_dice(2))
		flush();
	if (e->state != KIN_PERSISTENT || e->deleted)
		return;
	if (!kinds[k].child)
		flush(); /* what was appended to it and is not saved is another's to lose */
	if (e->state != KIN_PERSISTENT)
		return;
	TELL("refresh %d", i);
	BE(kin_refresh(world.session, e->object) == KIN_OK, "kin_refresh failed");
	e->seen = e->now;
	e->how = STANDS;
	e->listed = e->now.parent;
}

/* The object is as its row. */
static void forget_edits(entry *e)
{
	e->seen = e->now;
	e->how = STANDS;
	e->deleted = false;
	e->listed = e->now.parent;
}

static void expire(kind k)
{
	int i;

	if (world_dice(2) || !kinds[k].child)
		flush(); /* as for refresh() */
	if ((i = world_pick(k, R, world_any)) == NONE)
		return;
	TELL("expire %d", i);
	BE(kin_expire(world.session, world.entries[i].object) == KIN_OK, "kin_expire failed");
	forget_edits(&world.entries[i]);
}

static void expire_all(kind k)
{
	(void)k;
	if (world_dice(3))
		flush();
	TELL("expire all");
	BE(kin_expire_all(world.session) == KIN_OK, "kin_expire_all failed");
	for (int i = 0; i < world.count; i++) {
		entry *e = &world.entries[i];
		if (e->state == KIN_PERSISTENT && e->object)
			forget_edits(e);
		else if (e->state != GONE && e->how == LISTED)
			e->how = ASSIGNED; /* the list does not tell of it any more */
	}
}

static void refresh_only(kind k)
{
	size_t offsets[] = { offsetof(Keeper, name), kinds[k].relation };
	int i = world_pick(k, R, world_any);
	size_t count = 1 + world_dice(2);

	if (i == NONE)
		return;
	entry *e = &world.entries[i];
	if (kinds[k].child && e->object && key_of(k, e->object) != (e->now.parent == NONE ? 0 : world.entries[e->now.parent].now.id))
		count = 1; /* a key that was set by hand stays */
	if (e->listed != NONE && world.entries[e->listed].state <= KIN_PENDING)
		count = 1; /* a new parent's list is not noted between leaving it and the flush */
	if (count == 2 && !kinds[k].child)
		flush();
	if (e->state != KIN_PERSISTENT)
		return;
	TELL("refresh %zu members of %d", count, i);
	BE(kin_session_refresh_members(world.session, e->object, offsets, count) == KIN_OK, "kin_refresh_only failed");
	e->seen.named = e->now.named;
	memcpy(e->seen.name, e->now.name, sizeof(e->now.name));
	if (count == 1)
		return;
	if (kinds[k].child) {
		e->seen.parent = e->listed = e->now.parent;
		e->how = STANDS;
	}
	made_sure();
	world_check();
}

/* A transient object with the key of a row, or without one, and another owner, or none. */
static void merge(kind k)
{
	char name[16];
	int i, to = NONE;

	flush();
	i = world_dice(4) ? world_pick_row(k) : NONE;
	if (kinds[k].child && (k == CUB || world_dice(3)))
		to = world_pick(kinds[k].other, R, world_is_clean);
	if ((k == CUB && to == NONE) || (i != NONE && world.entries[i].object && !world_is_clean(i)))
		return;
	snprintf(name, sizeof(name), "merged%u", ++names);
	int32_t n = (int32_t)world_dice(20);
	void *copy = new_object(k, i == NONE ? 0 : world.entries[i].now.id, name, n, to == NONE ? NULL : world.entries[to].object);
	TELL("merge %s: %d, parent %d", kinds[k].table, i, to);
	void *own = kin_session_merge(world.session, kinds[k].model, copy, __FILE__, __LINE__);
	BE(kin_errcode(world.session) == KIN_OK && own != copy, "kin_merge failed");
	BE(kin_state_of(copy) == KIN_TRANSIENT && *id_of(copy) == (i == NONE ? 0 : world.entries[i].now.id), "what was merged was changed");
	if (i != NONE)
		BE(world_meet(k, own) == i, "kin_merge gave another one");
	entry *e = i == NONE ? world_add(k, own, KIN_PENDING) : &world.entries[i];
	e->seen.named = true;
	snprintf(e->seen.name, sizeof(e->seen.name), "%s", name);
	e->seen.n = n;
	e->seen.parent = to;
	e->how = i != NONE && to == e->now.parent ? STANDS : to == NONE && i != NONE ? KEYED : ASSIGNED;
}

/* Where nothing would have to be undone. */
static void expunge_all(kind k)
{
	if (world.depth > 0)
		return;
	commit(k);
	TELL("expunge all");
	BE(kin_expunge_all(world.session) == KIN_OK, "kin_expunge_all failed");
	for (int i = 0; i < world.count; i++) {
		entry *e = &world.entries[i];
		if (e->state == GONE)
			continue;
		if (e->object)
			BE(kin_state_of(e->object) == (e->state == KIN_PERSISTENT ? KIN_DETACHED : KIN_TRANSIENT), "a state after kin_expunge_all");
		e->object = NULL;
		e->tainted = false;
		if (e->state != KIN_PERSISTENT)
			e->state = GONE; /* it may point at what has left */
	}
	if (world_dice(2))
		commit(k);
}

/* No child points at it, nor would after a rollback. */
static bool may_leave(int i)
{
	for (int level = 0; level <= world.depth; level++)
		if (!world.entries[i].saved[level].there || memcmp(&world.entries[i].saved[level], &world.entries[i].now, sizeof(row)) != 0)
			return false; /* what it was is kept with the object */
	for (int n = 0; n < world.count; n++) {
		const entry *e = &world.entries[n];
		if (e->state == GONE || !kinds[e->kind].child)
			continue;
		if (e->seen.parent == i)
			return false;
		for (int level = 0; level <= world.depth; level++)
			if (e->saved[level].there && e->saved[level].parent == i)
				return false;
	}
	return true;
}

static void expunge(kind k)
{
	int i;

	flush();
	if ((i = world_pick(k, R, world_is_clean)) == NONE)
		return;
	if (!may_leave(i))
		return;
	TELL("expunge %d", i);
	BE(kin_expunge(world.session, world.entries[i].object) == KIN_OK, "kin_expunge failed");
	BE(kin_state_of(world.entries[i].object) == KIN_DETACHED, "what was expunged is not detached");
	world.entries[i].object = NULL;
	if (world.entries[i].now.parent != NONE)
		world.entries[world.entries[i].now.parent].tainted = true;
	for (int level = 0; level <= world.depth; level++)
		if (world.entries[i].saved[level].there && world.entries[i].saved[level].parent != NONE)
			world.entries[world.entries[i].saved[level].parent].tainted = true;
}

static void get(kind k)
{
	int i = world_pick_row(k);
	int64_t id = i == NONE || world_dice(5) == 0 ? 500000 + world_dice(9) : world.entries[i].now.id;
	const void *object = NULL;

	switch (k) {
	case KEEPER: object = kin_get(world.session, Keeper, id); break;
	case BEAST: object = kin_get(world.session, Beast, id); break;
	case DEN: object = kin_get(world.session, Den, id); break;
	case CUB: object = kin_get(world.session, Cub, id); break;
	case KINDS: break;
	}
	TELL("get %s %lld", kinds[k].table, (long long)id);
	made_sure();
	i = world_find_row(k, id);
	if (i == NONE && object)
		BE(kin_state_of(object) == KIN_DELETED, "kin_get found what is not there");
	if (i != NONE)
		BE(object != NULL, "kin_get did not find %s %lld", kinds[k].table, (long long)id);
	if (i != NONE)
		world_meet(k, object);
}

static void meet_all(kind k, const void *const *items, size_t got, int32_t least)
{
	size_t expected = 0;

	for (int i = 0; i < world.count; i++)
		expected += world.entries[i].state == KIN_PERSISTENT && world.entries[i].kind == k && world.entries[i].now.there && world.entries[i].now.n >= least;
	BE(got == expected, "%zu %s came, not %zu", got, kinds[k].table, expected);
	for (size_t i = 0; i < got; i++)
		BE(world.entries[world_meet(k, items[i])].now.n >= least, "one that does not fit");
}

#define MEET_ALL(k, list) \
	do { \
		__typeof__(list) list_ = (list); \
		made_sure(); \
		meet_all(k, (const void *const *)list_.items, list_.count, least); \
	} while (0)

static void all(kind k)
{
	int32_t least = (int32_t)world_dice(20);
	uint32_t way = world_dice(5);

	TELL("all %s from %d, way %u", kinds[k].table, least, way);
	if (k == KEEPER && way == 0)
		MEET_ALL(k, kin_all(world.session, Keeper, "n >= ?", least));
	else if (k == KEEPER && way == 1)
		MEET_ALL(k, kin_all(world.session, Keeper, "n >= ? with joined beasts", least));
	else if (k == KEEPER && way == 2)
		MEET_ALL(k, kin_all(world.session, Keeper, "n >= ? with subquery beasts", least));
	else if (k == KEEPER)
		MEET_ALL(k, kin_all(world.session, Keeper, "n >= ? with selectin beasts", least));
	else if (k == BEAST && way == 0)
		MEET_ALL(k, kin_all(world.session, Beast, "n >= ?", least));
	else if (k == BEAST && way == 1)
		MEET_ALL(k, kin_all(world.session, Beast, "n >= ? with joined keeper", least));
	else if (k == BEAST && way == 2)
		MEET_ALL(k, kin_all(world.session, Beast, "n >= ? with subquery keeper", least));
	else if (k == BEAST)
		MEET_ALL(k, kin_all(world.session, Beast, "n >= ? with selectin keeper", least));
	else if (k == DEN && way < 3)
		MEET_ALL(k, kin_all(world.session, Den, "n >= ?", least));
	else if (k == DEN)
		MEET_ALL(k, kin_all(world.session, Den, "n >= ? with select cubs", least));
	else if (k == CUB && way < 3)
		MEET_ALL(k, kin_all(world.session, Cub, "n >= ? with selectin den.cubs", least));
	else
		MEET_ALL(k, kin_all(world.session, Cub, "n >= ?", least));
	world_check();
}

static void number(kind k)
{
	int32_t least = (int32_t)world_dice(20);
	int64_t got = k == KEEPER ? kin_count(world.session, Keeper, "beasts.n >= ?", least)
	                          : kin_count(world.session, Beast, "keeper.n >= ? and name is not null", least);
	const Cub *cub = kin_first(world.session, Cub, "den.n >= ? order by n desc, id", least);
	int expected = 0, best = NONE;

	TELL("count from %d", least);
	made_sure();
	for (int i = 0; i < world.count; i++) {
		const row *r = &world.entries[i].now;
		if (world.entries[i].state != KIN_PERSISTENT || !r->there)
			continue;
		if (k != KEEPER && world.entries[i].kind == BEAST)
			expected += r->named && r->parent != NONE && world.entries[r->parent].now.n >= least;
		if (world.entries[i].kind == CUB && world.entries[r->parent].now.n >= least &&
		    (best == NONE || r->n > world.entries[best].now.n || (r->n == world.entries[best].now.n && r->id < world.entries[best].now.id)))
			best = i;
		if (k == KEEPER && world.entries[i].kind == KEEPER) {
			bool one = false;
			for (int n = 0; n < world.count && !one; n++)
				one = world.entries[n].state == KIN_PERSISTENT && world.entries[n].kind == BEAST && world.entries[n].now.parent == i && world.entries[n].now.n >= least;
			expected += one;
		}
	}
	BE(got == expected, "counted %lld, not %d", (long long)got, expected);
	BE((cub == NULL) == (best == NONE), "kin_first");
	if (cub)
		BE(world_meet(CUB, cub) == best, "kin_first gave another one");
}

static void lazy(kind k)
{
	int i = world_pick(k, R, world_any);

	if (i == NONE)
		return;
	TELL("load of %d", i);
	const void *member = kin_session_load(world.entries[i].object, kinds[k].relation);
	BE(kin_errcode(world.session) == KIN_OK, "kin_load failed");
	(void)member;
	made_sure();
	world_check();
}

static void update_where(kind k)
{
	int32_t which = (int32_t)world_dice(20), more = (int32_t)world_dice(3);
	int to = world_pick_row(kinds[k].other), expected = 0;
	int64_t changed;

	flush();
	if (world_dice(3) == 0 && k == BEAST && to != NONE && world.entries[to].state == KIN_PERSISTENT) {
		TELL("update keeper_id to %d where n = %d", to, which);
		changed = kin_update(world.session, Beast, "keeper_id = ? where n = ?", world.entries[to].now.id, which);
	} else if (k == BEAST) {
		TELL("update n by %d where n = %d", more, which);
		changed = kin_update(world.session, Beast, "n = n + ? where n = ?", more, which);
		to = NONE;
	} else {
		TELL("update dens: n by %d where n <= %d", more, which);
		changed = kin_update(world.session, Den, "n = n + ? where n <= ?", more, which);
		k = DEN;
		to = NONE;
	}
	for (int i = 0; i < world.count; i++) {
		entry *e = &world.entries[i];
		if (e->state != KIN_PERSISTENT || e->kind != k || !e->now.there || !(k == DEN ? e->now.n <= which : e->now.n == which))
			continue;
		expected++;
		if (to != NONE)
			e->now.parent = to;
		else
			e->now.n += more;
		e->seen = e->now;
		e->listed = e->now.parent;
	}
	BE(changed == expected, "%lld rows were updated, not %d", (long long)changed, expected);
	world_check();
}

static void delete_where(kind k)
{
	int32_t which = (int32_t)world_dice(20);
	int expected = 0;

	if (!kinds[k].child)
		return;
	flush();
	TELL("delete %s where n = %d", kinds[k].table, which);
	int64_t changed = k == BEAST ? kin_delete_where(world.session, Beast, "n = ?", which) : kin_delete_where(world.session, Cub, "n = ?", which);
	for (int i = 0; i < world.count; i++) {
		entry *e = &world.entries[i];
		if (e->state != KIN_PERSISTENT || e->kind != k || !e->now.there || e->now.n != which)
			continue;
		expected++;
		e->state = KIN_DELETED;
		e->now.there = e->seen.there = false;
	}
	BE(changed == expected, "%lld rows were deleted, not %d", (long long)changed, expected);
	world_check();
}

static void walk_stream(kind k)
{
	int rows = 0, expected = 0;

	(void)k;
	TELL("stream");
	kin_stream(world.session, Beast, beast, "with keeper") {
		if (rows++ == 0)
			world_flush();
		int i = world_find_row(BEAST, beast->id);
		BE(i != NONE && world.entries[i].now.n == beast->n, "the stream gave something else");
		int parent = world.entries[i].now.parent;
		BE((beast->keeper == NULL) == (parent == NONE) && (parent == NONE || beast->keeper->id == world.entries[parent].now.id),
		   "the stream gave keeper %lld to %lld", beast->keeper ? (long long)beast->keeper->id : 0, (long long)beast->id);
		if (world_dice(20) == 0) {
			rows = -1;
			break;
		}
	}
	made_sure();
	for (int i = 0; i < world.count; i++)
		expected += world.entries[i].state == KIN_PERSISTENT && world.entries[i].kind == BEAST && world.entries[i].now.there;
	BE(rows == -1 || rows == expected, "the stream gave %d, not %d", rows, expected);
}

/* A mistake, what sticks after it, and the way back. */
static void mistake(kind k)
{
	uint32_t which = world_dice(5);
	int i, code = 0;

	if (world_dice(2))
		flush();
	int den = world_pick(DEN, R, world_is_clean), cub = world_pick(CUB, R, world_is_clean), beast = world_pick(BEAST, R, world_is_clean);
	if (den == NONE || cub == NONE || beast == NONE)
		return;
	TELL("mistake %u", which);
	switch (which) {
	case 0:
		kin_add(world.session, kin_new(world.session, Den, .name = world.entries[den].now.name, .n = 1));
		code = KIN_EUNIQUE;
		break;
	case 1:
		((Den *)edit(den))->name = NULL;
		code = KIN_ENOTNULL;
		break;
	case 2:
		((Beast *)edit(beast))->keeper_id = kin_some(int64_t, 777777);
		code = KIN_EFOREIGN;
		break;
	case 3:
		kin_add(world.session, kin_new(world.session, Keeper, .id = 987654321, .name = "a"));
		kin_add(world.session, kin_new(world.session, Keeper, .id = 987654321, .name = "b"));
		code = KIN_EUNIQUE;
		break;
	case 4:
		kin_add(world.session, kin_new(world.session, Cub, .name = "nobody's"));
		code = KIN_EFOREIGN;
		break;
	}
	switch (world_dice(3)) {
	case 0: BE(kin_flush(world.session) == code, "the flush gave %s", kin_errname(kin_errcode(world.session))); break;
	case 1: BE(kin_commit(world.session) == code, "the commit gave %s", kin_errname(kin_errcode(world.session))); break;
	case 2: BE(kin_count(world.session, Beast, "") == -1 && kin_errcode(world.session) == code, "the query gave %s", kin_errname(kin_errcode(world.session))); break;
	}
	for (int n = (int)world_dice(4); n > 0; n--) {
		BE(kin_get(world.session, Keeper, 1) == NULL, "kin_get after an error");
		BE(kin_flush(world.session) == code && kin_commit(world.session) == code, "the error did not stick");
		if ((i = world_pick(BEAST, R, world_any)) != NONE)
			BE(kin_edit(world.session, Beast, (const Beast *)world.entries[i].object) != world.entries[i].object, "kin_edit after an error");
		BE(kin_add(world.session, kin_new(world.session, Keeper, .name = "nobody")) == code, "kin_add after an error");
	}
	roll_back(k);
}

static bool stays(int i)
{
	return world.entries[i].saved[0].there;
}

/* What is not committed is gone; so are all objects. */
static void other_session(kind k)
{
	int kept = 0;
	static int places[MOST];

	(void)k;
	TELL("another session");
	if (world_dice(2)) {
		kin_close(world.session);
		for (int i = 0; i < world.count; i++)
			if (world.entries[i].state != GONE && world.entries[i].object)
				BE(kin_state_of(world.entries[i].object) == (world.entries[i].state <= KIN_PENDING ? KIN_TRANSIENT : KIN_DETACHED), "a state after the close");
		BE(kin_flush(world.session) == KIN_EDETACHED, "a session that is closed");
	}
	kin_free(world.session);
	world.depth = 0;
	for (int i = 0; i < world.count; i++)
		places[i] = stays(i) ? kept++ : NONE;
	for (int i = 0; i < world.count; i++) {
		if (places[i] == NONE)
			continue;
		entry e = { .kind = world.entries[i].kind, .state = KIN_PERSISTENT, .now = world.entries[i].saved[0] };
		if (e.now.parent != NONE)
			e.now.parent = places[e.now.parent];
		e.seen = e.saved[0] = e.now;
		e.listed = e.now.parent;
		world.entries[places[i]] = e;
	}
	world.count = kept;
	world.session = kin_session_new(world.db);
}

/* Keeps the world small. */
static void thin_out(kind k)
{
	int rows = 0;

	for (int i = 0; i < world.count; i++)
		rows += world.entries[i].state == KIN_PERSISTENT && world.entries[i].kind == k;
	for (; rows > kinds[k].enough; rows--)
		delete_one(k);
}

static const struct step {
	void   (*run)(kind k);
	uint32_t weight;
	unsigned kinds;
} deck[] = {
	{ make, 14, 15 }, { add_one, 3, 15 }, { change, 12, 15 }, { assign, 10, 10 }, { set_by_key, 5, 10 }, { append, 9, 5 },
	{ take_out, 5, 5 }, { delete_one, 6, 15 }, { undelete, 2, 15 }, { flush_and_check, 4, 1 }, { commit, 6, 1 }, { roll_back, 4, 1 },
	{ nest, 4, 1 }, { refresh, 4, 15 }, { expire, 4, 15 }, { expire_all, 1, 1 },
	{ refresh_only, 3, 15 }, { merge, 5, 15 }, { expunge_all, 1, 1 }, { expunge, 2, 15 }, { get, 8, 15 }, { all, 6, 15 }, { number, 3, 3 }, { lazy, 8, 15 },
	{ update_where, 2, 6 }, { delete_where, 1, 10 }, { walk_stream, 1, 1 }, { mistake, 1, 1 }, { thin_out, 4, 15 },
};

static void show_watched(void)
{
	const char *watched = getenv("KIN_WATCH");
	int i = watched ? atoi(watched) : NONE;

	if (i < 0 || i >= world.count || world.entries[i].state == GONE || !world.entries[i].object || kinds[world.entries[i].kind].child)
		return;
	kin_list list = *list_of(world.entries[i].kind, world.entries[i].object);
	fprintf(stderr, "    list of %d:", i);
	for (size_t n = 0; n < list.count && list.count < 1000; n++)
		fprintf(stderr, " %d", world_find_object(list.items[n]));
	fprintf(stderr, "%s\n", list.count > 1000 ? " unloaded" : "");
}

static void one_step(void)
{
	uint32_t sum = 0, at;
	const struct step *step = deck;

	world_note_lists();
	for (size_t i = 0; i < sizeof(deck) / sizeof(deck[0]); i++)
		sum += deck[i].weight;
	for (at = world_dice(sum); at >= step->weight; step++)
		at -= step->weight;
	kind k = world_dice(KINDS);
	while (!((step->kinds >> k) & 1))
		k = (k + 1) % KINDS;
	step->run(k);
	show_watched();
}

static void begin_world(void)
{
	world.count = world.depth = 0;
	world.db = test_open_with(random_tables);
	world.session = kin_session_new(world.db);
	CHECK_OK(world.session);
	TELL("KIN_SEED=%llu", (unsigned long long)world.seed);
}

TEST(random_sequences_do_what_the_model_does)
{
	const char *scale = getenv("KIN_SCALE");
	long most = (scale ? strtol(scale, NULL, 10) : 100) * 1000;
	time_t end = time(NULL) + 20;

	world.seed = kin_test_seed("random sequences");
	world.telling = getenv("KIN_TRACE") != NULL;
	for (long total = 0; total < most && (scale || time(NULL) < end); total += world.step, world.seed++) {
		world_seed(world.seed);
		names = hands = 0;
		world.step = 0;
		begin_world();
		long length = world_dice(10) == 0 ? 3000 : 300;
		for (world.step = 0; world.step < length; world.step++) {
			one_step();
			if (world_dice(400) == 0 || world.count > MOST - 100)
				other_session(0);
		}
		kin_free(world.session);
		kin_db_close(world.db);
		world.session = NULL;
	}
}
