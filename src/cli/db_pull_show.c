/* db_pull_show.c - the files that `kin db pull` writes: models.h, models.c, and the schema as portable DDL. */
#include "cli/db_pull.h"

#include <string.h>

#include "migrate/apply.h"
#include "migrate/diff.h"
#include "schema/naming.h"

/* ---- C ---- */

/* A C string; one literal a line where it has several. */
static void add_literal(kin_text *out, const char *s)
{
	kin_text_add_char(out, '"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\')
			kin_text_addf(out, "\\%c", c);
		else if (c == '\n')
			kin_text_add(out, s[1] ? "\\n\"\n\t              \"" : "\\n");
		else if (c < 0x20 || c == 0x7f)
			kin_text_addf(out, "\\%03o", c);
		else
			kin_text_add_char(out, (char)c);
	}
	kin_text_add_char(out, '"');
}

/* A name in a comment: it can end neither the comment nor the line. */
static void add_remark(kin_text *out, const char *s)
{
	for (; *s; s++) {
		kin_text_add_char(out, (unsigned char)*s < 0x20 ? ' ' : *s);
		if (s[0] == '*' && s[1] == '/')
			kin_text_add_char(out, ' ');
	}
}

static void add_banner(const kin_pull *pull, kin_text *out, const char *file, const char *what, const char *mark)
{
	kin_text_addf(out, "%s %s - %s ", *mark == '-' ? "--" : "/*", file, what);
	add_remark(out, pull->source);
	kin_text_addf(out, ".\n%s\n%s Written by `kin db pull`.", mark, mark);
	if (pull->losses.count > 0)
		kin_text_addf(out, " What it could not take over:\n%s", mark);
	for (size_t i = 0; i < pull->losses.count; i++) {
		kin_text_addf(out, "\n%s   ", mark);
		add_remark(out, pull->losses.items[i]);
	}
	kin_text_add(out, *mark == '-' ? "\n\n" : " */\n");
}

/* How a struct's members are set out: the longest type without its star, and whether there are stars. */
typedef struct layout {
	int  width;
	bool stars;
	bool measured;
} layout;

static void add_member(kin_text *out, layout *all, const char *type, const char *name)
{
	int length = type ? (int)strlen(type) : 0;
	bool star = length > 0 && type[length - 1] == '*';

	length -= star ? 2 : 0;
	if (all->measured)
		kin_text_addf(out, "\t%-*.*s %s%s;\n", all->width, length, type ? type : "", star ? "*" : all->stars ? " " : "", name);
	all->width = length > all->width ? length : all->width;
	all->stars = all->stars || star;
}

static const char *member_type(kin_pull *pull, const kin_pull_column *c)
{
	return c->nullable ? kin_arena_printf(pull->arena, "kin_nullable(%s)", c->c_type) : c->c_type;
}

static const char *relation_type(kin_pull *pull, const kin_pull_relation *relation)
{
	bool list = strcmp(relation->form, "has_many") == 0;

	return kin_arena_printf(pull->arena, list ? "%s_list" : "const %s *", relation->target->name);
}

static void add_struct(kin_pull *pull, kin_text *out, const kin_pull_model *model)
{
	layout all = { 0 };

	kin_text_addf(out, "\nstruct %s {\n", model->name);
	for (int pass = 0; pass < 2; pass++, all.measured = true) {
		for (size_t i = 0; i < model->table->column_count; i++)
			add_member(out, &all, member_type(pull, &model->columns[i]), model->columns[i].member);
		for (size_t i = 0; i < model->relations.count; i++)
			add_member(out, &all, relation_type(pull, &model->relations.items[i]), model->relations.items[i].name);
	}
	kin_text_add(out, "};\n");
}

static void add_enum(kin_text *out, const kin_pull_enum *e)
{
	kin_text_add(out, "\ntypedef enum {");
	for (size_t i = 0; i < e->type->label_count; i++)
		kin_text_addf(out, "\n\t%s,", e->constants[i]);
	kin_text_addf(out, "\n} %s;\n", e->name);
	if (e->nullable)
		kin_text_addf(out, "KIN_NULLABLE(%s);\n", e->name);
}

void kin_pull_show_header(kin_pull *pull, kin_text *out)
{
	add_banner(pull, out, "models.h", "as plain C structs, the tables of", " *");
	kin_text_add(out, "#ifndef MODELS_H\n#define MODELS_H\n\n#include <kin.h>\n\n");
	for (size_t i = 0; i < pull->schema->table_count; i++)
		if (pull->models[i].name)
			kin_text_addf(out, "KIN_DECLARE(%s);\n", pull->models[i].name);
	for (size_t i = 0; i < pull->enums.count; i++)
		add_enum(out, pull->enums.items[i]);
	for (size_t i = 0; i < pull->schema->table_count; i++)
		if (pull->models[i].name)
			add_struct(pull, out, &pull->models[i]);
	kin_text_add(out, "\n#endif\n");
	out->failed = out->failed || pull->arena->failed;
}

static void add_text_option(kin_text *out, const char *name, const char *value)
{
	if (!value)
		return;
	kin_text_addf(out, ", .%s = ", name);
	add_literal(out, value);
}

static void add_flag_option(kin_text *out, const char *name, bool value)
{
	if (value)
		kin_text_addf(out, ", .%s = true", name);
}

static void add_foreign(kin_pull *pull, kin_text *out, const kin_foreign_schema *foreign)
{
	const char *target = foreign->target_column_count ? foreign->target_columns[0] : NULL;

	add_text_option(out, "foreign_key", target ? kin_arena_printf(pull->arena, "%s.%s", foreign->target, target) : foreign->target);
	add_text_option(out, "on_delete", foreign->on_delete);
	add_text_option(out, "on_update", foreign->on_update);
	if (foreign->deferrable)
		kin_text_addf(out, ", .deferrable = %s", foreign->initially_deferred ? "KIN_DEFERRED" : "true");
}

static void add_options(kin_pull *pull, kin_text *out, const kin_pull_column *c)
{
	const kin_column_schema *column = c->column;
	bool text = strcmp(c->c_type, "const char *") == 0, bytes = strcmp(c->c_type, "kin_bytes") == 0;

	add_flag_option(out, "primary_key", c->key);
	if (strcmp(c->member, column->name) != 0)
		add_text_option(out, "column", column->name);
	if (text && column->type.length > 0)
		kin_text_addf(out, ", .length = %d", column->type.length);
	if (kin_pull_says_digits(c))
		kin_text_addf(out, ", .precision = %d", column->type.precision);
	if (kin_pull_says_digits(c) && column->type.scale > 0)
		kin_text_addf(out, ", .scale = %d", column->type.scale);
	if (c->is_enum)
		add_text_option(out, "enum_name", column->type.text);
	add_text_option(out, "type", c->type);
	if (column->not_null && !c->key && !column->computed_sql && (text || bytes))
		kin_text_add(out, ", .nullable = false");
	add_flag_option(out, "unique", c->unique);
	add_flag_option(out, "index", c->index);
	if (c->foreign)
		add_foreign(pull, out, c->foreign);
	add_text_option(out, "default_sql", column->default_sql);
	add_text_option(out, "computed", column->computed_sql);
	add_flag_option(out, "computed_stored", column->computed_sql && column->computed_stored);
	add_text_option(out, "comment", column->comment);
}

static void add_labels(kin_text *out, const kin_type *type)
{
	for (size_t i = 0; i < type->label_count; i++) {
		kin_text_add(out, i > 0 ? ", " : "");
		add_literal(out, type->labels[i]);
	}
}

static void add_column(kin_pull *pull, kin_text *out, const kin_pull_column *c)
{
	kin_text options;

	kin_text_init(&options);
	add_options(pull, &options, c);
	kin_text_addf(out, c->is_enum ? "\tkin_%senum%s(%s" : "\tkin_%scolumn%s(%s", c->is_enum && c->nullable ? "nullable_" : "",
	              c->is_enum && options.length > 0 ? "_column" : "", c->member);
	if (c->is_enum) {
		kin_text_add(out, options.length > 0 ? ", kin_labels(" : ", ");
		add_labels(out, &c->column->type);
		kin_text_add(out, options.length > 0 ? ")" : "");
	}
	kin_text_add_n(out, options.data, options.length);
	kin_text_add(out, ");\n");
	out->failed = out->failed || !kin_text_ok(&options);
	kin_text_done(&options);
}

static const char *member_of(const kin_pull_model *model, const char *column)
{
	for (size_t i = 0; i < model->table->column_count; i++)
		if (strcmp(model->columns[i].column->name, column) == 0)
			return model->columns[i].member;
	return column;
}

static void add_relation(kin_text *out, const kin_pull_relation *relation)
{
	kin_text_addf(out, "\tkin_%s(%s, %s, .backref = \"%s\"", relation->form, relation->name, relation->target->name, relation->reverse);
	add_text_option(out, "foreign_key", relation->key);
	kin_text_add(out, ");\n");
}

static void add_index(kin_pull *pull, kin_text *out, const kin_pull_model *model, const kin_index_schema *index)
{
	const char **names = kin_arena_alloc(pull->arena, (index->part_count + 1) * sizeof(*names));
	const char *usual;

	if (!names)
		return;
	kin_text_add(out, index->part_count > 1 ? "\tkin_index((" : "\tkin_index(");
	for (size_t i = 0; i < index->part_count; i++) {
		names[i] = index->parts[i].column;
		kin_text_addf(out, "%s%s", i > 0 ? ", " : "", member_of(model, names[i]));
	}
	kin_text_add(out, index->part_count > 1 ? ")" : "");
	usual = kin_naming_index(pull->naming, pull->arena, model->table->name, names, index->part_count);
	if (index->name && usual && strcmp(index->name, usual) != 0)
		add_text_option(out, "name", index->name);
	add_flag_option(out, "unique", index->unique);
	add_text_option(out, "where", index->where);
	kin_text_add(out, ");\n");
}

static void add_check(kin_text *out, const kin_pull_model *model, const kin_check_schema *check)
{
	kin_text_add(out, "\tkin_check(");
	add_literal(out, check->sql);
	if (check->name)
		add_text_option(out, "name", check->name + strlen("ck__") + strlen(model->table->name));
	kin_text_add(out, ");\n");
}

static void add_model(kin_pull *pull, kin_text *out, const kin_pull_model *model)
{
	kin_text_addf(out, "\nKIN_MODEL(%s, ", model->name);
	add_literal(out, model->table->name);
	kin_text_add(out, ") {\n");
	for (size_t i = 0; i < model->table->column_count; i++)
		add_column(pull, out, &model->columns[i]);
	for (size_t i = 0; i < model->relations.count; i++)
		add_relation(out, &model->relations.items[i]);
	for (size_t i = 0; i < model->uniques.count; i++) {
		kin_text_add(out, "\tkin_unique(");
		for (size_t n = 0; n < model->uniques.items[i]->column_count; n++)
			kin_text_addf(out, "%s%s", n > 0 ? ", " : "", member_of(model, model->uniques.items[i]->columns[n]));
		kin_text_add(out, ");\n");
	}
	for (size_t i = 0; i < model->indexes.count; i++)
		add_index(pull, out, model, model->indexes.items[i]);
	for (size_t i = 0; i < model->checks.count; i++)
		add_check(out, model, model->checks.items[i]);
	for (size_t i = 0; i < model->lines.count; i++) {
		kin_text_add(out, "\tkin_table_sql(");
		add_literal(out, model->lines.items[i]);
		kin_text_add(out, ");\n");
	}
	kin_text_add(out, "}\n");
}

void kin_pull_show_source(kin_pull *pull, kin_text *out)
{
	add_banner(pull, out, "models.c", "how the structs map to the tables of", " *");
	kin_text_add(out, "#include \"models.h\"\n");
	for (size_t i = 0; i < pull->schema->table_count; i++)
		if (pull->models[i].name)
			add_model(pull, out, &pull->models[i]);
	out->failed = out->failed || pull->arena->failed;
}

/* ---- portable DDL ---- */

/* What the text does not give back when it is read: to be told, not dropped. */
static int find_lost(kin_pull *pull, const char *text)
{
	kin_schema read = { .arena = pull->arena };
	kin_changes lost = { .arena = pull->arena };
	kin_diff_options options = { .objects = true };
	int rc = kin_apply_script(&read, pull->dialect, text, "the schema", pull->error);

	if (rc == KIN_OK)
		rc = kin_diff_schemas(&lost, pull->dialect, &read, pull->schema, &options, pull->error);
	for (size_t i = 0; rc == KIN_OK && i < lost.count; i++) {
		kin_text line;
		kin_text_init(&line);
		kin_ddl_show(&line, &lost.items[i]);
		kin_pull_lose(pull, "%s", line.data);
		kin_text_done(&line);
	}
	return rc;
}

static void add_statements(const kin_pull *pull, kin_text *out, const kin_changes *all)
{
	bool open = false;

	for (size_t i = 0; i < all->count; i++) {
		const kin_ddl *change = &all->items[i];
		if (change->kind == KIN_DDL_CREATE_OBJECT && !open) {
			kin_text_addf(out, "-- only: %s\n", pull->dialect->name);
			open = true;
		}
		kin_ddl_show(out, change);
		kin_text_add(out, change->kind == KIN_DDL_CREATE_INDEX || (i + 1 < all->count && all->items[i + 1].kind == KIN_DDL_CREATE_INDEX)
		                          ? ";\n"
		                          : ";\n\n");
	}
	if (open)
		kin_text_add(out, "-- end\n");
}

int kin_pull_show_schema(kin_pull *pull, kin_text *out)
{
	kin_schema nothing = { .arena = pull->arena };
	kin_changes all = { .arena = pull->arena };
	kin_diff_options options = { .objects = true };
	kin_text body;
	int rc = kin_diff_schemas(&all, NULL, &nothing, pull->schema, &options, pull->error);

	kin_text_init(&body);
	if (rc == KIN_OK) {
		add_statements(pull, &body, &all);
		rc = kin_text_ok(&body) ? find_lost(pull, body.data) : kin_error_nomem(pull->error);
	}
	if (rc == KIN_OK) {
		add_banner(pull, out, "schema.sql", "as portable DDL, the schema of", "--");
		kin_text_add(out, body.data);
	}
	kin_text_done(&body);
	return rc;
}
