/* peer.c - what answers where a PostgreSQL server should be.
 *
 * libpq says of a stranger's first bytes that it expected others. Looked at before libpq reads them, they tell what it is. */
#include <string.h>
#include <sys/socket.h>

#include "db/greeting.h"
#include "db/postgresql/driver.h"

/* No PostgreSQL server's message of authentication is so short. */
static bool is_mysql(const unsigned char *bytes, size_t size)
{
	return kin_greeting_is_mysql(bytes, size) && bytes[0] != 'R' && bytes[0] != 'E';
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
	const char *who = kin_greeting_of(bytes, (size_t)size);
	if (who)
		return who;
	return memchr(ours, bytes[0], sizeof(ours) - 1) ? NULL : "something else";
}
