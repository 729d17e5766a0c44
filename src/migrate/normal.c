/* normal.c - SQL fragments and types in one spelling, so that they can be compared. */
#include "migrate/normal.h"

#include <ctype.h>
#include <strings.h>

#include "base/vec.h"
#include "sql/ddl.h"
#include "migrate/normal_expression.h"
#include "sql/lex.h"

typedef kin_vec(kin_token) tokens;

/* All tokens of the text; false when memory is out. A damaged rest of the text is one BAD token at the end. */
static bool cut(const char *sql, tokens *out)
{
	kin_lex lex;

	kin_lex_init(&lex, sql, strlen(sql), 1);
	for (;;) {
		kin_token token = kin_lex_next(&lex);
		if (token.kind == KIN_TOKEN_END)
			return true;
		if (!kin_vec_push(out, token))
			return false;
	}
}

/* Whether the bracket that opens at `first` closes at `last`. */
static bool encloses(const tokens *all, size_t first, size_t last)
{
	int depth = 0;

	if (last <= first || !kin_token_is_punct(&all->items[first], "("))
		return false;
	for (size_t i = first; i <= last; i++) {
		depth += kin_token_is_punct(&all->items[i], "(");
		depth -= kin_token_is_punct(&all->items[i], ")");
		if (depth == 0)
			return i == last;
	}
	return false;
}

static bool is_plain(const char *s, size_t length)
{
	if (length == 0 || isdigit((unsigned char)s[0]))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_')
			return false;
	return true;
}

static void add_lower(kin_text *out, const char *s, size_t length)
{
	for (size_t i = 0; i < length; i++)
		kin_text_add_char(out, (char)tolower((unsigned char)s[i]));
}

static void add_token(kin_text *out, const kin_token *token)
{
	if (token->kind == KIN_TOKEN_NAME)
		add_lower(out, token->start, token->length);
	else if (token->kind == KIN_TOKEN_QUOTED && is_plain(token->start + 1, token->length - 2))
		add_lower(out, token->start + 1, token->length - 2);
	else if (kin_token_is_punct(token, "!="))
		kin_text_add(out, "<>");
	else if (kin_token_is_punct(token, "=="))
		kin_text_add(out, "=");
	else
		kin_text_add_n(out, token->start, token->length);
}

/* Move a text that was built into the arena. */
static const char *keep(kin_arena *arena, kin_text *text, bool ok)
{
	const char *kept = NULL;

	if (ok && kin_text_ok(text))
		kept = kin_arena_strndup(arena, text->data, text->length);
	else
		arena->failed = true;
	kin_text_done(text);
	return kept;
}

const char *kin_normal_sql(kin_arena *arena, const char *sql)
{
	tokens all = { 0 };
	const char *known;
	kin_text text;
	size_t first = 0, last;

	if (!sql)
		return NULL;
	if ((known = kin_normal_expression(arena, sql)) || arena->failed)
		return known;
	kin_text_init(&text);
	bool ok = cut(sql, &all);
	if (ok && all.count > 0) {
		last = all.count - 1;
		while (encloses(&all, first, last))
			first++, last--;
		for (size_t i = first; i <= last; i++) {
			if (i > first)
				kin_text_add_char(&text, ' ');
			add_token(&text, &all.items[i]);
		}
	}
	kin_vec_done(&all);
	return keep(arena, &text, ok);
}

static bool is_number(kin_type_name name)
{
	return name >= KIN_TYPE_BOOLEAN && name <= KIN_TYPE_NUMERIC;
}

static bool looks_like_number(const char *s, size_t length)
{
	if (length == 0)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isdigit((unsigned char)s[i]) && !strchr("+-.eE", s[i]))
			return false;
	return true;
}

const char *kin_normal_default(kin_arena *arena, const kin_type *type, const char *sql)
{
	const char *normal = kin_normal_sql(arena, sql);

	if (!normal || strcmp(normal, "null") == 0)
		return NULL;
	size_t length = strlen(normal);
	if (is_number(type->name) && length > 2 && normal[0] == '\'' && looks_like_number(normal + 1, length - 2))
		return kin_arena_strndup(arena, normal + 1, length - 2);
	if (type->name >= KIN_TYPE_CHAR && type->name <= KIN_TYPE_TEXT && looks_like_number(normal, length))
		return kin_arena_printf(arena, "'%s'", normal);
	if (type->name == KIN_TYPE_BOOLEAN && strcmp(normal, "true") == 0)
		return "1";
	if (type->name == KIN_TYPE_BOOLEAN && strcmp(normal, "false") == 0)
		return "0";
	return normal;
}

bool kin_normal_same(const char *a, const char *b)
{
	return a == b || (a && b && strcasecmp(a, b) == 0);
}

bool kin_normal_same_names(const char *const *a, size_t a_count, const char *const *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (!kin_normal_same(a[i], b[i]))
			return false;
	return true;
}

bool kin_normal_has_name(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (kin_normal_same(names[i], name))
			return true;
	return false;
}

bool kin_normal_same_set(const char *const *a, size_t a_count, const char *const *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (!kin_normal_has_name(b, b_count, a[i]))
			return false;
	return true;
}

static bool same_labels(const kin_type *a, const kin_type *b)
{
	if (a->label_count != b->label_count)
		return false;
	for (size_t i = 0; i < a->label_count; i++)
		if (strcmp(a->labels[i], b->labels[i]) != 0)
			return false;
	return true;
}

/* CHAR is CHAR(1), and NUMERIC(10) is NUMERIC(10, 0). */
static kin_type with_sizes(const kin_type *type)
{
	kin_type whole = *type;

	if (whole.name == KIN_TYPE_CHAR && whole.length == 0)
		whole.length = 1;
	if (whole.name == KIN_TYPE_NUMERIC && whole.precision > 0 && whole.scale < 0)
		whole.scale = 0;
	return whole;
}

bool kin_normal_same_type(kin_arena *arena, const kin_dialect *dialect, const kin_type *a, const kin_type *b)
{
	kin_text one, two;

	if (a->name == KIN_TYPE_ENUM && b->name == KIN_TYPE_ENUM)
		return same_labels(a, b);
	kin_text_init(&one);
	kin_text_init(&two);
	kin_type a_whole = with_sizes(a), b_whole = with_sizes(b);
	kin_ddl_type(dialect, &one, &a_whole);
	kin_ddl_type(dialect, &two, &b_whole);
	bool same = strcasecmp(one.data, two.data) == 0;
	if (!kin_text_ok(&one) || !kin_text_ok(&two))
		arena->failed = true;
	kin_text_done(&one);
	kin_text_done(&two);
	return same;
}

bool kin_normal_same_object(const kin_object_schema *a, const kin_object_schema *b)
{
	return strcmp(a->kind, b->kind) == 0 && strcmp(a->name, b->name) == 0 && (!a->table || !b->table || strcmp(a->table, b->table) == 0);
}

const char *kin_normal_action(const kin_dialect *dialect, const char *action)
{
	if (!action || strcasecmp(action, "NO ACTION") == 0)
		return NULL;
	if (dialect && dialect->id == KIN_MARIADB && strcasecmp(action, "RESTRICT") == 0)
		return NULL;
	return action;
}

static bool token_names(const kin_token *token, const char *name)
{
	size_t quotes = token->kind == KIN_TOKEN_QUOTED;

	return kin_token_is_name(token) && token->length - 2 * quotes == strlen(name) &&
	       strncasecmp(token->start + quotes, name, token->length - 2 * quotes) == 0;
}

bool kin_normal_mentions(const char *sql, const char *name)
{
	kin_lex lex;

	if (!sql)
		return false;
	kin_lex_init(&lex, sql, strlen(sql), 1);
	for (;;) {
		kin_token token = kin_lex_next(&lex);
		if (token.kind == KIN_TOKEN_END)
			return false;
		if (token_names(&token, name))
			return true;
	}
}

bool kin_normal_index_uses(const kin_index_schema *index, const char *column)
{
	for (size_t i = 0; i < index->part_count; i++)
		if (kin_normal_same(index->parts[i].column, column) || kin_normal_mentions(index->parts[i].expression, column))
			return true;
	return kin_normal_has_name(index->include, index->include_count, column) || kin_normal_mentions(index->where, column);
}

const char *kin_normal_replace(kin_arena *arena, const char *sql, const char *from, const char *to, bool qualifier)
{
	kin_text text;
	kin_lex lex;
	size_t copied = 0;

	if (!sql || !kin_normal_mentions(sql, from))
		return sql;
	kin_text_init(&text);
	kin_lex_init(&lex, sql, strlen(sql), 1);
	for (kin_token token = kin_lex_next(&lex); token.kind != KIN_TOKEN_END;) {
		kin_token next = kin_lex_next(&lex);
		if (token_names(&token, from) && (!qualifier || kin_token_is_punct(&next, "."))) {
			kin_text_add_n(&text, sql + copied, token.at - copied);
			kin_dialect_name(&kin_dialect_sqlite, &text, to);
			copied = token.at + token.length;
		}
		token = next;
	}
	kin_text_add(&text, sql + copied);
	return keep(arena, &text, true);
}
