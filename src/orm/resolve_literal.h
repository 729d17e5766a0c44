/* resolve_literal.h - a value written in a query's text, beside an attribute. */
#ifndef KIN_ORM_RESOLVE_LITERAL_H
#define KIN_ORM_RESOLVE_LITERAL_H

#include "orm/resolve.h"

/* Whether it can be the attribute's: an enum's label; a uuid, a date or a time, which are written as they are stored. Other expressions and attributes are
 * passed over. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_resolve_literal(kin_resolver *resolver, const kin_attribute *attribute, kin_expr *expr);

#endif
