/* resolve_literal.c - literals of a query's text that no row of the attribute can have are found when the plan is made. */
#include "orm/resolve_literal.h"

#include "value/kind.h"
#include "value/show.h"

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

/* How each is written, by kind from KIN_KIND_DATE on. */
static const char *const moments[] = { "2026-11-22", "13:45:00", "2026-11-22 13:45:00", "2026-11-22 13:45:00Z" };

/* As SQLite keeps it, where a text is compared as one: '2026-11-22 13:45' is not what it has. */
static int no_moment(kin_resolver *resolver, const kin_attribute *a, int kind, kin_expr *expr)
{
	char text[KIN_SHOW_DATE];
	int64_t moment;

	if (kin_parse_date(expr->text, strlen(expr->text), (kin_kind)kind, &moment) < 0)
		return kin_resolve_problem(resolver, expr->at, "%s.%s is %s%s, and '%s' is none: write it as '%s'", a->mapping->name, a->name,
		                           kin_kind_article(kind), kin_kind_get(kind)->name, expr->text, moments[kind - KIN_KIND_DATE]);
	kin_show_date(text, (kin_kind)kind, moment);
	expr->text = kin_arena_strdup(resolver->arena, text);
	return expr->text ? KIN_OK : KIN_ENOMEM;
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
	if (kind >= KIN_KIND_DATE && kind <= KIN_KIND_TIMESTAMP && expr->kind == KIN_EXPR_STRING)
		return no_moment(resolver, attribute, kind, expr);
	return KIN_OK;
}
