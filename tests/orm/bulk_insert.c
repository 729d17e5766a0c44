/* bulk_insert.c - arrays of structs become rows, or change those that are there. */
#include <kin/bulk.h>

#include <stdlib.h>

#include "models.h"

#include "base/mem.h"
#include "orm/site.h"

#define PETS "INSERT INTO pets (name, species, age, owner_id) VALUES (?, ?, ?, ?)"
#define COUNTRIES "INSERT INTO countries (code, name) VALUES (?, ?)"
#define PLAYERS "INSERT INTO players (name, team_id) VALUES (?, ?)"

#define NOTES "INSERT INTO notes (text, data, done, rank, weight, written, due_on) VALUES (?, ?, ?, ?, ?, ?, ?)"

static bool on_mariadb(void)
{
	return strcmp(kin_db_dialect(test_db()), "mariadb") == 0;
}

static kin_session *models(void)
{
	models_open();
	test_run("INSERT INTO teams (id, name) VALUES (1, 'Red'), (2, 'Blue')");
	return test_session();
}

TEST(structs_become_rows_and_get_their_keys)
{
	test_open();
	test_fill(1, 0);
	kin_session *s = test_session();
	Pet pets[] = {
		{ .name = "Ben", .species = "Dog", .owner_id = { 1, true } },
		{ .name = "Ann", .age = { 3, true } },
	};

	CHECK_INT(kin_insert_all(s, Pet, pets, 2), KIN_OK);
	CHECK_SQL(PETS, PETS);
	CHECK_INT(pets[0].id, 1);
	CHECK_INT(pets[1].id, 2);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_TEXT(kin_get(s, Pet, 1)->name, "Ben");
	CHECK_INT(kin_get(s, Pet, 1)->owner_id.value, 1);
	CHECK(!kin_get(s, Pet, 2)->species);
	CHECK_INT(kin_get(s, Pet, 2)->age.value, 3);
	test_close();
}

/* The statements would have 4,096, 256 … placeholders. */
TEST(many_structs_take_few_statements)
{
	enum { COUNT = 3000 };
	Pet *pets = calloc(COUNT, sizeof(*pets));
	test_open();
	kin_session *s = test_session();

	for (int i = 0; i < COUNT; i++)
		pets[i].name = i % 2 ? "Odd" : "Even";
	CHECK_INT(kin_insert_all(s, Pet, pets, COUNT), KIN_OK);
	CHECK(test_sent() <= 2 + 14 + 3 + 2);
	for (int i = 0; i < COUNT; i++)
		CHECK_INT(pets[i].id, i + 1);
	CHECK_INT(kin_count(s, Pet, "name = ?", "Odd"), COUNT / 2);
	CHECK_TEXT(kin_get(s, Pet, 2000)->name, "Odd");
	test_close();
	free(pets);
}

TEST(nothing_is_inserted_from_no_structs)
{
	test_open();
	kin_session *s = test_session();

	CHECK_INT(kin_insert_all(s, Pet, NULL, 0), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(kin_insert_all(s, Pet, NULL, 2), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(s), "NULL is NULL, but is to have 2 structs");
	test_close();
}

TEST(keys_that_are_set_are_taken)
{
	test_open();
	kin_session *s = test_session();
	Owner owners[] = { { .name = "Ann" }, { .id = 70, .name = "Ben" }, { .id = 71, .name = "Cid" } };

	CHECK_INT(kin_insert_all(s, Owner, owners, 3), KIN_OK);
	CHECK_SQL("INSERT INTO owners (name) VALUES (?)", "INSERT INTO owners (id, name) VALUES (?, ?)",
	          "INSERT INTO owners (id, name) VALUES (?, ?)");
	CHECK_INT(owners[0].id, 1);
	CHECK_TEXT(kin_get(s, Owner, 71)->name, "Cid");
	test_close();
}

TEST(what_the_database_fills_is_in_the_structs)
{
	kin_session *s = models();
	Note notes[] = { { .text = "one" }, { .rank = { 3, true } } };

	CHECK_INT(kin_insert_all(s, Note, notes, 2), KIN_OK);
	CHECK_INT(notes[0].rank.value, 7);
	CHECK_TEXT(notes[1].text, "empty");
	CHECK_INT(notes[1].rank.value, 3);
	CHECK_TEXT(kin_get(s, Note, notes[1].id)->text, "empty");
	test_close();
}

TEST(the_struct_that_cannot_be_a_row_is_named)
{
	kin_session *s = models();
	Team teams[] = { { .name = "Green" }, { .name = NULL } };
	Team longer[] = { { .name = "Green" }, { .name = "much too long a name" } };

	CHECK_INT(kin_insert_all(s, Team, teams, 2), KIN_ENOTNULL);
	CHECK_TEXT(kin_errmsg(s), "teams[1]: Team.name must not be NULL");
	CHECK_INT(teams[0].id, 0);
	kin_rollback(s);
	CHECK_INT(kin_insert_all(s, Team, longer, 2), KIN_ELENGTH);
	CHECK_TEXT(kin_errmsg(s), "longer[1]: Team.name: 'much too long a name' has 20 characters; the column holds 10");
	test_close();
}

TEST(the_struct_that_the_database_refuses_is_named)
{
	kin_session *s = models();
	Country countries[100];

	for (int i = 0; i < 100; i++)
		countries[i] = (Country){ .code = kin_strdup(s, (char[]){ (char)('a' + i / 26), (char)('a' + i % 26), '\0' }) };
	countries[77].code = "ab";
	CHECK_INT(kin_insert_all(s, Country, countries, 100), KIN_EUNIQUE);
	CHECK_HAS(kin_errmsg(s), "countries[77]: ");
	if (test_on_sqlite())
		CHECK_HAS(kin_errmsg(s), "countries[77]: countries.code 'ab' exists already");
	CHECK(kin_errfile(s, &(int){ 0 }) != NULL);
	kin_rollback(s);
	CHECK_INT(kin_count(s, Country), 0);
	test_close();
}

TEST(keys_of_a_call_that_failed_are_0_again)
{
	kin_session *s = models();
	Player players[] = { { .name = "Ann", .team_id = 1 }, { .name = "Ben", .team_id = 1 }, { .name = "Ann", .team_id = 1 } };

	CHECK_INT(kin_insert_all(s, Player, players, 3), KIN_EUNIQUE);
	CHECK_INT(players[0].id, 0);
	CHECK_INT(players[2].id, 0);
	test_close();
}

TEST(lists_that_new_rows_belong_to_are_loaded_again)
{
	test_open();
	test_fill(2, 1);
	kin_session *s = test_session();
	const Owner *one = kin_get(s, Owner, 1), *two = kin_get(s, Owner, 2);
	Pet pets[] = { { .name = "New", .owner_id = { 2, true } } };

	CHECK_INT(kin_load(one, pets).count + kin_load(two, pets).count, 2);
	CHECK_INT(kin_insert_all(s, Pet, pets, 1), KIN_OK);
	CHECK(kin_is_loaded(one, pets));
	CHECK_INT(kin_load(two, pets).count, 2);
	kin_rollback(s);
	CHECK_INT(kin_load(two, pets).count, 1);
	CHECK_OK(s);
	test_close();
}

TEST(what_is_pending_is_written_before_structs)
{
	test_open();
	kin_session *s = test_session();
	Owner *ann = kin_new(s, Owner, .name = "Ann");

	kin_add(s, ann);
	CHECK_INT(kin_insert_all(s, Pet, (&(Pet){ .name = "Rex", .owner_id = { 1, true } }), 1), KIN_OK);
	CHECK_SQL("INSERT INTO owners (name)", PETS);
	test_close();
}

/* ---- upsert ---- */

TEST(a_row_that_is_there_is_updated)
{
	kin_session *s = models();
	Player players[] = { { .name = "Ann", .team_id = 1 }, { .name = "Ben", .team_id = 1 } };
	Player again[] = { { .name = "Ben", .team_id = 2 }, { .name = "Cid", .team_id = 2 } };

	CHECK_INT(kin_insert_all(s, Player, players, 2), KIN_OK);
	test_forget();
	CHECK_INT(kin_upsert(s, Player, again, 2, .conflict = "name"), KIN_OK);
	if (test_on_sqlite())
		CHECK_SQL(PLAYERS " ON CONFLICT (name) DO UPDATE SET team_id = excluded.team_id RETURNING id",
		          PLAYERS " ON CONFLICT (name) DO UPDATE SET team_id = excluded.team_id RETURNING id");
	CHECK_OK(s);
	CHECK_INT(again[0].id, players[1].id);
	CHECK(again[1].id > players[1].id);
	CHECK_INT(kin_get(s, Player, again[0].id)->team_id, 2);
	CHECK_INT(kin_count(s, Player), 3);
	test_close();
}

TEST(only_the_columns_that_are_named_are_updated_and_the_others_come_back)
{
	kin_session *s = models();
	Note notes[] = { { .text = "a", .rank = { 1, true }, .weight = 2.5, .done = true } };
	Note again[] = { { .text = "a", .rank = { 1, true }, .weight = 8, .done = false } };

	CHECK_INT(kin_insert_all(s, Note, notes, 1), KIN_OK);
	test_forget();
	CHECK_INT(kin_upsert(s, Note, again, 1, .conflict = "text, rank", .update = "weight"), KIN_OK);
	CHECK_SQL(on_mariadb() ? NOTES " ON DUPLICATE KEY UPDATE weight = VALUES(weight)"
	                       : NOTES " ON CONFLICT (text, rank) DO UPDATE SET weight = excluded.weight");
	CHECK_OK(s);
	CHECK_INT(again[0].id, notes[0].id);
	CHECK(again[0].done);
	CHECK(again[0].weight == 8);
	CHECK_INT(kin_count(s, Note), 1);
	test_close();
}

TEST(a_row_that_is_there_is_left_alone)
{
	kin_session *s = models();
	Country first[] = { { .code = "at", .name = "Austria" } };
	Country again[] = { { .code = "at", .name = "Oesterreich" }, { .code = "de", .name = "Germany" } };

	CHECK_INT(kin_insert_all(s, Country, first, 1), KIN_OK);
	test_forget();
	CHECK_INT(kin_upsert(s, Country, again, 2, .update = ""), KIN_OK);
	if (on_mariadb())
		CHECK_SQL(COUNTRIES " ON DUPLICATE KEY UPDATE code = countries.code");
	else
		CHECK_SQL(COUNTRIES " ON CONFLICT (code) DO NOTHING", COUNTRIES " ON CONFLICT (code) DO NOTHING");
	CHECK_OK(s);
	CHECK_TEXT(kin_get(s, Country, "at")->name, "Austria");
	CHECK_TEXT(again[0].name, "Oesterreich");
	CHECK_INT(kin_count(s, Country), 2);
	test_close();
}

TEST(loaded_objects_are_brought_in_step_with_an_upsert)
{
	kin_session *s = models();
	Player player = { .name = "Ann", .team_id = 1 }, again = { .name = "Ann", .team_id = 2 };

	kin_insert_all(s, Player, &player, 1);
	const Team *red = kin_get(s, Team, 1), *blue = kin_get(s, Team, 2);
	const Player *ann = kin_get(s, Player, player.id);
	CHECK(kin_load(ann, team) == red);
	CHECK_INT(kin_load(red, players).count + kin_load(blue, players).count, 1);

	CHECK_INT(kin_upsert(s, Player, &again, 1, .conflict = "name"), KIN_OK);
	CHECK_INT(ann->team_id, 2);
	CHECK(kin_load(ann, team) == blue);
	CHECK_INT(kin_load(red, players).count, 0);
	CHECK_INT(kin_load(blue, players).count, 1);
	kin_rollback(s);
	CHECK_OK(s);
	test_close();
}

TEST(an_upsert_that_fails_names_its_struct)
{
	kin_session *s = models();
	Player players[] = { { .name = "Ann", .team_id = 1 }, { .name = "Ben", .team_id = 99 } };

	test_run(test_on_sqlite() ? "PRAGMA foreign_keys = ON" : "SELECT 1");
	CHECK_INT(kin_upsert(s, Player, players, 2, .conflict = "name"), KIN_EFOREIGN);
	CHECK_HAS(kin_errmsg(s), "players[1]: ");
	CHECK_INT(players[0].id, 0);
	test_close();
}

TEST(the_same_key_twice_is_updated_by_the_second)
{
	kin_session *s = models();
	Country twice[] = { { .code = "at", .name = "Austria" }, { .code = "at", .name = "Oesterreich" } };

	CHECK_INT(kin_upsert(s, Country, twice, 2), KIN_OK);
	CHECK_OK(s);
	CHECK_TEXT(kin_get(s, Country, "at")->name, "Oesterreich");
	test_close();
}

static const char *checked(kin_model *model, const char *conflict, const char *update)
{
	static char text[1000];
	const kin_upsert_options options = { .conflict = conflict, .update = update };
	const kin_site site = { .model = model, .text = "pets", .verb = KIN_VERB_UPSERT, .file = "app.c", .line = 41, .upsert = &options };
	kin_error error = { 0 };

	kin_site_check(kin_registry_default(), &site, &error);
	snprintf(text, sizeof(text), "%s", kin_error_text(&error));
	kin_error_clear(&error);
	return text;
}

TEST(the_names_of_an_upsert_are_checked)
{
	CHECK_TEXT(checked(&Player_model, "name", "team_id"), "");
	CHECK_TEXT(checked(&Note_model, "rank, text", NULL), "");
	CHECK_TEXT(checked(&Country_model, "name", ""), "");
	CHECK_TEXT(checked(&Player_model, "nam", "teamid"),
	           "app.c:41: Player has no attribute 'nam'; did you mean 'name'?\n"
	           "app.c:41: Player has no attribute 'teamid'; did you mean 'team_id'?");
	CHECK_TEXT(checked(&Player_model, "team_id", NULL),
	           "app.c:41: no unique key of Player is \"team_id\"; .conflict can be \"id\" or \"name\", or what a kin_unique() makes one");
	CHECK_TEXT(checked(&Note_model, "due", NULL),
	           "app.c:41: no unique key of Note is \"due\"; .conflict can be \"id\" or \"text, rank\", or what a kin_unique() makes one");
}

/* ---- memory ---- */

FUSED(arrays_survive_no_memory)
{
	static long n;

	kin_fuse_set(-1);
	kin_session *s = models();
	const Team *red = kin_get(s, Team, 1);
	CHECK_INT(kin_load(red, players).count, 0);
	kin_fuse_set(n++);
	Player players[] = { { .name = "Ann", .team_id = 1 }, { .name = "Ben", .team_id = 1 } };
	int rc = kin_insert_all(s, Player, players, 2);
	if (rc < 0)
		CHECK_INT(players[0].id, 0);
	if (rc == KIN_OK)
		rc = kin_upsert(s, Player, players, 2, .conflict = "name");
	if (!kin_fuse_blown()) {
		kin_fuse_set(-1);
		n = 0;
	}
	CHECK_INT(kin_errcode(s), rc);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Player), 0);
	CHECK_INT(kin_load(red, players).count, 0);
	test_close();
	return rc;
}
