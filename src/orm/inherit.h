/* inherit.h - what inheritance adds to a mapping, and what it means for queries and for rows that are read and written. */
#ifndef KIN_ORM_INHERIT_H
#define KIN_ORM_INHERIT_H

#include <kin/inherit.h>

#include "orm/instance.h"
#include "orm/resolve.h"

/* Of a mapping that inherits or is inherited from; the design is in mapping_inherit.c. */
struct kin_lineage {
	const kin_attribute *discriminator; /* the mapping's; NULL: a mistake */
	const char          *identity; /* what it is in rows of the mapping; NULL: there are none */
	int64_t              number;   /* the same, where the discriminator is an integer */
	const kin_mapping  **heirs;    /* the mapping, and all that inherit from it, each after its parent */
	size_t               heir_count;
	const char         **tables;   /* the table of each level, the root's first */
	kin_mapping        **levels;   /* what is written of an object, by table; NULL: it is all in one, which the mapping itself describes */
	size_t               level_count;
	bool                 abstract;
	kin_lazy             load;     /* how its tables come: KIN_JOINED or KIN_SELECTIN */
	const char          *file; /* of the kin_discriminator() or kin_inherits() line */
	int                  line;
};

static inline bool kin_mapping_is_joined(const kin_mapping *mapping)
{
	return mapping->lineage && mapping->lineage->level_count > 1;
}

/* Of several tables, the ones that are written; otherwise the mapping itself. */
static inline size_t kin_mapping_level_count(const kin_mapping *mapping)
{
	return kin_mapping_is_joined(mapping) ? mapping->lineage->level_count : 1;
}

static inline const kin_mapping *kin_mapping_level(const kin_mapping *mapping, size_t level)
{
	return kin_mapping_is_joined(mapping) ? mapping->lineage->levels[level] : mapping;
}

/* mapping_level.c: of a set of a mapping's attributes (orm/mapping_sql.h), those that are in one of its levels, as that has them. Keys are in all.
 * false: there are none. */
bool kin_mapping_level_set(const kin_mapping *mapping, size_t level, const uint64_t *set, uint64_t *ret_set);

/* Where an attribute's column is. */
static inline const char *kin_attribute_table(const kin_attribute *attribute)
{
	const kin_mapping *mapping = attribute->mapping;

	return mapping->lineage ? mapping->lineage->tables[attribute->level] : mapping->table;
}

/* The attribute of the mapping whose own it is. */
static inline const kin_attribute *kin_attribute_origin(const kin_attribute *attribute)
{
	const kin_mapping *mapping = attribute->mapping;

	while (attribute->index < mapping->inherited)
		mapping = mapping->parent;
	return &mapping->attributes[attribute->index];
}

/* Whether it has a table that its parent has not. */
static inline bool kin_mapping_brings_table(const kin_mapping *mapping)
{
	return mapping->parent && mapping->level != mapping->parent->level;
}

/* The same attribute as a mapping that inherits from the attribute's has it. */
static inline const kin_attribute *kin_mapping_own(const kin_mapping *mapping, const kin_attribute *attribute)
{
	return kin_mapping_is(mapping, attribute->mapping) ? &mapping->attributes[attribute->index] : attribute;
}

/* Whether the identity map's object for a key is one of the mapping: it may be of another that inherits from the same. */
static inline bool kin_mapping_has(const kin_mapping *mapping, const void *object)
{
	return !mapping->parent || kin_mapping_is(kin_instance_mapping(kin_instance_of(object)), mapping);
}

/* ---- discriminator.c: objects ---- */

/* Whether a value of the discriminator's is that of the mapping's rows. */
bool kin_discriminator_says(const kin_mapping *mapping, const kin_value *value);
/* Into a new object that has none, or has it. KIN_OK, or the session's error: it has another, or the model is abstract. */
int kin_discriminator_set(struct kin_session *session, const kin_mapping *mapping, void *object);
/* Before a row is written: KIN_OK, or the session's error: it has another. */
int kin_discriminator_check(struct kin_session *session, const kin_mapping *mapping, const void *object);

/* ---- inherit.c: queries ---- */

/* What a derived table with a mapping's columns is called; its columns are those of all levels. */
extern const char kin_resolve_anon[];

/* An attribute's column, where the mapping's first table goes by `alias`: the others' aliases follow from that. NULL when memory is out. */
kin_expr *kin_resolve_column(kin_arena *arena, const char *alias, const kin_attribute *attribute);
/* Join a mapping's tables to a select, the first by `alias` (NULL, or the table's own name: that), so that only rows of the mapping come that
 * its filters let through: what says so stands in the select's condition, or, in an outer join, in ON. `relation` leads there, NULL: none. false: memory is out, or
 * `on` is NULL where it must not be. */
bool kin_resolve_source(const kin_resolver *resolver, kin_sql_select *select, kin_join join, const kin_mapping *mapping, const char *alias,
                        kin_expr *on, const kin_relation *relation);
/* The table of its target that a relationship leads to: the one with its ON. */
const char *kin_resolve_first_table(const kin_relation *relation);
/* Outer join the table of a mapping's own level to a select that has those of `base`, from which it inherits. false when memory is out. */
bool kin_resolve_level(kin_arena *arena, kin_sql_select *select, const kin_mapping *base, const char *alias, const kin_mapping *heir);

#endif
