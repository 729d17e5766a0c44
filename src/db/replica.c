/* replica.c - copies of a database on other servers, for those who only read.
 *
 * A server writes a journal, and its replicas replay it; a place in it is a number. After each commit the number is asked for, and who
 * reads from a replica waits until that has come so far: so a program reads what it has written. A replica that does not come so
 * far in time, or is not there, is passed over: the primary is asked then.
 *
 * When a replica has become the primary, it may lack the end of the old one's journal. What was lost there would be waited for
 * in vain, so the number goes back to the new primary's when that is found out. */
#include "db/replica.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
	USUAL_WAIT = 1000,      /* milliseconds */
	MOST_WAIT = 3600 * 1000,
	REST = 3 * 1000 * 1000, /* microseconds for which replicas that cannot be reached are left alone */
	FIRST_NAP = 500,        /* microseconds */
	LONGEST_NAP = 20000,
};

#define UNKNOWN UINT64_MAX /* there has been a commit, and nobody knows where in the journal */

static int take_wait(kin_db *db, const char *value, kin_error *error)
{
	char *end;

	errno = 0;
	long n = strtol(value, &end, 10);
	if (end == value || *end || errno || n < 0 || n > MOST_WAIT)
		return kin_error_set(error, KIN_ECONFIG, "replica_wait=%s in the database URL: expected a number of milliseconds", value);
	db->replica_wait = (int)n;
	return KIN_OK;
}

/* Whether the option is one of ours, which a driver would not know. */
static int take_options(kin_db *db, const char **ret_hosts, kin_error *error)
{
	size_t left = 0;
	int rc = KIN_OK;

	*ret_hosts = NULL;
	db->replica_wait = USUAL_WAIT;
	for (size_t i = 0; rc == KIN_OK && i < db->url.option_count; i++) {
		const kin_url_option *option = &db->url.options[i];
		if (strcmp(option->name, "replicas") == 0)
			*ret_hosts = option->value;
		else if (strcmp(option->name, "replica_wait") == 0)
			rc = take_wait(db, option->value, error);
		else
			db->url.options[left++] = *option;
	}
	if (rc == KIN_OK)
		db->url.option_count = left;
	return rc;
}

int kin_replica_open(kin_db *db, const kin_db_options *options, kin_error *error)
{
	const char *hosts;
	int rc = take_options(db, &hosts, error);

	if (rc < 0 || !hosts)
		return rc;
	if (!*hosts)
		return kin_error_set(error, KIN_ECONFIG, "replicas= in the database URL names no host; it is replicas=h3,h4:5433");
	if (!db->driver->position)
		return kin_error_set(error, KIN_ECONFIG, "replicas= in the database URL: there are none of %s", db->driver->name);
	return kin_db_open_readers(db, options, error);
}

/* A path is a socket's directory. */
int kin_replica_settle(kin_db *readers, kin_error *error)
{
	static const char *const places[] = { "host", "hostaddr", "port", "target_session_attrs" };
	kin_url *url = &readers->url;
	const char *hosts;
	size_t left = 0;
	int rc = take_options(readers, &hosts, error);

	if (rc < 0 || !hosts)
		return rc;
	for (size_t i = 0; i < url->option_count; i++) {
		bool place = false;
		for (size_t j = 0; j < sizeof(places) / sizeof(*places); j++)
			place |= strcmp(url->options[i].name, places[j]) == 0;
		if (!place)
			url->options[left++] = url->options[i];
	}
	url->hosts = *hosts == '/' ? NULL : hosts;
	if (*hosts == '/') /* in the room of replicas= */
		url->options[left++] = (kin_url_option){ .name = "host", .value = hosts };
	url->option_count = left;
	return KIN_OK;
}

/* ---- how far ---- */

static uint64_t written(const kin_db *db)
{
	return __atomic_load_n(&db->written, __ATOMIC_ACQUIRE);
}

/* Others may have come further meanwhile. */
static void note_position(kin_db *db, uint64_t position)
{
	uint64_t before = written(db);

	while ((before == UNKNOWN || before < position) &&
	       !__atomic_compare_exchange_n(&db->written, &before, position, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		;
}

void kin_replica_note(kin_connection *connection)
{
	kin_db *db = connection->db;
	uint64_t position;

	if (!db->readers)
		return;
	if (connection->driver->position(connection, &position, NULL) == KIN_OK)
		note_position(db, position);
	else
		__atomic_store_n(&db->written, UNKNOWN, __ATOMIC_RELEASE);
}

/* What nobody can find any more is not waited for. */
static void look_back(kin_db *db, kin_connection *primary)
{
	uint64_t position, before = written(db);

	if (primary->driver->position(primary, &position, NULL) == KIN_OK && (before == UNKNOWN || before > position))
		__atomic_compare_exchange_n(&db->written, &before, position, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* Whether the replica has come so far. */
static int wait_until(kin_connection *replica, uint64_t target, int milliseconds, bool *ret_there, kin_error *error)
{
	int64_t deadline = kin_clock_steady() + INT64_C(1000) * milliseconds, nap = FIRST_NAP;
	uint64_t position = 0;
	int rc;

	*ret_there = false;
	for (;;) {
		if ((rc = replica->driver->position(replica, &position, error)) < 0)
			return rc;
		if ((*ret_there = position >= target) || kin_clock_steady() + nap > deadline)
			return KIN_OK;
		kin_clock_sleep(nap);
		nap = nap * 2 < LONGEST_NAP ? nap * 2 : LONGEST_NAP;
	}
}

/* ---- reading ---- */

static int begin_on(kin_db *db, kin_connection *replica, const kin_begin_options *options, bool *ret_there, kin_error *error)
{
	uint64_t target = written(db);
	int rc = KIN_OK;

	*ret_there = true;
	if (target == UNKNOWN)
		*ret_there = false;
	else if (target > 0)
		rc = wait_until(replica, target, db->replica_wait, ret_there, error);
	if (rc < 0 || !*ret_there)
		return rc;
	return kin_connection_begin_as(replica, KIN_BEGIN_READ, options, error);
}

/* One that was idle may be gone: then a new one is made. NULL: no replica will do. */
static kin_connection *try_replicas(kin_db *db, const kin_begin_options *options, const kin_place *place)
{
	int64_t start = kin_clock_steady();
	kin_connection *replica;
	bool there, again;

	if (__atomic_load_n(&db->readers_rest, __ATOMIC_RELAXED) > start)
		return NULL;
	do {
		if (kin_pool_take(&db->readers->pool, db->readers, place, &replica, NULL) < 0) {
			__atomic_store_n(&db->readers_rest, kin_clock_steady() + REST, __ATOMIC_RELAXED);
			return NULL;
		}
		int rc = begin_on(db, replica, options, &there, NULL);
		if (rc == KIN_OK && there)
			return replica;
		again = rc == KIN_ECONNECTION && replica->lease.made < start;
		kin_db_release(db->readers, replica);
	} while (again);
	return NULL;
}

int kin_db_begin_read(kin_db *db, const kin_begin_options *options, const kin_place *place, kin_connection **ret_connection,
                      kin_error *error)
{
	int rc;

	if (db->readers && (*ret_connection = try_replicas(db, options, place)))
		return KIN_OK;
	if (db->readers && written(db) > 0 && (rc = kin_db_acquire(db, ret_connection, error)) == KIN_OK) {
		look_back(db, *ret_connection);
		kin_db_release(db, *ret_connection);
	}
	return kin_db_begin_as(db, KIN_BEGIN_READ, options, place, ret_connection, error);
}
