/* flush_insert.c - new rows, as many with one statement as is worth it, and the keys that the database gives them.
 *
 * Few sizes, so that few statements are prepared. Where a foreign key is checked SQLite keeps a journal for each statement of several
 * rows, so that many small ones cost more than few large ones; preparing takes 2 microseconds a row, so they end at 1,024.
 *
 * The keys follow from the last one's where the database promises that (kin_connection_numbers()), else RETURNING says them. SQL
 * does not promise the order of RETURNING's rows. What is relied on is that the database numbers the rows of a VALUES list as they
 * stand there, and returns each once: the keys that come back must therefore ascend, and are refused if they do not. */
#include "orm/outbox.h"
#include "value/member.h"

enum { MOST = 1024 };

static const size_t sizes[] = { MOST, 64, 16, 4, 1 };

typedef struct inserter {
	kin_flusher       *flush;
	const kin_mapping *mapping;
	kin_tracked      **items; /* the rows at hand, made ready and of the same columns: at most MOST, while the caches have them */
	size_t             count;
	uint64_t          *omitted;  /* what the database fills in them, */
	bool               made_key; /* the key too, */
	bool               numbered; /* which follows from the last one's */
	uint64_t          *other; /* what it fills in another row */
} inserter;

static bool is_new(const kin_tracked *tracked)
{
	return kin_instance_of(tracked->object)->state == KIN_PENDING;
}

static inline int64_t *key_of(const inserter *in, const kin_tracked *tracked)
{
	return kin_member(tracked->object, in->mapping->key_offset);
}

static void add_defaults(const inserter *in, const kin_tracked *tracked, uint64_t *set)
{
	for (size_t i = 0; i < in->mapping->attribute_count; i++) {
		const kin_attribute *attribute = &in->mapping->attributes[i];
		if (attribute->primary_key && in->mapping->integer_key)
			continue;
		if (attribute->computed || (attribute->default_sql && kin_attribute_is_null(attribute, tracked->object)))
			kin_set_add(set, i);
	}
}

/* What the database fills: a key that is 0, and defaults where the member is NULL. */
static inline void find_omitted(const inserter *in, const kin_tracked *tracked, uint64_t *ret_set)
{
	memset(ret_set, 0, KIN_SET_WORDS(in->mapping) * sizeof(*ret_set));
	if (in->mapping->integer_key && *key_of(in, tracked) == 0)
		kin_set_add(ret_set, in->mapping->keys[0]->index);
	if (in->mapping->has_defaults)
		add_defaults(in, tracked, ret_set);
}

/* Someone else deleted the row of the object that had this key, and the database gave the key away again. */
static void evict(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);

	instance->state = KIN_DETACHED;
	if (instance->tracked)
		kin_unit_unlist(session, instance->tracked);
}

static int enter_identity(const inserter *in, kin_identity *identity, void *object)
{
	kin_session *session = in->flush->session;
	kin_value few[8];
	void **slot, *there = NULL;

	if (in->mapping->integer_key) {
		if (!(slot = kin_identity_slot(identity, *(int64_t *)kin_member(object, in->mapping->key_offset))))
			return KIN_ENOMEM;
		if (*slot)
			evict(session, *slot);
		*slot = object;
		return KIN_OK;
	}
	for (size_t i = 0; i < in->mapping->key_count && i < 8; i++)
		few[i] = kin_instance_key(object, i);
	if (in->mapping->key_count <= 8 && (there = kin_identity_find(identity, few))) {
		kin_identity_remove(identity, there);
		evict(session, there);
	}
	return kin_identity_add(identity, object) ? KIN_OK : KIN_ENOMEM;
}

/* The rows are there. */
static int note_inserted(const inserter *in, kin_tracked *const *items, size_t rows)
{
	kin_session *session = in->flush->session;
	uint8_t flags = KIN_TRACKED_INSERTED | KIN_TRACKED_FRESH;

	if (items[0]->flags & KIN_TRACKED_LINK)
		return KIN_OK;
	kin_identity *identity = kin_session_identity(session, in->mapping);
	if (!identity)
		return kin_session_nomem(session);
	for (size_t i = 0; i < rows; i++) {
		kin_tracked *tracked = items[i];
		if (in->made_key)
			tracked->flags |= KIN_TRACKED_MADE_KEY;
		if (kin_unit_remember(session, tracked->object, KIN_UNDO_INSERT) < 0 ||
		    enter_identity(in, identity, tracked->object) < 0)
			return kin_session_nomem(session);
		kin_instance_of(tracked->object)->state = KIN_PERSISTENT;
		tracked->flags |= flags;
	}
	return KIN_OK;
}

/* What one row of RETURNING says. */
static int read_returned(const inserter *in, kin_statement *statement, const kin_write *write, kin_tracked *tracked)
{
	kin_session *session = in->flush->session;
	bool null;

	if (write->returned_count == 1 && in->made_key) {
		*key_of(in, tracked) = kin_statement_int64(statement, 0, &null);
		return KIN_OK;
	}
	return kin_statement_read(statement, write->returned, write->returned_count, tracked->object, &session->arena,
	                          &session->error);
}

static int fail_order(const inserter *in)
{
	return kin_session_fail(in->flush->session, KIN_EDB, NULL, 0,
	                        "the database returned the keys of new rows of '%s' out of order, so that they cannot be "
	                        "told apart", in->mapping->table);
}

static int run_returning(const inserter *in, kin_statement *statement, const kin_write *write,
                         kin_tracked *const *items, size_t rows)
{
	kin_error *error = &in->flush->session->error;
	int64_t former = INT64_MIN;
	size_t returned = 0;
	int rc;

	while ((rc = kin_statement_step(statement, error)) > 0 && returned < rows) {
		kin_tracked *tracked = items[returned++];
		if ((rc = read_returned(in, statement, write, tracked)) < 0)
			return rc;
		if (!in->made_key)
			continue;
		if (rows > 1 && *key_of(in, tracked) <= former)
			return fail_order(in);
		former = *key_of(in, tracked);
	}
	if (rc < 0)
		return rc;
	return write->returned_count > 0 && returned != rows ? fail_order(in) : KIN_OK;
}

static int run_numbered(const inserter *in, kin_statement *statement, kin_tracked *const *items, size_t rows)
{
	int rc = kin_statement_step(statement, &in->flush->session->error);

	if (rc < 0)
		return rc;
	if (kin_statement_changed(statement) != (int64_t)rows)
		return kin_session_fail(in->flush->session, KIN_EDB, NULL, 0,
		                        "the database took %lld of %zu new rows of '%s' and refused none, so that they cannot be "
		                        "told apart: a constraint of the table says ON CONFLICT IGNORE",
		                        (long long)kin_statement_changed(statement), rows, in->mapping->table);
	int64_t first = kin_statement_last_key(statement) - (int64_t)rows + 1;
	for (size_t i = 0; i < rows; i++)
		*key_of(in, items[i]) = first + (int64_t)i;
	return KIN_OK;
}

/* One statement's rows: bind, run, take the keys. */
static int insert_rows(const inserter *in, kin_statement *statement, const kin_write *write,
                       kin_tracked *const *items, size_t rows)
{
	int rc;

	for (size_t i = 0; i < rows; i++)
		if ((rc = kin_flush_bind(in->flush, statement, write->cells, write->cell_count, items[i]->object,
		                         i * write->cell_count)) < 0)
			return rc;
	rc = in->numbered ? run_numbered(in, statement, items, rows) : run_returning(in, statement, write, items, rows);
	if (rc < 0 || (rc = note_inserted(in, items, rows)) < 0)
		return rc;
	kin_statement_reset(statement);
	return KIN_OK;
}

/* As many statements of one size as fit. *ret_done: rows. On failure, the row at fault is not known. */
static int insert_size(const inserter *in, kin_tracked *const *items, size_t count, size_t rows, size_t *ret_done)
{
	kin_flusher *flush = in->flush;
	kin_statement *statement = NULL;
	const kin_write *write;
	int rc;

	*ret_done = 0;
	rc = kin_mapping_sql_insert(in->mapping, flush->dialect, in->omitted, rows, !in->numbered, &write,
	                            &flush->session->error);
	if (rc == KIN_OK)
		rc = kin_statement_open(flush->connection, &write->sql, &statement, &flush->session->error);
	while (rc == KIN_OK && count - *ret_done >= rows) {
		rc = insert_rows(in, statement, write, items + *ret_done, rows);
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
static int find_culprit(const inserter *in, kin_tracked *const *items, size_t count)
{
	kin_session *session = in->flush->session;
	kin_error first = { 0 };
	size_t done;
	int rc = kin_error_move(&first, &session->error);

	for (size_t i = 0; i < count; i++) {
		if (insert_size(in, items + i, 1, 1, &done) == KIN_OK)
			continue;
		kin_error_clear(&first);
		return kin_flush_explain(in->flush, items[i]->object);
	}
	kin_error_move(&session->error, &first);
	return rc;
}

static size_t best_size(const inserter *in, size_t count)
{
	size_t columns = 0, i = 0;

	for (size_t n = 0; n < in->mapping->attribute_count; n++)
		columns += !kin_set_has(in->omitted, n);
	if (columns == 0)
		return 1; /* DEFAULT VALUES makes one row */
	size_t max = kin_connection_dialect(in->flush->connection)->max_params / columns;
	while (sizes[i] > 1 && (sizes[i] > count || sizes[i] > max))
		i++;
	return sizes[i];
}

/* Whether the database fills the key and nothing else, and the keys of so many rows follow from the last one's. */
static int ask_numbered(inserter *in, size_t count)
{
	kin_flusher *flush = in->flush;
	size_t omitted = 0;

	in->numbered = false;
	for (size_t i = 0; i < in->mapping->attribute_count; i++)
		omitted += kin_set_has(in->omitted, i);
	if (!in->made_key || omitted > 1)
		return KIN_OK;
	int rc = kin_connection_numbers(flush->connection, in->mapping->table, in->mapping->keys[0]->column, count,
	                                &flush->session->error);
	in->numbered = rc == 1;
	return rc < 0 ? rc : KIN_OK;
}

static int inserted(kin_flusher *flush, const kin_parcel *parcel, kin_tracked *tracked, kin_statement *done)
{
	const inserter in = { .flush = flush, .mapping = parcel->mapping, .made_key = parcel->made_key };
	int rc = parcel->write->returned_count > 0 ? read_returned(&in, done, parcel->write, tracked) : KIN_OK;

	return rc < 0 ? rc : note_inserted(&in, &tracked, 1);
}

/* To be sent with others. */
static int post_alike(const inserter *in, kin_tracked *const *items, size_t count)
{
	kin_parcel parcel = { .mapping = in->mapping, .done = inserted, .made_key = in->made_key };
	int rc = kin_mapping_sql_insert(in->mapping, in->flush->dialect, in->omitted, 1, true, &parcel.write, &in->flush->session->error);

	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		rc = kin_outbox_add(in->flush->outbox, parcel, items[i]);
	return rc;
}

/* Rows of the same columns. */
static int insert_alike(inserter *in, kin_tracked *const *items, size_t count)
{
	int rc;

	in->count = 0;
	in->made_key = in->mapping->integer_key && *key_of(in, items[0]) == 0;
	if (in->flush->outbox)
		return post_alike(in, items, count);
	if ((rc = ask_numbered(in, count)) < 0)
		return rc;
	while (count > 0) {
		size_t rows = best_size(in, count), done;
		rc = insert_size(in, items, count, rows, &done);
		if (rc < 0 && rows == 1)
			return kin_flush_explain(in->flush, items[done]->object);
		if (rc < 0 && is_constraint(rc) && in->flush->dialect == KIN_SQLITE)
			return find_culprit(in, items + done, rows);
		if (rc < 0)
			return rc;
		items += done;
		count -= done;
	}
	return KIN_OK;
}

static int inserter_init(inserter *in, kin_flusher *flush, const kin_uow_action *action)
{
	const kin_mapping *mapping = action->mapping;
	size_t words = KIN_SET_WORDS(mapping), most = action->new_count < MOST ? action->new_count : MOST;

	*in = (inserter){ .flush = flush, .mapping = mapping };
	in->items = kin_arena_alloc(flush->arena, most * sizeof(*in->items));
	in->omitted = kin_arena_alloc(flush->arena, 2 * words * sizeof(*in->omitted));
	if (!in->items || !in->omitted) {
		kin_session_nomem(flush->session);
		return KIN_ENOMEM;
	}
	in->other = in->omitted + words;
	return KIN_OK;
}

/* The rows at hand are written when they are enough, or when the next has other columns. */
static int add_row(inserter *in, kin_tracked *tracked)
{
	size_t bytes = KIN_SET_WORDS(in->mapping) * sizeof(*in->omitted);
	int rc;

	if (in->mapping->has_fills && (rc = kin_flush_fill_new(in->flush, tracked)) < 0)
		return rc;
	find_omitted(in, tracked, in->other);
	if ((rc = kin_flush_prepare(in->flush, tracked, in->other)) < 0)
		return rc;
	find_omitted(in, tracked, in->other); /* a key may be another object's, and is there now */
	if (in->count > 0 && (in->count == MOST || memcmp(in->omitted, in->other, bytes) != 0) &&
	    (rc = insert_alike(in, in->items, in->count)) < 0)
		return rc;
	if (in->count == 0)
		memcpy(in->omitted, in->other, bytes);
	in->items[in->count++] = tracked;
	return KIN_OK;
}

/* Whether a row points at one of its own table that is new too: that one comes before it, and is in the outbox still. */
static bool waits_for_another(const kin_tracked *tracked, const kin_mapping *mapping)
{
	for (const kin_link *link = tracked->links; link; link = link->next)
		if (link->parent && kin_instance_of(link->parent)->state == KIN_PENDING)
			return true;
	for (size_t i = 0; i < mapping->keyed_count; i++) {
		const void *target = *(const void *const *)kin_member(tracked->object, mapping->keyed[i]->offset);
		if (target && target != KIN_UNLOADED && target != tracked->object && kin_instance_of(target)->state == KIN_PENDING)
			return true;
	}
	return false;
}

/* What the row needs is written before it is made ready. */
static int write_before(inserter *in, const kin_uow_action *action, const kin_tracked *tracked)
{
	int rc = KIN_OK;

	if (!action->one_by_one || !in->flush->outbox || !waits_for_another(tracked, in->mapping))
		return KIN_OK;
	if (in->count > 0)
		rc = insert_alike(in, in->items, in->count);
	return rc == KIN_OK ? kin_outbox_send(in->flush->outbox) : rc;
}

static const kin_tracked *later(const kin_uow_action *action, size_t at)
{
	return at < action->count ? action->items[at] : NULL;
}

int kin_flush_insert(kin_flusher *flush, const kin_uow_action *action)
{
	inserter in;
	int rc = inserter_init(&in, flush, action);

	if (rc == KIN_OK && flush->outbox)
		rc = kin_outbox_send_needed(flush->outbox, action->mapping);
	for (size_t i = 0; i < action->count && action->new_count > 0 && rc == KIN_OK; i++) {
		kin_flush_prefetch(later(action, i + KIN_FLUSH_FAR), later(action, i + KIN_FLUSH_NEAR));
		if (!is_new(action->items[i]))
			continue;
		if ((rc = write_before(&in, action, action->items[i])) == KIN_OK)
			rc = add_row(&in, action->items[i]);
		if (rc == KIN_OK && action->one_by_one && !flush->outbox)
			rc = insert_alike(&in, in.items, in.count);
	}
	return rc == KIN_OK && in.count > 0 ? insert_alike(&in, in.items, in.count) : rc;
}
