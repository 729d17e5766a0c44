/* types.h - the C types a model's members may have, beyond the plain ones. */
#ifndef KIN_TYPES_H
#define KIN_TYPES_H

#include <kin/api.h>

KIN_BEGIN_DECLS

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
KIN_NULLABLE_(int16_t);
KIN_NULLABLE_(int32_t);
KIN_NULLABLE_(int64_t);
KIN_NULLABLE_(float);
KIN_NULLABLE_(double);
KIN_NULLABLE_(kin_date);
KIN_NULLABLE_(kin_time);
KIN_NULLABLE_(kin_datetime);
KIN_NULLABLE_(kin_timestamp);

/** kin_some(int64_t, 3): a nullable that holds 3. kin_none(int64_t): one that is NULL. */
#define kin_some(T, v) ((kin_nullable(T)){ .value = (v), .present = true })
#define kin_none(T)    ((kin_nullable(T)){ .present = false })

/** What a value is, in C. A column's type follows from it. */
typedef enum kin_kind {
	KIN_KIND_NULL, /* no value; only a query's argument is of this kind */
	KIN_KIND_BOOL,
	KIN_KIND_INT16,
	KIN_KIND_INT32,
	KIN_KIND_INT64,
	KIN_KIND_FLOAT,
	KIN_KIND_DOUBLE,
	KIN_KIND_TEXT,   /* const char *, ends with a NUL; NULL is NULL */
	KIN_KIND_BYTES,  /* kin_bytes; .data NULL is NULL */
	KIN_KIND_DATE,
	KIN_KIND_TIME,
	KIN_KIND_DATETIME,
	KIN_KIND_TIMESTAMP,
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

KIN_END_DECLS

#endif
