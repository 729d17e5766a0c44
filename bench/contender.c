/* contender.c - the frame around a contender's workloads: arguments, clock, the line of JSON. */
#include "contender.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

void bench_start(bench_run *run)
{
	run->cpu_started = now(CLOCK_PROCESS_CPUTIME_ID);
	run->started = now(CLOCK_MONOTONIC);
}

void bench_stop(bench_run *run)
{
	run->nanoseconds = now(CLOCK_MONOTONIC) - run->started;
	run->cpu_nanoseconds = now(CLOCK_PROCESS_CPUTIME_ID) - run->cpu_started;
}

void bench_fail(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s: ", bench_contender);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

void *bench_alloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		bench_fail("out of memory");
	return memory;
}

/* The most memory the process ever had, in bytes. (getrusage() also counts what the parent had when it forked.) */
static int64_t peak_memory(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	int64_t kilobytes = 0;
	char line[256];

	if (!status)
		return 0;
	while (fgets(line, sizeof(line), status))
		if (sscanf(line, "VmHWM: %" SCNd64, &kilobytes) == 1)
			break;
	fclose(status);
	return kilobytes * 1024;
}

static const bench_workload *find_workload(const char *name)
{
	for (const bench_workload *w = bench_workloads; w->name; w++)
		if (strcmp(w->name, name) == 0)
			return w;
	bench_fail("there is no workload '%s'", name);
}

int main(int argc, char **argv)
{
	const bench_workload *workload;
	bench_run run = { 0 };

	if (argc != 4)
		bench_fail("usage: %s WORKLOAD DATABASE N", argv[0]);
	workload = find_workload(argv[1]);
	run.database = argv[2];
	run.n = atoll(argv[3]);
	workload->run(&run);
	printf("{\"contender\":\"%s\",\"workload\":\"%s\",\"n\":%" PRId64 ",\"seconds\":%.9f,\"cpu_seconds\":%.9f,\"rows\":%" PRId64
	       ",\"checksum\":\"%016" PRIx64 "\",\"peak_memory\":%" PRId64 "}\n",
	       bench_contender, workload->name, run.n, (double)run.nanoseconds / 1e9, (double)run.cpu_nanoseconds / 1e9, run.rows,
	       run.checksum, peak_memory());
	return 0;
}
