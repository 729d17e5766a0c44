/* diff_column.c - columns that are new, or not what they were. */
#include "migrate/diff_table.h"
#include "migrate/normal.h"

static int add_column(kin_diff *diff, const kin_table_schema *table, kin_column_schema *column)
{
	kin_ddl *item = kin_diff_add(diff, KIN_DDL_ADD_COLUMN, table->name);

	if (!item)
		return kin_error_nomem(diff->error);
	item->column = column;
	return KIN_OK;
}

static int alter(kin_diff *diff, kin_ddl_kind kind, const kin_table_schema *table, kin_column_schema *column, const char *sql)
{
	kin_ddl *item = kin_diff_add(diff, kind, table->name);

	if (!item)
		return kin_error_nomem(diff->error);
	item->name = column->name;
	item->column = column; /* all of it: MariaDB says a column anew to change it */
	item->sql = sql;
	return KIN_OK;
}

static bool is_integer(const kin_type *type)
{
	return type->name == KIN_TYPE_SMALLINT || type->name == KIN_TYPE_INTEGER || type->name == KIN_TYPE_BIGINT;
}

/* SQLite calls every integer that it numbers itself INTEGER PRIMARY KEY, so that the type that a key was declared with is not
 * known, also later, when other columns have joined the key. All its integers have 64 bits. */
static bool is_sqlite_key(const kin_diff *diff, const kin_table_schema *table, const kin_column_schema *column)
{
	return diff->dialect && diff->dialect->id == KIN_SQLITE &&
	       kin_normal_has_name(table->primary_key.columns, table->primary_key.column_count, column->name);
}

static bool type_changed(kin_diff *diff, const kin_table_schema *from, const kin_column_schema *a,
                         const kin_table_schema *to, const kin_column_schema *b)
{
	if ((is_sqlite_key(diff, from, a) || is_sqlite_key(diff, to, b)) && is_integer(&a->type) && is_integer(&b->type))
		return false;
	return !kin_normal_same_type(diff->out->arena, diff->dialect, &a->type, &b->type);
}

/* SQLite has no other than BINARY by default; what MariaDB's table says goes for its columns. */
static bool collation_changed(const kin_diff *diff, const kin_column_schema *a, const kin_column_schema *b)
{
	bool sqlite = !diff->dialect || diff->dialect->id == KIN_SQLITE;
	const char *one = sqlite && kin_normal_same(a->collation, "BINARY") ? NULL : a->collation;
	const char *two = sqlite && kin_normal_same(b->collation, "BINARY") ? NULL : b->collation;

	if (diff->dialect && diff->dialect->id == KIN_MARIADB && (!one || !two))
		return false;
	return !kin_normal_same(one, two);
}

bool kin_diff_retyped(kin_diff *diff, const kin_table_schema *from, const kin_column_schema *a, const kin_table_schema *to,
                      const kin_column_schema *b)
{
	return type_changed(diff, from, a, to, b) || collation_changed(diff, a, b);
}

/* Whether the database makes the number, which SQLite does for the one integer that is the key. */
static bool makes_number(const kin_diff *diff, const kin_table_schema *table, const kin_column_schema *column)
{
	if (!column->autoincrement || !diff->dialect || diff->dialect->id != KIN_SQLITE)
		return column->autoincrement;
	return is_integer(&column->type) && table->primary_key.column_count == 1 &&
	       kin_normal_same(table->primary_key.columns[0], column->name);
}

/* What one of the two does not say is not compared: models do not, and only PostgreSQL has it. */
static bool identity_options_changed(const kin_diff *diff, const kin_column_schema *a, const kin_column_schema *b)
{
	if (diff->dialect && diff->dialect->id != KIN_POSTGRESQL)
		return false;
	return (a->identity && b->identity && a->identity != b->identity) ||
	       (a->identity_start && b->identity_start && a->identity_start != b->identity_start) ||
	       (a->identity_increment && b->identity_increment && a->identity_increment != b->identity_increment);
}

static bool identity_changed(const kin_diff *diff, const kin_table_schema *from, const kin_column_schema *a,
                             const kin_table_schema *to, const kin_column_schema *b)
{
	bool strict = !diff->dialect || diff->dialect->id == KIN_SQLITE;

	if (makes_number(diff, from, a) != makes_number(diff, to, b))
		return true;
	if (makes_number(diff, to, b) && identity_options_changed(diff, a, b))
		return true;
	return strict && makes_number(diff, to, b) && a->strict_autoincrement != b->strict_autoincrement;
}

/* A key column is NOT NULL whether it says so or not. */
static bool null_changed(const kin_table_schema *from, const kin_column_schema *a, const kin_table_schema *to,
                         const kin_column_schema *b)
{
	bool key = kin_normal_has_name(to->primary_key.columns, to->primary_key.column_count, b->name) ||
	           kin_normal_has_name(from->primary_key.columns, from->primary_key.column_count, a->name);

	return !key && a->not_null != b->not_null;
}

static bool default_changed(kin_diff *diff, const kin_column_schema *a, const kin_column_schema *b)
{
	kin_arena *arena = diff->out->arena;
	const char *one = kin_normal_default(arena, &b->type, a->default_sql);
	const char *two = kin_normal_default(arena, &b->type, b->default_sql);

	return !(one == two || (one && two && strcmp(one, two) == 0));
}

static bool comment_changed(const kin_diff *diff, const kin_column_schema *a, const kin_column_schema *b)
{
	if (diff->dialect && diff->dialect->id == KIN_SQLITE)
		return false;
	return strcmp(a->comment ? a->comment : "", b->comment ? b->comment : "") != 0;
}

static bool is_number(const kin_type *type) { return type->name >= KIN_TYPE_BOOLEAN && type->name <= KIN_TYPE_NUMERIC; }
static bool is_text(const kin_type *type) { return type->name >= KIN_TYPE_CHAR && type->name <= KIN_TYPE_TEXT; }

/* Whether a default of the one type may be none of the other. */
static bool default_may_not_fit(const kin_type *a, const kin_type *b)
{
	return !(is_number(a) && is_number(b)) && !(is_text(a) && is_text(b));
}

/* A default that goes, or does not fit the new type, is taken away before the type changes; a new one comes when it has. */
static int alter_default(kin_diff *diff, const kin_column_schema *a, const kin_table_schema *to, kin_column_schema *b, bool retyped, bool before)
{
	bool gone = !kin_normal_default(diff->out->arena, &b->type, b->default_sql);
	bool early = a->default_sql && retyped && (gone || default_may_not_fit(&a->type, &b->type));

	if (!default_changed(diff, a, b) || (before && !early) || (!before && early && gone))
		return KIN_OK;
	return alter(diff, before || gone ? KIN_DDL_DROP_DEFAULT : KIN_DDL_SET_DEFAULT, to, b, before ? NULL : b->default_sql);
}

static int alter_column(kin_diff *diff, const kin_table_schema *from, const kin_column_schema *a,
                        const kin_table_schema *to, kin_column_schema *b)
{
	bool retyped = kin_diff_retyped(diff, from, a, to, b);
	int rc = KIN_OK;

	if (identity_changed(diff, from, a, to, b) && !makes_number(diff, to, b))
		rc = alter(diff, KIN_DDL_DROP_IDENTITY, to, b, NULL);
	if (rc == KIN_OK)
		rc = alter_default(diff, a, to, b, retyped, true);
	if (rc == KIN_OK && retyped)
		rc = alter(diff, KIN_DDL_SET_TYPE, to, b, NULL);
	if (rc == KIN_OK && null_changed(from, a, to, b))
		rc = alter(diff, b->not_null ? KIN_DDL_SET_NOT_NULL : KIN_DDL_DROP_NOT_NULL, to, b, NULL);
	if (rc == KIN_OK)
		rc = alter_default(diff, a, to, b, retyped, false);
	if (rc == KIN_OK && comment_changed(diff, a, b))
		rc = alter(diff, KIN_DDL_COMMENT_COLUMN, to, b, b->comment);
	return rc;
}

/* A generated column cannot be altered: it is dropped and added, which loses nothing, as it is computed. */
static bool computed_changed(kin_diff *diff, const kin_column_schema *a, const kin_column_schema *b)
{
	kin_arena *arena = diff->out->arena;

	if (!a->computed_sql && !b->computed_sql)
		return false;
	if (!a->computed_sql || !b->computed_sql)
		return true;
	/* PostgreSQL has only stored ones */
	return (a->computed_stored != b->computed_stored && !(diff->dialect && diff->dialect->id == KIN_POSTGRESQL)) ||
	       !kin_normal_same(kin_normal_sql(arena, a->computed_sql), kin_normal_sql(arena, b->computed_sql));
}

/* What stands on the column goes with it; compared later with what should be there, it is added again. */
static int make_anew(kin_diff *diff, const kin_table_schema *to, kin_column_schema *column)
{
	kin_ddl drop = { .kind = KIN_DDL_DROP_COLUMN, .table_name = to->name, .name = column->name };
	kin_ddl add = { .kind = KIN_DDL_ADD_COLUMN, .table_name = to->name, .column = column };
	int rc = kin_diff_change(diff, &drop);

	return rc < 0 ? rc : kin_diff_change(diff, &add);
}

/* Whether an expression is over a column whose type changes. */
static bool is_over_retyped(kin_diff *diff, const kin_table_schema *from, const kin_table_schema *to, const char *sql)
{
	for (size_t i = 0; i < to->column_count; i++) {
		const kin_column_schema *b = &to->columns[i], *a = kin_schema_column(from, b->name);
		if (a && kin_normal_mentions(sql, b->name) && kin_diff_retyped(diff, from, a, to, b))
			return true;
	}
	return false;
}

/* PostgreSQL changes no type that a generated column is made of: those go first, and come again after. */
static int drop_computed(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < to->column_count; i++) {
		const kin_column_schema *b = &to->columns[i], *a = kin_schema_column(from, b->name);
		kin_ddl drop = { .kind = KIN_DDL_DROP_COLUMN, .table_name = to->name, .name = b->name };
		if (a && a->computed_sql && b->computed_sql &&
		    (is_over_retyped(diff, from, to, a->computed_sql) || is_over_retyped(diff, from, to, b->computed_sql)))
			rc = kin_diff_change(diff, &drop);
	}
	return rc;
}

static int add_columns(kin_diff *diff, const kin_table_schema *from, const kin_table_schema *to, bool late)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < to->column_count; i++)
		if (!kin_schema_column(from, to->columns[i].name) && late == is_over_retyped(diff, from, to, to->columns[i].computed_sql))
			rc = add_column(diff, to, &to->columns[i]);
	return rc;
}

int kin_diff_columns(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to)
{
	int rc = drop_computed(diff, from, to);

	if (rc == KIN_OK)
		rc = add_columns(diff, from, to, false);
	for (size_t i = 0; rc == KIN_OK && i < to->column_count; i++) {
		const kin_column_schema *a = kin_schema_column(from, to->columns[i].name);
		if (a && computed_changed(diff, a, &to->columns[i]))
			rc = make_anew(diff, to, &to->columns[i]);
		else if (a)
			rc = alter_column(diff, from, a, to, &to->columns[i]);
	}
	return rc < 0 ? rc : add_columns(diff, from, to, true);
}

/* When the key is what it will be: only then can SQLite and MariaDB number it. */
int kin_diff_identities(kin_diff *diff, const kin_table_schema *from, const kin_table_schema *to)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < to->column_count; i++) {
		const kin_column_schema *a = kin_schema_column(from, to->columns[i].name);
		if (a && makes_number(diff, to, &to->columns[i]) && identity_changed(diff, from, a, to, &to->columns[i]))
			rc = alter(diff, KIN_DDL_SET_IDENTITY, to, &to->columns[i], NULL);
	}
	return rc;
}
