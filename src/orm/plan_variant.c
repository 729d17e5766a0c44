/* plan_variant.c - the text of a statement for the values that it is asked with.
 *
 * Almost always that is the one text that was made first. It differs where a value is NULL (`= ?` is IS NULL then), and with the number of
 * values in an array, which is rounded up so that few texts exist: the last value is repeated, which changes no IN.
 * A long array goes to SQLite as one JSON value, for which one text does.
 *
 * Texts are found without the lock: they are only ever added, in front or as the first, with a release. */
#include "orm/plan.h"

#include "value/kind.h"

enum { LONGEST_LIST = 512 }; /* values in one IN that SQLite is given as placeholders */

static bool can_be_json(int item_kind)
{
	int kind = item_kind & ~KIN_KIND_NULLABLE;

	return kind != KIN_KIND_BYTES && kind != KIN_KIND_JSON && kind != KIN_KIND_UINT64 && kind != KIN_KIND_COUNT;
}

static uint32_t round_up(uint32_t count)
{
	uint32_t rounded = 1;

	while (rounded < count)
		rounded *= 2;
	return count == 500 || count == 0 ? count : rounded; /* 500: a full batch of parents */
}

static uint32_t shape_of(const kin_slot *slot, const kin_value *value, const kin_dialect *dialect)
{
	if (value->kind == KIN_KIND_NULL && slot->null_text)
		return KIN_SHAPE_NULL;
	if (value->kind != KIN_KIND_ARRAY || !slot->many)
		return 1;
	if (value->size > LONGEST_LIST && dialect->id == KIN_SQLITE && can_be_json(value->item_kind))
		return KIN_SHAPE_JSON;
	return round_up(value->size);
}

static bool is_usual(const kin_ask *ask, const kin_value *values, const kin_dialect *dialect)
{
	for (size_t i = 0; i < ask->slot_count; i++)
		if (shape_of(&ask->slots[i], &values[ask->slots[i].argument], dialect) != 1)
			return false;
	return true;
}

static bool fits(const kin_ask *ask, const kin_variant *variant, const kin_value *values, const kin_dialect *dialect)
{
	for (size_t i = 0; i < ask->slot_count; i++) {
		uint32_t shape = shape_of(&ask->slots[i], &values[ask->slots[i].argument], dialect);
		if (shape != (variant->shape ? variant->shape[i] : 1))
			return false;
	}
	return true;
}

static const kin_variant *find(const kin_ask *ask, const kin_dialect *dialect, const kin_value *values)
{
	const kin_variant *v = __atomic_load_n(&ask->variants[dialect->id], __ATOMIC_ACQUIRE);

	if (ask->simple || !v)
		return v;
	if (is_usual(ask, values, dialect))
		return v->shape ? NULL : v; /* the usual one comes first, once it is there */
	for (; v; v = __atomic_load_n(&v->next, __ATOMIC_ACQUIRE))
		if (fits(ask, v, values, dialect))
			return v;
	return NULL;
}

/* ---- making one ---- */

/* `x in (?)` that becomes `x IN (SELECT value FROM json_each WHERE json = ?)` for one text. */
typedef struct exchange {
	kin_expr       **place;
	kin_expr        *former;
} exchange;

typedef struct making {
	kin_ask          *ask;
	kin_arena        *arena;
	const uint32_t   *shape;
	kin_vec(exchange) exchanges;
} making;

/* json_each takes its argument as a hidden column too, which needs no syntax of its own. */
static kin_expr *in_json(kin_arena *arena, const kin_expr *in)
{
	kin_sql_select *select = kin_sql_select_new(arena);
	kin_expr *made = kin_expr_in(arena, in->items[0], NULL, 0);

	if (!made || !kin_sql_add_output(arena, select, kin_expr_column(arena, "json_each", "value"), NULL) ||
	    !kin_sql_add_source(arena, select, KIN_JOIN_FROM, "json_each", NULL, NULL) ||
	    !(select->where = kin_expr_binary(arena, KIN_OP_EQ, kin_expr_column(arena, "json_each", "json"),
	                                      kin_expr_param(arena, in->items[1]->index))))
		return NULL;
	made->negated = in->negated;
	made->select = select;
	return made;
}

static int exchange_in(void *context, kin_expr **expr)
{
	making *m = context;
	kin_expr *e = *expr;

	if (e->kind != KIN_EXPR_IN || e->count != 2 || e->items[1]->kind != KIN_EXPR_PARAM ||
	    e->items[1]->index >= m->ask->slot_count || m->shape[e->items[1]->index] != KIN_SHAPE_JSON)
		return 0;
	kin_expr *made = in_json(m->arena, e);
	if (!made || !kin_vec_push(&m->exchanges, ((exchange){ expr, e })))
		return KIN_ENOMEM;
	*expr = made;
	return 0;
}

static int exchange_all(making *m)
{
	kin_ask *ask = m->ask;
	int rc = 0;

	if (ask->select)
		return kin_sql_select_walk(ask->select, exchange_in, m);
	if (ask->update && ask->update->where)
		rc = kin_expr_walk(&ask->update->where, exchange_in, m);
	if (rc == 0 && ask->remove && ask->remove->where)
		rc = kin_expr_walk(&ask->remove->where, exchange_in, m);
	return rc;
}

static int compile(making *m, const kin_dialect *dialect, kin_compiled *ret, kin_error *error)
{
	const kin_ask *ask = m->ask;
	uint32_t *counts = kin_arena_alloc(m->arena, (ask->slot_count + 1) * sizeof(*counts));
	bool *nulls = kin_arena_alloc(m->arena, ask->slot_count + 1);
	kin_compile_options options = { .param_counts = counts, .param_nulls = nulls, .param_total = ask->slot_count };

	if (!counts || !nulls)
		return kin_error_nomem(error);
	for (size_t i = 0; i < ask->slot_count; i++) {
		nulls[i] = m->shape[i] == KIN_SHAPE_NULL;
		counts[i] = m->shape[i] >= KIN_SHAPE_JSON ? 1 : m->shape[i];
	}
	if (ask->update)
		return kin_compile_update(dialect, ask->update, &options, m->arena, ret, error);
	if (ask->remove)
		return kin_compile_delete(dialect, ask->remove, &options, m->arena, ret, error);
	return kin_compile_select(dialect, ask->select, &options, m->arena, ret, error);
}

/* An order would be lost, and with a limit there are few. */
static bool is_for_each(const kin_ask *ask)
{
	const kin_sql_select *select = ask->select;

	return select && select->order_count == 0 && !select->limit && !select->offset && !select->lock;
}

static bool is_straight(const kin_compiled *compiled, const kin_ask *ask)
{
	for (size_t i = 0; i < compiled->param_count; i++)
		if (compiled->params[i] != i || ask->slots[i].many)
			return false;
	return true;
}

static kin_variant *make(kin_ask *ask, const kin_dialect *dialect, const kin_value *values, kin_error *error)
{
	kin_arena *arena = &ask->plan->arena;
	kin_variant *v = kin_arena_zalloc(arena, sizeof(*v));
	uint32_t *shape = kin_arena_alloc(arena, (ask->slot_count + 1) * sizeof(*shape));
	making m = { .ask = ask, .arena = arena, .shape = shape };
	kin_compiled compiled;
	bool usual = true;
	int rc;

	if (!v || !shape) {
		kin_error_nomem(error);
		return NULL;
	}
	for (size_t i = 0; i < ask->slot_count; i++) {
		shape[i] = shape_of(&ask->slots[i], &values[ask->slots[i].argument], dialect);
		usual = usual && shape[i] == 1;
	}
	rc = exchange_all(&m);
	rc = rc < 0 ? kin_error_nomem(error) : compile(&m, dialect, &compiled, error);
	while (m.exchanges.count > 0) {
		exchange *last = &m.exchanges.items[--m.exchanges.count];
		*last->place = last->former;
	}
	kin_vec_done(&m.exchanges);
	if (rc < 0)
		return NULL;
	*v = (kin_variant){
		.sql = { .text = compiled.sql, .length = compiled.length, .id = ask->once ? 0 : kin_sql_id() },
		.params = compiled.params, .param_count = compiled.param_count,
		.straight = is_straight(&compiled, ask), .shape = usual ? NULL : shape,
	};
	if (is_for_each(ask))
		v->each = (kin_sql){ .text = compiled.sql, .length = compiled.length, .id = ask->once ? 0 : kin_sql_id(),
		                     .rows = (uint32_t)ask->select->output_count };
	return v;
}

/* The usual text goes in front, others behind the first. */
static void publish(kin_ask *ask, const kin_dialect *dialect, kin_variant *v)
{
	kin_variant **head = &ask->variants[dialect->id];

	if (!v->shape || !*head) {
		v->next = *head;
	} else {
		head = &(*head)->next;
		v->next = *head;
	}
	__atomic_store_n(head, v, __ATOMIC_RELEASE);
}

static __attribute__((noinline)) const kin_variant *find_or_make(kin_ask *ask, const kin_dialect *dialect,
                                                                 const kin_value *values, kin_error *error)
{
	pthread_mutex_lock(&ask->plan->lock);
	const kin_variant *found = find(ask, dialect, values);
	if (!found) {
		kin_variant *made = make(ask, dialect, values, error);
		if (made)
			publish(ask, dialect, made);
		found = made;
	}
	pthread_mutex_unlock(&ask->plan->lock);
	return found;
}

const kin_variant *kin_plan_variant(kin_ask *ask, const kin_dialect *dialect, const kin_value *values, kin_error *error)
{
	const kin_variant *found = find(ask, dialect, values);

	return __builtin_expect(found != NULL, 1) ? found : find_or_make(ask, dialect, values, error);
}
