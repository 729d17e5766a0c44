/* servers.h - the databases of servers that tests are given: those whose URLs are in KIN_SUITE_URLS, separated by blanks. */
#ifndef KIN_TEST_SERVERS_H
#define KIN_TEST_SERVERS_H

#include "db/database.h"

/* Call with each URL; `scheme` NULL, or only of those: "mariadb". */
void each_server(const char *scheme, void (*body)(const char *url));

/* A database with nothing in it: that of the URL, emptied; on dqlite, which makes one when it is opened, one more. */
kin_db *open_emptied(kin_db_options options);

/* The same for a connection of it, but for dqlite. */
void make_empty(kin_connection *connection);

/* Whether this is built with a sanitizer, where servers are waited for longer. */
bool with_sanitizer(void);

/* It is dqlite, not SQLite itself. */
bool is_cluster(const kin_db *db);
bool is_dialect(const kin_db *db, const char *dialect);

#endif
