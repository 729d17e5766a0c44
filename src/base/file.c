/* file.c - files and directories, as whole things. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/vec.h"

typedef kin_vec(char) byte_vec;
typedef kin_vec(char *) name_vec;

/* "cannot read config/kin.ini: Permission denied" */
static int fail(kin_error *error, const char *what, const char *path, int reason)
{
	int code = reason == ENOENT ? KIN_ENOTFOUND : reason == EEXIST ? KIN_EEXISTS : KIN_EIO;

	return kin_error_set(error, code, "cannot %s %s: %s", what, path, strerror(reason));
}

/* The same where a missing directory is not what was asked for. */
static int fail_io(kin_error *error, const char *what, const char *path, int reason)
{
	return kin_error_set(error, KIN_EIO, "cannot %s %s: %s", what, path, strerror(reason));
}

/* KIN_OK, KIN_ENOMEM, or KIN_EIO with errno. */
static int read_all(int fd, size_t expected, byte_vec *bytes)
{
	if (!kin_vec_reserve(bytes, expected + 1))
		return KIN_ENOMEM;
	for (;;) {
		if (!kin_vec_reserve(bytes, bytes->count + 1))
			return KIN_ENOMEM;
		ssize_t n = read(fd, bytes->items + bytes->count, bytes->capacity - bytes->count);
		if (n == 0)
			return KIN_OK;
		if (n < 0 && errno != EINTR)
			return KIN_EIO;
		if (n > 0)
			bytes->count += (size_t)n;
	}
}

int kin_file_read(kin_arena *arena, const char *path, char **ret_data, size_t *ret_size, kin_error *error)
{
	byte_vec bytes = { 0 };
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0 || fstat(fd, &status) < 0) {
		rc = fail(error, "read", path, errno);
		goto out;
	}
	if ((rc = read_all(fd, status.st_size > 0 ? (size_t)status.st_size : 0, &bytes)) < 0) {
		rc = rc == KIN_ENOMEM ? kin_error_nomem(error) : fail_io(error, "read", path, errno);
		goto out;
	}
	char *data = kin_arena_strndup(arena, bytes.items, bytes.count);
	if (!data) {
		rc = kin_error_nomem(error);
		goto out;
	}
	*ret_data = data;
	if (ret_size)
		*ret_size = bytes.count;
out:
	if (fd >= 0)
		close(fd);
	kin_vec_done(&bytes);
	return rc;
}

static bool write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			data += n;
			size -= (size_t)n;
		}
	}
	return true;
}

/* A new file beside `path` with the content, on the disk: `*ret_name` is its name, owned. An existing file's
 * permissions are taken over. */
static int write_beside(const char *path, const char *data, size_t size, char **ret_name, kin_error *error)
{
	struct stat old;
	kin_text name;
	int fd, reason = 0;

	kin_text_init(&name);
	kin_text_addf(&name, "%s.%08" PRIx64 ".tmp", path, kin_clock_random() & 0xffffffff);
	if (!kin_text_ok(&name)) {
		kin_text_done(&name);
		return kin_error_nomem(error);
	}
	if ((fd = open(name.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) < 0) {
		reason = errno;
		kin_text_done(&name);
		return fail_io(error, "write", path, reason);
	}
	if ((stat(path, &old) == 0 && fchmod(fd, old.st_mode & 07777) < 0) || !write_all(fd, data, size) || fsync(fd) < 0)
		reason = errno;
	if (close(fd) < 0 && reason == 0)
		reason = errno;
	if (reason != 0) {
		unlink(name.data);
		kin_text_done(&name);
		return fail_io(error, "write", path, reason);
	}
	*ret_name = kin_text_take(&name);
	return KIN_OK;
}

/* So that the new name survives a power failure. Not every file system can; the file is there in any case.
 * `temporary` is cut to its directory. */
static void flush_directory_of(char *temporary)
{
	char *slash = strrchr(temporary, '/');

	if (slash)
		slash[slash == temporary] = '\0';
	int fd = open(slash ? temporary : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
}

/* A link's target is replaced, not the link. */
int kin_file_write(const char *path, const char *data, size_t size, kin_error *error)
{
	char real[PATH_MAX], *temporary;
	const char *target = realpath(path, real) ? real : path;
	int rc = write_beside(target, data, size, &temporary, error);

	if (rc < 0)
		return rc;
	if (rename(temporary, target) < 0) {
		rc = fail_io(error, "write", path, errno);
		unlink(temporary);
	} else {
		flush_directory_of(temporary);
	}
	kin_mem_free(temporary);
	return rc;
}

/* Give the temporary file the name, unless there is such a file. Where there are no hard links, an empty file
 * takes the name first. */
static bool move_without_replacing(const char *temporary, const char *path)
{
	int fd;

	if (link(temporary, path) == 0) {
		unlink(temporary);
		return true;
	}
	if (errno == EEXIST || (fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) < 0)
		return false;
	close(fd);
	if (rename(temporary, path) == 0)
		return true;
	int reason = errno;
	unlink(path);
	errno = reason;
	return false;
}

int kin_file_create(const char *path, const char *data, size_t size, kin_error *error)
{
	struct stat status;
	char *temporary;
	int rc;

	if (lstat(path, &status) == 0)
		return fail(error, "create", path, EEXIST);
	if ((rc = write_beside(path, data, size, &temporary, error)) < 0)
		return rc;
	if (!move_without_replacing(temporary, path)) {
		int reason = errno;
		unlink(temporary);
		rc = reason == EEXIST ? fail(error, "create", path, reason) : fail_io(error, "create", path, reason);
	} else {
		flush_directory_of(temporary);
	}
	kin_mem_free(temporary);
	return rc;
}

int kin_file_remove(const char *path, kin_error *error)
{
	return unlink(path) == 0 ? KIN_OK : fail(error, "remove", path, errno);
}

bool kin_file_exists(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0;
}

bool kin_file_is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int64_t kin_file_time(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return 0;
#ifdef __APPLE__
	return (int64_t)status.st_mtimespec.tv_sec * 1000000000 + status.st_mtimespec.tv_nsec;
#else
	return (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
#endif
}

static bool make_one(const char *path)
{
	if (mkdir(path, 0777) == 0)
		return true;
	int reason = errno;
	bool there = kin_file_is_directory(path);
	errno = reason;
	return there;
}

int kin_file_make_directory(const char *path, kin_error *error)
{
	char *part = kin_mem_strdup(path);
	int rc = KIN_OK;

	if (!part)
		return kin_error_nomem(error);
	for (char *slash = strchr(part + (*part == '/'), '/'); slash && rc == KIN_OK; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (!make_one(part))
			rc = fail_io(error, "make the directory", part, errno);
		*slash = '/';
	}
	if (rc == KIN_OK && !make_one(part))
		rc = fail_io(error, "make the directory", part, errno);
	kin_mem_free(part);
	return rc;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_listed(const char *name, const char *suffix)
{
	size_t length = strlen(name), end = suffix ? strlen(suffix) : 0;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	return length >= end && (end == 0 || strcmp(name + length - end, suffix) == 0);
}

/* KIN_OK, KIN_ENOMEM, or KIN_EIO with errno. */
static int list_all(DIR *directory, const char *suffix, kin_arena *arena, name_vec *names)
{
	struct dirent *entry;

	while (errno = 0, (entry = readdir(directory))) {
		if (!is_listed(entry->d_name, suffix))
			continue;
		char *name = kin_arena_strdup(arena, entry->d_name);
		if (!name || !kin_vec_push(names, name))
			return KIN_ENOMEM;
	}
	return errno == 0 ? KIN_OK : KIN_EIO;
}

int kin_file_list(kin_arena *arena, const char *directory, const char *suffix,
                  char ***ret_names, size_t *ret_count, kin_error *error)
{
	DIR *opened = opendir(directory);
	name_vec names = { 0 };
	char **sorted = NULL;
	int rc;

	if (!opened)
		return fail(error, "list", directory, errno);
	if ((rc = list_all(opened, suffix, arena, &names)) == KIN_EIO) {
		rc = fail_io(error, "list", directory, errno);
		goto out;
	}
	if (rc < 0 || !(sorted = kin_arena_copy(arena, names.items, names.count * sizeof(*names.items)))) {
		rc = kin_error_nomem(error);
		goto out;
	}
	if (names.count > 1)
		qsort(sorted, names.count, sizeof(*sorted), compare_names);
	*ret_names = sorted;
	*ret_count = names.count;
out:
	closedir(opened);
	kin_vec_done(&names);
	return rc;
}
