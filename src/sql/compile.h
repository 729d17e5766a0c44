/* compile.h - turns a statement's tree into one dialect's text.
 *
 * A tree means the same everywhere, as far as databases can: function.h has the functions, `||` is CONCAT on MariaDB, NULLS
 * FIRST and ilike are emulated where they are missing, a lock is left out on SQLite, `/` between integers is DIV on MariaDB, whose bits get a sign. What
 * stays the database's own: LIKE
 * (PostgreSQL minds letter case, SQLite does not for ASCII, MariaDB goes by the collation; backslash escapes in the
 * patterns of the first, not in the others': say ESCAPE). A backslash in
 * a string is a character like any other: MariaDB has to be in the mode NO_BACKSLASH_ESCAPES for it, as its sessions are. */
#ifndef KIN_SQL_COMPILE_H
#define KIN_SQL_COMPILE_H

#include "base/error.h"
#include "sql/dialect.h"
#include "sql/statement.h"

/* The text, and which PARAM each placeholder stands for, in the order the database wants them. */
typedef struct kin_compiled {
	const char *sql;
	size_t      length;
	uint32_t   *params;
	size_t      param_count;
} kin_compiled;

/* How many values each PARAM stands for (arrays in `in (?)`); NULL: one each. A placeholder is written per value, and
 * .params repeats the number; an empty array makes the IN false (NOT IN: true).
 *
 * From KIN_COMPILE_ARRAY on, the array is one value, and one text does for any length: an array to PostgreSQL (`= ANY (?)`), JSON to
 * the others (`IN (SELECT … FROM json_each …)`). What is above it is the kin_kind of the items, which only MariaDB asks for. */
#define KIN_COMPILE_ARRAY UINT32_C(0x80000000)

typedef struct kin_compile_options {
	const uint32_t *param_counts;
	const bool     *param_nulls; /* PARAMs that are NULL in this call: `= ?` becomes IS NULL, `<> ?` IS NOT NULL */
	size_t          param_total;
} kin_compile_options;

/* KIN_OK; KIN_EQUERY for what the dialect cannot say, with a sentence; KIN_ENOMEM. The result is in the arena. */
int kin_compile_select(const kin_dialect *dialect, const kin_sql_select *select, const kin_compile_options *options,
                       kin_arena *arena, kin_compiled *ret_compiled, kin_error *error);
int kin_compile_insert(const kin_dialect *dialect, const kin_sql_insert *insert,
                       kin_arena *arena, kin_compiled *ret_compiled, kin_error *error);
int kin_compile_update(const kin_dialect *dialect, const kin_sql_update *update, const kin_compile_options *options,
                       kin_arena *arena, kin_compiled *ret_compiled, kin_error *error);
int kin_compile_delete(const kin_dialect *dialect, const kin_sql_delete *del, const kin_compile_options *options,
                       kin_arena *arena, kin_compiled *ret_compiled, kin_error *error);

#endif
