/* plan_columns.c - which columns come with a query's objects: those that the models defer stay away, and `only`, `defer` and `undefer` say otherwise.
 *
 * Texts, bytes and documents can be left out, for their pointers can say that they are not there. Numbers, dates and keys always come. */
#include "orm/defer.h"

const uint64_t *kin_want_left_out(const kin_want *want)
{
	return want->left_out ? want->left_out : want->mapping->deferred;
}

const uint64_t *kin_want_heir_left_out(const kin_want *want, const kin_mapping *heir)
{
	const kin_lineage *lineage = want->mapping->lineage;
	size_t i = 0;

	while (want->heirs && lineage->heirs[i] != heir)
		i++;
	return want->heirs && want->heirs[i].left_out ? want->heirs[i].left_out : heir->deferred;
}

/* The want's own set of what stays away of its model, or of one that inherits from it. NULL when memory is out. */
static uint64_t *own_set(kin_want *want, kin_arena *arena, const kin_mapping *mapping)
{
	size_t size = KIN_SET_WORDS(mapping) * sizeof(*want->left_out);
	kin_want_heir *heir = mapping == want->mapping ? NULL : kin_want_heir_of(want, arena, mapping);
	uint64_t **set = mapping == want->mapping ? &want->left_out : heir ? &heir->left_out : NULL;

	if (set && !*set && (*set = kin_arena_zalloc(arena, size)) && mapping->deferred)
		memcpy(*set, mapping->deferred, size);
	return set ? *set : NULL;
}

static void set(uint64_t *left_out, const kin_attribute *a, bool out)
{
	uint64_t bit = (uint64_t)1 << (a->index % 64);

	left_out[a->index / 64] = out ? left_out[a->index / 64] | bit : left_out[a->index / 64] & ~bit;
}

/* NULL with KIN_OK: a problem has been noted. */
static int find_column(kin_resolver *resolver, const kin_mapping *mapping, const char *name, uint32_t at, const kin_attribute **ret)
{
	*ret = kin_mapping_attribute(mapping, name);
	if (*ret)
		return KIN_OK;
	if (kin_mapping_relation(mapping, name))
		return kin_resolve_problem(resolver, at, "%s.%s is a relationship, and this is about columns", mapping->name, name);
	return kin_resolve_unknown(resolver, mapping, name, at, false);
}

/* Of a model and its own columns, all that can. Those of models that it inherits from are another's. */
static int leave_all_out(kin_want *want, kin_arena *arena, const kin_mapping *mapping)
{
	uint64_t *left_out = own_set(want, arena, mapping);

	for (size_t i = mapping == want->mapping ? 0 : mapping->inherited; left_out && i < mapping->attribute_count; i++)
		set(left_out, &mapping->attributes[i], kin_defer_can(&mapping->attributes[i]));
	return left_out ? KIN_OK : KIN_ENOMEM;
}

int kin_want_only(kin_want *want, kin_resolver *resolver, const kin_with_item *item)
{
	const kin_lineage *lineage = want->mapping->lineage;
	const kin_attribute *a;
	int rc = leave_all_out(want, resolver->arena, want->mapping);

	for (size_t i = 1; rc == KIN_OK && lineage && i < lineage->heir_count; i++)
		rc = leave_all_out(want, resolver->arena, lineage->heirs[i]);
	for (size_t i = 0; rc == KIN_OK && i < item->only_count; i++)
		if ((rc = find_column(resolver, want->mapping, item->only[i], item->at, &a)) == KIN_OK && a)
			set(want->left_out, a, false);
	return rc;
}

/* The column belongs to the query's model, or to the one that is named. */
static bool is_of(const kin_want *want, const kin_mapping *mapping, const kin_attribute *a)
{
	return mapping == want->mapping || a->index >= mapping->inherited;
}

int kin_want_defer(kin_want *want, kin_resolver *resolver, const kin_mapping *mapping, const char *name, uint32_t at, bool defer)
{
	uint64_t *left_out = own_set(want, resolver->arena, mapping);
	const kin_lineage *lineage = mapping->lineage;
	const kin_attribute *a;
	int rc = find_column(resolver, mapping, name, at, &a);

	if (!left_out)
		return KIN_ENOMEM;
	if (rc < 0 || !a)
		return rc;
	if (!is_of(want, mapping, a))
		return kin_resolve_problem(resolver, at, "%s.%s is %s's, and of the others too: say it of that", mapping->name, name,
		                           kin_attribute_origin(a)->mapping->name);
	if (defer && !a->pointed)
		return kin_resolve_problem(resolver, at, "%s.%s cannot be deferred: only texts, bytes and documents can say that they are not loaded",
		                           mapping->name, name);
	if (defer && !kin_defer_can(a))
		return kin_resolve_problem(resolver, at, "%s.%s cannot be deferred: it %s", mapping->name, name,
		                           lineage && a == lineage->discriminator ? "says of which model a row is" : "is a key");
	set(left_out, a, defer);
	return KIN_OK;
}
