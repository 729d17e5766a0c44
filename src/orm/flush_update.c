/* flush_update.c - changed rows: only the columns that differ, one prepared statement for all rows that differ in the same. */
#include <inttypes.h>
#include <stdlib.h>

#include "orm/inherit.h"
#include "orm/outbox.h"

typedef struct open_write {
	const kin_mapping *mapping;
	const uint64_t    *set;
	const kin_write   *write;
	kin_statement     *statement;
	struct open_write *next;
} open_write;

static int by_key(const void *a, const void *b)
{
	const kin_tracked *const *left = (const kin_tracked *const *)a, *const *right = (const kin_tracked *const *)b;
	uint32_t offset = kin_instance_mapping(kin_instance_of((*left)->object))->key_offset;
	int64_t l = *(const int64_t *)kin_member((*left)->object, offset);
	int64_t r = *(const int64_t *)kin_member((*right)->object, offset);

	return (l > r) - (l < r);
}

/* In the order of their keys: the database's pages are visited in order, and two sessions lock rows in the same order. */
static void sort_by_key(const kin_mapping *mapping, kin_tracked **items, size_t count)
{
	if (!mapping->integer_key)
		return;
	for (size_t i = 1; i < count; i++) {
		if (by_key(&items[i - 1], &items[i]) > 0) {
			qsort(items, count, sizeof(*items), by_key);
			return;
		}
	}
}

/* NULL: the session has the error. */
static open_write *open_for(kin_flusher *flush, const kin_mapping *mapping, const uint64_t *set, open_write **list)
{
	size_t bytes = KIN_SET_WORDS(mapping) * sizeof(*set);
	kin_error *error = &flush->session->error;
	open_write *open = *list;

	while (open && (open->mapping != mapping || memcmp(open->set, set, bytes) != 0))
		open = open->next;
	if (open)
		return open;
	if (!(open = kin_arena_zalloc(flush->arena, sizeof(*open))) ||
	    !(open->set = kin_arena_copy(flush->arena, set, bytes))) {
		kin_session_nomem(flush->session);
		return NULL;
	}
	open->mapping = mapping;
	if (kin_mapping_sql_update(mapping, flush->dialect, set, &open->write, error) < 0)
		return NULL;
	if (!flush->outbox && kin_statement_open(flush->connection, &open->write->sql, &open->statement, error) < 0)
		return NULL;
	open->next = *list;
	return *list = open;
}

static int fail_stale(kin_flusher *flush, const kin_mapping *mapping, const kin_tracked *tracked, const kin_write *write)
{
	bool update = write->change.change == KIN_CHANGE_UPDATE;
	kin_session *session = flush->session;
	kin_text text;
	int rc;

	kin_text_init(&text);
	kin_instance_show(&text, tracked->object);
	rc = kin_session_fail(session, KIN_ESTALE, NULL, 0,
	                      "%s statement on table '%s' expected to %s 1 row(s); 0 were matched: the row of %s "
	                      "was %sdeleted, or its key changed, by someone else; kin_rollback(), load it again, repeat",
	                      update ? "UPDATE" : "DELETE", mapping->table, update ? "update" : "delete", text.data,
	                      mapping->version ? "changed or " : "");
	kin_error_note_sql(&session->error, write->sql.text);
	kin_text_done(&text);
	return rc;
}

static int updated(kin_flusher *flush, const kin_parcel *parcel, kin_tracked *tracked, kin_statement *done)
{
	return kin_statement_changed(done) > 0 ? KIN_OK : fail_stale(flush, parcel->mapping, tracked, parcel->write);
}

static int update_row(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *tracked, const open_write *open)
{
	kin_error *error = &flush->session->error;
	const kin_write *write = open->write;
	int rc;

	if (flush->outbox)
		return kin_outbox_add(flush->outbox, (kin_parcel){ .mapping = mapping, .write = write, .done = updated }, tracked);
	if (kin_flush_bind(flush->session, open->statement, mapping, write->cells, write->cell_count, tracked->object, 0) < 0)
		return kin_flush_explain(flush, tracked->object);
	if ((rc = kin_statement_bind_cells(open->statement, write->key_cells, write->key_count, tracked->snapshot, 0,
	                                   error)) < 0)
		return rc;
	if ((rc = kin_statement_step(open->statement, error)) < 0)
		return kin_flush_explain(flush, tracked->object);
	if (kin_statement_changed(open->statement) == 0)
		return fail_stale(flush, mapping, tracked, write);
	kin_statement_reset(open->statement);
	return KIN_OK;
}

static int write_row(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *tracked, const uint64_t *set, open_write **opened)
{
	const open_write *open = open_for(flush, mapping, set, opened);

	return open ? update_row(flush, mapping, tracked, open) : flush->session->error.code;
}

/* In the tables where something changed, the first one last: rows of the others are found by the key that they have in it. */
static int write_levels(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *tracked, const uint64_t *set, open_write **opened)
{
	uint64_t of_level[KIN_SET_WORDS(mapping)];
	int rc = KIN_OK;

	if (!kin_mapping_is_joined(mapping))
		return write_row(flush, mapping, tracked, set, opened);
	for (size_t n = mapping->lineage->level_count; n-- > 0 && rc == KIN_OK;)
		if (kin_mapping_level_set(mapping, n, set, of_level))
			rc = write_row(flush, mapping->lineage->levels[n], tracked, of_level, opened);
	return rc;
}

static int refuse_zero(kin_flusher *flush, const kin_mapping *mapping, const kin_tracked *tracked)
{
	return kin_session_fail(flush->session, KIN_EINVAL, NULL, 0,
	                        "%s.%s of the row with %" PRId64 " there was set to 0, which stands for a key that the database makes; a row that is there has "
	                        "one", mapping->name, mapping->keys[0]->name, *(const int64_t *)(const void *)(tracked->snapshot + mapping->key_offset));
}

/* What is to be written: the row is made ready, and on-update values join what changed. 1: something is; 0: nothing. */
static int find_changed(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *tracked, uint64_t *ret_set)
{
	int rc = kin_flush_prepare(flush, tracked, NULL);

	if (rc < 0 || !kin_unit_changed(tracked, mapping, ret_set))
		return rc;
	if (mapping->integer_key && *(const int64_t *)kin_member(tracked->object, mapping->key_offset) == 0)
		return refuse_zero(flush, mapping, tracked);
	if (!mapping->has_fills)
		return 1;
	if ((rc = kin_flush_fill_changed(flush, tracked, ret_set)) < 0 || (rc = kin_flush_prepare(flush, tracked, NULL)) < 0)
		return rc;
	kin_unit_changed(tracked, mapping, ret_set);
	return 1;
}

/* Whether it had a row before this flush. A new one may be in the outbox still. */
static bool is_there(const kin_tracked *tracked)
{
	return !(tracked->flags & KIN_TRACKED_INSERTED) && kin_instance_of(tracked->object)->state != KIN_PENDING;
}

int kin_flush_update(kin_flusher *flush, const kin_uow_action *action)
{
	const kin_mapping *mapping = action->mapping;
	kin_tracked **items = kin_arena_alloc(flush->arena, (action->count - action->new_count) * sizeof(*items));
	uint64_t *set = kin_arena_alloc(flush->arena, (KIN_SET_WORDS(mapping) + 1) * sizeof(*set));
	open_write *opened = NULL;
	size_t count = 0, written = 0;
	int rc = KIN_OK;

	if (!items || !set)
		return kin_session_nomem(flush->session);
	if (flush->outbox && (rc = kin_outbox_send_needed(flush->outbox, mapping)) < 0)
		return rc;
	for (size_t i = 0; i < action->count && action->new_count < action->count; i++)
		if (is_there(action->items[i]))
			items[count++] = action->items[i];
	sort_by_key(mapping, items, count);
	if (mapping->events && (rc = kin_flush_ready_changed(flush, mapping, items, count, set)) < 0)
		return rc;
	for (size_t i = 0; i < count && rc == KIN_OK; i++) {
		if ((rc = find_changed(flush, mapping, items[i], set)) <= 0)
			continue;
		rc = write_levels(flush, mapping, items[i], set, &opened);
		items[written++] = items[i];
	}
	for (; opened; opened = opened->next)
		kin_statement_close(opened->statement);
	if (rc == KIN_OK && mapping->has_computed && flush->outbox)
		rc = kin_outbox_send(flush->outbox);
	if (rc == KIN_OK && mapping->has_computed)
		rc = kin_flush_reread(flush, mapping, items, written);
	return rc;
}

int kin_flush_update_rows(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *const *rows, size_t count)
{
	uint64_t *set = kin_arena_alloc(flush->arena, (KIN_SET_WORDS(mapping) + 1) * sizeof(*set));
	open_write *opened = NULL;
	int rc = KIN_OK;

	if (!set)
		return kin_session_nomem(flush->session);
	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		if (kin_unit_changed(rows[i], mapping, set))
			rc = write_levels(flush, mapping, rows[i], set, &opened);
	for (; opened; opened = opened->next)
		kin_statement_close(opened->statement);
	return rc;
}

/* A row that is gone is what was wanted; one of another version is not. */
static bool must_be_there(const kin_mapping *mapping, const kin_tracked *tracked)
{
	return mapping->version && !(tracked->flags & KIN_TRACKED_LINK);
}

static int deleted(kin_flusher *flush, const kin_parcel *parcel, kin_tracked *tracked, kin_statement *done)
{
	if (!must_be_there(parcel->mapping, tracked) || kin_statement_changed(done) > 0)
		return KIN_OK;
	return fail_stale(flush, parcel->mapping, tracked, parcel->write);
}

static int post_deletes(kin_flusher *flush, const kin_mapping *mapping, const kin_write *write, kin_tracked *const *items, size_t count)
{
	const kin_parcel parcel = { .mapping = mapping, .write = write, .done = deleted };
	int rc = KIN_OK;

	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		rc = kin_outbox_add(flush->outbox, parcel, items[i]);
	return rc;
}

static int delete_rows(kin_flusher *flush, const kin_mapping *mapping, const kin_write *write, kin_tracked *const *items, size_t count)
{
	kin_error *error = &flush->session->error;
	kin_statement *statement = NULL;
	int rc;

	if (flush->outbox)
		return post_deletes(flush, mapping, write, items, count);
	if ((rc = kin_statement_open(flush->connection, &write->sql, &statement, error)) < 0)
		return rc;
	for (size_t i = 0; i < count && rc == KIN_OK; i++) {
		const kin_tracked *tracked = items[i];
		if ((rc = kin_statement_bind_cells(statement, write->key_cells, write->key_count, tracked->snapshot, 0,
		                                   error)) < 0)
			break;
		if ((rc = kin_statement_step(statement, error)) < 0)
			rc = kin_flush_explain(flush, tracked->object);
		else if (must_be_there(mapping, tracked) && kin_statement_changed(statement) == 0)
			rc = fail_stale(flush, mapping, tracked, write);
		kin_statement_reset(statement);
	}
	kin_statement_close(statement);
	return rc;
}

int kin_flush_delete(kin_flusher *flush, const kin_uow_action *action)
{
	const kin_write *write;
	int rc = KIN_OK;

	if (!action->one_by_one)
		sort_by_key(action->mapping, action->items, action->count);
	for (size_t n = kin_mapping_level_count(action->mapping); n-- > 0 && rc == KIN_OK;) {
		const kin_mapping *level = kin_mapping_level(action->mapping, n);
		if ((rc = kin_mapping_sql_delete(level, flush->dialect, &write, &flush->session->error)) == KIN_OK)
			rc = delete_rows(flush, level, write, action->items, action->count);
	}
	return rc;
}

int kin_flush_delete_by(kin_flusher *flush, const kin_mapping *mapping, const uint64_t *set, kin_tracked *const *items, size_t count)
{
	const kin_write *write;
	int rc = kin_mapping_sql_delete_by(mapping, flush->dialect, set, &write, &flush->session->error);

	return rc < 0 ? rc : delete_rows(flush, mapping, write, items, count);
}
