/* mapping.h - a model's struct and its table, resolved: what KIN_MODEL's body said, with every name looked up.
 *
 * Made once, when the registry is configured, and constant from then on, shared by threads. No name is looked up at run
 * time: plans hold pointers to these. */
#ifndef KIN_ORM_MAPPING_H
#define KIN_ORM_MAPPING_H

#include <kin/model.h>

#include "base/arena.h"
#include "base/map.h"
#include "db/connection.h"
#include "value/domain.h"

typedef struct kin_mapping kin_mapping;
typedef struct kin_attribute kin_attribute;
typedef struct kin_relation kin_relation;
typedef struct kin_foreign kin_foreign;
typedef struct kin_lineage kin_lineage;

/* A member that is a column. */
struct kin_attribute {
	const char        *name;    /* the member */
	const char        *column;
	const kin_mapping *mapping;
	uint32_t           offset;
	uint32_t           size;    /* of the member */
	uint16_t           index;   /* in mapping->attributes; also its place in the mapping's SELECT list */
	uint8_t            kind;    /* kin_kind, perhaps | KIN_KIND_NULLABLE */
	bool               not_null;
	bool               primary_key;
	bool               unique;
	bool               indexed;
	bool               loose;   /* nullable in the table whatever the member is: rows of other models have nothing there */
	uint8_t            level;   /* in which of the tables of its mapping: orm/inherit.h. 0 but for what is inherited from, or inherits */
	uint16_t           level_index; /* in the attributes of that level */
	bool               deferred;
	const char        *group;       /* of those that are loaded together; NULL: alone */
	const kin_attribute *leader;    /* the first of them, which has their plan; NULL: it is that itself */
	const kin_attribute *beside;    /* the next one of the group; NULL: it is the last */
	bool               pointed;     /* text, bytes or JSON: the member points at memory */
	bool               linked;      /* a relationship compares it */
	int                length;      /* characters; 0: unbounded */
	int                precision;   /* DECIMAL */
	int                scale;
	const kin_domain  *domain;      /* ENUM, CHARS, CUSTOM */
	const char        *enum_name;
	kin_value          default_value; /* KIN_KIND_NULL: none */
	kin_value        (*default_fn)(void);
	kin_value        (*update_fn)(void);
	const char        *computed;
	bool               computed_stored;
	const char        *default_sql;
	const char        *comment;
	const char        *collation;
	int64_t            identity_start;
	int64_t            identity_increment;
	const char        *type;        /* as written; NULL: the kind's */
	const char        *foreign_key; /* as written: "owners.id" */
	const char        *on_delete;
	const char        *on_update;
	uint8_t            deferrable;  /* of it: true, KIN_DEFERRED */
	const kin_attribute *target;    /* what a foreign key of this column points at; NULL: none, or a table that is no model */
	void              *plan;        /* how it is loaded alone: orm/plan.h; made at first use */
	const char        *file;
	int                line;
};

/* One column of a relationship's join, or of a foreign key: this side's, and the other's. */
typedef struct kin_pair {
	const kin_attribute *local;
	const kin_attribute *remote;
	bool                 cleared; /* of a relationship: NULL in the key where there is no object. Not what cannot be, or says something else too */
} kin_pair;

/* A foreign key of the mapping, in the order of the primary key that it points at, if it does: from a column's .foreign_key (with what both tables are distributed by in front,
 * where they are), or of several by kin_foreign_key(). */
struct kin_foreign {
	const kin_mapping  *mapping;
	const kin_mapping  *target;
	kin_pair           *pairs;
	size_t              count;
	const char         *label;     /* for sentences: "owner_id", "(order_id, line_no)" */
	const char         *name;      /* of the constraint; NULL: by convention */
	const char         *on_delete;
	const char         *on_update;
	uint8_t             deferrable;
	bool                pushed;    /* rows that hold it are written by the flush that changes what it points at: flush_push.c */
	const kin_relation *relation;  /* the to-one relationship that writes it; NULL: none */
	bool                post_update; /* may be written after the row, where rows need each other's keys */
	bool                inherited; /* it is the parent's too */
	const char         *file;
	int                 line;
};

typedef struct kin_relation_order {
	const kin_attribute *attribute; /* of the target */
	bool                 descending;
} kin_relation_order;

/* A member that is a relationship. */
struct kin_relation {
	const char         *name;
	const kin_mapping  *mapping;
	const kin_mapping  *target;
	uint32_t            offset;
	uint8_t             index;     /* its bit in kin_instance.loaded */
	uint8_t             form;      /* kin_relation_form */
	bool                to_many;   /* the member is a list; else a pointer */
	bool                holds_key; /* belongs_to: the pairs' local attributes are the foreign key; else the remote ones are */
	kin_lazy            lazy;
	bool                inner;
	int                 join_depth; /* 0: as any other */
	int                 cascade;   /* KIN_CASCADE_…, never DEFAULT */
	uint8_t             passive;   /* .passive_deletes */
	bool                single_parent; /* no two of this side have the same of the other */
	bool                viewonly;  /* never written */
	const char         *where;     /* what else its targets fulfil: a condition over their attributes; NULL: nothing */
	const kin_foreign  *foreign;   /* the key it follows; many-to-many: the near one of the table between */
	kin_pair           *pairs;     /* its columns */
	size_t              pair_count;
	bool                by_key;    /* holds_key, and the remote attributes are the target's primary key, in its order */
	const kin_relation *reverse;   /* the member on the other side; NULL: none */
	const kin_mapping  *link;      /* many-to-many: the table between the two, where the pairs' remote attributes are; NULL: none */
	const kin_relation *far;       /* many-to-many: the same seen from the other side. The reverse, or one that no model has */
	bool                link_unique; /* no two rows of it link the same two */
	kin_relation_order *orders;
	size_t              order_count;
	void               *plan; /* how it is loaded: orm/plan.h; made at first use, the one member that changes */
	const char         *file;
	int                 line;
};

/* A table whose rows lead to those of a mapping. */
typedef struct kin_link_end {
	const kin_relation        *relation; /* from the mapping through that table; perhaps one that no model has */
	const struct kin_link_end *next;
} kin_link_end;

/* A function of the program that is called with objects: a kin_on() or kin_validate() line. */
typedef struct kin_hook {
	kin_model_event      event;
	const kin_attribute *attribute; /* that it validates; NULL: kin_on() */
	const kin_model     *model;     /* whose line it is: the mapping's, or one that it inherits from */
	kin_any_fn          *fn;
	const char          *name;
	const char          *file;
	int                  line;
	const struct kin_hook *next; /* in the order of the lines */
} kin_hook;

typedef struct kin_repr_part {
	const char          *text;      /* before the attribute; "" */
	const kin_attribute *attribute; /* NULL: the end */
} kin_repr_part;

struct kin_mapping {
	const kin_model *model;
	const struct kin_registry *registry;
	const char      *name;  /* "Pet" */
	const char      *table; /* "pets" */
	size_t           size;
	uint16_t         id;    /* its number in the registry: sessions keep arrays by it */
	uint16_t         identity; /* the number of its identity map: its own, or that of what it inherits from */
	uint8_t          level; /* of its own attributes */
	const kin_mapping *parent;  /* what it inherits from; NULL: nothing */
	kin_lineage     *lineage;   /* orm/inherit.h; NULL: it does not inherit, and nothing inherits from it */
	size_t           inherited; /* so many of its attributes, the first ones, are the parent's */
	kin_attribute   *attributes;
	size_t           attribute_count;
	const kin_attribute **keys; /* the primary key, in order */
	size_t           key_count;
	bool             integer_key; /* one int64_t key, which the database makes when it is 0 */
	uint32_t         key_offset;  /* of it */
	kin_relation   **relations;
	size_t           relation_count;
	kin_foreign     *foreigns;
	size_t           foreign_count;
	const kin_attribute **pointed; /* text and bytes: members that point at memory */
	size_t           pointed_count;
	uint64_t        *deferred;      /* which of the attributes, as a set; NULL: none */
	const kin_attribute **limited; /* those that may be given a NULL they cannot hold, or a text too long */
	size_t           limited_count;
	bool             pushes;       /* some foreign key that points at it is .pushed */
	bool             has_defaults; /* .default_sql or .computed somewhere */
	bool             has_fills;    /* .default_value, .default_fn or .update_fn, a version, or hooks */
	uint16_t         events;       /* a bit for each kin_model_event that has hooks */
	const kin_hook  *hooks;
	const kin_attribute *version;  /* counts the row's changes; NULL: nothing does */
	bool             has_computed;
	const kin_relation **keyed;   /* the relationships that hold a key */
	size_t           keyed_count;
	kin_cell        *cells;       /* all attributes, column i being attribute i: to read a row or bind a struct */
	kin_repr_part   *repr;        /* NULL: <Pet 1> */
	size_t           repr_count;
	kin_map          by_name;     /* attribute names -> kin_attribute, */
	kin_map          relation_by_name;
	kin_map          by_column;   /* columns -> kin_attribute */
	const kin_attribute *distributed; /* by this column; NULL: not */
	const char      *table_comment;
	const char      *table_options; /* kin_table(.options) */
	const char      *distributed_file;
	int              distributed_line;
	const kin_link_end *links;    /* many-to-many tables, each end once; more are put in front when models arrive */
	const struct kin_filter *filters; /* orm/filter.h */
	size_t           filter_count;
	const struct kin_extra *extras; /* uniques, indexes, checks; for the schema */
	void            *plan; /* an object by its key: orm/plan.h; made at first use */
	struct kin_mapping_sql *sql[KIN_DIALECT_COUNT]; /* statements that every session needs: orm/mapping_sql.h */
};

/* kin_unique(), kin_index(), kin_check() and kin_table_sql() lines. */
typedef enum kin_extra_kind { KIN_EXTRA_UNIQUE, KIN_EXTRA_INDEX, KIN_EXTRA_CHECK, KIN_EXTRA_DDL } kin_extra_kind;
/* What an index is over, one after the other. */
typedef struct kin_extra_part {
	const kin_attribute *attribute;
	const char          *expression; /* SQL over the columns; NULL: the attribute */
	bool                 descending;
} kin_extra_part;

typedef struct kin_extra {
	kin_extra_kind        kind;
	const char           *name;  /* NULL: by convention */
	const kin_attribute **attributes;
	size_t                attribute_count;
	kin_extra_part       *parts; /* of an index */
	size_t                part_count;
	bool                  unique;
	const char           *where;
	const kin_attribute **include; /* what else an index has */
	size_t                include_count;
	const char           *sql;
	const char           *file;
	int                   line;
	const struct kin_extra *next;
} kin_extra;

static inline const kin_attribute *kin_mapping_attribute(const kin_mapping *mapping, const char *name)
{
	return (const kin_attribute *)kin_map_find(&mapping->by_name, name);
}

static inline bool kin_mapping_hears(const kin_mapping *mapping, kin_model_event event)
{
	return (mapping->events >> event) & 1;
}

static inline const kin_relation *kin_mapping_relation(const kin_mapping *mapping, const char *name)
{
	return (const kin_relation *)kin_map_find(&mapping->relation_by_name, name);
}

/* An object's, or an image's, member as a value; NULL for a custom type. Borrowed. */
static inline kin_value kin_attribute_value(const kin_attribute *attribute, const void *object)
{
	const char *member = (const char *)object + attribute->offset;

	return attribute->domain ? kin_domain_peek(member, attribute->kind, attribute->domain) : kin_member_get(member, attribute->kind);
}

/* Whether two objects, or images of them, have the same there. */
static inline bool kin_attribute_equal(const kin_attribute *attribute, const void *a, const void *b)
{
	const char *mine = (const char *)a + attribute->offset, *its = (const char *)b + attribute->offset;

	return attribute->domain ? kin_domain_equal(mine, its, attribute->kind, attribute->domain)
	                         : kin_member_equal(mine, its, attribute->kind);
}

static inline bool kin_attribute_is_null(const kin_attribute *attribute, const void *object)
{
	const char *member = (const char *)object + attribute->offset;

	return attribute->domain ? kin_domain_is_null(member, attribute->kind, attribute->domain)
	                         : kin_member_is_null(member, attribute->kind);
}

/* Whether a mapping is another one, or inherits from it: an object of the first can be used as one of the second. */
static inline bool kin_mapping_is(const kin_mapping *mapping, const kin_mapping *other)
{
	while (mapping && mapping != other)
		mapping = mapping->parent;
	return mapping != NULL;
}

/* Whether two attributes are the same, perhaps of a mapping and of one that inherits from it. */
static inline bool kin_attribute_is(const kin_attribute *attribute, const kin_attribute *other)
{
	return attribute == other || (attribute->index == other->index && (kin_mapping_is(attribute->mapping, other->mapping) ||
	                                                                   kin_mapping_is(other->mapping, attribute->mapping)));
}

static inline const kin_mapping *kin_mapping_root(const kin_mapping *mapping)
{
	while (mapping->parent)
		mapping = mapping->parent;
	return mapping;
}

/* What a member of mapping->pointed points at; NULL where it is NULL. */
static inline const void *kin_attribute_pointed(const kin_attribute *attribute, const void *object)
{
	const char *member = (const char *)object + attribute->offset;
	const void *pointer;
	bool present = true;

	memcpy(&pointer, member, sizeof(pointer));
	if (attribute->kind & KIN_KIND_NULLABLE) /* of these kinds only a document can be that */
		memcpy(&present, member + offsetof(kin_nullable(kin_json), present), sizeof(present));
	return present ? pointer : NULL;
}

/* Whether a foreign key leads from one distributed table to another by columns of their own: what they are distributed by is a part of it. */
static inline bool kin_attribute_is_shared_key(const kin_attribute *key)
{
	const kin_attribute *mine = key->mapping->distributed, *its = key->target ? key->target->mapping->distributed : NULL;

	return mine && its && key != mine && key->target != its;
}

/* Whether the column is a part of a foreign key other than this one (NULL: of any). */
bool kin_mapping_is_foreign(const kin_mapping *mapping, const kin_attribute *attribute, const kin_foreign *beside);

/* The attribute, and the relationship, at an offset of the struct, or NULL. */
const kin_attribute *kin_mapping_attribute_at(const kin_mapping *mapping, size_t offset);
const kin_relation *kin_mapping_relation_at(const kin_mapping *mapping, size_t offset);

#endif
