/* plan_rank.c - the first so many of each list: `with pets (order by age desc limit 3)`.
 *
 *     selectin  SELECT pets.… FROM pets JOIN (SELECT pets.id AS kin_key_1, row_number() OVER (PARTITION BY pets.owner_id ORDER BY pets.age DESC,
 *               pets.id) AS kin_place FROM pets WHERE pets.owner_id IN (?)) AS anon_1 ON pets.id = anon_1.kin_key_1
 *               WHERE anon_1.kin_place <= 3 ORDER BY anon_1.kin_place
 *     joined    … LEFT OUTER JOIN (SELECT pets.…, row_number() OVER (…) AS kin_place FROM pets) AS pets_1
 *               ON owners.id = pets_1.owner_id AND pets_1.kin_place <= 3
 *
 * What sorts alike is numbered by the key, so that the same come each time. */
#include "orm/plan_rank.h"

#include "orm/defer.h"
#include "orm/inherit.h"

static const char place[] = "kin_place";

/* kin_key_1, kin_near_1: what the subquery's columns are called. */
static const char *numbered(kin_arena *arena, const char *what, size_t i)
{
	return kin_arena_printf(arena, "kin_%s_%zu", what, i + 1);
}

static int add_output(kin_arena *arena, kin_sql_select *select, const char *alias, const kin_attribute *attribute, const char *name)
{
	return name && kin_sql_add_output(arena, select, kin_resolve_column(arena, alias, attribute), name) ? KIN_OK : KIN_ENOMEM;
}

kin_sql_select *kin_plan_rank(kin_arena *arena, kin_resolver *aliases, const kin_want *want, const char **ret_holder)
{
	kin_sql_select *select = kin_plan_copy(arena, want->select);

	*ret_holder = select ? kin_plan_holder(arena, select, aliases, want->relation) : NULL;
	return *ret_holder ? select : NULL;
}

/* ---- the number ---- */

/* As the list is; then by the key. */
static bool sort(kin_arena *arena, const kin_want *want, kin_sql_select *sorted)
{
	const kin_mapping *mapping = want->mapping;
	bool ok = kin_plan_add_order(arena, sorted, want, mapping->table) == KIN_OK;

	for (size_t i = 0; ok && i < mapping->key_count; i++)
		ok = kin_sql_add_order(arena, sorted, kin_resolve_column(arena, mapping->table, mapping->keys[i]), false);
	return ok;
}

static kin_sql_window *window_of(kin_arena *arena, const kin_want *want, const char *holder)
{
	const kin_relation *r = want->relation;
	kin_sql_window *window = kin_arena_zalloc(arena, sizeof(*window));
	kin_sql_select sorted = { 0 };

	if (!window || !(window->partitions = kin_arena_alloc(arena, r->pair_count * sizeof(*window->partitions))) || !sort(arena, want, &sorted))
		return NULL;
	for (; window->partition_count < r->pair_count; window->partition_count++)
		if (!(window->partitions[window->partition_count] = kin_resolve_column(arena, holder, r->pairs[window->partition_count].remote)))
			return NULL;
	window->orders = sorted.orders;
	window->order_count = sorted.order_count;
	return window;
}

static int add_number(kin_arena *arena, kin_sql_select *rank, const kin_want *want, const char *holder)
{
	kin_expr *number = kin_expr_call(arena, "row_number", NULL, 0);

	if (!number || !(number->window = window_of(arena, want, holder)))
		return KIN_ENOMEM;
	return kin_sql_add_output(arena, rank, number, place) ? KIN_OK : KIN_ENOMEM;
}

/* alias.kin_place <= 3 */
static kin_expr *is_among(kin_arena *arena, const kin_want *want, const char *alias)
{
	return kin_expr_binary(arena, KIN_OP_LE, kin_expr_column(arena, alias, place), want->limit);
}

static int add_place_order(kin_arena *arena, kin_sql_select *select, const char *alias)
{
	return kin_sql_add_order(arena, select, kin_expr_column(arena, alias, place), false) ? KIN_OK : KIN_ENOMEM;
}

int kin_plan_order_list(kin_arena *arena, kin_sql_select *select, const kin_want *want, const char *alias)
{
	return want->limit ? add_place_order(arena, select, alias) : kin_plan_add_order(arena, select, want, alias);
}

static int join_select(kin_arena *arena, kin_sql_select *select, kin_join join, kin_sql_select *joined, const char *alias, kin_expr *on)
{
	kin_sql_source *source = on ? kin_sql_add_source(arena, select, join, NULL, alias, on) : NULL;

	if (!source)
		return KIN_ENOMEM;
	source->select = joined;
	return KIN_OK;
}

/* ---- of objects that are asked for by their parents' keys ---- */

/* A column of the subquery that is the same as one outside, where its table goes by another alias. */
static int match(kin_arena *arena, kin_sql_select *rank, const char *inside, const char *outside, const kin_attribute *attribute, const char *name,
                 kin_expr **on)
{
	kin_expr *same = name ? kin_expr_binary(arena, KIN_OP_EQ, kin_resolve_column(arena, outside, attribute),
	                                        kin_expr_column(arena, kin_resolve_anon, name)) : NULL;

	if (!same || add_output(arena, rank, inside, attribute, name) < 0)
		return KIN_ENOMEM;
	return (*on = kin_expr_and(arena, *on, same)) ? KIN_OK : KIN_ENOMEM;
}

int kin_plan_use_rank(kin_arena *arena, kin_sql_select *select, const char *holder, const kin_want *want, kin_sql_select *rank, const char *rank_holder)
{
	const kin_relation *r = want->relation;
	const char *table = want->mapping->table;
	kin_expr *on = NULL;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < want->mapping->key_count; i++)
		rc = match(arena, rank, table, table, want->mapping->keys[i], numbered(arena, "key", i), &on);
	for (size_t i = 0; rc == KIN_OK && r->link && i < r->pair_count; i++)
		rc = match(arena, rank, rank_holder, holder, r->pairs[i].remote, numbered(arena, "near", i), &on);
	if (rc == KIN_OK)
		rc = add_number(arena, rank, want, rank_holder);
	if (rc < 0 || (rc = join_select(arena, select, KIN_JOIN_INNER, rank, kin_resolve_anon, on)) < 0)
		return rc;
	kin_expr *among = is_among(arena, want, kin_resolve_anon);
	if (!among || !(select->where = kin_expr_and(arena, select->where, among)))
		return KIN_ENOMEM;
	return add_place_order(arena, select, kin_resolve_anon);
}

/* ---- of objects that come with their parents' rows ---- */

static int add_columns(kin_arena *arena, kin_sql_select *rank, const kin_want *want, const char *holder)
{
	const kin_mapping *mapping = want->mapping;
	const kin_relation *r = want->relation;
	const uint64_t *left_out = kin_want_left_out(want);
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < mapping->attribute_count; i++)
		if (!left_out || !kin_set_has(left_out, i))
			rc = kin_sql_add_output(arena, rank, kin_resolve_column(arena, mapping->table, &mapping->attributes[i]), NULL) ? KIN_OK : KIN_ENOMEM;
	for (size_t i = 0; rc == KIN_OK && r->link && i < r->pair_count; i++)
		rc = add_output(arena, rank, holder, r->pairs[i].remote, numbered(arena, "near", i));
	return rc == KIN_OK ? add_number(arena, rank, want, holder) : rc;
}

static kin_expr *parents_on(kin_arena *arena, const kin_want *want, const char *near, const char *far)
{
	const kin_relation *r = want->relation;
	kin_expr *on = is_among(arena, want, far);

	for (size_t i = 0; on && i < r->pair_count; i++) {
		const char *name = r->link ? numbered(arena, "near", i) : r->pairs[i].remote->column;
		kin_expr *same = name ? kin_expr_binary(arena, KIN_OP_EQ, kin_resolve_column(arena, near, r->pairs[i].local),
		                                        kin_expr_column(arena, far, name)) : NULL;
		on = same ? kin_expr_and(arena, same, on) : NULL;
	}
	return on;
}

int kin_plan_join_ranked(kin_resolver *aliases, kin_arena *arena, kin_sql_select *select, kin_join join, const kin_want *want, const char *near,
                         const char *far)
{
	const kin_relation *r = want->relation;
	const char *holder;
	kin_sql_select *rank = kin_plan_rank(arena, aliases, want, &holder);

	if (!rank)
		return KIN_ENOMEM;
	if (want->where && !(rank->where = kin_expr_and(arena, rank->where, want->where)))
		return KIN_ENOMEM;
	if (!r->link && r->where && !(rank->where = kin_resolve_where(arena, r, holder, rank->where)))
		return KIN_ENOMEM;
	if (add_columns(arena, rank, want, holder) < 0)
		return KIN_ENOMEM;
	return join_select(arena, select, join, rank, far, parents_on(arena, want, near, far));
}
