/* build_source.c - one source of an app: what its object is made from, and whether there is one already.
 *
 * An object is named after a hash of all that goes into it: the source and the headers (what the compiler read the last
 * time is in its dependency file), the compiler, its flags. Times say nothing: a file that was put back, or saved as it was,
 * costs no compile, and one that was replaced by an older one does. */
#include "app/build_source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/vec.h"

uint64_t kin_build_mix(uint64_t hash, uint64_t more)
{
	return (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15) + (hash >> 29);
}

/* The hash of a file's content; of a file that cannot be read, 0. Each is read once. */
static int hash_file(kin_build *build, const char *path, uint64_t *ret_hash)
{
	uint64_t *known = kin_map_find(&build->files, path);
	kin_arena scratch = { 0 };
	kin_error ignored = { 0 };
	char *text;
	size_t size;

	if (!known) {
		int rc = kin_file_read(&scratch, path, &text, &size, &ignored);
		uint64_t hash = rc == KIN_OK ? kin_hash(text, size) : 0;
		kin_arena_done(&scratch);
		kin_error_clear(&ignored);
		if (rc == KIN_ENOMEM || !(known = kin_arena_copy(build->arena, &hash, sizeof(hash))) ||
		    !kin_map_set(&build->files, path, known))
			return KIN_ENOMEM;
	}
	*ret_hash = *known;
	return KIN_OK;
}

/* The next name in a dependency file, unescaped where it stands; NULL at the end. It is make's: `app: a.c my\ file.h \`. */
static char *next_name(char **rest)
{
	char *in = *rest, *out, *name;

	while (*in == ' ' || *in == '\n' || (*in == '\\' && in[1] == '\n'))
		in++;
	for (name = out = in; *in && *in != ' ' && *in != '\n'; in++) {
		if (*in == '\\' && in[1] == '\n')
			break;
		if ((*in == '\\' && strchr(" #\\", in[1]) && in[1]) || (*in == '$' && in[1] == '$'))
			in++;
		*out++ = *in;
	}
	*rest = *in ? in + 1 : in;
	*out = '\0';
	return out > name ? name : NULL;
}

/* Mix in each file that the dependency file names. `*newest` (may be NULL): the time of the one that changed last. */
static int mix_dependencies(kin_build *build, const char *dependencies, uint64_t *key, int64_t *newest)
{
	kin_error ignored = { 0 };
	char *text, *name;
	int rc = kin_file_read(build->arena, dependencies, &text, NULL, &ignored);

	kin_error_clear(&ignored);
	if (rc < 0)
		return rc;
	char *rest = strstr(text, ": ");
	if (!rest)
		return KIN_EIO;
	for (rest++; (name = next_name(&rest));) {
		uint64_t content;
		if ((rc = hash_file(build, name, &content)) < 0)
			return rc;
		*key = kin_build_mix(kin_build_mix(*key, kin_hash(name, strlen(name))), content);
		if (newest && kin_file_time(name) > *newest)
			*newest = kin_file_time(name);
	}
	return KIN_OK;
}

static int name_object(kin_build *build, kin_build_source *source, uint64_t key, kin_error *error)
{
	source->key = key;
	source->object = kin_arena_printf(build->arena, "%s/%s-%016llx.o", build->folder, source->name,
	                                  (unsigned long long)key);
	return source->object ? KIN_OK : kin_error_nomem(error);
}

int kin_build_source_look(kin_build *build, const char *name, kin_build_source *ret_source, kin_error *error)
{
	kin_build_source s = { .name = name, .path = kin_path_join(build->arena, build->directory, name) };
	uint64_t key = build->key;
	int rc;

	s.dependencies = kin_arena_printf(build->arena, "%s/%s.d", build->folder, name);
	if (!s.path || !s.dependencies)
		return kin_error_nomem(error);
	if ((rc = mix_dependencies(build, s.dependencies, &key, NULL)) == KIN_ENOMEM ||
	    (rc == KIN_OK && name_object(build, &s, key, error) < 0))
		return kin_error_nomem(error);
	*ret_source = s;
	return KIN_OK;
}

int kin_build_source_prepare(kin_build *build, kin_build_source *source, kin_error *error)
{
	const char *beside = kin_arena_printf(build->arena, "%s/%s.%ld", build->folder, source->name, (long)getpid());
	size_t n = 0;

	source->unfinished = kin_arena_printf(build->arena, "%s.o", beside);
	source->unfinished_dependencies = kin_arena_printf(build->arena, "%s.d", beside);
	source->messages = kin_arena_printf(build->arena, "%s.txt", beside);
	while (build->command[n])
		n++;
	/* A fixed target, so that its name holds no colon of its own. */
	const char *const rest[] = { "-MMD", "-MF", source->unfinished_dependencies, "-MT", "app", "-c", "-o",
		                     source->unfinished, source->path, NULL };
	const char **argv = kin_arena_alloc(build->arena, n * sizeof(*argv) + sizeof(rest));
	if (!beside || !source->unfinished || !source->unfinished_dependencies || !source->messages || !argv)
		return kin_error_nomem(error);
	memcpy(argv, build->command, n * sizeof(*argv));
	memcpy(argv + n, rest, sizeof(rest));
	source->process = (kin_process){ .argv = argv, .output = source->messages };
	return KIN_OK;
}

void kin_build_source_discard(kin_build_source *source)
{
	unlink(source->unfinished);
	unlink(source->unfinished_dependencies);
}

int kin_build_source_settle(kin_build *build, kin_build_source *source, int64_t started, kin_error *error)
{
	enum { FILE_TIMES_ARE_COARSE = 20000000 }; /* nanoseconds */
	uint64_t key = build->key;
	int64_t newest = 0;
	int rc = mix_dependencies(build, source->unfinished_dependencies, &key, &newest);
	/* A file was saved while the compiler read it: who knows what it saw. The next command compiles again. */
	bool changed = newest > started - FILE_TIMES_ARE_COARSE;

	if (rc == KIN_ENOMEM)
		rc = kin_error_nomem(error);
	else if (rc < 0)
		rc = kin_error_set(error, KIN_EIO, "the compiler wrote no %s", source->unfinished_dependencies);
	if (rc < 0 || (rc = name_object(build, source, changed ? kin_clock_random() : key, error)) < 0) {
		kin_build_source_discard(source);
		return rc;
	}
	if (changed)
		unlink(source->unfinished_dependencies), unlink(source->dependencies);
	/* Renamed when they are whole: commands that build at the same time do not see each other's halves. */
	if ((!changed && rename(source->unfinished_dependencies, source->dependencies) < 0) ||
	    rename(source->unfinished, source->object) < 0) {
		rc = kin_error_set(error, KIN_EIO, "cannot write %s: %s", source->object, strerror(errno));
		kin_build_source_discard(source);
	}
	return rc;
}
