/* check_range.c - comparisons with literals that are never true together: age > 10 and age < 5.
 *
 * Each says of its column that it lies between two bounds, or is one of some texts, or is NULL, or is not. What a placeholder stands for is
 * not known. An intersection of ranges is empty where that of two of them is, so pairs are enough. Texts are compared as the most lenient
 * database does: letter case and trailing blanks aside. */
#include "orm/check.h"

#include <strings.h>

#include "value/show.h"

typedef enum means { NOTHING, RANGE, TEXTS, NO_TEXT, NO_NUMBER, IS_NULL, IS_NOT_NULL } means;

typedef struct says {
	const kin_expr *comparison;
	const kin_expr *column;
	means           means;
	bool            has_low, has_high, above_low, below_high; /* RANGE; NO_NUMBER: low */
	kin_decimal     low, high;
	kin_expr *const *texts; /* TEXTS, NO_TEXT */
	size_t          text_count;
} says;

/* ---- literals ---- */

static int kind_of(const kin_expr *column)
{
	const kin_attribute *a = column->origin;

	return a ? a->kind & ~KIN_KIND_NULLABLE : KIN_KIND_NULL;
}

static bool is_integer(int kind)
{
	return kind >= KIN_KIND_INT8 && kind <= KIN_KIND_UINT64;
}

static bool is_moment(int kind)
{
	return kind >= KIN_KIND_DATE && kind <= KIN_KIND_TIMESTAMP;
}

static bool number_of(const kin_expr *literal, int kind, kin_decimal *ret)
{
	int64_t moment;

	switch ((kin_expr_kind)literal->kind) {
	case KIN_EXPR_INTEGER:
		*ret = kin_decimal_of(literal->integer, 0);
		return true;
	case KIN_EXPR_TRUE:
	case KIN_EXPR_FALSE:
		*ret = kin_decimal_of(literal->kind == KIN_EXPR_TRUE, 0);
		return true;
	case KIN_EXPR_REAL:
		return kin_decimal_parse(literal->text, ret) == KIN_OK;
	case KIN_EXPR_STRING:
		if (kind >= KIN_KIND_BOOL && kind <= KIN_KIND_DECIMAL)
			return kin_decimal_parse(literal->text, ret) == KIN_OK;
		if (!is_moment(kind) || kin_parse_date(literal->text, strlen(literal->text), (kin_kind)kind, &moment) < 0)
			return false;
		*ret = kin_decimal_of(moment, 0);
		return true;
	default:
		return false;
	}
}

static bool is_text(const kin_expr *literal, int kind)
{
	bool words = kind == KIN_KIND_TEXT || kind == KIN_KIND_CHARS || kind == KIN_KIND_ENUM || kind == KIN_KIND_UUID || kind == KIN_KIND_NULL;

	return words && literal->kind == KIN_EXPR_STRING;
}

static size_t trimmed(const char *text)
{
	size_t length = strlen(text);

	while (length > 0 && text[length - 1] == ' ')
		length--;
	return length;
}

/* What is not ASCII may be equal to anything. */
static bool is_plain(const char *text)
{
	while (*text && (unsigned char)*text < 0x80)
		text++;
	return *text == '\0';
}

static bool surely_differ(const char *a, const char *b)
{
	size_t length = trimmed(a);

	return is_plain(a) && is_plain(b) && (length != trimmed(b) || strncasecmp(a, b, length) != 0);
}

/* ---- what a comparison says ---- */

static void at_least(says *s, kin_decimal number, bool above)
{
	s->means = RANGE;
	s->has_low = true;
	s->low = number;
	s->above_low = above;
}

static void at_most(says *s, kin_decimal number, bool below)
{
	s->means = RANGE;
	s->has_high = true;
	s->high = number;
	s->below_high = below;
}

/* Between two whole numbers that follow each other there is none. */
static void take_bound(says *s, kin_op op, const kin_expr *literal, kin_decimal number)
{
	bool whole = literal->kind == KIN_EXPR_INTEGER && is_integer(kind_of(s->column));

	if (op == KIN_OP_GT && whole && literal->integer < INT64_MAX)
		at_least(s, kin_decimal_of(literal->integer + 1, 0), false);
	else if (op == KIN_OP_LT && whole && literal->integer > INT64_MIN)
		at_most(s, kin_decimal_of(literal->integer - 1, 0), false);
	else if (op == KIN_OP_GT || op == KIN_OP_GE)
		at_least(s, number, op == KIN_OP_GT);
	else
		at_most(s, number, op == KIN_OP_LT);
}

static void take_texts(says *s, means what, kin_expr *const *texts, size_t count)
{
	s->means = what;
	s->texts = texts;
	s->text_count = count;
}

static void take_binary(says *s, kin_op op, kin_expr *const *literal)
{
	int kind = kind_of(s->column);
	kin_decimal number;

	if ((*literal)->kind == KIN_EXPR_NULL && op <= KIN_OP_NE)
		s->means = op == KIN_OP_EQ ? IS_NULL : IS_NOT_NULL;
	else if (is_text(*literal, kind) && op <= KIN_OP_NE)
		take_texts(s, op == KIN_OP_EQ ? TEXTS : NO_TEXT, literal, 1);
	else if (!number_of(*literal, kind, &number))
		return;
	else if (op == KIN_OP_NE || op == KIN_OP_EQ) {
		at_least(s, number, false);
		at_most(s, number, false);
		s->means = op == KIN_OP_EQ ? RANGE : NO_NUMBER;
	} else {
		take_bound(s, op, *literal, number);
	}
}

/* 5 < age is age > 5. */
static kin_op turned(kin_op op)
{
	switch (op) {
	case KIN_OP_LT:
		return KIN_OP_GT;
	case KIN_OP_LE:
		return KIN_OP_GE;
	case KIN_OP_GT:
		return KIN_OP_LT;
	case KIN_OP_GE:
		return KIN_OP_LE;
	default:
		return op;
	}
}

static void take_between(says *s, const kin_expr *e)
{
	int kind = kind_of(s->column);
	kin_decimal low, high;

	if (e->negated)
		return;
	if (number_of(e->items[1], kind, &low))
		at_least(s, low, false);
	if (number_of(e->items[2], kind, &high))
		at_most(s, high, false);
}

/* From the least of a list to the greatest. */
static void take_list(says *s, const kin_expr *e)
{
	int kind = kind_of(s->column);
	kin_decimal number;
	size_t texts = 0;

	for (size_t i = 1; i < e->count; i++)
		texts += is_text(e->items[i], kind);
	if (texts > 0 && texts == e->count - 1)
		take_texts(s, TEXTS, e->items + 1, texts);
	for (size_t i = 1; texts == 0 && i < e->count; i++) {
		if (!number_of(e->items[i], kind, &number)) {
			s->means = NOTHING;
			return;
		}
		if (i == 1 || kin_decimal_compare(number, s->low) < 0)
			at_least(s, number, false);
		if (i == 1 || kin_decimal_compare(number, s->high) > 0)
			at_most(s, number, false);
	}
}

static bool is_column(const kin_expr *e)
{
	return e->kind == KIN_EXPR_COLUMN;
}

/* `done`, and `not done`. */
static bool take_flag(says *s, const kin_expr *e)
{
	bool negated = e->kind == KIN_EXPR_UNARY && e->op == KIN_OP_NOT;
	const kin_expr *column = negated ? e->items[0] : e;
	kin_decimal number = kin_decimal_of(!negated, 0);

	if (!is_column(column) || kind_of(column) != KIN_KIND_BOOL)
		return false;
	s->column = column;
	at_least(s, number, false);
	at_most(s, number, false);
	return true;
}

static says what_it_says(const kin_expr *e)
{
	says s = { .comparison = e };

	if (take_flag(&s, e) || !e->items || e->count == 0 || e->select)
		return s;
	s.column = e->items[0];
	if (e->kind == KIN_EXPR_BINARY && e->op >= KIN_OP_EQ && e->op <= KIN_OP_GE) {
		bool right = !is_column(s.column);
		s.column = e->items[right];
		if (is_column(s.column))
			take_binary(&s, right ? turned((kin_op)e->op) : (kin_op)e->op, &e->items[!right]);
	} else if (!is_column(s.column)) {
		return s;
	} else if (e->kind == KIN_EXPR_IS_NULL) {
		s.means = e->negated ? IS_NOT_NULL : IS_NULL;
	} else if (e->kind == KIN_EXPR_BETWEEN) {
		take_between(&s, e);
	} else if (e->kind == KIN_EXPR_IN && !e->negated) {
		take_list(&s, e);
	}
	return s;
}

/* ---- pairs ---- */

/* All that one allows is above what the other does. */
static bool is_above(const says *one, const says *other)
{
	if (!one->has_low || !other->has_high)
		return false;
	int order = kin_decimal_compare(one->low, other->high);
	return order > 0 || (order == 0 && (one->above_low || other->below_high));
}

static bool is_only(const says *s, kin_decimal number)
{
	return s->means == RANGE && s->has_low && s->has_high && kin_decimal_compare(s->low, number) == 0 &&
	       kin_decimal_compare(s->high, number) == 0;
}

static bool all_differ(const says *one, const says *other)
{
	for (size_t i = 0; i < one->text_count; i++)
		for (size_t k = 0; k < other->text_count; k++)
			if (!surely_differ(one->texts[i]->text, other->texts[k]->text))
				return false;
	return true;
}

static bool is_excluded(const says *one, const says *other)
{
	switch (one->means) {
	case IS_NULL: /* `is distinct from` is of NULL too */
		return other->means != IS_NULL && other->means != NOTHING && !other->comparison->null_safe;
	case RANGE:
		return other->means == RANGE && (is_above(one, other) || is_above(other, one));
	case TEXTS:
		return other->means == TEXTS && all_differ(one, other);
	case NO_NUMBER:
		return is_only(other, one->low);
	case NO_TEXT:
		return other->means == TEXTS && other->text_count == 1 && strcmp(one->texts[0]->text, other->texts[0]->text) == 0;
	default:
		return false;
	}
}

static bool is_same(const kin_expr *a, const kin_expr *b)
{
	return a->table && b->table && strcmp(a->table, b->table) == 0 && strcmp(a->text, b->text) == 0;
}

static void check_pair(kin_check *check, const says *one, const says *other)
{
	const char *first, *second;

	if (!is_same(one->column, other->column) || (!is_excluded(one, other) && !is_excluded(other, one)))
		return;
	if ((first = kin_check_show(check, one->comparison)) && (second = kin_check_show(check, other->comparison)))
		kin_check_note(check, "%s and %s are never true together: no row is found", first, second);
}

/* ---- the comparisons of an AND ---- */

typedef struct chain {
	says  *items;
	size_t count;
} chain;

static bool is_and(const kin_expr *e)
{
	return e->kind == KIN_EXPR_BINARY && e->op == KIN_OP_AND;
}

static size_t count_of(const kin_expr *e)
{
	return is_and(e) ? count_of(e->items[0]) + count_of(e->items[1]) : 1;
}

static void collect(const kin_expr *e, chain *c)
{
	if (is_and(e)) {
		collect(e->items[0], c);
		collect(e->items[1], c);
		return;
	}
	c->items[c->count] = what_it_says(e);
	c->count += c->items[c->count].means != NOTHING;
}

void kin_check_range(kin_check *check, const kin_expr *condition)
{
	chain c = { .items = NULL };

	if (!is_and(condition) && condition->kind != KIN_EXPR_BETWEEN)
		return;
	if (!(c.items = kin_arena_alloc(check->arena, count_of(condition) * sizeof(*c.items)))) {
		check->failed = true;
		return;
	}
	collect(condition, &c);
	for (size_t i = 0; i < c.count && !check->failed; i++) {
		const char *shown = is_above(&c.items[i], &c.items[i]) ? kin_check_show(check, c.items[i].comparison) : NULL;
		if (shown)
			kin_check_note(check, "%s is never true: the lower bound comes first", shown);
		for (size_t k = 0; k < i; k++)
			check_pair(check, &c.items[k], &c.items[i]);
	}
}
