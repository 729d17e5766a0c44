/* plan_upsert.c - what the options of a kin_upsert() mean, and its statement.
 *
 * What a struct's row gets from the database: all that is neither in the key that conflicts nor updated. So the struct is as its row is,
 * whether that was there before or not. */
#include "orm/plan_upsert.h"

#include <kin/bulk.h>

#include "orm/inherit.h"
#include "orm/registry.h"

struct kin_upsert_text {
	kin_write               write;
	const uint64_t         *omitted;
	struct kin_upsert_text *next;
};

enum { MANY_TEXTS = 16 }; /* those after that are not kept prepared */

/* ---- the options ---- */

static const kin_attribute *find_unknown(kin_planning *p, const char *name, int *rc)
{
	const kin_attribute *attribute = kin_mapping_attribute(p->plan->mapping, name);

	if (!attribute)
		*rc = kin_resolve_unknown(&p->resolver, p->plan->mapping, name, KIN_PROBLEM_NOWHERE, false);
	return attribute;
}

/* "name, species" as a set. */
static int read_names(kin_planning *p, const char *names, uint64_t *set, size_t *ret_count)
{
	int rc = KIN_OK;

	*ret_count = 0;
	for (size_t length; rc == KIN_OK && *(names += strspn(names, " \t\n,")); names += length) {
		length = strcspn(names, " \t\n,");
		const char *name = kin_arena_strndup(p->arena, names, length);
		const kin_attribute *attribute = name ? find_unknown(p, name, &rc) : NULL;
		if (!name)
			return KIN_ENOMEM;
		if (!attribute || kin_set_has(set, attribute->index))
			continue;
		kin_set_add(set, attribute->index);
		++*ret_count;
	}
	return rc;
}

static bool is_set_of(const uint64_t *set, size_t set_count, const kin_attribute *const *attributes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!kin_set_has(set, attributes[i]->index))
			return false;
	return set_count == count;
}

static bool is_unique_extra(const kin_extra *extra)
{
	return extra->kind == KIN_EXTRA_UNIQUE || (extra->kind == KIN_EXTRA_INDEX && extra->unique && !extra->where);
}

static bool is_unique(const kin_mapping *mapping, const uint64_t *set, size_t count)
{
	if (is_set_of(set, count, mapping->keys, mapping->key_count))
		return true;
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *attribute = &mapping->attributes[i];
		if (attribute->unique && is_set_of(set, count, &attribute, 1))
			return true;
	}
	for (const kin_extra *extra = mapping->extras; extra; extra = extra->next)
		if (is_unique_extra(extra) && is_set_of(set, count, extra->attributes, extra->attribute_count))
			return true;
	return false;
}

static void add_key(kin_text *out, const kin_attribute *const *attributes, size_t count)
{
	kin_text_add(out, out->length > 0 ? " or \"" : "\"");
	for (size_t i = 0; i < count; i++)
		kin_text_addf(out, "%s%s", i > 0 ? ", " : "", attributes[i]->name);
	kin_text_add(out, "\"");
}

static int not_unique(kin_planning *p, const char *names)
{
	const kin_mapping *mapping = p->plan->mapping;
	kin_text keys;
	int rc;

	kin_text_init(&keys);
	add_key(&keys, mapping->keys, mapping->key_count);
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *attribute = &mapping->attributes[i];
		if (attribute->unique)
			add_key(&keys, &attribute, 1);
	}
	for (const kin_extra *extra = mapping->extras; extra; extra = extra->next)
		if (is_unique_extra(extra))
			add_key(&keys, extra->attributes, extra->attribute_count);
	rc = !kin_text_ok(&keys) ? KIN_ENOMEM
	   : kin_resolve_problem(&p->resolver, KIN_PROBLEM_NOWHERE, "no unique key of %s is \"%s\"; .conflict can be %s, or what a kin_unique() makes one",
	                         mapping->name, names, keys.data);
	kin_text_done(&keys);
	return rc;
}

static int read_conflict(kin_planning *p, const char *names, uint64_t *set, size_t *ret_count)
{
	const kin_mapping *mapping = p->plan->mapping;
	const kin_problem *const *before = (const kin_problem *const *)p->resolver.last_problem;
	int rc;

	for (size_t i = 0; !names && i < mapping->key_count; i++)
		kin_set_add(set, mapping->keys[i]->index);
	*ret_count = mapping->key_count;
	if (!names || (rc = read_names(p, names, set, ret_count)) < 0)
		return names ? rc : KIN_OK;
	bool known = (const kin_problem *const *)p->resolver.last_problem == before;
	return !known || is_unique(mapping, set, *ret_count) ? KIN_OK : not_unique(p, names);
}

static bool is_discriminator(const kin_attribute *attribute)
{
	return attribute->mapping->lineage && attribute->mapping->lineage->discriminator == attribute;
}

/* All that the program sets, but for the keys. */
static void update_usual(const kin_mapping *mapping, const uint64_t *conflict, uint64_t *set)
{
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		if (!a->primary_key && !a->computed && a != mapping->version && !is_discriminator(a) && !kin_set_has(conflict, i))
			kin_set_add(set, i);
	}
}

static int check_update(kin_planning *p, const uint64_t *set)
{
	const kin_mapping *mapping = p->plan->mapping;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < mapping->attribute_count; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		if (!kin_set_has(set, i))
			continue;
		if (a->computed)
			rc = kin_resolve_problem(&p->resolver, KIN_PROBLEM_NOWHERE, "%s.%s is computed by the database", mapping->name, a->name);
		else if (is_discriminator(a))
			rc = kin_resolve_problem(&p->resolver, KIN_PROBLEM_NOWHERE, "%s.%s says of which model a row is, and that does not change",
			                         mapping->name, a->name);
		else if (a == mapping->version)
			rc = kin_resolve_problem(&p->resolver, KIN_PROBLEM_NOWHERE, "%s.%s counts the changes by itself", mapping->name, a->name);
	}
	return rc;
}

int kin_plan_upsert(kin_planning *p)
{
	const kin_mapping *mapping = p->plan->mapping;
	const kin_upsert_options *options = p->spec->upsert;
	size_t bytes = KIN_SET_WORDS(mapping) * sizeof(uint64_t), count;
	struct kin_upsert *upsert = kin_arena_zalloc(p->arena, sizeof(*upsert));
	uint64_t *conflict = kin_arena_zalloc(p->arena, bytes), *update = kin_arena_zalloc(p->arena, bytes);
	int rc;

	if (!upsert || !conflict || !update)
		return KIN_ENOMEM;
	if (kin_mapping_is_joined(mapping))
		return kin_planning_problem(p, "%s is kept in the tables '%s' and '%s', and an upsert is for one", mapping->name, mapping->table,
		                            mapping->model->table);
	if ((rc = read_conflict(p, options->conflict, conflict, &upsert->conflict_count)) < 0)
		return rc;
	if (!options->update)
		update_usual(mapping, conflict, update);
	else if ((rc = read_names(p, options->update, update, &count)) < 0 || (rc = check_update(p, update)) < 0)
		return rc;
	upsert->conflict = conflict;
	upsert->update = update;
	upsert->updates = !options->update || count > 0;
	p->plan->upsert = upsert;
	return KIN_OK;
}

/* ---- the statement ---- */

/* Columns of the attributes in a set, without those in another one; and their cells, numbered, if asked for. */
typedef struct columns {
	const char **names;
	kin_cell    *cells;
	size_t       count;
} columns;

static int columns_of(kin_plan *plan, const uint64_t *set, bool in, const uint64_t *without, columns *ret)
{
	const kin_mapping *mapping = plan->mapping;
	const char **names = kin_arena_alloc(&plan->arena, (mapping->attribute_count + 1) * sizeof(*names));
	kin_cell *cells = kin_arena_alloc(&plan->arena, (mapping->attribute_count + 1) * sizeof(*cells));
	size_t count = 0;

	if (!names || !cells)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		if (kin_set_has(set, i) != in || (without && kin_set_has(without, i)))
			continue;
		names[count] = mapping->attributes[i].column;
		cells[count] = mapping->cells[i];
		cells[count].column = (uint16_t)count;
		count++;
	}
	*ret = (columns){ names, cells, count };
	return KIN_OK;
}

/* What comes back of a row that is new, or was updated. */
static int returned(kin_plan *plan, const columns *updates, columns *ret)
{
	const struct kin_upsert *upsert = plan->upsert;
	uint64_t *known = kin_arena_zalloc(&plan->arena, KIN_SET_WORDS(plan->mapping) * sizeof(*known));

	*ret = (columns){ 0 };
	if (!known)
		return KIN_ENOMEM;
	for (size_t i = 0; i < plan->mapping->attribute_count; i++)
		for (size_t n = 0; n < updates->count; n++)
			if (kin_set_has(upsert->conflict, i) || updates->names[n] == plan->mapping->attributes[i].column)
				kin_set_add(known, i);
	return columns_of(plan, known, false, NULL, ret);
}

static int compile(kin_plan *plan, const kin_dialect *dialect, size_t number, kin_upsert_text *text, kin_error *error)
{
	const struct kin_upsert *upsert = plan->upsert;
	const kin_mapping *mapping = plan->mapping;
	columns values, keys, updates, back = { 0 };
	kin_compiled compiled;
	int rc;

	if ((rc = columns_of(plan, text->omitted, false, NULL, &values)) < 0 ||
	    (rc = columns_of(plan, upsert->conflict, true, NULL, &keys)) < 0 ||
	    (rc = columns_of(plan, upsert->update, true, text->omitted, &updates)) < 0)
		return kin_error_nomem(error);
	const kin_sql_conflict conflict = {
		.columns = keys.names, .column_count = keys.count, .updates = updates.names, .update_count = updates.count,
		.counted = upsert->updates && mapping->version ? mapping->version->column : NULL,
	};
	if ((conflict.update_count > 0 || conflict.counted) && returned(plan, &updates, &back) < 0)
		return kin_error_nomem(error);
	const kin_sql_insert insert = {
		.table = mapping->table, .columns = values.names, .column_count = values.count, .row_count = 1, .conflict = &conflict,
		.returning = back.names, .returning_count = back.count,
	};
	if ((rc = kin_compile_insert(dialect, &insert, &plan->arena, &compiled, error)) < 0)
		return rc;
	text->write = (kin_write){
		.sql = { .text = compiled.sql, .length = compiled.length, .id = number < MANY_TEXTS ? kin_sql_id() : 0 },
		.cells = values.cells, .cell_count = values.count, .returned = back.cells, .returned_count = back.count,
		.change = { .change = KIN_CHANGE_INSERT, .table = mapping->table, .columns = values.names, .column_count = values.count,
		            .returned = back.names, .returned_count = back.count, .upsert = true },
	};
	return KIN_OK;
}

static int find_or_make(kin_plan *plan, const kin_dialect *dialect, const uint64_t *omitted, const kin_write **ret_write, kin_error *error)
{
	size_t bytes = KIN_SET_WORDS(plan->mapping) * sizeof(*omitted), number = 0;
	struct kin_upsert_text **list = &plan->upsert->texts[dialect->id], *text;
	int rc;

	for (text = *list; text; text = text->next, number++)
		if (memcmp(text->omitted, omitted, bytes) == 0) {
			*ret_write = &text->write;
			return KIN_OK;
		}
	if (!(text = kin_arena_zalloc(&plan->arena, sizeof(*text))) || !(text->omitted = kin_arena_copy(&plan->arena, omitted, bytes)))
		return kin_error_nomem(error);
	if ((rc = compile(plan, dialect, number, text, error)) < 0)
		return rc;
	text->next = *list;
	*list = text;
	*ret_write = &text->write;
	return KIN_OK;
}

int kin_plan_upsert_write(kin_plan *plan, const kin_dialect *dialect, const uint64_t *omitted, const kin_write **ret_write,
                          kin_error *error)
{
	pthread_mutex_lock(&plan->lock);
	int rc = find_or_make(plan, dialect, omitted, ret_write, error);
	pthread_mutex_unlock(&plan->lock);
	return rc;
}
