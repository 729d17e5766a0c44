/* naming.c - names of constraints and indexes that nobody named. */
#include "schema/naming.h"

#include <stdint.h>
#include <string.h>

#include "base/map.h"

#define MAX_NAME 63 /* bytes: the shortest limit there is, PostgreSQL's */

/* The name, or if it is too long its beginning, cut between characters, with a hash of the whole. */
static char *fit(kin_arena *arena, char *name)
{
	size_t length = name ? strlen(name) : 0;
	size_t keep = MAX_NAME - 5;

	if (length <= MAX_NAME)
		return name;
	while (keep > 0 && ((unsigned char)name[keep] & 0xc0) == 0x80)
		keep--;
	return kin_arena_printf(arena, "%.*s_%04x", (int)keep, name, (unsigned)(kin_hash(name, length) & 0xffff));
}

/* prefix_table_column_column[_target] */
static char *join(kin_arena *arena, const char *prefix, const char *table, const char *const *columns, size_t count,
                  const char *target)
{
	size_t size = strlen(prefix) + strlen(table) + (target ? strlen(target) + 1 : 0) + 1;
	char *name, *end;

	for (size_t i = 0; i < count; i++)
		size += strlen(columns[i]) + 1;
	if (!(name = kin_arena_alloc(arena, size)))
		return NULL;
	end = stpcpy(stpcpy(name, prefix), table);
	for (size_t i = 0; i < count; i++)
		end = stpcpy(stpcpy(end, "_"), columns[i]);
	if (target)
		stpcpy(stpcpy(end, "_"), target);
	for (char *dot = name; (dot = strchr(dot, '.'));) /* of a schema and its table: an index is in the schema by itself */
		*dot = '_';
	return fit(arena, name);
}

char *kin_naming_primary(kin_arena *arena, const char *table)
{
	return join(arena, "pk_", table, NULL, 0, NULL);
}

char *kin_naming_unique(kin_arena *arena, const char *table, const char *const *columns, size_t count)
{
	return join(arena, "uq_", table, columns, count, NULL);
}

char *kin_naming_index(kin_arena *arena, const char *table, const char *const *columns, size_t count)
{
	return join(arena, "ix_", table, columns, count, NULL);
}

char *kin_naming_foreign(kin_arena *arena, const char *table, const char *const *columns, size_t count,
                         const char *target)
{
	return join(arena, "fk_", table, columns, count, target);
}

char *kin_naming_check(kin_arena *arena, const char *table, const char *name)
{
	return join(arena, "ck_", table, &name, 1, NULL);
}
