/* outbox.h - rows that are made ready, until they are sent together.
 *
 * Where the database is a server, waiting for it takes longer than all else. So what a flush writes is put here, in the order in
 * which it is to be done, and sent when there is much of it, when a row needs what the database makes of one that is in here (its
 * key), or at the end. */
#ifndef KIN_ORM_OUTBOX_H
#define KIN_ORM_OUTBOX_H

#include "orm/flush.h"

typedef struct kin_parcel kin_parcel;

/* A row has been written; `done` as for kin_repeat_take. KIN_OK or the error, which is in the session. */
typedef int kin_parcel_done(kin_flusher *flush, const kin_parcel *parcel, kin_tracked *tracked, kin_statement *done);

/* Rows that are written with the same statement, one after the other. */
struct kin_parcel {
	const kin_mapping *mapping;
	const kin_write   *write;
	kin_parcel_done   *done;
	bool               made_key; /* INSERT: the database makes the key */
	size_t             first;    /* in the outbox */
	size_t             count;
};

typedef struct kin_outbox {
	kin_flusher          *flush;
	kin_vec(kin_parcel)   parcels;
	kin_vec(kin_tracked *) items;
	bool                 *inserting; /* by mapping id: there are new rows of it in here */
} kin_outbox;

/* KIN_OK, or out of memory, which is in the session. */
int  kin_outbox_init(kin_outbox *outbox, kin_flusher *flush);
void kin_outbox_done(kin_outbox *outbox);

/* Append a row to what is to be written with parcel.write; .first and .count are set here. */
int kin_outbox_add(kin_outbox *outbox, kin_parcel parcel, kin_tracked *tracked);
/* Send what is in here and wait for what came of it. */
int kin_outbox_send(kin_outbox *outbox);
/* The same, if rows of this mapping may point at new ones that are in here. */
int kin_outbox_send_needed(kin_outbox *outbox, const kin_mapping *mapping);

#endif
