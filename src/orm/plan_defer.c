/* plan_defer.c - `defer photo`, `undefer group details`, `undefer *`, `raise pets.photo`: what a query says of columns that do not come by themselves. */
#include "orm/defer.h"

#include <strings.h>

#include "base/text.h"

static bool is_word(const kin_with_item *item, const char *word)
{
	return item->loader && strcasecmp(item->loader, word) == 0;
}

/* The want whose columns an item is about, and the model: its own, or one that inherits from that. false: the query does not load so far, and *at is
 * the name that fails. */
static bool find_last(kin_want **want, const kin_mapping **ret_mapping, const kin_with_item *item, size_t *at)
{
	size_t steps = item->all ? item->count : item->count - 1;

	for (*at = 0; *at < steps;) {
		const kin_mapping *heir = kin_want_heir_called(*want, item->names[*at]);
		if (heir && *at + 1 == steps) {
			*ret_mapping = heir;
			return true;
		}
		const kin_relation *relation = kin_mapping_relation(heir ? heir : (*want)->mapping, item->names[*at + (heir ? 1 : 0)]);
		kin_want *next = relation ? kin_want_find(*want, relation) : NULL;
		if (!next)
			return false;
		*want = next;
		*at += heir ? 2 : 1;
	}
	*ret_mapping = (*want)->mapping;
	return true;
}

static int say_failure(kin_want *want, kin_resolver *resolver, const kin_with_item *item, size_t at)
{
	const kin_relation *relation;
	int rc = kin_want_step(want, resolver, item, &at, &relation);

	if (!relation)
		return rc;
	return kin_resolve_problem(resolver, item->at, "%s.%s is not loaded here: name it before its columns", relation->mapping->name, relation->name);
}

/* `raise photo` is like `raise owner` to look at. */
static bool raises_column(kin_want *want, const kin_with_item *item)
{
	const kin_mapping *mapping;
	size_t at;

	if (!is_word(item, "raise") || item->all || !find_last(&want, &mapping, item, &at))
		return false;
	const char *name = item->names[item->count - 1];
	return !kin_mapping_relation(mapping, name) && kin_mapping_attribute(mapping, name);
}

bool kin_want_is_about_columns(kin_want *want, const kin_with_item *item)
{
	if (item->count == 0 && !item->all)
		return item->has_only;
	return item->group || is_word(item, "defer") || is_word(item, "undefer") || raises_column(want, item);
}

static int raise(kin_want *want, kin_resolver *resolver, const kin_attribute *attribute, uint32_t at)
{
	if (attribute->mapping != want->mapping)
		return kin_resolve_problem(resolver, at, "%s.%s cannot be raised where %s is asked for: say `defer`", attribute->mapping->name, attribute->name,
		                           want->mapping->name);
	if (!want->raised && !(want->raised = kin_arena_zalloc(resolver->arena, KIN_SET_WORDS(want->mapping) * sizeof(*want->raised))))
		return KIN_ENOMEM;
	kin_set_add(want->raised, attribute->index);
	return KIN_OK;
}

static int name_one(kin_want *want, const kin_mapping *mapping, kin_resolver *resolver, const kin_with_item *item, const char *name)
{
	const kin_attribute *attribute = kin_mapping_attribute(mapping, name);
	int rc = kin_want_defer(want, resolver, mapping, name, item->at, !is_word(item, "undefer"));

	return rc == KIN_OK && attribute && is_word(item, "raise") ? raise(want, resolver, attribute, item->at) : rc;
}

static int no_group(const kin_mapping *mapping, kin_resolver *resolver, const kin_with_item *item, const char *group)
{
	const char **names = kin_arena_alloc(resolver->arena, (mapping->attribute_count + 1) * sizeof(*names)), *near;
	size_t count = 0;

	if (!names)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->attribute_count; i++)
		if (mapping->attributes[i].group)
			names[count++] = mapping->attributes[i].group;
	near = kin_text_nearest(group, names, count);
	return kin_resolve_problem(resolver, item->at, "%s has no group of columns '%s'%s%s%s", mapping->name, group, near ? "; did you mean '" : "",
	                           near ? near : "", near ? "'?" : "");
}

/* The columns of a group, or all that can be deferred; of a model that inherits from the want's, its own. `group` NULL: all. */
static int name_some(kin_want *want, const kin_mapping *mapping, kin_resolver *resolver, const kin_with_item *item, const char *group)
{
	size_t found = 0;
	int rc = KIN_OK;

	for (size_t i = mapping == want->mapping ? 0 : mapping->inherited; rc == KIN_OK && i < mapping->attribute_count; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		bool meant = group ? a->group && strcmp(a->group, group) == 0 : kin_defer_can(a);
		if (!meant)
			continue;
		found++;
		rc = name_one(want, mapping, resolver, item, a->name);
	}
	return group && found == 0 ? no_group(mapping, resolver, item, group) : rc;
}

int kin_want_columns(kin_want *want, kin_resolver *resolver, const kin_with_item *item)
{
	kin_want *last = want;
	const kin_mapping *mapping;
	size_t at;

	if (item->count == 0 && !item->all)
		return kin_want_only(want, resolver, item);
	if (kin_with_item_sifts(item) || item->has_only)
		return kin_resolve_problem(resolver, item->at, "'%s' takes a column, as in %s photo", item->loader, item->loader);
	if (!find_last(&last, &mapping, item, &at))
		return say_failure(last, resolver, item, at);
	if (item->all)
		return name_some(last, mapping, resolver, item, NULL);
	const char *name = item->names[item->count - 1];
	return item->group ? name_some(last, mapping, resolver, item, name) : name_one(last, mapping, resolver, item, name);
}
