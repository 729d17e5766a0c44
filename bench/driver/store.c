/* store.c - the databases of a run: made, copied, summed up, and gone at the end. */
#include "driver.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checksum.h"
#include "schema.h"

static char directory[4096];

static void remove_directory(void)
{
	DIR *d = opendir(directory);
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		unlinkat(dirfd(d), entry->d_name, 0);
	if (d)
		closedir(d);
	rmdir(directory);
}

static void interrupted(int number)
{
	remove_directory(); /* opendir() is not promised to be safe here, but nothing else runs that could mind */
	_exit(128 + number);
}

void bench_store_open(const char *parent)
{
	if ((size_t)snprintf(directory, sizeof(directory), "%s/databases-XXXXXX", parent) >= sizeof(directory) ||
	    !mkdtemp(directory)) {
		fprintf(stderr, "bench: %s: %s\n", directory, strerror(errno));
		exit(2);
	}
	atexit(remove_directory);
	signal(SIGINT, interrupted);
	signal(SIGTERM, interrupted);
}

char *bench_store_path(const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		exit(2);
	return path;
}

/* A path for what is remade again and again, with no journal of a contender that died beside it. */
static const char *fresh(const char *name)
{
	static char *path, *journal;

	free(path);
	free(journal);
	path = bench_store_path(name);
	if (asprintf(&journal, "%s-journal", path) < 0)
		exit(2);
	unlink(path);
	unlink(journal);
	return path;
}

const char *bench_store_empty(const char *name)
{
	const char *path = fresh(name);
	sqlite3 *db = NULL;
	int rc = sqlite3_open(path, &db);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, bench_schema, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		fprintf(stderr, "bench: %s: %s\n", path, sqlite3_errmsg(db));
	sqlite3_close(db);
	return rc == SQLITE_OK ? path : NULL;
}

static bool copy_bytes(int from, int to)
{
	struct stat status;

	if (fstat(from, &status) < 0)
		return false;
	for (off_t done = 0; done < status.st_size;) {
		ssize_t wrote = sendfile(to, from, &done, (size_t)(status.st_size - done));
		if (wrote <= 0)
			return false;
	}
	return fsync(to) == 0; /* or the contender's own commit would have to write the copy to the disk */
}

const char *bench_store_copy(const char *from, const char *name)
{
	const char *path = fresh(name);
	int source = open(from, O_RDONLY | O_CLOEXEC);
	int copy = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool good = source >= 0 && copy >= 0 && copy_bytes(source, copy);

	if (!good)
		fprintf(stderr, "bench: copying %s to %s: %s\n", from, path, strerror(errno));
	if (source >= 0)
		close(source);
	if (copy >= 0)
		close(copy);
	return good ? path : NULL;
}

static const char *text_of(sqlite3_stmt *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

static uint64_t row_sum(sqlite3_stmt *statement)
{
	int64_t id = sqlite3_column_int64(statement, 0);

	if (sqlite3_column_count(statement) == 2)
		return bench_owner_sum(id, text_of(statement, 1));
	return bench_pet_sum(id, text_of(statement, 1), text_of(statement, 2), sqlite3_column_type(statement, 3) != SQLITE_NULL,
	                     sqlite3_column_int64(statement, 3));
}

static int add_rows(sqlite3 *db, const char *sql, uint64_t *digest)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK)
		while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
			*digest = *digest * 31 + row_sum(statement);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

uint64_t bench_store_digest(const char *path)
{
	uint64_t digest = 1;
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);

	if (rc == SQLITE_OK)
		rc = add_rows(db, "select id, name from owners order by id", &digest);
	if (rc == SQLITE_OK)
		rc = add_rows(db, "select id, name, species, owner_id from pets order by id", &digest);
	if (rc != SQLITE_OK)
		fprintf(stderr, "bench: %s: %s\n", path, sqlite3_errmsg(db));
	sqlite3_close(db);
	return rc == SQLITE_OK ? digest : 0;
}
