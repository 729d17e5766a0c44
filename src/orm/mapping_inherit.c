/* mapping_inherit.c - models that inherit from others.
 *
 * The mapping of a child is a whole one. Its first attributes are the parent's again, at the same offsets and in the same order, for the
 * parent's struct is the child's first member; behind them stand its own. So whatever reads, writes, compares and shows members goes
 * through mapping->attributes, as ever, and need not know. Relationships are not copied: the child points at the parent's own, because what
 * is remembered of a relationship is found by its address. Indexes of both are the same in parent and child.
 *
 *     mapping->parent     what it inherits from
 *     mapping->identity   the identity map's number, which is the root's: there is one object for a key, whichever model it is asked by.
 *                         What comes out of that map for a child is checked: it may be another child's object
 *     mapping->lineage    all the rest; NULL in all other mappings, so that they pay for a test of one pointer at the most
 *
 * Tables. mapping->table is the root's. An attribute's level says in which table its column is: 0 is the root's, each child that names a
 * table of its own adds one, and a child that names its parent's stays on the parent's level. Levels share the key, whose attributes are of
 * level 0. For writing there is a mapping for each level, over the same struct, with that table's part of the attributes: so statements
 * (mapping_sql.c), their sets of attributes, and the schema (table.c) are about one table, as ever, and a flush goes through the levels:
 *
 *     insert   level 0 first, which makes the key, then the others; every level as many rows at once as of any table
 *     update   those levels in which something changed; versions are in level 0
 *     delete   the last level first
 *
 * In a query (inherit.c) the levels are joined where a mapping is joined, and the aliases of the others follow from the first one's, so
 * that a node needs only one. A child on its parent's level adds a condition: discriminator IN (identities of it and its heirs).
 *
 * Rows. What a query brings of a mapping with heirs (plan_form.c) has the columns of all heirs, tables of their own outer joined: one
 * statement, no object ever half loaded, and none loaded one by one. A part of such a row has a mould for each heir; the discriminator says
 * which (load_form.c). Objects of one statement are batches, one for each mapping; so nothing is added to an object's header.
 *
 * All members of a family are fitted together: a child that arrives when its parent is in use is a mistake, for plans know all heirs. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "orm/inherit.h"
#include "orm/mapping_fit.h"

static int no_memory(kin_fitting *fitting)
{
	fitting->mistakes->failed = true;
	return KIN_ENOMEM;
}

/* ---- each after its parent ---- */

static kin_mapper *mapper_of(const kin_fitting *fitting, const kin_model *model)
{
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (fitting->mappers[i].model == model)
			return &fitting->mappers[i];
	return NULL;
}

static void refuse_parent(kin_fitting *fitting, kin_mapper *mapper, const char *why)
{
	kin_mistake_add(fitting->mistakes, mapper->inherits.file, mapper->inherits.line, "%s: kin_inherits(%s, %s): %s", mapper->model->name,
	                mapper->inherits.member, mapper->inherits.parent->name, why);
	mapper->orphan = true;
}

/* By following the parents. */
static bool is_own_ancestor(const kin_fitting *fitting, const kin_mapper *mapper)
{
	const kin_mapper *at = mapper;

	for (size_t steps = 0; at && at->inherits.file && steps < fitting->mapper_count; steps++) {
		at = mapper_of(fitting, at->inherits.parent);
		if (at == mapper)
			return true;
	}
	return false;
}

/* What has no parent that can be is an orphan, with a mistake. */
static void check_parent(kin_fitting *fitting, kin_mapper *mapper)
{
	if (kin_fitting_by_model(fitting, mapper->inherits.parent))
		refuse_parent(fitting, mapper, "the parent is in use already; both must be there when the first session opens");
	else if (!mapper_of(fitting, mapper->inherits.parent))
		refuse_parent(fitting, mapper, "the parent is not registered; there is no KIN_MODEL of it");
	else if (is_own_ancestor(fitting, mapper))
		refuse_parent(fitting, mapper, "it inherits from itself");
}

static size_t depth_of(const kin_fitting *fitting, const kin_mapper *mapper)
{
	size_t depth = 0;

	while (mapper && mapper->inherits.file) {
		mapper = mapper_of(fitting, mapper->inherits.parent);
		depth++;
	}
	return depth;
}

int kin_fitting_parents(kin_fitting *fitting)
{
	kin_mapper *sorted = kin_mem_alloc((fitting->mapper_count + 1) * sizeof(*sorted));
	size_t count = 0;

	if (!sorted)
		return no_memory(fitting);
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (fitting->mappers[i].inherits.file)
			check_parent(fitting, &fitting->mappers[i]);
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (fitting->mappers[i].orphan)
			fitting->mappers[i].inherits = (kin_draft_lineage){ 0 };
	for (size_t depth = 0; count < fitting->mapper_count; depth++)
		for (size_t i = 0; i < fitting->mapper_count; i++)
			if (depth_of(fitting, &fitting->mappers[i]) == depth)
				sorted[count++] = fitting->mappers[i];
	memcpy(fitting->mappers, sorted, count * sizeof(*sorted));
	kin_mem_free(sorted);
	return KIN_OK;
}

const kin_mapping *kin_fitting_parent(const kin_fitting *fitting, const kin_mapper *mapper)
{
	const kin_mapper *parent = mapper->inherits.file ? mapper_of(fitting, mapper->inherits.parent) : NULL;

	return parent ? parent->mapping : NULL;
}

/* ---- lineages ---- */

static const kin_draft_lineage *line_of(const kin_mapper *mapper)
{
	return mapper->inherits.file ? &mapper->inherits : &mapper->discriminator;
}

static bool can_discriminate(const kin_attribute *attribute)
{
	int kind = attribute->kind & ~KIN_KIND_NULLABLE;

	return kind == KIN_KIND_TEXT || kind == KIN_KIND_CHARS || kind == KIN_KIND_ENUM || (kind >= KIN_KIND_INT8 && kind <= KIN_KIND_UINT32) ||
	       kind == KIN_KIND_INT64;
}

static bool is_number(const kin_attribute *attribute)
{
	int kind = attribute->kind & ~KIN_KIND_NULLABLE;

	return kind != KIN_KIND_TEXT && kind != KIN_KIND_CHARS && kind != KIN_KIND_ENUM;
}

/* The root's kin_discriminator() line, or what is wrong with it. */
static const kin_attribute *find_discriminator(kin_fitting *fitting, const kin_mapper *mapper)
{
	const kin_draft_lineage *line = &mapper->discriminator;
	const kin_mapping *mapping = mapper->mapping;

	if (!line->file)
		return NULL;
	const kin_attribute *found = kin_mapping_attribute(mapping, line->member);
	const char *const *names = kin_mapping_names(fitting->arena, mapping);
	if (!names)
		fitting->mistakes->failed = true;
	else if (!found)
		kin_mistake_add(fitting->mistakes, line->file, line->line, "%s: kin_discriminator names '%s', which is no column%s", mapping->name,
		                line->member, kin_mistake_hint(fitting->mistakes, line->member, names, mapping->attribute_count));
	else if (!can_discriminate(found) || found->primary_key || found->computed || found->foreign_key)
		kin_mistake_add(fitting->mistakes, line->file, line->line, "%s: kin_discriminator(%s) takes a text, a char[N], an enum or an "
		                "integer that is no key and not computed", mapping->name, line->member);
	else
		return found;
	return NULL;
}

static void check_label(kin_fitting *fitting, const kin_mapping *mapping, const char *identity)
{
	const kin_lineage *lineage = mapping->lineage;
	const kin_domain *domain = lineage->discriminator->domain;
	size_t i = 0;

	while (i < domain->label_count && strcmp(domain->labels[i], identity) != 0)
		i++;
	if (i == domain->label_count)
		kin_mistake_add(fitting->mistakes, lineage->file, lineage->line, "%s: its identity '%s' is no label of %s.%s%s", mapping->name,
		                identity, mapping->name, lineage->discriminator->name,
		                kin_mistake_hint(fitting->mistakes, identity, domain->labels, domain->label_count));
}

static int set_identity(kin_fitting *fitting, const kin_mapping *mapping, const kin_inherit_options *options)
{
	kin_lineage *lineage = mapping->lineage;
	const kin_attribute *d = lineage->discriminator;
	const char *identity = options->identity;
	char *end;

	lineage->abstract = options->abstract;
	if (options->abstract || !d)
		return KIN_OK;
	if (!identity && !(identity = kin_fitting_snake(fitting->arena, mapping->name)))
		return no_memory(fitting);
	lineage->identity = identity;
	if (is_number(d)) {
		lineage->number = strtoll(identity, &end, 10);
		if (*end || end == identity)
			kin_mistake_add(fitting->mistakes, lineage->file, lineage->line, "%s: its identity '%s' is no number, and %s is an integer: "
			                ".identity = \"2\"", mapping->name, identity, d->name);
	} else if ((d->kind & ~KIN_KIND_NULLABLE) == KIN_KIND_ENUM && d->domain) {
		check_label(fitting, mapping, identity);
	} else if (d->length > 0 && strlen(identity) > (size_t)d->length) {
		kin_mistake_add(fitting->mistakes, lineage->file, lineage->line, "%s: its identity '%s' has more than the %d characters of %s",
		                mapping->name, identity, d->length, d->name);
	}
	return KIN_OK;
}

/* The table of each level. */
static int set_tables(kin_fitting *fitting, const kin_mapping *mapping)
{
	kin_lineage *lineage = mapping->lineage;

	lineage->level_count = (size_t)mapping->level + 1;
	if (!(lineage->tables = kin_arena_zalloc(fitting->arena, lineage->level_count * sizeof(*lineage->tables))))
		return no_memory(fitting);
	for (const kin_mapping *m = mapping; m; m = m->parent)
		lineage->tables[m->level] = m->model->table;
	return KIN_OK;
}

static int make_lineage(kin_fitting *fitting, const kin_mapper *mapper)
{
	kin_mapping *mapping = mapper->mapping;
	const kin_draft_lineage *line = line_of(mapper);
	kin_lineage *lineage = kin_arena_zalloc(fitting->arena, sizeof(*lineage));

	if (!lineage)
		return no_memory(fitting);
	mapping->lineage = lineage;
	mapping->identity = kin_mapping_root(mapping)->id;
	lineage->file = line->file;
	lineage->line = line->line;
	if (mapping->parent) {
		const kin_attribute *of_parent = mapping->parent->lineage->discriminator;
		lineage->discriminator = of_parent ? &mapping->attributes[of_parent->index] : NULL;
	} else {
		lineage->discriminator = find_discriminator(fitting, mapper);
	}
	lineage->load = line->options.load ? line->options.load : mapping->parent ? mapping->parent->lineage->load : KIN_JOINED;
	return set_tables(fitting, mapping) < 0 ? KIN_ENOMEM : set_identity(fitting, mapping, &line->options);
}

static bool is_parent(const kin_fitting *fitting, const kin_mapping *mapping)
{
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (fitting->mappers[i].mapping->parent == mapping)
			return true;
	return false;
}

/* A root without kin_discriminator() whose children are there: rows would not say what they are. */
static void check_root(kin_fitting *fitting, const kin_mapper *mapper)
{
	if (!mapper->discriminator.file)
		kin_mistake_add(fitting->mistakes, mapper->model->file, mapper->model->line,
		                "%s: other models inherit from it, and nothing says of which model a row is: add kin_discriminator(column)",
		                mapper->model->name);
}

static void check_child(kin_fitting *fitting, const kin_mapper *mapper)
{
	const kin_mapping *mapping = mapper->mapping;

	if (mapper->discriminator.file)
		kin_mistake_add(fitting->mistakes, mapper->discriminator.file, mapper->discriminator.line,
		                "%s: the discriminator is %s's; say .identity in kin_inherits()", mapping->name, kin_mapping_root(mapping)->name);
	if (mapper->version)
		kin_mistake_add(fitting->mistakes, mapper->version_file, mapper->version_line,
		                "%s: kin_version() belongs in %s, with the key", mapping->name, kin_mapping_root(mapping)->name);
	if (mapper->options.distributed_by)
		kin_mistake_add(fitting->mistakes, mapper->options_file, mapper->options_line,
		                "%s: kin_table(.distributed_by) belongs in %s, with the key", mapping->name, kin_mapping_root(mapping)->name);
	for (size_t i = mapping->inherited; i < mapping->attribute_count; i++)
		if (mapping->attributes[i].primary_key)
			kin_mistake_add(fitting->mistakes, mapping->attributes[i].file, mapping->attributes[i].line,
			                "%s.%s: the key is %s's, and there is no other", mapping->name, mapping->attributes[i].name,
			                kin_mapping_root(mapping)->name);
}

/* ---- heirs ---- */

static bool has_table_below(const kin_mapping *mapping)
{
	bool any = false;

	for (size_t i = 0; i < mapping->lineage->heir_count; i++)
		any = any || kin_mapping_brings_table(mapping->lineage->heirs[i]);
	return any;
}

static void check_load(kin_fitting *fitting, const kin_mapper *mapper)
{
	const kin_lazy load = line_of(mapper)->options.load;
	const kin_mapping *mapping = mapper->mapping;
	const kin_lineage *lineage = mapping->lineage;

	if (load == 0)
		return;
	if (load != KIN_JOINED && load != KIN_SELECTIN)
		kin_mistake_add(fitting->mistakes, lineage->file, lineage->line, "%s: .load takes KIN_JOINED or KIN_SELECTIN: an object is never without "
		                "the columns of its tables", mapping->name);
	else if (!has_table_below(mapping))
		kin_mistake_add(fitting->mistakes, lineage->file, lineage->line, "%s: .load is about tables of their own, and neither %s nor a model that "
		                "inherits from it has one: its columns come with the rows", mapping->name, mapping->name);
}

static int set_heirs(kin_fitting *fitting, const kin_mapping *mapping)
{
	kin_lineage *lineage = mapping->lineage;

	if (!(lineage->heirs = kin_arena_alloc(fitting->arena, fitting->mapper_count * sizeof(*lineage->heirs))))
		return no_memory(fitting);
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (kin_mapping_is(fitting->mappers[i].mapping, mapping))
			lineage->heirs[lineage->heir_count++] = fitting->mappers[i].mapping;
	return KIN_OK;
}

static bool same_identity(const kin_lineage *a, const kin_lineage *b)
{
	if (!a->identity || !b->identity)
		return false;
	return is_number(a->discriminator) ? a->number == b->number : strcmp(a->identity, b->identity) == 0;
}

static void check_identities(kin_fitting *fitting, const kin_lineage *root)
{
	for (size_t i = 0; i < root->heir_count; i++)
		for (size_t n = 0; n < i; n++) {
			const kin_mapping *mine = root->heirs[i], *its = root->heirs[n];
			if (same_identity(mine->lineage, its->lineage))
				kin_mistake_add(fitting->mistakes, mine->lineage->file, mine->lineage->line,
				                "%s: its identity '%s' is %s's already (%s:%d)", mine->name, mine->lineage->identity, its->name,
				                its->lineage->file, its->lineage->line);
		}
}

/* Own columns of models that share a table. */
static void check_clash(kin_fitting *fitting, const kin_mapping *mine, const kin_mapping *its)
{
	if (strcmp(mine->model->table, its->model->table) != 0 || kin_mapping_is(mine, its))
		return;
	for (size_t i = mine->inherited; i < mine->attribute_count; i++) {
		const kin_attribute *a = &mine->attributes[i], *other = kin_map_find(&its->by_column, a->column);
		if (other && other->index >= its->inherited)
			kin_mistake_add(fitting->mistakes, a->file, a->line,
			                "%s.%s: the column '%s' of '%s' is %s.%s already (%s:%d); call it otherwise with .column, or move it to %s",
			                mine->name, a->name, a->column, mine->model->table, its->name, other->name, other->file, other->line,
			                mine->parent->name);
	}
}

static void check_clashes(kin_fitting *fitting, const kin_lineage *root)
{
	for (size_t i = 0; i < root->heir_count; i++)
		for (size_t n = 0; n < i; n++)
			check_clash(fitting, root->heirs[i], root->heirs[n]);
}

int kin_fitting_lineages(kin_fitting *fitting)
{
	for (size_t i = 0; i < fitting->mapper_count; i++) {
		const kin_mapper *mapper = &fitting->mappers[i];
		mapper->mapping->identity = mapper->mapping->id;
		if (!mapper->mapping->parent && !mapper->discriminator.file && !is_parent(fitting, mapper->mapping))
			continue;
		if (make_lineage(fitting, mapper) < 0)
			return KIN_ENOMEM;
		if (mapper->mapping->parent)
			check_child(fitting, mapper);
		else
			check_root(fitting, mapper);
	}
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (fitting->mappers[i].mapping->lineage && set_heirs(fitting, fitting->mappers[i].mapping) < 0)
			return KIN_ENOMEM;
	for (size_t i = 0; i < fitting->mapper_count; i++) {
		const kin_mapping *mapping = fitting->mappers[i].mapping;
		if (mapping->lineage)
			check_load(fitting, &fitting->mappers[i]);
		if (!mapping->lineage || mapping->parent)
			continue;
		check_identities(fitting, mapping->lineage);
		check_clashes(fitting, mapping->lineage);
	}
	return fitting->mistakes->failed ? KIN_ENOMEM : KIN_OK;
}
