/* bad_input.c - values and tables that nobody expects: an error that names what is wrong, or what was said comes back. */
#include <stdlib.h>

#include "models.h"

static Note *new_note(kin_session *s)
{
	Note *note = kin_new(s, Note, .text = "a note", .written = kin_datetime_of(2026, 11, 22, 12, 0, 0));

	kin_add(s, note);
	return note;
}

TEST(a_hundred_megabytes_come_back_as_they_were)
{
	enum { SIZE = 100 << 20 };
	unsigned char *bytes = malloc(SIZE);

	CHECK(bytes != NULL);
	for (size_t i = 0; i < SIZE; i += 4096)
		memcpy(bytes + i, &i, sizeof(i));
	models_open();
	kin_session *s = test_session();
	new_note(s)->data = (kin_bytes){ bytes, SIZE };
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_free(kin_session_new(test_db()));
	s = test_session();
	const Note *note = kin_first(s, Note, "");
	CHECK_OK(s);
	CHECK_INT(note->data.size, SIZE);
	for (size_t i = 0, at; i < SIZE; i += 4096) {
		memcpy(&at, (const char *)note->data.data + i, sizeof(at));
		if (at != i)
			CHECK_INT(at, i);
	}
	free(bytes);
	test_close();
}

TEST(bytes_keep_their_nuls_and_no_bytes_are_not_null)
{
	models_open();
	kin_session *s = test_session();
	Note *none = kin_new(s, Note, .text = "none", .data = { "", 0 });

	new_note(s)->data = (kin_bytes){ "\0a\0\xff\0", 5 };
	CHECK_INT(kin_flush(s), KIN_OK);
	kin_add(s, none);
	CHECK_INT(kin_commit(s), KIN_OK);
	Note_list notes = kin_all(test_session(), Note, "order by id");
	CHECK_INT(notes.count, 2);
	CHECK_INT(notes.items[0]->data.size, 5);
	CHECK(memcmp(notes.items[0]->data.data, "\0a\0\xff\0", 5) == 0);
	CHECK(notes.items[1]->data.data != NULL);
	CHECK_INT(notes.items[1]->data.size, 0);
	test_close();
}

/* Only SQLite lets anybody put one there. */
TEST(a_text_with_a_nul_is_not_cut_short)
{
	test_open_sqlite();
	test_run("INSERT INTO owners (id, name) VALUES (7, 'Ann' || char(0) || 'ie')");
	kin_session *s = test_session();
	CHECK(kin_first(s, Owner, "") == NULL);
	CHECK_INT(kin_errcode(s), KIN_EVALUE);
	CHECK_HAS(kin_errmsg(s), "the row of 'owners' with id 7");
	CHECK_HAS(kin_errmsg(s), "'name'");
	CHECK_HAS(kin_errmsg(s), "has a zero byte in it");
	test_close();
}

TEST(text_that_is_not_utf8_is_refused_by_who_checks_it)
{
	test_open();
	kin_session *s = test_session();
	Owner *owner = kin_new(s, Owner, .name = "An\xff\xfe" "n");

	kin_add(s, owner);
	int rc = kin_commit(s);
	if (test_on_sqlite()) {
		CHECK_INT(rc, KIN_OK);
		CHECK_TEXT(((const Owner *)kin_get(test_session(), Owner, owner->id))->name, "An\xff\xfe" "n");
	} else {
		CHECK_INT(rc, KIN_EVALUE);
		CHECK_HAS(kin_errmsg(s), test_words("", "0xff", "Incorrect string value: '\\xFF"));
		CHECK_HAS(kin_errmsg(s), "the text of Owner.name is no UTF-8: behind 'An' stands the byte 0xff");
		CHECK_INT(kin_rollback(s), KIN_OK);
		CHECK_INT(kin_count(s, Owner, ""), 0);
	}
	test_close();
}

TEST(a_number_larger_than_its_member_is_not_cut)
{
	test_open_sqlite();
	test_run("INSERT INTO pets (id, name, age) VALUES (1, 'Ben', 2147483648), (2, 'Max', -2147483649), (3, 'Rex', 2147483647)");
	for (int64_t id = 1; id <= 2; id++) {
		kin_session *s = test_session();
		CHECK(kin_get(s, Pet, id) == NULL);
		CHECK_INT(kin_errcode(s), KIN_ERANGE);
		CHECK_HAS(kin_errmsg(s), id == 1 ? "2147483648" : "-2147483649");
		CHECK_HAS(kin_errmsg(s), "'age'");
		CHECK_HAS(kin_errmsg(s), id == 1 ? "the row of 'pets' with id 1" : "the row of 'pets' with id 2");
	}
	CHECK_INT(((const Pet *)kin_get(test_session(), Pet, 3))->age.value, INT32_MAX);
	test_close();
}

TEST(a_number_larger_than_any_in_the_column_is_not_found)
{
	test_open();
	kin_session *s = test_session();

	if (strcmp(kin_db_dialect(test_db()), "postgresql") != 0) {
		CHECK_INT(kin_count(s, Pet, "age = ?", INT64_MAX), 0);
		CHECK_OK(s);
		CHECK_INT(kin_count(s, Pet, "id = ?", UINT64_MAX), -1);
		CHECK_INT(kin_errcode(s), KIN_ERANGE);
	} else {
		CHECK_INT(kin_count(s, Pet, "age = ?", INT64_MAX), -1);
		CHECK_INT(kin_errcode(s), KIN_ERANGE);
		CHECK_HAS(kin_errmsg(s), "9223372036854775807 is outside the range of integer");
	}
	test_close();
}

TEST(columns_that_the_model_does_not_know_stay_as_they_are)
{
	test_open();
	test_run("ALTER TABLE pets ADD COLUMN chip VARCHAR(20) DEFAULT 'none'");
	kin_session *s = test_session();
	Pet *pet = kin_new(s, Pet, .name = "Ben");

	kin_add(s, pet);
	CHECK_INT(kin_commit(s), KIN_OK);
	test_run("UPDATE pets SET chip = 'x1'");
	pet->name = "Max";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("INSERT INTO pets (name, species, age, owner_id)", "UPDATE pets SET name = ? WHERE id = ?");
	test_run("CREATE TABLE chips (chip VARCHAR(20) CHECK (chip = 'x1')); INSERT INTO chips SELECT chip FROM pets");
	s = test_session();
	CHECK_TEXT(kin_first(s, Pet, "")->name, "Max");
	test_close();
}

TEST(a_column_that_the_table_lacks_is_named)
{
	test_open();
	test_run("ALTER TABLE pets DROP COLUMN species");
	kin_session *s = test_session();

	kin_add(s, kin_new(s, Pet, .name = "Ben"));
	CHECK_INT(kin_commit(s), KIN_ENOTABLE);
	CHECK_HAS(kin_errmsg(s), "species");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK(kin_first(s, Pet, "") == NULL);
	CHECK_INT(kin_errcode(s), KIN_ENOTABLE);
	CHECK_HAS(kin_errmsg(s), "species");
	test_close();
}

/* What the compiler would have said, had nobody cast it away. */
TEST(an_object_of_another_model_is_refused_wherever_it_is_put)
{
	test_open();
	kin_session *s = test_session();
	Pet *ben = kin_new(s, Pet, .name = "Ben");
	Visit *visit = kin_new(s, Visit, .day = { 1 });

	kin_add(s, ben);
	CHECK_INT(kin_commit(s), KIN_OK);
	ben->owner = (const Owner *)(const void *)visit;
	CHECK_INT(kin_commit(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "Pet.owner of <Pet Ben>: an object of Visit, where one of Owner is wanted");
	CHECK_INT(kin_rollback(s), KIN_OK);
	kin_add(s, kin_new(s, Pet, .name = "Max", .owner = (const Owner *)(const void *)visit));
	CHECK_INT(kin_errcode(s), KIN_EINVAL);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK(kin_new(s, Owner, .pets = { (const Pet *[]){ (const Pet *)(const void *)visit }, 1 }) == NULL);
	CHECK_HAS(kin_errmsg(s), "pets: an object of Visit, where one of Pet is wanted");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Pet, ""), 1);
	test_close();
}

TEST(a_key_that_is_there_is_not_set_to_zero)
{
	test_open();
	kin_session *s = test_session();
	Pet *ben = kin_new(s, Pet, .name = "Ben");

	kin_add(s, ben);
	CHECK_INT(kin_commit(s), KIN_OK);
	ben->id = 0;
	CHECK_INT(kin_commit(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "Pet.id of the row with 1 there was set to 0, which stands for a key that the database makes");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(ben->id, 1);
	test_close();
}

TEST(a_number_that_no_column_holds_is_shown_with_its_member)
{
	models_open();
	kin_session *s = test_session();
	new_note(s)->written.us = INT64_MIN;
	CHECK_INT(kin_commit(s), KIN_ERANGE);
	CHECK_HAS(kin_errmsg(s), "Note.written (-9223372036854775808 µs): ");
	CHECK_HAS(kin_errmsg(s), "is outside the years 0001 to 9999");
	test_close();
}

TEST(where_there_is_no_object_there_is_nothing_and_no_crash)
{
	const Owner *none = NULL;
	const char *name;

	test_open();
	kin_session *s = test_session();
	CHECK((name = kin_was(none, name)) == NULL);
	CHECK(!kin_is_changed(none, name) && !kin_is_loaded(none, pets));
	CHECK_INT(kin_added(none, pets).count + kin_removed(none, pets).count + kin_load(none, pets).count, 0);
	CHECK_INT(kin_count(s, Owner, "id in (?)", kin_array((const int64_t *)NULL, 3)), -1);
	CHECK_HAS(kin_errmsg(s), "argument 1 is an array of 3 items at NULL");
	kin_rollback(s);
	CHECK_INT(kin_transaction(s, NULL, NULL), KIN_EINVAL);
	kin_rollback(s);
	CHECK_INT(kin_add(s, NULL), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "kin_add of NULL: there is no object; a query gives NULL where no row fits");
	test_close();
}

TEST(in_a_closed_session_nothing_new_is_made)
{
	test_open();
	kin_session *s = test_session();

	kin_close(s);
	CHECK(kin_new(s, Owner, .name = "late") == NULL);
	CHECK_INT(kin_errcode(s), KIN_EDETACHED);
	CHECK_HAS(kin_errmsg(s), "the session is closed; open a new one");
	test_close();
}

static int close_inside(kin_session *session, void *context)
{
	(void)context;
	kin_close(session);
	kin_free(session);
	return 0;
}

TEST(a_transaction_keeps_its_session_open)
{
	test_open();
	kin_session *s = test_session();

	CHECK_INT(kin_transaction(s, close_inside, NULL), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "kin_close inside of kin_transaction, which goes on with the session");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Owner, ""), 0);
	test_close();
}

TEST(removing_what_is_not_there_and_adding_what_is_do_nothing)
{
	test_open();
	kin_session *s = test_session();
	Owner *ann = kin_new(s, Owner, .name = "Ann");
	Pet *ben = kin_new(s, Pet, .name = "Ben"), *max = kin_new(s, Pet, .name = "Max");

	kin_append(ann, pets, ben);
	kin_append(ann, pets, ben);
	kin_remove(ann, pets, max);
	CHECK_OK(s);
	CHECK_INT(ann->pets.count, 1);
	kin_add(s, ann);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Pet, ""), 1);
	test_close();
}

/* kin_each() walks the list as it was read. */
TEST(a_list_may_be_changed_in_any_way_while_it_is_walked)
{
	enum { PETS = 10 };
	test_open();
	test_fill(1, PETS);

	for (int way = 0; way < 7; way++) {
		kin_session *s = kin_session_new(test_db());
		const Owner *owner = kin_first(s, Owner, "");
		int seen = 0;

		kin_each(Pet, pet, kin_load(owner, pets)) {
			seen++;
			if (way == 0)
				kin_remove(owner, pets, pet);
			else if (way == 1)
				kin_append(owner, pets, kin_new(s, Pet, .name = pet->name));
			else if (way == 2)
				kin_delete(s, pet), kin_flush(s);
			else if (way == 3)
				kin_edit(s, Pet, pet)->owner = NULL, kin_flush(s);
			else if (way == 4)
				kin_expire(s, owner), kin_expire(s, pet);
			else if (way == 5)
				kin_expunge(s, pet);
			else
				kin_edit(s, Pet, pet)->name = "x", kin_rollback(s);
			CHECK(pet->name != NULL);
		}
		CHECK_INT(seen, PETS);
		CHECK_OK(s);
		kin_free(s);
	}
	test_close();
}
