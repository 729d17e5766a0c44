/* insert.c - n pets and n/5 owners in one commit; the pets' owners are set by pointer. */
#include "models.h"

static Owner *add_owner(kin_session *session, const bench_owner *data)
{
	Owner *owner = kin_new(session, Owner, .name = data->name);

	kin_add(session, owner);
	return owner;
}

static Pet *add_pet(kin_session *session, const bench_pet *data, Owner **owners)
{
	Pet *pet = kin_new(session, Pet, .name = data->name, .species = data->species,
	                   .owner = data->owner < 0 ? NULL : owners[data->owner]);

	kin_add(session, pet);
	return pet;
}

void insert(bench_run *run)
{
	kin_db *db = open_database(run);
	kin_session *session = new_session(db);
	int64_t owner_count = bench_owner_count(run->n);
	const bench_owner *owner_data = bench_owners(owner_count);
	const bench_pet *pet_data = bench_pets(run->n, owner_count);
	Owner **owners = bench_alloc((size_t)owner_count, sizeof(*owners));
	Pet **pets = bench_alloc((size_t)run->n, sizeof(*pets));

	bench_start(run);
	for (int64_t i = 0; i < owner_count; i++)
		owners[i] = add_owner(session, &owner_data[i]);
	for (int64_t i = 0; i < run->n; i++)
		pets[i] = add_pet(session, &pet_data[i], owners);
	if (kin_commit(session) < 0)
		bench_fail("%s", kin_errmsg(session));
	bench_stop(run);

	for (int64_t i = 0; i < owner_count; i++)
		touch_owner(run, owners[i]);
	for (int64_t i = 0; i < run->n; i++)
		touch_pet(run, pets[i]);
	end_session(session);
	kin_db_close(db);
}
