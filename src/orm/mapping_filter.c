/* mapping_filter.c - the kin_filter() lines of a model. */
#include "orm/filter.h"

#include "base/error.h"
#include "sql/lex.h"

void kin_map_filter(kin_mapper *mapper, const char *name, const char *condition, const char *file, int line)
{
	kin_draft_filter draft = { .name = name, .text = condition, .file = file, .line = line };

	if (!kin_vec_push(&mapper->filters, draft))
		mapper->failed = true;
}

/* What is wrong with the line as such; NULL: nothing. */
static const char *why_not(const kin_mapper *mapper, const kin_filter *filters, size_t count, const kin_draft_filter *draft)
{
	if (mapper->parent)
		return "a filter is said of the model that the others inherit from, and holds for all of them";
	if (count == KIN_FILTERS_MOST)
		return "a model has 16 filters at most";
	for (size_t i = 0; i < count; i++)
		if (strcmp(filters[i].name, draft->name) == 0)
			return "there is a filter of that name already";
	return NULL;
}

static size_t placeholders(const char *text)
{
	size_t count = 0;
	kin_lex lex;

	kin_lex_init(&lex, text, strlen(text), 1);
	for (kin_token token = kin_lex_next(&lex); token.kind != KIN_TOKEN_END; token = kin_lex_next(&lex))
		count += token.kind == KIN_TOKEN_PARAM;
	return count;
}

/* *ret_why: what is wrong with the condition. */
static int make_filter(kin_arena *arena, const kin_mapping *mapping, const kin_draft_filter *draft, kin_filter *filter, const char **ret_why)
{
	static const uint8_t kinds[] = { KIN_KIND_COUNT };
	size_t values = placeholders(draft->text);
	kin_expr *condition;

	*filter = (kin_filter){ .name = draft->name, .text = draft->text, .takes = values > 0, .file = draft->file, .line = draft->line };
	*ret_why = values > 1 ? "it takes one value at most" : NULL;
	return *ret_why ? KIN_OK : kin_resolve_own(arena, mapping, draft->text, mapping->table, kinds, values, &filter->slot, &condition, ret_why);
}

int kin_mapping_make_filters(kin_arena *arena, kin_mapper *mapper, kin_mistakes *mistakes)
{
	kin_mapping *mapping = mapper->mapping;
	kin_filter *filters = kin_arena_zalloc(arena, (mapper->filters.count + 1) * sizeof(*filters));
	size_t count = 0;

	if (!filters)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapper->filters.count; i++) {
		const kin_draft_filter *draft = &mapper->filters.items[i];
		const char *why = why_not(mapper, filters, count, draft);
		if (!why && make_filter(arena, mapping, draft, &filters[count], &why) < 0)
			return KIN_ENOMEM;
		if (why)
			kin_mistake_add(mistakes, draft->file, draft->line, "%s: kin_filter(%s, \"%s\"): %s", mapping->name, draft->name, draft->text, why);
		else
			count++;
	}
	if (mapper->parent) {
		mapping->filters = mapper->parent->filters;
		mapping->filter_count = mapper->parent->filter_count;
	} else {
		mapping->filters = filters;
		mapping->filter_count = count;
	}
	return KIN_OK;
}
