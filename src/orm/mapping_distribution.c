/* mapping_distribution.c - what a table is distributed by is in its keys, or Citus would refuse the table.
 *
 * A node knows its own rows only: a key is unique there if equal keys are always on the same node, and a foreign key
 * can be looked up there if both rows are. */
#include <string.h>

#include "orm/mapping_fit.h"
#include "value/kind.h"

static bool has(const kin_attribute *const *attributes, size_t count, const kin_attribute *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (attributes[i] == wanted)
			return true;
	return false;
}

static void check_key(kin_fitting *fitting, const kin_mapping *mapping)
{
	const kin_attribute *by = mapping->distributed;

	if (!by->primary_key)
		kin_mistake_add(fitting->mistakes, mapping->distributed_file, mapping->distributed_line,
		                "%s: the table is distributed by '%s', so that is part of its primary key; add .primary_key = true to it",
		                mapping->name, by->name);
}

static void check_uniques(kin_fitting *fitting, const kin_mapping *mapping)
{
	const kin_attribute *by = mapping->distributed;

	for (size_t i = mapping->inherited; i < mapping->attribute_count; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		if (a->unique && a != by)
			kin_mistake_add(fitting->mistakes, a->file, a->line,
			                "%s.%s: .unique without '%s', which the table is distributed by: write kin_unique(%s, %s)", mapping->name,
			                a->name, by->name, by->name, a->name);
	}
	for (const kin_extra *extra = mapping->extras; extra; extra = extra->next) {
		bool unique = extra->kind == KIN_EXTRA_UNIQUE || (extra->kind == KIN_EXTRA_INDEX && extra->unique);
		if (unique && !has(extra->attributes, extra->attribute_count, by))
			kin_mistake_add(fitting->mistakes, extra->file, extra->line,
			                "%s: what is unique in a distributed table is so together with what it is distributed by; add '%s'",
			                mapping->name, by->name);
	}
}

/* From one distributed table to another: by what both are distributed by, and by what else the target's key is. */
static void check_shared(kin_fitting *fitting, const kin_attribute *key)
{
	const kin_mapping *target = key->target->mapping;
	const kin_attribute *mine = key->mapping->distributed, *its = target->distributed;

	if (mine->kind != its->kind)
		kin_mistake_add(fitting->mistakes, key->file, key->line,
		                "%s.%s: %s is distributed by %s, and %s by %s; make them the same", key->mapping->name, key->name,
		                key->mapping->table, kin_kind_get(mine->kind & ~KIN_KIND_NULLABLE)->c_type, target->table,
		                kin_kind_get(its->kind & ~KIN_KIND_NULLABLE)->c_type);
	else if ((key == mine) != (key->target == its))
		kin_mistake_add(fitting->mistakes, key->file, key->line,
		                "%s.%s: %s is distributed by '%s', and %s by '%s': a foreign key leads from the one to the other, or from neither",
		                key->mapping->name, key->name, key->mapping->table, mine->name, target->table, its->name);
	else if (key != mine && (target->key_count != 2 || !key->target->primary_key))
		kin_mistake_add(fitting->mistakes, key->file, key->line,
		                "%s.%s: the foreign key is (%s, %s), so the primary key of %s is '%s' and '%s'", key->mapping->name, key->name,
		                mine->name, key->name, target->table, its->name, key->target->name);
	else if (key != mine && key->on_delete && strcmp(key->on_delete, "SET NULL") == 0)
		kin_mistake_add(fitting->mistakes, key->file, key->line,
		                "%s.%s: .on_delete = \"SET NULL\" would be for '%s' too, which is never NULL", key->mapping->name, key->name,
		                mine->name);
}

static void check_foreign(kin_fitting *fitting, const kin_attribute *key)
{
	if (!key->target || !key->target->mapping->distributed)
		return;
	if (key->mapping->distributed)
		check_shared(fitting, key);
	else
		kin_mistake_add(fitting->mistakes, key->file, key->line,
		                "%s.%s: a table that is not distributed cannot point at %s, which is; add kin_table(.distributed_by) to %s",
		                key->mapping->name, key->name, key->target->mapping->table, key->mapping->name);
}

/* One of several columns says itself what both are distributed by. */
static void check_composite(kin_fitting *fitting, const kin_foreign *foreign)
{
	const kin_mapping *mapping = foreign->mapping, *target = foreign->target;

	if (!target->distributed || !mapping->distributed)
		return;
	for (size_t i = 0; i < foreign->count; i++)
		if (foreign->pairs[i].local == mapping->distributed && foreign->pairs[i].remote == target->distributed)
			return;
	kin_mistake_add(fitting->mistakes, foreign->file, foreign->line,
	                "%s: kin_foreign_key(%s, …): %s is distributed by '%s', and %s by '%s': the one that points at the other is a part of the key",
	                mapping->name, foreign->label, mapping->table, mapping->distributed->name, target->table, target->distributed->name);
}

int kin_fitting_distribution(kin_fitting *fitting)
{
	for (size_t i = 0; i < fitting->mapper_count; i++) {
		const kin_mapping *mapping = fitting->mappers[i].mapping;
		if (mapping->distributed && !mapping->parent)
			check_key(fitting, mapping);
		if (mapping->distributed)
			check_uniques(fitting, mapping);
		for (size_t n = mapping->inherited; n < mapping->attribute_count; n++)
			check_foreign(fitting, &mapping->attributes[n]);
		for (size_t n = 0; n < mapping->foreign_count; n++)
			check_composite(fitting, &mapping->foreigns[n]);
	}
	return fitting->mistakes->failed ? KIN_ENOMEM : KIN_OK;
}
