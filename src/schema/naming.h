/* naming.h - what a constraint or index is called when nobody said: pk_pets, uq_pets_name,
 * ix_pets_name, fk_pets_owner_id_owners, ck_pets_age. As SQLAlchemy's recommended convention has it; or as a program says. */
#ifndef KIN_SCHEMA_NAMING_H
#define KIN_SCHEMA_NAMING_H

#include <kin/naming.h>

#include "base/arena.h"
#include "base/error.h"

/* In the arena; NULL when memory is out. Names longer than 63 bytes are cut and end with _ and four hex digits of a hash. `naming` may be NULL. */
char *kin_naming_primary(const kin_naming *naming, kin_arena *arena, const char *table);
char *kin_naming_unique(const kin_naming *naming, kin_arena *arena, const char *table, const char *const *columns, size_t count);
char *kin_naming_index(const kin_naming *naming, kin_arena *arena, const char *table, const char *const *columns, size_t count);
char *kin_naming_foreign(const kin_naming *naming, kin_arena *arena, const char *table, const char *const *columns, size_t count,
                         const char *target);
char *kin_naming_check(const kin_naming *naming, kin_arena *arena, const char *table, const char *name);

/* Whether the templates say what is known of each kind. KIN_OK; KIN_EMAPPING with the first that does not, and what was meant; KIN_ENOMEM. */
int kin_naming_verify(const kin_naming *naming, kin_error *error);

#endif
