/* mapping_link.c - many-to-many: the table whose rows link two models, and its foreign keys to both.
 *
 * Where no model has the table, one is made that a program cannot name: so the schema has it, migrations make it, and a flush orders its rows
 * like all others. The names of its columns follow from the first relationship that goes through it. */
#include <ctype.h>
#include <string.h>

#include "orm/inherit.h"
#include "orm/mapping_fit.h"

static int no_memory(kin_fitting *fitting)
{
	fitting->mistakes->failed = true;
	return KIN_ENOMEM;
}

const char *kin_fitting_snake(kin_arena *arena, const char *name)
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

/* "order_line_order_id, order_line_no": the columns that point at a model's primary key. NULL when memory is out. */
static const char *usual_names(kin_fitting *fitting, const char *of, const kin_mapping *mapping)
{
	const char *begin = kin_fitting_snake(fitting->arena, of), *list = "";

	for (size_t i = 0; begin && list && i < mapping->key_count; i++)
		list = kin_arena_printf(fitting->arena, "%s%s%s_%s", list, i > 0 ? ", " : "", begin, mapping->keys[i]->column);
	return begin ? list : NULL;
}

/* The columns of both sides, as the relationship has them. KIN_OK or KIN_ENOMEM. */
static int column_names(kin_fitting *fitting, const kin_mapping *mapping, const kin_mapping *target, const kin_draft_relation *draft,
                        const char *ret_names[2])
{
	const char *near = draft->options.foreign_key, *far = draft->options.target_key;

	if (!near && !(near = usual_names(fitting, mapping->name, mapping)))
		return no_memory(fitting);
	if (!far && !(far = usual_names(fitting, target->name, target)))
		return no_memory(fitting);
	if (!draft->options.target_key && strcmp(near, far) == 0 && !(far = usual_names(fitting, draft->member, target)))
		return no_memory(fitting);
	ret_names[0] = near;
	ret_names[1] = far;
	return KIN_OK;
}

/* ---- the table ---- */

/* A column like that of the other side's key; `foreign_key` NULL: it is one of several. */
static int add_column(kin_fitting *fitting, kin_mapper *mapper, kin_model *model, const char *name, const kin_attribute *key,
                      const char *foreign_key, const kin_draft_relation *draft, bool indexed)
{
	bool made = key->mapping->integer_key;
	const kin_domain *domain = key->domain;
	kin_column_options options = {
		.primary_key = true, .nullable = KIN_USUAL, .index = indexed, .length = key->kind == KIN_KIND_TEXT ? key->length : 0,
		.foreign_key = foreign_key, .on_update = foreign_key && !made ? "CASCADE" : NULL, .type = key->type,
		.enum_name = key->enum_name, .member_size = domain ? domain->size : key->size,
		.labels = domain ? domain->labels : NULL, .label_count = domain ? domain->label_count : 0,
	};

	if (key->kind == KIN_KIND_DECIMAL) {
		options.precision = key->precision;
		options.scale = key->scale;
	}
	kin_map_column(mapper, name, model->size, key->kind, &options, draft->file, draft->line);
	model->size += ((size_t)key->size + 15) / 16 * 16;
	return mapper->failed ? no_memory(fitting) : KIN_OK;
}

/* "order_lines (order_id, no)": what a key of several columns points at. */
static const char *whole_key(kin_fitting *fitting, const kin_mapping *side)
{
	const char *list = kin_arena_printf(fitting->arena, "%s (", side->model->table);

	for (size_t i = 0; list && i < side->key_count; i++)
		list = kin_arena_printf(fitting->arena, "%s%s%s", list, side->keys[i]->column, i + 1 < side->key_count ? ", " : ")");
	return list;
}

/* The columns of one side, with their foreign key; the second side has an index, for the primary key begins with the first. */
static int add_side(kin_fitting *fitting, kin_mapper *mapper, kin_model *model, const char *names, const kin_mapping *side,
                    const kin_draft_relation *draft, bool indexed)
{
	bool alone = side->key_count == 1;
	const char *pointed = alone ? kin_arena_printf(fitting->arena, "%s.%s", side->model->table, side->keys[0]->column) : whole_key(fitting, side);
	const char *at = names, *name;
	size_t length;

	if (!pointed)
		return no_memory(fitting);
	for (size_t i = 0; i < side->key_count && kin_mapper_next_name(&at, &name, &length); i++) {
		const char *own = kin_arena_strndup(fitting->arena, name, length);
		if (!own || add_column(fitting, mapper, model, own, side->keys[i], alone ? pointed : NULL, draft, alone && indexed) < 0)
			return no_memory(fitting);
	}
	if (!alone)
		kin_map_foreign(mapper, names, pointed, &(kin_foreign_options){ .on_update = "CASCADE" }, draft->file, draft->line);
	if (!alone && indexed)
		kin_map_index(mapper, names, &(kin_index_options){ 0 }, draft->file, draft->line);
	return mapper->failed ? no_memory(fitting) : KIN_OK;
}

/* As many names as the side's key has columns. */
static bool fits_key(kin_fitting *fitting, const kin_mapping *mapping, const kin_mapping *side, const char *names,
                     const kin_draft_relation *draft)
{
	const char *at = names, *name;
	size_t length, count = 0;

	while (kin_mapper_next_name(&at, &name, &length))
		count++;
	if (count != side->key_count)
		kin_mistake_add(fitting->mistakes, draft->file, draft->line,
		                "%s.%s: .through = \"%s\": the key of %s has %zu column%s, and \"%s\" names %zu", mapping->name, draft->member,
		                draft->options.through, side->name, side->key_count, side->key_count == 1 ? "" : "s", names, count);
	return count == side->key_count;
}

int kin_fitting_link_model(kin_fitting *fitting, const kin_mapping *mapping, const kin_draft_relation *draft, kin_mapper *mapper,
                           kin_model **ret_model)
{
	const kin_mapping *target = kin_fitting_by_model(fitting, draft->target);
	const char *names[2];
	kin_model *model;

	*ret_model = NULL;
	if (!target || !draft->options.through || kin_fitting_by_table(fitting, draft->options.through) || mapping->key_count == 0 ||
	    target->key_count == 0)
		return KIN_OK;
	if (column_names(fitting, mapping, target, draft, names) < 0)
		return no_memory(fitting);
	if (!fits_key(fitting, mapping, mapping, names[0], draft) || !fits_key(fitting, mapping, target, names[1], draft))
		return KIN_OK;
	if (!(model = kin_arena_zalloc(fitting->arena, sizeof(*model))))
		return no_memory(fitting);
	model->name = model->table = draft->options.through;
	model->file = draft->file;
	model->line = draft->line;
	mapper->model = model;
	if (add_side(fitting, mapper, model, names[0], mapping, draft, false) < 0 ||
	    add_side(fitting, mapper, model, names[1], target, draft, true) < 0)
		return KIN_ENOMEM;
	*ret_model = model;
	return KIN_OK;
}

/* ---- its foreign keys ---- */

/* The one that leads there, beside `other`; NULL: none does, or several. */
static const kin_foreign *only_key(const kin_mapping *link, const kin_mapping *side, const kin_foreign *other)
{
	const kin_foreign *found = NULL;

	for (size_t i = 0; i < link->foreign_count; i++) {
		const kin_foreign *foreign = &link->foreigns[i];
		if (foreign == other || !kin_mapping_is(side, foreign->target))
			continue;
		if (found)
			return NULL;
		found = foreign;
	}
	return found;
}

typedef struct ends {
	const kin_foreign *near;
	const kin_foreign *far;
} ends;

/* As the options say, or as there is no doubt. */
static ends sure_ends(const kin_relation *relation, const kin_mapping *link, const kin_relation_options *options)
{
	ends e = { 0 };

	if (options->foreign_key)
		e.near = kin_fitting_foreign_named(link, relation->mapping, options->foreign_key);
	if (options->target_key)
		e.far = kin_fitting_foreign_named(link, relation->target, options->target_key);
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
			return (ends){ .near = other->far->foreign, .far = other->foreign };
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
	ret->near = kin_fitting_foreign_named(link, relation->mapping, names[0]);
	ret->far = kin_fitting_foreign_named(link, relation->target, names[1]);
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

static bool has_column(const kin_foreign *foreign, const kin_attribute *column)
{
	for (size_t i = 0; i < foreign->count; i++)
		if (foreign->pairs[i].local == column)
			return true;
	return false;
}

/* Whether the primary key is made of the two foreign keys and nothing else. */
static bool is_unique(const kin_mapping *link, ends e)
{
	for (size_t i = 0; i < link->key_count; i++)
		if (!has_column(e.near, link->keys[i]) && !has_column(e.far, link->keys[i]))
			return false;
	return link->key_count > 0;
}

static int set_ends(kin_fitting *fitting, kin_relation *relation, const kin_mapping *link, ends e)
{
	kin_relation *far = kin_arena_zalloc(fitting->arena, sizeof(*far));

	if (!far)
		return no_memory(fitting);
	relation->link = link;
	relation->link_unique = is_unique(link, e);
	relation->far = far;
	*far = (kin_relation){
		.name = relation->name, .mapping = relation->target, .target = relation->mapping, .form = KIN_MANY_TO_MANY, .to_many = true,
		.link = link, .far = relation, .link_unique = relation->link_unique, .file = relation->file, .line = relation->line,
	};
	if (kin_fitting_follow(fitting, relation, e.near) < 0 || kin_fitting_follow(fitting, far, e.far) < 0)
		return no_memory(fitting);
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
		if (end->relation->foreign == relation->foreign)
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
