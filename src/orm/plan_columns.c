/* plan_columns.c - which columns come with a query's objects: those that the models defer stay away, and `only`, `defer` and `undefer` say otherwise.
 *
 * Texts, bytes and documents can be left out, for their pointers can say that they are not there. Numbers, dates and keys always come. */
#include "orm/defer.h"

const uint64_t *kin_want_left_out(const kin_want *want)
{
	return want->left_out ? want->left_out : want->mapping->deferred;
}

/* The want's own set. NULL when memory is out. */
static uint64_t *own_set(kin_want *want, kin_arena *arena)
{
	const kin_mapping *mapping = want->mapping;
	size_t size = KIN_SET_WORDS(mapping) * sizeof(*want->left_out);

	if (!want->left_out && (want->left_out = kin_arena_zalloc(arena, size)) && mapping->deferred)
		memcpy(want->left_out, mapping->deferred, size);
	return want->left_out;
}

static void set(uint64_t *left_out, const kin_attribute *a, bool out)
{
	uint64_t bit = (uint64_t)1 << (a->index % 64);

	left_out[a->index / 64] = out ? left_out[a->index / 64] | bit : left_out[a->index / 64] & ~bit;
}

/* NULL with KIN_OK: a problem has been noted. */
static int find_column(const kin_want *want, kin_resolver *resolver, const char *name, uint32_t at, const kin_attribute **ret)
{
	const kin_mapping *mapping = want->mapping;

	*ret = kin_mapping_attribute(mapping, name);
	if (*ret)
		return KIN_OK;
	if (kin_mapping_relation(mapping, name))
		return kin_resolve_problem(resolver, at, "%s.%s is a relationship, and this is about columns", mapping->name, name);
	return kin_resolve_unknown(resolver, mapping, name, at, false);
}

int kin_want_only(kin_want *want, kin_resolver *resolver, const kin_with_item *item)
{
	const kin_mapping *mapping = want->mapping;
	uint64_t *left_out = own_set(want, resolver->arena);
	const kin_attribute *a;
	int rc = KIN_OK;

	if (!left_out)
		return KIN_ENOMEM;
	if (mapping->lineage)
		return kin_resolve_problem(resolver, item->at, "%s has models that inherit, whose objects come whole", mapping->name);
	for (size_t i = 0; i < mapping->attribute_count; i++)
		set(left_out, &mapping->attributes[i], kin_defer_can(&mapping->attributes[i]));
	for (size_t i = 0; rc == KIN_OK && i < item->only_count; i++)
		if ((rc = find_column(want, resolver, item->only[i], item->at, &a)) == KIN_OK && a)
			set(left_out, a, false);
	return rc;
}

int kin_want_defer(kin_want *want, kin_resolver *resolver, const char *name, uint32_t at, bool defer)
{
	uint64_t *left_out = own_set(want, resolver->arena);
	const kin_attribute *a;
	int rc = find_column(want, resolver, name, at, &a);

	if (!left_out)
		return KIN_ENOMEM;
	if (rc < 0 || !a)
		return rc;
	if (defer && !a->pointed)
		return kin_resolve_problem(resolver, at, "%s.%s cannot be deferred: only texts, bytes and documents can say that they are not loaded",
		                           want->mapping->name, name);
	if (defer && want->mapping->lineage)
		return kin_resolve_problem(resolver, at, "%s has models that inherit, whose objects come whole", want->mapping->name);
	if (defer && !kin_defer_can(a))
		return kin_resolve_problem(resolver, at, "%s.%s cannot be deferred: it is a key", want->mapping->name, name);
	set(left_out, a, defer);
	return KIN_OK;
}
