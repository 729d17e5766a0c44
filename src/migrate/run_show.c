/* run_show.c - the SQL of an upgrade or downgrade, for a database that is not at hand. */
#include "migrate/concurrent.h"
#include "migrate/history_sql.h"
#include "migrate/run.h"

static void show_row(kin_text *out, const kin_script *script, bool added)
{
	if (added)
		kin_text_addf(out,
		              "INSERT INTO kin_revision (id, position, checksum, applied_at) SELECT '%s', coalesce(max(position), 0) + 1, "
		              "'%016llx', CURRENT_TIMESTAMP FROM kin_revision;\n",
		              script->id, (unsigned long long)script->checksum);
	else
		kin_text_addf(out, "DELETE FROM kin_revision WHERE id = '%s';\n", script->id);
}

/* What the texts of the program's own connections mean: see src/db/mariadb/config.c. */
static void show_mode(kin_text *out, const kin_dialect *dialect)
{
	if (dialect->id == KIN_MARIADB)
		kin_text_add(out, "SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT');\n\n");
}

static int show_script(kin_text *out, const kin_dialect *dialect, kin_schema *schema, const kin_script *script, bool up,
                       kin_error *error)
{
	const kin_ddl *items = up ? script->up : script->down;
	size_t count = up ? script->up_count : script->down_count;
	bool transaction = dialect->transactional_ddl && !kin_concurrent_any(dialect, items, count);

	kin_text_addf(out, "-- %s %s%s%s\n", up ? "upgrade to" : "downgrade from", script->id, *script->message ? ", " : "",
	              script->message);
	if (transaction)
		kin_text_add(out, "BEGIN;\n");
	int rc = kin_execute_show(out, dialect, schema, items, count, error);
	show_row(out, script, up);
	if (transaction)
		kin_text_add(out, "COMMIT;\n");
	kin_text_add_char(out, '\n');
	return rc;
}

static int show_path(kin_text *out, kin_arena *arena, const kin_dialect *dialect, const kin_folder *folder, const char *from,
                     const char *to, bool down, kin_error *error)
{
	const kin_revision_graph *graph = &folder->graph;
	bool *applied = kin_arena_zalloc(arena, graph->count + 1);
	kin_revision_links place = { 0 }, path = { 0 };
	kin_schema schema = { 0 };
	int rc;

	if (!applied)
		return kin_error_nomem(error);
	if (from && (rc = kin_revision_find(arena, graph, from, NULL, &place, error)) < 0)
		return rc;
	kin_revision_ancestors(graph, &place, applied);
	rc = down ? kin_revision_downgrade(arena, graph, to, applied, &path, error)
	          : kin_revision_upgrade(arena, graph, to, applied, &path, error);
	if (rc < 0 || (rc = kin_folder_replay(arena, folder, dialect, applied, &schema, error)) < 0)
		return rc;
	show_mode(out, dialect);
	if (place.count == 0) /* nothing was there before */
		kin_text_addf(out, "%s;\n\n", kin_history_tables);
	for (size_t i = 0; rc == KIN_OK && i < path.count; i++)
		rc = show_script(out, dialect, &schema, &folder->scripts[path.items[i]], !down, error);
	return rc == KIN_OK && !kin_text_ok(out) ? kin_error_nomem(error) : rc;
}

int kin_run_show(kin_text *out, const kin_dialect *dialect, const kin_folder *folder, const char *from, const char *to,
                 bool down, kin_error *error)
{
	kin_arena arena = { 0 };
	int rc = show_path(out, &arena, dialect, folder, from, to, down, error);

	kin_arena_done(&arena);
	return rc;
}

static int show_stamp(kin_text *out, kin_arena *arena, const kin_folder *folder, const char *words, bool purge, kin_error *error)
{
	const kin_revision_graph *graph = &folder->graph;
	bool *has = kin_arena_zalloc(arena, graph->count + 1), *wanted = kin_arena_zalloc(arena, graph->count + 1);
	char *from = kin_arena_strdup(arena, words), *colon = from ? strchr(from, ':') : NULL;
	kin_revision_links place = { 0 };
	int rc = KIN_OK;

	if (!has || !wanted || !from)
		return kin_error_nomem(error);
	if (colon)
		*colon = '\0', rc = kin_revision_find(arena, graph, from, NULL, &place, error);
	if (rc < 0)
		return rc;
	kin_revision_ancestors(graph, &place, has);
	if ((rc = kin_revision_find(arena, graph, colon ? colon + 1 : from, NULL, &place, error)) < 0)
		return rc;
	kin_revision_ancestors(graph, &place, wanted);
	kin_text_addf(out, "%s;\n", kin_history_tables);
	if (purge)
		kin_text_add(out, "DELETE FROM kin_revision;\n");
	for (size_t i = 0; i < graph->count; i++)
		if (wanted[i] != (has[i] && !purge))
			show_row(out, &folder->scripts[i], wanted[i]);
	return kin_text_ok(out) ? KIN_OK : kin_error_nomem(error);
}

int kin_run_show_stamp(kin_text *out, const kin_dialect *dialect, const kin_folder *folder, const char *words, bool purge,
                       kin_error *error)
{
	kin_arena arena = { 0 };
	int rc;

	(void)dialect; /* its statements are everybody's */
	rc = show_stamp(out, &arena, folder, words, purge, error);
	kin_arena_done(&arena);
	return rc;
}
