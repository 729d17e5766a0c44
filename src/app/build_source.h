/* build_source.h - one source of an app: what its object is made from, and whether there is one already. */
#ifndef KIN_APP_BUILD_SOURCE_H
#define KIN_APP_BUILD_SOURCE_H

#include "app/process.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"

/* What all sources of an app have in common. */
typedef struct kin_build {
	kin_arena         *arena;
	const char        *directory; /* of the sources */
	const char        *folder;    /* of what is made from them: DIR/.kin */
	const char *const *command;   /* the compiler with its flags, ends with NULL. NULL: nothing is to be compiled yet */
	uint64_t           key;       /* of the compiler, its flags, and kin's version */
	kin_map            files;     /* path to hash of its content, for those read so far */
} kin_build;

typedef struct kin_build_source {
	const char *name;         /* "models.c" */
	const char *path;
	const char *dependencies; /* .kin/models.c.d, as the compiler wrote it: what it read */
	uint64_t    key;          /* of all that goes into the object. 0: not known, it has not been compiled yet */
	const char *object;       /* .kin/models.c-<key>.o; NULL as long as there is no key */
	/* while it is being compiled */
	kin_process process;
	const char *unfinished;   /* the same files under names of this process's own */
	const char *unfinished_dependencies;
	const char *messages;
} kin_build_source;

/* Find the key, reading what the source was made from the last time. */
int kin_build_source_look(kin_build *build, const char *name, kin_build_source *ret_source, kin_error *error);
/* Prepare .process, which compiles it. */
int kin_build_source_prepare(kin_build *build, kin_build_source *source, kin_error *error);
/* After .process was run, with success: a new key, and the files under their names. `started`: nanoseconds since 1970, before it was. */
int kin_build_source_settle(kin_build *build, kin_build_source *source, int64_t started, kin_error *error);
/* Remove what a process that failed has left. */
void kin_build_source_discard(kin_build_source *source);

uint64_t kin_build_mix(uint64_t hash, uint64_t more);

#endif
