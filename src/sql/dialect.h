/* dialect.h - what differs between databases when a tree becomes text.
 *
 * A dialect is a const table. It needs no client library: all of them are in libkin, whichever drivers are there. */
#ifndef KIN_SQL_DIALECT_H
#define KIN_SQL_DIALECT_H

#include "base/text.h"
#include "schema/schema.h"

typedef enum kin_dialect_id { KIN_SQLITE, KIN_POSTGRESQL, KIN_MARIADB, KIN_DIALECT_COUNT } kin_dialect_id;

typedef struct kin_dialect {
	kin_dialect_id id;
	const char    *name;              /* "sqlite" */
	char           quote;             /* of names: " or ` */
	bool           numbered_params;   /* $1 rather than ? */
	bool           returning_insert; /* and of DELETE */
	bool           returning_update;
	bool           null_safe_is;      /* a IS b; else postgresql: IS NOT DISTINCT FROM; mariadb: <=> */
	bool           boolean_words;     /* TRUE rather than 1 */
	bool           transactional_ddl;
	bool           right_to_add_constraint; /* ALTER TABLE … ADD CONSTRAINT exists */
	size_t         max_params;        /* in one statement */
	size_t         max_name;          /* bytes in a name */
	const char *const *reserved;      /* words that must be quoted as names, sorted, upper case, ends with NULL */
	size_t         reserved_count;
} kin_dialect;

extern const kin_dialect kin_dialect_sqlite;
extern const kin_dialect kin_dialect_dqlite; /* SQLite's, behind a protocol that takes fewer placeholders; its id and name are SQLite's */
extern const kin_dialect kin_dialect_postgresql;
extern const kin_dialect kin_dialect_mariadb;

const kin_dialect *kin_dialect_get(kin_dialect_id id);
const kin_dialect *kin_dialect_find(const char *name); /* NULL: unknown; "mysql" is mariadb */
/* Whether a dialect has this name. A driver's module has a dialect of its own, which kin_dialect_find() does not find. */
bool kin_dialect_is(const kin_dialect *dialect, const char *name);

/* A name, quoted only where it must be: reserved, or not [a-z_][a-z0-9_]*. */
void kin_dialect_name(const kin_dialect *dialect, kin_text *out, const char *name);
/* A table's name. On PostgreSQL "shop.pets" is the table pets of the schema shop; elsewhere the dot is a part of the name. */
void kin_dialect_table(const kin_dialect *dialect, kin_text *out, const char *name);
/* Its schema; false, and nothing is written: it has none. */
bool kin_dialect_schema(const kin_dialect *dialect, kin_text *out, const char *table);
/* The part behind the schema, where there is one. */
const char *kin_dialect_bare(const kin_dialect *dialect, const char *table);

#endif
