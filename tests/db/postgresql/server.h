/* server.h - a PostgreSQL server for this program's tests, and servers that only pretend. */
#ifndef KIN_TEST_POSTGRESQL_SERVER_H
#define KIN_TEST_POSTGRESQL_SERVER_H

#include <pthread.h>

#include "db/database.h"

/* The first PostgreSQL URL in KIN_SUITE_URLS. Without one a server is started, which ends with the program. */
const char *server_url(void);
/* The directory of its socket. */
const char *server_directory(void);
/* The database with more options in the URL ("&timeout=100"), emptied if there are none. */
kin_db *open_server(const char *options);
/* What connecting to a URL fails with. */
int connect_failure(const char *url, kin_error *error);

/* A thread that listens on a socket of its own and serves each connection with a function; it ends with the test. */
typedef void fake_fn(int socket, void *context);
typedef struct fake {
	int       listener;
	fake_fn  *serve;
	void     *context;
	pthread_t thread;
	char      directory[256];
} fake;

void fake_start(fake *f, fake_fn *serve, void *context);
void fake_stop(fake *f);
/* The URL of its socket, with more options. Borrowed until the next call. */
const char *fake_url(const fake *f, const char *options);

/* A fake that passes everything on to the server; when .cut is set, what the client sends next is passed on and then the connection
 * is cut, so that the client never hears what came of it. */
typedef struct relay {
	fake f;
	bool cut; /* atomic */
} relay;

void relay_start(relay *r);

#endif
