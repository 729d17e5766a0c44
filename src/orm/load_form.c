/* load_form.c - a row says which model it is of. */
#include <inttypes.h>

#include "orm/load_rows.h"
#include "orm/plan_form.h"
#include "value/show.h"

const kin_form *kin_load_form_of(const kin_part *part, const kin_mapping *mapping)
{
	const kin_form *form = part->forms;

	while (form->mapping != mapping)
		form++;
	return form;
}

static int unknown(kin_session *session, kin_statement *statement, const kin_part *part, const kin_value *value)
{
	const kin_attribute *d = part->mapping->lineage->discriminator;
	const char *before = "";
	kin_text text;
	int rc;

	kin_text_init(&text);
	kin_text_addf(&text, "%s ", d->column);
	kin_show_quoted(&text, value);
	kin_text_add(&text, " says no model: ");
	for (size_t i = 0; i < part->form_count; i++) {
		const kin_lineage *lineage = part->forms[i].mapping->lineage;
		if (lineage->identity)
			kin_text_addf(&text, "%s'%s' is %s", before, lineage->identity, part->forms[i].mapping->name);
		before = text.length > 0 && lineage->identity ? ", " : before;
	}
	rc = kin_text_ok(&text) ? kin_session_fail(session, KIN_EVALUE, NULL, 0, "%s", text.data) : kin_session_nomem(session);
	kin_text_done(&text);
	return rc == KIN_EVALUE ? kin_load_explain(session, statement, part->mapping, part->places) : rc;
}

const kin_form *kin_load_form(kin_session *session, kin_statement *statement, const kin_part *part)
{
	int kind = part->mapping->lineage->discriminator->kind & ~KIN_KIND_NULLABLE;
	bool text = kind == KIN_KIND_TEXT || kind == KIN_KIND_CHARS || kind == KIN_KIND_ENUM;
	kin_value value;

	if (kin_statement_value(statement, part->discriminator, text ? KIN_KIND_TEXT : KIN_KIND_INT64, &value, &session->error) < 0) {
		kin_load_explain(session, statement, part->mapping, part->places);
		return NULL;
	}
	for (size_t i = 0; i < part->form_count; i++)
		if (kin_discriminator_says(part->forms[i].mapping, &value))
			return &part->forms[i];
	unknown(session, statement, part, &value);
	return NULL;
}

/* Beside the others of the same statement. NULL when memory is out. */
static kin_batch *batch_beside(kin_session *session, kin_batch *first, const kin_mapping *mapping)
{
	kin_load_batch *batch = (kin_load_batch *)(void *)first, *added;

	while (batch->batch.mapping != mapping && batch->beside)
		batch = batch->beside;
	if (batch->batch.mapping == mapping)
		return &batch->batch;
	if (!(added = kin_arena_zalloc(&session->arena, sizeof(*added))))
		return NULL;
	added->batch.session = session;
	added->batch.mapping = mapping;
	added->batch.manner = first->manner;
	added->first = (kin_load_batch *)(void *)first;
	batch->beside = added;
	return &added->batch;
}

kin_batch *kin_load_form_batch(kin_session *session, const kin_part *part, const kin_form *form, bool alone, kin_batch *first)
{
	kin_batch *batch = first;

	if (form->mapping != part->mapping)
		batch = alone ? kin_session_single(session, form->mapping) : batch_beside(session, first, form->mapping);
	if (!batch)
		kin_session_nomem(session);
	return batch;
}

int kin_load_changed_form(kin_session *session, const kin_part *part, const void *object)
{
	kin_text text;
	int rc;

	kin_text_init(&text);
	kin_instance_show(&text, object);
	rc = kin_text_ok(&text)
	     ? kin_session_fail(session, KIN_ESTALE, NULL, 0, "%s is %s here, and its row says that it is %s now: someone else has changed it; "
	                        "kin_expunge() it, and load it again", text.data, kin_instance_mapping(kin_instance_of(object))->name,
	                        part->mapping->name)
	     : kin_session_nomem(session);
	kin_text_done(&text);
	return rc;
}
