/* identity.c - a key has one object.
 *
 * Two tables of 16-byte entries. Ids are dense and arrive in order, so an integer key first has one place in `near`, the one its low bits
 * say: no probing, and neighbours share a cache line. Keys whose place is taken (ids from ranges far apart, ids in strides), and keys
 * of all other kinds, are in `far`: scattered by hash, probed linearly, at most three quarters full; removing shifts the
 * entries behind back, so that there are no tombstones.
 *
 * Invariant: a key is in one of the two. From an entry's home in `far` to the entry there is no free slot. */
#include "orm/identity.h"

#include "base/mem.h"
#include "orm/instance.h"

typedef struct entry {
	int64_t key;    /* or the hash of it */
	void   *object; /* NULL: free */
} entry;

enum { SMALL = 4096, LARGE = 16 * SMALL }; /* entries */

typedef struct table {
	entry *entries;
	size_t count;
	size_t capacity; /* a power of two, or 0 */
} table;

struct kin_identity {
	const kin_mapping *mapping;
	table              near;
	table              far;
	size_t             room; /* objects that `near` is for, before it grows */
};

kin_identity *kin_identity_new(const kin_mapping *mapping)
{
	kin_identity *identity = kin_mem_zalloc(sizeof(*identity));

	if (identity)
		identity->mapping = mapping;
	return identity;
}

void kin_identity_free(kin_identity *identity)
{
	if (!identity)
		return;
	kin_mem_free(identity->near.entries);
	kin_mem_free(identity->far.entries);
	kin_mem_free(identity);
}

size_t kin_identity_count(const kin_identity *identity)
{
	return identity->near.count + identity->far.count;
}

static inline entry *near_place(const kin_identity *identity, int64_t key)
{
	return &identity->near.entries[(uint64_t)key & (identity->near.capacity - 1)];
}

/* The finalizer of MurmurHash3. */
static inline size_t far_home(const table *far, int64_t key)
{
	uint64_t hash = (uint64_t)key;

	hash = (hash ^ (hash >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	hash = (hash ^ (hash >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
	return (size_t)(hash ^ (hash >> 33)) & (far->capacity - 1);
}

static inline size_t next(const table *far, size_t at)
{
	return (at + 1) & (far->capacity - 1);
}

static uint64_t mix_value(uint64_t hash, const kin_value *value)
{
	bool pointed = value->kind == KIN_KIND_TEXT || value->kind == KIN_KIND_BYTES;
	uint64_t one = pointed ? kin_hash(value->as.data, value->size)
	                       : kin_hash(&value->as.integer, sizeof(value->as.integer));

	if (value->kind == KIN_KIND_UUID)
		one ^= kin_hash(value->more.bytes, sizeof(value->more.bytes)) * 31;

	return (hash ^ one) * UINT64_C(0x100000001b3);
}

static bool same_value(const kin_value *a, const kin_value *b)
{
	if (a->kind == KIN_KIND_TEXT || a->kind == KIN_KIND_BYTES)
		return a->kind == b->kind && a->size == b->size && memcmp(a->as.data, b->as.data, a->size) == 0;
	return a->as.integer == b->as.integer && a->more.high == b->more.high;
}

static bool has_keys(const void *object, const kin_mapping *mapping, const kin_value *keys)
{
	for (size_t i = 0; i < mapping->key_count; i++) {
		kin_value key = kin_instance_key(object, i);
		if (!same_value(&key, &keys[i]))
			return false;
	}
	return true;
}

/* What stands for the object in the tables. */
static int64_t token_of(const kin_identity *identity, const void *object)
{
	const kin_mapping *mapping = identity->mapping;
	uint64_t hash = 0;

	if (mapping->integer_key)
		return *(const int64_t *)kin_member(object, mapping->key_offset);
	for (size_t i = 0; i < mapping->key_count; i++) {
		kin_value key = kin_instance_key(object, i);
		hash = mix_value(hash, &key);
	}
	return (int64_t)hash;
}

static size_t far_free(const table *far, int64_t key)
{
	size_t at = far_home(far, key);

	while (far->entries[at].object)
		at = next(far, at);
	return at;
}

static bool grow_far(table *far)
{
	table bigger = { .count = far->count, .capacity = far->capacity ? far->capacity * 2 : 16 };

	if (!(bigger.entries = kin_mem_zalloc(bigger.capacity * sizeof(entry))))
		return false;
	for (size_t i = 0; i < far->capacity; i++)
		if (far->entries[i].object)
			bigger.entries[far_free(&bigger, far->entries[i].key)] = far->entries[i];
	kin_mem_free(far->entries);
	*far = bigger;
	return true;
}

/* How many objects a capacity is for. A small table keeps half of its places free, so that few keys that come in no order
 * miss theirs; in a large one that would be too much memory. */
static size_t room_in(size_t capacity)
{
	return capacity <= SMALL ? capacity / 2 : capacity;
}

/* Two entries that had different places keep having them: more low bits tell them apart, not fewer. An entry stays where it is, or goes to
 * where nothing was before; ids that are dense all stay, and memory that is large is not even copied. */
static bool grow_near(kin_identity *identity, size_t capacity)
{
	size_t former = identity->near.capacity;
	entry *entries = kin_mem_resize(identity->near.entries, capacity * sizeof(*entries));

	if (!entries)
		return false;
	if (capacity >= LARGE)
		kin_mem_populate(entries + former, (capacity - former) * sizeof(*entries));
	memset(entries + former, 0, (capacity - former) * sizeof(*entries));
	identity->near.entries = entries;
	identity->near.capacity = capacity;
	identity->room = room_in(capacity);
	for (size_t i = 0; i < former; i++) {
		entry *place = near_place(identity, entries[i].key);
		if (!entries[i].object || place == &entries[i])
			continue;
		*place = entries[i];
		entries[i].object = NULL;
	}
	return true;
}

bool kin_identity_reserve(kin_identity *identity, size_t more)
{
	size_t need = kin_identity_count(identity) + more, capacity = identity->near.capacity;

	if (!identity->mapping->integer_key || need <= identity->room)
		return true;
	for (capacity = capacity ? capacity : 16; room_in(capacity) < need;)
		capacity *= capacity < SMALL ? 4 : 2;
	return grow_near(identity, capacity);
}

static entry *find_far(const table *far, int64_t key)
{
	if (far->count == 0)
		return NULL;
	for (size_t at = far_home(far, key); far->entries[at].object; at = next(far, at))
		if (far->entries[at].key == key)
			return &far->entries[at];
	return NULL;
}

void *kin_identity_find_integer(const kin_identity *identity, int64_t key)
{
	const entry *e;

	if (identity->near.capacity == 0)
		return NULL;
	e = near_place(identity, key);
	if (e->object && e->key == key)
		return e->object;
	e = find_far(&identity->far, key);
	return e ? e->object : NULL;
}

void *kin_identity_find(const kin_identity *identity, const kin_value *keys)
{
	const kin_mapping *mapping = identity->mapping;
	const table *far = &identity->far;
	uint64_t hash = 0;

	if (mapping->integer_key)
		return kin_identity_find_integer(identity, keys[0].as.integer);
	if (far->count == 0)
		return NULL;
	for (size_t i = 0; i < mapping->key_count; i++)
		hash = mix_value(hash, &keys[i]);
	for (size_t at = far_home(far, (int64_t)hash); far->entries[at].object; at = next(far, at)) {
		const entry *e = &far->entries[at];
		if (e->key == (int64_t)hash && has_keys(e->object, mapping, keys))
			return e->object;
	}
	return NULL;
}

static entry *add_far(table *far, int64_t key)
{
	if (far->count + 1 > far->capacity / 4 * 3 && !grow_far(far))
		return NULL;
	entry *e = &far->entries[far_free(far, key)];
	e->key = key;
	far->count++;
	return e;
}

/* The key's place is another one's. Ids of which some are missing reach beyond the capacity before it is used up: then more of it is
 * better than `far`. */
static __attribute__((noinline)) void **slot_beside(kin_identity *identity, int64_t key)
{
	size_t capacity = identity->near.capacity;
	entry *far = find_far(&identity->far, key);

	if (!far && identity->near.count >= capacity / 4 * 3)
		return grow_near(identity, capacity * 2) ? kin_identity_slot(identity, key) : NULL;
	if (!far)
		far = add_far(&identity->far, key);
	return far ? &far->object : NULL;
}

void **kin_identity_slot(kin_identity *identity, int64_t key)
{
	entry *e, *far;

	if (identity->near.count + identity->far.count >= identity->room && !kin_identity_reserve(identity, 1))
		return NULL;
	e = near_place(identity, key);
	if (e->object)
		return e->key == key ? &e->object : slot_beside(identity, key);
	if (identity->far.count > 0 && (far = find_far(&identity->far, key)))
		return &far->object;
	e->key = key;
	identity->near.count++;
	return &e->object;
}

void kin_identity_forget(kin_identity *identity, int64_t key, void **slot)
{
	if (slot == &near_place(identity, key)->object)
		identity->near.count--;
	else
		identity->far.count--;
}

bool kin_identity_add(kin_identity *identity, void *object)
{
	int64_t token = token_of(identity, object);
	entry *e;
	void **slot;

	if (!identity->mapping->integer_key) {
		if (!(e = add_far(&identity->far, token)))
			return false;
		e->object = object;
		return true;
	}
	if (!(slot = kin_identity_slot(identity, token)))
		return false;
	*slot = object;
	return true;
}

/* Close the gap: an entry moves back if the gap lies between its home and where it is. */
static void close_gap(table *far, size_t gap)
{
	for (size_t at = next(far, gap); far->entries[at].object; at = next(far, at)) {
		size_t from_home = (at - far_home(far, far->entries[at].key)) & (far->capacity - 1);
		size_t from_gap = (at - gap) & (far->capacity - 1);
		if (from_home < from_gap)
			continue;
		far->entries[gap] = far->entries[at];
		gap = at;
	}
	far->entries[gap].object = NULL;
	far->count--;
}

void kin_identity_remove(kin_identity *identity, const void *object)
{
	int64_t token = token_of(identity, object);
	table *far = &identity->far;

	if (identity->near.capacity > 0) {
		entry *e = near_place(identity, token);
		if (e->object == object) {
			e->object = NULL;
			identity->near.count--;
			return;
		}
	}
	if (far->count == 0)
		return;
	for (size_t at = far_home(far, token); far->entries[at].object; at = next(far, at)) {
		if (far->entries[at].object == object) {
			close_gap(far, at);
			return;
		}
	}
}

void *kin_identity_next(const kin_identity *identity, size_t *at)
{
	while (*at < identity->near.capacity) {
		void *object = identity->near.entries[(*at)++].object;
		if (object)
			return object;
	}
	while (*at < identity->near.capacity + identity->far.capacity) {
		void *object = identity->far.entries[(*at)++ - identity->near.capacity].object;
		if (object)
			return object;
	}
	return NULL;
}
