/* row.h - how a value comes into a member of a row's struct. */
#ifndef KIN_ORM_ROW_H
#define KIN_ORM_ROW_H

#include <kin/select.h>

#include "orm/mapping.h"

/* The cell that fills a member from a result's column with the attribute's values, or with those of none (NULL): an attribute's C enums and custom
 * types are the member's. false: the member is of a type that no such value has; or memory is out, which arena->failed tells. */
bool kin_row_cell(kin_arena *arena, const kin_row_member *member, const kin_attribute *attribute, size_t column, kin_cell *ret);

#endif
