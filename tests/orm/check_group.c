/* check_group.c - aggregates, windows, and values of a group that has many of them. */
#include "check_site.h"

typedef struct Named {
	const char *name;
	int64_t     n;
} Named;
KIN_ROW(Named, name, n);

typedef struct One {
	int64_t n;
} One;
KIN_ROW(One, n);

typedef struct Name {
	const char *name;
} Name;
KIN_ROW(Name, name);

typedef struct OwnerCount {
	const Owner *owner;
	int64_t      n;
} OwnerCount;
KIN_ROW(OwnerCount, owner, n);

#define UNGROUPED "Pet.name is not grouped by, and a group may have many of it: add it to group by, or say which, as in max(…)"
#define BESIDE    "Pet.name stands beside an aggregate of all rows, which may have many of it: group by it, or say which, as in max(…)"

TEST(a_value_of_a_group_is_grouped_by_or_an_aggregate)
{
	CHECK_ROWS(Named, "select name, count(*) as n from Pet group by species", UNGROUPED);
	CHECK_ROWS(Named, "select name, count(*) as n from Pet", BESIDE);
	CHECK_ROWS(Named, "select upper(name) as name, count(*) as n from Pet group by species", UNGROUPED);
	CHECK_ROWS(One, "select count(*) as n from Pet group by species order by name", UNGROUPED);
	CHECK_ROWS(One, "select count(*) as n from Pet group by species having name = 'x'", UNGROUPED);
	CHECK_ROWS(Named, "select owner.name, count(*) as n from Pet group by owner_id", "Owner.name is not grouped by, and a group may have many of it: add it "
	           "to group by, or say which, as in max(…)");
}

TEST(what_follows_from_a_group_can_be_selected)
{
	CHECK_ROWS(Named, "select name, count(*) as n from Pet group by name order by name, n desc", "");
	CHECK_ROWS(Named, "select upper(name) as name, count(*) as n from Pet group by upper(name)", "");
	CHECK_ROWS(Named, "select upper(name) as name, count(*) as n from Pet group by name having upper(name) <> 'X'", "");
	CHECK_ROWS(Named, "select lower(name) as name, count(*) as n from Pet group by name order by lower(name)", "");
	CHECK_ROWS(Named, "select lower(name) as name, sum(age) + 1 as n from Pet group by lower(name) order by count(*)", "");
	CHECK_ROWS(Named, "select max(name) as name, count(*) as n from Pet", "");
	CHECK_ROWS(Named, "select o.name, count(*) as n from Owner o join pets group by o.id", ""); /* its key says which owner */
	CHECK_ROWS(Named, "select o.name, count(*) as n from Owner o join pets group by o.id order by o.name", "");
	CHECK_ROWS(Named, "select 'all' as name, count(*) as n from Pet", "");
	CHECK_ROWS(OwnerCount, "select owner, count(*) as n from Pet group by owner", "");
	CHECK_ROWS(OwnerCount, "select p.owner, count(*) as n from Pet p group by owner order by n", "");
	CHECK_ROWS(One, "select (select count(*) from Pet p where p.owner_id = o.id) as n from Owner o", "");
	CHECK_ROWS(Named, "select species as name, my_own_aggregate(age) as n from Pet group by species", "");
	CHECK_ROWS(Named, "select case when age > 3 then 'old' else 'young' end as name, count(*) as n from Pet group by "
	           "case when age > 3 then 'old' else 'young' end", "");
	CHECK_ROWS(Named, "select species as name, count(*) as n from Pet group by 1 order by 2", "");
}

TEST(having_is_about_groups)
{
	CHECK_ROWS(Name, "select name from Pet having age > 3", "having without group by and without an aggregate: a condition on rows stands in where");
	CHECK_ROWS(One, "select count(*) as n from Pet having count(*) > 3", "");
	CHECK_ROWS(One, "select count(*) as n from Pet group by species having species <> 'x' and max(age) > 3", "");
}

TEST(an_aggregate_is_of_many_rows)
{
	CHECK_ALL(Pet, "count(*) > 3", "count(*) is of many rows, and cannot stand in where, which is about one; a condition on groups stands in having");
	CHECK_ALL(Pet, "age = max(age)", "max(Pet.age) is of many rows, and cannot stand in where, which is about one; a condition on groups stands in having");
	CHECK_ROWS(One, "select count(*) as n from Pet group by max(age)", "max(Pet.age) is of many rows, and cannot stand in group by, which is about one");
	CHECK_ROWS(One, "select sum(count(*)) as n from Pet", "count(*) is of many rows, and cannot stand in an aggregate, which is about one");
	CHECK_ALL(Pet, "age = (select max(p.age) from Pet p)", "");
	CHECK_ALL(Owner, "(select count(*) from Pet p where p.owner_id = Owner.id) > 3", "");
}

TEST(windows_are_made_of_rows_that_are_left)
{
	CHECK_ALL(Pet, "row_number() over (order by name) = 1", "row_number() over (…) cannot stand in where: windows are made of the rows that are left then; "
	          "select it in a query inside");
	CHECK_ROWS(One, "select row_number() as n from Pet", "row_number() is about a row among others: say which by over (…), as in row_number(…) over (order by …)");
	CHECK_ROWS(Named, "select name, row_number() over (partition by species order by age) as n from Pet", "");
	CHECK_ROWS(Named, "select name, count(*) over () as n from Pet", "");
	CHECK_ROWS(Named, "select species as name, rank() over (order by count(*) desc) as n from Pet group by species", "");
	CHECK_ROWS(Name, "select t.name from (select name, row_number() over (order by age) as place from Pet) t where t.place = 1", "");
}

TEST(what_distinct_rows_are_sorted_by_is_selected)
{
	CHECK_ROWS(Name, "select distinct name from Pet order by age", "order by Pet.age: select distinct has no such value, and the rows that it makes one of may "
	           "have several; select it, too");
	CHECK_ROWS(Name, "select distinct name from Pet order by name desc", "");
	CHECK_ROWS(Name, "select distinct upper(name) as name from Pet order by name", "");
	CHECK_ROWS(Name, "select distinct name from Pet order by 1", "");
	CHECK_ROWS(Name, "select distinct name from Pet union select name from Owner order by name", "");
}

TEST(a_group_is_by_the_value_that_is_called_so_not_by_the_column)
{
	kin_session *s;

	test_open();
	test_run("INSERT INTO pets (id, name, species) VALUES (1, 'Rex', 'Dog'); INSERT INTO pets (id, name, species) VALUES (2, 'Rexi', 'Dog')");
	s = test_session();
	Named_list names = kin_select(s, Named, "select left(name, 3) as name, count(*) as n from Pet group by name");
	CHECK_INT(names.count, 1);
	CHECK_TEXT(names.items[0]->name, "Rex");
	CHECK_INT(names.items[0]->n, 2);
	names = kin_select(s, Named, "select left(name, 3) as name, count(*) as n from Pet group by left(name, 3)");
	CHECK_INT(names.count, 1);
	CHECK_OK(s);
	test_close();
}
