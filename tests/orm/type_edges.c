/* type_edges.c - the least, the greatest and the odd value of each type of member come back as they were, or are refused by name. */
#include "orm_test.h"

#include <float.h>
#include <math.h>

#include "models.h"

KIN_DECLARE(Edge);

struct Edge {
	int64_t       id;
	bool          yes;
	int16_t       i16;
	int32_t       i32;
	int64_t       i64;
	uint16_t      u16;
	float         f;
	double        d;
	const char   *text;
	char          code[5];
	kin_bytes     bytes;
	kin_date      date;
	kin_time      time;
	kin_datetime  moment;
	kin_timestamp instant;
	kin_decimal   amount;
	kin_uuid      token;
	kin_json      document;
	kin_nullable(double) maybe;
};

KIN_MODEL(Edge, "edges") {
	kin_column(id, .primary_key = true);
	kin_column(yes);
	kin_column(i16);
	kin_column(i32);
	kin_column(i64);
	kin_column(u16);
	kin_column(f);
	kin_column(d);
	kin_column(text, .length = 5);
	kin_column(code);
	kin_column(bytes);
	kin_column(date);
	kin_column(time);
	kin_column(moment);
	kin_column(instant);
	kin_column(amount, .precision = 30, .scale = 4);
	kin_column(token);
	kin_column(document);
	kin_column(maybe);
}

enum { DAY = 86400 };
static const int64_t SECOND = 1000000;

static kin_session *edges(void)
{
	test_open();
	MODELS_CREATE("edges");
	return test_session();
}

static kin_decimal decimal(const char *text)
{
	kin_decimal d = { 0 };

	CHECK_INT(kin_decimal_parse(text, &d), KIN_OK);
	return d;
}

#define EDGE(...) (const Edge){ __VA_ARGS__ }

/* Its number. */
static int64_t save(kin_session *s, const Edge *edge)
{
	Edge *made = kin_new(s, Edge, 0);

	*made = *edge;
	kin_add(s, made);
	kin_commit(s);
	CHECK_OK(s);
	return made->id;
}

static const Edge *saved(kin_session *s, const Edge *edge)
{
	int64_t id = save(s, edge);
	kin_session *other = test_session();
	const Edge *found = kin_get(other, Edge, id);

	CHECK_OK(other);
	CHECK_INT(kin_rollback(other), KIN_OK); /* it stays as it was read */
	return found;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What another session reads. */
static double found_d(int64_t id)
{
	kin_session *other = test_session();
	const Edge *edge = kin_get(other, Edge, id);
	double d = edge ? edge->d : 99;

	kin_rollback(other);
	return d;
}

static void check_same(const Edge *is, const Edge *was, const char *which)
{
	CHECK_MSG(is != NULL, "%s", which);
	CHECK_MSG(is->yes == was->yes && is->i16 == was->i16 && is->i32 == was->i32 && is->i64 == was->i64 && is->u16 == was->u16, "%s: integers", which);
	CHECK_MSG(is->f == was->f && is->d == was->d, "%s: %g is %g, %g is %g", which, (double)was->f, (double)is->f, was->d, is->d);
	CHECK_MSG(same_text(is->text, was->text) && same_text(is->code, was->code), "%s: texts", which);
	CHECK_MSG(is->bytes.size == was->bytes.size && memcmp(is->bytes.data ? is->bytes.data : "", was->bytes.data ? was->bytes.data : "", was->bytes.size) == 0,
	          "%s: bytes", which);
	CHECK_MSG(memcmp(&is->date, &was->date, sizeof(is->date)) == 0, "%s: date", which);
	CHECK_MSG(is->time.us == was->time.us, "%s: time %lld", which, (long long)is->time.us);
	CHECK_MSG(is->moment.us == was->moment.us, "%s: moment %lld", which, (long long)is->moment.us);
	CHECK_MSG(is->instant.us == was->instant.us, "%s: instant %lld", which, (long long)is->instant.us);
	CHECK_MSG(kin_decimal_compare(is->amount, was->amount) == 0, "%s: decimal", which);
	CHECK_MSG(memcmp(&is->token, &was->token, sizeof(is->token)) == 0, "%s: uuid", which);
	CHECK_MSG(strcmp(is->document.text, was->document.text) == 0, "%s: %s", which, is->document.text);
}

TEST(the_least_and_the_greatest_come_back)
{
	kin_session *s = edges();
	const int64_t year_1 = -719162LL * DAY * SECOND, year_9999_ends = 2932897LL * DAY * SECOND - 1;
	kin_uuid all_ones;
	memset(&all_ones, 0xff, sizeof(all_ones));
	const struct { const char *which; Edge edge; } table[] = {
		{ "zero", EDGE(.date = kin_date_of(1970, 1, 1), .document = { "null" }) },
		{ "least", EDGE(.i16 = INT16_MIN, .i32 = INT32_MIN, .i64 = INT64_MIN, .f = -FLT_MAX, .d = -DBL_MAX, .text = "", .date = kin_date_of(1, 1, 1),
		                .moment = { year_1 }, .instant = { year_1 }, .amount = decimal(test_on_sqlite() ? "-99999999999.9999" : "-99999999999999999999999999.9999"),
		                .document = { "0" }) },
		{ "greatest", EDGE(.yes = true, .i16 = INT16_MAX, .i32 = INT32_MAX, .i64 = INT64_MAX, .u16 = UINT16_MAX, .f = FLT_MAX, .d = DBL_MAX,
		                   .text = "ööööö", .code = "öö", .date = kin_date_of(9999, 12, 31), .time = { DAY * SECOND - 1 },
		                   .moment = { year_9999_ends }, .instant = { year_9999_ends }, .amount = decimal(test_on_sqlite() ? "99999999999.9999" : "99999999999999999999999999.9999"),
		                   .token = all_ones, .document = { "[1, {\"a\": \"ö\"}]" }) },
		{ "tiny", EDGE(.f = FLT_MIN, .d = DBL_MIN, .amount = decimal("0.0001"), .bytes = { "\0", 1 }, .date = kin_date_of(2, 1, 1), .document = { "\"\"" }, .time = { 1 }, .moment = { -1 }, .instant = { -1 }) },
		{ "before 1970", EDGE(.d = 0.1, .f = 0.1f, .date = kin_date_of(1969, 12, 31), .document = { "{}" }, .moment = { -DAY * SECOND - 1 }, .instant = { -DAY * SECOND - 1 }) },
		{ "leap day", EDGE(.date = kin_date_of(2000, 2, 29), .document = { "true" }, .amount = decimal("-0.0001"), .code = "abcd") },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const char *which = table[i].which;
		const Edge *edge = &table[i].edge;
		check_same(saved(s, edge), edge, which);
	}
	test_close();
}

static void check_refused(kin_session *s, const Edge *edge, int code, const char *sentence)
{
	Edge *made = kin_new(s, Edge, 0);

	*made = *edge;
	made->date = kin_date_of(2000, 1, 1);
	kin_add(s, made);
	int rc = kin_commit(s);
	CHECK_MSG(rc == code, "%s: %s %s", sentence, kin_errname(rc), kin_errmsg(s));
	CHECK_HAS(kin_errmsg(s), sentence);
	CHECK_INT(kin_rollback(s), KIN_OK);
}

TEST(what_does_not_fit_is_refused_by_name)
{
	kin_session *s = edges();
	const struct { int code; const char *sentence; Edge edge; } table[] = {
		{ KIN_ELENGTH, "Edge.text", EDGE(.text = "öööööö", .document = { "1" }) },
		{ KIN_ERANGE, "Edge.amount: 0.00001 has 5 decimals", EDGE(.amount = decimal("0.00001"), .document = { "1" }) },
		{ KIN_ERANGE, "Edge.amount: 100000000000000000000000000 has 27 digits", EDGE(.amount = decimal("100000000000000000000000000"), .document = { "1" }) },
		{ KIN_EVALUE, "Edge.document: '{' is not valid JSON", EDGE(.document = { "{" }) },
		{ KIN_EVALUE, "Edge.document: '' is not valid JSON", EDGE(.document = { "" }) },
		{ KIN_ENOTNULL, "Edge.document must not be NULL", EDGE(.document = { NULL }) },
		{ KIN_ELENGTH, "Edge.code: no NUL ends the text in a member of type char[5]", EDGE(.code = { 'a', 'b', 'c', 'd', 'e' }, .document = { "1" }) },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const Edge *edge = &table[i].edge;
		check_refused(s, edge, table[i].code, table[i].sentence);
	}
	CHECK_INT(kin_count(s, Edge), 0);
	test_close();
}

/* PostgreSQL keeps them; SQLite the infinite ones; MariaDB none. */
TEST(infinity_and_what_is_no_number_are_kept_or_refused)
{
	static const double odd[] = { INFINITY, -INFINITY, NAN };
	kin_session *s = edges();

	for (int i = 0; i < 3; i++) {
		Edge *edge = kin_new(s, Edge, .document = { "1" }, .d = odd[i], .date = kin_date_of(2000, 1, 1));
		kin_add(s, edge);
		int rc = kin_commit(s);
		if (rc < 0) {
			CHECK_MSG(i == 2 || !test_on_sqlite(), "%s", kin_errmsg(s));
			CHECK_MSG(strstr(kin_errmsg(s), "d") != NULL, "%s", kin_errmsg(s));
			kin_rollback(s);
			continue;
		}
		double found = found_d(edge->id);
		CHECK_MSG(i == 2 ? isnan(found) : found == odd[i], "%g is %g", odd[i], found);
	}
	Edge *edge = kin_new(s, Edge, .document = { "1" }, .d = -0.0, .date = kin_date_of(2000, 1, 1));
	kin_add(s, edge);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK(found_d(edge->id) == 0.0);
	test_close();
}

/* SQLite alone stores what does not fit its column. */
TEST(odd_content_is_an_error_that_names_row_column_and_value)
{
	static const struct { const char *assignment; int code; const char *sentence; } table[] = {
		{ "yes = 2", KIN_ERANGE, "column 'yes' of the result: 2" },
		{ "i16 = 32768", KIN_ERANGE, "column 'i16' of the result: 32768 is outside the range" },
		{ "i32 = -2147483649", KIN_ERANGE, "column 'i32' of the result: -2147483649 is outside the range" },
		{ "u16 = 65536", KIN_ERANGE, "column 'u16' of the result: 65536 is outside the range" },
		{ "i64 = 1e30", KIN_ERANGE, "column 'i64' of the result" },
		{ "d = 'much'", KIN_EVALUE, "column 'd' of the result: 'much'" },
		{ "date = '2026-02-30'", KIN_EVALUE, "column 'date' of the result: '2026-02-30'" },
		{ "date = 'today'", KIN_EVALUE, "column 'date' of the result: 'today'" },
		{ "time = '24:00:00'", KIN_EVALUE, "column 'time' of the result: '24:00:00'" },
		{ "time = '23:59:60'", KIN_EVALUE, "column 'time' of the result: '23:59:60'" },
		{ "moment = '2026-01-01 25:00:00'", KIN_EVALUE, "column 'moment' of the result: '2026-01-01 25:00:00'" },
		{ "instant = '2016-12-31 23:59:60'", KIN_EVALUE, "column 'instant' of the result: '2016-12-31 23:59:60'" },
		{ "amount = '1.2.3'", KIN_EVALUE, "column 'amount' of the result: '1.2.3'" },
		{ "token = '5e3ab5c1-9f7a-4a53-8c22-0123456789a'", KIN_EVALUE, "column 'token' of the result" },
		{ "document = '[1,]'", KIN_EVALUE, "column 'document' of the result: '[1,]' is not valid JSON" },
		{ "code = 'abcö'", KIN_ELENGTH, "column 'code' of the result: 'abcö' has 5 bytes; a char[5] holds 4 and a NUL" },
	};
	kin_session *s = edges();
	const Edge first = EDGE(.yes = true, .date = kin_date_of(2000, 1, 1), .document = { "1" });

	save(s, &first);
	if (test_on_sqlite())
		test_run("PRAGMA ignore_check_constraints = on");
	for (size_t i = 0; test_on_sqlite() && i < sizeof(table) / sizeof(*table); i++) {
		char sql[200];
		test_run("DELETE FROM edges WHERE id <> 1");
		test_run("INSERT INTO edges SELECT 7, yes, i16, i32, i64, u16, f, d, text, code, bytes, date, time, moment, instant, amount, token, document, maybe "
		         "FROM edges WHERE id = 1");
		snprintf(sql, sizeof(sql), "UPDATE edges SET %s WHERE id = 7", table[i].assignment);
		test_run(sql);
		kin_session *other = test_session();
		CHECK(!kin_get(other, Edge, 7));
		CHECK_MSG(kin_errcode(other) == table[i].code, "%s: %s %s", table[i].assignment, kin_errname(kin_errcode(other)), kin_errmsg(other));
		CHECK_HAS(kin_errmsg(other), table[i].sentence);
		CHECK_HAS(kin_errmsg(other), "the row of 'edges' with id 7");
		kin_rollback(other);
	}
	test_close();
}

TEST(a_zone_in_the_text_of_an_instant_is_taken_off)
{
	kin_session *s = edges();
	const Edge first = EDGE(.yes = true, .date = kin_date_of(2000, 1, 1), .document = { "1" });

	save(s, &first);
	if (test_on_sqlite()) {
		test_run("UPDATE edges SET instant = '1970-01-01 02:30:00+02:00'");
		CHECK_INT(kin_first(test_session(), Edge, "id = 1")->instant.us, 30 * 60 * SECOND);
	}
	test_close();
}

TEST(uuids_of_version_7_go_up_within_a_millisecond)
{
	kin_uuid last = kin_uuid_v7();

	for (int i = 0; i < 10000; i++) {
		kin_uuid next = kin_uuid_v7();
		CHECK(memcmp(&last, &next, sizeof(next)) < 0);
		CHECK_INT(next.bytes[6] >> 4, 7);
		last = next;
	}
	CHECK_INT(kin_uuid_v4().bytes[6] >> 4, 4);
}
