/* squash.c - several revisions made into one that gives the same schema. */
#include "migrate/squash.h"

#include "base/file.h"
#include "migrate/diff.h"
#include "migrate/replay.h"

typedef struct squash {
	const kin_folder         *folder;
	const kin_squash_options *options;
	kin_revision_links        old;    /* oldest first */
	bool                     *inside; /* by revision */
	kin_schema                before;
	kin_schema                after;
	kin_script                script;
	kin_error                *error;
} squash;

static const kin_script *script_of(const squash *s, size_t i)
{
	return &s->folder->scripts[s->old.items[i]];
}

/* The range, oldest first. */
static int find_old(squash *s)
{
	const kin_revision_graph *graph = &s->folder->graph;
	kin_revision_links newest_first;
	int rc = kin_revision_range(s->folder->arena, graph, s->options->range, NULL, &newest_first, s->error);

	if (rc < 0)
		return rc;
	s->inside = kin_arena_zalloc(s->folder->arena, graph->count + 1);
	s->old.items = kin_arena_alloc(s->folder->arena, (newest_first.count + 1) * sizeof(*s->old.items));
	if (!s->inside || !s->old.items)
		return kin_error_nomem(s->error);
	for (size_t i = newest_first.count; i > 0; i--) {
		s->old.items[s->old.count++] = newest_first.items[i - 1];
		s->inside[newest_first.items[i - 1]] = true;
	}
	if (s->old.count < 2)
		return kin_error_set(s->error, KIN_EREVISION, "'%s' is %s; to squash takes two", s->options->range,
		                     s->old.count == 0 ? "no revision" : "one revision");
	return KIN_OK;
}

/* Nothing comes in but through the first, and nothing goes out but from the last. */
static int check_piece(squash *s)
{
	const kin_revision_graph *graph = &s->folder->graph;
	size_t last = s->old.items[s->old.count - 1];

	for (size_t i = 1; i < s->old.count; i++) {
		const kin_revision_links *parents = &graph->parents[s->old.items[i]];
		for (size_t j = 0; j < parents->count; j++)
			if (!s->inside[parents->items[j]])
				return kin_error_set(s->error, KIN_EREVISION, "%s revises %s, which is not in '%s': name a range that begins before the ways part",
				                     script_of(s, i)->id, graph->items[parents->items[j]].id, s->options->range);
		if (parents->count == 0)
			return kin_error_set(s->error, KIN_EREVISION, "'%s' has two beginnings: %s is one", s->options->range, script_of(s, i)->id);
	}
	for (size_t i = 0; i < graph->count; i++)
		for (size_t j = 0; !s->inside[i] && j < graph->parents[i].count; j++)
			if (s->inside[graph->parents[i].items[j]] && graph->parents[i].items[j] != last)
				return kin_error_set(s->error, KIN_EREVISION, "%s revises %s, which is in the middle of '%s'", graph->items[i].id,
				                     graph->items[graph->parents[i].items[j]].id, s->options->range);
	return KIN_OK;
}

/* The first statement whose effect on the schema is not known. */
static int check_data(squash *s)
{
	for (size_t i = 0; i < s->old.count; i++)
		for (size_t j = 0; j < script_of(s, i)->up_count; j++) {
			const kin_ddl *item = &script_of(s, i)->up[j];
			bool data = item->kind == KIN_DDL_SQL || item->kind == KIN_DDL_CALL;
			if (!data || s->options->data == KIN_SQUASH_KEEP || (s->options->data == KIN_SQUASH_DROP && !item->only))
				continue;
			return kin_error_set(s->error, KIN_EREVISION, item->only ? "%s:%d: a block for one database cannot be squashed; --data keep puts "
			                                                         "all statements into one revision as they are"
			                                                       : "%s:%d: this changes data, not the schema. Say --data keep to put all "
			                                                         "statements into one revision as they are, or --data drop",
			                     script_of(s, i)->path, item->line);
		}
	return KIN_OK;
}

static int replay(squash *s)
{
	kin_arena *arena = s->folder->arena;
	bool *set = kin_arena_zalloc(arena, s->folder->graph.count + 1);
	int rc;

	if (!set)
		return kin_error_nomem(s->error);
	kin_revision_ancestors(&s->folder->graph, &(kin_revision_links){ .items = &s->old.items[s->old.count - 1], .count = 1 }, set);
	if ((rc = kin_folder_replay(arena, s->folder, NULL, set, &s->after, s->error)) < 0)
		return rc;
	for (size_t i = 0; i < s->folder->graph.count; i++)
		set[i] = set[i] && !s->inside[i];
	return kin_folder_replay(arena, s->folder, NULL, set, &s->before, s->error);
}

/* All statements, one revision's after the other's; the downgrades the other way round. */
static int concatenate(squash *s)
{
	kin_changes up = { .arena = s->folder->arena }, down = { .arena = s->folder->arena };
	bool missing = false;
	kin_ddl *added;

	for (size_t i = 0; i < s->old.count; i++)
		for (size_t j = 0; j < script_of(s, i)->up_count; j++) {
			if (!(added = kin_op_add(&up, KIN_DDL_SQL, NULL)))
				return kin_error_nomem(s->error);
			*added = script_of(s, i)->up[j];
		}
	for (size_t i = s->old.count; i > 0; i--) {
		missing |= script_of(s, i - 1)->down_missing;
		for (size_t j = 0; j < script_of(s, i - 1)->down_count; j++) {
			if (!(added = kin_op_add(&down, KIN_DDL_SQL, NULL)))
				return kin_error_nomem(s->error);
			*added = script_of(s, i - 1)->down[j];
		}
	}
	s->script.up = up.items;
	s->script.up_count = up.count;
	s->script.down = missing ? NULL : down.items;
	s->script.down_count = missing ? 0 : down.count;
	return KIN_OK;
}

static int difference(squash *s)
{
	kin_changes up = { .arena = s->folder->arena }, down = { .arena = s->folder->arena };
	kin_diff_options options = { .objects = true };
	int rc = kin_diff_schemas(&up, NULL, &s->before, &s->after, &options, s->error);

	if (rc == KIN_OK)
		rc = kin_op_reverse_all(&down, &s->before, up.items, up.count, s->error);
	s->script.up = up.items;
	s->script.up_count = up.count;
	s->script.down = down.items;
	s->script.down_count = down.count;
	return rc;
}

/* What it makes is what they make. */
static int prove(squash *s)
{
	kin_changes left = { .arena = s->folder->arena };
	kin_diff_options options = { .objects = true };
	kin_schema made = { 0 };
	kin_text text;
	int rc = kin_schema_copy(&s->before, s->folder->arena, &made);

	if (rc < 0)
		return kin_error_nomem(s->error);
	if ((rc = kin_replay_script(&made, NULL, &s->script, true, s->error)) < 0 ||
	    (rc = kin_diff_schemas(&left, NULL, &made, &s->after, &options, s->error)) < 0 || left.count == 0)
		return rc;
	kin_text_init(&text);
	kin_ddl_show(&text, &left.items[0]);
	rc = kin_error_set(s->error, KIN_EREVISION, "one revision for '%s' would not give the same schema: %s would be missing",
	                   s->options->range, text.data);
	kin_text_done(&text);
	return rc;
}

/* What is in the header: whom it follows, depends on, replaces. Those that a squashed one replaced, it replaces too. */
static int describe(squash *s)
{
	kin_arena *arena = s->folder->arena;
	const kin_script *first = script_of(s, 0), *last = script_of(s, s->old.count - 1);
	size_t depends = 0, replaces = 0, labels = 0;

	for (size_t i = 0; i < s->old.count; i++) {
		depends += script_of(s, i)->depend_count;
		labels += script_of(s, i)->label_count;
		replaces += script_of(s, i)->replace_count + 1;
	}
	const char **depend = kin_arena_alloc(arena, (depends + 1) * sizeof(*depend));
	const char **label = kin_arena_alloc(arena, (labels + 1) * sizeof(*label));
	const char **replaced = kin_arena_alloc(arena, (replaces + 1) * sizeof(*replaced));
	s->script.id = s->options->id ? s->options->id : kin_script_new_id(arena);
	s->script.date = kin_script_new_date(arena);
	s->script.message = s->options->message ? s->options->message : kin_arena_printf(arena, "squash %s to %s", first->id, last->id);
	if (arena->failed)
		return kin_error_nomem(s->error);
	s->script.parents = first->parents;
	s->script.parent_count = first->parent_count;
	s->script.depends = depend;
	s->script.labels = label;
	s->script.replaces = replaced;
	for (size_t i = 0; i < s->old.count; i++) {
		const kin_script *old = script_of(s, i);
		s->script.untransacted |= old->untransacted;
		for (size_t j = 0; j < old->depend_count; j++)
			if (!s->inside[kin_revision_index(&s->folder->graph, old->depends[j])])
				depend[s->script.depend_count++] = old->depends[j];
		for (size_t j = 0; j < old->label_count; j++)
			label[s->script.label_count++] = old->labels[j];
		for (size_t j = 0; j < old->replace_count; j++)
			replaced[s->script.replace_count++] = old->replaces[j];
		if (old->replace_count == 0)
			replaced[s->script.replace_count++] = old->id;
	}
	return KIN_OK;
}

int kin_squash_make(const kin_folder *folder, const kin_squash_options *options, kin_script *ret_script,
                    kin_revision_links *ret_old, kin_error *error)
{
	squash s = { .folder = folder, .options = options, .error = error };
	int rc;

	if ((rc = find_old(&s)) < 0 || (rc = check_piece(&s)) < 0 || (rc = check_data(&s)) < 0 || (rc = replay(&s)) < 0 ||
	    (rc = options->data == KIN_SQUASH_KEEP ? concatenate(&s) : difference(&s)) < 0 || (rc = describe(&s)) < 0 ||
	    (rc = prove(&s)) < 0)
		return rc;
	*ret_script = s.script;
	*ret_old = s.old;
	return KIN_OK;
}

static int copy_file(kin_arena *arena, const char *path, const char *directory, kin_error *error)
{
	char *text, *to = kin_path_join(arena, directory, kin_path_name(path));
	size_t size;
	int rc = to ? kin_file_read(arena, path, &text, &size, error) : kin_error_nomem(error);

	return rc < 0 ? rc : kin_file_write(to, text, size, error);
}

/* The old ones are gone from where they were only when all is written. */
int kin_squash_write(const kin_folder *folder, kin_script *script, const kin_revision_links *old, kin_error *error)
{
	kin_arena *arena = folder->arena;
	char *directory = kin_arena_printf(arena, "%s/squashed/%s/" KIN_FOLDER_VERSIONS, folder->directory, script->id);
	bool *set = kin_arena_zalloc(arena, folder->graph.count + 1);
	int rc;

	if (!directory || !set)
		return kin_error_nomem(error);
	kin_revision_ancestors(&folder->graph, old, set);
	if ((rc = kin_file_make_directory(directory, error)) < 0)
		return rc;
	for (size_t i = 0; rc == KIN_OK && i < folder->graph.count; i++)
		if (set[i])
			rc = copy_file(arena, folder->scripts[i].path, directory, error);
	if (rc == KIN_OK)
		rc = kin_folder_write(folder, script, error);
	for (size_t i = 0; rc == KIN_OK && i < old->count; i++)
		rc = kin_file_remove(folder->scripts[old->items[i]].path, error);
	return rc;
}
