/* bulk.h - objects are brought in step with rows that were written without them. */
#ifndef KIN_ORM_BULK_H
#define KIN_ORM_BULK_H

#include "orm/load_rows.h"

/* Columns of these objects' rows were assigned: they are loaded again, and where a foreign key leads elsewhere now the lists at both
 * ends are right. `all_known`: no other rows were changed; else the lists that those may have come to are loaded anew when they are
 * asked for. KIN_OK or the error, which is in the session. */
int kin_bulk_follow(kin_session *session, const kin_mapping *mapping, const kin_attribute *const *assigned, size_t count,
                    const kin_objects *objects, bool all_known);

#endif
