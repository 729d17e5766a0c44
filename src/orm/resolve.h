/* resolve.h - the names in a query's text become columns of tables and their aliases.
 *
 * A place in the FROM that names are looked up in is a kin_node; the nodes of a query are a tree, from the model outwards along the
 * relationships that its paths walk. A to-one step is a LEFT OUTER JOIN, once per distinct path; a to-many step lives only in the
 * comparison that it stands in, as EXISTS (SELECT 1 FROM …).
 *
 * What does not fit the models is noted as a problem, and resolving goes on, so that all of a text's problems are found. */
#ifndef KIN_ORM_RESOLVE_H
#define KIN_ORM_RESOLVE_H

#include "orm/mapping.h"
#include "sql/query_text.h"

typedef struct kin_problem {
	uint32_t            at;       /* in the text; KIN_PROBLEM_NOWHERE: it is not about one place */
	const char         *sentence; /* in the resolver's arena */
	struct kin_problem *next;
} kin_problem;

#define KIN_PROBLEM_NOWHERE UINT32_MAX

/* What a placeholder stands for: an argument of the query, or a key of an object that is one. */
typedef struct kin_slot {
	uint32_t             argument;
	const kin_attribute *attribute; /* what it is compared with or assigned to; NULL: not known */
	const kin_attribute *member;    /* the argument is an object, and this member of it is meant; NULL: it is a plain value */
	const kin_relation  *relation;  /* what the object is compared with */
	bool                 many;      /* stands alone in `in (?)`: an array is welcome */
	bool                 in_row;    /* one of several columns there: its values stand in rows with the others' */
	bool                 null_text; /* the text differs when it is NULL: `= ?` becomes IS NULL */
	bool                 assigned;
	bool                 counts_rows; /* LIMIT or OFFSET */
} kin_slot;

typedef struct kin_node kin_node;
struct kin_node {
	const kin_mapping  *mapping;
	const kin_relation *relation; /* from the parent; NULL: the model itself */
	kin_node           *parent;
	const char         *alias;
	const char         *name;   /* that a path may begin with; NULL: none */
	kin_sql_select     *select; /* where its own joins go */
	kin_node           *beside; /* the next of the nodes that paths begin at: a query of rows may have several */
	kin_node           *outer;  /* of the first: those of the query around it */
	const struct kin_rows *rows; /* no model, but what another query brings; then .mapping is NULL */
	kin_node           *first;
	kin_node           *next;
};

typedef struct kin_alias_count {
	const char             *table;
	unsigned                count;
	struct kin_alias_count *next;
} kin_alias_count;

typedef struct kin_resolver {
	kin_arena       *arena;
	const uint8_t   *kinds; /* of the arguments; KIN_KIND_COUNT: not known before the query runs */
	size_t           argument_count;
	uint32_t         first_slot; /* that of the text's first `?`, */
	uint32_t         text_slots; /* and how many values are the text's */
	kin_slot        *slots;
	size_t           slot_count;
	size_t           slot_capacity;
	kin_node        *root;
	kin_sql_select  *select;   /* the outermost */
	const struct kin_registry *registry;
	struct kin_cte  *ctes;     /* the innermost first */
	kin_alias_count *aliases;
	kin_problem     *problems; /* in the order they were found */
	kin_problem    **last_problem;
	const kin_query_text *objects; /* the text whose values may be objects; NULL: none */
	const kin_query_text *unfiltered; /* says which filters of the models do not hold; NULL: all do */
	bool             joined; /* a path has joined a table to .select */
	bool             no_paths; /* assignments: only the model's own columns */
} kin_resolver;

/* `select` has the model's table as its source already, or is NULL where no joins can be. KIN_OK or KIN_ENOMEM. */
int kin_resolve_begin(kin_resolver *resolver, kin_arena *arena, const kin_mapping *mapping, kin_sql_select *select,
                      const uint8_t *kinds, size_t count);
/* For a query of rows, whose sources say what it is about. */
int kin_resolve_begin_rows(kin_resolver *resolver, kin_arena *arena, const struct kin_registry *registry, const uint8_t *kinds, size_t count);
/* More arguments, for another text of the same query. KIN_OK or KIN_ENOMEM. */
int kin_resolve_arguments(kin_resolver *resolver, const uint8_t *kinds, size_t count);

/* Each replaces what it is given by what it means. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_resolve_condition(kin_resolver *resolver, kin_expr **condition);
int kin_resolve_order(kin_resolver *resolver, kin_sql_order *order);
int kin_resolve_output(kin_resolver *resolver, kin_expr **value);
int kin_resolve_rows(kin_resolver *resolver, kin_expr **expr, const char *word);
/* Appends to *ret_items, which has room for the pairs of a relationship. */
int kin_resolve_assignment(kin_resolver *resolver, const kin_sql_assignment *assignment, uint32_t at,
                           kin_sql_assignment *ret_items, size_t *ret_count);

/* pets_1, pets_2 …; NULL when memory is out. */
const char *kin_resolve_alias(kin_resolver *resolver, const char *table);
/* `near.local = far.remote AND …`, and what the relationship's .where says of its targets; NULL when memory is out. */
kin_expr *kin_resolve_join(kin_arena *arena, const kin_relation *relation, const char *near, const char *far);
/* resolve_where.c: a relationship's .where, of the table `alias`, and `condition` (NULL: none) before it; `condition` where there is no .where.
 * NULL when memory is out. */
kin_expr *kin_resolve_where(kin_arena *arena, const kin_relation *relation, const char *alias, kin_expr *condition);
/* A condition over a mapping's own attributes and nothing else, of the table `alias`, with so many values. *ret_why: what is wrong with it, and *ret
 * is NULL then; *ret_slot (NULL: nobody asks) is what the last value is compared with. KIN_OK or KIN_ENOMEM. */
int kin_resolve_own(kin_arena *arena, const kin_mapping *mapping, const char *condition, const char *alias, const uint8_t *kinds, size_t count,
                    kin_slot *ret_slot, kin_expr **ret, const char **ret_why);
/* What is wrong with it, as a sentence; NULL: nothing. KIN_OK or KIN_ENOMEM. */
int kin_resolve_check_where(kin_arena *arena, const kin_relation *relation, const char **ret_why);
/* The same for the target's alias `far`; of a many-to-many relationship the table between is joined to `select` first, in the same way. */
kin_expr *kin_resolve_on(kin_resolver *resolver, kin_arena *arena, kin_sql_select *select, kin_join join, const kin_relation *relation,
                         const char *near, const char *far);

/* a IN (?); of several columns (a, b) IN ((?, ?)), whose arrays are as long as each other. NULL when memory is out. */
kin_expr *kin_resolve_in(kin_arena *arena, kin_expr *const *columns, kin_expr *const *params, size_t count);

/* A query inside an expression, `query`, becomes its `select`. */
int kin_resolve_inside(kin_resolver *resolver, kin_expr **expr);

/* resolve_path.c: the node of a step; NULL: nothing has walked there. */
kin_node *kin_resolve_find_node(const kin_node *parent, const kin_relation *relation);

/* Note a problem. KIN_OK or KIN_ENOMEM. */
int kin_resolve_problem(kin_resolver *resolver, uint32_t at, const char *format, ...) KIN_PRINTF(3, 4);
/* "Pet has no attribute 'specie'; did you mean 'species'?", as a problem. */
int kin_resolve_unknown(kin_resolver *resolver, const kin_mapping *mapping, const char *name, uint32_t at, bool relations_only);

/* resolve_kind.c: whether an argument can stand where it does. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_resolve_kind(kin_resolver *resolver, const kin_slot *slot, uint32_t at);
/* The argument's kind without KIN_KIND_NULLABLE; KIN_KIND_COUNT: not known before the query runs. */
int kin_resolve_kind_of(const kin_resolver *resolver, uint32_t argument);

#endif
