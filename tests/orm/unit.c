/* unit.c - what a session holds and what the database has, after any sequence of changes. */
#include <stdlib.h>

#include "models.h"

enum { OWNERS = 12, PETS = 60, STEPS = 400, ROUNDS = 60 };

typedef struct world {
	kin_session *session;
	Owner       *owners[OWNERS];
	Pet         *pets[PETS];
	uint64_t     state;
	uint64_t     seed;
	int          step;
} world;

static size_t pick(world *w, size_t below)
{
	w->state ^= w->state << 13;
	w->state ^= w->state >> 7;
	w->state ^= w->state << 17;
	return (size_t)(w->state % below);
}

static bool usable(const void *object)
{
	kin_state state = kin_state_of(object);

	return state != KIN_DELETED && state != KIN_DETACHED;
}

static Pet *some_pet(world *w)
{
	size_t i = pick(w, PETS);

	if (!usable(w->pets[i]))
		w->pets[i] = kin_new(w->session, Pet, .name = "new");
	return w->pets[i];
}

static Owner *some_owner(world *w)
{
	size_t i = pick(w, OWNERS);

	if (!usable(w->owners[i]))
		w->owners[i] = kin_new(w->session, Owner, .name = "new");
	return w->owners[i];
}

#define AGREE(condition) \
	CHECK_MSG(condition, "seed %llu, step %d: not so: %s", (unsigned long long)w->seed, w->step, #condition)

/* The lists that are loaded, and the keys, are what a new session loads. */
static void compare(world *w)
{
	kin_session *fresh = kin_session_new(test_db());

	for (size_t i = 0; i < PETS; i++) {
		const Pet *pet = w->pets[i], *row;
		if (kin_state_of(pet) != KIN_PERSISTENT)
			continue;
		AGREE((row = kin_get(fresh, Pet, pet->id)) != NULL);
		AGREE(strcmp(row->name, pet->name) == 0);
		AGREE(row->owner_id.present == pet->owner_id.present);
		AGREE(!row->owner_id.present || row->owner_id.value == pet->owner_id.value);
		if (kin_is_loaded(pet, owner))
			AGREE(pet->owner ? pet->owner_id.present && pet->owner->id == pet->owner_id.value : !pet->owner_id.present);
	}
	for (size_t i = 0; i < OWNERS; i++) {
		const Owner *owner = w->owners[i];
		if (kin_state_of(owner) != KIN_PERSISTENT || !kin_is_loaded(owner, pets))
			continue;
		AGREE(kin_count(fresh, Pet, "owner_id = ?", owner->id) == (int64_t)owner->pets.count);
		kin_each(Pet, pet, owner->pets) {
			AGREE(kin_state_of(pet) == KIN_PERSISTENT);
			AGREE(pet->owner_id.present && pet->owner_id.value == owner->id);
		}
	}
	CHECK_OK(fresh);
	kin_free(fresh);
}

static void change(world *w)
{
	static const char *const names[] = { "Ann", "Bob", "Cid", "Dan" };
	Pet *pet = some_pet(w);
	Owner *owner = some_owner(w);

	switch (pick(w, 9)) {
	case 0:
		kin_add(w->session, pet);
		break;
	case 1:
		pet->name = names[pick(w, 4)];
		break;
	case 2:
	case 3:
		pet->owner = pick(w, 4) ? owner : NULL;
		break;
	case 4:
		kin_append(owner, pets, (const Pet *)pet);
		break;
	case 5:
		if (kin_load(owner, pets).count > 0)
			kin_remove(owner, pets, owner->pets.items[pick(w, owner->pets.count)]);
		break;
	case 6:
		if (kin_state_of(pet) == KIN_PERSISTENT || kin_state_of(pet) == KIN_PENDING)
			kin_delete(w->session, pet);
		break;
	case 7:
		if (kin_state_of(owner) == KIN_PERSISTENT && pick(w, 3) == 0 && kin_load(owner, pets).count < 3)
			kin_delete(w->session, owner);
		break;
	case 8:
		kin_flush(w->session);
		break;
	}
}

/* An owner that is deleted cannot be given anything; nothing else may fail. */
static void settle(world *w, int depth)
{
	int rc = kin_errcode(w->session);


	if (rc < 0)
		CHECK_MSG(rc == KIN_EINVAL && strstr(kin_errmsg(w->session), "cannot be set: owner"), "seed %llu, step %d: %s", (unsigned long long)w->seed,
		          w->step, kin_errmsg(w->session));
	for (int i = 0; i <= depth; i++)
		kin_rollback(w->session);
	compare(w);
}

static void play(world *w)
{
	int depth = 0;

	for (w->step = 0; w->step < STEPS; w->step++) {
		change(w);
		if (kin_errcode(w->session) < 0) {
			settle(w, depth);
			depth = 0;
			continue;
		}
		switch (pick(w, 24)) {
		case 0:
			kin_begin_nested(w->session);
			depth += kin_errcode(w->session) == KIN_OK;
			break;
		case 1:
			if (depth > 0 && kin_rollback(w->session) == KIN_OK)
				depth--;
			else if (depth == 0)
				kin_rollback(w->session), compare(w);
			break;
		case 2:
		case 3:
			while (kin_commit(w->session) == KIN_OK && depth > 0)
				depth--;
			if (kin_errcode(w->session) == KIN_OK)
				compare(w);
			break;
		}
		if (kin_errcode(w->session) < 0) {
			settle(w, depth);
			depth = 0;
		}
	}
}

TEST(a_session_agrees_with_its_database)
{
	uint64_t first = kin_test_seed("a session and its database");

	for (uint64_t round = 0; round < (kin_test_repeats() ? 1 : (uint64_t)kin_test_rounds(ROUNDS)); round++) {
		world w = { .seed = first + round, .state = (first + round) * UINT64_C(0x9e3779b97f4a7c15) | 1 };
		test_open();
		w.session = test_session();
		for (size_t i = 0; i < OWNERS; i++)
			w.owners[i] = kin_new(w.session, Owner, .name = "first");
		for (size_t i = 0; i < PETS; i++)
			w.pets[i] = kin_new(w.session, Pet, .name = "first");
		play(&w);
		test_close();
	}
}
