/* flush_push.c - a primary key was changed, and the rows that point at it are written by the flush, loaded or not: .passive_updates = false.
 *
 *     PRAGMA defer_foreign_keys = ON
 *     UPDATE countries SET code = ? WHERE code = ?
 *     UPDATE cities SET country_code = ? WHERE country_code = ?
 *
 * A statement for each key that was changed. Where one becomes what another one was, the rows of the other go first, or both would be one. */
#include "orm/flush.h"
#include "orm/inherit.h"
#include "orm/load_finder.h"
#include "sql/compile.h"
#include "sql/statement.h"

typedef struct push {
	kin_flusher       *flush;
	const kin_foreign *key;
	kin_statement     *statement;
	kin_finder         formers; /* what the keys were -> kin_moved_key */
	size_t            *chain;   /* each becomes what the next one was */
	bool              *seen;
	bool              *done;
} push;

/* ---- before ---- */

static bool has_moved(const kin_tracked *tracked, const kin_mapping *mapping)
{
	for (size_t i = 0; kin_instance_of(tracked->object)->state == KIN_PERSISTENT && i < mapping->key_count; i++)
		if (!kin_attribute_equal(mapping->keys[i], tracked->object, tracked->snapshot))
			return true;
	return false;
}

static bool pushes(const kin_mapping *mapping)
{
	while (mapping && !mapping->pushes)
		mapping = mapping->parent;
	return mapping != NULL;
}

int kin_flush_await(kin_flusher *flush, const kin_uow *uow)
{
	static const char *const words[] = { [KIN_SQLITE] = "PRAGMA defer_foreign_keys = ON", [KIN_POSTGRESQL] = "SET CONSTRAINTS ALL DEFERRED",
	                                     [KIN_MARIADB] = NULL };

	for (size_t i = 0; words[flush->dialect] && i < uow->save_plan.count; i++) {
		const kin_uow_action *action = &uow->save_plan.items[i];
		for (size_t n = 0; pushes(action->mapping) && n < action->count; n++)
			if (has_moved(action->items[n], action->mapping))
				return kin_connection_run(flush->connection, words[flush->dialect], &flush->session->error);
	}
	return KIN_OK;
}

/* ---- after the row itself ---- */

static int open_update(push *p)
{
	const kin_foreign *key = p->key;
	kin_arena *arena = p->flush->arena;
	kin_sql_update update = {
		.table = kin_mapping_level(key->mapping, key->pairs[0].local->level)->table, .assignment_count = key->count,
		.assignments = kin_arena_zalloc(arena, key->count * sizeof(*update.assignments)),
	};
	kin_error *error = &p->flush->session->error;
	kin_compiled compiled;
	int rc;

	for (size_t i = 0; update.assignments && i < key->count; i++) {
		const char *column = key->pairs[i].local->column;
		kin_expr *is = kin_expr_binary(arena, KIN_OP_EQ, kin_expr_column(arena, NULL, column), kin_expr_param(arena, (uint32_t)(key->count + i)));
		update.assignments[i].column = column;
		update.assignments[i].value = kin_expr_param(arena, (uint32_t)i);
		update.where = is ? kin_expr_and(arena, update.where, is) : NULL;
	}
	if (!update.where || arena->failed)
		return kin_session_nomem(p->flush->session);
	if ((rc = kin_compile_update(kin_connection_dialect(p->flush->connection), &update, NULL, arena, &compiled, error)) < 0)
		return rc;
	const kin_sql sql = { .text = compiled.sql, .length = compiled.length };
	return kin_statement_open(p->flush->connection, &sql, &p->statement, error);
}

static int bind(push *p, const void *image, size_t first)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < p->key->count && rc == KIN_OK; i++) {
		const kin_attribute *remote = p->key->pairs[i].remote;
		kin_value value;
		rc = kin_domain_get((const char *)image + remote->offset, remote->kind, remote->domain, p->flush->arena, &value, &p->flush->session->error);
		if (rc == KIN_OK)
			rc = kin_statement_bind(p->statement, first + i, &value, &p->flush->session->error);
	}
	return rc;
}

static int write(push *p, const kin_moved_key *moved)
{
	int rc = bind(p, moved->object, 0);

	if (rc == KIN_OK && (rc = bind(p, moved->former, p->key->count)) == KIN_OK)
		rc = kin_statement_step(p->statement, &p->flush->session->error);
	if (rc < 0)
		kin_flush_explain(p->flush, moved->object);
	kin_statement_reset(p->statement);
	return rc < 0 ? rc : KIN_OK;
}

static void values_of(const push *p, const void *image, kin_value *ret_values)
{
	for (size_t i = 0; i < p->key->count; i++)
		ret_values[i] = kin_attribute_value(p->key->pairs[i].remote, image);
}

static bool is_pointed_at(const push *p, const kin_moved_key *moved)
{
	return kin_instance_mapping(kin_instance_of(moved->object)) == p->key->target;
}

/* Which one was what this one has become. SIZE_MAX: none was. */
static size_t next_of(push *p, size_t i)
{
	const kin_moved_key *all = p->flush->moved.items, *next;
	kin_value values[p->key->count];

	values_of(p, all[i].object, values);
	next = kin_finder_find(&p->formers, values);
	return next ? (size_t)(next - all) : SIZE_MAX;
}

static int fail_circle(push *p, const void *object)
{
	return kin_session_refuse(p->flush->session, "kin_flush", object,
	                          "and others change places: each gets the primary key that another one has, and rows that point at them would be mixed "
	                          "up; give one of them a key that nobody has, flush, and then the last one");
}

static int write_chain(push *p, size_t from)
{
	const kin_moved_key *all = p->flush->moved.items;
	size_t length = 0;
	int rc = KIN_OK;

	for (size_t i = from; i != SIZE_MAX && !p->done[i]; i = next_of(p, i)) {
		if (p->seen[i])
			return fail_circle(p, all[i].object);
		p->seen[i] = true;
		p->chain[length++] = i;
	}
	while (rc == KIN_OK && length > 0) {
		p->done[p->chain[--length]] = true;
		rc = write(p, &all[p->chain[length]]);
	}
	return rc < 0 || !kin_finder_failed(&p->formers) ? rc : kin_session_nomem(p->flush->session);
}

int kin_flush_push(kin_flusher *flush, const kin_foreign *key, size_t from, size_t to)
{
	kin_value values[key->count];
	push p = {
		.flush = flush, .key = key, .chain = kin_arena_alloc(flush->arena, to * sizeof(*p.chain)),
		.seen = kin_arena_zalloc(flush->arena, to), .done = kin_arena_zalloc(flush->arena, to),
	};
	int rc = p.chain && p.seen && p.done ? KIN_OK : kin_session_nomem(flush->session);

	kin_finder_init_set(&p.formers, key->count);
	for (size_t i = from; i < to && rc >= 0; i++)
		if (is_pointed_at(&p, &flush->moved.items[i])) {
			values_of(&p, flush->moved.items[i].former, values);
			rc = kin_finder_note(&p.formers, flush->session, values, &flush->moved.items[i]);
		}
	if (rc >= 0)
		rc = open_update(&p);
	for (size_t i = from; i < to && rc >= 0; i++)
		if (is_pointed_at(&p, &flush->moved.items[i]) && !p.done[i])
			rc = write_chain(&p, i);
	kin_statement_close(p.statement);
	kin_finder_done(&p.formers);
	return rc < 0 ? rc : KIN_OK;
}
