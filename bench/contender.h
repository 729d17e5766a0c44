/* contender.h - what the contenders have in common: each is a program that runs one workload on one database
 * and prints what came out as one line of JSON.
 *
 *     limit load FILE 100000
 *     {"contender":"limit","workload":"load","n":100000,"seconds":0.0312,"cpu_seconds":0.0301,"rows":100000,…
 *
 * Only what stands between bench_start() and bench_stop() is timed: the workload with its transaction, on an open
 * connection. */
#ifndef BENCH_CONTENDER_H
#define BENCH_CONTENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checksum.h"

typedef struct bench_run {
	const char *database; /* a path */
	int64_t     n;        /* the workload's size: pets in the database, or to be put there */
	int64_t     rows;     /* objects that were touched */
	uint64_t    checksum; /* over every member of those, in any order */
	int64_t     started, nanoseconds;
	int64_t     cpu_started, cpu_nanoseconds; /* what this process itself ran, when others keep it waiting */
} bench_run;

typedef struct bench_workload {
	const char *name;
	void      (*run)(bench_run *run);
} bench_workload;

/* Each contender has these. The table ends with a NULL name. */
extern const char bench_contender[];
extern const bench_workload bench_workloads[];

void bench_start(bench_run *run);
void bench_stop(bench_run *run);

/* Print a sentence and exit. */
void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
/* Memory, zeroed; or exit. */
void *bench_alloc(size_t count, size_t size);

/* An object was touched whose members have this sum (checksum.h). */
static inline void bench_touch(bench_run *run, uint64_t sum)
{
	run->checksum += sum;
	run->rows++;
}

#endif
