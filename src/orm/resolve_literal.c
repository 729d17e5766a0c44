/* resolve_literal.c - literals of a query's text that no row of the attribute can have are found when the plan is made. */
#include "orm/resolve_literal.h"

static int no_such_label(kin_resolver *resolver, const kin_attribute *a, const kin_expr *expr)
{
	kin_value value = kin_value_text(expr->text), label;
	kin_error error = { 0 };
	int rc = kin_domain_label(a->domain, &value, &label, &error);

	if (rc == KIN_EVALUE)
		rc = kin_resolve_problem(resolver, expr->at, "%s.%s: %s", a->mapping->name, a->name, kin_error_text(&error));
	kin_error_clear(&error);
	return rc;
}

static int no_uuid(kin_resolver *resolver, const kin_attribute *a, kin_expr *expr)
{
	kin_uuid uuid;
	char *text;

	if (kin_uuid_parse(expr->text, &uuid) < 0)
		return kin_resolve_problem(resolver, expr->at, "%s.%s is a uuid, and '%s' is none", a->mapping->name, a->name, expr->text);
	if (!(text = kin_arena_alloc(resolver->arena, KIN_UUID_TEXT)))
		return KIN_ENOMEM;
	kin_uuid_text(uuid, text);
	expr->text = text;
	return KIN_OK;
}

int kin_resolve_literal(kin_resolver *resolver, const kin_attribute *attribute, kin_expr *expr)
{
	int kind = attribute->kind & ~KIN_KIND_NULLABLE;

	if (kind == KIN_KIND_ENUM && expr->kind == KIN_EXPR_STRING)
		return no_such_label(resolver, attribute, expr);
	if (kind == KIN_KIND_ENUM && (expr->kind == KIN_EXPR_INTEGER || expr->kind == KIN_EXPR_REAL))
		return kin_resolve_problem(resolver, expr->at, "%s.%s is an enum: write its label, or a ? for the C enum",
		                           attribute->mapping->name, attribute->name);
	if (kind == KIN_KIND_UUID && expr->kind == KIN_EXPR_STRING)
		return no_uuid(resolver, attribute, expr);
	return KIN_OK;
}
