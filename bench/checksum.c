/* checksum.c - multiply and fold, eight bytes of a text at a time. */
#include "checksum.h"

#include <stddef.h>
#include <string.h>

static uint64_t mix(uint64_t sum, uint64_t with)
{
	sum = (sum ^ with) * UINT64_C(0x9e3779b97f4a7c15);
	return sum ^ sum >> 32;
}

static uint64_t eight_bytes(const char *text)
{
	uint64_t bytes;

	memcpy(&bytes, text, sizeof(bytes));
	return bytes;
}

static uint64_t last_bytes(const char *text, size_t length)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < length; i++)
		bytes = bytes << 8 | (unsigned char)text[i];
	return bytes;
}

static uint64_t sum_of(const char *text, size_t length)
{
	uint64_t sum = length;

	if (length < 8)
		return mix(sum, last_bytes(text, length));
	for (size_t i = 0; i + 8 < length; i += 8)
		sum = mix(sum, eight_bytes(text + i));
	return mix(sum, eight_bytes(text + length - 8));
}

static uint64_t text_sum(const char *text)
{
	return text ? sum_of(text, strlen(text)) : 1;
}

uint64_t bench_owner_sum(int64_t id, const char *name)
{
	return mix(text_sum(name), (uint64_t)id);
}

uint64_t bench_pet_sum(int64_t id, const char *name, const char *species, bool has_owner, int64_t owner_id)
{
	uint64_t sum = mix(text_sum(name), (uint64_t)id);

	sum = mix(sum, text_sum(species));
	return mix(sum, has_owner ? (uint64_t)owner_id : UINT64_MAX);
}
