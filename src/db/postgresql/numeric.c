/* numeric.c - PostgreSQL's exact numbers as text.
 *
 * On the wire a numeric is: the number of its digits, the weight of the first, the sign, how many decimals to show; then the
 * digits, each of four decimals. A digit of weight w stands for digit * 10000^w. Zeros at both ends are left out. */
#include "db/postgresql/numeric.h"

#include "db/postgresql/wire.h"

enum { POSITIVE = 0x0000, NEGATIVE = 0x4000, NOT_A_NUMBER = 0xC000, INFINITE = 0xD000, MINUS_INFINITE = 0xF000 };
enum { HEADER = 8, DECIMALS = 4 };

typedef struct number {
	const char *digits;
	int         count;
	int         weight;
	int         sign;
	int         scale;
} number;

/* The digit of a weight. */
static int digit_of(const number *n, int weight)
{
	int at = n->weight - weight;

	return at >= 0 && at < n->count ? KIN_WIRE_GET(16, n->digits + (size_t)at * 2) : 0;
}

static char *put_four(char *out, int digit)
{
	*out++ = (char)('0' + digit / 1000 % 10);
	*out++ = (char)('0' + digit / 100 % 10);
	*out++ = (char)('0' + digit / 10 % 10);
	*out++ = (char)('0' + digit % 10);
	return out;
}

static char *show(kin_arena *arena, const number *n)
{
	int whole = n->weight < 0 ? 0 : n->weight;
	size_t most = 1 + (size_t)DECIMALS * (size_t)(whole + 1) + 1 + (size_t)n->scale + DECIMALS + 1;
	char *text = kin_arena_alloc(arena, most), *out = text;

	if (!text)
		return NULL;
	if (n->sign == NEGATIVE)
		*out++ = '-';
	char *start = out;
	for (int weight = whole; weight >= 0; weight--)
		out = put_four(out, digit_of(n, weight));
	*out = '\0';
	size_t zeros = strspn(start, "0"), length = (size_t)(out - start);
	zeros = zeros < length ? zeros : length - 1;
	memmove(start, start + zeros, length - zeros);
	out -= zeros;
	if (n->scale > 0) {
		*out++ = '.';
		char *point = out;
		for (int weight = -1; out - point < n->scale; weight--)
			out = put_four(out, digit_of(n, weight));
		out = point + n->scale;
	}
	*out = '\0';
	return text;
}

char *kin_pg_numeric(kin_arena *arena, const void *data, size_t length, bool *ret_damaged)
{
	const char *bytes = data;
	number n = { 0 };

	*ret_damaged = length < HEADER;
	if (length < HEADER)
		return NULL;
	n = (number){
		.count = KIN_WIRE_GET(16, bytes), .weight = KIN_WIRE_GET(16, bytes + 2),
		.sign = (uint16_t)KIN_WIRE_GET(16, bytes + 4), .scale = KIN_WIRE_GET(16, bytes + 6), .digits = bytes + HEADER,
	};
	if (n.sign == NOT_A_NUMBER)
		return kin_arena_strdup(arena, "NaN");
	if (n.sign == INFINITE || n.sign == MINUS_INFINITE)
		return kin_arena_strdup(arena, n.sign == INFINITE ? "Infinity" : "-Infinity");
	*ret_damaged = (n.sign != POSITIVE && n.sign != NEGATIVE) || n.count < 0 || n.scale < 0 ||
	               length != HEADER + 2 * (size_t)n.count;
	return *ret_damaged ? NULL : show(arena, &n);
}
