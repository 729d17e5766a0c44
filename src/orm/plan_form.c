/* plan_form.c - the columns of all that inherits from a mapping, and what a row is made into by what it says of itself.
 *
 *     SELECT employees.id, employees.kind, employees.name, employees.reports, engineers.language
 *     FROM employees LEFT OUTER JOIN engineers ON employees.id = engineers.id
 *
 * The mapping's own columns come first, then those of its heirs, each once. A form's cells say for each of its attributes which column that
 * is; so a form is made like any other object, from a mould of its own. */
#include "orm/plan_form.h"

#include <string.h>

static bool is_derived(const char *alias)
{
	return strcmp(alias, kin_resolve_anon) == 0;
}

/* What it is called in a derived table, where columns of other tables stand beside it. NULL when memory is out. */
static const char *derived_name(kin_arena *arena, const kin_mapping *base, const kin_attribute *attribute)
{
	char *made;

	if (attribute->level == base->level)
		return attribute->column;
	made = kin_arena_printf(arena, "%s_%s", attribute->mapping->lineage->tables[attribute->level], attribute->column);
	for (char *at = made; at && *at; at++)
		if (*at == '.')
			*at = '_';
	return made;
}

static int add_column(kin_arena *arena, kin_sql_select *select, const kin_mapping *base, const char *alias, const kin_attribute *attribute)
{
	const char *name = is_derived(alias) ? derived_name(arena, base, attribute) : NULL;
	kin_expr *column = name ? kin_expr_column(arena, alias, name) : kin_resolve_column(arena, alias, attribute);

	return kin_sql_add_output(arena, select, column, NULL) ? KIN_OK : KIN_ENOMEM;
}

/* A table that none of those before it has brought. */
static bool brings_table(const kin_mapping *heir)
{
	return heir->parent && heir->level != heir->parent->level;
}

static kin_form *form_of(const kin_part *part, const kin_mapping *mapping)
{
	kin_form *form = part->forms;

	while (form->mapping != mapping)
		form++;
	return form;
}

/* The part's own form is in part->cells and ->mould. */
static int make_mould(kin_arena *arena, kin_form *form)
{
	form->mould = (kin_mould){
		.blank = kin_instance_blank(arena, form->mapping), .size = sizeof(kin_instance) + form->mapping->size,
		.head = sizeof(kin_instance), .cells = form->cells, .count = form->mapping->attribute_count,
	};
	return form->mould.blank ? KIN_OK : KIN_ENOMEM;
}

static int add_form(kin_arena *arena, kin_sql_select *select, kin_part *part, const char *alias, const kin_mapping *heir)
{
	kin_form *form = &part->forms[part->form_count++];
	const kin_form *parent;
	int rc = KIN_OK;

	form->mapping = heir;
	if (!(form->cells = kin_arena_copy(arena, heir->cells, heir->attribute_count * sizeof(*form->cells))))
		return KIN_ENOMEM;
	if (brings_table(heir) && !is_derived(alias) && !kin_resolve_level(arena, select, part->mapping, alias, heir))
		return KIN_ENOMEM;
	parent = form_of(part, heir->parent);
	for (size_t i = 0; i < heir->inherited; i++)
		form->cells[i].column = parent->cells[i].column;
	for (size_t i = heir->inherited; rc == KIN_OK && i < heir->attribute_count; i++) {
		form->cells[i].column = (uint16_t)select->output_count;
		rc = add_column(arena, select, part->mapping, alias, &heir->attributes[i]);
	}
	return rc < 0 ? rc : make_mould(arena, form);
}

int kin_plan_forms(kin_arena *arena, kin_sql_select *select, kin_part *part, const char *alias)
{
	const kin_lineage *lineage = part->mapping->lineage;
	int rc = KIN_OK;

	if (!(part->forms = kin_arena_zalloc(arena, lineage->heir_count * sizeof(*part->forms))))
		return KIN_ENOMEM;
	part->forms[part->form_count++] = (kin_form){ .mapping = part->mapping, .cells = part->cells, .mould = part->mould };
	part->discriminator = part->cells[lineage->discriminator->index].column;
	for (size_t i = 1; rc == KIN_OK && i < lineage->heir_count; i++)
		rc = add_form(arena, select, part, alias, lineage->heirs[i]);
	return rc;
}

int kin_plan_form_columns(kin_arena *arena, kin_sql_select *select, const kin_mapping *mapping, bool named)
{
	const kin_lineage *lineage = mapping->lineage;

	for (size_t i = 1; i < lineage->heir_count; i++) {
		const kin_mapping *heir = lineage->heirs[i];
		if (brings_table(heir) && !kin_resolve_level(arena, select, mapping, mapping->table, heir))
			return KIN_ENOMEM;
		for (size_t n = heir->inherited; n < heir->attribute_count; n++) {
			const kin_attribute *attribute = &heir->attributes[n];
			const char *name = named ? derived_name(arena, mapping, attribute) : attribute->column;
			if (!name || !kin_sql_add_output(arena, select, kin_resolve_column(arena, mapping->table, attribute),
			                                 name == attribute->column ? NULL : name))
				return KIN_ENOMEM;
		}
	}
	return KIN_OK;
}
