/* resolve_compare.c - both sides of a comparison are of kinds that can be compared on every database: a text is no number, a day no text.
 *
 * What stands beside an attribute as `?` was looked at before (resolve_kind.c), as were labels and uuids (resolve_literal.c). */
#include "orm/resolve_compare.h"

#include "orm/resolve_result.h"
#include "value/decimal.h"
#include "value/kind.h"

/* Kinds that can be compared with each other. */
typedef enum family { NOT_KNOWN, NUMBERS, TEXTS, DAYS, TIMES, BYTES, UUIDS } family;

static family family_of(int kind)
{
	if (kind >= KIN_KIND_BOOL && kind <= KIN_KIND_DECIMAL)
		return NUMBERS;
	switch (kind) {
	case KIN_KIND_TEXT:
	case KIN_KIND_CHARS:
		return TEXTS;
	case KIN_KIND_DATE:
	case KIN_KIND_DATETIME:
	case KIN_KIND_TIMESTAMP:
		return DAYS;
	case KIN_KIND_TIME:
		return TIMES;
	case KIN_KIND_BYTES:
		return BYTES;
	case KIN_KIND_UUID:
		return UUIDS;
	default:
		return NOT_KNOWN;
	}
}

static bool reads_as_number(const char *text)
{
	kin_decimal number;

	return kin_decimal_parse(text, &number) != KIN_EVALUE;
}

/* A literal text is what a database reads it as: '3', '2024-02-29'. */
static bool is_apart(const kin_expr *expr, family one, family other)
{
	if (one == NOT_KNOWN || other == NOT_KNOWN || one == other)
		return false;
	if (expr->kind == KIN_EXPR_STRING)
		return other == NUMBERS && !reads_as_number(expr->text);
	return !(one == TEXTS && other == UUIDS) && !(one == UUIDS && other == TEXTS);
}

/* "Pet.name", "argument 2", or what it gives. */
static const char *name_of(const kin_resolver *resolver, const kin_expr *expr)
{
	const kin_attribute *a = expr->kind == KIN_EXPR_COLUMN ? expr->origin : NULL;

	if (a)
		return kin_arena_printf(resolver->arena, "%s.%s", a->mapping->name, a->name);
	if (expr->kind == KIN_EXPR_PARAM)
		return kin_arena_printf(resolver->arena, "argument %u", resolver->slots[expr->index].argument + 1);
	if (expr->kind == KIN_EXPR_STRING)
		return kin_arena_printf(resolver->arena, "'%s'", expr->text);
	return "what is compared with it";
}

static int compare(kin_resolver *resolver, const kin_expr *left, const kin_expr *right)
{
	int one = kin_resolve_result(resolver, left), other = kin_resolve_result(resolver, right);
	const kin_expr *first = left, *second = right;

	if (!is_apart(left->kind == KIN_EXPR_STRING ? left : right, family_of(left->kind == KIN_EXPR_STRING ? one : other),
	              family_of(left->kind == KIN_EXPR_STRING ? other : one)))
		return KIN_OK;
	if (left->kind != KIN_EXPR_COLUMN && right->kind == KIN_EXPR_COLUMN) {
		int kind = one;
		one = other;
		other = kind;
		first = right;
		second = left;
	}
	const char *name = first->kind == KIN_EXPR_COLUMN ? name_of(resolver, first) : "this", *beside = name_of(resolver, second);
	if (!name || !beside)
		return KIN_ENOMEM;
	return kin_resolve_problem(resolver, first->at, "%s is %s%s, but %s is %s%s", name, kin_kind_article(one), kin_kind_get(one)->name,
	                           beside, kin_kind_article(other), kin_kind_get(other)->name);
}

/* ---- values that no row has ---- */

/* The least and the greatest one, of kinds that have any below that of a literal. */
static const struct bounds {
	int64_t least, most;
} bounds[KIN_KIND_COUNT] = {
	[KIN_KIND_INT8] = { INT8_MIN, INT8_MAX },   [KIN_KIND_INT16] = { INT16_MIN, INT16_MAX }, [KIN_KIND_INT32] = { INT32_MIN, INT32_MAX },
	[KIN_KIND_UINT8] = { 0, UINT8_MAX },        [KIN_KIND_UINT16] = { 0, UINT16_MAX },       [KIN_KIND_UINT32] = { 0, UINT32_MAX },
	[KIN_KIND_UINT64] = { 0, INT64_MAX },
};

static bool is_integer(int kind)
{
	return kind >= KIN_KIND_INT8 && kind <= KIN_KIND_UINT64;
}

static bool has_fraction(const char *text)
{
	kin_decimal number, whole;

	return kin_decimal_parse(text, &number) == KIN_OK && kin_decimal_round(number, 0, &whole) == KIN_OK &&
	       kin_decimal_compare(number, whole) != 0;
}

/* A NUMERIC(8, 2) has no 1.234. */
static bool is_finer(const kin_attribute *a, const char *text)
{
	kin_error error = { 0 };
	kin_decimal number;
	int rc = kin_decimal_parse(text, &number);

	if (rc == KIN_OK)
		rc = kin_decimal_fits(number, a->precision, a->scale, &error);
	kin_error_clear(&error);
	return rc == KIN_ERANGE;
}

static bool is_longer(const char *text, int characters)
{
	int count = 0;

	for (; *text && count <= characters; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count > characters;
}

static int never(kin_resolver *resolver, const kin_attribute *a, const char *than, const kin_expr *literal)
{
	const char *is = kin_kind_article(a->kind & ~KIN_KIND_NULLABLE), *kind = kin_kind_get(a->kind & ~KIN_KIND_NULLABLE)->name;

	if (literal->kind == KIN_EXPR_INTEGER)
		return kin_resolve_problem(resolver, literal->at, "%s.%s is %s%s, and never %s%lld", a->mapping->name, a->name, is, kind, than,
		                           (long long)literal->integer);
	return kin_resolve_problem(resolver, literal->at, "%s.%s is %s%s, and never %s%s", a->mapping->name, a->name, is, kind, than, literal->text);
}

/* What is equal to it. */
static int find_never(kin_resolver *resolver, const kin_attribute *a, const kin_expr *right)
{
	int kind = a->kind & ~KIN_KIND_NULLABLE;
	const struct bounds *b = &bounds[kind];

	if (right->kind == KIN_EXPR_INTEGER && b->most > 0 && (right->integer > b->most || right->integer < b->least))
		return never(resolver, a, "", right);
	if (right->kind == KIN_EXPR_REAL && is_integer(kind) && has_fraction(right->text))
		return never(resolver, a, "", right);
	if (right->kind == KIN_EXPR_REAL && kind == KIN_KIND_DECIMAL && a->precision > 0 && is_finer(a, right->text))
		return kin_resolve_problem(resolver, right->at, "%s.%s is a NUMERIC(%d, %d), and never %s", a->mapping->name, a->name, a->precision, a->scale,
		                           right->text);
	if (right->kind == KIN_EXPR_STRING && family_of(kind) == TEXTS && a->length > 0 && is_longer(right->text, a->length))
		return kin_resolve_problem(resolver, right->at, "%s.%s has at most %d characters, and is never '%s'", a->mapping->name, a->name,
		                           a->length, right->text);
	return KIN_OK;
}

/* What is beyond it. `op` as seen from the attribute. */
static int find_beyond(kin_resolver *resolver, const kin_attribute *a, kin_op op, const kin_expr *right)
{
	const struct bounds *b = &bounds[a->kind & ~KIN_KIND_NULLABLE];

	if (right->kind != KIN_EXPR_INTEGER || b->most == 0)
		return KIN_OK;
	if ((op == KIN_OP_GT && right->integer >= b->most) || (op == KIN_OP_GE && right->integer > b->most))
		return never(resolver, a, op == KIN_OP_GT ? "more than " : "", right);
	if ((op == KIN_OP_LT && right->integer <= b->least) || (op == KIN_OP_LE && right->integer < b->least))
		return never(resolver, a, op == KIN_OP_LT ? "less than " : "", right);
	return KIN_OK;
}

/* What the right side is compared as with the left one. */
static kin_op operator_of(const kin_expr *comparison)
{
	if (comparison->kind == KIN_EXPR_IN)
		return KIN_OP_EQ;
	return comparison->kind == KIN_EXPR_BINARY ? (kin_op)comparison->op : KIN_OP_NONE;
}

static int find_values(kin_resolver *resolver, const kin_expr *comparison, const kin_expr *left, const kin_expr *right)
{
	const kin_attribute *a = left->kind == KIN_EXPR_COLUMN ? left->origin : NULL;
	kin_op op = operator_of(comparison);

	if (!a)
		return KIN_OK;
	return op == KIN_OP_EQ ? find_never(resolver, a, right) : find_beyond(resolver, a, op, right);
}

/* ---- patterns ---- */

/* A pattern is for texts; some databases make one of anything, PostgreSQL does not. */
static int check_pattern(kin_resolver *resolver, const kin_expr *like)
{
	int kind = kin_resolve_result(resolver, like->items[0]);
	family of = family_of(kind);
	bool said = like->items[1]->kind == KIN_EXPR_PARAM && of == NUMBERS; /* by resolve_kind.c */
	const char *name;

	if (of == NOT_KNOWN || of == TEXTS || of == BYTES || said)
		return KIN_OK;
	if (!(name = like->items[0]->kind == KIN_EXPR_COLUMN ? name_of(resolver, like->items[0]) : "this"))
		return KIN_ENOMEM;
	return kin_resolve_problem(resolver, like->at, "%s is %s%s, and `like` is for text: cast(… as text) makes one of it", name, kin_kind_article(kind),
	                           kin_kind_get(kind)->name);
}

int kin_resolve_compare(kin_resolver *resolver, const kin_expr *comparison)
{
	int rc = KIN_OK;

	if (comparison->kind == KIN_EXPR_LIKE)
		return check_pattern(resolver, comparison);
	if (comparison->query || comparison->select || comparison->items[0]->kind == KIN_EXPR_ROW)
		return KIN_OK;
	for (size_t i = 1; rc == KIN_OK && i < comparison->count; i++) {
		const kin_expr *left = comparison->items[0], *right = comparison->items[i];
		bool said = (left->kind == KIN_EXPR_COLUMN && right->kind == KIN_EXPR_PARAM) ||
		            (left->kind == KIN_EXPR_PARAM && right->kind == KIN_EXPR_COLUMN);
		if (!said)
			rc = compare(resolver, left, right);
		if (rc == KIN_OK)
			rc = find_values(resolver, comparison, left, right);
	}
	return rc;
}
