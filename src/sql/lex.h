/* lex.h - cuts SQL text into tokens: for the text of queries and for the portable DDL.
 *
 * Tokens point into the text and are small enough to be passed by value; a parser that looks ahead copies the kin_lex.
 * Keywords are KIN_TOKEN_NAME: which words are keywords depends on where they stand. */
#ifndef KIN_SQL_LEX_H
#define KIN_SQL_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef enum kin_token_kind {
	KIN_TOKEN_END,
	KIN_TOKEN_NAME,    /* a word: name or keyword */
	KIN_TOKEN_QUOTED,  /* "name" or `name` */
	KIN_TOKEN_STRING,  /* 'text' */
	KIN_TOKEN_INTEGER, /* 12; it may be too large for any integer type */
	KIN_TOKEN_REAL,    /* 1.5, .5, 1e3 */
	KIN_TOKEN_PARAM,   /* ? */
	KIN_TOKEN_PUNCT,   /* an operator, bracket, comma, semicolon …: the longest that fits */
	KIN_TOKEN_COMMENT, /* only when the lexer's .comments is set */
	KIN_TOKEN_BAD,     /* .problem says why */
} kin_token_kind;

typedef struct kin_token {
	kin_token_kind kind;
	const char    *start; /* as written, quotes included; not NUL-terminated */
	size_t         length;
	size_t         at;      /* offset of `start` in the text, in bytes */
	int            line;    /* from the lexer's first line */
	int            column;  /* from 1, in bytes */
	const char    *problem; /* BAD: "a string without its closing quote"; a literal */
} kin_token;

typedef struct kin_lex {
	const char *text; /* borrowed */
	size_t      length;
	size_t      next; /* where the next token is looked for */
	int         line;
	size_t      line_at;  /* where that line starts */
	bool        comments; /* report comments rather than skip them; set it after kin_lex_init() */
	bool        hex;      /* 0x1F is an INTEGER too; likewise */
} kin_lex;

/* `line` is the number of the text's first line. */
void kin_lex_init(kin_lex *lex, const char *text, size_t length, int line);
/* The next token; END again and again at the end. After BAD the rest of the text is not looked at: END follows. */
kin_token kin_lex_next(kin_lex *lex);

/* Whether the token is this keyword (unquoted, in any case), or this punctuation. */
bool kin_token_is(const kin_token *token, const char *word);
bool kin_token_is_punct(const kin_token *token, const char *punct);
/* Whether it can be a name: a word or a quoted name. */
bool kin_token_is_name(const kin_token *token);
/* What it means, in the arena: quotes removed, doubled ones made single. NULL when memory is out. */
char *kin_token_text(kin_arena *arena, const kin_token *token);

#endif
