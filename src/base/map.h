/* map.h - a hash map from strings to pointers. Keys are borrowed: they must outlive the map. */
#ifndef KIN_BASE_MAP_H
#define KIN_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct kin_map_entry {
	const char *key; /* NULL: free */
	void       *value;
} kin_map_entry;

typedef struct kin_map {
	kin_map_entry *entries;
	size_t         count;
	size_t         capacity; /* a power of two, or 0 */
	bool           fold;     /* set before the first use: letter case of ASCII is ignored */
} kin_map;

void  kin_map_done(kin_map *map);
void *kin_map_find(const kin_map *map, const char *key); /* NULL: absent */
/* false when memory is out. An existing key gets the new value. */
bool  kin_map_set(kin_map *map, const char *key, void *value);
/* The former value, or NULL. */
void *kin_map_remove(kin_map *map, const char *key);

/* FNV-1a. */
uint64_t kin_hash(const void *data, size_t size);

#endif
