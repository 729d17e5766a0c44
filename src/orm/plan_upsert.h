/* plan_upsert.h - what the options of a kin_upsert() mean, and its statement. */
#ifndef KIN_ORM_PLAN_UPSERT_H
#define KIN_ORM_PLAN_UPSERT_H

#include "orm/mapping_sql.h"
#include "orm/planning.h"

typedef struct kin_upsert_text kin_upsert_text;

struct kin_upsert {
	const uint64_t  *conflict; /* attributes: the unique key, */
	size_t           conflict_count;
	const uint64_t  *update;   /* and what a row that is there gets */
	bool             updates;  /* anything at all */
	kin_upsert_text *texts[KIN_DIALECT_COUNT]; /* under the plan's lock */
};

/* Read the options. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_plan_upsert(kin_planning *p);

/* The statement for one struct, of which the database fills the attributes in `omitted`. KIN_OK or an error. */
int kin_plan_upsert_write(kin_plan *plan, const kin_dialect *dialect, const uint64_t *omitted, const kin_write **ret_write,
                          kin_error *error);

#endif
