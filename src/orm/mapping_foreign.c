/* mapping_foreign.c - foreign keys: "owners.id", and "order_lines (order_id, line_no)", become the attributes that they point at. */
#include <string.h>
#include <strings.h>

#include "orm/mapping_fit.h"
#include "value/kind.h"

/* A foreign key in the making: what its sentences begin with. */
typedef struct foreign_text {
	const char *subject; /* "Pet.owner_id" */
	const char *text;    /* as written */
	const char *file;
	int         line;
} foreign_text;

const char *kin_mapping_action(kin_mistakes *mistakes, const char *subject, const char *option, const char *text, const char *file, int line)
{
	static const char *const actions[] = { "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION" };
	const size_t count = sizeof(actions) / sizeof(actions[0]);

	if (!text)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(text, actions[i]) == 0)
			return strcmp(actions[i], "NO ACTION") == 0 ? NULL : actions[i];
	kin_mistake_add(mistakes, file, line, "%s: .%s = \"%s\" is no action of a foreign key%s", subject, option, text,
	                kin_mistake_hint(mistakes, text, actions, count));
	return NULL;
}

kin_mapping *kin_fitting_by_model(const kin_fitting *fitting, const kin_model *model)
{
	for (size_t i = 0; i < fitting->mapping_count; i++)
		if (fitting->mappings[i]->model == model)
			return fitting->mappings[i];
	return NULL;
}

/* The first model of the table, from which others in it inherit. */
static bool begins_table(const kin_mapping *mapping)
{
	return !mapping->parent || mapping->level != mapping->parent->level;
}

kin_mapping *kin_fitting_by_table(const kin_fitting *fitting, const char *table)
{
	for (size_t i = 0; i < fitting->mapping_count; i++)
		if (strcmp(fitting->mappings[i]->model->table, table) == 0 && begins_table(fitting->mappings[i]))
			return fitting->mappings[i];
	return NULL;
}

static kin_mapping *target_table(kin_fitting *fitting, const foreign_text *f, const char *table)
{
	kin_mapping *target = kin_fitting_by_table(fitting, table);
	const char **names;

	if (target)
		return target;
	names = kin_arena_alloc(fitting->arena, (fitting->mapping_count + 1) * sizeof(*names));
	if (!names) {
		fitting->mistakes->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < fitting->mapping_count; i++)
		names[i] = fitting->mappings[i]->model->table;
	kin_mistake_add(fitting->mistakes, f->file, f->line, "%s: unknown foreign key \"%s\": no model has the table '%s'%s", f->subject,
	                f->text, table, kin_mistake_hint(fitting->mistakes, table, names, fitting->mapping_count));
	return NULL;
}

static const kin_attribute *target_column(kin_fitting *fitting, const foreign_text *f, const kin_mapping *target, const char *column)
{
	const kin_attribute *found = kin_map_find(&target->by_column, column);
	const char **names;

	if (found && (found->primary_key || found->level == target->level))
		return found;
	if (!(names = kin_arena_alloc(fitting->arena, (target->attribute_count + 1) * sizeof(*names)))) {
		fitting->mistakes->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < target->attribute_count; i++)
		names[i] = target->attributes[i].column;
	kin_mistake_add(fitting->mistakes, f->file, f->line, "%s: unknown foreign key \"%s\": '%s' has no column '%s'%s", f->subject, f->text,
	                target->table, column, kin_mistake_hint(fitting->mistakes, column, names, target->attribute_count));
	return NULL;
}

static bool check_kinds(kin_fitting *fitting, const foreign_text *f, const kin_attribute *attribute, const kin_attribute *target)
{
	int mine = attribute->kind & ~KIN_KIND_NULLABLE, its = target->kind & ~KIN_KIND_NULLABLE;

	if (mine != its)
		kin_mistake_add(fitting->mistakes, f->file, f->line, "%s.%s: the foreign key is %s, but %s.%s is %s; make them the same",
		                attribute->mapping->name, attribute->name, kin_kind_get(mine)->c_type, target->mapping->name, target->name,
		                kin_kind_get(its)->c_type);
	return mine == its;
}

/* What points at a primary key does so in its order, as one database wants it and the identity map too. */
static void order_by_key(kin_foreign *foreign)
{
	const kin_mapping *target = foreign->target;
	kin_pair *pairs = foreign->pairs;

	for (size_t i = 0; foreign->count == target->key_count && i < foreign->count; i++)
		for (size_t at = i; at < foreign->count; at++)
			if (pairs[at].remote == target->keys[i]) {
				kin_pair moved = pairs[at];
				pairs[at] = pairs[i];
				pairs[i] = moved;
			}
}

/* ---- said at a column ---- */

static const kin_attribute *only_key(kin_fitting *fitting, const foreign_text *f, const kin_mapping *target)
{
	if (target->key_count == 1)
		return target->keys[0];
	kin_mistake_add(fitting->mistakes, f->file, f->line, "%s: foreign key \"%s\" does not say the column, and '%s' has %zu key columns; "
	                "write \"%s.column\", or a kin_foreign_key() of as many columns", f->subject, f->text, target->table, target->key_count,
	                target->table);
	return NULL;
}

static void fit_column(kin_fitting *fitting, kin_attribute *attribute)
{
	const char *dot = strrchr(attribute->foreign_key, '.'), *table = attribute->foreign_key;
	foreign_text f = {
		.subject = kin_arena_printf(fitting->arena, "%s.%s", attribute->mapping->name, attribute->name),
		.text = attribute->foreign_key, .file = attribute->file, .line = attribute->line,
	};

	if (!f.subject || (dot && !(table = kin_arena_strndup(fitting->arena, table, (size_t)(dot - table))))) {
		fitting->mistakes->failed = true;
		return;
	}
	const kin_mapping *mapping = target_table(fitting, &f, table);
	if (!mapping)
		return;
	attribute->target = dot ? target_column(fitting, &f, mapping, dot + 1) : only_key(fitting, &f, mapping);
	if (attribute->target)
		check_kinds(fitting, &f, attribute, attribute->target);
}

/* What both tables are distributed by comes first. */
static int add_column_key(kin_fitting *fitting, kin_mapping *mapping, const kin_attribute *key)
{
	bool shared = kin_attribute_is_shared_key(key);
	kin_foreign *foreign = &mapping->foreigns[mapping->foreign_count++];
	kin_pair *pairs = kin_arena_alloc(fitting->arena, 2 * sizeof(*pairs));

	if (!pairs)
		return KIN_ENOMEM;
	pairs[0] = (kin_pair){ .local = mapping->distributed, .remote = key->target->mapping->distributed };
	pairs[shared] = (kin_pair){ .local = key, .remote = key->target };
	*foreign = (kin_foreign){
		.mapping = mapping, .target = key->target->mapping, .pairs = pairs, .count = shared ? 2 : 1, .label = key->name,
		.on_delete = key->on_delete, .on_update = key->on_update, .deferrable = key->deferrable, .file = key->file, .line = key->line,
	};
	order_by_key(foreign);
	return KIN_OK;
}

/* ---- kin_foreign_key() ---- */

static size_t count_names(const char *text)
{
	const char *name;
	size_t count = 0, length;

	while (kin_mapper_next_name(&text, &name, &length))
		count++;
	return count;
}

/* The next name of a list, as a text of its own. NULL at the end, or when memory is out. */
static const char *next_name(kin_fitting *fitting, const char **text)
{
	const char *begin, *own;
	size_t length;

	if (!kin_mapper_next_name(text, &begin, &length))
		return NULL;
	if (!(own = kin_arena_strndup(fitting->arena, begin, length)))
		fitting->mistakes->failed = true;
	return own;
}

static const kin_attribute *own_member(kin_fitting *fitting, const foreign_text *f, const kin_mapping *mapping, const char *name)
{
	const kin_attribute *found = kin_mapping_attribute(mapping, name);
	const char *const *names = kin_mapping_names(fitting->arena, mapping);

	if (!names)
		fitting->mistakes->failed = true;
	else if (!found)
		kin_mistake_add(fitting->mistakes, f->file, f->line, "%s names '%s', which is no column%s", f->subject, name,
		                kin_mistake_hint(fitting->mistakes, name, names, mapping->attribute_count));
	return found;
}

/* The pairs of as many members as the target's columns, or its primary key. false: a mistake. */
static bool fit_pairs(kin_fitting *fitting, const foreign_text *f, kin_foreign *foreign, const char *members, const char *columns)
{
	bool all = true;

	for (size_t i = 0; i < foreign->count; i++) {
		const char *mine = next_name(fitting, &members), *its = *columns ? next_name(fitting, &columns) : NULL;
		if (fitting->mistakes->failed)
			return false;
		const kin_attribute *local = own_member(fitting, f, foreign->mapping, mine);
		const kin_attribute *remote = its ? target_column(fitting, f, foreign->target, its) : foreign->target->keys[i];
		foreign->pairs[i] = (kin_pair){ .local = local, .remote = remote };
		all = all && local && remote && check_kinds(fitting, f, local, remote);
	}
	return all;
}

/* Of a model whose parent has another table, all of them are in one. */
static bool check_table(kin_fitting *fitting, const foreign_text *f, const kin_foreign *foreign)
{
	const kin_mapping *mapping = foreign->mapping;

	for (size_t i = 0; i < foreign->count; i++) {
		const kin_attribute *local = foreign->pairs[i].local;
		if (local->level == mapping->level || local->primary_key)
			continue;
		kin_mistake_add(fitting->mistakes, f->file, f->line, "%s names '%s', which is no column of '%s' but of what it inherits", f->subject,
		                local->name, mapping->model->table);
		return false;
	}
	return true;
}

static int fit_drafted(kin_fitting *fitting, kin_mapping *mapping, const kin_draft_foreign *draft)
{
	kin_foreign *foreign = &mapping->foreigns[mapping->foreign_count];
	const char *at = draft->target, *table = next_name(fitting, &at), *columns = at + strspn(at, " \t\n,()");
	size_t count = count_names(draft->members);
	foreign_text f = {
		.subject = kin_arena_printf(fitting->arena, "%s: kin_foreign_key(%s, …)", mapping->name, draft->members),
		.text = draft->target, .file = draft->file, .line = draft->line,
	};
	kin_pair *pairs = kin_arena_zalloc(fitting->arena, (count + 1) * sizeof(*pairs));

	if (!f.subject || !pairs || fitting->mistakes->failed)
		return KIN_ENOMEM;
	kin_mapping *target = target_table(fitting, &f, table ? table : "");
	if (!target)
		return KIN_OK;
	*foreign = (kin_foreign){
		.mapping = mapping, .target = target, .pairs = pairs, .count = count, .label = draft->members, .name = draft->options.name,
		.on_delete = kin_mapping_action(fitting->mistakes, f.subject, "on_delete", draft->options.on_delete, draft->file, draft->line),
		.on_update = kin_mapping_action(fitting->mistakes, f.subject, "on_update", draft->options.on_update, draft->file, draft->line),
		.deferrable = (uint8_t)draft->options.deferrable, .file = draft->file, .line = draft->line,
	};
	if (draft->options.deferrable < 0 || draft->options.deferrable > KIN_DEFERRED)
		kin_mistake_add(fitting->mistakes, draft->file, draft->line, "%s: .deferrable is true or KIN_DEFERRED, not %d", f.subject,
		                draft->options.deferrable);
	size_t pointed = *columns ? count_names(columns) : target->key_count;
	if (count == 0 || count != pointed)
		kin_mistake_add(fitting->mistakes, draft->file, draft->line, "%s: %zu column%s cannot point at %zu of %s", f.subject, count,
		                count == 1 ? "" : "s", pointed, target->table);
	else if (fit_pairs(fitting, &f, foreign, draft->members, columns) && check_table(fitting, &f, foreign))
		order_by_key(&mapping->foreigns[mapping->foreign_count++]);
	return fitting->mistakes->failed ? KIN_ENOMEM : KIN_OK;
}

/* ---- all of them ---- */

/* The parent's, over the mapping's own attributes. */
static int inherit_key(kin_fitting *fitting, kin_mapping *mapping, const kin_foreign *of_parent)
{
	kin_foreign *foreign = &mapping->foreigns[mapping->foreign_count++];

	*foreign = *of_parent;
	foreign->mapping = mapping;
	foreign->inherited = true;
	foreign->pairs = kin_arena_copy(fitting->arena, of_parent->pairs, of_parent->count * sizeof(*foreign->pairs));
	for (size_t i = 0; foreign->pairs && i < foreign->count; i++)
		foreign->pairs[i].local = &mapping->attributes[of_parent->pairs[i].local->index];
	return foreign->pairs ? KIN_OK : KIN_ENOMEM;
}

static int list_foreigns(kin_fitting *fitting, const kin_mapper *mapper)
{
	kin_mapping *mapping = mapper->mapping;
	size_t most = mapping->attribute_count + mapper->foreigns.count;
	int rc = KIN_OK;

	most += mapping->parent ? mapping->parent->foreign_count : 0;
	if (!(mapping->foreigns = kin_arena_zalloc(fitting->arena, (most + 1) * sizeof(*mapping->foreigns))))
		return KIN_ENOMEM;
	for (size_t i = 0; mapping->parent && i < mapping->parent->foreign_count && rc == KIN_OK; i++)
		rc = inherit_key(fitting, mapping, &mapping->parent->foreigns[i]);
	for (size_t i = mapping->inherited; i < mapping->attribute_count && rc == KIN_OK; i++)
		if (mapping->attributes[i].target)
			rc = add_column_key(fitting, mapping, &mapping->attributes[i]);
	for (size_t i = 0; i < mapper->foreigns.count && rc == KIN_OK; i++)
		rc = fit_drafted(fitting, mapping, &mapper->foreigns.items[i]);
	return rc;
}

int kin_fitting_foreign(kin_fitting *fitting)
{
	for (size_t i = 0; i < fitting->mapper_count; i++) {
		kin_mapping *mapping = fitting->mappers[i].mapping;
		for (size_t n = 0; n < mapping->inherited; n++)
			mapping->attributes[n].target = mapping->parent->attributes[n].target;
		for (size_t n = mapping->inherited; n < mapping->attribute_count; n++)
			if (mapping->attributes[n].foreign_key)
				fit_column(fitting, &mapping->attributes[n]);
	}
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (list_foreigns(fitting, &fitting->mappers[i]) < 0)
			return KIN_ENOMEM;
	return fitting->mistakes->failed ? KIN_ENOMEM : KIN_OK;
}

bool kin_fitting_lost_foreign(const kin_mapper *mapper)
{
	const kin_mapping *mapping = mapper->mapping;
	size_t found = 0;

	for (size_t i = mapping->inherited; i < mapping->attribute_count; i++)
		found += mapping->attributes[i].target != NULL;
	for (size_t i = 0; i < mapping->foreign_count; i++)
		found += mapping->foreigns[i].inherited;
	return mapping->foreign_count < found + mapper->foreigns.count;
}

/* ---- by name ---- */

static bool has_named(const kin_foreign *foreign, const char *members)
{
	const char *name;
	size_t length;

	while (kin_mapper_next_name(&members, &name, &length)) {
		size_t i = 0;
		while (i < foreign->count && (strlen(foreign->pairs[i].local->name) != length ||
		                              memcmp(foreign->pairs[i].local->name, name, length) != 0))
			i++;
		if (i == foreign->count)
			return false;
	}
	return true;
}

/* The one of exactly these columns comes before those that have more. */
const kin_foreign *kin_fitting_foreign_named(const kin_mapping *holder, const kin_mapping *target, const char *members)
{
	const kin_foreign *found = NULL;
	size_t wanted = count_names(members), exact = 0, candidates = 0;

	for (size_t i = 0; i < holder->foreign_count; i++) {
		const kin_foreign *foreign = &holder->foreigns[i];
		if (!kin_mapping_is(target, foreign->target) || !has_named(foreign, members))
			continue;
		candidates++;
		if (foreign->count == wanted || exact == 0)
			found = foreign;
		exact += foreign->count == wanted;
	}
	return exact == 1 || (exact == 0 && candidates == 1) ? found : NULL;
}
