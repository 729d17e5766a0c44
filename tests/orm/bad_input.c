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
