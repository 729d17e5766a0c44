/* identity.c - a key has one object, whatever the keys are. */
#include <stdlib.h>

#include "models.h"
#include "orm/identity.h"
#include "orm/session_state.h"

static const kin_mapping *pets(kin_session *session)
{
	return kin_session_mapping(session, &Pet_model);
}

static Pet *pet_with(kin_session *session, int64_t id)
{
	Pet *pet = kin_new(session, Pet, .id = id);

	CHECK(pet != NULL);
	return pet;
}

/* A small generator, so that a failure can be repeated from its seed. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

enum { KEYS = 400, STEPS = 40000 };

/* Keys that lie close, in strides, far apart and below zero. */
static int64_t key_at(size_t i)
{
	switch (i % 5) {
	case 0: return (int64_t)i;
	case 1: return (int64_t)i * 4096;
	case 2: return ((int64_t)i << 40) + 7;
	case 3: return -(int64_t)i;
	default: return (int64_t)(i * UINT64_C(0x9e3779b97f4a7c15));
	}
}

TEST(the_identity_map_agrees_with_an_array)
{
	test_open();
	kin_session *session = test_session();
	kin_identity *identity = kin_identity_new(pets(session));
	uint64_t seed = kin_test_seed("keys") | 1, state = seed;
	Pet *all[KEYS];
	bool there[KEYS] = { false };
	size_t count = 0;

	for (size_t i = 0; i < KEYS; i++)
		all[i] = pet_with(session, key_at(i));
	for (int step = 0; step < STEPS; step++) {
		size_t i = next_random(&state) % KEYS;
		void *found = kin_identity_find_integer(identity, all[i]->id);
		CHECK_MSG(found == (there[i] ? all[i] : NULL), "seed %llu, step %d", (unsigned long long)seed, step);
		if (there[i])
			kin_identity_remove(identity, all[i]);
		else
			CHECK(kin_identity_add(identity, all[i]));
		there[i] = !there[i];
		count += there[i] ? 1 : (size_t)-1;
		CHECK_INT(kin_identity_count(identity), count);
	}
	for (size_t i = 0; i < KEYS; i++)
		CHECK_MSG(kin_identity_find_integer(identity, all[i]->id) == (there[i] ? all[i] : NULL), "seed %llu, key %zu",
		          (unsigned long long)seed, i);
	kin_identity_free(identity);
	test_close();
}

/* As an object that could not be read. */
TEST(a_key_that_was_forgotten_is_not_there)
{
	test_open();
	kin_session *session = test_session();
	kin_identity *identity = kin_identity_new(pets(session));

	for (size_t i = 0; i < KEYS; i++) {
		void **slot = kin_identity_slot(identity, key_at(i));
		CHECK(slot);
		if (*slot)
			continue;
		if (i % 3 == 0)
			kin_identity_forget(identity, key_at(i), slot);
		else
			*slot = pet_with(session, key_at(i));
		CHECK((kin_identity_find_integer(identity, key_at(i)) == NULL) == (i % 3 == 0));
	}
	for (size_t i = 0; i < KEYS; i += 3) {
		Pet *pet = pet_with(session, key_at(i));
		if (kin_identity_find_integer(identity, pet->id))
			continue;
		CHECK(kin_identity_add(identity, pet));
		CHECK(kin_identity_find_integer(identity, pet->id) == pet);
	}
	size_t count = 0, at = 0;
	while (kin_identity_next(identity, &at))
		count++;
	CHECK_INT(kin_identity_count(identity), count);
	kin_identity_free(identity);
	test_close();
}

TEST(walking_the_identity_map_meets_each_object_once)
{
	test_open();
	kin_session *session = test_session();
	kin_identity *identity = kin_identity_new(pets(session));
	size_t at = 0, met = 0;
	int64_t sum = 0, expected = 0;
	Pet *pet;

	for (size_t i = 0; i < KEYS; i++) {
		CHECK(kin_identity_add(identity, pet_with(session, key_at(i))));
		expected += key_at(i) % 1000;
	}
	while ((pet = kin_identity_next(identity, &at))) {
		met++;
		sum += pet->id % 1000;
	}
	CHECK_INT(met, KEYS);
	CHECK_INT(sum, expected);
	kin_identity_free(identity);
	test_close();
}

TEST(keys_in_strides_do_not_slow_the_identity_map_down)
{
	enum { MANY = 20000 };
	test_open();
	kin_session *session = test_session();
	kin_identity *identity = kin_identity_new(pets(session));
	Pet *pet = pet_with(session, 0);

	/* With one chain for all of them this would take 200 million steps for each round. */
	for (int64_t i = 0; i < MANY; i++) {
		void **slot = kin_identity_slot(identity, i << 22);
		CHECK(slot != NULL && *slot == NULL);
		*slot = pet;
	}
	for (int64_t i = 0; i < MANY; i++)
		CHECK(kin_identity_find_integer(identity, i << 22) == pet);
	CHECK(kin_identity_find_integer(identity, 5) == NULL);
	CHECK_INT(kin_identity_count(identity), MANY);
	kin_identity_free(identity);
	test_close();
}

TEST(text_keys_are_compared_by_content)
{
	models_open();
	kin_session *session = test_session();
	char code[] = "at";

	kin_add(session, kin_new(session, Country, .code = "at", .name = "Austria"));
	kin_add(session, kin_new(session, Country, .code = "de", .name = "Germany"));
	kin_commit(session);
	test_forget();
	const Country *country = kin_get(session, Country, code);
	CHECK_NO_SQL();
	CHECK_TEXT(country->name, "Austria");
	CHECK(kin_get(session, Country, "de") != country);
	CHECK(kin_get(session, Country, "fr") == NULL);
	CHECK_SQL("SELECT");
	test_close();
}

static int fill_with_failing_memory(void)
{
	kin_session *session = kin_session_new(test_db());
	const kin_mapping *mapping = session ? kin_session_mapping(session, &Pet_model) : NULL;
	kin_identity *identity = mapping ? kin_identity_new(mapping) : NULL;
	int rc = identity ? KIN_OK : KIN_ENOMEM;

	for (size_t i = 0; i < 50 && rc == KIN_OK; i++) {
		Pet *pet = kin_new(session, Pet, .id = key_at(i));
		if (!pet || !kin_identity_add(identity, pet))
			rc = KIN_ENOMEM;
		else if (kin_identity_find_integer(identity, pet->id) != pet)
			rc = KIN_EINVAL;
	}
	kin_identity_free(identity);
	kin_free(session);
	return rc;
}

TEST(the_identity_map_survives_any_allocation_failing)
{
	test_open();
	kin_test_fuse(__FILE__, __LINE__, fill_with_failing_memory);
	test_close();
}
