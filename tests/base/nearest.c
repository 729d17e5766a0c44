#include "base/text.h"
#include "harness/harness.h"

TEST(distance_counts_slips_of_the_fingers)
{
	CHECK_INT(kin_text_distance("species", "species"), 0);
	CHECK_INT(kin_text_distance("species", "SPECIES"), 0);
	CHECK_INT(kin_text_distance("specie", "species"), 1);
	CHECK_INT(kin_text_distance("speciess", "species"), 1);
	CHECK_INT(kin_text_distance("spacies", "species"), 1);
	CHECK_INT(kin_text_distance("sepcies", "species"), 1);
	CHECK_INT(kin_text_distance("", "abc"), 3);
	CHECK_INT(kin_text_distance("abc", ""), 3);
	CHECK_INT(kin_text_distance("kitten", "sitting"), 3);
	CHECK_INT(kin_text_distance("ca", "abc"), 3);
}

TEST(distance_is_the_same_both_ways)
{
	CHECK_INT(kin_text_distance("owner_id", "wonerid"), kin_text_distance("wonerid", "owner_id"));
}

TEST(words_beyond_any_name_are_far_apart)
{
	char a[101], b[101];

	memset(a, 'a', 100);
	a[100] = '\0';
	memcpy(b, a, sizeof(b));
	CHECK_INT(kin_text_distance(a, b), 0);
	b[99] = 'b';
	CHECK_INT(kin_text_distance(a, b), 100);
	CHECK_INT(kin_text_distance(a, "a"), 100);
	b[64] = a[64] = '\0';
	CHECK_INT(kin_text_distance(a, b), 0);
	b[63] = 'b';
	CHECK_INT(kin_text_distance(a, b), 1);
}

TEST(the_nearest_name_is_suggested)
{
	static const char *const names[] = { "id", "name", "species", "owner_id", "owner" };

	CHECK_TEXT(kin_text_nearest("specie", names, 5), "species");
	CHECK_TEXT(kin_text_nearest("Nmae", names, 5), "name");
	CHECK_TEXT(kin_text_nearest("ownerid", names, 5), "owner_id");
	CHECK_TEXT(kin_text_nearest("owners", names, 5), "owner");
}

TEST(the_start_of_a_name_is_near)
{
	static const char *const names[] = { "description", "desk" };

	CHECK_TEXT(kin_text_nearest("descr", names, 2), "description");
	CHECK_TEXT(kin_text_nearest("desc", names, 2), "desk");
	CHECK_TEXT(kin_text_nearest("description_text", names, 2), "description");
}

TEST(a_quite_different_name_is_not_suggested)
{
	static const char *const names[] = { "id", "name", "species" };

	CHECK(!kin_text_nearest("colour", names, 3));
	CHECK(!kin_text_nearest("x", names, 3));
	CHECK(!kin_text_nearest("name", NULL, 0));
}
