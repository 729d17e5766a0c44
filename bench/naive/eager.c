/* eager.c - all owners with their pets: by a join, by a subquery, by lists of 500 keys. */
#include "naive.h"

enum { KEYS = 500 };

static void touch_all(bench_run *run, const owner_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		touch_owner(run, list->items[i]);
		for (size_t k = 0; k < list->items[i]->pet_count; k++)
			touch_pet(run, list->items[i]->pets[k]);
	}
}

void eager_joined(bench_run *run)
{
	sqlite3 *db = open_database(run);
	owner_list list = { 0 };
	owner *last = NULL;

	bench_start(run);
	sqlite3_stmt *statement = prepare(db, "select o.id, o.name, p.id, p.name, p.species, p.owner_id "
	                                      "from owners o left join pets p on p.owner_id = o.id order by o.id");
	while (step(statement)) {
		if (!last || last->id != sqlite3_column_int64(statement, 0))
			owners_add(&list, last = read_owner(statement, 0));
		if (sqlite3_column_type(statement, 2) != SQLITE_NULL)
			owner_add_pet(last, read_pet(statement, 2));
	}
	touch_all(run, &list);
	bench_stop(run);
}

static void load_owners(sqlite3 *db, owner_list *list)
{
	sqlite3_stmt *statement = prepare(db, "select id, name from owners order by id");

	while (step(statement))
		owners_add(list, read_owner(statement, 0));
	sqlite3_finalize(statement);
}

/* The pets come in the order of their owners, so each owner's follow the former's. */
static void hand_out(sqlite3_stmt *statement, owner_list *list, size_t *next)
{
	while (step(statement)) {
		pet *p = read_pet(statement, 0);
		while (list->items[*next]->id != p->owner_id)
			++*next;
		owner_add_pet(list->items[*next], p);
	}
}

void eager_subquery(bench_run *run)
{
	sqlite3 *db = open_database(run);
	owner_list list = { 0 };
	size_t next = 0;

	bench_start(run);
	load_owners(db, &list);
	hand_out(prepare(db, "select id, name, species, owner_id from pets "
	                     "where owner_id in (select id from owners) order by owner_id"),
	         &list, &next);
	touch_all(run, &list);
	bench_stop(run);
}

static sqlite3_stmt *prepare_list(sqlite3 *db)
{
	sqlite3_str *sql = sqlite3_str_new(db);
	sqlite3_stmt *statement;
	char *text;

	sqlite3_str_appendall(sql, "select id, name, species, owner_id from pets where owner_id in (?");
	for (int i = 1; i < KEYS; i++)
		sqlite3_str_appendall(sql, ", ?");
	sqlite3_str_appendall(sql, ") order by owner_id");
	if (!(text = sqlite3_str_finish(sql)))
		bench_fail("out of memory");
	statement = prepare(db, text);
	sqlite3_free(text);
	return statement;
}

void eager_selectin(bench_run *run)
{
	sqlite3 *db = open_database(run);
	owner_list list = { 0 };
	size_t next = 0;

	bench_start(run);
	load_owners(db, &list);
	sqlite3_stmt *statement = prepare_list(db);
	for (size_t i = 0; i < list.count; i += KEYS) {
		for (size_t k = 0; k < KEYS && i + k < list.count; k++)
			sqlite3_bind_int64(statement, (int)k + 1, list.items[i + k]->id);
		hand_out(statement, &list, &next);
		sqlite3_reset(statement);
		sqlite3_clear_bindings(statement);
	}
	touch_all(run, &list);
	bench_stop(run);
}
