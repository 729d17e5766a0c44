/* error.c - what a node's failures mean, and what is to be said when there is no node any more, as sentences. */
#include <sqlite3.h>

#include "db/dqlite/driver.h"
#include "db/sqlite/meaning.h"

static int busy(const kin_dqlite_connection *c, int64_t waited, kin_error *error)
{
	const char *name = c->config->database;

	if (waited >= 0 && c->config->busy_timeout > 0)
		return kin_error_set(error, KIN_EBUSY,
		                     "the database %s is locked by another session; waited %lld ms. Try again when it is done, or wait "
		                     "longer with ?timeout=… in the URL", name, (long long)waited);
	if (waited >= 0)
		return kin_error_set(error, KIN_EBUSY, "the database %s is locked by another session, and ?timeout=0 in the URL does not wait",
		                     name);
	return kin_error_set(error, KIN_ESERIALIZE,
	                     "another session wrote to %s since this transaction began to read, so it cannot write; roll back and try the "
	                     "transaction again", name);
}

static int explain(kin_dqlite_connection *c, int64_t waited, kin_error *error)
{
	const char *message = c->message.data, *name = c->config->database;
	int rc = kin_sqlite_meaning(c->code, message, error);

	if (rc < 0)
		return rc;
	switch (c->code & 0xff) {
	case SQLITE_BUSY:
		return busy(c, waited, error);
	case SQLITE_NOMEM:
		return kin_error_set(error, KIN_EFULL, "the node at %s is out of memory", c->node.data);
	case SQLITE_INTERRUPT:
		return kin_error_set(error, KIN_EINTERRUPT, "interrupted");
	case SQLITE_READONLY:
		return c->config->read_only
			? kin_error_set(error, KIN_EREADONLY, "the database %s was opened read-only", name)
			: kin_error_set(error, KIN_EREADONLY, "the database %s cannot be written: %s", name, message);
	case SQLITE_FULL:
		return kin_error_set(error, KIN_EFULL, "no room is left for the database %s: a node's disk is full, or it has reached its "
		                                       "largest size", name);
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return kin_error_set(error, KIN_ENOTADB, "the database %s is damaged (%s); PRAGMA integrity_check says where", name, message);
	case SQLITE_TOOBIG:
		return kin_error_set(error, KIN_ELENGTH, "a text, blob or statement is longer than SQLite takes: %s", message);
	default:
		return kin_error_set(error, KIN_EDB, "%s (dqlite's code %d)", message, c->code);
	}
}

int kin_dqlite_error(kin_dqlite_connection *c, int64_t waited, const char *sql, kin_error *error)
{
	int rc = kin_text_ok(&c->message) ? explain(c, waited, error) : kin_error_nomem(error);

	if (sql && rc != KIN_ENOMEM)
		kin_error_note_sql(error, sql);
	return rc;
}

static int not_known(const kin_dqlite_connection *c, kin_verb_effect effect, const char *why, kin_error *error)
{
	return kin_error_set(error, KIN_EUNKNOWN,
	                     "the dqlite node at %s went during %s, so it is not known whether it was saved: look before trying it "
	                     "again: %s", c->node.data, effect == KIN_VERB_COMMITS ? "the COMMIT" : "a statement", why);
}

int kin_dqlite_error_lost(kin_dqlite_connection *c, kin_verb_effect effect, bool had_transaction, const char *sql, kin_error *error)
{
	const char *why = c->message.length > 0 ? c->message.data : "it is gone";
	int rc;

	if (effect == KIN_VERB_READS)
		rc = kin_error_set(error, KIN_ECONNECTION, "the dqlite node at %s is gone, or leads the cluster no longer%s: %s", c->node.data,
		                   had_transaction ? ", and with it the transaction" : "", why);
	else
		rc = not_known(c, effect, why, error);
	if (sql && rc != KIN_ENOMEM)
		kin_error_note_sql(error, sql);
	return rc;
}

int kin_dqlite_error_stopped(kin_dqlite_connection *c, kin_verb_effect effect, bool had_transaction, const char *sql, kin_error *error)
{
	int rc;

	if (effect == KIN_VERB_READS)
		rc = kin_error_set(error, KIN_EINTERRUPT, had_transaction ? "interrupted; the node had to be left, and with it the transaction"
		                                                          : "interrupted");
	else
		rc = not_known(c, effect, "interrupted", error);
	if (sql && rc != KIN_ENOMEM)
		kin_error_note_sql(error, sql);
	return rc;
}
