/* statement.h - SELECT, INSERT, UPDATE and DELETE as trees. Plain data in an arena; names are borrowed. */
#ifndef KIN_SQL_STATEMENT_H
#define KIN_SQL_STATEMENT_H

#include "sql/expr.h"

typedef struct kin_sql_output {
	kin_expr   *expr;
	const char *alias; /* NULL: none */
} kin_sql_output;

typedef enum kin_join { KIN_JOIN_FROM, KIN_JOIN_INNER, KIN_JOIN_LEFT, KIN_JOIN_CROSS } kin_join;

typedef struct kin_sql_source {
	kin_join               join;   /* the first one is KIN_JOIN_FROM */
	const char            *schema;
	const char            *table;  /* NULL: select */
	struct kin_sql_select *select;
	const char            *alias;  /* NULL: none */
	kin_expr              *on;
} kin_sql_source;

typedef struct kin_sql_order {
	kin_expr *expr;
	bool      descending;
	signed char nulls; /* 0: the database's way; 1: first; 2: last */
} kin_sql_order;

/* over (partition by … order by … rows …) */
typedef struct kin_sql_window {
	kin_expr     **partitions;
	size_t         partition_count;
	kin_sql_order *orders;
	size_t         order_count;
	const char    *frame; /* "ROWS BETWEEN …"; NULL: the usual one */
} kin_sql_window;

/* with name (columns) as (…) */
typedef struct kin_sql_cte {
	const char            *name;
	const char           **columns;
	size_t                 column_count;
	struct kin_sql_select *select;
} kin_sql_cte;

typedef enum kin_compound {
	KIN_COMPOUND_NONE,
	KIN_COMPOUND_UNION,
	KIN_COMPOUND_UNION_ALL,
	KIN_COMPOUND_INTERSECT,
	KIN_COMPOUND_EXCEPT,
} kin_compound;

typedef enum kin_row_lock { KIN_LOCK_NONE, KIN_LOCK_UPDATE, KIN_LOCK_UPDATE_NOWAIT, KIN_LOCK_UPDATE_SKIP } kin_row_lock;

typedef struct kin_sql_select {
	bool            distinct;
	kin_sql_output *outputs;
	size_t          output_count;
	kin_sql_source *sources;
	size_t          source_count;
	kin_expr       *where;
	kin_expr      **groups;
	size_t          group_count;
	kin_expr       *having;
	kin_sql_order  *orders;
	size_t          order_count;
	kin_expr       *limit;
	kin_expr       *offset;
	kin_row_lock    lock;
	kin_sql_cte    *ctes;
	size_t          cte_count;
	kin_compound    compound; /* how `next` is combined with this; the order and limit of the first are those of all */
	struct kin_sql_select *next;
	size_t          output_capacity; /* room in the lists that kin_sql_add_…() has made; 0 for others */
	size_t          source_capacity;
	size_t          order_capacity;
} kin_sql_select;

/* What an INSERT does with a row whose unique key is there. */
typedef struct kin_sql_conflict {
	const char **columns; /* the key. MariaDB goes by all that are unique */
	size_t       column_count;
	const char **updates; /* get the new row's values; none, and nothing counted: the row is left alone */
	size_t       update_count;
	const char  *counted; /* goes up by one. NULL: nothing does */
} kin_sql_conflict;

/* INSERT INTO table (columns) VALUES (…)[, (…)] [RETURNING …]. Values are PARAMs numbered row by row. */
typedef struct kin_sql_insert {
	const char  *schema;
	const char  *table;
	const char **columns; /* none: DEFAULT VALUES, one row */
	size_t       column_count;
	size_t       row_count;
	const kin_sql_conflict *conflict; /* NULL: it is an error */
	const char **returning;
	size_t       returning_count;
} kin_sql_insert;

typedef struct kin_sql_assignment {
	const char *column;
	kin_expr   *value;
} kin_sql_assignment;

typedef struct kin_sql_update {
	const char         *schema;
	const char         *table;
	kin_sql_assignment *assignments;
	size_t              assignment_count;
	kin_expr           *where; /* columns without a table, or with the table's name */
	const char        **returning; /* left out where the dialect has no UPDATE … RETURNING */
	size_t              returning_count;
} kin_sql_update;

typedef struct kin_sql_delete {
	const char *schema;
	const char *table;
	kin_expr   *where;
	const char **returning;
	size_t      returning_count;
} kin_sql_delete;

/* Append to a select's lists, in the arena. NULL when memory is out, or for NULL where an expression must be.
 * The result is valid until the next one is appended. */
kin_sql_select *kin_sql_select_new(kin_arena *arena);
kin_sql_output *kin_sql_add_output(kin_arena *arena, kin_sql_select *select, kin_expr *expr, const char *alias);
kin_sql_source *kin_sql_add_source(kin_arena *arena, kin_sql_select *select, kin_join join,
                                   const char *table, const char *alias, kin_expr *on);
kin_sql_order *kin_sql_add_order(kin_arena *arena, kin_sql_select *select, kin_expr *expr, bool descending);
/* All of a select's expressions, subqueries included. */
int kin_sql_select_walk(kin_sql_select *select, kin_expr_visit *fn, void *context);

#endif
