/* process.c - runs a contender and reads the line it prints. */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Start it with its output, errors too, in a pipe. Returns the end to read, or -1. */
static int spawn(const bench_program *contender, const char *workload, const char *database, const char *n, pid_t *ret_child)
{
	char *arguments[] = { (char *)contender->path, (char *)workload, (char *)database, (char *)n, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
	rc = posix_spawn(ret_child, contender->path, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (rc == 0)
		return ends[0];
	close(ends[0]);
	errno = rc;
	return -1;
}

static void read_all(int file, char *text, size_t size)
{
	size_t length = 0;
	char rest[256];

	for (;;) {
		bool room = length + 1 < size;
		ssize_t got = room ? read(file, text + length, size - 1 - length) : read(file, rest, sizeof(rest));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		if (room)
			length += (size_t)got;
	}
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
}

/* What stands behind "name": in a flat JSON object; NULL if it is not there. */
static const char *field(const char *json, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = json; (at = strchr(at, '"')); at++)
		if (strncmp(at + 1, name, length) == 0 && at[1 + length] == '"') {
			at += length + 2;
			at += strspn(at, " :");
			return at;
		}
	return NULL;
}

/* Contenders from elsewhere need not say how long they ran. */
static bool parse(const char *line, bool cpu, bench_result *result)
{
	const char *seconds = field(line, cpu ? "cpu_seconds" : "seconds");
	const char *rows = field(line, "rows"), *memory = field(line, "peak_memory");
	const char *checksum = field(line, "checksum");

	if (!seconds || !rows || !memory || !checksum || sscanf(checksum, "\"%23[^\"]", result->checksum) != 1)
		return false;
	result->seconds = strtod(seconds, NULL);
	result->rows = strtoll(rows, NULL, 10);
	result->peak_memory = strtoll(memory, NULL, 10);
	return true;
}

static void fail_with_status(int status, const char *line, bench_result *result)
{
	if (WIFSIGNALED(status))
		snprintf(result->failure, sizeof(result->failure), "killed by signal %d (%s)", WTERMSIG(status),
		         strsignal(WTERMSIG(status)));
	else
		snprintf(result->failure, sizeof(result->failure), "exit status %d: %.200s", WEXITSTATUS(status), line);
}

static double seconds_of(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
	       (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

void bench_process_run(const bench_program *contender, const char *workload, const char *database, int64_t n,
                       bench_clock clock, bench_result *result)
{
	char count[24], line[1024];
	double start = now();
	struct rusage usage;
	int status = 0, output;
	pid_t child;

	memset(result, 0, sizeof(*result));
	snprintf(count, sizeof(count), "%" PRId64, n);
	if ((output = spawn(contender, workload, database, count, &child)) < 0) {
		snprintf(result->failure, sizeof(result->failure), "%s: %s", contender->path, strerror(errno));
		return;
	}
	read_all(output, line, sizeof(line));
	close(output);
	while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR)
		;
	double lived = clock.cpu ? seconds_of(&usage) : now() - start;
	if (status != 0)
		fail_with_status(status, line, result);
	else if (!parse(line, clock.cpu, result))
		snprintf(result->failure, sizeof(result->failure), "printed no result: %.200s", line);
	if (clock.process)
		result->seconds = lived;
}
