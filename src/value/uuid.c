/* uuid.c - making uuids (RFC 9562), and reading and writing them. */
#include <string.h>
#include <sys/random.h>

#include <kin/types.h>
#include <kin/error.h>

#include "base/clock.h"
#include "value/uuid.h"

enum { VERSION_AT = 6, VARIANT_AT = 8 };

/* The system's randomness; where it has none to give, what the clock and the stack's place have. */
static void fill_random(uint8_t *out, size_t size)
{
	if (getentropy(out, size) == 0)
		return;
	uint64_t seed = (uint64_t)kin_clock_now() ^ (uint64_t)(uintptr_t)&seed;
	for (size_t i = 0; i < size; i++) {
		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		out[i] = (uint8_t)(seed >> 56);
	}
}

static kin_uuid stamped(kin_uuid uuid, int version)
{
	uuid.bytes[VERSION_AT] = (uint8_t)((uuid.bytes[VERSION_AT] & 0x0f) | version << 4);
	uuid.bytes[VARIANT_AT] = (uint8_t)((uuid.bytes[VARIANT_AT] & 0x3f) | 0x80);
	return uuid;
}

kin_uuid kin_uuid_v4(void)
{
	kin_uuid uuid = { { 0 } };

	fill_random(uuid.bytes, sizeof(uuid.bytes));
	return stamped(uuid, 4);
}

/* 4096ths of a millisecond since 1970, later than any that a thread was given before: two that the clock cannot tell apart are one apart, so that
 * a thread's uuids go up. When the clock is set back by more than a minute it is followed. */
static uint64_t next_tick(void)
{
	static const uint64_t minute = UINT64_C(60000) * 4096;
	static _Thread_local uint64_t last;
	uint64_t us = (uint64_t)kin_clock_now(), now = us / 1000 * 4096 + us % 1000 * 4096 / 1000;

	last = now > last || last - now > minute ? now : last + 1;
	return last;
}

/* 48 bits of milliseconds; in the next 12 the part of the millisecond, in 4096ths (the RFC's method 3). */
kin_uuid kin_uuid_v7(void)
{
	uint64_t tick = next_tick();
	kin_uuid uuid = { { 0 } };

	fill_random(uuid.bytes, sizeof(uuid.bytes));
	for (int i = 0; i < 6; i++)
		uuid.bytes[i] = (uint8_t)(tick >> (52 - 8 * i));
	uuid.bytes[6] = (uint8_t)(tick >> 8 & 0x0f);
	uuid.bytes[7] = (uint8_t)tick;
	return stamped(uuid, 7);
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int kin_uuid_read(const char *text, size_t length, kin_uuid *ret_uuid)
{
	bool dashes = length == KIN_UUID_TEXT - 1;
	kin_uuid uuid;

	if (!dashes && length != 2 * sizeof(uuid.bytes))
		return KIN_EVALUE;
	for (int i = 0; i < (int)sizeof(uuid.bytes); i++, text += 2) {
		if (dashes && (i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
			return KIN_EVALUE;
		int high = digit(text[0]), low = digit(text[1]);
		if (high < 0 || low < 0)
			return KIN_EVALUE;
		uuid.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*ret_uuid = uuid;
	return KIN_OK;
}

int kin_uuid_parse(const char *text, kin_uuid *ret_uuid)
{
	return text ? kin_uuid_read(text, strlen(text), ret_uuid) : KIN_EVALUE;
}

void kin_uuid_text(kin_uuid uuid, char out[KIN_UUID_TEXT])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < (int)sizeof(uuid.bytes); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[uuid.bytes[i] >> 4];
		*out++ = digits[uuid.bytes[i] & 15];
	}
	*out = '\0';
}
