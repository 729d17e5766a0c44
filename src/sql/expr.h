/* expr.h - SQL expressions as trees.
 *
 * Builders take an arena; given NULL for an operand they return NULL, and they return NULL when memory is out, so that a tree is
 * checked once, at its root. Names are borrowed: literals, or strings that outlive the tree. */
#ifndef KIN_SQL_EXPR_H
#define KIN_SQL_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef enum kin_expr_kind {
	KIN_EXPR_PATH,     /* owner.name, as written in a query: names[]. The layer above resolves it away */
	KIN_EXPR_COLUMN,   /* .table (an alias, or NULL) and .text, its name */
	KIN_EXPR_PARAM,    /* ?, number .index from 0 */
	KIN_EXPR_INTEGER,
	KIN_EXPR_REAL,     /* .text: as written */
	KIN_EXPR_STRING,   /* .text */
	KIN_EXPR_NULL,
	KIN_EXPR_TRUE,
	KIN_EXPR_FALSE,
	KIN_EXPR_STAR,     /* count(*) */
	KIN_EXPR_UNARY,    /* op, items[0] */
	KIN_EXPR_BINARY,   /* op, items[0], items[1] */
	KIN_EXPR_LIKE,     /* items[0] like items[1] [escape items[2]]; negated: not like; .fold: ilike */
	KIN_EXPR_BETWEEN,  /* items[0] between items[1] and items[2]; negated */
	KIN_EXPR_IN,       /* items[0] in (items[1] …) or in (select); negated. A lone PARAM may be an array */
	KIN_EXPR_IS_NULL,  /* items[0]; negated: is not null */
	KIN_EXPR_CALL,     /* .text: the function's name; items; .distinct: count(distinct x) */
	KIN_EXPR_CASE,     /* items: when, then, when, then … [else]; .base: `case x when` is items[0] */
	KIN_EXPR_CAST,     /* items[0], .text: the portable type */
	KIN_EXPR_EXISTS,   /* select; negated */
	KIN_EXPR_SUBQUERY, /* select, as a value */
	KIN_EXPR_RAW,      /* .text: SQL from the models (defaults, checks), never from a caller */
	KIN_EXPR_ROW,      /* (items …), a row value */
} kin_expr_kind;

typedef enum kin_op {
	KIN_OP_NONE,
	KIN_OP_OR,
	KIN_OP_AND,
	KIN_OP_NOT,
	KIN_OP_EQ,   /* `= NULL`, written or bound (compile's .param_nulls), means IS NULL; .null_safe */
	KIN_OP_NE,
	KIN_OP_LT,
	KIN_OP_LE,
	KIN_OP_GT,
	KIN_OP_GE,
	KIN_OP_CONCAT, /* || */
	KIN_OP_ADD,
	KIN_OP_SUB,
	KIN_OP_MUL,
	KIN_OP_DIV,
	KIN_OP_MOD,
	KIN_OP_BIT_AND, /* of integers; the result is one with a sign */
	KIN_OP_BIT_OR,
	KIN_OP_SHIFT_LEFT,
	KIN_OP_SHIFT_RIGHT,
	KIN_OP_BIT_NOT,
	KIN_OP_NEG,
} kin_op;

typedef struct kin_expr kin_expr;
struct kin_expr {
	uint8_t      kind;      /* kin_expr_kind */
	uint8_t      op;        /* kin_op */
	bool         negated;
	bool         distinct;  /* CALL */
	bool         fold;      /* LIKE: ilike */
	bool         base;      /* CASE */
	bool         null_safe; /* EQ, NE: two NULLs are equal, and nothing is unknown (`x is ?`) */
	bool         null_drops; /* EQ, NE: beside a bound NULL it says nothing: what it is ANDed to, or for NE ORed with, decides alone */
	bool         whole;     /* DIV: both sides are integers, so that the result is one: 7 / 2 is 3 */
	uint8_t      result;    /* COLUMN: a kin_kind, without NULLABLE; KIN_KIND_NULL: not known */
	const void  *origin;    /* COLUMN: what the layer above made it from; NULL: it does not say */
	uint32_t     index;     /* PARAM */
	int64_t      integer;
	const char  *text;
	const char  *table;     /* COLUMN */
	const char **names;     /* PATH: count of them */
	kin_expr   **items;
	size_t       count;     /* of items, or of names */
	struct kin_sql_select *select;
	struct kin_query_text *query;  /* IN, EXISTS, SUBQUERY of a query's text: what `select` is made from by the layer above */
	struct kin_sql_window *window; /* CALL: over (…); NULL: no window */
	uint32_t     at;        /* where it begins in the query's text, in bytes; for messages */
	uint32_t     depth;     /* how many levels are below it, subqueries aside; builders keep it */
};

kin_expr *kin_expr_column(kin_arena *arena, const char *table, const char *name);
kin_expr *kin_expr_param(kin_arena *arena, uint32_t index);
kin_expr *kin_expr_integer(kin_arena *arena, int64_t value);
kin_expr *kin_expr_real(kin_arena *arena, const char *text);
kin_expr *kin_expr_string(kin_arena *arena, const char *text);
kin_expr *kin_expr_constant(kin_arena *arena, kin_expr_kind kind); /* NULL, TRUE, FALSE, STAR */
kin_expr *kin_expr_raw(kin_arena *arena, const char *sql);
kin_expr *kin_expr_unary(kin_arena *arena, kin_op op, kin_expr *operand);
kin_expr *kin_expr_binary(kin_arena *arena, kin_op op, kin_expr *left, kin_expr *right);
/* a AND b; either may be "no condition" (NULL is that here, not a failure). */
kin_expr *kin_expr_and(kin_arena *arena, kin_expr *left, kin_expr *right);
kin_expr *kin_expr_is_null(kin_arena *arena, kin_expr *operand, bool negated);
/* operand IN (items); items is copied. */
kin_expr *kin_expr_in(kin_arena *arena, kin_expr *operand, kin_expr *const *items, size_t count);
kin_expr *kin_expr_call(kin_arena *arena, const char *function, kin_expr *const *items, size_t count);
kin_expr *kin_expr_exists(kin_arena *arena, struct kin_sql_select *select, bool negated);
kin_expr *kin_expr_path(kin_arena *arena, const char *const *names, size_t count, uint32_t at);
kin_expr *kin_expr_row(kin_arena *arena, kin_expr *const *items, size_t count);
/* Any kind with items and nothing else: LIKE, BETWEEN, CASE, CAST …; items is copied, the caller sets the rest. */
kin_expr *kin_expr_list(kin_arena *arena, kin_expr_kind kind, kin_expr *const *items, size_t count);
kin_expr *kin_expr_copy(kin_arena *arena, const kin_expr *expr); /* deep; selects are shared */

/* Call fn for the expression and everything below it, parents first; stops at the first result that is not 0 and returns it.
 * fn may replace *expr; what is below the new one is walked then. Goes into subqueries' expressions too. */
typedef int kin_expr_visit(void *context, kin_expr **expr);
int kin_expr_walk(kin_expr **expr, kin_expr_visit *fn, void *context);

#endif
