/* types.h - the C types a model's members may have, beyond the plain ones. */
#ifndef KIN_TYPES_H
#define KIN_TYPES_H

#include <kin/api.h>

KIN_BEGIN_DECLS

/* Text is UTF-8 and ends with a NUL. PostgreSQL and MariaDB refuse other bytes, KIN_EVALUE; SQLite keeps what it is given. A text in the database that
 * has a zero byte in it is KIN_EVALUE when it is read, never cut short: a kin_bytes holds one. */

/** Bytes with their size. The memory belongs to whoever made them: the session, for a loaded object. */
typedef struct kin_bytes {
	const void *data;
	size_t      size;
} kin_bytes;

/** A day, counted from 1970-01-01 in the proleptic Gregorian calendar. */
typedef struct kin_date {
	int32_t days;
} kin_date;

/** A time of day: microseconds since midnight. */
typedef struct kin_time {
	int64_t us;
} kin_time;

/** What a calendar and a clock on the wall show, in no zone: microseconds since 1970-01-01 00:00. */
typedef struct kin_datetime {
	int64_t us;
} kin_datetime;

/** An instant: microseconds since 1970-01-01 00:00 UTC. */
typedef struct kin_timestamp {
	int64_t us;
} kin_timestamp;

/**
 * An exact decimal number: the coefficient, 128 bits in two's complement (high * 2^64 + low), over 10^scale.
 * 38 digits and a sign, which is what decimal128 and the NUMERIC of most databases have at most: a fixed size, so that it is
 * copied, compared and kept in an object like a number. A database value of more digits is KIN_ERANGE, never rounded.
 * 12.5 and 12.50 are equal; the scale is how many decimals are shown. Zeroed memory is 0.
 *
 * The column is NUMERIC(.precision, .scale). A value of more digits is refused before it is sent, where a database would round it.
 * SQLite has no exact numbers but integers of 64 bits: there a decimal is such an integer, or a double, as long as it has no
 * more than 15 digits, which a double keeps; one of more is KIN_ERANGE. So what comes back is what went in, and it is compared, ordered and
 * added up as a number, by other programs too.
 */
typedef struct kin_decimal {
	int64_t  high;
	uint64_t low;
	int32_t  scale; /* decimals: 0 to 38 */
} kin_decimal;

/** 16 bytes, in the order in which they are printed: memcmp() sorts them as their text does. The column is a UUID on PostgreSQL and
 * MariaDB; on SQLite it holds the text, in lower case, so that queries and other programs can write one. */
typedef struct kin_uuid {
	uint8_t bytes[16];
} kin_uuid;

/** A JSON document as text, checked when it is stored and when it is read. The column is a JSONB on PostgreSQL, which gives back the same
 * document with blanks and the order of keys of its own; else JSON, which keeps the text. json_value(data, '$.owner.name') reads
 * in it, in queries: a text, or NULL. The memory belongs to whoever made it: the session,
 * for a loaded object. .text NULL is NULL, and no value of a column that is NOT NULL. */
typedef struct kin_json {
	const char *text;
} kin_json;

/* int8_t and the unsigned integers are kept in the next larger column that holds all of them, and checked both ways. A uint64_t is a
 * NUMERIC(20); on SQLite, which has no such integers, one above INT64_MAX is KIN_ERANGE. */

/** A member that may be NULL in the database: `{ value, present }`. `kin_nullable(int64_t)` in a struct. */
#define kin_nullable(T) kin_nullable_##T

#define KIN_NULLABLE_(T) \
	typedef struct kin_nullable_##T { \
		T    value; \
		bool present; /* false: NULL, and .value means nothing */ \
	} kin_nullable_##T

typedef struct kin_nullable_bool {
	bool value;
	bool present;
} kin_nullable_bool;
typedef kin_nullable_bool kin_nullable__Bool; /* where `bool` was expanded first */
KIN_NULLABLE_(int8_t);
KIN_NULLABLE_(int16_t);
KIN_NULLABLE_(int32_t);
KIN_NULLABLE_(int64_t);
KIN_NULLABLE_(uint8_t);
KIN_NULLABLE_(uint16_t);
KIN_NULLABLE_(uint32_t);
KIN_NULLABLE_(uint64_t);
KIN_NULLABLE_(float);
KIN_NULLABLE_(double);
KIN_NULLABLE_(kin_date);
KIN_NULLABLE_(kin_time);
KIN_NULLABLE_(kin_datetime);
KIN_NULLABLE_(kin_timestamp);
KIN_NULLABLE_(kin_decimal);
KIN_NULLABLE_(kin_uuid);
KIN_NULLABLE_(kin_json);

/** KIN_NULLABLE(species): once, after `typedef enum { … } species;`, so that a member can be kin_nullable(species). */
#define KIN_NULLABLE(T) KIN_NULLABLE_(T)

/** kin_some(int64_t, 3): a nullable that holds 3. kin_none(int64_t): one that is NULL. */
#define kin_some(T, v) ((kin_nullable(T)){ .value = (v), .present = true })
#define kin_none(T)    ((kin_nullable(T)){ .present = false })

/**
 * What a member or a value is, in C. A column's type follows from it.
 *
 * Members may be of every kind from BOOL to CUSTOM. Values are of fewer kinds, so that a driver has less to tell apart: an
 * integer of any size is BOOL, INT16, INT32 or INT64 (.overflow: a uint64_t above INT64_MAX); a label of an enum and a char[N]
 * are TEXT; a custom type's value is what its hooks make of it. What is where in a kin_value says value.h.
 */
typedef enum kin_kind {
	KIN_KIND_NULL, /* no value; only a query's argument is of this kind */
	KIN_KIND_BOOL,
	KIN_KIND_INT8,
	KIN_KIND_INT16,
	KIN_KIND_INT32,
	KIN_KIND_INT64,
	KIN_KIND_UINT8,
	KIN_KIND_UINT16,
	KIN_KIND_UINT32,
	KIN_KIND_UINT64,
	KIN_KIND_FLOAT,
	KIN_KIND_DOUBLE,
	KIN_KIND_DECIMAL,
	KIN_KIND_TEXT,   /* const char *, ends with a NUL; NULL is NULL */
	KIN_KIND_BYTES,  /* kin_bytes; .data NULL is NULL */
	KIN_KIND_DATE,
	KIN_KIND_TIME,
	KIN_KIND_DATETIME,
	KIN_KIND_TIMESTAMP,
	KIN_KIND_UUID,
	KIN_KIND_JSON,   /* kin_json */
	KIN_KIND_ENUM,   /* a C enum, a number of 1 to 8 bytes: which of its labels. In the database the label */
	KIN_KIND_CHARS,  /* char[N], ends with a NUL */
	KIN_KIND_CUSTOM, /* a kin_custom_type's */
	KIN_KIND_ARRAY,  /* kin_array(items, count): several values for `in (?)` */
	KIN_KIND_OBJECT, /* an object, for `owner = ?` */
	KIN_KIND_COUNT
} kin_kind;

#define KIN_KIND_NULLABLE 0x80 /* added to a kind: it is a kin_nullable(…) of it */

/** The date of a year (any), month (1-12) and day (1-31). Days past a month's end run into the next. */
KIN_API kin_date kin_date_of(int year, int month, int day);
/** The wall-clock moment at a date and a time of day. */
KIN_API kin_datetime kin_datetime_of(int year, int month, int day, int hour, int minute, int second);
/** The instant at that moment in UTC. */
KIN_API kin_timestamp kin_timestamp_of(int year, int month, int day, int hour, int minute, int second);
/** Today (UTC), and now. */
KIN_API kin_date kin_today(void);
KIN_API kin_timestamp kin_now(void);

/** kin_decimal_of(1250, 2) is 12.50. A scale below 0 or above 38 is brought to that. */
KIN_API kin_decimal kin_decimal_of(int64_t coefficient, int scale);
/** Read "12.50", "-3", "1.5e3": as many decimals as are written. KIN_OK; KIN_EVALUE: it is no number; KIN_ERANGE: more than 38
 * digits. *ret_decimal is written only on KIN_OK. */
KIN_API int kin_decimal_parse(const char *text, kin_decimal *ret_decimal);
/** Write it with all its decimals and a NUL. Returns the length. */
#define KIN_DECIMAL_TEXT 44
KIN_API size_t kin_decimal_text(kin_decimal decimal, char out[KIN_DECIMAL_TEXT]);
/** Below 0, 0 or above 0, by value: 12.5 equals 12.50. */
KIN_API int kin_decimal_compare(kin_decimal a, kin_decimal b);
/** With so many decimals: further ones are rounded, a half away from zero, as SQL's round() does; missing ones are zeros. KIN_ERANGE
 * when that takes more than 38 digits, or `scale` is not 0 to 38. */
KIN_API int kin_decimal_round(kin_decimal decimal, int scale, kin_decimal *ret_decimal);
/** The nearest double. */
KIN_API double kin_decimal_double(kin_decimal decimal);

/** A random uuid (version 4), and one that begins with the time (version 7, RFC 9562), so that new keys stand together in an index:
 * those made in different microseconds sort by time, and those of one thread always go up. */
KIN_API kin_uuid kin_uuid_v4(void);
KIN_API kin_uuid kin_uuid_v7(void);
/** Read 36 characters, "5e3ab5c1-9f7a-4a53-8c22-0123456789ab" in either case, or 32 without the dashes. KIN_OK or KIN_EVALUE. */
KIN_API int kin_uuid_parse(const char *text, kin_uuid *ret_uuid);
/** Write it in lower case with a NUL. */
#define KIN_UUID_TEXT 37
KIN_API void kin_uuid_text(kin_uuid uuid, char out[KIN_UUID_TEXT]);

/** kin_json_of("[1, 2]"): the text as a document; borrowed. */
static inline kin_json kin_json_of(const char *text)
{
	kin_json json;

	json.text = text;
	return json;
}
/** Whether a text is one JSON value as RFC 8259 has it, in UTF-8 and no deeper than 128 levels. */
KIN_API bool kin_json_valid(const char *text, size_t length);

KIN_END_DECLS

#endif
