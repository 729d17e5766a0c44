/* run_part.h - what bringing a database to a revision is made of. For run*.c only. */
#ifndef KIN_MIGRATE_RUN_PART_H
#define KIN_MIGRATE_RUN_PART_H

#include "migrate/run.h"

typedef struct kin_run_work {
	kin_connection        *connection;
	const kin_folder      *folder;
	const kin_run_options *options;
	kin_arena             *arena;
	bool                  *applied;
	bool                  *replaced; /* by revision: the database has those that it replaces, not yet itself */
	kin_error             *error;
} kin_run_work;

/* What the database has. `lenient`: revisions without a file and edited ones are passed over. */
int kin_run_read_applied(kin_run_work *w, bool lenient);
/* Write down the squashed revisions instead of those they replace. Under the lock. */
int kin_run_settle_replaced(kin_run_work *w);

int kin_run_lock(kin_run_work *w);
/* Give the lock back; the result is `rc`, or what went wrong now. */
int kin_run_unlock(kin_run_work *w, int rc);

/* Carry out one direction of a revision, in a transaction or step by step. */
int kin_run_script(kin_run_work *w, kin_script *script, bool up);
/* Carry out one direction of a revision step by step, going on where it was left. */
int kin_run_steps(kin_run_work *w, const kin_script *script, bool up);

#endif
