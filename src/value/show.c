/* show.c - values as text for people. */
#include "value/show.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value/member.h"

enum {
	LONGEST_QUOTE = 40, /* bytes of a text */
	MOST_ITEMS = 10,    /* of an array */
};

/* The fewest digits that give the same number again; a whole number keeps its ".0". */
static void show_real(kin_text *out, double d, bool is_float)
{
	char digits[32];
	int precision = is_float ? 6 : 15;

	for (;; precision++) {
		snprintf(digits, sizeof(digits), "%.*g", precision, d);
		if (isnan(d) || (is_float ? strtof(digits, NULL) == (float)d : strtod(digits, NULL) == d))
			break;
	}
	size_t point = strcspn(digits, ".,");
	if (digits[point] == ',') /* the program's locale */
		digits[point] = '.';
	kin_text_add(out, isnan(d) ? "nan" : digits);
	if (isfinite(d) && !strpbrk(digits, ".e"))
		kin_text_add(out, ".0");
}

/* Without microseconds that are zero. */
static void show_date(kin_text *out, const kin_value *value)
{
	char text[KIN_SHOW_DATE];
	size_t length = kin_show_date(text, (kin_kind)value->kind, value->as.integer);

	if (length > 7 && strcmp(text + length - 7, ".000000") == 0)
		length -= 7;
	kin_text_add_n(out, text, length);
}

static void show_array(kin_text *out, const kin_value *array, void (*show)(kin_text *, const kin_value *))
{
	kin_text_add_char(out, '(');
	for (size_t i = 0; i < array->size && i < MOST_ITEMS; i++) {
		kin_value item = kin_member_item(array, i);
		kin_text_add(out, i > 0 ? ", " : "");
		show(out, &item);
	}
	if (array->size > MOST_ITEMS)
		kin_text_addf(out, ", and %u more", (unsigned)array->size - MOST_ITEMS);
	kin_text_add_char(out, ')');
}

static void show_other(kin_text *out, const kin_value *value)
{
	char text[KIN_DECIMAL_TEXT];

	switch (value->kind) {
	case KIN_KIND_BOOL:
		kin_text_add(out, value->as.integer ? "true" : "false");
		break;
	case KIN_KIND_INT16:
	case KIN_KIND_INT32:
	case KIN_KIND_INT64:
		if (value->overflow)
			kin_text_addf(out, "%" PRIu64, (uint64_t)value->as.integer);
		else
			kin_text_addf(out, "%" PRId64, value->as.integer);
		break;
	case KIN_KIND_FLOAT:
	case KIN_KIND_DOUBLE:
		show_real(out, value->as.real, value->kind == KIN_KIND_FLOAT);
		break;
	case KIN_KIND_BYTES:
		kin_text_addf(out, "<%u byte%s>", (unsigned)value->size, value->size == 1 ? "" : "s");
		break;
	case KIN_KIND_DATE:
	case KIN_KIND_TIME:
	case KIN_KIND_DATETIME:
	case KIN_KIND_TIMESTAMP:
		show_date(out, value);
		break;
	case KIN_KIND_DECIMAL:
		kin_decimal_text(kin_value_as_decimal(value), text);
		kin_text_add(out, text);
		break;
	case KIN_KIND_UUID:
		kin_uuid_text(kin_value_as_uuid(value), text);
		kin_text_add(out, text);
		break;
	case KIN_KIND_OBJECT:
		kin_text_addf(out, "<object at %p>", value->as.data);
		break;
	default:
		kin_text_add(out, "NULL");
	}
}

void kin_show_value(kin_text *out, const kin_value *value)
{
	if (value->kind == KIN_KIND_TEXT || value->kind == KIN_KIND_JSON)
		kin_text_add_n(out, value->as.data, value->size);
	else if (value->kind == KIN_KIND_ARRAY)
		show_array(out, value, kin_show_value);
	else
		show_other(out, value);
}

/* Where to cut a text: not inside a UTF-8 sequence. */
static size_t cut_at(const char *text, size_t length)
{
	if (length <= LONGEST_QUOTE)
		return length;
	for (length = LONGEST_QUOTE; length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80; length--)
		;
	return length;
}

/* Control characters are spelled out: a message is one line, and does nothing to a terminal. */
static void quote(kin_text *out, const char *text, size_t length)
{
	size_t cut = cut_at(text, length);

	kin_text_add_char(out, '\'');
	for (size_t i = 0; i < cut; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '\n')
			kin_text_add(out, "\\n");
		else if (c < 0x20 || c == 0x7f)
			kin_text_addf(out, "\\x%02x", c);
		else
			kin_text_add_char(out, text[i]);
	}
	kin_text_add(out, cut < length ? "…'" : "'");
}

void kin_show_quoted(kin_text *out, const kin_value *value)
{
	if (value->kind == KIN_KIND_TEXT || value->kind == KIN_KIND_JSON)
		quote(out, value->as.data, value->size);
	else if (value->kind == KIN_KIND_ARRAY)
		show_array(out, value, kin_show_quoted);
	else
		show_other(out, value);
}
