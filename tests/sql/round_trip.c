/* round_trip.c - random trees become SQL that reads as the same tree; random texts never break the parser. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "harness/harness.h"
#include "sql/as_select.h"
#include "sql/function.h"

enum { TREES = 3000, TEXTS = 20000 };

/* xorshift64*, Marsaglia 2003 and Vigna 2016. */
static uint64_t next(uint64_t *state)
{
	uint64_t x = *state ? *state : 1;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * UINT64_C(2685821657736338717);
}

static unsigned below(uint64_t *state, unsigned limit)
{
	return (unsigned)((next(state) >> 33) % limit);
}

static kin_expr *leaf(kin_arena *arena, uint64_t *r)
{
	static const char *const columns[] = { "id", "name", "order", "Größe" };
	static const char *const tables[] = { NULL, "pets", "group" };
	static const char *const strings[] = { "", "Ben", "it's", "a\\b%_", "größe" };
	static const int64_t integers[] = { 0, 1, -1, 42, INT64_MAX, INT64_MIN };
	static const char *const reals[] = { "1.5", ".25", "2e10" };

	switch (below(r, 8)) {
	case 0:
		return kin_expr_param(arena, below(r, 9));
	case 1:
		return kin_expr_integer(arena, integers[below(r, 6)]);
	case 2:
		return kin_expr_string(arena, strings[below(r, 5)]);
	case 3:
		return kin_expr_real(arena, reals[below(r, 3)]);
	case 4:
		return kin_expr_constant(arena, KIN_EXPR_NULL + below(r, 3));
	default:
		return kin_expr_column(arena, tables[below(r, 3)], columns[below(r, 4)]);
	}
}

static kin_expr *tree(kin_arena *arena, uint64_t *r, int depth);

static kin_expr *list(kin_arena *arena, uint64_t *r, int depth, kin_expr_kind kind, size_t count)
{
	kin_expr *items[8];

	for (size_t i = 0; i < count; i++)
		items[i] = tree(arena, r, depth);
	return kin_expr_list(arena, kind, items, count);
}

static kin_expr *negatable(kin_arena *arena, uint64_t *r, int depth)
{
	kin_expr *expr;

	switch (below(r, 4)) {
	case 0:
		expr = list(arena, r, depth, KIN_EXPR_LIKE, 2 + below(r, 2));
		break;
	case 1:
		expr = list(arena, r, depth, KIN_EXPR_BETWEEN, 3);
		break;
	case 2:
		expr = list(arena, r, depth, KIN_EXPR_IN, 2 + below(r, 3));
		break;
	default:
		expr = list(arena, r, depth, KIN_EXPR_IS_NULL, 1);
		break;
	}
	expr->negated = below(r, 2);
	return expr;
}

static kin_expr *binary(kin_arena *arena, uint64_t *r, int depth)
{
	static const kin_op ops[] = {
		KIN_OP_OR, KIN_OP_AND, KIN_OP_EQ, KIN_OP_NE, KIN_OP_LT, KIN_OP_LE, KIN_OP_GT, KIN_OP_GE, KIN_OP_CONCAT,
		KIN_OP_ADD, KIN_OP_SUB, KIN_OP_MUL, KIN_OP_DIV, KIN_OP_MOD,
	};
	kin_op op = ops[below(r, sizeof(ops) / sizeof(*ops))];
	kin_expr *left = tree(arena, r, depth), *right = tree(arena, r, depth);
	kin_expr *expr = kin_expr_binary(arena, op, left, right);

	expr->null_safe = (op == KIN_OP_EQ || op == KIN_OP_NE) && below(r, 3) == 0;
	return expr;
}

static kin_expr *call(kin_arena *arena, uint64_t *r, int depth)
{
	kin_expr *expr;

	switch (below(r, 3)) {
	case 0:
		expr = list(arena, r, depth, KIN_EXPR_CASE, 2 + below(r, 5));
		expr->base = expr->count > 2 && below(r, 2);
		return expr;
	case 1:
		expr = list(arena, r, depth, KIN_EXPR_CAST, 1);
		expr->text = "INTEGER";
		return expr;
	default:
		expr = list(arena, r, depth, KIN_EXPR_CALL, below(r, 3));
		expr->text = "coalesce";
		expr->distinct = expr->count > 0 && below(r, 4) == 0;
		return expr;
	}
}

/* -0 is read as 0, so it is not made. */
static kin_expr *unary(kin_arena *arena, uint64_t *r, kin_expr *operand)
{
	bool zero = operand->kind == KIN_EXPR_FALSE || (operand->kind == KIN_EXPR_INTEGER && operand->integer == 0);

	return kin_expr_unary(arena, zero || below(r, 2) ? KIN_OP_NOT : KIN_OP_NEG, operand);
}

static kin_expr *tree(kin_arena *arena, uint64_t *r, int depth)
{
	if (depth == 0)
		return leaf(arena, r);
	depth--;
	switch (below(r, 8)) {
	case 0:
		return leaf(arena, r);
	case 1:
		return unary(arena, r, tree(arena, r, depth));
	case 2:
		return negatable(arena, r, depth);
	case 3:
		return call(arena, r, depth);
	default:
		return binary(arena, r, depth);
	}
}

static void show(kin_text *out, const kin_expr *expr);

/* a AND (b AND c) is (a AND b) AND c. */
static void show_chain(kin_text *out, const kin_expr *expr, kin_op op)
{
	if (expr->kind != KIN_EXPR_BINARY || expr->op != op) {
		show(out, expr);
		return;
	}
	show_chain(out, expr->items[0], op);
	show_chain(out, expr->items[1], op);
}

static void show_null_test(kin_text *out, const kin_expr *operand, bool negated)
{
	kin_text_addf(out, "(%d. %d 0 0 0 0 ", KIN_EXPR_IS_NULL, negated);
	show(out, operand);
	kin_text_add(out, ")");
}

/* -5 is a number, whether it was one or the negation of one. */
static bool show_negative(kin_text *out, const kin_expr *expr)
{
	const kin_expr *operand = expr->kind == KIN_EXPR_UNARY && expr->op == KIN_OP_NEG ? expr->items[0] : NULL;

	if (!operand || (operand->kind != KIN_EXPR_TRUE && (operand->kind != KIN_EXPR_INTEGER || operand->integer < 0)))
		return false;
	kin_text_addf(out, "%" PRId64 " ", operand->kind == KIN_EXPR_TRUE ? -1 : -operand->integer);
	return true;
}

/* A tree in prefix notation: equal texts, equal meaning. = NULL is IS NULL, TRUE is 1. */
static void show(kin_text *out, const kin_expr *expr)
{
	bool equality = expr->kind == KIN_EXPR_BINARY && (expr->op == KIN_OP_EQ || expr->op == KIN_OP_NE);

	if (show_negative(out, expr))
		return;
	if (expr->kind == KIN_EXPR_TRUE || expr->kind == KIN_EXPR_FALSE) {
		kin_text_addf(out, "%d ", expr->kind == KIN_EXPR_TRUE);
	} else if (expr->kind == KIN_EXPR_INTEGER) {
		kin_text_addf(out, "%" PRId64 " ", expr->integer);
	} else if (expr->kind == KIN_EXPR_PARAM) {
		kin_text_add(out, "? ");
	} else if (equality && expr->items[1]->kind == KIN_EXPR_NULL) {
		show_null_test(out, expr->items[0], expr->op == KIN_OP_NE);
	} else if (equality && expr->items[0]->kind == KIN_EXPR_NULL) {
		show_null_test(out, expr->items[1], expr->op == KIN_OP_NE);
	} else {
		kin_text_addf(out, "(%d.%s%s %d %d %d %d %d ", expr->kind, expr->table ? expr->table : "",
		              expr->text ? expr->text : "", expr->negated, expr->distinct, expr->base, expr->null_safe, expr->op);
		if (expr->kind == KIN_EXPR_BINARY && (expr->op == KIN_OP_AND || expr->op == KIN_OP_OR))
			show_chain(out, expr, expr->op);
		else
			for (size_t i = 0; i < expr->count; i++)
				show(out, expr->items[i]);
		kin_text_add(out, ")");
	}
}

/* The condition, compiled for SQLite, without what is in front of it. */
static const char *condition(kin_arena *arena, kin_expr *expr)
{
	kin_sql_select *select = kin_sql_select_new(arena);
	kin_compiled compiled;

	select->where = expr;
	if (kin_compile_select(&kin_dialect_sqlite, select, NULL, arena, &compiled, NULL) < 0)
		return NULL;
	return compiled.sql + strlen("SELECT 1 WHERE ");
}

static void check_round_trip(kin_arena *arena, kin_expr *expr)
{
	const char *text = condition(arena, expr);
	kin_query_text query = { 0 };
	kin_error error = { 0 };
	kin_text before, after;

	kin_text_init(&before);
	kin_text_init(&after);
	CHECK(text);
	if (kin_query_text_parse(arena, text, KIN_QUERY_SELECT, &query, &error) < 0)
		kin_test_fail(__FILE__, __LINE__, "%s", kin_error_text(&error));
	CHECK(as_columns(arena, &query.where) == 0);
	CHECK_TEXT(condition(arena, query.where), text);
	show(&before, expr);
	show(&after, query.where);
	if (strcmp(before.data, after.data) != 0)
		kin_test_fail(__FILE__, __LINE__, "%s\nis read as\n%s\nrather than\n%s", text, after.data, before.data);
	kin_text_done(&before);
	kin_text_done(&after);
}

TEST(random_trees_read_back_as_they_were)
{
	uint64_t r = kin_test_seed("random_trees_read_back_as_they_were");
	kin_arena arena = { 0 };

	for (int i = 0; i < TREES; i++) {
		check_round_trip(&arena, tree(&arena, &r, 1 + i % 6));
		kin_arena_clear(&arena);
	}
	kin_arena_done(&arena);
}

/* Random trees never make a statement that one of the dialects refuses. */
TEST(random_trees_compile_for_every_dialect)
{
	uint64_t r = kin_test_seed("random_trees_compile_for_every_dialect");
	kin_arena arena = { 0 };

	for (int i = 0; i < TREES; i++) {
		kin_sql_select select = { .where = tree(&arena, &r, 5) };
		kin_compiled compiled;
		kin_error error = { 0 };
		for (int id = 0; id < KIN_DIALECT_COUNT; id++)
			if (kin_compile_select(kin_dialect_get((kin_dialect_id)id), &select, NULL, &arena, &compiled, &error) < 0)
				kin_test_fail(__FILE__, __LINE__, "%s", kin_error_text(&error));
		kin_arena_clear(&arena);
	}
	kin_arena_done(&arena);
}

static const char *const samples[] = {
	"species = ? and owner.name like ? order by name desc nulls last limit ? offset 2 with owner, joined pets.visits",
	"not (a + b * -3 || 'x''y' <> \"q\" or c in (1, ?, 2.5)) and d is not distinct from null for update skip locked",
	"case a when 1 then 'x' else cast(b as numeric(10, 2)) end between ? and now() group by a having count(distinct b) > 1",
	"set species = ?, age = age + 1 where (a, b) in ((1, 2), (3, 4)) and x not ilike 'y' escape '!'",
	"name desc, lower(id) asc nulls first",
	"subquery pets, selectin owner.pets, joined",
};

static const char *const pieces[] = {
	" and ", " or ", " not ", " is ", " in ", "(", ")", "((", "))", ",", "'", "\"", "`", "?", ".", "*", "-", "--", "/*",
	" case ", " when ", " then ", " end", " order by ", " with ", " limit ", " = ", "9999999999999999999", "1e", " null ",
	"\xc3", "\xff", "\n", "\t", " cast(", " as ", " between ", " distinct ", " select ", " for update ", " where ",
};

/* A sample with a few bytes changed, cut, or replaced by pieces of SQL; or nothing but pieces. */
static void random_text(uint64_t *r, kin_text *out)
{
	const char *sample = samples[below(r, sizeof(samples) / sizeof(*samples))];
	unsigned changes = 1 + below(r, 6);
	bool only_pieces = below(r, 4) == 0;

	kin_text_clear(out);
	for (const char *c = only_pieces ? "" : sample; *c; c++) {
		unsigned dice = below(r, (unsigned)strlen(sample));
		if (dice < changes)
			kin_text_add(out, pieces[below(r, sizeof(pieces) / sizeof(*pieces))]);
		else if (dice < changes + 1)
			kin_text_add_char(out, (char)(1 + below(r, 255)));
		else if (dice > changes + 2)
			kin_text_add_char(out, *c);
	}
	for (unsigned i = only_pieces ? below(r, 60) : 0; i > 0; i--)
		kin_text_add(out, pieces[below(r, sizeof(pieces) / sizeof(*pieces))]);
}

TEST(random_texts_are_parsed_or_refused_with_a_caret)
{
	uint64_t r = kin_test_seed("random_texts_are_parsed_or_refused_with_a_caret");
	kin_arena arena = { 0 };
	int parsed = 0;
	kin_text text;

	kin_text_init(&text);
	for (int i = 0; i < TEXTS; i++) {
		kin_query_text query;
		kin_error error = { 0 };
		random_text(&r, &text);
		int rc = kin_query_text_parse(&arena, text.data, (kin_query_form)below(&r, 4), &query, &error);
		CHECK_MSG(rc == KIN_OK || rc == KIN_EQUERY, "%d for: %s", rc, text.data);
		if (rc < 0)
			CHECK_HAS(kin_error_text(&error), "^");
		parsed += rc == KIN_OK;
		kin_error_clear(&error);
		kin_arena_clear(&arena);
	}
	CHECK(parsed > 0);
	kin_text_done(&text);
	kin_arena_done(&arena);
}
