/* wire.h - numbers in the server's byte order. */
#ifndef KIN_DB_POSTGRESQL_WIRE_H
#define KIN_DB_POSTGRESQL_WIRE_H

#include <stdint.h>
#include <string.h>

static inline uint16_t kin_wire_swap16(uint16_t n)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap16(n);
#else
	return n;
#endif
}

static inline uint32_t kin_wire_swap32(uint32_t n)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap32(n);
#else
	return n;
#endif
}

static inline uint64_t kin_wire_swap64(uint64_t n)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap64(n);
#else
	return n;
#endif
}

#define KIN_WIRE_GET(bits, from) \
	({ uint##bits##_t n_; memcpy(&n_, (from), sizeof(n_)); (int##bits##_t)kin_wire_swap##bits(n_); })
#define KIN_WIRE_PUT(bits, to, n) \
	({ uint##bits##_t n_ = kin_wire_swap##bits((uint##bits##_t)(n)); memcpy((to), &n_, sizeof(n_)); })

static inline double kin_wire_double(const void *from)
{
	int64_t bits = KIN_WIRE_GET(64, from);
	double d;

	memcpy(&d, &bits, sizeof(d));
	return d;
}

static inline float kin_wire_float(const void *from)
{
	int32_t bits = KIN_WIRE_GET(32, from);
	float f;

	memcpy(&f, &bits, sizeof(f));
	return f;
}

static inline void kin_wire_put_double(void *to, double d)
{
	uint64_t bits;

	memcpy(&bits, &d, sizeof(bits));
	KIN_WIRE_PUT(64, to, bits);
}

static inline void kin_wire_put_float(void *to, float f)
{
	uint32_t bits;

	memcpy(&bits, &f, sizeof(bits));
	KIN_WIRE_PUT(32, to, bits);
}

#endif
