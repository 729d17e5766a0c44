/* harness.c - runs the registered tests with cmocka. */
#include "harness/harness.h"

#include <cmocka.h>
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kin/error.h>

#include "base/clock.h"
#include "base/mem.h"

static kin_test *tests;
static char directory[512];

void kin_test_register(kin_test *test)
{
	kin_test **end = &tests;

	while (*end)
		end = &(*end)->next;
	*end = test;
}

void kin_test_fail(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	kin_fuse_set(-1);
	fprintf(stderr, "%s:%d: ", file, line);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	_fail(file, line);
}

void kin_test_check_text(const char *file, int line, const char *expression, const char *actual, const char *expected)
{
	if (actual == expected || (actual && expected && strcmp(actual, expected) == 0))
		return;
	kin_test_fail(file, line, "%s is\n%s\n--- not\n%s", expression, actual ? actual : "NULL",
	              expected ? expected : "NULL");
}

void kin_test_fuse(const char *file, int line, int (*body)(void))
{
	enum { FAR = 200000, STRIDE = 7 };
	bool slow = kin_test_rounds(100) < 100;

	/* Where that is slow not each, and of many fewer: a hundredth further on each time. */
	for (long n = 0; n < FAR; n += slow ? STRIDE + n / 100 : 1) {
		kin_fuse_set(n);
		int rc = body();
		bool blown = kin_fuse_blown();
		kin_fuse_set(-1);
		if (!blown) {
			if (rc < 0)
				kin_test_fail(file, line, "without a failing allocation it returned %s", kin_errname(rc));
			return;
		}
		if (rc != KIN_ENOMEM)
			kin_test_fail(file, line, "allocation %ld failed, and it returned %s", n, kin_errname(rc));
	}
	kin_test_fail(file, line, "still failing after %d allocations", FAR);
}

void kin_test_golden(const char *file, int line, const char *path, const char *actual)
{
	char full[1024], *expected = NULL;
	size_t size = 0;
	const char *mode = getenv("KIN_GOLDEN");

	snprintf(full, sizeof(full), "tests/%s", path);
	if (mode && strcmp(mode, "write") == 0) {
		FILE *out = fopen(full, "w");
		if (!out || fputs(actual, out) < 0 || fclose(out) != 0)
			kin_test_fail(file, line, "%s: %s", full, strerror(errno));
		return;
	}
	FILE *in = fopen(full, "r");
	if (!in)
		kin_test_fail(file, line, "%s: %s", full, strerror(errno));
	if (getdelim(&expected, &size, '\0', in) < 0)
		size = 0;
	fclose(in);
	bool same = strcmp(expected && size ? expected : "", actual) == 0;
	if (!same)
		fprintf(stderr, "%s has\n%s\n", full, expected ? expected : "");
	free(expected);
	if (!same)
		kin_test_fail(file, line, "%s differs from\n%s", full, actual);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status, (void)kind, (void)where;
	return remove(path);
}

static void remove_directory(void)
{
	if (directory[0])
		nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	directory[0] = '\0';
}

const char *kin_test_directory(void)
{
	const char *base = getenv("TMPDIR");

	if (directory[0])
		return directory;
	snprintf(directory, sizeof(directory), "%s/kin-test.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(directory))
		kin_test_fail(__FILE__, __LINE__, "%s: %s", directory, strerror(errno));
	return directory;
}

bool kin_test_repeats(void)
{
	return getenv("KIN_SEED") != NULL;
}

/* FNV-1a, Fowler, Noll and Vo. */
static uint64_t hash(uint64_t from, const char *text)
{
	for (; *text; text++)
		from = (from ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return from;
}

uint64_t kin_test_seed(const char *what)
{
	const char *given = getenv("KIN_SEED"), *run = getenv("KIN_RUN");
	uint64_t seed = kin_clock_random();

	if (run)
		seed = hash(hash(UINT64_C(0xcbf29ce484222325), run), what);
	seed = given ? strtoull(given, NULL, 10) : seed % 1000000007 + 1;
	fprintf(stderr, "%s: KIN_SEED=%llu\n", what, (unsigned long long)seed);
	return seed;
}

int kin_test_rounds(int n)
{
	const char *scale = getenv("KIN_SCALE");
	long rounds = scale ? n * strtol(scale, NULL, 10) / 100 : n;

	return rounds > 0 ? (int)rounds : 1;
}

static void run_one(void **state)
{
	((kin_test *)*state)->run();
}

static int clean_up(void **state)
{
	(void)state;
	kin_fuse_set(-1);
	remove_directory();
	return 0;
}

/* KIN_TEST_PART=1/2: every second test, from the first; 2/2: the others. */
static bool is_in_part(size_t place)
{
	const char *part = getenv("KIN_TEST_PART");
	unsigned mine = 1, parts = 1;

	if (part && (sscanf(part, "%u/%u", &mine, &parts) != 2 || mine < 1 || mine > parts)) {
		fprintf(stderr, "KIN_TEST_PART is %s: 1/2 is the first of two parts\n", part);
		exit(2);
	}
	return place % parts == mine - 1;
}

/* With an argument: only the tests whose name has it in it. */
int main(int argc, char **argv)
{
	size_t count = 0, place = 0;

	for (kin_test *t = tests; t; t = t->next)
		count++;
	struct CMUnitTest *list = calloc(count + 1, sizeof(*list));
	if (!list)
		return 2;
	count = 0;
	for (kin_test *t = tests; t; t = t->next) {
		if (!is_in_part(place++) || (argc > 1 && !strstr(t->name, argv[1])))
			continue;
		list[count++] = (struct CMUnitTest){
			.name = t->name, .test_func = run_one, .teardown_func = clean_up, .initial_state = t,
		};
	}
	int failed = _cmocka_run_group_tests(argv[0], list, count, NULL, NULL);
	free(list);
	return failed != 0;
}
