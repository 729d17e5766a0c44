/* resolve_kind.c - whether an argument can stand where it does, by its kind. */
#include "orm/resolve.h"
#include "value/kind.h"

int kin_resolve_kind_of(const kin_resolver *resolver, uint32_t argument)
{
	return resolver->kinds[argument] & ~KIN_KIND_NULLABLE;
}

static int wrong_object(kin_resolver *resolver, const kin_slot *slot, uint32_t at, int kind)
{
	return kin_resolve_problem(resolver, at, "%s.%s is a relationship to %s, but argument %u is %s%s",
	                           slot->relation->mapping->name, slot->relation->name, slot->relation->target->name,
	                           slot->argument + 1, kin_kind_article(kind), kin_kind_get(kind)->name);
}

static int wrong_value(kin_resolver *resolver, const kin_slot *slot, uint32_t at, int kind)
{
	const kin_attribute *a = slot->attribute;
	int column = a->kind & ~KIN_KIND_NULLABLE;

	return kin_resolve_problem(resolver, at, "%s.%s is %s%s, but argument %u is %s%s", a->mapping->name, a->name,
	                           kin_kind_article(column), kin_kind_get(column)->name, slot->argument + 1, kin_kind_article(kind),
	                           kin_kind_get(kind)->name);
}

int kin_resolve_kind(kin_resolver *resolver, const kin_slot *slot, uint32_t at)
{
	int kind = kin_resolve_kind_of(resolver, slot->argument);

	if (kind == KIN_KIND_COUNT || (kind == KIN_KIND_ARRAY && slot->many))
		return KIN_OK; /* what the items are is known when the query runs */
	if (kind == KIN_KIND_ARRAY)
		return kin_resolve_problem(resolver, at, "argument %u is an array: only `in (?)` takes one", slot->argument + 1);
	if (slot->counts_rows && (kind < KIN_KIND_INT8 || kind > KIN_KIND_UINT64))
		return kin_resolve_problem(resolver, at, "a number of rows is an integer, but argument %u is %s%s",
		                           slot->argument + 1, kin_kind_article(kind), kin_kind_get(kind)->name);
	if (slot->member && kind != KIN_KIND_OBJECT && kind != KIN_KIND_NULL)
		return wrong_object(resolver, slot, at, kind);
	if (!slot->member && slot->attribute && !kin_kind_comparable(slot->attribute->kind, kind))
		return wrong_value(resolver, slot, at, kind);
	if (!slot->member && !slot->attribute && kind == KIN_KIND_OBJECT)
		return kin_resolve_problem(resolver, at, "argument %u is an object: it can only be compared with a relationship",
		                           slot->argument + 1);
	return KIN_OK;
}
