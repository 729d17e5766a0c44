/* cell.h - how a cell of a row becomes a struct's member: what drivers share that read values in their own form.
 *
 * A driver has one loop over cells with a switch in it, which fills what it can at once. It is inlined twice: into what reads a row with an arena,
 * where each text is a piece of its own, and into kin_cell_make(), where texts stand one behind the other behind the new object. */
#ifndef KIN_DB_CELL_H
#define KIN_DB_CELL_H

#include "db/connection.h"
#include "value/domain.h"
#include "value/member.h"

/* Where texts go: each a piece of an arena of its own, or one behind the other into free space. */
typedef struct kin_cell_place {
	kin_arena      *arena; /* NULL: */
	kin_arena_space space;
} kin_cell_place;

/* What reading a cell came to. One that is odd takes the slow way; an object that is made has none. */
enum { KIN_CELL_READ = KIN_OK, KIN_CELL_ODD = 1 }; /* or KIN_ENOMEM */

/* A text becomes the member's, with a NUL behind it; `ended`: it has one already. One that there is no space for is odd. */
static inline __attribute__((always_inline)) int kin_cell_text(const void *data, size_t length, bool ended, void *member,
                                                               kin_cell_place *place)
{
	char *copy = place->space.next;

	if (place->arena) {
		if (!(copy = kin_arena_alloc(place->arena, length + 1)))
			return KIN_ENOMEM;
	} else {
		if ((size_t)(place->space.end - place->space.next) <= length)
			return KIN_CELL_ODD;
		place->space.next += length + 1;
	}
	memcpy(copy, data, length + ended);
	if (!ended)
		copy[length] = '\0';
	KIN_STORE(const char *, member, copy);
	return KIN_CELL_READ;
}

typedef int kin_cell_reader(kin_statement *statement, const kin_cell *cells, size_t count, char *object, kin_cell_place *place,
                            kin_error *error);

/* kin_driver.make(): an object in the free space of the arena's chunk, which is taken once it is known how much it is. NULL: there is too little, or
 * a cell is odd. */
static inline __attribute__((always_inline)) void *kin_cell_make(kin_statement *statement, const kin_mould *mould, kin_arena *arena,
                                                                 kin_cell_reader *read)
{
	kin_cell_place place = { .arena = NULL };
	char *piece;

	if (!kin_arena_lend(arena, mould->size, &place.space))
		return NULL;
	piece = place.space.next;
	place.space.next += mould->size;
	memcpy(piece, mould->blank, mould->size);
	int rc = read(statement, mould->cells, mould->count, piece + mould->head, &place, NULL);
	return kin_arena_settle(arena, rc == KIN_CELL_READ ? (size_t)(place.space.next - piece) : 0);
}

/* The slow way: any value that came, into the cell's member. KIN_ENOTNULL for NULL where it must not be; else as kin_domain_set(). */
int kin_cell_set(const kin_cell *cell, void *member, const kin_value *value, kin_arena *arena, kin_error *error);
/* The same for the kinds that take no memory. false leaves it to kin_cell_set(), which says why. */
static inline bool kin_cell_is_flat(const kin_cell *cell)
{
	int plain = cell->kind & ~KIN_KIND_NULLABLE;

	return plain == KIN_KIND_DECIMAL || plain == KIN_KIND_UUID || plain == KIN_KIND_ENUM || plain == KIN_KIND_CHARS;
}

static inline bool kin_cell_set_flat(const kin_cell *cell, void *member, const kin_value *value)
{
	return !(value->kind == KIN_KIND_NULL && cell->not_null) &&
	       kin_domain_set(member, cell->kind, cell->domain, value, NULL, NULL) == KIN_OK;
}

/* The value that came, as one of `kind`; KIN_KIND_NULL takes it as it is, and NULL is NULL. As kin_member_set(). */
static inline int kin_cell_convert(kin_value *value, int kind, kin_arena *arena, kin_error *error)
{
	union {
		kin_bytes   bytes;
		kin_decimal decimal;
		kin_uuid    uuid;
		int64_t     integer;
	} member;
	int plain = kind & ~KIN_KIND_NULLABLE, rc = KIN_OK;

	if (plain == KIN_KIND_NULL || value->kind == KIN_KIND_NULL)
		return KIN_OK;
	if ((rc = kin_member_set(&member, plain, value, arena, error)) == KIN_OK)
		*value = kin_member_get(&member, plain);
	return rc;
}

/* The value that came as an integer; 0 where it is none. */
int64_t kin_cell_integer(const kin_value *value);
/* Whether `kind` is that of a number, nullable or not; and digits that came, for who wants one: a sum of integers is a decimal. 12 and 12.00 are
 * whole. */
bool kin_cell_is_number(int kind);
kin_value kin_cell_number(const char *digits);

/* The sentence of an error in a cell, with the column's name (NULL: not known) in front, and the SQL. Returns the code. */
int kin_cell_fail(int code, const char *column, const char *sql, kin_error *error);

#endif
