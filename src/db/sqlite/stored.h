/* stored.h - values as SQLite keeps them: as integers, reals, texts and bytes. For every driver that talks to one, wherever it runs. */
#ifndef KIN_DB_SQLITE_STORED_H
#define KIN_DB_SQLITE_STORED_H

#include <kin/value.h>

enum { KIN_SQLITE_SCRATCH = 48 }; /* bytes for a date, a decimal or a uuid as text */

/* The value as NULL, INT64, DOUBLE, TEXT or BYTES. A text is borrowed from the value, or made in `scratch`. KIN_ERANGE, KIN_EVALUE or
 * KIN_EINVAL for what cannot be kept, and why: "is NaN, …". */
int kin_sqlite_stored(const kin_value *value, char *scratch, kin_value *ret_stored, const char **ret_why);

#endif
