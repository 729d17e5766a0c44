/* backfill.h - many rows changed a batch at a time, going on behind the last one after a crash. */
#ifndef KIN_BACKFILL_H
#define KIN_BACKFILL_H

#include <kin/session.h>

KIN_BEGIN_DECLS

typedef void kin_backfill_progress(void *context, const char *label, int64_t done, int64_t total);

/** `UPDATE table SET set WHERE where`, in batches along an integer key. The texts are SQL of the database: literals of the program,
 * never input. */
typedef struct kin_backfill_options {
	const char            *table;
	const char            *set;      /* "species = lower(species)" */
	const char            *where;    /* NULL: all rows */
	const char            *key;      /* an integer column with an index; NULL: "id" */
	const char            *name;     /* what it goes by in kin_backfill; NULL: the table's */
	int64_t                batch;    /* rows; 0: 1000 */
	kin_backfill_progress *progress; /* NULL: nobody wants to know */
	void                  *context;
} kin_backfill_options;

/**
 * Change many rows, a batch at a time: one transaction for each where the session has none open from outside, as in a revision that
 * says `-- transaction: none`. How far it is stands in the table kin_backfill, in the same transaction, so that one that was
 * killed goes on behind its last batch. The session is committed first.
 *
 * SQL: SELECT of the last key of a batch, UPDATE between two keys, UPDATE of kin_backfill.
 * @return the rows of the batches done now; or an error, which is the session's.
 */
KIN_API int64_t kin_backfill(kin_session *session, const kin_backfill_options *options);

KIN_END_DECLS

#endif
