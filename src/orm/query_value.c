/* query_value.c - what a placeholder is given: an argument as its column's kind, or a member of an object. */
#include "orm/query.h"

#include <assert.h>

#include "value/decimal.h"
#include "value/domain.h"
#include "value/kind.h"
#include "value/show.h"

static int fail_with_value(kin_session *session, int code, const kin_slot *slot, const kin_value *value, const char *sentence)
{
	const kin_attribute *a = slot->attribute;
	kin_text shown;

	kin_text_init(&shown);
	kin_show_quoted(&shown, value);
	int rc = !kin_text_ok(&shown) ? kin_session_nomem(session)
	         : a ? kin_session_fail(session, code, NULL, 0, "%s.%s: %s %s (argument %u)", a->mapping->name, a->name, shown.data,
	                                sentence, slot->argument + 1)
	             : kin_session_fail(session, code, NULL, 0, "argument %u: %s %s", slot->argument + 1, shown.data, sentence);
	kin_text_done(&shown);
	return rc;
}

static int object_member(kin_session *session, const kin_slot *slot, const kin_value *value, kin_value *ret)
{
	const kin_relation *r = slot->relation;
	const void *object = value->as.data;

	if (!kin_instance_valid(object))
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "argument %u is not an object that kin made", slot->argument + 1);
	const kin_instance *instance = kin_instance_of(object);
	if (!kin_mapping_is(kin_instance_mapping(instance), slot->member->mapping))
		return kin_session_fail(session, KIN_EQUERY, NULL, 0, "%s.%s is a relationship to %s, but argument %u is an object of %s",
		                        r->mapping->name, r->name, r->target->name, slot->argument + 1,
		                        kin_instance_mapping(instance)->name);
	if (instance->state == KIN_TRANSIENT || instance->state == KIN_PENDING)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "argument %u is an object of %s without a row, so nothing can be "
		                        "compared with it: add it and flush first", slot->argument + 1, r->target->name);
	*ret = kin_attribute_value(slot->member, object);
	return KIN_OK;
}

/* "Pet.born: 'x' is not a date such as 2026-11-22 (argument 1)" */
static int fail_in(kin_session *session, int code, const kin_slot *slot, kin_error *error)
{
	const kin_attribute *a = slot->attribute;

	if (code == KIN_ENOMEM)
		kin_session_nomem(session);
	else
		kin_session_fail(session, code, NULL, 0, "%s.%s: %s (argument %u)", a->mapping->name, a->name, kin_error_text(error),
		                 slot->argument + 1);
	kin_error_clear(error);
	return code;
}

/* As a kind whose values fit into a kin_value, or stay where they are. */
static int as_kind(kin_session *session, const kin_slot *slot, int kind, const kin_value *value, kin_value *ret)
{
	union {
		int64_t     align;
		kin_decimal decimal; /* the largest */
	} stored;
	kin_error error = { 0 };
	int rc = kin_member_set(&stored, kind, value, NULL, &error);

	if (rc < 0)
		return fail_in(session, rc, slot, &error);
	*ret = kin_member_get(&stored, kind);
	return KIN_OK;
}

static int as_label(kin_session *session, const kin_slot *slot, const kin_value *value, kin_value *ret)
{
	kin_error error = { 0 };
	int rc = kin_domain_label(slot->attribute->domain, value, ret, &error);

	return rc < 0 ? fail_in(session, rc, slot, &error) : KIN_OK;
}

static bool is_dated(int kind)
{
	return kind >= KIN_KIND_DATE && kind <= KIN_KIND_TIMESTAMP;
}

static int as_date(kin_session *session, const kin_slot *slot, int kind, const kin_value *value, kin_value *ret)
{
	int64_t moment = value->as.integer;

	if (value->kind == KIN_KIND_TEXT && kin_parse_date(value->as.data, value->size, (kin_kind)kind, &moment) < 0)
		return fail_with_value(session, KIN_EVALUE, slot, value, "is no such date or time");
	*ret = kin_value_integer_(moment, kind);
	return KIN_OK;
}

/* What the column is compared with is of its kind, where a text or a number stands for it. */
static int as_column(kin_session *session, const kin_slot *slot, int kind, const kin_value *value, kin_value *ret)
{
	const kin_domain *domain = slot->attribute->domain;

	if (value->kind == KIN_KIND_NULL)
		return KIN_OK;
	if (kind == KIN_KIND_ENUM)
		return as_label(session, slot, value, ret);
	if (kind == KIN_KIND_CUSTOM && value->kind != domain->custom->kind)
		return as_kind(session, slot, domain->custom->kind, value, ret);
	if (is_dated(kind))
		return as_date(session, slot, kind, value, ret);
	if (kind == KIN_KIND_UUID || kind == KIN_KIND_JSON || (kind == KIN_KIND_DECIMAL && value->kind == KIN_KIND_TEXT))
		return as_kind(session, slot, kind, value, ret);
	return KIN_OK;
}

static int check_assigned(kin_session *session, const kin_slot *slot, const kin_value *value)
{
	const kin_attribute *a = slot->attribute;
	int kind = a->kind & ~KIN_KIND_NULLABLE;
	union {
		int64_t     align;
		kin_decimal decimal; /* the largest */
	} stored;
	kin_error error = { 0 };
	int rc;

	if (value->kind == KIN_KIND_NULL && a->not_null)
		return kin_session_fail(session, KIN_ENOTNULL, NULL, 0, "%s.%s cannot be NULL (argument %u)", a->mapping->name, a->name,
		                        slot->argument + 1);
	if (a->computed)
		return kin_session_fail(session, KIN_EQUERY, NULL, 0, "%s.%s is computed by the database", a->mapping->name, a->name);
	if (value->kind == KIN_KIND_TEXT && kind == KIN_KIND_CHARS && value->size > (size_t)a->length)
		return kin_session_fail(session, KIN_ELENGTH, NULL, 0, "%s.%s holds %d bytes, but argument %u has %u",
		                        a->mapping->name, a->name, a->length, slot->argument + 1, value->size);
	if (value->kind == KIN_KIND_TEXT && kind == KIN_KIND_TEXT && a->length > 0) {
		size_t characters = 0;
		for (const char *s = value->as.data, *end = s + value->size; s < end; s++)
			characters += ((unsigned char)*s & 0xc0) != 0x80;
		if (characters > (size_t)a->length)
			return kin_session_fail(session, KIN_ELENGTH, NULL, 0, "%s.%s holds %d characters, but argument %u has %zu",
			                        a->mapping->name, a->name, a->length, slot->argument + 1, characters);
	}
	if (kind < KIN_KIND_BOOL || kind > KIN_KIND_DECIMAL || value->kind == KIN_KIND_NULL)
		return KIN_OK;
	rc = kin_member_set(&stored, kind, value, NULL, &error);
	if (rc == KIN_OK && kind == KIN_KIND_DECIMAL)
		rc = kin_decimal_fits(stored.decimal, a->precision, a->scale, &error);
	if (rc < 0)
		kin_session_fail(session, rc, NULL, 0, "%s.%s: %s", a->mapping->name, a->name, kin_error_text(&error));
	kin_error_clear(&error);
	return rc;
}

/* A value whose kind was not known when the plan was made. */
static int check_kind(kin_session *session, const kin_slot *slot, const kin_value *value)
{
	const kin_attribute *a = slot->attribute;

	if (slot->member && value->kind != KIN_KIND_OBJECT)
		return kin_session_fail(session, KIN_EQUERY, NULL, 0, "%s.%s is a relationship to %s, but argument %u is %s",
		                        slot->relation->mapping->name, slot->relation->name, slot->relation->target->name,
		                        slot->argument + 1, kin_kind_get(value->kind)->name);
	if (!slot->member && a && !kin_kind_comparable(a->kind, value->kind))
		return kin_session_fail(session, KIN_EQUERY, NULL, 0, "%s.%s is %s, but argument %u is %s", a->mapping->name, a->name,
		                        kin_kind_get(a->kind & ~KIN_KIND_NULLABLE)->name, slot->argument + 1,
		                        kin_kind_get(value->kind)->name);
	if (value->kind == KIN_KIND_ARRAY || (value->kind == KIN_KIND_OBJECT && !slot->member))
		return kin_session_fail(session, KIN_EQUERY, NULL, 0, "argument %u is an %s, which has no place there",
		                        slot->argument + 1, kin_kind_get(value->kind)->name);
	return KIN_OK;
}

static int check_rows(kin_session *session, const kin_slot *slot, const kin_value *value)
{
	if (value->kind < KIN_KIND_INT8 || value->kind > KIN_KIND_UINT64)
		return kin_session_fail(session, KIN_EQUERY, NULL, 0, "a number of rows is an integer, but argument %u is %s",
		                        slot->argument + 1, value->kind == KIN_KIND_NULL ? "NULL" : kin_kind_get(value->kind)->name);
	if (value->as.integer < 0)
		return kin_session_fail(session, KIN_EQUERY, NULL, 0, "argument %u is a number of rows, but %lld is below zero",
		                        slot->argument + 1, (long long)value->as.integer);
	return KIN_OK;
}

/* An integer above INT64_MAX. */
static bool holds_large(int column, const kin_value *value)
{
	return value->kind == KIN_KIND_INT64 && (column == KIN_KIND_UINT64 || column == KIN_KIND_DECIMAL);
}

int kin_query_value(kin_session *session, const kin_slot *slot, const kin_value *argument, kin_value *ret)
{
	int column = slot->attribute ? slot->attribute->kind & ~KIN_KIND_NULLABLE : KIN_KIND_NULL;
	int rc = KIN_OK;

	assert(slot->attribute || !slot->assigned);
	*ret = *argument;
	if (argument->overflow && !holds_large(column, argument))
		return fail_with_value(session, KIN_ERANGE, slot, argument, "is too large for any column");
	if (argument->kind != KIN_KIND_NULL && argument->kind != column)
		rc = check_kind(session, slot, argument);
	if (rc == KIN_OK && argument->kind == KIN_KIND_OBJECT)
		rc = object_member(session, slot, argument, ret);
	else if (rc == KIN_OK && column >= KIN_KIND_DECIMAL && argument->kind != column)
		rc = as_column(session, slot, column, argument, ret);
	if (rc == KIN_OK && slot->counts_rows)
		rc = check_rows(session, slot, ret);
	if (rc == KIN_OK && slot->assigned)
		rc = check_assigned(session, slot, ret);
	return rc;
}
