/* mapping_fit.h - the mappings of all models, being fitted together. */
#ifndef KIN_ORM_MAPPING_FIT_H
#define KIN_ORM_MAPPING_FIT_H

#include "orm/mapper.h"

/* A relationship of a mapping that is in use already, and its new other side: set when all is well. */
typedef struct kin_late_link {
	kin_relation       *relation;
	const kin_relation *reverse;
} kin_late_link;

typedef struct kin_fitting {
	kin_arena           *arena; /* what the new mappings live in */
	kin_mistakes        *mistakes;
	kin_mapper          *mappers; /* of the new models */
	size_t               mapper_count;
	kin_mapping *const  *mappings; /* all of them, those in use before the new ones */
	size_t               mapping_count;
	kin_vec(kin_late_link) late;
} kin_fitting;

kin_mapping *kin_fitting_by_model(const kin_fitting *fitting, const kin_model *model); /* NULL: none */
kin_mapping *kin_fitting_by_table(const kin_fitting *fitting, const char *table);

/* Each foreign key finds the column that it points at. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_fitting_foreign(kin_fitting *fitting);
/* Each relationship finds its foreign key and its other side. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_fitting_relations(kin_fitting *fitting);
/* What tables are distributed by is in their keys. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_fitting_distribution(kin_fitting *fitting);

#endif
