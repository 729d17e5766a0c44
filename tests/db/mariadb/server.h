/* server.h - a MariaDB server for this program's tests, and one behind a wire that can be cut. */
#ifndef KIN_TEST_MARIADB_SERVER_H
#define KIN_TEST_MARIADB_SERVER_H

#include "db/database.h"
#include "db/fake.h"

/* The first MariaDB URL in KIN_SUITE_URLS. Without one a server is started, which ends with the program. */
const char *server_url(void);
/* The path of its socket. */
const char *server_socket(void);
/* The database with more options in the URL ("&timeout=100"), emptied if there are none. */
kin_db *open_server(const char *options);
/* What connecting to a URL fails with. */
int connect_failure(const char *url, kin_error *error);

/* A server that passes everything on to the real one; when .cut is set, what the client sends next is passed on and then the connection
 * is cut, so that the client never hears what came of it. When .mute is set what the client sends goes nowhere. */
typedef struct relay {
	pretender p;
	bool      cut; /* atomic */
	bool      mute; /* atomic */
} relay;

void relay_start(relay *r);
void relay_stop(relay *r);
kin_db *relay_open(const relay *r);

#endif
