/* query_parser.h - the ground that the parser of query texts stands on: the current token, and errors that point at it. */
#ifndef KIN_SQL_QUERY_PARSER_H
#define KIN_SQL_QUERY_PARSER_H

#include "base/error.h"
#include "sql/expr.h"
#include "sql/lex.h"

typedef struct kin_query_parser {
	kin_arena  *arena;
	const char *text;
	kin_lex     lex;    /* stands behind `token` */
	kin_token   token;  /* the current one */
	kin_token   before; /* the one before it; .length 0: none */
	uint32_t    params; /* `?` so far */
	int         depth;  /* of parentheses, and the like */
	int         cases;  /* how many `case` are open */
	struct kin_query_waiting *waiting; /* calls of this select whose windows have names; sql/query_window.h */
	struct kin_query_window  *windows; /* and these */
	int         rc;     /* the first failure; what is done after it does not matter */
	kin_error  *error;
} kin_query_parser;

void kin_query_parser_init(kin_query_parser *p, kin_arena *arena, const char *text, kin_error *error);
void kin_query_parser_advance(kin_query_parser *p);
/* The token after the current one. */
kin_token kin_query_parser_peek(const kin_query_parser *p);

/* Whether the current token is this keyword or punctuation; accept steps over it, expect fails without it. */
bool kin_query_parser_accept(kin_query_parser *p, const char *word);
bool kin_query_parser_accept_punct(kin_query_parser *p, const char *punct);
bool kin_query_parser_expect(kin_query_parser *p, const char *word);
bool kin_query_parser_expect_punct(kin_query_parser *p, const char *punct);

/* Whether the current token begins a clause, where a value could stand too: `order` does before `by`, else it is a name. */
bool kin_query_parser_at_clause(const kin_query_parser *p);

/* Fail at a token: the sentence, the text, and a caret below the place. The first failure stays. Returns NULL. */
void *kin_query_parser_fail(kin_query_parser *p, const kin_token *token, const char *format, ...) KIN_PRINTF(3, 4);
/* Fail with "expected WHAT after …, found …" at the current token, and perhaps "; did you mean 'MEANT'?". Returns NULL. */
void *kin_query_parser_expected(kin_query_parser *p, const char *what, const char *meant);
/* Note that memory is out. Returns NULL. */
void *kin_query_parser_nomem(kin_query_parser *p);

/* Room for one more item in a list of `count`; NULL, noted, when memory is out. */
void *kin_query_parser_room(kin_query_parser *p, void *items, size_t count, size_t *capacity, size_t item_size);

/* a.b.c, from the current token, which is a name. false: failed. */
bool kin_query_parser_path(kin_query_parser *p, const char ***ret_names, size_t *ret_count);
/* The current token's meaning, stepping over it. NULL: failed. */
char *kin_query_parser_take(kin_query_parser *p);

#endif
