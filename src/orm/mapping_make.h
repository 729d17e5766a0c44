/* mapping_make.h - one model's mapping in the making, and what the files that make it share. */
#ifndef KIN_ORM_MAPPING_MAKE_H
#define KIN_ORM_MAPPING_MAKE_H

#include "orm/mapper.h"
#include "value/kind.h"

typedef struct kin_making {
	kin_arena    *arena;
	kin_mapper   *mapper;
	kin_mapping  *mapping;
	kin_mistakes *mistakes;
} kin_making;

/* mapping_column.c: the columns, and the primary key among them. KIN_OK even with mistakes; KIN_ENOMEM; so the next two. */
int kin_making_columns(kin_making *m);
/* mapping_extra.c: kin_unique(), kin_index(), kin_check() and kin_table_sql() lines. */
int kin_making_extras(kin_making *m);
/* mapping_repr.c: the kin_repr() line. */
int kin_making_repr(kin_making *m);

/* mapping_column_option.c: options of a column that do not fit it. */
void kin_making_check_column(kin_making *m, const kin_draft_column *draft);
/* What the column is kept as: an integer with labels is an enum. */
static inline int kin_making_kind(const kin_draft_column *draft)
{
	bool integer = draft->kind >= KIN_KIND_INT8 && draft->kind <= KIN_KIND_UINT64;

	return draft->options.labels && integer ? KIN_KIND_ENUM : draft->kind;
}

/* The mapping's column of a name in a line; NULL with a mistake noted. */
static inline const kin_attribute *kin_making_find(kin_making *m, const char *name, size_t length, const char *what, const char *file, int line)
{
	return kin_mapping_listed(m->arena, m->mistakes, m->mapping, name, length, what, file, line);
}

#endif
