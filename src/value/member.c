/* member.c - reading a struct's member as a value.
 *
 * Members are read and written as bytes: an int64_t may be declared as long or long long, which are
 * different types to the compiler. */
#include "value/member.h"

#include <assert.h>

#include "value/kind.h"

static bool is_present(const void *member, int kind)
{
	return KIN_LOAD(bool, (const char *)member + kin_kind_get(kind & ~KIN_KIND_NULLABLE)->nullable_present);
}

static kin_value get_plain(const void *member, int kind)
{
	switch (kind) {
	case KIN_KIND_BOOL:
		return kin_value_bool(KIN_LOAD(bool, member));
	case KIN_KIND_INT8:
		return kin_value_int8(KIN_LOAD(int8_t, member));
	case KIN_KIND_UINT8:
		return kin_value_uint8(KIN_LOAD(uint8_t, member));
	case KIN_KIND_UINT16:
		return kin_value_uint16(KIN_LOAD(uint16_t, member));
	case KIN_KIND_UINT32:
		return kin_value_uint32(KIN_LOAD(uint32_t, member));
	case KIN_KIND_UINT64:
		return kin_value_uint64(KIN_LOAD(uint64_t, member));
	case KIN_KIND_INT16:
		return kin_value_int16(KIN_LOAD(int16_t, member));
	case KIN_KIND_INT32:
		return kin_value_int32(KIN_LOAD(int32_t, member));
	case KIN_KIND_INT64:
		return kin_value_int64(KIN_LOAD(int64_t, member));
	case KIN_KIND_FLOAT:
		return kin_value_float(KIN_LOAD(float, member));
	case KIN_KIND_DOUBLE:
		return kin_value_double(KIN_LOAD(double, member));
	case KIN_KIND_TEXT:
		return kin_value_text(KIN_LOAD(const char *, member));
	case KIN_KIND_BYTES:
		return kin_value_bytes(KIN_LOAD(kin_bytes, member));
	case KIN_KIND_DATE:
		return kin_value_date(KIN_LOAD(kin_date, member));
	case KIN_KIND_TIME:
	case KIN_KIND_DATETIME:
	case KIN_KIND_TIMESTAMP:
		return kin_value_integer_(KIN_LOAD(int64_t, member), kind);
	case KIN_KIND_DECIMAL:
		return kin_value_decimal(KIN_LOAD(kin_decimal, member));
	case KIN_KIND_UUID:
		return kin_value_uuid(KIN_LOAD(kin_uuid, member));
	case KIN_KIND_JSON:
		return kin_value_json(KIN_LOAD(kin_json, member));
	case KIN_KIND_OBJECT:
		return kin_value_object(KIN_LOAD(const void *, member));
	case KIN_KIND_COUNT:
		return KIN_LOAD(kin_value, member);
	default:
		assert(kind == KIN_KIND_NULL);
		return kin_value_null(NULL);
	}
}

kin_value kin_member_get(const void *member, int kind)
{
	if ((kind & KIN_KIND_NULLABLE) == 0)
		return get_plain(member, kind);
	return is_present(member, kind) ? get_plain(member, kind & ~KIN_KIND_NULLABLE) : kin_value_null(NULL);
}

static size_t item_size(int kind)
{
	if (kind == KIN_KIND_COUNT)
		return sizeof(kin_value);
	const kin_kind_info *info = kin_kind_get(kind & ~KIN_KIND_NULLABLE);
	return (kind & KIN_KIND_NULLABLE) != 0 ? info->nullable_size : info->size;
}

kin_value kin_member_item(const kin_value *array, size_t i)
{
	assert(array->kind == KIN_KIND_ARRAY && i < array->size);
	return kin_member_get((const char *)array->as.data + i * item_size(array->item_kind), array->item_kind);
}

bool kin_member_is_null(const void *member, int kind)
{
	if ((kind & KIN_KIND_NULLABLE) != 0 && !is_present(member, kind))
		return true;
	kind &= ~KIN_KIND_NULLABLE;
	if (kind == KIN_KIND_TEXT || kind == KIN_KIND_JSON)
		return KIN_LOAD(const char *, member) == NULL;
	return kind == KIN_KIND_BYTES && KIN_LOAD(kin_bytes, member).data == NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_bytes(kin_bytes a, kin_bytes b)
{
	if (!a.data || !b.data)
		return a.data == b.data;
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool same_real(double a, double b)
{
	return a == b || (a != a && b != b);
}

bool kin_member_equal(const void *a, const void *b, int kind)
{
	int plain = kind & ~KIN_KIND_NULLABLE;

	if (plain != kind && (!is_present(a, kind) || !is_present(b, kind)))
		return is_present(a, kind) == is_present(b, kind);
	switch (plain) {
	case KIN_KIND_DECIMAL:
		return kin_decimal_compare(KIN_LOAD(kin_decimal, a), KIN_LOAD(kin_decimal, b)) == 0;
	case KIN_KIND_TEXT:
	case KIN_KIND_JSON:
		return same_text(KIN_LOAD(const char *, a), KIN_LOAD(const char *, b));
	case KIN_KIND_BYTES:
		return same_bytes(KIN_LOAD(kin_bytes, a), KIN_LOAD(kin_bytes, b));
	case KIN_KIND_FLOAT:
		return same_real((double)KIN_LOAD(float, a), (double)KIN_LOAD(float, b));
	case KIN_KIND_DOUBLE:
		return same_real(KIN_LOAD(double, a), KIN_LOAD(double, b));
	default:
		return memcmp(a, b, kin_kind_get(plain)->size) == 0;
	}
}
