/* mapping_sql.c - the statements that save a mapping's objects.
 *
 * A variant is an INSERT of some columns and a number of rows, an UPDATE of some columns, or the DELETE. Programs use few of them,
 * so they stand in short lists. A program that uses very many gets the rest without an id: prepared each time,
 * so that connections do not fill up with statements. */
#include "orm/mapping_sql.h"

#include <pthread.h>
#include <string.h>

#include "base/mem.h"
#include "sql/compile.h"
#include "sql/statement.h"

enum { MANY_VARIANTS = 128 };

typedef struct variant {
	kin_write       write;
	size_t          rows; /* of an INSERT */
	bool            returning;
	const uint64_t *set;  /* omitted, or changed */
	struct variant *next;
} variant;

struct kin_mapping_sql {
	pthread_mutex_t    lock;
	kin_arena          arena;
	const kin_mapping *mapping;
	const kin_dialect *dialect;
	variant           *inserts;
	variant           *updates;
	variant           *delete;
	variant           *deletes_by;
	variant           *computed;
	size_t             count;
};

kin_mapping_sql *kin_mapping_sql_new(const kin_mapping *mapping, const kin_dialect *dialect)
{
	kin_mapping_sql *sql = kin_mem_zalloc(sizeof(*sql));

	if (!sql)
		return NULL;
	if (pthread_mutex_init(&sql->lock, NULL) != 0) {
		kin_mem_free(sql);
		return NULL;
	}
	kin_arena_init(&sql->arena);
	sql->mapping = mapping;
	sql->dialect = dialect;
	return sql;
}

void kin_mapping_sql_free(kin_mapping_sql *sql)
{
	if (!sql)
		return;
	kin_arena_done(&sql->arena);
	pthread_mutex_destroy(&sql->lock);
	kin_mem_free(sql);
}

static variant *find(variant *list, const uint64_t *set, size_t words, size_t rows, bool returning)
{
	for (variant *v = list; v; v = v->next)
		if (v->rows == rows && v->returning == returning && memcmp(v->set, set, words * sizeof(*set)) == 0)
			return v;
	return NULL;
}

static variant *new_variant(kin_mapping_sql *sql, const uint64_t *set, size_t rows, bool returning)
{
	variant *v = kin_arena_zalloc(&sql->arena, sizeof(*v));

	if (!v)
		return NULL;
	v->rows = rows;
	v->returning = returning;
	v->set = kin_arena_copy(&sql->arena, set, KIN_SET_WORDS(sql->mapping) * sizeof(*set));
	return v->set ? v : NULL;
}

/* The cells of the attributes that are in the set, or not in it; numbered from 0. */
static const kin_cell *cells_of(kin_mapping_sql *sql, const uint64_t *set, bool in_set, size_t *ret_count)
{
	const kin_mapping *mapping = sql->mapping;
	kin_cell *cells = kin_arena_alloc(&sql->arena, (mapping->attribute_count + 1) * sizeof(*cells));
	size_t count = 0;

	for (size_t i = 0; cells && i < mapping->attribute_count; i++) {
		if (kin_set_has(set, i) != in_set)
			continue;
		cells[count] = mapping->cells[i];
		cells[count].column = (uint16_t)count;
		count++;
	}
	*ret_count = count;
	return cells;
}

static const char **columns_of(kin_mapping_sql *sql, const uint64_t *set, bool in_set)
{
	const kin_mapping *mapping = sql->mapping;
	const char **columns = kin_arena_alloc(&sql->arena, (mapping->attribute_count + 1) * sizeof(*columns));
	size_t count = 0;

	for (size_t i = 0; columns && i < mapping->attribute_count; i++)
		if (kin_set_has(set, i) == in_set)
			columns[count++] = mapping->attributes[i].column;
	return columns;
}

static int keep_text(kin_mapping_sql *sql, variant *v, const kin_compiled *compiled)
{
	v->write.sql.text = compiled->sql;
	v->write.sql.length = compiled->length;
	v->write.sql.id = sql->count++ < MANY_VARIANTS ? kin_sql_id() : 0;
	return KIN_OK;
}

static int compile_insert(kin_mapping_sql *sql, variant *v, kin_error *error)
{
	kin_sql_insert insert = { .table = sql->mapping->table, .row_count = v->rows };
	kin_compiled compiled;
	int rc;

	v->write.cells = cells_of(sql, v->set, false, &v->write.cell_count);
	insert.columns = columns_of(sql, v->set, false);
	insert.column_count = v->write.cell_count;
	if (!v->write.cells || !insert.columns)
		return kin_error_nomem(error);
	if (v->returning) {
		v->write.returned = cells_of(sql, v->set, true, &v->write.returned_count);
		insert.returning = columns_of(sql, v->set, true);
		insert.returning_count = v->write.returned_count;
		if (!v->write.returned || !insert.returning)
			return kin_error_nomem(error);
	}
	v->write.change = (kin_row_change){
		.change = KIN_CHANGE_INSERT, .table = insert.table, .columns = insert.columns, .column_count = insert.column_count,
		.returned = insert.returning, .returned_count = insert.returning_count,
	};
	rc = kin_compile_insert(sql->dialect, &insert, &sql->arena, &compiled, error);
	return rc < 0 ? rc : keep_text(sql, v, &compiled);
}

/* key = ? and …, the placeholders numbered from `first`; and their cells. */
static kin_expr *where_is(kin_mapping_sql *sql, variant *v, const kin_attribute *const *keys, size_t count, size_t first)
{
	const kin_mapping *mapping = sql->mapping;
	kin_cell *cells = kin_arena_alloc(&sql->arena, (count + 1) * sizeof(*cells));
	const char **names = kin_arena_alloc(&sql->arena, (count + 1) * sizeof(*names));
	kin_expr *where = NULL;

	for (size_t i = 0; cells && names && i < count; i++) {
		const kin_attribute *key = keys[i];
		kin_expr *equal = kin_expr_binary(&sql->arena, KIN_OP_EQ,
		                                  kin_expr_column(&sql->arena, NULL, key->column),
		                                  kin_expr_param(&sql->arena, (uint32_t)(first + i)));
		where = equal ? kin_expr_and(&sql->arena, where, equal) : NULL;
		if (!where)
			return NULL;
		cells[i] = mapping->cells[key->index];
		cells[i].column = (uint16_t)(first + i);
		names[i] = key->column;
	}
	v->write.key_cells = cells;
	v->write.key_count = count;
	v->write.change = (kin_row_change){ .table = mapping->table, .keys = names, .key_count = count };
	return cells && names ? where : NULL;
}

/* The version is a part of the key of a row that is changed. */
static kin_expr *where_key(kin_mapping_sql *sql, variant *v, size_t first, bool changes)
{
	const kin_mapping *mapping = sql->mapping;
	const kin_attribute **keys = kin_arena_alloc(&sql->arena, (mapping->key_count + 1) * sizeof(*keys));
	size_t count = mapping->key_count;

	if (!keys)
		return NULL;
	memcpy(keys, mapping->keys, count * sizeof(*keys));
	if (changes && mapping->version)
		keys[count++] = mapping->version;
	return where_is(sql, v, keys, count, first);
}

static int compile_update(kin_mapping_sql *sql, variant *v, kin_error *error)
{
	kin_sql_update update = { .table = sql->mapping->table };
	kin_compiled compiled;
	const char **columns = columns_of(sql, v->set, true);
	int rc;

	v->write.cells = cells_of(sql, v->set, true, &v->write.cell_count);
	update.assignment_count = v->write.cell_count;
	update.assignments = kin_arena_zalloc(&sql->arena, (v->write.cell_count + 1) * sizeof(*update.assignments));
	update.where = where_key(sql, v, v->write.cell_count, true);
	if (!columns || !v->write.cells || !update.assignments || !update.where)
		return kin_error_nomem(error);
	for (size_t i = 0; i < update.assignment_count; i++) {
		update.assignments[i].column = columns[i];
		if (!(update.assignments[i].value = kin_expr_param(&sql->arena, (uint32_t)i)))
			return kin_error_nomem(error);
	}
	v->write.change.change = KIN_CHANGE_UPDATE;
	v->write.change.columns = columns;
	v->write.change.column_count = v->write.cell_count;
	rc = kin_compile_update(sql->dialect, &update, NULL, &sql->arena, &compiled, error);
	return rc < 0 ? rc : keep_text(sql, v, &compiled);
}

static int compile_delete_where(kin_mapping_sql *sql, variant *v, kin_expr *where, kin_error *error)
{
	kin_sql_delete del = { .table = sql->mapping->table, .where = where };
	kin_compiled compiled;
	int rc;

	if (!del.where)
		return kin_error_nomem(error);
	v->write.change.change = KIN_CHANGE_DELETE;
	rc = kin_compile_delete(sql->dialect, &del, NULL, &sql->arena, &compiled, error);
	return rc < 0 ? rc : keep_text(sql, v, &compiled);
}

static int compile_delete(kin_mapping_sql *sql, variant *v, kin_error *error)
{
	return compile_delete_where(sql, v, where_key(sql, v, 0, true), error);
}

static int compile_delete_by(kin_mapping_sql *sql, variant *v, kin_error *error)
{
	const kin_mapping *mapping = sql->mapping;
	const kin_attribute **keys = kin_arena_alloc(&sql->arena, (mapping->attribute_count + 1) * sizeof(*keys));
	size_t count = 0;

	for (size_t i = 0; keys && i < mapping->attribute_count; i++)
		if (kin_set_has(v->set, i))
			keys[count++] = &mapping->attributes[i];
	return compile_delete_where(sql, v, keys ? where_is(sql, v, keys, count, 0) : NULL, error);
}

static int compile_computed(kin_mapping_sql *sql, variant *v, kin_error *error)
{
	const kin_mapping *mapping = sql->mapping;
	kin_sql_select *select = kin_sql_select_new(&sql->arena);
	uint64_t *set = kin_arena_zalloc(&sql->arena, (KIN_SET_WORDS(mapping) + 1) * sizeof(*set));
	kin_compiled compiled;

	if (!select || !set || !kin_sql_add_source(&sql->arena, select, KIN_JOIN_FROM, mapping->table, NULL, NULL) ||
	    !(select->where = where_key(sql, v, 0, false)))
		return kin_error_nomem(error);
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		if (!a->computed)
			continue;
		kin_set_add(set, i);
		if (!kin_sql_add_output(&sql->arena, select, kin_expr_column(&sql->arena, NULL, a->column), NULL))
			return kin_error_nomem(error);
	}
	if (!(v->write.returned = cells_of(sql, set, true, &v->write.returned_count)))
		return kin_error_nomem(error);
	int rc = kin_compile_select(sql->dialect, select, NULL, &sql->arena, &compiled, error);
	return rc < 0 ? rc : keep_text(sql, v, &compiled);
}

typedef int compile_fn(kin_mapping_sql *sql, variant *v, kin_error *error);

static int get(kin_mapping_sql *sql, variant **list, const uint64_t *set, size_t rows, bool returning, compile_fn *compile,
               const kin_write **ret_write, kin_error *error)
{
	int rc = KIN_OK;

	pthread_mutex_lock(&sql->lock);
	variant *v = find(*list, set, KIN_SET_WORDS(sql->mapping), rows, returning);
	if (!v) {
		v = new_variant(sql, set, rows, returning);
		rc = v ? compile(sql, v, error) : kin_error_nomem(error);
		if (rc == KIN_OK) {
			v->next = *list;
			*list = v;
		}
	}
	pthread_mutex_unlock(&sql->lock);
	if (rc == KIN_OK)
		*ret_write = &v->write;
	return rc;
}

int kin_mapping_sql_insert(const kin_mapping *mapping, kin_dialect_id dialect, const uint64_t *omitted, size_t rows,
                           bool returning, const kin_write **ret_write, kin_error *error)
{
	kin_mapping_sql *sql = mapping->sql[dialect];

	return get(sql, &sql->inserts, omitted, rows, returning, compile_insert, ret_write, error);
}

int kin_mapping_sql_update(const kin_mapping *mapping, kin_dialect_id dialect, const uint64_t *changed,
                           const kin_write **ret_write, kin_error *error)
{
	kin_mapping_sql *sql = mapping->sql[dialect];

	return get(sql, &sql->updates, changed, 0, false, compile_update, ret_write, error);
}

/* The one variant of its kind. */
static int get_only(kin_mapping_sql *sql, variant **home, const uint64_t *set, compile_fn *compile, const kin_write **ret_write,
                    kin_error *error)
{
	int rc = KIN_OK;

	pthread_mutex_lock(&sql->lock);
	if (!*home) {
		variant *v = kin_arena_zalloc(&sql->arena, sizeof(*v));
		if (v)
			v->set = set;
		rc = v ? compile(sql, v, error) : kin_error_nomem(error);
		if (rc == KIN_OK)
			*home = v;
	}
	pthread_mutex_unlock(&sql->lock);
	if (rc == KIN_OK)
		*ret_write = &(*home)->write;
	return rc;
}

int kin_mapping_sql_computed(const kin_mapping *mapping, kin_dialect_id dialect, const kin_write **ret_write, kin_error *error)
{
	static const uint64_t none = 0;

	return get_only(mapping->sql[dialect], &mapping->sql[dialect]->computed, &none, compile_computed, ret_write, error);
}

int kin_mapping_sql_delete(const kin_mapping *mapping, kin_dialect_id dialect,
                           const kin_write **ret_write, kin_error *error)
{
	static const uint64_t none = 0;

	return get_only(mapping->sql[dialect], &mapping->sql[dialect]->delete, &none, compile_delete, ret_write, error);
}

int kin_mapping_sql_delete_by(const kin_mapping *mapping, kin_dialect_id dialect, const uint64_t *set,
                              const kin_write **ret_write, kin_error *error)
{
	kin_mapping_sql *sql = mapping->sql[dialect];

	return get(sql, &sql->deletes_by, set, 0, false, compile_delete_by, ret_write, error);
}
