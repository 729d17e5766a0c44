/* own_server.c - a server for one test, whose disk is full when the test says so. */
#include "db/own_server.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/harness.h"

static char directory[64], url[512], sign[80];

void own_server_stop(void)
{
	char command[128];

	if (!*directory)
		return;
	snprintf(command, sizeof(command), "tools/servers down %s", directory);
	if (system(command) != 0)
		fprintf(stderr, "%s failed\n", command);
	*directory = '\0';
}

void own_server_full(bool full)
{
	FILE *out = full ? fopen(sign, "w") : NULL;

	if (out)
		fclose(out);
	CHECK(full ? out != NULL : unlink(sign) == 0);
}

static void start(const char *kind)
{
	char command[700];

	snprintf(command, sizeof(command), "KIN_FULL_DISK=%s LD_PRELOAD=%s tools/servers up %s %s", sign, FULL_DISK, kind, directory);
	FILE *out = popen(command, "r");
	CHECK(out && fgets(url, sizeof(url), out));
	CHECK_MSG(pclose(out) == 0, "%s failed", command);
	url[strcspn(url, "\n")] = '\0';
}

const char *own_server(const char *kind)
{
	own_server_stop();
	atexit(own_server_stop);
	strcpy(directory, "/tmp/kin-own.XXXXXX");
	CHECK(mkdtemp(directory));
	CHECK_INT(chmod(directory, 0755), 0);
	snprintf(sign, sizeof(sign), "%s/full", directory);
	start(kind);
	return url;
}
