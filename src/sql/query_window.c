/* query_window.c - parses windows, behind calls and by name.
 *
 *     sum(weight) over (partition by species order by id rows between 1 preceding and current row)
 *     select sum(weight) over w … window w as (partition by species order by id)
 *
 * A named one is copied to each call that names it, so that nobody behind the parser knows of names. The calls come first in the text; they wait
 * until the select ends. */
#include "sql/query_window.h"

#include "sql/query_expr.h"
#include "sql/query_node.h"
#include "sql/query_rows.h"

/* A call that waits for a window. */
struct kin_query_waiting {
	kin_expr                 *call;
	kin_token                 name;
	struct kin_query_waiting *next;
};

/* name as (…) */
struct kin_query_window {
	const char              *name;
	const kin_sql_window    *window;
	struct kin_query_window *next;
};

/* rows between … and …: the words of a frame, upper case, up to the closing parenthesis. */
static bool parse_frame(kin_query_parser *p, kin_sql_window *window)
{
	static const char *const words[] = {
		"rows", "range", "groups", "between", "and", "unbounded", "preceding", "following", "current", "row",
	};
	kin_text text;

	kin_text_init(&text);
	while (!kin_token_is_punct(&p->token, ")")) {
		size_t i = 0;
		while (i < sizeof(words) / sizeof(*words) && !kin_token_is(&p->token, words[i]))
			i++;
		if (i == sizeof(words) / sizeof(*words) && p->token.kind != KIN_TOKEN_INTEGER) {
			kin_query_parser_expected(p, "')' or a frame, as in rows between 1 preceding and current row", NULL);
			break;
		}
		kin_query_node_word(p, &text);
	}
	window->frame = kin_text_keep(&text, p->arena);
	return p->rc == KIN_OK && (window->frame || kin_query_parser_nomem(p));
}

/* ([partition by …] [order by …] [frame]) */
static kin_sql_window *parse_window(kin_query_parser *p)
{
	kin_sql_window *window = kin_arena_zalloc(p->arena, sizeof(*window));
	kin_query_list l = { 0 };

	if (!window)
		return kin_query_parser_nomem(p);
	if (!kin_query_parser_expect_punct(p, "("))
		return NULL;
	if (kin_query_parser_accept(p, "partition")) {
		if (!kin_query_parser_expect(p, "by"))
			return NULL;
		do {
			if (!kin_query_node_push(p, &l, kin_query_expr(p)))
				return NULL;
		} while (kin_query_parser_accept_punct(p, ","));
		window->partitions = l.items;
		window->partition_count = l.count;
	}
	if (kin_query_parser_accept(p, "order")) {
		kin_query_text order = { 0 };
		if (!kin_query_parser_expect(p, "by") || !kin_query_orders(p, &order))
			return NULL;
		window->orders = order.orders;
		window->order_count = order.order_count;
	}
	if (!kin_token_is_punct(&p->token, ")") && !parse_frame(p, window))
		return NULL;
	return kin_query_parser_expect_punct(p, ")") ? window : NULL;
}

/* ---- names ---- */

/* `over w`: over alone is a name. */
static bool at_over_name(const kin_query_parser *p)
{
	kin_token next = kin_query_parser_peek(p);

	return kin_token_is(&p->token, "over") && kin_token_is_name(&next) && !kin_token_is(&next, "from") && !kin_token_is(&next, "as");
}

static bool wait_for_window(kin_query_parser *p, kin_expr *call)
{
	struct kin_query_waiting *waiting = kin_arena_zalloc(p->arena, sizeof(*waiting));

	kin_query_parser_advance(p);
	if (!waiting)
		return kin_query_parser_nomem(p);
	*waiting = (struct kin_query_waiting){ .call = call, .name = p->token, .next = p->waiting };
	p->waiting = waiting;
	kin_query_parser_advance(p);
	return true;
}

bool kin_query_over(kin_query_parser *p, kin_expr *call)
{
	kin_token next = kin_query_parser_peek(p);

	if (at_over_name(p))
		return wait_for_window(p, call);
	if (!kin_token_is_punct(&next, "(") || !kin_query_parser_accept(p, "over"))
		return true;
	return (call->window = parse_window(p));
}

bool kin_query_windows(kin_query_parser *p, kin_query_text *q)
{
	(void)q;
	do {
		struct kin_query_window *w = kin_arena_zalloc(p->arena, sizeof(*w));
		if (!w)
			return kin_query_parser_nomem(p);
		if (!kin_token_is_name(&p->token))
			return kin_query_parser_expected(p, "the name of a window", NULL);
		if (!(w->name = kin_query_parser_take(p)) || !kin_query_parser_expect(p, "as") || !(w->window = parse_window(p)))
			return false;
		w->next = p->windows;
		p->windows = w;
	} while (kin_query_parser_accept_punct(p, ","));
	return true;
}

/* NULL when memory is out. Trees are resolved in place, so nobody shares one. */
static kin_sql_window *copy_window(kin_arena *arena, const kin_sql_window *from)
{
	kin_sql_window *copy = kin_arena_copy(arena, from, sizeof(*from));
	bool ok = copy;

	if (ok && from->partition_count > 0)
		ok = (copy->partitions = kin_arena_copy(arena, from->partitions, from->partition_count * sizeof(*from->partitions)));
	for (size_t i = 0; ok && i < from->partition_count; i++)
		ok = (copy->partitions[i] = kin_expr_copy(arena, from->partitions[i]));
	if (ok && from->order_count > 0)
		ok = (copy->orders = kin_arena_copy(arena, from->orders, from->order_count * sizeof(*from->orders)));
	for (size_t i = 0; ok && i < from->order_count; i++)
		ok = (copy->orders[i].expr = kin_expr_copy(arena, from->orders[i].expr));
	return ok ? copy : NULL;
}

static bool settle(kin_query_parser *p, const struct kin_query_waiting *waiting)
{
	const struct kin_query_window *w = p->windows;
	char *name = kin_token_text(p->arena, &waiting->name);

	if (!name)
		return kin_query_parser_nomem(p);
	while (w && strcmp(w->name, name) != 0)
		w = w->next;
	if (!w)
		return kin_query_parser_fail(p, &waiting->name, "there is no window '%s': say `window %s as (…)` behind where, group by and having", name, name);
	return (waiting->call->window = copy_window(p->arena, w->window)) || kin_query_parser_nomem(p);
}

bool kin_query_windows_end(kin_query_parser *p)
{
	for (const struct kin_query_waiting *waiting = p->waiting; waiting; waiting = waiting->next)
		if (!settle(p, waiting))
			return false;
	return true;
}
