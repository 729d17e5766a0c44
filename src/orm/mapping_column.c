/* mapping_column.c - the columns of a mapping, from the lines that declare them. */
#include <string.h>

#include "orm/mapping_make.h"
#include "value/decimal.h"

static bool holds_null(int kind)
{
	return (kind & KIN_KIND_NULLABLE) || kind == KIN_KIND_TEXT || kind == KIN_KIND_BYTES;
}

/* Whether rows of other models in the same table have NULL there. */
static bool is_loose(const kin_making *m, const kin_column_options *options)
{
	const kin_mapping *parent = m->mapper->parent;

	return parent && m->mapping->level == parent->level && !(options->nullable == 0 && options->default_sql);
}

static bool nullability(kin_making *m, const kin_draft_column *draft)
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

static const char *action(kin_making *m, const kin_draft_column *draft, const char *option, const char *text)
{
	const char *subject = text ? kin_arena_printf(m->arena, "%s.%s", m->mapping->name, draft->member) : "";

	if (!subject)
		m->mistakes->failed = true;
	return subject ? kin_mapping_action(m->mistakes, subject, option, text, draft->file, draft->line) : NULL;
}

/* What the kind does not say. NULL with KIN_OK: it says all. */
static int make_domain(kin_making *m, const kin_draft_column *draft, bool nullable, const kin_domain **ret)
{
	const kin_column_options *options = &draft->options;
	int kind = kin_making_kind(draft), plain = kind & ~KIN_KIND_NULLABLE;
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
	bool usual = (attribute->kind & ~KIN_KIND_NULLABLE) == KIN_KIND_DECIMAL && options->precision == 0;

	attribute->length = attribute->kind == KIN_KIND_CHARS ? (int)options->member_size - 1 : options->length;
	attribute->precision = usual ? USUAL_PRECISION : options->precision;
	attribute->scale = usual ? USUAL_SCALE : options->scale;
}

/* Whether the member can be added; that its column is another's is a mistake only. */
static bool is_new(kin_making *m, const kin_draft_column *draft, const char *column)
{
	const kin_mapping *mapping = m->mapping;
	const kin_attribute *same = kin_mapping_attribute(mapping, draft->member);

	if (same && same->index < mapping->inherited)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: what it inherits has a '%s' too, and queries could not tell them apart",
		                mapping->name, draft->member, draft->member);
	else if (same)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: this member is mapped twice",
		                mapping->name, draft->member);
	else if (kin_map_find(&mapping->by_column, column))
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: another member has the column '%s'",
		                mapping->name, draft->member, column);
	return !same;
}

static int add_column(kin_making *m, const kin_draft_column *draft)
{
	kin_mapping *mapping = m->mapping;
	const kin_column_options *options = &draft->options;
	const char *column = options->column ? options->column : draft->member;

	if (!is_new(m, draft, column))
		return KIN_OK;
	kin_making_check_column(m, draft);
	bool nullable = nullability(m, draft);
	const kin_domain *domain;
	if (make_domain(m, draft, nullable, &domain) < 0)
		return KIN_ENOMEM;
	kin_attribute *attribute = &mapping->attributes[mapping->attribute_count];
	*attribute = (kin_attribute){
		.name = draft->member, .column = column, .mapping = mapping,
		.offset = (uint32_t)draft->offset, .index = (uint16_t)mapping->attribute_count++,
		.kind = (uint8_t)kin_making_kind(draft), .not_null = !nullable, .domain = domain,
		.primary_key = options->primary_key, .unique = options->unique, .deferred = options->deferred, .group = options->group, .indexed = options->index,
		.default_sql = options->default_sql, .comment = options->comment, .collation = options->collation,
		.identity_start = options->identity_start, .identity_increment = options->identity_increment, .type = options->type,
		.default_value = options->default_value, .default_fn = options->default_fn, .update_fn = options->update_fn,
		.computed = options->computed, .computed_stored = options->computed_stored, .enum_name = options->enum_name,
		.level = mapping->level, .loose = is_loose(m, options),
		.foreign_key = options->foreign_key,
		.on_delete = action(m, draft, "on_delete", options->on_delete),
		.on_update = action(m, draft, "on_update", options->on_update), .deferrable = (uint8_t)options->deferrable,
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
static int inherit_columns(kin_making *m)
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

int kin_making_columns(kin_making *m)
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
