/* rebuild_check.h - whether a changed table can hold its rows, told with the rows that it cannot. */
#ifndef KIN_MIGRATE_REBUILD_CHECK_H
#define KIN_MIGRATE_REBUILD_CHECK_H

#include "db/connection.h"
#include "migrate/rebuild_plan.h"

typedef struct kin_rebuild_check {
	kin_connection         *connection;
	kin_arena              *arena;
	const kin_rebuild_plan *plan;
	int64_t                 rows; /* in the table */
	kin_error              *error;
} kin_rebuild_check;

/* Before the rows are moved: NOT NULL, lengths, unique keys, checks. KIN_ENOTNULL, KIN_ELENGTH, KIN_EUNIQUE, KIN_ECHECK. */
int kin_rebuild_check_rows(kin_rebuild_check *check);
/* After they were moved, before the old table goes: values that did not become numbers. KIN_EVALUE. */
int kin_rebuild_check_moved(kin_rebuild_check *check);
/* At the end: views and triggers that name what is no longer there. KIN_EREVISION. */
int kin_rebuild_check_objects(kin_rebuild_check *check);

#endif
