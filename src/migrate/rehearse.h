/* rehearse.h - an upgrade tried out: up, down, and up again, with what it does to the data. */
#ifndef KIN_MIGRATE_REHEARSE_H
#define KIN_MIGRATE_REHEARSE_H

#include "migrate/run.h"

/* All data of a database, whatever the order of its rows and columns. kin's own tables do not count. */
typedef struct kin_rehearse_data {
	int64_t  rows;
	uint64_t hash;
} kin_rehearse_data;

typedef struct kin_rehearse_step {
	const kin_script *script; /* NULL: as it was before */
	bool              up;
	int64_t           microseconds;
	kin_rehearse_data data;   /* afterwards */
} kin_rehearse_step;

typedef struct kin_rehearse {
	kin_rehearse_step *steps; /* the first is how it was; then each revision up, down, and up again */
	size_t             count;
	size_t             revisions; /* 0: there is nothing to do */
	const kin_script  *irreversible; /* the revision that cannot be undone, so that it went up only; NULL: there is none */
	bool               lost;    /* after going down the data is not what it was */
	bool               unsteady; /* going up a second time gave other data */
} kin_rehearse;

/* Try the upgrade to `target` out on the connection, which is to a copy, or has a transaction open that will be rolled back. In the arena. */
int kin_rehearse_run(kin_connection *connection, kin_arena *arena, const kin_folder *folder, const char *target,
                     const kin_run_options *options, kin_rehearse *ret_rehearse, kin_error *error);
/* Read all data. */
int kin_rehearse_read(kin_connection *connection, kin_rehearse_data *ret_data, kin_error *error);

#endif
