/* fold.h - enums in databases that have none: a VARCHAR with a check of its labels, recognised as what was declared. */
#ifndef KIN_MIGRATE_FOLD_H
#define KIN_MIGRATE_FOLD_H

#include "schema/schema.h"
#include "sql/dialect.h"

/* Replace, in the schema, such a column and its check by an ENUM column. Nothing for dialects with enums of their own.
 * KIN_OK or KIN_ENOMEM. */
int kin_fold_enums(kin_schema *schema, const kin_dialect *dialect);

#endif
