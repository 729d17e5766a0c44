/* compile.c - writes statements; compile_expr.c writes the expressions in them. */
#include "sql/compile.h"

#include "sql/compile_expr.h"

static void begin(kin_compiler *c, const kin_dialect *dialect, const kin_compile_options *options, kin_error *error)
{
	*c = (kin_compiler){ .dialect = dialect, .options = options, .error = error };
	kin_text_init(&c->text);
}

static int too_many_params(kin_compiler *c)
{
	return kin_error_set(c->error, KIN_EQUERY, "a statement with %zu values; this database takes %zu at most", c->params.count,
	                     c->dialect->max_params);
}

/* Move the result into the arena, and give back what the work took. */
static int finish(kin_compiler *c, kin_arena *arena, kin_compiled *ret_compiled)
{
	kin_compiled made = { .length = c->text.length, .param_count = c->params.count };
	int rc = c->rc;

	if (rc == KIN_OK && made.param_count > c->dialect->max_params)
		rc = too_many_params(c);
	if (rc < 0)
		goto out;
	if (kin_text_ok(&c->text))
		made.sql = kin_arena_strndup(arena, c->text.data, c->text.length);
	if (made.sql && made.param_count > 0)
		made.params = kin_arena_copy(arena, c->params.items, made.param_count * sizeof(*made.params));
	if (!made.sql || (made.param_count > 0 && !made.params)) {
		rc = kin_error_nomem(c->error);
		goto out;
	}
	*ret_compiled = made;
out:
	kin_text_done(&c->text);
	kin_vec_done(&c->params);
	return rc;
}

static void table_name(kin_compiler *c, const char *schema, const char *table)
{
	if (schema) {
		kin_compile_name(c, schema);
		kin_compile_add(c, ".");
	}
	kin_compile_table(c, table);
}

static void names(kin_compiler *c, const char *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		kin_compile_add(c, i > 0 ? ", " : "");
		kin_compile_name(c, items[i]);
	}
}

static void returning(kin_compiler *c, const char *const *items, size_t count)
{
	kin_compile_add(c, count > 0 ? " RETURNING " : "");
	names(c, items, count);
}

static void clause(kin_compiler *c, const char *keyword, const kin_expr *expr)
{
	if (!expr)
		return;
	kin_compile_add(c, keyword);
	kin_compile_expr(c, expr, KIN_LEVEL_ANY);
}

/* A select without outputs asks whether there are rows: its output is 1. */
static void outputs(kin_compiler *c, const kin_sql_select *select)
{
	kin_compile_add(c, select->output_count == 0 ? "1" : "");
	for (size_t i = 0; i < select->output_count; i++) {
		const kin_sql_output *output = &select->outputs[i];
		kin_compile_add(c, i > 0 ? ", " : "");
		kin_compile_expr(c, output->expr, KIN_LEVEL_ANY);
		if (output->alias) {
			kin_compile_add(c, " AS ");
			kin_compile_name(c, output->alias);
		}
	}
}

static void source(kin_compiler *c, const kin_sql_source *item, bool first)
{
	static const char *const joins[] = {
		[KIN_JOIN_FROM]  = ", ",
		[KIN_JOIN_INNER] = " JOIN ",
		[KIN_JOIN_LEFT]  = " LEFT OUTER JOIN ",
		[KIN_JOIN_CROSS] = " CROSS JOIN ",
	};
	bool renamed = item->alias && !(item->table && strcmp(item->alias, item->table) == 0);

	kin_compile_add(c, first ? " FROM " : joins[item->join]);
	if (item->table) {
		table_name(c, item->schema, item->table);
	} else {
		kin_compile_add(c, "(");
		kin_compile_subselect(c, item->select);
		kin_compile_add(c, ")");
	}
	if (renamed) {
		kin_compile_add(c, " AS ");
		kin_compile_name(c, item->alias);
	}
	clause(c, " ON ", item->on);
}

static void order(kin_compiler *c, const kin_sql_order *item)
{
	bool has_nulls = c->dialect->id != KIN_MARIADB;

	if (item->nulls && !has_nulls) { /* x IS NULL is 0 or 1 */
		kin_compile_expr(c, item->expr, KIN_LEVEL_ADD);
		kin_compile_add(c, item->nulls == 1 ? " IS NULL DESC, " : " IS NULL, ");
	}
	kin_compile_expr(c, item->expr, KIN_LEVEL_ANY);
	kin_compile_add(c, item->descending ? " DESC" : "");
	if (item->nulls && has_nulls)
		kin_compile_add(c, item->nulls == 1 ? " NULLS FIRST" : " NULLS LAST");
}

void kin_compile_orders(kin_compiler *c, const kin_sql_order *orders, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		kin_compile_add(c, i > 0 ? ", " : "ORDER BY ");
		order(c, &orders[i]);
	}
}

/* Only PostgreSQL has an OFFSET that stands alone. */
static void limit(kin_compiler *c, const kin_sql_select *select)
{
	if (!select->limit && select->offset && c->dialect->id == KIN_SQLITE)
		kin_compile_add(c, " LIMIT -1");
	else if (!select->limit && select->offset && c->dialect->id == KIN_MARIADB)
		kin_compile_add(c, " LIMIT 18446744073709551615");
	clause(c, " LIMIT ", select->limit);
	clause(c, " OFFSET ", select->offset);
}

/* SQLite locks the whole database when it writes, and has no words for less. PostgreSQL cannot lock rows that an outer
 * join made up, so with joins it is told which table is meant: the first. */
static void lock(kin_compiler *c, const kin_sql_select *select)
{
	const kin_sql_source *first = select->sources;

	if (select->lock == KIN_LOCK_NONE || c->dialect->id == KIN_SQLITE)
		return;
	kin_compile_add(c, " FOR UPDATE");
	if (c->dialect->id == KIN_POSTGRESQL && select->source_count > 1) {
		kin_compile_add(c, " OF ");
		kin_compile_name(c, kin_dialect_bare(c->dialect, first->alias ? first->alias : first->table));
	}
	if (select->lock == KIN_LOCK_UPDATE_NOWAIT)
		kin_compile_add(c, " NOWAIT");
	else if (select->lock == KIN_LOCK_UPDATE_SKIP)
		kin_compile_add(c, " SKIP LOCKED");
}

static void ctes(kin_compiler *c, const kin_sql_select *select)
{
	for (size_t i = 0; i < select->cte_count; i++) {
		const kin_sql_cte *cte = &select->ctes[i];
		kin_compile_add(c, i > 0 ? ", " : "WITH RECURSIVE ");
		kin_compile_name(c, cte->name);
		kin_compile_add(c, " (");
		names(c, cte->columns, cte->column_count);
		kin_compile_add(c, ") AS (");
		kin_compile_subselect(c, cte->select);
		kin_compile_add(c, ")");
	}
	kin_compile_add(c, select->cte_count > 0 ? " " : "");
}

/* What can be combined with others: without order and limit. */
static void core(kin_compiler *c, const kin_sql_select *select)
{
	kin_compile_add(c, select->distinct ? "SELECT DISTINCT " : "SELECT ");
	outputs(c, select);
	for (size_t i = 0; i < select->source_count; i++)
		source(c, &select->sources[i], i == 0);
	clause(c, " WHERE ", select->where);
	kin_compile_add(c, select->group_count > 0 ? " GROUP BY " : "");
	kin_compile_exprs(c, select->groups, select->group_count, KIN_LEVEL_ANY);
	clause(c, " HAVING ", select->having);
}

void kin_compile_subselect(kin_compiler *c, const kin_sql_select *select)
{
	static const char *const compounds[] = {
		[KIN_COMPOUND_NONE]      = "",
		[KIN_COMPOUND_UNION]     = " UNION ",
		[KIN_COMPOUND_UNION_ALL] = " UNION ALL ",
		[KIN_COMPOUND_INTERSECT] = " INTERSECT ",
		[KIN_COMPOUND_EXCEPT]    = " EXCEPT ",
	};

	ctes(c, select);
	core(c, select);
	for (const kin_sql_select *s = select; s->next; s = s->next) {
		kin_compile_add(c, compounds[s->compound]);
		core(c, s->next);
	}
	kin_compile_add(c, select->order_count > 0 ? " " : "");
	kin_compile_orders(c, select->orders, select->order_count);
	limit(c, select);
	lock(c, select);
}

int kin_compile_select(const kin_dialect *dialect, const kin_sql_select *select, const kin_compile_options *options,
                       kin_arena *arena, kin_compiled *ret_compiled, kin_error *error)
{
	kin_compiler c;

	begin(&c, dialect, options, error);
	kin_compile_subselect(&c, select);
	return finish(&c, arena, ret_compiled);
}

static void numbered_row(kin_compiler *c, size_t columns)
{
	for (size_t i = 0; i < columns; i++) {
		kin_compile_add(c, i > 0 ? ", " : "(");
		kin_compile_placeholder(c, (uint32_t)c->params.count);
	}
	kin_compile_add(c, ")");
}

/* (?, ?), (?, ?): the first row is written, and copied for the rest. */
static void plain_rows(kin_compiler *c, size_t columns, size_t rows)
{
	kin_text one;

	kin_text_init(&one);
	kin_text_add(&one, "(?");
	for (size_t i = 1; i < columns; i++)
		kin_text_add(&one, ", ?");
	kin_text_add(&one, ")");
	for (size_t i = 0; i < rows; i++) {
		kin_compile_add(c, i > 0 ? ", " : "");
		kin_text_add_n(&c->text, one.data, one.length);
	}
	if (!kin_text_ok(&one) || !kin_vec_reserve(&c->params, columns * rows))
		c->rc = kin_error_nomem(c->error);
	else
		for (; c->params.count < columns * rows; c->params.count++)
			c->params.items[c->params.count] = (uint32_t)c->params.count;
	kin_text_done(&one);
}

static void rows(kin_compiler *c, const kin_sql_insert *insert)
{
	kin_compile_add(c, " VALUES ");
	if (!c->dialect->numbered_params) {
		plain_rows(c, insert->column_count, insert->row_count);
		return;
	}
	for (size_t i = 0; i < insert->row_count; i++) {
		kin_compile_add(c, i > 0 ? ", " : "");
		numbered_row(c, insert->column_count);
	}
}

/* age = excluded.age, or age = VALUES(age); where nothing is to be changed MariaDB has to be given something. */
static void updates(kin_compiler *c, const kin_sql_insert *insert, const kin_sql_conflict *conflict)
{
	bool maria = c->dialect->id == KIN_MARIADB, nothing = conflict->update_count == 0 && !conflict->counted;

	for (size_t i = 0; i < conflict->update_count; i++) {
		kin_compile_add(c, i > 0 ? ", " : "");
		kin_compile_name(c, conflict->updates[i]);
		kin_compile_add(c, maria ? " = VALUES(" : " = excluded.");
		kin_compile_name(c, conflict->updates[i]);
		kin_compile_add(c, maria ? ")" : "");
	}
	const char *same = nothing ? conflict->columns[0] : conflict->counted;
	if (!same)
		return;
	kin_compile_add(c, conflict->update_count > 0 ? ", " : "");
	kin_compile_name(c, same);
	kin_compile_add(c, " = ");
	table_name(c, insert->schema, insert->table);
	kin_compile_add(c, ".");
	kin_compile_name(c, same);
	kin_compile_add(c, nothing ? "" : " + 1");
}

static void on_conflict(kin_compiler *c, const kin_sql_insert *insert)
{
	const kin_sql_conflict *conflict = insert->conflict;
	bool nothing = conflict->update_count == 0 && !conflict->counted;

	if (c->dialect->id == KIN_MARIADB) {
		kin_compile_add(c, " ON DUPLICATE KEY UPDATE ");
	} else {
		kin_compile_add(c, " ON CONFLICT (");
		names(c, conflict->columns, conflict->column_count);
		kin_compile_add(c, nothing ? ") DO NOTHING" : ") DO UPDATE SET ");
	}
	if (c->dialect->id == KIN_MARIADB || !nothing)
		updates(c, insert, conflict);
}

int kin_compile_insert(const kin_dialect *dialect, const kin_sql_insert *insert,
                       kin_arena *arena, kin_compiled *ret_compiled, kin_error *error)
{
	kin_compiler c;

	begin(&c, dialect, NULL, error);
	kin_compile_add(&c, "INSERT INTO ");
	table_name(&c, insert->schema, insert->table);
	if (insert->column_count > 0) {
		kin_compile_add(&c, " (");
		names(&c, insert->columns, insert->column_count);
		kin_compile_add(&c, ")");
		rows(&c, insert);
	} else {
		kin_compile_add(&c, dialect->id == KIN_MARIADB ? " () VALUES ()" : " DEFAULT VALUES");
	}
	if (insert->conflict)
		on_conflict(&c, insert);
	if (insert->returning_count > 0 && !dialect->returning_insert)
		c.rc = kin_error_set(error, KIN_EQUERY, "%s has no INSERT … RETURNING", dialect->name);
	returning(&c, insert->returning, insert->returning_count);
	return finish(&c, arena, ret_compiled);
}

int kin_compile_update(const kin_dialect *dialect, const kin_sql_update *update, const kin_compile_options *options,
                       kin_arena *arena, kin_compiled *ret_compiled, kin_error *error)
{
	kin_compiler c;

	begin(&c, dialect, options, error);
	kin_compile_add(&c, "UPDATE ");
	table_name(&c, update->schema, update->table);
	for (size_t i = 0; i < update->assignment_count; i++) {
		kin_compile_add(&c, i > 0 ? ", " : " SET ");
		kin_compile_name(&c, update->assignments[i].column);
		kin_compile_add(&c, " = ");
		kin_compile_expr(&c, update->assignments[i].value, KIN_LEVEL_ADD);
	}
	clause(&c, " WHERE ", update->where);
	if (dialect->returning_update)
		returning(&c, update->returning, update->returning_count);
	return finish(&c, arena, ret_compiled);
}

int kin_compile_delete(const kin_dialect *dialect, const kin_sql_delete *del, const kin_compile_options *options,
                       kin_arena *arena, kin_compiled *ret_compiled, kin_error *error)
{
	kin_compiler c;

	begin(&c, dialect, options, error);
	kin_compile_add(&c, "DELETE FROM ");
	table_name(&c, del->schema, del->table);
	clause(&c, " WHERE ", del->where);
	returning(&c, del->returning, del->returning_count);
	return finish(&c, arena, ret_compiled);
}
