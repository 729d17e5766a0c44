/* example.h - a small schema for the tests of this layer. */
#ifndef KIN_TEST_SCHEMA_EXAMPLE_H
#define KIN_TEST_SCHEMA_EXAMPLE_H

#include "schema/schema.h"

/* Everything returns NULL or false when memory is out. */
static inline kin_table_schema *example_table(kin_schema *schema, const char *name, const char *column)
{
	kin_table_schema *table = kin_schema_add_table(schema, name);

	return table && kin_schema_add_column(schema, table, column) ? table : NULL;
}

static inline kin_foreign_schema *example_foreign(kin_schema *schema, kin_table_schema *table, const char *column,
                                                  const char *target, const char *target_column)
{
	kin_foreign_schema *foreign = kin_schema_add_foreign(schema, table);

	if (!foreign)
		return NULL;
	*foreign = (kin_foreign_schema){ .target = target, .column_count = 1, .target_column_count = 1 };
	foreign->columns = kin_schema_names(schema->arena, &column, 1);
	foreign->target_columns = kin_schema_names(schema->arena, &target_column, 1);
	return foreign->columns && foreign->target_columns ? foreign : NULL;
}

#endif
