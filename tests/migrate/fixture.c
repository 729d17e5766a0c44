/* fixture.c - what the tests of migrations stand on. */
#include "fixture.h"

#include <stdlib.h>

#include <kin/db.h>

#include "base/file.h"
#include "db/servers.h"
#include "migrate/apply.h"
#include "migrate/ask.h"
#include "migrate/diff.h"
#include "migrate/execute.h"

int fixture_try_open(fixture *f, const char *url)
{
	*f = (fixture){ 0 };
	f->db = kin_db_open(&(kin_db_options){ .url = url ? url : "sqlite:///:memory:" }, NULL);
	return f->db ? kin_db_acquire(f->db, &f->connection, &f->error) : KIN_ENOMEM;
}

void fixture_open(fixture *f, const char *url)
{
	OK(f, fixture_try_open(f, url));
}

void fixture_open_emptied(fixture *f, const char *url)
{
	*f = (fixture){ .db = open_emptied((kin_db_options){ .url = url ? url : "sqlite:///:memory:" }) };
	OK(f, kin_db_acquire(f->db, &f->connection, &f->error));
}

void fixture_close(fixture *f)
{
	if (f->connection)
		kin_db_release(f->db, f->connection);
	kin_db_close(f->db);
	kin_arena_done(&f->arena);
	kin_error_clear(&f->error);
}

void fixture_run(fixture *f, const char *sql)
{
	OK(f, kin_connection_run(f->connection, sql, &f->error));
}

long long fixture_number(fixture *f, const char *sql)
{
	int64_t number = 0;

	OK(f, kin_ask_number(f->connection, sql, &number, &f->error));
	return number;
}

const char *fixture_text(fixture *f, const char *sql)
{
	const char *text = NULL;

	OK(f, kin_ask_text(f->connection, &f->arena, sql, &text, &f->error));
	return text;
}

kin_schema *fixture_reflect(fixture *f)
{
	kin_schema *schema = kin_arena_zalloc(&f->arena, sizeof(*schema));

	OK(f, kin_connection_reflect(f->connection, &f->arena, schema, &f->error));
	return schema;
}

int schema_of(kin_arena *arena, const char *ddl, kin_schema *ret_schema, kin_error *error)
{
	kin_ddl *items = NULL;
	size_t count = 0;
	int rc = kin_ddl_parse(arena, ddl, 1, &items, &count, error);

	*ret_schema = (kin_schema){ .arena = arena };
	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		rc = kin_apply_ddl(ret_schema, &items[i], error);
	return rc;
}

kin_schema *fixture_schema(fixture *f, const char *ddl)
{
	kin_schema *schema = kin_arena_zalloc(&f->arena, sizeof(*schema));

	OK(f, schema_of(&f->arena, ddl, schema, &f->error));
	return schema;
}

const char *changes_text(kin_arena *arena, const kin_ddl *items, size_t count)
{
	kin_text text;

	kin_text_init(&text);
	for (size_t i = 0; i < count; i++) {
		kin_ddl_show(&text, &items[i]);
		kin_text_add(&text, "\n");
	}
	const char *kept = kin_arena_strdup(arena, text.data);
	kin_text_done(&text);
	return kept;
}

const char *fixture_diff(fixture *f, const kin_dialect *dialect, const char *from, const char *to)
{
	kin_changes changes = { .arena = &f->arena };
	kin_schema *a = fixture_schema(f, from), *b = fixture_schema(f, to);

	OK(f, kin_diff_schemas(&changes, dialect, a, b, NULL, &f->error));
	return changes_text(&f->arena, changes.items, changes.count);
}

int create_schema(kin_connection *connection, kin_arena *arena, const kin_schema *schema, kin_error *error)
{
	kin_diff_options options = { .objects = true };
	kin_changes changes = { .arena = arena };
	kin_schema empty = { .arena = arena };
	int rc = kin_diff_schemas(&changes, kin_connection_dialect(connection), &empty, schema, &options, error);

	return rc < 0 ? rc : kin_execute_transaction(connection, changes.items, changes.count, NULL, NULL, NULL, error);
}

void write_file(const char *directory, const char *name, const char *text)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	char *path = kin_path_join(&arena, directory, name), *parent = kin_path_directory(&arena, path);

	if (kin_file_make_directory(parent, &error) < 0 || kin_file_write(path, text, strlen(text), &error) < 0)
		kin_test_fail(__FILE__, __LINE__, "%s", kin_error_text(&error));
	kin_arena_done(&arena);
}
