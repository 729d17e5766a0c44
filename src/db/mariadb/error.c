/* error.c - what MariaDB's error numbers mean, as sentences.
 *
 * What an error is about, the constraint or the column, is in its message only. The session asks for English ones, whose form has not
 * changed for many versions; a message that is not as expected is passed on without a name. */
#include <errmsg.h>
#include <mysqld_error.h>

#include "base/text.h"
#include "db/mariadb/driver.h"
#include "sql/lex.h"

/* What the server said. */
typedef struct report {
	unsigned int number;
	const char  *message;
	const char  *sql; /* NULL: none */
	kin_arena    arena;
} report;

/* What stands in the message behind `before`, up to `end`. "" if there is no such thing. */
static const char *part(report *r, const char *before, char end)
{
	const char *start = strstr(r->message, before), *stop = start ? strchr(start + strlen(before), end) : NULL;
	const char *text = stop ? kin_arena_strndup(&r->arena, start + strlen(before), (size_t)(stop - start) - strlen(before)) : "";

	return text ? text : "";
}

static const char *behind_dot(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot + 1 : name;
}

/* The table that a statement writes, which MariaDB does not say. "" if that is not clear. */
static const char *table_of(report *r)
{
	kin_token token;
	kin_lex lex;

	kin_lex_init(&lex, r->sql ? r->sql : "", r->sql ? strlen(r->sql) : 0, 1);
	do
		token = kin_lex_next(&lex);
	while (token.kind != KIN_TOKEN_END && !kin_token_is(&token, "INTO") && !kin_token_is(&token, "UPDATE") &&
	       !kin_token_is(&token, "FROM"));
	token = kin_lex_next(&lex);
	if (kin_token_is(&token, "IGNORE"))
		token = kin_lex_next(&lex);
	for (kin_lex ahead = lex;;) {
		kin_token dot = kin_lex_next(&ahead);
		if (!kin_token_is_punct(&dot, "."))
			break;
		token = kin_lex_next(&ahead);
	}
	const char *name = kin_token_is_name(&token) ? kin_token_text(&r->arena, &token) : "";
	return name ? name : "";
}

/* ---- constraints ---- */

static int not_null(report *r, const char *column, kin_error *error)
{
	const char *table = table_of(r);
	const char *name = kin_arena_printf(&r->arena, "%s%s%s", table, *table ? "." : "", column);

	return name ? kin_error_about(error, KIN_ENOTNULL, name, "%s must not be NULL", name) : kin_error_nomem(error);
}

static int duplicate(report *r, kin_error *error)
{
	const char *name = behind_dot(part(r, "for key '", '\'')), *table = table_of(r);

	return kin_error_about(error, KIN_EUNIQUE, name, "there is a row with the same key in %s already (%s): %s",
	             *table ? table : "the table", name, r->message);
}

static int foreign(report *r, kin_error *error)
{
	const char *name = part(r, "CONSTRAINT `", '`');

	if (r->number == ER_ROW_IS_REFERENCED || r->number == ER_ROW_IS_REFERENCED_2)
		return kin_error_about(error, KIN_EFOREIGN, name, "a row is still pointed at by the foreign key %s: %s", name, r->message);
	return kin_error_about(error, KIN_EFOREIGN, name, "the foreign key %s would point at no row: %s", name, r->message);
}

static int check(report *r, kin_error *error)
{
	const char *name = part(r, "CONSTRAINT `", '`');

	return kin_error_about(error, KIN_ECHECK, name, "a value does not satisfy the check %s", *name ? name : r->message);
}

/* The i of: for column 'i' at row 1; for column `kin`.`t`.`i` at row 1. */
static const char *column_in(report *r)
{
	const char *names = strstr(r->message, "column `"), *last;

	if (!names)
		return part(r, "column '", '\'');
	for (last = names; (last = strstr(last, "`.`")); last += 3)
		names = last;
	last = strchr(names, '`') + 1;
	last += strncmp(last, ".`", 2) == 0 ? 2 : 0;
	const char *name = kin_arena_strndup(&r->arena, last, strcspn(last, "`"));
	return name ? name : "";
}

static int about_column(report *r, int code, kin_error *error)
{
	return kin_error_about(error, code, column_in(r), "%s", r->message);
}

/* Incorrect string value: '\xE6\xBC\xA2' for column `kin`.`t`.`v` */
static int incorrect_value(report *r, kin_error *error)
{
	if (!strstr(r->message, "Incorrect string value"))
		return about_column(r, KIN_EVALUE, error);
	return kin_error_set(error, KIN_EVALUE,
	                     "%s: the column's character set has no such character; ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4 "
	                     "changes that", r->message);
}

/* ---- names that are not there ---- */

static int missing(const char *name, const char *what, const char *message, kin_error *error)
{
	if (!*name)
		return kin_error_set(error, KIN_ENOTABLE, "%s", message);
	return kin_error_about(error, KIN_ENOTABLE, name, "%s %s; has `kin db upgrade` been run?", what, name);
}

/* ---- the rest ---- */

/* The last two are of a node of a cluster that has lost the others: it refuses what is said to it, or cannot pass on what a transaction
 * has written, and then nobody knows what the others have of that. */
static bool is_lost(unsigned int number)
{
	switch (number) {
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_LOST:
	case CR_SERVER_LOST_EXTENDED:
	case CR_CONN_HOST_ERROR:
	case CR_CONNECTION_ERROR:
	case CR_MALFORMED_PACKET:
	case ER_CONNECTION_KILLED:
	case ER_SERVER_SHUTDOWN:
	case ER_NORMAL_SHUTDOWN:
	case ER_NET_PACKETS_OUT_OF_ORDER:
	case ER_NET_READ_ERROR:
	case ER_NET_READ_INTERRUPTED:
	case ER_NET_ERROR_ON_WRITE:
	case ER_NET_WRITE_INTERRUPTED:
	case ER_NEW_ABORTING_CONNECTION:
	case ER_FORCING_CLOSE:
	case ER_UNKNOWN_COM_ERROR:
	case ER_ERROR_DURING_COMMIT:
		return true;
	default:
		return false;
	}
}

/* Numbers that one code and the server's own words do for. */
static const struct meaning {
	unsigned int number;
	int          code;
	const char  *prefix;
} meanings[] = {
	{ ER_OUT_OF_RESOURCES, KIN_ENOMEM, NULL },
	{ CR_OUT_OF_MEMORY, KIN_ENOMEM, NULL },
	{ ER_LOCK_DEADLOCK, KIN_ESERIALIZE, "another transaction was in the way; roll back and try the transaction again" },
	{ ER_CHECKREAD, KIN_ESERIALIZE, "another transaction was in the way; roll back and try the transaction again" },
	{ ER_XA_RBDEADLOCK, KIN_ESERIALIZE, "another transaction was in the way; roll back and try the transaction again" },
	{ ER_QUERY_INTERRUPTED, KIN_EINTERRUPT, NULL },
	{ ER_STATEMENT_TIMEOUT, KIN_EINTERRUPT, "interrupted" },
	{ ER_CANT_CREATE_THREAD, KIN_ETOOMANY, NULL },
	{ ER_CON_COUNT_ERROR, KIN_ETOOMANY, NULL },
	{ ER_TOO_MANY_USER_CONNECTIONS, KIN_ETOOMANY, NULL },
	{ ER_USER_LIMIT_REACHED, KIN_ETOOMANY, NULL },
	{ ER_OPTION_PREVENTS_STATEMENT, KIN_EREADONLY, NULL },
	{ ER_READ_ONLY_MODE, KIN_EREADONLY, NULL },
	{ ER_OPEN_AS_READONLY, KIN_EREADONLY, NULL },
	{ ER_ACCESS_DENIED_ERROR, KIN_EAUTH, NULL },
	{ ER_DBACCESS_DENIED_ERROR, KIN_EAUTH, NULL },
	{ ER_TABLEACCESS_DENIED_ERROR, KIN_EAUTH, NULL },
	{ ER_COLUMNACCESS_DENIED_ERROR, KIN_EAUTH, NULL },
	{ ER_SPECIFIC_ACCESS_DENIED_ERROR, KIN_EAUTH, NULL },
	{ ER_BAD_DB_ERROR, KIN_ECANTOPEN, NULL },
	{ ER_NO_DB_ERROR, KIN_ECANTOPEN, "the database URL names no database: mysql://user@host/database" },
	{ ER_DISK_FULL, KIN_EFULL, "no room is left for the database" },
	{ ER_RECORD_FILE_FULL, KIN_EFULL, "no room is left for the database" },
	{ ER_DATA_TOO_LONG, KIN_ELENGTH, NULL },
	{ ER_NET_PACKET_TOO_LARGE, KIN_ELENGTH, "more than the server's max_allowed_packet" },
	{ CR_NET_PACKET_TOO_LARGE, KIN_ELENGTH, "more than the server's max_allowed_packet" },
	{ ER_WARN_DATA_OUT_OF_RANGE, KIN_ERANGE, NULL },
	{ ER_DATA_OUT_OF_RANGE, KIN_ERANGE, NULL },
	{ ER_DATETIME_FUNCTION_OVERFLOW, KIN_ERANGE, NULL },
	{ ER_TRUNCATED_WRONG_VALUE, KIN_EVALUE, NULL },
	{ ER_WRONG_VALUE, KIN_EVALUE, NULL },
	{ WARN_DATA_TRUNCATED, KIN_EVALUE, NULL },
	{ ER_DB_CREATE_EXISTS, KIN_EEXISTS, NULL },
	{ ER_TABLE_EXISTS_ERROR, KIN_EEXISTS, NULL },
	{ ER_DUP_FIELDNAME, KIN_EEXISTS, NULL },
	{ ER_DUP_KEYNAME, KIN_EEXISTS, NULL },
	{ ER_TRG_ALREADY_EXISTS, KIN_EEXISTS, NULL },
	{ ER_SP_ALREADY_EXISTS, KIN_EEXISTS, NULL },
	{ ER_DUP_CONSTRAINT_NAME, KIN_EEXISTS, NULL },
	{ ER_PARSE_ERROR, KIN_ESYNTAX, "MariaDB does not understand the SQL" },
	{ ER_EMPTY_QUERY, KIN_ESYNTAX, NULL },
	{ ER_WRONG_VALUE_COUNT, KIN_ESYNTAX, "MariaDB does not understand the SQL" },
	{ ER_WRONG_VALUE_COUNT_ON_ROW, KIN_ESYNTAX, "MariaDB does not understand the SQL" },
	{ ER_WRONG_NUMBER_OF_COLUMNS_IN_SELECT, KIN_ESYNTAX, "MariaDB does not understand the SQL" },
	{ ER_NON_UNIQ_ERROR, KIN_ESYNTAX, "MariaDB does not understand the SQL" },
	{ ER_SP_DOES_NOT_EXIST, KIN_ESYNTAX, "MariaDB does not understand the SQL" },
	{ ER_CRASHED_ON_USAGE, KIN_ENOTADB, "the database is damaged" },
	{ ER_NOT_KEYFILE, KIN_ENOTADB, "the database is damaged" },
};

static int by_table(const report *r, kin_error *error)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++) {
		const struct meaning *m = &meanings[i];
		if (r->number != m->number)
			continue;
		if (m->code == KIN_ENOMEM)
			return kin_error_nomem(error);
		return kin_error_set(error, m->code, "%s%s%s", m->prefix ? m->prefix : "", m->prefix ? ": " : "", r->message);
	}
	return kin_error_set(error, KIN_EDB, "%s (MariaDB's error %u)", r->message, r->number);
}

static int lock_timeout(const kin_maria_connection *c, kin_error *error)
{
	return kin_error_set(error, KIN_EBUSY,
	                     "a lock is held by another session; waited %u s. Try again when it is done, or wait longer with "
	                     "?timeout=… in the URL", c->config->lock_timeout);
}

static int explain(const kin_maria_connection *c, report *r, kin_error *error)
{
	switch (r->number) {
	case ER_BAD_NULL_ERROR:
		return not_null(r, part(r, "Column '", '\''), error);
	case ER_NO_DEFAULT_FOR_FIELD:
		return not_null(r, part(r, "Field '", '\''), error);
	case ER_DUP_ENTRY:
	case ER_DUP_ENTRY_WITH_KEY_NAME:
	case ER_DUP_UNKNOWN_IN_INDEX:
		return duplicate(r, error);
	case ER_NO_REFERENCED_ROW:
	case ER_NO_REFERENCED_ROW_2:
	case ER_ROW_IS_REFERENCED:
	case ER_ROW_IS_REFERENCED_2:
		return foreign(r, error);
	case ER_CONSTRAINT_FAILED:
		return check(r, error);
	case ER_DATA_TOO_LONG:
	case ER_WARN_DATA_OUT_OF_RANGE:
	case WARN_DATA_TRUNCATED:
		return about_column(r, r->number == ER_DATA_TOO_LONG            ? KIN_ELENGTH
		                       : r->number == ER_WARN_DATA_OUT_OF_RANGE ? KIN_ERANGE
		                                                                : KIN_EVALUE, error);
	case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
		return incorrect_value(r, error);
	case ER_NO_SUCH_TABLE:
		return missing(behind_dot(part(r, "Table '", '\'')), "the database has no table", r->message, error);
	case ER_BAD_TABLE_ERROR:
		return missing(behind_dot(part(r, "Unknown table '", '\'')), "the database has no table", r->message, error);
	case ER_BAD_FIELD_ERROR:
		return missing(part(r, "Unknown column '", '\''), "there is no column", r->message, error);
	case ER_LOCK_WAIT_TIMEOUT:
		return lock_timeout(c, error);
	case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
		return c->config->read_only ? kin_error_set(error, KIN_EREADONLY, "the database was opened read-only")
		                            : kin_error_set(error, KIN_EREADONLY, "%s", r->message);
	default:
		return by_table(r, error);
	}
}

static report report_of(const kin_maria_connection *c, MYSQL_STMT *handle, const char *sql)
{
	bool own = handle && mysql_stmt_errno(handle) != 0;

	return (report){
		.number  = own ? mysql_stmt_errno(handle) : mysql_errno(c->handle),
		.message = own ? mysql_stmt_error(handle) : mysql_error(c->handle),
		.sql     = sql,
	};
}

static int finish(report *r, int rc, kin_error *error)
{
	if (r->sql && rc != KIN_ENOMEM)
		kin_error_note_sql(error, r->sql);
	kin_arena_done(&r->arena);
	return rc;
}

/* ---- connections that go ---- */

static void note_lost(kin_maria_connection *c)
{
	c->lost = true;
	c->in_transaction = false;
}

int kin_maria_error_gone(kin_maria_connection *connection, const char *sql, kin_error *error)
{
	const char *message = mysql_error(connection->handle);
	bool refused = mysql_errno(connection->handle) == ER_UNKNOWN_COM_ERROR;
	int rc;

	note_lost(connection);
	rc = kin_error_set(error, KIN_ECONNECTION, "%s at %s is gone, and with it the transaction%s%s",
	                   refused ? "the node of the cluster that served" : "the connection to the server", connection->config->place,
	                   *message ? ": " : "", message);
	if (sql)
		kin_error_note_sql(error, sql);
	return rc;
}

static int unknown_outcome(kin_maria_connection *c, const report *r, kin_maria_effect effect, kin_error *error)
{
	note_lost(c);
	return kin_error_set(error, KIN_EUNKNOWN,
	                     "the connection to the server at %s went during %s, so it is not known whether it was saved: look "
	                     "before trying it again: %s",
	                     c->config->place, effect == KIN_MARIA_COMMITS ? "the COMMIT" : "a statement", r->message);
}

bool kin_maria_is_about_a_row(int code)
{
	return code <= KIN_ENOTNULL && code >= KIN_EVALUE;
}

int kin_maria_error_sent(kin_maria_connection *connection, MYSQL_STMT *handle, kin_maria_effect effect, bool alone,
                         const char *sql, kin_error *error)
{
	report r = report_of(connection, handle, sql);
	bool matters = effect == KIN_MARIA_COMMITS || (effect == KIN_MARIA_WRITES && alone);

	/* what could not even be sent, or was refused, has not been done */
	if (is_lost(r.number) && matters && r.number != CR_SERVER_GONE_ERROR && r.number != ER_UNKNOWN_COM_ERROR)
		return finish(&r, unknown_outcome(connection, &r, effect, error), error);
	if (is_lost(r.number))
		return kin_maria_error_gone(connection, sql, error);
	int rc = finish(&r, explain(connection, &r, error), error);
	/* a deadlock ends the whole transaction, and so may more; an error does not say so */
	if (!kin_maria_is_about_a_row(rc) && (connection->in_transaction || effect == KIN_MARIA_COMMITS))
		kin_maria_ask_transaction(connection);
	return rc;
}

/* ---- connecting ---- */

static int no_database(const kin_maria_config *config, kin_error *error)
{
	return kin_error_about(error, KIN_ECANTOPEN, config->database, "the server at %s has no database %s; CREATE DATABASE %s CHARACTER SET utf8mb4 makes it",
	             config->place, config->database, config->database);
}

static int not_let_in(const kin_maria_config *config, const char *message, kin_error *error)
{
	const char *user = config->user ? config->user : "of this process";

	if (!config->password && strstr(message, "using password: NO"))
		return kin_error_set(error, KIN_EAUTH,
		                     "the server at %s does not let user %s in without a password, and the database URL has none: "
		                     "mysql://user:password@host/database: %s", config->place, user, message);
	return kin_error_set(error, KIN_EAUTH,
	                     "the server at %s does not let user %s in: %s; check user and password in the database URL",
	                     config->place, user, message);
}

enum { TLS_REQUIRED = 3159 }; /* ER_SECURE_TRANSPORT_REQUIRED, which the client library's header has no name for */

/* It listens, and what it says is not how a MariaDB server begins. */
static int no_greeting(const kin_maria_config *config, const kin_maria_host *host, const char *message, kin_error *error)
{
	const char *who = kin_maria_stranger(host);

	if (who)
		return kin_error_set(error, KIN_ECANTOPEN,
		                     "what answers at %s is no MariaDB server but %s; check host and port in the database URL", config->place, who);
	return kin_error_set(error, KIN_ECANTOPEN,
	                     "cannot connect to the MariaDB server at %s: %s; if it is something else that listens there, check host and "
	                     "port in the database URL", config->place, message);
}

int kin_maria_error_connect(const kin_maria_config *config, const kin_maria_host *host, MYSQL *handle, bool *ret_next, kin_error *error)
{
	unsigned int number = mysql_errno(handle);
	const char *message = mysql_error(handle);
	bool next = false;
	int rc;

	switch (number) {
	case ER_BAD_DB_ERROR:
		rc = no_database(config, error);
		break;
	case ER_ACCESS_DENIED_ERROR:
	case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
	case ER_DBACCESS_DENIED_ERROR:
	case ER_HOST_NOT_PRIVILEGED:
	case ER_HOST_IS_BLOCKED:
	case ER_ACCOUNT_HAS_BEEN_LOCKED:
	case ER_MUST_CHANGE_PASSWORD_LOGIN:
	case CR_AUTH_PLUGIN_CANNOT_LOAD:
		rc = not_let_in(config, message, error);
		break;
	case ER_CON_COUNT_ERROR:
	case ER_TOO_MANY_USER_CONNECTIONS:
	case ER_USER_LIMIT_REACHED:
		next = number == ER_CON_COUNT_ERROR;
		rc = kin_error_set(error, KIN_ETOOMANY, "the server at %s has no connection left: %s", config->place, message);
		break;
	case TLS_REQUIRED:
		rc = kin_error_set(error, KIN_EAUTH, "the server at %s lets nobody in without TLS: let the database URL ask for it, "
		                   "?ssl_mode=required: %s", config->place, message);
		break;
	case CR_OUT_OF_MEMORY:
		rc = kin_error_nomem(error);
		break;
	case CR_SERVER_LOST:
	case CR_SERVER_LOST_EXTENDED:
	case CR_SERVER_GONE_ERROR:
	case CR_MALFORMED_PACKET:
	case CR_VERSION_ERROR:
	case CR_UNKNOWN_ERROR:
		next = true;
		rc = no_greeting(config, host, message, error);
		break;
	default:
		next = true;
		rc = kin_error_set(error, KIN_ECANTOPEN, "cannot connect to the MariaDB server at %s: %s", config->place, message);
	}
	if (ret_next)
		*ret_next = next;
	return rc;
}
