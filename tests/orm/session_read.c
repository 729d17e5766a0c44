/* Sessions that only read. */
#include "orm_test.h"

TEST(a_session_that_only_reads_refuses_to_write_on_every_database)
{
	kin_db *db = test_open();

	test_fill(1, 2);
	kin_session *s = kin_session_new_read(db);
	CHECK_INT(kin_count(s, Pet, ""), 2);
	kin_add(s, kin_new(s, Owner, .name = "Ann"));
	CHECK_INT(kin_commit(s), KIN_EREADONLY);
	CHECK_HAS(kin_errmsg(s), "this session only reads, as kin_session_new_read() says");
	kin_rollback(s);
	CHECK_INT(kin_delete_all(s, Pet), -1);
	CHECK_INT(kin_errcode(s), KIN_EREADONLY);
	kin_rollback(s);
	CHECK_INT(kin_count(s, Pet, ""), 2);
	kin_free(s);
	test_close();
}
