/* compile_expr.c - writes expressions, with the parentheses they need and no others.
 *
 * Every kind has a level at which it binds, and every place asks for one. Where databases disagree, or a reader would have to
 * think (NOT a = b), the place asks for more, so the text means the same everywhere. */
#include "sql/compile_expr.h"

#include <inttypes.h>

#include "sql/cast.h"

static void fail(kin_compiler *c, int code, const char *sentence)
{
	if (c->rc == KIN_OK)
		c->rc = kin_error_set(c->error, code, "%s", sentence);
}

uint32_t kin_compile_param_count(const kin_compiler *c, const kin_expr *expr)
{
	const kin_compile_options *options = c->options;
	bool known = options && options->param_counts && expr->index < options->param_total;

	return known ? options->param_counts[expr->index] : 1;
}

static bool is_null(const kin_compiler *c, const kin_expr *expr)
{
	const kin_compile_options *options = c->options;

	if (expr->kind == KIN_EXPR_PARAM)
		return options && options->param_nulls && expr->index < options->param_total &&
		       options->param_nulls[expr->index];
	return expr->kind == KIN_EXPR_NULL;
}

static bool is_equality(const kin_expr *expr)
{
	return expr->op == KIN_OP_EQ || expr->op == KIN_OP_NE;
}

static bool is_concat(const kin_expr *expr)
{
	return expr->kind == KIN_EXPR_BINARY && expr->op == KIN_OP_CONCAT;
}

static kin_level binary_level(const kin_compiler *c, const kin_expr *expr)
{
	kin_dialect_id id = c->dialect->id;

	if (id == KIN_MARIADB && (is_concat(expr) || kin_operator_get(expr->op)->level == KIN_LEVEL_BIT))
		return KIN_LEVEL_PRIMARY; /* a call, or a CAST */
	if (id == KIN_MARIADB && expr->op == KIN_OP_NE && expr->null_safe)
		return KIN_LEVEL_NOT;
	return kin_operator_get(expr->op)->level;
}

/* How tightly the text of an expression binds. */
static kin_level level_of(const kin_compiler *c, const kin_expr *expr)
{
	switch ((kin_expr_kind)expr->kind) {
	case KIN_EXPR_UNARY:
		return kin_operator_get(expr->op)->level;
	case KIN_EXPR_BINARY:
		return binary_level(c, expr);
	case KIN_EXPR_LIKE:
	case KIN_EXPR_BETWEEN:
	case KIN_EXPR_IS_NULL:
		return KIN_LEVEL_COMPARE;
	case KIN_EXPR_IN:
		return kin_compile_is_empty_in(c, expr) ? KIN_LEVEL_PRIMARY : KIN_LEVEL_COMPARE;
	case KIN_EXPR_EXISTS:
		return expr->negated ? KIN_LEVEL_NOT : KIN_LEVEL_PRIMARY;
	case KIN_EXPR_INTEGER:
		return expr->integer < 0 ? KIN_LEVEL_NEG : KIN_LEVEL_PRIMARY;
	case KIN_EXPR_REAL:
		return expr->text[0] == '-' ? KIN_LEVEL_NEG : KIN_LEVEL_PRIMARY;
	case KIN_EXPR_RAW:
		return KIN_LEVEL_ANY;
	default:
		return KIN_LEVEL_PRIMARY;
	}
}

void kin_compile_placeholder(kin_compiler *c, uint32_t index)
{
	if (!kin_vec_push(&c->params, index))
		c->rc = c->rc == KIN_OK ? kin_error_nomem(c->error) : c->rc;
	if (c->dialect->numbered_params)
		kin_text_addf(&c->text, "$%zu", c->params.count);
	else
		kin_text_add_char(&c->text, '?');
}

static void param(kin_compiler *c, const kin_expr *expr)
{
	if (kin_compile_param_count(c, expr) != 1)
		fail(c, KIN_EQUERY, "an array stands for several values: it can only be used in 'in (?)'");
	kin_compile_placeholder(c, expr->index);
}

static void string(kin_compiler *c, const kin_expr *expr)
{
	kin_text_add_quoted(&c->text, expr->text, '\'');
}

void kin_compile_boolean(kin_compiler *c, bool value)
{
	if (c->dialect->boolean_words)
		kin_compile_add(c, value ? "TRUE" : "FALSE");
	else
		kin_compile_add(c, value ? "1" : "0");
}

static void column(kin_compiler *c, const kin_expr *expr)
{
	if (expr->table) {
		kin_compile_table(c, expr->table);
		kin_text_add_char(&c->text, '.');
	}
	kin_compile_name(c, expr->text);
}

static void unary(kin_compiler *c, const kin_expr *expr)
{
	bool maria_bits = expr->op == KIN_OP_BIT_NOT && c->dialect->id == KIN_MARIADB;

	kin_compile_add(c, maria_bits ? "CAST(" : "");
	kin_compile_add(c, expr->op == KIN_OP_NOT ? "NOT " : kin_operator_get(expr->op)->text);
	kin_compile_expr(c, expr->items[0], KIN_LEVEL_PRIMARY);
	kin_compile_add(c, maria_bits ? " AS SIGNED)" : "");
}

/* a || b || c: CONCAT(a, b, c). */
static void concat_arguments(kin_compiler *c, const kin_expr *expr)
{
	if (!is_concat(expr)) {
		kin_compile_expr(c, expr, KIN_LEVEL_ANY);
		return;
	}
	concat_arguments(c, expr->items[0]);
	kin_compile_add(c, ", ");
	concat_arguments(c, expr->items[1]);
}

static void concat_call(kin_compiler *c, const kin_expr *expr)
{
	kin_compile_add(c, "CONCAT(");
	concat_arguments(c, expr);
	kin_compile_add(c, ")");
}

static void null_test(kin_compiler *c, const kin_expr *operand, bool negated)
{
	kin_compile_expr(c, operand, KIN_LEVEL_ADD);
	kin_compile_add(c, negated ? " IS NOT NULL" : " IS NULL");
}

static void is_null_test(kin_compiler *c, const kin_expr *expr)
{
	null_test(c, expr->items[0], expr->negated);
}

/* a = b that holds for two NULLs, and is false rather than unknown for one. */
static void null_safe(kin_compiler *c, const kin_expr *expr)
{
	bool negated = expr->op == KIN_OP_NE, maria = c->dialect->id == KIN_MARIADB;
	const char *op;

	if (c->dialect->null_safe_is)
		op = negated ? " IS NOT " : " IS ";
	else if (maria)
		op = " <=> ";
	else
		op = negated ? " IS DISTINCT FROM " : " IS NOT DISTINCT FROM ";
	kin_compile_add(c, maria && negated ? "NOT (" : "");
	kin_compile_expr(c, expr->items[0], KIN_LEVEL_ADD);
	kin_compile_add(c, op);
	/* IS NULL + 1 would read as a test for NULL. */
	kin_compile_expr(c, expr->items[1], c->dialect->null_safe_is ? KIN_LEVEL_PRIMARY : KIN_LEVEL_ADD);
	kin_compile_add(c, maria && negated ? ")" : "");
}

static void operation(kin_compiler *c, const kin_expr *expr)
{
	const kin_operator *op = kin_operator_get(expr->op);
	const kin_expr *left = expr->items[0], *right = expr->items[1];
	bool arithmetic = op->level == KIN_LEVEL_ADD || op->level == KIN_LEVEL_MUL;
	bool logical = op->level == KIN_LEVEL_OR || op->level == KIN_LEVEL_AND;
	bool bits = op->level == KIN_LEVEL_BIT, maria = c->dialect->id == KIN_MARIADB;
	const char *text = maria && expr->op == KIN_OP_DIV && expr->whole ? "DIV" : op->text;
	kin_level left_level = op->level == KIN_LEVEL_COMPARE ? KIN_LEVEL_ADD : bits ? KIN_LEVEL_PRIMARY : op->level;
	kin_level right_level = logical ? op->level : bits ? KIN_LEVEL_PRIMARY : op->level + 1;

	kin_compile_add(c, bits && maria ? "CAST(" : "");
	kin_compile_expr(c, left, arithmetic && is_concat(left) ? KIN_LEVEL_PRIMARY : left_level);
	kin_text_add_char(&c->text, ' ');
	kin_compile_add(c, text);
	kin_text_add_char(&c->text, ' ');
	kin_compile_expr(c, right, arithmetic && is_concat(right) ? KIN_LEVEL_PRIMARY : right_level);
	kin_compile_add(c, bits && maria ? " AS SIGNED)" : "");
}

static void binary(kin_compiler *c, const kin_expr *expr)
{
	bool equality = is_equality(expr);

	if (equality && expr->null_drops && is_null(c, expr->items[1]))
		kin_compile_boolean(c, expr->op == KIN_OP_EQ);
	else if (equality && is_null(c, expr->items[1]))
		null_test(c, expr->items[0], expr->op == KIN_OP_NE);
	else if (equality && is_null(c, expr->items[0]))
		null_test(c, expr->items[1], expr->op == KIN_OP_NE);
	else if (equality && expr->null_safe)
		null_safe(c, expr);
	else if (is_concat(expr) && c->dialect->id == KIN_MARIADB)
		concat_call(c, expr);
	else
		operation(c, expr);
}

static void folded(kin_compiler *c, const kin_expr *expr)
{
	kin_compile_add(c, "lower(");
	kin_compile_expr(c, expr, KIN_LEVEL_ANY);
	kin_compile_add(c, ")");
}

/* ilike where there is none: both sides in lower case. */
static void folded_like(kin_compiler *c, const kin_expr *expr)
{
	folded(c, expr->items[0]);
	kin_compile_add(c, expr->negated ? " NOT LIKE " : " LIKE ");
	folded(c, expr->items[1]);
}

static void like(kin_compiler *c, const kin_expr *expr)
{
	bool has_ilike = c->dialect->id == KIN_POSTGRESQL;

	if (expr->fold && !has_ilike) {
		folded_like(c, expr);
	} else {
		kin_compile_expr(c, expr->items[0], KIN_LEVEL_ADD);
		kin_compile_add(c, expr->negated ? " NOT" : "");
		kin_compile_add(c, expr->fold ? " ILIKE " : " LIKE ");
		kin_compile_expr(c, expr->items[1], KIN_LEVEL_CONCAT);
	}
	if (expr->count > 2) {
		kin_compile_add(c, " ESCAPE ");
		kin_compile_expr(c, expr->items[2], KIN_LEVEL_PRIMARY);
	}
}

static void between(kin_compiler *c, const kin_expr *expr)
{
	kin_compile_expr(c, expr->items[0], KIN_LEVEL_ADD);
	kin_compile_add(c, expr->negated ? " NOT BETWEEN " : " BETWEEN ");
	kin_compile_expr(c, expr->items[1], KIN_LEVEL_ADD);
	kin_compile_add(c, " AND ");
	kin_compile_expr(c, expr->items[2], KIN_LEVEL_ADD);
}

static void case_when(kin_compiler *c, const kin_expr *expr)
{
	size_t i = 0;

	kin_compile_add(c, "CASE");
	if (expr->base) {
		kin_text_add_char(&c->text, ' ');
		kin_compile_expr(c, expr->items[i++], KIN_LEVEL_ANY);
	}
	for (; i + 1 < expr->count; i += 2) {
		kin_compile_add(c, " WHEN ");
		kin_compile_expr(c, expr->items[i], KIN_LEVEL_ANY);
		kin_compile_add(c, " THEN ");
		kin_compile_expr(c, expr->items[i + 1], KIN_LEVEL_ANY);
	}
	if (i < expr->count) {
		kin_compile_add(c, " ELSE ");
		kin_compile_expr(c, expr->items[i], KIN_LEVEL_ANY);
	}
	kin_compile_add(c, " END");
}

static void cast(kin_compiler *c, const kin_expr *expr)
{
	kin_compile_add(c, "CAST(");
	kin_compile_expr(c, expr->items[0], KIN_LEVEL_ANY);
	kin_compile_add(c, " AS ");
	int rc = kin_cast_type(c->dialect, &c->text, expr->text, c->rc == KIN_OK ? c->error : NULL);
	if (c->rc == KIN_OK)
		c->rc = rc;
	kin_compile_add(c, ")");
}

static void subselect(kin_compiler *c, const kin_expr *expr)
{
	if (expr->kind == KIN_EXPR_EXISTS)
		kin_compile_add(c, expr->negated ? "NOT EXISTS " : "EXISTS ");
	kin_text_add_char(&c->text, '(');
	kin_compile_subselect(c, expr->select);
	kin_text_add_char(&c->text, ')');
}

static void row(kin_compiler *c, const kin_expr *expr)
{
	kin_text_add_char(&c->text, '(');
	kin_compile_exprs(c, expr->items, expr->count, KIN_LEVEL_ANY);
	kin_text_add_char(&c->text, ')');
}

static void path(kin_compiler *c, const kin_expr *expr)
{
	(void)expr;
	fail(c, KIN_EINVAL, "a path of names was compiled before it was resolved to a column");
}

static void integer(kin_compiler *c, const kin_expr *expr)
{
	kin_text_addf(&c->text, "%" PRId64, expr->integer);
}

static void as_written(kin_compiler *c, const kin_expr *expr)
{
	kin_compile_add(c, expr->text);
}

static void constant(kin_compiler *c, const kin_expr *expr)
{
	if (expr->kind == KIN_EXPR_NULL)
		kin_compile_add(c, "NULL");
	else if (expr->kind == KIN_EXPR_STAR)
		kin_compile_add(c, "*");
	else
		kin_compile_boolean(c, expr->kind == KIN_EXPR_TRUE);
}

static void (*const writers[])(kin_compiler *c, const kin_expr *expr) = {
	[KIN_EXPR_PATH]     = path,
	[KIN_EXPR_COLUMN]   = column,
	[KIN_EXPR_PARAM]    = param,
	[KIN_EXPR_INTEGER]  = integer,
	[KIN_EXPR_REAL]     = as_written,
	[KIN_EXPR_STRING]   = string,
	[KIN_EXPR_NULL]     = constant,
	[KIN_EXPR_TRUE]     = constant,
	[KIN_EXPR_FALSE]    = constant,
	[KIN_EXPR_STAR]     = constant,
	[KIN_EXPR_UNARY]    = unary,
	[KIN_EXPR_BINARY]   = binary,
	[KIN_EXPR_LIKE]     = like,
	[KIN_EXPR_BETWEEN]  = between,
	[KIN_EXPR_IN]       = kin_compile_in,
	[KIN_EXPR_IS_NULL]  = is_null_test,
	[KIN_EXPR_CALL]     = kin_compile_call,
	[KIN_EXPR_CASE]     = case_when,
	[KIN_EXPR_CAST]     = cast,
	[KIN_EXPR_EXISTS]   = subselect,
	[KIN_EXPR_SUBQUERY] = subselect,
	[KIN_EXPR_RAW]      = as_written,
	[KIN_EXPR_ROW]      = row,
};

void kin_compile_expr(kin_compiler *c, const kin_expr *expr, kin_level level)
{
	bool open = level_of(c, expr) < level;

	if (open)
		kin_text_add_char(&c->text, '(');
	writers[expr->kind](c, expr);
	if (open)
		kin_text_add_char(&c->text, ')');
}

void kin_compile_exprs(kin_compiler *c, kin_expr *const *items, size_t count, kin_level level)
{
	for (size_t i = 0; i < count; i++) {
		kin_compile_add(c, i > 0 ? ", " : "");
		kin_compile_expr(c, items[i], level);
	}
}
