/* bound.c - what was bound to a statement, for its log. */
#include "db/bound.h"

#include "base/vec.h"
#include "db/driver.h"
#include "value/domain.h"
#include "value/show.h"

enum { MOST = 30 }; /* that are shown */

typedef struct kin_bound {
	kin_vec(kin_value) values;
} bound;

static bool make_room(kin_statement *statement, size_t count)
{
	bound *b = statement->bound;

	if (count > MOST + 1)
		return false;
	if (!b && !(b = statement->bound = kin_mem_zalloc(sizeof(*b))))
		return false;
	while (b->values.count < count)
		if (!kin_vec_push(&b->values, kin_value_null(NULL)))
			return false;
	return true;
}

void kin_bound_value(kin_statement *statement, size_t index, const kin_value *value)
{
	if (make_room(statement, index + 1))
		statement->bound->values.items[index] = *value;
}

static kin_value value_of(const kin_cell *cell, const void *object)
{
	if ((cell->kind & ~KIN_KIND_NULLABLE) == KIN_KIND_CUSTOM) {
		kin_value value = kin_value_text(cell->domain->custom->name);
		value.kind = KIN_KIND_CUSTOM;
		return value;
	}
	return kin_domain_peek((const char *)object + cell->offset, cell->kind, cell->domain);
}

void kin_bound_cells(kin_statement *statement, const kin_cell *cells, size_t count, const void *object, size_t first)
{
	for (size_t i = 0; i < count; i++) {
		kin_value value = value_of(&cells[i], object);
		kin_bound_value(statement, cells[i].column + first, &value);
	}
}

void kin_bound_free(kin_statement *statement)
{
	if (!statement->bound)
		return;
	kin_vec_done(&statement->bound->values);
	kin_mem_free(statement->bound);
	statement->bound = NULL;
}

static void show(kin_text *out, const kin_value *value, bool first)
{
	if (!first)
		kin_text_add(out, ", ");
	if (value->kind == KIN_KIND_CUSTOM)
		kin_text_addf(out, "<%s>", (const char *)value->as.data);
	else
		kin_show_quoted(out, value);
}

void kin_bound_show(kin_text *out, const kin_statement *statement)
{
	const bound *b = statement->bound;
	size_t count = b ? b->values.count : 0;

	for (size_t i = 0; i < count && i < MOST; i++)
		show(out, &b->values.items[i], i == 0);
	if (count > MOST)
		kin_text_add(out, ", …");
}

void kin_bound_show_repeat(kin_text *out, const kin_repeat *repeat)
{
	for (size_t i = 0; i < repeat->cell_count; i++) {
		kin_value value = value_of(&repeat->cells[i], repeat->objects[0]);
		show(out, &value, i == 0);
	}
	for (size_t i = 0; i < repeat->key_count; i++) {
		kin_value value = value_of(&repeat->key_cells[i], repeat->keys[0]);
		show(out, &value, repeat->cell_count + i == 0);
	}
	if (repeat->count > 1)
		kin_text_addf(out, ", and %zu more", repeat->count - 1);
}
