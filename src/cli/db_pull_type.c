/* db_pull_type.c - which C type a column becomes. */
#include "cli/db_pull.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "migrate/normal.h"

enum { MOST_DIGITS = 38 }; /* of a kin_decimal */

static const char text_type[] = "const char *";

static const char *const c_types[KIN_TYPE_COUNT] = {
	[KIN_TYPE_BOOLEAN] = "bool",   [KIN_TYPE_SMALLINT] = "int16_t",       [KIN_TYPE_INTEGER] = "int32_t",
	[KIN_TYPE_BIGINT] = "int64_t", [KIN_TYPE_REAL] = "float",             [KIN_TYPE_DOUBLE] = "double",
	[KIN_TYPE_CHAR] = text_type,   [KIN_TYPE_VARCHAR] = text_type,        [KIN_TYPE_TEXT] = text_type,
	[KIN_TYPE_BLOB] = "kin_bytes", [KIN_TYPE_DATE] = "kin_date",          [KIN_TYPE_TIME] = "kin_time",
	[KIN_TYPE_UUID] = "kin_uuid",  [KIN_TYPE_TIMESTAMP] = "kin_datetime", [KIN_TYPE_TIMESTAMPTZ] = "kin_timestamp",
	[KIN_TYPE_JSON] = "kin_json",
};

/* ---- types that kin has no name for ---- */

/* What SQLite keeps in a column of a type that it does not know: its affinity. */
static const char *by_affinity(const char *text)
{
	if (strcasestr(text, "CHAR") || strcasestr(text, "TEXT"))
		return text_type;
	if (strcasestr(text, "INT"))
		return "int64_t";
	if (!*text || strcasestr(text, "BLOB"))
		return "kin_bytes";
	return strcasestr(text, "REAL") || strcasestr(text, "FLOA") || strcasestr(text, "DOUB") ? "double" : text_type;
}

/* What else servers have; by how the type begins, with `unsigned` behind it or not. */
static const struct odd_type {
	const char *start, *c_type, *unsigned_type;
} odd_types[] = {
	{ "tinyint", "int8_t", "uint8_t" },       { "smallint", "int16_t", "uint16_t" }, { "mediumint", "int32_t", "uint32_t" },
	{ "int", "int32_t", "uint32_t" },         { "bigint", "int64_t", "uint64_t" },   { "year(", "int16_t", "int16_t" },
	{ "float", "float", "float" },            { "double", "double", "double" },      { "tinyblob", "kin_bytes", NULL },
	{ "mediumblob", "kin_bytes", NULL },      { "longblob", "kin_bytes", NULL },     { "binary(", "kin_bytes", NULL },
	{ "varbinary(", "kin_bytes", NULL },
};

/* Texts of several sizes, which need no word. */
static bool is_text(const char *text)
{
	return strcasestr(text, "text") && !strchr(text, '[');
}

static const char *on_server(const char *text)
{
	if (strcasecmp(text, "json") == 0)
		return "kin_json";
	for (size_t i = 0; i < sizeof(odd_types) / sizeof(*odd_types); i++) {
		size_t length = strlen(odd_types[i].start);
		bool whole = odd_types[i].start[length - 1] == '(' || !isalpha((unsigned char)text[length]);
		if (strncasecmp(text, odd_types[i].start, length) == 0 && whole && !strchr(text, '['))
			return strcasestr(text, "unsigned") ? odd_types[i].unsigned_type : odd_types[i].c_type;
	}
	return text_type;
}

static const char *odd_type(const kin_pull *pull, const char *text)
{
	return !pull->dialect || pull->dialect->id != KIN_SQLITE ? on_server(text) : by_affinity(text);
}

/* ---- numbers with digits ---- */

/* SQLite has no exact numbers, so one of no size is what it keeps: a double. Of more digits than a kin_decimal has, all are in the text. */
static const char *decimal_type(const kin_pull *pull, const kin_type *type)
{
	if (type->precision > MOST_DIGITS)
		return text_type;
	return type->precision == 0 && pull->dialect && pull->dialect->id == KIN_SQLITE ? "double" : "kin_decimal";
}

bool kin_pull_says_digits(const kin_pull_column *c)
{
	const kin_type *type = &c->column->type;

	return strcmp(c->c_type, "kin_decimal") == 0 && type->name == KIN_TYPE_NUMERIC && type->precision > 0 &&
	       type->scale <= type->precision && !c->type;
}

/* ---- all ---- */

const kin_foreign_schema *kin_pull_own_foreign(const kin_pull *pull, const kin_table_schema *table, const char *column)
{
	for (size_t i = 0; i < table->foreign_count; i++) {
		const kin_foreign_schema *f = &table->foreigns[i];
		const kin_pull_model *target = kin_pull_find_model(pull, f->target);
		size_t width = !target ? 0 : f->target_column_count ? f->target_column_count : target->table->primary_key.column_count;
		if (f->column_count == 1 && width == 1 && strcmp(f->columns[0], column) == 0)
			return f;
	}
	return NULL;
}

const char *kin_pull_target_column(const kin_pull *pull, const kin_foreign_schema *foreign)
{
	return foreign->target_column_count ? foreign->target_columns[0]
	                                    : kin_pull_find_model(pull, foreign->target)->table->primary_key.columns[0];
}

/* The C type of a column: a foreign key has that of what it points at, through several tables. NULL: an enum of its own. */
static const char *c_type_of(const kin_pull *pull, const kin_table_schema *table, const char *name, int depth)
{
	const kin_column_schema *column = kin_schema_column(table, name);
	const kin_foreign_schema *foreign = kin_pull_own_foreign(pull, table, name);
	const char *target = foreign ? kin_pull_target_column(pull, foreign) : NULL;

	if (!column)
		return "int64_t";
	if (foreign && depth < 16 && (strcmp(foreign->target, table->name) != 0 || strcmp(target, name) != 0))
		return c_type_of(pull, kin_pull_find_model(pull, foreign->target)->table, target, depth + 1);
	if (column->autoincrement)
		return "int64_t";
	if (column->type.name == KIN_TYPE_OTHER)
		return odd_type(pull, column->type.text ? column->type.text : "");
	return column->type.name == KIN_TYPE_NUMERIC ? decimal_type(pull, &column->type) : c_types[column->type.name];
}

static bool holds_null(const char *c_type)
{
	return strcmp(c_type, text_type) == 0 || strcmp(c_type, "kin_bytes") == 0;
}

kin_type kin_pull_usual_type(const kin_pull_column *c)
{
	static const kin_type_name names[] = {
		KIN_TYPE_BOOLEAN, KIN_TYPE_SMALLINT, KIN_TYPE_INTEGER, KIN_TYPE_BIGINT, KIN_TYPE_REAL, KIN_TYPE_DOUBLE, KIN_TYPE_VARCHAR,
		KIN_TYPE_BLOB, KIN_TYPE_DATE, KIN_TYPE_TIME, KIN_TYPE_TIMESTAMP, KIN_TYPE_TIMESTAMPTZ, KIN_TYPE_UUID, KIN_TYPE_JSON,
	};
	const kin_type *type = &c->column->type;

	if (c->is_enum)
		return *type;
	if (kin_pull_says_digits(c))
		return (kin_type){ .name = KIN_TYPE_NUMERIC, .precision = type->precision, .scale = type->scale < 0 ? 0 : type->scale };
	if (strcmp(c->c_type, "kin_decimal") == 0)
		return (kin_type){ .name = KIN_TYPE_NUMERIC, .precision = MOST_DIGITS, .scale = 10 };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(c_types[names[i]], c->c_type) == 0)
			return (kin_type){ .name = names[i], .scale = -1, .length = names[i] == KIN_TYPE_VARCHAR ? type->length : 0 };
	return (kin_type){ .name = KIN_TYPE_OTHER, .text = c->c_type }; /* int8_t and the unsigned: always with a word */
}

static const char *type_text(kin_pull *pull, const kin_type *type)
{
	kin_text text;

	kin_text_init(&text);
	kin_ddl_type(NULL, &text, type);
	return kin_text_keep(&text, pull->arena);
}

/* ---- enums ---- */

static char *upper(kin_arena *arena, const char *name)
{
	char *own = kin_pull_snake_name(arena, name);

	for (char *c = own; c && *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return own;
}

static kin_pull_enum *find_enum(const kin_pull *pull, const kin_type *type)
{
	for (size_t i = 0; type->text && i < pull->enums.count; i++)
		if (pull->enums.items[i]->type->text && strcmp(pull->enums.items[i]->type->text, type->text) == 0)
			return pull->enums.items[i];
	return NULL;
}

/* "FilmRating" for the column rating of Film; "MpaaRating" for one of a type of that name. */
static const char *enum_name(kin_pull *pull, const kin_pull_model *model, const kin_pull_column *c)
{
	const char *own = kin_pull_model_name(pull->arena, c->column->type.text ? c->column->type.text : c->column->name);

	if (own && !c->column->type.text)
		own = kin_arena_printf(pull->arena, "%s%s", model->name, own);
	return own ? kin_pull_free_name(pull, own) : NULL;
}

static kin_pull_enum *make_enum(kin_pull *pull, const kin_pull_model *model, const kin_pull_column *c)
{
	const kin_type *type = &c->column->type;
	kin_pull_enum *own = kin_arena_zalloc(pull->arena, sizeof(*own));
	const char *name = own ? enum_name(pull, model, c) : NULL, *prefix = name ? upper(pull->arena, name) : NULL;

	if (!prefix || !(own->constants = kin_arena_zalloc(pull->arena, (type->label_count + 1) * sizeof(*own->constants))))
		return NULL;
	own->name = name;
	own->type = type;
	for (size_t i = 0; i < type->label_count; i++) {
		const char *label = *type->labels[i] ? upper(pull->arena, type->labels[i]) : "EMPTY";
		const char *plain = label ? kin_arena_printf(pull->arena, "%s_%s", prefix, *label == '_' ? label + 1 : label) : NULL;
		if (!plain || !(own->constants[i] = kin_pull_free_name(pull, plain)))
			return NULL;
	}
	return kin_vec_push(&pull->enums, own) ? own : NULL;
}

static int plan_enum(kin_pull *pull, const kin_pull_model *model, kin_pull_column *c)
{
	kin_pull_enum *own = find_enum(pull, &c->column->type);

	if (!own && !(own = make_enum(pull, model, c)))
		return KIN_ENOMEM;
	c->is_enum = true;
	c->c_type = own->name;
	c->nullable = !c->column->not_null;
	own->nullable = own->nullable || c->nullable;
	return KIN_OK;
}

static bool is_pointed_at(const kin_pull *pull, const kin_table_schema *table, const char *column)
{
	for (size_t i = 0; i < pull->schema->table_count; i++)
		for (size_t j = 0; j < pull->schema->tables[i]->foreign_count; j++) {
			const kin_foreign_schema *f = &pull->schema->tables[i]->foreigns[j];
			if (strcmp(f->target, table->name) == 0 && kin_normal_has_name(f->target_columns, f->target_column_count, column))
				return true;
		}
	return false;
}

int kin_pull_plan_type(kin_pull *pull, const kin_pull_model *model, kin_pull_column *c)
{
	const kin_table_schema *table = model->table;
	const kin_type *type = &c->column->type;
	const char *c_type = c_type_of(pull, table, c->column->name, 0);

	if (!c_type && type->name == KIN_TYPE_ENUM && !c->key && !c->foreign && !c->column->computed_sql && type->label_count > 0 &&
	    !is_pointed_at(pull, table, c->column->name))
		return plan_enum(pull, model, c);
	c->c_type = c_type ? c_type : text_type; /* labels that are keys */
	c->nullable = (!c->column->not_null || c->column->computed_sql) && !c->key && !holds_null(c->c_type);
	kin_type usual = kin_pull_usual_type(c);
	if (!kin_normal_same_type(pull->arena, NULL, type, &usual))
		c->type = type_text(pull, type);
	if (type->name == KIN_TYPE_OTHER && c->type && strcmp(c->c_type, text_type) == 0 && !is_text(c->type))
		kin_pull_lose(pull, "%s.%s, of type %s, is read and written as text", table->name, c->column->name, *c->type ? c->type : "none");
	return pull->arena->failed ? KIN_ENOMEM : KIN_OK;
}
