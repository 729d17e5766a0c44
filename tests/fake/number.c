#include "fake/source.h"

TEST(integers_reach_both_ends_of_their_range)
{
	kin_fake fake = source(NULL, 42);
	bool low = false, high = false;

	for (int n = 0; n < 1000; n++) {
		int64_t number = kin_fake_integer(&fake, -3, 3);
		CHECK(number >= -3 && number <= 3);
		low |= number == -3;
		high |= number == 3;
	}
	CHECK(low && high);
}

TEST(integers_reach_both_ends_of_a_range_at_the_limits)
{
	kin_fake fake = source(NULL, 42);
	bool low = false, high = false;

	for (int n = 0; n < 1000; n++) {
		low |= kin_fake_integer(&fake, INT64_MIN, INT64_MIN + 1) == INT64_MIN;
		high |= kin_fake_integer(&fake, INT64_MAX - 1, INT64_MAX) == INT64_MAX;
	}
	CHECK(low && high);
}

TEST(integers_of_the_whole_range_come_from_all_of_it)
{
	kin_fake fake = source(NULL, 42);
	int quarters[4] = { 0 };

	for (int n = 0; n < 4000; n++)
		quarters[(uint64_t)kin_fake_integer(&fake, INT64_MIN, INT64_MAX) >> 62]++;
	for (int n = 0; n < 4; n++)
		CHECK_MSG(quarters[n] > 850 && quarters[n] < 1150, "quarter %d came %d times", n, quarters[n]);
}

TEST(integers_of_all_but_one_number_stay_in_range)
{
	kin_fake fake = source(NULL, 42);

	for (int n = 0; n < 1000; n++) {
		CHECK(kin_fake_integer(&fake, INT64_MIN, INT64_MAX - 1) != INT64_MAX);
		CHECK(kin_fake_integer(&fake, INT64_MIN + 1, INT64_MAX) != INT64_MIN);
	}
}

TEST(range_may_be_given_in_either_order)
{
	kin_fake fake = source(NULL, 42), twin = source(NULL, 42);

	for (int n = 0; n < 100; n++)
		CHECK_INT(kin_fake_integer(&fake, 10, -10), kin_fake_integer(&twin, -10, 10));
}

TEST(dates_reach_both_ends_of_their_range)
{
	kin_fake fake = source(NULL, 42);
	kin_date first = { .days = -1 }, last = { .days = 1 }; /* 1969-12-31 … 1970-01-02 */
	int seen[3] = { 0 };

	for (int n = 0; n < 1000; n++) {
		kin_date date = kin_fake_date(&fake, first, last);
		CHECK(date.days >= -1 && date.days <= 1);
		seen[date.days + 1]++;
	}
	CHECK(seen[0] > 0 && seen[1] > 0 && seen[2] > 0);
}

TEST(dates_of_the_whole_range_do_not_overflow)
{
	kin_fake fake = source(NULL, 42);
	kin_date first = { .days = INT32_MIN }, last = { .days = INT32_MAX };
	int before = 0;

	for (int n = 0; n < 1000; n++)
		before += kin_fake_date(&fake, first, last).days < 0;
	CHECK_MSG(before > 400 && before < 600, "%d of 1000 are before 1970", before);
}

TEST(bools_are_true_half_of_the_time)
{
	kin_fake fake = source(NULL, 42);
	int heads = 0;

	for (int n = 0; n < 10000; n++)
		heads += kin_fake_bool(&fake);
	CHECK_MSG(heads > 4700 && heads < 5300, "%d of 10000 are true", heads);
}

TEST(choice_takes_every_item_of_an_array)
{
	static const char *const species[] = { "Dog", "Cat", "Turtle" };
	kin_fake fake = source(NULL, 42);
	int seen[3] = { 0 };

	for (int n = 0; n < 300; n++) {
		const char *choice = kin_fake_choice(&fake, species);
		for (int m = 0; m < 3; m++)
			seen[m] += choice == species[m];
	}
	CHECK_INT(seen[0] + seen[1] + seen[2], 300);
	CHECK(seen[0] > 50 && seen[1] > 50 && seen[2] > 50);
}

TEST(index_of_nothing_is_zero)
{
	kin_fake fake = source(NULL, 42);

	CHECK_INT(kin_fake_index(&fake, 0), 0);
}

TEST(without_a_source_numbers_are_zero)
{
	static const int digits[] = { 7, 8, 9 };

	kin_fake_seed(NULL, 1);
	CHECK_INT(kin_fake_integer(NULL, 5, 9), 0);
	CHECK_INT(kin_fake_date(NULL, (kin_date){ 5 }, (kin_date){ 9 }).days, 0);
	CHECK(!kin_fake_bool(NULL));
	CHECK(kin_fake_double(NULL) == 0);
	CHECK_INT(kin_fake_index(NULL, 9), 0);
	CHECK_INT(kin_fake_choice(NULL, digits), 7);
}
