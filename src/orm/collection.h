/* collection.h - the lists of loaded has_many relationships, and both sides of a relationship in step.
 *
 * Arrays are never written where a list that somebody read may look: who holds a list keeps what they read. Only
 * long lists (over 1,024) are shifted in place by taking items out of their middle one after the other. */
#ifndef KIN_ORM_COLLECTION_H
#define KIN_ORM_COLLECTION_H

#include <kin/query.h>

#include "orm/unit.h"

/* What a relationship's member holds; NULL or empty where it is not loaded. */
const void *kin_collection_one(const void *object, const kin_relation *relation);
kin_list kin_collection_list(const void *object, const kin_relation *relation);

/* Whether an owner's loaded list has the item (or its has_one is). Looks through the list. */
bool kin_collection_has(const void *owner, const kin_relation *relation, const void *item);
/* The same of a many-to-many list, by whichever of the two loaded lists is the shorter. */
bool kin_collection_has_linked(const void *owner, const kin_relation *relation, const void *item);

/* Whether a many-to-many list shows an item only because that has the owner in its own list, and was never added: the row comes when it is. */
bool kin_collection_awaits(const void *owner, const kin_relation *relation, const void *item);

/* Put an item at the end of an owner's loaded list (or into its has_one), or take it out; nothing where that is not loaded. The owner's part
 * only: keys and the item's own member are the caller's. KIN_OK or KIN_ENOMEM. */
int kin_collection_put(kin_session *session, void *owner, const kin_relation *relation, void *item);
int kin_collection_take(kin_session *session, void *owner, const kin_relation *relation, const void *item);

/* Both sides of a many-to-many relationship, as far as they are loaded; the owner's list has the item, or has it not. The table's row is the
 * next flush's. KIN_OK or KIN_ENOMEM. */
int kin_collection_link(kin_session *session, void *owner, const kin_relation *relation, void *item);
int kin_collection_unlink(kin_session *session, void *owner, const kin_relation *relation, void *item);

/* The other sides of an owner's many-to-many list, where they are loaded: those that are in `now` have the owner, those that were in `then` and
 * are not in `now` have it not. KIN_OK or KIN_ENOMEM. */
int kin_collection_match(kin_session *session, void *owner, const kin_relation *relation, kin_list then, kin_list now);
/* What the object's many-to-many lists gained and lost since the last flush is taken back on the other side. KIN_OK or KIN_ENOMEM. */
int kin_collection_revert_links(kin_session *session, const kin_tracked *tracked);

/* A pending item is not to be saved after all: it leaves the lists of its owners; its own members stay. KIN_OK or KIN_ENOMEM. */
int kin_collection_leave(kin_session *session, void *item);

/* An item's row is gone: it leaves the lists of its owners, but of those that are deleted with it; its own members stay. KIN_OK or KIN_ENOMEM. */
int kin_collection_forget(kin_session *session, const void *item);

/* Putting and taking while a transaction is undone, where nothing is remembered: only if it is there, or not there, and without fail. */
void kin_collection_put_back(kin_session *session, void *owner, const kin_relation *relation, const void *item);
void kin_collection_drop(kin_session *session, void *owner, const kin_relation *relation, const void *item);

/* The object whose key an item holds through a belongs_to relationship, as far as it is loaded: by the member as the lists know
 * it, else by the key in the snapshot. NULL: none, or not loaded. */
void *kin_collection_parent(kin_session *session, const void *item, const kin_relation *belongs_to);

/* The object that the key in an item's struct, or in an image of it, points at; NULL: none, or not loaded. */
void *kin_collection_keyed(kin_session *session, const void *image, const kin_relation *belongs_to);

/* The owner that the key in an image of an item says, where `relation` is the owner's; NULL: none, or not loaded. */
void *kin_collection_owner(kin_session *session, const void *image, const kin_relation *relation);

/* The same of a foreign key that perhaps no relationship follows. NULL too where it does not point at a primary key. */
void *kin_collection_pointed(kin_session *session, const void *image, const kin_foreign *foreign);

/* The item belongs to the owner (NULL: to none) from now on: its member, its former owner's list, and the key at the next flush.
 * `relation` is the owner's. The owner's own list is the caller's. KIN_OK or KIN_ENOMEM. */
int kin_collection_adopt(kin_session *session, const void *owner, const kin_relation *relation, void *item);

#endif
