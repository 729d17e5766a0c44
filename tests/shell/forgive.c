/* forgive.c - what people type from habit comes out as the C it means. */
#include "shell/forgive.h"

#include "harness/harness.h"

static const char *const models[] = { "Owner", "Pet" };
static const kin_forgive_relation relations[] = { { "pets", true }, { "owner", false } };
static const kin_forgive_names names = { models, 2, relations, 2 };

static void check(int line, const char *text, const char *expected)
{
	kin_text out;
	kin_error error = { 0 };

	kin_text_init(&out);
	int rc = kin_forgive(&out, text, &names, true, &error);
	if (rc < 0 || strcmp(out.data, expected) != 0)
		kin_test_fail(__FILE__, line, "%s\n  became %s\n  not    %s", text,
		              rc < 0 ? kin_error_text(&error) : out.data, expected);
	kin_text_done(&out);
	kin_error_clear(&error);
}
#define FORGIVEN(text, expected) check(__LINE__, (text), (expected))

TEST(plain_c_comes_out_as_it_is)
{
	FORGIVEN("pet->id", "pet->id");
	FORGIVEN("for (int i = 0; i < 3; i++) { printf(\"%d \", i); }", "for (int i = 0; i < 3; i++) { printf(\"%d \", i); }");
	FORGIVEN("kin_new(session, Pet, .name = \"Ben\", .owner = owner)", "kin_new(session, Pet, .name = \"Ben\", .owner = owner)");
	FORGIVEN("c == 'a' || c == '\\n'", "c == 'a' || c == '\\n'");
	FORGIVEN("(const Pet *)p", "(const Pet *)p");
	FORGIVEN("sizeof(Pet)", "sizeof(Pet)");
	FORGIVEN("x = a ? b : c;", "x = a ? b : c;");
}

TEST(a_model_called_makes_an_object)
{
	FORGIVEN("Pet(name=\"Ben\", species=\"Dog\")", "kin_new(session, Pet, .name = \"Ben\", .species = \"Dog\")");
	FORGIVEN("Pet()", "kin_new(session, Pet)");
	FORGIVEN("pet = Pet(name='Ben', owner=Owner(name='B'))",
	         "pet = kin_new(session, Pet, .name = \"Ben\", .owner = kin_new(session, Owner, .name = \"B\"))");
	FORGIVEN("Pet(name=None)", "kin_new(session, Pet, .name = NULL)");
}

TEST(the_session_is_found_under_its_names)
{
	FORGIVEN("db.session.add(pet)", "db.session.add(pet)");
	FORGIVEN("session.add(pet)", "db.session.add(pet)");
	FORGIVEN("session.commit()", "db.session.commit()");
	FORGIVEN("session.get(Pet, 1)", "kin_get(session, Pet, 1)");
	FORGIVEN("db.session.get(Pet, 1).name", "kin_get(session, Pet, 1).name");
}

TEST(query_chains_become_query_macros)
{
	FORGIVEN("Pet.query.filter_by(owner_id=1).first()", "kin_first(session, Pet, \"owner_id = ?\", 1)");
	FORGIVEN("Owner.query.filter_by(id=1).first().pets",
	         "kin_load(kin_first(session, Owner, \"id = ?\", 1), pets)");
	FORGIVEN("Pet.query.all()", "kin_all(session, Pet, \"\")");
	FORGIVEN("Pet.query.count()", "kin_count(session, Pet, \"\")");
	FORGIVEN("Pet.query.filter_by(name='Ben', species=\"Dog\").all()",
	         "kin_all(session, Pet, \"name = ? and species = ?\", \"Ben\", \"Dog\")");
	FORGIVEN("Pet.query.order_by(Pet.name.desc(), 'id').limit(3).all()",
	         "kin_all(session, Pet, \" order by name desc, id limit ?\", 3)");
	FORGIVEN("Pet.query.filter(Pet.id > 3, Pet.name.like(\"B%\")).first()",
	         "kin_first(session, Pet, \"id > ? and name like ?\", 3, \"B%\")");
	FORGIVEN("Pet.query.filter(\"id > ? or name = ?\", 3, \"x\").all()",
	         "kin_all(session, Pet, \"(id > ? or name = ?)\", 3, \"x\")");
	FORGIVEN("db.session.query(Pet).get(1)", "kin_get(session, Pet, 1)");
	FORGIVEN("Pet.query.filter_by(id=1).delete()", "kin_delete_where(session, Pet, \"id = ?\", 1)");
	FORGIVEN("Pet.query.delete()", "kin_delete_all(session, Pet)");
	FORGIVEN("Pet.query", "kin_all(session, Pet, \"\")");
}

TEST(a_relationship_is_loaded_by_being_named)
{
	FORGIVEN("owner.pets", "kin_load(owner, pets)");
	FORGIVEN("owner.pets[0].owner.name", "kin_load(kin_load(owner, pets).items[0], owner).name");
	FORGIVEN("len(owner.pets)", "(kin_load(owner, pets)).count");
	FORGIVEN("Pet.query.all()[0]", "kin_all(session, Pet, \"\").items[0]");
	FORGIVEN("owner.pets.append(pet)", "kin_append(owner, pets, pet)");
	FORGIVEN("owner.pets.remove(pet)", "kin_remove(owner, pets, pet)");
}

TEST(a_relationship_that_is_assigned_is_not_loaded)
{
	FORGIVEN("pet.owner = owner", "pet.owner = owner");
	FORGIVEN("pet.owner == owner", "kin_load(pet, owner) == owner");
}

TEST(words_of_habit_have_their_c_names)
{
	FORGIVEN("None", "NULL");
	FORGIVEN("True and", "true and");
	FORGIVEN("print(pet.id)", "kin_print_(pet.id)");
}

TEST(imports_are_acknowledged)
{
	CHECK(kin_forgive_is_import("from models import db, Owner, Pet"));
	CHECK(kin_forgive_is_import("import os"));
	CHECK(!kin_forgive_is_import("from = 3"));
	CHECK(!kin_forgive_is_import("importance = 3"));
}

TEST(an_unknown_link_is_refused_with_what_is_known)
{
	kin_text out;
	kin_error error = { 0 };

	kin_text_init(&out);
	CHECK_INT(kin_forgive(&out, "Pet.query.where(id=1).all()", &names, true, &error), KIN_EQUERY);
	CHECK_HAS(kin_error_text(&error), "filter_by");
	CHECK_HAS(kin_error_text(&error), "'where'");
	kin_text_done(&out);
	kin_error_clear(&error);
}

TEST(any_bytes_are_survived)
{
	static const char *const pieces[] = {
		"Pet", ".", "query", "(", ")", "filter_by", "=", "'", "\"", ",", "owner", "pets", "[", "]", "->", "filter", "order_by",
		"limit", "session", "db", "get", "append", "{", "}", " ", "\\", "/*", "1.5", "len", "print", "None", "\xff",
	};
	uint64_t seed = kin_test_seed("lines"), state = seed;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 20000; round++) {
		kin_text in, out;
		kin_error error = { 0 };
		kin_text_init(&in);
		kin_text_init(&out);
		for (int i = 0; i < 12; i++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			kin_text_add(&in, pieces[(state >> 33) % (sizeof(pieces) / sizeof(pieces[0]))]);
		}
		int rc = kin_forgive(&out, in.data, &names, round % 2, &error);
		CHECK_MSG(rc == KIN_OK || rc == KIN_EQUERY, "%s gave %s", in.data, kin_errname(rc));
		kin_text_done(&in);
		kin_text_done(&out);
		kin_error_clear(&error);
	}
}

TEST(deep_brackets_are_refused)
{
	kin_text in, out;
	kin_error error = { 0 };

	kin_text_init(&in);
	kin_text_init(&out);
	for (int i = 0; i < 5000; i++)
		kin_text_add(&in, "f(");
	CHECK_INT(kin_forgive(&out, in.data, &names, true, &error), KIN_EQUERY);
	kin_text_done(&in);
	kin_text_done(&out);
	kin_error_clear(&error);
}

FUSED(forgiving_survives_failing_allocations)
{
	kin_text out;
	kin_error error = { 0 };

	kin_text_init(&out);
	int rc = kin_forgive(&out, "x = Pet(name='Ben', owner=Owner.query.filter_by(id=1).first()).owner.pets[0]", &names, true,
	                     &error);
	kin_text_done(&out);
	kin_error_clear(&error);
	return rc;
}
