/* member_set.c - storing a value in a struct's member, without losing any of it.
 *
 * Each kind of member has a function that turns the value into the member's bytes, in `stored`, or says why it
 * cannot. The member is written last, so that a failure leaves it alone. */
#include <float.h>
#include <inttypes.h>
#include <math.h>

#include "value/decimal.h"
#include "value/kind.h"
#include "value/member.h"
#include "value/show.h"
#include "value/uuid.h"

#define DAY_US   INT64_C(86400000000)
#define TWO_TO_63 9223372036854775808.0

/* A member's content, before it is written. */
typedef union stored {
	bool        boolean;
	int8_t      int8;
	int16_t     int16;
	int32_t     int32;
	int64_t     int64;
	uint64_t    uint64;
	float       real32;
	double      real64;
	const char *text;
	kin_bytes   bytes;
	kin_decimal decimal;
	kin_uuid    uuid;
	kin_json    json;
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
	return kind >= KIN_KIND_BOOL && kind <= KIN_KIND_UINT64;
}

static bool is_real(int kind)
{
	return kind == KIN_KIND_FLOAT || kind == KIN_KIND_DOUBLE;
}

/* What a kind of integer holds; the smallest and the largest. */
static const struct range {
	int64_t  low;
	uint64_t high;
} ranges[] = {
	[KIN_KIND_BOOL]   = { 0, 1 },
	[KIN_KIND_INT8]   = { INT8_MIN, INT8_MAX },
	[KIN_KIND_INT16]  = { INT16_MIN, INT16_MAX },
	[KIN_KIND_INT32]  = { INT32_MIN, INT32_MAX },
	[KIN_KIND_INT64]  = { INT64_MIN, INT64_MAX },
	[KIN_KIND_UINT8]  = { 0, UINT8_MAX },
	[KIN_KIND_UINT16] = { 0, UINT16_MAX },
	[KIN_KIND_UINT32] = { 0, UINT32_MAX },
	[KIN_KIND_UINT64] = { 0, UINT64_MAX },
};

/* A whole number of any kind: .integer, or above INT64_MAX with .large. */
typedef struct whole {
	int64_t integer;
	bool    large;
	bool    outside; /* of all integers */
} whole;

/* The text of a decimal that is in range of an uint64_t and no int64_t. */
static bool is_uint64(kin_decimal d, int64_t *ret)
{
	kin_decimal whole_part = kin_decimal_trim(d);

	*ret = (int64_t)whole_part.low;
	return whole_part.scale == 0 && whole_part.high == 0;
}

static int whole_of(int kind, const kin_value *value, whole *ret, kin_error *error)
{
	const char *name = kin_kind_get(kind)->name, *article = kin_kind_article(kind);

	*ret = (whole){ .integer = value->as.integer, .large = value->overflow };
	if (is_real(value->kind)) {
		double d = value->as.real;
		if (isfinite(d) && d != trunc(d))
			return refuse(error, KIN_EVALUE, value, "is not a whole number, and %s%s is needed", article, name);
		ret->outside = !(d >= -TWO_TO_63 && d < TWO_TO_63 * 2);
		ret->large = !ret->outside && d >= TWO_TO_63;
		ret->integer = ret->outside ? 0 : ret->large ? (int64_t)(uint64_t)d : (int64_t)d;
	} else if (value->kind == KIN_KIND_DECIMAL) {
		kin_decimal d = kin_value_as_decimal(value);
		if (kin_decimal_trim(d).scale > 0)
			return refuse(error, KIN_EVALUE, value, "is not a whole number, and %s%s is needed", article, name);
		if (!kin_decimal_integer(d, &ret->integer))
			ret->outside = !(ret->large = is_uint64(d, &ret->integer));
	} else if (!is_integer(value->kind)) {
		return refuse_kind(error, value, kind);
	}
	return KIN_OK;
}

static int set_integer(stored *to, int kind, const kin_value *value, kin_error *error)
{
	const struct range *range = &ranges[kind];
	whole n;
	int rc = whole_of(kind, value, &n, error);

	if (rc < 0)
		return rc;
	if (n.outside || (n.large || n.integer >= 0 ? (uint64_t)n.integer > range->high : n.integer < range->low))
		return refuse(error, KIN_ERANGE, value, "is outside the range of %s%s (%" PRId64 " to %" PRIu64 ")",
		              kin_kind_article(kind), kin_kind_get(kind)->name, range->low, range->high);
	switch (kin_kind_get(kind)->size) {
	case 1:
		to->int8 = (int8_t)n.integer;
		break;
	case 2:
		to->int16 = (int16_t)n.integer;
		break;
	case 4:
		to->int32 = (int32_t)n.integer;
		break;
	default:
		to->int64 = n.integer;
	}
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
	} else if (value->kind == KIN_KIND_DECIMAL) {
		d = kin_decimal_double(kin_value_as_decimal(value));
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

/* What has one text that is its own. */
static bool is_printed(int kind)
{
	return (kind >= KIN_KIND_DATE && kind <= KIN_KIND_UUID) || kind == KIN_KIND_DECIMAL;
}

static size_t print(char *out, const kin_value *value)
{
	_Static_assert(KIN_DECIMAL_TEXT >= KIN_SHOW_DATE && KIN_DECIMAL_TEXT >= KIN_UUID_TEXT, "the longest of them");

	if (value->kind == KIN_KIND_DECIMAL)
		return kin_decimal_text(kin_value_as_decimal(value), out);
	if (value->kind != KIN_KIND_UUID)
		return kin_show_date(out, (kin_kind)value->kind, value->as.integer);
	kin_uuid_text(kin_value_as_uuid(value), out);
	return KIN_UUID_TEXT - 1;
}

static int set_text(stored *to, const kin_value *value, kin_arena *arena, kin_error *error)
{
	char date[KIN_DECIMAL_TEXT];
	const char *text = value->as.data;
	size_t length = value->size;

	if (value->overflow && value->kind == KIN_KIND_TEXT)
		return kin_error_set(error, KIN_ERANGE, "a text of more than %u bytes does not fit into a column", UINT32_MAX);
	if (is_printed(value->kind)) {
		if (!arena)
			return refuse_kind(error, value, KIN_KIND_TEXT);
		length = print(date, value);
		text = date;
	} else if (value->kind != KIN_KIND_TEXT && value->kind != KIN_KIND_JSON) {
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

static int set_decimal(stored *to, const kin_value *value, kin_error *error)
{
	int rc = KIN_OK;

	if (value->kind == KIN_KIND_DECIMAL)
		to->decimal = kin_value_as_decimal(value);
	else if (is_integer(value->kind))
		to->decimal = value->overflow ? kin_decimal_from_uint64((uint64_t)value->as.integer) : kin_decimal_of(value->as.integer, 0);
	else if (is_real(value->kind))
		rc = kin_decimal_from_double(value->as.real, &to->decimal);
	else if (value->kind == KIN_KIND_TEXT)
		rc = kin_decimal_read(value->as.data, value->size, &to->decimal);
	else
		return refuse_kind(error, value, KIN_KIND_DECIMAL);
	if (rc == KIN_ERANGE)
		return refuse(error, rc, value, "has more than the 38 digits that a decimal holds");
	return rc < 0 ? refuse(error, rc, value, "is not a decimal such as 12.50") : KIN_OK;
}

static int set_uuid(stored *to, const kin_value *value, kin_error *error)
{
	if (value->kind == KIN_KIND_UUID)
		to->uuid = kin_value_as_uuid(value);
	else if (value->kind == KIN_KIND_BYTES && value->size == sizeof(to->uuid.bytes))
		memcpy(to->uuid.bytes, value->as.data, sizeof(to->uuid.bytes));
	else if (value->kind != KIN_KIND_TEXT)
		return refuse_kind(error, value, KIN_KIND_UUID);
	else if (kin_uuid_read(value->as.data, value->size, &to->uuid) < 0)
		return refuse(error, KIN_EVALUE, value, "is not a uuid such as 5e3ab5c1-9f7a-4a53-8c22-0123456789ab");
	return KIN_OK;
}

/* SQLite makes a number of a document that is one, and a number is a document. */
static int set_json(stored *to, const kin_value *value, kin_arena *arena, kin_error *error)
{
	kin_value document = *value;
	kin_text number;
	int rc;

	if (arena && (is_integer(value->kind) || is_real(value->kind))) {
		kin_text_init(&number);
		kin_show_value(&number, value);
		rc = kin_text_ok(&number) ? KIN_OK : kin_error_nomem(error);
		document = kin_value_text_n(number.data, number.length);
		if (rc == KIN_OK)
			rc = set_json(to, &document, arena, error);
		kin_text_done(&number);
		return rc;
	}
	if (value->kind != KIN_KIND_TEXT && value->kind != KIN_KIND_JSON)
		return refuse_kind(error, value, KIN_KIND_JSON);
	if (!kin_json_valid(value->as.data, value->size))
		return refuse(error, KIN_EVALUE, value, "is not valid JSON");
	document.kind = KIN_KIND_TEXT;
	return set_text(to, &document, arena, error);
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

	if (plain <= KIN_KIND_NULL || plain >= KIN_KIND_ENUM) /* these have a kin_domain, which only a model's members have */
		return kin_error_set(error, KIN_EINVAL, "%s%s is read through a model only", kin_kind_article(plain),
		                     kin_kind_get(plain)->c_type);
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
	else if (plain == KIN_KIND_DECIMAL)
		rc = set_decimal(&to, value, error);
	else if (plain == KIN_KIND_UUID)
		rc = set_uuid(&to, value, error);
	else if (plain == KIN_KIND_JSON)
		rc = set_json(&to, value, arena, error);
	else
		rc = set_date(&to, plain, value, error);
	if (rc < 0)
		return rc;
	memcpy(member, &to, kin_kind_get(plain)->size);
	if (plain != kind)
		memcpy((char *)member + kin_kind_get(plain)->nullable_present, &present, sizeof(present));
	return KIN_OK;
}
