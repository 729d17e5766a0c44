/* hint_unused.c - an index that nothing is found by makes every write slower. */
#include "orm/hint_unused.h"

#include "orm/inherit.h"

typedef struct looking {
	const kin_registry *registry;
	const kin_schema   *models;
	const kin_schema   *database;
	const kin_names    *used;
	kin_arena          *arena;
	kin_site_report    *report;
	void               *context;
	kin_error          *error;
} looking;

static bool is_part(const kin_index_part *part, const kin_extra_part *of)
{
	if (of->expression)
		return part->expression && strcmp(part->expression, of->expression) == 0;
	return part->column && of->attribute && strcmp(part->column, of->attribute->column) == 0;
}

/* What the index is called; NULL: the models have no such. */
static const char *name_of(const kin_table_schema *table, const kin_extra *extra)
{
	for (size_t i = 0; i < table->index_count; i++) {
		const kin_index_schema *index = &table->indexes[i];
		bool same = index->part_count == extra->part_count && !index->where == !extra->where;
		for (size_t k = 0; same && k < index->part_count; k++)
			same = is_part(&index->parts[k], &extra->parts[k]);
		if (same && (!extra->where || strcmp(index->where, extra->where) == 0))
			return index->name;
	}
	return NULL;
}

static bool has_index(const kin_schema *database, const char *table, const char *name)
{
	const kin_table_schema *t = kin_schema_table(database, table);

	for (size_t i = 0; t && i < t->index_count; i++)
		if (t->indexes[i].name && strcmp(t->indexes[i].name, name) == 0)
			return true;
	return false;
}

static int look_at(const looking *l, const kin_table_schema *table, const kin_extra *extra, const char *file, int line)
{
	const kin_attribute *first = extra->parts[0].attribute;
	const char *name = extra->unique || (first && first->linked) ? NULL : name_of(table, extra);
	kin_finding hint = { .file = file, .line = line, .table = table->name };

	if (!name || kin_names_have(l->used, name) || !has_index(l->database, table->name, name))
		return KIN_OK;
	hint.sentence = kin_arena_printf(l->arena, "the index %s of %s is used by no query that stands in the program, and every write keeps it up; those that "
	                                 "are built at run time are not seen", name, table->name);
	if (!hint.sentence)
		return kin_error_nomem(l->error);
	l->report(l->context, &hint);
	return KIN_OK;
}

static int look_at_mapping(const looking *l, const kin_mapping *m)
{
	const kin_table_schema *table = kin_schema_table(l->models, m->lineage ? m->lineage->tables[m->level] : m->table);
	int rc = KIN_OK;

	for (size_t i = m->inherited; table && rc == KIN_OK && i < m->attribute_count; i++) {
		const kin_attribute *a = &m->attributes[i];
		kin_extra_part part = { .attribute = a };
		kin_extra extra = { .unique = a->unique, .parts = &part, .part_count = 1 };
		if (a->indexed)
			rc = look_at(l, table, &extra, a->file, a->line);
	}
	for (const kin_extra *x = m->extras; table && rc == KIN_OK && x; x = x->next)
		if (x->kind == KIN_EXTRA_INDEX && x->part_count > 0)
			rc = look_at(l, table, x, x->file, x->line);
	return rc;
}

int kin_hint_unused(const kin_registry *registry, const kin_schema *database, const kin_names *used, kin_arena *arena, kin_site_report *report, void *context,
                    kin_error *error)
{
	kin_schema models;
	looking l = {
		.registry = registry, .models = &models, .database = database, .used = used, .arena = arena, .report = report, .context = context, .error = error,
	};
	int rc = kin_registry_schema(registry, arena, &models, error);

	for (size_t i = 0; rc == KIN_OK && i < kin_registry_count(registry); i++)
		rc = look_at_mapping(&l, kin_registry_mapping(registry, i));
	return rc;
}
