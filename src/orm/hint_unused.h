/* hint_unused.h - indexes of the models that no query of the program uses. */
#ifndef KIN_ORM_HINT_UNUSED_H
#define KIN_ORM_HINT_UNUSED_H

#include "base/vec.h"
#include "orm/hint.h"

typedef kin_vec(const char *) kin_names;
bool kin_names_have(const kin_names *names, const char *name);

/* Report those of the models' indexes that `database` has and that are not among `used`. Not unique ones, which are there to be unique, nor those by which
 * a relationship is loaded. KIN_OK, or an error. */
int kin_hint_unused(const kin_registry *registry, const kin_schema *database, const kin_names *used, kin_arena *arena, kin_site_report *report, void *context,
                    kin_error *error);

#endif
