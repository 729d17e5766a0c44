/* execute.h - changes carried out in a database, with the table rebuilds they need. */
#ifndef KIN_MIGRATE_EXECUTE_H
#define KIN_MIGRATE_EXECUTE_H

#include "migrate/rebuild.h"

typedef int kin_execute_call(void *context, kin_connection *connection, const char *name, kin_error *error);

typedef struct kin_execute_options {
	kin_rebuild_progress *progress; /* NULL: nobody wants to know */
	kin_execute_call     *call;     /* runs `CALL name`; NULL: KIN_EREVISION, there are no functions */
	void                 *context;
	const char           *file;     /* where the changes come from, for errors; NULL: no file */
} kin_execute_options;

/* Run the changes in the open transaction of the connection. Statements for another dialect (`.only`) are skipped.
 * The caller rolls back after an error, which has the file's line where the change has one. */
int kin_execute_changes(kin_connection *connection, const kin_ddl *items, size_t count,
                        const kin_execute_options *options, kin_error *error);

/* Run the changes in a transaction of their own, or inside of one that is open: all or nothing. Around it SQLite's foreign_keys are off if a table is
 * rebuilt, and the keys are checked before the commit. `last` (may be NULL) runs inside, at the end. Changes that PostgreSQL makes
 * CONCURRENTLY run before the transaction, in which there is `last` alone then: see concurrent.h. */
int kin_execute_transaction(kin_connection *connection, const kin_ddl *items, size_t count,
                            const kin_execute_options *options,
                            int (*last)(kin_connection *connection, void *argument, kin_error *error),
                            void *argument, kin_error *error);

/* The SQL that would be sent, for --sql. A rebuild appears as the statements for the table in `schema`, which
 * is brought up to date. */
int kin_execute_show(kin_text *out, const kin_dialect *dialect, kin_schema *schema, const kin_ddl *items, size_t count,
                     kin_error *error);

#endif
