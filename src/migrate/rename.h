/* rename.h - which removed table, column or label of an enum may be an added one under a new name.
 *
 * Only proposals: nobody renames without being told to, because a wrong guess keeps the wrong data. */
#ifndef KIN_MIGRATE_RENAME_H
#define KIN_MIGRATE_RENAME_H

#include "sql/ddl.h"

/* All names but `to` are the old ones. A table: only from and to. A column: .table. A label: .table and .column, or the .type whose label
 * it is in all columns. */
typedef struct kin_rename {
	const char *table;
	const char *column;
	const char *type;
	const char *from;
	const char *to;
	int         likeness; /* 0 … 100; a proposal has at least 50 */
} kin_rename;

/* The likely renames, best first, each name at most once; in the arena, names borrowed. */
int kin_rename_guess(kin_arena *arena, const kin_schema *from, const kin_schema *to,
                     kin_rename **ret_items, size_t *ret_count, kin_error *error);

/* Whether the changes drop what the guess says was renamed: then nobody has said yet what it is. */
bool kin_rename_still_drops(const kin_rename *guess, const kin_ddl *items, size_t count);

/* What is renamed: "pets", "pets.nm", "pets.kind.dog", "kind.dog". NULL when memory is out. */
char *kin_rename_old(kin_arena *arena, const kin_rename *rename);

/* Read "pets:animals", "pets.nm:name", "pets.kind.dog:hound" or, of an enum that has a name, "kind.dog:hound"; what each is, the earlier
 * schema says. The new name may have what is before the dot again. KIN_EINVAL with what was expected. */
int kin_rename_read(kin_arena *arena, const kin_schema *from, const char *text, kin_rename *ret_rename, kin_error *error);

#endif
