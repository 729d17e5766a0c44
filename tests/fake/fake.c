/* fake.c - the same seed gives the same data: what seed 1 gives stands in seed_1.txt. */
#include <inttypes.h>

#include "base/text.h"
#include "fake/source.h"

typedef const char *provider(kin_fake *fake);

static const struct {
	const char *name;
	provider   *provide;
} providers[] = {
	{ "name", kin_fake_name },
	{ "first_name", kin_fake_first_name },
	{ "last_name", kin_fake_last_name },
	{ "email", kin_fake_email },
	{ "phone", kin_fake_phone },
	{ "word", kin_fake_word },
	{ "sentence", kin_fake_sentence },
	{ "street", kin_fake_street },
	{ "city", kin_fake_city },
	{ "state", kin_fake_state },
	{ "zipcode", kin_fake_zipcode },
	{ "country", kin_fake_country },
	{ "address", kin_fake_address },
};

TEST(seed_1_gives_the_same_data_everywhere)
{
	kin_arena arena = { 0 };
	kin_text text = { 0 };
	kin_fake fake = source(&arena, 1);

	kin_text_init(&text);
	for (size_t n = 0; n < sizeof(providers) / sizeof(providers[0]); n++)
		for (int row = 0; row < 3; row++)
			kin_text_addf(&text, "%s: %s\n", providers[n].name, providers[n].provide(&fake));
	kin_text_addf(&text, "integer: %" PRId64 "\n", kin_fake_integer(&fake, INT64_MIN, INT64_MAX));
	kin_text_addf(&text, "integer: %" PRId64 "\n", kin_fake_integer(&fake, 1, 6));
	kin_text_addf(&text, "date: %" PRId32 "\n",
	              kin_fake_date(&fake, (kin_date){ .days = 0 }, (kin_date){ .days = 20000 }).days);
	kin_text_addf(&text, "bool: %d\n", kin_fake_bool(&fake));
	kin_text_addf(&text, "double: %.17g\n", kin_fake_double(&fake));
	kin_text_addf(&text, "index: %zu\n", kin_fake_index(&fake, 100));
	CHECK(kin_text_ok(&text));
	GOLDEN("fake/seed_1.txt", text.data);
	kin_text_done(&text);
	kin_arena_done(&arena);
}

TEST(seeding_again_starts_over)
{
	kin_arena arena = { 0 };
	kin_fake fake = source(&arena, 1);
	const char *first = kin_fake_name(&fake);

	kin_fake_seed(&fake, 1);
	CHECK_TEXT(kin_fake_name(&fake), first);
	kin_arena_done(&arena);
}

TEST(two_seeds_give_different_data)
{
	kin_arena arena = { 0 };
	kin_fake one = source(&arena, 1), two = source(&arena, 2);

	CHECK(strcmp(kin_fake_address(&one), kin_fake_address(&two)) != 0);
	kin_arena_done(&arena);
}

static kin_db *open_memory(void)
{
	kin_db *db = kin_db_open(&(kin_db_options){ .url = "sqlite:///:memory:" }, NULL);

	CHECK(db != NULL);
	return db;
}

TEST(data_of_a_session_lives_until_the_session_is_freed)
{
	kin_db *db = open_memory();
	kin_session *session = kin_session_new(db);
	kin_fake *fake = kin_fake_new(session);

	kin_fake_seed(fake, 1);
	const char *name = kin_fake_name(fake);
	CHECK_TEXT(name, "Miguel Lozano");
	kin_close(session);
	CHECK_TEXT(name, "Miguel Lozano");
	kin_free(session);
	kin_db_close(db);
}

TEST(two_sources_that_were_not_seeded_differ)
{
	kin_db *db = open_memory();
	kin_session *session = kin_session_new(db);
	kin_fake *one = kin_fake_new(session), *two = kin_fake_new(session);

	CHECK(kin_fake_integer(one, INT64_MIN, INT64_MAX) != kin_fake_integer(two, INT64_MIN, INT64_MAX));
	kin_free(session);
	kin_db_close(db);
}

TEST(without_a_session_there_is_no_source)
{
	CHECK(kin_fake_new(NULL) == NULL);
}

FUSED(source_survives_running_out_of_memory)
{
	kin_db *db = kin_db_open(&(kin_db_options){ .url = "sqlite:///:memory:" }, NULL);
	kin_session *session = db ? kin_session_new(db) : NULL;
	kin_fake *fake = kin_fake_new(session);
	const char *address = kin_fake_address(fake);
	int rc = session ? kin_errcode(session) : KIN_ENOMEM;

	CHECK(rc != KIN_OK || address != NULL);
	kin_free(session);
	kin_db_close(db);
	return rc;
}
