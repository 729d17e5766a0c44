/* Tests of running out of memory, in SQLite too: db/sqlite/memory.c sends its allocations through the fuse. */
#include "db/sqlite/memory.h"

#include <sqlite3.h>

#include "base/mem.h"
#include "db/database.h"

/* Before the first use of SQLite. */
__attribute__((constructor)) static void install(void)
{
	if (kin_sqlite_memory_install() != 0)
		abort();
}

TEST(an_allocation_of_sqlite_can_be_made_to_fail)
{
	kin_fuse_set(0);
	void *first = sqlite3_malloc(100);
	bool blown = kin_fuse_blown();
	void *second = sqlite3_malloc(100);
	kin_fuse_set(-1);
	CHECK(!first && blown && second);
	CHECK(sqlite3_msize(second) >= 100);
	sqlite3_free(second);
}

static int run_all(kin_connection *c, kin_error *error)
{
	static const char table[] = "create table pets (id integer primary key, name text not null, born timestamp)";
	static const char insert_text[] = "insert into pets (name, born) values (?, ?)";
	kin_sql insert = { .text = insert_text, .length = sizeof(insert_text) - 1, .id = 901 };
	kin_value values[] = { kin_value_text("Ben"), kin_value_datetime((kin_datetime){ 0 }) };
	int64_t changed;
	int rc;

	if ((rc = kin_connection_run(c, table, error)) < 0 || (rc = kin_connection_begin(c, KIN_BEGIN_WRITE, error)) < 0)
		return rc;
	for (int i = 0; i < 2; i++)
		if ((rc = kin_connection_savepoint(c, 1, error)) < 0 ||
		    (rc = kin_connection_execute(c, &insert, values, 2, &changed, error)) < 0 ||
		    (rc = kin_connection_release(c, 1, error)) < 0)
			return rc;
	return kin_connection_commit(c, error);
}

typedef struct pet {
	int64_t      id;
	const char  *name;
	kin_datetime born;
} pet;

static int read_all(kin_connection *c, kin_arena *arena, kin_error *error)
{
	static const char text[] = "select id, name, born from pets order by name";
	static const kin_cell cells[] = {
		{ offsetof(pet, id), 0, KIN_KIND_INT64, 0, NULL }, { offsetof(pet, name), 1, KIN_KIND_TEXT, 1, NULL },
		{ offsetof(pet, born), 2, KIN_KIND_DATETIME, 0, NULL },
	};
	kin_sql sql = { .text = text, .length = sizeof(text) - 1, .id = 902 };
	kin_statement *s;
	int rc = kin_statement_open(c, &sql, &s, error), rows = 0;

	if (rc < 0)
		return rc;
	while ((rc = kin_statement_step(s, error)) > 0) {
		pet p;
		if ((rc = kin_statement_read(s, cells, 3, &p, arena, error)) < 0)
			break;
		rows++;
	}
	kin_statement_close(s);
	return rc == KIN_OK && rows != 2 ? KIN_EDIFFERENT : rc;
}

static int live(const char *url)
{
	kin_error error = { 0 };
	kin_arena arena = { 0 };
	kin_connection *c = NULL;
	kin_db *db = kin_db_open(&(kin_db_options){ .url = url, .directory = kin_test_directory() }, NULL);
	int rc = KIN_ENOMEM;

	if (!db)
		return rc;
	rc = kin_db_acquire(db, &c, &error);
	if (rc == KIN_OK)
		rc = kin_connection_run(c, "drop table if exists pets", &error);
	if (rc == KIN_OK)
		rc = run_all(c, &error);
	if (rc == KIN_OK)
		rc = read_all(c, &arena, &error);
	kin_db_release(db, c);
	kin_db_close(db);
	kin_arena_done(&arena);
	kin_error_clear(&error);
	return rc;
}

FUSED(a_database_in_memory_survives_running_out_of_memory)
{
	return live("sqlite://");
}

FUSED(a_file_survives_running_out_of_memory)
{
	return live("sqlite:///a.db");
}

/* The error itself needs memory as well. */
FUSED(telling_an_error_survives_running_out_of_memory)
{
	kin_error error = { 0 };
	kin_connection *c = NULL;
	kin_db *db = kin_db_open(&(kin_db_options){ .url = "sqlite://" }, NULL);
	int rc = KIN_ENOMEM;

	if (!db)
		return rc;
	rc = kin_db_acquire(db, &c, &error);
	if (rc == KIN_OK)
		rc = kin_connection_run(c, "create table pets (name text unique); insert into pets values ('x')", &error);
	if (rc == KIN_OK)
		rc = failure(c, "insert into pets values ('x')", &error);
	if (rc == KIN_EUNIQUE)
		rc = error.name && error.sql ? KIN_OK : KIN_ENOMEM; /* notes may be missing */
	kin_db_release(db, c);
	kin_db_close(db);
	kin_error_clear(&error);
	return rc;
}
