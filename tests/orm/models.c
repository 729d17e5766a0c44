/* models.c - how they map, and their tables. */
#include "models.h"

#include "orm/registry.h"
#include "sql/ddl.h"

KIN_MODEL(Team, "teams") {
	kin_column(id, .primary_key = true);
	kin_column(name, .length = 10, .nullable = false);
	kin_has_many(players, Player, .backref = "team", .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
	kin_has_one(badge, Badge, .backref = "team");
	kin_repr("<Team {name}>");
}

KIN_MODEL(Player, "players") {
	kin_column(id, .primary_key = true);
	kin_column(name, .unique = true);
	kin_column(team_id, .foreign_key = "teams");
	kin_belongs_to(team, Team);
	kin_check("name <> 'nobody'");
}

KIN_MODEL(Badge, "badges") {
	kin_column(id, .primary_key = true);
	kin_column(motto);
	kin_column(team_id, .foreign_key = "teams.id");
	kin_belongs_to(team, Team);
}

KIN_MODEL(Ticket, "tickets") {
	kin_column(id, .primary_key = true);
	kin_column(team_id, .foreign_key = "teams.id");
	kin_belongs_to(team, Team);
}

KIN_MODEL(Node, "nodes") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(parent_id, .foreign_key = "nodes.id");
	kin_belongs_to(parent, Node);
	kin_has_many(children, Node, .backref = "parent", .order_by = "name, id desc");
	kin_repr("<Node {name}>");
}

KIN_MODEL(Bin, "bins") {
	kin_column(id, .primary_key = true);
	kin_has_many(nuts, Nut);
}

KIN_MODEL(Nut, "nuts") {
	kin_column(id, .primary_key = true);
	kin_column(size);
	kin_column(bin_id, .foreign_key = "bins.id", .index = true);
}

KIN_MODEL(Country, "countries") {
	kin_column(code, .primary_key = true, .length = 2);
	kin_column(name, .unique = true, .index = true);
}

KIN_MODEL(Note, "notes") {
	kin_column(id, .primary_key = true);
	kin_column(text, .default_sql = "'empty'", .comment = "what it says");
	kin_column(data);
	kin_column(done);
	kin_column(rank, .default_sql = "7");
	kin_column(weight);
	kin_column(written);
	kin_column(due, .column = "due_on");
	kin_unique(text, rank);
	kin_index(due, .where = "not done");
	kin_index(due, .unique = true, .where = "done");
	kin_index((rank, text));
	kin_index((lower(text), due desc, coalesce(rank, 0)), .name = "ix_notes_by_text");
	kin_check("weight >= 0", .name = "light");
}

/* MariaDB has no indexes of some rows only or of expressions, and none of texts without a length. */
static bool exists_here(const kin_table_schema *table, const kin_index_schema *index)
{
	if (kin_db_dialect_of(test_db())->id != KIN_MARIADB)
		return true;
	for (size_t i = 0; i < index->part_count; i++) {
		if (!index->parts[i].column)
			return false;
		const kin_type *type = &kin_schema_column(table, index->parts[i].column)->type;
		if (type->name == KIN_TYPE_VARCHAR && type->length == 0 && !index->unique)
			return false;
	}
	return !index->where;
}

static void create(const kin_table_schema *table)
{
	kin_text sql;

	kin_text_init(&sql);
	kin_ddl_table(kin_db_dialect_of(test_db()), &sql, table);
	for (size_t i = 0; i < table->index_count; i++) {
		if (!exists_here(table, &table->indexes[i]))
			continue;
		kin_text_add(&sql, ";\n");
		kin_ddl_index(kin_db_dialect_of(test_db()), &sql, table->name, &table->indexes[i]);
	}
	test_run(sql.data);
	kin_text_done(&sql);
}

void models_create(const char *const *tables, size_t count)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;

	CHECK_INT(kin_registry_configure(kin_registry_default(), &error), KIN_OK);
	CHECK_TEXT(kin_error_text(&error), "");
	CHECK_INT(kin_registry_schema(kin_registry_default(), &arena, &schema, &error), KIN_OK);
	for (size_t i = 0; i < count; i++)
		create(kin_schema_table(&schema, tables[i]));
	kin_arena_done(&arena);
	test_forget();
}

kin_db *models_open(void)
{
	kin_db *db = test_open();

	MODELS_CREATE("teams", "players", "badges", "tickets", "nodes", "bins", "nuts", "countries", "notes");
	return db;
}
