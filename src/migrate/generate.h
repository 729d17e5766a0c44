/* generate.h - new revisions: empty, merging heads, or made from the difference between the files and the models. */
#ifndef KIN_MIGRATE_GENERATE_H
#define KIN_MIGRATE_GENERATE_H

#include "migrate/diff.h"
#include "migrate/folder.h"

typedef struct kin_generate_options {
	const char        *message;
	const char        *id;      /* NULL: random */
	const char *const *parents; /* names of revisions; none: the one head */
	size_t             parent_count;
	kin_diff_options   diff;
} kin_generate_options;

/* What the models have that the files at `parents` (usually the head) do not, in order, into `out`. */
int kin_generate_changes(kin_changes *out, const kin_folder *folder, const kin_dialect *dialect,
                         const kin_schema *models, const kin_generate_options *options, kin_error *error);

/* A revision without changes, on the head or on the parents named; not written yet. In the folder's arena. KIN_EREVISION for several heads
 * without a choice. */
int kin_generate_empty(const kin_folder *folder, const kin_generate_options *options, kin_script *ret_script,
                       kin_error *error);
/* One with the changes and their reverse. No changes: as kin_generate_empty(). */
int kin_generate_script(const kin_folder *folder, const kin_changes *changes, const kin_generate_options *options,
                        kin_script *ret_script, kin_error *error);

#endif
