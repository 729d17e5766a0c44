/* resolve_where.c - a relationship's .where: a condition that all its targets fulfil, in every statement that joins or asks for them.
 *
 * It is about the target's own attributes, without paths and placeholders, so that it can stand in any ON or WHERE. The text is parsed where a
 * plan is made, for the trees of statements differ in the alias. */
#include "orm/resolve.h"

#include "base/error.h"
#include "orm/inherit.h"

/* Also that of a query inside. */
static int find_path(void *context, kin_expr **expr)
{
	(void)context;
	return (*expr)->query || ((*expr)->kind == KIN_EXPR_PATH && (*expr)->count > 1);
}

int kin_resolve_own(kin_arena *arena, const kin_mapping *mapping, const char *condition, const char *alias, const uint8_t *kinds, size_t count,
                    kin_slot *ret_slot, kin_expr **ret, const char **ret_why)
{
	kin_error error = { 0 };
	kin_query_text text;
	kin_resolver resolver;
	int rc = kin_query_text_parse(arena, condition, KIN_QUERY_SELECT, &text, &error);

	*ret = NULL;
	*ret_why = NULL;
	if (rc < 0) {
		*ret_why = rc == KIN_ENOMEM ? NULL : kin_arena_strdup(arena, kin_error_text(&error));
		kin_error_clear(&error);
		return *ret_why ? KIN_OK : KIN_ENOMEM;
	}
	if (!text.where || text.param_count > count || text.order_count > 0 || text.limit || text.with_count > 0 || text.unfiltered)
		*ret_why = count > 0 ? "it is a condition alone" : "it is a condition alone, without values that come later";
	else if (kin_expr_walk(&text.where, find_path, NULL) > 0)
		*ret_why = "it is about the model's own attributes: it walks no relationships, and has no query inside";
	if (*ret_why)
		return KIN_OK;
	if (kin_resolve_begin(&resolver, arena, mapping, NULL, kinds, count) < 0)
		return KIN_ENOMEM;
	resolver.root->alias = alias;
	if ((rc = kin_resolve_condition(&resolver, &text.where)) < 0)
		return rc;
	*ret_why = resolver.problems ? resolver.problems->sentence : NULL;
	*ret = resolver.problems ? NULL : text.where;
	if (ret_slot && count > 0)
		*ret_slot = resolver.slots[count - 1];
	return KIN_OK;
}

static int resolve(kin_arena *arena, const kin_relation *relation, const char *alias, kin_expr **ret, const char **ret_why)
{
	return kin_resolve_own(arena, relation->target, relation->where, alias, NULL, 0, NULL, ret, ret_why);
}

kin_expr *kin_resolve_where(kin_arena *arena, const kin_relation *relation, const char *alias, kin_expr *condition)
{
	kin_expr *where;
	const char *why;

	if (!relation->where)
		return condition;
	if (resolve(arena, relation, alias, &where, &why) < 0 || !where)
		return NULL;
	return kin_expr_and(arena, condition, where);
}

/* A column of another table than that: in an ON there is only one. */
static int find_elsewhere(void *context, kin_expr **expr)
{
	const char *const *table = context;

	return (*expr)->kind == KIN_EXPR_COLUMN && (*expr)->table && strcmp((*expr)->table, *table) != 0;
}

int kin_resolve_check_where(kin_arena *arena, const kin_relation *relation, const char **ret_why)
{
	const char *table = kin_resolve_first_table(relation);
	kin_expr *where;

	if (resolve(arena, relation, relation->target->table, &where, ret_why) < 0)
		return KIN_ENOMEM;
	if (where && kin_mapping_is_joined(relation->target) && kin_expr_walk(&where, find_elsewhere, &table) > 0)
		*ret_why = "its columns are in several tables, and those of the condition are in the one that the relationship leads to";
	return KIN_OK;
}
