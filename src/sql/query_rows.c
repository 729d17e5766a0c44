/* query_rows.c - parses what begins with `select`: values, sources, joins; union and the like; with. */
#include "sql/query_rows.h"

#include "sql/query_expr.h"
#include "sql/query_window.h"

/* value [[as] name] */
static bool parse_output(kin_query_parser *p, kin_query_output *output)
{
	output->at = (uint32_t)p->token.at;
	if (!(output->expr = kin_query_expr(p)))
		return false;
	if (!kin_query_parser_accept(p, "as") && (!kin_token_is_name(&p->token) || kin_token_is(&p->token, "from")))
		return true;
	if (!kin_token_is_name(&p->token))
		return kin_query_parser_expected(p, "a name", NULL);
	return (output->name = kin_query_parser_take(p));
}

static bool parse_outputs(kin_query_parser *p, kin_query_text *q)
{
	size_t capacity = 0;

	do {
		q->outputs = kin_query_parser_room(p, q->outputs, q->output_count, &capacity, sizeof(*q->outputs));
		if (!q->outputs)
			return false;
		q->outputs[q->output_count] = (kin_query_output){ 0 };
		if (!parse_output(p, &q->outputs[q->output_count]))
			return false;
		q->output_count++;
	} while (kin_query_parser_accept_punct(p, ","));
	return true;
}

/* Whether the current token can be the name of a source: no word of what may follow it. */
static bool at_source_name(const kin_query_parser *p)
{
	static const char *const words[] = { "join", "inner", "left", "cross", "on", "union", "intersect", "except" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (kin_token_is(&p->token, words[i]))
			return false;
	return kin_token_is_name(&p->token) && !kin_query_parser_at_clause(p);
}

/* Model [[as] name], or a path of relationships, or (select …) name. */
static bool parse_source(kin_query_parser *p, kin_query_source *source)
{
	source->at = (uint32_t)p->token.at;
	if (kin_query_parser_accept_punct(p, "(")) {
		if (!(source->query = kin_query_rows_inside(p)))
			return false;
	} else if (!kin_query_parser_path(p, &source->names, &source->count)) {
		return false;
	}
	if (kin_query_parser_accept(p, "as") && !kin_token_is_name(&p->token))
		return kin_query_parser_expected(p, "a name", NULL);
	return !at_source_name(p) || (source->alias = kin_query_parser_take(p));
}

/* join, inner join, left [outer] join, cross join. false: none follows, or it is broken. */
static bool accept_join(kin_query_parser *p, kin_join *ret_join)
{
	*ret_join = KIN_JOIN_INNER;
	if (kin_query_parser_accept(p, "join"))
		return true;
	if (kin_query_parser_accept(p, "left")) {
		*ret_join = KIN_JOIN_LEFT;
		kin_query_parser_accept(p, "outer");
	} else if (kin_query_parser_accept(p, "cross")) {
		*ret_join = KIN_JOIN_CROSS;
	} else if (!kin_query_parser_accept(p, "inner")) {
		return false;
	}
	return kin_query_parser_expect(p, "join");
}

static bool parse_sources(kin_query_parser *p, kin_query_text *q)
{
	size_t capacity = 0;
	kin_join join = KIN_JOIN_FROM;

	do {
		q->sources = kin_query_parser_room(p, q->sources, q->source_count, &capacity, sizeof(*q->sources));
		if (!q->sources)
			return false;
		kin_query_source *source = &q->sources[q->source_count++];
		*source = (kin_query_source){ .join = join };
		if (!parse_source(p, source))
			return false;
		if (join != KIN_JOIN_FROM && kin_query_parser_accept(p, "on") && !(source->on = kin_query_expr(p)))
			return false;
	} while (accept_join(p, &join));
	return p->rc == KIN_OK;
}

static kin_compound accept_compound(kin_query_parser *p)
{
	if (kin_query_parser_accept(p, "union"))
		return kin_query_parser_accept(p, "all") ? KIN_COMPOUND_UNION_ALL : KIN_COMPOUND_UNION;
	if (kin_query_parser_accept(p, "intersect"))
		return KIN_COMPOUND_INTERSECT;
	return kin_query_parser_accept(p, "except") ? KIN_COMPOUND_EXCEPT : KIN_COMPOUND_NONE;
}

bool kin_query_rows_end(const kin_query_parser *p)
{
	return kin_token_is_punct(&p->token, ")") || kin_token_is(&p->token, "union") || kin_token_is(&p->token, "intersect") ||
	       kin_token_is(&p->token, "except");
}

/* select … from … where … */
static bool parse_core(kin_query_parser *p, kin_query_text *q)
{
	struct kin_query_waiting *waiting = p->waiting;
	struct kin_query_window *windows = p->windows;
	bool ok;

	if (!kin_query_parser_expect(p, "select"))
		return false;
	p->waiting = NULL;
	p->windows = NULL;
	q->distinct = kin_query_parser_accept(p, "distinct");
	ok = parse_outputs(p, q) && kin_query_parser_expect(p, "from") && parse_sources(p, q) && kin_query_clauses(p, KIN_QUERY_ROWS, q) &&
	     kin_query_windows_end(p);
	p->waiting = waiting;
	p->windows = windows;
	return ok;
}

/* Order and limit stand behind the last one, and are those of all. */
static void move_tail(kin_query_text *first, kin_query_text *last)
{
	first->orders = last->orders;
	first->order_count = last->order_count;
	first->limit = last->limit;
	first->offset = last->offset;
	first->unfiltered = last->unfiltered;
	first->unfiltered_names = last->unfiltered_names;
	first->unfiltered_count = last->unfiltered_count;
	first->unfiltered_at = last->unfiltered_at;
	last->order_count = 0;
	last->limit = last->offset = NULL;
}

static bool parse_compound(kin_query_parser *p, kin_query_text *first)
{
	kin_query_text *last = first;
	const kin_token token = p->token;
	kin_compound compound;

	while ((compound = accept_compound(p)) != KIN_COMPOUND_NONE) {
		if (last->order_count > 0 || last->limit || last->offset || last->unfiltered)
			return kin_query_parser_fail(p, &token, "order, limit, offset and unfiltered stand behind the last select, and are those of all");
		last->compound = compound;
		if (!(last->next = kin_arena_zalloc(p->arena, sizeof(*last->next))))
			return kin_query_parser_nomem(p);
		last = last->next;
		if (!parse_core(p, last))
			return false;
	}
	if (last != first)
		move_tail(first, last);
	return true;
}

/* name [(a, b)] as (select …) */
static bool parse_cte(kin_query_parser *p, kin_query_cte *cte)
{
	size_t capacity = 0;

	cte->at = (uint32_t)p->token.at;
	if (!kin_token_is_name(&p->token))
		return kin_query_parser_expected(p, "a name", NULL);
	if (!(cte->name = kin_query_parser_take(p)))
		return false;
	if (kin_query_parser_accept_punct(p, "(")) {
		do {
			cte->columns = kin_query_parser_room(p, cte->columns, cte->column_count, &capacity, sizeof(*cte->columns));
			if (!cte->columns)
				return false;
			if (!kin_token_is_name(&p->token))
				return kin_query_parser_expected(p, "a name", NULL);
			if (!(cte->columns[cte->column_count++] = kin_query_parser_take(p)))
				return false;
		} while (kin_query_parser_accept_punct(p, ","));
		if (!kin_query_parser_expect_punct(p, ")"))
			return false;
	}
	return kin_query_parser_expect(p, "as") && kin_query_parser_expect_punct(p, "(") && (cte->query = kin_query_rows_inside(p));
}

static bool parse_ctes(kin_query_parser *p, kin_query_text *q)
{
	size_t capacity = 0;

	kin_query_parser_accept(p, "recursive");
	do {
		q->ctes = kin_query_parser_room(p, q->ctes, q->cte_count, &capacity, sizeof(*q->ctes));
		if (!q->ctes)
			return false;
		q->ctes[q->cte_count] = (kin_query_cte){ 0 };
		if (!parse_cte(p, &q->ctes[q->cte_count++]))
			return false;
	} while (kin_query_parser_accept_punct(p, ","));
	return true;
}

bool kin_query_rows(kin_query_parser *p, kin_query_text *q)
{
	if (kin_query_parser_accept(p, "with") && !parse_ctes(p, q))
		return false;
	return parse_core(p, q) && parse_compound(p, q);
}

kin_query_text *kin_query_rows_inside(kin_query_parser *p)
{
	kin_query_text *q = kin_arena_zalloc(p->arena, sizeof(*q));

	if (!q)
		return kin_query_parser_nomem(p);
	if (!kin_query_rows(p, q))
		return NULL;
	if (q->unfiltered)
		return kin_query_parser_fail(p, &p->token, "unfiltered stands at the end of the whole text, and is said of all of it");
	return kin_query_parser_expect_punct(p, ")") ? q : NULL;
}
