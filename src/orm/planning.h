/* planning.h - a plan in the making: what the files that make plans share. */
#ifndef KIN_ORM_PLANNING_H
#define KIN_ORM_PLANNING_H

#include "orm/plan_select.h"

typedef struct kin_planning {
	kin_plan            *plan;
	const kin_plan_spec *spec;
	kin_arena           *arena;
	kin_resolver         resolver;
	kin_core             core;
	kin_want             want;
	kin_query_text       text;    /* the first one */
	const char          *current; /* the text whose problems come next */
	kin_problem         *reported; /* the last one that was passed on */
	bool                 failed;
	kin_plan_report     *report;
	void                *context;
	kin_error           *error;
} kin_planning;

/* Pass on a problem that is about the text as a whole. KIN_OK or KIN_ENOMEM. */
int kin_planning_problem(kin_planning *p, const char *format, ...) KIN_PRINTF(2, 3);
/* Pass on what the resolver has found since the last call, which is about the current text. KIN_OK or KIN_ENOMEM. */
int kin_planning_problems(kin_planning *p);

/* plan_page.c: the query has an order and no limit, which `who` needs, and the primary key goes on where the order ends. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_plan_sort_by_key(kin_planning *p, const char *who);
/* plan_after.c: what is asked of the query is what comes behind an object; and, once .fetch is what comes first, that statement. Likewise. */
int kin_plan_after(kin_planning *p);
int kin_plan_behind(kin_planning *p);
/* plan_change.c: what UPDATE assigns; the statement of an UPDATE or DELETE whose condition is in .core; and the columns of the rows that it changes,
 * as a SELECT of them would bring them. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_plan_assignments(kin_planning *p, const kin_query_text *text);
int kin_plan_update(kin_planning *p);
int kin_plan_delete(kin_planning *p);
int kin_plan_returning(kin_planning *p);

/* plan_page.c: what is asked of the query is a page of it. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_plan_page(kin_planning *p);

/* KIN_OK; KIN_EQUERY, reported, which ends the planning; KIN_ENOMEM. */
int kin_planning_parse(kin_planning *p, const char *text, kin_query_form form, kin_query_text *ret);
/* Whether as many values are given as the text has placeholders; if not, that is a problem. KIN_OK or KIN_ENOMEM. */
int kin_planning_count(kin_planning *p, size_t placeholders, size_t values);

#endif
