/* value.h - one value of any kind, and how a macro captures its arguments as values. */
#ifndef KIN_VALUE_H
#define KIN_VALUE_H

#include <string.h>

#include <kin/types.h>

KIN_BEGIN_DECLS

/** A value. It borrows what it points at: text and bytes must outlive it. A number, a decimal and a uuid are in it. */
typedef struct kin_value {
	union {
		int64_t     integer; /* BOOL, INT*, and DATE (days), TIME, DATETIME, TIMESTAMP (microseconds); DECIMAL: .low */
		double      real;    /* FLOAT, DOUBLE */
		const void *data;    /* TEXT, JSON, BYTES, ARRAY's items, OBJECT */
		uint8_t     bytes[8]; /* UUID: the first half */
	} as;
	union {
		int64_t     high;     /* DECIMAL: .high. Else 0, but for UUID */
		uint8_t     bytes[8]; /* UUID: the second half */
	} more;
	uint32_t size;       /* BYTES: bytes. TEXT, JSON: bytes without the NUL. ARRAY: items. DECIMAL: .scale */
	uint8_t  kind;       /* a kin_kind; KIN_KIND_NULL is NULL of any type */
	uint8_t  item_kind;  /* ARRAY: what the items are */
	uint8_t  unused;     /* so that the four of them are written as one */
	uint8_t  overflow;   /* the C value was too large for most columns. An integer: it is (uint64_t).as.integer, above INT64_MAX */
} kin_value;

static inline kin_value kin_value_null(const void *nothing)
{
	kin_value v = { { 0 }, { 0 }, 0, KIN_KIND_NULL, 0, 0, 0 };
	(void)nothing;
	return v;
}

static inline kin_value kin_value_integer_(int64_t i, int kind)
{
	kin_value v = { { i }, { 0 }, 0, (uint8_t)kind, 0, 0, 0 };
	return v;
}

static inline kin_value kin_value_real_(double d, int kind)
{
	kin_value v = kin_value_null(NULL);
	v.kind = (uint8_t)kind;
	v.as.real = d;
	return v;
}

static inline kin_value kin_value_bool(bool b) { return kin_value_integer_(b, KIN_KIND_BOOL); }
static inline kin_value kin_value_int8(int8_t i) { return kin_value_integer_(i, KIN_KIND_INT16); }
static inline kin_value kin_value_uint8(uint8_t i) { return kin_value_integer_(i, KIN_KIND_INT16); }
static inline kin_value kin_value_uint16(uint16_t i) { return kin_value_integer_(i, KIN_KIND_INT32); }
static inline kin_value kin_value_uint32(uint32_t i) { return kin_value_integer_(i, KIN_KIND_INT64); }
static inline kin_value kin_value_int16(int16_t i) { return kin_value_integer_(i, KIN_KIND_INT16); }
static inline kin_value kin_value_int32(int32_t i) { return kin_value_integer_(i, KIN_KIND_INT32); }
static inline kin_value kin_value_int64(int64_t i) { return kin_value_integer_(i, KIN_KIND_INT64); }
static inline kin_value kin_value_uint64(uint64_t i)
{
	kin_value v = kin_value_integer_((int64_t)i, KIN_KIND_INT64);
	v.overflow = i > (uint64_t)INT64_MAX;
	return v;
}
static inline kin_value kin_value_float(float f) { return kin_value_real_((double)f, KIN_KIND_FLOAT); }
static inline kin_value kin_value_double(double d) { return kin_value_real_(d, KIN_KIND_DOUBLE); }
static inline kin_value kin_value_text_n(const char *s, size_t length)
{
	kin_value v = kin_value_null(NULL);
	if (s) {
		v.kind = KIN_KIND_TEXT;
		v.as.data = s;
		v.size = (uint32_t)length;
		v.overflow = length > UINT32_MAX;
	}
	return v;
}
static inline kin_value kin_value_text(const char *s) { return kin_value_text_n(s, s ? strlen(s) : 0); }
static inline kin_value kin_value_bytes(kin_bytes b)
{
	kin_value v = kin_value_text_n((const char *)b.data, b.size);
	if (b.data)
		v.kind = KIN_KIND_BYTES;
	return v;
}
static inline kin_value kin_value_date(kin_date d) { return kin_value_integer_(d.days, KIN_KIND_DATE); }
static inline kin_value kin_value_time(kin_time t) { return kin_value_integer_(t.us, KIN_KIND_TIME); }
static inline kin_value kin_value_datetime(kin_datetime t) { return kin_value_integer_(t.us, KIN_KIND_DATETIME); }
static inline kin_value kin_value_timestamp(kin_timestamp t) { return kin_value_integer_(t.us, KIN_KIND_TIMESTAMP); }
static inline kin_value kin_value_decimal(kin_decimal d)
{
	kin_value v = kin_value_integer_((int64_t)d.low, KIN_KIND_DECIMAL);
	v.more.high = d.high;
	v.size = (uint32_t)d.scale;
	return v;
}
static inline kin_decimal kin_value_as_decimal(const kin_value *v)
{
	kin_decimal d;
	memset(&d, 0, sizeof(d));
	d.high = v->more.high;
	d.low = (uint64_t)v->as.integer;
	d.scale = (int32_t)v->size;
	return d;
}
static inline kin_value kin_value_uuid(kin_uuid u)
{
	kin_value v = kin_value_integer_(0, KIN_KIND_UUID);
	memcpy(v.as.bytes, u.bytes, sizeof(v.as.bytes));
	memcpy(v.more.bytes, u.bytes + sizeof(v.as.bytes), sizeof(v.more.bytes));
	return v;
}
static inline kin_uuid kin_value_as_uuid(const kin_value *v)
{
	kin_uuid u;
	memcpy(u.bytes, v->as.bytes, sizeof(v->as.bytes));
	memcpy(u.bytes + sizeof(v->as.bytes), v->more.bytes, sizeof(v->more.bytes));
	return u;
}
static inline kin_value kin_value_json(kin_json j)
{
	kin_value v = kin_value_text(j.text);
	if (j.text)
		v.kind = KIN_KIND_JSON;
	return v;
}
static inline kin_value kin_value_object(const void *object)
{
	kin_value v = kin_value_null(NULL);
	if (object) {
		v.kind = KIN_KIND_OBJECT;
		v.as.data = object;
	}
	return v;
}
static inline kin_value kin_value_array(const void *items, size_t count, int item_kind)
{
	kin_value v = kin_value_null(NULL);
	v.kind = KIN_KIND_ARRAY;
	v.item_kind = (uint8_t)item_kind;
	v.as.data = items;
	v.size = (uint32_t)count;
	v.overflow = count > UINT32_MAX;
	return v;
}
static inline kin_value kin_value_same(kin_value v) { return v; }

#define KIN_NULLABLE_VALUE_(T, name) \
	static inline kin_value kin_value_nullable_##name(kin_nullable_##T n) \
	{ return n.present ? kin_value_##name(n.value) : kin_value_null(NULL); }
KIN_NULLABLE_VALUE_(bool, bool)
KIN_NULLABLE_VALUE_(int8_t, int8)
KIN_NULLABLE_VALUE_(int16_t, int16)
KIN_NULLABLE_VALUE_(int32_t, int32)
KIN_NULLABLE_VALUE_(int64_t, int64)
KIN_NULLABLE_VALUE_(uint8_t, uint8)
KIN_NULLABLE_VALUE_(uint16_t, uint16)
KIN_NULLABLE_VALUE_(uint32_t, uint32)
KIN_NULLABLE_VALUE_(uint64_t, uint64)
KIN_NULLABLE_VALUE_(float, float)
KIN_NULLABLE_VALUE_(double, double)
KIN_NULLABLE_VALUE_(kin_date, date)
KIN_NULLABLE_VALUE_(kin_time, time)
KIN_NULLABLE_VALUE_(kin_datetime, datetime)
KIN_NULLABLE_VALUE_(kin_timestamp, timestamp)
KIN_NULLABLE_VALUE_(kin_decimal, decimal)
KIN_NULLABLE_VALUE_(kin_uuid, uuid)
KIN_NULLABLE_VALUE_(kin_json, json)

/** Where the hooks of a custom type get memory from. */
typedef struct kin_custom_memory kin_custom_memory;
/** Memory that lives as long as the object (in .result) or until the statement has run (in .bind). NULL: there is none. */
KIN_API void *kin_custom_alloc(kin_custom_memory *memory, size_t size);

/**
 * A type of your own: `kin_custom(price, &money)` in a model, where money is a `static const kin_custom_type`.
 *
 * In the database it is of another kind, and the hooks turn the one into the other. They return KIN_OK, or a KIN_E… such as KIN_EVALUE,
 * and kin writes the sentence. In a query the argument for such a column is what is stored. It cannot be a key.
 */
typedef struct kin_custom_type {
	const char *name;      /* as errors call it: "money" */
	size_t      size;      /* of the C type, which the member must have */
	kin_kind    kind;      /* of what is stored: up to KIN_KIND_JSON */
	const char *column;    /* the portable column type: "VARCHAR(20)", "NUMERIC(10, 2)". NULL: the usual one of .kind. Each
	                        * database has its own word for it, as in revisions */
	/* The member as a value, which may borrow from the member and from memory; kin_value_null(NULL) for NULL. */
	int       (*bind)(const void *member, kin_custom_memory *memory, kin_value *ret_value);
	/* The member from a value of .kind, or from NULL. Text is the hook's to copy. A failure leaves the member alone. */
	int       (*result)(void *member, const kin_value *value, kin_custom_memory *memory);
	/* 0: they are equal, and nothing is saved. NULL: byte by byte. */
	int       (*compare)(const void *a, const void *b);
} kin_custom_type;

KIN_END_DECLS

#ifndef __cplusplus

/* The kind of a model's member, as a constant. A type that no column can hold does not compile. `char *` is a char[N]: what is
 * a pointer kin_column() refuses. */
#define KIN_MEMBER_KIND(x) _Generic((x), KIN_MEMBER_KINDS_)

#define KIN_MEMBER_KINDS_ \
	bool: KIN_KIND_BOOL, \
	int8_t: KIN_KIND_INT8, \
	int16_t: KIN_KIND_INT16, \
	int32_t: KIN_KIND_INT32, \
	uint8_t: KIN_KIND_UINT8, \
	uint16_t: KIN_KIND_UINT16, \
	uint32_t: KIN_KIND_UINT32, \
	unsigned long: sizeof(long) == 8 ? KIN_KIND_UINT64 : KIN_KIND_UINT32, \
	unsigned long long: KIN_KIND_UINT64, \
	long: sizeof(long) == 8 ? KIN_KIND_INT64 : KIN_KIND_INT32, \
	long long: KIN_KIND_INT64, \
	float: KIN_KIND_FLOAT, \
	double: KIN_KIND_DOUBLE, \
	const char *: KIN_KIND_TEXT, \
	kin_bytes: KIN_KIND_BYTES, \
	kin_date: KIN_KIND_DATE, \
	kin_time: KIN_KIND_TIME, \
	kin_datetime: KIN_KIND_DATETIME, \
	kin_timestamp: KIN_KIND_TIMESTAMP, \
	kin_decimal: KIN_KIND_DECIMAL, \
	kin_uuid: KIN_KIND_UUID, \
	kin_json: KIN_KIND_JSON, \
	char *: KIN_KIND_CHARS, \
	KIN_NULLABLE_KINDS_

#define KIN_NULLABLE_KINDS_ \
	kin_nullable_bool: KIN_KIND_BOOL | KIN_KIND_NULLABLE, \
	kin_nullable_int8_t: KIN_KIND_INT8 | KIN_KIND_NULLABLE, \
	kin_nullable_int16_t: KIN_KIND_INT16 | KIN_KIND_NULLABLE, \
	kin_nullable_int32_t: KIN_KIND_INT32 | KIN_KIND_NULLABLE, \
	kin_nullable_int64_t: KIN_KIND_INT64 | KIN_KIND_NULLABLE, \
	kin_nullable_uint8_t: KIN_KIND_UINT8 | KIN_KIND_NULLABLE, \
	kin_nullable_uint16_t: KIN_KIND_UINT16 | KIN_KIND_NULLABLE, \
	kin_nullable_uint32_t: KIN_KIND_UINT32 | KIN_KIND_NULLABLE, \
	kin_nullable_uint64_t: KIN_KIND_UINT64 | KIN_KIND_NULLABLE, \
	kin_nullable_float: KIN_KIND_FLOAT | KIN_KIND_NULLABLE, \
	kin_nullable_double: KIN_KIND_DOUBLE | KIN_KIND_NULLABLE, \
	kin_nullable_kin_date: KIN_KIND_DATE | KIN_KIND_NULLABLE, \
	kin_nullable_kin_time: KIN_KIND_TIME | KIN_KIND_NULLABLE, \
	kin_nullable_kin_datetime: KIN_KIND_DATETIME | KIN_KIND_NULLABLE, \
	kin_nullable_kin_timestamp: KIN_KIND_TIMESTAMP | KIN_KIND_NULLABLE, \
	kin_nullable_kin_decimal: KIN_KIND_DECIMAL | KIN_KIND_NULLABLE, \
	kin_nullable_kin_uuid: KIN_KIND_UUID | KIN_KIND_NULLABLE, \
	kin_nullable_kin_json: KIN_KIND_JSON | KIN_KIND_NULLABLE

/* The kind of a query's argument, as a constant; every integer type is welcome there. */
#define KIN_ARGUMENT_KIND(x) _Generic((x), \
	bool: KIN_KIND_BOOL, \
	char: KIN_KIND_INT16, signed char: KIN_KIND_INT16, unsigned char: KIN_KIND_INT16, \
	short: KIN_KIND_INT16, unsigned short: KIN_KIND_INT32, \
	int: KIN_KIND_INT32, unsigned: KIN_KIND_INT64, \
	long: KIN_KIND_INT64, unsigned long: KIN_KIND_INT64, \
	long long: KIN_KIND_INT64, unsigned long long: KIN_KIND_INT64, \
	float: KIN_KIND_FLOAT, double: KIN_KIND_DOUBLE, \
	char *: KIN_KIND_TEXT, const char *: KIN_KIND_TEXT, \
	kin_bytes: KIN_KIND_BYTES, \
	kin_date: KIN_KIND_DATE, kin_time: KIN_KIND_TIME, \
	kin_datetime: KIN_KIND_DATETIME, kin_timestamp: KIN_KIND_TIMESTAMP, \
	kin_decimal: KIN_KIND_DECIMAL, kin_uuid: KIN_KIND_UUID, kin_json: KIN_KIND_JSON, \
	void *: KIN_KIND_NULL, const void *: KIN_KIND_NULL, \
	kin_array_of: KIN_KIND_ARRAY, kin_value: KIN_KIND_COUNT /* known at run time only */, \
	KIN_NULLABLE_KINDS_, \
	default: KIN_KIND_OBJECT)

/* The value of a query's argument. */
#define KIN_ARGUMENT(x) _Generic((x), \
	bool: kin_value_bool, \
	char: kin_value_int16, signed char: kin_value_int16, unsigned char: kin_value_int16, \
	short: kin_value_int16, unsigned short: kin_value_int32, \
	int: kin_value_int32, unsigned: kin_value_int64, \
	long: kin_value_int64, unsigned long: kin_value_uint64, \
	long long: kin_value_int64, unsigned long long: kin_value_uint64, \
	float: kin_value_float, double: kin_value_double, \
	char *: kin_value_text, const char *: kin_value_text, \
	kin_bytes: kin_value_bytes, \
	kin_date: kin_value_date, kin_time: kin_value_time, \
	kin_datetime: kin_value_datetime, kin_timestamp: kin_value_timestamp, \
	kin_decimal: kin_value_decimal, kin_uuid: kin_value_uuid, kin_json: kin_value_json, \
	void *: kin_value_null, const void *: kin_value_null, \
	kin_array_of: kin_value_array_of, kin_value: kin_value_same, \
	kin_nullable_bool: kin_value_nullable_bool, \
	kin_nullable_int8_t: kin_value_nullable_int8, \
	kin_nullable_int16_t: kin_value_nullable_int16, \
	kin_nullable_int32_t: kin_value_nullable_int32, \
	kin_nullable_int64_t: kin_value_nullable_int64, \
	kin_nullable_uint8_t: kin_value_nullable_uint8, \
	kin_nullable_uint16_t: kin_value_nullable_uint16, \
	kin_nullable_uint32_t: kin_value_nullable_uint32, \
	kin_nullable_uint64_t: kin_value_nullable_uint64, \
	kin_nullable_float: kin_value_nullable_float, \
	kin_nullable_double: kin_value_nullable_double, \
	kin_nullable_kin_date: kin_value_nullable_date, \
	kin_nullable_kin_time: kin_value_nullable_time, \
	kin_nullable_kin_datetime: kin_value_nullable_datetime, \
	kin_nullable_kin_timestamp: kin_value_nullable_timestamp, \
	kin_nullable_kin_decimal: kin_value_nullable_decimal, \
	kin_nullable_kin_uuid: kin_value_nullable_uuid, \
	kin_nullable_kin_json: kin_value_nullable_json, \
	default: kin_value_object)(x)

/** kin_array(ids, n): n values for one `in (?)`. The array must live until the query has run. */
typedef struct kin_array_of {
	const void *items;
	size_t      count;
	int         kind;
} kin_array_of;
#define kin_array(array, n) \
	((kin_array_of){ .items = (array), .count = (n), \
	                 .kind = KIN_ITEM_KIND((array)[0]) + 0 * KIN_ITEM_CHECK((array)[0]) })

/* The kind of an array's items, as a constant. They are read where they are, so only types that a member may have
 * (and kin_value, and pointers to objects) will do: an array of chars does not compile. */
#define KIN_ITEM_KIND(x) _Generic((x), \
	bool: KIN_KIND_BOOL, char: -1, int8_t: KIN_KIND_INT8, int16_t: KIN_KIND_INT16, int32_t: KIN_KIND_INT32, \
	long: sizeof(long) == 8 ? KIN_KIND_INT64 : KIN_KIND_INT32, long long: KIN_KIND_INT64, \
	uint8_t: KIN_KIND_UINT8, uint16_t: KIN_KIND_UINT16, uint32_t: KIN_KIND_UINT32, \
	unsigned long: sizeof(long) == 8 ? KIN_KIND_UINT64 : KIN_KIND_UINT32, unsigned long long: KIN_KIND_UINT64, \
	float: KIN_KIND_FLOAT, double: KIN_KIND_DOUBLE, \
	char *: KIN_KIND_TEXT, const char *: KIN_KIND_TEXT, \
	kin_bytes: KIN_KIND_BYTES, \
	kin_date: KIN_KIND_DATE, kin_time: KIN_KIND_TIME, \
	kin_datetime: KIN_KIND_DATETIME, kin_timestamp: KIN_KIND_TIMESTAMP, \
	kin_decimal: KIN_KIND_DECIMAL, kin_uuid: KIN_KIND_UUID, kin_json: KIN_KIND_JSON, \
	kin_value: KIN_KIND_COUNT, \
	KIN_NULLABLE_KINDS_, \
	default: KIN_KIND_OBJECT)
#define KIN_ITEM_CHECK(x) ((int)sizeof(char[KIN_ITEM_KIND(x) < 0 ? -1 : 1]))
static inline kin_value kin_value_array_of(kin_array_of a)
{
	return kin_value_array(a.items, a.count, a.kind);
}

/* The arguments after a query's text: how many, their kinds (constants), their values. */
#define KIN_COUNT(...) KIN_COUNT_(0 __VA_OPT__(,) __VA_ARGS__, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define KIN_COUNT_(zero, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, n, ...) n
#define KIN_JOIN_(a, b)  a##b
#define KIN_JOIN(a, b)   KIN_JOIN_(a, b)
#define KIN_MAP(m, ...)  KIN_MAP_OF(KIN_MAP_PLAIN_, m __VA_OPT__(,) __VA_ARGS__)
#define KIN_MAP_PLAIN_(m, x) m(x)
/* m(of, x), for each x. */
#define KIN_MAP_OF(m, of, ...) KIN_JOIN(KIN_MAP_, KIN_COUNT(__VA_ARGS__))(m, of __VA_OPT__(,) __VA_ARGS__)
#define KIN_MAP_0(m, of)
#define KIN_MAP_1(m, of, x) m(of, x)
#define KIN_MAP_2(m, of, x, ...) m(of, x), KIN_MAP_1(m, of, __VA_ARGS__)
#define KIN_MAP_3(m, of, x, ...) m(of, x), KIN_MAP_2(m, of, __VA_ARGS__)
#define KIN_MAP_4(m, of, x, ...) m(of, x), KIN_MAP_3(m, of, __VA_ARGS__)
#define KIN_MAP_5(m, of, x, ...) m(of, x), KIN_MAP_4(m, of, __VA_ARGS__)
#define KIN_MAP_6(m, of, x, ...) m(of, x), KIN_MAP_5(m, of, __VA_ARGS__)
#define KIN_MAP_7(m, of, x, ...) m(of, x), KIN_MAP_6(m, of, __VA_ARGS__)
#define KIN_MAP_8(m, of, x, ...) m(of, x), KIN_MAP_7(m, of, __VA_ARGS__)
#define KIN_MAP_9(m, of, x, ...) m(of, x), KIN_MAP_8(m, of, __VA_ARGS__)
#define KIN_MAP_10(m, of, x, ...) m(of, x), KIN_MAP_9(m, of, __VA_ARGS__)
#define KIN_MAP_11(m, of, x, ...) m(of, x), KIN_MAP_10(m, of, __VA_ARGS__)
#define KIN_MAP_12(m, of, x, ...) m(of, x), KIN_MAP_11(m, of, __VA_ARGS__)
#define KIN_MAP_13(m, of, x, ...) m(of, x), KIN_MAP_12(m, of, __VA_ARGS__)
#define KIN_MAP_14(m, of, x, ...) m(of, x), KIN_MAP_13(m, of, __VA_ARGS__)
#define KIN_MAP_15(m, of, x, ...) m(of, x), KIN_MAP_14(m, of, __VA_ARGS__)
#define KIN_MAP_16(m, of, x, ...) m(of, x), KIN_MAP_15(m, of, __VA_ARGS__)
#define KIN_MAP_17(m, of, x, ...) m(of, x), KIN_MAP_16(m, of, __VA_ARGS__)
#define KIN_MAP_18(m, of, x, ...) m(of, x), KIN_MAP_17(m, of, __VA_ARGS__)
#define KIN_MAP_19(m, of, x, ...) m(of, x), KIN_MAP_18(m, of, __VA_ARGS__)
#define KIN_MAP_20(m, of, x, ...) m(of, x), KIN_MAP_19(m, of, __VA_ARGS__)
#define KIN_MAP_21(m, of, x, ...) m(of, x), KIN_MAP_20(m, of, __VA_ARGS__)
#define KIN_MAP_22(m, of, x, ...) m(of, x), KIN_MAP_21(m, of, __VA_ARGS__)
#define KIN_MAP_23(m, of, x, ...) m(of, x), KIN_MAP_22(m, of, __VA_ARGS__)
#define KIN_MAP_24(m, of, x, ...) m(of, x), KIN_MAP_23(m, of, __VA_ARGS__)
#define KIN_MAP_25(m, of, x, ...) m(of, x), KIN_MAP_24(m, of, __VA_ARGS__)
#define KIN_MAP_26(m, of, x, ...) m(of, x), KIN_MAP_25(m, of, __VA_ARGS__)
#define KIN_MAP_27(m, of, x, ...) m(of, x), KIN_MAP_26(m, of, __VA_ARGS__)
#define KIN_MAP_28(m, of, x, ...) m(of, x), KIN_MAP_27(m, of, __VA_ARGS__)
#define KIN_MAP_29(m, of, x, ...) m(of, x), KIN_MAP_28(m, of, __VA_ARGS__)
#define KIN_MAP_30(m, of, x, ...) m(of, x), KIN_MAP_29(m, of, __VA_ARGS__)
#define KIN_MAP_31(m, of, x, ...) m(of, x), KIN_MAP_30(m, of, __VA_ARGS__)
#define KIN_MAP_32(m, of, x, ...) m(of, x), KIN_MAP_31(m, of, __VA_ARGS__)

#endif /* __cplusplus */

#endif
