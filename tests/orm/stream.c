/* stream.c - objects one at a time, in constant memory. */
#include "orm_test.h"

#include "orm/session_state.h"

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

TEST(a_stream_walks_all_that_fit)
{
	kin_session *s = filled(2, 5);
	int64_t sum = 0;

	kin_stream(s, Pet, pet, "species = ? order by id", "Dog")
		sum += pet->id;
	CHECK_INT(sum, 1 + 3 + 5 + 7 + 9);
	CHECK_SQL("SELECT pets.id, pets.name, pets.species, pets.age, pets.owner_id FROM pets WHERE pets.species = ? ORDER BY pets.id");
	CHECK_OK(s);
	CHECK_INT(s->streams, 0);
	test_close();
}

TEST(a_stream_takes_no_more_memory_for_more_rows)
{
	int rows = 1000 + kin_test_rounds(19000);
	kin_session *s = filled(1, rows);
	size_t before = kin_arena_size(&s->objects) + kin_arena_size(&s->arena), count = 0;
	const Pet *first = NULL;

	kin_stream(s, Pet, pet) {
		first = first ? first : pet;
		CHECK(pet == first);
		count++;
	}
	CHECK_INT(count, rows);
	CHECK_INT(kin_arena_size(&s->objects) + kin_arena_size(&s->arena), before);
	test_close();
}

TEST(a_stream_can_be_left)
{
	kin_session *s = filled(1, 5);

	kin_stream(s, Pet, pet)
		if (pet->id == 2)
			break;
	CHECK_INT(s->streams, 0);
	CHECK_INT(kin_count(s, Pet), 5);
	CHECK_OK(s);
	test_close();
}

TEST(streams_nest)
{
	kin_session *s = filled(3, 2);
	int pairs = 0;

	kin_stream(s, Owner, owner, "order by id")
		kin_stream(s, Pet, pet, "owner_id = ?", owner->id)
			pairs += pet->owner_id.value == owner->id;
	CHECK_INT(pairs, 6);
	CHECK_OK(s);
	test_close();
}

TEST(a_streamed_object_is_detached)
{
	kin_session *s = filled(1, 1);

	kin_stream(s, Pet, pet) {
		CHECK_INT(kin_state_of(pet), KIN_DETACHED);
		CHECK(!kin_contains(s, pet));
		CHECK_INT(kin_append(pet, visits, kin_new(s, Visit)), KIN_EDETACHED);
	}
	test_close();
}

TEST(what_is_joined_to_one_comes_with_the_row)
{
	kin_session *s = filled(2, 1);
	int seen = 0;

	test_run("INSERT INTO pets (id, name) VALUES (9, 'Stray')");
	kin_stream(s, Pet, pet, "order by id with owner") {
		if (pet->id == 9)
			CHECK(pet->owner == NULL);
		else
			CHECK_INT(pet->owner->id, pet->owner_id.value);
		seen++;
	}
	CHECK_INT(seen, 3);
	CHECK_INT(test_sent(), 1);
	test_close();
}

#define PET "pets.id, pets.name, pets.species, pets.age, pets.owner_id"

TEST(lists_come_with_a_stream_by_the_keys_of_256_objects)
{
	kin_session *s = filled(300, 2);
	int64_t seen = 0, pets = 0;

	test_forget();
	kin_stream(s, Owner, owner, "order by id with pets") {
		CHECK_INT(owner->id, ++seen);
		CHECK(kin_is_loaded(owner, pets));
		pets += (int64_t)owner->pets.count;
		if (seen == 1)
			CHECK_INT(test_sent(), 2);
	}
	CHECK_OK(s);
	CHECK_INT(seen, 300);
	CHECK_INT(pets, 600);
	CHECK_INT(test_sent(), 1); /* 256 and 44: a statement for each */
	test_close();
}

TEST(a_stream_with_lists_says_its_sql)
{
	kin_session *s = filled(2, 2);
	int dogs = 0;
	char species[] = "Dog";

	kin_stream(s, Owner, owner, "id > ? order by id with pets where species = ?", 0, species) {
		dogs += (int)owner->pets.count;
		species[0] = 'x';
	}
	CHECK_OK(s);
	CHECK_SQL("SELECT owners.id, owners.name FROM owners WHERE owners.id > ? ORDER BY owners.id",
	          "SELECT " PET " FROM pets WHERE pets.owner_id IN (?, ?) AND pets.species = ?");
	CHECK_INT(dogs, 2);
	test_close();
}

TEST(what_is_joined_or_asked_by_a_subquery_comes_by_keys_too)
{
	kin_session *s = filled(2, 1);

	kin_stream(s, Owner, owner, "order by id with joined pets, subquery pets.visits")
		CHECK_INT(owner->pets.items[0]->visits.count, 0);
	CHECK_OK(s);
	CHECK_SQL("SELECT owners.id, owners.name FROM owners ORDER BY owners.id", "SELECT " PET " FROM pets WHERE pets.owner_id IN (?, ?)",
	          "SELECT visits.id, visits.day, visits.pet_id FROM visits WHERE visits.pet_id IN (?, ?) ORDER BY visits.day DESC");
	test_close();
}

TEST(a_stream_with_lists_takes_no_more_memory_for_more_rows)
{
	int rows = 1000 + kin_test_rounds(9000);
	kin_session *s = filled(rows, 1);
	size_t before = kin_arena_size(&s->objects) + kin_arena_size(&s->arena), most = 0, pets = 0;

	kin_stream(s, Owner, owner, "with pets") {
		const kin_session *own = kin_session_of(owner);
		size_t size = kin_arena_size(&own->objects) + kin_arena_size(&own->arena);
		most = size > most ? size : most;
		pets += owner->pets.count;
	}
	CHECK_OK(s);
	CHECK_INT(pets, rows);
	CHECK_INT(kin_arena_size(&s->objects) + kin_arena_size(&s->arena), before);
	CHECK_MSG(most < 8 * KIN_ARENA_CHUNK, "256 objects took %zu bytes", most);
	test_close();
}

TEST(objects_of_a_stream_with_lists_are_not_the_sessions)
{
	kin_session *s = filled(1, 1);
	const Owner *ann = kin_get(s, Owner, 1);

	kin_stream(s, Owner, owner, "with pets") {
		CHECK(owner != ann);
		CHECK(!kin_contains(s, owner));
		CHECK(kin_load(owner->pets.items[0], owner) == owner);
		kin_edit(s, Owner, owner);
	}
	CHECK_INT(kin_errcode(s), KIN_EINVAL);
	CHECK(!kin_is_loaded(ann, pets));
	test_close();
}

TEST(what_fails_in_a_stream_with_lists_fails_the_session)
{
	kin_session *s = filled(300, 1);
	int seen = 0;

	test_run("DROP TABLE visits");
	kin_stream(s, Owner, owner, "order by id with pets, pets.visits")
		seen += owner->id > 0;
	CHECK_INT(seen, 0);
	CHECK_HAS(kin_errmsg(s), "visits");
	CHECK_INT(kin_rollback(s), KIN_OK);
	kin_stream(s, Owner, owner, "order by id with pets") {
		seen++;
		kin_load(owner->pets.items[0], visits);
	}
	CHECK_INT(seen, 1);
	CHECK_HAS(kin_errmsg(s), "visits");
	test_close();
}

TEST(a_stream_with_lists_ends_with_its_transaction_or_session)
{
	kin_session *s = filled(3, 2);
	int seen = 0;

	kin_stream(s, Owner, owner, "order by id with pets") {
		seen++;
		CHECK_INT(kin_rollback(s), KIN_OK);
		CHECK_INT(owner->pets.count, 2);
	}
	CHECK_INT(seen, 1);
	CHECK_HAS(kin_errmsg(s), "ended with its transaction");
	CHECK_INT(kin_rollback(s), KIN_OK);
	s = kin_session_new(test_db());
	kin_stream(s, Owner, owner, "order by id with pets") {
		kin_free(s);
		CHECK_INT(owner->pets.count, 2);
		seen++;
	}
	CHECK_INT(seen, 2);
	test_close();
}

TEST(a_joined_list_with_a_condition_comes_by_keys_too)
{
	kin_session *s = filled(2, 2);
	int dogs = 0;

	kin_stream(s, Owner, owner, "order by id with joined pets where species = ?", "Dog")
		dogs += (int)owner->pets.count;
	CHECK_SQL("SELECT owners.id, owners.name FROM owners ORDER BY owners.id",
	          "SELECT " PET " FROM pets WHERE pets.owner_id IN (?, ?) AND pets.species = ?");
	CHECK_INT(dogs, 2);
	test_close();
}

TEST(a_path_brings_its_steps)
{
	kin_session *s = filled(2, 2);

	test_run("INSERT INTO visits (day, pet_id) VALUES ('2026-01-05', 1)");
	kin_stream(s, Owner, owner, "order by id with pets.visits")
		CHECK_INT(owner->pets.items[0]->visits.count, owner->id == 1);
	CHECK_OK(s);
	test_close();
}

static int stream_lists_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	kin_stream(s, Owner, owner, "id < ? with pets where species <> ?", 9, "Fish")
		CHECK_INT(owner->pets.count, 2);
	rc = kin_errcode(s);
	kin_free(s);
	return rc;
}

TEST(a_stream_with_lists_survives_any_allocation_failing)
{
	filled(2, 2);
	kin_test_fuse(__FILE__, __LINE__, stream_lists_with_failing_memory);
	test_close();
}

static int stream_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	kin_stream(s, Pet, pet, "id in (?) with owner", kin_array(((int[]){ 1, 2, 3 }), 3))
		CHECK(pet->owner != NULL);
	rc = kin_errcode(s);
	kin_free(s);
	return rc;
}

TEST(a_stream_survives_any_allocation_failing)
{
	filled(2, 2);
	kin_test_fuse(__FILE__, __LINE__, stream_with_failing_memory);
	test_close();
}

TEST(a_commit_waits_for_the_streams_end)
{
	test_open();
	test_fill(1, 5);
	kin_session *session = test_session();
	int rows = 0;

	kin_stream(session, Pet, pet, "order by id") {
		rows++;
		if (pet->id == 2)
			kin_commit(session);
	}
	CHECK_INT(rows, 2);
	CHECK_INT(kin_errcode(session), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(session), "kin_commit: a kin_stream() is open, which would end with the transaction; commit after its loop, or "
	           "write through another session");
	CHECK_INT(kin_rollback(session), KIN_OK);
	rows = 0;
	kin_stream(session, Pet, pet, "") {
		rows += pet->id > 0;
		CHECK_INT(kin_begin_nested(session), KIN_OK);
		CHECK_INT(kin_commit(session), KIN_OK);
	}
	CHECK_INT(rows, 5);
	CHECK_INT(kin_commit(session), KIN_OK);
	test_close();
}

TEST(a_rollback_ends_streams_and_says_so)
{
	test_open();
	test_fill(1, 5);
	kin_session *session = test_session();
	int rows = 0;

	kin_stream(session, Pet, pet, "order by id") {
		rows++;
		if (pet->id == 2)
			CHECK_INT(kin_rollback(session), KIN_OK);
	}
	CHECK_INT(rows, 2);
	CHECK_INT(kin_errcode(session), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(session), "ended with its transaction");
	CHECK_INT(kin_rollback(session), KIN_OK);
	kin_stream(session, Pet, pet, "") {
		CHECK_INT(pet->id, 1);
		kin_rollback(session);
		break;
	}
	CHECK_OK(session);
	test_close();
}

TEST(a_session_may_be_freed_inside_a_stream)
{
	test_open();
	test_fill(1, 3);
	kin_session *session = kin_session_new(test_db());
	int rows = 0;

	kin_stream(session, Pet, pet, "") {
		rows += pet->id > 0;
		kin_free(session);
	}
	CHECK_INT(rows, 1);
	test_close();
}
