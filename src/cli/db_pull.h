/* db_pull.h - the parts of `kin db pull`: a schema as models, and what cannot be said. For db_pull*.c only. */
#ifndef KIN_CLI_DB_PULL_H
#define KIN_CLI_DB_PULL_H

#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"
#include "db/connection.h"
#include "migrate/op.h"

typedef struct kin_pull_model kin_pull_model;

/* A C enum, made for a column of labels. */
typedef struct kin_pull_enum {
	const char     *name;      /* "FilmRating" */
	const kin_type *type;      /* its labels */
	const char    **constants; /* "FILM_RATING_PG_13": one for each label */
	bool            nullable;  /* KIN_NULLABLE() is needed */
} kin_pull_enum;

/* A column, and the member that it becomes. */
typedef struct kin_pull_column {
	const kin_column_schema  *column;
	const char               *member;
	const char               *c_type;  /* "int64_t" */
	bool                      is_enum; /* c_type is a kin_pull_enum's */
	bool                      nullable; /* kin_nullable(c_type) */
	const char               *type;    /* .type; NULL: the member's own */
	const kin_foreign_schema *foreign; /* the key that starts here and is its option; NULL: none */
	bool                      key, unique, index;
} kin_pull_column;

/* One side of a relationship. */
typedef struct kin_pull_relation {
	const char           *name;
	const kin_pull_model *target;
	const char           *form;    /* "belongs_to", "has_many", "has_one" */
	const char           *reverse; /* the member on the other side */
	const char           *key;     /* the member with the key, where there are several; else NULL */
} kin_pull_relation;

struct kin_pull_model {
	const kin_table_schema *table;
	const char             *name; /* "Pet"; NULL: the table cannot be a model */
	kin_pull_column        *columns;
	kin_vec(kin_pull_relation) relations;
	kin_vec(const char *)      lines;      /* kin_table_sql() texts */
	kin_vec(const kin_key_schema *)   uniques; /* kin_unique() lines */
	kin_vec(const kin_index_schema *) indexes;
	kin_vec(const kin_check_schema *) checks;
};

typedef struct kin_pull {
	kin_arena         *arena;
	const kin_naming  *naming; /* of the app whose models are written; NULL: the usual */
	const kin_dialect *dialect;
	const kin_schema  *schema;
	kin_pull_model    *models; /* one for each table, those of bookkeeping too, without a name */
	kin_vec(kin_pull_enum *) enums;
	kin_map            names; /* C identifiers of the file that are taken */
	kin_vec(const char *) losses; /* sentences about what models, or kin, cannot say */
	const char        *source; /* the URL, for the banner */
	kin_error         *error;
} kin_pull;

/* Note what is not expressed. Fails silently when memory is out: arena->failed says so. */
void kin_pull_lose(kin_pull *pull, const char *format, ...) KIN_PRINTF(2, 3);

/* Names in C, in the arena: "Order Details" -> "OrderDetail"; "order" -> "order_", "2nd col" -> "_2nd_col"; OrderDetails -> order_details,
 * with room for two letters more; film_actor -> film_actors. NULL when memory is out. */
char *kin_pull_model_name(kin_arena *arena, const char *table);
char *kin_pull_member_name(kin_arena *arena, const char *column);
char *kin_pull_snake_name(kin_arena *arena, const char *name);
char *kin_pull_list_name(kin_arena *arena, const char *table);

/* The name, or with a number behind it if another thing of the file has it; it is taken then. NULL when memory is out. */
const char *kin_pull_free_name(kin_pull *pull, const char *name);

kin_pull_model *kin_pull_find_model(const kin_pull *pull, const char *table);
/* The foreign key that is a column's option: the first one over it alone to one column of a model. NULL: none. */
const kin_foreign_schema *kin_pull_own_foreign(const kin_pull *pull, const kin_table_schema *table, const char *column);
const char *kin_pull_target_column(const kin_pull *pull, const kin_foreign_schema *foreign);

/* Decide a column's C type, when its name, key and foreign key are known. */
int kin_pull_plan_type(kin_pull *pull, const kin_pull_model *model, kin_pull_column *c);
/* The type that the planned member has in the database without a `.type`. */
kin_type kin_pull_usual_type(const kin_pull_column *c);
/* Whether a decimal says its digits. */
bool kin_pull_says_digits(const kin_pull_column *c);
/* The lines for what the members do not say. */
int kin_pull_plan_lines(kin_pull *pull);

/* Decide what each table becomes: members, relationships, and what is left for kin_table_sql(). */
int kin_pull_plan(kin_pull *pull);
void kin_pull_done(kin_pull *pull);

/* models.h and models.c. */
void kin_pull_show_header(kin_pull *pull, kin_text *out);
void kin_pull_show_source(kin_pull *pull, kin_text *out);
/* Portable DDL that makes the schema; views and triggers in blocks for their database. */
int kin_pull_show_schema(kin_pull *pull, kin_text *out);

/* Note what the database has that a kin_schema has no place for: functions, sequences, virtual tables … */
int kin_pull_find_unseen(kin_pull *pull, kin_connection *connection);

#endif
