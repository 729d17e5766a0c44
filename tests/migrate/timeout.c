/* How long a migration waits: SQLite's part; the servers' are in postgresql.c and mariadb.c. */
#include "fixture.h"

#include "migrate/timeout.h"

TEST(sqlite_waits_for_locks_as_long_as_is_said_and_for_statements_always)
{
	fixture f;

	fixture_open(&f, NULL);
	OK(&f, kin_timeout_set(f.connection, 1234, 99, &f.error));
	CHECK_INT(fixture_number(&f, "PRAGMA busy_timeout"), 1234);
	OK(&f, kin_timeout_set(f.connection, 0, 0, &f.error)); /* leaves what there is */
	CHECK_INT(fixture_number(&f, "PRAGMA busy_timeout"), 1234);
	kin_timeout_reset(f.connection);
	fixture_close(&f);
}

FUSED(a_timeout_survives_a_failing_allocation)
{
	fixture f;
	int rc = fixture_try_open(&f, NULL);

	if (rc == KIN_OK)
		rc = kin_timeout_set(f.connection, 1000, 0, &f.error);
	fixture_close(&f);
	return rc;
}
