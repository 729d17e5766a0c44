/* repair.h - what is in the way of migrating a database, and its removal. */
#ifndef KIN_MIGRATE_REPAIR_H
#define KIN_MIGRATE_REPAIR_H

#include "migrate/journal.h"
#include "migrate/run.h"

typedef struct kin_repair {
	const char        *holder;  /* of the lock: "host pid start"; NULL: nobody */
	const char        *since;
	const kin_journal *journal; /* the revision that is half applied; NULL: none */
	const kin_script  *script;  /* its file; NULL: there is none */
	size_t             total;   /* its steps */
	const kin_ddl     *next;    /* the statement that comes next, or was begun; NULL: all are done */
} kin_repair;

/* Look, and change nothing. In the arena. */
int kin_repair_look(kin_connection *connection, kin_arena *arena, const kin_folder *folder, kin_repair *ret_repair,
                    kin_error *error);
/* Write down what became of the statement that was begun: it was carried out, or is to be run again. KIN_EREVISION: none was begun. */
int kin_repair_mark(kin_connection *connection, const kin_folder *folder, bool done, kin_error *error);
/* Take the files as they are now for what was applied, wherever they differ. `ret_count`: how many. */
int kin_repair_accept(kin_connection *connection, const kin_folder *folder, size_t *ret_count, kin_error *error);

#endif
