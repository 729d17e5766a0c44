/* plan_variant.c - the text of a statement for the values that it is asked with.
 *
 * Almost always that is the one text that was made first. It differs where a value is NULL (`= ?` is IS NULL then), and with the number of
 * values in an array, which is rounded up so that few texts exist: the last value is repeated, which changes no IN.
 * Where an array can be one value, one text does for all lengths: on PostgreSQL always, for long ones on the others, as JSON.
 *
 * Texts are found without the lock: they are only ever added, in front or as the first, with a release. */
#include "orm/plan.h"

#include "value/kind.h"

/* As one JSON value. Its numbers are read as signed ones. */
static bool can_be_json(int kind)
{
	return kind != KIN_KIND_BYTES && kind != KIN_KIND_JSON && kind != KIN_KIND_UINT64 && kind != KIN_KIND_COUNT;
}

/* Values in one IN that are given as placeholders, where arrays are no values. MariaDB has JSON_TABLE since 10.6 only, and is not
 * faster with it. */
static uint32_t longest_list(const kin_dialect *dialect)
{
	enum { USUAL = 512 };
	uint32_t most = (uint32_t)dialect->max_params / 4;

	return dialect->id == KIN_MARIADB || most < USUAL ? most : USUAL;
}

static uint32_t round_up(uint32_t count)
{
	uint32_t rounded = 1;

	while (rounded < count)
		rounded *= 2;
	return count == 500 || count == 0 ? count : rounded; /* 500: a full batch of parents */
}

/* Of values that are given one by one the first tells. */
static int items_kind(const kin_slot *slot, const kin_value *array)
{
	int kind = array->item_kind;

	if (kind == KIN_KIND_COUNT && array->size > 0)
		kind = ((const kin_value *)array->as.data)->kind;
	if (kind == KIN_KIND_OBJECT && slot->member)
		kind = slot->member->kind;
	return kind & ~KIN_KIND_NULLABLE;
}

static uint32_t shape_of(const kin_slot *slot, const kin_value *value, const kin_dialect *dialect)
{
	if (value->kind == KIN_KIND_NULL && slot->null_text)
		return KIN_SHAPE_NULL;
	if (value->kind != KIN_KIND_ARRAY || !slot->many)
		return 1;
	if (slot->in_row)
		return round_up(value->size);
	if (dialect->id == KIN_POSTGRESQL)
		return KIN_COMPILE_ARRAY;
	if (value->size > longest_list(dialect) && can_be_json(items_kind(slot, value)))
		return KIN_COMPILE_ARRAY + (dialect->id == KIN_MARIADB ? (uint32_t)items_kind(slot, value) : 0);
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

static int compile(const kin_ask *ask, const uint32_t *shape, const kin_dialect *dialect, kin_compiled *ret, kin_error *error)
{
	kin_arena *arena = &ask->plan->arena;
	uint32_t *counts = kin_arena_alloc(arena, (ask->slot_count + 1) * sizeof(*counts));
	bool *nulls = kin_arena_alloc(arena, ask->slot_count + 1);
	kin_compile_options options = { .param_counts = counts, .param_nulls = nulls, .param_total = ask->slot_count };

	if (!counts || !nulls)
		return kin_error_nomem(error);
	for (size_t i = 0; i < ask->slot_count; i++) {
		nulls[i] = shape[i] == KIN_SHAPE_NULL;
		counts[i] = nulls[i] ? 1 : shape[i];
	}
	if (ask->update)
		return kin_compile_update(dialect, ask->update, &options, arena, ret, error);
	if (ask->remove)
		return kin_compile_delete(dialect, ask->remove, &options, arena, ret, error);
	return kin_compile_select(dialect, ask->select, &options, arena, ret, error);
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
		if (compiled->params[i] != i || ask->slots[i].many) /* also for a filter's */
			return false;
	return true;
}

static kin_variant *make(kin_ask *ask, const kin_dialect *dialect, const kin_value *values, kin_error *error)
{
	kin_arena *arena = &ask->plan->arena;
	kin_variant *v = kin_arena_zalloc(arena, sizeof(*v));
	uint32_t *shape = kin_arena_alloc(arena, (ask->slot_count + 1) * sizeof(*shape));
	kin_compiled compiled;
	bool usual = true;

	if (!v || !shape) {
		kin_error_nomem(error);
		return NULL;
	}
	for (size_t i = 0; i < ask->slot_count; i++) {
		shape[i] = shape_of(&ask->slots[i], &values[ask->slots[i].argument], dialect);
		usual = usual && shape[i] == 1;
	}
	if (compile(ask, shape, dialect, &compiled, error) < 0)
		return NULL;
	*v = (kin_variant){
		.sql = { .text = compiled.sql, .length = compiled.length, .id = ask->once ? 0 : kin_sql_id() },
		.params = compiled.params, .param_count = compiled.param_count,
		.straight = is_straight(&compiled, ask), .shape = usual ? NULL : shape,
	};
	v->each = v->walk = v->sql;
	if (is_for_each(ask)) {
		v->each.rows = v->walk.rows = (uint32_t)ask->select->output_count;
		v->each.id = ask->once ? 0 : kin_sql_id();
		v->walk.id = ask->once ? 0 : kin_sql_id();
		v->walk.walked = true;
	}
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
