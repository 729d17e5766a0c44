/* find.c - where the app is: --app, KIN_APP, or the directory with app.c, here or in server/. */
#include "app/find.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), n = strlen(end);

	return length > n && strcmp(text + length - n, end) == 0;
}

static bool has_app(kin_arena *arena, const char *directory)
{
	const char *file = kin_path_join(arena, directory, "app.c");

	return file && kin_file_exists(file);
}

/* A directory that was named, or the server/ in it. NULL: neither has an app.c. */
static const char *directory_with_app(kin_arena *arena, const char *directory)
{
	const char *server = kin_path_join(arena, directory, "server");

	if (has_app(arena, directory))
		return directory;
	return server && has_app(arena, server) ? server : NULL;
}

static int use_object(kin_arena *arena, const char *named, const char *who, kin_app_place *place, kin_error *error)
{
	if (!kin_file_exists(named))
		return kin_error_set(error, KIN_ENOTFOUND, "%s says %s, but there is no such file", who, named);
	place->object = kin_path_absolute(arena, named);
	place->directory = place->object ? kin_path_directory(arena, place->object) : NULL;
	return place->directory ? KIN_OK : kin_error_nomem(error);
}

static int use_directory(kin_arena *arena, const char *named, const char *who, kin_app_place *place, kin_error *error)
{
	const char *directory = directory_with_app(arena, named);

	if (arena->failed)
		return kin_error_nomem(error);
	if (!directory && kin_file_exists(named) && !kin_file_is_directory(named))
		return kin_error_set(error, KIN_ENOTFOUND, "%s says %s, which is neither a directory nor a shared object, *.so; a program that `kin build` made "
		                     "has kin's commands itself: %s check", who, named, named);
	if (!directory && !kin_file_is_directory(named))
		return kin_error_set(error, KIN_ENOTFOUND, "%s says %s, but there is no such directory", who, named);
	if (!directory)
		return kin_error_set(error, KIN_ENOTFOUND, "%s says %s, but there is no app.c in it, nor in its server/", who,
		                     named);
	place->directory = kin_path_absolute(arena, directory);
	return place->directory ? KIN_OK : kin_error_nomem(error);
}

int kin_app_find(kin_arena *arena, const char *named, kin_app_place *ret_place, kin_error *error)
{
	kin_app_place place = { 0 };
	const char *who = "--app";
	int rc;

	if (!named && (named = getenv("KIN_APP")))
		who = "KIN_APP";
	if (named && *named) {
		rc = ends_with(named, ".so") ? use_object(arena, named, who, &place, error)
		                             : use_directory(arena, named, who, &place, error);
	} else {
		const char *directory = directory_with_app(arena, ".");
		if (arena->failed)
			return kin_error_nomem(error);
		if (!directory)
			return kin_error_set(error, KIN_ENOTFOUND,
			                     "no app here: there is no app.c in this directory, nor in server/. Go to the app's "
			                     "directory, name it with --app DIR or KIN_APP, or make one with `kin new NAME`");
		place.directory = kin_path_absolute(arena, directory);
		rc = place.directory ? KIN_OK : kin_error_nomem(error);
	}
	if (rc == KIN_OK)
		*ret_place = place;
	return rc;
}
