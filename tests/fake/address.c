#include <stdlib.h>

#include "fake/source.h"

static const kin_us_state *find_state(const char *abbreviation)
{
	for (size_t n = 0; n < kin_us_states_count; n++)
		if (strncmp(kin_us_states[n].abbreviation, abbreviation, 2) == 0)
			return &kin_us_states[n];
	return NULL;
}

static bool has_city(const kin_us_state *state, const char *city, size_t length)
{
	for (size_t n = 0; n < state->cities.count; n++)
		if (strlen(state->cities.items[n]) == length && strncmp(state->cities.items[n], city, length) == 0)
			return true;
	return false;
}

/* "742 Maple Street, Springfield, IL 62704" */
TEST(address_has_a_city_and_a_zip_code_of_its_state)
{
	kin_arena arena = { 0 };
	kin_fake fake = source(&arena, 42);

	for (int n = 0; n < 1000; n++) {
		const char *address = kin_fake_address(&fake);
		const char *city = strstr(address, ", ") + 2;
		const char *abbreviation = strstr(city, ", ") + 2;
		const kin_us_state *state = find_state(abbreviation);

		CHECK_MSG(atoi(address) > 0, "%s", address);
		CHECK_MSG(state != NULL, "%s", address);
		CHECK_MSG(has_city(state, city, (size_t)(abbreviation - 2 - city)), "%s", address);
		CHECK_INT(strlen(abbreviation), strlen("IL 62704"));
		int prefix = atoi(abbreviation + 3) / 100;
		CHECK_MSG(prefix >= state->zip_first && prefix <= state->zip_last, "%s", address);
	}
	kin_arena_done(&arena);
}

TEST(zip_code_has_five_digits)
{
	kin_arena arena = { 0 };
	kin_fake fake = source(&arena, 42);

	for (int n = 0; n < 1000; n++) {
		const char *zip = kin_fake_zipcode(&fake);
		CHECK_MSG(strlen(zip) == 5 && strspn(zip, "0123456789") == 5, "%s", zip);
	}
	kin_arena_done(&arena);
}

typedef struct budget {
	kin_arena arena;
	int       left;
} budget;

static void *alloc_within(void *memory, size_t size)
{
	budget *b = memory;

	return b->left-- > 0 ? kin_arena_alloc(&b->arena, size) : NULL;
}

TEST(address_is_null_when_memory_ends_at_any_of_its_parts)
{
	for (int left = 0; left <= 2; left++) {
		budget b = { .left = left };
		kin_fake fake = { .alloc = alloc_within, .memory = &b };

		kin_fake_seed(&fake, 42);
		CHECK((kin_fake_address(&fake) != NULL) == (left == 2));
		kin_arena_done(&b.arena);
	}
}

TEST(without_a_source_there_is_nowhere_to_live)
{
	CHECK(kin_fake_street(NULL) == NULL);
	CHECK(kin_fake_city(NULL) == NULL);
	CHECK(kin_fake_state(NULL) == NULL);
	CHECK(kin_fake_zipcode(NULL) == NULL);
	CHECK(kin_fake_country(NULL) == NULL);
	CHECK(kin_fake_address(NULL) == NULL);
}
