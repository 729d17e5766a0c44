/* full_disk.c - goes before the C library of a server: while the file that KIN_FULL_DISK names is there, the tables' files do not grow.
 *
 * What has a place already can be written, as on a disk that is full; and so can the log, which servers keep room for. */
#undef _FILE_OFFSET_BITS /* both names of a function are meant, not one for the other */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#pragma GCC visibility push(default)

static int is_full(int fd, off64_t end)
{
	const char *sign = getenv("KIN_FULL_DISK");
	char link[40], path[1024];
	struct stat64 status;

	if (!sign || access(sign, F_OK) != 0 || fstat64(fd, &status) != 0 || end <= status.st_size)
		return 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(link, path, sizeof(path) - 1);
	path[length > 0 ? length : 0] = '\0';
	return strstr(path, "/data/base/") || strstr(path, "/data/kin/"); /* PostgreSQL's and MariaDB's */
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
	static ssize_t (*real)(int, const void *, size_t, off64_t);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
	if (!is_full(fd, at + (off64_t)size))
		return real(fd, data, size, at);
	errno = ENOSPC;
	return -1;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
	return pwrite64(fd, data, size, at);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at)
{
	static ssize_t (*real)(int, const struct iovec *, int, off64_t);
	size_t size = 0;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "pwritev64");
	for (int i = 0; i < count; i++)
		size += parts[i].iov_len;
	if (!is_full(fd, at + (off64_t)size))
		return real(fd, parts, count, at);
	errno = ENOSPC;
	return -1;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
	return pwritev64(fd, parts, count, at);
}

int posix_fallocate64(int fd, off64_t at, off64_t size)
{
	static int (*real)(int, off64_t, off64_t);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "posix_fallocate64");
	return is_full(fd, at + size) ? ENOSPC : real(fd, at, size);
}

int posix_fallocate(int fd, off_t at, off_t size)
{
	return posix_fallocate64(fd, at, size);
}

int fallocate64(int fd, int mode, off64_t at, off64_t size)
{
	static int (*real)(int, int, off64_t, off64_t);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "fallocate64");
	if (!is_full(fd, at + size))
		return real(fd, mode, at, size);
	errno = ENOSPC;
	return -1;
}
