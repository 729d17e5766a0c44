/* statements.c - how many statements a session sends, and where in the program they come from. */
#include "orm_test.h"

static char place[200], values[200];

static void note(void *context, const kin_trace_event *event)
{
	const char *file = event->file ? strrchr(event->file, '/') : NULL;

	(void)context;
	snprintf(place, sizeof(place), "%s:%d", file ? file + 1 : "", event->line);
	snprintf(values, sizeof(values), "%s", event->values ? event->values : "");
}

TEST(a_session_counts_its_statements)
{
	test_open();
	test_fill(10, 2);
	kin_session *s = test_session();
	size_t before = kin_statements(s);

	CHECK_INT(before, 0);
	kin_each(Owner, owner, kin_all(s, Owner, ""))
		kin_load(owner, pets);
	CHECK_INT(kin_statements(s), 3);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_statements(s), 3);
	kin_edit(s, Owner, kin_get(s, Owner, 1))->name = "Ann";
	CHECK_INT(kin_begin_nested(s), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_statements(s), 4);
	CHECK_INT(kin_statements(test_session()), 0);
	CHECK_INT(kin_statements(NULL), 0);
	test_close();
}

TEST(the_log_names_the_query_or_where_the_session_was_made)
{
	char expected[50];

	test_open();
	test_fill(1, 1);
	kin_db_trace(test_db(), note, NULL);
	kin_session *s = kin_session_new(test_db());
	int made = __LINE__ - 1;
	const Owner *owner = kin_first(s, Owner, "");
	snprintf(expected, sizeof(expected), "statements.c:%d", __LINE__ - 1);
	CHECK_TEXT(place, expected);
	CHECK_TEXT(values, "");
	kin_get(s, Pet, 1);
	snprintf(expected, sizeof(expected), "statements.c:%d", __LINE__ - 1);
	CHECK_TEXT(place, expected);
	kin_edit(s, Owner, owner)->name = "Ann";
	kin_flush(s);
	snprintf(expected, sizeof(expected), "statements.c:%d", made);
	CHECK_TEXT(place, expected);
	kin_free(s);
	test_close();
}
