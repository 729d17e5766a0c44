/* change.c - every second one of all pets, which are loaded already: its name changed, or its row deleted, by a
 * statement each. */
#include "naive.h"

#include <stdlib.h>
#include <string.h>

void update(bench_run *run)
{
	sqlite3 *db = open_database(run);
	const bench_pet *data = bench_pets(run->n, 1);
	pet_list list = { 0 };

	load_pets(db, &list);
	bench_start(run);
	execute(db, "begin");
	sqlite3_stmt *statement = prepare(db, "update pets set name = ? where id = ?");
	for (size_t i = 0; i < list.count; i += 2) {
		pet *p = list.items[i];
		free(p->name);
		p->name = strdup(data[list.count - 1 - i].name);
		sqlite3_bind_text(statement, 1, p->name, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 2, p->id);
		step(statement);
		sqlite3_reset(statement);
		run->rows++;
	}
	execute(db, "commit");
	bench_stop(run);
}

void delete(bench_run *run)
{
	sqlite3 *db = open_database(run);
	pet_list list = { 0 };

	load_pets(db, &list);
	bench_start(run);
	execute(db, "begin");
	sqlite3_stmt *statement = prepare(db, "delete from pets where id = ?");
	for (size_t i = 0; i < list.count; i += 2) {
		sqlite3_bind_int64(statement, 1, list.items[i]->id);
		step(statement);
		sqlite3_reset(statement);
		run->rows++;
	}
	execute(db, "commit");
	bench_stop(run);
}
