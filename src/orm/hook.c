/* hook.c - calls a mapping's hooks and validators, and says who refused what. */
#include "orm/hook.h"

#include "orm/mapping_sql.h"
#include "value/show.h"

static const char *const names[] = {
	[KIN_EVENT_before_insert] = "before_insert", [KIN_EVENT_after_insert] = "after_insert",
	[KIN_EVENT_before_update] = "before_update", [KIN_EVENT_after_update] = "after_update",
	[KIN_EVENT_before_delete] = "before_delete", [KIN_EVENT_after_delete] = "after_delete",
	[KIN_EVENT_load] = "load", [KIN_EVENT_refresh] = "refresh", [KIN_EVENT_validate] = "a validator",
};

static bool is_planned(kin_model_event event)
{
	return event != KIN_EVENT_after_insert && event != KIN_EVENT_after_update && event != KIN_EVENT_after_delete;
}

int kin_hook_refuse(kin_session *session, const char *what)
{
	const kin_calling *calling = session->calling;

	if (calling->connects)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0,
		                        "%s in KIN_CONNECT: the connection is new, and nobody's yet; its session runs SQL, with kin_sql_run(), and no more", what);
	return kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s in %s%s%s: %s", what, calling->event, calling->model ? " of " : "",
	                        calling->model ? calling->model : "",
	                        calling->planned ? "what is written, and in which order, is settled by now; a KIN_BEFORE_FLUSH hook is the place"
	                                         : "a hook neither begins nor ends a transaction, nor closes its session");
}

/* ---- what was refused ---- */

static void show_member(kin_text *out, const kin_attribute *attribute, const void *object)
{
	kin_value value = kin_attribute_value(attribute, object);

	kin_text_addf(out, "%s.%s", attribute->mapping->name, attribute->name);
	if ((attribute->kind & ~KIN_KIND_NULLABLE) == KIN_KIND_CUSTOM)
		return;
	kin_text_add(out, " ");
	kin_show_quoted(out, &value);
}

/* "<Pet Ben>: why (stamp, pets.c:31)". What the error said, and where it was, stays in it. */
static int explain(kin_session *session, const kin_hook *hook, const void *object, int code)
{
	kin_error *error = &session->error, was = { 0 };
	kin_text what;

	if (error->code == KIN_ENOMEM)
		return KIN_ENOMEM;
	kin_error_move(&was, error);
	if (was.code == 0)
		was.code = code < 0 ? code : hook->attribute ? KIN_ECHECK : KIN_EINVAL;
	kin_text_init(&what);
	if (hook->attribute)
		show_member(&what, hook->attribute, object);
	else
		kin_instance_show(&what, object);
	if (kin_text_ok(&what))
		kin_error_set(error, was.code, "%s: %s%s (%s, %s:%d)", what.data, was.text ? was.text : names[hook->event],
		              was.text ? "" : " refused it", hook->name, hook->file, hook->line);
	else
		kin_session_nomem(session);
	error->file = was.file ? was.file : hook->file;
	error->line = was.file ? was.line : hook->line;
	kin_error_note_sql(error, was.sql);
	kin_error_note_name(error, was.name);
	kin_error_clear(&was);
	kin_text_done(&what);
	return error->code;
}

static void name_column(kin_session *session, const kin_attribute *attribute)
{
	kin_text name;

	if (session->error.name)
		return;
	kin_text_init(&name);
	kin_text_addf(&name, "%s.%s", attribute->mapping->table, attribute->column);
	if (kin_text_ok(&name))
		kin_error_note_name(&session->error, name.data);
	kin_text_done(&name);
}

/* ---- calls ---- */

int kin_hook_run(kin_session *session, void *object, kin_model_event event)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	const kin_calling calling = { .event = names[event], .model = mapping->name, .planned = is_planned(event) };
	const kin_calling *former = session->calling;
	bool failed = session->error.code < 0; /* before: it is nothing that they said */
	int rc = KIN_OK;

	for (const kin_hook *hook = mapping->hooks; hook && rc == KIN_OK; hook = hook->next) {
		if (hook->event != event)
			continue;
		session->calling = &calling;
		rc = hook->model->call(hook->fn, session, object);
		session->calling = former;
		if (failed)
			rc = KIN_OK;
		else if (rc != KIN_OK || session->error.code < 0)
			rc = explain(session, hook, object, rc);
	}
	return failed ? session->error.code : rc;
}

static int validate(kin_session *session, const kin_hook *hook, const void *object)
{
	const kin_mapping *mapping = hook->attribute->mapping;
	const kin_calling calling = { .event = names[KIN_EVENT_validate], .model = mapping->name, .planned = true };
	const kin_calling *former = session->calling;

	session->calling = &calling;
	int rc = hook->model->check(hook->fn, session, object);
	session->calling = former;
	if (rc == KIN_OK && session->error.code == KIN_OK)
		return KIN_OK;
	rc = explain(session, hook, object, rc);
	name_column(session, hook->attribute);
	return rc;
}

int kin_hook_validate(kin_session *session, const void *object, const uint64_t *set)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	int rc = KIN_OK;

	for (const kin_hook *hook = mapping->hooks; hook && rc == KIN_OK; hook = hook->next)
		if (hook->event == KIN_EVENT_validate && (!set || kin_set_has(set, hook->attribute->index)))
			rc = validate(session, hook, object);
	return rc;
}
