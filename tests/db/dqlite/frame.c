/* Messages: what is written is read again, and nothing is read outside of them. */
#include "db/dqlite/frame.h"

#include <stdlib.h>

#include "base/mem.h"
#include "harness/harness.h"

static kin_frame frame_of(const kin_text *body)
{
	return (kin_frame){ .next = body->data, .end = body->data + body->length };
}

TEST(numbers_texts_and_bytes_come_back)
{
	kin_text out;
	size_t size;

	kin_text_init(&out);
	kin_frame_put_u64(&out, UINT64_C(0x1122334455667788));
	CHECK_INT((unsigned char)out.data[0], 0x88);
	kin_frame_put_u32(&out, 7);
	kin_frame_put_u32(&out, 8);
	kin_frame_put_text(&out, "1234567", 7);
	kin_frame_put_text(&out, "12345678", 8);
	kin_frame_put_bytes(&out, "\0\1\2", 3);
	kin_frame_put_bytes(&out, NULL, 0);
	CHECK_INT(out.length, 8 + 8 + 8 + 16 + 16 + 8);
	kin_frame frame = frame_of(&out);
	CHECK(kin_frame_peek(&frame) == UINT64_C(0x1122334455667788));
	CHECK(kin_frame_u64(&frame) == UINT64_C(0x1122334455667788));
	CHECK_INT(kin_frame_u32(&frame), 7);
	CHECK_INT(kin_frame_u32(&frame), 8);
	CHECK_TEXT(kin_frame_text(&frame, &size), "1234567");
	CHECK_TEXT(kin_frame_text(&frame, &size), "12345678");
	CHECK(memcmp(kin_frame_bytes(&frame, &size), "\0\1\2", 3) == 0 && size == 3);
	kin_frame_bytes(&frame, &size);
	CHECK(size == 0 && !frame.bad && frame.next == frame.end);
	CHECK_INT(kin_frame_u64(&frame), 0);
	CHECK(frame.bad);
	kin_text_done(&out);
}

TEST(a_header_says_how_long_the_body_is)
{
	kin_text out;

	kin_text_init(&out);
	size_t start = kin_frame_begin(&out, KIN_ASK_QUERY);
	kin_frame_put_u64(&out, 1);
	kin_frame_put_u64(&out, 2);
	kin_frame_end(&out, start);
	CHECK_INT(kin_frame_body_size(out.data), 16);
	CHECK_INT(kin_frame_header_type(out.data), KIN_ASK_QUERY);
	kin_text_done(&out);
}

/* Read in some order what is no message: in memory of just its size, so that a sanitizer sees the first byte too many. */
static void read_anything(const char *bytes, size_t size)
{
	char *exact = malloc(size > 0 ? size : 1);
	kin_frame frame = { .next = exact, .end = exact + size };
	size_t length;

	memcpy(exact, bytes, size);
	for (int i = 0; i < 64 && !frame.bad; i++)
		switch (rand() % 5) {
		case 0: kin_frame_u32(&frame); kin_frame_u32(&frame); break;
		case 1: kin_frame_u64(&frame); break;
		case 2: CHECK_INT(strlen(kin_frame_text(&frame, &length)), length); break;
		case 3: kin_frame_bytes(&frame, &length); break;
		default: kin_frame_skip(&frame, (size_t)(rand() % 40)); break;
		}
	CHECK(frame.next >= exact && frame.next <= frame.end);
	free(exact);
}

TEST(random_bytes_are_never_left)
{
	char bytes[256];

	srand((unsigned)kin_test_seed("frames"));
	for (int round = 0; round < 20000; round++) {
		size_t size = 8 * (size_t)(rand() % 32);
		for (size_t i = 0; i < size; i++)
			bytes[i] = (char)(rand() % 3 ? rand() % 4 : rand());
		read_anything(bytes, size);
	}
}
