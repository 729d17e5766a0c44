/* function.c - the functions there are, and how each database spells those that it spells in its own way.
 *
 * Moments on SQLite are text with microseconds, as kin stores them, in UTC: of "2026-11-22 10:30:00.000000" the day is what date() makes of
 * it, and what is behind that, or behind the seconds, is put back as it was. */
#include "sql/function.h"

#include <strings.h>

enum { MANY = UINT8_MAX };

#define SQLITE_NOW "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
#define PARTS(letter, field, name) \
	{ "CAST(strftime('%" letter "', $1) AS INTEGER)", "CAST(EXTRACT(" field " FROM $1) AS INTEGER)", name }
/* A day that the month does not have is its last one. */
#define SQLITE_MONTHS(n) "min(date($1, " n " || ' months'), date($1, 'start of month', " n " || ' months', '+1 month', '-1 day')) || substr($1, 11)"
#define ADD_TIME(name, unit, field) \
	{ "(strftime('%Y-%m-%d %H:%M:%S', $1, $b || ' " name "') || substr($1, 20))", "($a + make_interval(" unit " => CAST($2 AS INTEGER)))", \
	  "DATE_ADD($1, INTERVAL $b " field ")" }
#define ADD_DATE(sqlite, unit, field) \
	{ "(" sqlite ")", "$<CAST($>($a + make_interval(" unit " => CAST($2 AS INTEGER)))$< AS DATE)$>", "DATE_ADD($1, INTERVAL $b " field ")" }
#define DOUBLE(name) { name "($1)", name "(CAST($1 AS DOUBLE PRECISION))", name "($1)" }
/* MariaDB's patterns would go by the collation; SQLite's functions are the driver's. */
#define PATTERN "CONCAT('(?-i)', $2)"
#define SPREAD(name) { name, name "($*CAST($1 AS DOUBLE PRECISION))", name }
#define SAME { NULL, NULL, NULL }

static const kin_function functions[] = {
	/* name              arguments  gives                    SQLite, PostgreSQL, MariaDB */
	{ "abs",               1, 1,    KIN_GIVES_ARGUMENTS,   SAME },
	{ "add_days",          2, 2,    KIN_GIVES_FIRST,       ADD_DATE("date($1, $b || ' days') || substr($1, 11)", "days", "DAY") },
	{ "add_hours",         2, 2,    KIN_KIND_NULL,         ADD_TIME("hours", "hours", "HOUR") },
	{ "add_minutes",       2, 2,    KIN_KIND_NULL,         ADD_TIME("minutes", "mins", "MINUTE") },
	{ "add_months",        2, 2,    KIN_GIVES_FIRST,       ADD_DATE(SQLITE_MONTHS("$b"), "months", "MONTH") },
	{ "add_seconds",       2, 2,    KIN_KIND_NULL,         ADD_TIME("seconds", "secs", "SECOND") },
	{ "add_years",         2, 2,    KIN_GIVES_FIRST,       ADD_DATE(SQLITE_MONTHS("($b * 12)"), "years", "YEAR") },
	{ "avg",               1, 1,    KIN_KIND_DOUBLE,       SAME },
	{ "bool_and",          1, 1,    KIN_KIND_BOOL,         { "min", "bool_and", "min" } },
	{ "bool_or",           1, 1,    KIN_KIND_BOOL,         { "max", "bool_or", "max" } },
	{ "ceil",              1, 1,    KIN_GIVES_ARGUMENTS,   SAME },
	{ "ceiling",           1, 1,    KIN_GIVES_ARGUMENTS,   { "ceil", "ceiling", "ceiling" } },
	{ "char_length",       1, 1,    KIN_KIND_INT64,        { "length", "char_length", "char_length" } },
	{ "character_length",  1, 1,    KIN_KIND_INT64,        { "length", "char_length", "char_length" } },
	{ "coalesce",          1, MANY, KIN_GIVES_ARGUMENTS,   SAME },
	{ "concat",            1, MANY, KIN_KIND_TEXT,         { "($|)", "($|)", "concat" } },
	{ "contains",          2, 2,    KIN_KIND_BOOL,         { "(instr($1, $2) > 0)", "(strpos($1, $2) > 0)", "(instr($1, $2) > 0)" } },
	{ "count",             1, 1,    KIN_KIND_INT64,        SAME },
	{ "cume_dist",         0, 0,    KIN_KIND_DOUBLE,       { "cume_dist()", "cume_dist()", "cume_dist()" } },
	{ "current_date",      0, 0,    KIN_KIND_DATE,         { "CURRENT_DATE", "CURRENT_DATE", "CURRENT_DATE" } },
	{ "current_time",      0, 0,    KIN_KIND_TIME,         { "strftime('%H:%M:%f000', 'now')", "CURRENT_TIME", "CURRENT_TIME(6)" } },
	{ "current_timestamp", 0, 0,    KIN_KIND_TIMESTAMP,    { SQLITE_NOW, "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(6)" } },
	/* The part of a moment that is its day. */
	{ "date",              1, 1,    KIN_KIND_DATE,         { "date", "CAST($1 AS DATE)", "date" } },
	/* Days from the second to the first. */
	{ "datediff",          2, 2,    KIN_KIND_INT64,        { "CAST(julianday(date($1)) - julianday(date($2)) AS INTEGER)",
	                                                         "(CAST($1 AS DATE) - CAST($2 AS DATE))", "datediff" } },
	{ "day",               1, 1,    KIN_KIND_INT64,        PARTS("d", "DAY", "day") },
	/* From 1, Monday, to 7. */
	{ "day_of_week",       1, 1,    KIN_KIND_INT64,        { "((CAST(strftime('%w', $1) AS INTEGER) + 6) % 7 + 1)",
	                                                         "CAST(EXTRACT(ISODOW FROM $1) AS INTEGER)", "(weekday($1) + 1)" } },
	{ "day_of_year",       1, 1,    KIN_KIND_INT64,        PARTS("j", "DOY", "dayofyear") },
	{ "dense_rank",        0, 0,    KIN_KIND_INT64,        { "dense_rank()", "dense_rank()", "dense_rank()" } },
	{ "ends_with",         2, 2,    KIN_KIND_BOOL,         { "(substr($1, length($1) - length($2) + 1) = $b)",
	                                                         "(right($1, length($2)) = $b)", "(right($1, char_length($2)) = $b)" } },
	/* Seconds since 1970. */
	{ "epoch",             1, 1,    KIN_KIND_INT64,        { "CAST(strftime('%s', $1) AS INTEGER)",
	                                                         "CAST(FLOOR(EXTRACT(EPOCH FROM $1)) AS BIGINT)",
	                                                         "TIMESTAMPDIFF(SECOND, '1970-01-01', $1)" } },
	{ "exp",               1, 1,    KIN_KIND_DOUBLE,       DOUBLE("exp") },
	{ "first_value",       1, 1,    KIN_GIVES_ARGUMENTS,   SAME },
	{ "floor",             1, 1,    KIN_GIVES_ARGUMENTS,   SAME },
	{ "greatest",          2, MANY, KIN_GIVES_ARGUMENTS,   { "max", "greatest", "greatest" } },
	{ "group_concat",      1, 1,    KIN_KIND_TEXT,         { "group_concat", "string_agg($*CAST($1 AS TEXT), ',')", "group_concat" } },
	{ "group_concat",      2, 2,    KIN_KIND_TEXT,         { "group_concat", "string_agg($*CAST($1 AS TEXT), $2)",
	                                                         "group_concat($*$1 SEPARATOR $2)" } },
	{ "hour",              1, 1,    KIN_KIND_INT64,        PARTS("H", "HOUR", "hour") },
	{ "ifnull",            2, 2,    KIN_GIVES_ARGUMENTS,   { "ifnull", "coalesce", "ifnull" } },
	{ "instr",             2, 2,    KIN_KIND_INT64,        { "instr", "strpos", "instr" } },
	/* A value of a JSON document as text, by its path: '$.owner.names[0]'. NULL where there is none, or null. */
	{ "json_value",        2, 2,    KIN_KIND_TEXT,         { "(SELECT CASE type WHEN 'true' THEN type WHEN 'false' THEN type ELSE CAST(value AS TEXT) END"
	                                                         " FROM json_tree($1, $2) LIMIT 1)",
	                                                         "(jsonb_path_query_first(CAST($1 AS JSONB), CAST($2 AS JSONPATH)) #>> '{}')",
	                                                         "NULLIF(JSON_UNQUOTE(JSON_EXTRACT($1, $2)), 'null')" } },
	/* MariaDB has no third argument: coalesce() around it says what there is instead. */
	{ "lag",               1, 2,    KIN_GIVES_FIRST,       SAME },
	{ "last_value",        1, 1,    KIN_GIVES_ARGUMENTS,   SAME },
	{ "lead",              1, 2,    KIN_GIVES_FIRST,       SAME },
	{ "least",             2, MANY, KIN_GIVES_ARGUMENTS,   { "min", "least", "least" } },
	{ "left",              2, 2,    KIN_KIND_TEXT,         { "substr($1, 1, $2)", "left", "left" } },
	{ "length",            1, 1,    KIN_KIND_INT64,        { "length", "length", "char_length" } },
	{ "ln",                1, 1,    KIN_KIND_DOUBLE,       DOUBLE("ln") },
	{ "log10",             1, 1,    KIN_KIND_DOUBLE,       { "log10", "log(CAST($1 AS DOUBLE PRECISION))", "log10" } },
	{ "lower",             1, 1,    KIN_KIND_TEXT,         SAME },
	{ "lpad",              3, 3,    KIN_KIND_TEXT,         { "(substr(replace(hex(zeroblob($2)), '00', $3), 1, max($b - length($1), 0)) || substr($1, 1, $2))",
	                                                         "lpad", "lpad" } },
	{ "ltrim",             1, 1,    KIN_KIND_TEXT,         SAME },
	{ "ltrim",             2, 2,    KIN_KIND_TEXT,         { "ltrim", "ltrim", "TRIM(LEADING $2 FROM $1)" } },
	{ "max",               1, 1,    KIN_GIVES_ARGUMENTS,   SAME },
	{ "min",               1, 1,    KIN_GIVES_ARGUMENTS,   SAME },
	{ "minute",            1, 1,    KIN_KIND_INT64,        PARTS("M", "MINUTE", "minute") },
	{ "mod",               2, 2,    KIN_GIVES_ARGUMENTS,   { "($a % $b)", "mod", "mod" } },
	{ "month",             1, 1,    KIN_KIND_INT64,        PARTS("m", "MONTH", "month") },
	{ "now",               0, 0,    KIN_KIND_TIMESTAMP,    { SQLITE_NOW, "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(6)" } },
	{ "nth_value",         2, 2,    KIN_GIVES_FIRST,       SAME },
	{ "ntile",             1, 1,    KIN_KIND_INT64,        SAME },
	{ "nullif",            2, 2,    KIN_GIVES_FIRST,       SAME },
	{ "octet_length",      1, 1,    KIN_KIND_INT64,        { "length(CAST($1 AS BLOB))", "octet_length", "octet_length" } },
	{ "percent_rank",      0, 0,    KIN_KIND_DOUBLE,       { "percent_rank()", "percent_rank()", "percent_rank()" } },
	{ "power",             2, 2,    KIN_KIND_DOUBLE,       { "pow", "power(CAST($1 AS DOUBLE PRECISION), CAST($2 AS DOUBLE PRECISION))", "power" } },
	{ "quarter",           1, 1,    KIN_KIND_INT64,        { "((CAST(strftime('%m', $1) AS INTEGER) + 2) / 3)",
	                                                         "CAST(EXTRACT(QUARTER FROM $1) AS INTEGER)", "quarter" } },
	/* From 0, to below 1. */
	{ "random",            0, 0,    KIN_KIND_DOUBLE,       { "(random() / 18446744073709551616.0 + 0.5)", "random()", "rand()" } },
	{ "rank",              0, 0,    KIN_KIND_INT64,        { "rank()", "rank()", "rank()" } },
	/* Whether a regular expression matches some of it; with 'i', whatever the case of letters. */
	{ "regexp_like",       2, 2,    KIN_KIND_BOOL,         { "regexp($2, $1)", "($a ~ $b)", "($a REGEXP " PATTERN ")" } },
	{ "regexp_like",       3, 3,    KIN_KIND_BOOL,         { "regexp($2, $1, $3)", "($a ~ ('(?' || $c || ')' || $b))", "($a REGEXP CONCAT('(?', $3, ')', $2))" } },
	/* All that it matches; \1 in the replacement is what its first parentheses took. */
	{ "regexp_replace",    3, 3,    KIN_KIND_TEXT,         { NULL, "regexp_replace($1, $2, $3, 'g')", "regexp_replace($1, " PATTERN ", $3)" } },
	{ "repeat",            2, 2,    KIN_KIND_TEXT,         { "replace(hex(zeroblob($2)), '00', $1)", "repeat", "repeat" } },
	{ "replace",           3, 3,    KIN_KIND_TEXT,         SAME },
	{ "reverse",           1, 1,    KIN_KIND_TEXT,         { "(WITH RECURSIVE r (i, s) AS (SELECT length($1), '' UNION ALL SELECT i - 1, s || substr($1, i, 1) "
	                                                         "FROM r WHERE i > 0) SELECT s FROM r WHERE i = 0)", "reverse", "reverse" } },
	{ "right",             2, 2,    KIN_KIND_TEXT,         { "substr($1, max(length($1) - $b, 0) + 1)", "right", "right" } },
	{ "round",             1, 1,    KIN_KIND_NULL,         { "round", "round(CAST($1 AS NUMERIC))", "round(CAST($1 AS DECIMAL(65, 30)))" } },
	{ "round",             2, 2,    KIN_KIND_NULL,         { "round", "round(CAST($1 AS NUMERIC), $2)", "round(CAST($1 AS DECIMAL(65, 30)), $2)" } },
	{ "row_number",        0, 0,    KIN_KIND_INT64,        { "row_number()", "row_number()", "row_number()" } },
	{ "rpad",              3, 3,    KIN_KIND_TEXT,         { "substr($a || replace(hex(zeroblob($2)), '00', $3), 1, $2)", "rpad", "rpad" } },
	{ "rtrim",             1, 1,    KIN_KIND_TEXT,         SAME },
	{ "rtrim",             2, 2,    KIN_KIND_TEXT,         { "rtrim", "rtrim", "TRIM(TRAILING $2 FROM $1)" } },
	{ "second",            1, 1,    KIN_KIND_INT64,        { "CAST(strftime('%S', $1) AS INTEGER)", "CAST(FLOOR(EXTRACT(SECOND FROM $1)) AS INTEGER)", "second" } },
	{ "sign",              1, 1,    KIN_KIND_INT64,        { "sign", "CAST(sign($1) AS INTEGER)", "sign" } },
	{ "sqrt",              1, 1,    KIN_KIND_DOUBLE,       DOUBLE("sqrt") },
	{ "start_of_month",    1, 1,    KIN_KIND_DATE,         { "date($1, 'start of month')", "CAST(date_trunc('month', $1) AS DATE)",
	                                                         "CAST(DATE_FORMAT($1, '%Y-%m-01') AS DATE)" } },
	/* Its Monday. */
	{ "start_of_week",     1, 1,    KIN_KIND_DATE,         { "date($1, '-6 days', 'weekday 1')", "CAST(date_trunc('week', $1) AS DATE)",
	                                                         "date(DATE_SUB($1, INTERVAL weekday($1) DAY))" } },
	{ "start_of_year",     1, 1,    KIN_KIND_DATE,         { "date($1, 'start of year')", "CAST(date_trunc('year', $1) AS DATE)",
	                                                         "CAST(DATE_FORMAT($1, '%Y-01-01') AS DATE)" } },
	{ "starts_with",       2, 2,    KIN_KIND_BOOL,         { "(substr($1, 1, length($2)) = $b)", "(left($1, length($2)) = $b)",
	                                                         "(left($1, char_length($2)) = $b)" } },
	/* As the standard has it, of some of all values: NULL of one. */
	{ "stddev",            1, 1,    KIN_KIND_DOUBLE,       SPREAD("stddev_samp") },
	{ "stddev_pop",        1, 1,    KIN_KIND_DOUBLE,       SPREAD("stddev_pop") },
	{ "stddev_samp",       1, 1,    KIN_KIND_DOUBLE,       SPREAD("stddev_samp") },
	{ "string_agg",        2, 2,    KIN_KIND_TEXT,         { "group_concat", "string_agg($*CAST($1 AS TEXT), $2)",
	                                                         "group_concat($*$1 SEPARATOR $2)" } },
	{ "strpos",            2, 2,    KIN_KIND_INT64,        { "instr", "strpos", "instr" } },
	{ "substr",            2, 3,    KIN_KIND_TEXT,         SAME },
	{ "substring",         2, 3,    KIN_KIND_TEXT,         { "substr", "substr", "substr" } },
	{ "sum",               1, 1,    KIN_GIVES_SUM,         SAME },
	{ "trim",              1, 1,    KIN_KIND_TEXT,         SAME },
	{ "trim",              2, 2,    KIN_KIND_TEXT,         { "trim", "btrim", "TRIM(BOTH $2 FROM $1)" } },
	{ "upper",             1, 1,    KIN_KIND_TEXT,         SAME },
	{ "var_pop",           1, 1,    KIN_KIND_DOUBLE,       SPREAD("var_pop") },
	{ "var_samp",          1, 1,    KIN_KIND_DOUBLE,       SPREAD("var_samp") },
	{ "variance",          1, 1,    KIN_KIND_DOUBLE,       SPREAD("var_samp") },
	/* Of ISO 8601: that of a year's first Thursday is 1. */
	{ "week",              1, 1,    KIN_KIND_INT64,        { "((strftime('%j', date($1, '-3 days', 'weekday 4')) - 1) / 7 + 1)",
	                                                         "CAST(EXTRACT(WEEK FROM $1) AS INTEGER)", "week($1, 3)" } },
	{ "year",              1, 1,    KIN_KIND_INT64,        PARTS("Y", "YEAR", "year") },
};

enum { COUNT = sizeof(functions) / sizeof(*functions) };

const kin_function *kin_function_find(const char *name, size_t arguments)
{
	for (size_t i = 0; i < COUNT; i++) {
		const kin_function *f = &functions[i];
		if (arguments >= f->least && arguments <= f->most && strcasecmp(name, f->name) == 0)
			return f;
	}
	return NULL;
}

const kin_function *kin_function_named(const char *name)
{
	const kin_function *found = NULL;

	for (size_t i = 0; i < COUNT; i++)
		if (strcasecmp(name, functions[i].name) == 0)
			found = &functions[i];
	return found;
}

const char *kin_function_nearest(const char *name)
{
	const char *names[COUNT];

	for (size_t i = 0; i < COUNT; i++)
		names[i] = functions[i].name;
	return kin_text_nearest(name, names, COUNT);
}

static bool is_one_of(const char *name, const char *const *names)
{
	while (*names && strcasecmp(*names, name) != 0)
		names++;
	return *names;
}

bool kin_function_is_aggregate(const char *name)
{
	static const char *const names[] = { "avg", "bool_and", "bool_or", "count", "group_concat", "max", "min", "stddev", "stddev_pop", "stddev_samp",
		                             "string_agg", "sum", "var_pop", "var_samp", "variance", NULL };

	return is_one_of(name, names);
}

bool kin_function_is_window(const char *name)
{
	static const char *const names[] = { "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile", "percent_rank",
		                             "rank", "row_number", NULL };

	return is_one_of(name, names);
}

bool kin_function_is_bare(const char *name, size_t length)
{
	static const char *const bare[] = { "current_date", "current_time", "current_timestamp" };

	for (size_t i = 0; i < sizeof(bare) / sizeof(*bare); i++)
		if (strlen(bare[i]) == length && strncasecmp(name, bare[i], length) == 0)
			return true;
	return false;
}
