/* Tests of schema/naming.c: names for what nobody named. */
#include "schema/naming.h"

#include <kin/error.h>

#include "harness/harness.h"

static const char *const two[] = { "owner_id", "name" };

TEST(each_kind_has_its_prefix)
{
	kin_arena arena = { 0 };

	CHECK_TEXT(kin_naming_primary(&arena, "pets"), "pk_pets");
	CHECK_TEXT(kin_naming_unique(&arena, "pets", two, 2), "uq_pets_owner_id_name");
	CHECK_TEXT(kin_naming_index(&arena, "pets", two, 1), "ix_pets_owner_id");
	CHECK_TEXT(kin_naming_foreign(&arena, "pets", two, 1, "owners"), "fk_pets_owner_id_owners");
	CHECK_TEXT(kin_naming_check(&arena, "pets", "age"), "ck_pets_age");
	kin_arena_done(&arena);
}

TEST(a_name_may_have_63_bytes)
{
	kin_arena arena = { 0 };
	const char *table = "a23456789012345678901234567890123456789012345678901234567890";
	char *name = kin_naming_primary(&arena, table);

	CHECK_INT(strlen(name), 63);
	CHECK_TEXT(name + 3, table);
	kin_arena_done(&arena);
}

TEST(a_longer_name_ends_with_a_hash_of_all_of_it)
{
	kin_arena arena = { 0 };
	const char *long_name = "a2345678901234567890123456789012345678901234567890123456789012345678901";
	char *a = kin_naming_unique(&arena, long_name, two, 1), *b = kin_naming_unique(&arena, long_name, two, 2);

	CHECK_INT(strlen(a), 63);
	CHECK_INT(a[58], '_');
	CHECK(strncmp(a, b, 59) == 0);
	CHECK(strcmp(a, b) != 0);
	CHECK_TEXT(kin_naming_unique(&arena, long_name, two, 1), a);
	kin_arena_done(&arena);
}

TEST(a_name_is_cut_between_characters)
{
	kin_arena arena = { 0 };
	char table[201] = "x";

	for (int i = 0; i < 66; i++)
		memcpy(table + 1 + 3 * i, "\xe7\x8c\xab", 4);
	char *name = kin_naming_primary(&arena, table);
	size_t cut = strlen(name) - 5;
	CHECK(strlen(name) <= 63);
	CHECK_INT((cut - 4) % 3, 0);
	CHECK_INT(name[cut], '_');
	kin_arena_done(&arena);
}

FUSED(naming_survives_running_out_of_memory)
{
	kin_arena arena = { 0 };
	bool ok = kin_naming_foreign(&arena, "pets", two, 2, "a_table_with_a_name_that_is_long_enough_to_be_cut_at_the_end");

	kin_arena_done(&arena);
	return ok ? KIN_OK : KIN_ENOMEM;
}
