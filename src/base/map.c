/* map.c - a hash map from strings to pointers: open addressing, linear probing.
 *
 * Invariant: between a key's home slot and the slot it is in, no slot is free. Removing closes the gap it leaves,
 * so there are no tombstones. */
#include "base/map.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum { FIRST = 16 };

#define FNV_START 14695981039346656037u
#define FNV_PRIME 1099511628211u

uint64_t kin_hash(const void *data, size_t size)
{
	const unsigned char *bytes = data;
	uint64_t hash = FNV_START;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * FNV_PRIME;
	return hash;
}

static uint64_t fold_hash(const char *key)
{
	uint64_t hash = FNV_START;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)tolower((unsigned char)*key)) * FNV_PRIME;
	return hash;
}

static size_t home_slot(const kin_map *map, const char *key)
{
	uint64_t hash = map->fold ? fold_hash(key) : kin_hash(key, strlen(key));

	return (size_t)(hash ^ hash >> 32) & (map->capacity - 1);
}

static bool same_key(const kin_map *map, const char *a, const char *b)
{
	return (map->fold ? strcasecmp(a, b) : strcmp(a, b)) == 0;
}

/* The key's entry, or the free one where it would go. The map has capacity. */
static kin_map_entry *find_slot(const kin_map *map, const char *key)
{
	size_t slot = home_slot(map, key);

	while (map->entries[slot].key && !same_key(map, map->entries[slot].key, key))
		slot = (slot + 1) & (map->capacity - 1);
	return &map->entries[slot];
}

static bool grow(kin_map *map)
{
	kin_map larger = { .capacity = map->capacity > 0 ? map->capacity * 2 : FIRST, .fold = map->fold };

	larger.entries = kin_mem_zalloc(larger.capacity * sizeof(*larger.entries));
	if (!larger.entries)
		return false;
	for (size_t i = 0; i < map->capacity; i++)
		if (map->entries[i].key)
			*find_slot(&larger, map->entries[i].key) = map->entries[i];
	larger.count = map->count;
	kin_mem_free(map->entries);
	*map = larger;
	return true;
}

void kin_map_done(kin_map *map)
{
	kin_mem_free(map->entries);
	*map = (kin_map){ .fold = map->fold };
}

void *kin_map_find(const kin_map *map, const char *key)
{
	return map->count > 0 ? find_slot(map, key)->value : NULL;
}

bool kin_map_set(kin_map *map, const char *key, void *value)
{
	if (map->count >= map->capacity / 4 * 3 && !grow(map))
		return false;
	kin_map_entry *entry = find_slot(map, key);
	if (!entry->key) {
		entry->key = key;
		map->count++;
	}
	entry->value = value;
	return true;
}

/* Move entries that would no longer be found into the free slot, which moves on with each. */
static void close_gap(kin_map *map, size_t gap)
{
	size_t mask = map->capacity - 1;

	for (size_t slot = (gap + 1) & mask; map->entries[slot].key; slot = (slot + 1) & mask) {
		size_t home = home_slot(map, map->entries[slot].key);
		if (((slot - home) & mask) >= ((slot - gap) & mask)) {
			map->entries[gap] = map->entries[slot];
			gap = slot;
		}
	}
	map->entries[gap] = (kin_map_entry){ 0 };
}

void *kin_map_remove(kin_map *map, const char *key)
{
	kin_map_entry *entry = map->count > 0 ? find_slot(map, key) : NULL;

	if (!entry || !entry->key)
		return NULL;
	void *value = entry->value;
	map->count--;
	close_gap(map, (size_t)(entry - map->entries));
	return value;
}
