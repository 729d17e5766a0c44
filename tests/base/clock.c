#include "base/clock.h"
#include "harness/harness.h"

TEST(the_steady_clock_goes_forward_while_sleeping)
{
	int64_t start = kin_clock_steady();

	kin_clock_sleep(2000);
	CHECK(kin_clock_steady() - start >= 2000);
	kin_clock_sleep(-1);
}

TEST(the_calendar_clock_knows_that_it_is_after_2024)
{
	CHECK(kin_clock_now() > INT64_C(1704067200000000));
}

TEST(random_numbers_differ)
{
	CHECK(kin_clock_random() != kin_clock_random());
}
