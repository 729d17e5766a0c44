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
	bool               splice;  /* a parent need not be a head: the new one begins a branch there */
	const char *const *labels;  /* of the branch that begins with it */
	size_t             label_count;
	const char *const *depends; /* names of revisions */
	size_t             depend_count;
	kin_diff_options   diff;
} kin_generate_options;

/* What the models have that the files do not, in order, into `out`. All files count, those of other branches too; with .splice only those that
 * the new revision will stand on. */
int kin_generate_changes(kin_changes *out, const kin_folder *folder, const kin_dialect *dialect,
                         const kin_schema *models, const kin_generate_options *options, kin_error *error);

/* A revision without changes, on the head or on the parents named; not written yet. In the folder's arena. KIN_EREVISION for several heads
 * without a choice, for a parent that is no head (unless .splice), for a label that there is. */
int kin_generate_empty(const kin_folder *folder, const kin_generate_options *options, kin_script *ret_script,
                       kin_error *error);
/* One with the changes and their reverse. No changes: as kin_generate_empty(). */
int kin_generate_script(const kin_folder *folder, const kin_changes *changes, const kin_generate_options *options,
                        kin_script *ret_script, kin_error *error);

/* Whether heads fit together: what they are made of, applied in one order and in the other, gives one schema. KIN_EREVISION with what
 * does not fit. */
int kin_generate_check_merge(const kin_folder *folder, const kin_script *merge, kin_error *error);

#endif
