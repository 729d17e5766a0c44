/* arena.h - memory with one lifetime: allocated piece by piece, freed at once.
 *
 * An arena is a list of chunks that pieces are cut from. Chunks start at multiples of
 * KIN_ARENA_CHUNK and count their pieces, so that kin_arena_release() can find the chunk of a piece from its
 * address and free the chunk when the last piece in it is gone: this is how a long-lived session
 * stays bounded. An arena whose pieces are never released needs to know nothing of that. */
#ifndef KIN_BASE_ARENA_H
#define KIN_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <kin/api.h>

/* Bytes of a chunk, and its alignment. Larger pieces get a chunk of their own. malloc() needs twice as much to align one:
 * with 64 KiB, glibc would ask the system for each (12 microseconds instead of 0.06). */
#define KIN_ARENA_CHUNK 32768

typedef struct kin_chunk kin_chunk;

typedef struct kin_arena {
	char      *next;   /* free space in the current chunk: next … end */
	char      *end;
	kin_chunk *chunk;  /* the current one; the others hang on it. NULL: no memory yet */
	bool       failed; /* an allocation failed since kin_arena_init() or _clear() */
	uint32_t   chunks; /* made since then */
} kin_arena;

void kin_arena_init(kin_arena *arena); /* allocates nothing; a zeroed arena is initialised too */
void kin_arena_done(kin_arena *arena);
/* Make all memory free for use again, keeping one chunk. */
void kin_arena_clear(kin_arena *arena);
/* Bytes that the arena holds from the system. */
size_t kin_arena_size(const kin_arena *arena);

/* Under AddressSanitizer free space is poisoned and a gap is left behind each piece, so that overruns and
 * uses after a clear or release are found as they are with malloc(). */
#if defined(__SANITIZE_ADDRESS__)
#define KIN_ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KIN_ARENA_ASAN 1
#endif
#endif
#ifdef KIN_ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define KIN_ARENA_GAP 8
#else
#define KIN_ARENA_GAP 0
#define ASAN_UNPOISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#define ASAN_POISON_MEMORY_REGION(start, size)   ((void)(start), (void)(size))
#endif

/* What a piece of `size` bytes takes up: for sums to ask kin_arena_room() for. An empty piece has an address too. */
#define KIN_ARENA_ROUND(size) (((size) + ((size) == 0) + 7) & ~(size_t)7)

/* Slow path of kin_arena_alloc(). */
void *kin_arena_more(kin_arena *arena, size_t size);

/* `size` bytes aligned to 8, not zeroed. NULL when memory is out. */
static inline void *kin_arena_alloc(kin_arena *arena, size_t size)
{
	size_t free_space = (size_t)(arena->end - arena->next); /* a multiple of 8 */

	if (__builtin_expect(free_space < KIN_ARENA_GAP + 1 || free_space - KIN_ARENA_GAP < size, 0))
		return kin_arena_more(arena, size);
	void *piece = arena->next;
	arena->next += KIN_ARENA_ROUND(size) + KIN_ARENA_GAP;
	ASAN_UNPOISON_MEMORY_REGION(piece, size);
	return piece;
}

/* The free space of an arena's chunk, lent before it is known how much of it will be needed. */
typedef struct kin_arena_space {
	char *next, *end; /* it is filled from next on */
} kin_arena_space;

/* Lend it, if it has `least` bytes; nothing else is asked of the arena until kin_arena_settle(). false, with nothing lent: there is less, or the
 * chunk is a large one, in which only the first piece can be kept. */
static inline bool kin_arena_lend(kin_arena *arena, size_t least, kin_arena_space *ret_space)
{
	size_t free_space = (size_t)(arena->end - arena->next);

	if (free_space < least + KIN_ARENA_GAP || arena->end - (char *)arena->chunk > KIN_ARENA_CHUNK)
		return false;
	*ret_space = (kin_arena_space){ .next = arena->next, .end = arena->end - KIN_ARENA_GAP };
	ASAN_UNPOISON_MEMORY_REGION(arena->next, free_space - KIN_ARENA_GAP);
	return true;
}

/* What was lent is the arena's again, but for the `used` bytes from its beginning on, which are a piece now: that is returned. 0: none are, NULL. */
static inline void *kin_arena_settle(kin_arena *arena, size_t used)
{
	ASAN_POISON_MEMORY_REGION(arena->next, (size_t)(arena->end - arena->next));
	return used > 0 ? kin_arena_alloc(arena, used) : NULL;
}

static inline void *kin_arena_zalloc(kin_arena *arena, size_t size)
{
	void *piece = kin_arena_alloc(arena, size);

	return piece ? memset(piece, 0, size) : NULL;
}

/* NULL when memory is out, or for NULL. */
char *kin_arena_strdup(kin_arena *arena, const char *text);
char *kin_arena_strndup(kin_arena *arena, const char *text, size_t length);
char *kin_arena_printf(kin_arena *arena, const char *format, ...) KIN_PRINTF(2, 3);
char *kin_arena_vprintf(kin_arena *arena, const char *format, va_list arguments);
void *kin_arena_copy(kin_arena *arena, const void *data, size_t size);
/* Data that kin_mem_alloc() or kin_mem_resize() gave, to live as long as the arena: if it is large the memory itself, else a copy, and the
 * memory is freed. NULL when memory is out: it is still the caller's. */
void *kin_arena_adopt(kin_arena *arena, void *memory, size_t size);

/* Giving memory back: kin_arena_keep() counts a piece that may be released later in its chunk (call it right
 * after the allocation, with the piece); kin_arena_release() drops it. When a chunk's last kept piece is released,
 * the chunk is freed, or begun again if it is the current one. Pieces not counted are gone with it: an object's strings,
 * allocated behind it with kin_arena_room() asked first so that they share its chunk. What must outlive the
 * kept pieces around it has to be kept too. */
void kin_arena_keep(void *piece);
void kin_arena_release(kin_arena *arena, void *piece);
/* Make sure that the next `size` bytes (a sum of KIN_ARENA_ROUND()s) come from one chunk; if they are more than a
 * chunk has, only the first of their pieces can be kept. false when memory is out. */
bool kin_arena_room(kin_arena *arena, size_t size);

#endif
