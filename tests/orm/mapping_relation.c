/* mapping_relation.c - the forms of relationships together: several keys to one table, a model over the table between, rows of one table. */
#include "models.h"

KIN_DECLARE(Club);
KIN_DECLARE(Match);
KIN_DECLARE(Member);
KIN_DECLARE(Course);
KIN_DECLARE(Signup);
KIN_DECLARE(Cover);
KIN_DECLARE(Disk);

/* Two keys of a match lead to clubs; each has its list. */
struct Club {
	int64_t     id;
	const char *name;
	Match_list  at_home;
	Match_list  away;
};

struct Match {
	int64_t               id;
	kin_nullable(int64_t) home_id;
	kin_nullable(int64_t) guest_id;
	const Club           *home;
	const Club           *guest;
};

KIN_MODEL(Club, "clubs") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_has_many(at_home, Match, .backref = "home");
	kin_has_many(away, Match, .foreign_key = "guest_id", .backref = "guest");
}

KIN_MODEL(Match, "matches") {
	kin_column(id, .primary_key = true);
	kin_column(home_id, .foreign_key = "clubs.id");
	kin_column(guest_id, .foreign_key = "clubs.id");
	kin_belongs_to(home, Club, .foreign_key = "home_id");
	kin_belongs_to(guest, Club);
}

/* The rows between have something to say: a model of their own, beside the short way. */
struct Member {
	int64_t     id;
	const char *name;
	Signup_list signups;
	Course_list courses;
};

struct Course {
	int64_t     id;
	const char *title;
	Signup_list signups;
};

struct Signup {
	int64_t       member_id;
	int64_t       course_id;
	int32_t       mark;
	const Member *member;
	const Course *course;
};

KIN_MODEL(Member, "members") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_has_many(signups, Signup, .backref = "member", .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
	kin_many_to_many(courses, Course, .through = "signups", .viewonly = true, .order_by = "title");
}

KIN_MODEL(Course, "courses") {
	kin_column(id, .primary_key = true);
	kin_column(title);
	kin_has_many(signups, Signup, .backref = "course", .cascade = KIN_CASCADE_ALL);
}

KIN_MODEL(Signup, "signups") {
	kin_column(member_id, .primary_key = true, .foreign_key = "members.id");
	kin_column(course_id, .primary_key = true, .foreign_key = "courses.id");
	kin_column(mark);
	kin_belongs_to(member, Member);
	kin_belongs_to(course, Course);
}

/* One that goes when another takes its place. */
struct Disk {
	int64_t      id;
	const Cover *cover;
};

struct Cover {
	int64_t     id;
	const char *text;
	int64_t     disk_id;
};

KIN_MODEL(Disk, "disks") {
	kin_column(id, .primary_key = true);
	kin_has_one(cover, Cover, .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
}

KIN_MODEL(Cover, "covers") {
	kin_column(id, .primary_key = true);
	kin_column(text);
	kin_column(disk_id, .foreign_key = "disks.id");
}

static kin_session *opened(void)
{
	models_open();
	MODELS_CREATE("clubs", "matches", "members", "courses", "signups", "disks", "covers");
	return test_session();
}

TEST(two_keys_to_one_table_have_a_list_each)
{
	kin_session *s = opened();
	Club *reds = kin_new(s, Club, .name = "Reds"), *blues = kin_new(s, Club, .name = "Blues");
	Match *match = kin_new(s, Match, .home = reds, .guest = blues);

	kin_add(s, match);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("INSERT INTO clubs", "INSERT INTO clubs", "INSERT INTO matches");
	CHECK_INT(reds->at_home.count, 1);
	CHECK_INT(reds->away.count, 0);
	CHECK(blues->away.items[0] == match);
	kin_append(reds, away, (const Match *)match);
	CHECK(match->guest == reds);
	CHECK_INT(blues->away.count, 0);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE matches SET guest_id = ? WHERE id = ?");
	CHECK_INT(kin_count(s, Match, "home.name = 'Reds' and guest = ?", reds), 1);
	CHECK_SQL("SELECT count(*) FROM matches LEFT OUTER JOIN clubs AS clubs_1 ON matches.home_id = clubs_1.id WHERE clubs_1.name = 'Reds' AND "
	          "matches.guest_id = ?");
	CHECK_INT(kin_count(s, Club, "away.id > 0 and at_home.id > 0"), 1);
	kin_delete(s, reds);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Match, "home is null and guest is null"), 1);
	test_close();
}

TEST(a_model_over_the_table_between_stands_beside_the_short_way)
{
	kin_session *s = opened();
	Member *ann = kin_new(s, Member, .name = "ann");

	kin_append(ann, signups, (const Signup *)kin_new(s, Signup, .course = kin_new(s, Course, .title = "sql"), .mark = 2));
	kin_append(ann, signups, (const Signup *)kin_new(s, Signup, .course = kin_new(s, Course, .title = "c"), .mark = 1));
	kin_add(s, ann);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	kin_refresh(s, ann);
	CHECK_INT(kin_load(ann, courses).count, 2);
	CHECK_TEXT(ann->courses.items[0]->title, "c");
	CHECK_INT(kin_count(s, Member, "signups.mark = 1 and courses.title = 'sql'"), 1);
	kin_remove(ann, signups, kin_load(ann, signups).items[0]);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("DELETE FROM signups WHERE member_id = ? AND course_id = ?");
	kin_delete(s, ann);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Signup, ""), 0);
	CHECK_INT(kin_count(s, Course, ""), 2);
	test_close();
}

TEST(one_that_is_replaced_is_an_orphan)
{
	kin_session *s = opened();
	Disk *disk = kin_new(s, Disk, .cover = kin_new(s, Cover, .text = "old"));

	kin_add(s, disk);
	CHECK_INT(kin_commit(s), KIN_OK);
	const Cover *old = disk->cover;
	disk->cover = kin_new(s, Cover, .text = "new");
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_SQL("INSERT INTO covers", "DELETE FROM covers WHERE id = ?");
	CHECK_INT(kin_state_of(old), KIN_DETACHED);
	disk->cover = NULL;
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Cover, ""), 0);
	test_close();
}

TEST(rows_of_one_table_are_deleted_children_first)
{
	kin_session *s = opened();
	Node *root = kin_new(s, Node, .name = "root"), *branch = kin_new(s, Node, .name = "branch", .parent = root);
	Node *leaf = kin_new(s, Node, .name = "leaf", .parent = branch);

	kin_add(s, leaf);
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_delete(s, root);
	kin_delete(s, branch);
	kin_delete(s, leaf);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_SQL("DELETE FROM nodes WHERE id = ?", "DELETE FROM nodes", "DELETE FROM nodes");
	CHECK_INT(kin_count(s, Node, ""), 0);
	test_close();
}
