/* folder.c - the directory that holds a project's revisions: made, read, added to. */
#include "migrate/folder.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"

static const char settings_text[] =
	"; Settings of the migrations in this directory. Each line shows what holds without it.\n"
	"\n"
	"[migrations]\n"
	"; characters of the message that go into a file's name\n"
	"; slug_length = 40\n"
	"\n"
	"; seconds to wait while another process migrates the same database, and for each lock on a server\n"
	"; lock_timeout = 10\n"
	"\n"
	"; seconds that one statement may take, on servers; 0: as long as it takes\n"
	"; statement_timeout = 0\n";

typedef void made_fn(void *context, const char *path);

static void report(kin_arena *arena, made_fn *made, void *context, const char *path, const char *suffix)
{
	const char *text = kin_arena_printf(arena, "%s%s", path, suffix);

	if (made && text)
		made(context, text);
}

static int make_directory(kin_arena *arena, made_fn *made, void *context, const char *path, kin_error *error)
{
	if (kin_file_is_directory(path))
		return KIN_OK;
	int rc = kin_file_make_directory(path, error);
	if (rc == KIN_OK)
		report(arena, made, context, path, "/");
	return rc;
}

int kin_folder_init(const char *directory, made_fn *made, void *context, kin_error *error)
{
	kin_arena arena = { 0 };
	char *versions = kin_path_join(&arena, directory, KIN_FOLDER_VERSIONS);
	char *settings = kin_path_join(&arena, directory, KIN_FOLDER_SETTINGS), **names;
	size_t count = 0;
	int rc = KIN_OK;

	if (!versions || !settings)
		rc = kin_error_nomem(error);
	else if (kin_file_is_directory(directory))
		rc = kin_file_list(&arena, directory, NULL, &names, &count, error);
	else if (kin_file_exists(directory))
		rc = kin_error_set(error, KIN_EEXISTS, "%s is there already, and is no directory", directory);
	if (rc == KIN_OK && count > 0)
		rc = kin_error_set(error, KIN_EEXISTS, "Directory %s already exists and is not empty", directory);
	if (rc == KIN_OK)
		rc = make_directory(&arena, made, context, directory, error);
	if (rc == KIN_OK)
		rc = make_directory(&arena, made, context, versions, error);
	if (rc == KIN_OK && (rc = kin_file_create(settings, settings_text, sizeof(settings_text) - 1, error)) == KIN_OK)
		report(&arena, made, context, settings, "");
	kin_arena_done(&arena);
	return rc;
}

/* `name = number` lines; anything else in the file is another program's. */
static int setting(const char *text, const char *name, int usual)
{
	size_t length = strlen(name);

	for (const char *s = text; s; s = strchr(s, '\n')) {
		s += strspn(s, "\n \t\r");
		if (strncmp(s, name, length) != 0)
			continue;
		s += length + strspn(s + length, " \t");
		if (*s != '=')
			continue;
		s += 1 + strspn(s + 1, " \t");
		if (isdigit((unsigned char)*s))
			return (int)strtol(s, NULL, 10);
	}
	return usual;
}

static void take_settings(kin_folder *folder, const char *text)
{
	folder->slug_length = setting(text, "slug_length", 40);
	folder->lock_timeout = setting(text, "lock_timeout", 10);
	folder->statement_timeout = setting(text, "statement_timeout", 0);
}

static int read_settings(kin_folder *folder, kin_error *error)
{
	char *path = kin_path_join(folder->arena, folder->directory, KIN_FOLDER_SETTINGS), *text = NULL;
	size_t size;
	int rc;

	if (!path)
		return kin_error_nomem(error);
	if (kin_file_exists(path) && (rc = kin_file_read(folder->arena, path, &text, &size, error)) < 0)
		return rc;
	take_settings(folder, text);
	return KIN_OK;
}

/* A file of the folder: of those in memory by its path, else read. */
static const kin_folder_file *find_file(const kin_folder *folder, const char *path)
{
	size_t length = strlen(folder->directory) + 1;

	for (size_t i = 0; i < folder->file_count; i++)
		if (strlen(path) > length && strcmp(folder->files[i].name, path + length) == 0)
			return &folder->files[i];
	return NULL;
}

static int read_script(const kin_folder *folder, const char *path, kin_script *ret_script, kin_error *error)
{
	const kin_folder_file *file = find_file(folder, path);

	return file ? kin_script_parse(folder->arena, path, file->data, file->size, ret_script, error)
	            : kin_script_read(folder->arena, path, ret_script, error);
}

int kin_folder_text(const kin_folder *folder, const kin_script *script, const char **ret_text, size_t *ret_size, kin_error *error)
{
	const kin_folder_file *file = find_file(folder, script->path);
	char *text = NULL;
	int rc = file ? KIN_OK : kin_file_read(folder->arena, script->path, &text, ret_size, error);

	if (rc < 0)
		return rc;
	if (file)
		*ret_size = file->size;
	*ret_text = file ? file->data : text;
	return KIN_OK;
}

/* Read every file; what is wrong with them goes into `problems`, a line each. */
static int read_files(kin_folder *folder, char **names, size_t count, kin_script *scripts, kin_text *problems, int *worst,
                      kin_error *error)
{
	for (size_t i = 0; i < count; i++) {
		char *path = kin_path_join(folder->arena, folder->versions, names[i]);
		int rc = path ? read_script(folder, path, &scripts[i], error) : kin_error_nomem(error);
		if (rc == KIN_ENOMEM)
			return rc;
		if (rc < 0) {
			*worst = rc;
			kin_text_addf(problems, "%s%s", problems->length ? "\n" : "", kin_error_text(error));
			kin_error_clear(error);
		}
	}
	return kin_text_ok(problems) ? KIN_OK : kin_error_nomem(error);
}

/* A revision that was squashed goes by the id of the one that replaces it. `ids`: by the id of one that was replaced. */
static const char *const *present_ids(kin_folder *folder, const kin_map *ids, const char *const *names, size_t count)
{
	const char **present = kin_arena_alloc(folder->arena, (count + 1) * sizeof(*present));

	for (size_t i = 0; present && i < count; i++) {
		const char *by = kin_map_find(ids, names[i]);
		present[i] = by ? by : names[i];
	}
	return present;
}

static int rename_replaced(kin_folder *folder, kin_script *scripts, size_t count, kin_map *ids, kin_error *error)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < scripts[i].replace_count; j++) {
			char *own = kin_arena_strdup(folder->arena, scripts[i].id);
			if (!own || !kin_map_set(ids, scripts[i].replaces[j], own))
				return kin_error_nomem(error);
		}
	for (size_t i = 0; ids->count > 0 && i < count; i++) {
		if (kin_map_find(ids, scripts[i].id))
			return kin_error_set(error, KIN_EREVISION, "%s: revision %s is replaced by %s: remove this file", scripts[i].path, scripts[i].id,
			                     (const char *)kin_map_find(ids, scripts[i].id));
		scripts[i].parents = present_ids(folder, ids, scripts[i].parents, scripts[i].parent_count);
		scripts[i].depends = present_ids(folder, ids, scripts[i].depends, scripts[i].depend_count);
		if (!scripts[i].parents || !scripts[i].depends)
			return kin_error_nomem(error);
	}
	return KIN_OK;
}

static int build_graph(kin_folder *folder, kin_script *scripts, size_t count, kin_error *error)
{
	kin_revision *items = kin_arena_zalloc(folder->arena, (count + 1) * sizeof(*items));
	kin_map ids = { 0 };

	folder->scripts = kin_arena_zalloc(folder->arena, (count + 1) * sizeof(*folder->scripts));
	if (!items || !folder->scripts)
		return kin_error_nomem(error);
	int rc = rename_replaced(folder, scripts, count, &ids, error);
	kin_map_done(&ids);
	for (size_t i = 0; i < count; i++)
		items[i] = (kin_revision){
			.id = scripts[i].id, .parents = scripts[i].parents, .parent_count = scripts[i].parent_count,
			.depends = scripts[i].depends, .depend_count = scripts[i].depend_count,
			.labels = scripts[i].labels, .label_count = scripts[i].label_count,
			.where = scripts[i].path, .tag = i,
		};
	if (rc == KIN_OK)
		rc = kin_revision_build(folder->arena, items, count, &folder->graph, error);
	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		folder->scripts[i] = scripts[folder->graph.items[i].tag];
	return rc;
}

/* The names of the revisions' files in memory. */
static int list_files(kin_folder *folder, char ***ret_names, size_t *ret_count, kin_error *error)
{
	static const char start[] = KIN_FOLDER_VERSIONS "/";
	char **names = kin_arena_alloc(folder->arena, (folder->file_count + 1) * sizeof(*names));
	size_t count = 0;

	for (size_t i = 0; names && i < folder->file_count; i++)
		if (strncmp(folder->files[i].name, start, sizeof(start) - 1) == 0)
			names[count++] = kin_arena_strdup(folder->arena, folder->files[i].name + sizeof(start) - 1);
	if (folder->arena->failed)
		return kin_error_nomem(error);
	*ret_names = names;
	*ret_count = count;
	return KIN_OK;
}

static int read_all(kin_folder *folder, kin_error *error)
{
	kin_text problems;
	kin_script *scripts;
	char **names;
	size_t count;
	int worst = KIN_OK, rc;

	rc = folder->files ? list_files(folder, &names, &count, error)
	                   : kin_file_list(folder->arena, folder->versions, ".sql", &names, &count, error);
	if (rc < 0)
		return rc;
	if (!(scripts = kin_arena_zalloc(folder->arena, (count + 1) * sizeof(*scripts))))
		return kin_error_nomem(error);
	kin_text_init(&problems);
	rc = read_files(folder, names, count, scripts, &problems, &worst, error);
	if (rc == KIN_OK && worst < 0)
		rc = kin_error_set(error, worst, "%s", problems.data);
	kin_text_done(&problems);
	return rc < 0 ? rc : build_graph(folder, scripts, count, error);
}

int kin_folder_read(kin_arena *arena, const char *directory, kin_folder *ret_folder, kin_error *error)
{
	kin_folder folder = { .arena = arena };
	int rc;

	folder.directory = kin_arena_strdup(arena, directory);
	folder.versions = kin_path_join(arena, directory, KIN_FOLDER_VERSIONS);
	if (!folder.directory || !folder.versions)
		return kin_error_nomem(error);
	if (!kin_file_is_directory(folder.versions))
		return kin_error_set(error, KIN_ENOTFOUND, "there are no migrations in %s: run `kin db init` first", directory);
	if ((rc = read_settings(&folder, error)) < 0 || (rc = read_all(&folder, error)) < 0)
		return rc;
	*ret_folder = folder;
	return KIN_OK;
}

int kin_folder_read_files(kin_arena *arena, const char *name, const kin_folder_file *files, size_t count, kin_folder *ret_folder,
                          kin_error *error)
{
	kin_folder folder = { .arena = arena, .directory = name, .files = files, .file_count = count };
	int rc;

	if (!(folder.versions = kin_path_join(arena, name, KIN_FOLDER_VERSIONS)))
		return kin_error_nomem(error);
	take_settings(&folder, NULL);
	for (size_t i = 0; i < count; i++)
		if (strcmp(files[i].name, KIN_FOLDER_SETTINGS) == 0)
			take_settings(&folder, files[i].data);
	if ((rc = read_all(&folder, error)) == KIN_OK)
		*ret_folder = folder;
	return rc;
}

int kin_folder_write(const kin_folder *folder, kin_script *script, kin_error *error)
{
	kin_arena *arena = folder->arena;
	char *id = script->id ? NULL : kin_script_new_id(arena), *date = script->date ? NULL : kin_script_new_date(arena);
	if (folder->files)
		return kin_error_set(error, KIN_EREADONLY, "the revisions are built into this program: new ones are written where its sources are");
	char *slug = kin_script_slug(arena, script->message, (size_t)folder->slug_length);
	kin_text text;
	int rc;

	if (arena->failed)
		return kin_error_nomem(error);
	script->id = id ? id : script->id;
	script->date = date ? date : script->date;
	if (!kin_script_is_id(script->id))
		return kin_error_set(error, KIN_EREVISION, "'%s' " KIN_SCRIPT_NO_ID, script->id);
	if (kin_revision_index(&folder->graph, script->id) != (size_t)-1)
		return kin_error_set(error, KIN_EEXISTS, "there is a revision %s already", script->id);
	char *path = kin_path_join(arena, folder->versions,
	                           kin_arena_printf(arena, *slug ? "%s_%s.sql" : "%s%s.sql", script->id, slug));
	if (!path)
		return kin_error_nomem(error);
	kin_text_init(&text);
	kin_script_show(&text, script);
	rc = kin_text_ok(&text) ? kin_file_create(path, text.data, text.length, error) : kin_error_nomem(error);
	kin_text_done(&text);
	if (rc == KIN_OK)
		script->path = path;
	return rc;
}
