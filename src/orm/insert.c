/* insert.c - new rows, as many with one statement as is worth it, and the keys that the database gives them.
 *
 * Few sizes, so that few statements are prepared. Where a foreign key is checked SQLite keeps a journal for each statement of several
 * rows, so that many small ones cost more than few large ones; preparing takes 2 microseconds a row, so they end at 1,024.
 *
 * The keys follow from the last one's where the database promises that (kin_connection_numbers()), else RETURNING says them. SQL
 * does not promise the order of RETURNING's rows. What is relied on is that the database numbers the rows of a VALUES list as they
 * stand there, and returns each once: the keys that come back must therefore ascend, and are refused if they do not. */
#include "orm/insert.h"

#include "orm/flush.h"

static const size_t sizes[] = { KIN_INSERT_MOST, 64, 16, 4, 1 };

static inline int64_t *key_of(const kin_insert *in, void *object)
{
	return kin_member(object, in->mapping->key_offset);
}

void kin_insert_add_defaults(const kin_mapping *mapping, const void *object, uint64_t *set)
{
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *attribute = &mapping->attributes[i];
		if (attribute->primary_key && mapping->integer_key)
			continue;
		if (attribute->computed || (attribute->default_sql && kin_attribute_is_null(attribute, object)))
			kin_set_add(set, i);
	}
}

int kin_insert_read(kin_session *session, kin_statement *statement, const kin_write *write, bool made_key, void *object)
{
	bool null;

	if (write->returned_count == 1 && made_key) {
		*(int64_t *)kin_member(object, write->returned[0].offset) = kin_statement_int64(statement, 0, &null);
		return KIN_OK;
	}
	return kin_statement_read(statement, write->returned, write->returned_count, object, &session->arena, &session->error);
}

static int fail_order(const kin_insert *in)
{
	return kin_session_fail(in->session, KIN_EDB, NULL, 0,
	                        "the database returned the keys of new rows of '%s' out of order, so that they cannot be "
	                        "told apart", in->mapping->table);
}

static int run_returning(const kin_insert *in, kin_statement *statement, const kin_write *write, void *const *objects, size_t rows)
{
	int64_t former = INT64_MIN;
	size_t returned = 0;
	int rc;

	while ((rc = kin_statement_step(statement, &in->session->error)) > 0 && returned < rows) {
		void *object = objects[returned++];
		if ((rc = kin_insert_read(in->session, statement, write, in->made_key, object)) < 0)
			return rc;
		if (!in->made_key)
			continue;
		if (rows > 1 && *key_of(in, object) <= former)
			return fail_order(in);
		former = *key_of(in, object);
	}
	if (rc < 0)
		return rc;
	return write->returned_count > 0 && returned != rows ? fail_order(in) : KIN_OK;
}

static int run_numbered(const kin_insert *in, kin_statement *statement, void *const *objects, size_t rows)
{
	int rc = kin_statement_step(statement, &in->session->error);

	if (rc < 0)
		return rc;
	if (kin_statement_changed(statement) != (int64_t)rows)
		return kin_session_fail(in->session, KIN_EDB, NULL, 0,
		                        "the database took %lld of %zu new rows of '%s' and refused none, so that they cannot be "
		                        "told apart: a constraint of the table says ON CONFLICT IGNORE",
		                        (long long)kin_statement_changed(statement), rows, in->mapping->table);
	int64_t first = kin_statement_last_key(statement) - (int64_t)rows + 1;
	for (size_t i = 0; i < rows; i++)
		*key_of(in, objects[i]) = first + (int64_t)i;
	return KIN_OK;
}

/* One statement's rows: bind, run, take the keys. */
static int insert_rows(const kin_insert *in, kin_statement *statement, const kin_write *write, void *const *objects, size_t first, size_t rows)
{
	int rc;

	for (size_t i = 0; i < rows; i++)
		if ((rc = kin_flush_bind(in->session, statement, in->mapping, write->cells, write->cell_count, objects[first + i],
		                         i * write->cell_count)) < 0)
			return rc;
	rc = in->numbered ? run_numbered(in, statement, objects + first, rows) : run_returning(in, statement, write, objects + first, rows);
	if (rc < 0 || (in->written && (rc = in->written(in->context, first, rows)) < 0))
		return rc;
	kin_statement_reset(statement);
	return KIN_OK;
}

/* As many statements of one size as fit, from *first on, which goes on to the first row that is not written. */
static int insert_size(const kin_insert *in, void *const *objects, size_t *first, size_t count, size_t rows)
{
	kin_session *session = in->session;
	kin_statement *statement = NULL;
	const kin_write *write;
	int rc = kin_mapping_sql_insert(in->mapping, in->dialect, in->omitted, rows, !in->numbered, &write, &session->error);

	if (rc == KIN_OK)
		rc = kin_statement_open(session->connection, &write->sql, &statement, &session->error);
	while (rc == KIN_OK && count - *first >= rows) {
		rc = insert_rows(in, statement, write, objects, *first, rows);
		if (rc == KIN_OK)
			*first += rows;
	}
	kin_statement_close(statement);
	return rc;
}

static bool is_constraint(int code)
{
	return code <= KIN_ENOTNULL && code >= KIN_EVALUE;
}

/* A statement of many rows broke a constraint, and wrote nothing: one by one, the row at fault shows. */
static int find_culprit(kin_insert *in, void *const *objects, size_t first, size_t rows)
{
	kin_error former = { 0 };
	int rc = kin_error_move(&former, &in->session->error);
	size_t at = first;

	if (insert_size(in, objects, &at, first + rows, 1) < 0) {
		in->fault = at;
		kin_error_clear(&former);
		return in->session->error.code;
	}
	kin_error_move(&in->session->error, &former);
	return rc;
}

static size_t best_size(const kin_insert *in, size_t count)
{
	size_t columns = 0, i = 0;

	for (size_t n = 0; n < in->mapping->attribute_count; n++)
		columns += !kin_set_has(in->omitted, n);
	if (columns == 0)
		return 1; /* DEFAULT VALUES makes one row */
	size_t max = kin_connection_dialect(in->session->connection)->max_params / columns;
	while (sizes[i] > 1 && (sizes[i] > count || sizes[i] > max))
		i++;
	return sizes[i];
}

/* Whether the database fills the key and nothing else, and the keys of so many rows follow from the last one's. */
static int ask_numbered(kin_insert *in, size_t count)
{
	size_t omitted = 0;

	in->numbered = false;
	for (size_t i = 0; i < in->mapping->attribute_count; i++)
		omitted += kin_set_has(in->omitted, i);
	if (!in->made_key || omitted > 1)
		return KIN_OK;
	int rc = kin_connection_numbers(in->session->connection, in->mapping->table, in->mapping->keys[0]->column, count,
	                                &in->session->error);
	in->numbered = rc == 1;
	return rc < 0 ? rc : KIN_OK;
}

int kin_insert_rows(kin_insert *in, void *const *objects, size_t count)
{
	size_t done = 0;
	int rc;

	in->fault = SIZE_MAX;
	in->dialect = kin_connection_dialect(in->session->connection)->id;
	if ((rc = ask_numbered(in, count)) < 0)
		return rc;
	while (done < count) {
		size_t rows = best_size(in, count - done);
		rc = insert_size(in, objects, &done, count, rows);
		if (rc < 0 && rows == 1)
			in->fault = done;
		if (rc < 0 && rows > 1 && is_constraint(rc) && in->dialect == KIN_SQLITE)
			return find_culprit(in, objects, done, rows);
		if (rc < 0)
			return rc;
	}
	return KIN_OK;
}
