/* list.h - how much room a list of a schema has: nothing but its count says so. */
#ifndef KIN_SCHEMA_LIST_H
#define KIN_SCHEMA_LIST_H

#include <stddef.h>

/* Items that a list with `count` of them has room for: the next power of two, 4 at least; none for an empty one. */
static inline size_t kin_list_room(size_t count)
{
	size_t room = 4;

	if (count == 0)
		return 0;
	while (room < count)
		room *= 2;
	return room;
}

#endif
