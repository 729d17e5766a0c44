/* cast.h - the types that CAST can name, in a query's portable words. */
#ifndef KIN_SQL_CAST_H
#define KIN_SQL_CAST_H

#include "base/error.h"
#include "sql/dialect.h"

/* Write what the dialect calls the type "INTEGER", "varchar(80)", "NUMERIC(10, 2)" in a CAST. KIN_EQUERY names the known ones. */
int kin_cast_type(const kin_dialect *dialect, kin_text *out, const char *type, kin_error *error);
/* Whether it is such a type, arguments aside: "double precision", in any case. */
bool kin_cast_is_known(const char *type);
/* The known type that is nearest to a slip of the fingers; NULL: none is near. */
const char *kin_cast_nearest(const char *type);

#endif
