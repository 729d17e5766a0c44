/* discriminator.c - the member that says of which model an object is: set when it is made, and the same for ever. */
#include "orm/inherit.h"

#include "orm/load.h"
#include "value/show.h"

bool kin_discriminator_says(const kin_mapping *mapping, const kin_value *value)
{
	const kin_lineage *lineage = mapping->lineage;

	if (!lineage->identity || value->kind == KIN_KIND_NULL)
		return false;
	if (value->kind != KIN_KIND_TEXT)
		return value->as.integer == lineage->number;
	return strlen(lineage->identity) == value->size && memcmp(lineage->identity, value->as.data, value->size) == 0;
}

int kin_discriminator_check(kin_session *session, const kin_mapping *mapping, const void *object)
{
	const kin_attribute *d = mapping->lineage->discriminator;
	kin_value value = kin_attribute_value(d, object);
	kin_text quoted;

	if (kin_discriminator_says(mapping, &value))
		return KIN_OK;
	kin_text_init(&quoted);
	kin_show_quoted(&quoted, &value);
	int rc = kin_text_ok(&quoted)
	         ? kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s.%s is %s, but of every %s it is '%s', for it says of which model a row is; "
	                            "make a new object of the other model instead", mapping->name, d->name, quoted.data, mapping->name,
	                            mapping->lineage->identity)
	         : kin_session_nomem(session);
	kin_text_done(&quoted);
	return rc;
}

int kin_discriminator_set(kin_session *session, const kin_mapping *mapping, void *object)
{
	const kin_lineage *lineage = mapping->lineage;
	const kin_attribute *d = lineage->discriminator;
	int kind = d->kind & ~KIN_KIND_NULLABLE;
	void *member = kin_member(object, d->offset);
	kin_value value;

	if (lineage->abstract)
		return kin_session_fail(session, KIN_EINVAL, lineage->file, lineage->line,
		                        "%s is abstract: make an object of a model that inherits from it", mapping->name);
	if (kind == KIN_KIND_ENUM ? false : !kin_domain_is_blank(member, d->kind, d->domain))
		return kin_discriminator_check(session, mapping, object);
	if (kind == KIN_KIND_TEXT) { /* it lives as long as the mapping */
		*(const char **)member = lineage->identity;
		return KIN_OK;
	}
	value = kind == KIN_KIND_CHARS || kind == KIN_KIND_ENUM ? kin_value_text(lineage->identity) : kin_value_int64(lineage->number);
	return kin_domain_set(member, d->kind, d->domain, &value, &session->arena, &session->error);
}
