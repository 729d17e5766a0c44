/* start.c - the first object of a process. What is measured is the whole of it. */
#include "naive.h"

void start(bench_run *run)
{
	bench_start(run);
	sqlite3 *db = open_database(run);
	sqlite3_stmt *statement = prepare(db, "select id, name, species, owner_id from pets where id = 1");
	if (!step(statement))
		bench_fail("there is no pet 1");
	pet *p = read_pet(statement, 0);
	touch_pet(run, p);
	free_pet(p);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	bench_stop(run);
}
