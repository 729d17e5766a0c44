/* check.c - the program's queries are verified without running them. */
#include "check_site.h"

#include "orm/site.h"

const char *test_problems(kin_verb verb, kin_model *model, const kin_row *row, const char *text, const uint8_t *kinds, size_t count)
{
	static char shown[2000];
	kin_error error = { 0 };
	kin_site site = {
		.model = model, .row = row, .text = text, .kinds = kinds, .count = (uint16_t)count, .verb = (uint8_t)verb, .file = "app.c", .line = 41,
	};

	shown[0] = '\0';
	if (kin_site_check(kin_registry_default(), &site, &error) < 0)
		snprintf(shown, sizeof(shown), "%s", kin_error_text(&error));
	kin_error_clear(&error);
	return shown;
}

TEST(a_right_query_has_no_problems)
{
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "species = ? and owner.name like ? order by name limit ? with owner, visits", "",
	              KIN_KIND_TEXT, KIN_KIND_TEXT, KIN_KIND_INT32);
	CHECK_TEXT_OF(KIN_VERB_GET, Pet, "", "", KIN_KIND_INT32);
	CHECK_TEXT_OF(KIN_VERB_UPDATE, Pet, "species = ? where owner = ?", "", KIN_KIND_TEXT, KIN_KIND_OBJECT);
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "id in (?) and age = ?", "", KIN_KIND_ARRAY, KIN_KIND_INT32 | KIN_KIND_NULLABLE);
}

TEST(every_problem_of_a_text_is_named)
{
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "specie = ? and owner.nme = ? and owner_id = ? order by agee with ownr",
	              "app.c:41: Pet has no attribute 'specie'; did you mean 'species'?\n"
	              "app.c:41: Owner has no attribute 'nme'; did you mean 'name'?\n"
	              "app.c:41: Pet.owner_id is a 64-bit integer, but argument 3 is text\n"
	              "app.c:41: Pet has no attribute 'agee'; did you mean 'age'?\n"
	              "app.c:41: Pet has no relationship 'ownr'; did you mean 'owner'?",
	              KIN_KIND_TEXT, KIN_KIND_TEXT, KIN_KIND_TEXT);
}

TEST(arguments_are_counted)
{
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "species = ? and age > ?", "app.c:41: the text has 2 `?`, but 1 value is given", KIN_KIND_TEXT);
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "species = 'x'", "app.c:41: the text has 0 `?`, but 1 value is given", KIN_KIND_TEXT);
	CHECK_TEXT_OF(KIN_VERB_GET, Pet, "", "app.c:41: Pet has a key of 1 attribute, but 2 values are given", KIN_KIND_INT32, KIN_KIND_INT32);
	CHECK_TEXT_OF(KIN_VERB_GET, Pet, "", "app.c:41: Pet.id is a 64-bit integer, but argument 1 is text", KIN_KIND_TEXT);
}

TEST(both_sides_of_a_comparison_are_of_kinds_that_can_be_compared)
{
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "name = age", "app.c:41: Pet.name is text, but Pet.age is a 32-bit integer");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "name > 3", "app.c:41: Pet.name is text, but what is compared with it is a 64-bit integer");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "'x' = age", "app.c:41: Pet.age is a 32-bit integer, but 'x' is text");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "age between 3 and 'old'", "app.c:41: Pet.age is a 32-bit integer, but 'old' is text");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "age in (3, 4, 'x')", "app.c:41: Pet.age is a 32-bit integer, but 'x' is text");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "id = owner.name", "app.c:41: Pet.id is a 64-bit integer, but Owner.name is text");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "upper(name) = length(name)",
	              "app.c:41: this is text, but what is compared with it is a 64-bit integer");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "length(name) > ?", "app.c:41: this is a 64-bit integer, but argument 1 is text", KIN_KIND_TEXT);
}

TEST(a_literal_that_no_row_has_is_named)
{
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "age = 5000000000", "app.c:41: Pet.age is a 32-bit integer, and never 5000000000");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "age in (1, 2.5)", "app.c:41: Pet.age is a 32-bit integer, and never 2.5");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "age < 5000000000 and age > 2.5 and age = 3.0 and age <> 2.5 and id = 5000000000", "");
	CHECK_TEXT_OF(KIN_VERB_ALL, Country, "code = 'äö'", "");
	CHECK_TEXT_OF(KIN_VERB_ALL, Country, "code = 'aut'", "app.c:41: Country.code has at most 2 characters, and is never 'aut'");
}

TEST(kinds_that_can_be_compared_are)
{
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "age > 2.5 and age = '3' and id = age and lower(name) = name and name < owner.name", "");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "length(name) between ? and ? and name in ('a', ?)", "", KIN_KIND_INT32, KIN_KIND_DOUBLE, KIN_KIND_TEXT);
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "coalesce(age, 0) = ? and (age = 3) = true and name = null", "", KIN_KIND_INT64 | KIN_KIND_NULLABLE);
}

TEST(things_out_of_place_are_named)
{
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "owner", "app.c:41: Pet.owner is a relationship: name one of its attributes, as in owner.id");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "name", "app.c:41: a condition is true or false, but this is text");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "species = 'x' and not (age + 1)", "app.c:41: a condition is true or false, but this is a 64-bit integer");
	CHECK_TEXT_OF(KIN_VERB_ALL, Note, "done or not done", "");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "owner = ?", "app.c:41: Pet.owner is a relationship to Owner, but argument 1 is a 32-bit integer",
	              KIN_KIND_INT32);
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "name = ?", "app.c:41: argument 1 is an array: only `in (?)` takes one", KIN_KIND_ARRAY);
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "order by visits.day", "app.c:41: Pet.visits is a collection: objects cannot be sorted by it");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "limit ?", "app.c:41: a number of rows is an integer, but argument 1 is text", KIN_KIND_TEXT);
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "limit -1", "app.c:41: Pet has no attribute 'limit'; the clause takes a whole number from 0 on, or a ?");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "age = 3 limit -1", "app.c:41: expected a whole number or '?' after 'limit', found '-'");
	CHECK_TEXT_OF(KIN_VERB_ALL, Owner, "with pets where age > 3 where name = 'x'",
	              "app.c:41: a second 'where' behind the condition of 'pets': the query's own stands before 'with'");
	CHECK_TEXT_OF(KIN_VERB_ALL, Owner, "name = 'x' with pets where age > 3 order by name limit 3 offset 2", "");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "with name", "app.c:41: Pet.name is a column, not a relationship");
	CHECK_TEXT_OF(KIN_VERB_DELETE, Pet, "", "app.c:41: kin_delete_where needs a condition; kin_delete_all() deletes every Pet");
	CHECK_TEXT_OF(KIN_VERB_DELETE, Pet, "id = 1 limit 1",
	              "app.c:41: kin_delete_where takes a condition only: no ORDER BY, LIMIT, WITH or the like");
	CHECK_TEXT_OF(KIN_VERB_UPDATE, Pet, "owner.name = 'x'", "app.c:41: expected '=' after 'owner', found '.'");
	CHECK_TEXT_OF(KIN_VERB_ALL, Note, "due_on is null",
	              "app.c:41: Note has no attribute 'due_on'; the column of that name is its attribute 'due'");
	CHECK_TEXT_OF(KIN_VERB_UPDATE, Pet, "name = ? and species = ?",
	              "app.c:41: Pet.name would be set to a condition; what is set is parted by commas, and the condition comes after 'where'",
	              KIN_KIND_TEXT, KIN_KIND_TEXT);
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "name = = 1", "app.c:41: expected a value after '=', found '='");
}

static size_t reported;
static bool mentions;

static void count_problem(void *context, const kin_finding *finding)
{
	reported++;
	mentions = mentions || strstr(finding->sentence, context);
}

TEST(all_sites_of_the_program_are_found)
{
	size_t sites = 0, problems = 0;
	kin_error error = { 0 };

	CHECK(kin_site_total() > 50);
	reported = 0;
	CHECK_INT(kin_site_check_all(kin_registry_default(), count_problem, "did you mean 'species'?", &sites, &problems, &error), KIN_OK);
	CHECK_INT(sites, kin_site_total());
	CHECK_INT(problems, reported);
	CHECK(mentions); /* the mistake in an_error_says_where_the_query_stands */
}

static void ignore(void *context, const kin_finding *finding)
{
	(void)context, (void)finding;
}

static int check_with_failing_memory(void)
{
	static const uint8_t kinds[] = { KIN_KIND_TEXT, KIN_KIND_TEXT };
	const kin_site site = {
		.model = &Pet_model, .text = "specie = ? and owner.nme = ? with visits", .kinds = kinds, .count = 2,
		.verb = KIN_VERB_ALL, .file = "app.c", .line = 41,
	};
	kin_error error = { 0 };
	int rc = kin_site_check(kin_registry_default(), &site, &error);

	kin_error_clear(&error);
	if (rc != KIN_EQUERY)
		return rc;
	size_t sites, problems;
	return kin_site_check_all(kin_registry_default(), ignore, NULL, &sites, &problems, NULL);
}

TEST(checking_survives_any_allocation_failing)
{
	kin_error error = { 0 };

	CHECK_INT(kin_registry_configure(kin_registry_default(), &error), KIN_OK);
	kin_test_fuse(__FILE__, __LINE__, check_with_failing_memory);
}
