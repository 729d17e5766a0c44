/* check_range.c - comparisons that are never true together. */
#include "check_site.h"
#include "inherit.h"

KIN_DECLARE(Sample);

#define NEVER(Model, one, other) CHECK_ALL(Model, one " and " other, #Model "." one " and " #Model "." other " are never true together: no row is found")
#define FINE(Model, text) CHECK_ALL(Model, text, "")

TEST(ranges_that_do_not_meet)
{
	NEVER(Pet, "age > 10", "age < 5");
	NEVER(Pet, "age > 5", "age < 6");
	NEVER(Pet, "age >= 6", "age < 6");
	NEVER(Pet, "age between 1 and 3", "age in (4, 7)");
	NEVER(Pet, "age = 3", "age = 4");
	NEVER(Pet, "age = 3", "age <> 3");
	NEVER(Note, "weight > 1.5", "weight < 1.25");
	NEVER(Visit, "day >= '2026-02-01'", "day < '2026-01-01'");
	CHECK_ALL(Pet, "age between 5 and 3", "Pet.age between 5 and 3 is never true: the lower bound comes first");
	CHECK_ALL(Pet, "3 > age and name = 'Rex' and 10 < age", "3 > Pet.age and 10 < Pet.age are never true together: no row is found");
}

TEST(ranges_that_meet)
{
	FINE(Pet, "age > 5 and age < 7 and age >= 6 and age <= 6 and age <> 7");
	FINE(Pet, "age > 10 or age < 5");
	FINE(Pet, "not (age between 5 and 3) and age not between 3 and 5");
	FINE(Note, "weight > 1 and weight < 2");
	FINE(Visit, "day >= '2026-01-01' and day < '2026-02-01'");
	FINE(Pet, "age > 10 and owner.pets.age < 5"); /* another pet's */
	FINE(Pet, "visits.id > 10 and visits.id < 5"); /* of two visits */
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "age > ? and age < 5", "", KIN_KIND_INT32);
}

TEST(texts_that_are_never_equal)
{
	NEVER(Pet, "species = 'Dog'", "species = 'Cat'");
	NEVER(Pet, "species = 'Dog'", "species in ('Cat', 'Cow')");
	NEVER(Pet, "species = 'Dog'", "species <> 'Dog'");
	NEVER(Sample, "kind = 'dog'", "kind = 'cat'");
	FINE(Pet, "species = 'Dog' and species = 'dog '"); /* equal where letter case and blanks do not count */
	FINE(Pet, "species = 'Käse' and species = 'Kase'");
	FINE(Pet, "species in ('Dog', 'Cat') and species <> 'Dog'");
	FINE(Pet, "species > 'Dog' and species < 'Cat'"); /* who knows how they are sorted */
}

TEST(null_and_a_value)
{
	NEVER(Pet, "age is null", "age > 3");
	NEVER(Pet, "age is null", "age is not null");
	NEVER(Pet, "name = null", "name = 'Rex'");
	FINE(Pet, "age is null and age is distinct from 3");
	FINE(Pet, "(age is null or age > 3) and name is not null");
	FINE(Pet, "owner.id is null and owner_id is not null");
}

TEST(a_flag_and_its_opposite)
{
	NEVER(Note, "done = true", "done = false");
	CHECK_ALL(Note, "done and not done", "Note.done and not Note.done are never true together: no row is found");
	FINE(Note, "done and done = true and (done or not done)");
}

TEST(conditions_of_lists_and_of_relationships_too)
{
	CHECK_ALL(Owner, "with pets where age > 10 and age < 5", "Pet.age > 10 and Pet.age < 5 are never true together: no row is found");
	CHECK_ALL(Owner, "pets.age is not null with pets where age > 10", "");
	CHECK_TEXT_OF(KIN_VERB_DELETE, Pet, "age > 10 and age < 5", "app.c:41: Pet.age > 10 and Pet.age < 5 are never true together: no row is found");
	CHECK_TEXT_OF(KIN_VERB_COUNT, Pet, "age > 10 and age < 5", "app.c:41: Pet.age > 10 and Pet.age < 5 are never true together: no row is found");
	CHECK_TEXT_OF(KIN_VERB_EXISTS, Pet, "age > 10 and age < 5", "app.c:41: Pet.age > 10 and Pet.age < 5 are never true together: no row is found");
	CHECK_TEXT_OF(KIN_VERB_PAGINATE, Pet, "age > 10 and age < 5 order by id",
	              "app.c:41: Pet.age > 10 and Pet.age < 5 are never true together: no row is found");
}
