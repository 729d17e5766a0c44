/* eager.c - all owners with their pets: by one join, or by two scans that are put together here.
 *
 * The statement of the second scan has no condition: all owners are wanted, and a scan of all pets is three times
 * as fast as looking each owner's up through the index. */
#include "limit.h"

static void touch_all(bench_run *run, const owner_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const owner *o = &list->items[i];
		bench_touch(run, bench_owner_sum(o->id, o->name));
		for (size_t k = 0; k < o->pet_count; k++)
			touch_pet(run, o->pets[k]);
	}
}

/* ---- joined ---- */

/* Where each owner's pets begin is known when all are loaded, since the array of pets moves while it grows. */
static void hand_out_in_order(owner_list *owned, pet_list *list)
{
	pet **slots = bench_alloc(list->count, sizeof(*slots));
	pet *next = list->items;

	for (size_t i = 0; i < owned->count; i++) {
		owner *o = &owned->items[i];
		o->pets = slots;
		slots += o->pet_count;
		for (size_t k = 0; k < o->pet_count; k++, next++) {
			o->pets[k] = next;
			next->owner = o;
		}
	}
}

static const char *column_text(sqlite3_stmt *statement, int column, arena *texts)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	return arena_text(texts, text, sqlite3_column_bytes(statement, column));
}

static owner *add_owner(owner_list *list, int64_t id)
{
	owner *o = owners_add(list);

	o->id = id;
	o->pet_count = 0;
	return o;
}

static void add_pet(sqlite3_stmt *statement, pet_list *list, int64_t owner_id)
{
	pet *p = pets_add(list);

	p->id = sqlite3_column_int64(statement, 2);
	p->name = column_text(statement, 3, &list->texts);
	p->species = column_text(statement, 4, &list->texts);
	p->has_owner = true;
	p->owner_id = owner_id;
}

void eager_joined(bench_run *run)
{
	sqlite3 *db = open_database(run);
	owner_list owned = { 0 };
	pet_list list = { 0 };
	owner *last = NULL;

	bench_start(run);
	sqlite3_stmt *statement = prepare(db, "select o.id, o.name, p.id, p.name, p.species "
	                                      "from owners o left join pets p on p.owner_id = o.id order by o.id");
	while (step(statement)) {
		int64_t id = sqlite3_column_int64(statement, 0);
		if (!last || last->id != id) {
			last = add_owner(&owned, id);
			last->name = column_text(statement, 1, &owned.texts);
		}
		if (sqlite3_column_type(statement, 2) != SQLITE_NULL) {
			add_pet(statement, &list, id);
			last->pet_count++;
		}
	}
	hand_out_in_order(&owned, &list);
	touch_all(run, &owned);
	bench_stop(run);
}

/* ---- two scans ---- */

static void keep_owner(sqlite3_context *context, int count, sqlite3_value **values)
{
	owner_list *list = SINK(context);
	owner *o = add_owner(list, sqlite3_value_int64(values[0]));
	const unsigned char *name = sqlite3_value_text(values[1]);

	(void)count;
	o->name = arena_text(&list->texts, name, sqlite3_value_bytes(values[1]));
}

/* The owners are in the order of their keys, and mostly without gaps. */
static owner *find_owner(owner_list *list, int64_t id)
{
	size_t low = 0, high = list->count;
	int64_t guess = id - list->items[0].id;

	if (guess >= 0 && (size_t)guess < list->count && list->items[guess].id == id)
		return &list->items[guess];
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (list->items[middle].id == id)
			return &list->items[middle];
		if (list->items[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Count each owner's pets, give each owner a part of one array, fill it. */
static void hand_out(owner_list *owned, pet_list *list)
{
	pet **slots = bench_alloc(list->count, sizeof(*slots));

	for (size_t i = 0; i < list->count; i++) {
		pet *p = &list->items[i];
		p->owner = p->has_owner && owned->count > 0 ? find_owner(owned, p->owner_id) : NULL;
		if (p->owner)
			p->owner->pet_count++;
	}
	for (size_t i = 0; i < owned->count; i++) {
		owned->items[i].pets = slots;
		slots += owned->items[i].pet_count;
		owned->items[i].pet_count = 0;
	}
	for (size_t i = 0; i < list->count; i++) {
		owner *o = list->items[i].owner;
		if (o)
			o->pets[o->pet_count++] = &list->items[i];
	}
}

void eager_two_scans(bench_run *run)
{
	sqlite3 *db = open_database(run);
	owner_list owned = { 0 };
	pet_list list = { 0 };

	bench_start(run);
	execute(db, "begin");
	set_sink(db, keep_owner, &owned);
	execute(db, "select sink(id, name) from owners");
	load_pets(db, &list);
	hand_out(&owned, &list);
	touch_all(run, &owned);
	execute(db, "commit");
	bench_stop(run);
}
