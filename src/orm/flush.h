/* flush.h - executing the plan of a flush. */
#ifndef KIN_ORM_FLUSH_H
#define KIN_ORM_FLUSH_H

#include "orm/mapping_sql.h"
#include "orm/uow.h"

struct kin_outbox;

/* A key that is written when the row it leads to is there: flush_post.c. */
typedef struct kin_late_key {
	kin_tracked        *tracked;
	const kin_relation *relation; /* the row's own, or that of the parent's list it was put into */
	const void         *target;
} kin_late_key;

/* An object whose primary key was changed: flush_rekey.c. */
typedef struct kin_moved_key {
	const void *object;
	const void *former; /* the struct, as it was */
} kin_moved_key;

typedef struct kin_flusher {
	kin_session    *session;
	kin_connection *connection;
	kin_dialect_id  dialect;
	kin_arena      *arena; /* the plan's */
	kin_vec(kin_late_key) late;
	kin_vec(kin_moved_key) moved;
	struct kin_outbox *outbox; /* orm/outbox.h. NULL: each row is written when it is ready, as is best where nothing is far away */
} kin_flusher;

/* Before a row is written: its keys follow its to-one relationships, strings that the program assigned are copied
 * into the session, and what no column can hold is refused with a sentence. `omitted`: attributes that the database
 * will fill (NULL: none). KIN_OK or the error, which is in the session. */
int kin_flush_prepare(kin_flusher *flush, kin_tracked *tracked, const uint64_t *omitted);

/* What the members of a row alone can say: NULLs, lengths, ranges, labels. As kin_flush_prepare(). */
int kin_flush_check(kin_flusher *flush, const kin_mapping *mapping, const void *object, const uint64_t *omitted);

/* The first part of that: keys follow relationships. */
int kin_flush_sync(kin_flusher *flush, kin_tracked *tracked);

/* flush_fill.c. Defaults into the blank members of a new row; on-update values into those members of a changed row that are not in
 * `set`. Both before kin_flush_prepare() has a look at them. */
int kin_flush_fill_new(kin_flusher *flush, const kin_mapping *mapping, void *object);
int kin_flush_fill_changed(kin_flusher *flush, kin_tracked *tracked, const uint64_t *set);
/* Read the computed columns of rows that were updated: a SELECT for each. */
int kin_flush_reread(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *const *items, size_t count);

/* flush_hook.c. A new row is filled, and hooks and validators have seen it; changed rows have been seen; rows that are to be deleted have. For
 * mappings that have .has_fills, and .events. `set` has room for one of the mapping. */
int kin_flush_ready_new(kin_flusher *flush, kin_tracked *tracked);
int kin_flush_ready_changed(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *const *items, size_t count, uint64_t *set);
int kin_flush_ready_deleted(kin_flusher *flush, const kin_uow_action *action);
/* After the flush: the hooks that come after. KIN_OK or the session's error. */
int kin_flush_call_after(kin_session *session, bool written);

/* Write the rows of an action: those that are new, those that changed, those to be deleted. */
int kin_flush_insert(kin_flusher *flush, const kin_uow_action *action);
int kin_flush_update(kin_flusher *flush, const kin_uow_action *action);
int kin_flush_delete(kin_flusher *flush, const kin_uow_action *action);

/* DELETE … WHERE the attributes in `set` are as in the records' snapshots. */
int kin_flush_delete_by(kin_flusher *flush, const kin_mapping *mapping, const uint64_t *set, kin_tracked *const *items, size_t count);

/* flush_link.c: the rows of many-to-many tables that lists lost and gained; those of the objects that an action will delete; and, when all is
 * written, the lists on the other side. */
int kin_flush_links(kin_flusher *flush, const kin_uow *uow);
int kin_flush_unlink(kin_flusher *flush, const kin_uow_action *action);
int kin_flush_settle_list(kin_flusher *flush, const kin_uow_list *list);

/* A row has been written: the lists of its old and new owners are brought in step, the snapshot is renewed, and the plan is
 * done with it. */
int kin_flush_settle(kin_flusher *flush, kin_tracked *tracked);
/* A row has been deleted: it leaves its owners' lists and the session. */
int kin_flush_settle_deleted(kin_flusher *flush, kin_tracked *tracked);

/* The object's row has another primary key than its snapshot says: it is found under that from now on. */
int kin_flush_move(kin_flusher *flush, kin_tracked *tracked);
/* What points at such objects follows, where the database has made its rows follow. */
int kin_flush_rekey(kin_flusher *flush);

/* flush_push.c. Before anything is written: where keys change that rows are written after, the database waits with its checks. And those
 * rows, after keys that objects from `from` to `to` of .moved had. KIN_OK or the error, which is in the session. */
int kin_flush_await(kin_flusher *flush, const kin_uow *uow);
int kin_flush_push(kin_flusher *flush, const kin_foreign *key, size_t from, size_t to);

/* Rows are gone through one by one, and what their to-one relationships point at lies anywhere: waiting for it would take longer
 * than all else. So memory is asked for the targets of a row that comes FAR rows later, and for the records of those of one
 * that comes NEAR rows later. NULL: there is none. */
enum { KIN_FLUSH_FAR = 16, KIN_FLUSH_NEAR = 8 };
void kin_flush_prefetch(const kin_tracked *far, const kin_tracked *near);

/* flush_prepare.c: copy the keys of the object that a row points at into the row. KIN_OK or the error. */
int kin_flush_copy_keys(kin_flusher *flush, kin_tracked *tracked, const kin_relation *relation, const void *target);
/* flush_update.c: UPDATE of what differs from their snapshots, for rows of one mapping. */
int kin_flush_update_rows(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *const *rows, size_t count);

/* flush_post.c: the key of such a row is NULL for now, or as it was, if its relationship says .post_update and the target has no row yet:
 * 1, and it is remembered; 0: it can be written at once; KIN_ENOMEM in the session. */
int kin_flush_put_off(kin_flusher *flush, kin_tracked *tracked, const kin_relation *relation, const void *target);
/* Write what was put off. */
int kin_flush_late_keys(kin_flusher *flush);
/* Set to NULL what would keep the deletes of a loose plan from being in order. */
int kin_flush_loosen(kin_flusher *flush, const kin_uow *uow);

/* Bind an object's members; on failure the member is named. */
int kin_flush_bind(kin_session *session, kin_statement *statement, const kin_mapping *mapping, const kin_cell *cells, size_t count,
                   const void *object, size_t first);
/* Put the name of the member that a cell is of, and the number there, in front of the error. */
void kin_flush_name_member(kin_session *session, const kin_mapping *mapping, const kin_cell *cell, const void *object);
/* "pets.name 'Ben', pets.species 'Dog'", for the columns that an error names; nothing where they are not the mapping's. */
void kin_flush_show_columns(kin_text *out, const char *names, const kin_mapping *mapping, const void *object);
/* Put the object and the value at fault in front of a database's sentence. Returns the error's code. */
int kin_flush_explain(kin_flusher *flush, const void *object);

#endif
