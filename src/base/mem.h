/* mem.h - memory, and the fuse that makes the n-th allocation fail.
 *
 * Every allocation of the library goes through here, so that a test can make each of them fail in turn. */
#ifndef KIN_BASE_MEM_H
#define KIN_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

/* NULL when memory is out; `zalloc` gives zeroed memory; free accepts NULL. */
void *kin_mem_alloc(size_t size);
void *kin_mem_zalloc(size_t size);
void *kin_mem_resize(void *memory, size_t size);
void *kin_mem_aligned(size_t alignment, size_t size); /* freed with kin_mem_free() too */
char *kin_mem_strdup(const char *text);
void  kin_mem_free(void *memory);
/* All of this memory is about to be written: let the system provide its pages at once, where that can be said, instead of one by one as they
 * are touched (which takes twice the time). What is small is left alone. */
void  kin_mem_populate(void *memory, size_t size);

/* The fuse: the n-th allocation from now (0: the next one) fails, once; negative: none does. Per process, for tests. */
void kin_fuse_set(long n);
/* Whether an allocation has failed since kin_fuse_set(). */
bool kin_fuse_blown(void);

#endif
