/* query_open.c - opens a plan's statement for the session's database and binds the values of this call. */
#include "orm/query.h"

#include "orm/filter.h"
#include "value/kind.h"
#include "value/member.h"
#include "value/show.h"

static int bind(kin_session *session, kin_cursor *cursor, size_t index, const kin_value *value)
{
	return kin_statement_bind(cursor->statement, index, value, &session->error);
}

static int bind_straight(kin_session *session, const kin_ask *ask, size_t count, const kin_value *values, kin_cursor *cursor)
{
	kin_value value;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		const kin_slot *slot = &ask->slots[i];
		if ((rc = kin_query_value(session, slot, &values[slot->argument], &value)) == KIN_OK)
			rc = bind(session, cursor, i, &value);
	}
	return rc;
}

/* ---- arrays ---- */

/* KIN_KIND_COUNT: the items are values themselves. */
static size_t item_size(int kind)
{
	if (kind == KIN_KIND_COUNT)
		return sizeof(kin_value);
	const kin_kind_info *info = kin_kind_get(kind & ~KIN_KIND_NULLABLE);
	return kind & KIN_KIND_NULLABLE ? info->nullable_size : info->size;
}

static int item_value(kin_session *session, const kin_slot *slot, const kin_value *array, size_t i, kin_value *ret)
{
	kin_value value;

	if (!array->as.data)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "argument %u is an array of %u items at NULL", slot->argument + 1, (unsigned)array->size);
	const char *item = (const char *)array->as.data + i * item_size(array->item_kind);
	if (array->item_kind == KIN_KIND_COUNT)
		return kin_query_value(session, slot, (const kin_value *)(const void *)item, ret);
	if (array->item_kind == KIN_KIND_OBJECT) {
		const void *object;
		memcpy(&object, item, sizeof(object));
		value = kin_value_object(object);
	} else {
		value = kin_member_get(item, array->item_kind);
	}
	return kin_query_value(session, slot, &value, ret);
}

static void add_json(kin_text *out, const kin_value *value)
{
	char date[KIN_SHOW_DATE], text[KIN_DECIMAL_TEXT];

	switch (value->kind) {
	case KIN_KIND_NULL:
		kin_text_add(out, "null");
		break;
	case KIN_KIND_FLOAT:
	case KIN_KIND_DOUBLE:
		kin_text_addf(out, "%.17g", value->as.real);
		break;
	case KIN_KIND_TEXT:
		kin_text_add_json(out, value->as.data, value->size);
		break;
	case KIN_KIND_UUID:
		kin_uuid_text(kin_value_as_uuid(value), text);
		kin_text_add_json(out, text, strlen(text));
		break;
	case KIN_KIND_DECIMAL:
		kin_decimal_text(kin_value_as_decimal(value), text);
		kin_text_add(out, text);
		break;
	case KIN_KIND_DATE:
	case KIN_KIND_TIME:
	case KIN_KIND_DATETIME:
	case KIN_KIND_TIMESTAMP:
		kin_text_add_json(out, date, kin_show_date(date, (kin_kind)value->kind, value->as.integer));
		break;
	default:
		kin_text_addf(out, "%lld", (long long)value->as.integer);
	}
}

static int bind_json(kin_session *session, const kin_slot *slot, const kin_value *array, kin_cursor *cursor, size_t index)
{
	kin_text text;
	kin_value value;
	int rc = KIN_OK;

	kin_text_init(&text);
	for (size_t i = 0; rc == KIN_OK && i < array->size; i++) {
		kin_text_add_char(&text, i == 0 ? '[' : ',');
		if ((rc = item_value(session, slot, array, i, &value)) == KIN_OK)
			add_json(&text, &value);
	}
	kin_text_add_char(&text, ']');
	if (rc == KIN_OK) {
		size_t length = text.length;
		char *kept = kin_text_ok(&text) ? kin_arena_strndup(&cursor->scratch, text.data, length) : NULL;
		value = kin_value_text_n(kept, length);
		rc = kept ? bind(session, cursor, index, &value) : kin_session_nomem(session);
	}
	kin_text_done(&text);
	return rc;
}

/* To PostgreSQL. The driver writes it as the type that is expected. */
static int bind_array(kin_session *session, const kin_slot *slot, const kin_value *array, kin_cursor *cursor, size_t index)
{
	kin_value *items = kin_arena_alloc(&cursor->scratch, (array->size + (size_t)1) * sizeof(*items));
	int rc = items ? KIN_OK : kin_session_nomem(session);

	for (size_t i = 0; rc == KIN_OK && i < array->size; i++)
		rc = item_value(session, slot, array, i, &items[i]);
	if (rc < 0)
		return rc;
	kin_value value = kin_value_array(items, array->size, KIN_KIND_COUNT);
	return bind(session, cursor, index, &value);
}

static int bind_whole(kin_session *session, const kin_slot *slot, const kin_value *array, kin_cursor *cursor, size_t index)
{
	bool is_json = kin_connection_dialect(session->connection)->id != KIN_POSTGRESQL;

	return is_json ? bind_json(session, slot, array, cursor, index) : bind_array(session, slot, array, cursor, index);
}

/* Placeholder by placeholder; those of one array come in its order, and the last value is repeated. */
static int bind_all(kin_session *session, const kin_ask *ask, const kin_variant *variant, const kin_value *values, kin_cursor *cursor)
{
	uint32_t positions[ask->slot_count + 1];
	kin_value value;
	int rc = KIN_OK;

	memset(positions, 0, sizeof(positions));
	for (size_t i = 0; rc == KIN_OK && i < variant->param_count; i++) {
		uint32_t number = variant->params[i];
		if (number >= KIN_FILTER_PARAM) {
			if ((rc = kin_filter_value(session, number, &value)) == KIN_OK)
				rc = bind(session, cursor, i, &value);
			continue;
		}
		const kin_slot *slot = &ask->slots[number];
		const kin_value *argument = &values[slot->argument];
		uint32_t shape = variant->shape ? variant->shape[number] : 1;
		if (shape >= KIN_COMPILE_ARRAY && shape != KIN_SHAPE_NULL) {
			rc = bind_whole(session, slot, argument, cursor, i);
			continue;
		}
		if (argument->kind == KIN_KIND_ARRAY && slot->many) {
			uint32_t position = positions[number];
			rc = item_value(session, slot, argument, position < argument->size ? position : argument->size - 1, &value);
			positions[number] = position + 1 == shape ? 0 : position + 1;
		} else {
			rc = kin_query_value(session, slot, argument, &value);
		}
		if (rc == KIN_OK)
			rc = bind(session, cursor, i, &value);
	}
	return rc;
}

static int open_sql(kin_session *session, kin_ask *ask, const kin_variant *variant, const kin_sql *sql, const kin_value *values,
                    kin_cursor *cursor)
{
	int rc = kin_statement_open(session->connection, sql, &cursor->statement, &session->error);

	if (rc < 0)
		return rc;
	rc = variant->straight ? bind_straight(session, ask, variant->param_count, values, cursor)
	                       : bind_all(session, ask, variant, values, cursor);
	if (rc < 0)
		kin_query_close(cursor);
	return rc;
}

int kin_query_open(kin_session *session, kin_ask *ask, const kin_value *values, kin_cursor *cursor)
{
	const kin_variant *variant = kin_plan_variant(ask, kin_connection_dialect(session->connection), values, &session->error);

	return variant ? open_sql(session, ask, variant, &variant->sql, values, cursor) : session->error.code;
}

int kin_query_open_all(kin_session *session, kin_ask *ask, const kin_value *values, kin_cursor *cursor, bool *ret_each)
{
	const kin_variant *variant = kin_plan_variant(ask, kin_connection_dialect(session->connection), values, &session->error);

	if (!variant)
		return session->error.code;
	*ret_each = variant->each.rows > 0;
	return open_sql(session, ask, variant, &variant->each, values, cursor);
}

int kin_query_open_walk(kin_session *session, kin_ask *ask, const kin_value *values, kin_cursor *cursor)
{
	const kin_variant *variant = kin_plan_variant(ask, kin_connection_dialect(session->connection), values, &session->error);

	return variant ? open_sql(session, ask, variant, &variant->walk, values, cursor) : session->error.code;
}

void kin_query_close(kin_cursor *cursor)
{
	kin_statement_close(cursor->statement);
	cursor->statement = NULL;
	if (cursor->scratch.chunk)
		kin_arena_done(&cursor->scratch);
}

int kin_query_run(kin_session *session, kin_ask *ask, const kin_value *values, int64_t *ret_changed)
{
	kin_cursor cursor = { 0 };
	int rc = kin_query_open(session, ask, values, &cursor);

	if (rc < 0)
		return rc;
	do
		rc = kin_statement_step(cursor.statement, &session->error);
	while (rc > 0);
	if (rc == KIN_OK && ret_changed)
		*ret_changed = kin_statement_changed(cursor.statement);
	kin_query_close(&cursor);
	return rc;
}

int kin_query_integer(kin_session *session, kin_ask *ask, const kin_value *values, int64_t *ret)
{
	kin_cursor cursor = { 0 };
	bool null;
	int rc = kin_query_open(session, ask, values, &cursor);

	if (rc < 0)
		return rc;
	rc = kin_statement_step(cursor.statement, &session->error);
	if (rc > 0)
		*ret = kin_statement_int64(cursor.statement, 0, &null);
	kin_query_close(&cursor);
	return rc < 0 ? rc : KIN_OK;
}

void kin_query_note(kin_session *session, const kin_site *site)
{
	if (session && session->error.code < 0 && !session->error.file) {
		session->error.file = site->file;
		session->error.line = site->line;
	}
}
