/* locate.h - where in a file the word stands that a database did not understand. */
#ifndef KIN_MIGRATE_LOCATE_H
#define KIN_MIGRATE_LOCATE_H

#include "sql/ddl.h"

/* Databases name the word: near "VALUEZ". Where it stands in a statement that was sent as written, if it stands there once; else nothing is
 * said, rather than the wrong place. */
bool kin_locate_near(const kin_ddl *item, const char *message, int *ret_line, int *ret_column);

#endif
