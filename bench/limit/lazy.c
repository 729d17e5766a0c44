/* lazy.c - 2,000 owners, then each one's pets by a statement of its own. */
#include "limit.h"

static void load_owners(sqlite3 *db, owner_list *list)
{
	sqlite3_stmt *statement = prepare(db, "select id, name from owners order by id limit 2000");

	while (step(statement)) {
		owner *o = owners_add(list);
		const unsigned char *name = sqlite3_column_text(statement, 1);
		o->id = sqlite3_column_int64(statement, 0);
		o->name = arena_text(&list->texts, name, sqlite3_column_bytes(statement, 1));
	}
}

void lazy(bench_run *run)
{
	sqlite3 *db = open_database(run);
	owner_list owned = { 0 };
	pet_list list = { 0 };

	bench_start(run);
	execute(db, "begin");
	load_owners(db, &owned);
	sqlite3_stmt *statement = prepare(db, "select id, name, species, owner_id from pets where owner_id = ?");
	for (size_t i = 0; i < owned.count; i++) {
		owner *o = &owned.items[i];
		bench_touch(run, bench_owner_sum(o->id, o->name));
		sqlite3_bind_int64(statement, 1, o->id);
		while (step(statement)) {
			pet *p = pets_add(&list);
			read_pet(statement, &list.texts, p);
			touch_pet(run, p);
		}
		sqlite3_reset(statement);
	}
	execute(db, "commit");
	bench_stop(run);
}
