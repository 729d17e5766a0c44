/* random_check.c - the database's rows, every object, both sides of every loaded relationship and the identity map are as the world says. */
#include "random.h"

static void check_rows(kind k, kin_connection *connection)
{
	kin_statement *statement;
	kin_error error = { 0 };
	char text[100];
	int rows = 0, expected = 0;
	bool null;

	snprintf(text, sizeof(text), "SELECT id, n, coalesce(%s, 0), name FROM %s", kinds[k].key, kinds[k].table);
	kin_sql sql = { .text = text, .length = strlen(text) };
	BE(kin_statement_open(connection, &sql, &statement, &error) == KIN_OK, "%s", kin_error_text(&error));
	while (kin_statement_step(statement, &error) > 0) {
		int64_t id = kin_statement_int64(statement, 0, &null), parent = kin_statement_int64(statement, 2, &null);
		kin_value name;
		int i = world_find_row(k, id);
		if (i == NONE)
			kin_statement_value(statement, 3, KIN_KIND_TEXT, &name, &error);
		BE(i != NONE, "there is a row %s %lld %s", kinds[k].table, (long long)id, (const char *)name.as.data);
		const row *r = &world.entries[i].now;
		rows++;
		BE(kin_statement_int64(statement, 1, &null) == r->n, "%s %lld: n", kinds[k].table, (long long)id);
		BE(parent == (r->parent == NONE ? 0 : world.entries[r->parent].now.id), "%s %lld: parent %lld", kinds[k].table,
		   (long long)id, (long long)parent);
		BE(kin_statement_value(statement, 3, KIN_KIND_TEXT, &name, &error) == KIN_OK, "%s", kin_error_text(&error));
		BE((name.kind != KIN_KIND_NULL) == r->named && (!r->named || strcmp(name.as.data, r->name) == 0),
		   "%s %lld: name", kinds[k].table, (long long)id);
	}
	kin_statement_close(statement);
	for (int i = 0; i < world.count; i++)
		expected += world.entries[i].state != GONE && world.entries[i].kind == k && world.entries[i].now.there;
	BE(rows == expected, "%s has %d rows, not %d", kinds[k].table, rows, expected);
}

static void check_database(void)
{
	kin_connection *connection = world.session->connection;
	kin_error error = { 0 };

	if (!world.session->in_transaction)
		BE(kin_db_acquire(world.db, &connection, &error) == KIN_OK, "%s", kin_error_text(&error));
	for (kind k = 0; k < KINDS; k++)
		check_rows(k, connection);
	if (!world.session->in_transaction)
		kin_db_release(world.db, connection);
}

static void check_list(int owner)
{
	const entry *e = &world.entries[owner];
	kin_list list = *list_of(e->kind, e->object);
	size_t expected = 0;

	if (!kin_session_is_loaded(e->object, kinds[e->kind].relation)) {
		BE(list.items == KIN_UNLOADED, "%d is not loaded, and not poisoned", owner);
		return;
	}
	if (e->tainted)
		return;
	for (int i = 0; i < world.count; i++)
		expected += world.entries[i].state == KIN_PERSISTENT && world.entries[i].kind == kinds[e->kind].other && world.entries[i].now.parent == owner;
	for (size_t n = 0; list.count != expected && n < list.count; n++)
		fprintf(stderr, "  list: %d\n", world_find_object(list.items[n]));
	BE(list.count == expected, "%s %lld has %zu in its list, not %zu", kinds[e->kind].table, (long long)e->seen.id, list.count, expected);
	for (size_t n = 0; n < list.count; n++) {
		int i = world_find_object(list.items[n]);
		if (i == NONE)
			i = world_meet(kinds[e->kind].other, list.items[n]);
		BE(world.entries[i].now.parent == owner && world.entries[i].state == KIN_PERSISTENT, "%s %lld has %d in its list",
		   kinds[e->kind].table, (long long)e->seen.id, i);
		for (size_t m = 0; m < n; m++)
			BE(list.items[m] != list.items[n], "%s %lld has %d twice in its list", kinds[e->kind].table, (long long)e->seen.id, i);
	}
}

static void check_parent(const entry *e)
{
	const row *r = &e->seen;
	const void *parent = *parent_of(e->kind, e->object);
	int64_t key = r->parent == NONE ? 0 : world.entries[r->parent].seen.id;

	BE(key_of(e->kind, e->object) == key, "%s %lld: key %lld, not %lld", kinds[e->kind].table, (long long)r->id,
	   (long long)key_of(e->kind, e->object), (long long)key);
	if (!kin_session_is_loaded(e->object, kinds[e->kind].relation)) {
		BE(parent == KIN_UNLOADED, "not loaded, and not poisoned");
		return;
	}
	if (r->parent == NONE) {
		BE(parent == NULL, "%s %lld has a parent", kinds[e->kind].table, (long long)r->id);
		return;
	}
	BE(parent && parent != KIN_UNLOADED, "%s %lld has no parent", kinds[e->kind].table, (long long)r->id);
	BE(world_meet(kinds[e->kind].other, parent) == r->parent, "%s %lld has another parent", kinds[e->kind].table, (long long)r->id);
}

static void check_object(int i)
{
	const entry *e = &world.entries[i];
	const row *r = &e->seen;
	const char *name = *name_of(e->object);

	BE((int)kin_state_of(e->object) == e->state, "%d is in state %d", i, kin_state_of(e->object));
	if (e->state != KIN_PERSISTENT)
		return;
	BE(*id_of(e->object) == r->id, "%d has the key %lld", i, (long long)*id_of(e->object));
	BE(*n_of(e->object) == r->n, "%d has n %d", i, *n_of(e->object));
	BE((name != NULL) == r->named && (!name || strcmp(name, r->name) == 0), "%d is called %s", i, name ? name : "NULL");
	BE(kin_identity_find_integer(world.session->identities[kin_instance_of(e->object)->batch->mapping->id], r->id) == e->object,
	   "%d is not found by its key", i);
	BE(!kin_is_modified(e->object), "%d is said to be modified", i);
	if (kinds[e->kind].child)
		check_parent(e);
	else
		check_list(i);
}

/* Nothing is unsaved. */
void world_check(void)
{
	BE(kin_errcode(world.session) == KIN_OK, "an error where none was expected");
	check_database();
	for (int i = 0; i < world.count; i++)
		if (world.entries[i].state != GONE && world.entries[i].object)
			check_object(i);
}
