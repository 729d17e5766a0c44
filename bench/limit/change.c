/* change.c - every second one of all pets, which are loaded already: its name changed, or its row deleted. */
#include "array.h"
#include "limit.h"

/* Loaded and found by the time the clock starts. */
typedef struct changes {
	sqlite3 *db;
	pet_list list;
	array    array;
} changes;

static void prepare_changes(const bench_run *run, changes *c)
{
	c->db = open_database(run);
	load_pets(c->db, &c->list);
	if (array_register(c->db, &c->array) != SQLITE_OK)
		bench_fail("%s", sqlite3_errmsg(c->db));
}

static void check_changes(bench_run *run, const changes *c)
{
	run->rows = (int64_t)c->array.count;
	if (sqlite3_changes64(c->db) != run->rows)
		bench_fail("%lld rows changed instead of %lld", (long long)sqlite3_changes64(c->db), (long long)run->rows);
}

void update(bench_run *run)
{
	changes c = { 0 };
	const bench_pet *data = bench_pets(run->n, 1);

	prepare_changes(run, &c);
	bench_start(run);
	array_row *rows = bench_alloc(c.list.count / 2 + 1, sizeof(*rows));
	for (size_t i = 0; i < c.list.count; i += 2) {
		pet *p = &c.list.items[i];
		p->name = data[c.list.count - 1 - i].name;
		rows[c.array.count++] = (array_row){ p->id, p->name };
	}
	c.array.rows = rows;
	execute(c.db, "update pets set name = array.name from array where pets.id = array.id");
	bench_stop(run);
	check_changes(run, &c);
}

void delete(bench_run *run)
{
	changes c = { 0 };

	prepare_changes(run, &c);
	bench_start(run);
	array_row *rows = bench_alloc(c.list.count / 2 + 1, sizeof(*rows));
	for (size_t i = 0; i < c.list.count; i += 2)
		rows[c.array.count++].id = c.list.items[i].id;
	c.array.rows = rows;
	execute(c.db, "delete from pets where id in (select id from array)");
	bench_stop(run);
	check_changes(run, &c);
}
