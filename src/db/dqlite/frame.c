/* frame.c - the messages of dqlite's wire protocol: a request is written, an answer is read. */
#include "db/dqlite/frame.h"

#include <string.h>

static size_t round_up(size_t size)
{
	return (size + KIN_FRAME_WORD - 1) & ~(size_t)(KIN_FRAME_WORD - 1);
}

/* ---- writing ---- */

static void put(kin_text *out, uint64_t n, int bytes)
{
	char little[sizeof(n)];

	for (int i = 0; i < bytes; i++)
		little[i] = (char)(n >> 8 * i);
	kin_text_add_n(out, little, (size_t)bytes);
}

void kin_frame_put_u32(kin_text *out, uint32_t n)
{
	put(out, n, 4);
}

void kin_frame_put_u64(kin_text *out, uint64_t n)
{
	put(out, n, 8);
}

void kin_frame_pad(kin_text *out, size_t start)
{
	static const char zeros[KIN_FRAME_WORD];
	size_t length = out->length - start;

	kin_text_add_n(out, zeros, round_up(length) - length);
}

void kin_frame_put_text(kin_text *out, const char *text, size_t length)
{
	size_t start = out->length;

	kin_text_add_n(out, text, length);
	kin_text_add_n(out, "", 1);
	kin_frame_pad(out, start);
}

void kin_frame_put_bytes(kin_text *out, const void *data, size_t size)
{
	size_t start = out->length;

	kin_frame_put_u64(out, size);
	if (size > 0)
		kin_text_add_n(out, data, size);
	kin_frame_pad(out, start);
}

size_t kin_frame_begin(kin_text *out, kin_frame_request request)
{
	size_t start = out->length;

	kin_frame_put_u32(out, 0);
	kin_frame_put_u32(out, request);
	return start;
}

void kin_frame_end(kin_text *out, size_t start)
{
	uint32_t words;

	if (!kin_text_ok(out))
		return;
	words = (uint32_t)((out->length - start - KIN_FRAME_HEADER) / KIN_FRAME_WORD);
	for (int i = 0; i < 4; i++)
		out->data[start + (size_t)i] = (char)(words >> 8 * i);
}

/* ---- reading ---- */

static uint64_t little(const char *from, int bytes)
{
	uint64_t n = 0;

	for (int i = 0; i < bytes; i++)
		n |= (uint64_t)(unsigned char)from[i] << 8 * i;
	return n;
}

uint64_t kin_frame_body_size(const char header[KIN_FRAME_HEADER])
{
	return little(header, 4) * KIN_FRAME_WORD;
}

int kin_frame_header_type(const char header[KIN_FRAME_HEADER])
{
	return (unsigned char)header[4];
}

/* `size` bytes. NULL: there are not so many. */
static const char *take(kin_frame *frame, size_t size)
{
	const char *from = frame->next;

	if (frame->bad || (size_t)(frame->end - from) < size) {
		frame->bad = true;
		return NULL;
	}
	frame->next += size;
	return from;
}

uint32_t kin_frame_u32(kin_frame *frame)
{
	const char *from = take(frame, 4);

	return from ? (uint32_t)little(from, 4) : 0;
}

uint64_t kin_frame_u64(kin_frame *frame)
{
	const char *from = take(frame, 8);

	return from ? little(from, 8) : 0;
}

uint64_t kin_frame_peek(kin_frame *frame)
{
	uint64_t n = kin_frame_u64(frame);

	if (!frame->bad)
		frame->next -= 8;
	return n;
}

const char *kin_frame_skip(kin_frame *frame, size_t size)
{
	if (frame->bad || size > (size_t)(frame->end - frame->next)) {
		frame->bad = true;
		return NULL;
	}
	return take(frame, round_up(size));
}

const char *kin_frame_text(kin_frame *frame, size_t *ret_length)
{
	size_t room = frame->bad ? 0 : (size_t)(frame->end - frame->next);
	const char *end = room > 0 ? memchr(frame->next, '\0', room) : NULL;
	const char *text = NULL;
	size_t length = 0;

	if (!end) {
		frame->bad = true;
	} else {
		length = (size_t)(end - frame->next);
		text = take(frame, round_up(length + 1));
	}
	*ret_length = text ? length : 0;
	return text ? text : "";
}

const char *kin_frame_bytes(kin_frame *frame, size_t *ret_size)
{
	uint64_t size = kin_frame_u64(frame);
	const char *data = kin_frame_skip(frame, (size_t)size);

	*ret_size = data ? (size_t)size : 0;
	return data ? data : "";
}
