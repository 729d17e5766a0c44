/* plan_with.c - what is loaded together with a model's objects.
 *
 * What a query names comes first, as it says. Then what the models say (.lazy), for everything that is loaded, but never back into a model
 * that is on the way already: owner → pets → owner stops, or it would not end.
 *
 * A relationship named without a way to load it is loaded as the model says; where that is lazily, a to-one relationship
 * is joined, because it adds columns but no rows, and a collection takes a statement of its own. */
#include "orm/plan.h"

static kin_want *find_want(const kin_want *want, const kin_relation *relation)
{
	kin_want *w = want->first;

	while (w && w->relation != relation)
		w = w->next;
	return w;
}

static kin_want *add_want(kin_want *want, kin_arena *arena, const kin_relation *relation, kin_lazy how, bool named)
{
	kin_want *w = kin_arena_zalloc(arena, sizeof(*w)), **end = &want->first;

	if (!w)
		return NULL;
	*w = (kin_want){ .mapping = relation->target, .relation = relation, .parent = want, .how = how, .named = named };
	while (*end)
		end = &(*end)->next;
	return *end = w;
}

static kin_lazy usual(const kin_relation *relation)
{
	if (relation->lazy != KIN_SELECT)
		return relation->lazy;
	return relation->to_many ? KIN_SELECTIN : KIN_JOINED;
}

static bool loader_of(const char *word, kin_lazy *ret)
{
	static const char *const words[] = {
		[KIN_SELECT] = "select", [KIN_JOINED] = "joined", [KIN_SUBQUERY] = "subquery", [KIN_SELECTIN] = "selectin",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(word, words[i]) == 0) {
			*ret = (kin_lazy)i;
			return true;
		}
	return false;
}

/* pets.visits: the way that is said goes for every step that this item is the first to name. */
static int name_path(kin_want *want, kin_resolver *resolver, const kin_with_item *item)
{
	kin_lazy how = KIN_SELECT;

	if (item->loader && !loader_of(item->loader, &how))
		return kin_resolve_problem(resolver, item->at, "'%s' is no way to load: joined, subquery, selectin or select", item->loader);
	for (size_t i = 0; i < item->count; i++) {
		const kin_relation *relation = kin_mapping_relation(want->mapping, item->names[i]);
		if (!relation)
			return kin_resolve_unknown(resolver, want->mapping, item->names[i], item->at, true);
		kin_want *step = find_want(want, relation);
		if (!step)
			step = add_want(want, resolver->arena, relation, item->loader ? how : usual(relation), true);
		else if (item->loader && i + 1 == item->count)
			step->how = how;
		if (!step)
			return KIN_ENOMEM;
		want = step;
	}
	return KIN_OK;
}

int kin_want_named(kin_want *want, kin_resolver *resolver, const kin_with_item *items, size_t count)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		rc = name_path(want, resolver, &items[i]);
	return rc;
}

static bool on_the_way(const kin_want *want, const kin_mapping *mapping)
{
	for (; want; want = want->parent)
		if (want->mapping == mapping)
			return true;
	return false;
}

int kin_want_usual(kin_want *want, kin_arena *arena)
{
	const kin_mapping *mapping = want->mapping;
	int rc = KIN_OK;

	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *r = mapping->relations[i];
		if (r->lazy == KIN_SELECT || find_want(want, r) || on_the_way(want, r->target))
			continue;
		if (!add_want(want, arena, r, r->lazy, false))
			return KIN_ENOMEM;
	}
	for (kin_want *w = want->first; rc == KIN_OK && w; w = w->next)
		if (w->how != KIN_SELECT)
			rc = kin_want_usual(w, arena);
	return rc;
}
