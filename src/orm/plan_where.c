/* plan_where.c - a condition on what comes along: `with pets where species = ?`.
 *
 * Its names are those of the relationship's target. A joined list has it in its ON, where only the target's own columns are at hand;
 * the other statements have it in their WHERE, with what its paths join. The values are the query's. */
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

static int prepare_joined(kin_want *want, kin_resolver *resolver, bool *ret_usable)
{
	walk w = { .resolver = resolver, .want = want };
	int rc = kin_expr_walk(&want->where, find_path, &w);

	*ret_usable = !w.found;
	want->alias = kin_resolve_alias(resolver, want->mapping->table);
	return rc < 0 ? rc : want->alias ? KIN_OK : KIN_ENOMEM;
}

static int prepare_own(kin_want *want, kin_resolver *resolver)
{
	const char *table = want->mapping->table;

	want->alias = table;
	want->select = kin_sql_select_new(resolver->arena);
	return want->select && kin_resolve_source(resolver, want->select, KIN_JOIN_FROM, want->mapping, NULL, NULL, NULL) ? KIN_OK : KIN_ENOMEM;
}

static int resolve(kin_want *want, kin_resolver *resolver)
{
	kin_node *node = kin_arena_zalloc(resolver->arena, sizeof(*node)), *root = resolver->root;
	bool usable = true;
	int rc;

	if (want->how == KIN_JOINED && kin_mapping_is_joined(want->mapping))
		want->how = KIN_SELECTIN; /* the ON of its first table cannot speak of the others */
	rc = want->how == KIN_JOINED ? prepare_joined(want, resolver, &usable) : prepare_own(want, resolver);

	if (rc < 0 || !node)
		return KIN_ENOMEM;
	if (!usable)
		return KIN_OK;
	*node = (kin_node){ .mapping = want->mapping, .alias = want->alias, .select = want->select };
	resolver->root = node;
	rc = kin_resolve_condition(resolver, &want->where);
	resolver->root = root;
	return rc;
}

int kin_want_where(kin_want *want, kin_resolver *resolver)
{
	int rc = KIN_OK;

	for (kin_want *w = want->first; w && rc == KIN_OK; w = w->next) {
		const char *model = w->relation->mapping->name, *name = w->relation->name;
		if (!w->where)
			rc = KIN_OK;
		else if (!w->relation->to_many)
			rc = kin_resolve_problem(resolver, w->at, "%s.%s is one object, there or not: a condition is for a list; `%s.… = ?` in the query's own "
			                         "leaves %s objects out", model, name, name, model);
		else if (!kin_lazy_comes_along(w->how))
			rc = kin_resolve_problem(resolver, w->at, "%s.%s has a condition, but is not loaded (%s)", model, name, kin_manner_word(w->how));
		else
			rc = resolve(w, resolver);
		if (rc == KIN_OK)
			rc = kin_want_where(w, resolver);
	}
	return rc;
}
