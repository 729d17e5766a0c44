/* identity.h - the identity map of one model in one session: a key has one object.
 *
 * An integer key is kept inline beside the pointer, and neighbours stay together, for ids are dense and
 * arrive in order; other keys are hashed by content and compared through the object's members.
 *
 * An object's key must not change while it is in the map. */
#ifndef KIN_ORM_IDENTITY_H
#define KIN_ORM_IDENTITY_H

#include "orm/mapping.h"

typedef struct kin_identity kin_identity;

kin_identity *kin_identity_new(const kin_mapping *mapping); /* NULL when memory is out */
void kin_identity_free(kin_identity *identity);

/* Borrowed; NULL: absent. */
void *kin_identity_find_integer(const kin_identity *identity, int64_t key);
void *kin_identity_find(const kin_identity *identity, const kin_value *keys);
/* false when memory is out. The key must not be there. */
bool kin_identity_add(kin_identity *identity, void *object);
void kin_identity_remove(kin_identity *identity, const void *object);
/* For an integer key: the object of the key, or the slot to fill, with one look-up. NULL when memory is out.
 * *slot NULL: it must be filled, or the key forgotten, before the next call. */
void **kin_identity_slot(kin_identity *identity, int64_t key);
void kin_identity_forget(kin_identity *identity, int64_t key, void **slot);
size_t kin_identity_count(const kin_identity *identity);
/* Walk: *at starts at 0. NULL: the end. The map must not change meanwhile. */
void *kin_identity_next(const kin_identity *identity, size_t *at);
/* Make room for this many more at once. false when memory is out. */
bool kin_identity_reserve(kin_identity *identity, size_t more);

#endif
