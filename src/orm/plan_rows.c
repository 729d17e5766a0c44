/* plan_rows.c - makes a plan from a text that begins with `select`: rows that are no objects. Each value goes to the member of its name. */
#include "orm/planning.h"

#include "orm/filter.h"
#include "orm/registry.h"
#include "orm/resolve_rows.h"
#include "orm/row.h"
#include "value/kind.h"

typedef struct filling {
	kin_planning    p;
	const kin_site *site;
	const kin_row  *row;
	kin_rows        rows;
} filling;

/* Which member it goes to; their count: it has no name, or one that none has. */
static size_t find_place(const kin_row *row, const char *name)
{
	size_t i = 0;

	if (row->scalar)
		return 0;
	while (i < row->count && (!name || strcmp(row->members[i].name, name) != 0))
		i++;
	return i;
}

static int unknown_member(filling *f, const kin_rows_column *column)
{
	const char **names = kin_arena_alloc(f->p.arena, (f->row->count + 1) * sizeof(*names));

	if (!names)
		return KIN_ENOMEM;
	for (size_t i = 0; i < f->row->count; i++)
		names[i] = f->row->members[i].name;
	const char *near = kin_text_nearest(column->name, names, f->row->count);
	return kin_resolve_problem(&f->p.resolver, column->at, "%s has no member '%s'%s%s%s", f->row->name, column->name,
	                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool is_between(int kind, int first, int last)
{
	return kind >= first && kind <= last;
}

/* Whether a value of one kind can be put into a member of another without losing what it is. */
static bool fits(int member, int value)
{
	bool whole = is_between(member, KIN_KIND_BOOL, KIN_KIND_UINT64);

	if (value == KIN_KIND_NULL || member == value)
		return true;
	if (is_between(member, KIN_KIND_BOOL, KIN_KIND_DECIMAL))
		return is_between(value, KIN_KIND_BOOL, whole ? KIN_KIND_UINT64 : KIN_KIND_DECIMAL);
	if (member == KIN_KIND_TEXT)
		return is_between(value, KIN_KIND_UUID, KIN_KIND_CHARS);
	return kin_kind_comparable(value, member);
}

/* What stands for the value in the database, where the member is not of its attribute's own type. */
static int stored_kind(const kin_rows_column *column)
{
	const kin_attribute *attribute = column->attribute;

	return column->kind == KIN_KIND_CUSTOM && attribute ? (int)attribute->domain->custom->kind : column->kind;
}

static bool is_text(int kind)
{
	return kind == KIN_KIND_TEXT || kind == KIN_KIND_ENUM || kind == KIN_KIND_CHARS;
}

static int check_kind(filling *f, const kin_rows_column *column, const kin_row_member *member, const kin_cell *cell)
{
	int kind = member->kind & ~KIN_KIND_NULLABLE, value = stored_kind(column), cells = cell->kind & ~KIN_KIND_NULLABLE;

	if (cells == KIN_KIND_ENUM || cells == KIN_KIND_CUSTOM || fits(cells == KIN_KIND_CHARS ? KIN_KIND_TEXT : kind, value))
		return KIN_OK;
	return kin_resolve_problem(&f->p.resolver, column->at, "%s.%s is %s%s, but what goes there is %s%s%s", f->row->name, member->name,
	                           kin_kind_article(kind), kin_kind_get(kind)->name, kin_kind_article(value), kin_kind_get(value)->name,
	                           is_text(value) && is_between(kind, KIN_KIND_UINT8, KIN_KIND_UINT32)
	                                   ? " (a C enum is filled by an attribute that is one)" : "");
}

static int unknown_type(filling *f, const kin_rows_column *column, const kin_row_member *member)
{
	if (f->p.arena->failed)
		return KIN_ENOMEM;
	if (member->kind == KIN_KIND_OBJECT)
		return kin_resolve_problem(&f->p.resolver, column->at, "%s.%s is an object, but what goes there is a value", f->row->name, member->name);
	return kin_resolve_problem(&f->p.resolver, column->at, "%s.%s is of a type that is not kin's: an attribute of that type can go there%s%s%s%s%s",
	                           f->row->name, member->name, column->attribute ? ", and " : "",
	                           column->attribute ? column->attribute->mapping->name : "", column->attribute ? "." : "",
	                           column->attribute ? column->attribute->name : "", column->attribute ? " is of another" : "");
}

/* What loads the objects of a member, some at a time. */
static int plan_object(filling *f, const kin_mapping *mapping, kin_plan **ret)
{
	static const uint8_t kinds[] = { KIN_KIND_COUNT };
	const char *text = kin_arena_printf(f->p.arena, "%s in (?)", mapping->keys[0]->name);
	kin_plan_source source = { .text = text, .kinds = kinds, .count = 1 };
	kin_plan_spec spec = { .mapping = mapping, .verb = KIN_VERB_ALL, .wheres = &source, .where_count = 1, .place = f->p.plan->place };

	return text ? kin_plan_new(&spec, ret, NULL, NULL, f->p.error) : KIN_ENOMEM;
}

/* An object goes where a pointer to its struct is, or to what that begins with. */
static bool can_point(const kin_row_member *member, const kin_mapping *mapping)
{
	while (mapping && (member->model ? mapping->model != member->model : mapping->size != member->target))
		mapping = mapping->parent;
	return mapping;
}

static int fill_object(filling *f, size_t i, const kin_row_member *member)
{
	const kin_rows_column *column = &f->rows.columns[i];
	const kin_mapping *mapping = column->object;
	kin_row_object *object = &f->p.plan->row_objects[f->p.plan->row_object_count];

	if (member->kind != KIN_KIND_OBJECT || !can_point(member, mapping))
		return kin_resolve_problem(&f->p.resolver, column->at, "what goes to %s.%s is an object: the member is to be a `const %s *`%s",
		                           f->row->name, member->name, mapping->name,
		                           member->kind == KIN_KIND_OBJECT ? ", and points at another struct" : "");
	*object = (kin_row_object){ .mapping = mapping, .offset = member->offset, .column = (uint16_t)i };
	f->p.plan->row_object_count++;
	return mapping->key_count == 1 ? plan_object(f, mapping, &object->plan) : KIN_OK;
}

static int fill_member(filling *f, size_t i, kin_mould *mould, kin_cell *cells, bool *taken)
{
	const kin_rows_column *column = &f->rows.columns[i];
	size_t place = find_place(f->row, column->name);
	const kin_row_member *member = &f->row->members[place];

	if (column->more)
		return KIN_OK;
	if (place == f->row->count && !column->name)
		return kin_resolve_problem(&f->p.resolver, column->at, "this value has no name: say `as`, and the member of %s that it goes to",
		                           f->row->name);
	if (place == f->row->count)
		return unknown_member(f, column);
	if (taken[place] && f->row->scalar)
		return kin_resolve_problem(&f->p.resolver, column->at, "kin_scalar gives one value, and here is another: kin_select_first() has a struct for "
		                           "several");
	if (taken[place])
		return kin_resolve_problem(&f->p.resolver, column->at, "%s.%s is selected twice", f->row->name, member->name);
	taken[place] = true;
	if (column->object)
		return fill_object(f, i, member);
	if (!kin_row_cell(f->p.arena, member, column->attribute, i, &cells[mould->count]))
		return unknown_type(f, column, member);
	return check_kind(f, column, member, &cells[mould->count++]);
}

static int fill_members(filling *f)
{
	kin_plan *plan = f->p.plan;
	size_t count = f->rows.column_count;
	kin_cell *cells = kin_arena_zalloc(f->p.arena, (count + 1) * sizeof(*cells));
	bool *taken = kin_arena_zalloc(f->p.arena, f->row->count + 1);
	void *blank = kin_arena_zalloc(f->p.arena, f->row->size);
	int rc = KIN_OK;

	plan->row_objects = kin_arena_zalloc(f->p.arena, (count + 1) * sizeof(*plan->row_objects));
	if (!cells || !taken || !blank || !plan->row_objects)
		return KIN_ENOMEM;
	plan->row_mould = (kin_mould){ .blank = blank, .size = f->row->size, .cells = cells };
	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		rc = fill_member(f, i, &plan->row_mould, cells, taken);
	for (size_t i = 0; rc == KIN_OK && i < f->row->count; i++)
		if (!taken[i])
			rc = kin_resolve_problem(&f->p.resolver, KIN_PROBLEM_NOWHERE, "nothing is selected for %s.%s", f->row->name, f->row->members[i].name);
	return rc;
}

static int work(filling *f, const kin_registry *registry)
{
	kin_planning *p = &f->p;
	int rc;

	p->current = f->site->text;
	if ((rc = kin_planning_parse(p, f->site->text, KIN_QUERY_ROWS, &p->text)) < 0 ||
	    (rc = kin_planning_count(p, p->text.param_count, f->site->count)) < 0 ||
	    (rc = kin_resolve_begin_rows(&p->resolver, p->arena, registry, f->site->kinds, f->site->count)) < 0)
		return rc;
	if (f->site->verb == KIN_VERB_ROW && !p->text.limit && !(p->text.limit = kin_expr_integer(p->arena, 1)))
		return KIN_ENOMEM;
	p->resolver.objects = &p->text;
	if (p->text.unfiltered) {
		p->resolver.unfiltered = &p->text;
		if ((rc = kin_filter_check(&p->resolver, &p->text)) < 0)
			return rc;
	}
	rc = kin_resolve_query(&p->resolver, &p->text, &f->rows);
	if (rc == KIN_OK && !p->resolver.problems)
		rc = fill_members(f);
	if (rc < 0 || (rc = kin_planning_problems(p)) < 0)
		return rc;
	if (p->failed)
		return KIN_EQUERY;
	p->plan->slots = p->resolver.slots;
	p->plan->slot_count = p->resolver.slot_count;
	p->plan->argument_count = p->resolver.argument_count;
	p->plan->fetch.ask.select = f->rows.select;
	return kin_plan_ask(&p->plan->fetch.ask, p->plan, p->resolver.slots, p->resolver.slot_count);
}

int kin_plan_rows_new(const kin_registry *registry, const kin_site *site, kin_plan **ret_plan, kin_plan_report *report,
                      void *context, kin_error *error)
{
	kin_plan *plan = kin_plan_empty(NULL, (kin_verb)site->verb);
	filling f = {
		.p = { .plan = plan, .report = report, .context = context, .error = error }, .site = site, .row = site->row,
	};
	int rc;

	if (!plan)
		return kin_error_nomem(error);
	plan->registry = registry;
	f.p.arena = &plan->arena;
	if ((rc = work(&f, registry)) < 0) {
		if (rc == KIN_ENOMEM)
			kin_error_nomem(error);
		kin_plan_free(plan);
		return rc;
	}
	*ret_plan = plan;
	return KIN_OK;
}
