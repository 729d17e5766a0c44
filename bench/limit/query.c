/* query.c - n/5 times twenty pets of a species after a key. */
#include "limit.h"

void query(bench_run *run)
{
	sqlite3 *db = open_database(run);
	pet_list list = { 0 };

	bench_start(run);
	execute(db, "begin");
	sqlite3_stmt *statement = prepare(db, "select id, name, species, owner_id from pets "
	                                      "where species = ? and id > ? order by id limit 20");
	for (int64_t i = 0; i < run->n / 5; i++) {
		list.count = 0;
		arena_reset(&list.texts);
		sqlite3_bind_text(statement, 1, bench_species((uint64_t)i), -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 2, bench_pick((uint64_t)i, run->n));
		while (step(statement))
			read_pet(statement, &list.texts, pets_add(&list));
		sqlite3_reset(statement);
		for (size_t k = 0; k < list.count; k++)
			touch_pet(run, &list.items[k]);
	}
	execute(db, "commit");
	bench_stop(run);
}
