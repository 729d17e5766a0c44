/* load_apart.c - objects of models that inherit are filled from the tables that their rows did not have.
 *
 *     SELECT engineers.id, engineers.language FROM engineers WHERE engineers.id IN (?, …)      500 keys to a statement
 *
 * Nobody sees an object before it is whole: where a table cannot be read, those that wait for it expire, so that whoever asks for one of them
 * later reads all of it. */
#include "base/mem.h"
#include "orm/load_rows.h"
#include "orm/plan_form.h"
#include "value/show.h"

enum { CHUNK = 500 };

typedef kin_vec(kin_value) values_vec;

typedef struct filling {
	kin_session        *session;
	kin_apart          *apart;
	const kin_identity *identity;
	kin_objects         objects; /* that have something in the table */
	values_vec         *columns; /* their keys, by attribute */
} filling;

static int nomem(const filling *f)
{
	return kin_session_nomem(f->session);
}

/* Those that are of its models, each with the mark until its row has come. */
static int gather(filling *f, void *const *objects, size_t count)
{
	const kin_mapping *mapping = f->apart->mapping;

	f->objects.count = 0;
	for (size_t k = 0; k < mapping->key_count; k++)
		f->columns[k].count = 0;
	for (size_t i = 0; i < count; i++) {
		kin_instance *instance = kin_instance_of(objects[i]);
		if (!kin_mapping_is(kin_instance_mapping(instance), mapping))
			continue;
		for (size_t k = 0; k < mapping->key_count; k++)
			if (!kin_vec_push(&f->columns[k], kin_instance_key(objects[i], k)))
				return nomem(f);
		if (!kin_vec_push(&f->objects, objects[i]))
			return nomem(f);
		instance->flags |= KIN_INSTANCE_MARK;
	}
	return KIN_OK;
}

/* ---- rows ---- */

static int find_object(const filling *f, kin_statement *statement, void **ret_object)
{
	const kin_mapping *mapping = f->apart->mapping;
	kin_value keys[mapping->key_count];
	bool null;

	if (mapping->integer_key) {
		*ret_object = kin_identity_find_integer(f->identity, kin_statement_int64(statement, 0, &null));
		return KIN_OK;
	}
	for (size_t i = 0; i < mapping->key_count; i++) {
		const kin_attribute *key = mapping->keys[i];
		int rc = kin_statement_value(statement, i, key->domain ? KIN_KIND_TEXT : key->kind & ~KIN_KIND_NULLABLE, &keys[i], &f->session->error);
		if (rc < 0)
			return rc;
	}
	*ret_object = kin_identity_find(f->identity, keys);
	return KIN_OK;
}

/* id 4 */
static void show_key(kin_text *out, const void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));

	for (size_t i = 0; i < mapping->key_count; i++) {
		kin_value key = kin_instance_key(object, i);
		kin_text_addf(out, "%s%s ", i > 0 ? ", " : "", mapping->keys[i]->column);
		kin_show_quoted(out, &key);
	}
}

/* A value did not fit: in which row. Returns the error's code. */
static int explain(const filling *f, const void *object)
{
	kin_error *error = &f->session->error;
	kin_text key;

	if (error->code > KIN_ENOTNULL || error->code < KIN_EVALUE)
		return error->code;
	kin_text_init(&key);
	show_key(&key, object);
	if (kin_text_ok(&key))
		kin_error_context(error, "the row of '%s' with %s", f->apart->table, key.data);
	kin_text_done(&key);
	return error->code;
}

static int fill(const filling *f, kin_statement *statement)
{
	const kin_form *form = f->apart->forms;
	void *object = NULL;
	int rc = find_object(f, statement, &object);

	if (rc < 0 || !object || !(kin_instance_of(object)->flags & KIN_INSTANCE_MARK))
		return rc;
	while (form->mapping != kin_instance_mapping(kin_instance_of(object)))
		form++;
	rc = kin_statement_read(statement, form->cells, form->mould.count, object, &f->session->arena, &f->session->error);
	if (rc < 0)
		return explain(f, object);
	kin_instance_of(object)->flags &= (uint8_t)~KIN_INSTANCE_MARK;
	return KIN_OK;
}

/* ---- a table ---- */

/* It says what it is, and has nothing there. */
static int fail_missing(const filling *f, const void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	kin_text key;
	int rc;

	kin_text_init(&key);
	show_key(&key, object);
	rc = kin_text_ok(&key) ? kin_session_fail(f->session, KIN_EVALUE, NULL, 0, "the row of '%s' with %s: its %s says that it is %s, and '%s' has no row "
	                                          "with that key", mapping->table, key.data, mapping->lineage->discriminator->column, mapping->name,
	                                          f->apart->table)
	                       : nomem(f);
	kin_text_done(&key);
	return rc;
}

static int read_chunk(const filling *f, size_t at, size_t count)
{
	const kin_mapping *mapping = f->apart->mapping;
	kin_value arrays[mapping->key_count];
	kin_cursor cursor = { 0 };
	int rc;

	for (size_t k = 0; k < mapping->key_count; k++)
		arrays[k] = kin_value_array(f->columns[k].items + at, count, KIN_KIND_COUNT);
	if ((rc = kin_query_open(f->session, &f->apart->ask, arrays, &cursor)) == KIN_OK)
		while ((rc = kin_statement_step(cursor.statement, &f->session->error)) > 0)
			if ((rc = fill(f, cursor.statement)) < 0)
				break;
	kin_query_close(&cursor);
	for (size_t i = at; rc == KIN_OK && i < at + count; i++)
		if (kin_instance_of(f->objects.items[i])->flags & KIN_INSTANCE_MARK)
			rc = fail_missing(f, f->objects.items[i]);
	return rc;
}

static int read_table(filling *f, void *const *objects, size_t count)
{
	size_t most = kin_load_chunk(f->session, 0, f->apart->mapping->key_count);
	int rc = gather(f, objects, count);

	for (size_t at = 0; rc == KIN_OK && at < f->objects.count; at += most)
		rc = read_chunk(f, at, f->objects.count - at < most ? f->objects.count - at : most);
	for (size_t i = 0; i < count; i++)
		kin_instance_of(objects[i])->flags &= (uint8_t)~KIN_INSTANCE_MARK;
	return rc;
}

int kin_load_aparts(kin_session *session, const kin_part *part, void *const *objects, size_t count)
{
	filling f = { .session = session, .identity = kin_load_identity(session, part->mapping) };
	size_t keys = part->mapping->key_count;
	int rc = KIN_OK;

	if (count == 0)
		return KIN_OK;
	if (!(f.columns = kin_mem_zalloc(keys * sizeof(*f.columns))))
		return nomem(&f);
	for (size_t i = 0; rc == KIN_OK && i < part->apart_count; i++) {
		f.apart = &part->aparts[i];
		rc = read_table(&f, objects, count);
	}
	for (size_t k = 0; k < keys; k++)
		kin_vec_done(&f.columns[k]);
	kin_vec_done(&f.objects);
	kin_mem_free(f.columns);
	return rc;
}
