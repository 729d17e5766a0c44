/* insert.c - n pets and n/5 owners in one commit, each by an INSERT. */
#include "naive.h"

#include <string.h>

static char *copy(const char *text)
{
	char *made = strdup(text);

	if (!made)
		bench_fail("out of memory");
	return made;
}

static owner *new_owner(const bench_owner *data)
{
	owner *o = bench_alloc(1, sizeof(*o));

	o->name = copy(data->name);
	return o;
}

static pet *new_pet(const bench_pet *data, owner **owners)
{
	pet *p = bench_alloc(1, sizeof(*p));

	p->name = copy(data->name);
	p->species = copy(data->species);
	p->owner = data->owner < 0 ? NULL : owners[data->owner];
	return p;
}

static void insert_owner(sqlite3 *db, sqlite3_stmt *statement, owner *o)
{
	sqlite3_bind_text(statement, 1, o->name, -1, SQLITE_STATIC);
	step(statement);
	sqlite3_reset(statement);
	o->id = sqlite3_last_insert_rowid(db);
}

static void insert_pet(sqlite3 *db, sqlite3_stmt *statement, pet *p)
{
	sqlite3_bind_text(statement, 1, p->name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, p->species, -1, SQLITE_STATIC);
	p->has_owner = p->owner;
	if (p->has_owner)
		sqlite3_bind_int64(statement, 3, p->owner_id = p->owner->id);
	else
		sqlite3_bind_null(statement, 3);
	step(statement);
	sqlite3_reset(statement);
	p->id = sqlite3_last_insert_rowid(db);
}

void insert(bench_run *run)
{
	sqlite3 *db = open_database(run);
	int64_t owner_count = bench_owner_count(run->n);
	const bench_owner *owner_data = bench_owners(owner_count);
	const bench_pet *pet_data = bench_pets(run->n, owner_count);
	owner **owners = bench_alloc((size_t)owner_count, sizeof(*owners));
	pet **pets = bench_alloc((size_t)run->n, sizeof(*pets));

	bench_start(run);
	for (int64_t i = 0; i < owner_count; i++)
		owners[i] = new_owner(&owner_data[i]);
	for (int64_t i = 0; i < run->n; i++)
		pets[i] = new_pet(&pet_data[i], owners);
	execute(db, "begin");
	sqlite3_stmt *owner_statement = prepare(db, "insert into owners (name) values (?)");
	for (int64_t i = 0; i < owner_count; i++)
		insert_owner(db, owner_statement, owners[i]);
	sqlite3_stmt *pet_statement = prepare(db, "insert into pets (name, species, owner_id) values (?, ?, ?)");
	for (int64_t i = 0; i < run->n; i++)
		insert_pet(db, pet_statement, pets[i]);
	execute(db, "commit");
	bench_stop(run);

	for (int64_t i = 0; i < owner_count; i++)
		touch_owner(run, owners[i]);
	for (int64_t i = 0; i < run->n; i++)
		touch_pet(run, pets[i]);
}
