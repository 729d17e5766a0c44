/* resolve_rows.c - queries of rows, on their own or inside others.
 *
 * Each has nodes of its own that paths begin at, one for each source, side by side; what none of them has is looked for outside. */
#include "orm/resolve_rows.h"

#include "orm/inherit.h"
#include "orm/registry.h"
#include "orm/resolve_path.h"
#include "orm/resolve_result.h"

/* One select, while it is resolved. */
typedef struct core {
	kin_resolver   *resolver;
	kin_arena      *arena;
	kin_query_text *text;
	kin_sql_select *select;
	kin_node       *last; /* of the nodes side by side */
} core;

const kin_rows_column *kin_rows_column_find(const kin_rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->column_count; i++)
		if (rows->columns[i].name && strcmp(rows->columns[i].name, name) == 0)
			return &rows->columns[i];
	return NULL;
}

/* ---- sources ---- */

static const kin_mapping *find_model(const core *c, const kin_query_source *source)
{
	return source->count == 1 ? kin_registry_find(c->resolver->registry, source->names[0]) : NULL;
}

static const struct kin_cte *find_cte(const core *c, const kin_query_source *source)
{
	const struct kin_cte *cte = source->count == 1 ? c->resolver->ctes : NULL;

	while (cte && strcmp(cte->name, source->names[0]) != 0)
		cte = cte->next;
	return cte;
}

static int unknown_model(const core *c, const kin_query_source *source)
{
	size_t count = kin_registry_count(c->resolver->registry);
	const char **names = kin_arena_alloc(c->arena, (count + 1) * sizeof(*names));

	if (!names)
		return KIN_ENOMEM;
	for (size_t i = 0; i < count; i++)
		names[i] = kin_registry_mapping(c->resolver->registry, i)->name;
	const char *near = kin_text_nearest(source->names[0], names, count);
	return kin_resolve_problem(c->resolver, source->at, "there is no model '%s'%s%s%s", source->names[0],
	                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* What paths call a source: its alias; else the model's or relationship's name. Two of one name cannot be told apart. */
static int add_node(core *c, kin_node *node, const kin_query_source *source)
{
	node->name = source->alias ? source->alias : source->names[source->count - 1];
	node->select = c->select;
	for (const kin_node *n = c->resolver->root; n && c->last; n = n->beside)
		if (strcmp(n->name, node->name) == 0)
			return kin_resolve_problem(c->resolver, source->at, "two sources are called '%s': give one of them another name", node->name);
	if (c->last) {
		c->last->beside = node;
	} else {
		node->outer = c->resolver->root;
		c->resolver->root = node;
	}
	c->last = node;
	return KIN_OK;
}

/* The first one keeps its table's name, as in a query of objects. */
static kin_node *model_node(core *c, const kin_mapping *mapping, const kin_query_source *source)
{
	kin_node *node = kin_arena_zalloc(c->arena, sizeof(*node));
	bool plain = !c->last && !c->resolver->root;

	if (!node)
		return NULL;
	node->mapping = mapping;
	node->alias = source->alias ? source->alias : plain ? mapping->table : kin_resolve_alias(c->resolver, mapping->table);
	return node->alias ? node : NULL;
}

static int add_source(core *c, kin_join join, const kin_node *node, kin_expr *on, const kin_relation *relation)
{
	return kin_resolve_source(c->resolver, c->select, join, node->mapping, node->alias, on, relation) ? KIN_OK : KIN_ENOMEM;
}

static int resolve_on(core *c, const kin_query_source *source, kin_expr **ret_on)
{
	*ret_on = source->on;
	return source->on ? kin_resolve_condition(c->resolver, ret_on) : KIN_OK;
}

static int from_model(core *c, const kin_query_source *source, const kin_mapping *mapping)
{
	kin_node *node = model_node(c, mapping, source);
	int rc = node ? add_node(c, node, source) : KIN_ENOMEM;
	kin_expr *on;

	if (rc < 0 || (rc = resolve_on(c, source, &on)) < 0)
		return rc;
	return add_source(c, source->join, node, on, NULL);
}

/* join pets; join p.owner o: the relationship says on what, and `on` narrows it. */
static int from_relation(core *c, const kin_query_source *source, const kin_node *near, const kin_relation *relation)
{
	kin_node *node = model_node(c, relation->target, source);
	kin_expr *on = node ? kin_resolve_on(c->resolver, c->arena, c->select, source->join, relation, near->alias, node->alias) : NULL, *more;
	int rc = on ? add_node(c, node, source) : KIN_ENOMEM;

	if (rc < 0 || (rc = resolve_on(c, source, &more)) < 0)
		return rc;
	on = kin_expr_and(c->arena, on, more);
	return on ? add_source(c, source->join, node, on, relation) : KIN_ENOMEM;
}

/* (select …) t, or what `with` has named. */
static int from_rows(core *c, const kin_query_source *source, const kin_rows *rows, const char *table)
{
	kin_node *node = kin_arena_zalloc(c->arena, sizeof(*node));
	kin_sql_source *added;
	kin_expr *on;
	int rc;

	if (!node)
		return KIN_ENOMEM;
	if (!table && !source->alias)
		return kin_resolve_problem(c->resolver, source->at, "a query that is a source needs a name: (select …) name");
	*node = (kin_node){ .rows = rows, .alias = source->alias ? source->alias : table };
	if ((rc = add_node(c, node, source)) < 0 || (rc = resolve_on(c, source, &on)) < 0)
		return rc;
	if (!(added = kin_sql_add_source(c->arena, c->select, source->join, table, node->alias, on)))
		return KIN_ENOMEM;
	if (!table)
		added->select = rows->select;
	return KIN_OK;
}

static int from_query(core *c, const kin_query_source *source)
{
	kin_rows *rows = kin_arena_zalloc(c->arena, sizeof(*rows));
	kin_node *root = c->resolver->root;
	int rc;

	if (!rows)
		return KIN_ENOMEM;
	c->resolver->root = c->last ? root->outer : root; /* the other sources are not seen inside */
	rc = kin_resolve_query(c->resolver, source->query, rows);
	c->resolver->root = root;
	return rc < 0 || !rows->select ? rc : from_rows(c, source, rows, NULL);
}

static int first_source(core *c, const kin_query_source *source)
{
	const struct kin_cte *cte = find_cte(c, source);
	const kin_mapping *mapping = find_model(c, source);

	if (source->query)
		return from_query(c, source);
	if (cte)
		return from_rows(c, source, cte->rows, cte->name);
	return mapping ? from_model(c, source, mapping) : unknown_model(c, source);
}

static int joined_source(core *c, const kin_query_source *source)
{
	bool free = source->on || source->join == KIN_JOIN_CROSS;
	const struct kin_cte *cte = find_cte(c, source);
	const kin_mapping *mapping = find_model(c, source);
	const kin_relation *relation;
	size_t failed_at;
	kin_node *near;
	int rc;

	if ((source->query || cte || mapping) && free)
		return first_source(c, source);
	if (source->query || cte)
		return kin_resolve_problem(c->resolver, source->at, "join says not on what: `join … on …`, or cross join");
	kin_expr *path = kin_expr_path(c->arena, source->names, source->count, source->at);
	if (!path || (rc = kin_resolve_reach(c->resolver, path, &near, &relation, &failed_at)) < 0)
		return KIN_ENOMEM;
	if (relation)
		return from_relation(c, source, near, relation);
	if (mapping)
		return kin_resolve_problem(c->resolver, source->at, "join %s says not on what: `join %s on …`, or name a relationship",
		                           mapping->name, mapping->name);
	if (!near->mapping)
		return kin_resolve_problem(c->resolver, source->at, "'%s' has no relationships", near->name);
	return kin_resolve_unknown(c->resolver, near->mapping, source->names[failed_at], source->at, true);
}

/* ---- values ---- */

/* The name that a value has: what `as` says, or the last one of its path. NULL: none. */
static const char *name_of(const kin_query_output *output)
{
	if (output->name)
		return output->name;
	return output->expr->kind == KIN_EXPR_PATH ? output->expr->names[output->expr->count - 1] : NULL;
}

/* So many columns stand for a value at most. */
static size_t most_columns(const kin_resolver *resolver)
{
	size_t most = 1;

	for (size_t i = 0; resolver->objects && i < kin_registry_count(resolver->registry); i++)
		if (kin_registry_mapping(resolver->registry, i)->key_count > most)
			most = kin_registry_mapping(resolver->registry, i)->key_count;
	return most;
}

/* An object is its key; a key of several columns has names of its own for those behind the first: owner, owner_2. */
static int add_object(core *c, kin_rows *ret, const kin_query_output *output, const kin_mapping *mapping, kin_expr **columns)
{
	const char *name = name_of(output), *column = name;

	for (size_t i = 0; i < mapping->key_count; i++) {
		if (i > 0 && !(column = kin_arena_printf(c->arena, "%s_%zu", name, i + 1)))
			return KIN_ENOMEM;
		if (!kin_sql_add_output(c->arena, c->select, columns[i], column))
			return KIN_ENOMEM;
		ret->columns[ret->column_count++] = (kin_rows_column){ .name = name, .at = output->at, .object = mapping, .more = i > 0 };
	}
	return KIN_OK;
}

static int add_value(core *c, kin_rows *ret, const kin_query_output *output)
{
	const kin_mapping *mapping = NULL;
	kin_expr *value = output->expr, **columns = NULL;
	kin_rows_column *column;
	int rc = KIN_OK;

	if (c->resolver->objects == c->text)
		rc = kin_resolve_key_of(c->resolver, value, &mapping, &columns);
	if (rc < 0 || mapping)
		return rc < 0 ? rc : add_object(c, ret, output, mapping, columns);
	column = &ret->columns[ret->column_count++];
	*column = (kin_rows_column){ .name = name_of(output), .at = output->at };
	if ((rc = kin_resolve_output(c->resolver, &value)) < 0)
		return rc;
	column->kind = kin_resolve_result(c->resolver, value);
	column->attribute = kin_resolve_origin(value);
	return kin_sql_add_output(c->arena, c->select, value, column->name) ? KIN_OK : KIN_ENOMEM;
}

static int add_values(core *c, kin_rows *ret)
{
	const kin_query_text *text = c->text;
	int rc = KIN_OK;

	if (!(ret->columns = kin_arena_zalloc(c->arena, (text->output_count * most_columns(c->resolver) + 1) * sizeof(*ret->columns))))
		return KIN_ENOMEM;
	for (size_t i = 0; rc == KIN_OK && i < text->output_count; i++)
		rc = add_value(c, ret, &text->outputs[i]);
	return rc;
}

/* ---- clauses ---- */

/* The value that a name stands for: `as n` may be said again in group by, having and order by. NULL: it is none of them. */
static const kin_query_output *named_value(const kin_query_text *text, const kin_expr *expr)
{
	if (expr->kind != KIN_EXPR_PATH || expr->count != 1)
		return NULL;
	for (size_t i = 0; i < text->output_count; i++)
		if (text->outputs[i].name && strcmp(text->outputs[i].name, expr->names[0]) == 0)
			return &text->outputs[i];
	return NULL;
}

/* In an expression an attribute goes before the name of a value: `select upper(name) as name … group by upper(name)`. */
static int take_value(void *context, kin_expr **expr)
{
	const core *c = context;
	const kin_query_output *output = named_value(c->text, *expr);
	kin_path_end found;

	if (!output)
		return 0;
	if (kin_resolve_walk(c->resolver, *expr, &found) < 0)
		return KIN_ENOMEM;
	if (!found.unknown)
		return 0;
	*expr = kin_expr_copy(c->arena, output->expr);
	return *expr ? 0 : KIN_ENOMEM;
}

/* A name alone is one for the database too; inside an expression it is replaced by what it stands for. */
static int sort_key(core *c, kin_expr **expr)
{
	const kin_query_output *output = named_value(c->text, *expr);
	int rc;

	if (output) {
		*expr = kin_expr_column(c->arena, NULL, output->name);
		return *expr ? KIN_OK : KIN_ENOMEM;
	}
	if ((rc = kin_expr_walk(expr, take_value, c)) < 0)
		return rc;
	return kin_resolve_output(c->resolver, expr);
}

static int find_param(void *context, kin_expr **expr)
{
	(void)context;
	return (*expr)->kind == KIN_EXPR_PARAM;
}

/* `group by name` is by the value of that name. Where there is a column of it too, databases differ in which is meant: then it is written out, unless
 * that would make two placeholders of one. */
static int group_key(core *c, kin_expr **expr)
{
	const kin_query_output *output = named_value(c->text, *expr);
	kin_expr *value = output ? output->expr : NULL;
	kin_path_end found;

	if (!output || kin_expr_walk(&value, find_param, NULL) > 0)
		return sort_key(c, expr);
	if (kin_resolve_walk(c->resolver, *expr, &found) < 0)
		return KIN_ENOMEM;
	if (found.unknown)
		return sort_key(c, expr);
	*expr = kin_expr_copy(c->arena, value);
	return *expr ? kin_resolve_output(c->resolver, expr) : KIN_ENOMEM;
}

/* group by owner: by its key. */
static int add_group(core *c, kin_expr *expr, kin_expr **groups, size_t *count)
{
	const kin_query_output *output = named_value(c->text, expr);
	const kin_mapping *mapping = NULL;
	kin_expr **columns = NULL;
	int rc = KIN_OK;

	if (c->resolver->objects == c->text)
		rc = kin_resolve_key_of(c->resolver, output ? output->expr : expr, &mapping, &columns);
	for (size_t i = 0; rc == KIN_OK && mapping && i < mapping->key_count; i++)
		groups[(*count)++] = columns[i];
	if (rc < 0 || mapping)
		return rc;
	groups[*count] = expr;
	return group_key(c, &groups[(*count)++]);
}

static int add_groups(core *c)
{
	kin_query_text *text = c->text;
	kin_expr **groups = kin_arena_alloc(c->arena, (text->group_count * most_columns(c->resolver) + 1) * sizeof(*groups));
	size_t count = 0;
	int rc = groups ? KIN_OK : KIN_ENOMEM;

	for (size_t i = 0; rc == KIN_OK && i < text->group_count; i++)
		rc = add_group(c, text->groups[i], groups, &count);
	if (rc == KIN_OK && text->having && (rc = kin_expr_walk(&text->having, take_value, c)) == KIN_OK)
		rc = kin_resolve_condition(c->resolver, &text->having);
	c->select->groups = groups;
	c->select->group_count = count;
	c->select->having = text->having;
	return rc;
}

/* The rows of several selects have no source any more: they are sorted by what they bring. */
static int compound_key(core *c, const kin_rows *rows, kin_expr **expr)
{
	const kin_expr *e = *expr;
	const kin_rows_column *column = e->kind == KIN_EXPR_PATH && e->count == 1 ? kin_rows_column_find(rows, e->names[0]) : NULL;

	if (!column)
		return kin_resolve_problem(c->resolver, e->at, "behind union and the like, order by takes names of what is selected");
	*expr = kin_expr_column(c->arena, NULL, column->name);
	return *expr ? KIN_OK : KIN_ENOMEM;
}

static int add_orders(core *c, const kin_rows *rows)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < c->text->order_count; i++) {
		kin_sql_order order = c->text->orders[i];
		rc = c->text->next ? compound_key(c, rows, &order.expr) : sort_key(c, &order.expr);
		if (rc < 0)
			break;
		kin_sql_order *added = kin_sql_add_order(c->arena, c->select, order.expr, order.descending);
		if (!added)
			return KIN_ENOMEM;
		added->nulls = order.nulls;
	}
	return rc;
}

static int add_limits(core *c)
{
	kin_query_text *text = c->text;
	int rc = KIN_OK;

	if (text->limit)
		rc = kin_resolve_rows(c->resolver, &text->limit, "LIMIT");
	if (rc == KIN_OK && text->offset)
		rc = kin_resolve_rows(c->resolver, &text->offset, "OFFSET");
	c->select->limit = text->limit;
	c->select->offset = text->offset;
	return rc;
}

/* ---- a select, and several ---- */

static int resolve_parts(core *c, kin_rows *ret)
{
	kin_query_text *text = c->text;
	kin_problem **problems = c->resolver->last_problem;
	int rc = first_source(c, &text->sources[0]);

	for (size_t i = 1; rc == KIN_OK && c->resolver->last_problem == problems && i < text->source_count; i++)
		rc = joined_source(c, &text->sources[i]);
	if (rc < 0 || c->resolver->last_problem != problems)
		return rc;
	c->select->distinct = text->distinct;
	c->select->lock = text->lock;
	if ((rc = add_values(c, ret)) == KIN_OK && text->where)
		rc = kin_resolve_condition(c->resolver, &text->where);
	if (rc == KIN_OK && text->where && !(c->select->where = kin_expr_and(c->arena, c->select->where, text->where)))
		return KIN_ENOMEM;
	if (rc < 0 || (rc = add_groups(c)) < 0 || (rc = add_orders(c, ret)) < 0 || (rc = add_limits(c)) < 0)
		return rc;
	ret->select = c->select;
	return KIN_OK;
}

static int resolve_core(kin_resolver *resolver, kin_query_text *text, kin_rows *ret)
{
	core c = { .resolver = resolver, .arena = resolver->arena, .text = text, .select = kin_sql_select_new(resolver->arena) };
	kin_node *outside = resolver->root;
	bool no_paths = resolver->no_paths;
	int rc;

	if (!c.select)
		return KIN_ENOMEM;
	resolver->no_paths = false;
	if (!resolver->select)
		resolver->select = c.select;
	rc = resolve_parts(&c, ret);
	resolver->no_paths = no_paths;
	resolver->root = outside;
	return rc;
}

/* union and the like: each brings as many values as the first. */
static int resolve_next(kin_resolver *resolver, kin_query_text *text, const kin_rows *first)
{
	kin_sql_select *last = first->select;
	int rc = KIN_OK;

	for (; rc == KIN_OK && text->next; text = text->next) {
		kin_rows rows = { 0 };
		if ((rc = resolve_core(resolver, text->next, &rows)) < 0 || !rows.select)
			break;
		if (rows.column_count != first->column_count)
			return kin_resolve_problem(resolver, rows.columns[0].at, "this select brings %zu value%s, the first one %zu", rows.column_count,
			                           rows.column_count == 1 ? "" : "s", first->column_count);
		last->compound = text->compound;
		last->next = rows.select;
		last = rows.select;
	}
	return rc;
}

static int name_columns(kin_resolver *resolver, const kin_query_cte *cte, kin_rows *rows)
{
	if (cte->column_count > 0 && cte->column_count != rows->column_count)
		return kin_resolve_problem(resolver, cte->at, "%s names %zu values, but its query brings %zu", cte->name, cte->column_count,
		                           rows->column_count);
	for (size_t i = 0; i < rows->column_count; i++) {
		if (cte->column_count > 0)
			rows->columns[i].name = cte->columns[i];
		if (!rows->columns[i].name)
			return kin_resolve_problem(resolver, rows->columns[i].at, "this value of %s has no name: say `as`", cte->name);
	}
	return KIN_OK;
}

/* From its first select on a query knows its own name: recursion. */
static int resolve_cte(kin_resolver *resolver, const kin_query_cte *text, kin_sql_cte *ret)
{
	struct kin_cte *cte = kin_arena_zalloc(resolver->arena, sizeof(*cte));
	kin_rows *rows = kin_arena_zalloc(resolver->arena, sizeof(*rows));
	const char **columns;
	int rc;

	if (!cte || !rows)
		return KIN_ENOMEM;
	if ((rc = resolve_core(resolver, text->query, rows)) < 0 || !rows->select)
		return rc;
	if ((rc = name_columns(resolver, text, rows)) < 0 || !(columns = kin_arena_alloc(resolver->arena, rows->column_count * sizeof(*columns))))
		return KIN_ENOMEM;
	for (size_t i = 0; i < rows->column_count; i++)
		columns[i] = rows->columns[i].name;
	*cte = (struct kin_cte){ .name = text->name, .rows = rows, .next = resolver->ctes };
	resolver->ctes = cte;
	*ret = (kin_sql_cte){ .name = text->name, .columns = columns, .column_count = rows->column_count, .select = rows->select };
	return resolve_next(resolver, text->query, rows);
}

static int resolve_ctes(kin_resolver *resolver, const kin_query_text *text, kin_sql_cte **ret)
{
	kin_problem **problems = resolver->last_problem;
	int rc = KIN_OK;

	if (!(*ret = kin_arena_zalloc(resolver->arena, (text->cte_count + 1) * sizeof(**ret))))
		return KIN_ENOMEM;
	for (size_t i = 0; rc == KIN_OK && resolver->last_problem == problems && i < text->cte_count; i++)
		rc = resolve_cte(resolver, &text->ctes[i], &(*ret)[i]);
	return rc;
}

int kin_resolve_query(kin_resolver *resolver, kin_query_text *text, kin_rows *ret_rows)
{
	struct kin_cte *outside = resolver->ctes;
	kin_problem **problems = resolver->last_problem;
	kin_sql_cte *ctes;
	int rc = resolve_ctes(resolver, text, &ctes);

	*ret_rows = (kin_rows){ 0 };
	if (rc == KIN_OK && resolver->last_problem == problems && (rc = resolve_core(resolver, text, ret_rows)) == KIN_OK && ret_rows->select) {
		ret_rows->select->ctes = ctes;
		ret_rows->select->cte_count = text->cte_count;
		rc = resolve_next(resolver, text, ret_rows);
	}
	resolver->ctes = outside;
	return rc;
}
