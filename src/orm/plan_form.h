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

/* Add the columns of a part's heirs to a select that has those of its mapping, joining tables of their own; with them the forms of the
 * part. `alias` as for kin_resolve_column(). KIN_OK or KIN_ENOMEM. */
int kin_plan_forms(kin_arena *arena, kin_sql_select *select, kin_part *part, const char *alias);
/* The same columns alone, with the tables that they are in. `named`: of a derived table, under the names that kin_plan_forms() asks it for.
 * KIN_OK or KIN_ENOMEM. */
int kin_plan_form_columns(kin_arena *arena, kin_sql_select *select, const kin_mapping *mapping, bool named);

/* load_form.c: what the current row says of itself. NULL: that is of no model; the session's error names the row and the value. */
const kin_form *kin_load_form(kin_session *session, kin_statement *statement, const kin_part *part);
/* What its object is made from. *batch is that of the part's mapping, and becomes the one for the object; `alone`: it is of no list. KIN_OK or
 * the session's error. */
int kin_load_form_mould(kin_session *session, kin_statement *statement, const kin_part *part, bool alone, kin_batch **batch,
                        const kin_mould **ret_mould);
/* An object of the session is of another model than its row, which someone has changed. Fails. */
int kin_load_changed_form(kin_session *session, const kin_part *part, const void *object);
/* The form that an object has. */
const kin_form *kin_load_form_of(const kin_part *part, const kin_mapping *mapping);

/* What fills an object again. */
static inline const kin_cell *kin_load_cells(const kin_part *part, const void *object)
{
	return part->forms ? kin_load_form_of(part, kin_instance_mapping(kin_instance_of(object)))->cells : part->cells;
}

#endif
