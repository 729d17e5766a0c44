/* rules.c - what the database does by ON DELETE happens to loaded objects. */
#include "base/mem.h"
#include "orm_test.h"

KIN_DECLARE(Bookcase);
KIN_DECLARE(Tome);
KIN_DECLARE(Leaflet);
KIN_DECLARE(Bookplate);

struct Bookcase {
	int64_t id;
};
struct Tome {
	int64_t      id;
	int64_t      bookcase_id;
	const Bookcase *bookcase;
};
struct Leaflet {
	int64_t     id;
	int64_t     tome_id;
	const Tome *tome;
};
struct Bookplate {
	int64_t               id;
	kin_nullable(int64_t) tome_id;
	const Tome           *tome;
};

KIN_MODEL(Bookcase, "bookcases") {
	kin_column(id, .primary_key = true);
}
KIN_MODEL(Tome, "tomes") {
	kin_column(id, .primary_key = true);
	kin_column(bookcase_id, .foreign_key = "bookcases", .on_delete = "CASCADE");
	kin_belongs_to(bookcase, Bookcase);
}
KIN_MODEL(Leaflet, "leaflets") {
	kin_column(id, .primary_key = true);
	kin_column(tome_id, .foreign_key = "tomes", .on_delete = "CASCADE");
	kin_belongs_to(tome, Tome);
}
KIN_MODEL(Bookplate, "bookplates") {
	kin_column(id, .primary_key = true);
	kin_column(tome_id, .foreign_key = "tomes", .on_delete = "SET NULL");
	kin_belongs_to(tome, Tome);
}

static kin_session *filled(void)
{
	test_open_sqlite();
	test_run("CREATE TABLE bookcases (id INTEGER PRIMARY KEY);"
	         "CREATE TABLE tomes (id INTEGER PRIMARY KEY, bookcase_id BIGINT NOT NULL REFERENCES bookcases (id) ON DELETE CASCADE);"
	         "CREATE TABLE leaflets (id INTEGER PRIMARY KEY, tome_id BIGINT NOT NULL REFERENCES tomes (id) ON DELETE CASCADE);"
	         "CREATE TABLE bookplates (id INTEGER PRIMARY KEY, tome_id BIGINT REFERENCES tomes (id) ON DELETE SET NULL);"
	         "INSERT INTO bookcases VALUES (1), (2); INSERT INTO tomes VALUES (1, 1), (2, 2);"
	         "INSERT INTO leaflets VALUES (1, 1), (2, 2); INSERT INTO bookplates VALUES (1, 1), (2, 2)");
	test_forget();
	return test_session();
}

TEST(children_that_were_loaded_alone_go_with_their_parents)
{
	kin_session *session = filled();
	const Bookcase *bookcase = kin_get(session, Bookcase, 1);
	const Tome *tome = kin_get(session, Tome, 1), *other = kin_get(session, Tome, 2);
	const Leaflet *leaflet = kin_get(session, Leaflet, 1);
	const Bookplate *bookplate = kin_get(session, Bookplate, 1);

	kin_load(bookplate, tome);
	test_forget();
	kin_delete(session, bookcase);
	CHECK_INT(kin_flush(session), KIN_OK);
	CHECK_SQL("DELETE FROM bookcases");
	CHECK_INT(kin_state_of(tome), KIN_DELETED);
	CHECK_INT(kin_state_of(leaflet), KIN_DELETED);
	CHECK_INT(kin_state_of(other), KIN_PERSISTENT);
	CHECK(!bookplate->tome_id.present);
	CHECK(bookplate->tome == NULL);
	CHECK(kin_get(session, Leaflet, 1) == NULL);
	kin_rollback(session);
	CHECK_INT(kin_state_of(tome), KIN_PERSISTENT);
	CHECK_INT(kin_state_of(leaflet), KIN_PERSISTENT);
	CHECK(bookplate->tome == tome);
	CHECK_INT(bookplate->tome_id.value, 1);
	CHECK(kin_get(session, Leaflet, 1) == leaflet);
	test_close();
}

TEST(children_go_with_parents_that_kin_delete_where_deletes)
{
	kin_session *session = filled();
	const Tome *tome = kin_get(session, Tome, 1);
	const Leaflet *leaflet = kin_get(session, Leaflet, 1), *other = kin_get(session, Leaflet, 2);

	CHECK_INT(kin_delete_where(session, Tome, "id = ?", 1), 1);
	CHECK_INT(kin_state_of(tome), KIN_DELETED);
	CHECK_INT(kin_state_of(leaflet), KIN_DELETED);
	CHECK_INT(kin_state_of(other), KIN_PERSISTENT);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_state_of(leaflet), KIN_DETACHED);
	test_close();
}

FUSED(following_rules_survives_any_failing_allocation)
{
	static long n;

	kin_fuse_set(-1);
	kin_session *session = filled();
	const Bookcase *bookcase = kin_get(session, Bookcase, 1);
	const Leaflet *leaflet = kin_get(session, Leaflet, 1);
	kin_get(session, Tome, 1);
	kin_get(session, Bookplate, 1);
	kin_fuse_set(n++);
	kin_delete(session, bookcase);
	int rc = kin_flush(session);
	if (kin_fuse_blown())
		kin_rollback(session);
	else
		n = 0;
	CHECK_INT(kin_state_of(leaflet), kin_fuse_blown() ? KIN_PERSISTENT : KIN_DELETED);
	test_close();
	return rc;
}
