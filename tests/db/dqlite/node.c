/* node.c - a node of a dqlite cluster, for the tests and tools/servers.
 *
 *     dqlite_node ID ADDRESS DIRECTORY [LEADER]
 *     dqlite_node ports COUNT
 *     dqlite_node leader ADDRESS...
 *
 * Node 1 begins a cluster; the others join that of LEADER, another node's address, when they are started for the first time. It
 * says "ready", and runs until SIGTERM or SIGINT. `ports` prints ports that are free on the loopback, `leader` the address of the node that
 * leads, as the first of these knows it that answers. */
#include <arpa/inet.h>
#include <dqlite.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "db/dqlite/link.h"

enum {
	ADD = 12,    /* requests of the protocol */
	ASSIGN = 13,
	VOTER = 0,
	LATENCY = 20, /* milliseconds between nodes, which elections are timed by; KIN_DQLITE_LATENCY: others */
	SNAPSHOT = 8192, /* log entries between copies of all databases, of which tests make hundreds */
	JOIN_TIME = 20000000, /* microseconds */
};

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "dqlite_node: %s: %s\n", what, why);
	return 1;
}

/* All sockets stay open until the end, so that no port comes twice. */
static int print_ports(int count)
{
	for (int i = 0; i < count; i++) {
		struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
		socklen_t size = sizeof(address);
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || getsockname(fd, (struct sockaddr *)&address, &size) != 0)
			return fail("ports", strerror(errno));
		printf("%d\n", ntohs(address.sin_port));
	}
	return 0;
}

/* ---- talking to another one ---- */

static bool open_link(kin_link *link, const char *address, int64_t deadline)
{
	const char *colon = strrchr(address, ':');
	char *host = strndup(address, (size_t)(colon - address));
	bool ok = kin_link_open(link, host, colon + 1, deadline) == KIN_LINK_OK;

	kin_frame_put_u64(&link->out, KIN_FRAME_VERSION);
	free(host);
	return ok;
}

/* False: this one does not answer, or knows of none. */
static bool print_leader_of(kin_link *link, const char *address)
{
	int64_t deadline = kin_clock_steady() + 500000;
	kin_frame frame;
	size_t length = 0;

	if (open_link(link, address, deadline)) {
		size_t start = kin_frame_begin(&link->out, KIN_ASK_LEADER);
		kin_frame_put_u64(&link->out, 0);
		kin_frame_end(&link->out, start);
		if (kin_link_send(link, deadline) == KIN_LINK_OK && kin_link_receive(link, 1 << 16, deadline, &frame) == KIN_LINK_OK &&
		    frame.type == KIN_ANSWER_NODE && kin_frame_u64(&frame) > 0)
			puts(kin_frame_text(&frame, &length));
	}
	kin_link_close(link);
	return length > 0;
}

static int print_leader(int count, char **addresses)
{
	bool found = false;
	kin_link link;

	if (kin_link_init(&link))
		for (int i = 0; i < count && !found; i++)
			found = strchr(addresses[i], ':') && print_leader_of(&link, addresses[i]);
	kin_link_done(&link);
	return !found;
}

/* ---- joining ---- */

static bool answered(kin_link *link, int64_t deadline)
{
	kin_frame frame;

	return kin_link_send(link, deadline) == KIN_LINK_OK && kin_link_receive(link, 1 << 16, deadline, &frame) == KIN_LINK_OK &&
	       frame.type != KIN_ANSWER_FAILURE;
}

static bool add(kin_link *link, uint64_t id, const char *address, int64_t deadline)
{
	size_t start = kin_frame_begin(&link->out, (kin_frame_request)ADD);

	kin_frame_put_u64(&link->out, id);
	kin_frame_put_text(&link->out, address, strlen(address));
	kin_frame_end(&link->out, start);
	return answered(link, deadline);
}

static bool make_voter(kin_link *link, uint64_t id, int64_t deadline)
{
	size_t start = kin_frame_begin(&link->out, (kin_frame_request)ASSIGN);

	kin_frame_put_u64(&link->out, id);
	kin_frame_put_u64(&link->out, VOTER);
	kin_frame_end(&link->out, start);
	return answered(link, deadline);
}

static bool try_to_join(kin_link *link, const char *leader, uint64_t id, const char *address, bool *added)
{
	int64_t deadline = kin_clock_steady() + 2000000;
	bool ok = open_link(link, leader, deadline);

	ok = ok && (*added || (*added = add(link, id, address, deadline))) && make_voter(link, id, deadline);
	kin_link_close(link);
	return ok;
}

/* One may join at a time; the others try again. */
static bool join(const char *leader, uint64_t id, const char *address)
{
	int64_t end = kin_clock_steady() + JOIN_TIME;
	bool added = false, joined = false;
	kin_link link;

	if (kin_link_init(&link))
		while (!(joined = try_to_join(&link, leader, id, address, &added)) && kin_clock_steady() < end)
			kin_clock_sleep(20000);
	kin_link_done(&link);
	return joined;
}

/* ---- serving ---- */

static int start(dqlite_node *node, const char *address)
{
	const char *latency = getenv("KIN_DQLITE_LATENCY");

	if (dqlite_node_set_bind_address(node, address) != 0 ||
	    dqlite_node_set_network_latency_ms(node, latency ? (unsigned)strtoul(latency, NULL, 10) : LATENCY) != 0 ||
	    dqlite_node_set_snapshot_params(node, SNAPSHOT, SNAPSHOT) != 0 || dqlite_node_start(node) != 0)
		return fail(address, dqlite_node_errmsg(node));
	return 0;
}

static void wait_for_the_end(void)
{
	sigset_t ends;
	int which;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigwait(&ends, &which);
}

static void block_signals(void)
{
	sigset_t ends;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, NULL);
}

int main(int argc, char **argv)
{
	dqlite_node *node = NULL;

	if (argc == 3 && strcmp(argv[1], "ports") == 0)
		return print_ports(atoi(argv[2]));
	if (argc >= 3 && strcmp(argv[1], "leader") == 0)
		return print_leader(argc - 2, argv + 2);
	if (argc < 4 || argc > 5 || !strrchr(argv[argc == 5 ? 4 : 2], ':'))
		return fail("usage", "dqlite_node ID HOST:PORT DIRECTORY [HOST:PORT of the leader]");
	uint64_t id = strtoull(argv[1], NULL, 10);
	bool is_new = mkdir(argv[3], 0700) == 0;
	if (!is_new && errno != EEXIST)
		return fail(argv[3], strerror(errno));
	block_signals();
	if (dqlite_node_create(id, argv[2], argv[3], &node) != 0)
		return fail(argv[2], dqlite_node_errmsg(node));
	if (start(node, argv[2]) != 0)
		return 1;
	if (is_new && argc == 5 && !join(argv[4], id, argv[2]))
		return fail(argv[4], "it did not let this node join");
	puts("ready");
	fflush(stdout);
	wait_for_the_end();
	dqlite_node_stop(node);
	dqlite_node_destroy(node);
	return 0;
}
