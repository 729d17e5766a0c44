/* query_text.h - parses the text of a query: conditions, order by, limit, with.
 *
 *     [condition] [group by …] [having …] [order by …] [limit …] [offset …] [for update …] [with …]
 *     attribute = value, … [where condition]                     (update)
 *     select [distinct] value [[as] name], … from Model [[as] name] [[left | inner] join path | Model [[as] name] [on …]] …
 *         [where …] [group by …] [having …] [union [all] | intersect | except select …] [order by …] … (rows)
 *
 * Rows may begin with `with name [(columns)] as (select …), …`, and a source may be (select …) name. Inside any expression stand (select …), exists
 * (select …), x in (select …), and f(x) over ([partition by …] [order by …] [rows | range …]).
 *
 * Names become KIN_EXPR_PATH; what they mean is for the layer that knows the models. Keywords in any case; clauses in any
 * order, `where` in front of the condition is allowed. The words of clauses are free as names where no clause can be meant:
 * `limit > 5 limit 2`. In a condition, from loose to tight:
 *
 *     or   and   not   = == <> != < <= > >=, is [not] [null | x], is [not] distinct from x,
 *     [not] between x and y, [not] in (…) or in ?, [not] like | ilike x [escape y]   + -   * / %   ||   - (sign)
 *
 * and case … end, cast(x as type), f(x), count(*), count(distinct x), (x, y). `is x` is `=` that holds for two NULLs; `= null`
 * means `is null`, as it does when the NULL is bound. */
#ifndef KIN_SQL_QUERY_TEXT_H
#define KIN_SQL_QUERY_TEXT_H

#include "base/error.h"
#include "sql/statement.h"

typedef struct kin_with_item {
	const char  *loader; /* a word of kin_with_words, or what may have been meant for one; NULL: not said */
	const char **names;  /* pets.visits */
	size_t       count;
	bool         all;    /* a `*` behind the names, or alone */
	bool         group;  /* the last name is a group's: undefer group pets.details */
	bool         has_only; /* with these columns: only (name, species) */
	const char **only;
	size_t       only_count;
	kin_expr    *where;  /* what of it; NULL: all */
	bool         open;   /* that stands without brackets: what follows could be taken for a part of it */
	struct kin_sql_order *orders; /* in brackets: pets (where … order by … limit …) */
	size_t       order_count;
	kin_expr    *limit;  /* so many for each parent; NULL: all */
	uint32_t     at;
} kin_with_item;

/* Whether it says which of what comes along, or in which order. */
static inline bool kin_with_item_sifts(const kin_with_item *item)
{
	return item->where || item->order_count > 0 || item->limit;
}

/* What can stand in front of a path after `with`; NULL ends them. */
extern const char *const kin_with_words[];

/* One of the values that a text beginning with `select` brings. */
typedef struct kin_query_output {
	kin_expr   *expr;
	const char *name; /* NULL: not said */
	uint32_t    at;
} kin_query_output;

/* What they are taken from: a model; or, in a join, what a relationship leads to. */
typedef struct kin_query_source {
	kin_join     join;  /* KIN_JOIN_FROM: the first one */
	const char **names; /* Pet; pets; p.owner */
	size_t       count;
	struct kin_query_text *query; /* (select …): NULL: none */
	const char  *alias; /* NULL: none */
	kin_expr    *on;    /* NULL: the relationship says it */
	uint32_t     at;
} kin_query_source;

/* with name [(columns)] as (…) */
typedef struct kin_query_cte {
	const char  *name;
	const char **columns;
	size_t       column_count;
	struct kin_query_text *query;
	uint32_t     at;
} kin_query_cte;

typedef struct kin_query_text {
	kin_query_cte    *ctes; /* this and the next five: rows only */
	size_t            cte_count;
	kin_compound      compound; /* how `next` is combined with this; order and limit of the first are those of all */
	struct kin_query_text *next;
	bool              distinct;
	kin_query_output *outputs;
	size_t            output_count;
	kin_query_source *sources;
	size_t            source_count;
	kin_expr       *where; /* NULL: none */
	kin_expr      **groups;
	size_t          group_count;
	kin_expr       *having;
	kin_sql_order  *orders;
	size_t          order_count;
	kin_expr       *limit;
	kin_expr       *offset;
	kin_row_lock    lock;
	kin_with_item  *withs;
	size_t          with_count;
	kin_sql_assignment *assignments; /* update only: .column is the attribute's name */
	uint32_t       *assignment_at;
	size_t          assignment_count;
	size_t          param_count;     /* how many `?` there are */
	bool            unfiltered;      /* conditions that the models have for all queries do not hold: */
	const char    **unfiltered_names; /* these; none: all of them */
	size_t          unfiltered_count;
	uint32_t        unfiltered_at;
} kin_query_text;

typedef enum kin_query_form {
	KIN_QUERY_SELECT,
	KIN_QUERY_UPDATE,
	KIN_QUERY_ORDER_ONLY,
	KIN_QUERY_WITH_ONLY,
	KIN_QUERY_ROWS,
} kin_query_form;

/* KIN_OK; KIN_EQUERY with a sentence that shows the text and points at the place; KIN_ENOMEM. Copies what it needs of
 * the text into the arena. */
int kin_query_text_parse(kin_arena *arena, const char *text, kin_query_form form,
                         kin_query_text *ret_query, kin_error *error);

#endif
