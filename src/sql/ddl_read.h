/* ddl_read.h - how the parsers of DDL look at a text: one token ahead, with a message where it is not what it should be.
 *
 * A reader remembers its first failure: from then on it stands at the end of the text, nothing is taken and texts are NULL, so
 * that a parser asks once, at the end. Its loops must end at the end of the text. */
#ifndef KIN_SQL_DDL_READ_H
#define KIN_SQL_DDL_READ_H

#include "base/error.h"
#include "schema/schema.h"
#include "sql/lex.h"

typedef struct kin_ddl_reader {
	kin_arena *arena;
	kin_lex    lex;
	kin_token  token;  /* the one that comes next; a COMMENT is `-- only: NAME` or `-- end` */
	size_t     end;    /* where the one before ended, in bytes */
	bool       stored; /* as SQLite keeps it: no blocks, names in single quotes */
	int        rc;     /* KIN_OK, or the first failure */
	kin_error *error;
} kin_ddl_reader;

void kin_ddl_read_begin(kin_ddl_reader *r, kin_arena *arena, const char *text, int line, bool stored, kin_error *error);
void kin_ddl_read_next(kin_ddl_reader *r);
bool kin_ddl_read_at_end(const kin_ddl_reader *r);

/* Whether these keywords, or this punctuation, come next; take them if so; complain if not. */
bool kin_ddl_read_at(const kin_ddl_reader *r, const char *words);
bool kin_ddl_read_at_any(const kin_ddl_reader *r, const char *const *words); /* single ones; ends with NULL */
bool kin_ddl_read_take(kin_ddl_reader *r, const char *words);
void kin_ddl_read_expect(kin_ddl_reader *r, const char *words);
bool kin_ddl_read_at_mark(const kin_ddl_reader *r, const char *mark);
bool kin_ddl_read_take_mark(kin_ddl_reader *r, const char *mark);
void kin_ddl_read_expect_mark(kin_ddl_reader *r, const char *mark);

/* Failures: "line 12, column 8: expected …, found …"; the same place with another sentence; memory. */
void kin_ddl_read_wanted(kin_ddl_reader *r, const char *what);
void kin_ddl_read_refuse(kin_ddl_reader *r, const kin_token *at, const char *sentence);
void kin_ddl_read_nomem(kin_ddl_reader *r);

/* A name; `what` it would have been. (name, name …). A 'string'. All in the arena. */
const char *kin_ddl_read_name(kin_ddl_reader *r, const char *what);
const char **kin_ddl_read_names(kin_ddl_reader *r, const char *what, size_t *ret_count);
const char *kin_ddl_read_string(kin_ddl_reader *r);

/* Go over one token, or all of a pair of parentheses. */
void kin_ddl_read_skip(kin_ddl_reader *r);
/* The text from an offset to the last token taken, in the arena; as an expression: without blanks and parentheses around it. */
const char *kin_ddl_read_since(kin_ddl_reader *r, size_t from);
const char *kin_ddl_read_expression_since(kin_ddl_reader *r, size_t from);
/* ( expression ) */
const char *kin_ddl_read_parentheses(kin_ddl_reader *r);

#endif
