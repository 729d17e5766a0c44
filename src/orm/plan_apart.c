/* plan_apart.c - the tables of models that inherit, asked for after the rows by the keys of the objects that have something there.
 *
 *     SELECT employees.id, employees.kind, employees.name FROM employees
 *     SELECT engineers.id, engineers.language, engineers.team FROM engineers WHERE engineers.id IN (?, …)
 *
 * It is a statement for each table, not for each model: engineers and their leads, which share one, come together. */
#include <string.h>

#include "orm/defer.h"
#include "orm/plan_form.h"
#include "orm/plan_select.h"

typedef struct build {
	kin_plan          *plan;
	const kin_forming *forming;
	kin_apart         *apart;
	kin_sql_select    *select;
} build;

static int add_column(build *b, const kin_attribute *attribute)
{
	kin_arena *arena = b->forming->arena;

	return kin_sql_add_output(arena, b->select, kin_expr_column(arena, b->apart->table, attribute->column), NULL) ? KIN_OK : KIN_ENOMEM;
}

static const kin_form *form_of(const kin_apart *apart, const kin_mapping *mapping)
{
	for (size_t i = 0; i < apart->form_count; i++)
		if (apart->forms[i].mapping == mapping)
			return &apart->forms[i];
	return NULL;
}

/* Of each model what it has in this table. */
static int add_form(build *b, const kin_mapping *heir)
{
	kin_apart *apart = b->apart;
	const kin_form *parent = form_of(apart, heir->parent);
	kin_form *form = &apart->forms[apart->form_count];
	int rc = KIN_OK;

	form->mapping = heir;
	if (!(form->places = kin_arena_alloc(b->forming->arena, heir->attribute_count * sizeof(*form->places))))
		return KIN_ENOMEM;
	for (size_t i = 0; i < heir->inherited; i++)
		form->places[i] = parent ? parent->places[i] : KIN_NO_PLACE;
	for (size_t i = heir->inherited; rc == KIN_OK && i < heir->attribute_count; i++) {
		bool here = heir->level == apart->mapping->level && !kin_form_leaves_out(b->forming->want, heir, i);
		form->places[i] = here ? (uint16_t)b->select->output_count : KIN_NO_PLACE;
		if (here)
			rc = add_column(b, &heir->attributes[i]);
	}
	apart->form_count++;
	return rc < 0 ? rc : kin_form_make_cells(b->forming->arena, form);
}

/* WHERE engineers.id IN (?) */
static int ask_by_key(build *b)
{
	const kin_mapping *mapping = b->apart->mapping;
	kin_arena *arena = b->forming->arena;
	kin_slot *slots = kin_arena_zalloc(arena, mapping->key_count * sizeof(*slots));
	kin_expr **columns = kin_arena_alloc(arena, mapping->key_count * sizeof(*columns));
	kin_expr **params = kin_arena_alloc(arena, mapping->key_count * sizeof(*params));

	for (uint32_t i = 0; slots && columns && params && i < mapping->key_count; i++) {
		columns[i] = kin_expr_column(arena, b->apart->table, mapping->keys[i]->column);
		params[i] = kin_expr_param(arena, i);
		slots[i] = (kin_slot){ .argument = i, .attribute = mapping->keys[i], .many = true, .in_row = mapping->key_count > 1 };
		if (!columns[i] || !params[i])
			return KIN_ENOMEM;
	}
	b->apart->ask.select = b->select;
	if (!slots || !columns || !params || !(b->select->where = kin_resolve_in(arena, columns, params, mapping->key_count)))
		return KIN_ENOMEM;
	return kin_plan_ask(&b->apart->ask, b->plan, slots, mapping->key_count);
}

static int add_apart(build *b, const kin_mapping *mapping)
{
	const kin_lineage *lineage = mapping->lineage;
	kin_arena *arena = b->forming->arena;
	int rc = KIN_OK;

	*b->apart = (kin_apart){
		.mapping = mapping, .table = lineage->tables[mapping->level],
		.forms = kin_arena_zalloc(arena, lineage->heir_count * sizeof(*b->apart->forms)),
	};
	if (!b->apart->forms || !(b->select = kin_sql_select_new(arena)) ||
	    !kin_sql_add_source(arena, b->select, KIN_JOIN_FROM, b->apart->table, NULL, NULL))
		return KIN_ENOMEM;
	for (size_t i = 0; rc == KIN_OK && i < mapping->key_count; i++)
		rc = add_column(b, mapping->keys[i]);
	for (size_t i = 0; rc == KIN_OK && i < lineage->heir_count; i++)
		rc = add_form(b, lineage->heirs[i]);
	return rc < 0 ? rc : ask_by_key(b);
}

int kin_plan_aparts(kin_plan *plan, const kin_forming *forming, kin_part *part)
{
	const kin_lineage *lineage = part->mapping->lineage;
	build b = { .plan = plan, .forming = forming };
	int rc = KIN_OK;

	for (size_t i = 1; rc == KIN_OK && !forming->joins && i < lineage->heir_count; i++) {
		const kin_mapping *heir = lineage->heirs[i];
		if (!kin_mapping_brings_table(heir) || !kin_want_is_apart(forming->want, heir))
			continue;
		if (!part->aparts && !(part->aparts = kin_arena_zalloc(forming->arena, lineage->heir_count * sizeof(*part->aparts))))
			return KIN_ENOMEM;
		b.apart = &part->aparts[part->apart_count++];
		rc = add_apart(&b, heir);
	}
	return rc;
}
