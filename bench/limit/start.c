/* start.c - the first object of a process. What is measured is the whole of it. */
#include "limit.h"

void start(bench_run *run)
{
	sqlite3 *db;
	sqlite3_stmt *statement;
	arena texts = { 0 };
	pet p;

	bench_start(run);
	db = open_database(run);
	statement = prepare(db, "select id, name, species, owner_id from pets where id = 1");
	if (!step(statement))
		bench_fail("there is no pet 1");
	read_pet(statement, &texts, &p);
	touch_pet(run, &p);
	bench_stop(run);
}
