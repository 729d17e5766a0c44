/* resolve_call.c - whether a function is called as it wants to be.
 *
 * A name that is like none of those that every database has is the database's own, and goes to it as it stands. */
#include "orm/resolve_path.h"
#include "sql/function.h"

static int count_is_wrong(kin_resolver *resolver, const kin_expr *call, const kin_function *function)
{
	const char *are = call->count == 1 ? "is" : "are";
	const char *s = function->most == 1 ? "" : "s";

	if (function->most == UINT8_MAX)
		return kin_resolve_problem(resolver, call->at, "%s takes %u arguments or more, but %zu %s given", call->text, function->least, call->count, are);
	if (function->least < function->most)
		return kin_resolve_problem(resolver, call->at, "%s takes %u to %u arguments, but %zu %s given", call->text, function->least,
		                           function->most, call->count, are);
	return kin_resolve_problem(resolver, call->at, "%s takes %u argument%s, but %zu %s given", call->text, function->most, s, call->count, are);
}

/* json_value(data, '$.owner.name') */
static int path_is_wrong(kin_resolver *resolver, const kin_expr *call)
{
	const kin_expr *path = call->items[1];

	if (path->kind == KIN_EXPR_STRING && path->text[0] != '$')
		return kin_resolve_problem(resolver, path->at, "a path of json_value begins with '$', the document: '$%s%s', not '%s'",
		                           path->text[0] == '[' || path->text[0] == '.' ? "" : ".", path->text, path->text);
	return KIN_OK;
}

int kin_resolve_call(kin_resolver *resolver, const kin_expr *call)
{
	const kin_function *named = kin_function_named(call->text);
	const char *near;

	if (named && !kin_function_find(call->text, call->count))
		return count_is_wrong(resolver, call, named);
	if (named)
		return strcmp(named->name, "json_value") == 0 ? path_is_wrong(resolver, call) : KIN_OK;
	if (!(near = kin_function_nearest(call->text)))
		return KIN_OK;
	return kin_resolve_problem(resolver, call->at, "there is no function '%s' on every database; did you mean '%s'? One of the database's own that is "
	                           "called so can be asked by kin_sql()", call->text, near);
}
