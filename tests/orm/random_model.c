/* random_model.c - what must come of a program's operations: flushes, commits and rollbacks of plain arrays. */
#include "random.h"

KIN_MODEL(Keeper, "keepers") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(n);
	kin_has_many(beasts, Beast, .backref = "keeper");
}

KIN_MODEL(Beast, "beasts") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(n);
	kin_column(keeper_id, .foreign_key = "keepers.id");
	kin_belongs_to(keeper, Keeper);
}

KIN_MODEL(Den, "dens") {
	kin_column(id, .primary_key = true);
	kin_column(name, .nullable = false, .unique = true);
	kin_column(n);
	kin_has_many(cubs, Cub, .backref = "den", .lazy = KIN_SUBQUERY, .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
}

KIN_MODEL(Cub, "cubs") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(n);
	kin_column(den_id, .foreign_key = "dens.id");
	kin_belongs_to(den, Den, .lazy = KIN_JOINED);
}

const char random_tables[] =
	"CREATE TABLE keepers (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR, n INTEGER NOT NULL);"
	"CREATE TABLE beasts (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR, n INTEGER NOT NULL, "
	"keeper_id BIGINT REFERENCES keepers (id));"
	"CREATE TABLE dens (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR NOT NULL UNIQUE, n INTEGER NOT NULL);"
	"CREATE TABLE cubs (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR, n INTEGER NOT NULL, "
	"den_id BIGINT NOT NULL REFERENCES dens (id));";

const kind_info kinds[KINDS] = {
	[KEEPER] = { "keepers", "0", &Keeper_model, offsetof(Keeper, beasts), false, BEAST, 8 },
	[BEAST] = { "beasts", "keeper_id", &Beast_model, offsetof(Beast, keeper), true, KEEPER, 16 },
	[DEN] = { "dens", "0", &Den_model, offsetof(Den, cubs), false, CUB, 6 },
	[CUB] = { "cubs", "den_id", &Cub_model, offsetof(Cub, den), true, DEN, 12 },
};

struct random_world world;
static uint64_t dice_state;

void world_seed(uint64_t seed)
{
	world.seed = seed;
	dice_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

uint32_t world_dice(uint32_t sides)
{
	dice_state = dice_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((dice_state >> 33) % sides);
}

void world_show(void)
{
	for (int i = 0; i < world.count; i++) {
		const entry *e = &world.entries[i];
		if (e->state != GONE)
			fprintf(stderr, "  %d: %s state %d object %p id %lld name %s n %d parent %d how %d listed %d%s%s%s\n", i,
			        kinds[e->kind].table, e->state, e->object, (long long)e->seen.id,
			        e->seen.named ? e->seen.name : "NULL", e->seen.n, e->seen.parent, (int)e->how, e->listed,
			        e->deleted ? " marked" : "", e->now.there ? " row" : "", e->saved[0].there ? " committed" : "");
	}
}

int world_find_object(const void *object)
{
	for (int i = world.count - 1; i >= 0; i--)
		if (world.entries[i].state != GONE && world.entries[i].object == object)
			return i;
	return NONE;
}

int world_find_row(kind k, int64_t id)
{
	for (int i = world.count - 1; i >= 0; i--)
		if (world.entries[i].state == KIN_PERSISTENT && world.entries[i].kind == k && world.entries[i].now.there && world.entries[i].now.id == id)
			return i;
	return NONE;
}

bool world_any(int i)
{
	(void)i;
	return true;
}

bool world_is_clean(int i) { return world.entries[i].how == STANDS && !world.entries[i].deleted && world.entries[i].state == KIN_PERSISTENT; }

/* A random entry with an object of these states (a set) that fits; NONE. */
int world_pick(kind k, unsigned states, bool (*fits)(int))
{
	int found = NONE, seen = 0;

	for (int i = 0; i < world.count; i++) {
		const entry *e = &world.entries[i];
		if (e->state == GONE || e->kind != k || !e->object || !((1u << e->state) & states) || e->deleted || !fits(i))
			continue;
		if (world_dice((uint32_t)++seen) == 0)
			found = i;
	}
	return found;
}

int world_pick_row(kind k)
{
	int found = NONE, seen = 0;

	for (int i = 0; i < world.count; i++)
		if (world.entries[i].state == KIN_PERSISTENT && world.entries[i].kind == k && world.entries[i].now.there && !world.entries[i].deleted &&
		    world_dice((uint32_t)++seen) == 0)
			found = i;
	return found;
}

entry *world_add(kind k, void *object, int of_state)
{
	BE(world.count < MOST, "too many objects for the model");
	entry *e = &world.entries[world.count++];
	*e = (entry){ .kind = k, .state = of_state, .object = object, .listed = NONE };
	e->seen.parent = e->now.parent = NONE;
	return e;
}

/* An object that kin returned is the row's, and the only one. */
int world_meet(kind k, const void *object)
{
	int i = world_find_row(k, *id_of(object));

	BE(i != NONE, "%s %lld came, which has no row", kinds[k].table, (long long)*id_of(object));
	BE(kin_state_of(object) == KIN_PERSISTENT, "%s %lld came, and is in state %d", kinds[k].table, (long long)*id_of(object), kin_state_of(object));
	if (!world.entries[i].object)
		world.entries[i].object = (void *)(uintptr_t)object;
	BE(world.entries[i].object == object, "%s %lld has two objects", kinds[k].table, (long long)*id_of(object));
	return i;
}

/* ---- what comes of it ---- */

/* Save-update: what an object reaches. */
void world_cascade(int i)
{
	entry *e = &world.entries[i];

	if (kinds[e->kind].child) {
		if (e->seen.parent != NONE && world.entries[e->seen.parent].state == KIN_TRANSIENT) {
			world.entries[e->seen.parent].state = KIN_PENDING;
			world_cascade(e->seen.parent);
		}
		return;
	}
	if (e->state != KIN_PENDING)
		return;
	for (size_t n = 0; n < e->list.count; n++) {
		int item = world_find_object(e->list.items[n]);
		if (world.entries[item].state == KIN_TRANSIENT) {
			world.entries[item].state = KIN_PENDING;
			world_cascade(item);
		}
	}
}

static void cascade_all(void)
{
	for (int i = 0; i < world.count; i++)
		if (world.entries[i].state == KIN_PENDING || (world.entries[i].state == KIN_PERSISTENT && world.entries[i].object && world.entries[i].how != STANDS && !world.entries[i].deleted))
			world_cascade(i);
}

void world_flush(void)
{
	cascade_all();
	for (int i = 0; i < world.count; i++) { /* what stands in a new parent's list is its */
		entry *e = &world.entries[i];
		if (e->state != KIN_PENDING || kinds[e->kind].child)
			continue;
		for (size_t n = 0; n < e->list.count; n++) {
			entry *item = &world.entries[world_find_object(e->list.items[n])];
			if (item->listed != i) {
				item->seen.parent = item->listed = i;
				item->how = LISTED;
			}
		}
	}
	for (int i = 0; i < world.count; i++) { /* orphans */
		entry *e = &world.entries[i];
		if (e->kind == CUB && e->object && e->seen.parent == NONE && e->state == KIN_PENDING)
			e->state = KIN_TRANSIENT;
		else if (e->kind == CUB && e->object && e->seen.parent == NONE && e->state == KIN_PERSISTENT)
			e->deleted = true;
	}
	for (int i = 0; i < world.count; i++) { /* what hangs on what is deleted */
		entry *parent = &world.entries[i];
		if (parent->state != KIN_PERSISTENT || !parent->deleted || kinds[parent->kind].child)
			continue;
		for (int n = 0; n < world.count; n++) {
			entry *e = &world.entries[n];
			if (e->state == GONE || e->kind != kinds[parent->kind].other || e->seen.parent != i ||
			    !((1u << e->state) & (P | R)))
				continue;
			if (e->kind == BEAST)
				e->seen.parent = NONE;
			else if (e->state == KIN_PENDING)
				e->state = KIN_TRANSIENT;
			else
				e->deleted = true;
		}
	}
	for (int i = 0; i < world.count; i++) {
		entry *e = &world.entries[i];
		if (e->state == KIN_PENDING) {
			int64_t id = *id_of(e->object);
			BE(id != 0, "the database made no key");
			BE(!e->hand || id == e->seen.id, "a key that was given changed");
			BE(world_find_row(e->kind, id) == NONE, "a key came twice");
			e->seen.id = id;
			e->seen.there = true;
			e->state = KIN_PERSISTENT;
		} else if (e->state == KIN_PERSISTENT && e->deleted) {
			e->state = KIN_DELETED;
			e->now.there = e->seen.there = e->deleted = false;
			e->how = STANDS;
			continue;
		} else if (e->state != KIN_PERSISTENT) {
			continue;
		}
		e->now = e->seen;
		e->how = STANDS;
		e->listed = e->seen.parent;
	}
}

/* A new object that has no row any more is as it stands, for what a rollback leaves in it is not promised to the letter. */
static void read_transient(entry *e)
{
	if (kin_state_of(e->object) != KIN_TRANSIENT)
		BE(false, "%s %p is in state %d, not transient", kinds[e->kind].table, e->object, kin_state_of(e->object));
	BE(*id_of(e->object) == (e->hand ? e->seen.id : 0), "a key of the database's stayed: %lld", (long long)*id_of(e->object));
	const char *name = *name_of(e->object);
	e->seen.named = name != NULL;
	snprintf(e->seen.name, sizeof(e->seen.name), "%s", name ? name : "");
	e->seen.n = *n_of(e->object);
	e->deleted = false;
	e->how = ASSIGNED;
	if (!kinds[e->kind].child)
		return;
	const void *parent = *parent_of(e->kind, e->object);
	e->seen.parent = NONE;
	BE(parent != KIN_UNLOADED, "what has no row has nothing to load");
	if (!parent)
		e->seen.parent = key_of(e->kind, e->object) ? world_find_row(kinds[e->kind].other, key_of(e->kind, e->object)) : NONE;
	else
		e->seen.parent = world_find_object(parent);
	const void *known = *parent_of(e->kind, kin_instance_of(e->object)->tracked->snapshot);
	e->listed = known ? world_find_object(known) : NONE;
}

void world_rollback(void)
{
	static int former[MOST];

	for (int i = 0; i < world.count; i++) {
		entry *e = &world.entries[i];
		former[i] = e->state;
		if (e->state == GONE)
			continue;
		e->now = e->saved[world.depth];
		if (e->now.there) {
			e->state = KIN_PERSISTENT;
			e->seen = e->now;
			e->how = STANDS;
			e->deleted = false;
			e->listed = e->now.parent;
		} else if (!e->object && !e->was_deleted[world.depth]) {
			e->state = GONE;
		} else {
			e->state = e->was_deleted[world.depth] ? KIN_DELETED : KIN_TRANSIENT;
		}
	}
	for (int i = 0; i < world.count; i++)
		if (world.entries[i].state == KIN_TRANSIENT && former[i] != KIN_TRANSIENT)
			read_transient(&world.entries[i]);
	if (world.depth > 0)
		world.depth--;
}

void world_save(int level)
{
	for (int i = 0; i < world.count; i++) {
		world.entries[i].saved[level] = world.entries[i].now;
		world.entries[i].was_deleted[level] = level > 0 && world.entries[i].state == KIN_DELETED;
	}
}

void world_commit(void)
{
	if (world.depth > 0) {
		world.depth--;
		return;
	}
	world_save(0);
	for (int i = 0; i < world.count; i++)
		if (world.entries[i].state == KIN_DELETED) {
			BE(!world.entries[i].object || kin_state_of(world.entries[i].object) == KIN_DETACHED, "what was deleted is not detached after the commit");
			world.entries[i].state = GONE;
		}
}

void world_note_lists(void)
{
	for (int i = 0; i < world.count; i++)
		if (world.entries[i].state != GONE && world.entries[i].state <= KIN_PENDING && !kinds[world.entries[i].kind].child)
			world.entries[i].list = *list_of(world.entries[i].kind, world.entries[i].object);
}
