/* vec.c - how an array grows: by half, so that appending n items copies O(n) of them. */
#include "base/vec.h"

#include <stdint.h>
#include <string.h>

enum { FIRST = 8 };

/* `items` is the address of a T *, whatever T is: it is read and written as bytes, so that the compiler may assume
 * that a void * is not a T *. */
bool kin_vec_reserve_(void **items, size_t *capacity, size_t need, size_t item_size)
{
	size_t room = *capacity + *capacity / 2;
	void *memory;

	if (need <= *capacity)
		return true;
	if (room < need)
		room = need;
	if (room < FIRST)
		room = FIRST;
	if (room > SIZE_MAX / 2 / item_size)
		return false;
	memcpy(&memory, items, sizeof(memory));
	memory = kin_mem_resize(memory, room * item_size);
	if (!memory)
		return false;
	memcpy(items, &memory, sizeof(memory));
	*capacity = room;
	return true;
}
