/* ddl_dump.h - all that an item of DDL says, field by field: two items are the same if their dumps are. */
#ifndef KIN_TEST_DDL_DUMP_H
#define KIN_TEST_DDL_DUMP_H

#include "sql/ddl.h"

void dump_ddl(kin_text *out, const kin_ddl *ddl);
void dump_table(kin_text *out, const kin_table_schema *table);

#endif
