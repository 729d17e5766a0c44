/* reflection.h - a schema that is read from a server's catalogue, query by query: what drivers share that read it as texts.
 *
 * A query's first column is the table that the row is about. Rows that make a key or an index together stand one behind the other, and number
 * themselves from 1 in their fourth column. */
#ifndef KIN_DB_REFLECTION_H
#define KIN_DB_REFLECTION_H

#include "base/map.h"
#include "db/connection.h"

enum { KIN_REFLECTION_COLUMNS = 13 }; /* of the widest query */

typedef struct kin_reflection {
	kin_connection   *connection;
	kin_error        *error;
	kin_schema        schema;
	kin_map           tables; /* by name */
	kin_map           enums;  /* types by name: the labels so far. Where enums are types of their own */
	const char       *row[KIN_REFLECTION_COLUMNS]; /* in the schema's arena; NULL is NULL */
	kin_table_schema *table;  /* that the row is about; NULL: none of those read before */
} kin_reflection;

/* What a query says, and what is made of each of its rows: KIN_OK, or the reflection's error. */
typedef struct kin_reflection_step {
	const char *query;
	int       (*row)(kin_reflection *r);
} kin_reflection_step;

/* Ask them all, one after the other. */
int kin_reflection_ask(kin_reflection *r, const kin_reflection_step *steps, size_t count);
/* Free what is not the schema. `rc` KIN_OK: that is *ret_schema. Returns `rc`. */
int kin_reflection_end(kin_reflection *r, int rc, kin_schema *ret_schema);

/* Rows of tables (name, comment, options), and of views and triggers (kind, name, table, sql). */
int kin_reflection_add_table(kin_reflection *r);
int kin_reflection_add_object(kin_reflection *r);

/* One more at the end of a list, which is copied: they are short. */
int kin_reflection_add_name(kin_reflection *r, const char ***names, size_t *count, const char *name);
int kin_reflection_add_part(kin_reflection *r, kin_index_schema *index, const kin_index_part *part);

/* Whether the row is the first of those that make a key or an index; the others add to the one before. */
bool kin_reflection_is_first(const kin_reflection *r);
/* "0" and NULL are not. */
static inline bool kin_reflection_is_true(const char *text)
{
	return text && *text != '0';
}

static inline int kin_reflection_nomem(kin_reflection *r)
{
	return kin_error_nomem(r->error);
}

#endif
