/* generate.c - new revisions: empty, merging heads, or made from the difference between the files and the models. */
#include "migrate/generate.h"

#include "migrate/replay.h"

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

/* What the new revision can count on: all files, or with .splice those it stands on. */
static int replay_before(const kin_folder *folder, const kin_dialect *dialect, const kin_generate_options *options,
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
	return kin_folder_replay(folder->arena, folder, dialect, options->splice ? set : NULL, ret_schema, error);
}

int kin_generate_changes(kin_changes *out, const kin_folder *folder, const kin_dialect *dialect, const kin_schema *models,
                         const kin_generate_options *options, kin_error *error)
{
	kin_schema now = { 0 };
	int rc = replay_before(folder, dialect, options, &now, error);

	if (rc < 0)
		return rc;
	if (models->table_count == 0 && now.table_count > 0)
		return kin_error_set(error, KIN_EREVISION,
		                     "there are no models, and all %zu tables would be dropped: are the files with the models part of "
		                     "the app?",
		                     now.table_count);
	return kin_diff_schemas(out, dialect, &now, models, &options->diff, error);
}

static int check_heads(const kin_folder *folder, const kin_revision_links *parents, kin_error *error)
{
	for (size_t i = 0; i < parents->count; i++)
		if (!kin_revision_is_head(&folder->graph, parents->items[i]))
			return kin_error_set(error, KIN_EREVISION,
			                     "Revision %s is not a head revision; please specify --splice to create a new branch from this revision",
			                     folder->graph.items[parents->items[i]].id);
	return KIN_OK;
}

static int check_labels(const kin_folder *folder, const kin_generate_options *options, kin_error *error)
{
	for (size_t i = 0; i < options->label_count; i++) {
		const char *label = options->labels[i];
		if (!kin_script_is_id(label))
			return kin_error_set(error, KIN_EREVISION, "'%s' cannot be a branch's name: use letters, digits and _", label);
		if (kin_revision_index(&folder->graph, label) != (size_t)-1)
			return kin_error_set(error, KIN_EREVISION, "'%s' cannot be a branch's name: a revision has that id", label);
		for (size_t j = 0; j < folder->graph.label_count; j++)
			if (strcmp(folder->graph.labels[j].name, label) == 0)
				return kin_error_set(error, KIN_EREVISION, "Branch name '%s' is already used by revision %s", label,
				                     folder->graph.items[folder->graph.labels[j].revision].id);
	}
	return KIN_OK;
}

/* Names of revisions as ids. */
static int find_depends(const kin_folder *folder, const kin_generate_options *options, kin_script *script, kin_error *error)
{
	const char **ids = kin_arena_alloc(folder->arena, (options->depend_count + 1) * sizeof(*ids));

	if (!ids)
		return kin_error_nomem(error);
	for (size_t i = 0; i < options->depend_count; i++) {
		size_t index;
		int rc = kin_revision_find_one(folder->arena, &folder->graph, options->depends[i], NULL, &index, error);
		if (rc < 0)
			return rc;
		ids[i] = folder->graph.items[index].id;
	}
	script->depends = ids;
	script->depend_count = options->depend_count;
	return KIN_OK;
}

int kin_generate_empty(const kin_folder *folder, const kin_generate_options *options, kin_script *ret_script, kin_error *error)
{
	kin_script script = { .message = options->message ? options->message : "", .id = options->id,
		              .labels = options->labels, .label_count = options->label_count };
	kin_revision_links parents = { 0 };
	int rc = find_parents(folder, options, &parents, error);

	if (rc < 0 || (!options->splice && (rc = check_heads(folder, &parents, error)) < 0) ||
	    (rc = check_labels(folder, options, error)) < 0 || (rc = find_depends(folder, options, &script, error)) < 0)
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
	    (rc = replay_before(folder, NULL, options, &before, error)) < 0 ||
	    (rc = kin_op_reverse_all(&down, &before, changes->items, changes->count, error)) < 0)
		return rc;
	script.up = changes->items;
	script.up_count = changes->count;
	script.down = down.items;
	script.down_count = down.count;
	*ret_script = script;
	return KIN_OK;
}

/* Merging */

typedef struct merging {
	const kin_folder *folder;
	kin_arena        *arena;
	kin_error        *error;
} merging;

static bool *new_set(merging *m, size_t head)
{
	bool *set = kin_arena_zalloc(m->arena, m->folder->graph.count + 1);

	if (set)
		kin_revision_ancestors(&m->folder->graph, &(kin_revision_links){ .items = &head, .count = 1 }, set);
	return set;
}

/* What both have, then one's own, then the other's. */
static int replay_in_order(merging *m, const bool *first, const bool *second, kin_schema *ret_schema)
{
	kin_schema schema = { .arena = m->arena };
	size_t count = m->folder->graph.count;
	int rc = KIN_OK;

	for (size_t pass = 0; pass < 3; pass++)
		for (size_t i = 0; rc == KIN_OK && i < count; i++)
			if (pass == 0 ? first[i] && second[i] : pass == 1 ? first[i] && !second[i] : second[i] && !first[i])
				rc = kin_replay_script(&schema, NULL, &m->folder->scripts[i], true, m->error);
	*ret_schema = schema;
	return rc;
}

static int check_pair(merging *m, const char *a, const char *b)
{
	bool *first = new_set(m, kin_revision_index(&m->folder->graph, a));
	bool *second = new_set(m, kin_revision_index(&m->folder->graph, b));
	kin_changes differences = { .arena = m->arena };
	kin_schema one_way, other_way;
	kin_text text;
	int rc;

	if (!first || !second)
		return kin_error_nomem(m->error);
	if ((rc = replay_in_order(m, first, second, &one_way)) < 0 || (rc = replay_in_order(m, second, first, &other_way)) < 0) {
		if (rc == KIN_EREVISION)
			kin_error_context(m->error, "%s and %s do not fit together; change one of them, as long as no database has it", a, b);
		return rc;
	}
	if ((rc = kin_diff_schemas(&differences, NULL, &one_way, &other_way, NULL, m->error)) < 0 || differences.count == 0)
		return rc;
	kin_text_init(&text);
	kin_ddl_show(&text, &differences.items[0]);
	rc = kin_error_set(m->error, KIN_EREVISION,
	                   "%s and %s change the same thing, so that what comes out depends on which is applied first: %s. Change one of "
	                   "them, as long as no database has it", a, b, text.data);
	kin_text_done(&text);
	return rc;
}

int kin_generate_check_merge(const kin_folder *folder, const kin_script *merge, kin_error *error)
{
	kin_arena arena = { 0 };
	merging m = { .folder = folder, .arena = &arena, .error = error };
	int rc = KIN_OK;

	for (size_t i = 0; i < merge->parent_count; i++)
		for (size_t j = i + 1; rc == KIN_OK && j < merge->parent_count; j++)
			rc = check_pair(&m, merge->parents[i], merge->parents[j]);
	kin_arena_done(&arena);
	return rc;
}
