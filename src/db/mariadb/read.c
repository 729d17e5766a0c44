/* read.c - rows of MariaDB as members of structs and as values: what a load spends its time in.
 *
 * Values lie in the row as they came, found by kin_maria_take_value(). A cell whose column has the very type of its member goes
 * straight into it; one switch over both decides. All else (a number to convert, NULL where it cannot be, a type that has no
 * kind) takes the slow way through a kin_value. */
#include "db/cell.h"
#include "db/mariadb/driver.h"
#include "db/mariadb/wire.h"
#include "value/decimal.h"
#include "value/kind.h"
#include "value/show.h"

#define DAY_US INT64_C(86400000000)

/* Bytes of a type's values. 0: their length is in front of them. */
static inline size_t size_of(enum enum_field_types type)
{
	switch (type) {
	case MYSQL_TYPE_TINY:
		return 1;
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_YEAR:
		return 2;
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_FLOAT:
		return 4;
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_DOUBLE:
		return 8;
	default:
		return 0;
	}
}

void kin_maria_take_value(void *statement, unsigned int column, unsigned char **row)
{
	kin_maria_statement *s = statement;
	kin_maria_datum *datum = &s->row[column];

	if (!row) {
		*datum = (kin_maria_datum){ NULL, 0 };
		return;
	}
	datum->data = *row;
	datum->length = size_of(s->columns[column].type);
	if (datum->length == 0)
		datum->data = kin_maria_get_length(*row, &datum->length);
	*row += (size_t)(datum->data - *row) + datum->length;
}

/* ---- values ---- */

static inline int64_t integer_of(const kin_maria_column *column, const unsigned char *data)
{
	switch (column->type) {
	case MYSQL_TYPE_TINY:
		return column->is_unsigned ? *data : (int8_t)*data;
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_YEAR:
		return column->is_unsigned ? (uint16_t)KIN_MARIA_GET(16, data) : KIN_MARIA_GET(16, data);
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_INT24:
		return column->is_unsigned ? (int64_t)(uint32_t)KIN_MARIA_GET(32, data) : KIN_MARIA_GET(32, data);
	default:
		return KIN_MARIA_GET(64, data);
	}
}

static kin_value integer(const kin_maria_column *column, const unsigned char *data)
{
	int64_t n = integer_of(column, data);

	if (column->type == MYSQL_TYPE_LONGLONG && column->is_unsigned)
		return kin_value_uint64((uint64_t)n);
	return kin_value_int64(n);
}

/* Bits, the highest first. */
static kin_value bits(const kin_maria_datum *from)
{
	uint64_t n = 0;

	for (size_t i = 0; i < from->length; i++)
		n = n << 8 | from->data[i];
	return kin_value_uint64(n);
}

/* year 2, month 1, day 1, hour 1, minute 1, second 1, microsecond 4: the end is left out where it is 0. */
static inline bool read_day(const kin_maria_datum *from, int64_t *ret_days)
{
	if (from->length < 4 || from->data[2] == 0 || from->data[3] == 0)
		return false;
	*ret_days = kin_days_from_civil((uint16_t)KIN_MARIA_GET(16, from->data), from->data[2], from->data[3]);
	return true;
}

static inline bool read_moment(const kin_maria_datum *from, int64_t *ret_us)
{
	const unsigned char *d = from->data;
	int64_t days, seconds = 0, us = 0;

	if (!read_day(from, &days))
		return false;
	if (from->length >= 7)
		seconds = d[4] * 3600 + d[5] * 60 + d[6];
	if (from->length >= 11)
		us = KIN_MARIA_GET(32, d + 7);
	*ret_us = days * DAY_US + seconds * 1000000 + us;
	return true;
}

/* negative 1, days 4, hour 1, minute 1, second 1, microsecond 4. A time of day has no days. */
static inline bool read_time(const kin_maria_datum *from, int64_t *ret_us)
{
	const unsigned char *d = from->data;

	*ret_us = 0;
	if (from->length == 0)
		return true;
	if (from->length < 8 || d[0] != 0 || KIN_MARIA_GET(32, d + 1) != 0)
		return false;
	*ret_us = ((d[5] * INT64_C(60) + d[6]) * 60 + d[7]) * 1000000 + (from->length >= 12 ? KIN_MARIA_GET(32, d + 8) : 0);
	return true;
}

/* What no calendar has, and times that are no time of day. */
static int odd_date(kin_maria_statement *s, const kin_maria_column *column, const kin_maria_datum *from, kin_value *ret_value,
                    kin_error *error)
{
	const unsigned char *d = from->data;
	const char *text;

	if (column->type == MYSQL_TYPE_TIME)
		text = kin_arena_printf(&s->shown, "%s%d:%02d:%02d", d[0] ? "-" : "", KIN_MARIA_GET(32, d + 1) * 24 + d[5], d[6], d[7]);
	else if (from->length >= 4)
		text = kin_arena_printf(&s->shown, "%04d-%02d-%02d", (uint16_t)KIN_MARIA_GET(16, d), d[2], d[3]);
	else
		text = "0000-00-00";
	if (!text)
		return kin_error_nomem(error);
	*ret_value = kin_value_text(text);
	return KIN_OK;
}

static int date(kin_maria_statement *s, const kin_maria_column *column, const kin_maria_datum *from, kin_value *ret_value,
                kin_error *error)
{
	int64_t n;

	if (column->type == MYSQL_TYPE_TIME && read_time(from, &n))
		*ret_value = kin_value_time((kin_time){ n });
	else if (column->type == MYSQL_TYPE_DATE && read_day(from, &n))
		*ret_value = kin_value_date((kin_date){ (int32_t)n });
	else if (column->type != MYSQL_TYPE_TIME && column->type != MYSQL_TYPE_DATE && read_moment(from, &n))
		*ret_value = kin_value_datetime((kin_datetime){ n });
	else
		return odd_date(s, column, from, ret_value, error);
	return KIN_OK;
}

/* Those of the row do not end with a NUL. */
static int text(kin_maria_statement *s, const kin_maria_datum *from, kin_value *ret_value, kin_error *error)
{
	char *copy = kin_arena_alloc(&s->shown, from->length + 1);

	if (!copy)
		return kin_error_nomem(error);
	memcpy(copy, from->data, from->length);
	copy[from->length] = '\0';
	*ret_value = kin_value_text_n(copy, from->length);
	return KIN_OK;
}

static int decimal(kin_maria_statement *s, const kin_maria_datum *from, int kind, kin_value *ret_value, kin_error *error)
{
	int rc = text(s, from, ret_value, error);

	if (rc == KIN_OK && kin_cell_is_number(kind))
		*ret_value = kin_cell_number(ret_value->as.data);
	return rc;
}

/* The value as the server has it, or a number where `kind` is one. */
static int natural(kin_maria_statement *s, size_t at, int kind, kin_value *ret_value, kin_error *error)
{
	const kin_maria_column *column = &s->columns[at];
	const kin_maria_datum *from = &s->row[at];

	if (!from->data) {
		*ret_value = kin_value_null(NULL);
		return KIN_OK;
	}
	switch (column->type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_YEAR:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONGLONG:
		*ret_value = integer(column, from->data);
		return KIN_OK;
	case MYSQL_TYPE_FLOAT:
		*ret_value = kin_value_float(kin_maria_get_float(from->data));
		return KIN_OK;
	case MYSQL_TYPE_DOUBLE:
		*ret_value = kin_value_double(kin_maria_get_double(from->data));
		return KIN_OK;
	case MYSQL_TYPE_BIT:
		*ret_value = bits(from);
		return KIN_OK;
	case MYSQL_TYPE_DATE:
	case MYSQL_TYPE_TIME:
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		return date(s, column, from, ret_value, error);
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL:
		return decimal(s, from, kind, ret_value, error);
	default:
		if (column->is_text)
			return text(s, from, ret_value, error);
		*ret_value = kin_value_bytes((kin_bytes){ from->data, from->length });
		return KIN_OK;
	}
}

/* The sentence of an error in a cell, with the column's name in front. */
static int in_column(const kin_maria_statement *s, size_t column, int code, kin_error *error)
{
	return kin_cell_fail(code, s->columns[column].name, s->base.text, error);
}

int kin_maria_value(kin_statement *statement, size_t column, int kind, kin_value *ret_value, kin_error *error)
{
	kin_maria_statement *s = kin_maria_statement_of(statement);
	kin_value value = kin_value_null(NULL);
	int rc = natural(s, column, kind, &value, error);

	if (rc < 0 || (rc = kin_cell_convert(&value, kind, NULL, error)) < 0)
		return in_column(s, column, rc, error);
	*ret_value = value;
	return KIN_OK;
}

int64_t kin_maria_integer(kin_statement *statement, size_t column, bool *ret_null)
{
	kin_maria_statement *s = kin_maria_statement_of(statement);
	const kin_maria_datum *from = &s->row[column];
	kin_value value;

	*ret_null = !from->data;
	if (from->data && s->columns[column].type == MYSQL_TYPE_LONGLONG)
		return KIN_MARIA_GET(64, from->data);
	return natural(s, column, KIN_KIND_INT64, &value, NULL) == KIN_OK ? kin_cell_integer(&value) : 0;
}

/* ---- members ---- */

static __attribute__((noinline, cold)) int read_odd(kin_maria_statement *s, const kin_cell *cell, void *member, kin_arena *arena,
                                                    kin_error *error)
{
	kin_value value = kin_value_null(NULL);
	int rc = natural(s, cell->column, cell->kind, &value, error);

	if (rc == KIN_OK)
		rc = kin_cell_set(cell, member, &value, arena, error);
	return rc < 0 ? in_column(s, cell->column, rc, error) : KIN_OK;
}

/* Types whose values are a text, or bytes. */
static inline bool is_string(enum enum_field_types type)
{
	return type == MYSQL_TYPE_VAR_STRING || type == MYSQL_TYPE_STRING || type == MYSQL_TYPE_BLOB;
}

/* Both cases of a kind, plain and nullable, where the column's type is the kind's own. `good` says whether the value fits. */
#define READ(KIND, T, nullable, TYPE, good, ...) \
	case KIND: \
		if (!from->data || column->type != (TYPE) || !(good)) \
			break; \
		KIN_STORE(T, member, __VA_ARGS__); \
		continue; \
	case (KIND) | KIN_KIND_NULLABLE: \
		if (!from->data && !cell->not_null) { \
			KIN_STORE(nullable, member, { .present = false }); \
			continue; \
		} \
		if (!from->data || column->type != (TYPE) || !(good)) \
			break; \
		KIN_STORE(nullable, member, { .value = __VA_ARGS__, .present = true }); \
		continue;

/* The kinds that take no memory, by way of a kin_value. false leaves it to read_odd(), which says why. */
static __attribute__((noinline)) bool read_other(kin_maria_statement *s, const kin_cell *cell, void *member)
{
	kin_value value;

	return kin_cell_is_flat(cell) && natural(s, cell->column, cell->kind, &value, NULL) == KIN_OK &&
	       kin_cell_set_flat(cell, member, &value);
}

/* A case that goes on has filled its member; one that breaks leaves it to read_odd(), or, where texts are packed, to the caller. */
static inline __attribute__((always_inline)) int read_cells(kin_statement *statement, const kin_cell *cells, size_t count, char *object,
                                                            kin_cell_place *place, kin_error *error)
{
	kin_maria_statement *s = kin_maria_statement_of(statement);

	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++) {
		const kin_maria_column *column = &s->columns[cell->column];
		const kin_maria_datum *from = &s->row[cell->column];
		void *member = object + cell->offset;
		int64_t n;
		int rc;

		switch (cell->kind) {
		READ(KIN_KIND_INT64, int64_t, kin_nullable(int64_t), MYSQL_TYPE_LONGLONG, !column->is_unsigned, KIN_MARIA_GET(64, from->data))
		READ(KIN_KIND_INT32, int32_t, kin_nullable(int32_t), MYSQL_TYPE_LONG, !column->is_unsigned, KIN_MARIA_GET(32, from->data))
		READ(KIN_KIND_INT16, int16_t, kin_nullable(int16_t), MYSQL_TYPE_SHORT, !column->is_unsigned, KIN_MARIA_GET(16, from->data))
		READ(KIN_KIND_BOOL, bool, kin_nullable(bool), MYSQL_TYPE_TINY, *from->data <= 1, *from->data != 0)
		READ(KIN_KIND_DOUBLE, double, kin_nullable(double), MYSQL_TYPE_DOUBLE, true, kin_maria_get_double(from->data))
		READ(KIN_KIND_FLOAT, float, kin_nullable(float), MYSQL_TYPE_FLOAT, true, kin_maria_get_float(from->data))
		READ(KIN_KIND_DATE, kin_date, kin_nullable(kin_date), MYSQL_TYPE_DATE, read_day(from, &n), { (int32_t)n })
		READ(KIN_KIND_TIME, kin_time, kin_nullable(kin_time), MYSQL_TYPE_TIME, read_time(from, &n), { n })
		READ(KIN_KIND_DATETIME, kin_datetime, kin_nullable(kin_datetime), MYSQL_TYPE_DATETIME, read_moment(from, &n), { n })
		READ(KIN_KIND_TIMESTAMP, kin_timestamp, kin_nullable(kin_timestamp), MYSQL_TYPE_DATETIME, read_moment(from, &n), { n })
		case KIN_KIND_TEXT:
			if (!from->data && !cell->not_null) {
				KIN_STORE(const char *, member, NULL);
				continue;
			}
			if (!from->data || !column->is_text || !is_string(column->type))
				break;
			if ((rc = kin_cell_text(from->data, from->length, false, member, place)) == KIN_CELL_READ)
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

int kin_maria_read(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                   kin_arena *arena, kin_error *error)
{
	return read_cells(statement, cells, count, object, &(kin_cell_place){ .arena = arena }, error);
}

void *kin_maria_make(kin_statement *statement, const kin_mould *mould, kin_arena *arena)
{
	return kin_cell_make(statement, mould, arena, read_cells);
}

size_t kin_maria_read_size(kin_statement *statement, const kin_cell *cells, size_t count)
{
	enum { ANY = 64 }; /* what a value that is no text may take as one */
	kin_maria_statement *s = kin_maria_statement_of(statement);
	size_t total = 0;

	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++) {
		int kind = cell->kind & ~KIN_KIND_NULLABLE;
		if (kind != KIN_KIND_TEXT && kind != KIN_KIND_BYTES && kind != KIN_KIND_JSON && kind != KIN_KIND_CUSTOM)
			continue;
		total += KIN_ARENA_ROUND(s->row[cell->column].length + 1);
		if (s->row[cell->column].data && !is_string(s->columns[cell->column].type))
			total += ANY;
	}
	return total;
}
