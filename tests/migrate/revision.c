/* The graph of revisions, and the names people use for them. */
#include "fixture.h"

#include "migrate/revision.h"

/* "b:a" is revision b on a; "c:a,b" a merge; "b:a/x" begins branch x; "b:a+d" depends on d. */
static int build(kin_arena *arena, const char *text, kin_revision_graph *graph, kin_error *error)
{
	kin_revision items[16] = { 0 };
	size_t count = 0;
	char *copy = kin_arena_strdup(arena, text), *save = NULL;

	for (char *word = copy ? strtok_r(copy, " ", &save) : NULL; word; word = strtok_r(NULL, " ", &save)) {
		char *label = strchr(word, '/'), *depend = strchr(word, '+'), *colon = strchr(word, ':'), *inner = NULL;
		const char **parents = kin_arena_alloc(arena, 6 * sizeof(*parents));
		if (!parents)
			return kin_error_nomem(error);
		kin_revision *r = &items[count++];
		if (colon)
			*colon = '\0';
		*r = (kin_revision){ .id = word, .parents = parents, .depends = parents + 4, .labels = parents + 5 };
		if (label)
			*label = '\0', parents[5] = label + 1, r->label_count = 1;
		if (depend)
			*depend = '\0', parents[4] = depend + 1, r->depend_count = 1;
		for (char *p = colon ? strtok_r(colon + 1, ",", &inner) : NULL; p; p = strtok_r(NULL, ",", &inner))
			parents[r->parent_count++] = p;
	}
	if (!copy)
		return kin_error_nomem(error);
	return kin_revision_build(arena, items, count, graph, error);
}

typedef struct tree {
	kin_arena          arena;
	kin_error          error;
	kin_revision_graph graph;
	bool               applied[16];
} tree;

static void grow(tree *t, const char *text, const char *applied)
{
	*t = (tree){ 0 };
	OK(t, build(&t->arena, text, &t->graph, &t->error));
	for (size_t i = 0; i < t->graph.count; i++)
		t->applied[i] = strstr(applied, t->graph.items[i].id) != NULL;
}

static void fell(tree *t)
{
	kin_arena_done(&t->arena);
	kin_error_clear(&t->error);
}

static const char *ids(tree *t, const kin_revision_links *links)
{
	const char *text = "";

	for (size_t i = 0; i < links->count; i++)
		text = kin_arena_printf(&t->arena, "%s%s%s", text, i ? " " : "", t->graph.items[links->items[i]].id);
	return text;
}

static const char *problem(const char *text)
{
	static char sentence[500];
	tree t = { 0 };
	int rc = build(&t.arena, text, &t.graph, &t.error);

	CHECK(rc == KIN_EREVISION);
	snprintf(sentence, sizeof(sentence), "%s", kin_error_text(&t.error));
	fell(&t);
	return sentence;
}

static const char *found(tree *t, const char *name)
{
	kin_revision_links links = { 0 };
	int rc = kin_revision_find(&t->arena, &t->graph, name, t->applied, &links, &t->error);

	return rc < 0 ? kin_error_text(&t->error) : ids(t, &links);
}

static const char *up(tree *t, const char *target)
{
	kin_revision_links links = { 0 };
	int rc = kin_revision_upgrade(&t->arena, &t->graph, target, t->applied, &links, &t->error);

	return rc < 0 ? kin_error_text(&t->error) : ids(t, &links);
}

static const char *down(tree *t, const char *target)
{
	kin_revision_links links = { 0 };
	int rc = kin_revision_downgrade(&t->arena, &t->graph, target, t->applied, &links, &t->error);

	return rc < 0 ? kin_error_text(&t->error) : ids(t, &links);
}

TEST(parents_come_before_children_whatever_the_order_of_the_files)
{
	tree t;
	grow(&t, "a1:b2 c3:a1 b2", "");
	CHECK_TEXT(t.graph.items[0].id, "b2");
	CHECK_TEXT(t.graph.items[1].id, "a1");
	CHECK_TEXT(t.graph.items[2].id, "c3");
	fell(&t);
}

TEST(heads_bases_branches_and_merges_are_known)
{
	tree t;
	grow(&t, "a b:a c:a d:b,c", "");
	CHECK_TEXT(ids(&t, &t.graph.heads), "d");
	CHECK_TEXT(ids(&t, &t.graph.bases), "a");
	CHECK(kin_revision_is_branch(&t.graph, 0));
	CHECK(kin_revision_is_merge(&t.graph, 3));
	CHECK(kin_revision_is_head(&t.graph, 3));
	fell(&t);
}

TEST(two_revisions_with_one_id_are_refused) { CHECK_HAS(problem("a b:a b:a"), "two revisions have the id b"); }
TEST(a_missing_parent_is_named) { CHECK_HAS(problem("b:zz"), "revision b revises zz, which is not there"); }
TEST(a_circle_is_shown) { CHECK_HAS(problem("a:b b:a"), "revise each other: "); }
TEST(all_problems_are_told_at_once)
{
	CHECK_HAS(problem("b:zz c:yy"), "zz");
	CHECK_HAS(problem("b:zz c:yy"), "yy");
}

TEST(a_unique_beginning_of_an_id_is_enough)
{
	tree t;
	grow(&t, "1a2b 1acc:1a2b", "");
	CHECK_TEXT(found(&t, "1a2"), "1a2b");
	CHECK_TEXT(found(&t, "1acc"), "1acc");
	CHECK_HAS(found(&t, "1a"), "Multiple revisions start with '1a': '1a2b', '1acc'");
	fell(&t);
}

TEST(an_unknown_name_is_said_to_be_unknown)
{
	tree t;
	grow(&t, "a", "");
	CHECK_TEXT(found(&t, "zz"), "Can't locate revision identified by 'zz'; `kin db history` lists them");
	CHECK_HAS(found(&t, ""), "Can't locate revision identified by ''");
	fell(&t);
}

TEST(head_is_ambiguous_with_two_heads_and_heads_is_not)
{
	tree t;
	grow(&t, "a b:a c:a", "a");
	CHECK_HAS(found(&t, "head"), "Multiple head revisions are present for given argument 'head' (b, c)");
	CHECK_TEXT(found(&t, "heads"), "b c");
	CHECK_TEXT(up(&t, "heads"), "b c");
	fell(&t);
}

TEST(names_take_steps)
{
	tree t;
	grow(&t, "a b:a c:b d:c", "a b");
	CHECK_TEXT(found(&t, "head-1"), "c");
	CHECK_TEXT(found(&t, "a+2"), "c");
	CHECK_TEXT(found(&t, "current"), "b");
	CHECK_TEXT(found(&t, "current+1"), "c");
	CHECK_TEXT(found(&t, "base+1"), "a");
	CHECK_TEXT(found(&t, "-1"), "a");
	CHECK_TEXT(found(&t, "a-1"), "");
	CHECK_HAS(found(&t, "d+1"), "Relative revision d+1 didn't produce");
	fell(&t);
}

TEST(an_upgrade_runs_what_is_missing_below_its_target)
{
	tree t;
	grow(&t, "a b:a c:a d:b,c e:d", "a c");
	CHECK_TEXT(up(&t, "d"), "b d");
	CHECK_TEXT(up(&t, "head"), "b d e");
	CHECK_TEXT(up(&t, "c"), "");
	fell(&t);
}

TEST(a_relative_upgrade_counts_from_where_the_database_is)
{
	tree t;
	grow(&t, "a b:a c:b", "a");
	CHECK_TEXT(up(&t, "+1"), "b");
	CHECK_TEXT(up(&t, "+2"), "b c");
	CHECK_HAS(up(&t, "+3"), "Relative revision +3 didn't produce");
	fell(&t);
}

TEST(a_downgrade_undoes_what_stands_on_its_target_newest_first)
{
	tree t;
	grow(&t, "a b:a c:a d:b,c", "a b c d");
	CHECK_TEXT(down(&t, "a"), "d c b");
	CHECK_TEXT(down(&t, "b"), "d");
	CHECK_TEXT(down(&t, "base"), "d c b a");
	CHECK_TEXT(down(&t, "-1"), "d");
	CHECK_HAS(down(&t, "-2"), "Ambiguous step");
	fell(&t);
}

TEST(a_downgrade_to_what_is_not_applied_is_refused)
{
	tree t;
	grow(&t, "a b:a", "a");
	CHECK_HAS(down(&t, "b"), "does not have revision b");
	fell(&t);
}

TEST(a_range_of_history_is_newest_first)
{
	tree t;
	kin_revision_links path = { 0 };
	grow(&t, "a b:a c:b d:c", "a b");
	OK(&t, kin_revision_range(&t.arena, &t.graph, "b:c", t.applied, &path, &t.error));
	CHECK_TEXT(ids(&t, &path), "c b");
	OK(&t, kin_revision_range(&t.arena, &t.graph, "current:", t.applied, &path, &t.error));
	CHECK_TEXT(ids(&t, &path), "d c b");
	OK(&t, kin_revision_range(&t.arena, &t.graph, NULL, NULL, &path, &t.error));
	CHECK_TEXT(ids(&t, &path), "d c b a");
	CHECK(kin_revision_range(&t.arena, &t.graph, "b", NULL, &path, &t.error) == KIN_EREVISION);
	fell(&t);
}

FUSED(the_graph_survives_a_failing_allocation)
{
	tree t = { 0 };
	kin_revision_links path = { 0 };
	bool applied[16] = { false };
	int rc = build(&t.arena, "a b:a c:a d:b,c", &t.graph, &t.error);

	if (rc == KIN_OK)
		rc = kin_revision_upgrade(&t.arena, &t.graph, "head-1+1", applied, &path, &t.error);
	if (rc == KIN_EREVISION) /* head-1 of a merge is ambiguous */
		rc = kin_revision_upgrade(&t.arena, &t.graph, "head", applied, &path, &t.error);
	fell(&t);
	return rc;
}

/* Two branches on a trunk: users and shop; the shop's second revision needs the users' first. */
static const char two_branches[] = "t1 t2:t1 u1:t2/users u2:u1 s1:t2/shop s2:s1+u1";

TEST(a_label_stands_for_its_revision_and_narrows_to_its_branch)
{
	tree t;
	grow(&t, two_branches, "t1 t2");
	CHECK_TEXT(found(&t, "users"), "u1");
	CHECK_TEXT(found(&t, "users@head"), "u2");
	CHECK_TEXT(found(&t, "shop@heads"), "s2");
	CHECK_TEXT(found(&t, "shop@head-1"), "s1");
	CHECK_TEXT(found(&t, "u2@head"), "u2");
	CHECK_TEXT(found(&t, "shop@base"), "");
	CHECK_TEXT(found(&t, "users+1"), "u2");
	CHECK_TEXT(found(&t, "shop@s"), "Multiple revisions start with 's': 's1', 's2'; say more of the id");
	CHECK_TEXT(found(&t, "shop@u1"), "Revision u1 is not a member of branch 'shop'");
	CHECK_TEXT(found(&t, "shoe@head"), "Can't locate revision identified by 'shoe'; `kin db history` lists them");
	CHECK_HAS(found(&t, "head"), "'<branchname>@head' to narrow to a specific head");
	fell(&t);
}

TEST(a_branch_is_upgraded_with_what_it_depends_on)
{
	tree t;
	grow(&t, two_branches, "t1 t2");
	CHECK_TEXT(up(&t, "shop@head"), "s1 u1 s2");
	CHECK_TEXT(up(&t, "shop@+1"), "s1");
	CHECK_TEXT(up(&t, "users@+2"), "u1 u2");
	CHECK_TEXT(up(&t, "heads"), "s1 u1 s2 u2");
	CHECK_HAS(up(&t, "users@+3"), "didn't produce the number of migrations");
	fell(&t);
}

TEST(a_branch_is_downgraded_alone_unless_others_depend_on_it)
{
	tree t;
	grow(&t, two_branches, "t1 t2 u1 u2 s1 s2");
	CHECK_TEXT(down(&t, "shop@base"), "s2 s1");
	CHECK_TEXT(down(&t, "shop@-1"), "s2");
	CHECK_TEXT(down(&t, "users@-1"), "u2");
	CHECK_TEXT(down(&t, "users@base"), "u2 s2 u1");
	CHECK_TEXT(down(&t, "users@-2"), "revision s2 depends on u1: undo it first, or go down to base");
	CHECK_TEXT(down(&t, "t2"), "u2 s2 u1 s1");
	CHECK_HAS(down(&t, "-1"), "Ambiguous step");
	fell(&t);
}

TEST(a_label_is_one_branch_s) { CHECK_HAS(problem("a/x b/x"), "Branch name 'x' in revision b already used by revision a"); }
TEST(a_label_is_no_id) { CHECK_HAS(problem("a/b b"), "Branch name 'b' in revision a is the id of a revision"); }
TEST(what_it_depends_on_must_be_there) { CHECK_HAS(problem("a+zz"), "revision a depends on zz, which is not there"); }
TEST(a_circle_of_dependencies_is_shown) { CHECK_HAS(problem("a+b b:a"), "revise each other: "); }
