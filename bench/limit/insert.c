/* insert.c - n pets and n/5 owners in one commit; each object has its key afterwards.
 *
 * A statement takes 1,024 rows, and what is left over goes 64 and one at a time. SQLite checks a foreign key here, so a
 * statement of several rows may fail half done and keeps a journal of its own of each page that it changes: for 64 rows,
 * whose owners are anyone's, that is a page a row, and costs more than the statements saved. The larger the statement,
 * the fewer the copies; but preparing one costs 2 us a row. Within a transaction SQLite numbers a table's rows without
 * a gap, so their keys follow from the last one's; RETURNING would cost a quarter more.
 */
#include "limit.h"

static const int64_t sizes[] = { 1024, 64, 1 }; /* rows a statement */
enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

/* `head row, row, …` with that many rows. */
static sqlite3_stmt *prepare_rows(sqlite3 *db, const char *head, const char *row, int64_t rows)
{
	sqlite3_str *sql = sqlite3_str_new(db);
	sqlite3_stmt *statement;
	char *text;

	sqlite3_str_appendall(sql, head);
	for (int64_t i = 0; i < rows; i++)
		sqlite3_str_appendf(sql, "%s%s", i > 0 ? ", " : "", row);
	if (!(text = sqlite3_str_finish(sql)))
		bench_fail("out of memory");
	statement = prepare(db, text);
	sqlite3_free(text);
	return statement;
}

/* Run it; returns the key of its first row. */
static int64_t insert_rows(sqlite3_stmt *statement, int64_t rows)
{
	step(statement);
	sqlite3_reset(statement);
	return sqlite3_last_insert_rowid(sqlite3_db_handle(statement)) - rows + 1;
}

static void insert_owner_rows(sqlite3_stmt *statement, owner *owners, int64_t rows)
{
	for (int64_t i = 0; i < rows; i++)
		sqlite3_bind_text(statement, (int)i + 1, owners[i].name, -1, SQLITE_STATIC);
	int64_t id = insert_rows(statement, rows);
	for (int64_t i = 0; i < rows; i++)
		owners[i].id = id + i;
}

static void insert_owners(sqlite3 *db, owner *owners, int64_t count)
{
	for (size_t i = 0; i < SIZES; i++) {
		if (count < sizes[i])
			continue;
		sqlite3_stmt *statement = prepare_rows(db, "insert into owners (name) values ", "(?)", sizes[i]);
		for (; count >= sizes[i]; owners += sizes[i], count -= sizes[i])
			insert_owner_rows(statement, owners, sizes[i]);
	}
}

static void bind_pet(sqlite3_stmt *statement, int at, pet *p)
{
	sqlite3_bind_text(statement, at, p->name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, at + 1, p->species, -1, SQLITE_STATIC);
	p->has_owner = p->owner;
	if (p->has_owner)
		sqlite3_bind_int64(statement, at + 2, p->owner_id = p->owner->id);
	else
		sqlite3_bind_null(statement, at + 2);
}

static void insert_pet_rows(sqlite3_stmt *statement, pet *pets, int64_t rows)
{
	for (int64_t i = 0; i < rows; i++)
		bind_pet(statement, (int)i * 3 + 1, &pets[i]);
	int64_t id = insert_rows(statement, rows);
	for (int64_t i = 0; i < rows; i++)
		pets[i].id = id + i;
}

static void insert_pets(sqlite3 *db, pet *pets, int64_t count)
{
	for (size_t i = 0; i < SIZES; i++) {
		if (count < sizes[i])
			continue;
		sqlite3_stmt *statement = prepare_rows(db, "insert into pets (name, species, owner_id) values ", "(?, ?, ?)", sizes[i]);
		for (; count >= sizes[i]; pets += sizes[i], count -= sizes[i])
			insert_pet_rows(statement, pets, sizes[i]);
	}
}

void insert(bench_run *run)
{
	sqlite3 *db = open_database(run);
	int64_t owner_count = bench_owner_count(run->n);
	const bench_owner *owner_data = bench_owners(owner_count);
	const bench_pet *pet_data = bench_pets(run->n, owner_count);

	bench_start(run);
	owner *owners = bench_alloc((size_t)owner_count, sizeof(*owners));
	pet *pets = bench_alloc((size_t)run->n, sizeof(*pets));
	for (int64_t i = 0; i < owner_count; i++)
		owners[i].name = owner_data[i].name;
	for (int64_t i = 0; i < run->n; i++) {
		const bench_pet *data = &pet_data[i];
		pets[i] = (pet){ .name = data->name, .species = data->species };
		pets[i].owner = data->owner < 0 ? NULL : &owners[data->owner];
	}
	execute(db, "begin");
	insert_owners(db, owners, owner_count);
	insert_pets(db, pets, run->n);
	execute(db, "commit");
	bench_stop(run);

	for (int64_t i = 0; i < owner_count; i++)
		bench_touch(run, bench_owner_sum(owners[i].id, owners[i].name));
	for (int64_t i = 0; i < run->n; i++)
		touch_pet(run, &pets[i]);
}
