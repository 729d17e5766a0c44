/* plan_rows.c - makes a plan from a text that begins with `select`: rows that are no objects.
 *
 * Sources become nodes that paths begin at; the values are resolved like those of a condition, and each goes to the member of its name. */
#include "orm/planning.h"

#include "orm/resolve_path.h"
#include "orm/resolve_result.h"
#include "value/kind.h"

typedef struct rows {
	kin_planning        p;
	const kin_registry *registry;
	const kin_site     *site;
	const kin_row      *row;
	kin_node           *last; /* of the nodes beside the root */
} rows;

/* ---- sources ---- */

static int unknown_model(rows *r, const kin_query_source *source)
{
	size_t count = kin_registry_count(r->registry);
	const char **names = kin_arena_alloc(r->p.arena, (count + 1) * sizeof(*names));

	if (!names)
		return KIN_ENOMEM;
	for (size_t i = 0; i < count; i++)
		names[i] = kin_registry_mapping(r->registry, i)->name;
	const char *near = kin_text_nearest(source->names[0], names, count);
	return kin_planning_problem(&r->p, "there is no model '%s'%s%s%s", source->names[0], near ? "; did you mean '" : "", near ? near : "",
	                            near ? "'?" : "");
}

/* What paths call a source: its alias; else the model's or relationship's name. Two of one name cannot be told apart. */
static int name_node(rows *r, kin_node *node, const kin_query_source *source)
{
	node->name = source->alias ? source->alias : source->names[source->count - 1];
	for (kin_node *n = r->p.resolver.root; n; n = n->beside)
		if (n != node && strcmp(n->name, node->name) == 0)
			return kin_resolve_problem(&r->p.resolver, source->at, "two sources are called '%s': name one of them, as in %s other",
			                           node->name, source->names[source->count - 1]);
	if (r->last != node) {
		r->last->beside = node;
		r->last = node;
	}
	return KIN_OK;
}

static int begin(rows *r, const kin_query_source *source)
{
	kin_planning *p = &r->p;
	const kin_mapping *mapping = source->count == 1 ? kin_registry_find(r->registry, source->names[0]) : NULL;
	kin_sql_select *select = kin_sql_select_new(p->arena);
	int rc;

	if (!mapping)
		return unknown_model(r, source);
	if (!select || (rc = kin_resolve_begin(&p->resolver, p->arena, mapping, select, r->site->kinds, r->site->count)) < 0)
		return KIN_ENOMEM;
	p->plan->mapping = mapping;
	p->core = (kin_core){ .plan = p->plan, .resolver = &p->resolver, .select = select };
	if (source->alias)
		p->resolver.root->alias = source->alias;
	if (!kin_sql_add_source(p->arena, select, KIN_JOIN_FROM, mapping->table, p->resolver.root->alias, NULL))
		return KIN_ENOMEM;
	r->last = p->resolver.root;
	return name_node(r, r->last, source);
}

static int add_source(rows *r, const kin_query_source *source, kin_node *node, kin_expr *on)
{
	kin_join join = source->join;

	if (!kin_sql_add_source(r->p.arena, r->p.core.select, join, node->mapping->table, node->alias, on))
		return KIN_ENOMEM;
	return KIN_OK;
}

static kin_node *new_node(rows *r, const kin_mapping *mapping, const kin_query_source *source)
{
	kin_node *node = kin_arena_zalloc(r->p.arena, sizeof(*node));

	if (!node)
		return NULL;
	*node = (kin_node){ .mapping = mapping, .select = r->p.core.select };
	node->alias = source->alias ? source->alias : kin_resolve_alias(&r->p.resolver, mapping->table);
	return node->alias ? node : NULL;
}

/* join Model [name] on …; cross join Model */
static int join_model(rows *r, const kin_query_source *source, const kin_mapping *mapping)
{
	kin_node *node = new_node(r, mapping, source);
	kin_expr *on = source->on;
	int rc = node ? name_node(r, node, source) : KIN_ENOMEM;

	if (rc == KIN_OK && on)
		rc = kin_resolve_condition(&r->p.resolver, &on);
	return rc < 0 ? rc : add_source(r, source, node, on);
}

/* join pets; join p.owner o: the relationship says on what, and `on` narrows it. */
static int join_path(rows *r, const kin_query_source *source, const kin_node *near, const kin_relation *relation)
{
	kin_node *node = new_node(r, relation->target, source);
	kin_expr *on = node ? kin_resolve_join(r->p.arena, relation, near->alias, node->alias) : NULL, *more = source->on;
	int rc = on ? name_node(r, node, source) : KIN_ENOMEM;

	if (rc == KIN_OK && more && (rc = kin_resolve_condition(&r->p.resolver, &more)) == KIN_OK)
		on = kin_expr_and(r->p.arena, on, more);
	if (rc < 0)
		return rc;
	return on ? add_source(r, source, node, on) : KIN_ENOMEM;
}

static int join(rows *r, const kin_query_source *source)
{
	kin_resolver *resolver = &r->p.resolver;
	const kin_mapping *mapping = source->count == 1 ? kin_registry_find(r->registry, source->names[0]) : NULL;
	kin_expr *path = kin_expr_path(r->p.arena, source->names, source->count, source->at);
	const kin_relation *relation;
	size_t failed_at;
	kin_node *near;
	int rc;

	if (!path)
		return KIN_ENOMEM;
	if (mapping && (source->on || source->join == KIN_JOIN_CROSS))
		return join_model(r, source, mapping);
	if ((rc = kin_resolve_reach(resolver, path, &near, &relation, &failed_at)) < 0)
		return rc;
	if (relation)
		return join_path(r, source, near, relation);
	if (mapping)
		return kin_resolve_problem(resolver, source->at, "join %s says not on what: `join %s on …`, or name a relationship",
		                           mapping->name, mapping->name);
	return kin_resolve_unknown(resolver, near->mapping, source->names[failed_at], source->at, true);
}

/* ---- values ---- */

/* The name that a value has: what `as` says, or the last one of its path. NULL: none. */
static const char *name_of(const kin_query_output *output)
{
	if (output->name)
		return output->name;
	return output->expr->kind == KIN_EXPR_PATH ? output->expr->names[output->expr->count - 1] : NULL;
}

static const kin_row_member *find_member(const kin_row *row, const char *name)
{
	for (size_t i = 0; i < row->count; i++)
		if (strcmp(row->members[i].name, name) == 0)
			return &row->members[i];
	return NULL;
}

static int unknown_member(rows *r, const kin_query_output *output, const char *name)
{
	const char **names = kin_arena_alloc(r->p.arena, (r->row->count + 1) * sizeof(*names));

	if (!names)
		return KIN_ENOMEM;
	for (size_t i = 0; i < r->row->count; i++)
		names[i] = r->row->members[i].name;
	const char *near = kin_text_nearest(name, names, r->row->count);
	return kin_resolve_problem(&r->p.resolver, output->at, "%s has no member '%s'%s%s%s", r->row->name, name,
	                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool is_between(int kind, int first, int last)
{
	return kind >= first && kind <= last;
}

/* Whether a value of one kind can be put into a member of another without losing what it is. */
static bool fits(int member, int result)
{
	bool whole = is_between(member, KIN_KIND_BOOL, KIN_KIND_UINT64);

	if (result == KIN_KIND_NULL || member == result)
		return true;
	if (is_between(member, KIN_KIND_BOOL, KIN_KIND_DECIMAL))
		return is_between(result, KIN_KIND_BOOL, whole ? KIN_KIND_UINT64 : KIN_KIND_DECIMAL);
	if (member == KIN_KIND_TEXT)
		return is_between(result, KIN_KIND_UUID, KIN_KIND_CHARS);
	return kin_kind_comparable(result, member);
}

static int check_kind(rows *r, const kin_query_output *output, const kin_row_member *member, int result)
{
	int kind = member->kind & ~KIN_KIND_NULLABLE;

	if (fits(kind, result))
		return KIN_OK;
	return kin_resolve_problem(&r->p.resolver, output->at, "%s.%s is %s%s, but what goes there is %s%s", r->row->name, member->name,
	                           kin_kind_article(kind), kin_kind_get(kind)->name, kin_kind_article(result), kin_kind_get(result)->name);
}

/* The value becomes an output of the statement, and its member a cell. */
static int add_value(rows *r, const kin_query_output *output, kin_cell *cell, bool *taken)
{
	kin_resolver *resolver = &r->p.resolver;
	const char *name = name_of(output);
	const kin_row_member *member = name ? find_member(r->row, name) : NULL;
	kin_sql_order value = { .expr = output->expr };
	int rc;

	if (!name)
		return kin_resolve_problem(resolver, output->at, "this value has no name: say `as`, and the member of %s that it goes to", r->row->name);
	if (!member)
		return unknown_member(r, output, name);
	if (taken[member - r->row->members])
		return kin_resolve_problem(resolver, output->at, "%s.%s is selected twice", r->row->name, member->name);
	taken[member - r->row->members] = true;
	if ((rc = kin_resolve_order(resolver, &value)) < 0 ||
	    (rc = check_kind(r, output, member, kin_resolve_result(resolver, value.expr))) < 0)
		return rc;
	*cell = (kin_cell){
		.offset = member->offset, .column = (uint16_t)r->p.core.select->output_count, .kind = member->kind,
		.not_null = !(member->kind & KIN_KIND_NULLABLE) && member->kind != KIN_KIND_TEXT && member->kind != KIN_KIND_BYTES,
	};
	return kin_sql_add_output(r->p.arena, r->p.core.select, value.expr, member->name) ? KIN_OK : KIN_ENOMEM;
}

static int add_values(rows *r)
{
	const kin_query_text *text = &r->p.text;
	kin_cell *cells = kin_arena_zalloc(r->p.arena, (text->output_count + 1) * sizeof(*cells));
	bool *taken = kin_arena_zalloc(r->p.arena, r->row->count + 1);
	void *blank = kin_arena_zalloc(r->p.arena, r->row->size);
	int rc = cells && taken && blank ? KIN_OK : KIN_ENOMEM;

	for (size_t i = 0; rc == KIN_OK && i < text->output_count; i++)
		rc = add_value(r, &text->outputs[i], &cells[i], taken);
	for (size_t i = 0; rc == KIN_OK && i < r->row->count; i++)
		if (!taken[i])
			rc = kin_resolve_problem(&r->p.resolver, KIN_PROBLEM_NOWHERE, "nothing is selected for %s.%s", r->row->name, r->row->members[i].name);
	r->p.plan->row_mould = (kin_mould){ .blank = blank, .size = r->row->size, .cells = cells, .count = text->output_count };
	return rc;
}

/* ---- clauses ---- */

/* The value that a name stands for: `as n` may be said again in group by, having and order by. NULL: it is none of them. */
static const kin_query_output *named_value(const rows *r, const kin_expr *expr)
{
	if (expr->kind != KIN_EXPR_PATH || expr->count != 1)
		return NULL;
	for (size_t i = 0; i < r->p.text.output_count; i++)
		if (r->p.text.outputs[i].name && strcmp(r->p.text.outputs[i].name, expr->names[0]) == 0)
			return &r->p.text.outputs[i];
	return NULL;
}

static int take_value(void *context, kin_expr **expr)
{
	const rows *r = context;
	const kin_query_output *output = named_value(r, *expr);

	if (!output)
		return 0;
	*expr = kin_expr_copy(r->p.arena, output->expr);
	return *expr ? 0 : KIN_ENOMEM;
}

/* A name alone is one for the database too; inside an expression it is replaced by what it stands for. */
static int sort_key(rows *r, kin_expr **expr)
{
	const kin_query_output *output = named_value(r, *expr);
	kin_sql_order order;
	int rc;

	if (output) {
		*expr = kin_expr_column(r->p.arena, NULL, output->name);
		return *expr ? KIN_OK : KIN_ENOMEM;
	}
	if ((rc = kin_expr_walk(expr, take_value, r)) < 0)
		return rc;
	order = (kin_sql_order){ .expr = *expr };
	rc = kin_resolve_order(&r->p.resolver, &order);
	*expr = order.expr;
	return rc;
}

static int add_groups(rows *r)
{
	kin_query_text *text = &r->p.text;
	kin_sql_select *select = r->p.core.select;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < text->group_count; i++)
		rc = sort_key(r, &text->groups[i]);
	if (rc == KIN_OK && text->having && (rc = kin_expr_walk(&text->having, take_value, r)) == KIN_OK)
		rc = kin_resolve_condition(&r->p.resolver, &text->having);
	select->groups = text->groups;
	select->group_count = text->group_count;
	select->having = text->having;
	return rc;
}

static int add_orders(rows *r)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < r->p.text.order_count; i++) {
		kin_sql_order order = r->p.text.orders[i];
		if ((rc = sort_key(r, &order.expr)) < 0)
			break;
		kin_sql_order *added = kin_sql_add_order(r->p.arena, r->p.core.select, order.expr, order.descending);
		if (!added)
			return KIN_ENOMEM;
		added->nulls = order.nulls;
	}
	return rc;
}

static int add_limits(rows *r)
{
	kin_query_text *text = &r->p.text;
	int rc = KIN_OK;

	if (text->limit)
		rc = kin_resolve_rows(&r->p.resolver, &text->limit, "LIMIT");
	else if (r->site->verb == KIN_VERB_ROW && !(text->limit = kin_expr_integer(r->p.arena, 1)))
		return KIN_ENOMEM;
	if (rc == KIN_OK && text->offset)
		rc = kin_resolve_rows(&r->p.resolver, &text->offset, "OFFSET");
	r->p.core.select->limit = text->limit;
	r->p.core.select->offset = text->offset;
	return rc;
}

/* ---- putting it together ---- */

static int resolve(rows *r)
{
	kin_query_text *text = &r->p.text;
	kin_sql_select *select;
	int rc = begin(r, &text->sources[0]);

	if (rc < 0 || r->p.failed)
		return rc;
	select = r->p.core.select;
	for (size_t i = 1; rc == KIN_OK && i < text->source_count; i++)
		rc = join(r, &text->sources[i]);
	if (rc < 0 || r->p.resolver.problems)
		return rc;
	select->distinct = text->distinct;
	select->lock = text->lock;
	if ((rc = add_values(r)) == KIN_OK && text->where)
		rc = kin_resolve_condition(&r->p.resolver, &text->where);
	select->where = text->where;
	if (rc < 0 || (rc = add_groups(r)) < 0 || (rc = add_orders(r)) < 0)
		return rc;
	return add_limits(r);
}

static int work(rows *r)
{
	kin_planning *p = &r->p;
	int rc;

	p->current = r->site->text;
	if ((rc = kin_planning_parse(p, r->site->text, KIN_QUERY_ROWS, &p->text)) < 0 ||
	    (rc = kin_planning_count(p, p->text.param_count, r->site->count)) < 0 ||
	    (rc = resolve(r)) < 0 || (rc = kin_planning_problems(p)) < 0)
		return rc;
	if (p->failed)
		return KIN_EQUERY;
	p->plan->slots = p->resolver.slots;
	p->plan->slot_count = p->resolver.slot_count;
	p->plan->argument_count = p->resolver.argument_count;
	p->plan->fetch.ask.select = p->core.select;
	return kin_plan_ask(&p->plan->fetch.ask, p->plan, p->resolver.slots, p->resolver.slot_count);
}

int kin_plan_rows_new(const kin_registry *registry, const kin_site *site, kin_plan **ret_plan, kin_plan_report *report,
                      void *context, kin_error *error)
{
	kin_plan *plan = kin_plan_empty(NULL, (kin_verb)site->verb);
	rows r = {
		.p = { .plan = plan, .report = report, .context = context, .error = error },
		.registry = registry, .site = site, .row = site->row(),
	};
	int rc;

	if (!plan)
		return kin_error_nomem(error);
	plan->registry = registry;
	r.p.arena = &plan->arena;
	if ((rc = work(&r)) < 0) {
		if (rc == KIN_ENOMEM)
			kin_error_nomem(error);
		kin_plan_free(plan);
		return rc;
	}
	*ret_plan = plan;
	return KIN_OK;
}
