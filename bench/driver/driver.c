/* driver.c - options, then case after case. Exits with 1 when a contender failed or did other work than the limit;
 * being slow is no failure. */
#include "driver.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"usage: bench/run BUILD_DIRECTORY [OPTION...]\n"
	"\n"
	"  --quick                 20,000 pets, 200,000 in W9, 3 rounds, growth up to 100,000: less than two minutes\n"
	"  --n N                   how many pets (100,000)\n"
	"  --large N               how many in W9 (1,000,000)\n"
	"  --flat N                where growth is measured up to (1,000,000; 0: not at all)\n"
	"  --rounds N              how often each contender runs each workload (5)\n"
	"  --best                  let the fastest round count instead of the median: on a machine that is busy\n"
	"  --cpu                   measure the time that a process ran, without what it waited for others or the disk\n"
	"  --only NAME[,NAME...]   these workloads only: insert, load, joined, subquery, selectin, lazy, get-cold, get-hot,\n"
	"                          update, delete, query, stream, start; no growth\n"
	"  --contender NAME=FILE   one more program to compare: FILE WORKLOAD DATABASE N prints a line of JSON\n"
	"  --json FILE             write the figures, an object a line\n";

enum { QUICK = 1, N, LARGE, FLAT, ROUNDS, BEST, CPU, ONLY, CONTENDER, JSON, PROGRAMS, HELP };

static const struct option long_options[] = {
	{ "quick", no_argument, NULL, QUICK },
	{ "n", required_argument, NULL, N },
	{ "large", required_argument, NULL, LARGE },
	{ "flat", required_argument, NULL, FLAT },
	{ "rounds", required_argument, NULL, ROUNDS },
	{ "best", no_argument, NULL, BEST },
	{ "cpu", no_argument, NULL, CPU },
	{ "only", required_argument, NULL, ONLY },
	{ "contender", required_argument, NULL, CONTENDER },
	{ "json", required_argument, NULL, JSON },
	{ "programs", required_argument, NULL, PROGRAMS },
	{ "help", no_argument, NULL, HELP },
	{ NULL, 0, NULL, 0 },
};

static void wrong(const char *what, const char *value)
{
	fprintf(stderr, "bench: %s '%s'\n%s", what, value, usage);
	exit(2);
}

static int64_t number(const char *text, int64_t least)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || *end || end == text || value < least || value > 100000000)
		wrong("this number is not one that can be measured:", text);
	return value;
}

static void add_contender(bench_options *options, const char *name, const char *path)
{
	if (options->contender_count == MOST_CONTENDERS)
		wrong("too many contenders:", name);
	options->contenders[options->contender_count++] = (bench_program){ name, path };
}

static void add_named(bench_options *options, char *argument)
{
	char *equals = strchr(argument, '=');

	if (!equals || equals == argument)
		wrong("--contender takes NAME=FILE, not", argument);
	*equals = '\0';
	add_contender(options, argument, equals + 1);
}

static void add_own(bench_options *options, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/bench-%s", options->programs, name) < 0)
		exit(2);
	add_contender(options, name, path);
}

static void set_quick(bench_options *options)
{
	options->n = 20000;
	options->large_n = 200000;
	options->flat_n = 100000;
	options->rounds = 3;
}

static void take_option(bench_options *options, int option)
{
	switch (option) {
	case QUICK: set_quick(options); break;
	case N: options->n = number(optarg, 1000); break;
	case LARGE: options->large_n = number(optarg, 1000); break;
	case FLAT: options->flat_n = number(optarg, 0); break;
	case ROUNDS: options->rounds = (int)number(optarg, 1); break;
	case BEST: options->best = true; break;
	case CPU: options->cpu = true; break;
	case ONLY: options->only = optarg; break;
	case CONTENDER: add_named(options, optarg); break;
	case JSON: options->json = optarg; break;
	case PROGRAMS: options->programs = optarg; break;
	case HELP: fputs(usage, stdout); exit(0);
	default: fputs(usage, stderr); exit(2);
	}
}

/* The limit has to be the first contender, and the directory is known before any is added. */
static void read_options(bench_options *options, int argc, char **argv)
{
	static const char *const own[] = { "limit", "naive", "kin" };
	int option;

	if (argc < 3 || strcmp(argv[1], "--programs") != 0)
		wrong("the first argument is --programs, not", argc > 1 ? argv[1] : "");
	options->programs = argv[2];
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		add_own(options, own[i]);
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		take_option(options, option);
	if (optind < argc)
		wrong("there is no argument", argv[optind]);
}

static FILE *open_json(const bench_options *options)
{
	FILE *json = options->json ? fopen(options->json, "we") : NULL;

	if (options->json && !json) {
		fprintf(stderr, "bench: %s: %s\n", options->json, strerror(errno));
		exit(2);
	}
	return json;
}

static void run_case(const bench_options *options, const bench_case *c, FILE *json)
{
	bench_measure measures[MOST_CONTENDERS];

	bench_measure_case(options, c, measures);
	bench_report_case(options, c, measures, json);
	for (size_t i = 0; i < options->contender_count; i++)
		free(measures[i].seconds);
}

int main(int argc, char **argv)
{
	bench_options options = { .n = 100000, .large_n = 1000000, .flat_n = 1000000, .rounds = 5 };
	bool good;
	FILE *json;

	read_options(&options, argc, argv);
	json = open_json(&options);
	bench_store_open(options.programs);
	if (!bench_prepare(&options))
		return 1;
	bench_report_head(&options);
	for (size_t i = 0; i < bench_case_count; i++)
		if (bench_wanted(&options, bench_cases[i].workload))
			run_case(&options, &bench_cases[i], json);
	good = bench_report_end(&options);
	if (!options.only && options.flat_n > 0)
		good &= bench_flat(&options, json);
	if (json && fclose(json) != 0) {
		fprintf(stderr, "bench: %s: %s\n", options.json, strerror(errno));
		good = false;
	}
	return good ? 0 : 1;
}
