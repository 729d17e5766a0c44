/* utf8.c - whether bytes are UTF-8. */
#include "value/utf8.h"

#include <stdbool.h>

/* By the first byte: how many follow, and what the first of those may be. */
static size_t tail_of(unsigned char first, unsigned char *ret_low, unsigned char *ret_high)
{
	*ret_low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	*ret_high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

static bool is_character(const unsigned char *at, size_t left, size_t *ret_length)
{
	unsigned char low, high;
	size_t tail;

	*ret_length = 1;
	if (*at < 0x80)
		return true;
	if (*at < 0xc2 || *at > 0xf4 || (tail = tail_of(*at, &low, &high)) >= left || at[1] < low || at[1] > high)
		return false;
	for (size_t i = 2; i <= tail; i++)
		if ((at[i] & 0xc0) != 0x80)
			return false;
	*ret_length = tail + 1;
	return true;
}

size_t kin_utf8_sound(const char *text, size_t size)
{
	size_t sound = 0, length;

	while (sound < size && is_character((const unsigned char *)text + sound, size - sound, &length))
		sound += length;
	return sound;
}
