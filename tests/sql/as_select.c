/* as_select.c - a query's text as a SELECT, for tests that need no models. */
#include "sql/as_select.h"

static int path_to_column(void *context, kin_expr **expr)
{
	kin_arena *arena = context;
	kin_expr *path = *expr;

	if (path->kind != KIN_EXPR_PATH)
		return 0;
	const char *table = path->count > 1 ? path->names[path->count - 2] : NULL;
	kin_expr *column = kin_expr_column(arena, table, path->names[path->count - 1]);
	if (!column)
		return KIN_ENOMEM;
	*expr = column;
	return 0;
}

int as_columns(kin_arena *arena, kin_expr **expr)
{
	return kin_expr_walk(expr, path_to_column, arena);
}

int as_select(kin_arena *arena, const char *text, kin_sql_select *ret_select, kin_error *error)
{
	kin_query_text query;
	int rc = kin_query_text_parse(arena, text, KIN_QUERY_SELECT, &query, error);

	if (rc < 0)
		return rc;
	*ret_select = (kin_sql_select){
		.where = query.where, .groups = query.groups, .group_count = query.group_count, .having = query.having,
		.orders = query.orders, .order_count = query.order_count,
		.limit = query.limit, .offset = query.offset, .lock = query.lock,
	};
	if (!kin_sql_add_output(arena, ret_select, kin_expr_column(arena, "pets", "id"), NULL) ||
	    !kin_sql_add_source(arena, ret_select, KIN_JOIN_FROM, "pets", NULL, NULL))
		return kin_error_nomem(error);
	return kin_sql_select_walk(ret_select, path_to_column, arena);
}

int as_sql(kin_arena *arena, const kin_dialect *dialect, const char *text, kin_compiled *ret_compiled, kin_error *error)
{
	kin_sql_select select;
	int rc = as_select(arena, text, &select, error);

	return rc < 0 ? rc : kin_compile_select(dialect, &select, NULL, arena, ret_compiled, error);
}
