/* resolve_path.h - what the files that resolve names share: where a path leads, and values. */
#ifndef KIN_ORM_RESOLVE_PATH_H
#define KIN_ORM_RESOLVE_PATH_H

#include "orm/resolve_rows.h"

/* Where a path leads. */
typedef struct kin_path_end {
	kin_node            *node;
	const kin_attribute *attribute; /* of the node; or */
	const kin_relation  *relation;  /* of the node: the path ends with a relationship */
	const kin_rows_column *column;  /* of the node's rows */
	kin_node            *parent;    /* the path goes through a collection for which no EXISTS is open: */
	const kin_relation  *collection; /* this one, of `parent` */
	const kin_node      *rival;     /* the path may as well begin at this one, beside `node` */
	bool                 unknown;
	size_t               failed_at; /* which name is unknown */
} kin_path_end;

/* Follow a path, joining what must be joined. KIN_OK or KIN_ENOMEM. */
int kin_resolve_walk(kin_resolver *resolver, const kin_expr *path, kin_path_end *ret);
/* Where a path that ends with a relationship has it, joining what lies before. *ret_relation NULL: names[*ret_failed_at] is none there
 * that can be walked. KIN_OK or KIN_ENOMEM. */
int kin_resolve_reach(kin_resolver *resolver, const kin_expr *path, kin_node **ret_node, const kin_relation **ret_relation,
                      size_t *ret_failed_at);
/* The node of a to-one step, which is joined if nothing has walked there; NULL when memory is out. */
kin_node *kin_resolve_join_node(kin_resolver *resolver, kin_node *parent, const kin_relation *relation);
/* resolve_object.c: whether a value is an object: a source's name, or a path that ends with a relationship to one. Then the columns of its key, in
 * the key's order, and the model; *ret_mapping NULL: it is none. KIN_OK or KIN_ENOMEM. */
int kin_resolve_key_of(kin_resolver *resolver, const kin_expr *path, const kin_mapping **ret_mapping, kin_expr ***ret_columns);
/* The nodes of a collection, while its EXISTS is open. */
kin_node *kin_resolve_add_node(kin_resolver *resolver, kin_node *parent, const kin_relation *relation, kin_sql_select *select);
void kin_resolve_remove_node(const kin_node *node);

/* resolve_value.c: paths become columns, and the arguments beside a column are checked against it. */
int kin_resolve_value(kin_resolver *resolver, kin_expr **expr, const kin_expr *parent);
/* A `?`: beside this attribute, in this expression; both may be NULL. */
int kin_resolve_param(kin_resolver *resolver, kin_expr **expr, const kin_attribute *attribute, const kin_expr *parent);
/* resolve_call.c: the name and the number of arguments. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_resolve_call(kin_resolver *resolver, const kin_expr *call);
/* The slot of a `?`; NULL: there are too few values, which is said elsewhere. */
kin_slot *kin_resolve_slot(kin_resolver *resolver, const kin_expr *param);
/* A slot beyond those of the text's: for another member of an object, for what the program adds. NULL when memory is out. */
kin_slot *kin_resolve_more_slot(kin_resolver *resolver, const kin_slot *like);
bool kin_resolve_is_equality(const kin_expr *expr);

/* resolve_relation.c: owner = ?, owner is null, owner in (?). 1: it was one, and is replaced; 0: it is not; KIN_ENOMEM. */
int kin_resolve_relation(kin_resolver *resolver, kin_expr **expr);
/* The i-th part of the key of the object that an argument is. `pattern` says how it is used. */
kin_expr *kin_resolve_object(kin_resolver *resolver, const kin_path_end *found, kin_expr *argument, size_t i, const kin_slot *pattern);

#endif
