#include "fake/rng.h"

#include "harness/harness.h"

TEST(generator_gives_the_published_numbers)
{
	kin_rng rng = { .state = { 1, 2, 3, 4 } };

	CHECK(kin_rng_next(&rng) == 11520);
	CHECK(kin_rng_next(&rng) == 0);
	CHECK(kin_rng_next(&rng) == 1509978240);
	CHECK(kin_rng_next(&rng) == 1215971899390074240);
}

TEST(seed_fills_the_state_with_the_numbers_published_for_splitmix64)
{
	kin_rng rng;

	kin_rng_seed(&rng, 1234567);
	CHECK(rng.state[0] == 6457827717110365317);
	CHECK(rng.state[1] == 3203168211198807973);
	CHECK(rng.state[2] == 9817491932198370423u);
	CHECK(rng.state[3] == 4593380528125082431);
}

TEST(seed_zero_is_a_seed_like_any_other)
{
	kin_rng rng;

	kin_rng_seed(&rng, 0);
	CHECK(rng.state[0] != 0 && rng.state[1] != 0 && rng.state[2] != 0 && rng.state[3] != 0);
}

TEST(numbers_below_a_count_are_equally_likely)
{
	enum { DRAWS = 70000, COUNT = 7, EXPECTED = DRAWS / COUNT };
	kin_rng rng;
	int seen[COUNT] = { 0 };

	kin_rng_seed(&rng, 42);
	for (int n = 0; n < DRAWS; n++)
		seen[kin_rng_below(&rng, COUNT)]++;
	for (int n = 0; n < COUNT; n++)
		CHECK_MSG(seen[n] > EXPECTED * 95 / 100 && seen[n] < EXPECTED * 105 / 100,
		          "%d came %d times", n, seen[n]);
}

/* With a count of 3/4 of the range, drawing modulo it would give the lower third twice as often. */
TEST(numbers_below_a_huge_count_are_equally_likely)
{
	const uint64_t count = UINT64_C(3) << 62;
	kin_rng rng;
	int seen[3] = { 0 };

	kin_rng_seed(&rng, 42);
	for (int n = 0; n < 30000; n++) {
		uint64_t number = kin_rng_below(&rng, count);
		CHECK(number < count);
		seen[number / (count / 3)]++;
	}
	for (int n = 0; n < 3; n++)
		CHECK_MSG(seen[n] > 9500 && seen[n] < 10500, "third %d came %d times", n, seen[n]);
}

#ifdef __SIZEOF_INT128__
TEST(number_below_a_count_is_the_upper_half_of_the_product)
{
	kin_rng rng, twin;

	kin_rng_seed(&rng, 42);
	for (uint64_t count = 3; count < UINT64_MAX / 5; count = count * 5 - 1) {
		twin = rng;
		uint64_t number = kin_rng_below(&rng, count);
		uint64_t random;
		do
			random = kin_rng_next(&twin);
		while (random * count < (0 - count) % count);
		CHECK(number == (uint64_t)((unsigned __int128)random * count >> 64));
	}
}
#endif

TEST(range_of_one_number_gives_that_number)
{
	kin_rng rng;

	kin_rng_seed(&rng, 42);
	CHECK_INT(kin_rng_between(&rng, -5, -5), -5);
	CHECK(kin_rng_between(&rng, INT64_MIN, INT64_MIN) == INT64_MIN);
	CHECK(kin_rng_between(&rng, INT64_MAX, INT64_MAX) == INT64_MAX);
}

TEST(doubles_fill_the_unit_interval)
{
	kin_rng rng;
	int quarters[4] = { 0 };

	kin_rng_seed(&rng, 42);
	for (int n = 0; n < 40000; n++) {
		double number = kin_rng_double(&rng);
		CHECK(number >= 0 && number < 1);
		quarters[(int)(number * 4)]++;
	}
	for (int n = 0; n < 4; n++)
		CHECK_MSG(quarters[n] > 9500 && quarters[n] < 10500, "quarter %d came %d times", n, quarters[n]);
}
