/* enums.h - finds the enums that a database keeps as text. */
#ifndef KIN_DB_ENUMS_H
#define KIN_DB_ENUMS_H

#include "schema/schema.h"

/* Where a VARCHAR has the check that an enum is written with (CONSTRAINT ck_table_column_enum CHECK (column IN ('a', 'b'))), make
 * the column an ENUM again and take the check away. false when memory is out. */
bool kin_enums_find(kin_arena *arena, kin_table_schema *table);

#endif
