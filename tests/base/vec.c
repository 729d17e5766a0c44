#include "base/vec.h"

#include <kin/error.h>

#include "harness/harness.h"

TEST(a_vec_keeps_what_is_pushed)
{
	kin_vec(int) numbers = { 0 };

	for (int i = 0; i < 1000; i++)
		CHECK(kin_vec_push(&numbers, i * i));
	CHECK_INT(numbers.count, 1000);
	for (int i = 0; i < 1000; i++)
		CHECK_INT(numbers.items[i], i * i);
	kin_vec_done(&numbers);
	CHECK(!numbers.items && numbers.count == 0 && numbers.capacity == 0);
}

TEST(a_vec_refuses_a_size_beyond_memory)
{
	kin_vec(int64_t) numbers = { 0 };

	CHECK(!kin_vec_reserve(&numbers, SIZE_MAX / 2));
	CHECK(!numbers.items);
}

TEST(a_vec_is_as_it_was_after_a_failed_push)
{
	kin_vec(char) letters = { 0 };

	while (letters.count == 0 || letters.count < letters.capacity)
		CHECK(kin_vec_push(&letters, 'a'));
	size_t count = letters.count;
	kin_fuse_set(0);
	CHECK(!kin_vec_push(&letters, 'b'));
	kin_fuse_set(-1);
	CHECK_INT(letters.count, count);
	CHECK(kin_vec_push(&letters, 'c'));
	CHECK_INT(letters.items[count], 'c');
	kin_vec_done(&letters);
}

FUSED(a_vec_survives_failing_allocations)
{
	kin_vec(int) numbers = { 0 };
	int rc = KIN_OK;

	for (int i = 0; i < 200 && rc == KIN_OK; i++)
		if (!kin_vec_push(&numbers, i))
			rc = KIN_ENOMEM;
	kin_vec_done(&numbers);
	return rc;
}
