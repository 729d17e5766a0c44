/* table.c - the schema that models describe. */
#include "models.h"

#include "orm/registry.h"
#include "schema/schema.h"
#include "sql/ddl.h"

static kin_model *const models[] = {
	&Owner_model, &Pet_model, &Visit_model, &Team_model, &Player_model, &Badge_model, &Ticket_model, &Node_model,
	&Bin_model, &Nut_model, &Country_model, &Note_model,
};

static kin_registry *configured(void)
{
	kin_registry *registry = kin_registry_new();

	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		CHECK_INT(kin_registry_add(registry, models[i]), KIN_OK);
	CHECK_INT(kin_registry_configure(registry, NULL), KIN_OK);
	return registry;
}

static void show(kin_text *out, const kin_schema *schema, const kin_dialect *dialect)
{
	for (size_t i = 0; i < schema->table_count; i++) {
		const kin_table_schema *table = schema->tables[i];
		kin_ddl_table(dialect, out, table);
		kin_text_add(out, ";\n");
		for (size_t n = 0; n < table->index_count; n++) {
			kin_ddl_index(dialect, out, table->name, &table->indexes[n]);
			kin_text_add(out, ";\n");
		}
	}
}

TEST(models_describe_a_schema)
{
	kin_registry *registry = configured();
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;
	kin_text text;

	kin_text_init(&text);
	CHECK_INT(kin_registry_schema(registry, &arena, &schema, &error), KIN_OK);
	CHECK_MSG(kin_schema_sound(&schema, &error) == KIN_OK, "%s", kin_error_text(&error));
	show(&text, &schema, NULL);
	GOLDEN("orm/schema/portable.sql", text.data);
	kin_text_clear(&text);
	show(&text, &schema, &kin_dialect_sqlite);
	GOLDEN("orm/schema/sqlite.sql", text.data);
	kin_text_done(&text);
	kin_arena_done(&arena);
	kin_registry_free(registry);
}

static int describe_with_failing_memory(void)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;
	int rc = kin_registry_schema(kin_registry_default(), &arena, &schema, &error);

	kin_arena_done(&arena);
	kin_error_clear(&error);
	return rc;
}

TEST(describing_survives_any_allocation_failing)
{
	CHECK_INT(kin_registry_configure(kin_registry_default(), NULL), KIN_OK);
	kin_test_fuse(__FILE__, __LINE__, describe_with_failing_memory);
}
