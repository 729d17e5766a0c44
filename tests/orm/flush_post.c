/* flush_post.c - .post_update: rows that need each other's keys. */
#include "models.h"

#include "base/mem.h"

KIN_DECLARE(Realm);
KIN_DECLARE(Town);
KIN_DECLARE(Twin);
KIN_DECLARE(Knight);
KIN_DECLARE(Squire);

/* A realm's towns cannot do without it, and one of them is its capital. */
struct Realm {
	int64_t               id;
	const char           *name;
	int32_t               revision;
	kin_nullable(int64_t) capital_id;
	const Town           *capital;
	Town_list             towns;
};

struct Town {
	int64_t      id;
	const char  *name;
	int64_t      realm_id;
	const Realm *realm;
};

KIN_MODEL(Realm, "realms") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(revision);
	kin_column(capital_id, .foreign_key = "towns.id");
	kin_belongs_to(capital, Town, .post_update = true);
	kin_has_many(towns, Town, .backref = "realm", .cascade = KIN_CASCADE_ALL);
	kin_version(revision);
}

KIN_MODEL(Town, "towns") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(realm_id, .foreign_key = "realms.id");
	kin_belongs_to(realm, Realm);
}

struct Twin {
	int64_t               id;
	const char           *name;
	kin_nullable(int64_t) other_id;
	const Twin           *other;
};

KIN_MODEL(Twin, "twins") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(other_id, .foreign_key = "twins.id");
	kin_belongs_to(other, Twin, .post_update = true);
}

/* The same without the option. */
struct Knight {
	int64_t               id;
	const char           *name;
	kin_nullable(int64_t) squire_id;
	const Squire         *squire;
};

struct Squire {
	int64_t       id;
	const char   *name;
	int64_t       knight_id;
	const Knight *knight;
};

KIN_MODEL(Knight, "knights") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(squire_id, .foreign_key = "squires.id");
	kin_belongs_to(squire, Squire);
	kin_repr("<Knight {name}>");
}

KIN_MODEL(Squire, "squires") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(knight_id, .foreign_key = "knights.id");
	kin_belongs_to(knight, Knight);
	kin_repr("<Squire {name}>");
}

/* Tables that point at each other: a server is told of the second key when both are there. */
static void create_pair(const char *one, const char *key, const char *other, const char *other_key, const char *more)
{
	bool lite = test_on_sqlite();
	char sql[800], inline_key[100] = "";

	if (lite)
		snprintf(inline_key, sizeof(inline_key), " REFERENCES %s (id)", other);
	snprintf(sql, sizeof(sql), "CREATE TABLE %s (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20)%s, %s BIGINT%s); CREATE TABLE %s "
	         "(id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20), %s BIGINT NOT NULL, FOREIGN KEY (%s) REFERENCES %s (id))",
	         one, more, key, inline_key, other, other_key, other_key, one);
	test_run(sql);
	snprintf(sql, sizeof(sql), "ALTER TABLE %s ADD FOREIGN KEY (%s) REFERENCES %s (id)", one, key, other);
	if (!lite)
		test_run(sql);
}

static kin_session *opened(void)
{
	test_open();
	create_pair("realms", "capital_id", "towns", "realm_id", ", revision INTEGER");
	create_pair("knights", "squire_id", "squires", "knight_id", "");
	MODELS_CREATE("twins");
	test_forget();
	return test_session();
}

static Realm *make_realm(kin_session *s)
{
	Realm *realm = kin_new(s, Realm, .name = "north");
	Town *town = kin_new(s, Town, .name = "york", .realm = realm);

	realm->capital = town;
	kin_add(s, realm);
	return realm;
}

TEST(rows_that_need_each_other_are_inserted_and_then_one_is_updated)
{
	kin_session *s = opened();
	Realm *realm = make_realm(s);

	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_SQL("INSERT INTO realms (name, revision, capital_id) VALUES (?, ?, ?)", "INSERT INTO towns (name, realm_id) VALUES (?, ?)",
	          "UPDATE realms SET capital_id = ? WHERE id = ? AND revision = ?");
	CHECK_INT(realm->capital_id.value, realm->capital->id);
	CHECK_INT(realm->revision, 1);
	realm->name = "south";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE realms SET name = ?, revision = ? WHERE id = ? AND revision = ?");
	CHECK_INT(kin_count(test_session(), Realm, "capital.name = 'york' and towns.name = 'york'"), 1);
	test_close();
}

TEST(rows_in_no_circle_take_no_second_statement)
{
	kin_session *s = opened();
	Realm *realm = make_realm(s);

	CHECK_INT(kin_commit(s), KIN_OK);
	kin_add(s, kin_new(s, Realm, .name = "colony", .capital = realm->capital));
	kin_add(s, kin_new(s, Town, .name = "hull", .realm = realm));
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_HAS(test_sql(), "INSERT INTO realms");
	CHECK(!strstr(test_sql(), "UPDATE"));
	test_close();
}

TEST(a_row_that_is_there_gets_a_key_of_a_new_one_that_needs_it)
{
	kin_session *s = opened();
	Realm *realm = kin_new(s, Realm, .name = "north");

	kin_add(s, realm);
	CHECK_INT(kin_commit(s), KIN_OK);
	realm->capital = kin_new(s, Town, .name = "york", .realm = realm);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("INSERT INTO towns", "UPDATE realms SET revision = ?, capital_id = ? WHERE id = ? AND revision = ?");
	CHECK_INT(realm->revision, 2);
	CHECK_INT(kin_count(s, Realm, "capital.name = 'york'"), 1);
	test_close();
}

TEST(rows_that_need_each_other_are_deleted_after_one_has_lost_its_key)
{
	kin_session *s = opened();
	Realm *realm = make_realm(s);
	const Town *town = realm->capital;

	CHECK_INT(kin_commit(s), KIN_OK);
	kin_delete(s, realm);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_SQL("UPDATE realms SET capital_id = ? WHERE id = ? AND revision = ?", "DELETE FROM towns WHERE id = ?",
	          "DELETE FROM realms WHERE id = ? AND revision = ?");
	CHECK_INT(kin_state_of(town), KIN_DETACHED);
	CHECK_INT(kin_count(test_session(), Realm, ""), 0);
	test_close();
}

TEST(many_circles_are_written_in_few_statements)
{
	kin_session *s = opened();

	for (int i = 0; i < 64; i++)
		make_realm(s);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	if (!test_on_server())
		CHECK_INT(test_sent(), 2 + 64);
	CHECK_INT(kin_count(test_session(), Town, "realm.capital.name = 'york'"), 64);
	test_close();
}

TEST(rows_of_one_table_that_need_each_other)
{
	kin_session *s = opened();
	Twin *ann = kin_new(s, Twin, .name = "ann"), *bea = kin_new(s, Twin, .name = "bea", .other = ann);
	Twin *own = kin_new(s, Twin, .name = "own");

	ann->other = bea;
	own->other = own;
	kin_add(s, ann);
	kin_add(s, own);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_INT(ann->other_id.value, bea->id);
	CHECK_INT(bea->other_id.value, ann->id);
	CHECK_INT(own->other_id.value, own->id);
	CHECK_INT(kin_count(s, Twin, "other.name = 'own' or other.other.name = name"), 3);
	kin_delete(s, ann);
	kin_delete(s, bea);
	kin_delete(s, own);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE twins SET other_id = ? WHERE id = ?", "DELETE FROM twins WHERE id = ?", "DELETE FROM twins", "DELETE FROM twins");
	CHECK_INT(kin_count(s, Twin, ""), 0);
	test_close();
}

TEST(a_rollback_takes_the_second_key_back)
{
	kin_session *s = opened();
	Realm *realm = make_realm(s);

	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK(realm->capital_id.present);
	kin_rollback(s);
	CHECK(!realm->capital_id.present);
	CHECK_INT(kin_state_of(realm), KIN_TRANSIENT);
	kin_add(s, realm);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Realm, "capital.name = 'york'"), 1);
	test_close();
}

TEST(a_circle_without_the_option_is_an_error_that_names_both_and_the_option)
{
	kin_session *s = opened();
	Knight *quixote = kin_new(s, Knight, .name = "Quixote");
	Squire *sancho = kin_new(s, Squire, .name = "Sancho", .knight = quixote);

	quixote->squire = sancho;
	kin_add(s, quixote);
	CHECK_INT(kin_commit(s), KIN_ECYCLE);
	CHECK_HAS(kin_errmsg(s), "these rows need each other's keys: <");
	CHECK_HAS(kin_errmsg(s), "<Knight Quixote>");
	CHECK_HAS(kin_errmsg(s), "<Squire Sancho>");
	CHECK_HAS(kin_errmsg(s), "; say .post_update = true at Knight.squire, or flush one without its reference first and then set it");
	kin_rollback(s);
	quixote->squire = NULL;
	kin_add(s, sancho);
	CHECK_INT(kin_commit(s), KIN_OK);
	test_close();
}

TEST(who_is_given_a_key_that_changes_is_updated_after_it)
{
	kin_session *s = opened();
	Realm *north = make_realm(s), *south = kin_new(s, Realm, .name = "south");
	Town *hull = kin_new(s, Town, .name = "hull", .realm = north);

	kin_add(s, hull);
	kin_add(s, south);
	CHECK_INT(kin_commit(s), KIN_OK);
	test_forget();
	hull->realm = south;
	south->id = 50;
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE realms SET id = ?, revision = ? WHERE id = ? AND revision = ?", "UPDATE towns SET realm_id = ? WHERE id = ?");
	CHECK_INT(hull->realm_id, 50);
	test_close();
}

FUSED(post_update_survives_any_allocation_failing)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = opened();
	kin_fuse_set(n++);
	Realm *realm = kin_new(s, Realm, .name = "north");
	Town *town = realm ? kin_new(s, Town, .name = "york", .realm = realm) : NULL;
	if (town) {
		realm->capital = town;
		kin_add(s, realm);
		kin_flush(s);
		kin_delete(s, realm);
	}
	int rc = town ? kin_commit(s) : KIN_ENOMEM;
	if (kin_fuse_blown())
		kin_rollback(s);
	else
		n = 0;
	test_close();
	return rc;
}
