/* kind.h - what each kind of value is: its name, its C type, its size. One table, used by everyone. */
#ifndef KIN_VALUE_KIND_H
#define KIN_VALUE_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include <kin/types.h>

typedef struct kin_kind_info {
	const char *name;   /* "text", as errors say it */
	const char *c_type; /* "const char *" */
	size_t      size;   /* of the C type; 0: ENUM, CHARS and CUSTOM, whose kin_domain says it */
	size_t      nullable_present; /* offset of .present in kin_nullable(type); 0: not a nullable kind (text and
	                               * bytes are NULL by their pointer) */
	size_t      nullable_size;    /* of kin_nullable(type); 0 as above */
} kin_kind_info;

/* For a kind without KIN_KIND_NULLABLE. Never NULL. */
const kin_kind_info *kin_kind_get(int kind);

/* "a ", "an " or nothing, to stand in front of the name. */
const char *kin_kind_article(int kind);

/* Whether an argument of one kind can be compared with a column of another: numbers with numbers, text with
 * text, a date, time, decimal, uuid, json or enum with its like or with text, an enum with an integer, datetimes with timestamps, a
 * custom type with what its hooks say when the query runs. NULL goes with everything, and so does
 * KIN_KIND_COUNT, an argument whose kind is known at run time only. An array: ask with its items' kind. */
bool kin_kind_comparable(int column_kind, int argument_kind);

#endif
