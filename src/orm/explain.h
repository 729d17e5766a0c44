/* explain.h - how a database would go about a statement, without running it. */
#ifndef KIN_ORM_EXPLAIN_H
#define KIN_ORM_EXPLAIN_H

#include "base/vec.h"
#include "orm/plan.h"

/* What it does with one table. */
typedef struct kin_access {
	const char *table; /* as the statement calls it; NULL: an index alone, of no table that is said */
	const char *index; /* that is used, or could be; NULL: none */
	bool        whole; /* all of it is read, table or index, and no index could do better */
} kin_access;

typedef struct kin_explanation {
	kin_vec(kin_access) accesses;
	bool                sorts; /* rows are put in order after they have been read */
} kin_explanation;

/* A transaction in which statements are explained, to be rolled back: small tables are not read whole there because they are small, where the database
 * can be asked not to. KIN_OK, or the error. */
int kin_explain_begin(kin_connection *connection, kin_error *error);
void kin_explain_end(kin_connection *connection);

/* With values as they may be; arguments that stand beside no attribute are of these `kinds`. KIN_OK; or the database's error, after which kin_explain_begin() is to be said again. Names are in the arena; the list
 * is the caller's, to be freed with kin_vec_done() whatever the result is. */
int kin_explain(kin_connection *connection, kin_ask *ask, const uint8_t *kinds, size_t count, kin_arena *arena, kin_explanation *ret,
                kin_error *error);
/* The same for a text in the database's own words, whose placeholders stand for values of these kinds. */
int kin_explain_text(kin_connection *connection, const char *text, const uint8_t *kinds, size_t count, kin_arena *arena, kin_explanation *ret,
                     kin_error *error);

#endif
