/* expression.c - expressions as PostgreSQL shows them, as people write them.
 *
 * PostgreSQL keeps what it understood, not what was written. Compared with a model's text the difference would look like a change,
 * for ever; so what it is known to add is taken away again. What it rewrites more deeply (BETWEEN) stays as it is. */
#include "db/postgresql/expression.h"

#include <ctype.h>
#include <strings.h>

#include "base/text.h"
#include "base/vec.h"
#include "sql/lex.h"

typedef kin_vec(kin_token) tokens;

typedef struct rewriting {
	const kin_table_schema *table;
	const char             *sql;
	tokens                  all; /* ends with KIN_TOKEN_END */
	kin_text                out;
	size_t                  i;      /* the next token */
	size_t                  done;   /* how much of the text has been dealt with */
	size_t                  list;   /* IN lists that are open */
} rewriting;

static const kin_token *at(const rewriting *r, size_t ahead)
{
	size_t i = r->i + ahead;

	return &r->all.items[i < r->all.count ? i : r->all.count - 1];
}

static bool is_mark(const rewriting *r, size_t ahead, const char *mark)
{
	return kin_token_is_punct(at(r, ahead), mark);
}

/* ---- moving on ---- */

static void add_gap(rewriting *r)
{
	kin_text_add_n(&r->out, r->sql + r->done, at(r, 0)->at - r->done);
}

static void skip(rewriting *r, size_t count)
{
	for (; count > 0 && r->i + 1 < r->all.count; count--, r->i++)
		r->done = at(r, 0)->at + at(r, 0)->length;
}

static void copy(rewriting *r)
{
	add_gap(r);
	kin_text_add_n(&r->out, at(r, 0)->start, at(r, 0)->length);
	skip(r, 1);
}

/* `count` tokens become a word. */
static void replace(rewriting *r, size_t count, const char *word)
{
	add_gap(r);
	kin_text_add(&r->out, word);
	skip(r, count);
}

/* ---- casts ---- */

/* How many tokens a type takes: character varying(80), timestamp(3) without time zone, public."Kind"[]. */
static size_t type_length(const rewriting *r, size_t from)
{
	static const char *const second[] = { "varying", "precision", "without", "with", "time", "zone" };
	size_t n = from + 1;

	for (bool more = true; more;) {
		more = false;
		if (is_mark(r, n, ".") && kin_token_is_name(at(r, n + 1)))
			n += 2, more = true;
		if (is_mark(r, n, "(") && at(r, n + 1)->kind == KIN_TOKEN_INTEGER) {
			while (!is_mark(r, n, ")") && at(r, n)->kind != KIN_TOKEN_END)
				n++;
			n++, more = true;
		}
		for (size_t i = 0; i < sizeof(second) / sizeof(*second); i++)
			if (kin_token_is(at(r, n), second[i]))
				n++, more = true;
	}
	if (is_mark(r, n, "[") && is_mark(r, n + 1, "]"))
		n += 2;
	return n - from;
}

static bool is_text_type(const kin_token *type)
{
	return kin_token_is(type, "text") || kin_token_is(type, "character") || kin_token_is(type, "bpchar");
}

static bool is_number_type(const kin_token *type)
{
	return kin_token_is(type, "integer") || kin_token_is(type, "bigint") || kin_token_is(type, "smallint") ||
	       kin_token_is(type, "numeric") || kin_token_is(type, "real") || kin_token_is(type, "double");
}

static bool names_text_column(const rewriting *r, const kin_token *token)
{
	for (size_t i = 0; i < r->table->column_count; i++) {
		const kin_column_schema *column = &r->table->columns[i];
		size_t quotes = token->kind == KIN_TOKEN_QUOTED;
		if (strlen(column->name) == token->length - 2 * quotes &&
		    memcmp(column->name, token->start + quotes, token->length - 2 * quotes) == 0)
			return column->type.name == KIN_TYPE_VARCHAR || column->type.name == KIN_TYPE_CHAR ||
			       column->type.name == KIN_TYPE_TEXT;
	}
	return false;
}

/* What stands in front of a cast that says nothing new. */
static bool is_needless(const rewriting *r, const kin_token *before, const kin_token *type)
{
	if (kin_token_is(type, "interval"))
		return false;
	if (before->kind == KIN_TOKEN_STRING || kin_token_is(before, "NULL"))
		return true;
	if (kin_token_is_punct(before, "]"))
		return r->list > 0;
	return kin_token_is_name(before) && is_text_type(type) && names_text_column(r, before);
}

static bool is_number(const kin_token *string)
{
	if (string->length <= 2)
		return false;
	for (size_t i = 1; i + 1 < string->length; i++)
		if (!isdigit((unsigned char)string->start[i]) && !strchr("+-.eE", string->start[i]))
			return false;
	return true;
}

/* '-1'::integer */
static bool rewrite_number(rewriting *r)
{
	const kin_token *string = at(r, 0);

	if (string->kind != KIN_TOKEN_STRING || !is_mark(r, 1, "::") || !is_number_type(at(r, 2)) || !is_number(string))
		return false;
	add_gap(r);
	kin_text_add_n(&r->out, string->start + 1, string->length - 2);
	skip(r, 2 + type_length(r, 2));
	return true;
}

static bool rewrite_cast(rewriting *r)
{
	if (!is_mark(r, 0, "::") || r->i == 0 || !is_needless(r, &r->all.items[r->i - 1], at(r, 1)))
		return false;
	skip(r, 1 + type_length(r, 1));
	return true;
}

/* ---- the rest ---- */

/* = ANY (ARRAY[…]) and <> ALL (ARRAY[…]) */
static bool open_list(rewriting *r)
{
	bool any = is_mark(r, 0, "=") && kin_token_is(at(r, 1), "ANY");
	bool all = is_mark(r, 0, "<>") && kin_token_is(at(r, 1), "ALL");

	if ((!any && !all) || !is_mark(r, 2, "(") || !kin_token_is(at(r, 3), "ARRAY") || !is_mark(r, 4, "["))
		return false;
	replace(r, 5, any ? "IN (" : "NOT IN (");
	r->list++;
	return true;
}

static bool close_list(rewriting *r)
{
	if (r->list == 0 || !is_mark(r, 0, "]"))
		return false;
	skip(r, 1);
	rewrite_cast(r);
	r->list--;
	return true;
}

static bool is_joined(const rewriting *r, size_t ahead, const char *marks)
{
	for (size_t i = 0; marks[i]; i++) {
		const kin_token *token = at(r, ahead + i);
		if (token->length != 1 || *token->start != marks[i] || (i > 0 && token->at != at(r, ahead + i - 1)->at + 1))
			return false;
	}
	return true;
}

static bool rewrite_like(rewriting *r)
{
	static const char *const likes[][2] = { { "!~~*", "NOT ILIKE" }, { "!~~", "NOT LIKE" }, { "~~*", "ILIKE" }, { "~~", "LIKE" } };

	for (size_t i = 0; i < sizeof(likes) / sizeof(*likes); i++)
		if (is_joined(r, 0, likes[i][0])) {
			replace(r, strlen(likes[i][0]), likes[i][1]);
			return true;
		}
	return false;
}

/* E'\\' */
static bool rewrite_escaped(rewriting *r)
{
	const kin_token *string = at(r, 1);

	if (!kin_token_is(at(r, 0), "E") || string->kind != KIN_TOKEN_STRING || string->at != at(r, 0)->at + 1)
		return false;
	add_gap(r);
	for (size_t i = 0; i < string->length; i++) {
		i += string->start[i] == '\\';
		kin_text_add_char(&r->out, string->start[i]);
	}
	skip(r, 2);
	return true;
}

static void rewrite(rewriting *r)
{
	while (at(r, 0)->kind != KIN_TOKEN_END)
		if (!rewrite_number(r) && !rewrite_cast(r) && !open_list(r) && !close_list(r) && !rewrite_like(r) &&
		    !rewrite_escaped(r))
			copy(r);
}

static bool cut(rewriting *r)
{
	kin_token token;
	kin_lex lex;

	kin_lex_init(&lex, r->sql, strlen(r->sql), 1);
	do {
		token = kin_lex_next(&lex);
		if (!kin_vec_push(&r->all, token))
			return false;
	} while (token.kind != KIN_TOKEN_END);
	return true;
}

const char *kin_pg_expression(kin_arena *arena, const kin_table_schema *table, const char *sql)
{
	rewriting r = { .table = table, .sql = sql };
	const char *result = NULL;

	if (!sql)
		return NULL;
	kin_text_init(&r.out);
	if (cut(&r))
		rewrite(&r);
	if (r.all.count > 0 && r.all.items[r.all.count - 1].kind == KIN_TOKEN_END && kin_text_ok(&r.out))
		result = kin_arena_strndup(arena, r.out.data, r.out.length);
	else
		arena->failed = true;
	kin_text_done(&r.out);
	kin_vec_done(&r.all);
	return result;
}
