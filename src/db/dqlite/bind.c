/* bind.c - values on their way to a node: kept until the run, then written into its request. */
#include <assert.h>

#include "db/dqlite/driver.h"
#include "db/sqlite/stored.h"
#include "value/domain.h"

_Static_assert(sizeof(((kin_dqlite_parameter *)NULL)->scratch) >= KIN_SQLITE_SCRATCH, "a value's text has room");

static int refuse(const kin_statement *statement, size_t index, int code, const char *why, kin_error *error)
{
	code = kin_error_set(error, code, "the value for placeholder %zu %s", index + 1, why);
	kin_error_note_sql(error, statement->text);
	return code;
}

/* A text goes out with a NUL behind it, and ends at the first. */
int kin_dqlite_bind(kin_statement *statement, size_t index, const kin_value *value, kin_error *error)
{
	kin_dqlite_statement *s = kin_dqlite_statement_of(statement);
	const char *why = NULL;
	int rc;

	if (index >= s->parameter_count)
		return kin_error_set(error, KIN_EINVAL, "the statement has no placeholder of that number");
	kin_dqlite_parameter *parameter = &s->parameters[index];
	if ((rc = kin_sqlite_stored(value, parameter->scratch, &parameter->value, &why)) < 0)
		return refuse(statement, index, rc, why, error);
	if (parameter->value.kind == KIN_KIND_TEXT && memchr(parameter->value.as.data, '\0', parameter->value.size))
		return refuse(statement, index, KIN_EVALUE, "is a text with a NUL character in it, which dqlite cannot take", error);
	return KIN_OK;
}

int kin_dqlite_bind_cells(kin_statement *statement, const kin_cell *cells, size_t count, const void *object,
                          size_t first, kin_error *error)
{
	int rc = KIN_OK;

	for (const kin_cell *cell = cells, *end = cells + count; cell < end && rc == KIN_OK; cell++) {
		kin_value value;
		rc = kin_domain_get((const char *)object + cell->offset, cell->kind, cell->domain,
		                    &kin_dqlite_statement_of(statement)->texts, &value, error);
		if (rc == KIN_OK)
			rc = kin_dqlite_bind(statement, first + cell->column, &value, error);
	}
	return rc;
}

static int wire_type(const kin_value *value)
{
	switch (value->kind) {
	case KIN_KIND_INT64:
		return KIN_WIRE_INTEGER;
	case KIN_KIND_DOUBLE:
		return KIN_WIRE_REAL;
	case KIN_KIND_TEXT:
		return KIN_WIRE_TEXT;
	case KIN_KIND_BYTES:
		return KIN_WIRE_BYTES;
	default:
		return KIN_WIRE_NULL;
	}
}

static void put_value(kin_text *out, const kin_value *value)
{
	uint64_t bits = 0;

	switch (value->kind) {
	case KIN_KIND_INT64:
		kin_frame_put_u64(out, (uint64_t)value->as.integer);
		break;
	case KIN_KIND_DOUBLE:
		memcpy(&bits, &value->as.real, sizeof(bits));
		kin_frame_put_u64(out, bits);
		break;
	case KIN_KIND_TEXT:
		kin_frame_put_text(out, value->as.data, value->size);
		break;
	case KIN_KIND_BYTES:
		kin_frame_put_bytes(out, value->as.data, value->size);
		break;
	default:
		kin_frame_put_u64(out, 0);
	}
}

/* How many there are, the type of each, and the values. */
void kin_dqlite_put_parameters(const kin_dqlite_statement *s, kin_text *out)
{
	size_t start = out->length;

	if (s->parameter_count == 0)
		return;
	kin_text_add_char(out, (char)s->parameter_count);
	for (size_t i = 0; i < s->parameter_count; i++)
		kin_text_add_char(out, (char)wire_type(&s->parameters[i].value));
	kin_frame_pad(out, start);
	for (size_t i = 0; i < s->parameter_count; i++)
		put_value(out, &s->parameters[i].value);
}
