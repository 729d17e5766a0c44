/* driver.h - the driver: contenders run the same workloads, in turn, round after round; what they loaded and stored must
 * agree, and the medians are set in relation to the limit's. */
#ifndef BENCH_DRIVER_H
#define BENCH_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- what is asked for ---- */

typedef struct bench_program {
	const char *name;
	const char *path;
} bench_program;

enum { MOST_CONTENDERS = 8 };

typedef struct bench_options {
	const char   *programs;  /* where the contenders are; databases are made there too */
	const char   *json;      /* NULL: not written */
	const char   *only;      /* names of workloads, between commas. NULL: all */
	int64_t       n, large_n, flat_n;
	int           rounds;
	bool          best;      /* the fastest round counts, not the median */
	bool          cpu;       /* what the process ran counts, not what the clock says */
	bench_program contenders[MOST_CONTENDERS]; /* the first one is the limit */
	size_t        contender_count;
} bench_options;

/* ---- workload.c ---- */

typedef enum bench_start_from { FROM_PETS, FROM_COPY, FROM_NOTHING } bench_start_from;

/* A row of the table. */
typedef struct bench_case {
	const char      *id;       /* "W1" */
	const char      *workload; /* what contenders call it */
	const char      *title;
	double           target;   /* what kin may take, in times of the limit */
	double           memory_target; /* the same for peak memory; 0: not looked at */
	bench_start_from from;     /* the database: the common one, a copy to change, an empty one */
	bool             large;    /* with the large number of pets */
	bool             process;  /* the whole life of the process is timed, and not by itself */
} bench_case;

extern const bench_case bench_cases[];
extern const size_t bench_case_count;

/* ---- process.c ---- */

/* What a contender printed, or why there is nothing. */
typedef struct bench_result {
	double  seconds;
	int64_t rows;
	int64_t peak_memory;
	char    checksum[24];
	char    failure[256]; /* "" when all is well */
} bench_result;

/* Run a contender once. result->seconds is what it says, or with `process` the whole time it lived; with `cpu`, ran. */
typedef struct bench_clock {
	bool process, cpu;
} bench_clock;
void bench_process_run(const bench_program *contender, const char *workload, const char *database, int64_t n,
                       bench_clock clock, bench_result *result);

/* ---- store.c ---- */

/* A directory for databases, gone at the end of the program. Exits where that fails. */
void bench_store_open(const char *parent);
/* Make the file `name` an empty database, or a copy of another one; it is on the disk afterwards. Returns its path, borrowed
 * until the next call. NULL after a failure, which was printed. */
const char *bench_store_empty(const char *name);
const char *bench_store_copy(const char *from, const char *name);
/* Where `name` is; to be freed. */
char *bench_store_path(const char *name);
/* A sum over all rows of a database. 0 after a failure, which was printed. */
uint64_t bench_store_digest(const char *path);

/* ---- measure.c ---- */

/* One contender on one case: all rounds. */
typedef struct bench_measure {
	double      *seconds; /* of `count` rounds that went well, sorted when all are done */
	int          count;
	bench_result last;
	uint64_t     digest;  /* of the database afterwards, where it was written to */
	char         failure[320]; /* "" when every round went well and agreed with the limit */
} bench_measure;

/* Whether the workload is among those asked for. */
bool bench_wanted(const bench_options *options, const char *workload);
/* The databases that the cases read. False after a failure, which was printed. */
bool bench_prepare(const bench_options *options);
/* Run a case: measures[contender_count] are filled. */
void bench_measure_case(const bench_options *options, const bench_case *c, bench_measure *measures);
/* The number that counts, in seconds; NAN when there is none. */
double bench_measure_seconds(const bench_options *options, const bench_measure *measure);

/* ---- agree.c ---- */

/* Compare with the limit's; what differs becomes the measure's failure. */
void bench_agree(const bench_measure *limit, bench_measure *measure);

/* ---- flat.c ---- */

/* Time per object at growing sizes. Returns whether every run went well. */
bool bench_flat(const bench_options *options, FILE *json);

/* ---- report.c ---- */

void bench_report_head(const bench_options *options);
void bench_report_case(const bench_options *options, const bench_case *c, const bench_measure *measures, FILE *json);
/* The geometric mean of each contender's ratios so far, and every failure. Returns whether there was none. */
bool bench_report_end(const bench_options *options);

#endif
