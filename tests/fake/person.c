#include "base/map.h"
#include "fake/source.h"

TEST(thousand_names_are_nearly_all_distinct)
{
	kin_arena arena = { 0 };
	kin_map names = { 0 };
	kin_fake fake = source(&arena, 42);

	for (int n = 0; n < 1000; n++)
		CHECK(kin_map_set(&names, kin_fake_name(&fake), &fake));
	CHECK_MSG(names.count >= 990, "%zu distinct names of 1000", names.count);
	kin_map_done(&names);
	kin_arena_done(&arena);
}

TEST(name_is_a_first_and_a_last_name)
{
	kin_arena arena = { 0 };
	kin_fake fake = source(&arena, 42), twin = source(&arena, 42);
	const char *name = kin_fake_name(&fake);
	const char *first = kin_fake_first_name(&twin);
	const char *last = kin_fake_last_name(&twin);

	CHECK_TEXT(name, kin_arena_printf(&arena, "%s %s", first, last));
	kin_arena_done(&arena);
}

TEST(without_a_source_there_are_no_names)
{
	CHECK(kin_fake_name(NULL) == NULL);
	CHECK(kin_fake_first_name(NULL) == NULL);
	CHECK(kin_fake_last_name(NULL) == NULL);
}
