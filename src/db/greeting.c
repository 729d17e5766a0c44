/* greeting.c - who a server is that is not the one that was asked for, by what it says first. */
#include "db/greeting.h"

#include <string.h>

static const struct greeting {
	const char *bytes;
	const char *who;
} greetings[] = {
	{ "HTTP/", "a web server" },
	{ "SSH-", "an SSH server" },
	{ "-ERR", "a Redis server" },
	{ "220 ", "a mail or FTP server" },
};

const char *kin_greeting_of(const void *bytes, size_t size)
{
	for (size_t i = 0; i < sizeof(greetings) / sizeof(*greetings); i++) {
		size_t length = strlen(greetings[i].bytes);
		if (size >= length && memcmp(bytes, greetings[i].bytes, length) == 0)
			return greetings[i].who;
	}
	return NULL;
}

/* The length of a packet below 64 KiB, number 0, and the version of the protocol. */
bool kin_greeting_is_mysql(const void *bytes, size_t size)
{
	const unsigned char *b = bytes;

	return size >= 5 && b[2] == 0 && b[3] == 0 && (b[4] == 10 || b[4] == 0xff);
}
