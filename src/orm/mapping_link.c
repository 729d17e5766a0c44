/* mapping_link.c - many-to-many: the table whose rows link two models, and its foreign keys to both.
 *
 * Where no model has the table, one is made that a program cannot name: so the schema has it, migrations make it, and a flush orders its rows
 * like all others. The names of its columns follow from the first relationship that goes through it. */
#include <ctype.h>
#include <string.h>

#include "orm/mapping_fit.h"

static int no_memory(kin_fitting *fitting)
{
	fitting->mistakes->failed = true;
	return KIN_ENOMEM;
}

/* "order_line" for OrderLine. NULL when memory is out. */
static const char *snake(kin_arena *arena, const char *name)
{
	char *made = kin_arena_alloc(arena, 2 * strlen(name) + 1), *to = made;

	for (const char *at = name; made && *at; at++) {
		if (at > name && isupper((unsigned char)*at) && !isupper((unsigned char)at[-1]))
			*to++ = '_';
		*to++ = (char)tolower((unsigned char)*at);
	}
	if (made)
		*to = '\0';
	return made;
}

static const char *usual_name(kin_fitting *fitting, const char *of, const kin_mapping *mapping)
{
	const char *begin = snake(fitting->arena, of);

	return begin ? kin_arena_printf(fitting->arena, "%s_%s", begin, mapping->keys[0]->column) : NULL;
}

/* The two columns, as the relationship has them. KIN_OK or KIN_ENOMEM. */
static int column_names(kin_fitting *fitting, const kin_mapping *mapping, const kin_mapping *target, const kin_draft_relation *draft,
                        const char *ret_names[2])
{
	const char *near = draft->options.foreign_key, *far = draft->options.target_key;

	if (!near && !(near = usual_name(fitting, mapping->name, mapping)))
		return no_memory(fitting);
	if (!far && !(far = usual_name(fitting, target->name, target)))
		return no_memory(fitting);
	if (!draft->options.target_key && strcmp(near, far) == 0 && !(far = usual_name(fitting, draft->member, target)))
		return no_memory(fitting);
	ret_names[0] = near;
	ret_names[1] = far;
	return KIN_OK;
}

/* ---- the table ---- */

static int add_column(kin_fitting *fitting, kin_mapper *mapper, kin_model *model, const char *name, const kin_mapping *side,
                      const kin_draft_relation *draft, bool indexed)
{
	const kin_attribute *key = side->keys[0];
	const kin_domain *domain = key->domain;
	kin_column_options options = {
		.primary_key = true, .nullable = KIN_USUAL, .index = indexed, .length = key->kind == KIN_KIND_TEXT ? key->length : 0,
		.foreign_key = kin_arena_printf(fitting->arena, "%s.%s", side->table, key->column), .type = key->type,
		.enum_name = key->enum_name, .member_size = domain ? domain->size : key->size,
		.labels = domain ? domain->labels : NULL, .label_count = domain ? domain->label_count : 0,
	};

	if (key->kind == KIN_KIND_DECIMAL) {
		options.precision = key->precision;
		options.scale = key->scale;
	}
	if (!options.foreign_key)
		return no_memory(fitting);
	kin_map_column(mapper, name, model->size, key->kind, &options, draft->file, draft->line);
	model->size += ((size_t)key->size + 15) / 16 * 16;
	return mapper->failed ? no_memory(fitting) : KIN_OK;
}

static bool has_one_key(kin_fitting *fitting, const kin_mapping *mapping, const kin_mapping *side, const kin_draft_relation *draft)
{
	if (side->key_count > 1)
		kin_mistake_add(fitting->mistakes, draft->file, draft->line,
		                "%s.%s: .through = \"%s\": the key of %s has %zu columns, and such a table is made for keys of one; write a "
		                "model for it, with a foreign key to a unique column", mapping->name, draft->member, draft->options.through,
		                side->name, side->key_count);
	return side->key_count == 1;
}

int kin_fitting_link_model(kin_fitting *fitting, const kin_mapping *mapping, const kin_draft_relation *draft, kin_mapper *mapper,
                           kin_model **ret_model)
{
	const kin_mapping *target = kin_fitting_by_model(fitting, draft->target);
	const char *names[2];
	kin_model *model;

	*ret_model = NULL;
	if (!target || !draft->options.through || kin_fitting_by_table(fitting, draft->options.through) ||
	    !has_one_key(fitting, mapping, mapping, draft) || !has_one_key(fitting, mapping, target, draft))
		return KIN_OK;
	if (column_names(fitting, mapping, target, draft, names) < 0 ||
	    !(model = kin_arena_zalloc(fitting->arena, sizeof(*model))))
		return no_memory(fitting);
	model->name = model->table = draft->options.through;
	model->file = draft->file;
	model->line = draft->line;
	mapper->model = model;
	if (add_column(fitting, mapper, model, names[0], mapping, draft, false) < 0 ||
	    add_column(fitting, mapper, model, names[1], target, draft, true) < 0)
		return KIN_ENOMEM;
	*ret_model = model;
	return KIN_OK;
}

/* ---- its foreign keys ---- */

static bool leads_to(const kin_attribute *attribute, const kin_mapping *side)
{
	return attribute && attribute->target && attribute->target->mapping == side;
}

/* The one that leads there, beside `other`; NULL: none does, or several. */
static const kin_attribute *only_key(const kin_mapping *link, const kin_mapping *side, const kin_attribute *other)
{
	const kin_attribute *found = NULL;

	for (size_t i = 0; i < link->attribute_count; i++) {
		const kin_attribute *attribute = &link->attributes[i];
		if (attribute == other || !leads_to(attribute, side))
			continue;
		if (found)
			return NULL;
		found = attribute;
	}
	return found;
}

static const kin_attribute *named_key(const kin_mapping *link, const kin_mapping *side, const char *name)
{
	const kin_attribute *found = kin_mapping_attribute(link, name);

	return leads_to(found, side) ? found : NULL;
}

typedef struct ends {
	const kin_attribute *near;
	const kin_attribute *far;
} ends;

/* As the options say, or as there is no doubt. */
static ends sure_ends(const kin_relation *relation, const kin_mapping *link, const kin_relation_options *options)
{
	ends e = { 0 };

	if (options->foreign_key)
		e.near = named_key(link, relation->mapping, options->foreign_key);
	if (options->target_key)
		e.far = named_key(link, relation->target, options->target_key);
	if (!options->foreign_key)
		e.near = only_key(link, relation->mapping, e.far);
	if (!options->target_key)
		e.far = only_key(link, relation->target, e.near);
	return e;
}

/* The other way round, if there is a relationship from there through the same table. */
static ends ends_of_other(const kin_relation *relation, const kin_mapping *link)
{
	for (size_t i = 0; i < relation->target->relation_count; i++) {
		const kin_relation *other = relation->target->relations[i];
		if (other != relation && other->link == link && other->target == relation->mapping)
			return (ends){ .near = other->far->pairs[0].remote, .far = other->pairs[0].remote };
	}
	return (ends){ 0 };
}

static int usual_ends(kin_fitting *fitting, const kin_relation *relation, const kin_mapping *link, const kin_draft_relation *draft,
                      ends *ret)
{
	const char *names[2];

	if (relation->mapping->key_count == 0 || relation->target->key_count == 0)
		return KIN_OK;
	if (column_names(fitting, relation->mapping, relation->target, draft, names) < 0)
		return KIN_ENOMEM;
	ret->near = named_key(link, relation->mapping, names[0]);
	ret->far = named_key(link, relation->target, names[1]);
	return KIN_OK;
}

static void no_end(kin_fitting *fitting, const kin_relation *relation, const kin_mapping *link, const kin_mapping *side,
                   const char *option, const char *name)
{
	const kin_relation *r = relation;

	if (name)
		kin_mistake_add(fitting->mistakes, r->file, r->line, "%s.%s: .%s = \"%s\": %s has no such foreign key to %s", r->mapping->name,
		                r->name, option, name, link->table, side->table);
	else
		kin_mistake_add(fitting->mistakes, r->file, r->line,
		                "%s.%s: not one foreign key of %s points at %s; say which with .%s, or add .foreign_key = \"%s.%s\" to a column of %s",
		                r->mapping->name, r->name, link->table, side->table, option, side->table,
		                side->key_count > 0 ? side->keys[0]->column : "id", link->name);
}

static int set_ends(kin_fitting *fitting, kin_relation *relation, const kin_mapping *link, ends e)
{
	kin_relation *far = kin_arena_zalloc(fitting->arena, sizeof(*far));
	kin_pair *pairs = kin_arena_alloc(fitting->arena, 2 * sizeof(*pairs));

	if (!far || !pairs)
		return no_memory(fitting);
	pairs[0] = (kin_pair){ .local = e.near->target, .remote = e.near };
	pairs[1] = (kin_pair){ .local = e.far->target, .remote = e.far };
	relation->link = link;
	relation->link_unique = link->key_count == 2 && e.near->primary_key && e.far->primary_key;
	relation->pairs = &pairs[0];
	relation->pair_count = 1;
	relation->far = far;
	*far = (kin_relation){
		.name = relation->name, .mapping = relation->target, .target = relation->mapping, .form = KIN_MANY_TO_MANY, .to_many = true,
		.pairs = &pairs[1], .pair_count = 1, .link = link, .far = relation, .link_unique = relation->link_unique,
		.file = relation->file, .line = relation->line,
	};
	return KIN_OK;
}

int kin_fitting_link(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft, bool last)
{
	const kin_relation_options *options = &draft->options;
	const kin_mapping *link = options->through ? kin_fitting_by_table(fitting, options->through) : NULL;
	ends e;

	if (relation->link)
		return KIN_OK;
	if (last && !options->through)
		kin_mistake_add(fitting->mistakes, relation->file, relation->line,
		                "%s.%s: a kin_many_to_many() says which table links the two: .through = \"%s_%s\"", relation->mapping->name,
		                relation->name, relation->mapping->table, relation->target->table);
	if (!link)
		return KIN_OK; /* or why it could not be made has been said */
	e = sure_ends(relation, link, options);
	if (last && (!e.near || !e.far) && !options->foreign_key && !options->target_key)
		e = ends_of_other(relation, link);
	if (last && (!e.near || !e.far) && usual_ends(fitting, relation, link, draft, &e) < 0)
		return KIN_ENOMEM;
	if (e.near && e.far && e.near != e.far)
		return set_ends(fitting, relation, link, e);
	if (last && !e.near)
		no_end(fitting, relation, link, relation->mapping, "foreign_key", options->foreign_key);
	if (last && (!e.far || e.far == e.near))
		no_end(fitting, relation, link, relation->target, "target_key", options->target_key);
	return KIN_OK;
}

/* ---- the mappings know the table ---- */

static bool has_end(const kin_mapping *mapping, const kin_relation *relation)
{
	for (const kin_link_end *end = mapping->links; end; end = end->next)
		if (end->relation->pairs[0].remote == relation->pairs[0].remote)
			return true;
	return false;
}

static int add_end(kin_fitting *fitting, const kin_relation *relation)
{
	kin_mapping *mapping = fitting->mappings[relation->mapping->id];
	kin_link_end *end;

	if (has_end(mapping, relation))
		return KIN_OK;
	if (!(end = kin_arena_zalloc(fitting->arena, sizeof(*end))))
		return no_memory(fitting);
	*end = (kin_link_end){ .relation = relation, .next = mapping->links };
	if (mapping->registry)
		return kin_vec_push(&fitting->late_ends, ((kin_late_end){ .mapping = mapping, .end = end })) ? KIN_OK : no_memory(fitting);
	mapping->links = end;
	return KIN_OK;
}

int kin_fitting_link_ends(kin_fitting *fitting, const kin_relation *relation)
{
	if (!relation->link)
		return KIN_OK;
	return add_end(fitting, relation) < 0 || add_end(fitting, relation->far) < 0 ? KIN_ENOMEM : KIN_OK;
}
