/* objects.h - the objects of the contenders on servers: what they are made of, not how rows come and go. */
#ifndef BENCH_OBJECTS_H
#define BENCH_OBJECTS_H

#include "contender.h"
#include "data.h"

/* ---- the limit's, whose texts are somebody else's ---- */

typedef struct owner {
	int64_t     id;
	const char *name;
} owner;

typedef struct pet {
	int64_t     id;
	const char *name;
	const char *species;
	bool        has_owner;
	int64_t     owner_id;
} pet;

/* What is to be inserted: owners without keys, and pets of owners that have theirs. */
owner *new_owners(const bench_owner *data, int64_t count);
pet *new_pets(const bench_pet *data, int64_t count, const owner *owners);
void touch_pet(bench_run *run, const pet *p);
/* All that was inserted. */
void touch_objects(bench_run *run, const owner *owners, int64_t owner_count, const pet *pets);

/* ---- the naive one's, each an allocation with copies of its texts ---- */

typedef struct own_pet {
	int64_t id;
	char   *name;
	char   *species;
	bool    has_owner;
	int64_t owner_id;
} own_pet;

char *copy_of(const char *text);
/* From a row of texts. `owner_id` NULL: it has none. */
own_pet *own_pet_of(const char *id, const char *name, const char *species, const char *owner_id);
void own_pet_free(own_pet *p);
void touch_own_pet(bench_run *run, const own_pet *p);
/* All that was inserted, with the keys that came back. */
void touch_rows(bench_run *run, const bench_owner *owners, const int64_t *keys, int64_t owner_count, const bench_pet *pets,
                const int64_t *pet_keys);

#endif
