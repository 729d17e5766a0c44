/* server.c - a PostgreSQL server for this program's tests, and servers that only pretend. */
#include "db/postgresql/server.h"

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
	snprintf(command, sizeof(command), "tools/servers up postgresql %s", started);
	FILE *out = popen(command, "r");
	CHECK(out && fgets(url, sizeof(url), out));
	CHECK_MSG(pclose(out) == 0, "%s failed", command);
	url[strcspn(url, "\n")] = '\0';
	atexit(stop_server);
}

const char *server_url(void)
{
	const char *urls = getenv("KIN_SUITE_URLS"), *first = urls ? strstr(urls, "postgresql://") : NULL;

	if (!*url && first)
		snprintf(url, sizeof(url), "%.*s", (int)strcspn(first, " "), first);
	if (!*url)
		start_server();
	return url;
}

const char *server_directory(void)
{
	const char *host = strstr(server_url(), "host=");

	CHECK(host);
	return host + strlen("host=");
}

kin_db *open_server(const char *options)
{
	char whole[1024];

	snprintf(whole, sizeof(whole), "%s%s", server_url(), options);
	kin_db *db = open_with((kin_db_options){ .url = whole });
	if (!*options) {
		kin_connection *c = acquire(db);
		run(c, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
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

static int on_socket(const char *directory, struct sockaddr_un *ret_address)
{
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(ret_address->sun_path, sizeof(ret_address->sun_path), "%.90s/.s.PGSQL.5432", directory);
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

/* One connection after the other. A byte comes first on each, or the listener is shut down. */
static void *serve_all(void *context)
{
	fake *f = context;
	int client;

	while ((client = accept(f->listener, NULL, NULL)) >= 0) {
		f->serve(client, f->context);
		close(client);
	}
	return NULL;
}

void fake_start(fake *f, fake_fn *serve, void *context)
{
	struct sockaddr_un address;

	*f = (fake){ .serve = serve, .context = context };
	snprintf(f->directory, sizeof(f->directory), "%s", kin_test_directory());
	f->listener = on_socket(f->directory, &address);
	CHECK(bind(f->listener, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK(listen(f->listener, 8) == 0);
	CHECK(pthread_create(&f->thread, NULL, serve_all, f) == 0);
}

void fake_stop(fake *f)
{
	shutdown(f->listener, SHUT_RDWR);
	pthread_join(f->thread, NULL);
	close(f->listener);
}

const char *fake_url(const fake *f, const char *options)
{
	static char text[600];

	snprintf(text, sizeof(text), "postgresql://kin@/kin?host=%s%s", f->directory, options);
	return text;
}

/* Pass on what there is. False: that side has ended. */
static bool pass(int from, int to)
{
	char bytes[65536];
	ssize_t size = read(from, bytes, sizeof(bytes));

	return size > 0 && write(to, bytes, (size_t)size) == size;
}

static void serve_relay(int client, void *context)
{
	relay *r = context;
	struct sockaddr_un address;
	int server = on_socket(server_directory(), &address);
	bool ok = connect(server, (struct sockaddr *)&address, sizeof(address)) == 0;

	while (ok) {
		struct pollfd sides[] = { { .fd = client, .events = POLLIN }, { .fd = server, .events = POLLIN } };
		poll(sides, 2, -1);
		bool cut = __atomic_load_n(&r->cut, __ATOMIC_ACQUIRE);
		if (sides[0].revents)
			ok = pass(client, server) && !cut;
		if (ok && sides[1].revents)
			ok = pass(server, client);
	}
	kin_clock_sleep(50000); /* time for the server to do what it was told */
	close(server);
}

void relay_start(relay *r)
{
	r->cut = false;
	server_url();
	fake_start(&r->f, serve_relay, r);
}
