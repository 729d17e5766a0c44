/* stream_lazy.c - a stream's objects are asked for what did not come with them. */
#include "orm_test.h"

#include "models.h"
#include "orm/session_state.h"

#define PET "pets.id, pets.name, pets.species, pets.age, pets.owner_id"

KIN_DECLARE(Letter);

struct Letter {
	int64_t     id;
	const char *subject;
	const char *body;
	kin_bytes   scan;
};

KIN_MODEL(Letter, "postcards") {
	kin_column(id, .primary_key = true);
	kin_column(subject);
	kin_column(body, .deferred = true);
	kin_column(scan, .deferred = true);
}

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

TEST(the_first_is_asked_alone_and_the_next_with_256_siblings)
{
	kin_session *s = filled(600, 2);
	size_t pets = 0;
	int64_t seen = 0;

	test_forget();
	kin_stream(s, Owner, owner, "order by id") {
		CHECK_INT(owner->id, ++seen);
		CHECK(seen > 1 || !kin_is_loaded(owner, pets));
		pets += kin_load(owner, pets).count;
		CHECK(kin_load(owner->pets.items[0], owner) == owner);
		if (seen == 1)
			CHECK_SQL("SELECT owners.id, owners.name FROM owners ORDER BY owners.id", "SELECT " PET " FROM pets WHERE pets.owner_id = ?");
	}
	CHECK_OK(s);
	CHECK_INT(seen, 600);
	CHECK_INT(pets, 1200);
	CHECK_INT(test_sent(), 3); /* 256, 256 and 87 */
	test_close();
}

TEST(an_object_of_each_is_asked_for_too)
{
	kin_session *s = filled(300, 1);
	int fits = 0;

	test_run("INSERT INTO pets (id, name) VALUES (999, 'Stray')");
	test_forget();
	kin_stream(s, Pet, pet, "order by id") {
		const Owner *owner = kin_load(pet, owner);
		fits += owner ? owner->id == pet->owner_id.value : pet->id == 999;
	}
	CHECK_OK(s);
	CHECK_INT(fits, 301);
	CHECK_INT(test_sent(), 4);
	test_close();
}

TEST(asking_in_the_middle_is_as_good)
{
	kin_session *s = filled(300, 1);
	int64_t seen = 0, pets = 0;

	test_forget();
	kin_stream(s, Owner, owner, "order by id") {
		seen += owner->id;
		if (owner->id >= 100)
			pets += (int64_t)kin_load(owner, pets).count;
	}
	CHECK_OK(s);
	CHECK_INT(seen, 300 * 301 / 2);
	CHECK_INT(pets, 201);
	CHECK_INT(test_sent(), 3);
	test_close();
}

TEST(what_was_joined_is_asked_for_too)
{
	kin_session *s = filled(3, 2);
	size_t pets = 0;

	kin_stream(s, Pet, pet, "order by id with owner")
		pets += kin_load(pet->owner, pets).count;
	CHECK_OK(s);
	CHECK_INT(pets, 12);
	test_close();
}

TEST(asking_takes_no_more_memory_for_more_rows)
{
	int rows = 1000 + kin_test_rounds(4000);
	kin_session *s = filled(rows, 1);
	size_t before = kin_arena_size(&s->objects) + kin_arena_size(&s->arena);
	size_t pets = 0;

	kin_stream(s, Owner, owner)
		pets += kin_load(owner, pets).count;
	CHECK_OK(s);
	CHECK_INT(pets, rows);
	CHECK_INT(kin_arena_size(&s->objects) + kin_arena_size(&s->arena), before);
	test_close();
}

TEST(deferred_columns_load_with_256_siblings)
{
	test_open();
	MODELS_CREATE("postcards");
	kin_session *s = test_session();
	for (int i = 0; i < 300; i++)
		kin_add(s, kin_new(s, Letter, .subject = "hello", .body = "dear", .scan = { .data = "ab", .size = 2 }));
	CHECK_INT(kin_commit(s), KIN_OK);
	s = test_session();
	int dear = 0;
	test_forget();
	kin_stream(s, Letter, letter, "order by id") {
		CHECK(letter->id > 1 || !kin_is_loaded(letter, body));
		dear += strcmp(kin_load(letter, body), "dear") == 0 && strcmp(letter->subject, "hello") == 0;
		if (letter->id == 1)
			CHECK_SQL("SELECT postcards.id, postcards.subject FROM postcards ORDER BY postcards.id",
			          "SELECT postcards.id, postcards.body FROM postcards WHERE postcards.id = ?");
	}
	CHECK_OK(s);
	CHECK_INT(dear, 300);
	CHECK_INT(test_sent(), 2);
	test_close();
}

TEST(raise_goes_for_streams_too)
{
	kin_session *s = filled(2, 1);

	kin_stream(s, Pet, pet, "order by id with raise *")
		CHECK(kin_load(pet, owner) == NULL);
	CHECK_INT(kin_errcode(s), KIN_ENOTLOADED);
	CHECK_HAS(kin_errmsg(s), "add `with owner` to the query");
	test_close();
}

TEST(what_fails_ends_the_loop)
{
	kin_session *s = filled(3, 1);
	int seen = 0;

	test_run("DROP TABLE visits");
	kin_stream(s, Pet, pet, "order by id") {
		seen++;
		CHECK_INT(kin_load(pet, visits).count, 0);
	}
	CHECK_INT(seen, 1);
	CHECK_HAS(kin_errmsg(s), "visits");
	CHECK_INT(kin_rollback(s), KIN_OK);
	seen = 0;
	kin_stream(s, Pet, pet, "order by id with owner") {
		seen++;
		kin_load(kin_load(pet, owner), pets);
		if (seen == 2)
			kin_load(pet, visits);
		if (seen == 2)
			break;
	}
	CHECK_INT(seen, 2);
	CHECK_HAS(kin_errmsg(s), "visits");
	test_close();
}

TEST(pending_changes_are_flushed_first)
{
	kin_session *s = filled(1, 1);

	kin_stream(s, Owner, owner) {
		kin_add(s, kin_new(s, Pet, .name = "New", .owner_id = { owner->id, true }));
		CHECK_INT(kin_load(owner, pets).count, 2);
	}
	CHECK_OK(s);
	test_close();
}

TEST(after_a_rollback_or_the_sessions_end_nothing_is_loaded)
{
	kin_session *s = filled(2, 1);

	kin_stream(s, Owner, owner, "order by id") {
		CHECK_INT(kin_rollback(s), KIN_OK);
		CHECK_INT(kin_load(owner, pets).count, 0);
	}
	CHECK_INT(kin_errcode(s), KIN_EDETACHED);
	CHECK_HAS(kin_errmsg(s), "of a kin_stream() that has ended");
	s = kin_session_new(test_db());
	kin_stream(s, Owner, owner, "order by id") {
		kin_free(s);
		CHECK_INT(kin_load(owner, pets).count, 0);
	}
	test_close();
}

static int ask_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	kin_stream(s, Owner, owner, "order by id")
		if (kin_load(owner, pets).count == 0)
			break;
	rc = kin_errcode(s);
	kin_free(s);
	return rc;
}

TEST(asking_survives_any_allocation_failing)
{
	filled(3, 2);
	kin_test_fuse(__FILE__, __LINE__, ask_with_failing_memory);
	test_close();
}
