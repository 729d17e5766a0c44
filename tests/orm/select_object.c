/* select_object.c - rows with objects in them: their keys are what is asked for, and one more statement loads them. */
#include <kin/select.h>

#include "base/mem.h"
#include "models.h"
#include "orm/site.h"

typedef struct Line {
	const Owner *owner;
	int64_t      n;
} Line;
KIN_ROW(Line, owner, n);

typedef struct Named {
	const Pet  *p;
	const char *name;
} Named;
KIN_ROW(Named, p, name);

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

TEST(an_object_is_its_key_in_the_query_and_is_loaded_after_the_rows)
{
	kin_session *s = filled(2, 3);
	Line_list lines = kin_select(s, Line, "select owner, count(*) as n from Pet group by owner order by n desc, min(id)");

	CHECK_SQL("SELECT pets.owner_id AS owner, count(*) AS n FROM pets GROUP BY pets.owner_id ORDER BY n DESC, min(pets.id)",
	          "SELECT owners.id, owners.name FROM owners WHERE owners.id IN (?, ?)");
	CHECK_OK(s);
	CHECK_INT(lines.count, 2);
	CHECK_TEXT(lines.items[0]->owner->name, "Owner 1");
	CHECK_INT(lines.items[1]->owner->id, 2);
	CHECK_INT(lines.items[1]->n, 3);
	test_close();
}

TEST(what_the_session_has_is_not_loaded_again)
{
	kin_session *s = filled(2, 1);
	const Owner *ann = kin_get(s, Owner, 1);

	test_forget();
	Line_list lines = kin_select(s, Line, "select owner, count(*) as n from Pet group by owner order by owner_id");
	CHECK_SQL("SELECT pets.owner_id AS owner, count(*) AS n FROM pets GROUP BY pets.owner_id ORDER BY pets.owner_id",
	          "SELECT owners.id, owners.name FROM owners WHERE owners.id IN (?)");
	CHECK_OK(s);
	CHECK_INT(lines.count, 2);
	CHECK(lines.items[0]->owner == ann);
	CHECK(lines.items[1]->owner == kin_get(s, Owner, 2));
	test_close();
}

TEST(a_source_is_an_object_by_its_name)
{
	kin_session *s = filled(2, 1);
	Named_list rows = kin_select(s, Named, "select p, o.name from Pet p join p.owner o where o.id = ?", 2);

	CHECK_SQL("SELECT p.id AS p, o.name AS name FROM pets AS p JOIN owners AS o ON p.owner_id = o.id WHERE o.id = ?",
	          "SELECT pets.id, pets.name, pets.species, pets.age, pets.owner_id FROM pets WHERE pets.id IN (?)");
	CHECK_OK(s);
	CHECK_INT(rows.count, 1);
	CHECK_TEXT(rows.items[0]->p->name, "Pet 2");
	CHECK_TEXT(rows.items[0]->name, "Owner 2");
	kin_edit(s, Pet, rows.items[0]->p)->name = "Rex";
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE pets SET name = ? WHERE id = ?");
	test_close();
}

TEST(where_there_is_no_object_the_member_is_null)
{
	kin_session *s = filled(1, 1);

	kin_add(s, kin_new(s, Pet, .name = "Stray"));
	Line_list lines = kin_select(s, Line, "select owner, id as n from Pet order by id");
	CHECK_OK(s);
	CHECK_INT(lines.count, 2);
	CHECK(lines.items[0]->owner != NULL);
	CHECK(lines.items[1]->owner == NULL);
	test_close();
}

typedef struct Medal {
	const Badge *badge;
	const Team  *team;
} Medal;
KIN_ROW(Medal, badge, team);

TEST(an_object_whose_side_holds_the_key_is_joined)
{
	models_open();
	kin_session *s = test_session();
	Team *reds = kin_new(s, Team, .name = "Reds");

	kin_add(s, reds);
	kin_add(s, kin_new(s, Badge, .motto = "Up", .team = reds));
	kin_add(s, kin_new(s, Team, .name = "Blues"));
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_session *other = test_session();
	test_forget();
	Medal_list medals = kin_select(other, Medal, "select badge, t as team from Team t order by id");
	CHECK_SQL("SELECT badges_1.id AS badge, t.id AS team FROM teams AS t LEFT OUTER JOIN badges AS badges_1 ON t.id = badges_1.team_id ORDER BY "
	          "t.id", "SELECT badges.id, badges.motto, badges.team_id FROM badges WHERE badges.id IN (?)",
	          "SELECT teams.id, teams.name FROM teams WHERE teams.id IN (?, ?)");
	CHECK_OK(other);
	CHECK_INT(medals.count, 2);
	CHECK_TEXT(medals.items[0]->badge->motto, "Up");
	CHECK_TEXT(medals.items[0]->team->name, "Reds");
	CHECK(medals.items[1]->badge == NULL);
	test_close();
}

TEST(objects_of_many_rows_need_a_statement_for_each_500)
{
	kin_session *s = filled(1200, 2);
	Line_list lines = kin_select(s, Line, "select owner, id as n from Pet order by id");

	CHECK_OK(s);
	CHECK_INT(test_sent(), 4);
	CHECK_INT(lines.count, 2400);
	CHECK(lines.items[0]->owner == lines.items[1]->owner);
	CHECK_INT(lines.items[2399]->owner->id, 1200);
	test_close();
}

static const char *wrong(const char *text, const kin_row *row)
{
	static kin_error error;
	kin_site site = { .row = row, .text = text, .verb = KIN_VERB_ROWS, .file = "app.c", .line = 7, .kinds = (const uint8_t *)"" };

	kin_error_clear(&error);
	CHECK_INT(kin_site_check(kin_registry_default(), &site, &error), KIN_EQUERY);
	return kin_error_text(&error);
}

#define WRONG(Row, text) wrong(text, &kin_row_##Row##_)

typedef struct Wrong {
	const char  *owner;
	const Owner *n;
} Wrong;
KIN_ROW(Wrong, owner, n);

TEST(what_cannot_be_an_object_is_told_before_the_program_runs)
{
	CHECK_INT(kin_registry_configure(kin_registry_default(), NULL), KIN_OK);
	CHECK_TEXT(WRONG(Wrong, "select owner, id as n from Pet"),
	           "app.c:7: what goes to Wrong.owner is an object: the member is to be a `const Owner *`\n"
	           "app.c:7: Wrong.n is an object, but what goes there is a value");
	CHECK_TEXT(WRONG(Line, "select p as owner, 1 as n from Pet p"),
	           "app.c:7: what goes to Line.owner is an object: the member is to be a `const Pet *`, and points at another struct");
	CHECK_TEXT(WRONG(Line, "select o.pets as owner, 1 as n from Owner o"), "app.c:7: Owner.pets is a collection: a row has no one value of it");
	CHECK_HAS(WRONG(Line, "select t.owner, 1 as n from (select owner from Pet) t"), "Pet.owner is a relationship: name one of its attributes");
}

FUSED(rows_with_objects_survive_no_memory)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = filled(2, 2);
	kin_fuse_set(n++);
	Line_list lines = kin_select(s, Line, "select owner, count(*) as n from Pet group by owner order by n");
	int rc = kin_errcode(s);
	if (!kin_fuse_blown())
		n = 0;
	CHECK(rc < 0 || (lines.count == 2 && lines.items[0]->owner && lines.items[1]->owner));
	test_close();
	return rc;
}
