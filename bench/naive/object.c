/* object.c - an allocation for each object, one for each of its strings, and lists that double. */
#include "naive.h"

#include <stdlib.h>

owner *read_owner(sqlite3_stmt *statement, int column)
{
	owner *o = bench_alloc(1, sizeof(*o));

	o->id = sqlite3_column_int64(statement, column);
	o->name = column_text(statement, column + 1);
	return o;
}

pet *read_pet(sqlite3_stmt *statement, int column)
{
	pet *p = bench_alloc(1, sizeof(*p));

	p->id = sqlite3_column_int64(statement, column);
	p->name = column_text(statement, column + 1);
	p->species = column_text(statement, column + 2);
	p->has_owner = sqlite3_column_type(statement, column + 3) != SQLITE_NULL;
	p->owner_id = sqlite3_column_int64(statement, column + 3);
	return p;
}

void free_pet(pet *p)
{
	free(p->name);
	free(p->species);
	free(p);
}

void touch_owner(bench_run *run, const owner *o)
{
	bench_touch(run, bench_owner_sum(o->id, o->name));
}

void touch_pet(bench_run *run, const pet *p)
{
	bench_touch(run, bench_pet_sum(p->id, p->name, p->species, p->has_owner, p->owner_id));
}

/* Room for one more pointer. */
static void *grow(void *items, size_t count, size_t *room, size_t first)
{
	if (count < *room)
		return items;
	*room = *room ? *room * 2 : first;
	if (!(items = realloc(items, *room * sizeof(void *))))
		bench_fail("out of memory");
	return items;
}

void owner_add_pet(owner *o, pet *p)
{
	o->pets = grow(o->pets, o->pet_count, &o->pet_room, 4);
	o->pets[o->pet_count++] = p;
	p->owner = o;
}

void pets_add(pet_list *list, pet *p)
{
	list->items = grow(list->items, list->count, &list->room, 64);
	list->items[list->count++] = p;
}

void owners_add(owner_list *list, owner *o)
{
	list->items = grow(list->items, list->count, &list->room, 64);
	list->items[list->count++] = o;
}
