/* rename.h - which removed table or column may be an added one under a new name.
 *
 * Only proposals: nobody renames without being told to, because a wrong guess keeps the wrong data. */
#ifndef KIN_MIGRATE_RENAME_H
#define KIN_MIGRATE_RENAME_H

#include "sql/ddl.h"

typedef struct kin_rename {
	const char *table; /* the table's old name, for a column; NULL: a table is renamed */
	const char *from;
	const char *to;
	int         likeness; /* 0 … 100; a proposal has at least 50 */
} kin_rename;

/* The likely renames, best first, each name at most once; in the arena, names borrowed. */
int kin_rename_guess(kin_arena *arena, const kin_schema *from, const kin_schema *to,
                     kin_rename **ret_items, size_t *ret_count, kin_error *error);

/* Whether the changes drop what the guess says was renamed: then nobody has said yet what it is. */
bool kin_rename_still_drops(const kin_rename *guess, const kin_ddl *items, size_t count);

/* Read "pets:animals" or "pets.nm:name" (also "pets.nm:pets.name"). KIN_EINVAL with what was expected. */
int kin_rename_parse(kin_arena *arena, const char *text, kin_rename *ret_rename, kin_error *error);

#endif
