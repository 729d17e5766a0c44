/* read.c - rows of PostgreSQL as members of structs and as values: what a load spends its time in.
 *
 * A cell whose column has the very type of its member goes straight into it; one switch over both decides. All else (a number to
 * convert, NULL where it cannot be, a type that has no kind, a row that came as text) takes the slow way through a kin_value. */
#include <inttypes.h>
#include <stdlib.h>

#include "db/cell.h"
#include "db/postgresql/driver.h"
#include "db/postgresql/numeric.h"
#include "db/postgresql/oid.h"
#include "db/postgresql/wire.h"
#include "value/kind.h"
#include "value/show.h"

enum { JSONB_VERSION = 1 }; /* a byte in front of the text */

/* A value of the current row, as it came. libpq ends each with a NUL. */
typedef struct datum {
	const char *data;
	size_t      length;
	Oid         type;
	bool        null;
} datum;

static inline datum datum_of(const kin_pg_statement *s, size_t column)
{
	int length = PQgetlength(s->rows, s->row, (int)column);

	return (datum){
		.data = PQgetvalue(s->rows, s->row, (int)column),
		.length = (size_t)length,
		.type = s->column_types[column],
		.null = length == 0 && PQgetisnull(s->rows, s->row, (int)column),
	};
}

/* ---- values ---- */

static int damaged(const datum *c, kin_error *error)
{
	return kin_error_set(error, KIN_EVALUE, "the server sent %zu bytes that are no value of type %u", c->length, c->type);
}

static inline kin_uuid uuid_at(const char *data)
{
	kin_uuid uuid;

	memcpy(uuid.bytes, data, sizeof(uuid.bytes));
	return uuid;
}

/* For who does not ask for a uuid: a text, which is made here and lives until the next row. */
static int uuid(kin_pg_statement *s, const datum *c, int kind, kin_value *ret_value, kin_error *error)
{
	char *text;

	if (c->length != sizeof(kin_uuid))
		return damaged(c, error);
	if ((kind & ~KIN_KIND_NULLABLE) == KIN_KIND_UUID) {
		*ret_value = kin_value_uuid(uuid_at(c->data));
		return KIN_OK;
	}
	if (!(text = kin_arena_alloc(&s->shown, KIN_UUID_TEXT)))
		return kin_error_nomem(error);
	kin_uuid_text(uuid_at(c->data), text);
	*ret_value = kin_value_text_n(text, KIN_UUID_TEXT - 1);
	return KIN_OK;
}

static int numeric(kin_pg_statement *s, const datum *c, kin_value *ret_value, kin_error *error)
{
	bool is_damaged;
	const char *text = kin_pg_numeric(&s->shown, c->data, c->length, &is_damaged);

	if (!text)
		return is_damaged ? damaged(c, error) : kin_error_nomem(error);
	*ret_value = kin_value_text(text);
	return KIN_OK;
}

static int date(const datum *c, kin_value *ret_value)
{
	int32_t days = KIN_WIRE_GET(32, c->data);

	if (days == INT32_MAX || days == INT32_MIN)
		*ret_value = kin_value_text(days > 0 ? "infinity" : "-infinity");
	else
		*ret_value = kin_value_date((kin_date){ days + KIN_PG_EPOCH_DAYS });
	return KIN_OK;
}

static int moment(const datum *c, int kind, kin_value *ret_value, kin_error *error)
{
	int64_t us = KIN_WIRE_GET(64, c->data);

	if (us == INT64_MAX || us == INT64_MIN)
		*ret_value = kin_value_text(us > 0 ? "infinity" : "-infinity");
	else if (__builtin_add_overflow(us, KIN_PG_EPOCH_US, &us))
		return kin_error_set(error, KIN_ERANGE, "a moment after the year 294246, which is later than kin can say");
	else
		*ret_value = kin_value_integer_(us, kind);
	return KIN_OK;
}

/* Bytes of a type's binary form. 0: as many as there are. */
static size_t size_of(Oid type)
{
	switch (type) {
	case KIN_PG_BOOL:
	case KIN_PG_CHAR:
		return 1;
	case KIN_PG_INT2:
		return 2;
	case KIN_PG_INT4:
	case KIN_PG_OID:
	case KIN_PG_FLOAT4:
	case KIN_PG_DATE:
		return 4;
	case KIN_PG_INT8:
	case KIN_PG_FLOAT8:
	case KIN_PG_TIME:
	case KIN_PG_TIMESTAMP:
	case KIN_PG_TIMESTAMPTZ:
		return 8;
	default:
		return 0;
	}
}

static int from_binary(kin_pg_statement *s, const datum *c, int kind, kin_value *ret_value, kin_error *error)
{
	size_t size = size_of(c->type), version = c->type == KIN_PG_JSONB;

	if ((size > 0 && c->length != size) || c->length < version)
		return damaged(c, error);
	switch (c->type) {
	case KIN_PG_BOOL:        *ret_value = kin_value_bool(*c->data != 0); break;
	case KIN_PG_INT2:        *ret_value = kin_value_int16(KIN_WIRE_GET(16, c->data)); break;
	case KIN_PG_INT4:        *ret_value = kin_value_int32(KIN_WIRE_GET(32, c->data)); break;
	case KIN_PG_INT8:        *ret_value = kin_value_int64(KIN_WIRE_GET(64, c->data)); break;
	case KIN_PG_OID:         *ret_value = kin_value_int64((uint32_t)KIN_WIRE_GET(32, c->data)); break;
	case KIN_PG_FLOAT4:      *ret_value = kin_value_float(kin_wire_float(c->data)); break;
	case KIN_PG_FLOAT8:      *ret_value = kin_value_double(kin_wire_double(c->data)); break;
	case KIN_PG_TIME:        *ret_value = kin_value_time((kin_time){ KIN_WIRE_GET(64, c->data) }); break;
	case KIN_PG_BYTEA:       *ret_value = kin_value_bytes((kin_bytes){ c->data, c->length }); break;
	case KIN_PG_DATE:        return date(c, ret_value);
	case KIN_PG_TIMESTAMP:   return moment(c, KIN_KIND_DATETIME, ret_value, error);
	case KIN_PG_TIMESTAMPTZ: return moment(c, KIN_KIND_TIMESTAMP, ret_value, error);
	case KIN_PG_NUMERIC:     return numeric(s, c, ret_value, error);
	case KIN_PG_UUID:        return uuid(s, c, kind, ret_value, error);
	default:                 *ret_value = kin_value_text_n(c->data + version, c->length - version); break;
	}
	return KIN_OK;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* \x00ff */
static int bytes_from_text(kin_pg_statement *s, const datum *c, kin_value *ret_value, kin_error *error)
{
	size_t size = c->length >= 2 ? (c->length - 2) / 2 : 0;
	char *bytes = kin_arena_alloc(&s->shown, size);

	if (!bytes)
		return kin_error_nomem(error);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(hex(c->data[2 + 2 * i]) << 4 | hex(c->data[3 + 2 * i]));
	*ret_value = kin_value_bytes((kin_bytes){ bytes, size });
	return KIN_OK;
}

static kin_kind date_kind(Oid type)
{
	switch (type) {
	case KIN_PG_DATE:        return KIN_KIND_DATE;
	case KIN_PG_TIME:        return KIN_KIND_TIME;
	case KIN_PG_TIMESTAMP:   return KIN_KIND_DATETIME;
	case KIN_PG_TIMESTAMPTZ: return KIN_KIND_TIMESTAMP;
	default:                 return KIN_KIND_NULL;
	}
}

static int from_text(kin_pg_statement *s, const datum *c, kin_value *ret_value, kin_error *error)
{
	kin_kind kind = date_kind(c->type);
	int64_t moment_or_day;

	*ret_value = kin_value_text_n(c->data, c->length);
	switch (c->type) {
	case KIN_PG_BOOL:
		*ret_value = kin_value_bool(*c->data == 't');
		break;
	case KIN_PG_INT2:
	case KIN_PG_INT4:
	case KIN_PG_INT8:
	case KIN_PG_OID:
		*ret_value = kin_value_int64(strtoll(c->data, NULL, 10));
		break;
	case KIN_PG_FLOAT4:
	case KIN_PG_FLOAT8:
		*ret_value = kin_value_double(strtod(c->data, NULL));
		break;
	case KIN_PG_BYTEA:
		return bytes_from_text(s, c, ret_value, error);
	default:
		if (kind != KIN_KIND_NULL && kin_parse_date(c->data, c->length, kind, &moment_or_day) == KIN_OK)
			*ret_value = kin_value_integer_(moment_or_day, kind);
	}
	return KIN_OK;
}

/* The value as the server has it, or a number where `kind` is one. */
static int natural(kin_pg_statement *s, const datum *c, int kind, kin_value *ret_value, kin_error *error)
{
	int rc = KIN_OK;

	if (c->null)
		*ret_value = kin_value_null(NULL);
	else if (s->binary)
		rc = from_binary(s, c, kind, ret_value, error);
	else
		rc = from_text(s, c, ret_value, error);
	if (rc == KIN_OK && c->type == KIN_PG_NUMERIC && ret_value->kind == KIN_KIND_TEXT && kin_cell_is_number(kind))
		*ret_value = kin_cell_number(ret_value->as.data);
	return rc;
}

/* The sentence of an error in a cell, with the column's name in front. */
static int in_column(const kin_pg_statement *s, size_t column, int code, kin_error *error)
{
	return kin_cell_fail(code, PQfname(s->description, (int)column), s->base.text, error);
}

int kin_pg_value(kin_statement *statement, size_t column, int kind, kin_value *ret_value, kin_error *error)
{
	kin_pg_statement *s = kin_pg_statement_of(statement);
	datum c = datum_of(s, column);
	kin_value value = kin_value_null(NULL);
	int rc = natural(s, &c, kind, &value, error);

	if (rc < 0 || (rc = kin_cell_convert(&value, kind, NULL, error)) < 0)
		return in_column(s, column, rc, error);
	*ret_value = value;
	return KIN_OK;
}

int64_t kin_pg_integer(kin_statement *statement, size_t column, bool *ret_null)
{
	kin_pg_statement *s = kin_pg_statement_of(statement);
	datum c = datum_of(s, column);
	kin_value value;

	*ret_null = c.null;
	if (s->binary && c.type == KIN_PG_INT8 && c.length == 8)
		return KIN_WIRE_GET(64, c.data);
	return natural(s, &c, KIN_KIND_INT64, &value, NULL) == KIN_OK ? kin_cell_integer(&value) : 0;
}

/* ---- members ---- */

static __attribute__((noinline, cold)) int read_odd(kin_pg_statement *s, const kin_cell *cell, void *member, kin_arena *arena,
                                                    kin_error *error)
{
	kin_value value = kin_value_null(NULL);
	datum from = datum_of(s, cell->column);
	int rc = natural(s, &from, cell->kind, &value, error);

	if (rc == KIN_OK)
		rc = kin_cell_set(cell, member, &value, arena, error);
	return rc < 0 ? in_column(s, cell->column, rc, error) : KIN_OK;
}

/* The kinds that take no memory, by way of a kin_value. false leaves it to read_odd(), which says why. */
static __attribute__((noinline)) bool read_other(kin_pg_statement *s, const kin_cell *cell, void *member)
{
	datum from = datum_of(s, cell->column);
	kin_value value;

	return kin_cell_is_flat(cell) && natural(s, &from, cell->kind, &value, NULL) == KIN_OK && kin_cell_set_flat(cell, member, &value);
}

static inline bool is_text(Oid type)
{
	return type == KIN_PG_VARCHAR || type == KIN_PG_TEXT || type == KIN_PG_BPCHAR;
}

/* Both cases of a kind, plain and nullable, where the column's type is the kind's own. `good` says whether the value fits. */
#define READ(KIND, T, nullable, TYPE, bytes, good, ...) \
	case KIND: \
		if (from.type != (TYPE) || from.length != (bytes) || !(good)) \
			break; \
		KIN_STORE(T, member, __VA_ARGS__); \
		continue; \
	case (KIND) | KIN_KIND_NULLABLE: \
		if (from.null && !cell->not_null) { \
			KIN_STORE(nullable, member, { .present = false }); \
			continue; \
		} \
		if (from.type != (TYPE) || from.length != (bytes) || !(good)) \
			break; \
		KIN_STORE(nullable, member, { .value = __VA_ARGS__, .present = true }); \
		continue;

/* Not the infinities, nor what would overflow when it is counted from 1970. */
static inline bool is_day(const char *data)
{
	int32_t days = KIN_WIRE_GET(32, data);

	return days > INT32_MIN && days < INT32_MAX - KIN_PG_EPOCH_DAYS;
}

static inline bool is_within(const char *data, int low, int high)
{
	int16_t n = KIN_WIRE_GET(16, data);

	return n >= low && n <= high;
}

static inline bool is_moment(const char *data)
{
	int64_t us = KIN_WIRE_GET(64, data);

	return us > INT64_MIN && us < INT64_MAX - KIN_PG_EPOCH_US;
}

#define READ_MOMENT(KIND, T, TYPE) \
	READ(KIND, T, kin_nullable(T), TYPE, 8, is_moment(from.data), { KIN_WIRE_GET(64, from.data) + KIN_PG_EPOCH_US })

/* A case that goes on has filled its member; one that breaks leaves it to read_odd(), or, where texts are packed, to the caller. */
static inline __attribute__((always_inline)) int read_cells(kin_statement *statement, const kin_cell *cells, size_t count, char *object,
                                                            kin_cell_place *place, kin_error *error)
{
	kin_pg_statement *s = kin_pg_statement_of(statement);

	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++) {
		datum from = datum_of(s, cell->column);
		void *member = object + cell->offset;
		size_t version;
		int rc;

		switch (s->binary ? cell->kind : KIN_KIND_NULL) {
		READ(KIN_KIND_INT64, int64_t, kin_nullable(int64_t), KIN_PG_INT8, 8, true, KIN_WIRE_GET(64, from.data))
		READ(KIN_KIND_INT32, int32_t, kin_nullable(int32_t), KIN_PG_INT4, 4, true, KIN_WIRE_GET(32, from.data))
		READ(KIN_KIND_INT16, int16_t, kin_nullable(int16_t), KIN_PG_INT2, 2, true, KIN_WIRE_GET(16, from.data))
		READ(KIN_KIND_INT8, int8_t, kin_nullable(int8_t), KIN_PG_INT2, 2, is_within(from.data, INT8_MIN, INT8_MAX),
		     (int8_t)KIN_WIRE_GET(16, from.data))
		READ(KIN_KIND_UINT8, uint8_t, kin_nullable(uint8_t), KIN_PG_INT2, 2, is_within(from.data, 0, UINT8_MAX),
		     (uint8_t)KIN_WIRE_GET(16, from.data))
		READ(KIN_KIND_UINT16, uint16_t, kin_nullable(uint16_t), KIN_PG_INT4, 4, KIN_WIRE_GET(32, from.data) >> 16 == 0,
		     (uint16_t)KIN_WIRE_GET(32, from.data))
		READ(KIN_KIND_UINT32, uint32_t, kin_nullable(uint32_t), KIN_PG_INT8, 8, KIN_WIRE_GET(64, from.data) >> 32 == 0,
		     (uint32_t)KIN_WIRE_GET(64, from.data))
		READ(KIN_KIND_UUID, kin_uuid, kin_nullable(kin_uuid), KIN_PG_UUID, sizeof(kin_uuid), true, uuid_at(from.data))
		READ(KIN_KIND_BOOL, bool, kin_nullable(bool), KIN_PG_BOOL, 1, true, *from.data != 0)
		READ(KIN_KIND_DOUBLE, double, kin_nullable(double), KIN_PG_FLOAT8, 8, true, kin_wire_double(from.data))
		READ(KIN_KIND_FLOAT, float, kin_nullable(float), KIN_PG_FLOAT4, 4, true, kin_wire_float(from.data))
		READ(KIN_KIND_DATE, kin_date, kin_nullable(kin_date), KIN_PG_DATE, 4, is_day(from.data),
		     { KIN_WIRE_GET(32, from.data) + KIN_PG_EPOCH_DAYS })
		READ(KIN_KIND_TIME, kin_time, kin_nullable(kin_time), KIN_PG_TIME, 8, true, { KIN_WIRE_GET(64, from.data) })
		READ_MOMENT(KIN_KIND_DATETIME, kin_datetime, KIN_PG_TIMESTAMP)
		READ_MOMENT(KIN_KIND_TIMESTAMP, kin_timestamp, KIN_PG_TIMESTAMPTZ)
		case KIN_KIND_TEXT:
			if (from.null && !cell->not_null) {
				KIN_STORE(const char *, member, NULL);
				continue;
			}
			if (from.null || !is_text(from.type))
				break;
			if ((rc = kin_cell_text(from.data, from.length, true, member, place)) == KIN_CELL_READ)
				continue;
			if (rc < 0)
				return kin_error_nomem(error);
			break;
		case KIN_KIND_JSON:
			if (from.null || (from.type != KIN_PG_JSON && from.type != KIN_PG_JSONB) || from.length < JSONB_VERSION)
				break;
			version = from.type == KIN_PG_JSONB ? JSONB_VERSION : 0; /* the server has checked the rest */
			if ((rc = kin_cell_text(from.data + version, from.length - version, true, member, place)) == KIN_CELL_READ)
				continue;
			if (rc < 0)
				return kin_error_nomem(error);
			break;
		default:
			break;
		}
		if (!place->arena && read_other(s, cell, member))
			continue;
		if (!place->arena)
			return KIN_CELL_ODD;
		if ((rc = read_odd(s, cell, member, place->arena, error)) < 0)
			return rc;
	}
	return KIN_CELL_READ;
}

int kin_pg_read(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                kin_arena *arena, kin_error *error)
{
	return read_cells(statement, cells, count, object, &(kin_cell_place){ .arena = arena }, error);
}

void *kin_pg_make(kin_statement *statement, const kin_mould *mould, kin_arena *arena)
{
	return kin_cell_make(statement, mould, arena, read_cells);
}

/* What a value that is no text may take as one. A numeric's digits can be few and its weight large. */
static size_t longest_text(const datum *from)
{
	enum { ANY = 64 };

	if (from->type != KIN_PG_NUMERIC || from->length < 8)
		return ANY;
	int weight = KIN_WIRE_GET(16, from->data + 2), scale = KIN_WIRE_GET(16, from->data + 6);
	return ANY + 4 * (size_t)(weight > 0 ? weight : 0) + (size_t)(scale > 0 ? scale : 0);
}

size_t kin_pg_read_size(kin_statement *statement, const kin_cell *cells, size_t count)
{
	kin_pg_statement *s = kin_pg_statement_of(statement);
	size_t total = 0;

	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++) {
		if (cell->kind != KIN_KIND_TEXT && cell->kind != KIN_KIND_BYTES &&
		    (cell->kind & ~KIN_KIND_NULLABLE) != KIN_KIND_JSON && (cell->kind & ~KIN_KIND_NULLABLE) != KIN_KIND_CUSTOM)
			continue;
		datum from = datum_of(s, cell->column);
		total += KIN_ARENA_ROUND(from.length + 1);
		if (!from.null && !is_text(from.type) && from.type != KIN_PG_BYTEA)
			total += longest_text(&from);
	}
	return total;
}
