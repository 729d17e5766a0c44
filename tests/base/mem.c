#include "base/mem.h"

#include <stdint.h>

#include "harness/harness.h"

TEST(memory_is_zeroed_on_request)
{
	char *memory = kin_mem_zalloc(100);

	for (int i = 0; i < 100; i++)
		CHECK_INT(memory[i], 0);
	kin_mem_free(memory);
}

TEST(an_allocation_of_nothing_is_not_a_failure)
{
	void *a = kin_mem_alloc(0), *b = kin_mem_resize(NULL, 0);

	CHECK(a && b);
	kin_mem_free(a);
	kin_mem_free(b);
}

TEST(resizing_keeps_the_content)
{
	char *text = kin_mem_strdup("kin");

	text = kin_mem_resize(text, 100000);
	CHECK_TEXT(text, "kin");
	kin_mem_free(text);
}

TEST(aligned_memory_is_aligned)
{
	void *memory = kin_mem_aligned(65536, 100);

	CHECK_INT((uintptr_t)memory % 65536, 0);
	kin_mem_free(memory);
}

TEST(the_fuse_fails_the_nth_allocation_once)
{
	kin_fuse_set(2);
	void *first = kin_mem_alloc(1), *second = kin_mem_zalloc(1);
	CHECK(!kin_fuse_blown());
	void *third = kin_mem_alloc(1);
	CHECK(kin_fuse_blown());
	void *fourth = kin_mem_alloc(1);
	kin_fuse_set(-1);

	CHECK(first && second && !third && fourth);
	CHECK(!kin_fuse_blown());
	kin_mem_free(first);
	kin_mem_free(second);
	kin_mem_free(fourth);
}

TEST(every_way_to_allocate_has_the_fuse)
{
	char *kept = kin_mem_strdup("kept");

	kin_fuse_set(0);
	CHECK(!kin_mem_alloc(1));
	kin_fuse_set(0);
	CHECK(!kin_mem_zalloc(1));
	kin_fuse_set(0);
	CHECK(!kin_mem_strdup("a"));
	kin_fuse_set(0);
	CHECK(!kin_mem_aligned(64, 64));
	kin_fuse_set(0);
	CHECK(!kin_mem_resize(kept, 100));
	kin_fuse_set(-1);
	CHECK_TEXT(kept, "kept");
	kin_mem_free(kept);
}
