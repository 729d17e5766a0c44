/* ddl_dump.c - items of DDL as text, for comparing. */
#include "sql/ddl_dump.h"

static void text(kin_text *out, const char *label, const char *value)
{
	if (value)
		kin_text_addf(out, " %s=[%s]", label, value);
}

static void flag(kin_text *out, const char *label, bool value)
{
	if (value)
		kin_text_addf(out, " %s", label);
}

static void names(kin_text *out, const char *label, const char *const *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text(out, label, values[i]);
}

static void column(kin_text *out, const kin_column_schema *c)
{
	const kin_type *t = &c->type;

	text(out, "\ncolumn", c->name);
	kin_text_addf(out, " type=%d,%d,%d,%d", t->name, t->length, t->precision, t->scale);
	text(out, "text", t->text);
	names(out, "label", t->labels, t->label_count);
	flag(out, "not_null", c->not_null);
	flag(out, "autoincrement", c->autoincrement);
	flag(out, "strict", c->strict_autoincrement);
	text(out, "default", c->default_sql);
	text(out, "collation", c->collation);
	text(out, "computed", c->computed_sql);
	flag(out, "stored", c->computed_stored);
	text(out, "comment", c->comment);
	text(out, "extra", c->extra);
}

static void key(kin_text *out, const char *label, const kin_key_schema *k)
{
	kin_text_addf(out, "\n%s", label);
	text(out, "name", k->name);
	names(out, "on", k->columns, k->column_count);
	text(out, "extra", k->extra);
}

static void foreign(kin_text *out, const kin_foreign_schema *f)
{
	text(out, "\nforeign", f->name ? f->name : "");
	names(out, "on", f->columns, f->column_count);
	text(out, "target", f->target);
	names(out, "to", f->target_columns, f->target_column_count);
	text(out, "delete", f->on_delete);
	text(out, "update", f->on_update);
	flag(out, "deferrable", f->deferrable);
	flag(out, "deferred", f->initially_deferred);
	text(out, "match", f->match);
}

static void check(kin_text *out, const kin_check_schema *c)
{
	text(out, "\ncheck", c->name ? c->name : "");
	text(out, "sql", c->sql);
}

static void index_(kin_text *out, const kin_index_schema *index)
{
	text(out, "\nindex", index->name);
	flag(out, "unique", index->unique);
	for (size_t i = 0; i < index->part_count; i++) {
		text(out, "column", index->parts[i].column);
		text(out, "expression", index->parts[i].expression);
		text(out, "collation", index->parts[i].collation);
		flag(out, "desc", index->parts[i].descending);
	}
	names(out, "include", index->include, index->include_count);
	text(out, "where", index->where);
}

void dump_table(kin_text *out, const kin_table_schema *table)
{
	text(out, "table", table->name);
	text(out, "schema", table->schema);
	text(out, "comment", table->comment);
	text(out, "options", table->options);
	for (size_t i = 0; i < table->column_count; i++)
		column(out, &table->columns[i]);
	if (table->primary_key.column_count > 0)
		key(out, "primary", &table->primary_key);
	for (size_t i = 0; i < table->unique_count; i++)
		key(out, "unique", &table->uniques[i]);
	for (size_t i = 0; i < table->foreign_count; i++)
		foreign(out, &table->foreigns[i]);
	for (size_t i = 0; i < table->check_count; i++)
		check(out, &table->checks[i]);
	for (size_t i = 0; i < table->index_count; i++)
		index_(out, &table->indexes[i]);
}

void dump_ddl(kin_text *out, const kin_ddl *ddl)
{
	kin_text_addf(out, "%d", ddl->kind);
	text(out, "table", ddl->table_name);
	text(out, "name", ddl->name);
	text(out, "new", ddl->new_name);
	text(out, "sql", ddl->sql);
	text(out, "only", ddl->only);
	if (ddl->table)
		dump_table(out, ddl->table);
	if (ddl->column)
		column(out, ddl->column);
	if (ddl->key)
		key(out, "key", ddl->key);
	if (ddl->foreign)
		foreign(out, ddl->foreign);
	if (ddl->check)
		check(out, ddl->check);
	if (ddl->index)
		index_(out, ddl->index);
	if (ddl->object) {
		text(out, "\nobject", ddl->object->kind);
		text(out, "name", ddl->object->name);
		text(out, "table", ddl->object->table);
		text(out, "sql", ddl->object->sql);
	}
	kin_text_add_char(out, '\n');
}
