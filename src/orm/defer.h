/* defer.h - columns that an object was loaded without: texts, bytes and documents, whose pointer says so.
 *
 * An object that may lack some has KIN_INSTANCE_LACKS from its batch's mould, and a session that has such objects says .defers, so that others
 * are not looked at. The mark stays when they are loaded. */
#ifndef KIN_ORM_DEFER_H
#define KIN_ORM_DEFER_H

#include "orm/inherit.h"
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
	       attribute != attribute->mapping->distributed && !(attribute->mapping->lineage && attribute == attribute->mapping->lineage->discriminator);
}

/* Poison a member. */
void kin_defer_poison(void *object, const kin_attribute *attribute);

/* Load a column of an object that lacks it; with that of its siblings, once a second one of them is asked for it. KIN_OK; KIN_EDETACHED; KIN_ESTALE
 * when the row is gone. */
int kin_defer_load(kin_session *session, void *object, const kin_attribute *attribute);
/* The same for this object alone, which need not be the session's. */
int kin_defer_load_alone(kin_session *session, void *object, const kin_attribute *attribute);
/* The same for all that it lacks. */
int kin_defer_load_all(kin_session *session, void *object);
/* What an object lacks and the current row of a statement has. KIN_OK or the error. */
int kin_defer_fill(kin_session *session, kin_statement *statement, const kin_part *part, void *object);

/* Whether the query that brought an object said `raise` of a column. */
static inline bool kin_defer_raises(const void *object, const kin_attribute *attribute)
{
	const kin_manner *manner = kin_instance_of(object)->batch->manner;

	return manner && attribute->index / 64 < manner->words && kin_set_has(manner->raised, attribute->index);
}

/* plan_defer.c: whether what `with` names is columns; `only`, or `defer`, `undefer` and `raise` of some. KIN_OK, problems aside, or KIN_ENOMEM. */
bool kin_want_is_about_columns(kin_want *want, const kin_with_item *item);
int kin_want_columns(kin_want *want, kin_resolver *resolver, const kin_with_item *item);

/* plan_columns.c: the columns that a want's objects come without, as a set; NULL: none. */
const uint64_t *kin_want_left_out(const kin_want *want);
/* The same of the own ones of a model that inherits from the want's. */
const uint64_t *kin_want_heir_left_out(const kin_want *want, const kin_mapping *heir);
/* `only (name, species)`, and `defer` or `undefer photo`, of the want's model or of one that inherits from it. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_want_only(kin_want *want, kin_resolver *resolver, const kin_with_item *item);
int kin_want_defer(kin_want *want, kin_resolver *resolver, const kin_mapping *mapping, const char *name, uint32_t at, bool defer);

/* plan_heir.c: the model of that name that inherits from the want's, or is it; NULL: none. */
const kin_mapping *kin_want_heir_called(const kin_want *want, const char *name);
/* Whether an item is about that: people.Engineer. */
bool kin_want_ends_with_model(const kin_want *want, const kin_with_item *item);
/* What the query says of it, made where there is nothing yet. NULL when memory is out. */
kin_want_heir *kin_want_heir_of(kin_want *want, kin_arena *arena, const kin_mapping *heir);
/* Whether the table that a model brings is read after the rows. */
bool kin_want_is_apart(const kin_want *want, const kin_mapping *heir);
/* `selectin Engineer`: the tables of the model and of those that inherit from it. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_want_tables(kin_want *want, kin_resolver *resolver, const kin_with_item *item, const kin_mapping *heir, kin_lazy how, const char *word);
/* The relationship that a step of the item's names leads along, *at becoming the next one: `laptops`, or of a model that inherits from the want's
 * `Engineer.laptops`. NULL: a problem has been noted. KIN_OK or KIN_ENOMEM. */
int kin_want_step(const kin_want *want, kin_resolver *resolver, const kin_with_item *item, size_t *at, const kin_relation **ret_relation);

#endif
