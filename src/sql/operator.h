/* operator.h - how operators are written and how tightly they bind; shared by compiler and parser.
 *
 * The databases disagree about `||`: SQLite binds it tighter than `*`, PostgreSQL looser than `+`. A query's text has it as
 * SQLite does; the compiler puts parentheses wherever that matters. */
#ifndef KIN_SQL_OPERATOR_H
#define KIN_SQL_OPERATOR_H

#include "sql/expr.h"

typedef enum kin_level {
	KIN_LEVEL_ANY, /* nothing around it: no parentheses */
	KIN_LEVEL_OR,
	KIN_LEVEL_AND,
	KIN_LEVEL_NOT,
	KIN_LEVEL_COMPARE, /* = < … IS, LIKE, BETWEEN, IN: none of them takes another without parentheses */
	KIN_LEVEL_BIT, /* & | << >>, all alike */
	KIN_LEVEL_ADD,
	KIN_LEVEL_MUL,
	KIN_LEVEL_CONCAT,
	KIN_LEVEL_NEG,
	KIN_LEVEL_PRIMARY,
} kin_level;

typedef struct kin_operator {
	const char *text; /* "AND" */
	kin_level   level;
} kin_operator;

const kin_operator *kin_operator_get(kin_op op);
/* The binary operator of a level that is written so: keywords in any case, and != and == too. KIN_OP_NONE: there is none. */
kin_op kin_operator_find(kin_level level, const char *text, size_t length);

#endif
