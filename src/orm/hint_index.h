/* hint_index.h - the index by which a table's rows of a statement would be found. */
#ifndef KIN_ORM_HINT_INDEX_H
#define KIN_ORM_HINT_INDEX_H

#include "orm/check.h"

typedef struct kin_hint_index {
	const kin_mapping *mapping;   /* in whose KIN_MODEL it belongs; NULL: no index would help, or none that can be said */
	const char        *table;
	const char        *condition; /* "Pet.species = ? and Pet.age > ?", "order by Pet.name"; in the arena */
	const char        *text;      /* "kin_index((species, age))" */
} kin_hint_index;

/* `table` is what the statement calls it. `sorts`: its rows are sorted after they have been read. KIN_OK or KIN_ENOMEM. */
int kin_hint_index_of(const kin_registry *registry, kin_sql_select *select, const char *table, bool sorts, kin_arena *arena, kin_hint_index *ret);

#endif
