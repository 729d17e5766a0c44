/* file.h - files and directories, as whole things. Paths are bytes; errors name the path and the reason. */
#ifndef KIN_BASE_FILE_H
#define KIN_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* The whole file, NUL-terminated, in the arena. KIN_ENOTFOUND if there is none; KIN_EIO. */
int kin_file_read(kin_arena *arena, const char *path, char **ret_data, size_t *ret_size, kin_error *error);
/* Replace the file as one step: written beside it, flushed to disk, renamed. KIN_EIO leaves the old one. */
int kin_file_write(const char *path, const char *data, size_t size, kin_error *error);
/* The same, but KIN_EEXISTS when there is one already. */
int kin_file_create(const char *path, const char *data, size_t size, kin_error *error);
int kin_file_remove(const char *path, kin_error *error);

bool kin_file_exists(const char *path);
bool kin_file_is_directory(const char *path);
/* Modification time in nanoseconds; 0 if there is none. */
int64_t kin_file_time(const char *path);

/* Make a directory, and its parents. KIN_OK too when it is there already. */
int kin_file_make_directory(const char *path, kin_error *error);
/* The names in a directory that end with `suffix` (NULL: all but . and ..), sorted, in the arena. */
int kin_file_list(kin_arena *arena, const char *directory, const char *suffix,
                  char ***ret_names, size_t *ret_count, kin_error *error);

/* In the arena, NULL when memory is out: a/b; the part before the last /, "." if none; absolute and without links. */
char *kin_path_join(kin_arena *arena, const char *directory, const char *name);
char *kin_path_directory(kin_arena *arena, const char *path);
char *kin_path_absolute(kin_arena *arena, const char *path);
/* The part after the last /. Borrowed. */
const char *kin_path_name(const char *path);

#endif
