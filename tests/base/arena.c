#include "base/arena.h"

#include <kin/error.h>

#include "base/mem.h"
#include "harness/harness.h"

TEST(pieces_are_aligned_and_apart)
{
	kin_arena arena = { 0 };
	char *before = kin_arena_alloc(&arena, 5);

	for (size_t size = 0; size < 300; size++) {
		char *piece = kin_arena_alloc(&arena, size);
		CHECK_INT((uintptr_t)piece % 8, 0);
		CHECK(piece != before);
		memset(piece, 0xaa, size);
		before = piece;
	}
	kin_arena_done(&arena);
}

TEST(an_unused_arena_has_no_memory)
{
	kin_arena arena;

	kin_arena_init(&arena);
	CHECK_INT(kin_arena_size(&arena), 0);
	kin_arena_clear(&arena);
	kin_arena_done(&arena);
}

TEST(an_empty_piece_is_not_a_failure)
{
	kin_arena arena = { 0 };

	CHECK(kin_arena_alloc(&arena, 0));
	CHECK(kin_arena_copy(&arena, NULL, 0));
	CHECK(!arena.failed);
	kin_arena_done(&arena);
}

TEST(an_absurd_size_fails_cleanly)
{
	kin_arena arena = { 0 };

	CHECK(!kin_arena_alloc(&arena, SIZE_MAX - 3));
	CHECK(arena.failed);
	CHECK(!kin_arena_alloc(&arena, SIZE_MAX / 2 + 1));
	CHECK(kin_arena_alloc(&arena, 10));
	kin_arena_done(&arena);
}

TEST(zalloc_zeroes_memory_that_was_used_before)
{
	kin_arena arena = { 0 };

	memset(kin_arena_alloc(&arena, 64), 0xff, 64);
	kin_arena_clear(&arena);
	char *piece = kin_arena_zalloc(&arena, 64);
	for (int i = 0; i < 64; i++)
		CHECK_INT(piece[i], 0);
	kin_arena_done(&arena);
}

TEST(large_pieces_do_not_waste_the_current_chunk)
{
	kin_arena arena = { 0 };
	char *small = kin_arena_alloc(&arena, 8), *large = kin_arena_alloc(&arena, 300000);

	memset(large, 1, 300000);
	char *next = kin_arena_alloc(&arena, 8);
	CHECK(next > small && next - small < 64);
	CHECK(kin_arena_size(&arena) >= 300000);
	kin_arena_done(&arena);
}

TEST(clearing_keeps_one_chunk)
{
	kin_arena arena = { 0 };

	for (int i = 0; i < 100; i++)
		CHECK(kin_arena_alloc(&arena, 10000));
	CHECK(kin_arena_alloc(&arena, 1000000));
	kin_arena_clear(&arena);
	CHECK(kin_arena_size(&arena) > 0 && kin_arena_size(&arena) <= KIN_ARENA_CHUNK);
	kin_arena_done(&arena);
	CHECK_INT(kin_arena_size(&arena), 0);
}

TEST(strings_are_copied_and_printed)
{
	kin_arena arena = { 0 };
	char name[] = "Ben";
	char *copy = kin_arena_strdup(&arena, name), *part = kin_arena_strndup(&arena, name, 2);

	name[0] = 'X';
	CHECK_TEXT(copy, "Ben");
	CHECK_TEXT(part, "Be");
	CHECK_TEXT(kin_arena_printf(&arena, "%s is %d", "Ben", 3), "Ben is 3");
	CHECK(!kin_arena_strdup(&arena, NULL));
	CHECK(!arena.failed);
	kin_arena_done(&arena);
}

TEST(a_long_string_is_printed_whole)
{
	kin_arena arena = { 0 };
	char *text = kin_arena_printf(&arena, "%0200000d", 7);

	CHECK_INT(strlen(text), 200000);
	CHECK_TEXT(text + 199998, "07");
	kin_arena_done(&arena);
}

TEST(room_puts_pieces_into_one_chunk)
{
	kin_arena arena = { 0 };

	for (int i = 0; i < 1000; i++) {
		CHECK(kin_arena_room(&arena, KIN_ARENA_ROUND(100) + KIN_ARENA_ROUND(31) + KIN_ARENA_ROUND(3)));
		uintptr_t object = (uintptr_t)kin_arena_alloc(&arena, 100);
		uintptr_t name = (uintptr_t)kin_arena_alloc(&arena, 31), kind = (uintptr_t)kin_arena_alloc(&arena, 3);
		CHECK_INT(object / KIN_ARENA_CHUNK, name / KIN_ARENA_CHUNK);
		CHECK_INT(object / KIN_ARENA_CHUNK, kind / KIN_ARENA_CHUNK);
	}
	kin_arena_done(&arena);
}

/* An object of 200 bytes with a string behind it. */
static void *make_object(kin_arena *arena, size_t text_size)
{
	if (!kin_arena_room(arena, KIN_ARENA_ROUND((size_t)200) + KIN_ARENA_ROUND(text_size)))
		return NULL;
	void *object = kin_arena_alloc(arena, 200);
	if (!object)
		return NULL;
	kin_arena_keep(object);
	char *text = kin_arena_alloc(arena, text_size);
	if (text)
		memset(text, 'x', text_size);
	return text ? object : NULL;
}

TEST(releasing_each_object_keeps_an_arena_small)
{
	kin_arena arena = { 0 };

	for (int i = 0; i < 10000; i++)
		kin_arena_release(&arena, make_object(&arena, 100));
	CHECK(kin_arena_size(&arena) <= KIN_ARENA_CHUNK);
	kin_arena_done(&arena);
}

TEST(releasing_in_any_order_frees_the_chunks)
{
	enum { COUNT = 5000, LIVE = 500 };
	kin_arena arena = { 0 };
	void *live[LIVE] = { 0 };
	size_t largest = 0;

	for (size_t i = 0; i < 20 * COUNT; i++) {
		size_t slot = i * 7919 % LIVE;
		if (live[slot])
			kin_arena_release(&arena, live[slot]);
		live[slot] = make_object(&arena, 10 + i % 90);
		CHECK(live[slot]);
		size_t size = i % 100 == 0 ? kin_arena_size(&arena) : 0;
		largest = size > largest ? size : largest;
	}
	CHECK_MSG(largest < 10 * KIN_ARENA_CHUNK, "%zu bytes", largest);
	for (size_t i = 0; i < LIVE; i++)
		kin_arena_release(&arena, live[i]);
	CHECK(kin_arena_size(&arena) <= KIN_ARENA_CHUNK);
	kin_arena_done(&arena);
}

TEST(an_object_larger_than_a_chunk_is_kept_and_released)
{
	kin_arena arena = { 0 };
	void *large = make_object(&arena, 500000), *small = make_object(&arena, 10);
	char *piece = kin_arena_alloc(&arena, 700000);

	kin_arena_keep(piece);
	CHECK(kin_arena_size(&arena) > 1200000);
	kin_arena_release(&arena, large);
	kin_arena_release(&arena, piece);
	CHECK(kin_arena_size(&arena) <= KIN_ARENA_CHUNK);
	kin_arena_release(&arena, small);
	kin_arena_done(&arena);
}

TEST(a_large_chunk_is_not_begun_again)
{
	kin_arena arena = { 0 };

	for (int i = 0; i < 20; i++) {
		void *large = make_object(&arena, 500000);
		kin_arena_release(&arena, large);
		CHECK(kin_arena_size(&arena) <= 2 * KIN_ARENA_CHUNK);
		kin_arena_release(&arena, make_object(&arena, 10));
	}
	kin_arena_done(&arena);
}

TEST(what_is_lent_is_a_piece_as_long_as_what_was_used)
{
	kin_arena arena = { 0 };
	char *before = kin_arena_alloc(&arena, 5);
	kin_arena_space space;

	CHECK(kin_arena_lend(&arena, 100, &space));
	CHECK(space.end - space.next >= 100);
	char *begin = space.next;
	memset(begin, 'x', 100);
	char *piece = kin_arena_settle(&arena, 100);
	CHECK(piece == begin && piece > before);
	CHECK_INT(piece[99], 'x');
	char *next = kin_arena_alloc(&arena, 8);
	CHECK(next >= piece + 100 && next < piece + 128);
	kin_arena_done(&arena);
}

TEST(what_is_lent_may_be_used_to_its_end)
{
	kin_arena arena = { 0 };
	kin_arena_space space;

	kin_arena_alloc(&arena, 1);
	CHECK(kin_arena_lend(&arena, 1, &space));
	size_t all = (size_t)(space.end - space.next);
	memset(space.next, 'x', all);
	CHECK(kin_arena_settle(&arena, all) == space.next);
	CHECK(kin_arena_size(&arena) <= KIN_ARENA_CHUNK);
	kin_arena_done(&arena);
}

TEST(what_was_lent_and_not_used_is_free_again)
{
	kin_arena arena = { 0 };
	kin_arena_space space;

	kin_arena_alloc(&arena, 1);
	CHECK(kin_arena_lend(&arena, 1, &space));
	memset(space.next, 'x', 50);
	CHECK(!kin_arena_settle(&arena, 0));
	CHECK(kin_arena_alloc(&arena, 8) == space.next);
	kin_arena_done(&arena);
}

TEST(nothing_is_lent_where_there_is_too_little)
{
	kin_arena arena = { 0 };
	kin_arena_space space;

	CHECK(!kin_arena_lend(&arena, 1, &space)); /* no chunk yet */
	kin_arena_alloc(&arena, 1);
	CHECK(!kin_arena_lend(&arena, KIN_ARENA_CHUNK, &space));
	CHECK(kin_arena_lend(&arena, KIN_ARENA_CHUNK / 2, &space));
	kin_arena_settle(&arena, 0);
	kin_arena_done(&arena);
}

/* Room for more than a chunk has makes a large one, with free space in it. */
TEST(nothing_is_lent_in_a_large_chunk)
{
	kin_arena arena = { 0 };
	kin_arena_space space;

	CHECK(kin_arena_room(&arena, 3 * KIN_ARENA_CHUNK));
	kin_arena_alloc(&arena, 8);
	CHECK(!kin_arena_lend(&arena, 8, &space));
	kin_arena_done(&arena);
}

FUSED(an_arena_survives_failing_allocations)
{
	kin_arena arena = { 0 };
	bool good = true;

	for (int i = 0; i < 300 && good; i++)
		good = make_object(&arena, 400) && kin_arena_strdup(&arena, "Ben") && kin_arena_printf(&arena, "%d", i);
	good = good && kin_arena_alloc(&arena, 100000) && kin_arena_copy(&arena, "abc", 3);
	CHECK_INT(arena.failed, !good);
	kin_arena_done(&arena);
	return good ? KIN_OK : KIN_ENOMEM;
}

static void *filled_memory(size_t size, int byte)
{
	void *memory = kin_mem_alloc(size);

	return memory ? memset(memory, byte, size) : NULL;
}

TEST(memory_that_was_adopted_lives_as_long_as_the_arena)
{
	kin_arena arena = { 0 };
	char *kept[3];

	for (int round = 0; round < 2; round++) {
		CHECK(kin_arena_alloc(&arena, 10));
		for (int i = 0; i < 3; i++) {
			size_t size = i == 1 ? 100 : 100000;
			CHECK((kept[i] = kin_arena_adopt(&arena, filled_memory(size, 'a' + i), size)));
			CHECK(kin_arena_alloc(&arena, 20000));
		}
		for (int i = 0; i < 3; i++)
			CHECK(kept[i][0] == 'a' + i && kept[i][99] == 'a' + i);
		CHECK(kin_arena_size(&arena) >= 200000);
		kin_arena_clear(&arena);
		CHECK(kin_arena_size(&arena) <= KIN_ARENA_CHUNK);
	}
	kin_arena_done(&arena);
}

FUSED(adopting_survives_failing_allocations)
{
	kin_arena arena = { 0 };
	void *memory[2] = { filled_memory(100, 1), filled_memory(100000, 2) };
	int rc = memory[0] && memory[1] ? KIN_OK : KIN_ENOMEM;

	for (int i = 0; i < 2; i++) {
		void *kept = rc == KIN_OK ? kin_arena_adopt(&arena, memory[i], i == 0 ? 100 : 100000) : NULL;
		if (!kept) {
			kin_mem_free(memory[i]);
			rc = KIN_ENOMEM;
		}
	}
	kin_arena_done(&arena);
	return rc;
}

TEST(clearing_forgets_the_failure)
{
	kin_arena arena = { 0 };

	kin_fuse_set(0);
	CHECK(!kin_arena_alloc(&arena, 1));
	kin_fuse_set(-1);
	CHECK(arena.failed);
	kin_arena_clear(&arena);
	CHECK(!arena.failed);
	kin_arena_done(&arena);
}
