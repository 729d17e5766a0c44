/* server.c - a MariaDB server for this program's tests, and one behind a wire that can be cut. */
#include "db/mariadb/server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

static char url[512], started[64];

static void stop_server(void)
{
	char command[128];

	snprintf(command, sizeof(command), "tools/servers down %s", started);
	if (system(command) != 0)
		fprintf(stderr, "%s failed\n", command);
}

static void start_server(void)
{
	char command[128];

	strcpy(started, "/tmp/kin-server.XXXXXX");
	CHECK(mkdtemp(started));
	snprintf(command, sizeof(command), "tools/servers up mariadb %s", started);
	FILE *out = popen(command, "r");
	CHECK(out && fgets(url, sizeof(url), out));
	CHECK_MSG(pclose(out) == 0, "%s failed", command);
	url[strcspn(url, "\n")] = '\0';
	atexit(stop_server);
}

const char *server_url(void)
{
	const char *urls = getenv("KIN_SUITE_URLS"), *first = urls ? strstr(urls, "mariadb://") : NULL;

	if (!*url && first)
		snprintf(url, sizeof(url), "%.*s", (int)strcspn(first, " "), first);
	if (!*url)
		start_server();
	return url;
}

const char *server_socket(void)
{
	const char *path = strstr(server_url(), "socket=");

	CHECK(path);
	return path + strlen("socket=");
}

kin_db *open_server(const char *options)
{
	char whole[1024];

	snprintf(whole, sizeof(whole), "%s%s", server_url(), options);
	kin_db *db = open_with((kin_db_options){ .url = whole });
	if (!*options) {
		kin_connection *c = acquire(db);
		run(c, "DROP DATABASE kin; CREATE DATABASE kin CHARACTER SET utf8mb4; USE kin");
		kin_db_release(db, c);
	}
	return db;
}

int connect_failure(const char *at, kin_error *error)
{
	kin_db *db = open_with((kin_db_options){ .url = at });
	kin_connection *c = NULL;
	int rc = kin_db_acquire(db, &c, error);

	if (rc == KIN_OK)
		kin_db_release(db, c);
	kin_db_close(db);
	return rc;
}

/* Pass on what there is. False: that side has ended. */
static bool pass(int from, int to)
{
	char bytes[65536];
	ssize_t size = read(from, bytes, sizeof(bytes));

	return size > 0 && send(to, bytes, (size_t)size, MSG_NOSIGNAL) == size;
}

static bool swallow(int from)
{
	char bytes[4096];

	return read(from, bytes, sizeof(bytes)) > 0;
}

static void serve_relay(int client, void *context)
{
	relay *r = context;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int server = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", server_socket());
	bool ok = connect(server, (struct sockaddr *)&address, sizeof(address)) == 0;
	while (ok) {
		struct pollfd sides[] = { { .fd = client, .events = POLLIN }, { .fd = server, .events = POLLIN } };
		poll(sides, 2, -1);
		bool cut = __atomic_load_n(&r->cut, __ATOMIC_ACQUIRE), mute = __atomic_load_n(&r->mute, __ATOMIC_ACQUIRE);
		if (sides[0].revents)
			ok = mute ? swallow(client) : pass(client, server) && !cut;
		if (ok && sides[1].revents)
			ok = pass(server, client);
	}
	kin_clock_sleep(50000); /* time for the server to do what it was told */
	close(server);
}

void relay_start(relay *r)
{
	r->cut = r->mute = false;
	server_url();
	pretend(&r->p, serve_relay, r);
}

void relay_stop(relay *r)
{
	pretend_no_more(&r->p);
}

kin_db *relay_open(const relay *r)
{
	char at[100];

	snprintf(at, sizeof(at), "mariadb://kin@127.0.0.1:%d/kin", r->p.port);
	return open_with((kin_db_options){ .url = at });
}
