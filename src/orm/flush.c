/* flush.c - a flush from end to end: plan, write, bring the objects in step; or fail, and take the transaction back. */
#include <inttypes.h>

#include "orm/hook.h"
#include "orm/outbox.h"
#include "orm/rules.h"

#include "orm/defer.h"
#include "value/member.h"
#include "value/show.h"
#include "value/utf8.h"

static const kin_attribute *find_column(const kin_mapping *mapping, const char *name, size_t length)
{
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const char *column = mapping->attributes[i].column;
		if (strlen(column) == length && memcmp(column, name, length) == 0)
			return &mapping->attributes[i];
	}
	return NULL;
}

void kin_flush_show_columns(kin_text *out, const char *names, const kin_mapping *mapping, const void *object)
{
	size_t table = strlen(mapping->table), length;

	for (; *names; names += length + strspn(names + length, ", ")) {
		length = strcspn(names, ",");
		if (length <= table + 1 || strncmp(names, mapping->table, table) != 0)
			continue;
		const kin_attribute *attribute = find_column(mapping, names + table + 1, length - table - 1);
		if (!attribute)
			continue;
		kin_value value = kin_attribute_value(attribute, object);
		kin_text_addf(out, "%s%s.%s ", out->length > 0 ? ", " : "", mapping->table, attribute->column);
		kin_show_quoted(out, &value);
	}
}

/* ", team_id 7", for the foreign keys that an object holds. */
static void show_foreign(kin_text *out, const void *object)
{
	const kin_instance *instance = kin_instance_of(object);
	const kin_mapping *mapping = kin_instance_mapping(instance);

	if (!instance->tracked || (instance->tracked->flags & KIN_TRACKED_DELETE))
		return; /* it is what others point at */
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *key = &mapping->attributes[i];
		kin_value value = kin_attribute_value(key, object);
		if (value.kind == KIN_KIND_NULL || !kin_mapping_is_foreign(mapping, key, NULL))
			continue;
		kin_text_addf(out, ", %s ", key->column);
		kin_show_quoted(out, &value);
	}
}

/* A number, and a moment as the number that it is: those that cannot be bound are no date that could be shown. */
static void show_number(kin_text *out, const kin_value *value)
{
	switch (value->kind) {
	case KIN_KIND_DATE:
		kin_text_addf(out, " (%" PRId64 " days after 1970-01-01)", value->as.integer);
		break;
	case KIN_KIND_TIME:
	case KIN_KIND_DATETIME:
	case KIN_KIND_TIMESTAMP:
		kin_text_addf(out, " (%" PRId64 " µs)", value->as.integer);
		break;
	case KIN_KIND_TEXT:
	case KIN_KIND_BYTES:
	case KIN_KIND_JSON:
		break;
	default:
		kin_text_add_char(out, ' ');
		kin_show_quoted(out, value);
	}
}

void kin_flush_name_member(kin_session *session, const kin_mapping *mapping, const kin_cell *cell, const void *object)
{
	kin_text text;

	kin_text_init(&text);
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		if (a->offset != cell->offset)
			continue;
		kin_value value = kin_attribute_value(a, object);
		kin_text_addf(&text, "%s.%s", mapping->name, a->name);
		show_number(&text, &value);
		if (kin_text_ok(&text))
			kin_error_context(&session->error, "%s", text.data);
		break;
	}
	kin_text_done(&text);
}

int kin_flush_bind(kin_session *session, kin_statement *statement, const kin_mapping *mapping, const kin_cell *cells, size_t count,
                   const void *object, size_t first)
{
	kin_error one = { 0 };
	int rc = kin_statement_bind_cells(statement, cells, count, object, first, &session->error);
	size_t i = 0;

	if (rc >= 0)
		return rc;
	while (i < count && kin_statement_bind_cells(statement, &cells[i], 1, object, first, &one) >= 0)
		i++;
	kin_error_clear(&one);
	if (i < count)
		kin_flush_name_member(session, mapping, &cells[i], object);
	return rc;
}

/* ": Pet.name 'B' has the byte 0xff next, which is no UTF-8": a server has refused some text, and does not say which. */
static void show_broken_text(kin_text *out, const void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));

	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		kin_value value = kin_defer_lacks(object, a) ? kin_value_null(NULL) : kin_attribute_value(a, object);
		size_t sound = value.kind == KIN_KIND_TEXT ? kin_utf8_sound(value.as.data, value.size) : value.size;
		if (value.kind != KIN_KIND_TEXT || sound == value.size)
			continue;
		unsigned broken = ((const unsigned char *)value.as.data)[sound];
		value.size = (uint32_t)sound;
		kin_text_addf(out, ": the text of %s.%s is no UTF-8: behind ", mapping->name, a->name);
		kin_show_quoted(out, &value);
		kin_text_addf(out, " stands the byte 0x%02x; bytes that are no text are kept in a kin_bytes", broken);
		return;
	}
}

int kin_flush_explain(kin_flusher *flush, const void *object)
{
	kin_error *error = &flush->session->error;
	kin_text text;

	if (error->code > KIN_ENOTNULL || error->code < KIN_EVALUE)
		return error->code;
	kin_text_init(&text);
	if (error->code == KIN_EUNIQUE && error->name)
		kin_flush_show_columns(&text, error->name, kin_instance_mapping(kin_instance_of(object)), object);
	if (text.length > 0)
		kin_text_add(&text, " exists already");
	else
		kin_instance_show(&text, object);
	if (error->code == KIN_EFOREIGN)
		show_foreign(&text, object);
	if (error->code == KIN_EVALUE)
		show_broken_text(&text, object);
	if (kin_text_ok(&text))
		kin_error_context(error, "%s", text.data);
	kin_text_done(&text);
	return error->code;
}

static int ready_deleted(kin_flusher *flush, const kin_uow_action *action)
{
	return action->mapping->events ? kin_flush_ready_deleted(flush, action) : KIN_OK;
}

static int write_actions(kin_flusher *flush, const kin_uow *uow)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < uow->save_plan.count && rc == KIN_OK; i++)
		if ((rc = kin_flush_insert(flush, &uow->save_plan.items[i])) == KIN_OK)
			rc = kin_flush_update(flush, &uow->save_plan.items[i]);
	if (rc == KIN_OK && flush->late.count > 0)
		rc = kin_flush_late_keys(flush);
	if (rc == KIN_OK)
		rc = kin_flush_links(flush, uow);
	if (rc == KIN_OK && (uow->loose || flush->dialect == KIN_MARIADB))
		rc = kin_flush_loosen(flush, uow);
	for (size_t i = 0; i < uow->delete_plan.count && rc == KIN_OK; i++)
		if ((rc = ready_deleted(flush, &uow->delete_plan.items[i])) == KIN_OK &&
		    (rc = kin_flush_unlink(flush, &uow->delete_plan.items[i])) == KIN_OK)
			rc = kin_flush_delete(flush, &uow->delete_plan.items[i]);
	return rc;
}

static int write_all(kin_flusher *flush, const kin_uow *uow)
{
	kin_outbox outbox;
	int rc;

	if (!kin_connection_repeats(flush->connection))
		return write_actions(flush, uow);
	if ((rc = kin_outbox_init(&outbox, flush)) < 0)
		return rc;
	flush->outbox = &outbox;
	if ((rc = write_actions(flush, uow)) == KIN_OK)
		rc = kin_outbox_send(&outbox);
	kin_outbox_done(&outbox);
	flush->outbox = NULL;
	return rc;
}

static const kin_tracked *later(const kin_uow *uow, size_t at)
{
	return at < uow->saves.count ? uow->saves.items[at].tracked : NULL;
}

/* What the database deleted along. */
static int follow_rules(kin_flusher *flush, const kin_uow *uow)
{
	size_t count = uow->deletes.count;
	void **gone = count > 0 ? kin_arena_alloc(flush->arena, count * sizeof(*gone)) : NULL;

	if (count == 0)
		return KIN_OK;
	if (!gone)
		return kin_session_nomem(flush->session);
	for (size_t i = 0; i < count; i++)
		gone[i] = uow->deletes.items[i].tracked->object;
	return kin_rules_follow(flush->session, gone, count);
}

static int settle_all(kin_flusher *flush, kin_uow *uow)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < uow->lists.count && rc == KIN_OK; i++)
		rc = kin_flush_settle_list(flush, &uow->lists.items[i]);
	for (; uow->settled < uow->saves.count && rc == KIN_OK; uow->settled++) {
		size_t i = uow->settled;
		kin_flush_prefetch(later(uow, i + KIN_FLUSH_FAR), later(uow, i + KIN_FLUSH_NEAR));
		rc = kin_flush_settle(flush, uow->saves.items[i].tracked);
	}
	if (rc == KIN_OK)
		rc = follow_rules(flush, uow);
	if (rc == KIN_OK && flush->moved.count > 0)
		rc = kin_flush_rekey(flush);
	for (size_t i = 0; i < uow->deletes.count && rc == KIN_OK; i++)
		rc = kin_flush_settle_deleted(flush, uow->deletes.items[i].tracked);
	return rc;
}

static int run(kin_session *session, kin_uow *uow)
{
	kin_flusher flush = { .session = session, .arena = &uow->arena };
	int rc = kin_uow_gather(uow);

	if (rc < 0 || uow->saves.count + uow->deletes.count == 0)
		return rc;
	if ((rc = kin_uow_sort(uow)) < 0 || (rc = kin_session_begin(session, KIN_BEGIN_WRITE)) < 0)
		return rc;
	flush.connection = session->connection;
	flush.dialect = kin_connection_dialect(session->connection)->id;
	if ((rc = kin_flush_await(&flush, uow)) == KIN_OK)
		rc = write_all(&flush, uow);
	kin_vec_done(&flush.late);
	if (rc < 0)
		return rc;
	rc = settle_all(&flush, uow);
	kin_vec_done(&flush.moved);
	return rc;
}

/* The database forgets what the flush, and the transaction before it, wrote. The objects do at kin_rollback(). */
static int fail(kin_session *session, int rc)
{
	kin_error *error = &session->error;

	session->needs_rollback = true;
	if (session->connection && session->depth > 0 && !session->undone && kin_connection_in_transaction(session->connection))
		kin_connection_rollback_to(session->connection, session->base + session->depth, NULL);
	else
		kin_session_undo(session);
	if (error->code == 0)
		return kin_error_nomem(error), rc;
	kin_error_add(error, "; the transaction was rolled back, and kin_rollback() begins a new one");
	return rc;
}

static int call_before(kin_session *session)
{
	if (!(session->events & KIN_BEFORE_FLUSH) || !kin_unsaved_next(session, KIN_NEW | KIN_CHANGED | KIN_GOING, NULL))
		return KIN_OK;
	return kin_hook_call(session, KIN_BEFORE_FLUSH, false);
}

static int write(kin_session *session)
{
	kin_uow uow;
	bool written;
	int rc;

	kin_uow_init(&uow, session);
	rc = run(session, &uow);
	written = uow.saves.count + uow.deletes.count > 0;
	kin_uow_done(&uow);
	if (rc == KIN_OK)
		session->unit->let_go.count = 0;
	if (rc == KIN_OK)
		return kin_flush_call_after(session, written);
	session->unit->after.count = 0;
	return rc;
}

int kin_session_flush(kin_session *session)
{
	int rc;

	if (session->unit->count == 0 || session->flushing)
		return KIN_OK;
	session->flushing = true;
	if ((rc = call_before(session)) == KIN_OK)
		rc = write(session);
	session->flushing = false;
	return rc < 0 ? fail(session, rc) : KIN_OK;
}
