/* replay.c - the schema at a revision, from the files alone. */
#include "migrate/replay.h"

#include "migrate/apply.h"
#include "migrate/diff.h"

/* What a revision leaves must be sound. Only the tables it names are looked at, so that a long history costs what it is long; those
 * their keys point at are there without keys of their own. */

static bool add_part(kin_schema *part, const kin_table_schema *table, bool whole)
{
	kin_table_schema *added;

	if (kin_schema_table(part, table->name))
		return true;
	if (!(added = kin_schema_add_table(part, table->name)))
		return false;
	*added = *table;
	if (!whole)
		added->foreigns = NULL, added->foreign_count = 0;
	return true;
}

static int table_is_sound(const kin_schema *schema, const kin_table_schema *table, kin_error *error)
{
	kin_arena arena = { 0 };
	kin_schema part = { .arena = &arena };
	bool ok = add_part(&part, table, true);

	for (size_t i = 0; ok && i < table->foreign_count; i++) {
		const kin_table_schema *target = kin_schema_table(schema, table->foreigns[i].target);
		ok = !target || add_part(&part, target, false);
	}
	int rc = ok ? kin_schema_sound(&part, error) : kin_error_nomem(error);
	kin_arena_done(&arena);
	return rc;
}

static bool takes_away(const kin_ddl *item)
{
	return item->kind == KIN_DDL_DROP_TABLE || item->kind == KIN_DDL_DROP_COLUMN || item->kind == KIN_DDL_DROP_PRIMARY_KEY ||
	       item->kind == KIN_DDL_DROP_CONSTRAINT;
}

/* Tables whose keys point at the one that lost something. */
static int pointing_are_sound(const kin_schema *schema, const char *target, kin_error *error)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < schema->table_count; i++) {
		const kin_table_schema *table = schema->tables[i];
		bool points = false;
		for (size_t j = 0; j < table->foreign_count && !points; j++)
			points = strcmp(table->foreigns[j].target, target) == 0;
		if (points)
			rc = table_is_sound(schema, table, error);
	}
	return rc;
}

static int item_is_sound(const kin_schema *schema, const kin_ddl *item, kin_error *error)
{
	const char *name = item->kind == KIN_DDL_CREATE_TABLE ? item->table->name
	                 : item->kind == KIN_DDL_RENAME_TABLE ? item->new_name
	                                                      : item->table_name;
	const kin_table_schema *table = name ? kin_schema_table(schema, name) : NULL;
	int rc = table ? table_is_sound(schema, table, error) : KIN_OK;

	return rc == KIN_OK && name && takes_away(item) ? pointing_are_sound(schema, name, error) : rc;
}

static int is_sound(const kin_schema *schema, const kin_script *script, bool up, kin_error *error)
{
	const kin_ddl *items = up ? script->up : script->down;
	size_t count = up ? script->up_count : script->down_count;

	/* The last statement first: it is the one that made, or left, what is wrong. */
	for (size_t i = count; i > 0; i--) {
		int rc = items[i - 1].only ? KIN_OK : item_is_sound(schema, &items[i - 1], error);
		if (rc == KIN_ENOMEM)
			return rc;
		if (rc < 0) {
			kin_error_context(error, "%s:%d: revision %s", script->path ? script->path : "-", items[i - 1].line, script->id);
			if (error)
				error->code = KIN_EREVISION;
			return KIN_EREVISION;
		}
	}
	return KIN_OK;
}

int kin_replay_script(kin_schema *schema, const kin_dialect *dialect, const kin_script *script, bool up, kin_error *error)
{
	const kin_ddl *items = up ? script->up : script->down;
	size_t count = up ? script->up_count : script->down_count;
	bool whole = true;

	for (size_t i = 0; i < count; i++) {
		if (items[i].only)
			whole = false; /* who knows what else it does */
		int rc = !kin_op_is_for(&items[i], dialect) ? KIN_OK
		       : items[i].only                      ? kin_apply_only(schema, &items[i], error)
		                                            : kin_apply_ddl(schema, &items[i], error);
		if (rc == KIN_EREVISION)
			return kin_error_context(error, "%s:%d: revision %s", script->path ? script->path : "-", items[i].line, script->id);
		if (rc < 0)
			return rc;
	}
	return whole ? is_sound(schema, script, up, error) : KIN_OK;
}

int kin_folder_replay(kin_arena *arena, const kin_folder *folder, const kin_dialect *dialect, const bool *applied,
                      kin_schema *ret_schema, kin_error *error)
{
	kin_schema schema = { .arena = arena };
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < folder->graph.count; i++)
		if (!applied || applied[i])
			rc = kin_replay_script(&schema, dialect, &folder->scripts[i], true, error);
	if (rc == KIN_OK)
		*ret_schema = schema;
	return rc;
}

/* The downgrade must lead back to where the upgrade began. */
static int check_one(kin_arena *arena, kin_schema *schema, const kin_script *script, kin_error *error)
{
	kin_schema before = { 0 }, after = { 0 };
	kin_changes left = { .arena = arena };
	kin_text text;
	int rc;

	if (kin_schema_copy(schema, arena, &before) < 0)
		return kin_error_nomem(error);
	if ((rc = kin_replay_script(schema, NULL, script, true, error)) < 0 || script->down_missing)
		return rc;
	if (kin_schema_copy(schema, arena, &after) < 0)
		return kin_error_nomem(error);
	if ((rc = kin_replay_script(&after, NULL, script, false, error)) < 0 ||
	    (rc = kin_diff_schemas(&left, NULL, &after, &before, NULL, error)) < 0 || left.count == 0)
		return rc;
	kin_text_init(&text);
	kin_ddl_show(&text, &left.items[0]);
	rc = kin_error_set(error, KIN_EREVISION, "%s: revision %s: its downgrade does not undo its upgrade; missing: %s",
	                   script->path ? script->path : "-", script->id, text.data);
	kin_text_done(&text);
	return rc;
}

int kin_folder_check(const kin_folder *folder, kin_error *error)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < folder->graph.count; i++)
		rc = check_one(&arena, &schema, &folder->scripts[i], error);
	kin_arena_done(&arena);
	return rc;
}
