/* hint_index.c - which index a condition could use: first what is equal to something, then one range, or the order.
 *
 * Of what is ANDed only comparisons of a column as it is count. A flag divides its rows into two halves, which are as well read whole; a pattern is
 * looked up in an index by some databases only. Rows that are sorted are worth an index where few of them are wanted. */
#include "orm/hint_index.h"

#include "base/text.h"
#include "base/vec.h"
#include "orm/inherit.h"

typedef struct part {
	const kin_attribute *attribute;
	bool                 descending;
} part;

typedef kin_vec(part) parts;

typedef struct choice {
	const kin_registry *registry;
	kin_sql_select     *select;
	kin_sql_source     *source;
	const char         *called; /* what columns say of the table */
	kin_check           check;
	kin_text            condition;
	parts               equal;  /* to a value; and behind them */
	parts               joined; /* to another table's columns, which are values only where that is read first */
	part                range; /* .attribute NULL: none */
	parts               order;
	bool                failed;
} choice;

/* ---- which table it is ---- */

/* A database leaves the schema out. */
static bool is_called(const kin_sql_source *source, const char *table)
{
	const char *called = source->alias ? source->alias : source->table, *dot = called ? strrchr(called, '.') : NULL;

	return source->table && (strcmp(called, table) == 0 || (dot && strcmp(dot + 1, table) == 0));
}

typedef struct search {
	const char     *table;
	kin_sql_select *select; /* NULL: not found yet */
	kin_sql_source *source;
} search;

static bool find_in(search *s, kin_sql_select *select);

static int find_inside(void *context, kin_expr **expr)
{
	return (*expr)->select && find_in(context, (*expr)->select);
}

static bool find_in(search *s, kin_sql_select *select)
{
	for (; select && !s->select; select = select->next) {
		for (size_t i = 0; i < select->source_count && !s->select; i++) {
			if (is_called(&select->sources[i], s->table)) {
				s->select = select;
				s->source = &select->sources[i];
			} else if (select->sources[i].select) {
				find_in(s, select->sources[i].select);
			}
		}
		for (size_t i = 0; i < select->cte_count && !s->select; i++)
			find_in(s, select->ctes[i].select);
		if (!s->select)
			kin_sql_select_walk(select, find_inside, s);
	}
	return s->select;
}

/* The model whose table it is and that has the column. */
static const kin_attribute *find_attribute(const choice *c, const kin_expr *column)
{
	if (column->origin)
		return column->origin;
	for (size_t i = 0; i < kin_registry_count(c->registry); i++) {
		const kin_mapping *m = kin_registry_mapping(c->registry, i);
		const char *table = m->lineage ? m->lineage->tables[m->level] : m->table;
		const kin_attribute *a = strcmp(table, c->source->table) == 0 ? kin_map_find(&m->by_column, column->text) : NULL;
		if (a)
			return a;
	}
	return NULL;
}

/* ---- what its columns are compared with ---- */

/* The attribute, where it is a column of the table as it stands; NULL. */
static const kin_attribute *attribute_of(const choice *c, const kin_expr *e)
{
	if (e->kind != KIN_EXPR_COLUMN || !e->table || strcmp(e->table, c->called) != 0)
		return NULL;
	return find_attribute(c, e);
}

static bool is_about(const choice *c, const kin_expr *e)
{
	if (e->kind == KIN_EXPR_COLUMN)
		return e->table && strcmp(e->table, c->called) == 0;
	for (size_t i = 0; e->items && i < e->count; i++)
		if (is_about(c, e->items[i]))
			return true;
	return false;
}

/* A key has its index, and nothing is found by more than it. */
static bool can_be_indexed(const kin_attribute *a)
{
	int kind = a ? a->kind & ~KIN_KIND_NULLABLE : KIN_KIND_NULL;

	return a && kind != KIN_KIND_BOOL && kind != KIN_KIND_JSON && kind != KIN_KIND_BYTES && !(a->primary_key && a->mapping->key_count == 1);
}

static void tell(choice *c, const kin_expr *e)
{
	const char *shown = kin_check_show(&c->check, e);

	if (shown)
		kin_text_addf(&c->condition, "%s%s", c->condition.length > 0 ? " and " : "", shown);
}

static bool has(const parts *list, const kin_attribute *a)
{
	for (size_t i = 0; i < list->count; i++)
		if (kin_attribute_is(list->items[i].attribute, a))
			return true;
	return false;
}

static bool is_equal(const choice *c, const kin_attribute *a)
{
	return has(&c->equal, a) || has(&c->joined, a);
}

static void add_equal(choice *c, parts *list, const kin_attribute *a, const kin_expr *e)
{
	part one = { .attribute = a };

	if (is_equal(c, a))
		return;
	c->failed = c->failed || !kin_vec_push(list, one);
	tell(c, e);
}

static void add_range(choice *c, const kin_attribute *a, const kin_expr *e)
{
	if (c->range.attribute && !kin_attribute_is(c->range.attribute, a))
		return;
	c->range.attribute = a;
	tell(c, e);
}

static void take_binary(choice *c, const kin_expr *e)
{
	for (size_t side = 0; side < 2; side++) {
		const kin_attribute *a = attribute_of(c, e->items[side]);
		if (!can_be_indexed(a) || is_about(c, e->items[!side]))
			continue;
		if (e->op == KIN_OP_EQ)
			add_equal(c, e->items[!side]->kind == KIN_EXPR_COLUMN ? &c->joined : &c->equal, a, e);
		else if (e->op >= KIN_OP_LT && e->op <= KIN_OP_GE)
			add_range(c, a, e);
		return;
	}
}

static void take(choice *c, const kin_expr *e)
{
	const kin_attribute *a;

	if (!e)
		return;
	if (e->kind == KIN_EXPR_BINARY && e->op == KIN_OP_AND) {
		take(c, e->items[0]);
		take(c, e->items[1]);
	} else if (e->kind == KIN_EXPR_BINARY) {
		take_binary(c, e);
	} else if (e->items && e->count > 0 && !e->negated && can_be_indexed(a = attribute_of(c, e->items[0]))) {
		if (e->kind == KIN_EXPR_IN || e->kind == KIN_EXPR_IS_NULL)
			add_equal(c, &c->equal, a, e);
		else if (e->kind == KIN_EXPR_BETWEEN)
			add_range(c, a, e);
	}
}

static void take_conditions(choice *c)
{
	take(c, c->select->where);
	for (size_t i = 0; i < c->select->source_count; i++)
		take(c, c->select->sources[i].on);
}

/* All of the order is the table's, or it is none for an index. */
static void take_order(choice *c)
{
	const kin_sql_select *s = c->select;

	for (size_t i = 0; i < s->order_count; i++) {
		part one = { .attribute = attribute_of(c, s->orders[i].expr), .descending = s->orders[i].descending };
		if (!can_be_indexed(one.attribute) || is_equal(c, one.attribute)) {
			c->order.count = 0;
			return;
		}
		c->failed = c->failed || !kin_vec_push(&c->order, one);
	}
}

static void tell_order(choice *c)
{
	kin_text_add(&c->condition, c->condition.length > 0 ? " order by " : "order by ");
	for (size_t i = 0; i < c->order.count; i++)
		kin_text_addf(&c->condition, "%s%s.%s%s", i > 0 ? ", " : "", c->order.items[i].attribute->mapping->name, c->order.items[i].attribute->name,
		              c->order.items[i].descending ? " desc" : "");
}

/* ---- the index ---- */

/* The parts it has, in order. NULL behind the last. */
static const part *part_at(const choice *c, size_t i, bool ordered)
{
	if (i < c->equal.count)
		return &c->equal.items[i];
	i -= c->equal.count;
	if (i < c->joined.count)
		return &c->joined.items[i];
	i -= c->joined.count;
	if (!ordered)
		return i == 0 && c->range.attribute ? &c->range : NULL;
	return i < c->order.count ? &c->order.items[i] : NULL;
}

/* The i-th attribute of an index or unique key; NULL: it has none there. */
static const kin_attribute *extra_at(const kin_extra *extra, size_t i)
{
	if (extra->kind == KIN_EXTRA_UNIQUE)
		return i < extra->attribute_count ? extra->attributes[i] : NULL;
	return extra->kind == KIN_EXTRA_INDEX && !extra->where && i < extra->part_count ? extra->parts[i].attribute : NULL;
}

static bool begins_with(const choice *c, const kin_extra *extra, bool ordered)
{
	for (size_t i = 0; part_at(c, i, ordered); i++) {
		const kin_attribute *a = extra_at(extra, i);
		if (!a || !kin_attribute_is(a, part_at(c, i, ordered)->attribute))
			return false;
	}
	return true;
}

/* Whether the model has one that begins so: then the database knows why it does not use it, or does not have it yet. */
static bool is_there(const choice *c, const kin_mapping *mapping, bool ordered)
{
	const kin_attribute *first = part_at(c, 0, ordered)->attribute;

	if (!part_at(c, 1, ordered) && (first->unique || first->indexed || mapping->keys[0] == first))
		return true;
	for (const kin_extra *x = mapping->extras; x; x = x->next)
		if (begins_with(c, x, ordered))
			return true;
	return false;
}

/* An index is read backwards as well: what matters is that the order goes up here and down there. */
static bool goes_both_ways(const choice *c)
{
	for (size_t i = 1; i < c->order.count; i++)
		if (c->order.items[i].descending != c->order.items[0].descending)
			return true;
	return false;
}

static void write_index(const choice *c, kin_text *out, bool ordered)
{
	bool several = part_at(c, 1, ordered), both = ordered && goes_both_ways(c);

	kin_text_add(out, several ? "kin_index((" : "kin_index(");
	for (size_t i = 0; part_at(c, i, ordered); i++) {
		const part *p = part_at(c, i, ordered);
		kin_text_addf(out, "%s%s%s", i > 0 ? ", " : "", p->attribute->name, both && p->descending ? " desc" : "");
	}
	kin_text_add(out, several ? "))" : ")");
}

/* The columns that a model has from another stand in that one's KIN_MODEL. */
static const kin_mapping *holder_of(const kin_attribute *a)
{
	const kin_mapping *m = a->mapping;

	while (m->parent && a->index < m->inherited)
		m = m->parent;
	return m;
}

static void choose(choice *c, bool sorts, kin_arena *arena, kin_hint_index *ret)
{
	bool ordered = false;
	kin_text text;

	take_conditions(c);
	take_order(c);
	ordered = sorts && c->select->limit && !c->range.attribute && c->order.count > 0;
	if (!part_at(c, 0, ordered))
		return;
	const kin_mapping *mapping = holder_of(part_at(c, 0, ordered)->attribute);
	if (is_there(c, mapping, ordered))
		return;
	if (ordered)
		tell_order(c);
	kin_text_init(&text);
	write_index(c, &text, ordered);
	if (kin_text_ok(&text) && kin_text_ok(&c->condition)) {
		ret->text = kin_arena_strdup(arena, text.data);
		ret->condition = kin_arena_strdup(arena, c->condition.data);
	}
	kin_text_done(&text);
	c->failed = c->failed || !ret->text || !ret->condition;
	ret->table = c->source->table;
	ret->mapping = mapping;
}

int kin_hint_index_of(const kin_registry *registry, kin_sql_select *select, const char *table, bool sorts, kin_arena *arena, kin_hint_index *ret)
{
	search s = { .table = table };
	choice c = { .registry = registry, .check = { .arena = arena } };

	*ret = (kin_hint_index){ .mapping = NULL };
	if (!find_in(&s, select))
		return KIN_OK;
	c.select = s.select;
	c.source = s.source;
	c.called = s.source->alias ? s.source->alias : s.source->table;
	kin_text_init(&c.condition);
	choose(&c, sorts, arena, ret);
	kin_text_done(&c.condition);
	kin_vec_done(&c.equal);
	kin_vec_done(&c.joined);
	kin_vec_done(&c.order);
	return c.failed || c.check.failed ? KIN_ENOMEM : KIN_OK;
}
