/* Tests of schema/naming.c: names for what nobody named. */
#include "schema/naming.h"

#include <kin/error.h>

#include "harness/harness.h"

static const char *const two[] = { "owner_id", "name" };

TEST(each_kind_has_its_prefix)
{
	kin_arena arena = { 0 };

	CHECK_TEXT(kin_naming_primary(NULL, &arena, "pets"), "pk_pets");
	CHECK_TEXT(kin_naming_unique(NULL, &arena, "pets", two, 2), "uq_pets_owner_id_name");
	CHECK_TEXT(kin_naming_index(NULL, &arena, "pets", two, 1), "ix_pets_owner_id");
	CHECK_TEXT(kin_naming_foreign(NULL, &arena, "pets", two, 1, "owners"), "fk_pets_owner_id_owners");
	CHECK_TEXT(kin_naming_check(NULL, &arena, "pets", "age"), "ck_pets_age");
	kin_arena_done(&arena);
}

TEST(a_name_may_have_63_bytes)
{
	kin_arena arena = { 0 };
	const char *table = "a23456789012345678901234567890123456789012345678901234567890";
	char *name = kin_naming_primary(NULL, &arena, table);

	CHECK_INT(strlen(name), 63);
	CHECK_TEXT(name + 3, table);
	kin_arena_done(&arena);
}

TEST(a_longer_name_ends_with_a_hash_of_all_of_it)
{
	kin_arena arena = { 0 };
	const char *long_name = "a2345678901234567890123456789012345678901234567890123456789012345678901";
	char *a = kin_naming_unique(NULL, &arena, long_name, two, 1), *b = kin_naming_unique(NULL, &arena, long_name, two, 2);

	CHECK_INT(strlen(a), 63);
	CHECK_INT(a[58], '_');
	CHECK(strncmp(a, b, 59) == 0);
	CHECK(strcmp(a, b) != 0);
	CHECK_TEXT(kin_naming_unique(NULL, &arena, long_name, two, 1), a);
	kin_arena_done(&arena);
}

TEST(a_name_is_cut_between_characters)
{
	kin_arena arena = { 0 };
	char table[201] = "x";

	for (int i = 0; i < 66; i++)
		memcpy(table + 1 + 3 * i, "\xe7\x8c\xab", 4);
	char *name = kin_naming_primary(NULL, &arena, table);
	size_t cut = strlen(name) - 5;
	CHECK(strlen(name) <= 63);
	CHECK_INT((cut - 4) % 3, 0);
	CHECK_INT(name[cut], '_');
	kin_arena_done(&arena);
}

FUSED(naming_survives_running_out_of_memory)
{
	kin_arena arena = { 0 };
	bool ok = kin_naming_foreign(NULL, &arena, "pets", two, 2, "a_table_with_a_name_that_is_long_enough_to_be_cut_at_the_end");

	kin_arena_done(&arena);
	return ok ? KIN_OK : KIN_ENOMEM;
}

TEST(a_program_has_names_of_its_own)
{
	static const kin_naming naming = {
		.primary = "{table}_pkey", .unique = "{table}_{columns}_key", .index = "idx_{columns}_of_{table}", .foreign = "{table}_{column}_{target}_fkey",
		.check = "{name}_{table}_check",
	};
	kin_arena arena = { 0 };

	CHECK_INT(kin_naming_verify(&naming, NULL), KIN_OK);
	CHECK_TEXT(kin_naming_primary(&naming, &arena, "shop.pets"), "shop_pets_pkey");
	CHECK_TEXT(kin_naming_unique(&naming, &arena, "pets", two, 2), "pets_owner_id_name_key");
	CHECK_TEXT(kin_naming_index(&naming, &arena, "pets", two, 1), "idx_owner_id_of_pets");
	CHECK_TEXT(kin_naming_foreign(&naming, &arena, "pets", two, 2, "owners"), "pets_owner_id_owners_fkey");
	CHECK_TEXT(kin_naming_check(&naming, &arena, "pets", "age"), "age_pets_check");
	CHECK_TEXT(kin_naming_check(&(kin_naming){ .index = "{columns}" }, &arena, "pets", "age"), "ck_pets_age");
	kin_arena_done(&arena);
}

static const char *mistake(kin_naming naming)
{
	static char text[200];
	kin_error error = { 0 };

	kin_naming_verify(&naming, &error);
	snprintf(text, sizeof(text), "%s", kin_error_text(&error));
	kin_error_clear(&error);
	return text;
}

TEST(mistakes_in_a_program_s_names_are_named)
{
	CHECK_TEXT(mistake((kin_naming){ .index = "ix_{tabel}_{columns}" }), ".naming.index: there is no {tabel} of it; did you mean {table}?");
	CHECK_TEXT(mistake((kin_naming){ .primary = "pk_{columns}" }), ".naming.primary: there is no {columns} of it");
	CHECK_TEXT(mistake((kin_naming){ .unique = "uq_{table}" }), ".naming.unique: \"uq_{table}\" would call several the same; it needs {columns}");
	CHECK_TEXT(mistake((kin_naming){ .foreign = "fk_{table}_{target}" }),
	           ".naming.foreign: \"fk_{table}_{target}\" would call several the same; it needs {column}");
	CHECK_TEXT(mistake((kin_naming){ .foreign = "fk_{table}_{columns}" }), "");
	CHECK_TEXT(mistake((kin_naming){ .check = "ck_{name" }), ".naming.check: \"ck_{name\" has a { without a }");
	CHECK_TEXT(mistake((kin_naming){ 0 }), "");
}
