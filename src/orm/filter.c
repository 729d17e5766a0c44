/* filter.c - a model's filters in the statements about it.
 *
 *     FROM pets WHERE pets.deleted_at IS NULL
 *     LEFT OUTER JOIN owners AS owners_1 ON pets.owner_id = owners_1.id AND owners_1.deleted_at IS NULL */
#include "orm/filter.h"

#include "orm/registry.h"

enum { NUMBER_BITS = 4 };

_Static_assert(KIN_FILTERS_MOST <= 1 << NUMBER_BITS, "a filter's number fits");

typedef struct numbering {
	const kin_mapping *mapping;
	size_t             number;
} numbering;

/* Models are numbered in 16 bits. */
static int number_param(void *context, kin_expr **expr)
{
	const numbering *n = context;

	if ((*expr)->kind == KIN_EXPR_PARAM)
		(*expr)->index = KIN_FILTER_PARAM | (uint32_t)n->mapping->id << NUMBER_BITS | (uint32_t)n->number;
	return 0;
}

const kin_filter *kin_filter_of_param(const kin_registry *registry, uint32_t param, const kin_mapping **ret_mapping)
{
	const kin_mapping *mapping = kin_registry_mapping(registry, (param & ~KIN_FILTER_PARAM) >> NUMBER_BITS);

	*ret_mapping = mapping;
	return &mapping->filters[param & ((1u << NUMBER_BITS) - 1)];
}

static bool is_off(const kin_query_text *unfiltered, const kin_filter *filter)
{
	if (!unfiltered || unfiltered->unfiltered_count == 0)
		return unfiltered;
	for (size_t i = 0; i < unfiltered->unfiltered_count; i++)
		if (strcmp(unfiltered->unfiltered_names[i], filter->name) == 0)
			return true;
	return false;
}

/* It was resolved when the models were configured, so nothing but memory can fail. */
static kin_expr *condition_of(kin_arena *arena, const kin_mapping *mapping, size_t number, const char *alias)
{
	static const uint8_t kinds[] = { KIN_KIND_COUNT };
	const kin_filter *filter = &mapping->filters[number];
	numbering n = { mapping, number };
	const char *why;
	kin_expr *expr;

	if (kin_resolve_own(arena, mapping, filter->text, alias, kinds, filter->takes, NULL, &expr, &why) < 0 || !expr)
		return NULL;
	kin_expr_walk(&expr, number_param, &n);
	return expr;
}

bool kin_filter_add(const kin_resolver *resolver, const kin_mapping *mapping, const char *alias, kin_expr **condition)
{
	for (size_t i = 0; i < mapping->filter_count; i++) {
		if (is_off(resolver->unfiltered, &mapping->filters[i]))
			continue;
		kin_expr *one = condition_of(resolver->arena, mapping, i, alias ? alias : mapping->table);
		if (!one || !(*condition = kin_expr_and(resolver->arena, *condition, one)))
			return false;
	}
	return true;
}

/* ---- what a query is without ---- */

static bool has_filter(const kin_registry *registry, const char *name)
{
	for (size_t i = 0; i < kin_registry_count(registry); i++) {
		const kin_mapping *mapping = kin_registry_mapping(registry, i);
		for (size_t n = 0; n < mapping->filter_count; n++)
			if (strcmp(mapping->filters[n].name, name) == 0)
				return true;
	}
	return false;
}

static int unknown(kin_resolver *resolver, const char *name, uint32_t at)
{
	const kin_registry *registry = resolver->registry;
	size_t models = kin_registry_count(registry), count = 0;
	const char **names = kin_arena_alloc(resolver->arena, (models * KIN_FILTERS_MOST + 1) * sizeof(*names));

	if (!names)
		return KIN_ENOMEM;
	for (size_t i = 0; i < models; i++) {
		const kin_mapping *mapping = kin_registry_mapping(registry, i);
		for (size_t n = 0; n < mapping->filter_count; n++)
			names[count++] = mapping->filters[n].name;
	}
	const char *near = kin_text_nearest(name, names, count);
	return kin_resolve_problem(resolver, at, "no model has a kin_filter(%s)%s%s%s", name, near ? "; did you mean '" : "", near ? near : "",
	                           near ? "'?" : "");
}

int kin_filter_check(kin_resolver *resolver, const kin_query_text *text)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < text->unfiltered_count; i++)
		if (!has_filter(resolver->registry, text->unfiltered_names[i]))
			rc = unknown(resolver, text->unfiltered_names[i], text->unfiltered_at);
	return rc;
}
