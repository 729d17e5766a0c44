/* rebuild_text.c - the text of a table's CREATE TABLE, changed where the table has changed.
 *
 * The text is cut into elements, columns and constraints, with what stands around each: comments before it, and one behind it on its
 * line. An element that says what is still so stays to the letter; a changed column keeps its comments; what is gone goes with its own. What
 * comes out is read again, and counts only if it is the table that is wanted: so a text that is cut in the wrong place does no harm. */
#include "migrate/rebuild_text.h"

#include <strings.h>

#include "base/vec.h"
#include "db/enums.h"
#include "migrate/fold.h"
#include "migrate/normal.h"
#include "sql/ddl.h"
#include "sql/ddl_write.h"
#include "sql/lex.h"

/* Pieces of the old text, by their places. */
typedef struct element {
	size_t from;    /* where the comments before it begin */
	size_t begin;   /* its first token */
	size_t end;     /* behind its last one */
	size_t comma;   /* where it is, or the closing parenthesis */
	size_t to;      /* behind the comma, and the comment behind that on the same line; the last one: the parenthesis */
} element;

typedef struct editing {
	kin_arena              *arena;
	const char             *old;
	const kin_table_schema *before;
	const kin_table_schema *after;
	kin_vec(element)        elements;
	size_t                  close;   /* the closing parenthesis */
	kin_text                out;
	const element          *last;    /* written last, and what stands behind it not yet; NULL: a new one was */
	bool                    first;   /* nothing is written yet */
	bool                    in_comment; /* the text ends in a comment that a line's end must end */
	bool                   *columns, *uniques, *foreigns, *checks, *enums; /* of `after`: written already */
	bool                    primary;
} editing;

static kin_lex begin(const char *text, size_t length)
{
	kin_lex lex;

	kin_lex_init(&lex, text, length, 1);
	lex.hex = true;
	return lex;
}

/* Behind the comment that follows a comma on its line, if there is one. */
static size_t behind_comment(const char *text, size_t at)
{
	size_t i = at + strspn(text + at, " \t");

	if (strncmp(text + i, "--", 2) == 0)
		return i + strcspn(text + i, "\n");
	if (strncmp(text + i, "/*", 2) == 0) {
		const char *end = strstr(text + i, "*/");
		size_t to = end ? (size_t)(end - text) + 2 : at;
		size_t rest = to + strspn(text + to, " \t\r");
		return end && (text[rest] == '\n' || text[rest] == '\0') ? to : at;
	}
	return at;
}

static bool nomem(editing *e)
{
	e->arena->failed = true;
	return false;
}

/* Cut the text between the outer parentheses at its commas. */
static bool cut(editing *e)
{
	kin_lex lex = begin(e->old, strlen(e->old));
	element now = { 0 };
	bool empty = true;
	int depth = 0;

	for (kin_token token; (token = kin_lex_next(&lex)).kind != KIN_TOKEN_END;) {
		bool opens = kin_token_is_punct(&token, "("), closes = kin_token_is_punct(&token, ")");
		if (token.kind == KIN_TOKEN_BAD)
			return false;
		depth += opens;
		if (opens && depth == 1) {
			now.from = token.at + token.length;
			continue;
		}
		if (depth == 0)
			continue;
		depth -= closes;
		if (depth == 0 || (depth == 1 && kin_token_is_punct(&token, ","))) {
			now.comma = token.at;
			now.to = depth == 0 ? token.at : behind_comment(e->old, token.at + token.length);
			if (empty)
				return false;
			if (!kin_vec_push(&e->elements, now))
				return nomem(e);
			e->close = token.at;
			if (depth == 0)
				return true;
			now = (element){ .from = now.to };
			empty = true;
			continue;
		}
		if (empty)
			now.begin = token.at;
		now.end = token.at + token.length;
		empty = false;
	}
	return false;
}

/* ---- writing ---- */

static void add_n(editing *e, const char *text, size_t length)
{
	if (length == 0)
		return;
	if (e->in_comment && *text != '\n')
		kin_text_add_char(&e->out, '\n');
	e->in_comment = false;
	kin_text_add_n(&e->out, text, length);
}

/* Blanks and comments. */
static void add_between(editing *e, size_t from, size_t to)
{
	const char *text = e->old + from;
	size_t length = to - from, line = length;

	add_n(e, text, length);
	while (line > 0 && text[line - 1] != '\n')
		line--;
	for (size_t i = line; i + 1 < length; i++)
		if (text[i] == '-' && text[i + 1] == '-')
			e->in_comment = true;
}

/* What stands behind the element written last: its comma, if more comes, right behind it, and the comments up to where the old comma was
 * and behind it on its line. */
static void end_element(editing *e, bool more)
{
	const element *el = e->last;
	size_t to;

	if (more && !e->first)
		add_n(e, ",", 1);
	e->first = false;
	if (!el)
		return;
	for (to = el->comma; more && el->comma == e->close && to > el->end && strchr(" \t\r\n", e->old[to - 1]);)
		to--;
	add_between(e, el->end, to);
	if (el->comma < el->to)
		add_between(e, el->comma + 1, el->to);
	e->last = NULL;
}

/* Comments that stood inside of something that is written anew, each on a line of its own before it. */
static void add_inner_comments(editing *e, const element *el)
{
	size_t length = el->end - el->begin, done = 0;
	kin_lex lex = begin(e->old + el->begin, length);

	for (kin_token token; (token = kin_lex_next(&lex)).kind != KIN_TOKEN_END;) {
		const char *gap = e->old + el->begin + done;
		size_t size = token.at - done, blanks = strspn(gap, " \t\r\n");
		if (blanks < size) {
			while (size > blanks && strchr(" \t\r\n", gap[size - 1]))
				size--;
			add_n(e, gap + blanks, size - blanks);
			add_n(e, "\n    ", 5);
		}
		done = token.at + token.length;
	}
}

/* An element as it is, or with another `core`. */
static void write_element(editing *e, const element *el, const char *core)
{
	end_element(e, true);
	add_between(e, el->from, el->begin);
	if (core)
		add_inner_comments(e, el);
	add_n(e, core ? core : e->old + el->begin, core ? strlen(core) : el->end - el->begin);
	e->last = el;
}

static void write_new(editing *e, const char *text)
{
	size_t length;

	end_element(e, true);
	for (length = e->out.length; length > 0 && strchr(" \t\r\n", e->out.data[length - 1]);)
		length--;
	kin_text_cut(&e->out, length);
	add_n(e, "\n    ", 5);
	if (text)
		add_n(e, text, strlen(text));
}

/* ---- what an element says ---- */

static const char *keep(editing *e, kin_text *text)
{
	const char *kept = kin_text_ok(text) ? kin_arena_strndup(e->arena, text->data, text->length) : NULL;

	kin_text_done(text);
	if (!kept)
		e->arena->failed = true;
	return kept;
}

static const char *column_text(editing *e, const kin_table_schema *table, const kin_column_schema *column)
{
	kin_text text;

	kin_text_init(&text);
	kin_ddl_column(&kin_dialect_sqlite, &text, table, column);
	return keep(e, &text);
}

static const char *key_text(editing *e, const char *kind, const kin_key_schema *key)
{
	kin_text text;

	kin_text_init(&text);
	kin_ddl_write_constraint(&kin_dialect_sqlite, &text, key->name);
	kin_ddl_write_key(&kin_dialect_sqlite, &text, kind, key);
	return keep(e, &text);
}

static const char *foreign_text(editing *e, const kin_foreign_schema *foreign)
{
	kin_text text;

	kin_text_init(&text);
	kin_ddl_write_constraint(&kin_dialect_sqlite, &text, foreign->name);
	kin_ddl_write_foreign(&kin_dialect_sqlite, &text, foreign);
	return keep(e, &text);
}

static const char *check_text(editing *e, const kin_check_schema *check)
{
	kin_text text;

	kin_text_init(&text);
	kin_ddl_write_constraint(&kin_dialect_sqlite, &text, check->name);
	kin_ddl_write_check(&kin_dialect_sqlite, &text, check);
	return keep(e, &text);
}

static const char *enum_text(editing *e, const kin_column_schema *column)
{
	kin_text text;

	kin_text_init(&text);
	kin_ddl_write_enum_check(&kin_dialect_sqlite, &text, e->after->name, column->name, &column->type);
	return keep(e, &text);
}

static size_t find_column(const kin_table_schema *table, const char *name)
{
	size_t i = 0;

	while (i < table->column_count && strcasecmp(table->columns[i].name, name) != 0)
		i++;
	return i;
}

/* The table that the element alone would make. NULL: it cannot be read. */
static const kin_table_schema *read_element(editing *e, const element *el)
{
	const char *text = kin_arena_printf(e->arena, "CREATE TABLE t (%.*s\n)", (int)(el->end - el->begin), e->old + el->begin);
	kin_error error = { 0 };
	kin_ddl item = { 0 };
	int rc = text ? kin_ddl_parse_stored(e->arena, text, &item, &error) : KIN_ENOMEM;

	kin_error_clear(&error);
	if (rc == KIN_ENOMEM)
		nomem(e);
	return rc == KIN_OK && item.kind == KIN_DDL_CREATE_TABLE ? item.table : NULL;
}

/* Take what is like the text from what is wanted: whether it is there, and not taken. */
static bool take_unique(editing *e, const char *text)
{
	for (size_t i = 0; i < e->after->unique_count; i++)
		if (!e->uniques[i] && kin_normal_same(key_text(e, "UNIQUE", &e->after->uniques[i]), text))
			return e->uniques[i] = true;
	return false;
}

static bool take_foreign(editing *e, const char *text)
{
	for (size_t i = 0; i < e->after->foreign_count; i++)
		if (!e->foreigns[i] && kin_normal_same(foreign_text(e, &e->after->foreigns[i]), text))
			return e->foreigns[i] = true;
	return false;
}

static bool take_check(editing *e, const char *text)
{
	for (size_t i = 0; i < e->after->check_count; i++)
		if (!e->checks[i] && kin_normal_same(check_text(e, &e->after->checks[i]), text))
			return e->checks[i] = true;
	for (size_t i = 0; i < e->after->column_count; i++)
		if (!e->enums[i] && kin_ddl_write_needs_enum_check(&kin_dialect_sqlite, &e->after->columns[i].type) &&
		    kin_normal_same(enum_text(e, &e->after->columns[i]), text))
			return e->enums[i] = true;
	return false;
}

static bool take_primary(editing *e, const kin_key_schema *key)
{
	const kin_key_schema *wanted = &e->after->primary_key;
	bool named = kin_normal_same(e->before->primary_key.name, wanted->name) || kin_normal_same(key->name, wanted->name);

	if (e->primary || !named || !kin_normal_same_names(key->columns, key->column_count, wanted->columns, wanted->column_count) ||
	    !kin_normal_same(key->extra, wanted->extra))
		return false;
	return e->primary = true;
}

/* Whether all the constraints of an element are wanted. */
static bool take_constraints(editing *e, const kin_table_schema *said)
{
	bool all = true;

	if (said->primary_key.column_count > 0)
		all = take_primary(e, &said->primary_key);
	for (size_t i = 0; i < said->unique_count; i++)
		all = take_unique(e, key_text(e, "UNIQUE", &said->uniques[i])) && all;
	for (size_t i = 0; i < said->foreign_count; i++)
		all = take_foreign(e, foreign_text(e, &said->foreigns[i])) && all;
	for (size_t i = 0; i < said->check_count; i++)
		all = take_check(e, check_text(e, &said->checks[i])) && all;
	return all;
}

typedef struct marks {
	bool *uniques, *foreigns, *checks, *enums, primary;
} marks;

static bool *copy_marks(editing *e, const bool *from, size_t count)
{
	return kin_arena_copy(e->arena, from, count + 1);
}

/* What has been taken so far, to go back to when an element is not taken as a whole. */
static marks remember(editing *e)
{
	return (marks){
		.uniques = copy_marks(e, e->uniques, e->after->unique_count), .foreigns = copy_marks(e, e->foreigns, e->after->foreign_count),
		.checks = copy_marks(e, e->checks, e->after->check_count), .enums = copy_marks(e, e->enums, e->after->column_count),
		.primary = e->primary,
	};
}

static void go_back(editing *e, const marks *to)
{
	e->uniques = to->uniques;
	e->foreigns = to->foreigns;
	e->checks = to->checks;
	e->enums = to->enums;
	e->primary = to->primary;
}

/* ---- the elements ---- */

static void write_column(editing *e, const element *el, const kin_table_schema *said)
{
	size_t i = find_column(e->after, said->columns[0].name), old = find_column(e->before, said->columns[0].name);
	marks were = remember(e);

	if (i == e->after->column_count || old == e->before->column_count || e->arena->failed)
		return;
	const char *now = column_text(e, e->after, &e->after->columns[i]);
	bool same = kin_normal_same(now, column_text(e, e->before, &e->before->columns[old]));
	if (!now || e->arena->failed)
		return;
	e->columns[i] = true;
	if (same && take_constraints(e, said)) {
		write_element(e, el, NULL);
		return;
	}
	go_back(e, &were);
	e->primary = e->primary || kin_normal_mentions(now, "PRIMARY");
	write_element(e, el, now);
}

static void write_constraint(editing *e, const element *el, const kin_table_schema *said)
{
	marks were = remember(e);

	if (!e->arena->failed && take_constraints(e, said))
		write_element(e, el, NULL);
	else
		go_back(e, &were);
}

static void write_new_columns(editing *e)
{
	for (size_t i = 0; i < e->after->column_count; i++) {
		const char *text = e->columns[i] ? NULL : column_text(e, e->after, &e->after->columns[i]);
		if (!text)
			continue;
		e->primary = e->primary || kin_normal_mentions(text, "PRIMARY");
		write_new(e, text);
	}
}

static void write_new_constraints(editing *e)
{
	const kin_table_schema *t = e->after;

	if (!e->primary && t->primary_key.column_count > 0)
		write_new(e, key_text(e, "PRIMARY KEY", &t->primary_key));
	for (size_t i = 0; i < t->unique_count; i++)
		if (!e->uniques[i])
			write_new(e, key_text(e, "UNIQUE", &t->uniques[i]));
	for (size_t i = 0; i < t->foreign_count; i++)
		if (!e->foreigns[i])
			write_new(e, foreign_text(e, &t->foreigns[i]));
	for (size_t i = 0; i < t->check_count; i++)
		if (!e->checks[i])
			write_new(e, check_text(e, &t->checks[i]));
	for (size_t i = 0; i < t->column_count; i++)
		if (!e->enums[i] && kin_ddl_write_needs_enum_check(&kin_dialect_sqlite, &t->columns[i].type))
			write_new(e, enum_text(e, &t->columns[i]));
}

static bool edit(editing *e, const char *name)
{
	bool constraints = false, at_end;

	kin_text_addf(&e->out, "CREATE TABLE %s (", name);
	for (size_t i = 0; i < e->elements.count && !e->arena->failed; i++) {
		const element *el = &e->elements.items[i];
		const kin_table_schema *said = read_element(e, el);
		if (!said)
			return false;
		if (said->column_count == 0 && !constraints)
			write_new_columns(e);
		constraints = constraints || said->column_count == 0;
		if (said->column_count > 0)
			write_column(e, el, said);
		else
			write_constraint(e, el, said);
	}
	if (!constraints)
		write_new_columns(e);
	write_new_constraints(e);
	at_end = e->last && e->last->comma == e->close;
	end_element(e, false);
	add_n(e, at_end ? ")" : "\n)", at_end ? 1 : 2);
	if (e->after->options == e->before->options || kin_normal_same(e->after->options, e->before->options))
		add_n(e, e->old + e->close + 1, strlen(e->old + e->close + 1));
	else if (e->after->options)
		kin_text_addf(&e->out, " %s", e->after->options);
	return (kin_text_ok(&e->out) || nomem(e)) && !e->arena->failed;
}

/* Whether the text, read as the database will, gives what is wanted. */
static bool is_right(editing *e, const char *text)
{
	kin_error error = { 0 };
	kin_schema schema = { .arena = e->arena };
	kin_ddl item = { 0 };
	kin_table_schema *table;
	kin_text is, wanted;
	bool right = false;

	int rc = kin_ddl_parse_stored(e->arena, text, &item, &error);
	kin_error_clear(&error);
	if (rc == KIN_ENOMEM)
		return nomem(e);
	if (rc < 0 || item.kind != KIN_DDL_CREATE_TABLE)
		return false;
	table = item.table;
	table->name = e->after->name;
	schema.tables = &table;
	schema.table_count = 1;
	if (!kin_enums_find(e->arena, table) || kin_fold_enums(&schema, &kin_dialect_sqlite) < 0)
		return nomem(e);
	kin_text_init(&is);
	kin_text_init(&wanted);
	kin_ddl_table(&kin_dialect_sqlite, &is, table);
	kin_ddl_table(&kin_dialect_sqlite, &wanted, e->after);
	right = strcasecmp(is.data, wanted.data) == 0;
	if (!kin_text_ok(&is) || !kin_text_ok(&wanted))
		right = nomem(e);
	kin_text_done(&is);
	kin_text_done(&wanted);
	return right;
}

static bool *none(editing *e, size_t count)
{
	return kin_arena_zalloc(e->arena, count + 1);
}

const char *kin_rebuild_text(kin_arena *arena, const char *old, const char *name, const kin_table_schema *before,
                             const kin_table_schema *after)
{
	editing e = { .arena = arena, .old = old, .before = before, .after = after, .first = true };
	const char *text = NULL;

	kin_text_init(&e.out);
	e.columns = none(&e, after->column_count);
	e.enums = none(&e, after->column_count);
	e.uniques = none(&e, after->unique_count);
	e.foreigns = none(&e, after->foreign_count);
	e.checks = none(&e, after->check_count);
	if (!arena->failed && cut(&e) && edit(&e, name))
		text = keep(&e, &e.out);
	else
		kin_text_done(&e.out);
	kin_vec_done(&e.elements);
	return text && is_right(&e, text) ? text : NULL;
}
