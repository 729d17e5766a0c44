/* path.c - paths as text: joined, taken apart, made absolute. */
#include <limits.h>
#include <stdlib.h>

#include "base/file.h"

const char *kin_path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *kin_path_join(kin_arena *arena, const char *directory, const char *name)
{
	size_t length = strlen(directory);

	if (length == 0 || name[0] == '/')
		return kin_arena_strdup(arena, name);
	return kin_arena_printf(arena, directory[length - 1] == '/' ? "%s%s" : "%s/%s", directory, name);
}

char *kin_path_directory(kin_arena *arena, const char *path)
{
	size_t length = (size_t)(kin_path_name(path) - path);

	if (length == 0)
		return kin_arena_strdup(arena, ".");
	while (length > 1 && path[length - 1] == '/')
		length--;
	return kin_arena_strndup(arena, path, length);
}

/* What does not exist yet is resolved as far as it does. */
char *kin_path_absolute(kin_arena *arena, const char *path)
{
	char real[PATH_MAX];
	const char *name = kin_path_name(path);

	if (realpath(path[0] ? path : ".", real))
		return kin_arena_strdup(arena, real);
	char *directory = kin_path_directory(arena, path);
	if (!directory || strcmp(directory, path) == 0)
		return directory;
	char *absolute = kin_path_absolute(arena, directory);
	if (!absolute || name[0] == '\0')
		return absolute;
	return kin_path_join(arena, absolute, name);
}
