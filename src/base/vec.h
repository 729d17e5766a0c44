/* vec.h - an array that grows: `kin_vec(int) numbers = { 0 };`, items in .items, their number in .count. */
#ifndef KIN_BASE_VEC_H
#define KIN_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

#define kin_vec(T) \
	struct { \
		T     *items; \
		size_t count; \
		size_t capacity; \
	}

/* Make room for `need` items in all. false when memory is out; then nothing has changed. */
bool kin_vec_reserve_(void **items, size_t *capacity, size_t need, size_t item_size);

#define kin_vec_reserve(v, need) \
	((need) <= (v)->capacity || kin_vec_reserve_((void **)&(v)->items, &(v)->capacity, (need), sizeof(*(v)->items)))
/* Append; false when memory is out. */
#define kin_vec_push(v, item) \
	(kin_vec_reserve((v), (v)->count + 1) ? ((v)->items[(v)->count++] = (item), true) : false)
#define kin_vec_done(v) (kin_mem_free((v)->items), (v)->items = NULL, (v)->count = (v)->capacity = 0)

#include "base/mem.h"

#endif
