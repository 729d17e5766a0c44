/* naming.h - what constraints and indexes are called that nobody named.
 *
 *     KIN_APP(petshop, .database = "sqlite:///app.db", .naming = { .index = "idx_{table}_{columns}", .foreign = "{table}_{column}_fkey" });
 *
 * In a template stand {table}; {columns}, all of them with _ between, or {column}, the first; of a foreign key {target}, the table that it points
 * at; and of a check {name}: what .name says, or the first column that it speaks of. A name that would be longer than 63 bytes is cut,
 * and ends with four digits that tell it from others. A change of it is a change of the schema: the next revision renames. */
#ifndef KIN_NAMING_H
#define KIN_NAMING_H

#include <kin/api.h>

KIN_BEGIN_DECLS

/** NULL: the usual. */
typedef struct kin_naming {
	const char *primary; /* "pk_{table}" */
	const char *unique;  /* "uq_{table}_{columns}" */
	const char *index;   /* "ix_{table}_{columns}" */
	const char *foreign; /* "fk_{table}_{columns}_{target}" */
	const char *check;   /* "ck_{table}_{name}" */
} kin_naming;

KIN_END_DECLS

#endif
