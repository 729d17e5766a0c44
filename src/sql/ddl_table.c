/* ddl_table.c - parses columns and constraints: the portable ones, and those that SQLite keeps.
 *
 * Constraints written with a column go where those of the table are, so that it does not matter how it was written. */
#include "sql/ddl_table.h"

#include <string.h>
#include <strings.h>

#include "sql/ddl.h"
#include "sql/ddl_expression.h"
#include "sql/ddl_spelling.h"

/* Words that end a column's type. */
static const char *const after_type[] = {
	"CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS",
	"AUTOINCREMENT", "AUTO_INCREMENT", "COMMENT", "USING", NULL,
};
static const char *const constraint_words[] = { "CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", NULL };
/* What may follow a table's closing parenthesis. */
static const char *const option_words[] = {
	"STRICT", "WITHOUT", "WITH", "ENGINE", "DEFAULT", "CHARSET", "CHARACTER", "COLLATE", "ROW_FORMAT", "PARTITION",
	"TABLESPACE", NULL,
};

/* The builders take a schema for its arena. */
static kin_schema in(const kin_ddl_reader *r)
{
	return (kin_schema){ .arena = r->arena };
}

/* A name that is no type's, but nearly. In quotes it is a type of somebody's own. */
static void refuse_slip(kin_ddl_reader *r, const kin_token *at)
{
	const char *word = at->kind == KIN_TOKEN_NAME ? kin_token_text(r->arena, at) : NULL, *meant;
	char *sentence;

	if (r->rc < 0 || !word || !(meant = kin_ddl_spelling_meant(word)))
		return;
	sentence = kin_arena_printf(r->arena, "there is no type %s; did you mean %s? (a type of your own is written \"%s\")", word, meant,
	                            word);
	if (sentence)
		kin_ddl_read_refuse(r, at, sentence);
	else
		kin_ddl_read_nomem(r);
}

void kin_ddl_table_read_type(kin_ddl_reader *r, kin_type *ret_type)
{
	const kin_token first = r->token;
	size_t from = r->token.at;
	const char *text = "";

	while (!kin_ddl_read_at_end(r) && !kin_ddl_read_at_mark(r, ",") && !kin_ddl_read_at_mark(r, ")") &&
	       !kin_ddl_read_at_mark(r, ";") && !kin_ddl_read_at_any(r, after_type)) {
		kin_ddl_read_skip(r);
		text = NULL;
	}
	if (!text && !(text = kin_ddl_read_since(r, from)))
		return;
	if (r->rc == KIN_OK && kin_ddl_parse_type(r->arena, text, ret_type) < 0)
		kin_ddl_read_nomem(r);
	if (!r->stored && r->rc == KIN_OK && ret_type->name == KIN_TYPE_OTHER)
		refuse_slip(r, &first);
	/* its FLOAT has eight bytes */
	if (r->stored && r->rc == KIN_OK && strcasecmp(text, "FLOAT") == 0)
		ret_type->name = KIN_TYPE_DOUBLE;
}

/* PostgreSQL's ::type behind a constant. */
static void skip_casts(kin_ddl_reader *r)
{
	static const char *const more[] = { "VARYING", "PRECISION", "WITH", "WITHOUT", "TIME", "ZONE", NULL };

	while (kin_ddl_read_take_mark(r, "::")) {
		if (kin_token_is_name(&r->token))
			kin_ddl_read_next(r);
		else
			kin_ddl_read_wanted(r, "a type");
		while (kin_ddl_read_at_any(r, more) || kin_ddl_read_at_mark(r, "(") || kin_ddl_read_at_mark(r, "[") ||
		       kin_ddl_read_at_mark(r, "]"))
			kin_ddl_read_skip(r);
	}
}

const char *kin_ddl_table_read_default(kin_ddl_reader *r)
{
	size_t from = r->token.at;
	bool signed_ = kin_ddl_read_take_mark(r, "-") || kin_ddl_read_take_mark(r, "+");

	switch (r->token.kind) {
	case KIN_TOKEN_NAME:
		if (signed_)
			break;
		kin_ddl_read_next(r);
		if ((r->token.kind == KIN_TOKEN_STRING && r->token.at == r->end) || kin_ddl_read_at_mark(r, "("))
			kin_ddl_read_skip(r);
		skip_casts(r);
		return kin_ddl_read_expression_since(r, from);
	case KIN_TOKEN_INTEGER:
	case KIN_TOKEN_REAL:
	case KIN_TOKEN_STRING:
	case KIN_TOKEN_QUOTED:
		kin_ddl_read_next(r);
		skip_casts(r);
		return kin_ddl_read_expression_since(r, from);
	default:
		if (!kin_ddl_read_at_mark(r, "("))
			break;
		kin_ddl_read_skip(r);
		skip_casts(r);
		return kin_ddl_read_expression_since(r, from);
	}
	kin_ddl_read_wanted(r, "a default: a constant, or an expression in parentheses");
	return NULL;
}

/* "ON CONFLICT IGNORE", or NULL. */
static const char *read_conflict(kin_ddl_reader *r)
{
	size_t from = r->token.at;

	if (!kin_ddl_read_take(r, "ON CONFLICT"))
		return NULL;
	kin_ddl_read_name(r, "ROLLBACK, ABORT, FAIL, IGNORE or REPLACE");
	return kin_ddl_read_since(r, from);
}

static const char *read_action(kin_ddl_reader *r)
{
	static const char *const actions[] = { "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT" };

	if (kin_ddl_read_take(r, "NO ACTION"))
		return NULL;
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (kin_ddl_read_take(r, actions[i]))
			return actions[i];
	kin_ddl_read_wanted(r, "CASCADE, SET NULL, SET DEFAULT, RESTRICT or NO ACTION");
	return NULL;
}

/* [NOT] DEFERRABLE [INITIALLY DEFERRED | IMMEDIATE] */
static bool read_deferrable(kin_ddl_reader *r, kin_foreign_schema *foreign)
{
	bool not_ = kin_ddl_read_take(r, "NOT DEFERRABLE");

	if (!not_ && !kin_ddl_read_take(r, "DEFERRABLE"))
		return false;
	foreign->deferrable = !not_;
	if (kin_ddl_read_take(r, "INITIALLY DEFERRED"))
		foreign->initially_deferred = !not_;
	else if (kin_ddl_read_take(r, "INITIALLY"))
		kin_ddl_read_expect(r, "IMMEDIATE");
	return true;
}

void kin_ddl_table_read_references(kin_ddl_reader *r, kin_foreign_schema *foreign)
{
	foreign->target = kin_ddl_read_name(r, "a table's name");
	if (kin_ddl_read_at_mark(r, "("))
		foreign->target_columns = kin_ddl_read_names(r, "a column name", &foreign->target_column_count);
	while (r->rc == KIN_OK) {
		if (kin_ddl_read_take(r, "ON DELETE"))
			foreign->on_delete = read_action(r);
		else if (kin_ddl_read_take(r, "ON UPDATE"))
			foreign->on_update = read_action(r);
		else if (kin_ddl_read_take(r, "MATCH"))
			foreign->match = kin_ddl_read_name(r, "SIMPLE, PARTIAL or FULL");
		else if (!read_deferrable(r, foreign))
			return;
	}
}

/* Lists of names have the room that kin_schema_names() gives them: a power of two, 4 at least. */
static bool add_key_column(kin_ddl_reader *r, kin_key_schema *key, const char *name)
{
	size_t count = key->column_count;

	if (count == 0 || (count >= 4 && (count & (count - 1)) == 0)) {
		const char **larger = kin_arena_alloc(r->arena, (count > 0 ? 2 * count : 4) * sizeof(*larger));
		if (!larger) {
			kin_ddl_read_nomem(r);
			return false;
		}
		for (size_t i = 0; i < count; i++)
			larger[i] = key->columns[i];
		key->columns = larger;
	}
	key->columns[key->column_count++] = name;
	return true;
}

/* The names of a key's columns. SQLite lets collations and orders stand behind them: then the whole list is kept in .extra. */
static void read_key_columns(kin_ddl_reader *r, kin_table_schema *table, kin_key_schema *key)
{
	size_t from = r->token.at;
	bool more = false;

	kin_ddl_read_expect_mark(r, "(");
	do {
		const char *name = kin_ddl_read_name(r, "a column name");
		if (!name || !add_key_column(r, key, name))
			return;
		if (kin_ddl_read_take(r, "COLLATE")) {
			kin_ddl_read_name(r, "a collation");
			more = true;
		}
		more |= kin_ddl_read_take(r, "DESC");
		kin_ddl_read_take(r, "ASC");
		/* settle_key() takes it from those that are not the key */
		if (r->stored && kin_ddl_read_take(r, "AUTOINCREMENT"))
			for (size_t i = 0; i < table->column_count; i++)
				table->columns[i].strict_autoincrement = true;
	} while (kin_ddl_read_take_mark(r, ","));
	kin_ddl_read_expect_mark(r, ")");
	if (more)
		key->extra = kin_ddl_read_since(r, from);
}

/* What may stand behind a key: ON CONFLICT …, DEFERRABLE …. */
static void read_key_extra(kin_ddl_reader *r, kin_key_schema *key)
{
	size_t from = r->token.at;
	kin_foreign_schema ignored = { 0 };
	const char *extra;

	if (!read_conflict(r) && !read_deferrable(r, &ignored))
		return;
	if (!(extra = kin_ddl_read_since(r, from)))
		return;
	if (key->extra && !(extra = kin_arena_printf(r->arena, "%s %s", key->extra, extra)))
		kin_ddl_read_nomem(r);
	key->extra = extra;
}

bool kin_ddl_table_at_constraint(const kin_ddl_reader *r)
{
	return kin_ddl_read_at_any(r, constraint_words);
}

static void read_foreign(kin_ddl_reader *r, kin_table_schema *table, const char *name)
{
	kin_schema schema = in(r);
	kin_foreign_schema *foreign = kin_schema_add_foreign(&schema, table);

	if (!foreign) {
		kin_ddl_read_nomem(r);
		return;
	}
	foreign->name = name;
	foreign->columns = kin_ddl_read_names(r, "a column name", &foreign->column_count);
	kin_ddl_read_expect(r, "REFERENCES");
	kin_ddl_table_read_references(r, foreign);
}

static void read_check(kin_ddl_reader *r, kin_table_schema *table, const char *name)
{
	kin_schema schema = in(r);
	kin_check_schema *check = kin_schema_add_check(&schema, table);

	if (!check) {
		kin_ddl_read_nomem(r);
		return;
	}
	check->name = name;
	check->sql = kin_ddl_read_parentheses(r);
	read_conflict(r); /* SQLite reads it there, and it means nothing */
}

/* The key to fill: a new unique one, or the table's primary key if it has none yet. */
static kin_key_schema *new_key(kin_ddl_reader *r, kin_table_schema *table, bool primary, const char *name)
{
	kin_schema schema = in(r);
	kin_key_schema *key = primary ? &table->primary_key : kin_schema_add_unique(&schema, table);

	if (!key) {
		kin_ddl_read_nomem(r);
		return NULL;
	}
	if (key->column_count > 0)
		kin_ddl_read_refuse(r, &r->token, "the table has a primary key already");
	else
		key->name = name;
	return r->rc == KIN_OK ? key : NULL;
}

void kin_ddl_table_read_constraint(kin_ddl_reader *r, kin_table_schema *table)
{
	const char *name = kin_ddl_read_take(r, "CONSTRAINT") ? kin_ddl_read_name(r, "the constraint's name") : NULL;
	bool primary = kin_ddl_read_take(r, "PRIMARY KEY");

	if (primary || kin_ddl_read_take(r, "UNIQUE")) {
		kin_key_schema *key = new_key(r, table, primary, name);
		if (key) {
			read_key_columns(r, table, key);
			read_key_extra(r, key);
		}
	} else if (kin_ddl_read_take(r, "FOREIGN KEY")) {
		read_foreign(r, table, name);
	} else if (kin_ddl_read_take(r, "CHECK")) {
		read_check(r, table, name);
	} else if (!name || !r->stored) {
		kin_ddl_read_wanted(r, "PRIMARY KEY, UNIQUE, FOREIGN KEY or CHECK");
	}
}

/* PRIMARY KEY or UNIQUE behind a column. */
static void column_key(kin_ddl_reader *r, kin_table_schema *table, kin_column_schema *column, bool primary,
                       const char *name)
{
	kin_key_schema *key = new_key(r, table, primary, name);

	if (!key)
		return;
	if (!(key->columns = kin_schema_names(r->arena, &column->name, 1))) {
		kin_ddl_read_nomem(r);
		return;
	}
	key->column_count = 1;
	/* PRIMARY KEY DESC is the one case where SQLite's INTEGER PRIMARY KEY is no rowid */
	if (primary && kin_ddl_read_take(r, "DESC"))
		column->autoincrement = false;
	else if (primary)
		kin_ddl_read_take(r, "ASC");
	read_key_extra(r, key);
}

static void column_references(kin_ddl_reader *r, kin_table_schema *table, const kin_column_schema *column,
                              const char *name)
{
	kin_schema schema = in(r);
	kin_foreign_schema *foreign = kin_schema_add_foreign(&schema, table);

	if (!foreign || !(foreign->columns = kin_schema_names(r->arena, &column->name, 1))) {
		kin_ddl_read_nomem(r);
		return;
	}
	foreign->name = name;
	foreign->column_count = 1;
	kin_ddl_table_read_references(r, foreign);
}

/* GENERATED ALWAYS AS (…) STORED, or GENERATED … AS IDENTITY. */
static void generated(kin_ddl_reader *r, kin_column_schema *column)
{
	if (kin_ddl_table_read_identity(r, column))
		return;
	if (!kin_ddl_read_take(r, "AS"))
		kin_ddl_read_expect(r, "GENERATED ALWAYS AS");
	column->computed_sql = kin_ddl_read_parentheses(r);
	column->computed_stored = kin_ddl_read_take(r, "STORED");
	if (!column->computed_stored)
		kin_ddl_read_take(r, "VIRTUAL");
}

/* One of a column's constraints. false: none is there. */
static bool column_constraint(kin_ddl_reader *r, kin_table_schema *table, kin_column_schema *column, const char *name)
{
	if (kin_ddl_read_take(r, "NOT NULL")) {
		column->not_null = true;
		column->extra = read_conflict(r);
	} else if (kin_ddl_read_take(r, "NULL")) {
		read_conflict(r);
	} else if (kin_ddl_read_take(r, "DEFAULT")) {
		column->default_sql = kin_ddl_table_read_default(r);
		if (column->default_sql && strcasecmp(column->default_sql, "NULL") == 0)
			column->default_sql = NULL;
	} else if (kin_ddl_read_take(r, "PRIMARY KEY")) {
		column_key(r, table, column, true, name);
	} else if (kin_ddl_read_take(r, "UNIQUE")) {
		column_key(r, table, column, false, name);
	} else if (kin_ddl_read_take(r, "CHECK")) {
		read_check(r, table, name);
	} else if (kin_ddl_read_take(r, "REFERENCES")) {
		column_references(r, table, column, name);
	} else if (kin_ddl_read_take(r, "COLLATE")) {
		column->collation = kin_ddl_read_name(r, "a collation");
	} else if (kin_ddl_read_at(r, "GENERATED") || kin_ddl_read_at(r, "AS")) {
		generated(r, column);
	} else if (kin_ddl_read_take(r, "AUTOINCREMENT")) {
		column->strict_autoincrement = true;
		column->autoincrement |= !r->stored;
		column->not_null |= !r->stored;
	} else if (kin_ddl_read_take(r, "AUTO_INCREMENT")) {
		column->autoincrement = column->not_null = true;
	} else if (kin_ddl_read_take(r, "COMMENT")) {
		column->comment = kin_ddl_read_string(r);
	} else {
		return false;
	}
	return true;
}

void kin_ddl_table_read_column(kin_ddl_reader *r, kin_table_schema *table)
{
	kin_schema schema = in(r);
	const char *name = kin_ddl_read_name(r, "a column name");
	kin_column_schema *column = name ? kin_schema_add_column(&schema, table, name) : NULL;
	size_t from = r->token.at;

	if (name && !column)
		kin_ddl_read_nomem(r);
	if (!column)
		return;
	kin_ddl_table_read_type(r, &column->type);
	/* a sign for settle_key(): the only spelling that can be SQLite's rowid */
	column->autoincrement = r->stored && r->end == from + strlen("INTEGER") &&
	                        strncasecmp(r->lex.text + from, "INTEGER", strlen("INTEGER")) == 0;
	while (r->rc == KIN_OK) {
		bool named = kin_ddl_read_take(r, "CONSTRAINT");
		const char *constraint = named ? kin_ddl_read_name(r, "the constraint's name") : NULL;
		if (!column_constraint(r, table, column, constraint)) {
			if (named && !r->stored)
				kin_ddl_read_wanted(r, "a constraint");
			return;
		}
	}
}

/* In SQLite a key of one column that is exactly INTEGER is the rowid, and the database makes it. */
static void settle_key(kin_ddl_reader *r, kin_table_schema *table)
{
	const kin_key_schema *key = &table->primary_key;
	bool rowid = key->column_count == 1 && !(table->options && strcasestr(table->options, "ROWID"));

	for (size_t i = 0; r->stored && i < table->column_count; i++) {
		kin_column_schema *column = &table->columns[i];
		column->autoincrement &= rowid && strcasecmp(column->name, key->columns[0]) == 0;
		column->strict_autoincrement &= column->autoincrement;
		column->not_null |= column->autoincrement;
	}
}

const char *kin_ddl_table_read_distributed(kin_ddl_reader *r)
{
	const char *column;

	kin_ddl_read_expect(r, "DISTRIBUTED BY");
	kin_ddl_read_expect_mark(r, "(");
	column = kin_ddl_read_name(r, "a column name");
	kin_ddl_read_expect_mark(r, ")");
	return column;
}

/* STRICT, WITHOUT ROWID; ENGINE = InnoDB; COMMENT 'x'; DISTRIBUTED BY (a). */
static void read_options(kin_ddl_reader *r, kin_table_schema *table)
{
	size_t from;

	if (kin_ddl_read_take(r, "COMMENT")) {
		kin_ddl_read_take_mark(r, "=");
		table->comment = kin_ddl_read_string(r);
	}
	if (kin_ddl_read_at(r, "DISTRIBUTED"))
		table->distributed_by = kin_ddl_table_read_distributed(r);
	if (!kin_ddl_read_at_any(r, option_words))
		return;
	from = r->token.at;
	while (!kin_ddl_read_at_end(r) && !kin_ddl_read_at_mark(r, ";") && r->token.kind != KIN_TOKEN_COMMENT)
		kin_ddl_read_next(r);
	table->options = kin_ddl_read_since(r, from);
}

kin_table_schema *kin_ddl_table_read(kin_ddl_reader *r)
{
	kin_table_schema *table = kin_arena_zalloc(r->arena, sizeof(*table));

	if (!table) {
		kin_ddl_read_nomem(r);
		return NULL;
	}
	table->name = kin_ddl_read_name(r, "a table's name");
	if (kin_ddl_read_take_mark(r, ".")) {
		table->schema = table->name;
		table->name = kin_ddl_read_name(r, "a table's name");
	}
	kin_ddl_read_expect_mark(r, "(");
	do {
		if (kin_ddl_table_at_constraint(r))
			kin_ddl_table_read_constraint(r, table);
		else
			kin_ddl_table_read_column(r, table);
		/* SQLite can do without the comma between constraints */
	} while (kin_ddl_read_take_mark(r, ",") || (r->stored && kin_ddl_table_at_constraint(r)));
	if (!kin_ddl_read_at_mark(r, ")"))
		kin_ddl_read_wanted(r, "',' or ')'");
	kin_ddl_read_next(r);
	read_options(r, table);
	settle_key(r, table);
	return r->rc == KIN_OK ? table : NULL;
}
