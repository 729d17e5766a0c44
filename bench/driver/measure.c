/* measure.c - rounds: each contender in turn, so that what else the machine does hits all of them alike. */
#include "driver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STARTS = 20 }; /* processes that are timed together */

bool bench_wanted(const bench_options *options, const char *workload)
{
	size_t length = strlen(workload);

	if (!options->only)
		return true;
	for (const char *at = options->only; *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == length && strncmp(at, workload, length) == 0)
			return true;
	return false;
}

/* ---- the databases ---- */

static const char *database_name(const bench_case *c)
{
	return c->large ? "large.db" : "pets.db";
}

/* The limit's own insert makes them. */
static bool make_database(const bench_options *options, const char *name, int64_t n)
{
	const char *path = bench_store_empty(name);
	bench_result result;

	if (!path)
		return false;
	bench_process_run(&options->contenders[0], "insert", path, n, (bench_clock){ 0 }, &result);
	if (result.failure[0])
		fprintf(stderr, "bench: making %s: %s\n", name, result.failure);
	return !result.failure[0];
}

bool bench_prepare(const bench_options *options)
{
	bool small = false, large = false;

	for (size_t i = 0; i < bench_case_count; i++) {
		const bench_case *c = &bench_cases[i];
		if (!bench_wanted(options, c->workload) || c->from == FROM_NOTHING)
			continue;
		*(c->large ? &large : &small) = true;
	}
	return (!small || make_database(options, "pets.db", options->n)) &&
	       (!large || make_database(options, "large.db", options->large_n));
}

/* The database for a run: to be read, to be changed, to be filled. NULL after a failure. */
static const char *database_for(const bench_case *c, const char *pets)
{
	switch (c->from) {
	case FROM_PETS: return pets;
	case FROM_COPY: return bench_store_copy(pets, "copy.db");
	case FROM_NOTHING: return bench_store_empty("new.db");
	}
	return NULL;
}

/* ---- the rounds ---- */

static void run_process(const bench_program *contender, const bench_case *c, const char *path, int64_t n, bool cpu,
                        bench_result *result)
{
	double sum = 0;
	int runs = c->process ? STARTS : 1;

	for (int i = 0; i < runs; i++) {
		bench_process_run(contender, c->workload, path, n, (bench_clock){ .process = c->process, .cpu = cpu }, result);
		if (result->failure[0])
			return;
		sum += result->seconds;
	}
	result->seconds = sum / runs;
}

static void fail(bench_measure *measure, const char *why)
{
	snprintf(measure->failure, sizeof(measure->failure), "%s", why);
}

static void run_once(const bench_options *options, const bench_program *contender, const bench_case *c, const char *pets,
                     bench_measure *measure)
{
	const char *path = database_for(c, pets);
	int64_t n = c->large ? options->large_n : options->n;

	if (!path) {
		fail(measure, "there is no database for it");
		return;
	}
	run_process(contender, c, path, n, options->cpu, &measure->last);
	if (measure->last.failure[0]) {
		fail(measure, measure->last.failure);
		return;
	}
	if (c->from != FROM_PETS && measure->count == 0 && (measure->digest = bench_store_digest(path)) == 0)
		fail(measure, "left a database that cannot be read");
	measure->seconds[measure->count++] = measure->last.seconds;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void begin(const bench_options *options, bench_measure *measure)
{
	memset(measure, 0, sizeof(*measure));
	measure->seconds = calloc((size_t)options->rounds, sizeof(double));
	if (!measure->seconds)
		exit(2);
}

void bench_measure_case(const bench_options *options, const bench_case *c, bench_measure *measures)
{
	char *pets = bench_store_path(database_name(c));
	size_t count = options->contender_count;

	for (size_t i = 0; i < count; i++)
		begin(options, &measures[i]);
	for (int round = 0; round < options->rounds; round++)
		for (size_t i = 0; i < count; i++) {
			size_t turn = (i + (size_t)round) % count;
			if (!measures[turn].failure[0])
				run_once(options, &options->contenders[turn], c, pets, &measures[turn]);
		}
	for (size_t i = 0; i < count; i++) {
		qsort(measures[i].seconds, (size_t)measures[i].count, sizeof(double), by_size);
		bench_agree(&measures[0], &measures[i]);
	}
	free(pets);
}

double bench_measure_seconds(const bench_options *options, const bench_measure *measure)
{
	int count = measure->count;

	if (count == 0)
		return NAN;
	if (options->best)
		return measure->seconds[0];
	return (measure->seconds[(count - 1) / 2] + measure->seconds[count / 2]) / 2;
}
