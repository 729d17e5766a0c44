/* function.c - each function gives the same on every database. */
#include <kin/select.h>

#include "orm/registry.h"
#include "orm/site.h"
#include "orm_test.h"
#include "sql/ddl.h"
#include "value/show.h"

KIN_DECLARE(Moment);
struct Moment {
	int64_t                 id;
	const char             *name;
	kin_date                day;
	kin_datetime            at;
	double                  size;
	int32_t                 whole;
	kin_nullable(int32_t)   nothing;
};

KIN_MODEL(Moment, "moments") {
	kin_column(id, .primary_key = true);
	kin_column(name, .length = 80);
	kin_column(day);
	kin_column(at);
	kin_column(size);
	kin_column(whole);
	kin_column(nothing);
}

typedef struct A_text { const char *value; } A_text;
typedef struct A_number { kin_nullable(double) value; } A_number;
typedef struct A_day { kin_date value; } A_day;
typedef struct A_moment { kin_datetime value; } A_moment;
typedef struct A_truth { bool value; } A_truth;
KIN_ROW(A_text, value);
KIN_ROW(A_number, value);
KIN_ROW(A_day, value);
KIN_ROW(A_moment, value);
KIN_ROW(A_truth, value);

static kin_session *session;

static void open_moments(void)
{
	kin_arena arena = { 0 };
	kin_schema schema;
	kin_text text;

	test_open();
	kin_text_init(&text);
	test_run("DROP TABLE IF EXISTS moments");
	CHECK_INT(kin_registry_configure(kin_registry_default(), NULL), KIN_OK);
	CHECK_INT(kin_registry_schema(kin_registry_default(), &arena, &schema, NULL), KIN_OK);
	kin_ddl_table(kin_db_dialect_of(test_db()), &text, kin_schema_table(&schema, "moments"));
	test_run(text.data);
	kin_text_done(&text);
	kin_arena_done(&arena);
	session = test_session();
	kin_date day = kin_date_of(2024, 1, 31), sunday = kin_date_of(2027, 1, 3);
	kin_datetime at = kin_datetime_of(2026, 11, 22, 13, 45, 59), other = kin_datetime_of(1969, 12, 31, 23, 59, 58);
	at.us += 123456;
	kin_add(session, kin_new(session, Moment, .name = "Größe", .day = day, .at = at, .size = 2.25, .whole = 7));
	kin_add(session, kin_new(session, Moment, .name = "  ab ", .day = sunday, .at = other, .size = -1.5, .whole = -7));
	CHECK_INT(kin_commit(session), KIN_OK);
}

#define ASK(Row, expression, id) kin_select_first(session, Row, "select " expression " as value from Moment where id = ?", id)
#define SAYS(id, expression, expected) \
	do { \
		const A_text *got = ASK(A_text, expression, id); \
		CHECK_MSG(got, "%s: %s", expression, kin_errmsg(session)); \
		CHECK_MSG(got && got->value && strcmp(got->value, expected) == 0, "%s is '%s', not '%s'", expression, got ? got->value : "", expected); \
	} while (0)
#define IS(id, expression, expected) \
	do { \
		const A_number *got = ASK(A_number, expression, id); \
		CHECK_MSG(got, "%s: %s", expression, kin_errmsg(session)); \
		double off = got ? got->value.value - (expected) : 1; \
		CHECK_MSG(got && got->value.present && off < 1e-9 && off > -1e-9, "%s is %.17g, not %.17g", expression, \
		          got ? got->value.value : 0, (double)(expected)); \
	} while (0)
#define IS_NULL(id, expression) \
	do { \
		const A_number *got = ASK(A_number, expression, id); \
		CHECK_MSG(got && !got->value.present, "%s: %s", expression, kin_errmsg(session)); \
	} while (0)
#define HOLDS(id, expression, expected) \
	do { \
		const A_truth *got = ASK(A_truth, expression, id); \
		CHECK_MSG(got, "%s: %s", expression, kin_errmsg(session)); \
		CHECK_MSG(got && got->value == (expected), "%s", expression); \
	} while (0)
#define IS_DAY(id, expression, expected) \
	do { \
		const A_day *got = ASK(A_day, expression, id); \
		char text[KIN_SHOW_DATE] = ""; \
		CHECK_MSG(got, "%s: %s", expression, kin_errmsg(session)); \
		if (got) \
			kin_show_date(text, KIN_KIND_DATE, got->value.days); \
		CHECK_MSG(strcmp(text, expected) == 0, "%s is %s, not %s", expression, text, expected); \
	} while (0)
#define IS_MOMENT(id, expression, expected) \
	do { \
		const A_moment *got = ASK(A_moment, expression, id); \
		char text[KIN_SHOW_DATE] = ""; \
		CHECK_MSG(got, "%s: %s", expression, kin_errmsg(session)); \
		if (got) \
			kin_show_date(text, KIN_KIND_DATETIME, got->value.us); \
		CHECK_MSG(strcmp(text, expected) == 0, "%s is %s, not %s", expression, text, expected); \
	} while (0)

TEST(functions_of_text)
{
	open_moments();
	SAYS(1, "lower('BEN')", "ben");
	SAYS(1, "upper('ben')", "BEN");
	IS(1, "length(name)", 5);
	IS(1, "char_length(name)", 5);
	IS(1, "octet_length(name)", 7);
	SAYS(2, "trim(name)", "ab");
	SAYS(2, "ltrim(name) || '.'", "ab .");
	SAYS(2, "'.' || rtrim(name)", ".  ab");
	SAYS(1, "trim('xxaxx', 'x')", "a");
	SAYS(1, "ltrim('xxaxx', 'x')", "axx");
	SAYS(1, "rtrim('xxaxx', 'x')", "xxa");
	SAYS(1, "substr(name, 2)", "röße");
	SAYS(1, "substring(name, 2, 3)", "röß");
	SAYS(1, "left(name, 2)", "Gr");
	SAYS(1, "left(name, 0) || 'x'", "x");
	SAYS(1, "right(name, 2)", "ße");
	SAYS(1, "right(name, 0) || 'x'", "x");
	SAYS(1, "right(name, 99)", "Größe");
	SAYS(1, "replace(name, 'ö', 'oe')", "Groeße");
	SAYS(1, "repeat(name, 2)", "GrößeGröße");
	SAYS(1, "repeat('ab', 0) || 'x'", "x");
	SAYS(1, "reverse(name)", "eßörG");
	SAYS(1, "lpad(name, 8, '.-')", ".-.Größe");
	SAYS(1, "rpad(name, 8, '.-')", "Größe.-.");
	SAYS(1, "lpad(name, 2, '.')", "Gr");
	SAYS(1, "rpad(name, 2, '.')", "Gr");
	SAYS(1, "concat(name, '-', 'x')", "Größe-x");
	SAYS(1, "name || '-' || 'x'", "Größe-x");
	IS(1, "instr(name, 'ß')", 4);
	IS(1, "strpos(name, 'y')", 0);
	HOLDS(1, "starts_with(name, 'Gr')", true);
	HOLDS(1, "starts_with(name, 'rö')", false);
	HOLDS(1, "ends_with(name, 'ße')", true);
	HOLDS(1, "ends_with(name, 'Größer')", false);
	HOLDS(1, "ends_with(name, '')", true);
	HOLDS(1, "contains(name, 'öß')", true);
	HOLDS(1, "contains(name, 'x')", false);
	test_close();
}

TEST(functions_of_numbers)
{
	open_moments();
	IS(2, "abs(whole)", 7);
	IS(2, "sign(size)", -1);
	IS(1, "sign(whole)", 1);
	IS(1, "round(size)", 2);
	IS(2, "round(size)", -2);
	IS(1, "round(size, 1)", 2.3);
	IS(1, "ceil(size)", 3);
	IS(2, "ceiling(size)", -1);
	IS(2, "floor(size)", -2);
	IS(1, "mod(whole, 4)", 3);
	IS(2, "mod(whole, 4)", -3);
	IS(1, "whole % 4", 3);
	IS(1, "sqrt(size)", 1.5);
	IS(1, "power(whole, 2)", 49);
	IS(1, "power(size, 2)", 5.0625);
	IS(1, "exp(0)", 1);
	IS(1, "ln(exp(2))", 2);
	IS(1, "log10(1000)", 3);
	IS(1, "greatest(whole, 3, 9)", 9);
	IS(1, "least(whole, 3, 9)", 3);
	IS(1, "coalesce(nothing, whole)", 7);
	IS(1, "ifnull(nothing, 3)", 3);
	IS_NULL(1, "nullif(whole, 7)");
	IS(1, "nullif(whole, 8)", 7);
	IS(1, "case when whole > 3 then 1 else 2 end", 1);
	IS(1, "cast('12' as integer)", 12);
	HOLDS(1, "random() >= 0", true);
	HOLDS(1, "random() < 1", true);
	test_close();
}

/* A dqlite cluster's nodes have no functions but SQLite's. */
static bool has_drivers_functions(void)
{
	return !(test_on_sqlite() && test_on_server());
}

TEST(regular_expressions)
{
	open_moments();
	if (has_drivers_functions()) {
		HOLDS(1, "regexp_like(name, '^Gr.+e$')", true);
		HOLDS(1, "regexp_like(name, '^gr')", false);
		HOLDS(1, "regexp_like(name, '^gr', 'i')", true);
		HOLDS(1, "regexp_like(name, '[0-9]')", false);
		HOLDS(1, "regexp_like('a.b', 'a\\.b')", true);
		HOLDS(1, "regexp_like('a.b', '^(b|a)[.]')", true);
		IS_NULL(1, "case when regexp_like(null, 'a') then 1 end");
		SAYS(1, "regexp_replace('2024-01-31', '([0-9]+)-([0-9]+)-([0-9]+)', '\\3.\\2.\\1')", "31.01.2024");
		SAYS(1, "regexp_replace(name, 'ö|e', '-')", "Gr-ß-");
		SAYS(1, "regexp_replace('aaa', 'b', '-')", "aaa");
		if (test_on_sqlite()) /* MariaDB replaces nothing there */
			SAYS(1, "regexp_replace('ab', 'x*', '-')", "-a-b-");
		test_forget();
		CHECK_INT(kin_count(session, Moment, "regexp_like(name, ?)", "^G"), 1);
		CHECK_SQL(test_words("SELECT count(*) FROM moments WHERE regexp(?, moments.name)", "SELECT count(*) FROM moments WHERE (moments.name ~ ?)",
		                     "SELECT count(*) FROM moments WHERE (moments.name REGEXP CONCAT('(?-i)', ?))"));
		CHECK_OK(session);
	}
	test_close();
}

TEST(a_broken_regular_expression_is_the_database_s_error)
{
	open_moments();
	if (has_drivers_functions()) {
		CHECK_INT(kin_count(session, Moment, "regexp_like(name, ?)", "("), -1);
		CHECK(kin_errcode(session) < 0);
		if (test_on_sqlite())
			CHECK_HAS(kin_errmsg(session), "'(' is no regular expression: ");
	}
	test_forget();
	test_close();
}

TEST(how_far_values_are_scattered)
{
	open_moments();
	if (has_drivers_functions()) {
		double off = kin_scalar(session, double, "select stddev_pop(whole) from Moment") - 7;
		CHECK(off < 1e-9 && off > -1e-9);
		off = kin_scalar(session, double, "select var_samp(whole) from Moment") - 98;
		CHECK(off < 1e-9 && off > -1e-9);
		off = kin_scalar(session, double, "select variance(whole) / stddev(whole) from Moment") - 9.899494936611665;
		CHECK(off < 1e-9 && off > -1e-9);
		off = kin_scalar(session, double, "select var_pop(whole + 1000000000000) from Moment") - 49;
		CHECK(off < 1e-9 && off > -1e-9);
		off = kin_scalar(session, double, "select var_pop(whole) over (order by id rows between 1 preceding and current row) from Moment order by id "
		                 "offset 1") - 49;
		CHECK(off < 1e-9 && off > -1e-9);
		CHECK(kin_scalar(session, kin_nullable(double), "select stddev_pop(whole) from Moment where id = 1").present);
		CHECK(!kin_scalar(session, kin_nullable(double), "select stddev(whole) from Moment where id = 1").present);
		CHECK(!kin_scalar(session, kin_nullable(double), "select var_pop(nothing) from Moment").present);
		CHECK_OK(session);
	}
	test_forget();
	test_close();
}

TEST(parts_of_dates_and_times)
{
	open_moments();
	IS(1, "year(day)", 2024);
	IS(1, "month(day)", 1);
	IS(1, "day(day)", 31);
	IS(1, "quarter(at)", 4);
	IS(1, "hour(at)", 13);
	IS(1, "minute(at)", 45);
	IS(1, "second(at)", 59);
	IS(1, "day_of_year(at)", 326);
	IS(1, "day_of_week(day)", 3);
	IS(2, "day_of_week(day)", 7);
	IS(1, "week(day)", 5);
	IS(2, "week(day)", 53);
	IS(1, "epoch(at)", 1795355159);
	IS(2, "epoch(at)", -2);
	IS_DAY(1, "date(at)", "2026-11-22");
	IS_DAY(1, "start_of_month(day)", "2024-01-01");
	IS_DAY(1, "start_of_month(at)", "2026-11-01");
	IS_DAY(1, "start_of_year(at)", "2026-01-01");
	IS_DAY(1, "start_of_week(at)", "2026-11-16");
	IS_DAY(2, "start_of_week(day)", "2026-12-28");
	HOLDS(1, "now() > at", true);
	HOLDS(1, "current_date > day", true);
	test_close();
}

TEST(dates_and_times_that_are_reckoned_with)
{
	open_moments();
	IS(1, "datediff(at, day)", 1026);
	IS(1, "datediff(day, at)", -1026);
	IS_DAY(1, "add_days(day, 30)", "2024-03-01");
	IS_DAY(1, "add_days(day, -31)", "2023-12-31");
	IS_DAY(1, "add_months(day, 1)", "2024-02-29");
	IS_DAY(1, "add_months(day, -11)", "2023-02-28");
	IS_DAY(1, "add_months(add_days(day, 1), 1)", "2024-03-01");
	IS_DAY(1, "add_years(day, 1)", "2025-01-31");
	IS_DAY(1, "add_years(add_months(day, 1), 1)", "2025-02-28");
	IS_DAY(1, "add_days(date(at), 1)", "2026-11-23");
	IS_MOMENT(1, "add_days(at, 10)", "2026-12-02 13:45:59.123456");
	IS_MOMENT(1, "add_months(at, 3)", "2027-02-22 13:45:59.123456");
	IS_MOMENT(1, "add_years(at, -1)", "2025-11-22 13:45:59.123456");
	IS_MOMENT(1, "add_hours(at, 11)", "2026-11-23 00:45:59.123456");
	IS_MOMENT(1, "add_minutes(at, -46)", "2026-11-22 12:59:59.123456");
	IS_MOMENT(1, "add_seconds(at, 1)", "2026-11-22 13:46:00.123456");
	test_close();
}

TEST(operators_between_integers)
{
	open_moments();
	IS(1, "7 / 2", 3);
	IS(1, "-7 / 2", -3);
	IS(1, "whole / 2", 3);
	IS(2, "whole / 2", -3);
	IS(2, "whole % 4", -3);
	IS(1, "whole / 2.0", 3.5);
	IS(1, "size / 2", 1.125);
	IS(1, "(whole + 1) / 3 * 2", 4);
	IS(1, "whole & 5", 5);
	IS(1, "whole | 8", 15);
	IS(1, "whole << 2", 28);
	IS(1, "255 >> 4", 15);
	IS(1, "~whole", -8);
	IS(1, "-1 & -2", -2);
	IS(1, "1 + whole & 12 | 1", 9);
	CHECK_INT(kin_count(session, Moment, "whole & ? = ?", 4, 4), 1);
	test_forget();
	CHECK_INT(kin_count(session, Moment, "whole / 2 = 3 and whole & 1 | 2 = 3"), 1);
	CHECK_SQL(test_words("SELECT count(*) FROM moments WHERE moments.whole / 2 = 3 AND ((moments.whole & 1) | 2) = 3",
	                     "SELECT count(*) FROM moments WHERE moments.whole / 2 = 3 AND ((moments.whole & 1) | 2) = 3",
	                     "SELECT count(*) FROM moments WHERE moments.whole DIV 2 = 3 AND CAST(CAST(moments.whole & 1 AS SIGNED) | 2 AS SIGNED) = 3"));
	CHECK_OK(session);
	test_close();
}

TEST(aggregates_of_some_rows)
{
	open_moments();
	test_forget();
	CHECK_INT(kin_scalar(session, int64_t, "select count(*) filter (where whole > ?) from Moment", 0), 1);
	CHECK_SQL("SELECT count(CASE WHEN moments.whole > ? THEN 1 END) FROM moments LIMIT 1");
	CHECK_INT(kin_scalar(session, int64_t, "select sum(whole) filter (where whole < 0) from Moment"), -7);
	CHECK_INT(kin_scalar(session, int64_t, "select count(distinct whole) filter (where id > 0) from Moment"), 2);
	CHECK_INT(kin_scalar(session, int64_t, "select count(*) filter (where whole < 0) over (order by id) from Moment order by id desc"), 1);
	CHECK_TEXT(kin_scalar(session, const char *, "select string_agg(distinct left(name, 1), ',') from Moment where id = 1"), "G");
	CHECK_OK(session);
	test_forget();
	test_close();
}

TEST(functions_take_values_and_stand_in_conditions)
{
	kin_date from = kin_date_of(2024, 2, 1);

	open_moments();
	CHECK_INT(kin_count(session, Moment, "add_days(day, ?) = ?", 1, from), 1);
	CHECK_INT(kin_count(session, Moment, "left(name, ?) = ? and starts_with(name, ?)", 2, "Gr", "G"), 1);
	CHECK_INT(kin_count(session, Moment, "round(size, ?) > ? or mod(whole, ?) = 0", 1, 2.0, 7), 2);
	CHECK_INT(kin_count(session, Moment, "lpad(name, ?, ?) like '%Größe'", 10, "x"), 1);
	CHECK_INT(kin_count(session, Moment, "concat(name, ?) = ?", "!", "Größe!"), 1);
	CHECK_INT(kin_all(session, Moment, "order by random(), reverse(name)").count, 2);
	CHECK_OK(session);
	test_close();
}

TEST(functions_over_many_rows)
{
	open_moments();
	const A_number *n = kin_select_first(session, A_number, "select sum(whole) as value from Moment");
	CHECK(n && n->value.value == 0);
	n = kin_select_first(session, A_number, "select avg(size) as value from Moment");
	CHECK(n && n->value.value == 0.375);
	n = kin_select_first(session, A_number, "select count(distinct abs(whole)) as value from Moment");
	CHECK(n && n->value.value == 1);
	const A_text *t = kin_select_first(session, A_text, "select string_agg(id, '-') as value from Moment");
	CHECK(t && (strcmp(t->value, "1-2") == 0 || strcmp(t->value, "2-1") == 0));
	t = kin_select_first(session, A_text, "select group_concat(distinct abs(whole)) as value from Moment");
	CHECK(t && strcmp(t->value, "7") == 0);
	const A_truth *b = kin_select_first(session, A_truth, "select bool_and(whole > 0) as value from Moment");
	CHECK(b && !b->value);
	b = kin_select_first(session, A_truth, "select bool_or(whole > 0) as value from Moment");
	CHECK(b && b->value);
	n = kin_select_first(session, A_number, "select lag(whole) over (order by id) as value from Moment order by id desc");
	CHECK(n && n->value.value == 7);
	CHECK_OK(session);
	test_close();
}

static const char *checked(const char *text)
{
	static char problems[1000];
	const kin_site site = { .model = &Moment_model, .text = text, .verb = KIN_VERB_ALL, .file = "app.c", .line = 41 };
	kin_error error = { 0 };

	kin_site_check(kin_registry_default(), &site, &error);
	snprintf(problems, sizeof(problems), "%s", kin_error_text(&error));
	kin_error_clear(&error);
	return problems;
}

TEST(names_and_arguments_of_functions_are_checked)
{
	CHECK_TEXT(checked("lenght(name) = 3"),
	           "app.c:41: there is no function 'lenght' on every database; did you mean 'length'? One of the database's own that is called so can be "
	           "asked by kin_sql()");
	CHECK_TEXT(checked("lpad(name, 3) = 'x'"), "app.c:41: lpad takes 3 arguments, but 2 are given");
	CHECK_TEXT(checked("substr(name) = 'x'"), "app.c:41: substr takes 2 to 3 arguments, but 1 is given");
	CHECK_TEXT(checked("greatest(whole) = 1"), "app.c:41: greatest takes 2 arguments or more, but 1 is given");
	CHECK_TEXT(checked("year(at, day) = 1"), "app.c:41: year takes 1 argument, but 2 are given");
	CHECK_TEXT(checked("similarity(name, 'x') > 0.3"), "");
	CHECK_TEXT(checked("upper(name)"), "app.c:41: a condition is true or false, but this is text");
}
