/* resolve_compare.h - what is compared with what. */
#ifndef KIN_ORM_RESOLVE_COMPARE_H
#define KIN_ORM_RESOLVE_COMPARE_H

#include "orm/resolve.h"

/* Whether the sides of a comparison that has been resolved are of kinds that can be, and whether an attribute can equal what
 * is written beside it. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_resolve_compare(kin_resolver *resolver, const kin_expr *comparison);

#endif
