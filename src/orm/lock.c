/* lock.c - locks that have a name, and words for other programs: what a session asks of the database besides rows. */
#include <kin/session.h>

#include "db/driver.h"
#include "orm/session_state.h"

/* FNV-1a, 64 bits (Fowler, Noll, Vo): other programs can come to the same number. */
static int64_t number_of(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return (int64_t)hash;
}

static const kin_driver *driver_of(const kin_session *session)
{
	return session->connection->driver;
}

/* Run a SELECT of one row; its first column is *ret. */
static int ask(kin_session *session, const char *text, const kin_value *values, size_t count, int64_t *ret)
{
	const kin_sql sql = { .text = text, .length = strlen(text) };
	kin_statement *statement = NULL;
	bool null;
	int rc = kin_statement_open(session->connection, &sql, &statement, &session->error);

	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		rc = kin_statement_bind(statement, i, &values[i], &session->error);
	if (rc == KIN_OK && (rc = kin_statement_step(statement, &session->error)) > 0) {
		*ret = kin_statement_int64(statement, 0, &null);
		rc = KIN_OK;
	}
	kin_statement_close(statement);
	return rc;
}

/* Who writes has the whole of a database like SQLite for itself; but only the first statement of a transaction gets it. */
static int lock_all(kin_session *session, bool had, bool wrote)
{
	const kin_driver *driver = driver_of(session);

	if (strcmp(driver->begin[KIN_BEGIN_READ], driver->begin[KIN_BEGIN_WRITE]) == 0)
		return kin_session_fail(session, KIN_EUNSUPPORTED, NULL, 0,
		                        "kin_lock: %s has no lock that ends with the transaction; lock a row instead: \"… for update\"", driver->name);
	if (had && !wrote)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0,
		                        "kin_lock: this transaction has read already, and %s locks for writers only when they begin; call it first, "
		                        "after kin_commit() or kin_rollback()", driver->name);
	return 1;
}

static int lock(kin_session *session, const char *name, bool wait)
{
	kin_value number = kin_value_int64(number_of(name));
	bool had = session && session->in_transaction, wrote = had && session->wrote;
	int64_t got = 1;
	int rc = session ? kin_session_begin(session, KIN_BEGIN_WRITE) : KIN_ENOMEM;

	if (rc < 0)
		return rc;
	const char *sql = wait ? driver_of(session)->lock : driver_of(session)->try_lock;
	if (!sql)
		return lock_all(session, had, wrote);
	rc = ask(session, sql, &number, 1, &got);
	return rc < 0 ? rc : wait || got;
}

int kin_lock(kin_session *session, const char *name)
{
	int rc = lock(session, name, true);

	return rc < 0 ? rc : KIN_OK;
}

int kin_try_lock(kin_session *session, const char *name)
{
	int rc = lock(session, name, false);

	if (rc != KIN_EBUSY)
		return rc;
	kin_rollback(session); /* SQLite: not even begun */
	return 0;
}

int kin_notify(kin_session *session, const char *channel, const char *payload)
{
	kin_value values[] = { kin_value_text(channel), kin_value_text(payload ? payload : "") };
	int64_t ignored;
	int rc = session ? kin_session_begin(session, KIN_BEGIN_WRITE) : KIN_ENOMEM;

	if (rc < 0)
		return rc;
	if (!driver_of(session)->notify)
		return kin_session_fail(session, KIN_EUNSUPPORTED, NULL, 0, "kin_notify: %s has nothing to say it with; PostgreSQL has",
		                        driver_of(session)->name);
	return ask(session, driver_of(session)->notify, values, 2, &ignored);
}
