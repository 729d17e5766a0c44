/* cluster.c - a cluster of three nodes for this program's tests, and what a server says that only pretends to be one. */
#include "db/dqlite/cluster.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static char url[256], directory[64];

static void run_tool(const char *arguments)
{
	char command[256];

	snprintf(command, sizeof(command), "tools/servers %s", arguments);
	if (system(command) != 0)
		fprintf(stderr, "%s failed\n", command);
}

static void stop_cluster(void)
{
	char arguments[128];

	snprintf(arguments, sizeof(arguments), "down %s", directory);
	run_tool(arguments);
}

static void start_cluster(void)
{
	char command[128];

	setenv("KIN_DQLITE_NODE", DQLITE_NODE, 1);
	strcpy(directory, "/tmp/kin-cluster.XXXXXX");
	CHECK(mkdtemp(directory));
	snprintf(command, sizeof(command), "tools/servers up dqlite %s", directory);
	FILE *out = popen(command, "r");
	CHECK(out && fgets(url, sizeof(url), out));
	CHECK_MSG(pclose(out) == 0, "%s failed", command);
	url[strcspn(url, "\n")] = '\0';
	atexit(stop_cluster);
}

const char *cluster_url(const char *options)
{
	static char whole[512];
	static int counter;

	if (!*url)
		start_cluster();
	snprintf(whole, sizeof(whole), "%s%d%s", url, counter++, options);
	return whole;
}

kin_db *open_cluster(const char *options)
{
	return open_with((kin_db_options){ .url = cluster_url(options) });
}

int cluster_node_of(kin_connection *connection)
{
	const char *address = kin_dqlite_of(connection)->node.data, *at = strstr(url, address);
	int node = 1;

	CHECK_MSG(at, "%s is not in %s", address, url);
	for (const char *c = url; c < at; c++)
		node += *c == ',';
	return node;
}

void cluster_kill(int node)
{
	char arguments[128];

	snprintf(arguments, sizeof(arguments), "kill %s %d", directory, node);
	run_tool(arguments);
}

void cluster_start(int node)
{
	char arguments[128];

	snprintf(arguments, sizeof(arguments), "start %s %d", directory, node);
	run_tool(arguments);
}

/* ---- pretending ---- */

const char *fake_url(const pretender *p, const char *options)
{
	static char whole[256];

	snprintf(whole, sizeof(whole), "dqlite://127.0.0.1:%d/db%s", p->port, options);
	return whole;
}

static bool receive(int socket, void *to, size_t size)
{
	for (char *at = to; size > 0;) {
		struct pollfd fd = { .fd = socket, .events = POLLIN };
		ssize_t n = poll(&fd, 1, 3000) == 1 ? recv(socket, at, size, 0) : -1;
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

int fake_request(int socket)
{
	char header[KIN_FRAME_HEADER], word[KIN_FRAME_WORD];

	if (!receive(socket, header, sizeof(header)))
		return -1;
	for (uint64_t left = kin_frame_body_size(header); left > 0; left -= sizeof(word))
		if (!receive(socket, word, sizeof(word)))
			return -1;
	return kin_frame_header_type(header);
}

void fake_send(int socket, int type, const kin_text *body)
{
	kin_text out;

	kin_text_init(&out);
	kin_frame_put_u32(&out, (uint32_t)(body->length / KIN_FRAME_WORD));
	kin_frame_put_u32(&out, (uint32_t)type);
	kin_text_add_n(&out, body->data, body->length);
	send(socket, out.data, out.length, MSG_NOSIGNAL);
	kin_text_done(&out);
}

bool fake_welcome(int socket, int port)
{
	char version[8], address[32];
	kin_text body;
	bool ok;

	kin_text_init(&body);
	ok = receive(socket, version, sizeof(version)) && fake_request(socket) == KIN_ASK_CLIENT;
	kin_frame_put_u64(&body, 15000);
	fake_send(socket, KIN_ANSWER_WELCOME, &body);
	ok = ok && fake_request(socket) == KIN_ASK_LEADER;
	kin_text_clear(&body);
	kin_frame_put_u64(&body, 1);
	kin_frame_put_text(&body, address, (size_t)snprintf(address, sizeof(address), "127.0.0.1:%d", port));
	fake_send(socket, KIN_ANSWER_NODE, &body);
	ok = ok && fake_request(socket) == KIN_ASK_OPEN;
	kin_text_clear(&body);
	kin_frame_put_u64(&body, 0);
	fake_send(socket, KIN_ANSWER_DATABASE, &body);
	ok = ok && fake_request(socket) == KIN_ASK_QUERY_SQL;
	fake_send(socket, KIN_ANSWER_ROWS, &body);
	kin_text_done(&body);
	return ok;
}
