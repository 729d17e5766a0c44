/* lint_rules.c - the rules, each with what it finds and the safe way. */
#include <ctype.h>
#include <strings.h>

#include "migrate/apply.h"
#include "migrate/execute_show.h"
#include "migrate/lint_rules.h"
#include "migrate/normal.h"
#include "sql/lex.h"

enum {
	ALL = 1 << KIN_SQLITE | 1 << KIN_POSTGRESQL | 1 << KIN_MARIADB,
	SERVERS = 1 << KIN_POSTGRESQL | 1 << KIN_MARIADB,
	POSTGRESQL = 1 << KIN_POSTGRESQL,
	SQLITE = 1 << KIN_SQLITE,
};

typedef const kin_lint_view view;

static const kin_column_schema *column_of(view *v, const kin_ddl *item)
{
	const kin_table_schema *table = item->table_name ? kin_schema_table(v->before, item->table_name) : NULL;

	return table && item->name ? kin_schema_column(table, item->name) : NULL;
}

/* Losing */

static bool drop_table(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_DROP_TABLE)
		return false;
	kin_text_addf(what, "table %s is dropped with all it holds", item->table_name);
	return true;
}

static bool drop_column(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_DROP_COLUMN)
		return false;
	kin_text_addf(what, "%s.%s is dropped with all it holds", item->table_name, item->name);
	return true;
}

static void add_type_change(kin_text *what, const kin_ddl *item, const kin_type *from)
{
	kin_text_addf(what, "%s.%s from ", item->table_name, item->name);
	kin_ddl_type(NULL, what, from);
	kin_text_add(what, " to ");
	kin_ddl_type(NULL, what, &item->column->type);
}

static bool narrow_type(view *v, const kin_ddl *item, kin_text *what)
{
	const kin_column_schema *column = item->kind == KIN_DDL_SET_TYPE ? column_of(v, item) : NULL;

	if (!column || !kin_lint_narrows(&column->type, &item->column->type))
		return false;
	add_type_change(what, item, &column->type);
	kin_text_add(what, ": values that do not fit stop it, or are cut");
	return true;
}

static bool irreversible(view *v, const kin_ddl *item, kin_text *what)
{
	(void)item;
	if (v->index != 0 || !v->script->down_missing)
		return false;
	kin_text_addf(what, "revision %s cannot be undone: its downgrade section is empty", v->script->id);
	return true;
}

/* Breaking programs that run */

static bool rename_table(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_RENAME_TABLE)
		return false;
	kin_text_addf(what, "programs that run meanwhile still say %s, not %s", item->table_name, item->new_name);
	return true;
}

static bool rename_column(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_RENAME_COLUMN)
		return false;
	kin_text_addf(what, "programs that run meanwhile still say %s.%s, not %s", item->table_name, item->name, item->new_name);
	return true;
}

static bool rename_label(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_RENAME_LABEL)
		return false;
	kin_text_addf(what, "programs that run meanwhile still write '%s' to %s.%s, not '%s'", item->sql, item->table_name, item->name,
	              item->new_name);
	return true;
}

/* Failing on rows that are there */

static bool add_required(view *v, const kin_ddl *item, kin_text *what)
{
	const kin_column_schema *column = item->column;

	(void)v;
	if (item->kind != KIN_DDL_ADD_COLUMN || !column->not_null || column->default_sql || column->computed_sql || column->autoincrement)
		return false;
	kin_text_addf(what, "%s.%s is NOT NULL and has no default: a table with rows refuses it", item->table_name, column->name);
	return true;
}

/* Whether an UPDATE or DELETE before it names the table. */
static bool was_filled(view *v, const char *table)
{
	for (size_t i = 0; i < v->index; i++) {
		const kin_ddl *item = &v->script->up[i];
		if (item->kind == KIN_DDL_CALL || (item->kind == KIN_DDL_SQL && !item->only && kin_normal_mentions(item->sql, table)))
			return true;
	}
	return false;
}

static bool set_not_null(view *v, const kin_ddl *item, kin_text *what)
{
	if (item->kind != KIN_DDL_SET_NOT_NULL || was_filled(v, item->table_name))
		return false;
	kin_text_addf(what, "%s.%s: a row with NULL stops it, and nothing in this revision fills them", item->table_name, item->name);
	return true;
}

static bool new_unique(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_ADD_UNIQUE && (item->kind != KIN_DDL_CREATE_INDEX || !item->index->unique))
		return false;
	kin_text_addf(what, "two rows of %s that are the same stop it", item->table_name);
	return true;
}

/* Locks and rewrites */

static bool not_null_scan(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_SET_NOT_NULL)
		return false;
	kin_text_addf(what, "all of %s is read while nobody else can read or write it", item->table_name);
	return true;
}

/* Rows get the other label; but PostgreSQL has that of an enum with a name in one place. */
static bool rewrites_labels(view *v, const kin_ddl *item, kin_text *what)
{
	const kin_column_schema *column = column_of(v, item);

	if (!column || (v->dialect->id == KIN_POSTGRESQL && column->type.text))
		return false;
	kin_text_addf(what, "'%s' of %s.%s: the whole table is written anew while nobody else can read or write it", item->sql, item->table_name,
	              item->name);
	return true;
}

static bool change_type(view *v, const kin_ddl *item, kin_text *what)
{
	if (item->kind == KIN_DDL_RENAME_LABEL)
		return rewrites_labels(v, item, what);

	const kin_column_schema *column = item->kind == KIN_DDL_SET_TYPE ? column_of(v, item) : NULL;
	const kin_type *to = item->column ? &item->column->type : NULL;

	/* PostgreSQL does these without looking at a row */
	if (!column || !to || (v->dialect->id == KIN_POSTGRESQL && kin_lint_is_text(&column->type) && kin_lint_is_text(to) && to->name != KIN_TYPE_CHAR &&
	                !kin_lint_narrows(&column->type, to)))
		return false;
	add_type_change(what, item, &column->type);
	kin_text_add(what, ": the whole table is written anew while nobody else can read or write it");
	return true;
}

static bool index_lock(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_CREATE_INDEX || item->concurrently)
		return false;
	kin_text_addf(what, "nobody can write to %s while the index is made", item->table_name);
	return true;
}

static bool drop_index_lock(view *v, const kin_ddl *item, kin_text *what)
{
	const kin_table_schema *table = kin_apply_table(v->before, item);

	if (item->kind != KIN_DDL_DROP_INDEX || item->concurrently)
		return false;
	kin_text_addf(what, "waits until nobody uses %s, and makes all who come meanwhile wait too", table ? table->name : "its table");
	return true;
}

static bool unique_lock(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_ADD_UNIQUE && item->kind != KIN_DDL_ADD_PRIMARY_KEY)
		return false;
	kin_text_addf(what, "nobody can read or write %s while the index behind the key is made", item->table_name);
	return true;
}

static bool foreign_lock(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_ADD_FOREIGN && (item->kind != KIN_DDL_ADD_COLUMN || !item->foreign))
		return false;
	kin_text_addf(what, "nobody can write to %s or %s while every row is checked", item->table_name, item->foreign->target);
	return true;
}

static bool check_lock(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_ADD_CHECK)
		return false;
	kin_text_addf(what, "nobody can read or write %s while every row is checked", item->table_name);
	return true;
}

static bool is_constant(const char *sql)
{
	return !strchr(sql, '(') || kin_normal_mentions(sql, "current_timestamp");
}

static bool volatile_default(view *v, const kin_ddl *item, kin_text *what)
{
	(void)v;
	if (item->kind != KIN_DDL_ADD_COLUMN || !((item->column->default_sql && !is_constant(item->column->default_sql)) ||
	                                          (item->column->computed_sql && item->column->computed_stored)))
		return false;
	kin_text_addf(what, "%s is written anew, as each row gets a value of its own for %s", item->table_name, item->column->name);
	return true;
}

static bool rebuild(view *v, const kin_ddl *item, kin_text *what)
{
	if (!kin_execute_needs_rebuild(v->dialect, item, 1))
		return false;
	kin_text_addf(what, "SQLite copies all rows of %s into a new table, and nobody else can write meanwhile", item->table_name);
	return true;
}

/* Data */

static bool has_where(const char *sql, bool *ret_writes)
{
	kin_lex lex;
	kin_token token;
	bool first = true, where = false;

	*ret_writes = false;
	kin_lex_init(&lex, sql, strlen(sql), 1);
	while ((token = kin_lex_next(&lex)).kind != KIN_TOKEN_END && token.kind != KIN_TOKEN_BAD) {
		if (first)
			*ret_writes = kin_token_is(&token, "UPDATE") || kin_token_is(&token, "DELETE");
		first = false;
		where = where || kin_token_is(&token, "WHERE");
	}
	return where;
}

static bool write_all(view *v, const kin_ddl *item, kin_text *what)
{
	bool writes;

	(void)v;
	if (item->kind != KIN_DDL_SQL || item->only || has_where(item->sql, &writes) || !writes)
		return false;
	kin_text_addf(what, "%s every row in one transaction", strncasecmp(item->sql, "delete", 6) == 0 ? "deletes" : "changes");
	return true;
}

static bool data_with_ddl(view *v, const kin_ddl *item, kin_text *what)
{
	bool writes, locked = false;

	if (v->script->untransacted || item->kind != KIN_DDL_SQL || item->only || (has_where(item->sql, &writes), !writes))
		return false;
	for (size_t i = 0; i < v->index && !locked; i++)
		locked = v->script->up[i].table_name && kin_schema_table(v->before, v->script->up[i].table_name) &&
		         v->script->up[i].kind != KIN_DDL_CREATE_TABLE;
	if (locked)
		kin_text_add(what, "runs while the statements above it keep their tables locked");
	return locked;
}

/* What will be missed */

static bool no_primary_key(view *v, const kin_ddl *item, kin_text *what)
{
	const kin_table_schema *table = item->kind == KIN_DDL_CREATE_TABLE ? kin_schema_table(v->after, item->table->name) : NULL;

	if (!table || table->primary_key.column_count > 0)
		return false;
	kin_text_addf(what, "table %s has no primary key", table->name);
	return true;
}

static bool starts_with(const char *const *columns, size_t count, const kin_foreign_schema *foreign)
{
	return count > 0 && foreign->column_count > 0 && strcmp(columns[0], foreign->columns[0]) == 0;
}

/* Whether an index or key begins with the foreign key's first column. */
static bool is_indexed(const kin_table_schema *table, const kin_foreign_schema *foreign)
{
	if (starts_with(table->primary_key.columns, table->primary_key.column_count, foreign))
		return true;
	for (size_t i = 0; i < table->unique_count; i++)
		if (starts_with(table->uniques[i].columns, table->uniques[i].column_count, foreign))
			return true;
	for (size_t i = 0; i < table->index_count; i++)
		if (table->indexes[i].part_count > 0 && table->indexes[i].parts[0].column &&
		    starts_with(&table->indexes[i].parts[0].column, 1, foreign))
			return true;
	return false;
}

static bool foreign_without_index(view *v, const kin_ddl *item, kin_text *what)
{
	const char *name = item->kind == KIN_DDL_CREATE_TABLE ? item->table->name : item->table_name;
	const kin_table_schema *table = name ? kin_schema_table(v->after, name) : NULL;
	const kin_foreign_schema *list = item->kind == KIN_DDL_CREATE_TABLE ? item->table->foreigns : item->foreign;
	size_t count = item->kind == KIN_DDL_CREATE_TABLE ? item->table->foreign_count
	             : item->kind == KIN_DDL_ADD_FOREIGN || (item->kind == KIN_DDL_ADD_COLUMN && item->foreign) ? 1 : 0;

	for (size_t i = 0; table && i < count; i++)
		if (!is_indexed(table, &list[i])) {
			kin_text_addf(what, "every DELETE in %s reads all of %s, as %s has no index", list[i].target, name, list[i].columns[0]);
			return true;
		}
	return false;
}

static bool long_name(view *v, const kin_ddl *item, kin_text *what)
{
	const char *const names[] = { item->name, item->new_name, item->index ? item->index->name : NULL, item->key ? item->key->name : NULL,
		                      item->foreign ? item->foreign->name : NULL, item->check ? item->check->name : NULL,
		                      item->table ? item->table->name : NULL, item->column ? item->column->name : NULL };

	for (size_t i = 0; v->dialect->max_name > 0 && i < sizeof(names) / sizeof(*names); i++)
		if (names[i] && strlen(names[i]) > v->dialect->max_name) {
			kin_text_addf(what, "the name %s is longer than the %zu bytes that %s keeps", names[i], v->dialect->max_name,
			              v->dialect->name);
			return true;
		}
	return false;
}

const kin_lint_rule kin_lint_rules[] = {
	{ "drop-table", KIN_LINT_DANGER, ALL, true,
	  "let a release go by in which nothing uses it; rename it meanwhile, so that it can come back", drop_table },
	{ "drop-column", KIN_LINT_DANGER, ALL, true, "let a release go by in which nothing uses it, and drop it in the next", drop_column },
	{ "narrow-type", KIN_LINT_DANGER, ALL, true,
	  "add a column of the new type, copy what fits, look at the rest, and drop the old one in a later revision", narrow_type },
	{ "rename-table", KIN_LINT_DANGER, ALL, false,
	  "rename it, and make a view with the old name in the same revision; drop that when no program uses it", rename_table },
	{ "rename-column", KIN_LINT_DANGER, ALL, false,
	  "add a column with the new name, have the programs write both, copy, and drop the old one in a later revision", rename_column },
	{ "rename-label", KIN_LINT_DANGER, ALL, false,
	  "add the new label, have the programs write it, change the rows, and drop the old label in a later revision", rename_label },
	{ "add-required", KIN_LINT_DANGER, ALL, true,
	  "add it without NOT NULL, fill it (kin_backfill), then SET NOT NULL in a later revision; or give it a DEFAULT", add_required },
	{ "set-not-null", KIN_LINT_WARNING, ALL, true, "an UPDATE above it that fills the rows with NULL", set_not_null },
	{ "not-null-scan", KIN_LINT_WARNING, POSTGRESQL, true,
	  "ADD CONSTRAINT c CHECK (column IS NOT NULL) NOT VALID; VALIDATE CONSTRAINT c; then SET NOT NULL, and DROP CONSTRAINT c", not_null_scan },
	{ "change-type", KIN_LINT_WARNING, SERVERS, true,
	  "add a column of the new type, copy in batches (kin_backfill), switch the programs over, drop the old one later", change_type },
	{ "unique", KIN_LINT_WARNING, ALL, true, "look for them first: SELECT columns, count(*) FROM table GROUP BY columns HAVING count(*) > 1",
	  new_unique },
	{ "index-lock", KIN_LINT_WARNING, POSTGRESQL, true, "CREATE INDEX CONCURRENTLY, in a revision of its own", index_lock },
	{ "drop-index-lock", KIN_LINT_NOTE, POSTGRESQL, true, "DROP INDEX CONCURRENTLY, in a revision of its own", drop_index_lock },
	{ "unique-lock", KIN_LINT_WARNING, POSTGRESQL, true,
	  "CREATE UNIQUE INDEX CONCURRENTLY in a revision of its own; then ADD CONSTRAINT … UNIQUE USING INDEX in an `-- only: postgresql` block",
	  unique_lock },
	{ "foreign-lock", KIN_LINT_WARNING, SERVERS, true,
	  "in an `-- only: postgresql` block ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a later revision", foreign_lock },
	{ "check-lock", KIN_LINT_WARNING, SERVERS, true,
	  "in an `-- only: postgresql` block ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a later revision", check_lock },
	{ "volatile-default", KIN_LINT_WARNING, ALL, true, "add it without the default, fill it in batches (kin_backfill), then SET DEFAULT",
	  volatile_default },
	{ "rebuild", KIN_LINT_NOTE, SQLITE, true, "`kin db rehearse` says how long it takes", rebuild },
	{ "write-all", KIN_LINT_WARNING, ALL, true, "kin_backfill() in a KIN_MIGRATION, with `-- transaction: none`", write_all },
	{ "data-with-ddl", KIN_LINT_WARNING, POSTGRESQL, true, "put what changes data into a revision of its own", data_with_ddl },
	{ "irreversible", KIN_LINT_WARNING, ALL, false, "write what undoes it below `-- downgrade`, or say why not", irreversible },
	{ "no-primary-key", KIN_LINT_WARNING, ALL, false, "give it one: replication, and MariaDB's clusters, need it", no_primary_key },
	{ "foreign-without-index", KIN_LINT_NOTE, POSTGRESQL | SQLITE, false, "CREATE INDEX on the column in the same revision",
	  foreign_without_index },
	{ "change-distribution", KIN_LINT_DANGER, POSTGRESQL, false,
	  "make a new table that is distributed so, copy in batches (kin_backfill), and rename the two", kin_lint_distributed_changes },
	{ "unique-across-nodes", KIN_LINT_DANGER, POSTGRESQL, false, "put the column that the table is distributed by into it",
	  kin_lint_distributed_unique },
	{ "long-name", KIN_LINT_WARNING, ALL, false, "a shorter name", long_name },
	{ .id = NULL },
};
