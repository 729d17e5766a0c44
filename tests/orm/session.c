/* session.c - a session's switches, what it says to mistakes, and its new beginning. */
#include "models.h"

#include "orm/session_state.h"

TEST(in_its_block_nothing_is_flushed_before_a_query)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	pet->name = "Rex";
	test_forget();
	kin_no_autoflush(session) {
		CHECK_INT(kin_count(session, Pet, "name = ?", "Rex"), 0);
		kin_no_autoflush(session)
			CHECK_INT(kin_count(session, Pet, "name = ?", "Rex"), 0);
		CHECK_INT(kin_count(session, Pet, "name = ?", "Rex"), 0);
	}
	CHECK_SQL("SELECT", "SELECT", "SELECT");
	CHECK_INT(kin_count(session, Pet, "name = ?", "Rex"), 1);
	CHECK_SQL("UPDATE pets", "SELECT");
	test_close();
}

static void leave(kin_session *session, int how)
{
	for (int i = 0; i < 2; i++) {
		kin_no_autoflush(session) {
			if (how == 0)
				return;
			if (how == 1)
				break;
			if (how == 2)
				goto out;
			continue;
		}
		CHECK(kin_autoflush(session, true));
	}
out:
	CHECK(kin_autoflush(session, true));
}

TEST(however_the_block_is_left_autoflush_is_as_before)
{
	test_open();
	kin_session *session = test_session();

	for (int how = 0; how < 4; how++) {
		leave(session, how);
		CHECK(kin_autoflush(session, true));
	}
	kin_autoflush(session, false);
	kin_no_autoflush(session)
		;
	CHECK(!kin_autoflush(session, true));
	test_close();
}

TEST(an_error_of_the_flush_before_a_query_says_so)
{
	models_open();
	kin_session *session = test_session();

	kin_add(session, kin_new(session, Team));
	CHECK_INT(kin_count(session, Team, ""), -1);
	CHECK_INT(kin_errcode(session), KIN_ENOTNULL);
	CHECK_TEXT(kin_errmsg(session), "Team.name must not be NULL; the transaction was rolled back, and kin_rollback() begins a new one "
	           "(raised by the flush before this query; kin_no_autoflush() { … } around it holds that back)");
	test_close();
}

TEST(memory_that_kin_did_not_make_is_refused)
{
	test_open();
	kin_session *session = test_session();
	struct { char before[64]; Pet pet; } mine = { .pet = { .name = "Ben" } };

	CHECK_INT(kin_add(session, &mine.pet), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(session), "kin_add of memory that kin did not make; make objects with kin_new()");
	kin_rollback(session);
	CHECK_INT(kin_delete(session, &mine.pet), KIN_EINVAL);
	kin_rollback(session);
	CHECK_INT(kin_expire(session, &mine.pet), KIN_EINVAL);
	kin_rollback(session);
	CHECK(kin_edit(session, Pet, &mine.pet) != &mine.pet);
	CHECK_TEXT(kin_errmsg(session), "kin_edit of memory that kin did not make; make objects with kin_new()");
	test_close();
}

TEST(an_object_of_another_model_is_not_edited)
{
	test_open();
	kin_session *session = test_session();
	const Owner *owner = kin_new(session, Owner, .name = "Ann");

	kin_edit(session, Pet, (const Pet *)(const void *)owner)->species = "Dog";
	CHECK_INT(kin_errcode(session), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(session), "kin_edit of an object of Owner, which is another model");
	CHECK_TEXT(owner->name, "Ann");
	test_close();
}

TEST(a_lazy_load_of_a_row_that_is_gone_gives_nothing)
{
	test_open();
	test_fill(1, 2);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_commit(session);
	if (test_on_sqlite()) { /* elsewhere the foreign key keeps it */
		test_run("PRAGMA foreign_keys = OFF; DELETE FROM owners; PRAGMA foreign_keys = ON");
		CHECK(kin_load(pet, owner) == NULL);
	}
	CHECK(kin_is_loaded(pet, owner) == test_on_sqlite());
	CHECK_OK(session);
	test_close();
}

TEST(a_reset_session_is_a_new_one)
{
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();

	kin_load(kin_get(session, Owner, 1), pets);
	kin_begin_nested(session);
	kin_add(session, kin_new(session, Pet, .name = "lost"));
	kin_flush(session);
	kin_one(session, Pet, "name = ?", "nobody");
	CHECK_INT(kin_errcode(session), KIN_ENOTFOUND);
	CHECK_INT(kin_reset(session), KIN_OK);
	CHECK_OK(session);
	CHECK(session->connection == NULL);
	test_forget();
	CHECK_TEXT(kin_get(session, Pet, 1)->name, "Pet 1");
	CHECK_INT(kin_count(session, Pet, "name = ?", "lost"), 0);
	CHECK_SQL("SELECT", "SELECT");
	kin_close(session);
	CHECK_INT(kin_reset(session), KIN_EDETACHED);
	CHECK_INT(kin_reset(NULL), KIN_ENOMEM);
	test_close();
}

TEST(a_session_that_is_reset_takes_no_more_memory)
{
	test_open();
	test_fill(10, 10);
	kin_session *session = test_session();
	size_t first = 0;

	for (int i = 0; i < 20; i++) {
		CHECK_INT(kin_all(session, Owner, "with pets").count, 10);
		kin_reset(session);
		first = i == 0 ? kin_arena_size(&session->objects) : first;
	}
	CHECK(kin_arena_size(&session->objects) <= first);
	test_close();
}
