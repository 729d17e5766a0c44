/* array.h - many values as one of PostgreSQL's arrays. */
#ifndef KIN_DB_POSTGRESQL_ARRAY_H
#define KIN_DB_POSTGRESQL_ARRAY_H

#include "base/text.h"
#include "db/postgresql/driver.h"

typedef enum kin_pg_form { KIN_PG_FORM_UNKNOWN, KIN_PG_FORM_BINARY, KIN_PG_FORM_TEXT } kin_pg_form;

typedef struct kin_pg_array {
	Oid         element;
	kin_pg_form form;  /* UNKNOWN: there were only NULLs until now */
	bool        nulls; /* there are some */
	size_t      count;
	kin_text    bytes;
} kin_pg_array;

/* Append a value as it was bound, NULL for NULL. KIN_ENOMEM; or KIN_EVALUE, with nothing appended: it is in another form than those
 * before it. */
int kin_pg_array_add(kin_pg_array *array, const char *value, int length, int is_binary);
/* Make .bytes what is sent. False when memory is out. */
bool kin_pg_array_finish(kin_pg_array *array);
void kin_pg_array_clear(kin_pg_array *array);

/* The array type of what is PostgreSQL's own (see oid.h); 0: not known. */
Oid kin_pg_array_of(Oid element);

#endif
