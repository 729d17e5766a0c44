/* resolve_rows.h - queries of rows, on their own or inside others: sources become nodes, values become columns. */
#ifndef KIN_ORM_RESOLVE_ROWS_H
#define KIN_ORM_RESOLVE_ROWS_H

#include "orm/resolve.h"

/* A value that a query of rows brings. */
typedef struct kin_rows_column {
	const char *name; /* NULL: none */
	int         kind; /* a kin_kind without KIN_KIND_NULLABLE; KIN_KIND_NULL: not known */
	const kin_attribute *attribute; /* whose values they are; NULL: of none */
	const kin_mapping   *object; /* it is the first part of the key of one of these; NULL: it is a value */
	bool                 more;   /* it is a further part of the key of the object before */
	uint32_t    at;
} kin_rows_column;

typedef struct kin_rows {
	kin_sql_select  *select; /* NULL: there are problems */
	kin_rows_column *columns;
	size_t           column_count;
} kin_rows;

/* What `with` has named. */
struct kin_cte {
	const char     *name;
	const kin_rows *rows;
	struct kin_cte *next;
};

/* Resolve it; one that stands inside another sees the names outside. The text's trees are used up. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_resolve_query(kin_resolver *resolver, kin_query_text *text, kin_rows *ret_rows);

/* By name; NULL: there is none. */
const kin_rows_column *kin_rows_column_find(const kin_rows *rows, const char *name);

#endif
