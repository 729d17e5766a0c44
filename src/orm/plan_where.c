/* plan_where.c - what of a relationship comes along: `with pets where species = ?`, `with pets (order by age desc limit 3)`.
 *
 * Its names are those of the relationship's target. A joined one has its condition in its ON, where only the target's own columns are at
 * hand; the other statements have it in their WHERE, with what its paths join, and so has the subquery that a limit takes (plan_rank.c). The
 * values are the query's. */
#include "orm/inherit.h"
#include "orm/plan.h"

typedef struct walk {
	kin_resolver   *resolver;
	const kin_want *want;
	bool            found;
} walk;

/* In an ON there is nothing to join paths to. */
static int find_path(void *context, kin_expr **expr)
{
	walk *w = context;
	const kin_expr *path = *expr;

	if (path->kind != KIN_EXPR_PATH || w->found)
		return 0;
	const kin_relation *relation = kin_mapping_relation(w->want->mapping, path->names[0]);
	if (path->count == 1 && (!relation || relation->holds_key))
		return 0;
	w->found = true;
	return kin_resolve_problem(w->resolver, path->at, "a condition on what is joined names %s's own columns only, not '%s%s': "
	                           "`selectin %s where …` walks paths", w->want->mapping->name, path->names[0], path->count > 1 ? ".…" : "",
	                           w->want->relation->name);
}

/* For an ON. *ret_usable: there are no paths in it. */
static int prepare_joined(kin_want *want, kin_resolver *resolver, bool *ret_usable)
{
	walk w = { .resolver = resolver, .want = want };
	int rc = want->where ? kin_expr_walk(&want->where, find_path, &w) : KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < want->order_count; i++)
		rc = kin_expr_walk(&want->orders[i].expr, find_path, &w);
	*ret_usable = !w.found;
	want->alias = kin_resolve_alias(resolver, want->mapping->table);
	return rc < 0 ? rc : want->alias ? KIN_OK : KIN_ENOMEM;
}

static int prepare_own(kin_want *want, kin_resolver *resolver)
{
	want->select = kin_sql_select_new(resolver->arena);
	return want->select && kin_resolve_source(resolver, want->select, KIN_JOIN_FROM, want->mapping, NULL, NULL, NULL) ? KIN_OK : KIN_ENOMEM;
}

/* Whether its rows are those of a stream, which has one for each object. */
static bool is_in_streams_row(const kin_want *want)
{
	if (!want->relation)
		return want->streamed;
	return want->how == KIN_JOINED && !want->relation->to_many && is_in_streams_row(want->parent);
}

static void choose_way(kin_want *want)
{
	bool several_tables = kin_mapping_is_joined(want->mapping);

	if (want->how == KIN_JOINED && (several_tables || (want->relation->to_many && is_in_streams_row(want->parent))))
		want->how = KIN_SELECTIN; /* the ON of its first table cannot speak of the others */
	if (want->limit && want->mapping->lineage && (want->how == KIN_JOINED || want->how == KIN_SUBQUERY))
		want->how = KIN_SELECTIN; /* its rows have more than its own columns */
}

static int resolve_texts(kin_want *want, kin_resolver *resolver)
{
	int rc = want->where ? kin_resolve_condition(resolver, &want->where) : KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < want->order_count; i++)
		rc = kin_resolve_order(resolver, &want->orders[i]);
	if (rc == KIN_OK && want->limit)
		rc = kin_resolve_rows(resolver, &want->limit, "LIMIT");
	return rc;
}

static int resolve(kin_want *want, kin_resolver *resolver)
{
	kin_node *node = kin_arena_zalloc(resolver->arena, sizeof(*node)), *root = resolver->root;
	bool usable = true;
	int rc;

	choose_way(want);
	rc = want->how == KIN_JOINED && !want->limit ? prepare_joined(want, resolver, &usable) : prepare_own(want, resolver);
	if (rc < 0 || !node)
		return KIN_ENOMEM;
	if (!usable)
		return KIN_OK;
	*node = (kin_node){ .mapping = want->mapping, .alias = want->alias ? want->alias : want->mapping->table, .select = want->select };
	resolver->root = node;
	rc = resolve_texts(want, resolver);
	resolver->root = root;
	return rc;
}

int kin_want_where(kin_want *want, kin_resolver *resolver)
{
	int rc = KIN_OK;

	for (kin_want *w = want->first; w && rc == KIN_OK; w = w->next) {
		const char *model = w->relation->mapping->name, *name = w->relation->name;
		bool sorts = w->order_count > 0 || w->limit;
		if (w->sifted || (!sorts && !w->where))
			rc = KIN_OK;
		else if (sorts && !w->relation->to_many)
			rc = kin_resolve_problem(resolver, w->at, "%s.%s is one object: an order and a limit are for lists", model, name);
		else if (!kin_lazy_comes_along(w->how))
			rc = kin_resolve_problem(resolver, w->at, "%s.%s has %s, but is not loaded (%s)", model, name,
			                         w->where ? "a condition" : w->limit ? "a limit" : "an order", kin_manner_word(w->how));
		else
			rc = resolve(w, resolver);
		w->sifted = true;
		if (rc == KIN_OK)
			rc = kin_want_where(w, resolver);
	}
	return rc;
}
