/* load.c - all pets: kept, or looked at one after the other. */
#include "naive.h"

void load_pets(sqlite3 *db, pet_list *list)
{
	sqlite3_stmt *statement = prepare(db, "select id, name, species, owner_id from pets");

	while (step(statement))
		pets_add(list, read_pet(statement, 0));
	sqlite3_finalize(statement);
}

void load(bench_run *run)
{
	sqlite3 *db = open_database(run);
	pet_list list = { 0 };

	bench_start(run);
	load_pets(db, &list);
	for (size_t i = 0; i < list.count; i++)
		touch_pet(run, list.items[i]);
	bench_stop(run);
}

void stream(bench_run *run)
{
	sqlite3 *db = open_database(run);

	bench_start(run);
	sqlite3_stmt *statement = prepare(db, "select id, name, species, owner_id from pets");
	while (step(statement)) {
		pet *p = read_pet(statement, 0);
		touch_pet(run, p);
		free_pet(p);
	}
	sqlite3_finalize(statement);
	bench_stop(run);
}
