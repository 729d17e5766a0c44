/* Tests of db/reflection.c: rows of a catalogue become a schema. The catalogue is said by queries of constants. */
#include "db/reflection.h"

#include "db/database.h"

static int add_column(kin_reflection *r)
{
	kin_column_schema *column = r->table ? kin_schema_add_column(&r->schema, r->table, r->row[1]) : NULL;

	if (!r->table)
		return KIN_OK;
	if (!column)
		return kin_reflection_nomem(r);
	column->not_null = kin_reflection_is_true(r->row[2]);
	return KIN_OK;
}

static int add_index(kin_reflection *r)
{
	kin_index_schema *index = kin_reflection_is_first(r) ? kin_schema_add_index(&r->schema, r->table)
	                                                     : &r->table->indexes[r->table->index_count - 1];

	if (!index)
		return kin_reflection_nomem(r);
	index->name = r->row[1];
	if (r->row[5])
		return kin_reflection_add_name(r, &index->include, &index->include_count, r->row[4]);
	return kin_reflection_add_part(r, index, &(kin_index_part){ .column = r->row[4] });
}

static const kin_reflection_step steps[] = {
	{ "select 'pets', 'of people', null union all select 'owners', null, 'STRICT'", kin_reflection_add_table },
	{ "select 'pets', 'id', '1' union all select 'pets', 'name', '0' union all select 'gone', 'id', '1'", add_column },
	{ "select 'pets', 'ix', null, '1', 'name', null union all select 'pets', 'ix', null, '2', 'id', null"
	  " union all select 'pets', 'ix', null, '3', 'age', 'included' union all select 'pets', 'ix_2', null, '1', 'id', null", add_index },
	{ "select 'view', 'old_pets', null, 'CREATE VIEW …'", kin_reflection_add_object },
};

static int reflect(kin_connection *connection, kin_arena *arena, kin_schema *ret_schema, kin_error *error)
{
	kin_reflection r = { .connection = connection, .error = error, .schema = { .arena = arena } };

	return kin_reflection_end(&r, kin_reflection_ask(&r, steps, sizeof(steps) / sizeof(*steps)), ret_schema);
}

TEST(rows_of_a_catalogue_become_a_schema)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_arena arena = { 0 };
	kin_schema schema;

	CHECK_INT(reflect(c, &arena, &schema, NULL), KIN_OK);
	CHECK_INT(schema.table_count, 2);
	const kin_table_schema *pets = schema.tables[0];
	CHECK_TEXT(pets->comment, "of people");
	CHECK(!pets->options && !schema.tables[1]->comment);
	CHECK_INT(pets->column_count, 2);
	CHECK(pets->columns[0].not_null && !pets->columns[1].not_null);
	CHECK_INT(pets->index_count, 2);
	CHECK_INT(pets->indexes[0].part_count, 2);
	CHECK_TEXT(pets->indexes[0].parts[0].column, "name");
	CHECK_TEXT(pets->indexes[0].parts[1].column, "id");
	CHECK_INT(pets->indexes[0].include_count, 1);
	CHECK_TEXT(pets->indexes[0].include[0], "age");
	CHECK_INT(schema.object_count, 1);
	CHECK_TEXT(schema.objects[0].name, "old_pets");
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_query_that_fails_ends_it)
{
	static const kin_reflection_step wrong = { "select pet from nowhere", kin_reflection_add_table };
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema = { .table_count = 7 };
	kin_reflection r = { .connection = c, .error = &error, .schema = { .arena = &arena } };

	CHECK(kin_reflection_end(&r, kin_reflection_ask(&r, &wrong, 1), &schema) < 0);
	CHECK_HAS(kin_error_text(&error), "nowhere");
	CHECK_INT(schema.table_count, 7);
	kin_error_clear(&error);
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
}

FUSED(reflecting_survives_failing_memory)
{
	kin_db_options options = { .url = "sqlite://" };
	kin_connection *c = NULL;
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;
	kin_db *db = kin_db_open(&options, NULL);
	int rc = db ? kin_db_acquire(db, &c, &error) : KIN_ENOMEM;

	if (rc == KIN_OK)
		rc = reflect(c, &arena, &schema, &error);
	kin_arena_done(&arena);
	kin_error_clear(&error);
	if (c)
		kin_db_release(db, c);
	if (db)
		kin_db_close(db);
	return rc;
}
