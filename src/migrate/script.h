/* script.h - one revision file: <id>_<slug>.sql.
 *
 *     -- revision: 1a2b3c4d5e6f
 *     -- revises: 0a1b2c3d4e5f            (several after commas for a merge; nothing for the first)
 *     -- message: create owners, pets tables
 *     -- date: 2026-11-22 13:45:00
 *     -- branch: accounts             (labels: a name for what follows this revision, and for it)
 *     -- depends: 7f6e5d4c3b2a        (revisions of another branch that must be applied before)
 *     -- replaces: 1a2b3c4d5e6f, …    (revisions that `kin db squash` has made this one from)
 *     -- transaction: none            (each statement is committed by itself, and written down so that a crash resumes)
 *
 * Of the last four those that are needed.
 *
 *     -- upgrade
 *     CREATE TABLE …;
 *
 *     -- downgrade
 *     DROP TABLE …;
 */
#ifndef KIN_MIGRATE_SCRIPT_H
#define KIN_MIGRATE_SCRIPT_H

#include <stdint.h>

#include "migrate/op.h"

typedef struct kin_script {
	const char        *path; /* NULL: not written yet */
	const char        *id;
	const char *const *parents;
	size_t             parent_count;
	const char *const *labels;
	size_t             label_count;
	const char *const *depends; /* ids */
	size_t             depend_count;
	const char *const *replaces; /* ids */
	size_t             replace_count;
	bool               untransacted; /* each statement is committed by itself */
	const char        *message; /* "" if there is none */
	const char        *date;    /* UTC */
	kin_ddl           *up;
	size_t             up_count;
	kin_ddl           *down;
	size_t             down_count;
	bool               down_missing; /* no `-- downgrade` section: it cannot be undone */
	const char        *up_text;      /* the section as written; NULL: not read from a file */
	const char        *down_text;
	uint64_t           checksum;     /* of what it does, not of its comments or layout; 0 before it is written */
} kin_script;

/* Read a file's text; everything is in the arena. `path` is for messages. KIN_EREVISION or KIN_ESYNTAX, with path:line; of SQL path:line:column. */
int kin_script_parse(kin_arena *arena, const char *path, const char *text, size_t size,
                     kin_script *ret_script, kin_error *error);
int kin_script_read(kin_arena *arena, const char *path, kin_script *ret_script, kin_error *error);

/* What a file can be named after, and no other name of a revision. Where it cannot, this says why, behind the quoted id. */
bool kin_script_is_id(const char *id);
#define KIN_SCRIPT_NO_ID \
	"cannot be a revision's id: use letters, digits and _; base, head, heads and current have a meaning already"

/* The file's text. */
void kin_script_show(kin_text *out, const kin_script *script);

/* In the arena, NULL when memory is out: twelve random hex digits; the date of now; a message as part of a file name: lower case,
 * _ between words, at most `length` characters (0: 40). */
char *kin_script_new_id(kin_arena *arena);
char *kin_script_new_date(kin_arena *arena);
char *kin_script_slug(kin_arena *arena, const char *message, size_t length);

#endif
