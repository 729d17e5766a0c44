/* load.h - rows become objects: the identity map is asked for each key; what is new is filled in one pass. */
#ifndef KIN_ORM_LOAD_H
#define KIN_ORM_LOAD_H

#include "orm/plan.h"

/* Load a relationship of one object (lazy load), whatever its strategy: its member is right afterwards, and its bit set. To-one by key asks
 * the identity map first. KIN_OK; KIN_EDETACHED; a database error (also in the session). */
int kin_load_relation(kin_session *session, void *object, const kin_relation *relation);

/* The same where that takes no statement. Whether it did not. */
bool kin_load_without_sql(kin_session *session, void *object, const kin_relation *relation);

/* Load a relationship for many objects of one mapping at once, those that have it loaded already left alone. */
int kin_load_relation_of(kin_session *session, const void *const *objects, size_t count, const kin_relation *relation);

/* Load an object's columns again from its row: these (a set, orm/mapping_sql.h), or NULL: all. What the program has changed and not saved stays.
 * KIN_OK; KIN_ESTALE when the row is gone. Relationships are left alone. */
int kin_load_columns(kin_session *session, void *object, const uint64_t *set);
/* That sentence. Returns the code. */
int kin_load_gone(kin_session *session, const void *object);

/* The same from the current row of a statement. Relationships whose key has changed are not loaded any more. */
int kin_load_again(kin_session *session, kin_statement *statement, const kin_part *part, void *object);

/* The same for many objects of one mapping, or of some that inherit from the same, 500 of each to a statement; those whose rows are gone are left alone. */
int kin_load_columns_of(kin_session *session, const kin_mapping *mapping, void *const *objects, size_t count);

/* The object with a key: from the identity map, else from its row. *ret_object NULL when there is none. */
int kin_load_by_key(kin_session *session, const kin_mapping *mapping, const kin_value *keys, void **ret_object);

/* The same where the identity map is known not to have it. */
int kin_load_row_by_key(kin_session *session, const kin_mapping *mapping, const kin_value *keys, void **ret_object);

#endif
