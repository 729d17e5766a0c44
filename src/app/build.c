/* build.c - compiles an app's sources into a shared object that this process can load. */
#include "app/build.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"

extern char **environ;

const char *const kin_build_flags[] = {
	"-std=gnu11", "-g", "-O1", "-fPIC", "-Wall", "-Wextra",
	/* a forgotten kin_edit() or a wrong struct is an error */
	"-Werror=incompatible-pointer-types", "-Werror=int-conversion", "-Werror=implicit-function-declaration",
	NULL,
};

/* gcc and clang have different names for one thing, and each warns of the other's. */
static const char *const gcc_flags[] = { "-Werror=discarded-qualifiers", NULL };
static const char *const clang_flags[] = { "-Werror=incompatible-pointer-types-discards-qualifiers", NULL };

const char *kin_build_compiler(void)
{
	const char *cc = getenv("CC");

	return cc && *cc ? cc : "cc";
}

int kin_build_run(const char *const *argv)
{
	int status;
	pid_t pid;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ) != 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
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

typedef struct sources {
	char **names;
	size_t count;
	char **paths;
} sources;

static int list_sources(kin_arena *arena, const char *directory, sources *ret, kin_error *error)
{
	sources s = { 0 };
	int rc = kin_file_list(arena, directory, ".c", &s.names, &s.count, error);

	if (rc < 0)
		return rc;
	if (!(s.paths = kin_arena_alloc(arena, (s.count + 1) * sizeof(*s.paths))))
		return kin_error_nomem(error);
	for (size_t i = 0; i < s.count; i++)
		if (!(s.paths[i] = kin_path_join(arena, directory, s.names[i])))
			return kin_error_nomem(error);
	*ret = s;
	return KIN_OK;
}

static uint64_t mix(uint64_t hash, uint64_t more)
{
	return (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15) + (hash >> 29);
}

static int hash_sources(const sources *s, const char *include, uint64_t *ret_hash, kin_error *error)
{
	uint64_t hash = kin_hash(KIN_VERSION, strlen(KIN_VERSION));
	kin_arena scratch;
	int rc = KIN_OK;

	kin_arena_init(&scratch);
	hash = mix(hash, kin_hash(kin_build_compiler(), strlen(kin_build_compiler())));
	hash = mix(hash, kin_hash(include, strlen(include)));
	for (const char *const *flag = kin_build_flags; *flag; flag++)
		hash = mix(hash, kin_hash(*flag, strlen(*flag)));
	for (size_t i = 0; i < s->count && rc == KIN_OK; i++) {
		char *text;
		size_t size;
		if ((rc = kin_file_read(&scratch, s->paths[i], &text, &size, error)) == KIN_OK) {
			hash = mix(hash, kin_hash(s->names[i], strlen(s->names[i])));
			hash = mix(hash, kin_hash(text, size));
		}
	}
	kin_arena_done(&scratch);
	*ret_hash = hash;
	return rc;
}

/* Whether every file that the dependency file names is older than the object. The file is make's: `target: a b \`. */
static bool is_fresh(const char *object, const char *dependencies)
{
	kin_error ignored = { 0 };
	kin_arena arena;
	char *text;
	size_t size;
	int64_t made = kin_file_time(object);
	bool fresh = made != 0;

	kin_arena_init(&arena);
	if (fresh && kin_file_read(&arena, dependencies, &text, &size, &ignored) == KIN_OK) {
		char *rest = strchr(text, ':');
		for (char *word = rest ? strtok_r(rest + 1, " \\\n", &rest) : NULL; word && fresh;
		     word = strtok_r(NULL, " \\\n", &rest)) {
			int64_t time = kin_file_time(word);
			if (time == 0 ? !strchr(word, ':') : time > made)
				fresh = false;
		}
	} else {
		fresh = false;
	}
	kin_error_clear(&ignored);
	kin_arena_done(&arena);
	return fresh;
}

static bool is_clang(void)
{
	return strstr(kin_build_compiler(), "clang") != NULL;
}

typedef kin_vec(const char *) words;

static bool add_all(words *w, const char *const *list)
{
	for (; *list; list++)
		if (!kin_vec_push(w, *list))
			return false;
	return true;
}

/* $CC may hold flags of its own: "ccache gcc -m64". */
static bool add_compiler(kin_arena *arena, words *w)
{
	char *rest, *cc = kin_arena_strdup(arena, kin_build_compiler());

	for (char *word = cc ? strtok_r(cc, " ", &rest) : NULL; word; word = strtok_r(NULL, " ", &rest))
		if (!kin_vec_push(w, word))
			return false;
	return w->count > 0;
}

/* cc FLAGS -I INCLUDE -shared -o OBJECT a.c b.c */
static int compile(kin_arena *arena, const sources *s, const char *include, const char *object,
                   kin_error *error)
{
	words w = { 0 };
	int status = -1;
	bool ok = add_compiler(arena, &w) && add_all(&w, kin_build_flags) &&
	          add_all(&w, is_clang() ? clang_flags : gcc_flags) &&
	          kin_vec_push(&w, "-I") && kin_vec_push(&w, include) &&
	          kin_vec_push(&w, "-shared") && kin_vec_push(&w, "-o") && kin_vec_push(&w, object);

	for (size_t i = 0; i < s->count && ok; i++)
		ok = kin_vec_push(&w, s->paths[i]);
	ok = ok && kin_vec_push(&w, NULL);
	if (ok)
		status = kin_build_run(w.items);
	const char *cc = kin_build_compiler();
	kin_vec_done(&w);
	if (!ok)
		return kin_error_nomem(error);
	if (status == -1 || status == 127)
		return kin_error_set(error, KIN_EBUILD,
		                     "there is no C compiler '%s'; install one (Debian: apt-get install gcc) or set CC", cc);
	if (status != 0)
		return kin_error_set(error, KIN_EBUILD, "the app does not compile; the compiler's messages are above");
	return KIN_OK;
}

/* The headers the sources include, as the compiler sees them: one `cc -MM` for all of them. */
static int write_dependencies(kin_arena *arena, const sources *s, const char *include, const char *dependencies)
{
	words w = { 0 };
	int status = -1;
	bool ok = add_compiler(arena, &w) && kin_vec_push(&w, "-std=gnu11") && kin_vec_push(&w, "-MM") &&
	          kin_vec_push(&w, "-MT") && kin_vec_push(&w, "app") && kin_vec_push(&w, "-I") && kin_vec_push(&w, include) &&
	          kin_vec_push(&w, "-MF") && kin_vec_push(&w, dependencies);

	for (size_t i = 0; i < s->count && ok; i++)
		ok = kin_vec_push(&w, s->paths[i]);
	if (ok && kin_vec_push(&w, NULL))
		status = kin_build_run(w.items);
	kin_vec_done(&w);
	return status;
}

/* Objects of former sources, so that .kin stays small. A process that has one loaded keeps it. */
static void remove_old(kin_arena *arena, const char *directory, const char *keep)
{
	char **names;
	size_t count;
	kin_error ignored = { 0 };

	if (kin_file_list(arena, directory, NULL, &names, &count, &ignored) == KIN_OK)
		for (size_t i = 0; i < count; i++)
			if (strncmp(names[i], "app-", 4) == 0 && strncmp(names[i], keep, strlen(keep)) != 0) {
				const char *path = kin_path_join(arena, directory, names[i]);
				if (path)
					unlink(path);
			}
	kin_error_clear(&ignored);
}

int kin_build_app(kin_arena *arena, const char *directory, const char *include, bool quiet,
                  const char **ret_object, kin_error *error)
{
	sources s;
	uint64_t hash;
	int rc;

	if ((rc = list_sources(arena, directory, &s, error)) < 0 ||
	    (rc = hash_sources(&s, include, &hash, error)) < 0)
		return rc;
	const char *folder = kin_path_join(arena, directory, ".kin");
	const char *name = kin_arena_printf(arena, "app-%016llx", (unsigned long long)hash);
	const char *object = kin_arena_printf(arena, "%s/%s.so", folder, name);
	const char *dependencies = kin_arena_printf(arena, "%s/%s.d", folder, name);
	const char *unfinished = kin_arena_printf(arena, "%s/%s.%ld.tmp", folder, name, (long)getpid());
	if (!folder || !name || !object || !dependencies || !unfinished)
		return kin_error_nomem(error);
	if (is_fresh(object, dependencies)) {
		*ret_object = object;
		return KIN_OK;
	}
	if ((rc = kin_file_make_directory(folder, error)) < 0)
		return rc;
	bool say = !quiet && isatty(STDERR_FILENO);
	if (say)
		fprintf(stderr, "Building %s ...\r", kin_path_name(directory));
	rc = compile(arena, &s, include, unfinished, error);
	if (say)
		fprintf(stderr, "\033[K");
	if (rc < 0) {
		unlink(unfinished);
		return rc;
	}
	/* Renamed when it is whole: two commands that build at once do not see each other's half. */
	if (write_dependencies(arena, &s, include, dependencies) != 0 || rename(unfinished, object) != 0) {
		unlink(unfinished);
		return kin_error_set(error, KIN_EIO, "cannot write %s: %s", object, strerror(errno));
	}
	remove_old(arena, folder, name);
	*ret_object = object;
	return KIN_OK;
}
