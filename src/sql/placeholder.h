/* placeholder.h - `?` in SQL that somebody wrote for one database. */
#ifndef KIN_SQL_PLACEHOLDER_H
#define KIN_SQL_PLACEHOLDER_H

#include "sql/dialect.h"

/* Append the text with each `?` as the dialect writes it, and `??` as a question mark; what stands in quotes and comments is left alone.
 * Returns how many placeholders there are. */
size_t kin_placeholder_write(kin_text *out, const kin_dialect *dialect, const char *text);

#endif
