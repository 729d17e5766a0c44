/* squash.h - several revisions made into one that gives the same schema. */
#ifndef KIN_MIGRATE_SQUASH_H
#define KIN_MIGRATE_SQUASH_H

#include "migrate/folder.h"

typedef enum kin_squash_data {
	KIN_SQUASH_REFUSE, /* statements whose effect is not known (INSERT, CALL, `-- only:`) are an error */
	KIN_SQUASH_KEEP,   /* all statements as they are, one revision's after the other's */
	KIN_SQUASH_DROP,   /* without data: only the difference of the schemas */
} kin_squash_data;

typedef struct kin_squash_options {
	const char     *range;   /* "a:b", both included */
	const char     *message; /* NULL: "squash a to b" */
	const char     *id;      /* NULL: random */
	kin_squash_data data;
} kin_squash_options;

/* The revision that does what those of the range do, proved by replaying both; not written yet. It replaces them, and a database that has all
 * of them has it. In the folder's arena. KIN_EREVISION: the range is no piece that can be taken out of the graph; or has data. */
int kin_squash_make(const kin_folder *folder, const kin_squash_options *options, kin_script *ret_script,
                    kin_revision_links *ret_old, kin_error *error);
/* Write it, and move the files that it replaces to squashed/<id>/versions, with copies of those before them: a directory of revisions for
 * databases that are in the middle. */
int kin_squash_write(const kin_folder *folder, kin_script *script, const kin_revision_links *old, kin_error *error);

#endif
