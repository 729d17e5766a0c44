/* memory.c - the limit's memory: an arena for texts, arrays that double. */
#include "limit.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 * 1024 };

struct arena_block {
	struct arena_block *before;
	char bytes[];
};

static void add_block(arena *a, size_t size)
{
	struct arena_block *block = malloc(sizeof(*block) + size);

	if (!block)
		bench_fail("out of memory");
	block->before = a->block;
	a->block = block;
	a->next = block->bytes;
	a->end = block->bytes + size;
}

static void *take(arena *a, size_t size)
{
	char *memory;

	if ((size_t)(a->end - a->next) < size)
		add_block(a, size > BLOCK ? size : BLOCK);
	memory = a->next;
	a->next += size;
	return memory;
}

void *arena_alloc(arena *a, size_t size)
{
	uintptr_t odd = (uintptr_t)a->next % _Alignof(max_align_t);

	if (odd && (size_t)(a->end - a->next) >= _Alignof(max_align_t))
		a->next += _Alignof(max_align_t) - odd;
	return take(a, (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1));
}

const char *arena_text(arena *a, const void *text, int length)
{
	char *copy;

	if (!text)
		return NULL;
	copy = take(a, (size_t)length + 1);
	memcpy(copy, text, (size_t)length);
	copy[length] = '\0';
	return copy;
}

void arena_reset(arena *a)
{
	while (a->block && a->block->before) {
		struct arena_block *before = a->block->before;
		free(a->block);
		a->block = before;
	}
	if (a->block) {
		a->next = a->block->bytes;
		a->end = a->block->bytes + BLOCK;
	}
}

/* Room for one more; realloc() of a large array moves its pages, not its bytes. */
static void *grow(void *items, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 256;
	if (!(items = realloc(items, *room * size)))
		bench_fail("out of memory");
	return items;
}

pet *pets_add(pet_list *list)
{
	list->items = grow(list->items, list->count, &list->room, sizeof(pet));
	return &list->items[list->count++];
}

owner *owners_add(owner_list *list)
{
	list->items = grow(list->items, list->count, &list->room, sizeof(owner));
	return &list->items[list->count++];
}
