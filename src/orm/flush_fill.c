/* flush_fill.c - what is not the program's to set: defaults, on-update values and versions go into the members before a row is written,
 * computed columns are read back after it. */
#include "orm/flush.h"
#include "orm/inherit.h"

/* Fail with "Pet.born: its default: …". */
static int refuse(kin_flusher *flush, const kin_attribute *attribute, int code, const kin_error *error)
{
	if (code == KIN_ENOMEM)
		return kin_session_nomem(flush->session);
	return kin_session_fail(flush->session, code, NULL, 0, "%s.%s: its default: %s", attribute->mapping->name, attribute->name,
	                        kin_error_text(error));
}

static int fill(kin_flusher *flush, void *object, const kin_attribute *attribute, const kin_value *value)
{
	kin_error error = { 0 };
	kin_value label;
	int rc = KIN_OK;

	if ((attribute->kind & ~KIN_KIND_NULLABLE) == KIN_KIND_ENUM && value->kind != KIN_KIND_NULL) {
		rc = kin_domain_label(attribute->domain, value, &label, &error);
		value = &label;
	}
	if (rc == KIN_OK)
		rc = kin_domain_set(kin_member(object, attribute->offset), attribute->kind, attribute->domain, value, flush->arena,
		                    &error);
	if (rc < 0)
		refuse(flush, attribute, rc, &error);
	kin_error_clear(&error);
	return rc;
}

/* A new row has version 1, unless the program says another; a changed one the next after what was loaded. */
static void set_version(const kin_mapping *mapping, void *object, const void *former)
{
	const kin_attribute *version = mapping->version;
	int64_t number = kin_member_get(kin_member(former ? (void *)(uintptr_t)former : object, version->offset), version->kind).as.integer;

	number = former || number == 0 ? number + 1 : number;
	if (version->kind == KIN_KIND_INT32)
		*(int32_t *)kin_member(object, version->offset) = number > INT32_MAX ? 1 : (int32_t)number;
	else
		*(int64_t *)kin_member(object, version->offset) = number;
}

int kin_flush_fill_new(kin_flusher *flush, const kin_mapping *mapping, void *object)
{
	int rc = KIN_OK;

	if (mapping->version)
		set_version(mapping, object, NULL);
	for (size_t i = 0; mapping->has_fills && i < mapping->attribute_count && rc == KIN_OK; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		if (!a->default_fn && a->default_value.kind == KIN_KIND_NULL)
			continue;
		if (!kin_domain_is_blank(kin_member(object, a->offset), a->kind, a->domain))
			continue;
		kin_value value = a->default_fn ? a->default_fn() : a->default_value;
		rc = fill(flush, object, a, &value);
	}
	return rc;
}

int kin_flush_fill_changed(kin_flusher *flush, kin_tracked *tracked, const uint64_t *set)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(tracked->object));
	int rc = KIN_OK;

	if (mapping->version)
		set_version(mapping, tracked->object, tracked->snapshot);
	for (size_t i = 0; i < mapping->attribute_count && rc == KIN_OK; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		if (!a->update_fn || kin_set_has(set, i))
			continue;
		kin_value value = a->update_fn();
		rc = fill(flush, tracked->object, a, &value);
	}
	return rc;
}

static int read_computed(kin_flusher *flush, kin_statement *statement, const kin_write *write, kin_tracked *tracked)
{
	kin_session *session = flush->session;
	int rc = kin_statement_bind_cells(statement, write->key_cells, write->key_count, tracked->object, 0, &session->error);

	if (rc == KIN_OK)
		rc = kin_statement_step(statement, &session->error);
	if (rc > 0)
		rc = kin_statement_read(statement, write->returned, write->returned_count, tracked->object, &session->arena,
		                        &session->error);
	kin_statement_reset(statement);
	return rc;
}

static int reread(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *const *items, size_t count)
{
	kin_error *error = &flush->session->error;
	kin_statement *statement = NULL;
	const kin_write *write;
	int rc;

	if (count == 0)
		return KIN_OK;
	if ((rc = kin_mapping_sql_computed(mapping, flush->dialect, &write, error)) < 0 ||
	    (rc = kin_statement_open(flush->connection, &write->sql, &statement, error)) < 0)
		return rc;
	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		rc = read_computed(flush, statement, write, items[i]);
	kin_statement_close(statement);
	return rc;
}

int kin_flush_reread(kin_flusher *flush, const kin_mapping *mapping, kin_tracked *const *items, size_t count)
{
	int rc = KIN_OK;

	for (size_t n = 0; n < kin_mapping_level_count(mapping) && rc == KIN_OK; n++)
		if (kin_mapping_level(mapping, n)->has_computed)
			rc = reread(flush, kin_mapping_level(mapping, n), items, count);
	return rc;
}
