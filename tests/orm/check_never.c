/* check_never.c - comparisons that are true of no row, whatever the values are. */
#include "check_site.h"
#include "inherit.h"

KIN_DECLARE(Sample);

TEST(what_is_never_null_is_not_asked_for_as_such)
{
	CHECK_ALL(Nut, "size is null", "Nut.size is never NULL, so no row has it that is asked for");
	CHECK_ALL(Nut, "size = null or size = 3", "Nut.size is never NULL, so no row has it that is asked for");
	CHECK_ALL(Pet, "owner.pets.id is null", "Pet.id is never NULL, so no row has it that is asked for");
	CHECK_ALL(Player, "team is null", "Player.team_id is never NULL, so no row has it that is asked for");
	CHECK_TEXT_OF(KIN_VERB_UPDATE, Nut, "size = 3 where id is null", "app.c:41: Nut.id is never NULL, so no row has it that is asked for");
	CHECK_TEXT_OF(KIN_VERB_DELETE, Nut, "size is null", "app.c:41: Nut.size is never NULL, so no row has it that is asked for");
	CHECK_ALL(Owner, "with pets where id is null", "Pet.id is never NULL, so no row has it that is asked for");
}

TEST(what_an_outer_join_has_not_found_is_null)
{
	CHECK_ALL(Pet, "owner.id is null", "");
	CHECK_ALL(Pet, "age is null and name = null and owner is null", "");
	CHECK_ALL(Nut, "size is not null and size <> null and not (size is null)", "");
	CHECK_ALL(Employee, "firm.id is null", "");
	CHECK_ALL(Ticket, "team.badge is null and team.badge.team is null", "");
	CHECK_ALL(Player, "team is not null and not (team is null)", "");
}

TEST(nothing_is_compared_with_null)
{
	CHECK_ALL(Pet, "age < null", "Pet.age < null is never true: nothing can be compared with NULL; say `Pet.age is null`");
	CHECK_ALL(Pet, "name like null", "Pet.name like null is never true: nothing can be compared with NULL; say `Pet.name is null`");
	CHECK_ALL(Pet, "age between 3 and null",
	          "Pet.age between 3 and null is never true: nothing can be compared with NULL; say `Pet.age is null`");
	CHECK_ALL(Pet, "age not in (1, null)", "Pet.age not in (1, null) is never true: nothing is different from NULL; leave the null out, and say "
	          "`Pet.age is not null` if that is meant");
	CHECK_ALL(Pet, "age in (1, null)", "Pet.age in (1, null) finds no NULL: nothing is equal to it in a list; say `or Pet.age is null`");
	CHECK_ALL(Pet, "age in ()", "nothing is in an empty list; an array may be empty: in (?)");
	CHECK_ALL(Pet, "age = null or age <> null or age is 3 or age is distinct from null", "");
	CHECK_ALL(Pet, "coalesce(age, null) = 3 and age in (1, 2)", "");
}

TEST(an_identity_that_no_model_has_is_named)
{
	CHECK_ALL(Employee, "kind = 'alien'", "Employee.kind says of which model a row is, and none is 'alien': there is 'employee', 'manager', "
	          "'engineer', 'boss', 'lead', 'contractor'");
	CHECK_ALL(Manager, "kind in ('boss', 'engineer')",
	          "Manager.kind says of which model a row is, and none is 'engineer': there is 'manager', 'boss'");
	CHECK_ALL(Employee, "kind in ('manager', 'lead') and kind <> 'alien'", "");
	CHECK_ALL(Manager, "kind = 'boss'", "");
}

TEST(a_value_that_is_none_of_the_type_is_named)
{
	CHECK_ALL(Visit, "day = '22.11.2026'", "Visit.day is a date, and '22.11.2026' is none: write it as '2026-11-22'");
	CHECK_ALL(Visit, "day > '2026-02-30'", "Visit.day is a date, and '2026-02-30' is none: write it as '2026-11-22'");
	CHECK_ALL(Visit, "day in ('2026-02-28', '2026-2-1')", "Visit.day is a date, and '2026-2-1' is none: write it as '2026-11-22'");
	CHECK_ALL(Note, "written < 'noon'", "Note.written is a datetime, and 'noon' is none: write it as '2026-11-22 13:45:00'");
	CHECK_TEXT_OF(KIN_VERB_UPDATE, Visit, "day = 'today' where id = 1",
	              "app.c:41: Visit.day is a date, and 'today' is none: write it as '2026-11-22'");
	CHECK_ALL(Sample, "token = 'abc'", "Sample.token is a uuid, and 'abc' is none");
	CHECK_ALL(Sample, "price = 'dear'", "Sample.price is a decimal, but 'dear' is text");
	CHECK_ALL(Sample, "kind = 'cta'", "Sample.kind: 'cta' is none of 'dog', 'cat', 'bird'; did you mean 'cat'?");
	CHECK_ALL(Note, "written between '2026-11-22' and '2026-11-22T13:45' and due > '2026-01-01'", "");
	CHECK_ALL(Sample, "price = '12.50' and token is not null", "");
}

TEST(a_number_beyond_its_type_is_named)
{
	CHECK_ALL(Sample, "u1 = 300", "Sample.u1 is an 8-bit unsigned integer, and never 300");
	CHECK_ALL(Sample, "u1 = -1", "Sample.u1 is an 8-bit unsigned integer, and never -1");
	CHECK_ALL(Sample, "u1 > 255", "Sample.u1 is an 8-bit unsigned integer, and never more than 255");
	CHECK_ALL(Sample, "u8 < 0", "Sample.u8 is a 64-bit unsigned integer, and never less than 0");
	CHECK_ALL(Sample, "i1 >= 128", "Sample.i1 is an 8-bit integer, and never 128");
	CHECK_ALL(Sample, "price = 1.234", "Sample.price is a NUMERIC(12, 2), and never 1.234");
	CHECK_ALL(Sample, "code = 'too long a code'", "Sample.code has at most 8 characters, and is never 'too long a code'");
	CHECK_ALL(Sample, "u1 >= 255 and u1 <= 300 and u1 > -1 and i1 >= -128 and u8 >= 0 and price > 1.234 and price = 1.30", "");
}

TEST(a_pattern_is_for_text)
{
	CHECK_ALL(Pet, "age like '1%'", "Pet.age is a 32-bit integer, and `like` is for text: cast(… as text) makes one of it");
	CHECK_ALL(Visit, "day like '2026%'", "Visit.day is a date, and `like` is for text: cast(… as text) makes one of it");
	CHECK_ALL(Pet, "length(name) ilike '1'", "this is a 64-bit integer, and `like` is for text: cast(… as text) makes one of it");
	CHECK_ALL(Pet, "name like 'B%' and cast(age as text) like '1%' and lower(species) not like '%x'", "");
	CHECK_TEXT_OF(KIN_VERB_ALL, Pet, "age like ?", "app.c:41: Pet.age is a 32-bit integer, but argument 1 is text", KIN_KIND_TEXT);
}

TEST(a_path_of_a_document_begins_with_it)
{
	CHECK_ALL(Sample, "json_value(data, 'owner.name') = 'Ann'",
	          "a path of json_value begins with '$', the document: '$.owner.name', not 'owner.name'");
	CHECK_ALL(Sample, "json_value(data, '[0]') = 'Ann'", "a path of json_value begins with '$', the document: '$[0]', not '[0]'");
	CHECK_ALL(Sample, "json_value(data, '$.owner.name') = 'Ann' and json_value(data, '$') is not null", "");
}

TEST(a_day_and_a_moment_are_written_as_they_are_kept)
{
	kin_session *s;

	models_open();
	s = test_session();
	kin_add(s, kin_new(s, Note, .text = "now", .written = kin_datetime_of(2026, 11, 22, 13, 45, 0)));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Note, "written = '2026-11-22 13:45'"), 1);
	CHECK_INT(kin_count(s, Note, "written = '2026-11-22T13:45:00'"), 1);
	CHECK_INT(kin_count(s, Note, "written > '2026-11-22' and written < '2026-11-23'"), 1);
	CHECK_INT(kin_update(s, Note, "written = '2026-11-22' where id > 0"), 1);
	CHECK_INT(kin_count(s, Note, "written = ?", kin_datetime_of(2026, 11, 22, 0, 0, 0)), 1);
	CHECK_OK(s);
	test_close();
}
