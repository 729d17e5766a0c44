/* plan_form.c - the columns of all that inherits from a mapping, and what a row is made into by what it says of itself.
 *
 *     SELECT employees.id, employees.kind, employees.name, employees.reports, engineers.language
 *     FROM employees LEFT OUTER JOIN engineers ON employees.id = engineers.id
 *
 * The mapping's own columns come first, then those of its heirs, each once. A form's cells say for each of its attributes which column that
 * is; so a form is made like any other object, from a mould of its own. What has no place does not come with the row: it is deferred, or in
 * a table that is read apart (plan_apart.c). */
#include "orm/plan_form.h"

#include <string.h>

#include "orm/defer.h"

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

static int add_column(const kin_forming *f, const kin_mapping *base, const kin_attribute *attribute)
{
	const char *name = is_derived(f->alias) ? derived_name(f->arena, base, attribute) : NULL;
	kin_expr *column = name ? kin_expr_column(f->arena, f->alias, name) : kin_resolve_column(f->arena, f->alias, attribute);

	return kin_sql_add_output(f->arena, f->select, column, NULL) ? KIN_OK : KIN_ENOMEM;
}

/* ---- what comes ---- */

const kin_mapping *kin_form_owner(const kin_mapping *mapping, size_t attribute)
{
	while (attribute < mapping->inherited)
		mapping = mapping->parent;
	return mapping;
}

const kin_mapping *kin_form_first_of_table(const kin_mapping *mapping)
{
	while (mapping->parent && mapping->parent->level == mapping->level)
		mapping = mapping->parent;
	return mapping;
}

bool kin_form_leaves_out(const kin_want *want, const kin_mapping *mapping, size_t attribute)
{
	const kin_mapping *owner = kin_form_owner(mapping, attribute);
	const uint64_t *left_out = !want ? NULL : kin_mapping_is(want->mapping, owner) ? kin_want_left_out(want)
	                           : kin_want_heir_left_out(want, owner);

	return left_out && kin_set_has(left_out, attribute);
}

/* Whether the table of an heir's own attributes is not joined. */
static bool is_apart(const kin_forming *f, const kin_mapping *base, const kin_mapping *heir)
{
	return heir->level > base->level && f->want && !f->joins && kin_want_is_apart(f->want, kin_form_first_of_table(heir));
}

static bool comes(const kin_forming *f, const kin_mapping *base, const kin_mapping *heir, size_t attribute)
{
	return !is_apart(f, base, heir) && !kin_form_leaves_out(f->want, heir, attribute);
}

/* ---- forms ---- */

int kin_form_make_cells(kin_arena *arena, kin_form *form)
{
	const kin_mapping *mapping = form->mapping;
	size_t count = 0;

	form->cells = kin_arena_alloc(arena, (mapping->attribute_count + 1) * sizeof(*form->cells));
	form->brings = kin_arena_zalloc(arena, KIN_SET_WORDS(mapping) * sizeof(*form->brings));
	if (!form->cells || !form->brings)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		if (form->places[i] == KIN_NO_PLACE)
			continue;
		kin_set_add(form->brings, i);
		form->cells[count] = mapping->cells[i];
		form->cells[count++].column = form->places[i];
	}
	if (count == mapping->attribute_count)
		form->brings = NULL;
	form->mould.cells = form->cells;
	form->mould.count = count;
	return KIN_OK;
}

static const kin_form *form_of(const kin_part *part, const kin_mapping *mapping)
{
	const kin_form *form = part->forms;

	while (form->mapping != mapping)
		form++;
	return form;
}

/* What a new object is copied from, and what it lacks. */
static int make_blank(const kin_forming *f, kin_part *part, kin_form *form)
{
	const kin_mapping *mapping = form->mapping;
	kin_instance *blank = kin_instance_blank(f->arena, mapping);

	if (!blank)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->attribute_count; i++)
		if (kin_form_leaves_out(f->want, mapping, i)) {
			kin_defer_poison(kin_instance_object(blank), &mapping->attributes[i]);
			blank->flags |= KIN_INSTANCE_LACKS;
		}
	part->lacks = part->lacks || (blank->flags & KIN_INSTANCE_LACKS);
	form->mould.blank = blank;
	form->mould.size = sizeof(kin_instance) + mapping->size;
	form->mould.head = sizeof(kin_instance);
	return KIN_OK;
}

static int add_form(const kin_forming *f, kin_part *part, const kin_mapping *heir)
{
	kin_form *form = &part->forms[part->form_count++];
	const kin_form *parent;
	int rc = KIN_OK;

	form->mapping = heir;
	if (!(form->places = kin_arena_alloc(f->arena, heir->attribute_count * sizeof(*form->places))))
		return KIN_ENOMEM;
	if (kin_mapping_brings_table(heir) && !is_derived(f->alias) && !is_apart(f, part->mapping, heir) &&
	    !kin_resolve_level(f->arena, f->select, part->mapping, f->alias, heir))
		return KIN_ENOMEM;
	parent = form_of(part, heir->parent);
	form->apart = parent->apart || is_apart(f, part->mapping, heir);
	for (size_t i = 0; i < heir->inherited; i++)
		form->places[i] = parent->places[i];
	for (size_t i = heir->inherited; rc == KIN_OK && i < heir->attribute_count; i++) {
		bool here = comes(f, part->mapping, heir, i);
		form->places[i] = here ? (uint16_t)f->select->output_count : KIN_NO_PLACE;
		if (here)
			rc = add_column(f, part->mapping, &heir->attributes[i]);
	}
	return rc < 0 || (rc = kin_form_make_cells(f->arena, form)) < 0 ? rc : make_blank(f, part, form);
}

/* The part's own form has the part's places, cells and mould. */
static int add_first(const kin_forming *f, kin_part *part)
{
	const kin_mapping *mapping = part->mapping;
	kin_form *form = &part->forms[part->form_count++];

	*form = (kin_form){
		.mapping = mapping, .cells = part->cells, .mould = part->mould, .brings = part->brings,
		.places = kin_arena_copy(f->arena, part->places, mapping->attribute_count * sizeof(*form->places)),
	};
	for (size_t i = 0; form->places && i < mapping->attribute_count; i++)
		if (part->brings && !kin_set_has(part->brings, i))
			form->places[i] = KIN_NO_PLACE;
	return form->places ? KIN_OK : KIN_ENOMEM;
}

int kin_plan_forms(const kin_forming *forming, kin_part *part)
{
	const kin_lineage *lineage = part->mapping->lineage;
	int rc;

	if (!(part->forms = kin_arena_zalloc(forming->arena, lineage->heir_count * sizeof(*part->forms))))
		return KIN_ENOMEM;
	part->discriminator = part->places[lineage->discriminator->index];
	rc = add_first(forming, part);
	for (size_t i = 1; rc == KIN_OK && i < lineage->heir_count; i++)
		rc = add_form(forming, part, lineage->heirs[i]);
	return rc;
}

int kin_plan_form_columns(const kin_forming *f, const kin_mapping *mapping)
{
	const kin_lineage *lineage = mapping->lineage;

	for (size_t i = 1; i < lineage->heir_count; i++) {
		const kin_mapping *heir = lineage->heirs[i];
		if (kin_mapping_brings_table(heir) && !is_apart(f, mapping, heir) &&
		    !kin_resolve_level(f->arena, f->select, mapping, mapping->table, heir))
			return KIN_ENOMEM;
		for (size_t n = heir->inherited; n < heir->attribute_count; n++) {
			const kin_attribute *attribute = &heir->attributes[n];
			const char *name = derived_name(f->arena, mapping, attribute);
			if (!name)
				return KIN_ENOMEM;
			if (comes(f, mapping, heir, n) && !kin_sql_add_output(f->arena, f->select, kin_resolve_column(f->arena, mapping->table, attribute),
			                                                      name == attribute->column ? NULL : name))
				return KIN_ENOMEM;
		}
	}
	return KIN_OK;
}
