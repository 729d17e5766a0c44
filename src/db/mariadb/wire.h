/* wire.h - numbers in the byte order of MariaDB's protocol, the lowest first. */
#ifndef KIN_DB_MARIADB_WIRE_H
#define KIN_DB_MARIADB_WIRE_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define KIN_MARIA_SWAP(bits, n) (n)
#else
#define KIN_MARIA_SWAP(bits, n) __builtin_bswap##bits(n)
#endif

#define KIN_MARIA_GET(bits, from) \
	({ uint##bits##_t n_; memcpy(&n_, (from), sizeof(n_)); (int##bits##_t)KIN_MARIA_SWAP(bits, n_); })

static inline double kin_maria_get_double(const void *from)
{
	int64_t bits = KIN_MARIA_GET(64, from);
	double d;

	memcpy(&d, &bits, sizeof(d));
	return d;
}

static inline float kin_maria_get_float(const void *from)
{
	int32_t bits = KIN_MARIA_GET(32, from);
	float f;

	memcpy(&f, &bits, sizeof(f));
	return f;
}

/* A length in front of a value. Returns what is behind it. */
static inline const unsigned char *kin_maria_get_length(const unsigned char *from, size_t *ret_length)
{
	switch (*from) {
	case 252:
		*ret_length = (uint16_t)KIN_MARIA_GET(16, from + 1);
		return from + 3;
	case 253:
		*ret_length = from[1] | (size_t)from[2] << 8 | (size_t)from[3] << 16;
		return from + 4;
	case 254:
		*ret_length = (size_t)KIN_MARIA_GET(64, from + 1);
		return from + 9;
	default:
		*ret_length = *from;
		return from + 1;
	}
}

#endif
