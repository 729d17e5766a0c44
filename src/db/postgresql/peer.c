/* peer.c - what answers where a PostgreSQL server should be.
 *
 * libpq says of a stranger's first bytes that it expected others. Looked at before libpq reads them, they tell what it is. */
#include <string.h>
#include <sys/socket.h>

#include "db/postgresql/driver.h"

/* What others say first. */
static const struct greeting {
	const char *bytes;
	const char *who;
} greetings[] = {
	{ "HTTP/", "a web server" },
	{ "SSH-", "an SSH server" },
	{ "-ERR", "a Redis server" },
	{ "220 ", "a mail or FTP server" },
};

/* The length of a packet below 64 KiB, number 0, and version 10 of the protocol, or an error: no PostgreSQL server's message of
 * authentication is so short. */
static bool is_mysql(const unsigned char *bytes, size_t size)
{
	return size >= 5 && bytes[2] == 0 && bytes[3] == 0 && (bytes[4] == 10 || bytes[4] == 0xff) && bytes[0] != 'R' && bytes[0] != 'E';
}

const char *kin_pg_stranger(int socket)
{
	static const char ours[] = "RENSvG"; /* authentication, error, notice, yes and no to encryption, version, and GSSAPI's yes */
	unsigned char bytes[16];
	ssize_t size = recv(socket, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);

	if (size <= 0)
		return NULL;
	if (is_mysql(bytes, (size_t)size))
		return "a MariaDB or MySQL server: its URL begins with mariadb://";
	for (size_t i = 0; i < sizeof(greetings) / sizeof(*greetings); i++) {
		size_t length = strlen(greetings[i].bytes);
		if ((size_t)size >= length && memcmp(bytes, greetings[i].bytes, length) == 0)
			return greetings[i].who;
	}
	return memchr(ours, bytes[0], sizeof(ours) - 1) ? NULL : "something else";
}
