/* functions.c - functions that SQLite has not: regular expressions, and how far values are scattered.
 *
 * Patterns are POSIX extended expressions. A pattern that is the same in all rows is compiled once (SQLite keeps it with the statement).
 *
 * Variance is Welford's: the mean and the sum of squared distances from it go along with the values, so that large values that are close to
 * each other do not drown in rounding. Both go backwards too, which is what a window asks for. */
#include <limits.h>
#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "db/sqlite/driver.h"

/* ---- regular expressions ---- */

enum { GROUPS = 10 }; /* \0 to \9 */

static void free_pattern(void *memory)
{
	regfree(memory);
	kin_mem_free(memory);
}

static void fail_pattern(sqlite3_context *sqlite, int code, const regex_t *regex, const char *pattern)
{
	char reason[128];
	char *sentence;

	regerror(code, regex, reason, sizeof(reason));
	if ((sentence = sqlite3_mprintf("'%s' is no regular expression: %s", pattern, reason)))
		sqlite3_result_error(sqlite, sentence, -1);
	else
		sqlite3_result_error_nomem(sqlite);
	sqlite3_free(sentence);
}

/* The pattern, argument `at`; folded if argument `flags` is there and has an i. NULL: the result is set. */
static regex_t *pattern_of(sqlite3_context *sqlite, int count, sqlite3_value **values, int at, int flags)
{
	regex_t *regex = sqlite3_get_auxdata(sqlite, at);
	const char *pattern = (const char *)sqlite3_value_text(values[at]);
	const char *how = flags < count ? (const char *)sqlite3_value_text(values[flags]) : "";
	int code;

	if (regex)
		return regex;
	if (!pattern || !how || !(regex = kin_mem_zalloc(sizeof(*regex)))) {
		sqlite3_result_error_nomem(sqlite);
		return NULL;
	}
	code = regcomp(regex, pattern, REG_EXTENDED | (strchr(how, 'i') ? REG_ICASE : 0));
	if (code != 0) {
		fail_pattern(sqlite, code, regex, pattern);
		kin_mem_free(regex);
		return NULL;
	}
	sqlite3_set_auxdata(sqlite, at, regex, free_pattern); /* which frees it at once where memory is out */
	if (!(regex = sqlite3_get_auxdata(sqlite, at)))
		sqlite3_result_error_nomem(sqlite);
	return regex;
}

static bool any_null(int count, sqlite3_value **values)
{
	for (int i = 0; i < count; i++)
		if (sqlite3_value_type(values[i]) == SQLITE_NULL)
			return true;
	return false;
}

/* regexp(pattern, text[, flags]): what stands behind `text REGEXP pattern`. */
static void regexp(sqlite3_context *sqlite, int count, sqlite3_value **values)
{
	const regex_t *regex;
	const char *text;

	if (any_null(count, values) || !(regex = pattern_of(sqlite, count, values, 0, 2)))
		return;
	if ((text = (const char *)sqlite3_value_text(values[1])))
		sqlite3_result_int(sqlite, regexec(regex, text, 0, NULL, 0) == 0);
	else
		sqlite3_result_error_nomem(sqlite);
}

/* What replaces a match: \1 is what its first parentheses took, \\ a backslash. */
static void add_replacement(kin_text *out, const char *replacement, const char *text, const regmatch_t *groups)
{
	for (const char *c = replacement; *c; c++) {
		if (*c == '\\' && c[1] >= '0' && c[1] <= '9') {
			const regmatch_t *group = &groups[*++c - '0'];
			if (group->rm_so >= 0)
				kin_text_add_n(out, text + group->rm_so, (size_t)(group->rm_eo - group->rm_so));
		} else {
			c += *c == '\\' && c[1] == '\\';
			kin_text_add_char(out, *c);
		}
	}
}

/* An empty match is followed by the next character as it is. */
static void replace_all(kin_text *out, const regex_t *regex, const char *text, const char *replacement)
{
	regmatch_t groups[GROUPS];
	int flags = 0;

	while (regexec(regex, text, GROUPS, groups, flags) == 0) {
		kin_text_add_n(out, text, (size_t)groups[0].rm_so);
		add_replacement(out, replacement, text, groups);
		text += groups[0].rm_eo;
		flags = REG_NOTBOL;
		if (groups[0].rm_so == groups[0].rm_eo) {
			if (!*text)
				return;
			do
				kin_text_add_char(out, *text++);
			while (((unsigned char)*text & 0xc0) == 0x80);
		}
	}
	kin_text_add(out, text);
}

/* regexp_replace(text, pattern, replacement) */
static void regexp_replace(sqlite3_context *sqlite, int count, sqlite3_value **values)
{
	const char *text, *replacement;
	const regex_t *regex;
	kin_text out;

	if (any_null(count, values) || !(regex = pattern_of(sqlite, count, values, 1, count)))
		return;
	text = (const char *)sqlite3_value_text(values[0]);
	replacement = (const char *)sqlite3_value_text(values[2]);
	kin_text_init(&out);
	if (text && replacement)
		replace_all(&out, regex, text, replacement);
	if (text && replacement && kin_text_ok(&out))
		sqlite3_result_text64(sqlite, out.data, out.length, SQLITE_TRANSIENT, SQLITE_UTF8);
	else
		sqlite3_result_error_nomem(sqlite);
	kin_text_done(&out);
}

/* ---- variance ---- */

typedef struct spread {
	int64_t count;
	double  mean;
	double  squares; /* of the distances from it, added up */
} spread;

/* What is asked of them: the function's user data. */
typedef struct measure {
	const char *name;
	bool        sample; /* the values are some of all */
	bool        root;
} measure;

static const measure measures[] = {
	{ "stddev_samp", true, true }, { "stddev_pop", false, true }, { "var_samp", true, false }, { "var_pop", false, false },
};

static void add_value(sqlite3_context *sqlite, int count, sqlite3_value **values)
{
	spread *s = sqlite3_aggregate_context(sqlite, sizeof(*s));
	double value = sqlite3_value_double(values[0]), distance;

	(void)count;
	if (!s || sqlite3_value_type(values[0]) == SQLITE_NULL)
		return;
	distance = value - s->mean;
	s->count++;
	s->mean += distance / (double)s->count;
	s->squares += distance * (value - s->mean);
}

static void take_value(sqlite3_context *sqlite, int count, sqlite3_value **values)
{
	spread *s = sqlite3_aggregate_context(sqlite, sizeof(*s));
	double value = sqlite3_value_double(values[0]), distance;

	(void)count;
	if (!s || sqlite3_value_type(values[0]) == SQLITE_NULL)
		return;
	if (--s->count == 0) {
		*s = (spread){ 0 };
		return;
	}
	distance = value - s->mean;
	s->mean -= distance / (double)s->count;
	s->squares -= distance * (value - s->mean);
}

static void give_spread(sqlite3_context *sqlite)
{
	const measure *m = sqlite3_user_data(sqlite);
	const spread *s = sqlite3_aggregate_context(sqlite, 0);
	int64_t least = m->sample ? 2 : 1;
	double variance;

	if (!s || s->count < least)
		return;
	variance = s->squares > 0 ? s->squares / (double)(m->sample ? s->count - 1 : s->count) : 0;
	sqlite3_result_double(sqlite, m->root ? sqrt(variance) : variance);
}

/* ---- putting them there ---- */

static int install(sqlite3 *handle, const char *name, int arguments, void (*function)(sqlite3_context *, int, sqlite3_value **))
{
	return sqlite3_create_function_v2(handle, name, arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, function, NULL,
	                                  NULL, NULL);
}

int kin_sqlite_add_functions(sqlite3 *handle)
{
	int rc = install(handle, "regexp", 2, regexp);

	if (rc == SQLITE_OK)
		rc = install(handle, "regexp", 3, regexp);
	if (rc == SQLITE_OK)
		rc = install(handle, "regexp_replace", 3, regexp_replace);
	for (size_t i = 0; rc == SQLITE_OK && i < sizeof(measures) / sizeof(*measures); i++) {
		union {
			const void *constant;
			void       *given;
		} data = { .constant = &measures[i] }; /* which nobody writes to */
		rc = sqlite3_create_window_function(handle, measures[i].name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, data.given,
		                                    add_value, give_spread, give_spread, take_value, NULL);
	}
	return rc;
}
