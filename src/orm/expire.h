/* expire.h - objects whose columns are taken from the next row that brings them.
 *
 * Their relationships are not loaded. Whatever asks for such an object, or for what it leads to, asks the database: a query, kin_get(), kin_load(),
 * kin_edit(). A session counts them, so that nothing is looked at where there are none. */
#ifndef KIN_ORM_EXPIRE_H
#define KIN_ORM_EXPIRE_H

#include "orm/unit.h"

static inline bool kin_expire_is(const kin_session *session, const void *object)
{
	return __builtin_expect(session->expired > 0, 0) && (kin_instance_of(object)->flags & KIN_INSTANCE_EXPIRED);
}

static inline void kin_expire_mark(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);

	session->expired += (instance->flags & KIN_INSTANCE_EXPIRED) == 0;
	instance->flags |= KIN_INSTANCE_EXPIRED;
}

static inline void kin_expire_clear(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);

	session->expired -= (instance->flags & KIN_INSTANCE_EXPIRED) != 0;
	instance->flags &= (uint8_t)~KIN_INSTANCE_EXPIRED;
}

/* What follows a persistent object by refresh-expire: persistent ones expire, pending ones are transient again. KIN_OK or the error. */
int kin_expire_along(kin_session *session, void *object);

/* Load the object's columns if it is expired, with those of its siblings that are, once a second one of them is asked for. KIN_OK; KIN_ESTALE when
 * its row is gone. */
int kin_expire_load(kin_session *session, void *object);

/* The same for what a loaded relationship of an object shows. Those in a list whose rows are gone stay as they are. */
int kin_expire_load_shown(kin_session *session, const void *object, const kin_relation *relation);

/* No row has this key: an expired object that has it is deleted. */
int kin_expire_gone(kin_session *session, const kin_mapping *mapping, const kin_value *keys);

#endif
