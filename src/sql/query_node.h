/* query_node.h - the nodes of an expression that is being parsed: what the files that parse expressions share. */
#ifndef KIN_SQL_QUERY_NODE_H
#define KIN_SQL_QUERY_NODE_H

#include "base/text.h"
#include "sql/query_parser.h"

/* A list of expressions that grows in the arena. */
typedef struct kin_query_list {
	kin_expr **items;
	size_t     count;
	size_t     capacity;
} kin_query_list;

/* A node that has been made: note a failure to build it (NULL), and refuse trees that are too tall. NULL: failed. */
kin_expr *kin_query_node(kin_query_parser *p, kin_expr *expr);
/* The same, of one that begins at `token`. */
kin_expr *kin_query_node_at(kin_query_parser *p, kin_expr *expr, const kin_token *token);
/* Go one level deeper; p->depth-- leaves it. false: that is too deep. */
bool kin_query_node_enter(kin_query_parser *p);
/* `expr` NULL: it has failed. false: failed. */
bool kin_query_node_push(kin_query_parser *p, kin_query_list *l, kin_expr *expr);
/* expr, expr … ) */
bool kin_query_node_list(kin_query_parser *p, kin_query_list *l);
/* The current token, in upper case, behind what is there, and step over it. */
void kin_query_node_word(kin_query_parser *p, kin_text *out);

/* query_operand.c: what operators stand between. NULL: failed. */
kin_expr *kin_query_operand(kin_query_parser *p);
/* The value of an integer token; `negative`: a minus stands before it. */
kin_expr *kin_query_operand_integer(kin_query_parser *p, bool negative);
kin_expr *kin_query_operand_param(kin_query_parser *p);
kin_expr *kin_query_operand_constant(kin_query_parser *p, kin_expr_kind kind);
/* Whether a query begins here: `select` or `with` could be names elsewhere. */
bool kin_query_operand_is_query(const kin_query_parser *p);
/* select … ), as a node of this kind. */
kin_expr *kin_query_operand_query(kin_query_parser *p, kin_expr_kind kind, const kin_token *token);

/* query_call.c: a function with its arguments, and OVER (…). NULL: failed. */
kin_expr *kin_query_call(kin_query_parser *p);

#endif
