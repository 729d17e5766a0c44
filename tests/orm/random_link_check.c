/* random_link_check.c - the database's rows and links, every object, and both sides' lists are as the stage says. */
#include "random_link.h"

static kin_statement *ask(kin_connection *connection, const char *sql)
{
	kin_sql text = { .text = sql, .length = strlen(sql) };
	kin_statement *statement;
	kin_error error = { 0 };

	MUST(kin_statement_open(connection, &text, &statement, &error) == KIN_OK, "%s", kin_error_text(&error));
	return statement;
}

static void check_row(kin_statement *statement, sort k)
{
	kin_error error = { 0 };
	kin_value name;
	bool null;
	int64_t id = kin_statement_int64(statement, 0, &null);
	int i = stage_find_row(k, id);

	MUST(i != NOBODY, "there is a row %s %lld", sorts[k].table, (long long)id);
	const line *l = &stage.things[i].now;
	MUST(kin_statement_int64(statement, 1, &null) == l->n, "%s %lld: n", sorts[k].table, (long long)id);
	MUST(kin_statement_int64(statement, 2, &null) == l->mark, "%s %lld: mark is %lld, not %d", sorts[k].table, (long long)id,
	     (long long)kin_statement_int64(statement, 2, &null), l->mark);
	MUST(kin_statement_value(statement, 3, KIN_KIND_TEXT, &name, &error) == KIN_OK, "%s", kin_error_text(&error));
	MUST((name.kind != KIN_KIND_NULL) == l->named && (!l->named || strcmp(name.as.data, l->name) == 0), "%s %lld: name", sorts[k].table,
	     (long long)id);
	if (k == SONG)
		MUST(kin_statement_int64(statement, 4, &null) == l->revision, "%s %lld: revision %lld, not %d", sorts[k].table, (long long)id,
		     (long long)kin_statement_int64(statement, 4, &null), l->revision);
}

static void check_rows(sort k, kin_connection *connection)
{
	kin_error error = { 0 };
	char sql[100];
	int rows = 0, wanted = 0;

	snprintf(sql, sizeof(sql), "SELECT id, n, mark, name%s FROM %s", k == SONG ? ", revision" : "", sorts[k].table);
	kin_statement *statement = ask(connection, sql);
	for (; kin_statement_step(statement, &error) > 0; rows++)
		check_row(statement, k);
	kin_statement_close(statement);
	for (int i = 0; i < stage.count; i++)
		wanted += stage.things[i].state != LOST && stage.things[i].sort == k && stage.things[i].now.there;
	MUST(rows == wanted, "%s has %d rows, not %d", sorts[k].table, rows, wanted);
}

static void check_ties(bond b, kin_connection *connection)
{
	const side_info *left = &bonds[b].sides[LEFT], *right = &bonds[b].sides[RIGHT];
	kin_error error = { 0 };
	char sql[100];
	int rows = 0, wanted = 0;
	bool null;

	snprintf(sql, sizeof(sql), "SELECT %s, %s FROM %s", left->column, right->column, bonds[b].table);
	kin_statement *statement = ask(connection, sql);
	for (; kin_statement_step(statement, &error) > 0; rows++) {
		int64_t one = kin_statement_int64(statement, 0, &null), other = kin_statement_int64(statement, 1, &null);
		int i = stage_find_row(left->sort, one), n = stage_find_row(right->sort, other);
		MUST(i != NOBODY && n != NOBODY && stage_tie(b, i, n)->now, "%s has %lld and %lld", bonds[b].table, (long long)one, (long long)other);
	}
	kin_statement_close(statement);
	for (int n = 0; n < stage.tie_count; n++)
		wanted += stage.ties[n].bond == b && stage.ties[n].now;
	MUST(rows == wanted, "%s has %d rows, not %d", bonds[b].table, rows, wanted);
}

void stage_check_database(void)
{
	kin_connection *connection = stage.session->connection;
	kin_error error = { 0 };

	if (!stage.session->in_transaction)
		MUST(kin_db_acquire(stage.db, &connection, &error) == KIN_OK, "%s", kin_error_text(&error));
	for (sort k = 0; k < SORTS; k++)
		check_rows(k, connection);
	for (bond b = 0; b < BONDS; b++)
		check_ties(b, connection);
	if (!stage.session->in_transaction)
		kin_db_release(stage.db, connection);
}

/* What was never added may stand in a list, if it is in its own that it has the other. */
static void check_item(int owner, bond b, int side, const void *object, size_t *tied)
{
	int i = stage_find(object);

	if (b == VERSES && (kin_state_of(object) == KIN_DELETED || kin_state_of(object) == KIN_DETACHED))
		return; /* it does not know who has it */
	if (i == NOBODY && kin_state_of(object) == KIN_TRANSIENT)
		return; /* it shows what was expunged, and is not looked at any more */
	if (i == NOBODY)
		i = stage_meet(bonds[b].sides[1 - side].sort, object);
	if (stage_is(i, TRANSIENT_) && stage_is_loaded(i, b, 1 - side)) {
		MUST(stage_has(i, b, 1 - side, owner), "%d has %d in %s, which is transient and knows nothing of it", owner, i, bonds[b].table);
		return;
	}
	MUST(stage_is(i, PERSISTENT_) && stage_tie_of(b, side, owner, i)->now, "%d has %d in %s", owner, i, bonds[b].table);
	++*tied;
}

static void check_list(int i, bond b, int side)
{
	kin_list list = *stage_list(i, b, side);
	size_t tied = 0, wanted = 0;

	if (!stage_is_loaded(i, b, side)) {
		MUST(list.items == KIN_UNLOADED, "%s of %d is not loaded, and not poisoned", bonds[b].table, i);
		return;
	}
	for (size_t n = 0; n < list.count; n++) {
		check_item(i, b, side, list.items[n], &tied);
		for (size_t m = 0; m < n; m++)
			MUST(list.items[m] != list.items[n], "%d has the same twice in %s", i, bonds[b].table);
	}
	for (int n = 0; n < stage.tie_count; n++)
		wanted += stage.ties[n].bond == b && stage.ties[n].now && stage.ties[n].ends[side] == i;
	MUST(tied == wanted, "%d has %zu in %s, not %zu", i, tied, bonds[b].table, wanted);
}

static void check_object(int i)
{
	const thing *t = &stage.things[i];
	const line *l = &t->seen;
	const char *name = *name_at(t->object);

	MUST((int)kin_state_of(t->object) == t->state, "%d is in state %d", i, kin_state_of(t->object));
	if (t->state != KIN_PERSISTENT)
		return;
	MUST(*id_at(t->object) == l->id, "%d has the key %lld", i, (long long)*id_at(t->object));
	MUST(*n_at(t->object) == l->n, "%d has n %d", i, *n_at(t->object));
	MUST(*mark_at(t->object) == l->mark, "%d has mark %d, not %d", i, *mark_at(t->object), l->mark);
	MUST((name != NULL) == l->named && (!name || strcmp(name, l->name) == 0), "%d is called %s", i, name ? name : "NULL");
	MUST(t->sort != SONG || ((const Song *)t->object)->revision == l->revision, "%d has revision %d, not %d", i,
	     ((const Song *)t->object)->revision, l->revision);
	MUST(!sorts[t->sort].hears || *loads_at(t->object) == !t->born, "%d was loaded %d times", i, *loads_at(t->object));
	MUST(kin_identity_find_integer(stage.session->identities[kin_instance_of(t->object)->batch->mapping->id], l->id) == t->object,
	     "%d is not found by its key", i);
	MUST(!kin_is_modified(t->object), "%d is said to be modified", i);
	for (bond b = 0; b < BONDS; b++)
		for (int side = LEFT; side <= RIGHT; side++)
			if (t->sort == bonds[b].sides[side].sort && bonds[b].sides[side].list)
				check_list(i, b, side);
}

void stage_check(void)
{
	MUST(kin_errcode(stage.session) == KIN_OK, "an error where none was expected");
	stage_check_database();
	for (int i = 0; i < stage.count; i++)
		if (stage.things[i].state != LOST && stage.things[i].object)
			check_object(i);
}
