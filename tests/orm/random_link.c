/* random_link.c - random sequences of what a program does with many-to-many lists, while hooks listen, compared with plain arrays.
 *
 * As in random.c a difference prints the seed: KIN_SEED=… repeats it, KIN_TRACE=1 tells every step, KIN_ECHO=1 the SQL, KIN_SCALE=… is how many
 * thousand steps are made by both. */
#include <stdlib.h>
#include <time.h>

#include "random_link.h"

static unsigned names, hands; /* given so far */

/* What hooks change after a flush is the next one's. */
static void flush(void)
{
	for (int i = 0; i < 3; i++)
		MUST(kin_flush(stage.session) == KIN_OK, "the flush failed");
	stage_flush();
}

static void made_sure(void)
{
	MUST(kin_errcode(stage.session) == KIN_OK, "the query failed");
	flush();
}

static void *edit(int i)
{
	thing *t = &stage.things[i];
	void *object = kin_session_edit(stage.session, sorts[t->sort].model, t->object, __FILE__, __LINE__);

	MUST(object == t->object, "kin_edit gave something else");
	return object;
}

/* ---- objects ---- */

static int number(void)
{
	return (int)stage_dice(20);
}

typedef struct given {
	const void *items[4];
	size_t      count;
} given;

static bool may_be_given(int i)
{
	return stage_fits(i);
}

/* A few for a list of a new object, some of them twice. */
static given some_of(bond b, int side)
{
	given g = { 0 };

	for (uint32_t n = stage_dice(4); n > 0; n--) {
		int i = stage_pick(bonds[b].sides[1 - side].sort, TRANSIENT_ | PENDING_ | PERSISTENT_, may_be_given);
		if (i == NOBODY || (b == VERSES && !stage_is_alone(i)))
			continue;
		g.items[g.count++] = stage.things[i].object;
	}
	if (g.count > 0 && stage_dice(3) == 0)
		g.items[g.count] = g.items[0], g.count++;
	return g;
}

#define GIVEN(Model, g) { .items = (const Model *const *)(const void *)(g).items, .count = (g).count }

static void *new_object(sort k, int64_t id, const char *name, int32_t n, bool full)
{
	const given none = { 0 };

	switch (k) {
	case SONG: {
		given moods = full ? some_of(MOODS, LEFT) : none, verses = full ? some_of(VERSES, LEFT) : none;
		given props = full ? some_of(PROPS, LEFT) : none, covers = full ? some_of(COVERS, LEFT) : none;
		return kin_new(stage.session, Song, .id = id, .name = name, .n = n, .moods = GIVEN(Mood, moods), .verses = GIVEN(Verse, verses),
		               .props = GIVEN(Prop, props), .covers = GIVEN(Song, covers));
	}
	case MOOD: {
		given songs = full ? some_of(MOODS, RIGHT) : none;
		return kin_new(stage.session, Mood, .id = id, .name = name, .n = n, .songs = GIVEN(Song, songs));
	}
	case VERSE:
		return kin_new(stage.session, Verse, .id = id, .name = name, .n = n);
	case PROP: {
		given songs = full ? some_of(PROPS, RIGHT) : none;
		return kin_new(stage.session, Prop, .id = id, .name = name, .n = n, .songs = GIVEN(Song, songs));
	}
	case SORTS:
		break;
	}
	return NULL;
}

static void add(int i)
{
	if (!stage_fits(i))
		return;
	SAY("add %d", i);
	MUST(kin_add(stage.session, stage.things[i].object) == KIN_OK, "kin_add failed");
	stage_follow(i);
	stage.things[i].deleted = false;
}

static void make(sort k)
{
	char name[16];
	int64_t id = stage_dice(8) == 0 ? (stage_dice(2) ? -1000 : 1000) * (2000 - (int64_t)++hands) : 0;
	int32_t n = number();

	snprintf(name, sizeof(name), "new%u", ++names);
	void *object = new_object(k, id, name, n, stage_dice(2));
	MUST(object != NULL, "kin_new gave nothing");
	thing *t = stage_add(k, object, KIN_TRANSIENT);
	t->born = true;
	t->hand = id != 0;
	t->seen = (line){ .named = true, .n = n, .id = id };
	snprintf(t->seen.name, sizeof(t->seen.name), "%s", name);
	SAY("new %s: %d", sorts[k].table, stage.count - 1);
	if (stage_dice(4) != 0)
		add(stage.count - 1);
}

static void add_one(sort k)
{
	int i = stage_pick(k, TRANSIENT_ | PENDING_ | PERSISTENT_, stage_any);

	if (i != NOBODY)
		add(i);
}

static void change(sort k)
{
	int i = stage_pick(k, TRANSIENT_ | PENDING_ | PERSISTENT_, stage_any);

	if (i == NOBODY)
		return;
	thing *t = &stage.things[i];
	void *object = edit(i);
	if (stage_dice(2)) {
		t->seen.n = *n_at(object) = number();
		SAY("n of %d: %d", i, t->seen.n);
		return;
	}
	t->seen.named = stage_dice(6) != 0;
	snprintf(t->seen.name, sizeof(t->seen.name), "%.*s%u", (int)stage_dice(5), "names", ++names);
	*name_at(object) = t->seen.named ? kin_strdup(stage.session, t->seen.name) : NULL;
	SAY("name of %d: %s", i, t->seen.named ? t->seen.name : "NULL");
}

static bool may_be_deleted(int i)
{
	if (stage.things[i].state == KIN_PERSISTENT)
		return true;
	return stage.things[i].sort != SONG && (stage.things[i].sort != VERSE || stage_is_alone(i)); /* songs take along what they were given, and no verse tells its song */
}

/* What has left the session is in nobody's list that is looked at. */
static void forget(int i)
{
	for (int n = 0; n < stage.tie_count; n++)
		if (stage.ties[n].ends[LEFT] == i || stage.ties[n].ends[RIGHT] == i)
			stage.ties[n].seen = stage.ties[n].now = false;
	stage.things[i].state = LOST;
}

static void delete_one(sort k)
{
	int i = stage_pick(k, PENDING_ | PERSISTENT_, may_be_deleted);

	if (i == NOBODY)
		return;
	SAY("delete %d", i);
	MUST(kin_delete(stage.session, stage.things[i].object) == KIN_OK, "kin_delete failed");
	if (stage.things[i].state == KIN_PENDING)
		forget(i);
	else
		stage.things[i].deleted = true;
}

static void undelete(sort k)
{
	for (int i = 0; i < stage.count; i++) {
		if (!stage_is(i, PERSISTENT_) || stage.things[i].sort != k || !stage.things[i].deleted || !stage.things[i].object || !stage_dice(3))
			continue;
		add(i);
		return;
	}
}

/* ---- lists ---- */

static bool is_usable(int i)
{
	return stage_is(i, TRANSIENT_ | PENDING_ | PERSISTENT_) && !stage.things[i].deleted;
}

/* Lists are loaded by kin_append(), after a flush. */
static bool ready_list(int owner, bond b, int side)
{
	if (!stage_is_loaded(owner, b, side))
		flush();
	return is_usable(owner);
}

static void check_both(int owner, bond b, int side, int item, bool tied)
{
	MUST(stage_has(owner, b, side, item) == tied, "%d in the list of %d: %d", item, owner, !tied);
	if (stage_is_loaded(item, b, 1 - side))
		MUST(stage_has(item, b, 1 - side, owner) == tied, "%d in the list of %d: %d", owner, item, !tied);
}

static void append_to(int owner, bond b, int side, int item)
{
	const side_info *info = &bonds[b].sides[side];

	SAY("append to %s of %d: %d", bonds[b].table, owner, item);
	MUST(kin_session_append(stage.things[owner].object, info->list, stage.things[item].object) == KIN_OK, "kin_append failed");
	check_both(owner, b, side, item, true);
	if (stage.things[owner].state == KIN_TRANSIENT)
		return;
	if (stage.things[item].state == KIN_TRANSIENT && info->saves)
		stage_follow(item);
	if (stage.things[item].state == KIN_TRANSIENT)
		return;
	tie *t = stage_tie_of(b, side, owner, item);
	t->seen = true;
	t->told |= 1u << side;
}

static void take_from(int owner, bond b, int side, int item)
{
	SAY("take from %s of %d: %d", bonds[b].table, owner, item);
	MUST(kin_session_remove(stage.things[owner].object, bonds[b].sides[side].list, stage.things[item].object) == KIN_OK, "kin_remove failed");
	check_both(owner, b, side, item, false);
	if (b == VERSES && stage.things[item].state == KIN_PENDING)
		stage.things[item].let_go = true;
	if (!stage_is(owner, PENDING_ | PERSISTENT_) || !stage_is(item, PENDING_ | PERSISTENT_))
		return;
	tie *t = stage_tie_of(b, side, owner, item);
	MUST(t->seen, "%d had %d, and was not to", owner, item);
	t->seen = false;
	t->told |= 1u << side;
}

static bool may_join(int owner, bond b, int side, int item)
{
	if (!is_usable(item) || !is_usable(owner))
		return false;
	if (b == VERSES && !stage_is_alone(item))
		return false;
	if (stage_is_loaded(owner, b, side) && stage_is_loaded(item, b, 1 - side) && stage_has(owner, b, side, item) && !stage_has(item, b, 1 - side, owner))
		return false; /* a rollback, or kin_refresh(), has left but one of them that knows of the other */
	return stage_is(owner, TRANSIENT_) || stage_fits(item) || !bonds[b].sides[side].saves;
}

/* A bond that has a list at some side, and that side. */
static bond any_bond(int *ret_side)
{
	bond b = stage_dice(BONDS);

	*ret_side = b == VERSES ? LEFT : (int)stage_dice(2);
	return b;
}

static void append(sort k)
{
	int side;
	bond b = any_bond(&side);
	int owner = stage_pick(bonds[b].sides[side].sort, TRANSIENT_ | PENDING_ | PERSISTENT_, stage_any);
	int item = stage_pick(bonds[b].sides[1 - side].sort, TRANSIENT_ | PENDING_ | PERSISTENT_, stage_any);

	(void)k;
	if (owner == NOBODY || item == NOBODY || !ready_list(owner, b, side) || !may_join(owner, b, side, item))
		return;
	append_to(owner, b, side, item);
	if (stage_dice(6) == 0)
		append_to(owner, b, side, item);
}

/* Somebody in the list of this owner. NOBODY. */
static int any_item(int owner, bond b, int side)
{
	kin_list list;

	if (!ready_list(owner, b, side) || stage.things[owner].state == KIN_DELETED)
		return NOBODY;
	list = *(const kin_list *)kin_session_load(stage.things[owner].object, bonds[b].sides[side].list);
	if (list.count == 0)
		return NOBODY;
	const void *object = list.items[stage_dice((uint32_t)list.count)];
	int item = stage_find(object);
	if (item == NOBODY && (kin_state_of(object) == KIN_PENDING || kin_state_of(object) == KIN_PERSISTENT))
		item = stage_meet(bonds[b].sides[1 - side].sort, object);
	if (!is_usable(item) || (stage_is_loaded(item, b, 1 - side) && !stage_has(item, b, 1 - side, owner)))
		return NOBODY; /* a rollback has left but one of them that knows of the other */
	return item;
}

static void take_out(sort k)
{
	int side;
	bond b = any_bond(&side);
	int owner = stage_pick(bonds[b].sides[side].sort, TRANSIENT_ | PENDING_ | PERSISTENT_, stage_any);
	int item = owner == NOBODY ? NOBODY : any_item(owner, b, side);

	(void)k;
	if (item == NOBODY)
		return;
	take_from(owner, b, side, item);
	if (stage_dice(4) == 0 && may_join(owner, b, side, item))
		append_to(owner, b, side, item);
}

static void clear_and_fill(sort k)
{
	int side, item;
	bond b = any_bond(&side);
	int owner = stage_pick(bonds[b].sides[side].sort, TRANSIENT_ | PENDING_ | PERSISTENT_, stage_any);

	(void)k;
	if (owner == NOBODY)
		return;
	for (int n = 0; n < 20 && (item = any_item(owner, b, side)) != NOBODY; n++)
		take_from(owner, b, side, item);
	for (uint32_t n = stage_dice(3); n > 0; n--) {
		item = stage_pick(bonds[b].sides[1 - side].sort, TRANSIENT_ | PENDING_ | PERSISTENT_, stage_any);
		if (item != NOBODY && ready_list(owner, b, side) && may_join(owner, b, side, item))
			append_to(owner, b, side, item);
	}
}

/* From one song to another, whose list may not be loaded: there is no flush between the two. */
static void move(sort k)
{
	int owner = stage_pick(SONG, PENDING_ | PERSISTENT_, stage_any), to = stage_pick(SONG, PENDING_ | PERSISTENT_, stage_any);
	int item = owner == NOBODY ? NOBODY : any_item(owner, VERSES, LEFT);

	(void)k;
	if (item == NOBODY || owner == to || !is_usable(to) || !is_usable(owner))
		return;
	take_from(owner, VERSES, LEFT, item);
	append_to(to, VERSES, LEFT, item);
}

/* ---- transactions ---- */

static void flush_and_check(sort k)
{
	(void)k;
	SAY("flush");
	flush();
	stage_check();
}

static void commit(sort k)
{
	bool whole = stage.depth == 0;

	(void)k;
	SAY("commit at %d", stage.depth);
	MUST(kin_commit(stage.session) == KIN_OK, "the commit failed");
	MUST(stage_calls(SESSION_EVENT + KIN_BEFORE_COMMIT, NULL) == whole && stage_calls(SESSION_EVENT + KIN_AFTER_COMMIT, NULL) == whole,
	     "hooks of a commit");
	stage_flush();
	stage_commit();
	stage_check();
}

static void roll_back(sort k)
{
	bool whole = stage.depth == 0 && stage.session->in_transaction;

	(void)k;
	SAY("rollback at %d", stage.depth);
	stage_forget_calls();
	MUST(kin_rollback(stage.session) == KIN_OK, "the rollback failed");
	MUST(stage_calls(SESSION_EVENT + KIN_AFTER_ROLLBACK, NULL) == whole, "hooks of a rollback");
	stage_rollback();
	stage_check();
	stage_forget_calls();
}

static void nest(sort k)
{
	(void)k;
	if (stage.depth == LEVELS)
		return;
	SAY("savepoint %d", stage.depth + 1);
	MUST(kin_begin_nested(stage.session) == KIN_OK, "the savepoint failed");
	stage_flush();
	stage_save(++stage.depth);
}

/* ---- forgetting ---- */

/* Whatever is unsaved of its ties was told by it. */
static bool has_own_changes(int i)
{
	for (int n = 0; n < stage.tie_count; n++) {
		const tie *t = &stage.ties[n];
		int side = t->ends[LEFT] == i ? LEFT : RIGHT;
		if (t->ends[side] != i || t->seen == t->now)
			continue;
		if (t->ends[LEFT] == t->ends[RIGHT] || t->told != 1u << side)
			return false;
	}
	return true;
}

static void drop_edits(int i)
{
	stage.things[i].seen = stage.things[i].now;
	stage.things[i].deleted = false;
	for (int n = 0; n < stage.tie_count; n++)
		if (stage.ties[n].ends[LEFT] == i || stage.ties[n].ends[RIGHT] == i)
			stage.ties[n].seen = stage.ties[n].now;
}

/* One with a row, which may have unsaved changes. */
static int any_to_forget(sort k)
{
	int i;

	if (k == SONG || stage_dice(2))
		flush();
	i = stage_pick(k, PERSISTENT_, stage_any);
	if (i != NOBODY && !has_own_changes(i))
		flush();
	return i == NOBODY || !stage_is(i, PERSISTENT_) || stage.things[i].deleted ? NOBODY : i;
}

static void refresh(sort k)
{
	int i = any_to_forget(k);

	if (i == NOBODY)
		return;
	SAY("refresh %d", i);
	int former = stage_calls(KIN_EVENT_refresh, stage.things[i].object);
	MUST(kin_refresh(stage.session, stage.things[i].object) == KIN_OK, "kin_refresh failed");
	MUST(!sorts[k].hears || stage_calls(KIN_EVENT_refresh, stage.things[i].object) == former + 1, "the refresh hook");
	drop_edits(i);
}

static void expire(sort k)
{
	int i = any_to_forget(k);

	if (i == NOBODY)
		return;
	SAY("expire %d", i);
	MUST(kin_expire(stage.session, stage.things[i].object) == KIN_OK, "kin_expire failed");
	drop_edits(i);
}

static void expire_all(sort k)
{
	(void)k;
	flush();
	SAY("expire all");
	MUST(kin_expire_all(stage.session) == KIN_OK, "kin_expire_all failed");
}

static void refresh_list(sort k)
{
	int side;
	bond b = any_bond(&side);

	(void)k;
	flush();
	int i = stage_pick(bonds[b].sides[side].sort, PERSISTENT_, stage_any);
	if (i == NOBODY)
		return;
	const size_t offsets[] = { offsetof(Mood, name), bonds[b].sides[side].list };
	SAY("refresh %s of %d", bonds[b].table, i);
	MUST(kin_session_refresh_members(stage.session, stage.things[i].object, offsets, 2) == KIN_OK, "kin_refresh_only failed");
	stage_check();
}

/* Lists of what was never added that show it must not be read any more. */
static void forget_who_has(int gone)
{
	for (int i = 0; i < stage.count; i++) {
		bool has = false;
		for (bond b = 0; b < BONDS; b++)
			for (int side = LEFT; side <= RIGHT; side++)
				has = has || (stage_is(i, TRANSIENT_) && stage_has(i, b, side, gone));
		if (has)
			stage.things[i].state = LOST;
	}
}

static void leave(int i)
{
	MUST(kin_state_of(stage.things[i].object) == KIN_DETACHED, "what was expunged is not detached");
	forget_who_has(i);
	stage.things[i].object = NULL;
	stage.things[i].born = false;
}

/* Those that follow it are known by then. */
static void meet_list(int i, bond b)
{
	kin_list list = stage_is_loaded(i, b, LEFT) ? *stage_list(i, b, LEFT) : (kin_list){ 0 };

	for (size_t n = 0; n < list.count; n++)
		if (stage_find(list.items[n]) == NOBODY && kin_state_of(list.items[n]) == KIN_PERSISTENT)
			stage_meet(bonds[b].sides[RIGHT].sort, list.items[n]);
}

/* Where nothing would have to be undone. */
static void expunge(sort k)
{
	if (stage.depth > 0)
		return;
	commit(k);
	int i = stage_pick(k, PERSISTENT_, stage_any);
	if (i == NOBODY)
		return;
	SAY("expunge %d", i);
	meet_list(i, VERSES);
	meet_list(i, PROPS);
	MUST(kin_expunge(stage.session, stage.things[i].object) == KIN_OK, "kin_expunge failed");
	for (int n = 0; n < stage.count; n++) { /* and what follows */
		if (n == i || !stage_is(n, PERSISTENT_ | TRANSIENT_) || !stage.things[n].object)
			continue;
		bool left = (stage_has(i, VERSES, LEFT, n) || stage_has(i, PROPS, LEFT, n)) && stage_is(n, PERSISTENT_);
		MUST(k != SONG || !left || kin_state_of(stage.things[n].object) == KIN_DETACHED, "what follows %d was not expunged: %d", i, n);
		if (kin_state_of(stage.things[n].object) == KIN_DETACHED)
			leave(n);
		else if (k == SONG && stage_is(n, TRANSIENT_) && (stage_has(i, PROPS, LEFT, n) || stage_has(i, VERSES, LEFT, n)))
			stage.things[n].state = LOST;
	}
	leave(i);
	MUST(kin_expire_all(stage.session) == KIN_OK, "kin_expire_all failed"); /* other lists show it still */
}

static void expunge_all(sort k)
{
	if (stage.depth > 0)
		return;
	commit(k);
	SAY("expunge all");
	MUST(kin_expunge_all(stage.session) == KIN_OK, "kin_expunge_all failed");
	for (int i = 0; i < stage.count; i++) {
		thing *t = &stage.things[i];
		if (t->state == LOST)
			continue;
		if (t->object)
			MUST(kin_state_of(t->object) == (t->state == KIN_PERSISTENT ? KIN_DETACHED : KIN_TRANSIENT), "a state after kin_expunge_all");
		t->object = NULL;
		t->born = false;
		if (t->state != KIN_PERSISTENT)
			t->state = LOST;
	}
}

/* ---- merging ---- */

static void lists_become(int i, bond b, kin_list list)
{
	if (list.count == 0)
		return; /* not given */
	for (int n = 0; n < stage.tie_count; n++)
		if (stage.ties[n].bond == b && stage.ties[n].ends[LEFT] == i)
			stage.ties[n].seen = false;
	for (size_t n = 0; n < list.count; n++)
		stage_tie(b, i, stage_find(list.items[n]))->seen = true;
}

static bool has_row(int i)
{
	return stage_is(i, PERSISTENT_);
}

static given some_rows(sort k)
{
	given g = { 0 };

	for (uint32_t n = stage_dice(4); n > 0; n--) {
		int i = stage_pick(k, PERSISTENT_, has_row);
		if (i != NOBODY)
			g.items[g.count++] = stage.things[i].object;
	}
	return g;
}

/* A new object with the key of a row, or without one, and lists of what the session has. */
static void merge(sort k)
{
	char name[16];
	int32_t n = number();

	(void)k;
	flush();
	int i = stage_dice(4) ? stage_pick_row(SONG) : NOBODY;
	given moods = some_rows(MOOD), props = some_rows(PROP), covers = some_rows(SONG);
	snprintf(name, sizeof(name), "merged%u", ++names);
	Song *copy = kin_new(stage.session, Song, .id = i == NOBODY ? 0 : stage.things[i].now.id, .name = name, .n = n, .moods = GIVEN(Mood, moods),
	                     .props = GIVEN(Prop, props), .covers = GIVEN(Song, covers));
	kin_list lists[] = { *(kin_list *)&copy->moods, *(kin_list *)&copy->props, *(kin_list *)&copy->covers };
	thing *t = stage_add(SONG, copy, KIN_TRANSIENT);
	t->born = t->hand = t->copy = true;
	t->seen.id = copy->id;
	SAY("merge %d: %zu moods, %zu props, %zu covers", i, moods.count, props.count, covers.count);
	void *own = kin_session_merge(stage.session, &Song_model, copy, __FILE__, __LINE__);
	MUST(kin_errcode(stage.session) == KIN_OK && own != copy, "kin_merge failed");
	MUST(kin_state_of(copy) == KIN_TRANSIENT, "what was merged was changed");
	if (i != NOBODY) {
		MUST(stage_meet(SONG, own) == i, "kin_merge gave another one");
	} else {
		stage_add(SONG, own, KIN_PENDING)->born = true;
		i = stage.count - 1;
	}
	line *seen = &stage.things[i].seen;
	seen->named = true;
	snprintf(seen->name, sizeof(seen->name), "%s", name);
	seen->n = n;
	seen->mark = 0;
	lists_become(i, MOODS, lists[0]);
	lists_become(i, PROPS, lists[1]);
	lists_become(i, COVERS, lists[2]);
	for (int m = 0; m < stage.tie_count; m++)
		stage.ties[m].told |= stage.ties[m].seen != stage.ties[m].now ? 1u << LEFT | 1u << RIGHT : 0;
}

/* ---- asking ---- */

/* Whether a hook will change something after the flush that comes with a query, which does not see that. */
static bool is_late(void)
{
	for (int i = 0; i < stage.count; i++)
		if (stage_is(i, PENDING_) && stage.things[i].sort == SONG && stage_changes_late(stage.things[i].seen.n))
			return true;
	return false;
}

static void get(sort k)
{
	int i = stage_pick_row(k);
	int64_t id = i == NOBODY || stage_dice(5) == 0 ? 500000 + stage_dice(9) : stage.things[i].now.id;
	const void *object = NULL;

	switch (k) {
	case SONG: object = kin_get(stage.session, Song, id); break;
	case MOOD: object = kin_get(stage.session, Mood, id); break;
	case VERSE: object = kin_get(stage.session, Verse, id); break;
	case PROP: object = kin_get(stage.session, Prop, id); break;
	case SORTS: break;
	}
	SAY("get %s %lld", sorts[k].table, (long long)id);
	made_sure();
	i = stage_find_row(k, id);
	MUST(i != NOBODY || !object || kin_state_of(object) == KIN_DELETED, "kin_get found what is not there");
	MUST(i == NOBODY || object, "kin_get did not find %s %lld", sorts[k].table, (long long)id);
	if (i != NOBODY)
		stage_meet(k, object);
}

static void meet_all(sort k, const void *const *items, size_t got, int32_t least)
{
	size_t wanted = 0;

	for (int i = 0; i < stage.count; i++)
		wanted += stage_is(i, PERSISTENT_) && stage.things[i].sort == k && stage.things[i].now.n >= least;
	MUST(got == wanted, "%zu %s came, not %zu", got, sorts[k].table, wanted);
	for (size_t i = 0; i < got; i++)
		MUST(stage.things[stage_meet(k, items[i])].now.n >= least, "one that does not fit");
}

#define MEET(k, list) \
	do { \
		__typeof__(list) list_ = (list); \
		made_sure(); \
		meet_all(k, (const void *const *)list_.items, list_.count, least); \
	} while (0)

static void all_songs(int32_t least, uint32_t way)
{
	kin_session *s = stage.session;

	switch (way) {
	case 0: MEET(SONG, kin_all(s, Song, "n >= ?", least)); break;
	case 1: MEET(SONG, kin_all(s, Song, "n >= ? with joined moods", least)); break;
	case 2: MEET(SONG, kin_all(s, Song, "n >= ? with subquery moods, verses", least)); break;
	case 3: MEET(SONG, kin_all(s, Song, "n >= ? with selectin verses, selectin covers.moods", least)); break;
	case 4: MEET(SONG, kin_all(s, Song, "n >= ? with joined props.songs", least)); break;
	case 5: MEET(SONG, kin_all(s, Song, "n >= ? with immediate covered, joined verses", least)); break;
	}
}

static void all(sort k)
{
	int32_t least = number();
	uint32_t way = stage_dice(6);

	if (stage_dice(2) || is_late())
		flush();
	SAY("all %s from %d, way %u", sorts[k].table, least, way);
	if (k == SONG)
		all_songs(least, way);
	else if (k == MOOD && way < 2)
		MEET(k, kin_all(stage.session, Mood, "n >= ? with joined songs", least));
	else if (k == MOOD && way < 4)
		MEET(k, kin_all(stage.session, Mood, "n >= ? with subquery songs.verses", least));
	else if (k == MOOD)
		MEET(k, kin_all(stage.session, Mood, "n >= ?", least));
	else if (k == PROP && way < 3)
		MEET(k, kin_all(stage.session, Prop, "n >= ? with selectin songs", least));
	else if (k == PROP)
		MEET(k, kin_all(stage.session, Prop, "n >= ?", least));
	else
		MEET(k, kin_all(stage.session, Verse, "n >= ?", least));
	stage_check();
}

static void count_through(sort k)
{
	int32_t least = number();
	int64_t fits = kin_count(stage.session, Song, "moods.n >= ?", least), none = kin_count(stage.session, Song, "verses is null");
	int wanted = 0, empty = 0;

	(void)k;
	SAY("count from %d", least);
	made_sure();
	for (int i = 0; i < stage.count; i++) {
		bool one = false, verse = false;
		if (!stage_is(i, PERSISTENT_) || stage.things[i].sort != SONG)
			continue;
		for (int n = 0; n < stage.tie_count; n++) {
			const tie *t = &stage.ties[n];
			one = one || (t->now && t->bond == MOODS && t->ends[LEFT] == i && stage.things[t->ends[RIGHT]].now.n >= least);
			verse = verse || (t->now && t->bond == VERSES && t->ends[LEFT] == i);
		}
		wanted += one;
		empty += !verse;
	}
	MUST(fits == wanted && none == empty, "counted %lld and %lld, not %d and %d", (long long)fits, (long long)none, wanted, empty);
}

static void lazy(sort k)
{
	int side;
	bond b = any_bond(&side);
	int i = stage_pick(bonds[b].sides[side].sort, PERSISTENT_, stage_any);

	(void)k;
	if (i == NOBODY)
		return;
	SAY("load %s of %d", bonds[b].table, i);
	kin_session_load(stage.things[i].object, bonds[b].sides[side].list);
	made_sure();
	stage_check();
}

static void walk_stream(sort k)
{
	int rows = 0, wanted = 0;

	(void)k;
	SAY("stream");
	flush();
	kin_stream(stage.session, Song, song, "with moods") {
		int i = stage_find_row(SONG, song->id);
		size_t moods = 0;
		MUST(i != NOBODY && stage.things[i].now.n == song->n && song->loads == 1, "the stream gave something else");
		for (int n = 0; n < stage.tie_count; n++)
			moods += stage.ties[n].bond == MOODS && stage.ties[n].now && stage.ties[n].ends[LEFT] == i;
		MUST(song->moods.count == moods, "the stream gave %zu moods, not %zu", song->moods.count, moods);
		rows++;
	}
	made_sure();
	for (int i = 0; i < stage.count; i++)
		wanted += stage_is(i, PERSISTENT_) && stage.things[i].sort == SONG;
	MUST(rows == wanted, "the stream gave %d, not %d", rows, wanted);
}

/* ---- many at once: no hook is called, no version counted ---- */

static void update_where(sort k)
{
	int32_t which = number(), more = (int32_t)stage_dice(3);
	int wanted = 0;

	flush();
	SAY("update %s: n by %d where n = %d", sorts[k].table, more, which);
	int64_t changed = k == SONG ? kin_update(stage.session, Song, "n = n + ? where n = ?", more, which)
	                            : kin_update(stage.session, Prop, "n = n + ? where n = ?", more, which);
	for (int i = 0; i < stage.count; i++) {
		thing *t = &stage.things[i];
		if (!stage_is(i, PERSISTENT_) || t->sort != k || t->now.n != which)
			continue;
		wanted++;
		t->now.n += more;
		t->seen = t->now;
	}
	MUST(changed == wanted, "%lld rows were updated, not %d", (long long)changed, wanted);
	flush();
	stage_check();
}

static void delete_where(sort k)
{
	int32_t which = number();
	int wanted = 0;

	(void)k;
	flush();
	SAY("delete moods of no song where n = %d", which);
	int64_t changed = kin_delete_where(stage.session, Mood, "n = ? and songs is null", which);
	for (int i = 0; i < stage.count; i++) {
		thing *t = &stage.things[i];
		bool tied = false;
		for (int n = 0; n < stage.tie_count; n++)
			tied = tied || (stage.ties[n].bond == MOODS && stage.ties[n].now && stage.ties[n].ends[RIGHT] == i);
		if (!stage_is(i, PERSISTENT_) || t->sort != MOOD || t->now.n != which || tied)
			continue;
		wanted++;
		t->state = KIN_DELETED;
		t->now.there = t->seen.there = false;
	}
	MUST(changed == wanted, "%lld rows were deleted, not %d", (long long)changed, wanted);
	stage_check();
}

/* ---- mistakes ---- */

static const int refusing[] = {
	KIN_EVENT_before_insert, KIN_EVENT_after_insert, KIN_EVENT_before_update, KIN_EVENT_after_update, KIN_EVENT_before_delete,
	KIN_EVENT_after_delete, KIN_EVENT_validate, SESSION_EVENT + KIN_BEFORE_FLUSH, SESSION_EVENT + KIN_AFTER_FLUSH, SESSION_EVENT + KIN_BEFORE_COMMIT,
};

/* Something for each hook to say no to. */
static void give_reason(int song, int verse)
{
	((Song *)edit(song))->n = 500;
	((Song *)edit(song))->name = "other";
	kin_add(stage.session, kin_new(stage.session, Prop, .name = "prop"));
	kin_delete(stage.session, stage.things[verse].object);
}

/* No, what sticks after it, and the way back. */
static void refuse(sort k)
{
	uint32_t which = stage_dice(12);
	int code = KIN_ECHECK;

	flush();
	int song = stage_pick(SONG, PERSISTENT_, stage_any), verse = stage_pick(VERSE, PERSISTENT_, stage_any);
	if (song == NOBODY || verse == NOBODY)
		return;
	SAY("refuse %u", which);
	if (which < sizeof(refusing) / sizeof(refusing[0])) {
		give_reason(song, verse);
		stage.refuse = 1 + refusing[which];
	} else if (which == 10) {
		((Song *)edit(song))->name = "bad";
	} else {
		Verse *two = kin_new(stage.session, Verse, .name = "of two");
		kin_add(stage.session, kin_new(stage.session, Song, .name = "a", .verses = { (const Verse *[]){ two }, 1 }));
		kin_add(stage.session, kin_new(stage.session, Song, .name = "b", .verses = { (const Verse *[]){ two }, 1 }));
		code = KIN_EINVAL;
	}
	stage_forget_calls();
	bool commits = stage.refuse == 1 + SESSION_EVENT + KIN_BEFORE_COMMIT;
	if (commits && stage.depth > 0) { /* which is of the whole alone */
		stage.refuse = 0;
	} else {
		int rc = commits || stage_dice(2) ? kin_commit(stage.session) : kin_flush(stage.session);
		MUST(rc == code, "it gave %s", kin_errname(rc));
		MUST(kin_flush(stage.session) == code && kin_commit(stage.session) == code, "the error did not stick");
		MUST(stage_calls(SESSION_EVENT + KIN_AFTER_COMMIT, NULL) == 0, "what was not committed was said to be");
	}
	stage.refuse = 0;
	bool whole = stage.depth == 0;
	stage_forget_calls();
	SAY("rollback at %d", stage.depth);
	MUST(kin_rollback(stage.session) == KIN_OK, "the rollback failed");
	MUST(stage_calls(SESSION_EVENT + KIN_AFTER_ROLLBACK, NULL) <= whole, "hooks of a rollback");
	stage_rollback();
	stage_check();
	stage_forget_calls();
	(void)k;
}

/* ---- worlds ---- */

/* What is not committed is gone; so are all objects. */
static void other_session(sort k)
{
	static int places[THINGS];
	int kept = 0, ties = 0;

	(void)k;
	SAY("another session");
	kin_free(stage.session);
	stage.depth = 0;
	for (int i = 0; i < stage.count; i++)
		places[i] = stage.things[i].saved[0].there ? kept++ : NOBODY;
	for (int i = 0; i < stage.count; i++)
		if (places[i] != NOBODY) {
			line row = stage.things[i].saved[0];
			stage.things[places[i]] = (thing){ .sort = stage.things[i].sort, .state = KIN_PERSISTENT, .now = row, .seen = row, .saved = { row } };
		}
	for (int n = 0; n < stage.tie_count; n++) {
		const tie t = stage.ties[n];
		if (t.saved[0])
			stage.ties[ties++] = (tie){ .bond = t.bond, .ends = { places[t.ends[LEFT]], places[t.ends[RIGHT]] }, .seen = true, .now = true, .saved = { true } };
	}
	stage.count = kept;
	stage.tie_count = ties;
	stage.session = kin_session_new(stage.db);
	stage_listen();
	stage_forget_calls();
}

/* Keeps the world small. */
static void thin_out(sort k)
{
	int rows = 0;

	for (int i = 0; i < stage.count; i++)
		rows += stage_is(i, PERSISTENT_) && stage.things[i].sort == k;
	for (; rows > sorts[k].enough; rows--)
		delete_one(k);
}

static const struct step {
	void   (*run)(sort k);
	uint32_t weight;
	unsigned sorts;
} deck[] = {
	{ make, 16, 15 }, { add_one, 4, 15 }, { change, 10, 15 }, { append, 24, 1 }, { take_out, 14, 1 }, { clear_and_fill, 3, 1 }, { move, 5, 1 },
	{ delete_one, 6, 15 }, { undelete, 2, 15 }, { flush_and_check, 5, 1 }, { commit, 6, 1 }, { roll_back, 4, 1 }, { nest, 4, 1 }, { refresh, 4, 15 },
	{ expire, 4, 15 }, { expire_all, 1, 1 }, { refresh_list, 3, 1 }, { merge, 4, 1 }, { expunge, 2, 15 }, { expunge_all, 1, 1 }, { get, 6, 15 },
	{ all, 8, 15 }, { count_through, 2, 1 }, { lazy, 10, 1 }, { walk_stream, 1, 1 }, { update_where, 2, 9 }, { delete_where, 1, 1 }, { refuse, 2, 1 },
	{ thin_out, 4, 15 },
};

static void one_step(void)
{
	uint32_t sum = 0, at;
	const struct step *step = deck;

	for (size_t i = 0; i < sizeof(deck) / sizeof(deck[0]); i++)
		sum += deck[i].weight;
	for (at = stage_dice(sum); at >= step->weight; step++)
		at -= step->weight;
	sort k = stage_dice(SORTS);
	while (!((step->sorts >> k) & 1))
		k = (k + 1) % SORTS;
	step->run(k);
}

static void begin_world(void)
{
	stage.count = stage.tie_count = stage.depth = stage.refuse = 0;
	stage.db = test_open_with(stage_tables);
	stage.session = kin_session_new(stage.db);
	CHECK_OK(stage.session);
	stage_listen();
	stage_forget_calls();
	SAY("KIN_SEED=%llu", (unsigned long long)stage.seed);
}

TEST(random_lists_and_hooks_do_what_plain_arrays_say)
{
	const char *scale = getenv("KIN_SCALE");
	long most = (scale ? strtol(scale, NULL, 10) : 100) * 500;
	time_t end = time(NULL) + 15;

	stage.seed = kin_test_seed("random lists");
	stage.telling = getenv("KIN_TRACE") != NULL;
	for (long total = 0; total < most && (scale || time(NULL) < end); total += stage.step, stage.seed++) {
		stage_seed(stage.seed);
		names = hands = 0;
		begin_world();
		long length = stage_dice(10) == 0 ? 2000 : 250;
		for (stage.step = 0; stage.step < length; stage.step++) {
			one_step();
			if (stage_dice(300) == 0 || stage.count > THINGS - 100 || stage.tie_count > TIES - 1000)
				other_session(SONG);
		}
		kin_free(stage.session);
		kin_db_close(stage.db);
		stage.session = NULL;
	}
}
