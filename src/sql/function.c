/* function.c - the functions whose spelling differs between databases.
 *
 * What all of them spell alike (lower, upper, trim, replace, abs, coalesce, nullif, count, sum, min, max, avg …)
 * needs no entry. Moments on SQLite are text with microseconds, as kin stores them, in UTC. */
#include "sql/function.h"

#include <strings.h>

#define SQLITE_NOW "strftime('%Y-%m-%d %H:%M:%f000', 'now')"

static const kin_function functions[] = {
	/* name                arguments  SQLite                                       PostgreSQL           MariaDB */
	{ "ceiling",           1, { "ceil",                                      "ceiling",           "ceiling" } },
	{ "char_length",       1, { "length",                                    "char_length",       "char_length" } },
	{ "character_length",  1, { "length",                                    "char_length",       "char_length" } },
	{ "current_date",      0, { "CURRENT_DATE",                              "CURRENT_DATE",      "CURRENT_DATE" } },
	{ "current_time",      0, { "strftime('%H:%M:%f000', 'now')",            "CURRENT_TIME",      "CURRENT_TIME(6)" } },
	{ "current_timestamp", 0, { SQLITE_NOW,                                  "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(6)" } },
	{ "day",               1, { "CAST(strftime('%d', $1) AS INTEGER)",       "CAST(EXTRACT(DAY FROM $1) AS INTEGER)", "day" } },
	{ "greatest",         -2, { "max",                                       "greatest",          "greatest" } },
	{ "group_concat",      1, { "group_concat",                              "string_agg($*CAST($1 AS TEXT), ',')", "group_concat" } },
	{ "group_concat",      2, { "group_concat",                              "string_agg",        "group_concat($*$1 SEPARATOR $2)" } },
	{ "hour",              1, { "CAST(strftime('%H', $1) AS INTEGER)",       "CAST(EXTRACT(HOUR FROM $1) AS INTEGER)", "hour" } },
	{ "ifnull",            2, { "ifnull",                                    "coalesce",          "ifnull" } },
	{ "instr",             2, { "instr",                                     "strpos",            "instr" } },
	/* A value of a JSON document as text, by its path: '$.owner.names[0]'. NULL where there is none, or null. */
	{ "json_value",        2, { "(SELECT CASE type WHEN 'true' THEN type WHEN 'false' THEN type ELSE CAST(value AS TEXT) END"
	                            " FROM json_tree($1, $2) LIMIT 1)",
	                            "(jsonb_path_query_first(CAST($1 AS JSONB), CAST($2 AS JSONPATH)) #>> '{}')",
	                            "NULLIF(JSON_UNQUOTE(JSON_EXTRACT($1, $2)), 'null')" } },
	{ "least",            -2, { "min",                                       "least",             "least" } },
	{ "length",            1, { "length",                                    "length",            "char_length" } },
	{ "minute",            1, { "CAST(strftime('%M', $1) AS INTEGER)",       "CAST(EXTRACT(MINUTE FROM $1) AS INTEGER)", "minute" } },
	{ "month",             1, { "CAST(strftime('%m', $1) AS INTEGER)",       "CAST(EXTRACT(MONTH FROM $1) AS INTEGER)", "month" } },
	{ "now",               0, { SQLITE_NOW,                                  "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(6)" } },
	{ "octet_length",      1, { "length(CAST($1 AS BLOB))",                  "octet_length",      "octet_length" } },
	{ "random",            0, { "random()",                                  "random()",          "rand()" } },
	{ "round",             2, { "round",                                     "round(CAST($1 AS NUMERIC), $2)", "round" } },
	{ "string_agg",        2, { "group_concat",                              "string_agg",        "group_concat($*$1 SEPARATOR $2)" } },
	{ "strpos",            2, { "instr",                                     "strpos",            "instr" } },
	{ "substring",        -2, { "substr",                                    "substr",            "substr" } },
	{ "year",              1, { "CAST(strftime('%Y', $1) AS INTEGER)",       "CAST(EXTRACT(YEAR FROM $1) AS INTEGER)", "year" } },
};

const kin_function *kin_function_find(const char *name, size_t arguments)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		const kin_function *f = &functions[i];
		bool fits = f->arguments < 0 ? arguments >= (size_t)-f->arguments : arguments == (size_t)f->arguments;
		if (fits && strcasecmp(name, f->name) == 0)
			return f;
	}
	return NULL;
}

bool kin_function_is_bare(const char *name, size_t length)
{
	static const char *const bare[] = { "current_date", "current_time", "current_timestamp" };

	for (size_t i = 0; i < sizeof(bare) / sizeof(*bare); i++)
		if (strlen(bare[i]) == length && strncasecmp(name, bare[i], length) == 0)
			return true;
	return false;
}
