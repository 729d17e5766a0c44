/* kind.c - the table of kinds. */
#include "value/kind.h"

#include <assert.h>
#include <string.h>

#define WITH_NULLABLE(T) \
	.c_type = #T, .size = sizeof(T), \
	.nullable_present = offsetof(kin_nullable(T), present), .nullable_size = sizeof(kin_nullable(T))

static const kin_kind_info kinds[KIN_KIND_COUNT] = {
	[KIN_KIND_NULL]      = { .name = "NULL", .c_type = "void *", .size = 0 },
	[KIN_KIND_BOOL]      = { .name = "boolean", .c_type = "bool", .size = sizeof(bool),
	                         .nullable_present = offsetof(kin_nullable_bool, present),
	                         .nullable_size = sizeof(kin_nullable_bool) },
	[KIN_KIND_INT8]      = { .name = "8-bit integer", WITH_NULLABLE(int8_t) },
	[KIN_KIND_INT16]     = { .name = "16-bit integer", WITH_NULLABLE(int16_t) },
	[KIN_KIND_INT32]     = { .name = "32-bit integer", WITH_NULLABLE(int32_t) },
	[KIN_KIND_INT64]     = { .name = "64-bit integer", WITH_NULLABLE(int64_t) },
	[KIN_KIND_UINT8]     = { .name = "8-bit unsigned integer", WITH_NULLABLE(uint8_t) },
	[KIN_KIND_UINT16]    = { .name = "16-bit unsigned integer", WITH_NULLABLE(uint16_t) },
	[KIN_KIND_UINT32]    = { .name = "32-bit unsigned integer", WITH_NULLABLE(uint32_t) },
	[KIN_KIND_UINT64]    = { .name = "64-bit unsigned integer", WITH_NULLABLE(uint64_t) },
	[KIN_KIND_FLOAT]     = { .name = "float", WITH_NULLABLE(float) },
	[KIN_KIND_DOUBLE]    = { .name = "double", WITH_NULLABLE(double) },
	[KIN_KIND_DECIMAL]   = { .name = "decimal", WITH_NULLABLE(kin_decimal) },
	[KIN_KIND_TEXT]      = { .name = "text", .c_type = "const char *", .size = sizeof(const char *) },
	[KIN_KIND_BYTES]     = { .name = "bytes", .c_type = "kin_bytes", .size = sizeof(kin_bytes) },
	[KIN_KIND_DATE]      = { .name = "date", WITH_NULLABLE(kin_date) },
	[KIN_KIND_TIME]      = { .name = "time", WITH_NULLABLE(kin_time) },
	[KIN_KIND_DATETIME]  = { .name = "datetime", WITH_NULLABLE(kin_datetime) },
	[KIN_KIND_TIMESTAMP] = { .name = "timestamp", WITH_NULLABLE(kin_timestamp) },
	[KIN_KIND_UUID]      = { .name = "uuid", WITH_NULLABLE(kin_uuid) },
	[KIN_KIND_JSON]      = { .name = "json", WITH_NULLABLE(kin_json) },
	[KIN_KIND_ENUM]      = { .name = "enum", .c_type = "enum", .size = 0 },
	[KIN_KIND_CHARS]     = { .name = "text", .c_type = "char[]", .size = 0 },
	[KIN_KIND_CUSTOM]    = { .name = "custom value", .c_type = "custom type", .size = 0 },
	[KIN_KIND_ARRAY]     = { .name = "array", .c_type = "kin_array_of", .size = 0 },
	[KIN_KIND_OBJECT]    = { .name = "object", .c_type = "void *", .size = sizeof(void *) },
};

const kin_kind_info *kin_kind_get(int kind)
{
	assert(kind >= 0 && kind < KIN_KIND_COUNT);
	return &kinds[kind];
}

const char *kin_kind_article(int kind)
{
	const char *name = kin_kind_get(kind)->name;

	if (kind == KIN_KIND_NULL || kind == KIN_KIND_TEXT || kind == KIN_KIND_BYTES || kind == KIN_KIND_JSON || kind == KIN_KIND_CHARS)
		return "";
	return strchr("aeiou8", name[0]) && kind != KIN_KIND_UUID ? "an " : "a ";
}

static bool is_number(int kind)
{
	return kind >= KIN_KIND_BOOL && kind <= KIN_KIND_DECIMAL;
}

static bool is_moment(int kind)
{
	return kind == KIN_KIND_DATETIME || kind == KIN_KIND_TIMESTAMP;
}

/* What a text is read as, if it can be. */
static bool reads_text(int kind)
{
	return kind >= KIN_KIND_DATE && kind <= KIN_KIND_CHARS;
}

bool kin_kind_comparable(int column_kind, int argument_kind)
{
	int column = column_kind & ~KIN_KIND_NULLABLE, argument = argument_kind & ~KIN_KIND_NULLABLE;

	if (argument == KIN_KIND_NULL || argument == KIN_KIND_COUNT || column == argument || column == KIN_KIND_CUSTOM)
		return true;
	if (argument == KIN_KIND_TEXT && (reads_text(column) || column == KIN_KIND_DECIMAL))
		return true;
	if (column == KIN_KIND_ENUM)
		return argument >= KIN_KIND_INT8 && argument <= KIN_KIND_UINT64;
	return (is_number(column) && is_number(argument)) || (is_moment(column) && is_moment(argument));
}
