/* run.h - bringing a database from one revision to another.
 *
 * Each revision is one transaction: after a failure or a crash the database is at the last revision that was
 * finished. Where the database commits DDL by itself, or the revision says `-- transaction: none`, each of its steps is written down
 * (journal.h), and the next upgrade goes on where it was left. Before anything runs, all files are read and replayed on paper, and the applied ones compared with
 * the checksums that the database has. */
#ifndef KIN_MIGRATE_RUN_H
#define KIN_MIGRATE_RUN_H

#include "migrate/execute.h"
#include "migrate/folder.h"
#include "migrate/history.h"

typedef struct kin_run_options {
	/* A revision starts. `text` is "Running upgrade a1b2 -> c3d4, create pets". */
	void (*starting)(void *context, const kin_script *script, const char *text);
	kin_rebuild_progress *progress;
	kin_execute_call     *call;
	int                 (*known)(void *context, const char *name, kin_error *error); /* before anything runs: whether `call` will find
	                                                                                  * the function. NULL: it is not asked */
	void                 *context;
	int64_t               lock_timeout; /* milliseconds, for the lock of migrations and for each of the database's; 0: the folder's setting */
	int64_t               statement_timeout; /* milliseconds, on servers; 0: the folder's setting */
	bool                  ddl_commits;  /* as if every DDL statement committed by itself, whatever the dialect says */
} kin_run_options;

/* `options` may be NULL. KIN_EREVISION; KIN_EBUSY; or what the database says, with the file and line. */
int kin_run_upgrade(kin_connection *connection, const kin_folder *folder, const char *target,
                    const kin_run_options *options, kin_error *error);
int kin_run_downgrade(kin_connection *connection, const kin_folder *folder, const char *target,
                      const kin_run_options *options, kin_error *error);
/* Write down that the database is at `target` (or several, with blanks between them), running nothing. `purge`: forget what it has first, unknown revisions too. */
int kin_run_stamp(kin_connection *connection, const kin_folder *folder, const char *target, bool purge,
                  const kin_run_options *options, kin_error *error);

/* Which revisions the database has: a bool for each of the folder, in the arena. KIN_EREVISION for an applied revision without a
 * file, and for one edited since it was applied. Changes nothing. */
int kin_run_applied(kin_connection *connection, kin_arena *arena, const kin_folder *folder, bool **ret_applied,
                    kin_error *error);

/* The SQL of a stamp from one revision (or base) to another: "FROM:TO", or "TO". `purge`: all rows go first. */
int kin_run_show_stamp(kin_text *out, const kin_dialect *dialect, const kin_folder *folder, const char *words, bool purge,
                       kin_error *error);
/* The SQL of an upgrade (or downgrade) from one revision to another, for a dialect, without a database. `from` NULL: base. */
int kin_run_show(kin_text *out, const kin_dialect *dialect, const kin_folder *folder, const char *from,
                 const char *to, bool down, kin_error *error);

#endif
