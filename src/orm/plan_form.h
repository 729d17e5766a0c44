/* plan_form.h - what a row may become where models inherit from the one that is asked for. */
#ifndef KIN_ORM_PLAN_FORM_H
#define KIN_ORM_PLAN_FORM_H

#include "orm/inherit.h"
#include "orm/plan.h"

/* Whether rows say which mapping they are of. */
static inline bool kin_plan_has_forms(const kin_mapping *mapping)
{
	return mapping->lineage && (mapping->lineage->heir_count > 1 || mapping->lineage->abstract || !mapping->parent);
}

/* What is wanted of a part's heirs. */
typedef struct kin_forming {
	kin_arena      *arena;
	kin_sql_select *select; /* has the columns of the part's mapping */
	const kin_want *want;   /* NULL: all columns */
	const char     *alias;  /* as for kin_resolve_column() */
	bool            joins;  /* all tables are joined, whatever is wanted */
} kin_forming;

/* Add the columns of a part's heirs to a select, joining tables of their own; with them the forms of the part. KIN_OK or KIN_ENOMEM. */
int kin_plan_forms(const kin_forming *forming, kin_part *part);
/* The same columns alone, with the tables that they are in: of a derived table, under the names that kin_plan_forms() asks it for. */
int kin_plan_form_columns(const kin_forming *forming, const kin_mapping *mapping);
/* plan_apart.c: the tables of a part's heirs that are not joined. */
int kin_plan_aparts(kin_plan *plan, const kin_forming *forming, kin_part *part);

/* plan_form.c, for plan_apart.c. The mapping whose own an attribute is; the first that has the table of a mapping's own attributes. */
const kin_mapping *kin_form_owner(const kin_mapping *mapping, size_t attribute);
const kin_mapping *kin_form_first_of_table(const kin_mapping *mapping);
/* Whether an attribute of a mapping that inherits from `base` stays away. */
bool kin_form_leaves_out(const kin_want *want, const kin_mapping *mapping, size_t attribute);
/* The cells of what has a place, and the set of it. */
int kin_form_make_cells(kin_arena *arena, kin_form *form);

/* load_form.c: what the current row says of itself. NULL: that is of no model; the session's error names the row and the value. */
const kin_form *kin_load_form(kin_session *session, kin_statement *statement, const kin_part *part);
/* The batch of its objects: `first` is that of the part's mapping; `alone`: the object is of no list. NULL: the session's error. */
kin_batch *kin_load_form_batch(kin_session *session, const kin_part *part, const kin_form *form, bool alone, kin_batch *first);
/* An object of the session is of another model than its row, which someone has changed. Fails. */
int kin_load_changed_form(kin_session *session, const kin_part *part, const void *object);
/* The form that an object has. */
const kin_form *kin_load_form_of(const kin_part *part, const kin_mapping *mapping);

/* load_apart.c: read the tables of a part's that its rows do not have, for objects that have just been made from them; each stands there once.
 * KIN_OK, or an error that is the session's: then some are not whole. */
int kin_load_aparts(kin_session *session, const kin_part *part, void *const *objects, size_t count);

#endif
