/* instance.h - the hidden header in front of every object (as in sds): model, session, state, what is loaded.
 *
 * It is small because it is paid for every object: 24 bytes. Whatever only edited objects need is in kin_tracked. */
#ifndef KIN_ORM_INSTANCE_H
#define KIN_ORM_INSTANCE_H

#include <kin/session.h>

#include "orm/mapping.h"

/* Objects that came together: the rows of one list, or all that a session made one by one. */
typedef struct kin_batch {
	kin_session       *session;
	const kin_mapping *mapping;
	const void *const *items; /* the siblings of each of them, where that is known: siblings.h */
	size_t             count;
	bool               parted; /* one of them has left */
	const struct kin_manner *manner; /* what the query that brought them said of what it did not load; NULL: the models say it */
} kin_batch;

typedef struct kin_instance {
	kin_batch          *batch;
	struct kin_tracked *tracked; /* NULL: neither new, edited nor deleted */
	uint32_t            loaded;  /* a bit for each relationship that is loaded */
	uint8_t             state;   /* kin_state */
	uint8_t             flags;   /* KIN_INSTANCE_… */
	uint16_t            magic;   /* KIN_INSTANCE_MAGIC */
} kin_instance;

enum {
	KIN_INSTANCE_MAGIC = 0x6b69, /* "ki" */
	KIN_INSTANCE_MARK = 1 << 0,  /* for whoever walks objects; clear it afterwards */
	KIN_INSTANCE_STREAMED = 1 << 1, /* lives in a stream's memory, not in the identity map */
	KIN_INSTANCE_EXPUNGED = 1 << 2, /* its memory goes back when the transaction has ended */
	KIN_INSTANCE_SIFTED = 1 << 3, /* for load_collect.c, beside the mark */
	KIN_INSTANCE_LACKS = 1 << 5, /* it was loaded without some columns: orm/defer.h */
	KIN_INSTANCE_EXPIRED = 1 << 4, /* its columns are the next row's: orm/expire.h */
	KIN_MAX_RELATIONS = 32,      /* bits of .loaded; more are a mapping mistake */
};

static inline kin_instance *kin_instance_of(const void *object)
{
	return (kin_instance *)(uintptr_t)object - 1;
}

static inline void *kin_instance_object(const kin_instance *instance)
{
	return (void *)(uintptr_t)(instance + 1);
}

/* Whether a pointer looks like an object that a session made. */
static inline bool kin_instance_valid(const void *object)
{
	return object && ((uintptr_t)object & 7) == 0 && kin_instance_of(object)->magic == KIN_INSTANCE_MAGIC;
}

static inline const kin_mapping *kin_instance_mapping(const kin_instance *instance)
{
	return instance->batch->mapping;
}

static inline void *kin_member(const void *object, uint32_t offset)
{
	return (char *)(uintptr_t)object + offset;
}

/* What an unloaded relationship holds: an address that faults, so that reading it lies to nobody. */
#define KIN_UNLOADED ((void *)(uintptr_t)0x6b696e6b696e6b00u)
#define KIN_UNLOADED_COUNT ((size_t)1 << 40)

/* What a new object of a mapping is copied from: a persistent one with no batch, nothing loaded. NULL when memory is out. */
kin_instance *kin_instance_blank(kin_arena *arena, const kin_mapping *mapping);
/* A new object in the session's memory: the header, and the struct, zeroed. `extra` bytes behind it come
 * from the same chunk. NULL when memory is out. */
void *kin_instance_new(kin_session *session, kin_batch *batch, kin_state state, size_t extra);
/* Give its memory back (after it has left the identity map and the tracked list). */
void kin_instance_release(kin_session *session, void *object);

static inline bool kin_instance_is_loaded(const kin_instance *instance, const kin_relation *relation)
{
	return (instance->loaded >> relation->index) & 1;
}

/* Whether a list shows a part of what there is, as a query asked for it. To whoever saves or deletes it is not loaded. */
static inline bool kin_instance_shows_part(const void *object, const kin_relation *relation)
{
	return relation->to_many && !kin_instance_is_loaded(kin_instance_of(object), relation) &&
	       *(const void *const *)kin_member(object, relation->offset) != KIN_UNLOADED;
}
/* What has been set as loaded is that part. */
void kin_instance_set_part(void *object, const kin_relation *relation);

/* Poison a relationship. */
void kin_instance_unload(void *object, const kin_relation *relation);
void kin_instance_unload_all(void *object);
/* Set a relationship's member that has been loaded. Out of memory for what a rollback needs is the session's error. */
void kin_instance_set_one(void *object, const kin_relation *relation, const void *target);
void kin_instance_set_list(void *object, const kin_relation *relation, const void *const *items, size_t count);

/* The same for a member that changes with the other side of its relationship; the caller has remembered the object. */
void kin_instance_put_one(void *object, const kin_relation *relation, const void *target);
void kin_instance_put_list(void *object, const kin_relation *relation, const void *const *items, size_t count);

/* The object's key; the mapping has key_count of them. */
kin_value kin_instance_key(const void *object, size_t index);

/* As kin_repr() says, appended. */
void kin_instance_show(kin_text *out, const void *object);

#endif
