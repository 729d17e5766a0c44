/* flush_insert.c - new rows, as many with one statement as is worth it; their keys come back by RETURNING.
 *
 * Few sizes, so that few statements are prepared. SQL does not promise the order of RETURNING's rows. What is relied on is that
 * the database numbers the rows of a VALUES list as they stand there, and returns each once: the keys that come back must
 * therefore ascend, and are refused if they do not. */
#include "orm/flush.h"
#include "value/member.h"

static const size_t sizes[] = { 64, 16, 4, 1 };

static bool is_new(const kin_tracked *tracked)
{
	return kin_instance_of(tracked->object)->state == KIN_PENDING;
}

/* What the database fills: a key that is 0, and defaults where the member is NULL. */
static void find_omitted(const kin_tracked *tracked, const kin_mapping *mapping, uint64_t *ret_set)
{
	memset(ret_set, 0, KIN_SET_WORDS(mapping) * sizeof(*ret_set));
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *attribute = &mapping->attributes[i];
		const void *member = kin_member(tracked->object, attribute->offset);
		if (attribute->primary_key && mapping->integer_key ? *(const int64_t *)member == 0
		                                                   : attribute->default_sql &&
		                                                     kin_member_is_null(member, attribute->kind))
			kin_set_add(ret_set, i);
	}
}

/* Someone else deleted the row of the object that had this key, and the database gave the key away again. */
static void evict(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);

	instance->state = KIN_DETACHED;
	if (instance->tracked)
		kin_unit_unlist(session, instance->tracked);
}

static int enter_identity(kin_session *session, const kin_mapping *mapping, void *object)
{
	kin_identity *identity = kin_session_identity(session, mapping);
	kin_value few[8];
	void **slot, *there = NULL;

	if (!identity)
		return KIN_ENOMEM;
	if (mapping->integer_key) {
		if (!(slot = kin_identity_slot(identity, *(int64_t *)kin_member(object, mapping->key_offset))))
			return KIN_ENOMEM;
		if (*slot)
			evict(session, *slot);
		*slot = object;
		return KIN_OK;
	}
	for (size_t i = 0; i < mapping->key_count && i < 8; i++)
		few[i] = kin_instance_key(object, i);
	if (mapping->key_count <= 8 && (there = kin_identity_find(identity, few))) {
		kin_identity_remove(identity, there);
		evict(session, there);
	}
	return kin_identity_add(identity, object) ? KIN_OK : KIN_ENOMEM;
}

/* The row is there. */
static int note_inserted(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *tracked, bool made_key)
{
	kin_session *session = flush->session;

	if (made_key)
		tracked->flags |= KIN_TRACKED_MADE_KEY;
	if (kin_unit_remember(session, tracked->object, KIN_UNDO_INSERT) < 0 ||
	    enter_identity(session, mapping, tracked->object) < 0)
		return kin_session_nomem(session);
	kin_instance_of(tracked->object)->state = KIN_PERSISTENT;
	tracked->flags |= KIN_TRACKED_INSERTED | KIN_TRACKED_FRESH;
	return KIN_OK;
}

/* What one row of RETURNING says. */
static int read_returned(kin_flusher *flush, kin_statement *statement, const kin_write *write,
                         const kin_mapping *mapping, void *object)
{
	bool null;

	if (write->returned_count == 1 && mapping->integer_key && write->returned[0].offset == mapping->key_offset) {
		*(int64_t *)kin_member(object, mapping->key_offset) = kin_statement_int64(statement, 0, &null);
		return KIN_OK;
	}
	return kin_statement_read(statement, write->returned, write->returned_count, object, &flush->session->arena,
	                          &flush->session->error);
}

static int fail_order(kin_flusher *flush, const kin_mapping *mapping)
{
	return kin_session_fail(flush->session, KIN_EDB, NULL, 0,
	                        "the database returned the keys of new rows of '%s' out of order, so that they cannot be "
	                        "told apart", mapping->table);
}

/* One statement's rows: bind, run, take the keys. */
static int insert_rows(kin_flusher *flush, kin_statement *statement, const kin_write *write,
                       const kin_mapping *mapping, kin_tracked *const *items, size_t rows)
{
	kin_error *error = &flush->session->error;
	bool made_key = mapping->integer_key && *(int64_t *)kin_member(items[0]->object, mapping->key_offset) == 0;
	int64_t former = INT64_MIN;
	size_t returned = 0;
	int rc;

	for (size_t i = 0; i < rows; i++)
		if ((rc = kin_statement_bind_cells(statement, write->cells, write->cell_count, items[i]->object,
		                                   i * write->cell_count, error)) < 0)
			return rc;
	while ((rc = kin_statement_step(statement, error)) > 0 && returned < rows) {
		void *object = items[returned]->object;
		if ((rc = read_returned(flush, statement, write, mapping, object)) < 0)
			return rc;
		if (made_key) {
			int64_t key = *(int64_t *)kin_member(object, mapping->key_offset);
			if (rows > 1 && key <= former)
				return fail_order(flush, mapping);
			former = key;
		}
		returned++;
	}
	if (rc < 0)
		return rc;
	if (write->returned_count > 0 && returned != rows)
		return fail_order(flush, mapping);
	for (size_t i = 0; i < rows; i++)
		if ((rc = note_inserted(flush, mapping, items[i], made_key)) < 0)
			return rc;
	kin_statement_reset(statement);
	return KIN_OK;
}

/* As many statements of one size as fit. *ret_done: rows. On failure, the row at fault is not known. */
static int insert_size(kin_flusher *flush, const kin_mapping *mapping, const uint64_t *omitted,
                       kin_tracked *const *items, size_t count, size_t rows, size_t *ret_done)
{
	kin_statement *statement = NULL;
	const kin_write *write;
	int rc;

	*ret_done = 0;
	rc = kin_mapping_sql_insert(mapping, flush->dialect, omitted, rows, &write, &flush->session->error);
	if (rc == KIN_OK)
		rc = kin_statement_open(flush->connection, &write->sql, &statement, &flush->session->error);
	while (rc == KIN_OK && count - *ret_done >= rows) {
		rc = insert_rows(flush, statement, write, mapping, items + *ret_done, rows);
		if (rc == KIN_OK)
			*ret_done += rows;
	}
	kin_statement_close(statement);
	return rc;
}

static bool is_constraint(int code)
{
	return code <= KIN_ENOTNULL && code >= KIN_EVALUE;
}

/* A statement of many rows broke a constraint, and wrote nothing: one by one, the row at fault shows. */
static int find_culprit(kin_flusher *flush, const kin_mapping *mapping, const uint64_t *omitted,
                        kin_tracked *const *items, size_t count)
{
	kin_error first = { 0 };
	size_t done;
	int rc = kin_error_move(&first, &flush->session->error);

	for (size_t i = 0; i < count; i++) {
		if (insert_size(flush, mapping, omitted, items + i, 1, 1, &done) == KIN_OK)
			continue;
		kin_error_clear(&first);
		return kin_flush_explain(flush, items[i]->object);
	}
	kin_error_move(&flush->session->error, &first);
	return rc;
}

static size_t best_size(kin_flusher *flush, const kin_mapping *mapping, const uint64_t *omitted, size_t count)
{
	size_t columns = 0, i = 0;

	for (size_t n = 0; n < mapping->attribute_count; n++)
		columns += !kin_set_has(omitted, n);
	if (columns == 0)
		return 1; /* DEFAULT VALUES makes one row */
	size_t max = kin_connection_dialect(flush->connection)->max_params / columns;
	while (sizes[i] > 1 && (sizes[i] > count || sizes[i] > max))
		i++;
	return sizes[i];
}

/* Rows of the same columns. */
static int insert_alike(kin_flusher *flush, const kin_mapping *mapping, const uint64_t *omitted,
                        kin_tracked *const *items, size_t count)
{
	while (count > 0) {
		size_t rows = best_size(flush, mapping, omitted, count), done;
		int rc = insert_size(flush, mapping, omitted, items, count, rows, &done);
		if (rc < 0 && rows == 1)
			return kin_flush_explain(flush, items[done]->object);
		if (rc < 0 && is_constraint(rc) && flush->dialect == KIN_SQLITE)
			return find_culprit(flush, mapping, omitted, items + done, rows);
		if (rc < 0)
			return rc;
		items += done;
		count -= done;
	}
	return KIN_OK;
}

static int insert_prepared(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *const *items, size_t count,
                           uint64_t *set, uint64_t *other)
{
	size_t bytes = KIN_SET_WORDS(mapping) * sizeof(*set), end;
	int rc = KIN_OK;

	for (size_t begin = 0; begin < count && rc == KIN_OK; begin = end) {
		find_omitted(items[begin], mapping, set);
		for (end = begin + 1; end < count; end++) {
			find_omitted(items[end], mapping, other);
			if (memcmp(set, other, bytes) != 0)
				break;
		}
		rc = insert_alike(flush, mapping, set, items + begin, end - begin);
	}
	return rc;
}

int kin_flush_insert(kin_flusher *flush, const kin_uow_action *action)
{
	const kin_mapping *mapping = action->mapping;
	kin_tracked **items = kin_arena_alloc(flush->arena, action->count * sizeof(*items));
	uint64_t *sets = kin_arena_alloc(flush->arena, 2 * KIN_SET_WORDS(mapping) * sizeof(*sets));
	uint64_t *other = sets ? sets + KIN_SET_WORDS(mapping) : NULL;
	size_t count = 0;
	int rc = KIN_OK;

	if (!items || !sets)
		return kin_session_nomem(flush->session);
	for (size_t i = 0; i < action->count && rc == KIN_OK; i++) {
		if (!is_new(action->items[i]))
			continue;
		find_omitted(action->items[i], mapping, sets);
		if ((rc = kin_flush_prepare(flush, action->items[i], sets)) < 0)
			return rc;
		items[count++] = action->items[i];
		if (action->one_by_one) {
			rc = insert_prepared(flush, mapping, items, 1, sets, other);
			count = 0;
		}
	}
	if (rc == KIN_OK && count > 0) {
		kin_identity *identity = kin_session_identity(flush->session, mapping);
		if (!identity || !kin_identity_reserve(identity, count))
			return kin_session_nomem(flush->session);
		rc = insert_prepared(flush, mapping, items, count, sets, other);
	}
	return rc;
}
