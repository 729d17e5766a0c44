/* check.h - what `kin check` alone looks for: a query that can be asked, and cannot be meant.
 *
 * Planning finds what no database could answer (resolve.h). What is found here, in the finished statement, runs where it must: it finds
 * nothing, or one database takes it and another does not. Findings are sentences; nothing is looked for when the program runs. */
#ifndef KIN_ORM_CHECK_H
#define KIN_ORM_CHECK_H

#include "orm/plan.h"
#include "orm/registry.h"

typedef struct kin_check {
	kin_arena *arena;
	void     (*note)(void *context, const char *sentence);
	void      *context;
	bool       failed; /* memory was out */
} kin_check;

/* A select and those around it: where a column's table is looked for. */
typedef struct kin_check_scope {
	const kin_sql_select         *select;
	const struct kin_check_scope *outer; /* NULL: none */
} kin_check_scope;

/* Note a finding. NULL arguments of the format are not allowed: test for kin_check_show() having failed. */
void kin_check_note(kin_check *check, const char *format, ...) KIN_PRINTF(2, 3);

/* check.c: all sites of the program as people read it: file by file, from the top. To be freed with kin_mem_free(); NULL: memory is out. */
kin_site **kin_check_sites(size_t *ret_count);
/* A site's plan, as its first call would make it. As kin_plan_new(); *ret_plan NULL: it is the database's own SQL, or its model is not in the
 * program. */
int kin_check_plan(const kin_registry *registry, const kin_site *site, kin_plan **ret_plan, kin_plan_report *report, void *context, kin_error *error);

/* check_tree.c: all of a statement, queries inside it included. */
void kin_check_select(kin_check *check, const kin_sql_select *select, const kin_check_scope *outer);

/* check_group.c: aggregates and windows where none can be, values of a group that has many of them. The select alone, not what is inside it. */
void kin_check_group(kin_check *check, const kin_sql_select *select);

/* check_range.c: of comparisons that are ANDed, two that are never true together. `condition` is not itself a part of an AND. */
void kin_check_range(kin_check *check, const kin_expr *condition);

/* check_never.c: a comparison alone that is never true: with NULL, of what is never NULL, with an identity that no model has. */
void kin_check_never(kin_check *check, const kin_check_scope *scope, const kin_expr *comparison);

/* check_show.c: an expression as a query's text has it, "Pet.age > 10"; what is long is left out. NULL: memory is out, which .failed says. */
const char *kin_check_show(kin_check *check, const kin_expr *expr);

#endif
