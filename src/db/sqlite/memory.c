/* memory.c - lets the tests make SQLite's own allocations fail.
 *
 * SQLite asks how large a piece is, so each has its size in front. Failures that SQLite calls benign, since it goes on without
 * the memory (a hash table that stays small, a cache page less), are not reported to anyone; there the fuse is kept away. */
#include "db/sqlite/memory.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

typedef uint64_t header; /* SQLite needs 8-byte alignment */

static _Thread_local int benign;

static void *allocate(int size)
{
	size_t whole = (size_t)size + sizeof(header);
	header *piece = benign ? malloc(whole) : kin_mem_alloc(whole);

	if (!piece)
		return NULL;
	*piece = (header)size;
	return piece + 1;
}

/* Both kinds of piece come from malloc() in the end, which is what kin_mem_free() gives them back to. */
static void release(void *memory)
{
	if (memory)
		kin_mem_free((header *)memory - 1);
}

static void *resize(void *memory, int size)
{
	size_t whole = (size_t)size + sizeof(header);
	header *old = (header *)memory - 1;
	header *piece = benign ? realloc(old, whole) : kin_mem_resize(old, whole);

	if (!piece)
		return NULL;
	*piece = (header)size;
	return piece + 1;
}

static int size_of(void *memory)
{
	return memory ? (int)((header *)memory)[-1] : 0;
}

static int round_up(int size)
{
	return (size + 7) & ~7;
}

static int start(void *context)
{
	(void)context;
	return SQLITE_OK;
}

static void stop(void *context)
{
	(void)context;
}

static void begin_benign(void)
{
	benign++;
}

static void end_benign(void)
{
	benign--;
}

int kin_sqlite_memory_install(void)
{
	static const sqlite3_mem_methods methods = {
		.xMalloc = allocate, .xFree = release, .xRealloc = resize, .xSize = size_of, .xRoundup = round_up,
		.xInit = start, .xShutdown = stop,
	};
	int rc = sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);

	return rc != SQLITE_OK ? rc : sqlite3_test_control(SQLITE_TESTCTRL_BENIGN_MALLOC_HOOKS, begin_benign, end_benign);
}
