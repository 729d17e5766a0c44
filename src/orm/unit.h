/* unit.h - the unit of work's list: objects that are new, opened for writing, or to be deleted, and what undoes them.
 *
 * A snapshot is the struct's bytes as the last load or flush left them. Text and bytes are compared by content.
 *
 * An object that was opened once stays on the list, for the program still has the pointer it may write through: to the end of the
 * session, or kin_expunge(). The undo log holds what objects were before a flush (or a load, or kin_append()) changed them in this
 * transaction; what is not flushed is undone from the snapshots. */
#ifndef KIN_ORM_UNIT_H
#define KIN_ORM_UNIT_H

#include <kin/query.h>

#include "orm/session_state.h"

/* A key that follows another object, where the item itself has no member for it: a has_many or has_one without a backref. */
typedef struct kin_link {
	const kin_relation *relation; /* the parent's */
	const void         *parent;   /* NULL: the item was taken out */
	bool                has_rows; /* says nothing of a key: it is the owner's, its many-to-many list was changed, and .rows is what the database has */
	kin_list            rows;
	struct kin_link    *next;
} kin_link;

/* An array behind a collection that kin made, so that it can be appended to in place. */
typedef struct kin_grown {
	const kin_relation *relation;
	const void        **items;
	size_t              used;     /* items that some list may show: these slots are never written again */
	size_t              capacity;
	uint64_t            serial;   /* of the transaction or savepoint that it was made in */
	struct kin_grown   *next;
} kin_grown;

/* Taken out of a many-to-many list that deletes its orphans, since the last flush. */
typedef struct kin_let_go {
	const kin_relation *relation; /* the owner's */
	const void         *owner;
	const void         *item;
} kin_let_go;

/* A string that the program assigned, copied into the session's memory at a flush. */
typedef struct kin_own_text {
	struct kin_own_text *next;
	char                 bytes[];
} kin_own_text;

enum {
	KIN_TRACKED_DELETE = 1 << 0,  /* kin_delete() */
	KIN_TRACKED_ORPHAN = 1 << 1,  /* taken out of a collection that deletes its orphans */
	KIN_TRACKED_PLANNED = 1 << 2, /* part of the flush in progress */
	KIN_TRACKED_IN_DELETES = 1 << 3, /* and it is to be deleted */
	KIN_TRACKED_MADE_KEY = 1 << 4, /* the database made the key: a rollback takes it back */
	KIN_TRACKED_INSERTED = 1 << 5, /* by the flush in progress, or one that failed; not settled yet */
	KIN_TRACKED_LINK = 1 << 7, /* no object of the program's: a row of a many-to-many table, which lives as long as the flush */
	KIN_TRACKED_FRESH = 1 << 6, /* inserted in this transaction: the log does not restore its lists */
};

/* What only new, edited and deleted objects need. What is asked of objects far from the one at hand comes first. */
struct kin_tracked {
	void         *object;
	uint32_t      loaded;   /* relationships that were loaded at the snapshot */
	uint32_t      assigned; /* to-one relationships set from their other side: in step there, the key not written yet */
	uint32_t      undo;     /* its last entry in the undo log, counted from 1; 0: none */
	uint8_t       flags;    /* KIN_TRACKED_… */
	bool          listed;
	kin_grown    *grown;
	kin_link     *links;
	kin_tracked  *next; /* the unit's list; both NULL, and not the head: not on it */
	kin_tracked  *previous;
	kin_own_text *texts;
	uint32_t      node;     /* in the graph of the flush in progress */
	_Alignas(8) char snapshot[]; /* of a new object: what kin_new() was given, its relationships NULL */
};

typedef enum kin_undo_kind {
	KIN_UNDO_CHANGE, /* .image has the bytes */
	KIN_UNDO_INSERT,
	KIN_UNDO_DELETE, /* .image too */
} kin_undo_kind;

typedef struct kin_undo {
	void         *object;
	void         *image; /* the struct, as it was; of a mapping's size, from the unit's memory. NULL: none */
	uint32_t      former; /* the record's .undo before this entry */
	uint32_t      loaded;
	kin_undo_kind kind;
	bool          expired; /* so it is again */
} kin_undo;

/* Memory of one mapping's records and images that is used again; linked through the first word. */
typedef struct kin_unit_pool {
	void *records;
	void *images;
} kin_unit_pool;

/* A hook that is to be called when a flush has written everything. */
typedef struct kin_after {
	void           *object;
	kin_model_event event;
} kin_after;

typedef struct kin_unit {
	kin_tracked *first; /* in the order of addition */
	kin_tracked *last;
	size_t       count;
	kin_vec(kin_undo) log;
	kin_vec(size_t)   marks;   /* the log's length at each kin_begin_nested() */
	kin_vec(void *)   expunged; /* objects; NULL: it came back */
	kin_vec(kin_unit_pool) pools; /* by mapping id */
	kin_link    *free_links;
	kin_tracked *fallen; /* while undoing: objects that became transient, linked through .next */
	kin_vec(void *) doubtful; /* objects loaded from rows that a bulk statement may have changed in this transaction */
	bool         blind;  /* it has: rows changed that no object stands for */
	kin_vec(kin_after) after; /* of the flush in progress */
	kin_vec(kin_let_go) let_go;
	bool         undoing; /* nothing is remembered */
	uint64_t     serial; /* counts transactions and savepoints, begun and ended */
} kin_unit;

kin_unit *kin_unit_new(void);
void kin_unit_free(kin_unit *unit);

/* A mapping's pool; NULL when memory is out. A piece from it, or a new one; and back. */
kin_unit_pool *kin_unit_pool_of(kin_session *session, const kin_mapping *mapping);
void *kin_unit_take(kin_session *session, void **pool, size_t size);
void kin_unit_give(void **pool, void *piece);

/* Make the record of an object that has none, its snapshot from the struct; not on the list yet. NULL when memory is out. */
kin_tracked *kin_unit_track(kin_session *session, void *object);
/* On the list, at its end; does nothing if it is there. */
void kin_unit_list(kin_session *session, kin_tracked *tracked);
void kin_unit_unlist(kin_session *session, kin_tracked *tracked);
/* Forget the record: snapshot, links. Returns the texts that the object still points at. */
kin_own_text *kin_unit_untrack(kin_session *session, void *object);
/* Note that the item's key follows a parent that it has no member for. KIN_OK or KIN_ENOMEM. */
int kin_unit_link(kin_session *session, kin_tracked *item, const kin_relation *relation, const void *parent);
/* Note what the database has of a many-to-many list that is to be changed: its first state since the last flush is kept. KIN_OK or KIN_ENOMEM. */
int kin_unit_keep_rows(kin_session *session, void *owner, const kin_relation *relation);
/* That; NULL: the list was not changed. */
const kin_list *kin_unit_rows(const kin_tracked *tracked, const kin_relation *relation);
void kin_unit_drop_rows(kin_session *session, kin_tracked *tracked, const kin_relation *relation);
void kin_unit_drop_links(kin_session *session, kin_tracked *tracked);

/* Put an object on the list as opened for writing: takes the snapshot. Does nothing if it is there. KIN_OK or KIN_ENOMEM. */
int kin_unit_edit(kin_session *session, void *object);
/* Whether the struct differs from the snapshot, relationships included. */
bool kin_unit_is_modified(const void *object);
/* Whether the bytes do: quick, and never false for a real change. */
static inline bool kin_unit_is_touched(const kin_tracked *tracked, size_t size)
{
	return memcmp(tracked->object, tracked->snapshot, size) != 0 || tracked->assigned != 0 || tracked->links;
}
/* Whether a member differs from the snapshot. */
bool kin_unit_differs(const kin_tracked *tracked, const kin_attribute *attribute);
/* The attributes that differ from the snapshot, as a set (orm/mapping_sql.h). false: none does. */
bool kin_unit_changed(const kin_tracked *tracked, const kin_mapping *mapping, uint64_t *ret_set);
/* What the struct holds now is what the database has. */
void kin_unit_renew(kin_session *session, kin_tracked *tracked);

/* A persistent object takes these columns (a set, orm/mapping_sql.h; NULL: all) from an image of its row. What the program has changed since the last load
 * stays as it is, and its snapshot is the row's; then the version stays too, so that what was changed on top of an older row is noticed. What it held
 * before is the caller's to remember. */
void kin_unit_take_row(void *object, const void *row, const uint64_t *set);
/* The row is gone (bulk DELETE): the object becomes deleted, and persistent again if the transaction is rolled back. */
int kin_unit_row_deleted(kin_session *session, void *object);

/* Keep what an object is, for a rollback: the snapshot of a tracked one, the struct of another. A change is kept once per
 * object and savepoint. KIN_OK or KIN_ENOMEM. */
int kin_unit_remember(kin_session *session, void *object, kin_undo_kind kind);
/* A savepoint begins here, and ends: its changes are the outer level's. KIN_OK or KIN_ENOMEM. */
int kin_unit_mark(kin_unit *unit);
void kin_unit_unmark(kin_unit *unit);
/* Undo what is not flushed, and the log down to the innermost savepoint, which ends; all of it where there is none. */
void kin_unit_undo(kin_session *session);
/* What was loaded after bulk statements that have been undone is loaded again. KIN_OK or the error, which is in the session. */
int kin_unit_reload(kin_session *session);
/* The transaction is committed: nothing is undone any more; deleted objects are detached. */
void kin_unit_commit(kin_session *session);

#endif
