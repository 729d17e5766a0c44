/* mapping_fit.h - the mappings of all models, being fitted together. */
#ifndef KIN_ORM_MAPPING_FIT_H
#define KIN_ORM_MAPPING_FIT_H

#include "orm/mapper.h"

/* A relationship of a mapping that is in use already, and its new other side: set when all is well. */
typedef struct kin_late_link {
	kin_relation       *relation;
	const kin_relation *reverse;
} kin_late_link;

/* A mapping that is in use already, and an end of a new link table. */
typedef struct kin_late_end {
	kin_mapping        *mapping;
	kin_link_end       *end;     /* put in front when all is well */
} kin_late_end;

typedef struct kin_fitting {
	kin_arena           *arena; /* what the new mappings live in */
	kin_mistakes        *mistakes;
	kin_mapper          *mappers; /* of the new models */
	size_t               mapper_count;
	kin_mapping *const  *mappings; /* all of them, those in use before the new ones */
	size_t               mapping_count;
	kin_vec(kin_late_link) late;
	kin_vec(kin_late_end)  late_ends;
} kin_fitting;

kin_mapping *kin_fitting_by_model(const kin_fitting *fitting, const kin_model *model); /* NULL: none */
kin_mapping *kin_fitting_by_table(const kin_fitting *fitting, const char *table);

/* mapping_inherit.c: the mappers in an order in which parents come first; those that inherit from nothing sound are mistakes. */
int kin_fitting_parents(kin_fitting *fitting);
/* The mapping of a mapper's parent; NULL: it has none, or that could not be made. */
const kin_mapping *kin_fitting_parent(const kin_fitting *fitting, const kin_mapper *mapper);
/* Who inherits from whom is known in the mappings. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_fitting_lineages(kin_fitting *fitting);
/* mapping_level.c: of mappings that are kept in several tables, a mapping for each of them. KIN_OK or KIN_ENOMEM. */
int kin_fitting_levels(kin_fitting *fitting);
void kin_mapping_free_levels(kin_mapping *mapping);

/* "order_line" for OrderLine. NULL when memory is out. */
const char *kin_fitting_snake(kin_arena *arena, const char *name);

/* Each foreign key finds the columns that it points at. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_fitting_foreign(kin_fitting *fitting);
/* The one from a mapping to another over these members: "owner_id", "order_id, line_no", or some of them where that leaves no doubt. NULL: none is,
 * or several are. */
const kin_foreign *kin_fitting_foreign_named(const kin_mapping *holder, const kin_mapping *target, const char *members);
/* The same, to be written to. */
static inline kin_foreign *kin_fitting_foreign_of(const kin_fitting *fitting, const kin_foreign *foreign)
{
	const kin_mapping *holder = fitting->mappings[foreign->mapping->id];

	return &holder->foreigns[foreign - holder->foreigns];
}

/* A flush that changes what it points at writes it: .passive_updates = false. */
static inline void kin_fitting_push(const kin_fitting *fitting, const kin_foreign *foreign)
{
	kin_fitting_foreign_of(fitting, foreign)->pushed = true;
	fitting->mappings[foreign->target->id]->pushes = true;
}

/* Whether a kin_foreign_key() of the model was a mistake, which has been reported. */
bool kin_fitting_lost_foreign(const kin_mapper *mapper);
/* mapping_key.c: the relationship finds its key. `last`: what is not found is a mistake. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_fitting_key(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft, bool last);
/* The relationship follows this key, from the one side or the other. KIN_OK or KIN_ENOMEM. */
int kin_fitting_follow(kin_fitting *fitting, kin_relation *relation, const kin_foreign *foreign);
/* mapping_link.c: a model for the table of a many-to-many relationship, if nobody has it, and its columns in the mapper. *ret_model NULL: there
 * is one, or a mistake. KIN_OK or KIN_ENOMEM. */
int kin_fitting_link_model(kin_fitting *fitting, const kin_mapping *mapping, const kin_draft_relation *draft, kin_mapper *mapper,
                           kin_model **ret_model);
/* A many-to-many relationship finds its table and the foreign keys there. `last`: what is not found is a mistake. KIN_OK or KIN_ENOMEM. */
int kin_fitting_link(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft, bool last);
/* Both its mappings know of the table. */
int kin_fitting_link_ends(kin_fitting *fitting, const kin_relation *relation);

/* mapping_option.c: options that do not fit a relationship's form, and those that its foreign key does not allow. */
void kin_fitting_check_options(kin_fitting *fitting, const kin_mapping *mapping, const kin_draft_relation *draft,
                               const kin_mapping *target);
int kin_fitting_key_options(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft);

/* mapping_backref.c: the member on the other side, as the relationship names it; NULL: it does not. */
static inline const char *kin_fitting_backref_name(const kin_draft_relation *draft)
{
	return draft->options.backref ? draft->options.backref : draft->options.back_populates;
}
/* The relationship has its key, and finds the other side that it names. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_fitting_backref(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft);
/* mapping_member.c: what saving an object looks at, row after row; and, once it is known what all relationships need, what does not come with an
 * object. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_fitting_members(kin_fitting *fitting, kin_mapping *mapping);
/* What a relationship compares of one model it compares of all that have it by inheriting. */
void kin_fitting_linked(kin_fitting *fitting);
int kin_fitting_deferred(kin_fitting *fitting, kin_mapping *mapping);

/* Each relationship finds its foreign key and its other side. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_fitting_relations(kin_fitting *fitting);
/* What tables are distributed by is in their keys. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_fitting_distribution(kin_fitting *fitting);

#endif
