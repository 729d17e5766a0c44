/* mapper.h - what a model's body says, line by line, before any name is looked up. */
#ifndef KIN_ORM_MAPPER_H
#define KIN_ORM_MAPPER_H

#include <kin/inherit.h>

#include "base/vec.h"
#include "orm/mapping.h"
#include "orm/mistake.h"

typedef struct kin_draft_column {
	const char        *member;
	size_t             offset;
	int                kind;
	kin_column_options options;
	const char        *file;
	int                line;
} kin_draft_column;

typedef struct kin_draft_relation {
	const char          *member;
	size_t               offset;
	kin_relation_form    form;
	const kin_model     *target;
	kin_relation_options options;
	const char          *file;
	int                  line;
} kin_draft_relation;

/* A kin_foreign_key() line. */
typedef struct kin_draft_foreign {
	const char         *members; /* "(order_id, line_no)" */
	const char         *target;  /* "order_lines (order_id, line_no)" */
	kin_foreign_options options;
	const char         *file;
	int                 line;
} kin_draft_foreign;

/* A kin_unique(), kin_index(), kin_check() or kin_table_sql() line. */
typedef struct kin_draft_extra {
	kin_extra_kind    kind;
	const char       *members; /* "name, species" */
	const char       *sql;     /* of a check; DDL */
	kin_index_options options; /* .name is a check's too */
	const char       *file;
	int               line;
} kin_draft_extra;

/* A kin_on() or kin_validate() line. */
typedef struct kin_draft_hook {
	kin_model_event event;
	const char     *member; /* NULL: kin_on() */
	kin_any_fn     *fn;
	const char     *name;   /* the function's */
	const char     *file;
	int             line;
} kin_draft_hook;

/* A kin_filter() line. */
typedef struct kin_draft_filter {
	const char *name;
	const char *text;
	const char *file;
	int         line;
} kin_draft_filter;

/* A kin_discriminator() or kin_inherits() line. */
typedef struct kin_draft_lineage {
	const kin_model *parent; /* of kin_inherits() */
	const char      *member; /* the discriminator; the struct of the parent */
	kin_inherit_options options;
	const char      *file; /* NULL: there is no such line */
	int              line;
} kin_draft_lineage;

struct kin_mapper {
	const kin_model *model;
	kin_mapping     *mapping; /* what is made of it */
	size_t           number;  /* of the mapping, among all */
	const kin_mapping *parent; /* what it inherits from, once that is made */
	kin_draft_lineage inherits;
	kin_draft_lineage discriminator;
	bool        orphan; /* what it says that it inherits from is a mistake */
	kin_vec(kin_draft_column)   columns;
	kin_vec(kin_draft_relation) relations;
	kin_vec(kin_draft_foreign)  foreigns;
	kin_vec(kin_draft_extra)    extras;
	kin_vec(kin_draft_hook)     hooks;
	kin_vec(kin_draft_filter)   filters;
	kin_table_options options;
	const char *options_file; /* NULL: no kin_table() line */
	int         options_line;
	const char *version; /* a member; NULL: none */
	const char *version_file;
	int         version_line;
	const char *repr; /* NULL: none */
	const char *repr_file;
	int         repr_line;
	bool        failed; /* memory was out */
};

void kin_mapper_done(kin_mapper *mapper);

/* Make mapper->mapping in the arena: columns, key, indexes, repr. Foreign keys and relationships come afterwards,
 * when all mappings are there. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_mapping_make(kin_arena *arena, kin_mapper *mapper, kin_mistakes *mistakes);
/* Its hooks and validators. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_mapping_make_hooks(kin_arena *arena, kin_mapper *mapper, kin_mistakes *mistakes);
/* mapping_name.c: the member names of a mapping's columns, for hints. NULL when memory is out. */
const char *const *kin_mapping_names(kin_arena *arena, const kin_mapping *mapping);
/* mapping_foreign.c: "CASCADE" for "cascade", as SQL and the schemas have it; NULL for none, or for what is no action, which is noted. `subject` has the foreign key,
 * as "Pet.owner_id". */
const char *kin_mapping_action(kin_mistakes *mistakes, const char *subject, const char *option, const char *text, const char *file, int line);
/* The column of a name in a kin_unique(), kin_index() or kin_repr() line; NULL with a mistake noted. */
const kin_attribute *kin_mapping_listed(kin_arena *arena, kin_mistakes *mistakes, const kin_mapping *mapping, const char *name, size_t length,
                                        const char *what, const char *file, int line);
/* mapping_index.c: the parts of a kin_index() line. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_mapping_index(kin_arena *arena, kin_mistakes *mistakes, const kin_mapping *mapping, const char *members, kin_extra *extra);
/* One name of a list "name, species"; *text moves behind it. false at the end. */
bool kin_mapper_next_name(const char **text, const char **ret_name, size_t *ret_length);

#endif
