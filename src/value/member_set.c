/* member_set.c - storing a value in a struct's member, without losing any of it.
 *
 * Each kind of member has a function that turns the value into the member's bytes, in `stored`, or says why it
 * cannot. The member is written last, so that a failure leaves it alone. */
#include <assert.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>

#include "value/kind.h"
#include "value/member.h"
#include "value/show.h"

#define DAY_US   INT64_C(86400000000)
#define TWO_TO_63 9223372036854775808.0

/* A member's content, before it is written. */
typedef union stored {
	bool        boolean;
	int16_t     int16;
	int32_t     int32;
	int64_t     int64;
	float       real32;
	double      real64;
	const char *text;
	kin_bytes   bytes;
} stored;

/* "70000 is outside the range of …": the value, as errors show it, and a sentence about it. */
static int refuse(kin_error *error, int code, const kin_value *value, const char *format, ...) KIN_PRINTF(4, 5);

static int refuse(kin_error *error, int code, const kin_value *value, const char *format, ...)
{
	va_list arguments;
	kin_text text;

	if (!error)
		return code;
	kin_text_init(&text);
	kin_show_quoted(&text, value);
	kin_text_add_char(&text, ' ');
	va_start(arguments, format);
	kin_text_addv(&text, format, arguments);
	va_end(arguments);
	code = kin_text_ok(&text) ? kin_error_set(error, code, "%s", text.data) : kin_error_nomem(error);
	kin_text_done(&text);
	return code;
}

/* "'Ben' is text, and a 32-bit integer is needed" */
static int refuse_kind(kin_error *error, const kin_value *value, int kind)
{
	return refuse(error, KIN_EVALUE, value, "is %s%s, and %s%s is needed", kin_kind_article(value->kind),
	              kin_kind_get(value->kind)->name, kin_kind_article(kind), kin_kind_get(kind)->name);
}

static bool is_integer(int kind)
{
	return kind >= KIN_KIND_BOOL && kind <= KIN_KIND_INT64;
}

static bool is_real(int kind)
{
	return kind == KIN_KIND_FLOAT || kind == KIN_KIND_DOUBLE;
}

static int set_integer(stored *to, int kind, const kin_value *value, kin_error *error)
{
	static const struct { int64_t low, high; } ranges[] = {
		[KIN_KIND_BOOL]  = { 0, 1 },
		[KIN_KIND_INT16] = { INT16_MIN, INT16_MAX },
		[KIN_KIND_INT32] = { INT32_MIN, INT32_MAX },
		[KIN_KIND_INT64] = { INT64_MIN, INT64_MAX },
	};
	const char *name = kin_kind_get(kind)->name;
	int64_t i = value->as.integer, low = ranges[kind].low, high = ranges[kind].high;
	bool outside = value->overflow;

	if (is_real(value->kind)) {
		double d = value->as.real;
		if (isfinite(d) && d != trunc(d))
			return refuse(error, KIN_EVALUE, value, "is not a whole number, and a %s is needed", name);
		outside = !(d >= -TWO_TO_63 && d < TWO_TO_63);
		i = outside ? 0 : (int64_t)d;
	} else if (!is_integer(value->kind)) {
		return refuse_kind(error, value, kind);
	}
	if (outside || i < low || i > high)
		return refuse(error, KIN_ERANGE, value, "is outside the range of a %s (%" PRId64 " to %" PRId64 ")",
		              name, low, high);
	if (kind == KIN_KIND_BOOL)
		to->boolean = i != 0;
	else if (kind == KIN_KIND_INT16)
		to->int16 = (int16_t)i;
	else if (kind == KIN_KIND_INT32)
		to->int32 = (int32_t)i;
	else
		to->int64 = i;
	return KIN_OK;
}

/* An integer has to be exact; a double is rounded to the nearest float, as everywhere in C. */
static int set_real(stored *to, int kind, const kin_value *value, kin_error *error)
{
	const char *name = kin_kind_get(kind)->name;
	double d = value->as.real;

	if (is_integer(value->kind)) {
		d = kind == KIN_KIND_FLOAT ? (double)(float)value->as.integer : (double)value->as.integer;
		if (value->overflow || d >= TWO_TO_63 || (int64_t)d != value->as.integer)
			return refuse(error, KIN_ERANGE, value, "has more digits than a %s holds", name);
	} else if (!is_real(value->kind)) {
		return refuse_kind(error, value, kind);
	}
	if (kind == KIN_KIND_DOUBLE)
		to->real64 = d;
	else if (isfinite(d) && fabs(d) > (double)FLT_MAX)
		return refuse(error, KIN_ERANGE, value, "is outside the range of a float (to %g)", (double)FLT_MAX);
	else
		to->real32 = (float)d;
	return KIN_OK;
}

static int set_text(stored *to, const kin_value *value, kin_arena *arena, kin_error *error)
{
	char date[KIN_SHOW_DATE];
	const char *text = value->as.data;
	size_t length = value->size;

	if (value->overflow)
		return kin_error_set(error, KIN_ERANGE, "a text of more than %u bytes does not fit into a column", UINT32_MAX);
	if (value->kind >= KIN_KIND_DATE && value->kind <= KIN_KIND_TIMESTAMP) {
		if (!arena)
			return refuse_kind(error, value, KIN_KIND_TEXT);
		length = kin_show_date(date, (kin_kind)value->kind, value->as.integer);
		text = date;
	} else if (value->kind != KIN_KIND_TEXT) {
		return refuse_kind(error, value, KIN_KIND_TEXT);
	}
	if (memchr(text, '\0', length))
		return refuse(error, KIN_EVALUE, value, "has a zero byte in it, which ends a string in C; "
		              "a member of type kin_bytes holds all of it");
	to->text = arena ? kin_arena_strndup(arena, text, length) : text;
	return to->text ? KIN_OK : kin_error_nomem(error);
}

static int set_bytes(stored *to, const kin_value *value, kin_arena *arena, kin_error *error)
{
	if (value->overflow)
		return kin_error_set(error, KIN_ERANGE, "more than %u bytes do not fit into a column", UINT32_MAX);
	if (value->kind != KIN_KIND_BYTES && value->kind != KIN_KIND_TEXT)
		return refuse_kind(error, value, KIN_KIND_BYTES);
	to->bytes.size = value->size;
	to->bytes.data = arena ? kin_arena_copy(arena, value->as.data, value->size) : value->as.data;
	return to->bytes.data ? KIN_OK : kin_error_nomem(error);
}

/* A date is its midnight; only a midnight is a date. */
static int convert_moment(int kind, const kin_value *value, int64_t *ret, kin_error *error)
{
	int64_t i = value->as.integer;

	*ret = i;
	if (kind == value->kind)
		return KIN_OK;
	if (kind == KIN_KIND_TIME || value->kind == KIN_KIND_TIME)
		return refuse_kind(error, value, kind);
	if (kind == KIN_KIND_DATE && i % DAY_US != 0)
		return refuse(error, KIN_EVALUE, value, "has a time of day, which a date does not hold");
	if (kind == KIN_KIND_DATE)
		*ret = i / DAY_US;
	else if (value->kind == KIN_KIND_DATE && __builtin_mul_overflow(i, DAY_US, ret))
		return refuse(error, KIN_ERANGE, value, "is outside the range of a %s", kin_kind_get(kind)->name);
	return KIN_OK;
}

static const char *example(int kind)
{
	if (kind == KIN_KIND_DATE)
		return "2026-11-22";
	return kind == KIN_KIND_TIME ? "13:45:00" : "2026-11-22 13:45:00";
}

static int set_date(stored *to, int kind, const kin_value *value, kin_error *error)
{
	int64_t i = 0;
	int rc = KIN_OK;

	if (value->kind == KIN_KIND_TEXT) {
		if (kin_parse_date(value->as.data, value->size, (kin_kind)kind, &i) < 0)
			return refuse(error, KIN_EVALUE, value, "is not a %s such as %s", kin_kind_get(kind)->name, example(kind));
	} else if (value->kind >= KIN_KIND_DATE && value->kind <= KIN_KIND_TIMESTAMP) {
		rc = convert_moment(kind, value, &i, error);
	} else {
		rc = refuse_kind(error, value, kind);
	}
	if (rc < 0)
		return rc;
	if (kind != KIN_KIND_DATE)
		to->int64 = i;
	else if (i < INT32_MIN || i > INT32_MAX)
		return refuse(error, KIN_ERANGE, value, "is outside the range of a date");
	else
		to->int32 = (int32_t)i;
	return KIN_OK;
}

static int set_null(void *member, int kind, kin_error *error)
{
	const kin_kind_info *info = kin_kind_get(kind & ~KIN_KIND_NULLABLE);
	const bool absent = false;

	if (kind == KIN_KIND_TEXT)
		memcpy(member, &(const char *){ NULL }, sizeof(const char *));
	else if (kind == KIN_KIND_BYTES)
		memcpy(member, &(kin_bytes){ NULL, 0 }, sizeof(kin_bytes));
	else if ((kind & KIN_KIND_NULLABLE) == 0)
		return kin_error_set(error, KIN_ENOTNULL, "NULL does not fit into a member of type %s; kin_nullable(%s) holds it",
		                     info->c_type, info->c_type);
	else {
		memset(member, 0, info->size);
		memcpy((char *)member + info->nullable_present, &absent, sizeof(absent));
	}
	return KIN_OK;
}

int kin_member_set(void *member, int kind, const kin_value *value, kin_arena *arena, kin_error *error)
{
	int plain = kind & ~KIN_KIND_NULLABLE, rc;
	const bool present = true;
	stored to;

	assert(plain > KIN_KIND_NULL && plain < KIN_KIND_ARRAY);
	if (value->kind == KIN_KIND_NULL)
		return set_null(member, kind, error);
	if (is_integer(plain))
		rc = set_integer(&to, plain, value, error);
	else if (is_real(plain))
		rc = set_real(&to, plain, value, error);
	else if (plain == KIN_KIND_TEXT)
		rc = set_text(&to, value, arena, error);
	else if (plain == KIN_KIND_BYTES)
		rc = set_bytes(&to, value, arena, error);
	else
		rc = set_date(&to, plain, value, error);
	if (rc < 0)
		return rc;
	memcpy(member, &to, kin_kind_get(plain)->size);
	if (plain != kind)
		memcpy((char *)member + kin_kind_get(plain)->nullable_present, &present, sizeof(present));
	return KIN_OK;
}
