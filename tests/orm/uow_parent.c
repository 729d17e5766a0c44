/* uow_parent.c - .single_parent: who has one parent only, and is deleted when that one lets go. */
#include "base/mem.h"
#include "models.h"

KIN_DECLARE(Cloak);
KIN_DECLARE(Wearer);
KIN_DECLARE(Pony);
KIN_DECLARE(Stall);
KIN_DECLARE(Hold);
KIN_DECLARE(Hamper);
KIN_DECLARE(Rope);

struct Cloak {
	int64_t     id;
	const char *colour;
};

/* Holds the key. */
struct Wearer {
	int64_t               id;
	const char           *name;
	kin_nullable(int64_t) cloak_id;
	const Cloak          *cloak;
};

struct Pony {
	int64_t     id;
	const char *name;
};

/* Over a table between. */
struct Stall {
	int64_t     id;
	const char *name;
	Pony_list   ponies;
};

KIN_MODEL(Cloak, "cloaks") {
	kin_column(id, .primary_key = true);
	kin_column(colour);
	kin_repr("<Cloak {colour}>");
}

KIN_MODEL(Wearer, "wearers") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(cloak_id, .foreign_key = "cloaks.id");
	kin_belongs_to(cloak, Cloak, .single_parent = true, .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
	kin_repr("<Wearer {name}>");
}

KIN_MODEL(Pony, "ponies") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_repr("<Pony {name}>");
}

KIN_MODEL(Stall, "stalls") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_many_to_many(ponies, Pony, .through = "stall_ponies", .single_parent = true, .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
	kin_repr("<Stall {name}>");
}

/* Both delete who is let go, and one of them leaves it behind. */
struct Hold {
	int64_t     id;
	Rope_list   ropes;
};

struct Hamper {
	int64_t     id;
	Rope_list   ropes;
};

struct Rope {
	int64_t               id;
	kin_nullable(int64_t) hold_id;
	const Hold           *hold;
	Hamper_list            hampers;
};

KIN_MODEL(Hold, "holds") {
	kin_column(id, .primary_key = true);
	kin_has_many(ropes, Rope, .backref = "hold", .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
}

KIN_MODEL(Hamper, "hampers") {
	kin_column(id, .primary_key = true);
	kin_many_to_many(ropes, Rope, .through = "hamper_ropes", .backref = "hampers", .single_parent = true,
	                 .cascade = KIN_CASCADE_SAVE_UPDATE | KIN_CASCADE_DELETE_ORPHAN);
}

KIN_MODEL(Rope, "ropes") {
	kin_column(id, .primary_key = true);
	kin_column(hold_id, .foreign_key = "holds.id");
	kin_belongs_to(hold, Hold);
	kin_many_to_many(hampers, Hamper, .through = "hamper_ropes");
}

/* Ann wears red and Bob nothing; Star is in stall A, and B is empty. All have the key 1, or 2. */
static kin_session *filled(void)
{
	test_open();
	MODELS_CREATE("cloaks", "wearers", "ponies", "stalls", "stall_ponies");
	kin_session *s = test_session();
	Wearer *ann = kin_new(s, Wearer, .name = "Ann", .cloak = kin_new(s, Cloak, .colour = "red"));
	Stall *a = kin_new(s, Stall, .name = "A");
	kin_append(a, ponies, (const Pony *)kin_new(s, Pony, .name = "Star"));
	kin_add(s, ann);
	kin_add(s, kin_new(s, Wearer, .name = "Bob"));
	kin_add(s, a);
	kin_add(s, kin_new(s, Stall, .name = "B"));
	CHECK_INT(kin_commit(s), KIN_OK);
	test_forget();
	return test_session();
}

TEST(who_is_let_go_by_the_only_parent_is_deleted)
{
	kin_session *s = filled();
	Wearer *ann = kin_edit(s, Wearer, kin_get(s, Wearer, 1));
	const Cloak *red = kin_load(ann, cloak);

	test_forget();
	ann->cloak = NULL;
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE wearers SET cloak_id = ? WHERE id = ?", "DELETE FROM cloaks WHERE id = ?");
	CHECK_INT(kin_state_of(red), KIN_DETACHED);
	test_close();
}

TEST(who_is_replaced_is_deleted_though_it_was_not_loaded)
{
	kin_session *s = filled();
	Wearer *ann = kin_edit(s, Wearer, kin_get(s, Wearer, 1));

	test_forget();
	ann->cloak = kin_new(s, Cloak, .colour = "blue");
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("SELECT cloaks.", "INSERT INTO cloaks", "UPDATE wearers SET cloak_id = ? WHERE id = ?", "DELETE FROM cloaks WHERE id = ?");
	CHECK_INT(kin_count(s, Cloak, "colour = 'blue'"), 1);
	test_close();
}

TEST(who_is_taken_from_the_only_list_is_deleted)
{
	kin_session *s = filled();
	const Stall *a = kin_get(s, Stall, 1);
	const Pony *star = kin_load(a, ponies).items[0];

	test_forget();
	kin_remove(a, ponies, star);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("DELETE FROM stall_ponies", "DELETE FROM ponies WHERE id = ?");
	CHECK_INT(kin_state_of(star), KIN_DETACHED);
	test_close();
}

TEST(who_goes_from_one_parent_to_another_stays)
{
	kin_session *s = filled();
	Wearer *ann = kin_edit(s, Wearer, kin_get(s, Wearer, 1)), *bob = kin_edit(s, Wearer, kin_get(s, Wearer, 2));
	const Stall *a = kin_get(s, Stall, 1), *b = kin_get(s, Stall, 2);

	const Pony *star = kin_load(a, ponies).items[0];
	bob->cloak = kin_load(ann, cloak);
	ann->cloak = NULL;
	kin_append(b, ponies, star);
	kin_remove(a, ponies, star);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Wearer, "cloak is not null and name = 'Bob'"), 1);
	CHECK_INT(kin_count(s, Pony, ""), 1);
	CHECK_INT(kin_load(b, ponies).count, 1);
	test_close();
}

TEST(a_second_parent_that_holds_the_key_is_an_error)
{
	kin_session *s = filled();
	const Wearer *ann = kin_get(s, Wearer, 1);
	Wearer *bob = kin_edit(s, Wearer, kin_get(s, Wearer, 2));

	bob->cloak = kin_load(ann, cloak);
	CHECK_INT(kin_flush(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "Wearer.cloak is .single_parent, and <Cloak red> has two: <Wearer ");
	CHECK_HAS(kin_errmsg(s), "<Wearer Ann>");
	CHECK_HAS(kin_errmsg(s), "<Wearer Bob>");
	CHECK_INT(kin_commit(s), KIN_EINVAL);
	kin_rollback(s);
	CHECK(kin_load(bob, cloak) == NULL);
	CHECK_INT(kin_commit(s), KIN_OK);
	test_close();
}

TEST(a_parent_whose_relationship_is_not_loaded_is_known_by_its_key)
{
	kin_session *s = filled();
	Wearer *bob = kin_edit(s, Wearer, kin_get(s, Wearer, 2));

	kin_get(s, Wearer, 1);
	bob->cloak = kin_get(s, Cloak, 1);
	CHECK_INT(kin_flush(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "<Wearer Ann>");
	test_close();
}

TEST(a_second_list_is_an_error)
{
	kin_session *s = filled();
	const Stall *a = kin_get(s, Stall, 1), *b = kin_get(s, Stall, 2);

	kin_append(b, ponies, kin_load(a, ponies).items[0]);
	CHECK_INT(kin_flush(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "Stall.ponies is .single_parent, and <Pony Star> has two: <Stall ");
	CHECK_HAS(kin_errmsg(s), "<Stall A>");
	CHECK_HAS(kin_errmsg(s), "<Stall B>");
	test_close();
}

TEST(two_new_parents_of_one_are_an_error)
{
	kin_session *s = filled();
	const Cloak *blue = kin_new(s, Cloak, .colour = "blue");

	kin_add(s, kin_new(s, Wearer, .name = "Cid", .cloak = blue));
	kin_add(s, kin_new(s, Wearer, .name = "Dan", .cloak = blue));
	CHECK_INT(kin_flush(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "<Cloak blue> has two: <Wearer Cid> and <Wearer Dan>");
	test_close();
}

TEST(a_parent_that_is_deleted_is_none_any_more)
{
	kin_session *s = filled();
	const Stall *a = kin_get(s, Stall, 1), *b = kin_get(s, Stall, 2);
	const Pony *star = kin_load(a, ponies).items[0];

	kin_append(b, ponies, star);
	kin_remove(a, ponies, star);
	kin_delete(s, a);
	kin_commit(s);
	CHECK_OK(s);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Pony, ""), 1);
	CHECK_INT(kin_load(b, ponies).count, 1);
	test_close();
}

TEST(a_pending_one_that_is_taken_out_again_is_not_inserted)
{
	kin_session *s = filled();
	const Stall *b = kin_get(s, Stall, 2);
	Pony *dusk = kin_new(s, Pony, .name = "Dusk"), *dawn = kin_new(s, Pony, .name = "Dawn");

	kin_append(b, ponies, dusk);
	kin_append(b, ponies, dawn);
	kin_remove(b, ponies, dusk);
	kin_remove(b, ponies, dawn);
	kin_append(b, ponies, dawn);
	test_forget();
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_SQL("INSERT INTO ponies (name) VALUES (?)", "INSERT INTO stall_ponies");
	CHECK_INT(kin_state_of(dusk), KIN_TRANSIENT);
	CHECK_INT(kin_state_of(dawn), KIN_PERSISTENT);
	kin_add(s, dusk); /* alone, as it wishes */
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("INSERT INTO ponies (name) VALUES (?)");
	test_close();
}

TEST(a_pending_one_that_was_taken_out_is_none_of_the_session)
{
	kin_session *s = filled();
	const Stall *b = kin_get(s, Stall, 2);
	Pony *dusk = kin_new(s, Pony, .name = "Dusk");

	kin_begin_nested(s);
	kin_append(b, ponies, dusk);
	CHECK_INT(kin_flush(s), KIN_OK);
	kin_rollback(s); /* the key that it had is taken from it */
	kin_append(b, ponies, dusk);
	kin_remove(b, ponies, dusk);
	test_forget();
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(kin_state_of(dusk), KIN_TRANSIENT);
	kin_edit(s, Pony, dusk)->name = kin_strdup(s, "Dawn");
	kin_expire_all(s);
	CHECK_TEXT(dusk->name, "Dawn");
	test_close();
}

TEST(a_pending_one_that_is_taken_out_is_not_updated_either)
{
	kin_session *s = filled();
	const Stall *a = kin_get(s, Stall, 1), *b = kin_get(s, Stall, 2);
	Pony *star = kin_edit(s, Pony, kin_load(a, ponies).items[0]), *dusk = kin_new(s, Pony, .name = "Dusk");

	kin_add(s, dusk);
	CHECK_INT(kin_flush(s), KIN_OK);
	kin_rollback(s); /* which takes the key back */
	kin_append(b, ponies, dusk);
	kin_remove(b, ponies, dusk);
	star->name = "Sun";
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE ponies SET name = ? WHERE id = ?");
	CHECK_INT(kin_state_of(dusk), KIN_TRANSIENT);
	CHECK_INT(dusk->id, 0);
	test_close();
}

TEST(who_is_moved_to_a_list_that_is_not_loaded_stays)
{
	kin_session *s = filled();
	const Stall *a = kin_get(s, Stall, 1), *b = kin_get(s, Stall, 2);
	const Pony *star = kin_load(a, ponies).items[0];

	test_forget();
	kin_remove(a, ponies, star);
	CHECK_INT(kin_append(b, ponies, star), KIN_OK);
	CHECK_SQL("SELECT ponies.");
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("DELETE FROM stall_ponies", "INSERT INTO stall_ponies");
	CHECK_INT(kin_state_of(star), KIN_PERSISTENT);
	test_close();
}

TEST(who_is_flushed_between_two_parents_is_deleted)
{
	kin_session *s = filled();
	const Stall *a = kin_get(s, Stall, 1), *b = kin_get(s, Stall, 2);
	const Pony *star = kin_load(a, ponies).items[0];

	kin_remove(a, ponies, star);
	CHECK_INT(kin_count(s, Wearer, ""), 2);
	CHECK_INT(kin_state_of(star), KIN_DELETED);
	CHECK_INT(kin_append(b, ponies, star), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(s), "kin_append: the Pony is deleted");
	test_close();
}

TEST(who_was_taken_from_a_parent_that_is_deleted_is_deleted_too)
{
	kin_session *s = filled();
	const Stall *a = kin_get(s, Stall, 1);
	const Pony *star = kin_load(a, ponies).items[0];

	kin_remove(a, ponies, star);
	kin_delete(s, a);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("DELETE FROM stall_ponies WHERE stall_id = ?", "DELETE FROM stalls", "DELETE FROM stall_ponies WHERE pony_id = ?", "DELETE FROM ponies");
	CHECK_INT(kin_count(s, Pony, ""), 0);
	test_close();
}

TEST(who_was_only_lent_goes_back_to_being_without_a_parent)
{
	kin_session *s = filled();
	const Stall *b = kin_get(s, Stall, 2);
	Pony *free = kin_new(s, Pony, .name = "Free");

	kin_add(s, free);
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_append(b, ponies, free);
	kin_remove(b, ponies, free);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(kin_state_of(free), KIN_PERSISTENT);
	test_close();
}

TEST(who_has_one_stays_its_parent_though_it_expired_in_a_savepoint)
{
	kin_session *s = filled();
	const Stall *a = kin_get(s, Stall, 1);
	const Pony *star = kin_load(a, ponies).items[0];

	((Stall *)kin_edit(s, Stall, a))->name = "AA";
	CHECK_INT(kin_begin_nested(s), KIN_OK);
	CHECK_INT(kin_expire(s, a), KIN_OK);
	CHECK_INT(kin_rollback(s), KIN_OK);
	kin_append(a, ponies, kin_new(s, Pony, .name = "Dusk"));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_state_of(star), KIN_PERSISTENT);
	CHECK_INT(kin_count(s, Pony, ""), 2);
	test_close();
}

TEST(who_has_an_empty_list_of_parents_has_none)
{
	test_open();
	MODELS_CREATE("holds", "hampers", "ropes", "hamper_ropes");
	kin_session *s = test_session();
	Rope *rope = kin_new(s, Rope);
	Hold *hold = kin_new(s, Hold, .ropes = { (const Rope *[]){ rope }, 1 });
	Hamper *hamper = kin_new(s, Hamper, .ropes = { (const Rope *[]){ rope }, 1 });

	kin_add(s, hold);
	kin_add(s, hamper);
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_delete(s, hamper);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(rope->hampers.count, 0);
	test_forget();
	kin_remove(hold, ropes, rope);
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_SQL("DELETE FROM hamper_ropes", "DELETE FROM ropes WHERE id = ?");
	CHECK_INT(kin_state_of(rope), KIN_DELETED);
	test_close();
}

TEST(a_rollback_gives_an_orphan_back)
{
	kin_session *s = filled();
	const Stall *a = kin_get(s, Stall, 1);
	const Pony *star = kin_load(a, ponies).items[0];

	kin_remove(a, ponies, star);
	CHECK_INT(kin_flush(s), KIN_OK);
	kin_rollback(s);
	CHECK(kin_load(a, ponies).items[0] == star);
	CHECK_INT(kin_state_of(star), KIN_PERSISTENT);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Pony, ""), 1);
	test_close();
}

TEST(changes_elsewhere_look_for_no_parents)
{
	kin_session *s = filled();
	Wearer *ann = kin_edit(s, Wearer, kin_get(s, Wearer, 1));

	test_forget();
	ann->name = "Anne";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE wearers SET name = ? WHERE id = ?");
	test_close();
}

FUSED(an_orphan_survives_any_failing_allocation)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = filled();
	Wearer *ann = kin_edit(s, Wearer, kin_get(s, Wearer, 1));
	const Stall *a = kin_get(s, Stall, 1);
	const Pony *star = kin_load(a, ponies).items[0];
	kin_fuse_set(n++);
	ann->cloak = NULL;
	kin_remove(a, ponies, star);
	int rc = kin_commit(s);
	if (kin_fuse_blown()) {
		kin_rollback(s);
		CHECK_INT(kin_state_of(star), KIN_PERSISTENT);
		CHECK_INT(a->ponies.count, 1);
	} else {
		n = 0;
		CHECK_OK(s);
		CHECK_INT(kin_state_of(star), KIN_DETACHED);
	}
	test_close();
	return rc;
}

FUSED(telling_two_parents_survives_any_failing_allocation)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = filled();
	const Wearer *ann = kin_get(s, Wearer, 1);
	Wearer *bob = kin_edit(s, Wearer, kin_get(s, Wearer, 2));
	kin_load(ann, cloak);
	kin_fuse_set(n++);
	bob->cloak = ann->cloak;
	int rc = kin_flush(s);
	if (!kin_fuse_blown()) {
		n = 0;
		CHECK_HAS(kin_errmsg(s), "has two: ");
		rc = KIN_OK;
	} else if (rc == KIN_EINVAL) { /* told, without its words */
		rc = KIN_ENOMEM;
	}
	test_close();
	return rc;
}
