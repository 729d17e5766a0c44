/* migration.h - what a program brings along for its migrations: functions that revisions call, and the revisions themselves. */
#ifndef KIN_APP_MIGRATION_H
#define KIN_APP_MIGRATION_H

#include <kin/migration.h>

#include "db/connection.h"

/* The function of a name; NULL: there is none. The list, in the order of names. */
const kin_migration *kin_migration_find(const char *name);
const kin_migration *kin_migration_first(void);
void kin_migration_set_tag(const char *word);

/* Run the function: in the transaction that is open on the connection, or with a session of its own where none is.
 * KIN_EREVISION: there is no such function. */
int kin_migration_call(kin_db *db, kin_connection *connection, const char *name, kin_error *error);

/* KIN_EREVISION, with the sentence of kin_migration_call(), where there is no such function. */
int kin_migration_known(const char *name, kin_error *error);

/* The files that `kin build` put into the program; NULL: none. They end with a name of NULL. */
const kin_app_file *kin_app_files(void);

#endif
