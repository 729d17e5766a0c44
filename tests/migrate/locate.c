/* Where in a file the word stands that a database did not understand. */
#include "fixture.h"

#include "migrate/locate.h"

static const char *place(const char *sql, const char *message)
{
	static char text[40];
	kin_ddl item = { .kind = KIN_DDL_SQL, .sql = sql, .line = 10, .column_number = 1 };
	int line, column;

	if (!kin_locate_near(&item, message, &line, &column))
		return "";
	snprintf(text, sizeof(text), "%d:%d", line, column);
	return text;
}

TEST(the_word_is_found_in_its_line)
{
	CHECK_TEXT(place("INSERT INTO a VALUEZ (2)", "near \"VALUEZ\": syntax error"), "10:15");
	CHECK_TEXT(place("INSERT INTO a\n  VALUEZ (2)", "syntax error at or near \"VALUEZ\""), "11:3");
	CHECK_TEXT(place("INSERT INTO a\n VALUES ('é'), 'é' oops", "near \"oops\": syntax error"), "11:20");
}

TEST(what_follows_is_found_as_mariadb_says_it)
{
	CHECK_TEXT(place("INSERT INTO a\n  VALUEZ (2), ('it''s')", "You have an error …; the right syntax to use near 'VALUEZ (2), ('it''s')' at line 2"), "11:3");
}

TEST(a_word_that_stands_twice_or_not_at_all_has_no_place)
{
	CHECK_TEXT(place("SELECT a, a", "near \"a\": syntax error"), "");
	CHECK_TEXT(place("SELECT 'a", "near \"b\": syntax error"), "");
	CHECK_TEXT(place("SELECT aa, a", "near \"a\": syntax error"), "10:12");
	CHECK_TEXT(place("SELECT a", "incomplete input"), "");
	CHECK_TEXT(place("SELECT a", "near \"a"), "");
}

TEST(what_was_not_sent_as_written_has_no_place)
{
	kin_ddl item = { .kind = KIN_DDL_DROP_TABLE, .table_name = "a", .line = 10 };
	int line, column;

	CHECK(!kin_locate_near(&item, "near \"a\": syntax error", &line, &column));
}
