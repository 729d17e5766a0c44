/* flush_hook.c - a flush on its way calls the hooks of the objects' mappings: before a row is written, and when all are. */
#include "orm/flush.h"
#include "orm/hook.h"

/* A row between two objects is nobody's object. */
static bool is_object(const kin_tracked *tracked)
{
	return !(tracked->flags & KIN_TRACKED_LINK);
}

/* To be called when everything is written. */
static int later(kin_flusher *flush, void *object, kin_model_event event)
{
	kin_after after = { .object = object, .event = event };

	return kin_vec_push(&flush->session->unit->after, after) ? KIN_OK : kin_session_nomem(flush->session);
}

int kin_flush_ready_new(kin_flusher *flush, kin_tracked *tracked)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(tracked->object));
	bool hears = mapping->events && is_object(tracked);
	int rc = hears ? kin_flush_sync(flush, tracked) : KIN_OK;

	if (rc == KIN_OK && hears && kin_mapping_hears(mapping, KIN_EVENT_before_insert))
		rc = kin_hook_run(flush->session, tracked->object, KIN_EVENT_before_insert);
	if (rc == KIN_OK)
		rc = kin_flush_fill_new(flush, mapping, tracked->object);
	if (rc == KIN_OK && hears && kin_mapping_hears(mapping, KIN_EVENT_validate) && (rc = kin_flush_sync(flush, tracked)) == KIN_OK)
		rc = kin_hook_validate(flush->session, tracked->object, NULL);
	if (rc == KIN_OK && hears && kin_mapping_hears(mapping, KIN_EVENT_after_insert))
		rc = later(flush, tracked->object, KIN_EVENT_after_insert);
	return rc;
}

/* 1: it is changed. */
static int is_changed(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *tracked, uint64_t *set)
{
	int rc = kin_flush_sync(flush, tracked);

	return rc < 0 ? rc : kin_unit_changed(tracked, mapping, set);
}

static int ready_changed(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *tracked, uint64_t *set)
{
	int rc = is_changed(flush, mapping, tracked, set);

	if (rc > 0 && kin_mapping_hears(mapping, KIN_EVENT_before_update) &&
	    (rc = kin_hook_run(flush->session, tracked->object, KIN_EVENT_before_update)) == KIN_OK)
		rc = is_changed(flush, mapping, tracked, set);
	if (rc <= 0)
		return rc;
	rc = kin_mapping_hears(mapping, KIN_EVENT_validate) ? kin_hook_validate(flush->session, tracked->object, set) : KIN_OK;
	if (rc == KIN_OK && kin_mapping_hears(mapping, KIN_EVENT_after_update))
		rc = later(flush, tracked->object, KIN_EVENT_after_update);
	return rc;
}

int kin_flush_ready_changed(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *const *items, size_t count, uint64_t *set)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		rc = ready_changed(flush, mapping, items[i], set);
	return rc;
}

int kin_flush_ready_deleted(kin_flusher *flush, const kin_uow_action *action)
{
	const kin_mapping *mapping = action->mapping;
	int rc = KIN_OK;

	for (size_t i = 0; i < action->count && rc == KIN_OK; i++) {
		if (kin_mapping_hears(mapping, KIN_EVENT_before_delete))
			rc = kin_hook_run(flush->session, action->items[i]->object, KIN_EVENT_before_delete);
		if (rc == KIN_OK && kin_mapping_hears(mapping, KIN_EVENT_after_delete))
			rc = later(flush, action->items[i]->object, KIN_EVENT_after_delete);
	}
	return rc;
}

/* What they change is the next flush's. */
int kin_flush_call_after(kin_session *session, bool written)
{
	kin_unit *unit = session->unit;
	int rc = KIN_OK;

	session->stirred |= unit->after.count > 0;
	for (size_t i = 0; i < unit->after.count && rc == KIN_OK; i++)
		rc = kin_hook_run(session, unit->after.items[i].object, unit->after.items[i].event);
	unit->after.count = 0;
	if (rc == KIN_OK && written && (session->events & KIN_AFTER_FLUSH)) {
		session->stirred = true;
		rc = kin_hook_call(session, KIN_AFTER_FLUSH, false);
	}
	return rc;
}
