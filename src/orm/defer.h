/* defer.h - columns that an object was loaded without: texts, bytes and documents, whose pointer says so.
 *
 * An object that may lack some has KIN_INSTANCE_LACKS from its batch's mould, and a session that has such objects says .defers, so that others
 * are not looked at. The mark stays when they are loaded. */
#ifndef KIN_ORM_DEFER_H
#define KIN_ORM_DEFER_H

#include "orm/mapping_sql.h"
#include "orm/plan.h"

static inline bool kin_defer_lacks(const void *object, const kin_attribute *attribute)
{
	const void *pointer;

	if (!attribute->pointed)
		return false;
	memcpy(&pointer, (const char *)object + attribute->offset, sizeof(pointer));
	return pointer == KIN_UNLOADED;
}

/* Whether a column can be left out: nothing but the program needs it. */
static inline bool kin_defer_can(const kin_attribute *attribute)
{
	return attribute->pointed && !attribute->primary_key && !attribute->foreign_key && !attribute->linked &&
	       attribute != attribute->mapping->distributed && !attribute->mapping->lineage;
}

/* Poison a member. */
void kin_defer_poison(void *object, const kin_attribute *attribute);

/* Load a column of an object that lacks it; with that of its siblings, once a second one of them is asked for it. KIN_OK; KIN_EDETACHED; KIN_ESTALE
 * when the row is gone. */
int kin_defer_load(kin_session *session, void *object, const kin_attribute *attribute);
/* The same for all that it lacks. */
int kin_defer_load_all(kin_session *session, void *object);
/* What an object lacks and the current row of a statement has. KIN_OK or the error. */
int kin_defer_fill(kin_session *session, kin_statement *statement, const kin_part *part, void *object);

/* plan_columns.c: the columns that a want's objects come without, as a set; NULL: none. */
const uint64_t *kin_want_left_out(const kin_want *want);
/* `only (name, species)`, and `defer` or `undefer photo`. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_want_only(kin_want *want, kin_resolver *resolver, const kin_with_item *item);
int kin_want_defer(kin_want *want, kin_resolver *resolver, const char *name, uint32_t at, bool defer);

#endif
