/* bulk_key.c - loaded objects whose primary keys an UPDATE without them changes.
 *
 * What a key becomes only the database can say, and whose it is only before it does: so both are selected before the rows change. A plain value
 * is told by the arguments, for a placeholder alone has no type in a SELECT. */
#include "orm/bulk.h"

#include "orm/unit.h"

/* The new value of the assigned attribute `a`. *column is the next that the SELECT brings. */
static int new_value(kin_session *session, const kin_plan *plan, const kin_value *values, kin_statement *statement, size_t a, size_t *column,
                     kin_value *ret)
{
	const kin_expr *expr = plan->fetch.ask.update->assignments[a].value;
	const kin_attribute *key = plan->assigned[a];

	if (expr->kind != KIN_EXPR_PARAM)
		return kin_statement_value(statement, (*column)++, key->kind & ~KIN_KIND_NULLABLE, ret, &session->error);
	return kin_query_value(session, &plan->slots[expr->index], &values[plan->slots[expr->index].argument], ret);
}

static int take_move(kin_session *session, const kin_plan *plan, const kin_value *values, kin_statement *statement, void *object,
                     kin_bulk_moves *moves)
{
	size_t column = plan->mapping->key_count;
	void *image = kin_arena_copy(&moves->arena, object, plan->mapping->size);
	int rc = image ? KIN_OK : kin_session_nomem(session);

	for (size_t a = 0; a < plan->assigned_count && rc == KIN_OK; a++) {
		const kin_attribute *key = plan->assigned[a];
		kin_value value;
		if (!key->primary_key)
			continue;
		if ((rc = new_value(session, plan, values, statement, a, &column, &value)) == KIN_OK)
			rc = kin_domain_set(kin_member(image, key->offset), key->kind, key->domain, &value, &session->arena, &session->error);
	}
	if (rc == KIN_OK && !kin_vec_push(&moves->items, ((kin_bulk_move){ object, image })))
		rc = kin_session_nomem(session);
	return rc;
}

static int take_row(kin_session *session, const kin_plan *plan, const kin_value *values, kin_statement *statement, kin_bulk_moves *moves,
                    kin_objects *ret_objects)
{
	const kin_mapping *mapping = plan->mapping;
	kin_value keys[mapping->key_count];

	for (size_t i = 0; i < mapping->key_count; i++) {
		int rc = kin_statement_value(statement, i, mapping->keys[i]->kind & ~KIN_KIND_NULLABLE, &keys[i], &session->error);
		if (rc < 0)
			return rc;
	}
	void *object = kin_identity_find(kin_load_identity(session, mapping), keys);
	if (!object)
		return KIN_OK;
	if (!kin_vec_push(ret_objects, object))
		return kin_session_nomem(session);
	return take_move(session, plan, values, statement, object, moves);
}

int kin_bulk_find_moves(kin_session *session, kin_plan *plan, const kin_value *values, kin_bulk_moves *moves, kin_objects *ret_objects)
{
	const kin_identity *identity = kin_load_identity(session, plan->mapping);
	kin_cursor cursor = { 0 };
	int rc;

	if (!identity || kin_identity_count(identity) == 0)
		return KIN_OK;
	if ((rc = kin_query_open(session, &plan->moves, values, &cursor)) < 0)
		return rc;
	while ((rc = kin_statement_step(cursor.statement, &session->error)) > 0)
		if ((rc = take_row(session, plan, values, cursor.statement, moves, ret_objects)) < 0)
			break;
	kin_query_close(&cursor);
	return rc;
}

static void set_key(const kin_mapping *mapping, const kin_bulk_move *move)
{
	const kin_tracked *tracked = kin_instance_of(move->object)->tracked;

	for (size_t i = 0; i < mapping->key_count; i++) {
		const kin_attribute *key = mapping->keys[i];
		memcpy(kin_member(move->object, key->offset), kin_member(move->image, key->offset), key->size);
		if (tracked)
			memcpy(kin_member(tracked->snapshot, key->offset), kin_member(move->image, key->offset), key->size);
	}
}

/* All of them leave before one of them comes, for keys may be handed from one to the other. */
int kin_bulk_move_all(kin_session *session, const kin_mapping *mapping, const kin_bulk_moves *moves)
{
	kin_identity *identity = kin_session_identity(session, mapping);

	if (!identity)
		return kin_session_nomem(session);
	for (size_t i = 0; i < moves->items.count; i++)
		if (kin_unit_remember(session, moves->items.items[i].object, KIN_UNDO_CHANGE) < 0)
			return kin_session_nomem(session);
	for (size_t i = 0; i < moves->items.count; i++)
		kin_identity_remove(identity, moves->items.items[i].object);
	for (size_t i = 0; i < moves->items.count; i++) {
		set_key(mapping, &moves->items.items[i]);
		if (!kin_identity_add(identity, moves->items.items[i].object))
			return kin_session_nomem(session);
	}
	return KIN_OK;
}

void kin_bulk_moves_done(kin_bulk_moves *moves)
{
	kin_vec_done(&moves->items);
	kin_arena_done(&moves->arena);
}
