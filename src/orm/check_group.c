/* check_group.c - where a value of many rows can stand, and where one of a single row.
 *
 * Behind group by a row stands for many: each of its values is grouped by, or an aggregate, or follows from a key that is grouped by. So say the
 * standard and PostgreSQL; SQLite and MariaDB take the value of any row. A function that is none of kin's may be an aggregate. */
#include "orm/check.h"

#include "sql/function.h"

typedef struct walk {
	kin_check            *check;
	const kin_sql_select *select;
	const char           *place; /* where an aggregate cannot stand; NULL: it can */
	bool                  found; /* an aggregate */
	bool                  maybe; /* a function that may be one */
} walk;

static bool is_aggregate(const kin_expr *e)
{
	return e->kind == KIN_EXPR_CALL && !e->window && kin_function_is_aggregate(e->text);
}

/* Whether an alias is one of the select's own, not of one around it. */
static bool is_own(const kin_sql_select *select, const char *alias)
{
	for (size_t i = 0; i < select->source_count; i++) {
		const kin_sql_source *source = &select->sources[i];
		const char *called = source->alias ? source->alias : source->table;
		if (called && strcmp(called, alias) == 0)
			return true;
	}
	return false;
}

/* ---- aggregates and windows ---- */

/* Of columns of a query outside, it is that query's aggregate. */
static bool is_about_outside(const kin_sql_select *select, const kin_expr *e)
{
	if (e->kind == KIN_EXPR_COLUMN)
		return e->table && !is_own(select, e->table);
	for (size_t i = 0; e->items && i < e->count; i++)
		if (is_about_outside(select, e->items[i]))
			return true;
	return false;
}

static const char *instead(const char *place)
{
	return strcmp(place, "where") == 0 ? "; a condition on groups stands in having" : "";
}

static void check_call(walk *w, const kin_expr *e)
{
	const char *shown;

	if (e->window && w->place && (shown = kin_check_show(w->check, e)))
		kin_check_note(w->check, "%s over (…) cannot stand in %s: windows are made of the rows that are left then; select it in a query inside", shown,
		               w->place);
	if (!e->window && kin_function_is_window(e->text))
		kin_check_note(w->check, "%s() is about a row among others: say which by over (…), as in %s(…) over (order by …)", e->text, e->text);
	w->maybe = w->maybe || (!e->window && !kin_function_named(e->text));
	if (!is_aggregate(e) || is_about_outside(w->select, e))
		return;
	if (w->place && (shown = kin_check_show(w->check, e)))
		kin_check_note(w->check, "%s is of many rows, and cannot stand in %s, which is about one%s", shown, w->place, instead(w->place));
	w->found = true;
}

static void look_for_calls(walk *w, const kin_expr *e)
{
	const char *outside = w->place;

	if (!e)
		return;
	if (e->kind == KIN_EXPR_CALL)
		check_call(w, e);
	if (is_aggregate(e) && !w->place)
		w->place = "an aggregate";
	for (size_t i = 0; e->items && i < e->count; i++)
		look_for_calls(w, e->items[i]);
	for (size_t i = 0; e->window && i < e->window->partition_count; i++)
		look_for_calls(w, e->window->partitions[i]);
	for (size_t i = 0; e->window && i < e->window->order_count; i++)
		look_for_calls(w, e->window->orders[i].expr);
	w->place = outside;
}

/* ---- values of a group ---- */

static bool is_same(const kin_expr *a, const kin_expr *b);

static bool are_same(const kin_expr *a, const kin_expr *b)
{
	if (a->count != b->count || !a->items != !b->items)
		return false;
	for (size_t i = 0; a->items && i < a->count; i++)
		if (!is_same(a->items[i], b->items[i]))
			return false;
	return true;
}

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_same(const kin_expr *a, const kin_expr *b)
{
	return a->kind == b->kind && a->op == b->op && a->negated == b->negated && a->distinct == b->distinct && a->fold == b->fold &&
	       a->null_safe == b->null_safe && a->index == b->index && a->integer == b->integer && a->window == b->window &&
	       a->select == b->select && is_same_text(a->text, b->text) && is_same_text(a->table, b->table) && are_same(a, b);
}

/* What a name that `as` gave stands for, or the number of a value. */
static const kin_expr *meant_by(const kin_sql_select *select, const kin_expr *e)
{
	if (e->kind == KIN_EXPR_INTEGER && e->integer > 0 && (uint64_t)e->integer <= select->output_count)
		return select->outputs[e->integer - 1].expr;
	for (size_t i = 0; e->kind == KIN_EXPR_COLUMN && !e->table && i < select->output_count; i++)
		if (select->outputs[i].alias && strcmp(select->outputs[i].alias, e->text) == 0)
			return select->outputs[i].expr;
	return e;
}

static bool is_grouped_by(const kin_sql_select *select, const kin_expr *e)
{
	for (size_t i = 0; i < select->group_count; i++)
		if (is_same(meant_by(select, select->groups[i]), e))
			return true;
	return false;
}

static bool has_key(const kin_sql_select *select, const char *table, const char *column)
{
	for (size_t i = 0; i < select->group_count; i++) {
		const kin_expr *g = meant_by(select, select->groups[i]);
		if (g->kind == KIN_EXPR_COLUMN && is_same_text(g->table, table) && strcmp(g->text, column) == 0)
			return true;
	}
	return false;
}

/* By the primary key of its table. */
static bool follows(const kin_sql_select *select, const kin_expr *column)
{
	const kin_attribute *a = column->origin;

	if (!a)
		return select->group_count > 0; /* a part of an object's key: what its model is is not known here */
	for (size_t i = 0; i < a->mapping->key_count; i++)
		if (!has_key(select, column->table, a->mapping->keys[i]->column))
			return false;
	return a->mapping->key_count > 0;
}

static void not_grouped(walk *w, const kin_expr *column)
{
	const char *shown = kin_check_show(w->check, column);

	if (!shown)
		return;
	if (w->select->group_count > 0)
		kin_check_note(w->check, "%s is not grouped by, and a group may have many of it: add it to group by, or say which, as in max(…)", shown);
	else
		kin_check_note(w->check, "%s stands beside an aggregate of all rows, which may have many of it: group by it, or say which, as in max(…)",
		               shown);
}

static void look_for_single(walk *w, const kin_expr *e)
{
	bool other = e->kind == KIN_EXPR_CALL && !e->window && !kin_function_named(e->text);

	if (is_aggregate(e) || other || is_grouped_by(w->select, e))
		return;
	if (e->kind == KIN_EXPR_COLUMN && e->table && is_own(w->select, e->table) && !follows(w->select, e))
		not_grouped(w, e);
	for (size_t i = 0; e->items && i < e->count; i++)
		look_for_single(w, e->items[i]);
	for (size_t i = 0; e->window && i < e->window->partition_count; i++)
		look_for_single(w, e->window->partitions[i]);
	for (size_t i = 0; e->window && i < e->window->order_count; i++)
		look_for_single(w, e->window->orders[i].expr);
}

static void check_groups(walk *w)
{
	const kin_sql_select *s = w->select;

	for (size_t i = 0; i < s->output_count; i++)
		look_for_single(w, s->outputs[i].expr);
	if (s->having)
		look_for_single(w, s->having);
	for (size_t i = 0; !s->next && i < s->order_count; i++)
		look_for_single(w, s->orders[i].expr);
}

/* ---- distinct ---- */

static bool is_selected(const kin_sql_select *select, const kin_expr *e)
{
	for (size_t i = 0; i < select->output_count; i++)
		if (is_same(select->outputs[i].expr, meant_by(select, e)))
			return true;
	return false;
}

static void check_distinct(kin_check *check, const kin_sql_select *s)
{
	for (size_t i = 0; !s->next && i < s->order_count; i++) {
		const char *shown = is_selected(s, s->orders[i].expr) ? NULL : kin_check_show(check, s->orders[i].expr);
		if (shown)
			kin_check_note(check, "order by %s: select distinct has no such value, and the rows that it makes one of may have several; select it, too", shown);
	}
}

/* ---- a select ---- */

static void look_in(walk *w, const char *place, const kin_expr *e)
{
	w->place = place;
	look_for_calls(w, e);
	w->place = NULL;
}

void kin_check_group(kin_check *check, const kin_sql_select *select)
{
	walk w = { .check = check, .select = select };

	for (size_t i = 0; i < select->source_count; i++)
		look_in(&w, "on", select->sources[i].on);
	look_in(&w, "where", select->where);
	for (size_t i = 0; i < select->group_count; i++)
		look_in(&w, "group by", meant_by(select, select->groups[i]));
	w.found = w.maybe = false;
	for (size_t i = 0; i < select->output_count; i++)
		look_in(&w, NULL, select->outputs[i].expr);
	for (size_t i = 0; i < select->order_count; i++)
		look_in(&w, NULL, select->orders[i].expr);
	look_in(&w, NULL, select->having);
	if (select->having && select->group_count == 0 && !w.found && !w.maybe)
		kin_check_note(check, "having without group by and without an aggregate: a condition on rows stands in where");
	else if (w.found || select->group_count > 0)
		check_groups(&w);
	if (select->distinct)
		check_distinct(check, select);
}
