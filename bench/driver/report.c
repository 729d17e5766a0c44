/* report.c - the table, the means, and what went wrong. */
#include "driver.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static double logarithms[MOST_CONTENDERS]; /* of the ratios */
static int ratios[MOST_CONTENDERS];
static char **failures;
static size_t failure_count;

static void add_failure(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void add_failure(const char *format, ...)
{
	va_list arguments;
	char **larger = realloc(failures, (failure_count + 1) * sizeof(*failures));

	if (!larger)
		exit(2);
	failures = larger;
	va_start(arguments, format);
	if (vasprintf(&failures[failure_count++], format, arguments) < 0)
		exit(2);
	va_end(arguments);
}

void bench_report_head(const bench_options *options)
{
	printf("%" PRId64 " pets, %" PRId64 " in W9; %s of %d rounds%s; ratios to the limit\n\n", options->n, options->large_n,
	       options->best ? "the best" : "medians", options->rounds, options->cpu ? ", processor time" : "");
	printf("%-4s %-36s %9s", "", "", "limit ms");
	for (size_t i = 1; i < options->contender_count; i++)
		printf(" %8s", options->contenders[i].name);
	printf(" %8s\n", "target");
}

static void write_json(const bench_options *options, const bench_case *c, size_t i, const bench_measure *m, double ratio,
                       FILE *json)
{
	fprintf(json,
	        "{\"id\":\"%s\",\"workload\":\"%s\",\"contender\":\"%s\",\"n\":%" PRId64 ",\"rounds\":%d,"
	        "\"seconds\":%.9f,\"ratio\":%.4f,\"target\":%.2f,\"rows\":%" PRId64 ",\"checksum\":\"%s\","
	        "\"digest\":\"%016" PRIx64 "\",\"peak_memory\":%" PRId64 "}\n",
	        c->id, c->workload, options->contenders[i].name, c->large ? options->large_n : options->n, m->count,
	        bench_measure_seconds(options, m), ratio, c->target, m->last.rows, m->last.checksum, m->digest,
	        m->last.peak_memory);
}

static double report_ratio(const bench_options *options, const bench_case *c, size_t i, const bench_measure *measures)
{
	double ratio = bench_measure_seconds(options, &measures[i]) / bench_measure_seconds(options, &measures[0]);

	if (measures[i].failure[0]) {
		add_failure("%s %s: %s", c->id, options->contenders[i].name, measures[i].failure);
		if (i > 0)
			printf(" %8s", "failed");
		return NAN;
	}
	if (i > 0)
		printf(" %8.2f", ratio);
	logarithms[i] += log(ratio);
	ratios[i]++;
	return ratio;
}

static void report_memory(const bench_options *options, const bench_case *c, const bench_measure *measures)
{
	double limit = (double)measures[0].last.peak_memory;

	printf("%-4s %-36s %6.1f MB", "", "  peak memory", limit / 1e6);
	for (size_t i = 1; i < options->contender_count; i++)
		if (measures[i].failure[0] || limit == 0)
			printf(" %8s", "failed");
		else
			printf(" %8.2f", (double)measures[i].last.peak_memory / limit);
	printf(" %8.2f\n", c->memory_target);
}

void bench_report_case(const bench_options *options, const bench_case *c, const bench_measure *measures, FILE *json)
{
	printf("%-4s %-36s", c->id, c->title);
	if (measures[0].failure[0])
		printf(" %9s", "failed");
	else
		printf(" %9.2f", bench_measure_seconds(options, &measures[0]) * 1e3);
	for (size_t i = 0; i < options->contender_count; i++) {
		double ratio = report_ratio(options, c, i, measures);
		if (json && !isnan(ratio))
			write_json(options, c, i, &measures[i], ratio, json);
	}
	printf(" %8.2f\n", c->target);
	if (c->memory_target > 0 && !measures[0].failure[0])
		report_memory(options, c, measures);
	fflush(stdout);
}

static void report_mean(const bench_options *options)
{
	printf("%-4s %-36s %9s", "", "geometric mean", "");
	for (size_t i = 1; i < options->contender_count; i++)
		if (ratios[i] == 0)
			printf(" %8s", "-");
		else
			printf(" %8.2f", exp(logarithms[i] / ratios[i]));
	printf(" %8.2f\n", 1.08);
}

bool bench_report_end(const bench_options *options)
{
	bool good = failure_count == 0;

	report_mean(options);
	if (!good)
		printf("\n");
	for (size_t i = 0; i < failure_count; i++) {
		printf("failed: %s\n", failures[i]);
		free(failures[i]);
	}
	free(failures);
	failures = NULL;
	failure_count = 0;
	return good;
}
