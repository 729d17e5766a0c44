/* read.c - rows of dqlite as members of structs and as values. */
#include "db/cell.h"
#include "db/dqlite/driver.h"

/* The value as the node has it. */
static kin_value natural(const kin_dqlite_datum *from)
{
	switch (from->type) {
	case KIN_WIRE_INTEGER:
		return kin_value_int64(from->integer);
	case KIN_WIRE_REAL:
		return kin_value_double(from->real);
	case KIN_WIRE_TEXT:
		return kin_value_text_n(from->data, from->size);
	case KIN_WIRE_BYTES:
		return kin_value_bytes((kin_bytes){ from->data, from->size });
	default:
		return kin_value_null(NULL);
	}
}

/* The sentence of an error in a cell, with the column's name in front. */
static int in_column(const kin_dqlite_statement *s, size_t column, int code, kin_error *error)
{
	return kin_cell_fail(code, s->columns[column], s->base.text, error);
}

int kin_dqlite_value(kin_statement *statement, size_t column, int kind, kin_value *ret_value, kin_error *error)
{
	kin_dqlite_statement *s = kin_dqlite_statement_of(statement);
	kin_value value = natural(&s->row[column]);
	kin_arena *arena = (kind & ~KIN_KIND_NULLABLE) == KIN_KIND_JSON ? &s->texts : NULL; /* a number is a document too, and is printed */
	int rc = kin_cell_convert(&value, kind, arena, error);

	if (rc < 0)
		return in_column(s, column, rc, error);
	*ret_value = value;
	return KIN_OK;
}

int64_t kin_dqlite_integer(kin_statement *statement, size_t column, bool *ret_null)
{
	const kin_dqlite_datum *from = &kin_dqlite_statement_of(statement)->row[column];
	int64_t n = 0;

	*ret_null = from->type == KIN_WIRE_NULL;
	if (from->type == KIN_WIRE_INTEGER)
		return from->integer;
	kin_value value = natural(from);
	return kin_member_set(&n, KIN_KIND_INT64, &value, NULL, NULL) == KIN_OK ? n : 0;
}

static __attribute__((noinline, cold)) int read_odd(kin_dqlite_statement *s, const kin_cell *cell, const kin_dqlite_datum *from,
                                                    void *member, kin_arena *arena, kin_error *error)
{
	kin_value value = natural(from);
	int rc = kin_cell_set(cell, member, &value, arena, error);

	return rc < 0 ? in_column(s, cell->column, rc, error) : KIN_OK;
}

/* Cells whose value is of their own kind go straight into their members; one that breaks is left to read_odd(). */
int kin_dqlite_read(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                    kin_arena *arena, kin_error *error)
{
	kin_dqlite_statement *s = kin_dqlite_statement_of(statement);

	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++) {
		const kin_dqlite_datum *from = &s->row[cell->column];
		void *member = (char *)object + cell->offset;
		const char *copy;
		int rc;

		switch (cell->kind << 4 | from->type) {
		case KIN_KIND_INT64 << 4 | KIN_WIRE_INTEGER:
			KIN_STORE(int64_t, member, from->integer);
			continue;
		case KIN_KIND_INT32 << 4 | KIN_WIRE_INTEGER:
			if (from->integer != (int32_t)from->integer)
				break;
			KIN_STORE(int32_t, member, (int32_t)from->integer);
			continue;
		case KIN_KIND_DOUBLE << 4 | KIN_WIRE_REAL:
			KIN_STORE(double, member, from->real);
			continue;
		case KIN_KIND_TEXT << 4 | KIN_WIRE_TEXT:
			if (!(copy = kin_arena_copy(arena, from->data, from->size + 1)))
				return kin_error_nomem(error);
			KIN_STORE(const char *, member, copy);
			continue;
		default:
			break;
		}
		if ((rc = read_odd(s, cell, from, member, arena, error)) < 0)
			return rc;
	}
	return KIN_OK;
}

/* Texts and bytes with their NUL; numbers that are read as text are short. */
size_t kin_dqlite_read_size(kin_statement *statement, const kin_cell *cells, size_t count)
{
	enum { NUMBER = 64 };
	const kin_dqlite_statement *s = kin_dqlite_statement_of(statement);
	size_t total = 0;

	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++) {
		const kin_dqlite_datum *from = &s->row[cell->column];
		bool sized = from->type == KIN_WIRE_TEXT || from->type == KIN_WIRE_BYTES;
		if (cell->kind >= KIN_KIND_TEXT || sized)
			total += KIN_ARENA_ROUND((sized ? from->size : NUMBER) + 1);
	}
	return total;
}
