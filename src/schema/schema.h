/* schema.h - what a database looks like, as plain data.
 *
 * A schema is made by the models, by reflecting a database, or by replaying revisions; autogenerate compares two of them.
 * Everything lives in one arena, the schema's. Names are as the database has them. NULL and
 * zero mean "none". Texts that are SQL (defaults, checks, expressions) are as written. */
#ifndef KIN_SCHEMA_SCHEMA_H
#define KIN_SCHEMA_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kin/naming.h>

#include "base/arena.h"
#include "base/error.h"

/* The portable types. What a database calls them is its dialect's business. */
typedef enum kin_type_name {
	KIN_TYPE_OTHER, /* not one of these: .text has it, as the database says it */
	KIN_TYPE_BOOLEAN,
	KIN_TYPE_SMALLINT,
	KIN_TYPE_INTEGER,
	KIN_TYPE_BIGINT,
	KIN_TYPE_REAL,
	KIN_TYPE_DOUBLE,
	KIN_TYPE_NUMERIC, /* (precision, scale) */
	KIN_TYPE_CHAR,    /* (length) */
	KIN_TYPE_VARCHAR, /* (length); 0: unbounded */
	KIN_TYPE_TEXT,
	KIN_TYPE_BLOB,
	KIN_TYPE_DATE,
	KIN_TYPE_TIME,
	KIN_TYPE_TIMESTAMP,
	KIN_TYPE_TIMESTAMPTZ,
	KIN_TYPE_UUID,
	KIN_TYPE_JSON,
	KIN_TYPE_ENUM, /* labels */
	KIN_TYPE_COUNT
} kin_type_name;

typedef struct kin_type {
	kin_type_name      name;
	int                length;    /* CHAR, VARCHAR */
	int                precision; /* NUMERIC */
	int                scale;     /* NUMERIC; -1: not given */
	const char        *text;      /* OTHER: the type as written. ENUM: the type's name, or NULL */
	const char *const *labels;    /* ENUM */
	size_t             label_count;
} kin_type;

/* Whether a program may give a number of its own where the database makes them. */
typedef enum kin_identity_kind {
	KIN_IDENTITY_ANY, /* nobody said */
	KIN_IDENTITY_BY_DEFAULT,
	KIN_IDENTITY_ALWAYS, /* it may not */
} kin_identity_kind;

typedef struct kin_column_schema {
	const char *name;
	kin_type    type;
	bool        not_null;
	bool        autoincrement; /* the database makes the number, and so it is not_null too */
	bool        strict_autoincrement; /* SQLite's keyword AUTOINCREMENT: no number is ever used twice */
	kin_identity_kind identity;      /* of autoincrement, as the two below; PostgreSQL's */
	int64_t     identity_start;      /* the first number; 0: nobody said */
	int64_t     identity_increment;  /* from one to the next; 0: nobody said */
	const char *default_sql;  /* an SQL expression: 'x', 15, CURRENT_TIMESTAMP, upper('a'); without outer parentheses */
	const char *collation;
	const char *computed_sql; /* GENERATED ALWAYS AS (…) */
	bool        computed_stored;
	const char *comment;
	const char *extra; /* what the dialect must keep and the rest need not understand: SQLite's "ON CONFLICT IGNORE" after NOT NULL */
} kin_column_schema;

/* A primary key or unique constraint. */
typedef struct kin_key_schema {
	const char  *name; /* NULL: unnamed */
	const char **columns;
	size_t       column_count;
	const char  *extra; /* ON CONFLICT …, DEFERRABLE …; begins with "(a COLLATE NOCASE, b DESC)" where the columns say more than names */
} kin_key_schema;

typedef struct kin_foreign_schema {
	const char  *name;
	const char **columns;
	size_t       column_count;
	const char  *target; /* table */
	const char **target_columns;
	size_t       target_column_count; /* 0: the target's primary key, as written */
	const char  *on_delete; /* "CASCADE", "SET NULL", "RESTRICT", "SET DEFAULT"; NULL: NO ACTION */
	const char  *on_update;
	bool         deferrable;
	bool         initially_deferred;
	const char  *match;
} kin_foreign_schema;

typedef struct kin_check_schema {
	const char *name;
	const char *sql; /* without the outer parentheses */
} kin_check_schema;

typedef struct kin_index_part {
	const char *column;     /* NULL: an expression */
	const char *expression; /* SQL without outer parentheses */
	bool        descending;
	const char *collation;
} kin_index_part;

typedef struct kin_index_schema {
	const char     *name;
	bool            unique;
	kin_index_part *parts;
	size_t          part_count;
	const char    **include; /* PostgreSQL */
	size_t          include_count;
	const char     *where;
} kin_index_schema;

/* A trigger or view: the statement that makes it, kept as text. */
typedef struct kin_object_schema {
	const char *kind;  /* "trigger", "view" */
	const char *name;
	const char *table; /* of a trigger; NULL for a view */
	const char *sql;
} kin_object_schema;

typedef struct kin_table_schema {
	const char          *name;
	const char          *schema;  /* NULL: the default one */
	const char          *comment;
	const char          *options; /* what follows the closing parenthesis: "STRICT", "WITHOUT ROWID" */
	const char          *distributed_by; /* the column whose value says on which node of a Citus cluster a row is; NULL: not distributed */
	kin_column_schema   *columns;
	size_t               column_count;
	kin_key_schema       primary_key; /* column_count 0: none */
	kin_key_schema      *uniques;
	size_t               unique_count;
	kin_foreign_schema  *foreigns;
	size_t               foreign_count;
	kin_check_schema    *checks;
	size_t               check_count;
	kin_index_schema    *indexes;
	size_t               index_count;
} kin_table_schema;

typedef struct kin_schema {
	kin_arena         *arena; /* borrowed: whoever made it owns it */
	kin_table_schema **tables;
	size_t             table_count;
	kin_object_schema *objects;
	size_t             object_count;
	const kin_naming  *naming; /* while it is made from models: what gets no name there is called so. NULL: as usual */
	bool               hides_distribution; /* read from a database, which does not tell what its tables are distributed by */
} kin_schema;

/* Lookups by name, letter case as the database's names are (exact). NULL: absent. */
kin_table_schema *kin_schema_table(const kin_schema *schema, const char *name);
kin_column_schema *kin_schema_column(const kin_table_schema *table, const char *name);

/* Building: a zeroed item at the end of the list, in the schema's arena. NULL when memory is out. Lists are moved when they
 * grow, so only the newest item's pointer holds (tables stay where they are). They have room for the next power of two
 * items: only lists made by these functions or by the copies below can be added to; taking items away is fine. */
kin_table_schema *kin_schema_add_table(kin_schema *schema, const char *name);
kin_column_schema *kin_schema_add_column(kin_schema *schema, kin_table_schema *table, const char *name);
kin_key_schema *kin_schema_add_unique(kin_schema *schema, kin_table_schema *table);
kin_foreign_schema *kin_schema_add_foreign(kin_schema *schema, kin_table_schema *table);
kin_check_schema *kin_schema_add_check(kin_schema *schema, kin_table_schema *table);
kin_index_schema *kin_schema_add_index(kin_schema *schema, kin_table_schema *table);
kin_object_schema *kin_schema_add_object(kin_schema *schema);
/* Copies of names into an array in the arena. NULL when memory is out. */
const char **kin_schema_names(kin_arena *arena, const char *const *names, size_t count);

/* A deep copy into another arena. KIN_OK or KIN_ENOMEM. */
int kin_schema_copy(const kin_schema *from, kin_arena *arena, kin_schema *ret_schema);
int kin_table_copy(const kin_table_schema *from, kin_arena *arena, kin_table_schema *ret_table);

/* What cannot be right in itself: a table without columns, two columns of one name, a key over a column that
 * is not there, a foreign key to nowhere. All problems in one error, a line each. KIN_OK, KIN_EINVAL or KIN_ENOMEM. */
int kin_schema_sound(const kin_schema *schema, kin_error *error);

/* A foreign key: tables[table]->foreigns[foreign]. */
typedef struct kin_foreign_at {
	size_t table;
	size_t foreign;
} kin_foreign_at;

typedef struct kin_schema_order {
	size_t         *tables; /* all of them, as numbers in schema->tables */
	kin_foreign_at *late;   /* foreign keys to add when all tables are there: those that close a cycle */
	size_t          late_count;
} kin_schema_order;

/* The order that tables can be created in: targets before those that point at them; ties by name. Where tables point at
 * each other in a circle, the foreign key that closes it is late, walking from table to target, by name. A table that
 * points at itself is no circle. Result in the arena. KIN_OK or KIN_ENOMEM. */
int kin_schema_sorted(const kin_schema *schema, kin_arena *arena, kin_schema_order *ret_order, kin_error *error);

#endif
