/* get.c - pets by their keys: each get is a SELECT. */
#include "naive.h"

static void get(bench_run *run, int64_t below)
{
	sqlite3 *db = open_database(run);

	bench_start(run);
	sqlite3_stmt *statement = prepare(db, "select id, name, species, owner_id from pets where id = ?");
	for (int64_t i = 0; i < run->n; i++) {
		sqlite3_bind_int64(statement, 1, 1 + bench_pick((uint64_t)i, below));
		if (!step(statement))
			bench_fail("a pet is missing");
		pet *p = read_pet(statement, 0);
		sqlite3_reset(statement);
		touch_pet(run, p);
		free_pet(p);
	}
	sqlite3_finalize(statement);
	bench_stop(run);
}

void get_cold(bench_run *run)
{
	get(run, run->n);
}

void get_hot(bench_run *run)
{
	get(run, 1000);
}
