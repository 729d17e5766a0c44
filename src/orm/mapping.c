/* mapping.c - one model's columns, key, indexes and repr, made from what its body said. */
#include "orm/mapping.h"

#include <string.h>
#include <strings.h>

#include "orm/mapper.h"
#include "value/decimal.h"
#include "value/kind.h"

typedef struct making {
	kin_arena    *arena;
	kin_mapper   *mapper;
	kin_mapping  *mapping;
	kin_mistakes *mistakes;
} making;

const kin_attribute *kin_mapping_attribute_at(const kin_mapping *mapping, size_t offset)
{
	for (size_t i = 0; i < mapping->attribute_count; i++)
		if (mapping->attributes[i].offset == offset)
			return &mapping->attributes[i];
	return NULL;
}

const kin_relation *kin_mapping_relation_at(const kin_mapping *mapping, size_t offset)
{
	for (size_t i = 0; i < mapping->relation_count; i++)
		if (mapping->relations[i]->offset == offset)
			return mapping->relations[i];
	return NULL;
}

bool kin_mapping_is_foreign(const kin_mapping *mapping, const kin_attribute *attribute, const kin_foreign *beside)
{
	for (size_t i = 0; i < mapping->foreign_count; i++)
		for (size_t n = 0; &mapping->foreigns[i] != beside && n < mapping->foreigns[i].count; n++)
			if (mapping->foreigns[i].pairs[n].local == attribute)
				return true;
	return false;
}

bool kin_mapper_next_name(const char **text, const char **ret_name, size_t *ret_length)
{
	const char *begin = *text + strspn(*text, " \t\n,()");
	size_t length = strcspn(begin, " \t\n,()");

	*text = begin + length;
	*ret_name = begin;
	*ret_length = length;
	return length > 0;
}

const char *const *kin_mapping_names(kin_arena *arena, const kin_mapping *mapping)
{
	const char **names = kin_arena_alloc(arena, (mapping->attribute_count + 1) * sizeof(*names));

	for (size_t i = 0; names && i < mapping->attribute_count; i++)
		names[i] = mapping->attributes[i].name;
	return names;
}

const kin_attribute *kin_mapping_listed(kin_arena *arena, kin_mistakes *mistakes, const kin_mapping *mapping, const char *name, size_t length,
                                        const char *what, const char *file, int line)
{
	const char *own = kin_arena_strndup(arena, name, length);
	const char *const *names = kin_mapping_names(arena, mapping);

	if (!own || !names) {
		mistakes->failed = true;
		return NULL;
	}
	const kin_attribute *found = kin_mapping_attribute(mapping, own);
	if (!found)
		kin_mistake_add(mistakes, file, line, "%s: %s names '%s', which is no column%s", mapping->name, what, own,
		                kin_mistake_hint(mistakes, own, names, mapping->attribute_count));
	return found;
}

static const kin_attribute *find_named(making *m, const char *name, size_t length, const char *what, const char *file, int line)
{
	return kin_mapping_listed(m->arena, m->mistakes, m->mapping, name, length, what, file, line);
}

static bool holds_null(int kind)
{
	return (kind & KIN_KIND_NULLABLE) || kind == KIN_KIND_TEXT || kind == KIN_KIND_BYTES;
}

/* Whether rows of other models in the same table have NULL there. */
static bool is_loose(const making *m, const kin_column_options *options)
{
	const kin_mapping *parent = m->mapper->parent;

	return parent && m->mapping->level == parent->level && !(options->nullable == 0 && options->default_sql);
}

static bool nullability(making *m, const kin_draft_column *draft)
{
	const kin_column_options *options = &draft->options;

	if (options->primary_key)
		return false;
	if (is_loose(m, options) && options->nullable == 0)
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: .nullable = false, but rows of other models in '%s' have nothing there; add .default_sql, or leave it "
		                "nullable in the table", m->mapping->name, draft->member, m->mapping->model->table);
	if (options->nullable == KIN_USUAL)
		return holds_null(draft->kind);
	if (options->nullable && !holds_null(draft->kind) && draft->kind != KIN_KIND_CHARS && draft->kind != KIN_KIND_CUSTOM)
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: .nullable = true, but %s cannot hold NULL; make it kin_nullable(%s)",
		                m->mapping->name, draft->member, kin_kind_get(draft->kind)->c_type,
		                kin_kind_get(draft->kind)->c_type);
	return options->nullable;
}

const char *kin_mapping_action(kin_mistakes *mistakes, const char *subject, const char *option, const char *text, const char *file, int line)
{
	static const char *const actions[] = { "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION" };
	const size_t count = sizeof(actions) / sizeof(actions[0]);

	if (!text)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(text, actions[i]) == 0)
			return strcmp(actions[i], "NO ACTION") == 0 ? NULL : actions[i];
	kin_mistake_add(mistakes, file, line, "%s: .%s = \"%s\" is no action of a foreign key%s", subject, option, text,
	                kin_mistake_hint(mistakes, text, actions, count));
	return NULL;
}

static const char *action(making *m, const kin_draft_column *draft, const char *option, const char *text)
{
	const char *subject = text ? kin_arena_printf(m->arena, "%s.%s", m->mapping->name, draft->member) : "";

	if (!subject)
		m->mistakes->failed = true;
	return subject ? kin_mapping_action(m->mistakes, subject, option, text, draft->file, draft->line) : NULL;
}

static bool is_decimal(int kind)
{
	return (kind & ~KIN_KIND_NULLABLE) == KIN_KIND_DECIMAL;
}

static void check_decimal(making *m, const kin_draft_column *draft)
{
	const kin_column_options *options = &draft->options;

	if ((options->precision != 0 || options->scale != 0) && !is_decimal(draft->kind))
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .precision and .scale are for a kin_decimal, and this is %s",
		                m->mapping->name, draft->member, kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
	else if (options->precision < 0 || options->precision > KIN_DECIMAL_DIGITS || options->scale < 0 ||
	         options->scale > options->precision)
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: .precision = %d, .scale = %d: a decimal has 1 to %d digits, and at most all of them behind the point",
		                m->mapping->name, draft->member, options->precision, options->scale, KIN_DECIMAL_DIGITS);
}

static bool is_integer(int kind)
{
	return kind >= KIN_KIND_INT8 && kind <= KIN_KIND_UINT64;
}

static void check_labels(making *m, const kin_draft_column *draft)
{
	const kin_column_options *options = &draft->options;

	if (!is_integer(draft->kind) && (draft->kind & ~KIN_KIND_NULLABLE) != KIN_KIND_ENUM)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: labels are for a C enum, and this is %s", m->mapping->name,
		                draft->member, kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
	for (size_t i = 0; i < options->label_count; i++)
		for (size_t n = 0; n < i; n++)
			if (strcmp(options->labels[n], options->labels[i]) == 0)
				kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: %zu and %zu are both '%s'", m->mapping->name,
				                draft->member, n, i, options->labels[i]);
}

static void check_custom(making *m, const kin_draft_column *draft)
{
	const kin_custom_type *type = draft->options.custom;

	if (!type->bind || !type->result || type->kind < KIN_KIND_BOOL || type->kind > KIN_KIND_JSON)
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: a custom type has .bind, .result, and a .kind from KIN_KIND_BOOL to KIN_KIND_JSON", m->mapping->name,
		                draft->member);
	if (type->size != draft->options.member_size)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s has %zu bytes, but a %s has %zu", m->mapping->name,
		                draft->member, draft->options.member_size, type->name, type->size);
	if (draft->options.primary_key || draft->options.foreign_key)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: a custom type cannot be a key", m->mapping->name,
		                draft->member);
}

/* What a program fills in can be stored, and nothing fills in what the database makes. */
static void check_filling(making *m, const kin_draft_column *draft)
{
	const kin_column_options *options = &draft->options;
	bool fills = options->default_value.kind != KIN_KIND_NULL || options->default_fn || options->update_fn;

	if (options->default_value.kind != KIN_KIND_NULL && !kin_kind_comparable(draft->kind, options->default_value.kind))
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .default_value is %s%s, and the member is %s",
		                m->mapping->name, draft->member, kin_kind_article(options->default_value.kind),
		                kin_kind_get(options->default_value.kind)->name, kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
	if (options->default_value.kind != KIN_KIND_NULL && options->default_fn)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .default_value and .default_fn exclude each other",
		                m->mapping->name, draft->member);
	if (options->computed && (fills || options->default_sql || options->primary_key || options->foreign_key))
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: the database makes a computed column: it has no default and is no key", m->mapping->name,
		                draft->member);
}

static void check_options(making *m, const kin_draft_column *draft)
{
	const kin_column_options *options = &draft->options;

	if (options->length != 0 && draft->kind != KIN_KIND_TEXT)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .length is for text, and this is %s",
		                m->mapping->name, draft->member,
		                kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
	check_decimal(m, draft);
	if (options->labels)
		check_labels(m, draft);
	if (options->custom)
		check_custom(m, draft);
	check_filling(m, draft);
	if (options->length < 0)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .length = %d is below zero",
		                m->mapping->name, draft->member, options->length);
	if (!options->foreign_key && (options->on_delete || options->on_update))
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: .%s is for a foreign key; add .foreign_key = \"table.column\"",
		                m->mapping->name, draft->member, options->on_delete ? "on_delete" : "on_update");
	if (options->primary_key && (draft->kind & KIN_KIND_NULLABLE))
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: a primary key is never NULL; make it plain %s", m->mapping->name,
		                draft->member, kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
}

static int kind_of(const kin_draft_column *draft)
{
	return draft->options.labels && is_integer(draft->kind) ? KIN_KIND_ENUM : draft->kind;
}

/* What the kind does not say. NULL with KIN_OK: it says all. */
static int make_domain(making *m, const kin_draft_column *draft, bool nullable, const kin_domain **ret)
{
	const kin_column_options *options = &draft->options;
	int kind = kind_of(draft), plain = kind & ~KIN_KIND_NULLABLE;
	kin_domain *domain;

	*ret = NULL;
	if (plain != KIN_KIND_ENUM && plain != KIN_KIND_CHARS && plain != KIN_KIND_CUSTOM)
		return KIN_OK;
	if (!(domain = kin_arena_zalloc(m->arena, sizeof(*domain))))
		return KIN_ENOMEM;
	domain->size = options->member_size;
	domain->full = domain->size * (kind == plain ? 1 : 2); /* .present, and what aligns the next */
	domain->labels = options->labels;
	domain->label_count = options->label_count;
	domain->custom = options->custom;
	domain->empty_is_null = nullable;
	*ret = domain;
	return KIN_OK;
}

/* Of a decimal that says nothing of them: what every database keeps exactly, if it keeps decimals. */
enum { USUAL_PRECISION = KIN_DECIMAL_DIGITS, USUAL_SCALE = 10 };

static void set_sizes(kin_attribute *attribute, const kin_column_options *options)
{
	bool usual = is_decimal(attribute->kind) && options->precision == 0;

	attribute->length = attribute->kind == KIN_KIND_CHARS ? (int)options->member_size - 1 : options->length;
	attribute->precision = usual ? USUAL_PRECISION : options->precision;
	attribute->scale = usual ? USUAL_SCALE : options->scale;
}

static int add_column(making *m, const kin_draft_column *draft)
{
	kin_mapping *mapping = m->mapping;
	const kin_column_options *options = &draft->options;
	const char *column = options->column ? options->column : draft->member;

	if (mapping->inherited > 0 && kin_mapping_attribute(mapping, draft->member) &&
	    kin_mapping_attribute(mapping, draft->member)->index < mapping->inherited) {
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: what it inherits has a '%s' too, and queries could not tell them apart",
		                mapping->name, draft->member, draft->member);
		return KIN_OK;
	}
	if (kin_map_find(&mapping->by_name, draft->member)) {
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: this member is mapped twice",
		                mapping->name, draft->member);
		return KIN_OK;
	}
	if (kin_map_find(&mapping->by_column, column))
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: another member has the column '%s'",
		                mapping->name, draft->member, column);
	check_options(m, draft);
	bool nullable = nullability(m, draft);
	const kin_domain *domain;
	if (make_domain(m, draft, nullable, &domain) < 0)
		return KIN_ENOMEM;
	kin_attribute *attribute = &mapping->attributes[mapping->attribute_count];
	*attribute = (kin_attribute){
		.name = draft->member, .column = column, .mapping = mapping,
		.offset = (uint32_t)draft->offset, .index = (uint16_t)mapping->attribute_count++,
		.kind = (uint8_t)kind_of(draft), .not_null = !nullable, .domain = domain,
		.primary_key = options->primary_key, .unique = options->unique, .deferred = options->deferred, .indexed = options->index,
		.default_sql = options->default_sql, .comment = options->comment, .type = options->type,
		.default_value = options->default_value, .default_fn = options->default_fn, .update_fn = options->update_fn,
		.computed = options->computed, .computed_stored = options->computed_stored, .enum_name = options->enum_name,
		.level = mapping->level, .loose = is_loose(m, options),
		.foreign_key = options->foreign_key,
		.on_delete = action(m, draft, "on_delete", options->on_delete),
		.on_update = action(m, draft, "on_update", options->on_update),
		.file = draft->file, .line = draft->line,
	};
	set_sizes(attribute, options);
	attribute->size = (uint32_t)kin_domain_size(attribute->kind, domain);
	if (options->custom && !attribute->type)
		attribute->type = options->custom->column;
	if (!kin_map_set(&mapping->by_name, attribute->name, attribute) ||
	    !kin_map_set(&mapping->by_column, attribute->column, attribute))
		return KIN_ENOMEM;
	return KIN_OK;
}

/* The parent's come first, as they are. */
static int inherit_columns(making *m)
{
	kin_mapping *mapping = m->mapping;
	const kin_mapping *parent = m->mapper->parent;

	mapping->inherited = mapping->attribute_count = parent->attribute_count;
	for (size_t i = 0; i < parent->attribute_count; i++) {
		kin_attribute *attribute = &mapping->attributes[i];
		*attribute = parent->attributes[i];
		attribute->mapping = mapping;
		if (!kin_map_set(&mapping->by_name, attribute->name, attribute) ||
		    !kin_map_set(&mapping->by_column, attribute->column, attribute))
			return KIN_ENOMEM;
	}
	return KIN_OK;
}

static int make_columns(making *m)
{
	kin_mapping *mapping = m->mapping;
	const kin_mapping *parent = m->mapper->parent;
	size_t own = m->mapper->columns.count, count = own + (parent ? parent->attribute_count : 0);

	mapping->attributes = kin_arena_zalloc(m->arena, (count + 1) * sizeof(*mapping->attributes));
	mapping->cells = kin_arena_zalloc(m->arena, (count + 1) * sizeof(*mapping->cells));
	mapping->keys = kin_arena_zalloc(m->arena, (count + 1) * sizeof(*mapping->keys));
	if (!mapping->attributes || !mapping->cells || !mapping->keys)
		return KIN_ENOMEM;
	if (parent && inherit_columns(m) < 0)
		return KIN_ENOMEM;
	for (size_t i = 0; i < own; i++)
		if (add_column(m, &m->mapper->columns.items[i]) < 0)
			return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *attribute = &mapping->attributes[i];
		mapping->cells[i] = (kin_cell){
			.offset = attribute->offset, .column = attribute->index, .kind = attribute->kind,
			.not_null = attribute->not_null, .domain = attribute->domain,
		};
		if (attribute->primary_key)
			mapping->keys[mapping->key_count++] = attribute;
	}
	return KIN_OK;
}

/* An int64_t key that nobody else makes is the database's to make. */
static void settle_key(making *m)
{
	kin_mapping *mapping = m->mapping;

	if (mapping->key_count == 0 && !m->mapper->parent && !m->mapper->orphan)
		kin_mistake_add(m->mistakes, mapping->model->file, mapping->model->line,
		                "%s: no column is the primary key; add .primary_key = true to one", mapping->name);
	if (mapping->key_count != 1)
		return;
	const kin_attribute *key = mapping->keys[0];
	mapping->integer_key = key->kind == KIN_KIND_INT64 && !key->foreign_key && !key->default_sql;
	mapping->key_offset = key->offset;
}

/* All of them are in one table. */
static void check_level(making *m, const kin_draft_extra *draft, const kin_extra *extra, const char *what)
{
	for (size_t i = 0; i < extra->attribute_count; i++)
		if (extra->attributes[i]->level != m->mapping->level && !extra->attributes[i]->primary_key)
			kin_mistake_add(m->mistakes, draft->file, draft->line, "%s: %s names '%s', which is no column of '%s' but of what it inherits",
			                m->mapping->name, what, extra->attributes[i]->name, m->mapping->model->table);
}

static int add_extra(making *m, const kin_draft_extra *draft, const kin_extra ***end)
{
	static const char *const lines[] = {
		[KIN_EXTRA_UNIQUE] = "kin_unique", [KIN_EXTRA_INDEX] = "kin_index", [KIN_EXTRA_CHECK] = "kin_check",
		[KIN_EXTRA_DDL] = "kin_table_sql",
	};
	kin_extra *extra = kin_arena_zalloc(m->arena, sizeof(*extra));
	const char *at = draft->members ? draft->members : "", *name;
	const kin_attribute *attribute;
	size_t length;

	if (!extra)
		return KIN_ENOMEM;
	extra->kind = draft->kind;
	extra->name = draft->options.name;
	extra->unique = draft->options.unique;
	extra->where = draft->options.where;
	extra->sql = draft->sql;
	extra->file = draft->file;
	extra->line = draft->line;
	extra->attributes = kin_arena_alloc(m->arena, (strlen(at) / 2 + 1) * sizeof(*extra->attributes));
	if (!extra->attributes)
		return KIN_ENOMEM;
	if (extra->kind == KIN_EXTRA_INDEX && kin_mapping_index(m->arena, m->mistakes, m->mapping, at, extra) < 0)
		return KIN_ENOMEM;
	while (extra->kind != KIN_EXTRA_INDEX && kin_mapper_next_name(&at, &name, &length))
		if ((attribute = find_named(m, name, length, lines[draft->kind], draft->file, draft->line)))
			extra->attributes[extra->attribute_count++] = attribute;
	check_level(m, draft, extra, lines[draft->kind]);
	**end = extra;
	*end = &extra->next;
	return KIN_OK;
}

static int make_extras(making *m)
{
	const kin_extra **end = &m->mapping->extras;

	for (size_t i = 0; i < m->mapper->extras.count; i++)
		if (add_extra(m, &m->mapper->extras.items[i], &end) < 0)
			return KIN_ENOMEM;
	return KIN_OK;
}

/* kin_repr("<Pet {name}>"): text, attribute, text, attribute …, text. */
static int make_repr(making *m)
{
	const char *at = m->mapper->repr, *file = m->mapper->repr_file;
	int line = m->mapper->repr_line;
	size_t braces = 0;

	if (!at)
		return KIN_OK;
	for (const char *s = at; *s; s++)
		braces += *s == '{';
	kin_repr_part *parts = kin_arena_zalloc(m->arena, (braces + 1) * sizeof(*parts));
	if (!parts)
		return KIN_ENOMEM;
	m->mapping->repr = parts;
	m->mapping->repr_count = 0;
	for (;;) {
		size_t before = strcspn(at, "{}"), length = 0;
		kin_repr_part *part = &parts[m->mapping->repr_count++];
		if (!(part->text = kin_arena_strndup(m->arena, at, before)))
			return KIN_ENOMEM;
		at += before;
		if (*at == '{')
			length = strcspn(at + 1, "{}");
		if (*at == '\0')
			return KIN_OK;
		if (*at == '}' || at[1 + length] != '}' || length == 0) {
			kin_mistake_add(m->mistakes, file, line, "%s: kin_repr(\"%s\") has a brace without its other half; "
			                "a member stands as {name}", m->mapping->name, m->mapper->repr);
			return KIN_OK;
		}
		part->attribute = find_named(m, at + 1, length, "kin_repr", file, line);
		at += length + 2;
		if (!part->attribute)
			return KIN_OK;
	}
}

static void set_distribution(making *m)
{
	const char *name = m->mapper->options.distributed_by;

	if (!name)
		return;
	m->mapping->distributed_file = m->mapper->options_file;
	m->mapping->distributed_line = m->mapper->options_line;
	m->mapping->distributed =
		find_named(m, name, strlen(name), "kin_table(.distributed_by)", m->mapper->options_file, m->mapper->options_line);
}

/* kin_version(revision): an integer that is always there. */
static void make_version(making *m)
{
	const kin_mapper *mapper = m->mapper;
	const char *name = mapper->version;
	const kin_attribute *a = name ? find_named(m, name, strlen(name), "kin_version", mapper->version_file, mapper->version_line) : NULL;

	if (!a)
		return;
	if ((a->kind != KIN_KIND_INT32 && a->kind != KIN_KIND_INT64) || a->primary_key)
		kin_mistake_add(m->mistakes, mapper->version_file, mapper->version_line, "%s: kin_version(%s) takes an int32_t or int64_t that "
		                "is no key", m->mapping->name, name);
	m->mapping->version = a;
	m->mapping->has_fills = true;
}

static void set_parent(kin_mapping *mapping, const kin_mapping *parent)
{
	bool joined = strcmp(mapping->model->table, parent->model->table) != 0;

	mapping->parent = parent;
	mapping->table = parent->table;
	mapping->level = (uint8_t)(parent->level + joined);
}

/* What its own lines may say otherwise, but for the version and the distribution. */
static void inherit(kin_mapping *mapping, const kin_mapping *parent)
{
	mapping->repr = parent->repr;
	mapping->repr_count = parent->repr_count;
	mapping->has_fills |= parent->has_fills;
	if (parent->version)
		mapping->version = &mapping->attributes[parent->version->index];
	if (parent->distributed)
		mapping->distributed = &mapping->attributes[parent->distributed->index];
	mapping->distributed_file = parent->distributed_file;
	mapping->distributed_line = parent->distributed_line;
}

int kin_mapping_make(kin_arena *arena, kin_mapper *mapper, kin_mistakes *mistakes)
{
	kin_mapping *mapping = kin_arena_zalloc(arena, sizeof(*mapping));
	making m = { .arena = arena, .mapper = mapper, .mapping = mapping, .mistakes = mistakes };

	mapper->mapping = mapping;
	if (!mapping)
		return KIN_ENOMEM;
	mapping->model = mapper->model;
	mapping->name = mapper->model->name;
	mapping->table = mapper->model->table;
	mapping->size = mapper->model->size;
	if (mapper->parent)
		set_parent(mapping, mapper->parent);
	if (make_columns(&m) < 0)
		return KIN_ENOMEM;
	settle_key(&m);
	if (mapper->parent)
		inherit(mapping, mapper->parent);
	set_distribution(&m);
	if (make_extras(&m) < 0 || make_repr(&m) < 0)
		return KIN_ENOMEM;
	make_version(&m);
	if (kin_mapping_make_hooks(arena, mapper, mistakes) < 0)
		return KIN_ENOMEM;
	return mistakes->failed ? KIN_ENOMEM : KIN_OK;
}
