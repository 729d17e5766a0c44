/* dependents.h - what must go with a column or a foreign key on MariaDB. */
#ifndef KIN_MIGRATE_DEPENDENTS_H
#define KIN_MIGRATE_DEPENDENTS_H

#include "sql/ddl.h"

/* For the change's rendering: .table of a DROP_COLUMN, .index of a DROP_FOREIGN. false: out of memory. */
bool kin_dependents_find(kin_arena *arena, const kin_schema *schema, kin_ddl *item);

#endif
