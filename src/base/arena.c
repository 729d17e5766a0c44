/* arena.c - the chunks behind an arena's pieces.
 *
 * A chunk begins with its header, at a multiple of KIN_ARENA_CHUNK. The chunks of an arena are a ring through the
 * current one, so that any of them can leave it at a release.
 *
 * Invariant: next … end is free space in the current chunk; the ring has no chunk that was freed. */
#include "base/arena.h"

#include <assert.h>
#include <stdio.h>

#include "base/mem.h"

enum { MARK = 0x6b696e };

/* An arena that has come so far is filled with much, from memory that the process did not have before. */
enum { FEW_CHUNKS = 16 };

struct kin_chunk {
	kin_chunk *next; /* the ring */
	kin_chunk *previous;
	size_t     size; /* in bytes, with this header */
	size_t     kept; /* pieces counted with kin_arena_keep() */
	size_t     mark; /* MARK: a pointer that no arena made is caught */
	void      *adopted; /* this is but the header of it. NULL: the chunk's space follows the header */
	char      *resume; /* in a large current chunk: where the one that was current before goes on. NULL: nowhere */
};

/* malloc()'s own word lies between two chunks: without it they follow each other with no gap. */
#define CHUNK_SIZE (KIN_ARENA_CHUNK - 2 * sizeof(size_t))
#define CHUNK_ROOM (CHUNK_SIZE - sizeof(kin_chunk))

/* Made for pieces that do not fit into a chunk of the usual size; nothing is added to it afterwards. */
static bool is_large(const kin_chunk *chunk)
{
	return chunk->size > CHUNK_SIZE;
}

static char *chunk_start(kin_chunk *chunk)
{
	return (char *)(chunk + 1);
}

static kin_chunk *chunk_of(void *piece)
{
	char *p = piece;
	kin_chunk *chunk = (kin_chunk *)(void *)(p - (uintptr_t)p % KIN_ARENA_CHUNK);

	assert(chunk->mark == MARK);
	return chunk;
}

static void join_ring(kin_arena *arena, kin_chunk *chunk)
{
	chunk->next = arena->chunk;
	chunk->previous = arena->chunk->previous;
	chunk->previous->next = chunk;
	chunk->next->previous = chunk;
}

static kin_chunk *chunk_new(kin_arena *arena, size_t room)
{
	size_t size = room > CHUNK_ROOM ? room + sizeof(kin_chunk) : CHUNK_SIZE;
	kin_chunk *chunk = size > PTRDIFF_MAX || size < room ? NULL : kin_mem_aligned(KIN_ARENA_CHUNK, size);

	if (!chunk) {
		arena->failed = true;
		return NULL;
	}
	if (arena->chunks++ >= FEW_CHUNKS)
		kin_mem_populate(chunk, size);
	*chunk = (kin_chunk){ .next = chunk, .previous = chunk, .size = size, .mark = MARK };
	ASAN_POISON_MEMORY_REGION(chunk_start(chunk), size - sizeof(*chunk));
	if (arena->chunk)
		join_ring(arena, chunk);
	return chunk;
}

static void chunk_free(kin_chunk *chunk)
{
	chunk->previous->next = chunk->next;
	chunk->next->previous = chunk->previous;
	chunk->mark = 0;
	kin_mem_free(chunk->adopted);
	kin_mem_free(chunk);
}

/* Cut pieces from this chunk from now on, from its start. */
static void begin(kin_arena *arena, kin_chunk *chunk)
{
	arena->chunk = chunk;
	arena->next = chunk_start(chunk);
	arena->end = (char *)chunk + chunk->size;
	ASAN_POISON_MEMORY_REGION(arena->next, (size_t)(arena->end - arena->next));
}

void kin_arena_init(kin_arena *arena)
{
	*arena = (kin_arena){ 0 };
}

static void free_others(kin_chunk *chunk)
{
	while (chunk->next != chunk)
		chunk_free(chunk->next);
}

void kin_arena_done(kin_arena *arena)
{
	if (arena->chunk) {
		free_others(arena->chunk);
		chunk_free(arena->chunk);
	}
	kin_arena_init(arena);
}

/* From a large chunk to the one before, which has space left. */
static void go_back(kin_arena *arena)
{
	char *resume = arena->chunk->resume;

	arena->chunk->resume = NULL;
	arena->next = arena->end = resume;
	if (resume) {
		arena->chunk = chunk_of(resume);
		arena->end = (char *)arena->chunk + arena->chunk->size;
	}
}

void kin_arena_clear(kin_arena *arena)
{
	if (arena->chunk && is_large(arena->chunk))
		go_back(arena);
	if (!arena->chunk || is_large(arena->chunk)) {
		kin_arena_done(arena);
		return;
	}
	free_others(arena->chunk);
	arena->chunk->kept = 0;
	begin(arena, arena->chunk);
	arena->failed = false;
}

size_t kin_arena_size(const kin_arena *arena)
{
	const kin_chunk *chunk = arena->chunk;
	size_t size = 0;

	if (!chunk)
		return 0;
	do {
		size += chunk->size;
		chunk = chunk->next;
	} while (chunk != arena->chunk);
	return size;
}

static bool begin_new(kin_arena *arena, size_t room)
{
	kin_chunk *chunk = chunk_new(arena, room);

	if (!chunk)
		return false;
	chunk->resume = arena->next;
	begin(arena, chunk);
	return true;
}

/* A piece of more than a quarter of a chunk gets one of its own, so that the rest of the current one is not lost. */
void *kin_arena_more(kin_arena *arena, size_t size)
{
	size_t taken = KIN_ARENA_ROUND(size) + KIN_ARENA_GAP;
	kin_chunk *own;

	if (arena->chunk && is_large(arena->chunk))
		go_back(arena);
	if (taken < size) {
		arena->failed = true;
		return NULL;
	}
	if ((size_t)(arena->end - arena->next) >= taken)
		return kin_arena_alloc(arena, size);
	if (taken <= CHUNK_ROOM / 4 || !arena->chunk)
		return begin_new(arena, taken) ? kin_arena_alloc(arena, size) : NULL;
	if (!(own = chunk_new(arena, taken)))
		return NULL;
	ASAN_UNPOISON_MEMORY_REGION(chunk_start(own), size);
	return chunk_start(own);
}

/* With gaps, pieces take up to twice their sum. */
bool kin_arena_room(kin_arena *arena, size_t size)
{
	size_t taken = KIN_ARENA_GAP ? 2 * size : size;

	if (arena->chunk && is_large(arena->chunk))
		go_back(arena);
	return (size_t)(arena->end - arena->next) >= taken || begin_new(arena, taken);
}

void kin_arena_keep(void *piece)
{
	chunk_of(piece)->kept++;
}

/* A large chunk, while it is current, holds on to the one before it. */
static bool is_resumed(const kin_arena *arena, const kin_chunk *chunk)
{
	const kin_chunk *current = arena->chunk;

	return is_large(current) && current->resume && chunk_of(current->resume) == chunk;
}

static void free_large_current(kin_arena *arena)
{
	kin_chunk *chunk = arena->chunk;

	go_back(arena);
	if (arena->chunk == chunk)
		arena->chunk = chunk->next == chunk ? NULL : chunk->next;
	chunk_free(chunk);
}

void kin_arena_release(kin_arena *arena, void *piece)
{
	kin_chunk *chunk = chunk_of(piece);

	assert(chunk->kept > 0);
	if (--chunk->kept > 0)
		return;
	if (is_resumed(arena, chunk))
		arena->chunk->resume = chunk_start(chunk);
	else if (chunk != arena->chunk)
		chunk_free(chunk);
	else if (is_large(chunk))
		free_large_current(arena);
	else
		begin(arena, chunk);
}

void *kin_arena_copy(kin_arena *arena, const void *data, size_t size)
{
	void *piece = kin_arena_alloc(arena, size);

	if (piece && size > 0)
		memcpy(piece, data, size);
	return piece;
}

/* It counts as a large chunk, so that nothing is ever added to it. */
void *kin_arena_adopt(kin_arena *arena, void *memory, size_t size)
{
	kin_chunk *chunk;
	void *copy;

	if (size <= CHUNK_SIZE || !arena->chunk) {
		if ((copy = kin_arena_copy(arena, memory, size)))
			kin_mem_free(memory);
		return copy;
	}
	if (!(chunk = kin_mem_alloc(sizeof(*chunk)))) {
		arena->failed = true;
		return NULL;
	}
	*chunk = (kin_chunk){ .size = sizeof(*chunk) + size, .mark = MARK, .adopted = memory };
	join_ring(arena, chunk);
	return memory;
}

char *kin_arena_strndup(kin_arena *arena, const char *text, size_t length)
{
	char *copy = text ? kin_arena_alloc(arena, length + 1) : NULL;

	if (!copy)
		return NULL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *kin_arena_strdup(kin_arena *arena, const char *text)
{
	return text ? kin_arena_copy(arena, text, strlen(text) + 1) : NULL;
}

char *kin_arena_vprintf(kin_arena *arena, const char *format, va_list arguments)
{
	va_list again;
	char *piece = NULL;

	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	if (length >= 0)
		piece = kin_arena_alloc(arena, (size_t)length + 1);
	if (piece)
		vsnprintf(piece, (size_t)length + 1, format, again);
	va_end(again);
	return piece;
}

char *kin_arena_printf(kin_arena *arena, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *piece = kin_arena_vprintf(arena, format, arguments);
	va_end(arguments);
	return piece;
}
