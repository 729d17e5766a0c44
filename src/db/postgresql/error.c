/* error.c - what PostgreSQL's SQLSTATEs mean, as sentences. The codes do not depend on the server's language; its messages do,
 * so they are passed on, and read only where there is nothing else. */
#include <ctype.h>
#include <stdlib.h>

#include "db/postgresql/driver.h"

/* What the server said, in parts. "" where it said nothing. */
typedef struct report {
	const char *state;
	const char *message;
	const char *detail;
	const char *hint;
	const char *table;
	const char *column;
	const char *constraint;
} report;

static const char *field(const PGresult *result, int code)
{
	const char *text = PQresultErrorField(result, code);

	return text ? text : "";
}

static report report_of(const PGresult *result)
{
	return (report){
		.state      = field(result, PG_DIAG_SQLSTATE),
		.message    = field(result, PG_DIAG_MESSAGE_PRIMARY),
		.detail     = field(result, PG_DIAG_MESSAGE_DETAIL),
		.hint       = field(result, PG_DIAG_MESSAGE_HINT),
		.table      = field(result, PG_DIAG_TABLE_NAME),
		.column     = field(result, PG_DIAG_COLUMN_NAME),
		.constraint = field(result, PG_DIAG_CONSTRAINT_NAME),
	};
}

/* "message: detail (hint)" */
static int pass_on(const report *r, int code, kin_error *error)
{
	return kin_error_set(error, code, "%s%s%s%s%s%s", r->message, *r->detail ? ": " : "", r->detail, *r->hint ? " (" : "",
	                     r->hint, *r->hint ? ")" : "");
}

static int not_null(const report *r, kin_error *error)
{
	kin_text name;

	kin_text_init(&name);
	kin_text_addf(&name, "%s.%s", r->table, r->column);
	int rc = kin_text_ok(&name) ? kin_error_about(error, KIN_ENOTNULL, name.data, "%s must not be NULL", name.data)
	                            : kin_error_nomem(error);
	kin_text_done(&name);
	return rc;
}

static int constraint(const report *r, kin_error *error)
{
	const char *name = r->constraint;

	if (strcmp(r->state, "23502") == 0)
		return not_null(r, error);
	if (strcmp(r->state, "23505") == 0)
		return kin_error_about(error, KIN_EUNIQUE, name, "there is a row with the same key in %s already (%s): %s", r->table, name,
		             r->detail);
	if (strcmp(r->state, "23P01") == 0)
		return kin_error_about(error, KIN_EUNIQUE, name, "a row in %s excludes this one (%s): %s", r->table, name, r->detail);
	if (strcmp(r->state, "23503") == 0 || strcmp(r->state, "23001") == 0)
		return kin_error_about(error, KIN_EFOREIGN, name, "the foreign key %s would point at no row: %s", name, r->detail);
	if (strcmp(r->state, "23514") == 0)
		return kin_error_about(error, KIN_ECHECK, name, "a value does not satisfy the check %s", *name ? name : r->message);
	return pass_on(r, KIN_EDB, error);
}

/* The first name in quotes in a message is what is missing: pets in `relation "pets" does not exist`. */
static int missing(const report *r, const char *what, const char *remedy, kin_error *error)
{
	const char *quote = strchr(r->message, '"');
	kin_text name;

	if (!quote)
		return pass_on(r, KIN_ENOTABLE, error);
	kin_text_init(&name);
	kin_text_add_n(&name, quote + 1, strcspn(quote + 1, "\""));
	int rc = kin_text_ok(&name) ? kin_error_about(error, KIN_ENOTABLE, name.data, "%s %s; %s", what, name.data, remedy)
	                            : kin_error_nomem(error);
	kin_text_done(&name);
	return rc;
}

/* SQLSTATEs that one code and the server's own words do for. A shorter one stands for all that begin so; the first that fits
 * counts. */
static const struct meaning {
	const char *state;
	int         code;
	const char *prefix;
} meanings[] = {
	{ "08", KIN_ECONNECTION, "" },
	{ "0A", KIN_EDB, "PostgreSQL cannot do this: " },
	{ "22001", KIN_ELENGTH, "" },
	{ "22003", KIN_ERANGE, "" },
	{ "22008", KIN_ERANGE, "" },
	{ "22012", KIN_EDB, "" },
	{ "2201", KIN_EDB, "" },
	{ "22023", KIN_EINVAL, "" },
	{ "22", KIN_EVALUE, "" },
	{ "25006", KIN_EREADONLY, "" },
	{ "25P02", KIN_EDB, "an earlier statement of this transaction failed, so nothing runs in it any more; roll back: " },
	{ "25P03", KIN_ECONNECTION, "" },
	{ "28", KIN_EAUTH, "" },
	{ "2BP01", KIN_EDB, "" },
	{ "3B001", KIN_EDB, "" },
	{ "3D000", KIN_ECANTOPEN, "" },
	{ "40002", KIN_EFOREIGN, "" },
	{ "40003", KIN_EUNKNOWN, "" },
	{ "40", KIN_ESERIALIZE, "another transaction was in the way; roll back and try the transaction again: " },
	{ "42501", KIN_EAUTH, "" },
	{ "42701", KIN_EEXISTS, "" },
	{ "42710", KIN_EEXISTS, "" },
	{ "42712", KIN_ESYNTAX, "" },
	{ "42723", KIN_EEXISTS, "" },
	{ "42804", KIN_EVALUE, "" },
	{ "42P04", KIN_EEXISTS, "" },
	{ "42P06", KIN_EEXISTS, "" },
	{ "42P07", KIN_EEXISTS, "" },
	{ "42", KIN_ESYNTAX, "PostgreSQL does not understand the SQL: " },
	{ "44000", KIN_ECHECK, "" },
	{ "53100", KIN_EFULL, "no room is left for the database: " },
	{ "53300", KIN_ETOOMANY, "" },
	{ "54", KIN_EDB, "" },
	{ "55P03", KIN_EBUSY, "" },
	{ "55006", KIN_EBUSY, "" },
	{ "57P", KIN_ECONNECTION, "" },
	{ "58", KIN_EIO, "" },
	{ "P0001", KIN_ECHECK, "" },
	{ "XX001", KIN_ENOTADB, "the database is damaged: " },
	{ "XX002", KIN_ENOTADB, "the database is damaged: " },
};

static int by_table(const report *r, kin_error *error)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++) {
		const struct meaning *m = &meanings[i];
		if (strncmp(r->state, m->state, strlen(m->state)) != 0)
			continue;
		int rc = pass_on(r, m->code, error);
		if (*m->prefix && rc == m->code && error)
			rc = kin_error_context(error, "%.*s", (int)strlen(m->prefix) - 2, m->prefix);
		return rc;
	}
	return kin_error_set(error, KIN_EDB, "%s%s%s (SQLSTATE %s)", r->message, *r->detail ? ": " : "", r->detail, r->state);
}

static int explain(kin_pg_connection *c, const report *r, kin_error *error)
{
	if (strncmp(r->state, "23", 2) == 0)
		return constraint(r, error);
	if (strcmp(r->state, "42P01") == 0)
		return missing(r, "the database has no table", "has `kin db upgrade` been run?", error);
	if (strcmp(r->state, "42703") == 0)
		return missing(r, "there is no column", "has `kin db upgrade` been run?", error);
	if (strcmp(r->state, "3F000") == 0)
		return missing(r, "the database has no schema", "the search_path names none that exists", error);
	if (strcmp(r->state, "57014") == 0)
		return __atomic_exchange_n(&c->interrupted, false, __ATOMIC_RELAXED)
			? kin_error_set(error, KIN_EINTERRUPT, "interrupted") /* else by a timeout, or an administrator */
			: pass_on(r, KIN_EINTERRUPT, error);
	if (strcmp(r->state, "55P03") == 0 && c->config->busy_timeout > 0)
		return kin_error_set(error, KIN_EBUSY,
		                     "a lock is held by another session; waited %d ms. Try again when it is done, or wait longer "
		                     "with ?timeout=… in the URL", c->config->busy_timeout);
	if (strcmp(r->state, "25006") == 0)
		return c->config->read_only
			? kin_error_set(error, KIN_EREADONLY, "the database was opened read-only")
			: kin_error_set(error, KIN_EREADONLY,
		                    "the server at %s cannot be written, it is a replica or set so: %s. With all servers in the URL the one "
		                    "that can be is found: postgresql://h1,h2/database?target_session_attrs=read-write",
		                    c->config->place, r->message);
	if (strcmp(r->state, "42601") == 0 && strstr(r->message, "multiple commands"))
		return kin_error_set(error, KIN_EINVAL, "this has to be one statement, and after its ; there is another one");
	return by_table(r, error);
}

/* libpq's own complaint, in one line. */
static int from_libpq(kin_pg_connection *c, kin_error *error)
{
	const char *message = PQerrorMessage(c->handle);
	int length = (int)strcspn(message, "\n");

	if (strstr(message, "out of memory"))
		return kin_error_nomem(error);
	return kin_error_set(error, KIN_EDB, "%.*s", length, message);
}

int kin_pg_error(kin_pg_connection *connection, const PGresult *result, const char *sql, kin_error *error)
{
	report r = report_of(result);
	int rc = *r.state ? explain(connection, &r, error) : from_libpq(connection, error);

	if (sql && rc != KIN_ENOMEM)
		kin_error_note_sql(error, sql);
	return rc;
}

int kin_pg_error_lost(kin_pg_connection *connection, kin_pg_effect effect, const char *sql, kin_error *error)
{
	const char *message = PQerrorMessage(connection->handle), *place = connection->config->place;
	int length = (int)strcspn(message, "\n"), rc;

	if (effect == KIN_PG_READS)
		rc = kin_error_set(error, KIN_ECONNECTION,
		                   "the connection to the server at %s is gone, and with it the transaction; roll back and try it again: "
		                   "%.*s", place, length, message);
	else
		rc = kin_error_set(error, KIN_EUNKNOWN,
		                   "the connection to the server at %s went during %s, so it is not known whether it was saved: look "
		                   "before trying it again: %.*s",
		                   place, effect == KIN_PG_COMMITS ? "the COMMIT" : "a statement", length, message);
	if (sql)
		kin_error_note_sql(error, sql);
	return rc;
}

/* ---- connecting ---- */

/* The last SQLSTATE in a message of several lines, "FATAL:  28P01: no pg_hba.conf entry …", and what is behind it. */
static const char *state_in(const char *message, char state[6])
{
	const char *found = NULL;

	state[0] = '\0';
	for (const char *at = message; (at = strstr(at, ":  ")); at++) {
		const char *code = at + 3;
		size_t length = 0;
		while (isdigit((unsigned char)code[length]) || isupper((unsigned char)code[length]))
			length++;
		if (length != 5 || code[5] != ':')
			continue;
		memcpy(state, code, 5);
		state[5] = '\0';
		found = code + 7;
	}
	return found;
}

/* libpq's message without line breaks and without where in the server's source it arose. */
static void add_in_one_line(kin_text *out, const char *message)
{
	while (*message) {
		size_t length = strcspn(message, "\n");
		bool location = strncmp(message, "LOCATION:", 9) == 0;
		const char *start = message + strspn(message, "\t ");
		size_t kept = length - (size_t)(start - message);
		if (!location && kept > 0) {
			if (out->length > 0)
				kin_text_add(out, "; ");
			kin_text_add_n(out, start, kept);
		}
		message += length + (message[length] == '\n');
	}
}

static int cannot_connect(const kin_pg_config *config, const char *message, kin_error *error)
{
	kin_text reason;

	kin_text_init(&reason);
	add_in_one_line(&reason, message);
	int rc = kin_text_ok(&reason) ? kin_error_set(error, KIN_ECANTOPEN, "cannot connect to the PostgreSQL server at %s: %s",
	                                              config->place, reason.data)
	                              : kin_error_nomem(error);
	kin_text_done(&reason);
	return rc;
}

int kin_pg_error_connect(const kin_pg_config *config, PGconn *handle, kin_error *error)
{
	const char *message = PQerrorMessage(handle);
	char state[6];
	const char *said = state_in(message, state);
	int length = said ? (int)strcspn(said, "\n") : 0;
	const char *user = PQuser(handle), *database = PQdb(handle);

	if (strcmp(state, "3D000") == 0)
		return kin_error_about(error, KIN_ECANTOPEN, database,
		             "the server at %s has no database %s; `createdb %s`, or CREATE DATABASE, makes it", config->place, database,
		             database);
	if (strncmp(state, "28", 2) == 0) {
		bool plain = said && (strstr(said, "no encryption") || strstr(said, "SSL off"));
		return kin_error_set(error, KIN_EAUTH,
		                     "the server at %s does not let user %s in: %.*s; check user and password in the database URL%s",
		                     config->place, user, length, said, plain ? ", or let it use TLS, ?sslmode=require" : "");
	}
	if (PQconnectionNeedsPassword(handle))
		return kin_error_set(error, KIN_EAUTH,
		                     "the server at %s wants a password of user %s, and the database URL has none: "
		                     "postgresql://user:password@host/database", config->place, user);
	if (strcmp(state, "53300") == 0)
		return kin_error_set(error, KIN_ETOOMANY,
		                     "the server at %s has no connection left: %.*s; let programs keep fewer (pool_size, max_overflow), raise "
		                     "max_connections there, or put pgbouncer in front of it", config->place, length, said);
	if (strcmp(state, "57P03") == 0)
		return kin_error_set(error, KIN_ECANTOPEN, "the server at %s is not ready: %.*s; try again in a moment", config->place,
		                     length, said);
	if (strstr(message, "out of memory"))
		return kin_error_nomem(error);
	if (strcmp(state, "08P01") == 0)
		return kin_error_set(error, KIN_ECANTOPEN,
		                     "what is at %s does not let kin say its settings at the start: %.*s; if that is pgbouncer, the URL needs "
		                     "?pgbouncer=1", config->place, length, said);
	if (strstr(message, "does not support SSL"))
		return kin_error_set(error, KIN_ECANTOPEN,
		                     "the server at %s offers no TLS, and sslmode in the database URL insists on it; set ssl = on there, or "
		                     "?sslmode=prefer to go without where there is none", config->place);
	return cannot_connect(config, message, error);
}

int kin_pg_error_stranger(const kin_pg_config *config, const char *who, kin_error *error)
{
	return kin_error_set(error, KIN_ECANTOPEN,
	                     "what answers at %s is no PostgreSQL server but %s; check host and port in the database URL",
	                     config->place, who);
}

int kin_pg_error_timeout(const kin_pg_config *config, kin_error *error)
{
	return kin_error_set(error, KIN_ECANTOPEN,
	                     "cannot connect to the PostgreSQL server at %s: no answer within %d s; ?connect_timeout=… in the URL "
	                     "changes how long to wait", config->place, config->timeout / 1000);
}
