/* plan.h - a query, ready to be asked: its statement's tree, what its rows bring, and its text for each database.
 *
 * Made once for each site, relationship and model, and kept for as long as the registry; constant from then on but for the texts, which are
 * added under the plan's lock and read without it. */
#ifndef KIN_ORM_PLAN_H
#define KIN_ORM_PLAN_H

#include <pthread.h>

#include <kin/select.h>

#include "orm/manner.h"
#include "orm/resolve.h"
#include "orm/session_state.h"
#include "sql/compile.h"

/* One text of a statement. */
typedef struct kin_variant {
	kin_sql             sql;
	kin_sql             each;     /* the same for kin_statement_each(); .rows 0: its rows come in an order, or are few */
	kin_sql             walk;     /* and for kin_statement_walk() */
	uint32_t           *params;   /* placeholder -> slot */
	size_t              param_count;
	bool                straight; /* placeholder i is slot i, and no slot is an array */
	uint32_t           *shape;    /* by slot: how many values it stands for (from KIN_COMPILE_ARRAY on: an array as one value), or
	                               * KIN_SHAPE_NULL; NULL: one each */
	struct kin_variant *next;
} kin_variant;

#define KIN_SHAPE_NULL UINT32_MAX       /* NULL, where that changes the text */

/* One statement with placeholders. */
typedef struct kin_ask {
	struct kin_plan *plan;
	kin_sql_select  *select; /* one of these */
	kin_sql_update  *update;
	kin_sql_delete  *remove;
	const kin_slot  *slots;
	size_t           slot_count;
	bool             simple; /* one text is enough: no arrays, nothing that NULL would change */
	bool             once;   /* asked once: not kept prepared */
	kin_variant     *variants[KIN_DIALECT_COUNT]; /* the usual one first */
} kin_ask;

/* What a row may become, where models inherit from the part's: orm/plan_form.h. */
typedef struct kin_form {
	const kin_mapping *mapping;
	uint16_t          *places; /* the columns of all attributes; KIN_NO_PLACE: it does not come */
	kin_cell          *cells;
	uint64_t          *brings; /* the attributes that come, as a set; NULL: all */
	bool               apart;  /* others come from the part's .aparts */
	kin_mould          mould;
} kin_form;

enum { KIN_NO_PLACE = UINT16_MAX };

/* A table that models have which inherit from a part's, read after the rows for the objects that have something there. */
typedef struct kin_apart {
	const kin_mapping *mapping; /* the first that has it */
	const char        *table;
	kin_ask            ask;     /* WHERE its key IN (?); the key comes first */
	kin_form          *forms;   /* of the mapping and what inherits from it: what of them is there */
	size_t             form_count;
} kin_apart;

/* One object of a row. */
typedef struct kin_part {
	const kin_mapping  *mapping;
	const kin_relation *relation; /* of parts[parent]; NULL: the first part */
	uint16_t            parent;
	uint16_t            column;   /* its first one */
	uint16_t            key;      /* the column of an integer key */
	uint16_t            discriminator; /* the column that says which form it is */
	kin_form           *forms;    /* the mapping's first; NULL: it is of the part's mapping */
	size_t              form_count;
	kin_apart          *aparts;
	size_t              apart_count;
	bool                lacks;    /* its objects may come without some columns: orm/defer.h */
	uint16_t           *places;   /* the columns of all attributes; those that do not come have none */
	uint64_t           *brings;   /* the attributes that come, as a set; NULL: all */
	kin_cell           *cells;
	bool                some;     /* of a list, by a condition: not all that there is */
	const kin_manner   *manner;   /* of new objects; NULL: the models say it */
	kin_mould           mould;    /* a new object: its kin_instance, which lacks the batch, and the struct with nothing loaded */
} kin_part;

typedef struct kin_fetch kin_fetch;

/* What is loaded after the rows, for the objects that they brought. */
typedef struct kin_later {
	uint16_t   part; /* whose relationship it is */
	kin_fetch *fetch;
} kin_later;

/* A SELECT that brings objects. */
struct kin_fetch {
	const kin_mapping  *mapping;
	const kin_relation *relation; /* what it loads for objects that are there; NULL: nothing, it is the query itself */
	kin_lazy            how;
	kin_ask             ask;      /* KIN_SELECTIN: its one slot is the parents' keys */
	kin_ask             one;      /* the same for a single parent; only where .plan is a relationship's */
	kin_part           *parts;
	size_t              part_count;
	bool                some;     /* by a condition: not all that there is */
	uint32_t            base;     /* where the values of its own begin, behind the query's that the condition needs; 0: there are no others */
	bool                apart;    /* a part has tables that are read apart */
	bool                collects; /* a collection is joined: rows repeat objects */
	uint16_t           *link;     /* result columns with the parent's key, by pair; NULL: belongs_to */
	kin_ask             all;      /* the same objects for parents that were loaded without a condition, when they are many: a scan of all
	                               * children; .select NULL: not possible */
	uint16_t            all_link; /* as .link; there is one pair */
	kin_later          *laters;
	size_t              later_count;
};

/* A member of a row's struct that is an object. */
typedef struct kin_row_object {
	const kin_mapping *mapping;
	struct kin_plan   *plan;   /* the objects of several keys, in its one value; NULL: each by its own, for its key has several columns */
	uint32_t           offset; /* of the member */
	uint16_t           column; /* the first of its key's */
} kin_row_object;

typedef struct kin_plan {
	kin_arena            arena;
	pthread_mutex_t      lock; /* over adding texts */
	const kin_mapping   *mapping;
	uint8_t              verb;
	kin_place            place; /* of the site; .file NULL: none */
	void               **home; /* where it is published; NULL: nowhere */
	const kin_slot      *slots;
	size_t               slot_count;
	size_t               argument_count;
	kin_fetch            fetch; /* .ask for every verb */
	kin_ask              keys;  /* UPDATE and DELETE: SELECT the keys of the rows that fit */
	kin_ask              moves; /* UPDATE that assigns a key: the same, and behind them what they become, where that is no plain value; .select NULL:
	                             * it assigns none */
	kin_ask              row;   /* GET: its columns alone, to load them again; */
	kin_ask              rows;  /* and those of several */
	kin_part            *whole; /* GET: what a row of .rows brings, where .fetch leaves columns out; NULL: the same */
	const kin_attribute **assigned; /* UPDATE */
	size_t               assigned_count;
	const struct kin_registry *registry; /* whose models it is about */
	kin_mould            row_mould; /* ROWS, ROW: a row's struct, */
	kin_row_object      *row_objects; /* and its members that are objects */
	size_t               row_object_count;
	struct kin_native   *native[KIN_DIALECT_COUNT]; /* NATIVE: native.c */
	struct kin_upsert   *upsert; /* UPSERT: plan_upsert.h */
	kin_ask              change; /* UPDATE_RETURNING, DELETE_RETURNING: the statement, whose rows are as .fetch says; */
	kin_ask              locked; /* and the same rows FOR UPDATE, where it has no RETURNING */
	bool                 silent; /* .change has none on any database: the rows are of several tables */
	kin_ask              behind; /* AFTER: .fetch brings the first objects, this one those behind one of them, */
	const kin_attribute **after; /* by these of its members, which come behind the arguments and the LIMIT */
	size_t               after_count;
	kin_fetch           *visible; /* GET, of a model with filters: as .fetch, but only of a row that they let through */
	kin_ask              total;  /* PAGINATE: SELECT count(*); the LIMIT and OFFSET of .fetch are two values behind the arguments */
} kin_plan;

/* A text to be planned, and what it is about. */
typedef struct kin_plan_source {
	const char    *text;
	const uint8_t *kinds;
	size_t         count;
	bool           names; /* it may come from anywhere, and is held to names */
} kin_plan_source;

typedef struct kin_plan_spec {
	const kin_mapping     *mapping;
	kin_verb               verb;
	const kin_plan_source *wheres; /* conditions, ANDed; the first may be a whole query's text */
	size_t                 where_count;
	const char           **orders; /* order-by texts, one after the other */
	size_t                 order_count;
	const kin_plan_source *withs;  /* their values stand behind those of the conditions */
	size_t                 with_count;
	const int64_t         *limit;  /* NULL: none, or the text's */
	const int64_t         *offset;
	const struct kin_upsert_options *upsert;
	kin_place              place;  /* of the site */
	const char            *unfiltered; /* of which filters the query is without, as text; NULL: of none */
	bool                   once;
} kin_plan_spec;

/* Called with every problem of a text. */
typedef void kin_plan_report(void *context, const char *text, const kin_problem *problem);

/* plan_rows.c: plan a site of rows. As kin_plan_new(). */
int kin_plan_rows_new(const kin_registry *registry, const kin_site *site, kin_plan **ret_plan, kin_plan_report *report,
                      void *context, kin_error *error);

/* Plan a query. KIN_OK; KIN_EQUERY with the first problem, its text and a caret; KIN_ENOMEM. `report` may be NULL. */
int kin_plan_new(const kin_plan_spec *spec, kin_plan **ret_plan, kin_plan_report *report, void *context, kin_error *error);
void kin_plan_free(void *memory);

/* plan_keep.c: a plan without statements; NULL when memory is out. */
kin_plan *kin_plan_empty(const kin_mapping *mapping, kin_verb verb);
/* plan_problem.c: the error that a problem is. KIN_OK or KIN_ENOMEM. */
int kin_plan_set_problem(kin_error *error, const char *text, const kin_problem *problem);

/* The plan of a site, of loading a relationship, and of an object by its key: made at the first call. NULL with the
 * session's error set. */
kin_plan *kin_plan_of_site(kin_session *session, kin_site *site);
kin_plan *kin_plan_of_relation(kin_session *session, const kin_relation *relation);
kin_plan *kin_plan_of_key(kin_session *session, const kin_mapping *mapping);
/* .row and .rows: the keys, and this column behind them, or all of its group. */
kin_plan *kin_plan_of_column(kin_session *session, const kin_attribute *attribute);

/* plan_variant.c: the text for these values; NULL with the error set. */
const kin_variant *kin_plan_variant(kin_ask *ask, const kin_dialect *dialect, const kin_value *values, kin_error *error);

/* What a query says of a model that inherits from the one that it brings. */
typedef struct kin_want_heir {
	kin_lazy  how;      /* KIN_JOINED or KIN_SELECTIN: its own table; 0: as the model says */
	uint64_t *left_out; /* as in kin_want */
} kin_want_heir;

/* plan_with.c: what is loaded with a model's objects, as a tree. */
typedef struct kin_want kin_want;
struct kin_want {
	const kin_mapping  *mapping;
	const kin_relation *relation; /* NULL: the query's model */
	kin_want           *parent;
	kin_want           *first;
	kin_want           *next;
	kin_lazy            how;     /* not kin_lazy_comes_along(): named so that it is not loaded */
	bool                inner;
	bool                named;   /* by the query: the last step of a path */
	bool                said;    /* and how, too */
	bool                asked;   /* named, or a step of what is */
	bool                told;    /* a problem has been noted */
	bool                guarded; /* `*`: what is not named here, and with the query's model anywhere, is */
	kin_lazy            others;  /* loaded like this */
	uint32_t            at;
	uint64_t           *left_out; /* attributes that do not come, as a set; NULL: as the model says */
	kin_want_heir      *heirs; /* by their place in the mapping's lineage; NULL: nothing is said of them */
	uint64_t           *raised;  /* those among them that kin_load() must not load; NULL: none */
	kin_expr           *where;   /* what of it comes; NULL: all */
	kin_sql_order      *orders;  /* in this order; none: the relationship's */
	size_t              order_count;
	kin_expr           *limit;   /* and so many of each list; NULL: all */
	const char         *alias;   /* what the target is called in an ON; NULL: these are not for one */
	kin_sql_select     *select;  /* with what their paths have joined; NULL: they are for an ON, or there are none */
	bool                sifted;  /* and they are resolved */
	bool                streamed; /* of the query's model: its rows are a stream's */
};

/* Whether less comes than there is. */
static inline bool kin_want_is_part(const kin_want *want)
{
	return want->where || want->limit;
}

/* What is wanted of a relationship; NULL: nothing. */
kin_want *kin_want_find(const kin_want *want, const kin_relation *relation);
/* Add what `with …` names; problems go to the resolver. Then what the models say. KIN_OK or KIN_ENOMEM. */
int kin_want_named(kin_want *want, kin_resolver *resolver, const kin_with_item *items, size_t count);
int kin_want_usual(kin_want *want, kin_arena *arena);
/* plan_where.c: resolve the conditions, orders and limits of all wants. KIN_OK, problems aside, or KIN_ENOMEM. */
int kin_want_where(kin_want *want, kin_resolver *resolver);
/* What the query says of the relationships that it does not load; *ret NULL: nothing that the models do not. KIN_OK or KIN_ENOMEM. */
int kin_want_manner(const kin_plan *plan, kin_arena *arena, const kin_want *want, const kin_manner **ret);

#endif
