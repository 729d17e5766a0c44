/* diff.h - what must change for one schema to become another.
 *
 * Compared is what the database would show: types after the dialect has rendered them, defaults, checks and index expressions
 * as tokens, unnamed constraints by what they say. So applying a difference and comparing again finds nothing.
 *
 * Order: added tables (targets first), each followed by its indexes; removed tables (children first, indexes before);
 * then the tables of both by name: renamed and added columns, altered columns, primary key, index and unique, distribution, foreign keys,
 * comments, checks, and removed columns last; but what is dropped and stands on a column whose type changes comes first of all of its
 * table. Foreign keys over columns whose type changes are dropped before all that, and added again after it. Around all are removed and added
 * views and triggers, and views over columns whose type changes, as PostgreSQL changes none under a view.
 * Bookkeeping tables (kin_revision, kin_lock, alembic_version) are not seen. */
#ifndef KIN_MIGRATE_DIFF_H
#define KIN_MIGRATE_DIFF_H

#include "migrate/op.h"

typedef struct kin_diff_options {
	const char *const *renames; /* "pets:animals", "pets.nm:name", "pets.kind.dog:hound": kin_rename_read() */
	size_t             rename_count;
	bool               objects;  /* compare views and triggers too */
} kin_diff_options;

/* Append the changes to `out`; their strings and parts are in its arena. `dialect` NULL: compare as portable types.
 * `options` NULL: the usual. KIN_EINVAL for a rename that names nothing; KIN_ENOMEM. */
int kin_diff_schemas(kin_changes *out, const kin_dialect *dialect, const kin_schema *from, const kin_schema *to,
                     const kin_diff_options *options, kin_error *error);

/* Whether a table is kin's own or another tool's bookkeeping. */
bool kin_diff_ignores(const char *table);

#endif
