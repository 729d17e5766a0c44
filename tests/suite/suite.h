/* suite.h - what every database must do alike. Each file here is one behaviour, said against db/connection.h alone.
 *
 *     SUITE(a_commit_keeps) { kin_connection *c = acquire(db); … }
 *
 * A SUITE is a test that runs on each database in turn, beginning with an empty one: SQLite always, and those whose URLs are in
 * KIN_SUITE_URLS, separated by blanks. Those are emptied: they must have nothing in them that is needed. */
#ifndef KIN_SUITE_H
#define KIN_SUITE_H

#include "db/servers.h"

void suite_each(void (*body)(kin_db *db));

/* Portable DDL, in the database's own words. */
void suite_create(kin_connection *connection, const char *ddl);
/* SQL with ? for values, as the database writes placeholders. Borrowed until the next eight calls. */
kin_sql suite_sql(kin_connection *connection, const char *text);
kin_sql suite_sql_kept(kin_connection *connection, const char *text);
/* Run with values; what it fails with. `error` NULL: it must not fail. */
int suite_execute(kin_connection *connection, const char *text, const kin_value *values, size_t count, kin_error *error);
/* The first row's first column of a query with one value. */
kin_value suite_one(kin_connection *connection, const char *text, kin_value argument, int kind, kin_statement **ret_statement);

/* A database of the same place, with more options in its URL. */
kin_db *suite_open(const kin_db *db, const char *options);
/* End all connections but one that is made for it, as a server does that is restarted. false: there is no server. */
bool suite_kill(const kin_db *db);

#define VALUES(...) ((kin_value[]){ __VA_ARGS__ }), sizeof((kin_value[]){ __VA_ARGS__ }) / sizeof(kin_value)

#define SUITE(name) \
	static void suite_##name(kin_db *db); \
	TEST(name) { suite_each(suite_##name); } \
	static void suite_##name(kin_db *db)

#endif
