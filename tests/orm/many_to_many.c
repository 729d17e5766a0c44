/* many_to_many.c - rows of a table between two models: loading, changing, asking. */
#include "orm_test.h"

#include "base/mem.h"
#include "orm/registry.h"
#include "sql/ddl.h"

KIN_DECLARE(Post);
KIN_DECLARE(Label);
KIN_DECLARE(Person);
KIN_DECLARE(Actor);
KIN_DECLARE(Film);
KIN_DECLARE(Role);

struct Post {
	int64_t     id;
	const char *title;
	Label_list  labels;
};

struct Label {
	int64_t     id;
	const char *name;
	Post_list   posts;
};

KIN_MODEL(Post, "posts") {
	kin_column(id, .primary_key = true);
	kin_column(title);
	kin_many_to_many(labels, Label, .through = "post_labels", .backref = "posts", .order_by = "name");
}

KIN_MODEL(Label, "labels") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_many_to_many(posts, Post, .through = "post_labels");
}

/* Both ends are the same table. */
struct Person {
	int64_t     id;
	const char *name;
	Person_list follows;
	Person_list followers;
};

KIN_MODEL(Person, "persons") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_many_to_many(follows, Person, .through = "person_follows", .backref = "followers");
	kin_many_to_many(followers, Person, .through = "person_follows");
}

/* The table is a model's, with a key of its own: the same two may be linked twice. One side knows. */
struct Actor {
	int64_t     id;
	const char *name;
};

struct Film {
	int64_t     id;
	const char *title;
	Actor_list  cast;
};

struct Role {
	int64_t     id;
	int64_t     film_id;
	int64_t     actor_id;
	const char *name;
};

KIN_MODEL(Actor, "actors") {
	kin_column(id, .primary_key = true);
	kin_column(name);
}

KIN_MODEL(Film, "films") {
	kin_column(id, .primary_key = true);
	kin_column(title);
	kin_many_to_many(cast, Actor, .through = "roles");
}

KIN_MODEL(Role, "roles") {
	kin_column(id, .primary_key = true);
	kin_column(film_id, .foreign_key = "films.id");
	kin_column(actor_id, .foreign_key = "actors.id");
	kin_column(name);
}

#define POST "posts.id, posts.title"
#define LABEL "labels.id, labels.name"
#define LABEL_1 "labels_1.id, labels_1.name"

static void create(const kin_table_schema *table)
{
	kin_text sql;

	kin_text_init(&sql);
	kin_ddl_table(kin_db_dialect_of(test_db()), &sql, table);
	for (size_t i = 0; i < table->index_count; i++) {
		kin_text_add(&sql, ";\n");
		kin_ddl_index(kin_db_dialect_of(test_db()), &sql, table->name, &table->indexes[i]);
	}
	test_run(sql.data);
	kin_text_done(&sql);
}

static kin_session *opened(void)
{
	static const char *const names[] = { "posts", "labels", "post_labels", "persons", "person_follows", "actors", "films", "roles" };
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;

	test_open();
	CHECK_INT(kin_registry_configure(kin_registry_default(), &error), KIN_OK);
	CHECK_INT(kin_registry_schema(kin_registry_default(), &arena, &schema, &error), KIN_OK);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		create(kin_schema_table(&schema, names[i]));
	kin_arena_done(&arena);
	test_forget();
	return test_session();
}

/* Posts 1 to 3; the labels c, b and a: 1 has all, 2 has b, 3 has none. */
static kin_session *filled(void)
{
	kin_session *s = opened();

	test_run("INSERT INTO posts (id, title) VALUES (1, 'one'), (2, 'two'), (3, 'three');"
	         "INSERT INTO labels (id, name) VALUES (1, 'c'), (2, 'b'), (3, 'a');"
	         "INSERT INTO post_labels (post_id, label_id) VALUES (1, 1), (1, 2), (1, 3), (2, 2)");
	if (strcmp(kin_db_dialect(test_db()), "postgresql") == 0) /* which does not number on behind keys that it was given */
		test_run("SELECT setval('posts_id_seq', 4, false), setval('labels_id_seq', 4, false)");
	test_forget();
	return s;
}

static const char *names_of(Label_list labels)
{
	static char text[200];

	text[0] = '\0';
	for (size_t i = 0; i < labels.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i > 0 ? " " : "", labels.items[i]->name);
	return text;
}

/* ---- the table ---- */

TEST(a_table_between_two_models_is_in_their_schema)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;
	kin_text sql;

	kin_text_init(&sql);
	CHECK_INT(kin_registry_configure(kin_registry_default(), &error), KIN_OK);
	CHECK_INT(kin_registry_schema(kin_registry_default(), &arena, &schema, &error), KIN_OK);
	const kin_table_schema *table = kin_schema_table(&schema, "post_labels");
	kin_ddl_table(kin_dialect_get(KIN_SQLITE), &sql, table);
	kin_text_add(&sql, "\n");
	kin_ddl_index(kin_dialect_get(KIN_SQLITE), &sql, table->name, &table->indexes[0]);
	GOLDEN("orm/schema/post_labels.sql", sql.data);
	kin_text_done(&sql);
	kin_arena_done(&arena);
}

TEST(the_second_end_of_one_table_is_called_after_its_member)
{
	kin_error error = { 0 };

	CHECK_INT(kin_registry_configure(kin_registry_default(), &error), KIN_OK);
	const kin_mapping *follows = kin_registry_find(kin_registry_default(), "person_follows");

	CHECK_TEXT(follows->attributes[0].column, "person_id");
	CHECK_TEXT(follows->attributes[1].column, "follows_id");
	const kin_mapping *person = kin_registry_find(kin_registry_default(), "Person");
	CHECK(person->relations[0]->reverse == person->relations[1]);
	CHECK_TEXT(person->relations[1]->pairs[0].remote->column, "follows_id");
}

/* ---- loading ---- */

TEST(a_many_to_many_list_is_loaded_when_it_is_asked_for)
{
	kin_session *s = filled();
	const Post *post = kin_get(s, Post, 1);

	test_forget();
	CHECK_TEXT(names_of(kin_load(post, labels)), "a b c");
	CHECK_SQL("SELECT " LABEL ", post_labels_1.post_id FROM labels JOIN post_labels AS post_labels_1 ON labels.id = post_labels_1.label_id "
	          "WHERE post_labels_1.post_id = ? ORDER BY labels.name");
	const Label *b = post->labels.items[1];
	CHECK_INT(kin_load(b, posts).count, 2);
	CHECK_SQL("SELECT " POST ", post_labels_1.label_id FROM posts JOIN post_labels AS post_labels_1 ON posts.id = post_labels_1.post_id "
	          "WHERE post_labels_1.label_id = ?");
	CHECK_OK(s);
	test_close();
}

TEST(many_to_many_lists_of_siblings_load_together)
{
	kin_session *s = filled();
	Post_list posts = kin_all(s, Post, "order by id");

	test_forget();
	CHECK_TEXT(names_of(kin_load(posts.items[0], labels)), "a b c");
	CHECK_TEXT(names_of(kin_load(posts.items[1], labels)), "b");
	CHECK_INT(kin_load(posts.items[2], labels).count, 0);
	CHECK_SQL("SELECT " LABEL ", post_labels_1.post_id FROM labels JOIN",
	          "SELECT " LABEL ", post_labels_1.post_id FROM labels JOIN post_labels AS post_labels_1 ON labels.id = post_labels_1.label_id "
	          "WHERE post_labels_1.post_id IN (?, ?) ORDER BY labels.name");
	test_close();
}

TEST(an_object_that_several_have_stands_in_each_list)
{
	kin_session *s = filled();
	Post_list posts = kin_all(s, Post, "order by id with labels");

	CHECK_SQL("SELECT " POST " FROM posts ORDER BY posts.id",
	          "SELECT " LABEL ", post_labels_1.post_id FROM labels JOIN post_labels AS post_labels_1 ON labels.id = post_labels_1.label_id "
	          "WHERE post_labels_1.post_id IN (?, ?, ?, ?) ORDER BY labels.name");
	CHECK_TEXT(names_of(posts.items[0]->labels), "a b c");
	CHECK_TEXT(names_of(posts.items[1]->labels), "b");
	CHECK(posts.items[0]->labels.items[1] == posts.items[1]->labels.items[0]);
	CHECK_INT(posts.items[2]->labels.count, 0);
	test_close();
}

TEST(a_many_to_many_list_is_joined_over_its_table)
{
	kin_session *s = filled();
	Post_list posts = kin_all(s, Post, "order by id with joined labels");

	CHECK_SQL("SELECT " POST ", " LABEL_1 " FROM posts LEFT OUTER JOIN post_labels AS post_labels_1 ON posts.id = post_labels_1.post_id "
	          "LEFT OUTER JOIN labels AS labels_1 ON labels_1.id = post_labels_1.label_id ORDER BY posts.id, labels_1.name");
	CHECK_INT(posts.count, 3);
	CHECK_TEXT(names_of(posts.items[0]->labels), "a b c");
	CHECK_TEXT(names_of(posts.items[1]->labels), "b");
	CHECK_INT(posts.items[2]->labels.count, 0);
	CHECK(kin_is_loaded(posts.items[2], labels));
	test_close();
}

TEST(a_many_to_many_list_is_loaded_by_a_subquery)
{
	kin_session *s = filled();
	Post_list posts = kin_all(s, Post, "id < ? order by id with subquery labels", 3);

	CHECK_SQL("SELECT " POST " FROM posts WHERE posts.id < ? ORDER BY posts.id",
	          "SELECT " LABEL ", anon_1.id FROM (SELECT posts.id FROM posts WHERE posts.id < ?) AS anon_1 "
	          "JOIN post_labels AS post_labels_1 ON anon_1.id = post_labels_1.post_id JOIN labels ON labels.id = post_labels_1.label_id "
	          "ORDER BY labels.name");
	CHECK_TEXT(names_of(posts.items[0]->labels), "a b c");
	CHECK_TEXT(names_of(posts.items[1]->labels), "b");
	test_close();
}

TEST(there_and_back_again_is_loaded_with_one_statement_a_step)
{
	kin_session *s = filled();
	Post_list posts = kin_all(s, Post, "order by id with subquery labels.posts");

	CHECK_INT(test_sent(), 3);
	const Label *b = posts.items[1]->labels.items[0];
	CHECK_INT(b->posts.count, 2);
	CHECK_INT(posts.items[0]->labels.items[0]->posts.count, 1);
	kin_close(s);
	s = test_session();
	posts = kin_all(s, Post, "order by id with joined labels.posts");
	b = posts.items[1]->labels.items[0];
	CHECK_INT(b->posts.count, 2);
	CHECK_TEXT(names_of(posts.items[0]->labels), "a b c");
	test_close();
}

TEST(two_rows_that_link_the_same_are_one_item)
{
	kin_session *s = opened();

	test_run("INSERT INTO films (id, title) VALUES (1, 'Brian'); INSERT INTO actors (id, name) VALUES (1, 'Eric'), (2, 'Terry');"
	         "INSERT INTO roles (id, film_id, actor_id, name) VALUES (1, 1, 1, 'Stan'), (2, 1, 2, 'Mandy'), (3, 1, 1, 'Harry')");
	const Film *film = kin_get(s, Film, 1);
	CHECK_INT(kin_load(film, cast).count, 2);
	kin_close(s);
	s = test_session();
	CHECK_INT(kin_one(s, Film, "with joined cast")->cast.count, 2);
	CHECK_OK(s);
	test_close();
}

/* ---- asking ---- */

TEST(a_condition_through_the_table_is_an_exists)
{
	kin_session *s = filled();
	Post_list posts = kin_all(s, Post, "labels.name = ? order by id", "b");

	CHECK_SQL("SELECT " POST " FROM posts WHERE EXISTS (SELECT 1 FROM post_labels AS post_labels_1 "
	          "JOIN labels AS labels_1 ON labels_1.id = post_labels_1.label_id "
	          "WHERE posts.id = post_labels_1.post_id AND labels_1.name = ?) ORDER BY posts.id");
	CHECK_INT(posts.count, 2);
	const Label *a = kin_get(s, Label, 3);
	CHECK_INT(kin_all(s, Post, "labels = ?", a).count, 1);
	CHECK_INT(kin_all(s, Post, "labels is null").count, 1);
	CHECK_INT(kin_all(s, Post, "labels.posts.title = ?", "two").count, 2);
	test_close();
}

/* ---- changing ---- */

TEST(rows_of_the_table_are_inserted_after_both_sides)
{
	kin_session *s = opened();
	Label *red = kin_new(s, Label, .name = "red"), *blue = kin_new(s, Label, .name = "blue");
	Post *one = kin_new(s, Post, .title = "one", .labels = { (const Label *[]){ red, blue, red }, 3 });

	CHECK_INT(one->labels.count, 2);
	CHECK_INT(red->posts.count, 1);
	kin_add(s, one);
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_SQL("INSERT INTO posts", "INSERT INTO labels", "INSERT INTO labels",
	          "INSERT INTO post_labels (post_id, label_id) VALUES (?, ?)", "INSERT INTO post_labels (post_id, label_id) VALUES (?, ?)");
	CHECK(red->posts.items[0] == one);
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(kin_commit(s), KIN_OK);
	test_close();
}

TEST(many_rows_of_the_table_are_inserted_with_one_statement)
{
	kin_session *s = opened();
	Post *post = kin_new(s, Post, .title = "p");

	kin_add(s, post);
	for (int i = 0; i < 64; i++)
		kin_append(post, labels, kin_new(s, Label, .name = "x"));
	CHECK_INT(kin_flush(s), KIN_OK);
	if (!test_on_server())
		CHECK_INT(test_sent(), 3);
	CHECK_OK(s);
	test_close();
}

TEST(appending_and_removing_keeps_both_sides_in_step)
{
	kin_session *s = filled();
	const Post *two = kin_get(s, Post, 2), *three = kin_get(s, Post, 3);
	const Label *b = kin_load(two, labels).items[0], *a = kin_get(s, Label, 3);

	kin_load(b, posts);
	kin_load(three, labels);
	kin_load(a, posts);
	test_forget();
	CHECK_INT(kin_append(three, labels, b), KIN_OK);
	CHECK_INT(kin_append(three, labels, b), KIN_OK);
	CHECK_INT(kin_remove(b, posts, two), KIN_OK);
	CHECK_INT(kin_append(a, posts, two), KIN_OK);
	CHECK_INT(three->labels.count, 1);
	CHECK_INT(b->posts.count, 2);
	CHECK(two->labels.items[0] == a);
	CHECK(kin_is_modified(three));
	CHECK_NO_SQL();
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_SQL("DELETE FROM post_labels WHERE post_id = ? AND label_id = ?", "INSERT INTO post_labels (post_id, label_id) VALUES (?, ?)",
	          "INSERT INTO post_labels (post_id, label_id) VALUES (?, ?)");
	CHECK(!kin_is_modified(three));
	CHECK_INT(kin_commit(s), KIN_OK);
	test_close();
}

TEST(what_is_appended_and_removed_again_sends_nothing)
{
	kin_session *s = filled();
	const Post *two = kin_get(s, Post, 2);
	const Label *b = kin_load(two, labels).items[0], *a = kin_get(s, Label, 3);

	test_forget();
	kin_append(two, labels, a);
	kin_remove(two, labels, b);
	kin_append(two, labels, b);
	kin_remove(two, labels, a);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_NO_SQL();
	CHECK_TEXT(names_of(two->labels), "b");
	test_close();
}

TEST(a_change_that_both_sides_tell_is_made_once)
{
	kin_session *s = filled();
	const Post *three = kin_get(s, Post, 3);
	const Label *a = kin_get(s, Label, 3);

	kin_autoflush(s, false);
	kin_append(three, labels, a);
	kin_append(a, posts, three);
	test_forget();
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_SQL("INSERT INTO post_labels (post_id, label_id) VALUES (?, ?)");
	CHECK_INT(a->posts.count, 2);
	CHECK_INT(three->labels.count, 1);
	test_close();
}

TEST(deleting_either_side_deletes_its_rows_of_the_table)
{
	kin_session *s = filled();
	const Post *one = kin_get(s, Post, 1);
	const Label *b = kin_load(one, labels).items[1];

	kin_load(b, posts);
	test_forget();
	kin_delete(s, one);
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_SQL("DELETE FROM post_labels WHERE post_id = ?", "DELETE FROM posts WHERE id = ?");
	CHECK_INT(b->posts.count, 1);
	kin_delete(s, b);
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_SQL("DELETE FROM post_labels WHERE label_id = ?", "DELETE FROM labels WHERE id = ?");
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_load(kin_get(s, Post, 2), labels).count, 0);
	test_close();
}

TEST(a_side_that_knows_nothing_of_the_other_deletes_its_rows_too)
{
	kin_session *s = opened();

	test_run("INSERT INTO films (id, title) VALUES (1, 'Brian'); INSERT INTO actors (id, name) VALUES (1, 'Eric');"
	         "INSERT INTO roles (id, film_id, actor_id, name) VALUES (1, 1, 1, 'Stan')");
	const Actor *eric = kin_get(s, Actor, 1);
	test_forget();
	kin_delete(s, eric);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("DELETE FROM roles WHERE actor_id = ?", "DELETE FROM actors WHERE id = ?");
	test_close();
}

TEST(the_rows_of_a_model_s_table_are_made_and_deleted_too)
{
	kin_session *s = opened();
	Film *film = kin_new(s, Film, .title = "Brian");
	Actor *eric = kin_new(s, Actor, .name = "Eric");

	kin_add(s, film);
	kin_append(film, cast, eric);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_one(s, Role, "")->actor_id, eric->id);
	test_forget();
	kin_remove(film, cast, eric);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("DELETE FROM roles WHERE film_id = ? AND actor_id = ?");
	test_close();
}

TEST(a_rollback_restores_both_lists)
{
	kin_session *s = filled();
	const Post *two = kin_get(s, Post, 2), *three = kin_get(s, Post, 3);
	const Label *b = kin_load(two, labels).items[0];

	kin_load(b, posts);
	kin_load(three, labels);
	kin_append(three, labels, b);
	kin_remove(two, labels, b);
	CHECK_INT(kin_flush(s), KIN_OK);
	Label *fresh = kin_new(s, Label, .name = "new");
	kin_append(two, labels, fresh);
	kin_rollback(s);
	CHECK_TEXT(names_of(two->labels), "b");
	CHECK_INT(three->labels.count, 0);
	CHECK_INT(b->posts.count, 2);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_NO_SQL();
	kin_add(s, fresh);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	test_close();
}

TEST(what_fell_with_a_rollback_is_added_again_with_its_list)
{
	kin_session *s = filled();
	Post *post = kin_new(s, Post, .title = "new");
	const Label *b = kin_get(s, Label, 2);

	kin_load(b, posts);
	kin_add(s, post);
	kin_append(post, labels, b);
	CHECK_INT(kin_flush(s), KIN_OK);
	kin_rollback(s);
	CHECK_INT(b->posts.count, 2);
	CHECK_INT(post->labels.count, 1);
	kin_add(s, post);
	test_forget();
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_SQL("INSERT INTO posts", "INSERT INTO post_labels (post_id, label_id) VALUES (?, ?)");
	CHECK_INT(b->posts.count, 3);
	CHECK_INT(kin_commit(s), KIN_OK);
	test_close();
}

TEST(a_savepoint_s_changes_of_a_list_are_undone_alone)
{
	kin_session *s = filled();
	const Post *two = kin_get(s, Post, 2);
	const Label *a = kin_get(s, Label, 3), *c = kin_get(s, Label, 1);

	kin_append(two, labels, a);
	CHECK_INT(kin_begin_nested(s), KIN_OK);
	kin_append(two, labels, c);
	CHECK_INT(kin_flush(s), KIN_OK);
	kin_rollback(s);
	CHECK_TEXT(names_of(two->labels), "b a");
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_close(s);
	s = test_session();
	CHECK_TEXT(names_of(kin_load(kin_get(s, Post, 2), labels)), "a b");
	test_close();
}

TEST(both_ends_may_be_one_table)
{
	kin_session *s = opened();
	Person *ann = kin_new(s, Person, .name = "Ann"), *bob = kin_new(s, Person, .name = "Bob");

	kin_add(s, ann);
	kin_append(ann, follows, bob);
	kin_append(bob, follows, ann);
	kin_append(ann, follows, ann);
	CHECK_INT(ann->followers.count, 2);
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_close(s);
	s = test_session();
	const Person *again = kin_one(s, Person, "name = ? with follows, followers", "Ann");
	CHECK_INT(again->follows.count, 2);
	CHECK_INT(again->followers.count, 2);
	CHECK_INT(kin_load(kin_one(s, Person, "name = ?", "Bob"), follows).count, 1);
	kin_delete(s, again);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_HAS(test_sql(), "DELETE FROM person_follows WHERE person_id = ?");
	CHECK_HAS(test_sql(), "DELETE FROM person_follows WHERE follows_id = ?");
	test_close();
}

TEST(an_item_that_is_taken_back_leaves_the_list)
{
	kin_session *s = filled();
	const Post *two = kin_get(s, Post, 2);
	Label *lost = kin_new(s, Label, .name = "lost");

	kin_append(two, labels, lost);
	kin_expunge(s, lost);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_TEXT(names_of(two->labels), "b");
	test_close();
}

TEST(a_list_of_thousands_loses_items_from_its_middle)
{
	enum { MANY = 3000 };
	kin_session *s = opened();
	Post *post = kin_new(s, Post, .title = "p");
	Label *labels[MANY];

	kin_add(s, post);
	for (int i = 0; i < MANY; i++)
		kin_append(post, labels, labels[i] = kin_new(s, Label, .name = "x"));
	CHECK_INT(kin_commit(s), KIN_OK);
	for (int i = 0; i < MANY; i += 2)
		kin_remove(post, labels, labels[i]);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(post->labels.count, MANY / 2);
	kin_close(s);
	s = test_session();
	CHECK_INT(kin_load(kin_one(s, Post, ""), labels).count, MANY / 2);
	test_close();
}

TEST(refreshing_an_object_takes_back_what_its_list_gained_and_lost)
{
	kin_session *s = filled();
	const Post *two = kin_get(s, Post, 2);
	const Label *b = kin_load(two, labels).items[0], *a = kin_get(s, Label, 3);

	kin_load(a, posts);
	kin_load(b, posts);
	kin_append(two, labels, a);
	kin_remove(two, labels, b);
	CHECK_INT(a->posts.count, 2);
	CHECK_INT(b->posts.count, 1);
	CHECK_INT(kin_refresh(s, two), KIN_OK);
	CHECK_INT(a->posts.count, 1);
	CHECK_INT(b->posts.count, 2);
	CHECK_TEXT(names_of(kin_load(two, labels)), "b");
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_NO_SQL();
	test_close();
}

/* ---- what was never added ---- */

TEST(who_is_made_with_a_list_and_not_added_is_not_written_by_those_in_it)
{
	kin_session *s = filled();
	const Label *a = kin_get(s, Label, 3);
	Label *fresh = kin_new(s, Label, .name = "fresh");

	kin_load(a, posts);
	kin_append(a, posts, kin_get(s, Post, 3));
	kin_add(s, fresh);
	Post *never = kin_new(s, Post, .title = "never", .labels = { (const Label *[]){ a, fresh }, 2 });
	CHECK_INT(a->posts.count, 3);
	test_forget();
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_SQL("INSERT INTO labels", "INSERT INTO post_labels (post_id, label_id) VALUES (?, ?)");
	CHECK_INT(kin_state_of(never), KIN_TRANSIENT);
	kin_add(s, never);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("INSERT INTO posts", "INSERT INTO post_labels", "INSERT INTO post_labels");
	CHECK_INT(kin_count(s, Post, "labels.name = 'fresh'"), 1);
	test_close();
}

TEST(who_was_never_added_leaves_a_list_without_a_row)
{
	kin_session *s = filled();
	const Label *c = kin_get(s, Label, 1);
	Post *same = kin_new(s, Post, .id = 1, .title = "with the key of another", .labels = { (const Label *[]){ c }, 1 });

	kin_load(c, posts);
	kin_append(c, posts, same);
	kin_expunge(s, same);
	test_forget();
	kin_remove(c, posts, same);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(kin_count(s, Post, "labels.name = 'c'"), 1);
	test_close();
}

TEST(who_was_never_added_is_put_into_a_list_that_came_later)
{
	kin_session *s = filled();
	const Label *c = kin_get(s, Label, 1);
	Post *new = kin_new(s, Post, .title = "new", .labels = { (const Label *[]){ c }, 1 });

	CHECK_INT(kin_load(c, posts).count, 1);
	CHECK_INT(kin_append(c, posts, new), KIN_OK);
	CHECK_INT(c->posts.count, 2);
	CHECK_INT(kin_append(c, posts, new), KIN_OK);
	CHECK_INT(c->posts.count, 2);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(new->labels.count, 1);
	test_close();
}

TEST(a_rollback_shows_no_post_that_was_taken_out_before_it_was_added)
{
	kin_session *s = filled();
	const Label *c = kin_get(s, Label, 1);
	Post *new = kin_new(s, Post, .title = "new");

	kin_load(c, posts);
	kin_append(new, labels, c);
	CHECK_INT(kin_begin_nested(s), KIN_OK);
	kin_append(c, posts, kin_get(s, Post, 3));
	kin_remove(new, labels, c);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(c->posts.count, 1);
	CHECK_INT(new->labels.count, 0);
	CHECK_INT(kin_rollback(s), KIN_OK);
	test_close();
}

/* ---- both sides tell ---- */

TEST(what_one_side_takes_out_and_the_other_puts_back_sends_nothing)
{
	kin_session *s = filled();
	const Post *two = kin_get(s, Post, 2);
	const Label *b = kin_load(two, labels).items[0];

	kin_load(b, posts);
	test_forget();
	kin_remove(two, labels, b);
	kin_append(b, posts, two);
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_NO_SQL();
	kin_append(kin_get(s, Post, 3), labels, b);
	kin_remove(b, posts, kin_get(s, Post, 3));
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(b->posts.count, 2);
	test_close();
}

TEST(who_is_deleted_leaves_lists_that_it_was_put_into_since_the_last_flush)
{
	kin_session *s = filled();
	const Post *three = kin_get(s, Post, 3);
	const Label *a = kin_get(s, Label, 3);
	Post *new = kin_new(s, Post, .title = "new", .labels = { (const Label *[]){ a }, 1 });

	kin_add(s, new);
	kin_append(three, labels, a);
	kin_delete(s, a);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(three->labels.count, 0);
	CHECK_INT(new->labels.count, 0);
	test_close();
}

/* ---- what a list was, and lists of elsewhere ---- */

TEST(a_many_to_many_list_says_what_it_gained_and_lost_on_both_sides)
{
	kin_session *s = filled();
	const Post *one = kin_get(s, Post, 1), *two = kin_get(s, Post, 2);
	const Label *c = kin_get(s, Label, 1), *b = kin_get(s, Label, 2);
	Label *new = kin_new(s, Label, .name = "new");

	kin_load(one, labels);
	kin_load(two, labels);
	test_forget();
	kin_remove(one, labels, b);
	kin_append(one, labels, (const Label *)new);
	kin_append(two, labels, c);
	CHECK_TEXT(names_of(kin_added(one, labels)), "new");
	CHECK_TEXT(names_of(kin_removed(one, labels)), "b");
	CHECK_TEXT(names_of(kin_added(two, labels)), "c");
	CHECK_INT(kin_removed(two, labels).count, 0);
	CHECK_INT(kin_removed(b, posts).count, 1);
	CHECK(kin_removed(b, posts).items[0] == one);
	CHECK(kin_added(c, posts).items[0] == two);
	CHECK(kin_added(new, posts).items[0] == one);
	CHECK_NO_SQL();
	CHECK(kin_is_changed(one, labels) && kin_is_changed(b, posts) && !kin_is_changed(two, title));
	kin_append(one, labels, b);
	CHECK_INT(kin_removed(one, labels).count, 0);
	CHECK_INT(kin_removed(b, posts).count, 0);
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK(!kin_is_changed(one, labels) && !kin_is_changed(two, labels) && !kin_is_changed(c, posts));
	CHECK_INT(kin_added(one, labels).count, 0);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_added(one, labels).count, 0);
	CHECK_INT(kin_added(two, labels).count, 0);
	test_close();
}

TEST(what_an_item_s_deletion_takes_from_a_list_is_lost)
{
	kin_session *s = filled();
	const Post *one = kin_get(s, Post, 1);

	kin_load(one, labels);
	kin_delete(s, kin_get(s, Label, 2));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_TEXT(names_of(one->labels), "a c");
	CHECK_INT(kin_added(one, labels).count, 0);
	CHECK_INT(kin_removed(one, labels).count, 0);
	test_close();
}

TEST(a_merged_many_to_many_list_becomes_like_the_given_one)
{
	kin_session *other = filled(), *s = test_session();
	const Post *copy = kin_get(other, Post, 1);

	kin_load(copy, labels);
	kin_remove(copy, labels, kin_get(other, Label, 1));
	kin_append(copy, labels, (const Label *)kin_new(other, Label, .name = "new"));
	kin_close(other);
	test_forget();
	Post *post = kin_merge(s, Post, copy);
	CHECK_OK(s);
	CHECK_INT(post->labels.count, 3);
	CHECK_TEXT(names_of(kin_removed(post, labels)), "c");
	CHECK_TEXT(names_of(kin_added(post, labels)), "new");
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("INSERT INTO labels (name) VALUES (?)", "DELETE FROM post_labels WHERE post_id = ? AND label_id = ?",
	          "INSERT INTO post_labels (post_id, label_id) VALUES (?, ?)");
	CHECK_INT(kin_count(s, Label, "posts.id = ?", 1), 3);
	CHECK_INT(kin_count(s, Label, "posts.id = ? and name = ?", 1, "c"), 0);
	test_close();
}

TEST(a_merged_list_that_is_the_same_sends_nothing)
{
	kin_session *other = filled(), *s = test_session();
	const Post *copy = kin_get(other, Post, 1);

	kin_each(Label, label, kin_load(copy, labels))
		kin_load(label, posts);
	kin_close(other);
	Post *post = kin_merge(s, Post, copy);
	CHECK_OK(s);
	test_forget();
	CHECK(!kin_is_changed(post, labels));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(post->labels.count, 3);
	CHECK_INT(post->labels.items[1]->posts.count, 2);
	test_close();
}

TEST(a_new_post_is_merged_with_labels_that_are_there)
{
	kin_session *other = filled(), *s = test_session();
	const Label *c = kin_get(other, Label, 1), *a = kin_get(other, Label, 3);
	Post *copy = kin_new(other, Post, .title = "four");

	kin_append(copy, labels, c);
	kin_append(copy, labels, a);
	kin_close(other);
	Post *post = kin_merge(s, Post, copy);
	CHECK_OK(s);
	CHECK(post != copy);
	CHECK_INT(post->labels.count, 2);
	CHECK(post->labels.items[0] == kin_get(s, Label, 1) || post->labels.items[1] == kin_get(s, Label, 1));
	kin_commit(s);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Label, "posts.title = ?", "four"), 2);
	CHECK_INT(kin_count(s, Post), 4);
	test_close();
}

TEST(two_posts_are_merged_that_swap_their_labels)
{
	kin_session *other = filled(), *s = test_session();
	const Post *one = kin_get(other, Post, 1), *two = kin_get(other, Post, 2);
	const Label *b = kin_get(other, Label, 2), *a = kin_get(other, Label, 3);

	kin_load(one, labels);
	kin_load(two, labels);
	kin_remove(one, labels, a);
	kin_append(two, labels, a);
	kin_remove(two, labels, b);
	kin_close(other);
	kin_merge(s, Post, one);
	kin_merge(s, Post, two);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_TEXT(names_of(kin_all(s, Label, "posts.id = ? order by name", 1)), "b c");
	CHECK_TEXT(names_of(kin_all(s, Label, "posts.id = ? order by name", 2)), "a");
	test_close();
}

FUSED(merging_many_to_many_lists_survives_no_memory)
{
	static long n;

	kin_fuse_set(-1);
	kin_session *other = filled(), *s = test_session();
	const Post *copy = kin_get(other, Post, 1);
	kin_load(copy, labels);
	kin_remove(copy, labels, kin_get(other, Label, 1));
	kin_append(copy, labels, (const Label *)kin_new(other, Label, .name = "new"));
	kin_close(other);
	kin_fuse_set(n++);
	Post *post = kin_merge(s, Post, copy);
	if (post) {
		kin_added(post, labels);
		kin_removed(post, labels);
	}
	int rc = kin_commit(s);
	n = kin_fuse_blown() ? n : 0;
	test_close();
	return rc;
}

FUSED(many_to_many_survives_any_allocation_failing)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = filled();
	const Post *one = kin_get(s, Post, 1), *two = kin_get(s, Post, 2);
	const Label *b = kin_get(s, Label, 2);
	kin_load(b, posts);
	kin_fuse_set(n++);
	Post_list posts = kin_all(s, Post, "labels.name = ? order by id with labels", "b");
	if (posts.count > 1) {
		kin_append(two, labels, kin_new(s, Label, .name = "d"));
		kin_remove(one, labels, b);
		kin_add(s, kin_new(s, Post, .title = "four", .labels = { (const Label *[]){ b }, 1 }));
	}
	kin_flush(s);
	kin_delete(s, two);
	int rc = kin_commit(s);
	bool blown = kin_fuse_blown();
	if (blown) {
		kin_rollback(s);
		CHECK_INT(two->labels.count, kin_is_loaded(two, labels) ? 1 : two->labels.count);
	} else {
		n = 0;
		CHECK_INT(b->posts.count, 1);
	}
	test_close();
	return rc;
}

TEST(paths_through_the_table_are_checked)
{
	kin_session *s = opened();

	kin_all(s, Post, "labels.nam = ?", "x");
	CHECK_HAS(kin_errmsg(s), "Label has no attribute 'nam'; did you mean 'name'?");
	kin_close(s);
	s = test_session();
	kin_all(s, Post, "with label");
	CHECK_HAS(kin_errmsg(s), "Post has no relationship 'label'; did you mean 'labels'?");
	test_close();
}
