/* bound.h - what was bound to a statement, kept for who reads the log of it: borrowed, as the statement has it. Being out of memory costs the log
 * its values, and nothing else. */
#ifndef KIN_DB_BOUND_H
#define KIN_DB_BOUND_H

#include "base/text.h"
#include "db/connection.h"

struct kin_bound;

void kin_bound_value(kin_statement *statement, size_t index, const kin_value *value);
void kin_bound_cells(kin_statement *statement, const kin_cell *cells, size_t count, const void *object, size_t first);
void kin_bound_free(kin_statement *statement);

/* "'Ben', 3, NULL"; of many the first. */
void kin_bound_show(kin_text *out, const kin_statement *statement);
/* The same of a repeat's first object, and how many more there are. */
void kin_bound_show_repeat(kin_text *out, const kin_repeat *repeat);

#endif
