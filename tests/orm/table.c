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

typedef struct Legacy {
	int64_t     id;
	const char *note;
	double      price;
} Legacy;

static void map_legacy(kin_mapper *kin_mapper_, void *unused)
{
	Legacy *kin_self_ = unused;

	kin_column(id, .primary_key = true);
	kin_column(note, .type = "TEXT");
	kin_column(price, .type = "NUMERIC(10, 2)");
	kin_table_sql("CREATE INDEX i ON legacy (lower(note))");
}

static kin_model legacy = { .name = "Legacy", .table = "legacy", .size = sizeof(Legacy), .map = map_legacy, .file = __FILE__ };

static int take_sql(void *context, const char *sql, const char *file, int line)
{
	CHECK_HAS(file, "table.c");
	CHECK(line > 0);
	*(const char **)context = sql;
	return KIN_OK;
}

TEST(a_column_may_say_its_own_type_and_a_table_its_own_sql)
{
	kin_registry *registry = kin_registry_new();
	kin_arena arena = { 0 };
	kin_schema schema;
	const char *sql = NULL;

	CHECK_INT(kin_registry_add(registry, &legacy), KIN_OK);
	CHECK_INT(kin_registry_configure(registry, NULL), KIN_OK);
	CHECK_INT(kin_registry_schema(registry, &arena, &schema, NULL), KIN_OK);
	CHECK_INT(schema.tables[0]->columns[1].type.name, KIN_TYPE_TEXT);
	CHECK_INT(schema.tables[0]->columns[2].type.scale, 2);
	CHECK_INT(kin_registry_ddl(registry, take_sql, &sql), KIN_OK);
	CHECK_TEXT(sql, "CREATE INDEX i ON legacy (lower(note))");
	kin_arena_done(&arena);
	kin_registry_free(registry);
}

KIN_DECLARE(Ledger);

struct Ledger {
	int64_t     id;
	const char *name;
	const char *code;
	int32_t     sum;
};

KIN_MODEL(Ledger, "ledgers") {
	kin_column(id, .primary_key = true, .identity_start = 1000, .identity_increment = 10);
	kin_column(name, .column = "label", .length = 20, .collation = "nocase");
	kin_column(code);
	kin_column(sum);
	kin_index(sum, .include = "name, code");
	kin_table(.comment = "what is owed", .options = "WITHOUT ROWID");
}

TEST(what_a_table_is_beside_its_columns_is_in_the_schema)
{
	kin_registry *registry = kin_registry_default();
	kin_arena arena = { 0 };
	kin_schema schema;

	CHECK_INT(kin_registry_configure(registry, NULL), KIN_OK);
	CHECK_INT(kin_registry_schema(registry, &arena, &schema, NULL), KIN_OK);
	const kin_table_schema *ledgers = kin_schema_table(&schema, "ledgers");
	CHECK_TEXT(ledgers->comment, "what is owed");
	CHECK_TEXT(ledgers->options, "WITHOUT ROWID");
	CHECK_INT(ledgers->columns[0].identity_start, 1000);
	CHECK_INT(ledgers->columns[0].identity_increment, 10);
	CHECK_TEXT(ledgers->columns[1].collation, "nocase");
	CHECK_INT(ledgers->indexes[0].include_count, 2);
	CHECK_TEXT(ledgers->indexes[0].include[0], "label");
	kin_arena_done(&arena);
}

TEST(a_registry_names_constraints_as_the_program_says)
{
	static const kin_naming naming = { .primary = "{table}_pkey", .index = "idx_{table}_{columns}", .foreign = "{table}_{column}_fkey" };
	static const kin_naming wrong = { .index = "idx_{tabel}" };
	kin_registry *registry = kin_registry_default();
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;

	CHECK_INT(kin_registry_configure(registry, NULL), KIN_OK);
	kin_registry_set_naming(registry, &naming);
	CHECK_INT(kin_registry_schema(registry, &arena, &schema, NULL), KIN_OK);
	const kin_table_schema *nuts = kin_schema_table(&schema, "nuts");
	CHECK_TEXT(nuts->primary_key.name, "nuts_pkey");
	CHECK_TEXT(nuts->indexes[0].name, "idx_nuts_bin_id");
	CHECK_TEXT(nuts->foreigns[0].name, "nuts_bin_id_fkey");
	kin_registry_set_naming(registry, &wrong);
	CHECK_INT(kin_registry_schema(registry, &arena, &schema, &error), KIN_EMAPPING);
	CHECK_TEXT(kin_error_text(&error), ".naming.index: there is no {tabel} of it; did you mean {table}?");
	kin_registry_set_naming(registry, NULL);
	kin_error_clear(&error);
	kin_arena_done(&arena);
}
