/* bind.c - values as the server expects them.
 *
 * The type of each placeholder is known, so a number is sent in that type's binary form, checked against its range here. What has
 * no binary form that is ours to write (numeric, uuid, jsonb, an enum) is sent as text, which the server reads as it reads
 * a literal. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "db/postgresql/driver.h"
#include "db/postgresql/oid.h"
#include "db/postgresql/wire.h"
#include "value/decimal.h"
#include "value/domain.h"
#include "value/member.h"
#include "value/show.h"

enum { TEXT = 0, BINARY = 1 };

static const char *type_name(Oid oid)
{
	switch (oid) {
	case KIN_PG_BOOL:        return "boolean";
	case KIN_PG_INT2:        return "smallint";
	case KIN_PG_INT4:        return "integer";
	case KIN_PG_INT8:        return "bigint";
	case KIN_PG_OID:         return "oid";
	case KIN_PG_FLOAT4:      return "real";
	case KIN_PG_BYTEA:       return "bytea";
	case KIN_PG_DATE:        return "date";
	case KIN_PG_TIME:        return "time";
	case KIN_PG_TIMESTAMP:   return "timestamp";
	case KIN_PG_TIMESTAMPTZ: return "timestamptz";
	case KIN_PG_UUID:        return "uuid";
	default:                 return "that type";
	}
}

static int refuse(const kin_pg_statement *s, size_t index, int code, kin_error *error, const char *format, ...)
	KIN_PRINTF(5, 6);

static int refuse(const kin_pg_statement *s, size_t index, int code, kin_error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	code = kin_error_setv(error, code, format, arguments);
	va_end(arguments);
	if (code != KIN_ENOMEM && error)
		code = kin_error_context(error, "the value for placeholder %zu", index + 1);
	kin_error_note_sql(error, s->base.text);
	return code;
}

static int put(kin_pg_statement *s, size_t index, const void *data, size_t length, int format)
{
	s->values[index] = data;
	s->lengths[index] = (int)length;
	s->formats[index] = format;
	return KIN_OK;
}

static int put_scratch(kin_pg_statement *s, size_t index, size_t length, int format)
{
	return put(s, index, s->scratch[index], length, format);
}

static bool is_text(Oid oid)
{
	return oid == KIN_PG_TEXT || oid == KIN_PG_VARCHAR || oid == KIN_PG_BPCHAR || oid == KIN_PG_NAME ||
	       oid == KIN_PG_UNKNOWN || oid == KIN_PG_JSON;
}

/* ---- numbers ---- */

static int out_of_range(const kin_pg_statement *s, size_t index, int64_t n, kin_error *error)
{
	return refuse(s, index, KIN_ERANGE, error, "%" PRId64 " is outside the range of %s, which is expected there; where a "
	              "larger number is meant, CAST(? AS BIGINT) says so", n, type_name(s->types[index]));
}

static int bind_integer(kin_pg_statement *s, size_t index, int64_t n, kin_error *error)
{
	char *scratch = s->scratch[index];

	switch (s->types[index]) {
	case KIN_PG_INT8:
		KIN_WIRE_PUT(64, scratch, n);
		return put_scratch(s, index, 8, BINARY);
	case KIN_PG_INT4:
		if (n != (int32_t)n)
			return out_of_range(s, index, n, error);
		KIN_WIRE_PUT(32, scratch, n);
		return put_scratch(s, index, 4, BINARY);
	case KIN_PG_INT2:
		if (n != (int16_t)n)
			return out_of_range(s, index, n, error);
		KIN_WIRE_PUT(16, scratch, n);
		return put_scratch(s, index, 2, BINARY);
	case KIN_PG_BOOL:
		if (n != 0 && n != 1)
			return out_of_range(s, index, n, error);
		*scratch = (char)n;
		return put_scratch(s, index, 1, BINARY);
	case KIN_PG_FLOAT8:
		kin_wire_put_double(scratch, (double)n);
		return put_scratch(s, index, 8, BINARY);
	case KIN_PG_FLOAT4:
		kin_wire_put_float(scratch, (float)n);
		return put_scratch(s, index, 4, BINARY);
	default:
		snprintf(scratch, KIN_PG_SCRATCH, "%" PRId64, n);
		return put_scratch(s, index, strlen(scratch), TEXT);
	}
}

/* Above INT64_MAX. */
static int bind_large(kin_pg_statement *s, size_t index, uint64_t n, kin_error *error)
{
	switch (s->types[index]) {
	case KIN_PG_INT8:
	case KIN_PG_INT4:
	case KIN_PG_INT2:
	case KIN_PG_BOOL:
		return refuse(s, index, KIN_ERANGE, error, "%" PRIu64 " is outside the range of %s, which is expected there; where a "
		              "larger number is meant, CAST(? AS NUMERIC) says so", n, type_name(s->types[index]));
	case KIN_PG_FLOAT8:
		kin_wire_put_double(s->scratch[index], (double)n);
		return put_scratch(s, index, 8, BINARY);
	case KIN_PG_FLOAT4:
		kin_wire_put_float(s->scratch[index], (float)n);
		return put_scratch(s, index, 4, BINARY);
	default:
		snprintf(s->scratch[index], KIN_PG_SCRATCH, "%" PRIu64, n);
		return put_scratch(s, index, strlen(s->scratch[index]), TEXT);
	}
}

/* The shortest digits that give the same number again. */
static void show_real(char *out, double value, bool is_float)
{
	int most = is_float ? 9 : 17;

	for (int digits = is_float ? 6 : 15; digits <= most; digits++) {
		snprintf(out, KIN_PG_SCRATCH, "%.*g", digits, value);
		if (is_float ? strtof(out, NULL) == (float)value : strtod(out, NULL) == value)
			return;
	}
}

static int bind_real(kin_pg_statement *s, size_t index, double value, bool is_float, kin_error *error)
{
	char *scratch = s->scratch[index];

	switch (s->types[index]) {
	case KIN_PG_FLOAT8:
		kin_wire_put_double(scratch, value);
		return put_scratch(s, index, 8, BINARY);
	case KIN_PG_FLOAT4:
		if (isfinite(value) && isinf((float)value))
			return refuse(s, index, KIN_ERANGE, error, "%g is outside the range of real, which is expected there", value);
		kin_wire_put_float(scratch, (float)value);
		return put_scratch(s, index, 4, BINARY);
	case KIN_PG_BOOL:
	case KIN_PG_INT2:
	case KIN_PG_INT4:
	case KIN_PG_INT8:
		if (value != trunc(value) || !(value >= -0x1p63 && value < 0x1p63))
			return refuse(s, index, KIN_EVALUE, error, "%.17g is no %s, which is expected there; where a number with a "
			              "fraction is meant, CAST(? AS DOUBLE PRECISION) says so", value, type_name(s->types[index]));
		return bind_integer(s, index, (int64_t)value, error);
	default:
		if (isfinite(value))
			show_real(scratch, value, is_float);
		else
			strcpy(scratch, isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
		return put_scratch(s, index, strlen(scratch), TEXT);
	}
}

/* As text, unless a number of another type is expected. */
static int bind_decimal(kin_pg_statement *s, size_t index, kin_decimal decimal, kin_error *error)
{
	char text[KIN_DECIMAL_TEXT];
	size_t length = kin_decimal_text(decimal, text);
	const char *copy;
	int64_t integer;

	switch (s->types[index]) {
	case KIN_PG_FLOAT8:
	case KIN_PG_FLOAT4:
		return bind_real(s, index, kin_decimal_double(decimal), false, error);
	case KIN_PG_BOOL:
	case KIN_PG_INT2:
	case KIN_PG_INT4:
	case KIN_PG_INT8:
		if (kin_decimal_integer(decimal, &integer))
			return bind_integer(s, index, integer, error);
		return refuse(s, index, KIN_EVALUE, error, "%s is no %s, which is expected there; where a decimal is meant, "
		              "CAST(? AS NUMERIC) says so", text, type_name(s->types[index]));
	default:
		if (!(copy = kin_arena_strndup(&s->texts, text, length)))
			return kin_error_nomem(error);
		return put(s, index, copy, length, TEXT);
	}
}

static int bind_uuid(kin_pg_statement *s, size_t index, kin_uuid uuid)
{
	if (s->types[index] == KIN_PG_UUID) {
		memcpy(s->scratch[index], uuid.bytes, sizeof(uuid.bytes));
		return put_scratch(s, index, sizeof(uuid.bytes), BINARY);
	}
	kin_uuid_text(uuid, s->scratch[index]);
	return put_scratch(s, index, KIN_UUID_TEXT - 1, TEXT);
}
_Static_assert(KIN_PG_SCRATCH >= KIN_UUID_TEXT, "a uuid's text fits");

/* ---- dates ---- */

/* A datetime and a timestamp are the same number, since the session's zone is UTC. */
static int bind_date(kin_pg_statement *s, size_t index, int kind, int64_t value, kin_error *error)
{
	Oid type = s->types[index];
	char *scratch = s->scratch[index];
	bool to_moment = type == KIN_PG_TIMESTAMP || type == KIN_PG_TIMESTAMPTZ;
	const char *wrong = kin_date_wrong(kind, value);

	if (wrong)
		return refuse(s, index, KIN_ERANGE, error, "%" PRId64 " %s", value, wrong);
	if (kind == KIN_KIND_DATE && type == KIN_PG_DATE) {
		KIN_WIRE_PUT(32, scratch, value - KIN_PG_EPOCH_DAYS);
		return put_scratch(s, index, 4, BINARY);
	}
	if (kind == KIN_KIND_TIME && type == KIN_PG_TIME) {
		KIN_WIRE_PUT(64, scratch, value);
		return put_scratch(s, index, 8, BINARY);
	}
	if (to_moment && kind != KIN_KIND_TIME) {
		KIN_WIRE_PUT(64, scratch, (kind == KIN_KIND_DATE ? value * KIN_PG_DAY_US : value) - KIN_PG_EPOCH_US);
		return put_scratch(s, index, 8, BINARY);
	}
	return put_scratch(s, index, kin_show_date(scratch, (kin_kind)kind, value), is_text(type) ? BINARY : TEXT);
}
_Static_assert(KIN_PG_SCRATCH >= KIN_SHOW_DATE, "a date's text fits");

/* ---- text and bytes ---- */

static int bind_text(kin_pg_statement *s, size_t index, const char *text, size_t length, kin_error *error)
{
	Oid type = s->types[index];
	const char *copy;

	if (length > INT32_MAX)
		return refuse(s, index, KIN_ELENGTH, error, "is longer than PostgreSQL takes");
	if (type == KIN_PG_BYTEA)
		return put(s, index, text, length, BINARY);
	if (memchr(text, '\0', length))
		return refuse(s, index, KIN_EVALUE, error, "has a NUL character in it, which PostgreSQL cannot store in a text");
	if (is_text(type))
		return put(s, index, text, length, BINARY);
	if (!(copy = kin_arena_strndup(&s->texts, text, length)))
		return kin_error_nomem(error);
	return put(s, index, copy, length, TEXT);
}

static int bind_bytes(kin_pg_statement *s, size_t index, const kin_value *value, kin_error *error)
{
	if (s->types[index] != KIN_PG_BYTEA)
		return bind_text(s, index, value->as.data, value->size, error);
	if (value->size > INT32_MAX)
		return refuse(s, index, KIN_ELENGTH, error, "is longer than PostgreSQL takes");
	return put(s, index, value->as.data, value->size, BINARY);
}

/* ---- values and cells ---- */

static int bind_value(kin_pg_statement *s, size_t index, const kin_value *value, kin_error *error)
{
	if (value->overflow && value->kind == KIN_KIND_INT64)
		return bind_large(s, index, (uint64_t)value->as.integer, error);
	if (value->overflow)
		return refuse(s, index, KIN_ERANGE, error, "is larger than any column holds");
	switch (value->kind) {
	case KIN_KIND_NULL:
		return put(s, index, NULL, 0, BINARY);
	case KIN_KIND_BOOL:
	case KIN_KIND_INT16:
	case KIN_KIND_INT32:
	case KIN_KIND_INT64:
		return bind_integer(s, index, value->as.integer, error);
	case KIN_KIND_FLOAT:
	case KIN_KIND_DOUBLE:
		return bind_real(s, index, value->as.real, value->kind == KIN_KIND_FLOAT, error);
	case KIN_KIND_TEXT:
		return bind_text(s, index, value->as.data, value->size, error);
	case KIN_KIND_BYTES:
		return bind_bytes(s, index, value, error);
	case KIN_KIND_DATE:
	case KIN_KIND_TIME:
	case KIN_KIND_DATETIME:
	case KIN_KIND_TIMESTAMP:
		return bind_date(s, index, value->kind, value->as.integer, error);
	case KIN_KIND_DECIMAL:
		return bind_decimal(s, index, kin_value_as_decimal(value), error);
	case KIN_KIND_UUID:
		return bind_uuid(s, index, kin_value_as_uuid(value));
	case KIN_KIND_JSON:
		if (!kin_json_valid(value->as.data, value->size))
			return refuse(s, index, KIN_EVALUE, error, "is not valid JSON");
		return bind_text(s, index, value->as.data, value->size, error);
	case KIN_KIND_ARRAY:
		return kin_pg_bind_array(s, index, value, error);
	default:
		return refuse(s, index, KIN_EINVAL, error, "is an object, not one value");
	}
}

/* While it runs, what was bound has been sent already, and the next run would begin half bound. */
static int check_index(const kin_pg_statement *s, size_t index, kin_error *error)
{
	int rc = KIN_OK;

	if (s->sent)
		rc = kin_error_set(error, KIN_EINVAL, "the statement is running; it must be reset before it is bound again");
	else if (index >= s->parameter_count)
		rc = kin_error_set(error, KIN_EINVAL, "the statement has no placeholder of that number");
	if (rc < 0)
		kin_error_note_sql(error, s->base.text);
	return rc;
}

int kin_pg_bind(kin_statement *statement, size_t index, const kin_value *value, kin_error *error)
{
	kin_pg_statement *s = kin_pg_statement_of(statement);
	int rc = check_index(s, index, error);

	return rc < 0 ? rc : bind_value(s, index, value, error);
}

/* The kinds that objects are made of, where the column is of the same type; the others as a value. */
int kin_pg_bind_cells(kin_statement *statement, const kin_cell *cells, size_t count, const void *object,
                      size_t first, kin_error *error)
{
	kin_pg_statement *s = kin_pg_statement_of(statement);

	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++) {
		const char *member = (const char *)object + cell->offset;
		size_t index = first + cell->column;
		int rc = check_index(s, index, error);
		if (rc < 0)
			return rc;
		if (cell->kind == KIN_KIND_INT64) {
			rc = bind_integer(s, index, KIN_LOAD(int64_t, member), error);
		} else if (cell->kind == KIN_KIND_INT32) {
			rc = bind_integer(s, index, KIN_LOAD(int32_t, member), error);
		} else {
			kin_value value;
			rc = kin_domain_get(member, cell->kind, cell->domain, &s->texts, &value, error);
			if (rc == KIN_OK)
				rc = bind_value(s, index, &value, error);
		}
		if (rc < 0)
			return rc;
	}
	return KIN_OK;
}
