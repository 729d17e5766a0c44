/* bind.c - values as they are sent to the server.
 *
 * It does not say what it expects of a placeholder, so a value goes as what it is, and is converted there, where strict mode makes an
 * error of what would be lost. How a kind is sent does not depend on the value, for repeat.c says it once for many. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "db/mariadb/driver.h"
#include "value/domain.h"
#include "value/member.h"
#include "value/show.h"

#define DAY_US INT64_C(86400000000)

static int refuse(const kin_maria_statement *s, size_t index, int code, kin_error *error, const char *format, ...)
	KIN_PRINTF(5, 6);

static int refuse(const kin_maria_statement *s, size_t index, int code, kin_error *error, const char *format, ...)
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

static int put(kin_maria_statement *s, size_t index, enum enum_field_types type, const void *data, size_t length)
{
	MYSQL_BIND *bind = &s->binds[index];

	bind->buffer_type = type;
	bind->is_unsigned = false;
	bind->buffer = (void *)(uintptr_t)data;
	bind->buffer_length = length;
	return KIN_OK;
}

/* ---- each kind ---- */

static int bind_integer(kin_maria_statement *s, size_t index, int64_t n, bool is_unsigned)
{
	s->scratch[index].integer = n;
	put(s, index, MYSQL_TYPE_LONGLONG, &s->scratch[index].integer, sizeof(int64_t));
	s->binds[index].is_unsigned = is_unsigned;
	return KIN_OK;
}

static int bind_real(kin_maria_statement *s, size_t index, double value, bool is_float, kin_error *error)
{
	if (!isfinite(value))
		return refuse(s, index, KIN_ERANGE, error, "%g is no number that MariaDB holds", value);
	if (!is_float) {
		s->scratch[index].real = value;
		return put(s, index, MYSQL_TYPE_DOUBLE, &s->scratch[index].real, sizeof(double));
	}
	s->scratch[index].single = (float)value;
	return put(s, index, MYSQL_TYPE_FLOAT, &s->scratch[index].single, sizeof(float));
}

static void set_time(MYSQL_TIME *time, int64_t us)
{
	time->hour = (unsigned int)(us / INT64_C(3600000000));
	time->minute = (unsigned int)(us / 60000000 % 60);
	time->second = (unsigned int)(us / 1000000 % 60);
	time->second_part = (unsigned long)(us % 1000000);
}

static void set_day(MYSQL_TIME *time, int64_t days)
{
	int64_t year;
	int month, day;

	kin_civil_from_days(days, &year, &month, &day);
	time->year = (unsigned int)year;
	time->month = (unsigned int)month;
	time->day = (unsigned int)day;
}

/* A datetime and a timestamp are the same number, since the session's zone is UTC. */
static int bind_date(kin_maria_statement *s, size_t index, int kind, int64_t value, kin_error *error)
{
	MYSQL_TIME *time = &s->scratch[index].time;
	const char *wrong = kin_date_wrong(kind, value);

	if (wrong)
		return refuse(s, index, KIN_ERANGE, error, "%" PRId64 " %s", value, wrong);
	memset(time, 0, sizeof(*time));
	if (kind == KIN_KIND_DATE) {
		set_day(time, value);
		return put(s, index, MYSQL_TYPE_DATE, time, sizeof(*time));
	}
	if (kind == KIN_KIND_TIME) {
		set_time(time, value);
		return put(s, index, MYSQL_TYPE_TIME, time, sizeof(*time));
	}
	int64_t us = ((value % DAY_US) + DAY_US) % DAY_US;
	set_day(time, (value - us) / DAY_US);
	set_time(time, us);
	return put(s, index, MYSQL_TYPE_DATETIME, time, sizeof(*time));
}

static int bind_decimal(kin_maria_statement *s, size_t index, kin_decimal decimal)
{
	char *text = s->scratch[index].text;

	return put(s, index, MYSQL_TYPE_NEWDECIMAL, text, kin_decimal_text(decimal, text));
}

static int bind_uuid(kin_maria_statement *s, size_t index, kin_uuid uuid)
{
	kin_uuid_text(uuid, s->scratch[index].text);
	return put(s, index, MYSQL_TYPE_STRING, s->scratch[index].text, KIN_UUID_TEXT - 1);
}
_Static_assert(KIN_DECIMAL_TEXT >= KIN_UUID_TEXT, "a uuid's text fits");

static int bind_json(kin_maria_statement *s, size_t index, const kin_value *value, kin_error *error)
{
	if (!kin_json_valid(value->as.data, value->size))
		return refuse(s, index, KIN_EVALUE, error, "is not valid JSON");
	return put(s, index, MYSQL_TYPE_STRING, value->as.data, value->size);
}

/* ---- values and cells ---- */

static int bind_value(kin_maria_statement *s, size_t index, const kin_value *value, kin_error *error)
{
	switch (value->kind) {
	case KIN_KIND_NULL:
		return put(s, index, MYSQL_TYPE_NULL, NULL, 0);
	case KIN_KIND_BOOL:
	case KIN_KIND_INT16:
	case KIN_KIND_INT32:
	case KIN_KIND_INT64:
		return bind_integer(s, index, value->as.integer, value->overflow);
	case KIN_KIND_FLOAT:
	case KIN_KIND_DOUBLE:
		return bind_real(s, index, value->as.real, value->kind == KIN_KIND_FLOAT, error);
	case KIN_KIND_TEXT:
		return put(s, index, MYSQL_TYPE_STRING, value->as.data, value->size);
	case KIN_KIND_BYTES:
		return put(s, index, MYSQL_TYPE_BLOB, value->as.data, value->size);
	case KIN_KIND_DATE:
	case KIN_KIND_TIME:
	case KIN_KIND_DATETIME:
	case KIN_KIND_TIMESTAMP:
		return bind_date(s, index, value->kind, value->as.integer, error);
	case KIN_KIND_DECIMAL:
		return bind_decimal(s, index, kin_value_as_decimal(value));
	case KIN_KIND_UUID:
		return bind_uuid(s, index, kin_value_as_uuid(value));
	case KIN_KIND_JSON:
		return bind_json(s, index, value, error);
	default:
		return refuse(s, index, KIN_EINVAL, error, "is an array or an object, not one value");
	}
}

void kin_maria_bind_type(const kin_cell *cell, MYSQL_BIND *bind)
{
	static const enum enum_field_types types[KIN_KIND_COUNT] = {
		[KIN_KIND_BOOL] = MYSQL_TYPE_LONGLONG, [KIN_KIND_INT8] = MYSQL_TYPE_LONGLONG, [KIN_KIND_INT16] = MYSQL_TYPE_LONGLONG,
		[KIN_KIND_INT32] = MYSQL_TYPE_LONGLONG, [KIN_KIND_INT64] = MYSQL_TYPE_LONGLONG, [KIN_KIND_UINT8] = MYSQL_TYPE_LONGLONG,
		[KIN_KIND_UINT16] = MYSQL_TYPE_LONGLONG, [KIN_KIND_UINT32] = MYSQL_TYPE_LONGLONG, [KIN_KIND_UINT64] = MYSQL_TYPE_LONGLONG,
		[KIN_KIND_FLOAT] = MYSQL_TYPE_FLOAT, [KIN_KIND_DOUBLE] = MYSQL_TYPE_DOUBLE, [KIN_KIND_DECIMAL] = MYSQL_TYPE_NEWDECIMAL,
		[KIN_KIND_TEXT] = MYSQL_TYPE_STRING, [KIN_KIND_BYTES] = MYSQL_TYPE_BLOB, [KIN_KIND_DATE] = MYSQL_TYPE_DATE,
		[KIN_KIND_TIME] = MYSQL_TYPE_TIME, [KIN_KIND_DATETIME] = MYSQL_TYPE_DATETIME, [KIN_KIND_TIMESTAMP] = MYSQL_TYPE_DATETIME,
		[KIN_KIND_UUID] = MYSQL_TYPE_STRING, [KIN_KIND_JSON] = MYSQL_TYPE_STRING, [KIN_KIND_ENUM] = MYSQL_TYPE_STRING,
		[KIN_KIND_CHARS] = MYSQL_TYPE_STRING,
	};
	int kind = cell->kind & ~KIN_KIND_NULLABLE;

	if (kind == KIN_KIND_CUSTOM)
		kind = (int)cell->domain->custom->kind;
	bind->buffer_type = types[kind];
	bind->is_unsigned = kind == KIN_KIND_UINT64;
}

/* While it runs, what was bound has been sent already, and the next run would begin half bound. */
static int check_index(const kin_maria_statement *s, size_t index, kin_error *error)
{
	int rc = KIN_OK;

	if (__builtin_expect(!s->sent && index < s->parameter_count, 1))
		return KIN_OK;
	if (s->sent)
		rc = kin_error_set(error, KIN_EINVAL, "the statement is running; it must be reset before it is bound again");
	else
		rc = kin_error_set(error, KIN_EINVAL, "the statement has no placeholder of that number");
	kin_error_note_sql(error, s->base.text);
	return rc;
}

int kin_maria_bind(kin_statement *statement, size_t index, const kin_value *value, kin_error *error)
{
	kin_maria_statement *s = kin_maria_statement_of(statement);
	int rc = check_index(s, index, error);

	return rc < 0 ? rc : bind_value(s, index, value, error);
}

static __attribute__((noinline)) int bind_other(kin_maria_statement *s, const kin_cell *cell, const void *member, size_t index,
                                                kin_error *error)
{
	kin_value value;
	int rc = kin_domain_get(member, cell->kind, cell->domain, &s->texts, &value, error);

	return rc < 0 ? rc : bind_value(s, index, &value, error);
}

static inline int bind_text(kin_maria_statement *s, size_t index, const char *text)
{
	return text ? put(s, index, MYSQL_TYPE_STRING, text, strlen(text)) : put(s, index, MYSQL_TYPE_NULL, NULL, 0);
}

/* The kinds that objects are made of; the others as a value. */
int kin_maria_bind_cells(kin_statement *statement, const kin_cell *cells, size_t count, const void *object,
                         size_t first, kin_error *error)
{
	kin_maria_statement *s = kin_maria_statement_of(statement);

	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++) {
		const char *member = (const char *)object + cell->offset;
		size_t index = first + cell->column;
		int rc = check_index(s, index, error);
		if (rc < 0)
			return rc;
		switch (cell->kind) {
		case KIN_KIND_INT64:
			rc = bind_integer(s, index, KIN_LOAD(int64_t, member), false);
			break;
		case KIN_KIND_INT32:
			rc = bind_integer(s, index, KIN_LOAD(int32_t, member), false);
			break;
		case KIN_KIND_TEXT:
			rc = bind_text(s, index, KIN_LOAD(const char *, member));
			break;
		default:
			rc = bind_other(s, cell, member, index, error);
		}
		if (rc < 0)
			return rc;
	}
	return KIN_OK;
}

size_t kin_maria_bind_size(const kin_cell *cells, size_t count, const void *object)
{
	enum { NUMBER = 9, MOMENT = 14, LENGTH = 10 }; /* with the byte in front that says whether it is NULL */
	size_t size = 0;

	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++) {
		int kind = cell->kind & ~KIN_KIND_NULLABLE;
		if (kind < KIN_KIND_DECIMAL) {
			size += NUMBER;
			continue;
		}
		if (kind >= KIN_KIND_DATE && kind <= KIN_KIND_TIMESTAMP) {
			size += MOMENT;
			continue;
		}
		kin_value value = kin_domain_peek((const char *)object + cell->offset, cell->kind, cell->domain);
		bool has_size = value.kind == KIN_KIND_TEXT || value.kind == KIN_KIND_BYTES || value.kind == KIN_KIND_JSON;
		size += LENGTH + (has_size ? value.size : KIN_DECIMAL_TEXT);
	}
	return size;
}
