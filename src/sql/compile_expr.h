/* compile_expr.h - what the files of the compiler share: a statement in the making. */
#ifndef KIN_SQL_COMPILE_EXPR_H
#define KIN_SQL_COMPILE_EXPR_H

#include "base/vec.h"
#include "sql/compile.h"
#include "sql/operator.h"

typedef struct kin_compiler {
	const kin_dialect         *dialect;
	const kin_compile_options *options; /* NULL: none */
	kin_text                   text;
	kin_vec(uint32_t)          params;
	int                        rc; /* the first failure; what is written after it does not matter */
	kin_error                 *error;
} kin_compiler;

/* Write an expression, in parentheses if it binds looser than `level`. */
void kin_compile_expr(kin_compiler *c, const kin_expr *expr, kin_level level);
/* Expressions with commas between them. */
void kin_compile_exprs(kin_compiler *c, kin_expr *const *items, size_t count, kin_level level);
/* Write a placeholder for this PARAM. */
void kin_compile_placeholder(kin_compiler *c, uint32_t index);
/* How many values a PARAM stands for. */
uint32_t kin_compile_param_count(const kin_compiler *c, const kin_expr *expr);
/* TRUE, or 1. */
void kin_compile_boolean(kin_compiler *c, bool value);

/* compile_call.c: a call, with its window. */
void kin_compile_call(kin_compiler *c, const kin_expr *expr);
/* compile_in.c: x in (…); whether it is x in (), after arrays have been counted, which is written as FALSE. */
void kin_compile_in(kin_compiler *c, const kin_expr *expr);
bool kin_compile_is_empty_in(const kin_compiler *c, const kin_expr *expr);

/* In compile.c: ORDER BY …; nothing for none. */
void kin_compile_orders(kin_compiler *c, const kin_sql_order *orders, size_t count);
/* In compile.c: write a whole select, without parentheses. */
void kin_compile_subselect(kin_compiler *c, const kin_sql_select *select);

static inline void kin_compile_add(kin_compiler *c, const char *s)
{
	kin_text_add(&c->text, s);
}

static inline void kin_compile_name(kin_compiler *c, const char *name)
{
	kin_dialect_name(c->dialect, &c->text, name);
}

static inline void kin_compile_table(kin_compiler *c, const char *name)
{
	kin_dialect_table(c->dialect, &c->text, name);
}

#endif
