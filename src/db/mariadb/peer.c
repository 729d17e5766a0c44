/* peer.c - what answers where a MariaDB server should be.
 *
 * MariaDB speaks first. Of who does not, or says something else, the client library tells no more than that; so it is asked once more, by
 * hand: what it says by itself, then as PostgreSQL is asked for encryption, then as a web server is asked for anything. */
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "db/greeting.h"
#include "db/mariadb/driver.h"

enum { PATIENCE = 300000 /* microseconds for each answer */, USUAL_PORT = 3306 };

static const struct question {
	const char *bytes;
	size_t      size;
} questions[] = {
	{ "", 0 },
	{ "\0\0\0\x08\x04\xd2\x16\x2f", 8 }, /* PostgreSQL's SSLRequest, which it answers with one letter */
	{ "\r\n\r\n", 4 },
};

/* localhost without a port is a socket. */
static bool is_tcp(const kin_maria_host *host)
{
	return !host->socket && (host->port || (host->name && strcmp(host->name, "localhost") != 0));
}

static int reach(const kin_maria_host *host)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
	struct timeval patience = { .tv_usec = PATIENCE };
	char port[12];
	int fd = -1;

	snprintf(port, sizeof(port), "%u", host->port ? host->port : USUAL_PORT);
	if (getaddrinfo(host->name ? host->name : "localhost", port, &hints, &found) != 0)
		return -1;
	for (struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, 0);
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(found);
	return fd;
}

static const char *name_of(const char *bytes, size_t size, bool asked)
{
	if (asked && (bytes[0] == 'S' || bytes[0] == 'N' || bytes[0] == 'E') && (size == 1 || bytes[1] == '\0'))
		return "a PostgreSQL server: its URL begins with postgresql://";
	return kin_greeting_of(bytes, size);
}

const char *kin_maria_stranger(const kin_maria_host *host)
{
	const char *name = NULL;
	char bytes[16];
	int fd;

	if (!is_tcp(host) || (fd = reach(host)) < 0)
		return NULL;
	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
		if (send(fd, questions[i].bytes, questions[i].size, MSG_NOSIGNAL) < 0)
			break;
		ssize_t size = recv(fd, bytes, sizeof(bytes), 0);
		if (size > 0)
			name = name_of(bytes, (size_t)size, i > 0);
		if (size >= 0)
			break;
	}
	close(fd);
	return name;
}
