/* query_text.c - parses the clauses of a query's text; query_expr.c parses the expressions in them.
 *
 * A clause begins with its keyword wherever one can follow, so `limit` and the like are free as names elsewhere. */
#include "sql/query_text.h"

#include <strings.h>

#include "base/text.h"
#include "sql/query_expr.h"
#include "sql/query_rows.h"
#include "sql/query_window.h"

enum { UPDATE = 1 << KIN_QUERY_UPDATE, ROWS = 1 << KIN_QUERY_ROWS, OBJECTS = 1 << KIN_QUERY_SELECT, SELECT = OBJECTS | ROWS };

typedef struct clause {
	const char *word;
	const char *second; /* NULL: the clause's name is one word */
	const char *name;
	unsigned    forms; /* where it may stand */
	bool      (*parse)(kin_query_parser *p, kin_query_text *q);
} clause;

static bool parse_where(kin_query_parser *p, kin_query_text *q)
{
	return (q->where = kin_query_expr(p));
}

static bool parse_group(kin_query_parser *p, kin_query_text *q)
{
	size_t capacity = 0;

	do {
		kin_expr *expr = kin_query_expr(p);
		if (!expr)
			return false;
		q->groups = kin_query_parser_room(p, q->groups, q->group_count, &capacity, sizeof(*q->groups));
		if (!q->groups)
			return false;
		q->groups[q->group_count++] = expr;
	} while (kin_query_parser_accept_punct(p, ","));
	return true;
}

static bool parse_having(kin_query_parser *p, kin_query_text *q)
{
	return (q->having = kin_query_expr(p));
}

/* nulls first | nulls last */
static bool parse_nulls(kin_query_parser *p, kin_sql_order *order)
{
	if (!kin_query_parser_accept(p, "nulls"))
		return true;
	if (kin_query_parser_accept(p, "first"))
		order->nulls = 1;
	else if (kin_query_parser_accept(p, "last"))
		order->nulls = 2;
	else
		kin_query_parser_expected(p, "'first' or 'last'", NULL);
	return order->nulls != 0;
}

bool kin_query_orders(kin_query_parser *p, kin_query_text *q)
{
	size_t capacity = 0;

	do {
		kin_sql_order order = { .expr = kin_query_expr(p) };
		if (!order.expr)
			return false;
		order.descending = kin_query_parser_accept(p, "desc");
		if (!order.descending)
			kin_query_parser_accept(p, "asc");
		if (!parse_nulls(p, &order))
			return false;
		q->orders = kin_query_parser_room(p, q->orders, q->order_count, &capacity, sizeof(*q->orders));
		if (!q->orders)
			return false;
		q->orders[q->order_count++] = order;
	} while (kin_query_parser_accept_punct(p, ","));
	return true;
}

static bool parse_limit(kin_query_parser *p, kin_query_text *q)
{
	return (q->limit = kin_query_expr_count(p));
}

static bool parse_offset(kin_query_parser *p, kin_query_text *q)
{
	return (q->offset = kin_query_expr_count(p));
}

static bool parse_lock(kin_query_parser *p, kin_query_text *q)
{
	q->lock = KIN_LOCK_UPDATE;
	if (kin_query_parser_accept(p, "nowait")) {
		q->lock = KIN_LOCK_UPDATE_NOWAIT;
	} else if (kin_query_parser_accept(p, "skip")) {
		q->lock = KIN_LOCK_UPDATE_SKIP;
		return kin_query_parser_expect(p, "locked");
	}
	return true;
}

const char *const kin_with_words[] = {
	"select", "select_one", "joined", "inner", "subquery", "selectin", "immediate", "raise", "raise_on_sql", "noload", "write_only", "defer", "undefer",
	NULL,
};

/* Whether the token is one of them, or nearly. */
static bool is_loader(kin_query_parser *p)
{
	size_t count = 0;

	for (; kin_with_words[count]; count++)
		if (kin_token_is(&p->token, kin_with_words[count]))
			return true;
	char *word = kin_arena_strndup(p->arena, p->token.start, p->token.length);
	return word ? kin_text_nearest(word, kin_with_words, count) != NULL : kin_query_parser_nomem(p) != NULL;
}

static bool at_only(const kin_query_parser *p)
{
	kin_token next = kin_query_parser_peek(p);

	return kin_token_is(&p->token, "only") && kin_token_is_punct(&next, "(");
}

/* `joined owner`: a loader, and what it loads. A lone `joined` is a relationship of that name, also before a clause. */
static const char *accept_loader(kin_query_parser *p)
{
	kin_query_parser ahead = *p;

	if (!kin_token_is_name(&p->token))
		return NULL;
	kin_query_parser_advance(&ahead);
	bool followed = kin_token_is_punct(&ahead.token, "*") ||
	                (kin_token_is_name(&ahead.token) && !kin_query_parser_at_clause(&ahead) && !at_only(&ahead));
	return followed && is_loader(p) ? kin_query_parser_take(p) : NULL;
}

/* undefer group details: not a column called group. */
static bool accept_group(kin_query_parser *p, const char *loader)
{
	kin_query_parser ahead = *p;

	if (!loader || !kin_token_is(&p->token, "group") ||
	    (strcasecmp(loader, "defer") != 0 && strcasecmp(loader, "undefer") != 0 && strcasecmp(loader, "raise") != 0))
		return false;
	kin_query_parser_advance(&ahead);
	return kin_token_is_name(&ahead.token) && !kin_query_parser_at_clause(&ahead) && kin_query_parser_accept(p, "group");
}

/* pets.visits, pets.*, * */
static bool parse_with_path(kin_query_parser *p, kin_with_item *item)
{
	size_t capacity = 0;

	do {
		if (kin_query_parser_accept_punct(p, "*"))
			return item->all = true;
		if (!kin_token_is_name(&p->token))
			return kin_query_parser_expected(p, "a relationship", NULL);
		item->names = kin_query_parser_room(p, item->names, item->count, &capacity, sizeof(*item->names));
		if (!item->names || !(item->names[item->count++] = kin_query_parser_take(p)))
			return false;
	} while (kin_query_parser_accept_punct(p, "."));
	return true;
}

/* only (name, species) */
static bool parse_only(kin_query_parser *p, kin_with_item *item)
{
	size_t capacity = 0;

	item->has_only = true;
	kin_query_parser_advance(p);
	kin_query_parser_advance(p);
	do {
		if (!kin_token_is_name(&p->token))
			return kin_query_parser_expected(p, "a column", NULL);
		item->only = kin_query_parser_room(p, item->only, item->only_count, &capacity, sizeof(*item->only));
		if (!item->only || !(item->only[item->only_count++] = kin_query_parser_take(p)))
			return false;
	} while (kin_query_parser_accept_punct(p, ","));
	return kin_query_parser_expect_punct(p, ")");
}

/* (where species = ? order by age desc limit 3): brackets, because the query's own order and limit may stand behind `with`. */
static bool parse_sift(kin_query_parser *p, kin_with_item *item)
{
	kin_query_text some = { 0 };

	if (kin_query_parser_accept(p, "where") && !(item->where = kin_query_expr(p)))
		return false;
	if (kin_query_parser_accept(p, "order") && (!kin_query_parser_expect(p, "by") || !kin_query_orders(p, &some)))
		return false;
	if (kin_query_parser_accept(p, "limit") && !(item->limit = kin_query_expr_count(p)))
		return false;
	item->orders = some.orders;
	item->order_count = some.order_count;
	if (!kin_with_item_sifts(item))
		return kin_query_parser_expected(p, "'where', 'order by' or 'limit'", NULL);
	return kin_query_parser_expect_punct(p, ")");
}

static bool parse_with(kin_query_parser *p, kin_query_text *q)
{
	size_t capacity = 0;

	do {
		kin_with_item item = { .loader = accept_loader(p) };
		item.group = accept_group(p, item.loader);
		item.at = (uint32_t)p->token.at;
		if (p->rc < 0 || (!at_only(p) && !parse_with_path(p, &item)) || (at_only(p) && !parse_only(p, &item)))
			return false;
		if (kin_query_parser_accept_punct(p, "(")) {
			if (!parse_sift(p, &item))
				return false;
		} else if (kin_query_parser_accept(p, "where")) {
			item.open = true;
			if (!(item.where = kin_query_expr(p)))
				return false;
		}
		q->withs = kin_query_parser_room(p, q->withs, q->with_count, &capacity, sizeof(*q->withs));
		if (!q->withs)
			return false;
		q->withs[q->with_count++] = item;
	} while (kin_query_parser_accept_punct(p, ","));
	return true;
}

/* unfiltered [name, name …] */
static bool parse_unfiltered(kin_query_parser *p, kin_query_text *q)
{
	size_t capacity = 0;

	q->unfiltered = true;
	q->unfiltered_at = (uint32_t)p->before.at;
	while (kin_token_is_name(&p->token) && !kin_query_parser_at_clause(p)) {
		q->unfiltered_names = kin_query_parser_room(p, q->unfiltered_names, q->unfiltered_count, &capacity, sizeof(*q->unfiltered_names));
		if (!q->unfiltered_names || !(q->unfiltered_names[q->unfiltered_count++] = kin_query_parser_take(p)))
			return false;
		if (!kin_query_parser_accept_punct(p, ","))
			return true;
	}
	return q->unfiltered_count == 0 || kin_query_parser_expected(p, "the name of a filter", NULL);
}

static const clause clauses[] = {
	{ "where",  NULL,     "where",      SELECT | UPDATE, parse_where },
	{ "group",  "by",     "group by",   SELECT,          parse_group },
	{ "having", NULL,     "having",     SELECT,          parse_having },
	{ "window", NULL,     "window",     ROWS,            kin_query_windows },
	{ "order",  "by",     "order by",   SELECT,          kin_query_orders },
	{ "limit",  NULL,     "limit",      SELECT,          parse_limit },
	{ "offset", NULL,     "offset",     SELECT,          parse_offset },
	{ "for",    "update", "for update", SELECT,          parse_lock },
	{ "with",   NULL,     "with",       OBJECTS,         parse_with },
	{ "unfiltered", NULL, "unfiltered", SELECT | UPDATE, parse_unfiltered },
};

enum { CLAUSES = sizeof(clauses) / sizeof(*clauses) };

static const clause *clause_here(const kin_query_parser *p)
{
	for (size_t i = 0; i < CLAUSES; i++)
		if (kin_token_is(&p->token, clauses[i].word))
			return &clauses[i];
	return NULL;
}

/* The word that was meant by one that cannot stand where it does; NULL: none is near. */
static const char *nearest_word(kin_query_parser *p, const kin_token *slip)
{
	static const char *const words[] = { "and", "or", "is", "in", "like", "ilike", "between", "asc", "desc", "nulls" };
	enum { WORDS = sizeof(words) / sizeof(*words) };
	const char *candidates[WORDS + CLAUSES];
	char *wrong = kin_arena_strndup(p->arena, slip->start, slip->length);
	const char *nearest;

	if (!wrong)
		return kin_query_parser_nomem(p);
	memcpy(candidates, words, sizeof(words));
	for (size_t i = 0; i < CLAUSES; i++)
		candidates[WORDS + i] = clauses[i].word;
	nearest = kin_text_nearest(wrong, candidates, WORDS + CLAUSES);
	for (size_t i = 0; i < CLAUSES; i++)
		if (nearest == clauses[i].word)
			return clauses[i].name;
	return nearest;
}

static bool fail_here(kin_query_parser *p, kin_query_form form)
{
	/* `oder by`: the first word was taken for a name. */
	const kin_token *slip = kin_token_is(&p->token, "by") ? &p->before : &p->token;
	const char *meant = slip->kind == KIN_TOKEN_NAME && !clause_here(p) ? nearest_word(p, slip) : NULL;
	const char *what;

	if (form == KIN_QUERY_WITH_ONLY)
		what = "',' or the end";
	else if (form == KIN_QUERY_ORDER_ONLY)
		what = "',', 'asc', 'desc' or the end";
	else
		what = "an operator or a clause";
	kin_query_parser_expected(p, what, form == KIN_QUERY_WITH_ONLY ? NULL : meant);
	return false;
}

/* One clause, from its keyword on. `seen` has a bit for each one that was there before. */
static const char *name_of_last(const kin_query_text *q)
{
	const kin_with_item *item = &q->withs[q->with_count - 1];

	return item->count > 0 ? item->names[item->count - 1] : "*";
}

static bool parse_clause(kin_query_parser *p, kin_query_form form, unsigned *seen, kin_query_text *q)
{
	const clause *c = clause_here(p);
	const kin_token token = p->token;

	if (!c)
		return fail_here(p, form);
	if (!(c->forms & 1u << form))
		return kin_query_parser_fail(p, &token, form == KIN_QUERY_UPDATE ? "'%s' does not belong into an update; only 'where' does"
		                             : "'%s' loads relationships of objects; these rows are none", c->name);
	if (*seen & 1u << (c - clauses))
		return kin_query_parser_fail(p, &token, "there is a '%s' already%s", c->name,
		                             q->with_count > 0 && c->parse != parse_with ? "; what is said of what comes along stands in brackets, "
		                             "as in with pets (order by name limit 3)" : "");
	if (c->parse == parse_where && q->with_count > 0 && q->withs[q->with_count - 1].open)
		return kin_query_parser_fail(p, &token, "a second 'where' behind the condition of '%s': the query's own stands before 'with'",
		                             name_of_last(q));
	*seen |= 1u << (c - clauses);
	kin_query_parser_advance(p);
	return (!c->second || kin_query_parser_expect(p, c->second)) && c->parse(p, q);
}

bool kin_query_clauses(kin_query_parser *p, kin_query_form form, kin_query_text *q)
{
	unsigned seen = q->where ? 1 : 0; /* where is the first in the table */

	while (p->token.kind != KIN_TOKEN_END && !(form == KIN_QUERY_ROWS && kin_query_rows_end(p)))
		if (!parse_clause(p, form, &seen, q))
			return false;
	return true;
}

/* attribute = value */
static bool parse_assignment(kin_query_parser *p, kin_sql_assignment *assignment)
{
	if (!kin_token_is_name(&p->token))
		return kin_query_parser_expected(p, "an attribute", NULL);
	if (!(assignment->column = kin_query_parser_take(p)))
		return false;
	return kin_query_parser_expect_punct(p, "=") && (assignment->value = kin_query_expr(p));
}

static bool parse_assignments(kin_query_parser *p, kin_query_text *q)
{
	size_t capacity = 0, at_capacity = 0, n;
	kin_token next = kin_query_parser_peek(p);

	if (kin_token_is_name(&next)) /* else it is an attribute called set */
		kin_query_parser_accept(p, "set");
	do {
		n = q->assignment_count;
		q->assignments = kin_query_parser_room(p, q->assignments, n, &capacity, sizeof(*q->assignments));
		q->assignment_at = kin_query_parser_room(p, q->assignment_at, n, &at_capacity, sizeof(*q->assignment_at));
		if (!q->assignments || !q->assignment_at)
			return false;
		q->assignment_at[n] = (uint32_t)p->token.at;
		if (!parse_assignment(p, &q->assignments[n]))
			return false;
		q->assignment_count++;
	} while (kin_query_parser_accept_punct(p, ","));
	return true;
}

/* The end of a form that has one list and nothing else. */
static bool parse_end(kin_query_parser *p, kin_query_form form)
{
	return p->token.kind == KIN_TOKEN_END || fail_here(p, form);
}

/* Step over the keywords that a list may do without. */
static void skip_clause_words(kin_query_parser *p, const char *word, const char *second)
{
	if (!kin_query_parser_at_clause(p) || !kin_query_parser_accept(p, word))
		return;
	if (second)
		kin_query_parser_accept(p, second);
}

static bool parse_form(kin_query_parser *p, kin_query_form form, kin_query_text *q)
{
	switch (form) {
	case KIN_QUERY_ORDER_ONLY:
		skip_clause_words(p, "order", "by");
		return kin_query_orders(p, q) && parse_end(p, form);
	case KIN_QUERY_WITH_ONLY:
		skip_clause_words(p, "with", NULL);
		return parse_with(p, q) && parse_end(p, form);
	case KIN_QUERY_UPDATE:
		return parse_assignments(p, q) && kin_query_clauses(p, form, q);
	case KIN_QUERY_SELECT:
		if (p->token.kind != KIN_TOKEN_END && !kin_query_parser_at_clause(p) && !parse_where(p, q))
			return false;
		return kin_query_clauses(p, form, q);
	case KIN_QUERY_ROWS:
		return kin_query_rows(p, q) && parse_end(p, form);
	}
	return false;
}

int kin_query_text_parse(kin_arena *arena, const char *text, kin_query_form form,
                         kin_query_text *ret_query, kin_error *error)
{
	kin_query_text query = { 0 };
	kin_query_parser p;

	kin_query_parser_init(&p, arena, text, error);
	if (!parse_form(&p, form, &query))
		return p.rc;
	query.param_count = p.params;
	*ret_query = query;
	return KIN_OK;
}
