/* ddl_parse.c - parses statements of DDL into items. */
#include <string.h>

#include "base/vec.h"
#include "sql/ddl.h"
#include "sql/ddl_table.h"

/* A zeroed thing in the arena for one of an item's pointers; *field stays NULL when memory is out. */
#define MAKE(r, field) (((field) = kin_arena_zalloc((r)->arena, sizeof(*(field)))) ? true : (kin_ddl_read_nomem(r), false))

static bool at_statement_end(const kin_ddl_reader *r)
{
	return kin_ddl_read_at_end(r) || kin_ddl_read_at_mark(r, ";");
}

/* Statements that may have others inside them, with semicolons, between BEGIN and END. */
static bool has_body(const kin_ddl_reader *r)
{
	static const char *const kinds[] = { "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", NULL };
	static const char *const before[] = { "OR", "REPLACE", "TEMP", "TEMPORARY", "CONSTRAINT", NULL };
	kin_ddl_reader ahead = *r;

	ahead.error = NULL;
	if (!kin_ddl_read_take(&ahead, "CREATE"))
		return false;
	while (kin_ddl_read_at_any(&ahead, before))
		kin_ddl_read_next(&ahead);
	return kin_ddl_read_at_any(&ahead, kinds);
}

/* Go over END, and what it ends if that is said. How many of BEGIN and CASE it ends. */
static size_t read_end(kin_ddl_reader *r)
{
	static const char *const others[] = { "IF", "LOOP", "WHILE", "REPEAT", "FOR", NULL };

	kin_ddl_read_next(r);
	if (!kin_ddl_read_at_any(r, others)) {
		kin_ddl_read_take(r, "CASE");
		return 1;
	}
	kin_ddl_read_next(r);
	return 0;
}

/* The rest of a statement, as written. */
static const char *verbatim(kin_ddl_reader *r)
{
	size_t from = r->token.at, depth = 0;
	bool body = has_body(r);

	while (!kin_ddl_read_at_end(r) && (depth > 0 || !kin_ddl_read_at_mark(r, ";"))) {
		if (r->token.kind == KIN_TOKEN_COMMENT && depth == 0)
			break;
		if (body && depth > 0 && kin_ddl_read_at(r, "END")) {
			depth -= read_end(r);
			continue;
		}
		depth += body && (kin_ddl_read_at(r, "BEGIN") || kin_ddl_read_at(r, "CASE"));
		kin_ddl_read_next(r);
	}
	if (depth > 0)
		kin_ddl_read_wanted(r, "END");
	return r->rc == KIN_OK ? kin_ddl_read_since(r, from) : NULL;
}

/* INSERT INTO t (a) VALUES (1); and the like. */
static void read_sql(kin_ddl_reader *r, kin_ddl *item)
{
	item->kind = KIN_DDL_SQL;
	item->sql = verbatim(r);
}

/* The table that a trigger is on: the name after ON, which is the first one in every database. */
static const char *trigger_table(kin_ddl_reader *r)
{
	kin_ddl_reader ahead = *r;
	const char *name;

	while (!at_statement_end(&ahead) && !kin_ddl_read_take(&ahead, "ON"))
		kin_ddl_read_next(&ahead);
	if (!(name = kin_ddl_read_name(&ahead, "the trigger's table")))
		*r = ahead;
	return name;
}

/* CREATE VIEW | TRIGGER …; `start` stands at CREATE. */
static void read_object(kin_ddl_reader *r, kin_ddl *item, const kin_ddl_reader *start, const char *kind)
{
	item->kind = KIN_DDL_CREATE_OBJECT;
	if (!MAKE(r, item->object))
		return;
	if (kin_ddl_read_take(r, "IF NOT EXISTS") && !r->stored)
		kin_ddl_read_refuse(r, &start->token, "IF NOT EXISTS is not for revisions: they say what is there");
	item->object->kind = kind;
	item->object->name = kin_ddl_read_name(r, "a name");
	if (strcmp(kind, "trigger") == 0)
		item->object->table = item->table_name = trigger_table(r);
	if (r->rc == KIN_OK) {
		*r = *start;
		item->object->sql = verbatim(r);
	}
}

/* One part of an index: a column, or an expression up to what follows it. */
static void read_part(kin_ddl_reader *r, kin_index_part *part)
{
	static const char *const after[] = { "COLLATE", "ASC", "DESC", NULL };
	size_t from = r->token.at;
	kin_ddl_reader ahead = *r;
	const char *name = NULL;

	if (kin_token_is_name(&r->token) || (r->stored && r->token.kind == KIN_TOKEN_STRING)) {
		name = kin_ddl_read_name(&ahead, "a column name");
		if (!name || ahead.rc < 0) {
			*r = ahead;
			return;
		}
	}
	if (name && (kin_ddl_read_at_mark(&ahead, ",") || kin_ddl_read_at_mark(&ahead, ")") ||
	             kin_ddl_read_at_any(&ahead, after))) {
		*r = ahead;
		part->column = name;
	} else {
		while (!kin_ddl_read_at_end(r) && !kin_ddl_read_at_mark(r, ",") && !kin_ddl_read_at_mark(r, ")") &&
		       !kin_ddl_read_at_any(r, after))
			kin_ddl_read_skip(r);
		if (r->end <= from)
			kin_ddl_read_wanted(r, "a column name or an expression");
		else
			part->expression = kin_ddl_read_expression_since(r, from);
	}
	if (kin_ddl_read_take(r, "COLLATE"))
		part->collation = kin_ddl_read_name(r, "a collation");
	part->descending = kin_ddl_read_take(r, "DESC");
	if (!part->descending)
		kin_ddl_read_take(r, "ASC");
}

static void read_parts(kin_ddl_reader *r, kin_index_schema *index)
{
	kin_vec(kin_index_part) parts = { 0 };

	kin_ddl_read_expect_mark(r, "(");
	do {
		kin_index_part part = { 0 };
		read_part(r, &part);
		if (r->rc == KIN_OK && !kin_vec_push(&parts, part))
			kin_ddl_read_nomem(r);
	} while (kin_ddl_read_take_mark(r, ","));
	if (!kin_ddl_read_at_mark(r, ")"))
		kin_ddl_read_wanted(r, "',' or ')'");
	kin_ddl_read_next(r);
	if (r->rc == KIN_OK && !(index->parts = kin_arena_copy(r->arena, parts.items, parts.count * sizeof(*parts.items))))
		kin_ddl_read_nomem(r);
	index->part_count = parts.count;
	kin_vec_done(&parts);
}

/* CREATE [UNIQUE] INDEX [CONCURRENTLY] i ON t (…) [INCLUDE (…)] [WHERE …], behind INDEX. */
static void read_index(kin_ddl_reader *r, kin_ddl *item, bool unique)
{
	item->kind = KIN_DDL_CREATE_INDEX;
	if (!MAKE(r, item->index))
		return;
	item->index->unique = unique;
	item->concurrently = kin_ddl_read_take(r, "CONCURRENTLY");
	item->name = item->index->name = kin_ddl_read_name(r, "the index's name");
	kin_ddl_read_expect(r, "ON");
	item->table_name = kin_ddl_read_name(r, "a table's name");
	read_parts(r, item->index);
	if (kin_ddl_read_take(r, "INCLUDE"))
		item->index->include = kin_ddl_read_names(r, "a column name", &item->index->include_count);
	if (kin_ddl_read_take(r, "WHERE")) {
		size_t from = r->token.at;
		while (!at_statement_end(r) && r->token.kind != KIN_TOKEN_COMMENT)
			kin_ddl_read_skip(r);
		item->index->where = kin_ddl_read_expression_since(r, from);
	}
}

static void read_create(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_reader start = *r;

	kin_ddl_read_next(r);
	if (kin_ddl_read_take(r, "TABLE")) {
		item->kind = KIN_DDL_CREATE_TABLE;
		if (kin_ddl_read_at(r, "IF NOT EXISTS"))
			kin_ddl_read_refuse(r, &r->token, "IF NOT EXISTS is not for revisions: they say what is there");
		item->table = kin_ddl_table_read(r);
		item->table_name = item->table ? item->table->name : NULL;
	} else if (kin_ddl_read_take(r, "UNIQUE INDEX")) {
		read_index(r, item, true);
	} else if (kin_ddl_read_take(r, "INDEX")) {
		read_index(r, item, false);
	} else if (kin_ddl_read_take(r, "VIEW")) {
		read_object(r, item, &start, "view");
	} else if (kin_ddl_read_take(r, "TRIGGER")) {
		read_object(r, item, &start, "trigger");
	} else {
		kin_ddl_read_wanted(r, "TABLE, INDEX, UNIQUE INDEX, VIEW or TRIGGER");
	}
}

static void drop_object(kin_ddl_reader *r, kin_ddl *item, const char *kind)
{
	item->kind = KIN_DDL_DROP_OBJECT;
	if (!MAKE(r, item->object))
		return;
	item->object->kind = kind;
	item->name = item->object->name = kin_ddl_read_name(r, "a name");
	if (kin_ddl_read_take(r, "ON"))
		item->table_name = item->object->table = kin_ddl_read_name(r, "a table's name");
}

static void read_drop(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_read_next(r);
	if (kin_ddl_read_take(r, "TABLE")) {
		item->kind = KIN_DDL_DROP_TABLE;
		if (kin_ddl_read_at(r, "IF EXISTS"))
			kin_ddl_read_refuse(r, &r->token, "IF EXISTS is not for revisions: they say what is there");
		item->table_name = kin_ddl_read_name(r, "a table's name");
	} else if (kin_ddl_read_take(r, "INDEX")) {
		item->kind = KIN_DDL_DROP_INDEX;
		item->concurrently = kin_ddl_read_take(r, "CONCURRENTLY");
		item->name = kin_ddl_read_name(r, "an index's name");
		if (kin_ddl_read_take(r, "ON"))
			item->table_name = kin_ddl_read_name(r, "a table's name");
	} else if (kin_ddl_read_take(r, "VIEW")) {
		drop_object(r, item, "view");
	} else if (kin_ddl_read_take(r, "TRIGGER")) {
		drop_object(r, item, "trigger");
	} else {
		kin_ddl_read_wanted(r, "TABLE, INDEX, VIEW or TRIGGER");
	}
}

/* Behind ALTER TABLE t RENAME. */
static void alter_rename(kin_ddl_reader *r, kin_ddl *item)
{
	if (kin_ddl_read_take(r, "TO")) {
		item->kind = KIN_DDL_RENAME_TABLE;
		item->new_name = kin_ddl_read_name(r, "the table's new name");
		return;
	}
	if (kin_ddl_read_at(r, "CONSTRAINT") || kin_ddl_read_at(r, "INDEX")) {
		item->kind = kin_ddl_read_take(r, "INDEX") ? KIN_DDL_RENAME_INDEX : KIN_DDL_RENAME_CONSTRAINT;
		if (item->kind == KIN_DDL_RENAME_CONSTRAINT)
			kin_ddl_read_next(r);
		item->name = kin_ddl_read_name(r, "its name");
		kin_ddl_read_expect(r, "TO");
		item->new_name = kin_ddl_read_name(r, "its new name");
		return;
	}
	item->kind = KIN_DDL_RENAME_COLUMN;
	kin_ddl_read_take(r, "COLUMN");
	item->name = kin_ddl_read_name(r, "a column name, or TO");
	kin_ddl_read_expect(r, "TO");
	item->new_name = kin_ddl_read_name(r, "the column's new name");
}

/* The constraint that was read into `table`, as an item. */
static void take_constraint(kin_ddl *item, kin_table_schema *table)
{
	if (table->primary_key.column_count > 0) {
		item->kind = KIN_DDL_ADD_PRIMARY_KEY;
		item->key = &table->primary_key;
	} else if (table->unique_count > 0) {
		item->kind = KIN_DDL_ADD_UNIQUE;
		item->key = &table->uniques[0];
	} else if (table->foreign_count > 0) {
		item->kind = KIN_DDL_ADD_FOREIGN;
		item->foreign = &table->foreigns[0];
	} else if (table->check_count > 0) {
		item->kind = KIN_DDL_ADD_CHECK;
		item->check = &table->checks[0];
	}
}

/* The column that was read into `table`, as an item. */
static void take_column(kin_ddl_reader *r, kin_ddl *item, kin_table_schema *table, const kin_token *at)
{
	item->kind = KIN_DDL_ADD_COLUMN;
	if (r->rc < 0)
		return;
	if (table->primary_key.column_count > 0)
		kin_ddl_read_refuse(r, at, "a primary key is added by a statement of its own: ALTER TABLE … ADD PRIMARY KEY (…)");
	if (table->unique_count > 1 || table->foreign_count > 1 || table->check_count > 1)
		kin_ddl_read_refuse(r, at, "one UNIQUE, REFERENCES and CHECK go with a new column: add others by ALTER TABLE … ADD");
	item->column = &table->columns[0];
	item->name = item->column->name;
	item->key = table->unique_count > 0 ? &table->uniques[0] : NULL;
	item->foreign = table->foreign_count > 0 ? &table->foreigns[0] : NULL;
	item->check = table->check_count > 0 ? &table->checks[0] : NULL;
}

/* Behind ALTER TABLE t ADD. */
static void alter_add(kin_ddl_reader *r, kin_ddl *item)
{
	kin_token at = r->token;
	kin_table_schema *table;

	if (!MAKE(r, table))
		return;
	if (kin_ddl_table_at_constraint(r)) {
		kin_ddl_table_read_constraint(r, table);
		take_constraint(item, table);
	} else {
		kin_ddl_read_take(r, "COLUMN");
		kin_ddl_table_read_column(r, table);
		take_column(r, item, table, &at);
	}
}

static void drop_foreign(kin_ddl_reader *r, kin_ddl *item)
{
	item->kind = KIN_DDL_DROP_FOREIGN;
	if (!MAKE(r, item->foreign))
		return;
	item->foreign->columns = kin_ddl_read_names(r, "a column name", &item->foreign->column_count);
	kin_ddl_read_expect(r, "REFERENCES");
	kin_ddl_table_read_references(r, item->foreign);
}

/* Behind ALTER TABLE t DROP. */
static void alter_drop(kin_ddl_reader *r, kin_ddl *item)
{
	if (kin_ddl_read_take(r, "CONSTRAINT")) {
		item->kind = KIN_DDL_DROP_CONSTRAINT;
		item->name = kin_ddl_read_name(r, "the constraint's name");
	} else if (kin_ddl_read_take(r, "PRIMARY KEY")) {
		item->kind = KIN_DDL_DROP_PRIMARY_KEY;
	} else if (kin_ddl_read_take(r, "UNIQUE")) {
		item->kind = KIN_DDL_DROP_UNIQUE;
		if (MAKE(r, item->key))
			item->key->columns = kin_ddl_read_names(r, "a column name", &item->key->column_count);
	} else if (kin_ddl_read_take(r, "FOREIGN KEY")) {
		drop_foreign(r, item);
	} else if (kin_ddl_read_take(r, "CHECK")) {
		item->kind = KIN_DDL_DROP_CHECK;
		if (MAKE(r, item->check))
			item->check->sql = kin_ddl_read_parentheses(r);
	} else if (kin_ddl_read_take(r, "DISTRIBUTED BY")) {
		item->kind = KIN_DDL_SET_DISTRIBUTED;
	} else {
		item->kind = KIN_DDL_DROP_COLUMN;
		kin_ddl_read_take(r, "COLUMN");
		item->name = kin_ddl_read_name(r, "a column name");
	}
}

static void set_type(kin_ddl_reader *r, kin_ddl *item)
{
	item->kind = KIN_DDL_SET_TYPE;
	if (!MAKE(r, item->column))
		return;
	item->column->name = item->name;
	if (at_statement_end(r))
		kin_ddl_read_wanted(r, "a type");
	kin_ddl_table_read_type(r, &item->column->type);
	if (kin_ddl_read_take(r, "COLLATE"))
		item->column->collation = kin_ddl_read_name(r, "a collation");
	if (kin_ddl_read_take(r, "USING")) {
		size_t from = r->token.at;
		while (!at_statement_end(r))
			kin_ddl_read_skip(r);
		item->sql = kin_ddl_read_expression_since(r, from);
	}
}

/* Behind ALTER COLUMN a RENAME. */
static void rename_label(kin_ddl_reader *r, kin_ddl *item)
{
	item->kind = KIN_DDL_RENAME_LABEL;
	kin_ddl_read_expect(r, "VALUE");
	item->sql = kin_ddl_read_string(r);
	kin_ddl_read_expect(r, "TO");
	item->new_name = kin_ddl_read_string(r);
}

/* Behind ALTER COLUMN a ADD. */
static void set_identity(kin_ddl_reader *r, kin_ddl *item)
{
	item->kind = KIN_DDL_SET_IDENTITY;
	if (!MAKE(r, item->column))
		return;
	item->column->name = item->name;
	item->column->autoincrement = item->column->not_null = true;
	item->column->strict_autoincrement = kin_ddl_read_take(r, "AUTOINCREMENT");
	if (!item->column->strict_autoincrement && !kin_ddl_table_read_identity(r, item->column))
		kin_ddl_read_wanted(r, "GENERATED BY DEFAULT AS IDENTITY, GENERATED ALWAYS AS IDENTITY or AUTOINCREMENT");
}

/* Behind ALTER TABLE t SET. */
static void set_options(kin_ddl_reader *r, kin_ddl *item)
{
	const char *options;

	if (kin_ddl_read_at(r, "DISTRIBUTED")) {
		item->kind = KIN_DDL_SET_DISTRIBUTED;
		item->name = kin_ddl_table_read_distributed(r);
		return;
	}
	item->kind = KIN_DDL_SET_OPTIONS;
	kin_ddl_read_expect(r, "OPTIONS");
	options = kin_ddl_read_string(r);
	item->sql = options && *options ? options : NULL;
}

/* Behind ALTER TABLE t ALTER. */
static void alter_column(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_read_take(r, "COLUMN");
	item->name = kin_ddl_read_name(r, "a column name");
	if (kin_ddl_read_take(r, "TYPE") || kin_ddl_read_take(r, "SET DATA TYPE")) {
		set_type(r, item);
	} else if (kin_ddl_read_take(r, "SET NOT NULL")) {
		item->kind = KIN_DDL_SET_NOT_NULL;
	} else if (kin_ddl_read_take(r, "DROP NOT NULL")) {
		item->kind = KIN_DDL_DROP_NOT_NULL;
	} else if (kin_ddl_read_take(r, "SET DEFAULT")) {
		item->kind = KIN_DDL_SET_DEFAULT;
		item->sql = kin_ddl_table_read_default(r);
	} else if (kin_ddl_read_take(r, "DROP DEFAULT")) {
		item->kind = KIN_DDL_DROP_DEFAULT;
	} else if (kin_ddl_read_take(r, "DROP IDENTITY")) {
		item->kind = KIN_DDL_DROP_IDENTITY;
	} else if (kin_ddl_read_take(r, "RENAME")) {
		rename_label(r, item);
	} else if (kin_ddl_read_take(r, "ADD")) {
		set_identity(r, item);
	} else {
		kin_ddl_read_wanted(r, "TYPE, SET NOT NULL, DROP NOT NULL, SET DEFAULT, DROP DEFAULT, RENAME VALUE, ADD … IDENTITY or DROP IDENTITY");
	}
}

static void read_alter(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_read_expect(r, "ALTER TABLE");
	item->table_name = kin_ddl_read_name(r, "a table's name");
	if (kin_ddl_read_take(r, "RENAME"))
		alter_rename(r, item);
	else if (kin_ddl_read_take(r, "ADD"))
		alter_add(r, item);
	else if (kin_ddl_read_take(r, "DROP"))
		alter_drop(r, item);
	else if (kin_ddl_read_take(r, "ALTER"))
		alter_column(r, item);
	else if (kin_ddl_read_take(r, "SET"))
		set_options(r, item);
	else
		kin_ddl_read_wanted(r, "RENAME, ADD, DROP, ALTER, SET OPTIONS or SET DISTRIBUTED BY");
}

static void read_comment(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_read_expect(r, "COMMENT ON");
	if (kin_ddl_read_take(r, "COLUMN")) {
		item->kind = KIN_DDL_COMMENT_COLUMN;
		item->table_name = kin_ddl_read_name(r, "a table's name");
		kin_ddl_read_expect_mark(r, ".");
		item->name = kin_ddl_read_name(r, "a column name");
	} else {
		item->kind = KIN_DDL_COMMENT_TABLE;
		kin_ddl_read_expect(r, "TABLE");
		item->table_name = kin_ddl_read_name(r, "a table's name");
	}
	kin_ddl_read_expect(r, "IS");
	if (!kin_ddl_read_take(r, "NULL"))
		item->sql = kin_ddl_read_string(r);
}

static void read_call(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_read_next(r);
	item->kind = KIN_DDL_CALL;
	item->name = kin_ddl_read_name(r, "the migration function's name");
	if (kin_ddl_read_take_mark(r, "("))
		kin_ddl_read_expect_mark(r, ")");
}

static const struct beginning {
	const char *word;
	void      (*read)(kin_ddl_reader *r, kin_ddl *item);
} beginnings[] = {
	{ "CREATE", read_create }, { "DROP", read_drop },  { "ALTER", read_alter }, { "COMMENT", read_comment },
	{ "INSERT", read_sql },    { "UPDATE", read_sql }, { "DELETE", read_sql },  { "CALL", read_call },
};

static void read_statement(kin_ddl_reader *r, kin_ddl *item)
{
	item->line = r->token.line;
	item->column_number = r->token.column;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++)
		if (kin_ddl_read_at(r, beginnings[i].word)) {
			beginnings[i].read(r, item);
			return;
		}
	kin_ddl_read_wanted(r, "CREATE, ALTER, DROP, COMMENT ON, INSERT, UPDATE, DELETE or CALL "
	                       "(anything else goes between `-- only: DATABASE` and `-- end`)");
}

/* The database named by `-- only: NAME`, which comes next. */
static const char *open_block(kin_ddl_reader *r)
{
	const kin_token *token = &r->token;
	size_t from = 8, to = token->length;
	const char *name;

	while (from < to && (token->start[from] == ' ' || token->start[from] == '\t'))
		from++;
	while (to > from && (token->start[to - 1] == ' ' || token->start[to - 1] == '\t' || token->start[to - 1] == '\r'))
		to--;
	if (!(name = kin_arena_strndup(r->arena, token->start + from, to - from))) {
		kin_ddl_read_nomem(r);
	} else if (!kin_dialect_find(name)) {
		kin_ddl_read_refuse(r, token, "`-- only:` takes sqlite, postgresql or mariadb");
	} else {
		kin_ddl_read_next(r);
		return name;
	}
	return NULL;
}

/* Between statements: go over semicolons, into and out of blocks. */
static void between(kin_ddl_reader *r, const char **only, kin_token *opened)
{
	while (kin_ddl_read_at_mark(r, ";") || r->token.kind == KIN_TOKEN_COMMENT) {
		bool opens = r->token.kind == KIN_TOKEN_COMMENT && r->token.start[3] == 'o';
		if (r->token.kind != KIN_TOKEN_COMMENT) {
			kin_ddl_read_next(r);
		} else if (opens && !*only) {
			*opened = r->token;
			*only = open_block(r);
		} else if (!opens && *only) {
			*only = NULL;
			kin_ddl_read_next(r);
		} else {
			kin_ddl_read_refuse(r, &r->token, opens ? "a block inside a block: `-- end` is missing before it"
			                                        : "`-- end` without `-- only:` before it");
		}
	}
}

int kin_ddl_parse(kin_arena *arena, const char *text, int line,
                  kin_ddl **ret_items, size_t *ret_count, kin_error *error)
{
	kin_vec(kin_ddl) items = { 0 };
	const char *only = NULL;
	kin_ddl *result = NULL;
	kin_token opened;
	kin_ddl_reader r;

	kin_ddl_read_begin(&r, arena, text, line, false, error);
	for (between(&r, &only, &opened); !kin_ddl_read_at_end(&r); between(&r, &only, &opened)) {
		kin_ddl item = { .only = only };
		if (only) {
			item.line = r.token.line;
			item.column_number = r.token.column;
			read_sql(&r, &item);
		} else {
			read_statement(&r, &item);
		}
		if (!at_statement_end(&r) && r.token.kind != KIN_TOKEN_COMMENT)
			kin_ddl_read_wanted(&r, "';'");
		if (r.rc == KIN_OK && !kin_vec_push(&items, item))
			kin_ddl_read_nomem(&r);
	}
	if (only && r.rc == KIN_OK)
		kin_ddl_read_refuse(&r, &opened, "this block has no `-- end`");
	if (r.rc == KIN_OK && items.count > 0 &&
	    !(result = kin_arena_copy(arena, items.items, items.count * sizeof(*result))))
		kin_ddl_read_nomem(&r);
	if (r.rc == KIN_OK) {
		*ret_items = result;
		*ret_count = items.count;
	}
	kin_vec_done(&items);
	return r.rc;
}

int kin_ddl_parse_stored(kin_arena *arena, const char *text, kin_ddl *ret_item, kin_error *error)
{
	kin_ddl item = { 0 };
	kin_ddl_reader r;

	kin_ddl_read_begin(&r, arena, text, 1, true, error);
	read_statement(&r, &item);
	kin_ddl_read_take_mark(&r, ";");
	if (!kin_ddl_read_at_end(&r))
		kin_ddl_read_wanted(&r, "the end of the statement");
	if (r.rc == KIN_OK)
		*ret_item = item;
	return r.rc;
}
