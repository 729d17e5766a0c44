/* stored.c - values as SQLite keeps them. Dates are text that sorts as time does, uuids text that sorts as their bytes do. */
#include "db/sqlite/stored.h"

#include <math.h>

#include <kin/error.h>

#include "value/decimal.h"
#include "value/show.h"

static int refuse(int code, const char *why, const char **ret_why)
{
	*ret_why = why;
	return code;
}

static int date(const kin_value *value, char *scratch, kin_value *ret_stored, const char **ret_why)
{
	const char *wrong = kin_date_wrong(value->kind, value->as.integer);

	if (wrong)
		return refuse(KIN_ERANGE, wrong, ret_why);
	*ret_stored = kin_value_text_n(scratch, kin_show_date(scratch, (kin_kind)value->kind, value->as.integer));
	return KIN_OK;
}

enum { EXACT_DIGITS = 15 }; /* of a double's decimal ones, those that can be trusted */

/* As a number, an integer of 64 bits or a double: so decimals are equal, ordered and added up as numbers are. One of more digits
 * would come back as another one. */
static int decimal(const kin_value *value, kin_value *ret_stored, const char **ret_why)
{
	kin_decimal d = kin_value_as_decimal(value);
	int64_t integer;

	if (kin_decimal_integer(d, &integer))
		*ret_stored = kin_value_int64(integer);
	else if (kin_decimal_digits(d) <= EXACT_DIGITS)
		*ret_stored = kin_value_double(kin_decimal_double(d));
	else
		return refuse(KIN_ERANGE, "has more than 15 digits, which SQLite does not keep exactly", ret_why);
	return KIN_OK;
}

/* A column that is called JSON makes a number of a text that is one: fine, while SQLite's numbers hold it. */
static int json(const kin_value *value, kin_value *ret_stored, const char **ret_why)
{
	kin_decimal number;

	if (!kin_json_valid(value->as.data, value->size))
		return refuse(KIN_EVALUE, "is not valid JSON", ret_why);
	int rc = kin_decimal_read(value->as.data, value->size, &number);
	if (rc == KIN_ERANGE || (rc == KIN_OK && kin_decimal_digits(number) > EXACT_DIGITS))
		return refuse(KIN_ERANGE, "is a number of more than 15 digits, which SQLite does not keep exactly", ret_why);
	*ret_stored = kin_value_text_n(value->as.data, value->size);
	return KIN_OK;
}

int kin_sqlite_stored(const kin_value *value, char *scratch, kin_value *ret_stored, const char **ret_why)
{
	if (value->overflow)
		return refuse(KIN_ERANGE, "is larger than any column holds", ret_why);
	switch (value->kind) {
	case KIN_KIND_NULL:
	case KIN_KIND_TEXT:
	case KIN_KIND_BYTES:
		*ret_stored = *value;
		return KIN_OK;
	case KIN_KIND_BOOL:
	case KIN_KIND_INT16:
	case KIN_KIND_INT32:
	case KIN_KIND_INT64:
		*ret_stored = kin_value_int64(value->as.integer);
		return KIN_OK;
	case KIN_KIND_FLOAT:
	case KIN_KIND_DOUBLE:
		if (isnan(value->as.real))
			return refuse(KIN_EVALUE, "is NaN, which SQLite cannot store", ret_why);
		*ret_stored = kin_value_double(value->as.real);
		return KIN_OK;
	case KIN_KIND_DATE:
	case KIN_KIND_TIME:
	case KIN_KIND_DATETIME:
	case KIN_KIND_TIMESTAMP:
		return date(value, scratch, ret_stored, ret_why);
	case KIN_KIND_DECIMAL:
		return decimal(value, ret_stored, ret_why);
	case KIN_KIND_UUID:
		kin_uuid_text(kin_value_as_uuid(value), scratch);
		*ret_stored = kin_value_text_n(scratch, KIN_UUID_TEXT - 1);
		return KIN_OK;
	case KIN_KIND_JSON:
		return json(value, ret_stored, ret_why);
	default:
		return refuse(KIN_EINVAL, "is an array or an object, not one value", ret_why);
	}
}
