/* naming.h - what a constraint or index is called when nobody said: pk_pets, uq_pets_name,
 * ix_pets_name, fk_pets_owner_id_owners, ck_pets_age. As SQLAlchemy's recommended convention has it. */
#ifndef KIN_SCHEMA_NAMING_H
#define KIN_SCHEMA_NAMING_H

#include <stddef.h>

#include "base/arena.h"

/* In the arena; NULL when memory is out. Names longer than 63 bytes are cut and end with _ and four hex digits of a hash. */
char *kin_naming_primary(kin_arena *arena, const char *table);
char *kin_naming_unique(kin_arena *arena, const char *table, const char *const *columns, size_t count);
char *kin_naming_index(kin_arena *arena, const char *table, const char *const *columns, size_t count);
char *kin_naming_foreign(kin_arena *arena, const char *table, const char *const *columns, size_t count,
                         const char *target);
char *kin_naming_check(kin_arena *arena, const char *table, const char *name);

#endif
