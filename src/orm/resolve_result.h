/* resolve_result.h - what kind of value an expression gives. */
#ifndef KIN_ORM_RESOLVE_RESULT_H
#define KIN_ORM_RESOLVE_RESULT_H

#include "orm/resolve.h"

/* Of an expression that has been resolved: a kin_kind without KIN_KIND_NULLABLE; KIN_KIND_NULL: not known. */
int kin_resolve_result(const kin_resolver *resolver, const kin_expr *expr);
/* The attribute whose values it gives, in its own kind: a column, the least and the like of one, a query of one. NULL: it makes values of its own. */
const kin_attribute *kin_resolve_origin(const kin_expr *expr);

bool kin_resolve_is_integer(int kind);

#endif
