/* harness.h - tests are sentences.
 *
 *     TEST(child_is_inserted_after_its_parent) { …; CHECK(kin_flush(session) == KIN_OK); }
 *
 * A TEST registers itself. FUSED(name) { … } runs its body again and again, with the 1st, 2nd, 3rd … allocation
 * failing, until it passes without one: each failure must come out as KIN_ENOMEM, with nothing leaked. Its body
 * returns the code it got. The runner is cmocka, whose totals are printed at the end. */
#ifndef KIN_HARNESS_H
#define KIN_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct kin_test {
	const char *name;
	void      (*run)(void);
	struct kin_test *next;
} kin_test;

void kin_test_register(kin_test *test);
void kin_test_fail(const char *file, int line, const char *format, ...) __attribute__((__format__(__printf__, 3, 4)));
void kin_test_fuse(const char *file, int line, int (*body)(void));
void kin_test_check_text(const char *file, int line, const char *expression, const char *actual, const char *expected);
/* Compare with the file tests/<path>; with KIN_GOLDEN=write in the environment, write it. */
void kin_test_golden(const char *file, int line, const char *path, const char *actual);
/* A new directory below TMPDIR for this test; removed, with what is in it, after the test. */
const char *kin_test_directory(void);

/* Where a random test begins, printed: KIN_SEED, which repeats a run that failed; else made from `what` and KIN_RUN, the name of a
 * run of all tests, so that testing the same tree again does the same; else from the clock. */
uint64_t kin_test_seed(const char *what);
/* Whether KIN_SEED is set: one round of that seed is wanted. */
bool kin_test_repeats(void);

/* How often to do at random what is usually done n times: KIN_SCALE is a percentage, for runs that are slow otherwise. */
int kin_test_rounds(int n);

#define TEST(test_name) \
	static void test_##test_name(void); \
	__attribute__((constructor)) static void test_register_##test_name(void) \
	{ \
		static kin_test test_ = { .name = #test_name, .run = test_##test_name }; \
		kin_test_register(&test_); \
	} \
	static void test_##test_name(void)

#define FUSED(test_name) \
	static int fused_##test_name(void); \
	TEST(test_name) { kin_test_fuse(__FILE__, __LINE__, fused_##test_name); } \
	static int fused_##test_name(void)

#define CHECK(condition) \
	((condition) ? (void)0 : kin_test_fail(__FILE__, __LINE__, "not so: %s", #condition))
/* With words of your own: CHECK_MSG(n == 3, "n is %d", n). */
#define CHECK_MSG(condition, ...) \
	((condition) ? (void)0 : kin_test_fail(__FILE__, __LINE__, __VA_ARGS__))
#define CHECK_INT(actual, expected) \
	do { \
		long long actual_ = (long long)(actual), expected_ = (long long)(expected); \
		if (actual_ != expected_) \
			kin_test_fail(__FILE__, __LINE__, "%s is %lld, not %lld", #actual, actual_, expected_); \
	} while (0)
#define CHECK_TEXT(actual, expected) kin_test_check_text(__FILE__, __LINE__, #actual, (actual), (expected))
/* The text has this in it. */
#define CHECK_HAS(text, part) \
	do { \
		const char *text_ = (text); \
		if (!text_ || !strstr(text_, (part))) \
			kin_test_fail(__FILE__, __LINE__, "\"%s\" is not in: %s", (part), text_ ? text_ : "NULL"); \
	} while (0)
#define GOLDEN(path, actual) kin_test_golden(__FILE__, __LINE__, (path), (actual))

#endif
