/* cascade.c - what follows an object into the session, and out of the database. */
#include "models.h"

TEST(a_child_brings_its_parent)
{
	test_open();
	kin_session *session = test_session();
	Owner *ann = kin_new(session, Owner, .name = "Ann");
	Pet *rex = kin_new(session, Pet, .name = "Rex", .owner = ann);

	kin_add(session, rex);
	CHECK_INT(kin_state_of(ann), KIN_PENDING);
	CHECK_INT(kin_flush(session), KIN_OK);
	CHECK_SQL("INSERT INTO owners", "INSERT INTO pets");
	CHECK_INT(rex->owner_id.value, ann->id);
	test_close();
}

TEST(a_parent_brings_its_children)
{
	test_open();
	kin_session *session = test_session();
	const Pet *pets[] = { kin_new(session, Pet, .name = "Rex"), kin_new(session, Pet, .name = "Ben") };
	Owner *ann = kin_new(session, Owner, .name = "Ann", .pets = { pets, 2 });

	CHECK(pets[0]->owner == ann);
	kin_add(session, ann);
	CHECK_INT(kin_state_of(pets[1]), KIN_PENDING);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("INSERT INTO owners", "INSERT INTO pets", "INSERT INTO pets");
	CHECK_INT(pets[1]->owner_id.value, ann->id);
	CHECK_INT(ann->pets.count, 2);
	test_close();
}

TEST(a_cascade_goes_as_far_as_it_leads)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Rex", .owner = kin_new(session, Owner, .name = "Ann"));
	Visit *visit = kin_new(session, Visit, .pet = pet);

	kin_add(session, visit);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("INSERT INTO owners", "INSERT INTO pets", "INSERT INTO visits");
	CHECK_INT(kin_state_of(pet->owner), KIN_PERSISTENT);
	test_close();
}

TEST(an_assigned_parent_follows_at_the_flush)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Rex");
	Owner *ann = kin_new(session, Owner, .name = "Ann");

	kin_add(session, pet);
	kin_commit(session);
	test_forget();
	pet->owner = ann;
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("INSERT INTO owners", "UPDATE pets SET owner_id = ? WHERE id = ?");
	CHECK_INT(kin_state_of(ann), KIN_PERSISTENT);
	test_close();
}

TEST(children_of_a_deleted_parent_lose_their_key)
{
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *one = kin_get(session, Owner, 1), *two = kin_get(session, Owner, 2);

	kin_delete(session, one);
	kin_delete(session, two);
	test_forget();
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("SELECT", "UPDATE pets SET owner_id = ? WHERE id = ?", "UPDATE pets", "UPDATE pets", "UPDATE pets",
	          "DELETE FROM owners WHERE id = ?", "DELETE FROM owners");
	CHECK_INT(kin_count(session, Pet, "owner_id is null"), 4);
	const Pet *pet = kin_get(session, Pet, 1);
	CHECK(pet->owner == NULL);
	CHECK(!pet->owner_id.present);
	test_close();
}

TEST(a_child_given_to_another_parent_keeps_its_key)
{
	test_open();
	test_fill(2, 1);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	pet->owner = kin_get(session, Owner, 2);
	kin_delete(session, kin_get(session, Owner, 1));
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(pet->owner_id.value, 2);
	test_close();
}

static Team *make_team(kin_session *session, int players)
{
	Team *team = kin_new(session, Team, .name = "Reds");

	for (int i = 0; i < players; i++)
		kin_append(team, players, (const Player *)kin_new(session, Player));
	kin_add(session, team);
	CHECK_INT(kin_commit(session), KIN_OK);
	test_forget();
	return team;
}

TEST(a_delete_cascades_to_children)
{
	models_open();
	kin_session *session = test_session();
	Team *team = make_team(session, 2);
	const Player *player = team->players.items[1];

	kin_delete(session, team);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("DELETE FROM players", "DELETE FROM players", "DELETE FROM teams");
	CHECK_INT(kin_state_of(player), KIN_DETACHED);
	test_close();
}

TEST(a_delete_loads_the_children_it_cascades_to)
{
	models_open();
	kin_session *session;

	make_team(test_session(), 2);
	session = test_session();
	kin_delete(session, kin_get(session, Team, 1));
	test_forget();
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("SELECT", "SELECT", "DELETE FROM players", "DELETE FROM players", "DELETE FROM teams");
	test_close();
}

TEST(an_orphan_is_deleted)
{
	models_open();
	kin_session *session = test_session();
	Team *team = make_team(session, 2);
	const Player *player = team->players.items[0];

	kin_remove(team, players, player);
	CHECK_INT(team->players.count, 1);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("DELETE FROM players WHERE id = ?");
	CHECK_INT(kin_state_of(player), KIN_DETACHED);
	test_close();
}

TEST(a_child_whose_parent_is_set_to_null_is_an_orphan)
{
	models_open();
	kin_session *session = test_session();
	Team *team = make_team(session, 2);
	Player *player = kin_edit(session, Player, team->players.items[0]);

	player->team = NULL;
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("DELETE FROM players WHERE id = ?");
	CHECK_INT(team->players.count, 1);
	test_close();
}

TEST(a_child_that_changes_parents_is_no_orphan)
{
	models_open();
	kin_session *session = test_session();
	Team *team = make_team(session, 2);
	Team *blues = kin_new(session, Team, .name = "Blues");
	const Player *player = team->players.items[0];

	kin_add(session, blues);
	kin_remove(team, players, player);
	kin_append(blues, players, player);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("INSERT INTO teams", "UPDATE players SET team_id = ?");
	CHECK_INT(player->team_id, blues->id);
	test_close();
}

TEST(a_pending_orphan_is_not_saved)
{
	models_open();
	kin_session *session = test_session();
	Team *team = make_team(session, 0);
	Player *player = kin_new(session, Player);

	kin_append(team, players, (const Player *)player);
	CHECK_INT(kin_state_of(player), KIN_PENDING);
	kin_remove(team, players, (const Player *)player);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(kin_state_of(player), KIN_TRANSIENT);
	test_close();
}

TEST(a_key_that_must_be_there_cannot_be_cleared)
{
	models_open();
	kin_session *session = test_session();
	Team *team = make_team(session, 0);
	Ticket *ticket = kin_new(session, Ticket, .team = team);

	kin_add(session, ticket);
	kin_commit(session);
	ticket->team = NULL;
	CHECK_INT(kin_commit(session), KIN_ENOTNULL);
	CHECK_HAS(kin_errmsg(session), "Ticket.team_id must not be NULL, but <Ticket 1> belongs to no Team any more");
	CHECK_TEXT(kin_errname_of(session), "tickets.team_id");
	kin_rollback(session);
	CHECK(ticket->team == team);
	CHECK_INT(ticket->team_id, team->id);
	test_close();
}

TEST(a_parent_that_is_to_be_deleted_is_refused)
{
	models_open();
	kin_session *session = test_session();
	Team *team = make_team(session, 0);
	Ticket *ticket = kin_new(session, Ticket, .team = team);

	kin_add(session, ticket);
	kin_delete(session, team);
	CHECK_INT(kin_commit(session), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(session), "Ticket.team_id cannot be set: team, which is <Team Reds>, is deleted");
	test_close();
}

TEST(an_expunge_cascades)
{
	models_open();
	kin_session *session = test_session();
	Team *team = make_team(session, 1);
	const Player *player = team->players.items[0];

	CHECK_INT(kin_expunge(session, team), KIN_OK);
	CHECK_INT(kin_state_of(team), KIN_DETACHED);
	CHECK_INT(kin_state_of(player), KIN_DETACHED);
	test_close();
}

TEST(a_child_that_was_given_away_survives_its_former_owner)
{
	test_open();
	test_fill(3, 2);
	kin_session *session = test_session();
	Pet *one = kin_edit(session, Pet, kin_get(session, Pet, 1)), *two = kin_edit(session, Pet, kin_get(session, Pet, 2));
	const Owner *second = kin_get(session, Owner, 2);

	one->owner = second;                    /* over a relationship that is not loaded */
	two->owner_id = kin_some(int64_t, 3);   /* by its key */
	kin_delete(session, kin_get(session, Owner, 1));
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(one->owner_id.value, 2);
	CHECK_INT(two->owner_id.value, 3);
	kin_load(two, owner);
	two->owner_id = kin_some(int64_t, 2);
	kin_delete(session, kin_get(session, Owner, 3));
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(two->owner_id.value, 2);
	test_close();
}

TEST(a_delete_reaches_children_that_were_expunged)
{
	test_open();
	test_fill(1, 2);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);

	Pet *pet = kin_new(session, Pet, .name = "Rex");
	kin_expunge(session, kin_load(owner, pets).items[0]);
	kin_append(owner, pets, (const Pet *)pet);
	kin_delete(session, owner);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_count(session, Pet, "owner_id is null"), 3);
	test_close();
}

TEST(an_orphan_that_found_a_parent_is_none_any_more)
{
	models_open();
	kin_session *session = test_session();
	Team *reds = kin_new(session, Team, .name = "Reds"), *blues = kin_new(session, Team, .name = "Blues");
	Player *ann = kin_new(session, Player, .name = "Ann", .team = reds);

	kin_add(session, ann);
	kin_add(session, blues);
	CHECK_INT(kin_commit(session), KIN_OK);
	kin_remove(reds, players, (const Player *)ann);
	ann->team = blues;
	CHECK_INT(kin_commit(session), KIN_OK);
	ann->team_id = reds->id;
	CHECK_INT(kin_commit(session), KIN_OK);
	ann->name = "Ann";
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_count(session, Player, "team = ?", reds), 1);
	test_close();
}
