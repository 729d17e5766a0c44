/* lazy.c - 2,000 owners, then each one's pets by a statement of its own. */
#include "naive.h"

void lazy(bench_run *run)
{
	sqlite3 *db = open_database(run);
	owner_list list = { 0 };

	bench_start(run);
	sqlite3_stmt *statement = prepare(db, "select id, name from owners order by id limit 2000");
	while (step(statement))
		owners_add(&list, read_owner(statement, 0));
	sqlite3_finalize(statement);

	statement = prepare(db, "select id, name, species, owner_id from pets where owner_id = ?");
	for (size_t i = 0; i < list.count; i++) {
		owner *o = list.items[i];
		touch_owner(run, o);
		sqlite3_bind_int64(statement, 1, o->id);
		while (step(statement))
			owner_add_pet(o, read_pet(statement, 0));
		sqlite3_reset(statement);
		for (size_t k = 0; k < o->pet_count; k++)
			touch_pet(run, o->pets[k]);
	}
	sqlite3_finalize(statement);
	bench_stop(run);
}
