/* lint.h - what a revision will lock, rewrite, break or lose, and how to write it so that it does not.
 *
 * A finding is acknowledged in the file, on a line of its own above the statement, or behind it; in the header for the whole file:
 *
 *     -- lint: allow drop-column nobody has read it since May
 */
#ifndef KIN_MIGRATE_LINT_H
#define KIN_MIGRATE_LINT_H

#include "db/connection.h"
#include "migrate/folder.h"

typedef enum kin_lint_severity {
	KIN_LINT_NOTE,    /* to know */
	KIN_LINT_WARNING, /* others have to wait, or it may fail */
	KIN_LINT_DANGER,  /* something is lost, or running programs break */
} kin_lint_severity;

typedef struct kin_lint_view kin_lint_view;

typedef struct kin_lint_rule {
	const char       *id;
	kin_lint_severity severity;
	unsigned          dialects; /* 1 << kin_dialect_id, of those it is about */
	bool              of_rows;  /* an empty table has nothing to fear */
	const char       *safe;     /* how to write it */
	/* Whether the statement is one; what it does goes into `what`. */
	bool            (*finds)(const kin_lint_view *view, const kin_ddl *item, kin_text *what);
} kin_lint_rule;

/* All of them; the last has no id. */
extern const kin_lint_rule kin_lint_rules[];

/* What a rule may look at beside the statement. */
struct kin_lint_view {
	const kin_dialect *dialect;
	const kin_script  *script;
	const kin_schema  *before; /* the statement */
	const kin_schema  *after;  /* the revision */
	size_t             index;  /* of the statement in script->up */
};

typedef struct kin_lint_finding {
	const kin_lint_rule *rule;
	const kin_script    *script;
	int                  line;
	const char          *what;
	const char          *reason; /* it was acknowledged with; NULL: it was not */
} kin_lint_finding;

typedef struct kin_lint_findings {
	kin_arena        *arena;
	kin_lint_finding *items;
	size_t            count;
	size_t            capacity;
} kin_lint_findings;

typedef struct kin_lint_options {
	kin_connection *connection; /* counts rows, so that findings on empty tables are left out; NULL: no table is empty */
} kin_lint_options;

/* Look at these revisions, for a dialect. What is found is in the order of the revisions, in the list's arena. KIN_EREVISION where a
 * revision does not fit; an acknowledgement without a reason, or of an unknown rule. */
int kin_lint_revisions(kin_lint_findings *out, const kin_folder *folder, const kin_dialect *dialect,
                       const kin_revision_links *revisions, const kin_lint_options *options, kin_error *error);

const char *kin_lint_severity_name(kin_lint_severity severity);
/* Found and not acknowledged, of at least this severity. */
size_t kin_lint_count(const kin_lint_findings *findings, kin_lint_severity severity);

#endif
