/* replay.c - the schema at a revision, from the files alone. */
#include "migrate/apply.h"
#include "migrate/diff.h"
#include "migrate/folder.h"

/* A statement of a `-- only:` block is not of the portable subset, perhaps. What of it can be read is applied, so that a
 * trigger or index made there is known. */
static int apply_only(kin_schema *schema, const kin_ddl *ddl, kin_error *error)
{
	kin_error unread = { 0 };
	kin_ddl *items = NULL;
	size_t count = 0;
	int rc = kin_ddl_parse(schema->arena, ddl->sql, ddl->line, &items, &count, &unread);

	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		rc = kin_apply_ddl(schema, &items[i], &unread);
	kin_error_clear(&unread);
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : KIN_OK;
}

/* One direction of a revision on paper. */
static int apply_all(kin_schema *schema, const kin_dialect *dialect, const kin_script *script, bool up, kin_error *error)
{
	const kin_ddl *items = up ? script->up : script->down;
	size_t count = up ? script->up_count : script->down_count;

	for (size_t i = 0; i < count; i++) {
		int rc = !kin_op_is_for(&items[i], dialect) ? KIN_OK
		       : items[i].only                      ? apply_only(schema, &items[i], error)
		                                            : kin_apply_ddl(schema, &items[i], error);
		if (rc == KIN_EREVISION)
			return kin_error_context(error, "%s:%d: revision %s", script->path ? script->path : "-", items[i].line, script->id);
		if (rc < 0)
			return rc;
	}
	return KIN_OK;
}

int kin_folder_replay(kin_arena *arena, const kin_folder *folder, const kin_dialect *dialect, const bool *applied,
                      kin_schema *ret_schema, kin_error *error)
{
	kin_schema schema = { .arena = arena };
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < folder->graph.count; i++)
		if (!applied || applied[i])
			rc = apply_all(&schema, dialect, &folder->scripts[i], true, error);
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
	if ((rc = apply_all(schema, NULL, script, true, error)) < 0 || script->down_missing)
		return rc;
	if (kin_schema_copy(schema, arena, &after) < 0)
		return kin_error_nomem(error);
	if ((rc = apply_all(&after, NULL, script, false, error)) < 0 ||
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
