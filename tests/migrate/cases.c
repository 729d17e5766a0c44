/* cases.c - every folder in cases/: the SQL for each database, and on SQLite that it does what it says.
 *
 * A case is old.sql and new.sql (portable DDL), perhaps renames.txt (old:new, a line each) and rows.sql (INSERTs for the old
 * schema); upgrade.sql, sqlite.sql, postgresql.sql and mariadb.sql are what must come out. KIN_GOLDEN=write makes those. */
#include "fixture.h"

#include <stdlib.h>

#include "base/file.h"
#include "migrate/apply.h"
#include "migrate/diff.h"
#include "migrate/execute.h"

static const char folder[] = "tests/migrate/cases";

static const char *read_part(fixture *f, const char *name, const char *part, bool needed)
{
	char *path = kin_arena_printf(&f->arena, "%s/%s/%s", folder, name, part), *text = NULL;
	size_t size;

	if (!needed && !kin_file_exists(path))
		return "";
	OK(f, kin_file_read(&f->arena, path, &text, &size, &f->error));
	return text;
}

static void read_renames(fixture *f, const char *name, kin_diff_options *options)
{
	char *text = kin_arena_strdup(&f->arena, read_part(f, name, "renames.txt", false)), *save = NULL;
	const char **items = kin_arena_alloc(&f->arena, 16 * sizeof(*items));

	for (char *line = strtok_r(text, "\n", &save); line && options->rename_count < 16; line = strtok_r(NULL, "\n", &save))
		items[options->rename_count++] = line;
	options->renames = items;
}

static void check_golden(fixture *f, const char *name, const char *part, const char *text)
{
	GOLDEN(kin_arena_printf(&f->arena, "migrate/cases/%s/%s", name, part), text);
}

/* What a dialect would be sent; or the sentence that says why it cannot. */
static void check_dialect(fixture *f, const char *name, const kin_dialect *dialect, const kin_schema *old,
                          const kin_changes *changes)
{
	kin_schema copy = { 0 };
	kin_text out;

	OK(f, kin_schema_copy(old, &f->arena, &copy));
	kin_text_init(&out);
	int rc = kin_execute_show(&out, dialect, &copy, changes->items, changes->count, &f->error);
	if (rc < 0)
		kin_text_addf(&out, "-- %s\n", kin_error_text(&f->error));
	kin_error_clear(&f->error);
	check_golden(f, name, kin_arena_printf(&f->arena, "%s.sql", dialect->name), out.data);
	kin_text_done(&out);
}

static void check_same(fixture *f, const char *name, const char *when, const kin_schema *expected)
{
	kin_diff_options options = { .objects = true };
	kin_changes left = { .arena = &f->arena };

	OK(f, kin_diff_schemas(&left, &kin_dialect_sqlite, fixture_reflect(f), expected, &options, &f->error));
	CHECK_MSG(left.count == 0, "%s: %s it is not as it should be:\n%s", name, when,
	          changes_text(&f->arena, left.items, left.count));
}

static void check_sqlite(fixture *f, const char *name, const kin_schema *old, const kin_schema *new, const kin_changes *changes)
{
	kin_changes back = { .arena = &f->arena };

	OK(f, create_schema(f->connection, &f->arena, old, &f->error));
	check_same(f, name, "created", old);
	fixture_run(f, read_part(f, name, "rows.sql", false));
	OK(f, kin_op_reverse_all(&back, old, changes->items, changes->count, &f->error));
	OK(f, kin_execute_transaction(f->connection, changes->items, changes->count, NULL, NULL, NULL, &f->error));
	check_same(f, name, "upgraded", new);
	OK(f, kin_execute_transaction(f->connection, back.items, back.count, NULL, NULL, NULL, &f->error));
	check_same(f, name, "downgraded", old);
}

static void check_case(const char *name)
{
	fixture f;
	fixture_open(&f, NULL);
	kin_diff_options options = { .objects = true };
	kin_changes changes = { .arena = &f.arena };
	kin_schema *old = fixture_schema(&f, read_part(&f, name, "old.sql", true));
	kin_schema *new = fixture_schema(&f, read_part(&f, name, "new.sql", true));

	read_renames(&f, name, &options);
	OK(&f, kin_diff_schemas(&changes, NULL, old, new, &options, &f.error));
	kin_text text;
	kin_text_init(&text);
	for (size_t i = 0; i < changes.count; i++) {
		kin_ddl_show(&text, &changes.items[i]);
		kin_text_add(&text, ";\n");
	}
	check_golden(&f, name, "upgrade.sql", text.data);
	kin_text_done(&text);
	for (int id = 0; id < KIN_DIALECT_COUNT; id++)
		check_dialect(&f, name, kin_dialect_get((kin_dialect_id)id), old, &changes);
	check_sqlite(&f, name, old, new, &changes);
	fixture_close(&f);
}

TEST(every_case_gives_its_sql_and_applies_on_sqlite)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	char **names;
	size_t count;

	CHECK(kin_file_list(&arena, folder, NULL, &names, &count, &error) == KIN_OK);
	CHECK(count >= 20);
	for (size_t i = 0; i < count; i++) {
		printf("  case %s\n", names[i]);
		check_case(names[i]);
	}
	kin_arena_done(&arena);
}
