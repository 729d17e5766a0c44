/* random_link_model.c - what must come of a program's operations on songs: flushes, commits and rollbacks of plain arrays. */
#include "random_link.h"

/* ---- the models, whose hooks write down that they were called ---- */

static int heard(kin_session *session, const void *object, int event)
{
	MUST(stage.call_count < CALLS, "too many calls of hooks");
	stage.calls[stage.call_count++] = (call){ .event = event, .object = object };
	if (stage.refuse == 1 + event)
		return kin_fail(session, KIN_ECHECK, "it is refused");
	return 0;
}

#define HEARS(Model) \
	static int load_##Model(kin_session *s, Model *m) { m->loads++; return heard(s, m, KIN_EVENT_load); } \
	static int refresh_##Model(kin_session *s, Model *m) { return heard(s, m, KIN_EVENT_refresh); } \
	static int before_insert_##Model(kin_session *s, Model *m) { m->mark = m->n + 1000; return heard(s, m, KIN_EVENT_before_insert); } \
	static int before_update_##Model(kin_session *s, Model *m) { m->mark = m->n + 2000; return heard(s, m, KIN_EVENT_before_update); } \
	static int before_delete_##Model(kin_session *s, Model *m) { return heard(s, m, KIN_EVENT_before_delete); } \
	static int after_update_##Model(kin_session *s, Model *m) { return heard(s, m, KIN_EVENT_after_update); } \
	static int after_delete_##Model(kin_session *s, Model *m) { return heard(s, m, KIN_EVENT_after_delete); } \
	static int check_name_##Model(kin_session *s, const Model *m) \
	{ \
		return m->name && strcmp(m->name, "bad") == 0 ? kin_fail(s, KIN_ECHECK, "not a name") : heard(s, m, KIN_EVENT_validate); \
	} \
	static int after_insert_##Model(kin_session *s, Model *m)

#define HEARD(Model) \
	do { \
		kin_on(load, load_##Model); \
		kin_on(refresh, refresh_##Model); \
		kin_on(before_insert, before_insert_##Model); \
		kin_on(before_update, before_update_##Model); \
		kin_on(before_delete, before_delete_##Model); \
		kin_on(after_insert, after_insert_##Model); \
		kin_on(after_update, after_update_##Model); \
		kin_on(after_delete, after_delete_##Model); \
		kin_validate(name, check_name_##Model); \
	} while (0)

/* The next flush writes what a hook changes after one. */
bool stage_changes_late(int32_t n)
{
	return n % 7 == 3;
}

HEARS(Song)
{
	if (stage_changes_late(m->n))
		kin_edit(s, Song, m)->n++;
	return heard(s, m, KIN_EVENT_after_insert);
}

HEARS(Verse) { return heard(s, m, KIN_EVENT_after_insert); }
HEARS(Prop) { return heard(s, m, KIN_EVENT_after_insert); }

KIN_MODEL(Song, "songs") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(n);
	kin_column(mark);
	kin_column(revision);
	kin_version(revision);
	kin_many_to_many(moods, Mood, .through = "song_moods", .backref = "songs");
	kin_many_to_many(verses, Verse, .through = "song_verses", .single_parent = true, .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
	kin_many_to_many(props, Prop, .through = "song_props", .backref = "songs", .lazy = KIN_SELECTIN, .cascade = KIN_CASCADE_ALL);
	kin_many_to_many(covers, Song, .through = "song_covers", .backref = "covered");
	kin_many_to_many(covered, Song, .through = "song_covers");
	HEARD(Song);
}

KIN_MODEL(Mood, "moods") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(n);
	kin_column(mark);
	kin_many_to_many(songs, Song, .through = "song_moods");
}

KIN_MODEL(Verse, "verses") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(n);
	kin_column(mark);
	HEARD(Verse);
}

KIN_MODEL(Prop, "props") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(n);
	kin_column(mark);
	kin_many_to_many(songs, Song, .through = "song_props", .cascade = KIN_CASCADE_NONE);
	HEARD(Prop);
}

#define COLUMNS "id INTEGER NOT NULL PRIMARY KEY, name VARCHAR, n INTEGER NOT NULL, mark INTEGER NOT NULL"
#define BETWEEN(table, a, a_table, b, b_table) \
	"CREATE TABLE " table " (" a " BIGINT NOT NULL REFERENCES " a_table " (id), " b " BIGINT NOT NULL REFERENCES " b_table " (id), " \
	"PRIMARY KEY (" a ", " b "));"

const char stage_tables[] =
	"CREATE TABLE songs (" COLUMNS ", revision INTEGER NOT NULL);"
	"CREATE TABLE moods (" COLUMNS ");"
	"CREATE TABLE verses (" COLUMNS ");"
	"CREATE TABLE props (" COLUMNS ");"
	BETWEEN("song_moods", "song_id", "songs", "mood_id", "moods")
	BETWEEN("song_verses", "song_id", "songs", "verse_id", "verses")
	BETWEEN("song_props", "song_id", "songs", "prop_id", "props")
	BETWEEN("song_covers", "song_id", "songs", "covers_id", "songs");

const sort_info sorts[SORTS] = {
	[SONG] = { "songs", &Song_model, true, 12 },
	[MOOD] = { "moods", &Mood_model, false, 8 },
	[VERSE] = { "verses", &Verse_model, true, 12 },
	[PROP] = { "props", &Prop_model, true, 8 },
};

const bond_info bonds[BONDS] = {
	[MOODS] = { "song_moods", { { SONG, offsetof(Song, moods), true, false, "song_id" }, { MOOD, offsetof(Mood, songs), true, false, "mood_id" } } },
	[VERSES] = { "song_verses", { { SONG, offsetof(Song, verses), true, true, "song_id" }, { VERSE, 0, false, false, "verse_id" } } },
	[PROPS] = { "song_props", { { SONG, offsetof(Song, props), true, true, "song_id" }, { PROP, offsetof(Prop, songs), false, false, "prop_id" } } },
	[COVERS] = { "song_covers", { { SONG, offsetof(Song, covers), true, false, "song_id" }, { SONG, offsetof(Song, covered), true, false, "covers_id" } } },
};

struct stage stage;
static uint64_t dice_state;

void stage_seed(uint64_t seed)
{
	stage.seed = seed;
	dice_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

uint32_t stage_dice(uint32_t sides)
{
	dice_state = dice_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((dice_state >> 33) % sides);
}

void stage_show(void)
{
	for (int i = 0; i < stage.count; i++) {
		const thing *t = &stage.things[i];
		if (t->state != LOST)
			fprintf(stderr, "  %d: %s state %d object %p id %lld name %s n %d%s%s%s%s\n", i, sorts[t->sort].table, t->state, t->object,
			        (long long)t->seen.id, t->seen.named ? t->seen.name : "NULL", t->seen.n, t->deleted ? " marked" : "",
			        t->now.there ? " row" : "", t->saved[0].there ? " committed" : "", t->let_go ? " let go" : "");
	}
	for (int i = 0; i < stage.tie_count; i++) {
		const tie *t = &stage.ties[i];
		if (t->seen || t->now || t->saved[0])
			fprintf(stderr, "  %s: %d and %d%s%s%s\n", bonds[t->bond].table, t->ends[LEFT], t->ends[RIGHT], t->seen ? " seen" : "",
			        t->now ? " row" : "", t->saved[0] ? " committed" : "");
	}
}

/* ---- things and ties ---- */

thing *stage_add(sort k, void *object, int state)
{
	MUST(stage.count < THINGS, "too many things for the model");
	thing *t = &stage.things[stage.count++];
	*t = (thing){ .sort = k, .state = state, .object = object };
	return t;
}

int stage_find(const void *object)
{
	for (int i = stage.count - 1; i >= 0; i--)
		if (stage.things[i].state != LOST && stage.things[i].object == object)
			return i;
	return NOBODY;
}

int stage_find_row(sort k, int64_t id)
{
	for (int i = stage.count - 1; i >= 0; i--)
		if (stage_is(i, PERSISTENT_) && stage.things[i].sort == k && stage.things[i].now.there && stage.things[i].now.id == id)
			return i;
	return NOBODY;
}

bool stage_any(int i)
{
	(void)i;
	return true;
}

int stage_pick(sort k, unsigned states, bool (*fits)(int))
{
	int found = NOBODY;
	uint32_t seen = 0;

	for (int i = 0; i < stage.count; i++)
		if (stage.things[i].sort == k && stage_is(i, states) && stage.things[i].object && !stage.things[i].deleted && fits(i) && stage_dice(++seen) == 0)
			found = i;
	return found;
}

int stage_pick_row(sort k)
{
	int found = NOBODY;
	uint32_t seen = 0;

	for (int i = 0; i < stage.count; i++)
		if (stage.things[i].sort == k && stage_is(i, PERSISTENT_) && stage.things[i].now.there && !stage.things[i].deleted && stage_dice(++seen) == 0)
			found = i;
	return found;
}

int stage_meet(sort k, const void *object)
{
	int i = stage_find_row(k, *id_at(object));

	MUST(i != NOBODY, "%s %lld came, which has no row", sorts[k].table, (long long)*id_at(object));
	MUST(kin_state_of(object) == KIN_PERSISTENT, "%s %lld came in state %d", sorts[k].table, (long long)*id_at(object), kin_state_of(object));
	if (!stage.things[i].object)
		stage.things[i].object = (void *)(uintptr_t)object;
	MUST(stage.things[i].object == object, "%s %lld has two objects", sorts[k].table, (long long)*id_at(object));
	return i;
}

tie *stage_tie(bond b, int left, int right)
{
	for (int i = 0; i < stage.tie_count; i++)
		if (stage.ties[i].bond == b && stage.ties[i].ends[LEFT] == left && stage.ties[i].ends[RIGHT] == right)
			return &stage.ties[i];
	MUST(stage.tie_count < TIES, "too many ties for the model");
	stage.ties[stage.tie_count] = (tie){ .bond = b, .ends = { left, right } };
	return &stage.ties[stage.tie_count++];
}

kin_list *stage_list(int i, bond b, int side)
{
	return (kin_list *)((uintptr_t)stage.things[i].object + bonds[b].sides[side].list);
}

bool stage_is_loaded(int i, bond b, int side)
{
	const thing *t = &stage.things[i];

	return t->object && t->sort == bonds[b].sides[side].sort && bonds[b].sides[side].list && kin_session_is_loaded(t->object, bonds[b].sides[side].list);
}

bool stage_has(int i, bond b, int side, int item)
{
	kin_list list = stage_is_loaded(i, b, side) ? *stage_list(i, b, side) : (kin_list){ 0 };

	for (size_t n = 0; n < list.count; n++)
		if (list.items[n] == stage.things[item].object)
			return true;
	return false;
}

bool stage_is_alone(int i)
{
	for (int n = 0; n < stage.tie_count; n++)
		if (stage.ties[n].bond == VERSES && stage.ties[n].ends[RIGHT] == i && (stage.ties[n].seen || stage.ties[n].now))
			return false;
	for (int n = 0; n < stage.count; n++)
		if (stage.things[n].sort == SONG && stage_is(n, TRANSIENT_) && stage_has(n, VERSES, LEFT, i))
			return false;
	return true;
}

/* What an object without a row has in a list can be tied to it. */
static bool list_fits(int i, bond b, int side)
{
	kin_list list = *stage_list(i, b, side);

	for (size_t n = 0; n < list.count; n++) {
		int item = stage_find(list.items[n]);
		if (!stage_is(item, TRANSIENT_ | PENDING_ | PERSISTENT_) || stage.things[item].deleted)
			return false;
		if (b == VERSES) {
			for (int k = 0; k < stage.tie_count; k++)
				if (stage.ties[k].bond == VERSES && stage.ties[k].ends[RIGHT] == item && stage.ties[k].ends[LEFT] != i &&
				    (stage.ties[k].seen || stage.ties[k].now))
					return false;
			for (int k = 0; k < stage.count; k++)
				if (k != i && stage.things[k].sort == SONG && stage_is(k, TRANSIENT_) && stage_has(k, VERSES, LEFT, item))
					return false;
		}
		if (stage_is(item, TRANSIENT_ | PENDING_) && bonds[b].sides[1 - side].list && !stage_has(item, b, 1 - side, i))
			return false; /* a rollback has left but one of them that knows of the other */
		if (stage_is(item, TRANSIENT_) && bonds[b].sides[side].saves && !stage.things[item].walked && !stage_fits(item))
			return false;
	}
	return true;
}

bool stage_fits(int i)
{
	static int nested;
	bool ok = !stage.things[i].copy;

	stage.things[i].walked = true;
	nested++;
	for (bond b = 0; b < BONDS && ok; b++)
		for (int side = LEFT; side <= RIGHT && ok; side++)
			if (stage_is_loaded(i, b, side) && stage.things[i].state == KIN_TRANSIENT)
				ok = list_fits(i, b, side);
	for (bond b = 0; b < BONDS && ok; b++) /* of what has a row, those that would follow */
		for (int side = LEFT; side <= RIGHT && ok; side++) {
			kin_list list = stage.things[i].state != KIN_TRANSIENT && stage_is_loaded(i, b, side) && bonds[b].sides[side].saves
			                ? *stage_list(i, b, side) : (kin_list){ 0 };
			for (size_t n = 0; n < list.count && ok; n++) {
				int item = stage_find(list.items[n]);
				if (item == NOBODY)
					ok = kin_state_of(list.items[n]) != KIN_TRANSIENT; /* nothing is known of it any more */
				else if (stage_is(item, TRANSIENT_) && !stage.things[item].walked)
					ok = stage_fits(item);
			}
		}
	if (--nested == 0)
		for (int n = 0; n < stage.count; n++)
			stage.things[n].walked = false;
	return ok;
}

/* ---- what comes of it ---- */

/* What an object's lists say is meant from now on. */
static void mean_lists(int i)
{
	for (bond b = 0; b < BONDS; b++)
		for (int side = LEFT; side <= RIGHT; side++) {
			kin_list list = stage_is_loaded(i, b, side) ? *stage_list(i, b, side) : (kin_list){ 0 };
			for (size_t n = 0; n < list.count; n++) {
				int item = stage_find(list.items[n]);
				if (stage_is(item, PENDING_ | PERSISTENT_))
					stage_tie_of(b, side, i, item)->seen = true;
			}
		}
}

static void become_pending(int i)
{
	stage.things[i].state = KIN_PENDING;
	stage.things[i].let_go = false;
}

/* What was transient and is reached. Their ties are meant when all of them are in. */
static void reach(int i)
{
	for (bond b = 0; b < BONDS; b++)
		for (int side = LEFT; side <= RIGHT; side++) {
			kin_list list = stage_is_loaded(i, b, side) && bonds[b].sides[side].saves ? *stage_list(i, b, side) : (kin_list){ 0 };
			for (size_t n = 0; n < list.count; n++) {
				int item = stage_find(list.items[n]);
				if (!stage_is(item, TRANSIENT_))
					continue;
				become_pending(item);
				stage.things[item].walked = true;
				reach(item);
			}
		}
}

void stage_follow(int i)
{
	if (stage.things[i].state == KIN_TRANSIENT) {
		become_pending(i);
		stage.things[i].walked = true;
	}
	reach(i);
	for (int n = 0; n < stage.count; n++)
		if (stage.things[n].walked)
			mean_lists(n);
	for (int n = 0; n < stage.count; n++)
		stage.things[n].walked = false;
}

static bool is_held(int verse)
{
	for (int n = 0; n < stage.tie_count; n++) {
		const tie *t = &stage.ties[n];
		if (t->bond == VERSES && t->ends[RIGHT] == verse && t->seen && !stage.things[t->ends[LEFT]].deleted)
			return true;
	}
	return false;
}

static bool was_let_go(int verse)
{
	for (int n = 0; n < stage.tie_count; n++) {
		const tie *t = &stage.ties[n];
		if (t->bond == VERSES && t->ends[RIGHT] == verse && t->now && !t->seen)
			return true;
	}
	return false;
}

/* Who has no song any more. */
static void find_orphans(void)
{
	for (int i = 0; i < stage.count; i++) {
		thing *t = &stage.things[i];
		if (t->sort != VERSE || !t->object || t->deleted || is_held(i))
			continue;
		if (t->state == KIN_PENDING && t->let_go)
			t->state = KIN_TRANSIENT;
		else if (t->state == KIN_PERSISTENT && was_let_go(i))
			t->deleted = true;
	}
}

/* Those that follow deleted songs. */
static void delete_along(void)
{
	for (int n = 0; n < stage.tie_count; n++) {
		const tie *t = &stage.ties[n];
		thing *owner = &stage.things[t->ends[LEFT]], *item = &stage.things[t->ends[RIGHT]];
		if (!t->seen || !bonds[t->bond].sides[LEFT].deletes || owner->state != KIN_PERSISTENT || !owner->deleted)
			continue;
		if (item->state == KIN_PERSISTENT)
			item->deleted = true;
		else if (item->state == KIN_PENDING)
			item->state = KIN_TRANSIENT;
	}
}

static bool stays(int i)
{
	return stage_is(i, PENDING_ | PERSISTENT_) && !stage.things[i].deleted;
}

static void settle_ties(void)
{
	for (int n = 0; n < stage.tie_count; n++) {
		tie *t = &stage.ties[n];
		t->seen = t->seen && stays(t->ends[LEFT]) && stays(t->ends[RIGHT]);
		t->now = t->seen;
		t->told = 0;
	}
}

/* ---- hooks ---- */

int stage_calls(int event, const void *object)
{
	int count = 0;

	for (int i = 0; i < stage.call_count; i++)
		count += stage.calls[i].event == event && (!object || stage.calls[i].object == object);
	return count;
}

void stage_forget_calls(void)
{
	stage.call_count = 0;
}

static int hear_session(kin_session *session, kin_session_event event, void *context)
{
	(void)context;
	return heard(session, NULL, SESSION_EVENT + (int)event);
}

void stage_listen(void)
{
	MUST(kin_session_on(stage.session, KIN_BEFORE_FLUSH | KIN_AFTER_FLUSH | KIN_AFTER_BEGIN | KIN_BEFORE_COMMIT | KIN_AFTER_COMMIT | KIN_AFTER_ROLLBACK,
	                    hear_session, NULL) == KIN_OK, "no hooks");
}

static const int written[] = {
	KIN_EVENT_before_insert, KIN_EVENT_after_insert, KIN_EVENT_before_update, KIN_EVENT_after_update, KIN_EVENT_before_delete,
	KIN_EVENT_after_delete, KIN_EVENT_validate,
};
static int expected[MODEL_EVENTS];

static void expect(int i, int event, int times)
{
	int called = stage_calls(event, stage.things[i].object);

	if (!sorts[stage.things[i].sort].hears)
		return;
	MUST(called == times, "hook %d had %d %d times, not %d", event, i, called, times);
	expected[event] += times;
}

/* Nobody else had them; and what a flush calls stands in its place. */
static void check_calls(void)
{
	int flushing = 0, after = 0;

	for (size_t n = 0; n < sizeof(written) / sizeof(written[0]); n++)
		MUST(stage_calls(written[n], NULL) == expected[written[n]], "hook %d was called %d times, not %d", written[n],
		     stage_calls(written[n], NULL), expected[written[n]]);
	for (int i = 0; i < stage.call_count; i++) {
		int event = stage.calls[i].event;
		if (event == SESSION_EVENT + KIN_BEFORE_FLUSH) {
			flushing = 1;
			after = 0;
		}
		if (event == SESSION_EVENT + KIN_AFTER_FLUSH) {
			MUST(flushing, "a flush ended that had not begun");
			flushing = 0;
		}
		bool before = event == KIN_EVENT_before_insert || event == KIN_EVENT_before_update || event == KIN_EVENT_before_delete || event == KIN_EVENT_validate;
		bool behind = event == KIN_EVENT_after_insert || event == KIN_EVENT_after_update || event == KIN_EVENT_after_delete;
		MUST(!(before || behind) || flushing, "hook %d outside of a flush", event);
		MUST(!before || !after, "hook %d behind one that is called after all is written", event);
		after |= behind;
	}
	stage_forget_calls();
}

static bool differs(const line *a, const line *b)
{
	return a->named != b->named || (a->named && strcmp(a->name, b->name) != 0) || a->n != b->n || a->mark != b->mark;
}

static bool name_differs(const line *a, const line *b)
{
	return a->named != b->named || (a->named && strcmp(a->name, b->name) != 0);
}

static void insert(int i)
{
	thing *t = &stage.things[i];
	int64_t id = *id_at(t->object);
	bool late = t->sort == SONG && stage_changes_late(t->seen.n);

	MUST(id != 0, "the database made no key");
	MUST(!t->hand || id == t->seen.id, "a key that was given changed");
	MUST(stage_find_row(t->sort, id) == NOBODY, "a key came twice");
	t->seen.id = id;
	t->seen.there = true;
	t->seen.revision = (t->seen.revision ? t->seen.revision : 1) + late;
	if (late)
		t->seen.n++;
	if (sorts[t->sort].hears)
		t->seen.mark = t->seen.n + (late ? 2000 : 1000);
	t->state = KIN_PERSISTENT;
	expect(i, KIN_EVENT_before_insert, 1);
	expect(i, KIN_EVENT_validate, 1);
	expect(i, KIN_EVENT_after_insert, 1);
	expect(i, KIN_EVENT_before_update, late);
	expect(i, KIN_EVENT_after_update, late);
}

static void update(int i)
{
	thing *t = &stage.things[i];

	if (!differs(&t->seen, &t->now) || !t->object)
		return;
	t->seen.revision++;
	if (sorts[t->sort].hears)
		t->seen.mark = t->seen.n + 2000;
	expect(i, KIN_EVENT_before_update, 1);
	expect(i, KIN_EVENT_validate, name_differs(&t->seen, &t->now));
	expect(i, KIN_EVENT_after_update, 1);
}

void stage_flush(void)
{
	memset(expected, 0, sizeof(expected));
	find_orphans();
	delete_along();
	settle_ties();
	for (int i = 0; i < stage.count; i++) {
		thing *t = &stage.things[i];
		t->let_go = false;
		if (t->state == KIN_PERSISTENT && t->deleted) {
			if (sorts[t->sort].hears && !t->object) { /* a cascade has loaded it */
				expected[KIN_EVENT_before_delete]++;
				expected[KIN_EVENT_after_delete]++;
			} else {
				expect(i, KIN_EVENT_before_delete, 1);
				expect(i, KIN_EVENT_after_delete, 1);
			}
			t->state = KIN_DELETED;
			t->now.there = t->seen.there = t->deleted = false;
			continue;
		}
		if (t->state == KIN_PENDING)
			insert(i);
		else if (t->state == KIN_PERSISTENT)
			update(i);
		else
			continue;
		t->now = t->seen;
	}
	check_calls();
}

/* A new object that has no row any more is as it stands. */
static void read_object(int i)
{
	thing *t = &stage.things[i];
	const char *name = *name_at(t->object);

	MUST(kin_state_of(t->object) == KIN_TRANSIENT, "%d is in state %d, not transient", i, kin_state_of(t->object));
	MUST(*id_at(t->object) == (t->hand ? t->seen.id : 0), "a key of the database's stayed: %lld", (long long)*id_at(t->object));
	t->seen.named = name != NULL;
	snprintf(t->seen.name, sizeof(t->seen.name), "%s", name ? name : "");
	t->seen.n = *n_at(t->object);
	t->seen.mark = *mark_at(t->object);
	t->seen.revision = t->sort == SONG ? ((const Song *)t->object)->revision : 0;
}

void stage_rollback(void)
{
	static int former[THINGS];

	for (int i = 0; i < stage.count; i++) {
		thing *t = &stage.things[i];
		former[i] = t->state;
		if (t->state == LOST)
			continue;
		t->now = t->saved[stage.depth];
		t->deleted = t->let_go = false;
		if (t->now.there) {
			t->state = KIN_PERSISTENT;
			t->seen = t->now;
		} else if (!t->object) {
			t->state = t->was_deleted[stage.depth] ? KIN_DELETED : LOST;
		} else {
			t->state = t->was_deleted[stage.depth] ? KIN_DELETED : KIN_TRANSIENT;
		}
	}
	for (int n = 0; n < stage.tie_count; n++) {
		tie *t = &stage.ties[n];
		t->seen = t->now = t->saved[stage.depth];
		t->told = 0;
	}
	for (int i = 0; i < stage.count; i++)
		if (stage_is(i, TRANSIENT_) && former[i] != KIN_TRANSIENT)
			read_object(i);
	if (stage.depth > 0)
		stage.depth--;
}

void stage_save(int level)
{
	for (int i = 0; i < stage.count; i++) {
		stage.things[i].saved[level] = stage.things[i].now;
		stage.things[i].was_deleted[level] = level > 0 && stage.things[i].state == KIN_DELETED;
	}
	for (int n = 0; n < stage.tie_count; n++)
		stage.ties[n].saved[level] = stage.ties[n].now;
}

void stage_commit(void)
{
	if (stage.depth > 0) {
		stage.depth--;
		return;
	}
	stage_save(0);
	for (int i = 0; i < stage.count; i++) {
		thing *t = &stage.things[i];
		if (t->state != KIN_DELETED)
			continue;
		MUST(!t->object || kin_state_of(t->object) == KIN_DETACHED, "what was deleted is not detached after the commit");
		t->state = LOST;
	}
}
