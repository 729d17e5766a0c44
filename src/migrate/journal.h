/* journal.h - how far a revision is that cannot be one transaction.
 *
 * Where the database commits every DDL statement by itself, and for a revision that says `-- transaction: none`, kin_step has a row
 * while the revision is half applied: how many steps are done, and whether the next one was begun. What can be in a transaction is
 * written down in the same one; of the rest, the schema tells what became of it. */
#ifndef KIN_MIGRATE_JOURNAL_H
#define KIN_MIGRATE_JOURNAL_H

#include "migrate/execute.h"
#include "migrate/script.h"

typedef struct kin_journal {
	const char *revision;
	bool        up;       /* or it is being undone */
	size_t      done;     /* so many steps are finished */
	bool        begun;    /* the next one was begun, and what became of it is not written down */
	uint64_t    checksum; /* of the statements that are done */
	const char *since;    /* UTC */
} kin_journal;

/* The revision that is half applied; `*ret_journal` is NULL when there is none. In the arena. Makes nothing. */
int kin_journal_read(kin_connection *connection, kin_arena *arena, kin_journal **ret_journal, kin_error *error);
/* Make the table. Outside of a transaction, as that may end one. */
int kin_journal_create(kin_connection *connection, kin_error *error);
/* Write down how far it is. In the transaction that is open, if one is. */
int kin_journal_write(kin_connection *connection, const kin_journal *journal, kin_error *error);
/* It is finished, or was given up. No row is no error. */
int kin_journal_remove(kin_connection *connection, const char *revision, kin_error *error);

/* One direction of a revision as steps: changes, or those that SQLite makes in one rebuild. Only what is for the dialect. */
typedef struct kin_journal_steps {
	kin_ddl *items;
	size_t   item_count;
	size_t  *ends;  /* by step: the item behind its last */
	size_t   count;
} kin_journal_steps;

int kin_journal_split(kin_arena *arena, const kin_dialect *dialect, const kin_script *script, bool up,
                      kin_journal_steps *ret_steps, kin_error *error);
/* Of the first `count` steps, as text: kin_journal.checksum. KIN_OK or KIN_ENOMEM. */
int kin_journal_checksum(const kin_journal_steps *steps, size_t count, uint64_t *ret_checksum, kin_error *error);
/* Whether the database has to carry out a step outside of a transaction (CREATE INDEX CONCURRENTLY …), or commits it by itself. */
bool kin_journal_is_apart(const kin_dialect *dialect, const kin_journal_steps *steps, size_t step, bool ddl_commits);
static inline size_t kin_journal_first(const kin_journal_steps *steps, size_t step)
{
	return step == 0 ? 0 : steps->ends[step - 1];
}

#endif
