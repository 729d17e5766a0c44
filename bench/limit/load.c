/* load.c - all pets: kept, or looked at one after the other. */
#include "limit.h"

static const char *value_text(sqlite3_value *value, arena *texts)
{
	const unsigned char *text = sqlite3_value_text(value);

	return arena_text(texts, text, sqlite3_value_bytes(value));
}

static void keep_pet(sqlite3_context *context, int count, sqlite3_value **values)
{
	pet_list *list = SINK(context);
	pet *p = pets_add(list);

	(void)count;
	p->id = sqlite3_value_int64(values[0]);
	p->name = value_text(values[1], &list->texts);
	p->species = value_text(values[2], &list->texts);
	p->has_owner = sqlite3_value_type(values[3]) != SQLITE_NULL;
	p->owner_id = sqlite3_value_int64(values[3]);
	p->owner = NULL;
}

void load_pets(sqlite3 *db, pet_list *list)
{
	set_sink(db, keep_pet, list);
	execute(db, "select sink(id, name, species, owner_id) from pets");
}

void load(bench_run *run)
{
	sqlite3 *db = open_database(run);
	pet_list list = { 0 };

	bench_start(run);
	load_pets(db, &list);
	for (size_t i = 0; i < list.count; i++)
		touch_pet(run, &list.items[i]);
	bench_stop(run);
}

static void look_at_pet(sqlite3_context *context, int count, sqlite3_value **values)
{
	pet p = {
		.id = sqlite3_value_int64(values[0]),
		.name = (const char *)sqlite3_value_text(values[1]),
		.species = (const char *)sqlite3_value_text(values[2]),
		.has_owner = sqlite3_value_type(values[3]) != SQLITE_NULL,
		.owner_id = sqlite3_value_int64(values[3]),
	};

	(void)count;
	touch_pet(SINK(context), &p);
}

void stream(bench_run *run)
{
	sqlite3 *db = open_database(run);

	bench_start(run);
	set_sink(db, look_at_pet, run);
	execute(db, "select sink(id, name, species, owner_id) from pets");
	bench_stop(run);
}
