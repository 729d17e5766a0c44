/* query.h - asking: a plan's statement, opened with values bound, and the errors that say where in the program it was asked. */
#ifndef KIN_ORM_QUERY_H
#define KIN_ORM_QUERY_H

#include "orm/plan.h"

/* An open statement, with what was made for it to borrow. Zero-initialise it; closing it twice is fine. */
typedef struct kin_cursor {
	kin_statement *statement;
	kin_arena      scratch;
} kin_cursor;

/* Open an ask's statement with these arguments. The session is ready (kin_session_ready()). KIN_OK, or an error that is the session's. */
int kin_query_open(kin_session *session, kin_ask *ask, const kin_value *values, kin_cursor *cursor);
/* The same for all rows at once, which *ret_each says the statement can give: kin_statement_each(). */
int kin_query_open_all(kin_session *session, kin_ask *ask, const kin_value *values, kin_cursor *cursor, bool *ret_each);
/* The same for kin_statement_walk(). */
int kin_query_open_walk(kin_session *session, kin_ask *ask, const kin_value *values, kin_cursor *cursor);
void kin_query_close(kin_cursor *cursor);

/* Run an ask that has no rows. */
int kin_query_run(kin_session *session, kin_ask *ask, const kin_value *values, int64_t *ret_changed);
/* Run an ask whose one row is one integer. */
int kin_query_integer(kin_session *session, kin_ask *ask, const kin_value *values, int64_t *ret);

/* What a slot stands for among the arguments: converted to its column's kind, or the member of an object. KIN_OK, or an error
 * that is the session's. */
int kin_query_value(kin_session *session, const kin_slot *slot, const kin_value *argument, kin_value *ret);

/* The objects of a plan, with everything that comes with them. */
int kin_query_list_of(kin_session *session, kin_plan *plan, const kin_value *values, kin_list *ret_list);

/* page.c: a page of a plan's objects, whose number and size are in *page. */
struct kin_page;
int kin_query_page_of(kin_session *session, kin_plan *plan, const kin_value *arguments, struct kin_page *page);

/* after.c: so many of a plan's objects, those behind `last` (NULL: the first). */
int kin_query_after_of(kin_session *session, kin_plan *plan, const void *last, int64_t count, const kin_value *arguments, kin_list *ret_list);

/* Note the place in the program in the session's error, unless one is there. */
void kin_query_note(kin_session *session, const kin_site *site);

#endif
