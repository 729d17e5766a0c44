/* meaning.h - what SQLite says is wrong, as sentences: for every driver that talks to one, wherever it runs. */
#ifndef KIN_DB_SQLITE_MEANING_H
#define KIN_DB_SQLITE_MEANING_H

#include "base/error.h"

/* What a code and its message mean, where that does not depend on where the database is: a constraint, something in the SQL, a value.
 * The constraint, column or table is noted. Returns KIN_E…; KIN_OK: it is none of those. */
int kin_sqlite_meaning(int code, const char *message, kin_error *error);

#endif
