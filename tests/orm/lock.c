/* Locks of names on SQLite, and what it has not. */
#include "orm_test.h"

#include <kin/notify.h>

TEST(a_lock_of_a_name_is_that_of_the_writer)
{
	char url[600];

	snprintf(url, sizeof(url), "sqlite:///%s/lock.db?timeout=20", kin_test_directory());
	kin_db *db = kin_db_open(&(kin_db_options){ .url = url }, NULL);
	kin_session *a = kin_session_new(db), *b = kin_session_new(db);
	CHECK_INT(kin_lock(a, "billing"), KIN_OK);
	CHECK_INT(kin_lock(a, "mailing"), KIN_OK);
	CHECK_INT(kin_try_lock(b, "billing"), 0);
	CHECK_INT(kin_errcode(b), KIN_OK);
	CHECK_INT(kin_lock(b, "billing"), KIN_EBUSY);
	kin_rollback(b);
	CHECK_INT(kin_commit(a), KIN_OK);
	CHECK_INT(kin_try_lock(b, "billing"), 1);
	kin_free(a);
	kin_free(b);
	kin_db_close(db);
}

TEST(a_lock_comes_before_what_is_read)
{
	test_open_sqlite();
	kin_session *s = test_session();

	kin_count(s, Pet, "");
	CHECK_INT(kin_lock(s, "billing"), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "call it first");
	kin_rollback(s);
	CHECK_INT(kin_lock(s, "billing"), KIN_OK);
	test_close();
}

TEST(nobody_listens_on_sqlite)
{
	kin_db *db = test_open_sqlite();
	kin_session *s = test_session();
	kin_listener *l = kin_listener_new(db);
	kin_notification n;

	CHECK_INT(kin_notify(s, "jobs", "1"), KIN_EUNSUPPORTED);
	CHECK_HAS(kin_errmsg(s), "sqlite has nothing to say it with");
	CHECK_INT(kin_listen(l, "jobs"), KIN_EUNSUPPORTED);
	CHECK_INT(kin_wait_notification(l, 0, &n), KIN_EUNSUPPORTED);
	CHECK_HAS(kin_listener_errmsg(l), "PostgreSQL has");
	kin_listener_free(l);
	test_close();
}
