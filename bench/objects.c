/* objects.c - objects are made, counted and freed. */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

owner *new_owners(const bench_owner *data, int64_t count)
{
	owner *owners = bench_alloc((size_t)count, sizeof(*owners));

	for (int64_t i = 0; i < count; i++)
		owners[i].name = data[i].name;
	return owners;
}

pet *new_pets(const bench_pet *data, int64_t count, const owner *owners)
{
	pet *pets = bench_alloc((size_t)count, sizeof(*pets));

	for (int64_t i = 0; i < count; i++) {
		const bench_pet *d = &data[i];
		pets[i] = (pet){ .name = d->name, .species = d->species, .has_owner = d->owner >= 0 };
		pets[i].owner_id = pets[i].has_owner ? owners[d->owner].id : 0;
	}
	return pets;
}

void touch_pet(bench_run *run, const pet *p)
{
	bench_touch(run, bench_pet_sum(p->id, p->name, p->species, p->has_owner, p->owner_id));
}

void touch_objects(bench_run *run, const owner *owners, int64_t owner_count, const pet *pets)
{
	for (int64_t i = 0; i < owner_count; i++)
		bench_touch(run, bench_owner_sum(owners[i].id, owners[i].name));
	for (int64_t i = 0; i < run->n; i++)
		touch_pet(run, &pets[i]);
}

char *copy_of(const char *text)
{
	return strcpy(bench_alloc(strlen(text) + 1, 1), text);
}

own_pet *own_pet_of(const char *id, const char *name, const char *species, const char *owner_id)
{
	own_pet *p = bench_alloc(1, sizeof(*p));

	p->id = atoll(id);
	p->name = copy_of(name);
	p->species = copy_of(species);
	p->has_owner = owner_id != NULL;
	p->owner_id = p->has_owner ? atoll(owner_id) : 0;
	return p;
}

void own_pet_free(own_pet *p)
{
	free(p->name);
	free(p->species);
	free(p);
}

void touch_own_pet(bench_run *run, const own_pet *p)
{
	bench_touch(run, bench_pet_sum(p->id, p->name, p->species, p->has_owner, p->owner_id));
}

void touch_rows(bench_run *run, const bench_owner *owners, const int64_t *keys, int64_t owner_count, const bench_pet *pets,
                const int64_t *pet_keys)
{
	for (int64_t i = 0; i < owner_count; i++)
		bench_touch(run, bench_owner_sum(keys[i], owners[i].name));
	for (int64_t i = 0; i < run->n; i++)
		bench_touch(run, bench_pet_sum(pet_keys[i], pets[i].name, pets[i].species, pets[i].owner >= 0,
		                               pets[i].owner < 0 ? 0 : keys[pets[i].owner]));
}
