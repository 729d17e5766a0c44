/* mem.c - memory, and the fuse that makes the n-th allocation fail. */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static long fuse = -1; /* allocations that still succeed; negative: off */
static bool blown;

static __attribute__((noinline, cold)) bool burn(void)
{
	if (__atomic_fetch_sub(&fuse, 1, __ATOMIC_RELAXED) != 0)
		return false;
	__atomic_store_n(&blown, true, __ATOMIC_RELAXED);
	return true;
}

/* Whether this allocation is the one that has to fail. */
static inline bool fails(void)
{
	return __builtin_expect(__atomic_load_n(&fuse, __ATOMIC_RELAXED) >= 0, 0) && burn();
}

void kin_fuse_set(long n)
{
	__atomic_store_n(&blown, false, __ATOMIC_RELAXED);
	__atomic_store_n(&fuse, n, __ATOMIC_RELAXED);
}

bool kin_fuse_blown(void)
{
	return __atomic_load_n(&blown, __ATOMIC_RELAXED);
}

/* malloc(0) may be NULL, which would look like a failure. */
static size_t at_least_one(size_t size)
{
	return size ? size : 1;
}

void *kin_mem_alloc(size_t size)
{
	return fails() ? NULL : malloc(at_least_one(size));
}

void *kin_mem_zalloc(size_t size)
{
	return fails() ? NULL : calloc(1, at_least_one(size));
}

void *kin_mem_resize(void *memory, size_t size)
{
	return fails() ? NULL : realloc(memory, at_least_one(size));
}

void *kin_mem_aligned(size_t alignment, size_t size)
{
	void *memory;

	if (fails() || posix_memalign(&memory, alignment, at_least_one(size)) != 0)
		return NULL;
	return memory;
}

char *kin_mem_strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = kin_mem_alloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}

void kin_mem_free(void *memory)
{
	free(memory);
}

/* Linux 5.14. Only pages that lie in it as a whole. */
void kin_mem_populate(void *memory, size_t size)
{
#ifdef MADV_POPULATE_WRITE
	enum { PAGE = 4096, FEW = 8 * PAGE - 16 };
	char *first = (char *)memory + (-(uintptr_t)memory & (PAGE - 1));
	size_t before = (size_t)(first - (char *)memory);

	if (size >= before + FEW)
		madvise(first, (size - before) & ~(size_t)(PAGE - 1), MADV_POPULATE_WRITE);
#else
	(void)memory, (void)size;
#endif
}
