/* flat.c - time per object, from a thousand objects to a million: it should not grow. */
#include "driver.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static const bench_case cases[] = {
	{ "flat", "load", "load", 1.15, 0, FROM_PETS, true, false },
	{ "flat", "insert", "insert", 1.15, 0, FROM_NOTHING, true, false },
};

/* A small run is over before the clock has much to show: more of them. */
static int rounds_for(const bench_options *options, int64_t n)
{
	return n <= 10000 ? options->rounds * 5 : options->rounds;
}

static void write_json(FILE *json, const char *workload, const char *contender, int64_t n, double nanoseconds)
{
	if (json)
		fprintf(json,
		        "{\"id\":\"flat\",\"workload\":\"%s\",\"contender\":\"%s\",\"n\":%" PRId64
		        ",\"nanoseconds_per_object\":%.1f}\n", workload, contender, n, nanoseconds);
}

static void show_growth(const double *first, const double *last, size_t count)
{
	printf("  grown by");
	for (size_t i = 0; i < count; i++)
		if (isnan(first[i]) || isnan(last[i]))
			printf(" %8s", "-");
		else
			printf(" %8.2f", last[i] / first[i]);
	printf("\n");
}

/* One case at one size; the time per object of each contender. */
static bool measure_size(const bench_options *options, const bench_case *c, FILE *json, double *ret_each)
{
	bench_measure measures[MOST_CONTENDERS];
	bool good = true;

	bench_measure_case(options, c, measures);
	printf("  %8" PRId64, options->large_n);
	for (size_t i = 0; i < options->contender_count; i++) {
		ret_each[i] = bench_measure_seconds(options, &measures[i]) * 1e9 / (double)options->large_n;
		if (measures[i].failure[0]) {
			ret_each[i] = NAN;
			good = false;
		}
		if (isnan(ret_each[i]))
			printf(" %8s", "failed");
		else
			printf(" %8.0f", ret_each[i]);
		write_json(json, c->workload, options->contenders[i].name, options->large_n, ret_each[i]);
		free(measures[i].seconds);
	}
	printf("\n");
	return good;
}

static bool measure_growth(const bench_options *options, const bench_case *c, FILE *json)
{
	double first[MOST_CONTENDERS], last[MOST_CONTENDERS];
	bool good = true;

	printf("\n%-10s", c->title);
	for (size_t i = 0; i < options->contender_count; i++)
		printf(" %8s", options->contenders[i].name);
	printf("   ns per pet\n");
	for (int64_t n = 1000; n <= options->flat_n; n *= 10) {
		bench_options sized = *options;
		sized.large_n = n;
		sized.only = "stream"; /* which makes the large database alone */
		sized.rounds = rounds_for(options, n);
		good &= c->from == FROM_NOTHING || bench_prepare(&sized);
		good &= measure_size(&sized, c, json, n == 1000 ? first : last);
	}
	if (options->flat_n > 1000)
		show_growth(first, last, options->contender_count);
	return good;
}

bool bench_flat(const bench_options *options, FILE *json)
{
	bool good = true;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		good &= measure_growth(options, &cases[i], json);
	return good;
}
