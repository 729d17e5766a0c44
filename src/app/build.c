/* build.c - compiles an app's sources into a shared object that this process can load.
 *
 * Each source becomes an object and all of them the shared object, in DIR/.kin. Every file there is named after what it is
 * made from (see build_source.c), so looking whether the app is up to date is: add up the names, and see whether there is
 * such a file. */
#include "app/build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/build_source.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/vec.h"

static const char *const flags[] = {
	"-std=gnu11", "-g", "-O1", "-fPIC", "-Wall", "-Wextra",
	/* a forgotten kin_edit() or a wrong struct is an error */
	"-Werror=incompatible-pointer-types", "-Werror=int-conversion", "-Werror=implicit-function-declaration",
};

/* gcc and clang have different names for one thing, and each warns of the other's. */
static const char gcc_flag[] = "-Werror=discarded-qualifiers";
static const char clang_flag[] = "-Werror=incompatible-pointer-types-discards-qualifiers";

const char *kin_build_compiler(void)
{
	const char *cc = getenv("CC");

	return cc && cc[strspn(cc, " ")] ? cc : "cc";
}

const char *kin_build_include(kin_arena *arena)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		const char *bin = kin_path_directory(arena, self);
		const char *include = bin ? kin_arena_printf(arena, "%s/../include", bin) : NULL;
		const char *header = include ? kin_path_join(arena, include, "kin.h") : NULL;
		if (header && kin_file_exists(header))
			return kin_path_absolute(arena, include);
	}
	const char *header = kin_path_join(arena, KIN_SOURCE_INCLUDE, "kin.h");
	return header && kin_file_exists(header) ? KIN_SOURCE_INCLUDE : NULL;
}

typedef kin_build_words words;

static bool push_all(words *w, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!kin_vec_push(w, list[i]))
			return false;
	return true;
}

bool kin_build_push_compiler(kin_arena *arena, words *w)
{
	char *rest, *cc = kin_arena_strdup(arena, kin_build_compiler());

	for (char *word = cc ? strtok_r(cc, " ", &rest) : NULL; word; word = strtok_r(NULL, " ", &rest))
		if (!kin_vec_push(w, word))
			return false;
	return w->count > 0;
}

/* `cc` may be either; asking takes a few milliseconds, which only who compiles has to spend. */
static int ask_compiler(kin_build *build, const words *compiler, bool *ret_clang, kin_error *error)
{
	words w = { 0 };
	char *text;
	const char *output = kin_arena_printf(build->arena, "%s/version.%ld.txt", build->folder, (long)getpid());
	int rc = KIN_ENOMEM;

	if (output && push_all(&w, compiler->items, compiler->count) && kin_vec_push(&w, "--version") &&
	    kin_vec_push(&w, NULL)) {
		kin_process_run(w.items, output);
		rc = kin_file_read(build->arena, output, &text, NULL, NULL);
		/* One that is not there, or says nothing, fails when it is to compile. */
		*ret_clang = rc == KIN_OK && strstr(text, "clang");
		unlink(output);
	}
	kin_vec_done(&w);
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : KIN_OK;
}

/* cc FLAGS -I INCLUDE */
static int make_command(kin_build *build, const char *include, kin_error *error)
{
	words w = { 0 };
	const char *cc = kin_build_compiler();
	bool ok = kin_build_push_compiler(build->arena, &w), clang = strstr(cc, "clang") != NULL;
	/* __FILE__ is what `kin check` and errors say: server/app.c, wherever the project lies. */
	const char *map = kin_arena_printf(build->arena, "-fmacro-prefix-map=%s/=",
	                                   kin_path_directory(build->arena, build->directory));

	if (ok && !clang && !strstr(cc, "gcc"))
		ok = ask_compiler(build, &w, &clang, error) == KIN_OK;
	ok = ok && map && kin_vec_push(&w, map) && push_all(&w, flags, sizeof(flags) / sizeof(flags[0])) && kin_vec_push(&w, clang ? clang_flag : gcc_flag) &&
	     kin_vec_push(&w, "-I") && kin_vec_push(&w, include) &&
	     (!isatty(STDERR_FILENO) || kin_vec_push(&w, "-fdiagnostics-color=always")) && kin_vec_push(&w, NULL);
	build->command = ok ? kin_arena_copy(build->arena, w.items, w.count * sizeof(*w.items)) : NULL;
	kin_vec_done(&w);
	return build->command ? KIN_OK : kin_error_nomem(error);
}

static uint64_t common_key(const char *directory, const char *include)
{
	const char *cc = kin_build_compiler();
	uint64_t key = kin_hash(KIN_VERSION, strlen(KIN_VERSION));

	key = kin_build_mix(key, kin_hash(cc, strlen(cc)));
	key = kin_build_mix(key, kin_hash(include, strlen(include)));
	key = kin_build_mix(key, kin_hash(directory, strlen(directory)));
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		key = kin_build_mix(key, kin_hash(flags[i], strlen(flags[i])));
	return key;
}

typedef struct sources {
	kin_build_source *items;
	size_t            count;
} sources;

static int look_at_sources(kin_build *build, sources *ret, kin_error *error)
{
	sources s;
	char **names;
	int rc = kin_file_list(build->arena, build->directory, ".c", &names, &s.count, error);

	if (rc < 0)
		return rc;
	if (s.count == 0)
		return kin_error_set(error, KIN_EBUILD, "there is no .c file in %s", build->directory);
	if (!(s.items = kin_arena_alloc(build->arena, s.count * sizeof(*s.items))))
		return kin_error_nomem(error);
	for (size_t i = 0; i < s.count && rc == KIN_OK; i++)
		rc = kin_build_source_look(build, names[i], &s.items[i], error);
	*ret = s;
	return rc;
}

/* .kin/app-<key>.so for the sources as they are; NULL when one has no key, or memory is out. */
static const char *name_app(kin_build *build, const sources *s)
{
	uint64_t key = build->key;

	for (size_t i = 0; i < s->count; i++) {
		if (!s->items[i].object)
			return NULL;
		key = kin_build_mix(key, s->items[i].key);
	}
	return kin_arena_printf(build->arena, "%s/app-%016llx.so", build->folder, (unsigned long long)key);
}

/* What the compiler said goes to stderr, whole, whatever the others say. */
static int pass_on(const char *messages, kin_error *error)
{
	kin_arena scratch = { 0 };
	char *text;
	size_t size = 0;
	int rc = kin_file_read(&scratch, messages, &text, &size, NULL);

	if (size > 0) {
		if (isatty(STDERR_FILENO))
			fputs("\033[K", stderr); /* what said that it builds */
		fwrite(text, 1, size, stderr);
	}
	kin_arena_done(&scratch);
	unlink(messages);
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : KIN_OK;
}

static int judge(int status, const char *what, kin_error *error)
{
	const char *cc = kin_build_compiler();

	if (status == KIN_PROCESS_MISSING || status == 127)
		return kin_error_set(error, KIN_EBUILD,
		                     "there is no C compiler '%s'; install one (Debian: apt-get install gcc) or set CC", cc);
	if (status > 128)
		return kin_error_set(error, KIN_EBUILD, "the compiler '%s' was killed by signal %d", cc, status - 128);
	if (status != 0)
		return kin_error_set(error, KIN_EBUILD, "the app does not %s; the compiler's messages are above", what);
	return KIN_OK;
}

/* All of those without an object, at once; all of their messages are shown. */
static int compile_stale(kin_build *build, const sources *s, kin_error *error)
{
	kin_process *processes = kin_arena_alloc(build->arena, s->count * sizeof(*processes));
	kin_build_source **stale = kin_arena_alloc(build->arena, s->count * sizeof(*stale));
	size_t n = 0;
	int64_t started = kin_clock_now() * 1000;
	int rc = processes && stale ? KIN_OK : kin_error_nomem(error);

	for (size_t i = 0; i < s->count && rc == KIN_OK; i++) {
		kin_build_source *source = &s->items[i];
		if (source->object && kin_file_exists(source->object))
			continue;
		if ((rc = kin_build_source_prepare(build, source, error)) == KIN_OK) {
			processes[n] = source->process;
			stale[n++] = source;
		}
	}
	if (rc < 0)
		return rc;
	kin_process_run_all(processes, n);
	for (size_t i = 0; i < n; i++) {
		int passed = pass_on(stale[i]->messages, error);
		if (rc == KIN_OK && (rc = passed) == KIN_OK)
			rc = judge(processes[i].status, "compile", error);
		if (rc == KIN_OK)
			rc = kin_build_source_settle(build, stale[i], started, error);
		else
			kin_build_source_discard(stale[i]);
	}
	return rc;
}

static int link_app(kin_build *build, const sources *s, const char *object, kin_error *error)
{
	const char *unfinished = kin_arena_printf(build->arena, "%s.%ld", object, (long)getpid());
	const char *messages = kin_arena_printf(build->arena, "%s.txt", unfinished);
	words w = { 0 };
	int status, rc = KIN_ENOMEM;
	bool ok = unfinished && messages && kin_build_push_compiler(build->arena, &w) && kin_vec_push(&w, "-shared") &&
	          kin_vec_push(&w, "-o") && kin_vec_push(&w, unfinished);

	for (size_t i = 0; i < s->count && ok; i++)
		ok = kin_vec_push(&w, s->items[i].object);
	ok = ok && kin_vec_push(&w, NULL);
	if (ok) {
		status = kin_process_run(w.items, messages);
		if ((rc = pass_on(messages, error)) == KIN_OK)
			rc = judge(status, "link", error);
	}
	kin_vec_done(&w);
	if (!ok)
		return kin_error_nomem(error);
	if (rc == KIN_OK && rename(unfinished, object) < 0)
		rc = kin_error_set(error, KIN_EIO, "cannot write %s: %s", object, strerror(errno));
	if (rc < 0)
		unlink(unfinished);
	return rc;
}

/* The names that this file makes, and the shell's are not: app-… and models.c-….o. */
static bool is_ours(const char *name)
{
	size_t n = strlen(name);

	return strncmp(name, "app-", 4) == 0 || strstr(name, ".c.") || (n > 2 && strcmp(name + n - 2, ".o") == 0);
}

/* What former sources were made into goes, so that .kin stays small; not what another command may be about to load. */
static int remove_old(kin_build *build, const sources *s, const char *object, kin_error *error)
{
	const int64_t young = INT64_C(600) * 1000000000;
	char **names;
	size_t count;
	int rc = kin_file_list(build->arena, build->folder, NULL, &names, &count, error);

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		const char *path = kin_path_join(build->arena, build->folder, names[i]);
		if (!path)
			return kin_error_nomem(error);
		bool used = strcmp(path, object) == 0 || !is_ours(names[i]);
		for (size_t j = 0; j < s->count && !used; j++)
			used = strcmp(path, s->items[j].object) == 0 || strcmp(path, s->items[j].dependencies) == 0;
		if (!used && kin_clock_now() * 1000 - kin_file_time(path) > young)
			unlink(path);
	}
	return rc;
}

/* Whatever is not there yet. */
static int make(kin_build *build, const sources *s, const char *include, const char **ret_object, kin_error *error)
{
	const char *object;
	int rc;

	if ((rc = kin_file_make_directory(build->folder, error)) < 0 ||
	    (rc = make_command(build, include, error)) < 0 ||
	    (rc = compile_stale(build, s, error)) < 0)
		return rc;
	if (!(object = name_app(build, s)))
		return kin_error_nomem(error);
	if ((rc = link_app(build, s, object, error)) < 0 ||
	    (rc = remove_old(build, s, object, error)) < 0)
		return rc;
	*ret_object = object;
	return KIN_OK;
}

int kin_build_app(kin_arena *arena, const char *directory, const char *include, bool quiet,
                  const char **ret_object, kin_error *error)
{
	kin_build build = { .arena = arena, .directory = directory, .key = common_key(directory, include) };
	sources s;
	int rc;

	if (!(build.folder = kin_path_join(arena, directory, ".kin")))
		return kin_error_nomem(error);
	if ((rc = look_at_sources(&build, &s, error)) < 0)
		goto out;
	const char *object = name_app(&build, &s);
	if (object && kin_file_exists(object)) {
		*ret_object = object;
		goto out;
	}
	bool say = !quiet && isatty(STDERR_FILENO);
	if (say)
		fprintf(stderr, "Building %s ...\r", kin_path_name(directory));
	rc = make(&build, &s, include, ret_object, error);
	if (say)
		fputs("\033[K", stderr);
out:
	kin_map_done(&build.files);
	return rc;
}

static int list_objects(kin_arena *arena, const sources *s, const char *const **ret_objects, kin_error *error)
{
	const char **objects = kin_arena_alloc(arena, (s->count + 1) * sizeof(*objects));

	if (!objects)
		return kin_error_nomem(error);
	for (size_t i = 0; i < s->count; i++)
		objects[i] = s->items[i].object;
	objects[s->count] = NULL;
	*ret_objects = objects;
	return KIN_OK;
}

int kin_build_objects(kin_arena *arena, const char *directory, const char *include, const char *const **ret_objects,
                      kin_error *error)
{
	kin_build build = { .arena = arena, .directory = directory, .key = common_key(directory, include) };
	sources s;
	int rc;

	if (!(build.folder = kin_path_join(arena, directory, ".kin")))
		return kin_error_nomem(error);
	if ((rc = kin_file_make_directory(build.folder, error)) == KIN_OK && (rc = look_at_sources(&build, &s, error)) == KIN_OK &&
	    (rc = make_command(&build, include, error)) == KIN_OK && (rc = compile_stale(&build, &s, error)) == KIN_OK)
		rc = list_objects(arena, &s, ret_objects, error);
	kin_map_done(&build.files);
	return rc;
}
