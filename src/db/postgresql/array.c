/* array.c - many values as one of PostgreSQL's arrays: a column of an INSERT's rows, or what `= ANY (?)` compares with.
 *
 * Elements are written as bind.c has bound them, in binary, or as the text of an array where a type's binary form is not ours to
 * write. Hardly ever do values of one member take now the one, now the other. */
#include "db/postgresql/array.h"
#include "db/postgresql/oid.h"
#include "db/postgresql/wire.h"
#include "value/member.h"

enum { HEADER = 20 }; /* bytes in front of an array's elements: dimensions, whether there are NULLs, type, count, first index */

Oid kin_pg_array_of(Oid element)
{
	switch (element) {
	case KIN_PG_BOOL:        return 1000;
	case KIN_PG_BYTEA:       return 1001;
	case KIN_PG_CHAR:        return 1002;
	case KIN_PG_NAME:        return 1003;
	case KIN_PG_INT2:        return 1005;
	case KIN_PG_INT4:        return 1007;
	case KIN_PG_TEXT:        return 1009;
	case KIN_PG_INT8:        return 1016;
	case KIN_PG_OID:         return 1028;
	case KIN_PG_JSON:        return 199;
	case KIN_PG_FLOAT4:      return 1021;
	case KIN_PG_FLOAT8:      return 1022;
	case KIN_PG_BPCHAR:      return 1014;
	case KIN_PG_VARCHAR:     return 1015;
	case KIN_PG_DATE:        return 1182;
	case KIN_PG_TIME:        return 1183;
	case KIN_PG_TIMESTAMP:   return 1115;
	case KIN_PG_TIMESTAMPTZ: return 1185;
	case KIN_PG_NUMERIC:     return 1231;
	case KIN_PG_UUID:        return 2951;
	case KIN_PG_JSONB:       return 3807;
	default:                 return 0;
	}
}

static Oid element_of(Oid array)
{
	static const Oid elements[] = {
		KIN_PG_INT8, KIN_PG_INT4, KIN_PG_TEXT, KIN_PG_UUID, KIN_PG_VARCHAR, KIN_PG_INT2, KIN_PG_BOOL, KIN_PG_BYTEA, KIN_PG_CHAR,
		KIN_PG_NAME, KIN_PG_OID, KIN_PG_JSON, KIN_PG_FLOAT4, KIN_PG_FLOAT8, KIN_PG_BPCHAR, KIN_PG_DATE, KIN_PG_TIME,
		KIN_PG_TIMESTAMP, KIN_PG_TIMESTAMPTZ, KIN_PG_NUMERIC, KIN_PG_JSONB,
	};

	for (size_t i = 0; i < sizeof(elements) / sizeof(*elements); i++)
		if (kin_pg_array_of(elements[i]) == array)
			return elements[i];
	return 0;
}

/* ---- writing ---- */

static void begin_binary(kin_pg_array *a)
{
	char element[4];

	for (size_t i = 0; i < HEADER; i++)
		kin_text_add_char(&a->bytes, 0);
	KIN_WIRE_PUT(32, element, -1);
	for (size_t i = 0; i < a->count; i++)
		kin_text_add_n(&a->bytes, element, sizeof(element));
	a->form = KIN_PG_FORM_BINARY;
}

static void begin_text(kin_pg_array *a)
{
	kin_text_add_char(&a->bytes, '{');
	for (size_t i = 0; i < a->count; i++)
		kin_text_add(&a->bytes, "NULL,");
	a->form = KIN_PG_FORM_TEXT;
}

static void add_binary(kin_pg_array *a, const char *value, int length)
{
	char size[4];

	KIN_WIRE_PUT(32, size, value ? length : -1);
	kin_text_add_n(&a->bytes, size, sizeof(size));
	if (value)
		kin_text_add_n(&a->bytes, value, (size_t)length);
}

static void add_text(kin_pg_array *a, const char *value)
{
	kin_text_add_char(&a->bytes, value ? '"' : 'N');
	if (!value)
		kin_text_add(&a->bytes, "ULL,");
	for (; value && *value; value++) {
		if (*value == '"' || *value == '\\')
			kin_text_add_char(&a->bytes, '\\');
		kin_text_add_char(&a->bytes, *value);
	}
	kin_text_add(&a->bytes, value ? "\"," : "");
}

int kin_pg_array_add(kin_pg_array *a, const char *value, int length, int is_binary)
{
	kin_pg_form form = is_binary ? KIN_PG_FORM_BINARY : KIN_PG_FORM_TEXT;

	if (a->form == KIN_PG_FORM_UNKNOWN && value)
		is_binary ? begin_binary(a) : begin_text(a);
	if (value && form != a->form)
		return KIN_EVALUE;
	if (a->form == KIN_PG_FORM_BINARY)
		add_binary(a, value, length);
	else if (a->form == KIN_PG_FORM_TEXT)
		add_text(a, value);
	a->nulls |= !value;
	a->count++;
	return kin_text_ok(&a->bytes) ? KIN_OK : KIN_ENOMEM;
}

bool kin_pg_array_finish(kin_pg_array *a)
{
	if (a->form == KIN_PG_FORM_UNKNOWN)
		begin_binary(a);
	if (!kin_text_ok(&a->bytes))
		return false;
	if (a->form == KIN_PG_FORM_TEXT) {
		a->bytes.data[a->bytes.length - 1] = '}';
		return true;
	}
	KIN_WIRE_PUT(32, a->bytes.data, 1);
	KIN_WIRE_PUT(32, a->bytes.data + 4, a->nulls);
	KIN_WIRE_PUT(32, a->bytes.data + 8, a->element);
	KIN_WIRE_PUT(32, a->bytes.data + 12, a->count);
	KIN_WIRE_PUT(32, a->bytes.data + 16, 1);
	return true;
}

void kin_pg_array_clear(kin_pg_array *a)
{
	kin_text_clear(&a->bytes);
	a->form = KIN_PG_FORM_UNKNOWN;
	a->nulls = false;
	a->count = 0;
}

/* ---- one value that is an array ---- */

/* The placeholder's type is that of the elements meanwhile, so that each is bound as it would be alone. */
static int add_items(kin_pg_statement *s, size_t index, const kin_value *items, kin_pg_array *a, kin_error *error)
{
	int rc = KIN_OK;

	for (uint32_t i = 0; rc == KIN_OK && i < items->size; i++) {
		kin_value item = kin_member_item(items, i);
		if ((rc = kin_pg_bind(&s->base, index, &item, error)) < 0)
			return rc;
		rc = kin_pg_array_add(a, s->values[index], s->lengths[index], s->formats[index]);
		if (rc == KIN_EVALUE)
			return kin_error_set(error, KIN_EVALUE, "the values for placeholder %zu are not all of one kind", index + 1);
	}
	return rc;
}

static int put(kin_pg_statement *s, size_t index, kin_pg_array *a, kin_error *error)
{
	char *copy;

	if (a->bytes.length > INT32_MAX)
		return kin_error_set(error, KIN_ELENGTH, "the array for placeholder %zu is longer than PostgreSQL takes", index + 1);
	if (!kin_pg_array_finish(a) || !(copy = kin_arena_copy(&s->texts, a->bytes.data, a->bytes.length + 1)))
		return KIN_ENOMEM;
	s->values[index] = copy;
	s->lengths[index] = (int)a->bytes.length;
	s->formats[index] = a->form == KIN_PG_FORM_BINARY;
	return KIN_OK;
}

int kin_pg_bind_array(kin_pg_statement *s, size_t index, const kin_value *items, kin_error *error)
{
	Oid type = s->types[index];
	kin_pg_array a = { .element = element_of(type) };
	int rc = KIN_OK;

	if (!a.element)
		rc = kin_pg_element_type(kin_pg_of(s->base.connection), type, &a.element, error);
	if (rc == KIN_OK && !a.element)
		rc = kin_error_set(error, KIN_EINVAL, "the value for placeholder %zu is an array, where one value is expected", index + 1);
	if (rc < 0)
		return rc;
	kin_text_init(&a.bytes);
	s->types[index] = a.element;
	rc = add_items(s, index, items, &a, error);
	s->types[index] = type;
	if (rc == KIN_OK)
		rc = put(s, index, &a, error);
	kin_text_done(&a.bytes);
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : rc;
}
