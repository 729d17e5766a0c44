/* uow_link.c - many-to-many lists of who is deleted, which were not loaded, and changed on the other side since the last flush. */
#include "base/mem.h"
#include "models.h"

KIN_DECLARE(Quest);
KIN_DECLARE(Clue);

/* Its clues are deleted with it. */
struct Quest {
	int64_t     id;
	const char *name;
	Clue_list   clues;
};

struct Clue {
	int64_t     id;
	const char *name;
	Quest_list  quests;
};

KIN_MODEL(Quest, "quests") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_many_to_many(clues, Clue, .through = "quest_clues", .backref = "quests", .cascade = KIN_CASCADE_ALL);
}

KIN_MODEL(Clue, "clues") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_many_to_many(quests, Quest, .through = "quest_clues", .cascade = KIN_CASCADE_NONE);
}

/* One quest with a clue, and a clue without one. */
static kin_session *filled(void)
{
	test_open();
	MODELS_CREATE("quests", "clues", "quest_clues");
	kin_session *s = test_session();
	Quest *quest = kin_new(s, Quest, .name = "grail", .clues = { (const Clue *[]){ kin_new(s, Clue, .name = "its") }, 1 });
	kin_add(s, quest);
	kin_add(s, kin_new(s, Clue, .name = "nobody's"));
	CHECK_INT(kin_commit(s), KIN_OK);
	test_forget();
	return test_session();
}

TEST(who_took_itself_out_does_not_follow_a_deletion)
{
	kin_session *s = filled();
	const Quest *quest = kin_one(s, Quest, "");
	const Clue *its = kin_one(s, Clue, "name = 'its'");

	kin_remove(its, quests, quest);
	kin_delete(s, quest);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("SELECT clues.", "DELETE FROM quest_clues WHERE quest_id = ?", "DELETE FROM quests WHERE id = ?");
	CHECK_INT(kin_state_of(its), KIN_PERSISTENT);
	CHECK_INT(kin_count(s, Clue, ""), 2);
	test_close();
}

TEST(who_put_itself_in_follows_a_deletion)
{
	kin_session *s = filled();
	const Quest *quest = kin_one(s, Quest, "");
	const Clue *other = kin_one(s, Clue, "name = ?", "nobody's");
	Clue *fresh = kin_new(s, Clue, .name = "fresh");

	kin_append(other, quests, quest);
	kin_add(s, fresh);
	kin_append(fresh, quests, quest);
	kin_delete(s, quest);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Clue, ""), 0);
	CHECK_INT(kin_state_of(other), KIN_DETACHED);
	CHECK_INT(kin_state_of(fresh), KIN_TRANSIENT);
	test_close();
}

TEST(who_was_there_before_its_list_follows_a_deletion)
{
	kin_session *s = filled();
	const Quest *quest = kin_one(s, Quest, "");
	Clue *early = kin_new(s, Clue, .name = "early", .quests = { (const Quest *[]){ quest }, 1 });

	CHECK_INT(kin_load(quest, clues).count, 1); /* it does not know of what was not added */
	kin_add(s, early);
	kin_delete(s, quest);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_state_of(early), KIN_TRANSIENT);
	CHECK_INT(kin_count(s, Clue, ""), 1);
	test_close();
}

TEST(who_is_deleted_leaves_a_list_that_it_was_taken_out_of_before_that_was_loaded)
{
	kin_session *s = filled();
	const Quest *quest = kin_one(s, Quest, "");
	const Clue *its = kin_one(s, Clue, "name = 'its'");

	kin_remove(its, quests, quest);
	kin_no_autoflush(s)
		CHECK_INT(kin_load(quest, clues).count, 1);
	kin_delete(s, its);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(quest->clues.count, 0);
	test_close();
}

FUSED(deleting_along_changed_lists_survives_any_failing_allocation)
{
	static long n;

	kin_fuse_set(-1);
	kin_session *s = filled();
	const Quest *quest = kin_one(s, Quest, "");
	const Clue *its = kin_one(s, Clue, "name = 'its'"), *other = kin_one(s, Clue, "name = ?", "nobody's");
	kin_load(its, quests);
	kin_load(other, quests);
	kin_fuse_set(n++);
	kin_remove(its, quests, quest);
	kin_append(other, quests, quest);
	kin_delete(s, quest);
	int rc = kin_commit(s);
	if (kin_fuse_blown()) {
		kin_rollback(s);
		CHECK_INT(kin_state_of(quest), KIN_PERSISTENT);
		CHECK_INT(its->quests.count, 1);
		CHECK_INT(other->quests.count, 0);
	} else {
		n = 0;
		CHECK_INT(kin_state_of(its), KIN_PERSISTENT);
		CHECK_INT(kin_state_of(other), KIN_DETACHED);
	}
	test_close();
	return rc;
}
