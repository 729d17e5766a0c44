/* generate.c - new revisions: empty, merging heads, or made from the difference between the files and the models. */
#include "migrate/generate.h"

/* The revisions that the new one will stand on: those named, or the one head, or none where there are no revisions. */
static int find_parents(const kin_folder *folder, const kin_generate_options *options, kin_revision_links *ret_parents,
                        kin_error *error)
{
	size_t count = options->parent_count;
	size_t *items = kin_arena_alloc(folder->arena, (count + 1) * sizeof(*items));
	kin_revision_links all = { .items = items };
	int rc;

	if (!items)
		return kin_error_nomem(error);
	if (count == 0)
		return kin_revision_find(folder->arena, &folder->graph, "head", NULL, ret_parents, error);
	if (count == 1)
		return kin_revision_find(folder->arena, &folder->graph, options->parents[0], NULL, ret_parents, error);
	for (size_t i = 0; i < count; i++) {
		size_t index;
		if ((rc = kin_revision_find_one(folder->arena, &folder->graph, options->parents[i], NULL, &index, error)) < 0)
			return rc;
		for (size_t j = 0; j < all.count; j++)
			if (items[j] == index)
				return kin_error_set(error, KIN_EREVISION, "revision %s is named twice", folder->graph.items[index].id);
		items[all.count++] = index;
	}
	*ret_parents = all;
	return KIN_OK;
}

/* The schema that the files make at those parents. */
static int replay_parents(const kin_folder *folder, const kin_dialect *dialect, const kin_generate_options *options,
                          kin_schema *ret_schema, kin_error *error)
{
	bool *set = kin_arena_zalloc(folder->arena, folder->graph.count + 1);
	kin_revision_links parents = { 0 };
	int rc;

	if (!set)
		return kin_error_nomem(error);
	if ((rc = find_parents(folder, options, &parents, error)) < 0)
		return rc;
	kin_revision_ancestors(&folder->graph, &parents, set);
	return kin_folder_replay(folder->arena, folder, dialect, set, ret_schema, error);
}

int kin_generate_changes(kin_changes *out, const kin_folder *folder, const kin_dialect *dialect, const kin_schema *models,
                         const kin_generate_options *options, kin_error *error)
{
	kin_schema now = { 0 };
	int rc = replay_parents(folder, dialect, options, &now, error);

	if (rc < 0)
		return rc;
	if (models->table_count == 0 && now.table_count > 0)
		return kin_error_set(error, KIN_EREVISION,
		                     "there are no models, and all %zu tables would be dropped: are the files with the models part of "
		                     "the app?",
		                     now.table_count);
	return kin_diff_schemas(out, dialect, &now, models, &options->diff, error);
}

int kin_generate_empty(const kin_folder *folder, const kin_generate_options *options, kin_script *ret_script, kin_error *error)
{
	kin_script script = { .message = options->message ? options->message : "", .id = options->id };
	kin_revision_links parents = { 0 };
	int rc = find_parents(folder, options, &parents, error);

	if (rc < 0)
		return rc;
	const char **ids = kin_arena_alloc(folder->arena, (parents.count + 1) * sizeof(*ids));
	if (!script.id)
		script.id = kin_script_new_id(folder->arena);
	script.date = kin_script_new_date(folder->arena);
	if (folder->arena->failed)
		return kin_error_nomem(error);
	for (size_t i = 0; i < parents.count; i++)
		ids[i] = folder->graph.items[parents.items[i]].id;
	script.parents = ids;
	script.parent_count = parents.count;
	*ret_script = script;
	return KIN_OK;
}

int kin_generate_script(const kin_folder *folder, const kin_changes *changes, const kin_generate_options *options,
                        kin_script *ret_script, kin_error *error)
{
	kin_changes down = { .arena = folder->arena };
	kin_schema before = { 0 };
	kin_script script;
	int rc;

	if ((rc = kin_generate_empty(folder, options, &script, error)) < 0 ||
	    (rc = replay_parents(folder, NULL, options, &before, error)) < 0 ||
	    (rc = kin_op_reverse_all(&down, &before, changes->items, changes->count, error)) < 0)
		return rc;
	script.up = changes->items;
	script.up_count = changes->count;
	script.down = down.items;
	script.down_count = down.count;
	*ret_script = script;
	return KIN_OK;
}
