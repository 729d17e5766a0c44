/* decimal.h - decimals as text of a known length, and what the drivers and members need of them. */
#ifndef KIN_VALUE_DECIMAL_H
#define KIN_VALUE_DECIMAL_H

#include <kin/types.h>

#include "base/error.h"

enum { KIN_DECIMAL_DIGITS = 38 };

/* As kin_decimal_parse(), for a text that does not end with a NUL. */
int kin_decimal_read(const char *text, size_t length, kin_decimal *ret_decimal);
/* The 15 digits of a double that can be trusted. KIN_EVALUE for what is not finite; KIN_ERANGE. */
int kin_decimal_from_double(double real, kin_decimal *ret_decimal);
/* With no more decimals than it needs: 12.50 as 12.5, and 12.00 as 12. */
kin_decimal kin_decimal_trim(kin_decimal decimal);
/* Digits in front of the point, without leading zeros; and all that are significant. */
int kin_decimal_whole_digits(kin_decimal decimal);
int kin_decimal_digits(kin_decimal decimal);
/* A whole number that an int64_t holds. */
bool kin_decimal_integer(kin_decimal decimal, int64_t *ret_integer);
/* Whether a NUMERIC(precision, scale) keeps it as it is; KIN_ERANGE with a sentence. A database would round, and say nothing. */
int kin_decimal_fits(kin_decimal decimal, int precision, int scale, kin_error *error);
kin_decimal kin_decimal_from_uint64(uint64_t integer);

#endif
