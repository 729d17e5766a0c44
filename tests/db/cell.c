/* Tests of db/cell.c: cells on the slow way to their members, and objects in space that is lent. */
#include "db/cell.h"

#include "harness/harness.h"

typedef struct pet {
	int64_t     id;
	const char *name;
} pet;

TEST(digits_are_a_whole_number_where_they_are_one)
{
	CHECK_INT(kin_cell_number("12").as.integer, 12);
	CHECK_INT(kin_cell_number("-12.00").kind, KIN_KIND_INT64);
	CHECK_INT(kin_cell_number("-12.00").as.integer, -12);
	CHECK_INT(kin_cell_number("9223372036854775807").as.integer, INT64_MAX);
	CHECK(kin_cell_number("18446744073709551615.0").overflow);
	CHECK((uint64_t)kin_cell_number("18446744073709551615").as.integer == UINT64_MAX);
}

TEST(other_digits_are_a_real_one)
{
	CHECK(kin_cell_number("1.5").as.real == 1.5);
	CHECK_INT(kin_cell_number("18446744073709551616").kind, KIN_KIND_DOUBLE);
	CHECK(kin_cell_number("-9223372036854775809").as.real == -9223372036854775808.0);
	CHECK_INT(kin_cell_number("NaN").kind, KIN_KIND_DOUBLE);
}

TEST(what_is_no_number_is_0_as_an_integer)
{
	kin_value text = kin_value_text("12"), real = kin_value_double(12.7), integer = kin_value_int32(-3), none = kin_value_null(NULL);

	CHECK_INT(kin_cell_integer(&text), 0);
	CHECK_INT(kin_cell_integer(&none), 0);
	CHECK_INT(kin_cell_integer(&real), 12);
	CHECK_INT(kin_cell_integer(&integer), -3);
	CHECK(kin_cell_is_number(KIN_KIND_INT8 | KIN_KIND_NULLABLE) && !kin_cell_is_number(KIN_KIND_DECIMAL));
}

TEST(null_is_refused_where_there_is_none)
{
	kin_cell cell = { .offset = offsetof(pet, name), .kind = KIN_KIND_TEXT, .not_null = true };
	kin_value none = kin_value_null(NULL);
	kin_error error = { 0 };
	pet rex = { .name = "Rex" };

	CHECK_INT(kin_cell_set(&cell, &rex.name, &none, NULL, &error), KIN_ENOTNULL);
	CHECK_TEXT(rex.name, "Rex");
	CHECK_INT(kin_cell_fail(KIN_ENOTNULL, "name", "SELECT name FROM pets", &error), KIN_ENOTNULL);
	CHECK_HAS(kin_error_text(&error), "column 'name' of the result: NULL, where the model says there is none");
	cell.not_null = false;
	CHECK_INT(kin_cell_set(&cell, &rex.name, &none, NULL, NULL), KIN_OK);
	CHECK(!rex.name);
	kin_error_clear(&error);
}

TEST(a_column_without_a_name_has_a_question_mark)
{
	kin_error error = { 0 };

	kin_error_set(&error, KIN_EVALUE, "odd");
	CHECK_INT(kin_cell_fail(KIN_EVALUE, NULL, NULL, &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "column '?' of the result: odd");
	kin_error_clear(&error);
}

TEST(a_value_is_converted_to_the_kind_that_is_asked_for)
{
	kin_value value = kin_value_text("2026-01-05"), none = kin_value_null(NULL), odd = kin_value_text("x");
	kin_error error = { 0 };

	CHECK_INT(kin_cell_convert(&value, KIN_KIND_NULL, NULL, NULL), KIN_OK);
	CHECK_INT(value.kind, KIN_KIND_TEXT);
	CHECK_INT(kin_cell_convert(&value, KIN_KIND_DATE | KIN_KIND_NULLABLE, NULL, NULL), KIN_OK);
	CHECK_INT(value.kind, KIN_KIND_DATE);
	CHECK_INT(kin_cell_convert(&none, KIN_KIND_DATE, NULL, NULL), KIN_OK);
	CHECK_INT(none.kind, KIN_KIND_NULL);
	CHECK_INT(kin_cell_convert(&odd, KIN_KIND_DATE, NULL, &error), KIN_EVALUE);
	kin_error_clear(&error);
}

/* A row whose one cell is this text. */
static const char *row;
static size_t row_length;

static inline __attribute__((always_inline)) int read_row(kin_statement *statement, const kin_cell *cells, size_t count, char *object,
                                                          kin_cell_place *place, kin_error *error)
{
	(void)statement;
	(void)error;
	for (size_t i = 0; i < count; i++) {
		int rc = kin_cell_text(row, row_length, false, object + cells[i].offset, place);
		if (rc != KIN_CELL_READ)
			return rc;
	}
	return KIN_CELL_READ;
}

static const pet     blank = { .id = 7 };
static const kin_cell cells[] = { { .offset = offsetof(pet, name), .kind = KIN_KIND_TEXT } };
static const kin_mould mould = { .blank = &blank, .size = sizeof(blank), .cells = cells, .count = 1 };

TEST(an_object_is_made_with_its_texts_behind_it)
{
	kin_arena arena = { 0 };

	row = "Rexxx";
	row_length = 3;
	CHECK(!kin_cell_make(NULL, &mould, &arena, read_row)); /* there is no chunk yet */
	kin_arena_alloc(&arena, 1);
	pet *rex = kin_cell_make(NULL, &mould, &arena, read_row);
	CHECK(rex);
	CHECK_INT(rex->id, 7);
	CHECK_TEXT(rex->name, "Rex");
	CHECK(rex->name == (const char *)(rex + 1));
	char *next = kin_arena_alloc(&arena, 8);
	CHECK(next >= rex->name + 4);
	kin_arena_done(&arena);
}

TEST(an_object_whose_texts_do_not_fit_is_not_made_and_takes_nothing)
{
	kin_arena arena = { 0 };
	static const char large[KIN_ARENA_CHUNK] = "";

	kin_arena_alloc(&arena, 1);
	const char *next = arena.next;
	row = large;
	row_length = sizeof(large);
	CHECK(!kin_cell_make(NULL, &mould, &arena, read_row));
	CHECK(arena.next == next);
	row_length = 3;
	CHECK(kin_cell_make(NULL, &mould, &arena, read_row));
	kin_arena_done(&arena);
}

TEST(each_text_is_a_piece_where_there_is_an_arena)
{
	kin_arena arena = { 0 };
	kin_cell_place place = { .arena = &arena };
	const char *first, *second;

	CHECK_INT(kin_cell_text("Rex", 3, true, &first, &place), KIN_CELL_READ);
	CHECK_INT(kin_cell_text("Bob", 2, false, &second, &place), KIN_CELL_READ);
	CHECK_TEXT(first, "Rex");
	CHECK_TEXT(second, "Bo");
	CHECK_INT((uintptr_t)second % 8, 0);
	kin_arena_done(&arena);
}
