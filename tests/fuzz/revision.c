/* revision.c - for libFuzzer: any bytes are a revision's file, a schema's text, or are refused with a sentence.
 *
 * What is accepted is written out again and read once more: the second text has to be as the first. What the changes make of an empty schema
 * their reverse unmakes. The schema is compared with an empty one on every dialect, as migrations do, and each change is said on each. `./dev fuzz` builds and runs it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/apply.h"
#include "migrate/diff.h"
#include "migrate/script.h"

static void expect(int condition, const char *what, const char *text)
{
	if (condition)
		return;
	fprintf(stderr, "%s:\n%s\n", what, text ? text : "");
	abort();
}

static char *show(kin_arena *arena, const kin_ddl *items, size_t count)
{
	kin_text text;

	kin_text_init(&text);
	for (size_t i = 0; i < count; i++) {
		if (items[i].only)
			kin_text_addf(&text, "-- only: %s\n", items[i].only);
		kin_ddl_show(&text, &items[i]);
		kin_text_add(&text, items[i].only ? ";\n-- end\n" : ";\n");
	}
	char *kept = kin_arena_strdup(arena, text.data);
	kin_text_done(&text);
	return kept;
}

static void diff_all(kin_arena *arena, const kin_schema *schema)
{
	static const kin_dialect *const dialects[] = { &kin_dialect_sqlite, &kin_dialect_postgresql, &kin_dialect_mariadb };
	kin_schema empty = { .arena = arena };

	for (size_t i = 0; i < sizeof(dialects) / sizeof(*dialects); i++) {
		kin_changes changes = { .arena = arena };
		kin_error error = { 0 };
		kin_text sql;
		int rc = kin_diff_schemas(&changes, dialects[i], &empty, schema, NULL, &error);
		kin_text_init(&sql);
		for (size_t j = 0; rc == KIN_OK && j < changes.count; j++)
			rc = kin_ddl_render(dialects[i], &sql, &changes.items[j], &error);
		expect(rc == KIN_OK || error.text, "a failure without a sentence", NULL);
		kin_text_done(&sql);
		kin_error_clear(&error);
	}
}

/* Statements of which nothing can be undone (data, CALL, what stands in blocks for one database) change nothing here. */
static void undo_all(kin_arena *arena, const kin_ddl *items, size_t count, kin_schema *schema)
{
	kin_schema empty = { .arena = arena };
	kin_changes back = { .arena = arena }, left = { .arena = arena };
	kin_error error = { 0 };
	int rc = kin_op_reverse_all(&back, &empty, items, count, &error);

	expect(rc == KIN_OK, kin_error_text(&error), "what was applied cannot be reversed");
	for (size_t i = 0; rc == KIN_OK && i < back.count; i++)
		rc = kin_apply_ddl(schema, &back.items[i], &error);
	expect(rc == KIN_OK, kin_error_text(&error), show(arena, back.items, back.count));
	rc = kin_diff_schemas(&left, NULL, schema, &empty, &(kin_diff_options){ .objects = true }, &error);
	expect(rc == KIN_OK && left.count == 0, "something is left", show(arena, back.items, back.count));
}

static void render_each(kin_arena *arena, const kin_ddl *item)
{
	for (int id = 0; id < KIN_DIALECT_COUNT; id++) {
		kin_error error = { 0 };
		kin_text sql;
		kin_text_init(&sql);
		int rc = kin_ddl_render(kin_dialect_get((kin_dialect_id)id), &sql, item, &error);
		expect(rc == KIN_OK || error.text, "a failure without a sentence", show(arena, item, 1));
		kin_text_done(&sql);
		kin_error_clear(&error);
	}
}

static void read_ddl(const char *text)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema = { .arena = &arena };
	kin_ddl *items = NULL;
	size_t count = 0;
	int rc = kin_ddl_parse(&arena, text, 1, &items, &count, &error);

	if (rc == KIN_OK) {
		char *first = show(&arena, items, count);
		rc = kin_ddl_parse(&arena, first, 1, &items, &count, &error);
		expect(rc == KIN_OK, kin_error_text(&error), first);
		expect(strcmp(first, show(&arena, items, count)) == 0, "not the same text twice", first);
		for (size_t i = 0; i < count; i++)
			render_each(&arena, &items[i]);
		for (size_t i = 0; rc == KIN_OK && i < count; i++)
			rc = kin_apply_ddl(&schema, &items[i], &error);
		if (rc == KIN_OK)
			diff_all(&arena, &schema);
		if (rc == KIN_OK)
			undo_all(&arena, items, count, &schema);
	}
	expect(rc == KIN_OK || error.text, "a failure without a sentence", text);
	kin_error_clear(&error);
	kin_arena_done(&arena);
}

static void write_script(kin_arena *arena, const kin_script *script)
{
	kin_error error = { 0 };
	kin_script again = { 0 };
	kin_text one, two;

	kin_text_init(&one);
	kin_text_init(&two);
	kin_script_show(&one, script);
	int rc = kin_script_parse(arena, "fuzz.sql", one.data, one.length, &again, &error);
	expect(rc == KIN_OK, kin_error_text(&error), one.data);
	kin_script_show(&two, &again);
	expect(strcmp(one.data, two.data) == 0, "not the same revision twice", one.data);
	kin_text_done(&one);
	kin_text_done(&two);
}

static void read_script(const char *text, size_t size)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_script script = { 0 };
	int rc = kin_script_parse(&arena, "fuzz.sql", text, size, &script, &error);

	expect(rc == KIN_OK || error.text, "a failure without a sentence", text);
	if (rc == KIN_OK)
		write_script(&arena, &script);
	kin_error_clear(&error);
	kin_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	read_script(text, size);
	read_ddl(text);
	free(text);
	return 0;
}
