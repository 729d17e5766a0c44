/* in_array.c - `in (?)` with arrays of any length. */
#include <stdlib.h>

#include "orm_test.h"

enum { MANY = 100000 };

/* Pets 1 to 10; a visit of each on the day of its number. */
static kin_session *filled(void)
{
	kin_session *s;

	test_open();
	test_fill(1, 10);
	s = test_session();
	for (int i = 1; i <= 10; i++)
		kin_add(s, kin_new(s, Visit, .day = kin_date_of(2026, 1, i), .pet_id = { i, true }));
	CHECK_INT(kin_commit(s), KIN_OK);
	test_forget();
	return s;
}

static const size_t lengths[] = { 0, 1, 63, 64, 500, 513, 16384, MANY };
#define EACH_LENGTH(n) for (size_t i_##n = 0, n; i_##n < sizeof(lengths) / sizeof(*lengths) && (n = lengths[i_##n], true); i_##n++)

/* How many of ten there are among the first so many of 2, 3, 4 … */
static int64_t expected(size_t length)
{
	return length < 9 ? (int64_t)length : 9;
}

TEST(integers_are_looked_for_among_any_number)
{
	kin_session *s = filled();
	int64_t *ids = calloc(MANY, sizeof(*ids));

	for (size_t i = 0; i < MANY; i++)
		ids[i] = (int64_t)i + 2;
	EACH_LENGTH(n) {
		CHECK_INT(kin_count(s, Pet, "id in (?)", kin_array(ids, n)), expected(n));
		CHECK_INT(kin_count(s, Pet, "id not in (?)", kin_array(ids, n)), 10 - expected(n));
		CHECK_INT(test_sent(), 2);
	}
	CHECK_OK(s);
	test_close();
	free(ids);
}

TEST(texts_are_looked_for_among_any_number)
{
	kin_session *s = filled();
	const char **names = calloc(MANY, sizeof(*names));

	for (size_t i = 0; i < MANY; i++) {
		char name[40];
		snprintf(name, sizeof(name), i == 50000 ? "\"quoted\" \\ 'ö' %zu" : "Pet %zu", i + 2);
		names[i] = kin_strdup(s, name);
	}
	EACH_LENGTH(n)
		CHECK_INT(kin_count(s, Pet, "name in (?)", kin_array(names, n)), expected(n));
	CHECK_OK(s);
	test_close();
	free(names);
}

TEST(dates_are_looked_for_among_any_number)
{
	kin_session *s = filled();
	kin_date *days = calloc(MANY, sizeof(*days));

	for (size_t i = 0; i < MANY; i++)
		days[i] = kin_date_of(2026, 1, (int)i + 2);
	EACH_LENGTH(n)
		CHECK_INT(kin_count(s, Visit, "day in (?)", kin_array(days, n)), expected(n));
	CHECK_OK(s);
	test_close();
	free(days);
}

TEST(many_values_work_beside_others_and_in_an_update)
{
	kin_session *s = filled();
	int64_t *ids = calloc(MANY, sizeof(*ids));

	for (size_t i = 0; i < MANY; i++)
		ids[i] = (int64_t)i + 2;
	CHECK_INT(kin_count(s, Pet, "species = ? and id in (?) and (name = ? or owner_id in (?))", "Dog", kin_array(ids, MANY), "x",
	                    kin_array(ids, 0)), 0);
	CHECK_INT(kin_update(s, Pet, "age = ? where id in (?)", 40, kin_array(ids, MANY)), 9);
	CHECK_INT(kin_delete_where(s, Visit, "pet.id in (?) and pet.age = ?", kin_array(ids, MANY), 40), 9);
	CHECK_OK(s);
	test_close();
	free(ids);
}
