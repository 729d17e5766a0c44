/* connect.c - connections to a PostgreSQL server: made, watched, interrupted, ended.
 *
 * A connection is made without blocking in libpq, for two reasons: libpq can then be told to put SQLSTATEs into its
 * messages before there are any, and those do not depend on the server's language; and the time it takes has a limit, which
 * libpq leaves to the caller here. With several hosts a silent one costs that time, and the next is tried.
 *
 * It takes the round trips that libpq needs, one without a password or TLS, and none of kin's: its settings go along with the
 * first message, and the server says them back (behind a pgbouncer they take one). */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/postgresql/driver.h"

enum { OLDEST_SERVER = 120000 };

static void ignore_notice(void *context, const char *message)
{
	(void)context, (void)message;
}

/* What a server says to a connection that is doing nothing: mostly that it has nothing to say any more. */
static void note_end(void *context, const PGresult *notice)
{
	const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
	kin_pg_connection *c = context;

	if (severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0))
		c->ended = true;
}

/* Wait for the socket. False: `deadline` (0: none) has come. */
static bool wait_for(PGconn *handle, PostgresPollingStatusType what, int64_t deadline)
{
	struct pollfd socket = { .fd = PQsocket(handle), .events = what == PGRES_POLLING_READING ? POLLIN : POLLOUT };
	int64_t left = deadline - kin_clock_steady();
	int rc;

	do
		rc = poll(&socket, 1, deadline == 0 ? -1 : left > 0 ? (int)(left / 1000) + 1 : 0);
	while (rc < 0 && errno == EINTR);
	return rc != 0;
}

typedef enum outcome { CONNECTED, REFUSED, SILENT, STRANGE } outcome;

/* Go on until it is connected or fails. Each host gets all of the time. *ret_stranger: who has answered, if that is no PostgreSQL. */
static outcome complete(PGconn *handle, int timeout, const char **ret_stranger)
{
	bool look = true;
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;
	const char *host = NULL;
	int64_t deadline = 0;

	while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
		const char *now = PQhost(handle);
		if (!host || strcmp(host, now) != 0) {
			deadline = timeout > 0 ? kin_clock_steady() + INT64_C(1000) * timeout : 0;
			look = true;
		}
		host = now;
		if (!wait_for(handle, status, deadline))
			return SILENT;
		if (look && status == PGRES_POLLING_READING) {
			if ((*ret_stranger = kin_pg_stranger(PQsocket(handle))))
				return STRANGE;
			look = false;
		}
		status = PQconnectPoll(handle);
	}
	return status == PGRES_POLLING_OK ? CONNECTED : REFUSED;
}

/* What is behind the n-th comma. NULL: there is none. */
static const char *behind_comma(const char *list, int n)
{
	for (; list && n > 0; n--)
		list = (list = strchr(list, ',')) ? list + 1 : NULL;
	return list;
}

/* How many commas are in front of the host that is being tried. */
static int place_in_list(const char *list, const char *host)
{
	size_t length = strlen(host);
	int n = 0;

	for (const char *at = list; at; at = behind_comma(at, 1), n++)
		if (strcspn(at, ",") == length && memcmp(at, host, length) == 0)
			return n;
	return 0;
}

/* Start at the list's `skip`-th host. NULL when memory is out. */
static PGconn *start(const kin_pg_config *config, int skip)
{
	size_t at = config->hosts_at, count = 0;
	PGconn *handle = NULL;

	while (config->keywords[count])
		count++;
	const char **values = kin_mem_alloc((count + 1) * sizeof(*values));
	if (!values)
		return NULL;
	memcpy(values, config->values, (count + 1) * sizeof(*values));
	values[at] = behind_comma(values[at], skip);
	const char *ports = behind_comma(values[at + 1], skip);
	values[at + 1] = ports ? ports : values[at + 1]; /* one port serves all hosts */
	handle = PQconnectStartParams(config->keywords, values, 0);
	kin_mem_free(values);
	if (handle) {
		PQsetErrorVerbosity(handle, PQERRORS_VERBOSE);
		PQsetNoticeProcessor(handle, ignore_notice, NULL);
	}
	return handle;
}

static int check_server(const kin_pg_config *config, PGconn *handle, kin_error *error)
{
	int version = PQserverVersion(handle);

	if (version >= OLDEST_SERVER)
		return KIN_OK;
	return kin_error_set(error, KIN_ECANTOPEN, "the server at %s is PostgreSQL %d.%d; kin needs %d or newer", config->place,
	                     version / 10000, version < 100000 ? version / 100 % 100 : version % 10000, OLDEST_SERVER / 10000);
}

/* What a pooler keeps up for a connection, whichever of the server's it uses. */
static int set_behind_pooler(const kin_pg_config *config, PGconn *handle, kin_error *error)
{
	PGresult *result = PQexec(handle, "SET TimeZone = 'UTC'; SET standard_conforming_strings = on; SET DateStyle = 'ISO'");
	int rc = PQresultStatus(result) == PGRES_COMMAND_OK ? KIN_OK : kin_pg_error_connect(config, handle, error);

	PQclear(result);
	return rc;
}

/* A pooler may have kept back what was asked for at the start. */
static int check_settings(const kin_pg_config *config, PGconn *handle, kin_error *error)
{
	static const char *const settings[][2] = {
		{ "TimeZone", "UTC" }, { "standard_conforming_strings", "on" }, { "client_encoding", "UTF8" },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		const char *value = PQparameterStatus(handle, settings[i][0]);
		if (!value || strcmp(value, settings[i][1]) != 0)
			return kin_error_set(error, KIN_ECANTOPEN,
			                     "the %s of the connection to %s is %s, and kin needs %s: a pooler in between, or a setting of "
			                     "the role, has changed it (for pgbouncer, ?pgbouncer=1 in the URL)",
			                     settings[i][0], config->place, value ? value : "not known", settings[i][1]);
	}
	return KIN_OK;
}

static int connect_to(const kin_pg_config *config, PGconn **ret_handle, kin_error *error)
{
	const char *stranger = NULL;
	outcome how = SILENT;
	PGconn *handle = NULL;
	int rc = KIN_OK;

	for (int skip = 0; how == SILENT || how == STRANGE; skip++) {
		const char *hosts = config->values[config->hosts_at];
		if (handle) {
			skip += place_in_list(behind_comma(hosts, skip - 1), PQhost(handle));
			PQfinish(handle);
			if (!behind_comma(hosts, skip))
				return how == STRANGE ? kin_pg_error_stranger(config, stranger, error) : kin_pg_error_timeout(config, error);
		}
		if (!(handle = start(config, skip)))
			return kin_error_nomem(error);
		how = PQstatus(handle) == CONNECTION_BAD ? REFUSED : complete(handle, config->timeout, &stranger);
	}
	if (how == REFUSED)
		rc = kin_pg_error_connect(config, handle, error);
	else if ((rc = check_server(config, handle, error)) == KIN_OK &&
	         (rc = config->pgbouncer ? set_behind_pooler(config, handle, error) : KIN_OK) == KIN_OK)
		rc = check_settings(config, handle, error);
	if (rc < 0) {
		PQfinish(handle);
		return rc;
	}
	PQsetErrorVerbosity(handle, PQERRORS_DEFAULT);
	*ret_handle = handle;
	return KIN_OK;
}

int kin_pg_open(kin_db *db, kin_connection **ret_connection, kin_error *error)
{
	kin_pg_connection *c = kin_mem_zalloc(sizeof(*c));
	int rc;

	if (!c)
		return kin_error_nomem(error);
	c->config = db->config;
	rc = connect_to(c->config, &c->handle, error);
	if (rc == KIN_OK)
		PQsetNoticeReceiver(c->handle, note_end, c);
	if (rc == KIN_OK && !(c->cancel = PQgetCancel(c->handle)))
		rc = kin_error_nomem(error);
	if (rc < 0) {
		kin_pg_close(&c->base);
		return rc;
	}
	*ret_connection = &c->base;
	return KIN_OK;
}

void kin_pg_close(kin_connection *connection)
{
	kin_pg_connection *c = kin_pg_of(connection);

	PQfreeCancel(c->cancel);
	PQfinish(c->handle);
	kin_vec_done(&c->types);
	kin_mem_free(c);
}

/* A server that went away has closed the socket: a look at it costs nothing, and saves a transaction that would fail. */
bool kin_pg_alive(const kin_connection *connection)
{
	const kin_pg_connection *c = (const kin_pg_connection *)connection;
	PGconn *handle = c->handle;
	struct pollfd socket = { .fd = PQsocket(handle), .events = POLLIN };

	if (PQstatus(handle) == CONNECTION_OK && poll(&socket, 1, 0) > 0) {
		PQconsumeInput(handle);
		PQisBusy(handle); /* reads what has come: note_end() */
	}
	return PQstatus(handle) == CONNECTION_OK && !c->ended;
}

/* An empty query, which says nothing and is answered. It gets the time that connecting may take. */
bool kin_pg_ping(kin_connection *connection)
{
	kin_pg_connection *c = kin_pg_of(connection);
	int64_t deadline = c->config->timeout > 0 ? kin_clock_steady() + INT64_C(1000) * c->config->timeout : 0;
	bool ok = PQsendQuery(c->handle, "") && PQflush(c->handle) == 0;

	c->unnamed = NULL;
	c->base.trips++;
	while (ok && PQisBusy(c->handle))
		ok = wait_for(c->handle, PGRES_POLLING_READING, deadline) && PQconsumeInput(c->handle);
	if (!ok)
		return false;
	PQclear(PQgetResult(c->handle));
	PQclear(PQgetResult(c->handle));
	return kin_pg_alive(connection);
}

void kin_pg_begin_work(kin_pg_connection *connection)
{
	__atomic_store_n(&connection->busy, true, __ATOMIC_RELEASE);
}

void kin_pg_end_work(kin_pg_connection *connection)
{
	PGTransactionStatusType status = PQtransactionStatus(connection->handle);

	__atomic_store_n(&connection->busy, false, __ATOMIC_RELEASE);
	connection->in_transaction = status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

/* Without a statement that runs the server would forget it, or stop the next one. */
void kin_pg_interrupt(kin_connection *connection)
{
	kin_pg_connection *c = kin_pg_of(connection);
	char ignored[256];

	if (!__atomic_load_n(&c->busy, __ATOMIC_ACQUIRE))
		return;
	__atomic_store_n(&c->interrupted, true, __ATOMIC_RELAXED);
	PQcancel(c->cancel, ignored, sizeof(ignored));
}
