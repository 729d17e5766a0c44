/* mapping_column_option.c - a column's options that mean nothing where they stand, or that say the opposite of each other. */
#include <string.h>

#include "orm/mapping_make.h"
#include "value/decimal.h"

static void check_decimal(kin_making *m, const kin_draft_column *draft)
{
	const kin_column_options *options = &draft->options;

	if ((options->precision != 0 || options->scale != 0) && (draft->kind & ~KIN_KIND_NULLABLE) != KIN_KIND_DECIMAL)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .precision and .scale are for a kin_decimal, and this is %s",
		                m->mapping->name, draft->member, kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
	else if (options->precision < 0 || options->precision > KIN_DECIMAL_DIGITS || options->scale < 0 ||
	         options->scale > options->precision)
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: .precision = %d, .scale = %d: a decimal has 1 to %d digits, and at most all of them behind the point",
		                m->mapping->name, draft->member, options->precision, options->scale, KIN_DECIMAL_DIGITS);
}

static void check_labels(kin_making *m, const kin_draft_column *draft)
{
	const kin_column_options *options = &draft->options;

	if ((kin_making_kind(draft) & ~KIN_KIND_NULLABLE) != KIN_KIND_ENUM)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: labels are for a C enum, and this is %s", m->mapping->name,
		                draft->member, kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
	for (size_t i = 0; i < options->label_count; i++)
		for (size_t n = 0; n < i; n++)
			if (strcmp(options->labels[n], options->labels[i]) == 0)
				kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: %zu and %zu are both '%s'", m->mapping->name,
				                draft->member, n, i, options->labels[i]);
}

static void check_custom(kin_making *m, const kin_draft_column *draft)
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

/* Only of kin's own functions is known what they give. */
static void check_function(kin_making *m, const kin_draft_column *draft, const char *option, kin_value (*fn)(void))
{
	union {
		int64_t align;
		char    member[64]; /* of any kind without a domain */
	} stored;
	int kind = draft->kind & ~KIN_KIND_NULLABLE;
	kin_error error = { 0 };
	kin_value value;
	int rc;

	if ((fn != kin_default_uuid && fn != kin_default_now) || kind >= KIN_KIND_ENUM)
		return;
	value = fn();
	rc = kin_member_set(&stored, kind, &value, m->arena, &error);
	if (rc == KIN_ENOMEM)
		m->mistakes->failed = true;
	else if (rc < 0)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .%s gives %s%s, and the member is %s", m->mapping->name, draft->member, option,
		                kin_kind_article(value.kind), kin_kind_get(value.kind)->name, kin_kind_get(kind)->c_type);
	kin_error_clear(&error);
}

/* What a program fills in can be stored, and nothing fills in what the database makes. */
static void check_filling(kin_making *m, const kin_draft_column *draft)
{
	const kin_column_options *options = &draft->options;
	bool fills = options->default_value.kind != KIN_KIND_NULL || options->default_fn || options->update_fn;

	if (options->default_value.kind != KIN_KIND_NULL && !kin_kind_comparable(draft->kind, options->default_value.kind))
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .default_value is %s%s, and the member is %s",
		                m->mapping->name, draft->member, kin_kind_article(options->default_value.kind),
		                kin_kind_get(options->default_value.kind)->name, kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
	check_function(m, draft, "default_fn", options->default_fn);
	check_function(m, draft, "update_fn", options->update_fn);
	if (options->default_value.kind != KIN_KIND_NULL && options->default_fn)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .default_value and .default_fn exclude each other",
		                m->mapping->name, draft->member);
	if (options->computed && (fills || options->default_sql || options->primary_key || options->foreign_key))
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: the database makes a computed column: it has no default and is no key", m->mapping->name,
		                draft->member);
}

void kin_making_check_column(kin_making *m, const kin_draft_column *draft)
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
	if ((options->identity_start != 0 || options->identity_increment != 0) && (!options->primary_key || draft->kind != KIN_KIND_INT64))
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .identity_start and .identity_increment are of a key that the database makes: an "
		                "int64_t that is the .primary_key", m->mapping->name, draft->member);
	if (options->collation && draft->kind != KIN_KIND_TEXT && draft->kind != KIN_KIND_CHARS)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .collation is for text, and this is %s", m->mapping->name, draft->member,
		                kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
	if (options->group && !options->deferred)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .group = \"%s\" is of columns that are .deferred",
		                m->mapping->name, draft->member, options->group);
	if (options->length < 0)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .length = %d is below zero",
		                m->mapping->name, draft->member, options->length);
	if (!options->foreign_key && (options->on_delete || options->on_update || options->deferrable))
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: .%s is for a foreign key; add .foreign_key = \"table.column\"",
		                m->mapping->name, draft->member, options->on_delete ? "on_delete" : options->on_update ? "on_update" : "deferrable");
	if (options->deferrable < 0 || options->deferrable > KIN_DEFERRED)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .deferrable is true or KIN_DEFERRED, not %d", m->mapping->name,
		                draft->member, options->deferrable);
	if (options->primary_key && (draft->kind & KIN_KIND_NULLABLE))
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: a primary key is never NULL; make it plain %s", m->mapping->name,
		                draft->member, kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
}
