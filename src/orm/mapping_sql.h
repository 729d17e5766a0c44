/* mapping_sql.h - the statements that save a mapping's objects, compiled once per dialect and kept.
 *
 * Each has a kin_sql id, so that a connection prepares it once. Thread-safe. */
#ifndef KIN_ORM_MAPPING_SQL_H
#define KIN_ORM_MAPPING_SQL_H

#include "base/error.h"
#include "orm/mapping.h"

typedef struct kin_mapping_sql kin_mapping_sql;

/* A statement, and which members its placeholders are bound from. */
typedef struct kin_write {
	kin_sql         sql;
	const kin_cell *cells;      /* one row's; placeholder i of row r is r * cell_count + i */
	size_t          cell_count;
	const kin_cell *key_cells;  /* UPDATE and DELETE: the WHERE's, after the others */
	size_t          key_count;
	const kin_cell *returned;   /* INSERT: what comes back, as cells to read */
	size_t          returned_count;
	kin_row_change  change;     /* what it says, for one row; nothing of SELECTs */
} kin_write;

/* Sets of a mapping's attributes: bit i is attribute i. */
#define KIN_SET_WORDS(mapping) (((mapping)->attribute_count + 63) / 64)

static inline bool kin_set_has(const uint64_t *set, size_t index)
{
	return (set[index / 64] >> (index % 64)) & 1;
}

static inline void kin_set_add(uint64_t *set, size_t index)
{
	set[index / 64] |= (uint64_t)1 << (index % 64);
}

kin_mapping_sql *kin_mapping_sql_new(const kin_mapping *mapping, const kin_dialect *dialect);
void kin_mapping_sql_free(kin_mapping_sql *sql);

/* INSERT of `rows` rows without the attributes in `omitted`, which come back by RETURNING if `returning` says so. Borrowed from
 * the mapping. */
int kin_mapping_sql_insert(const kin_mapping *mapping, kin_dialect_id dialect, const uint64_t *omitted, size_t rows,
                           bool returning, const kin_write **ret_write, kin_error *error);
/* UPDATE of the attributes in `changed`, by key. */
int kin_mapping_sql_update(const kin_mapping *mapping, kin_dialect_id dialect, const uint64_t *changed,
                           const kin_write **ret_write, kin_error *error);
/* SELECT of the computed columns, by key: .returned. */
int kin_mapping_sql_computed(const kin_mapping *mapping, kin_dialect_id dialect, const kin_write **ret_write, kin_error *error);
int kin_mapping_sql_delete(const kin_mapping *mapping, kin_dialect_id dialect,
                           const kin_write **ret_write, kin_error *error);
/* DELETE of the rows where the attributes in `set` have given values. */
int kin_mapping_sql_delete_by(const kin_mapping *mapping, kin_dialect_id dialect, const uint64_t *set,
                              const kin_write **ret_write, kin_error *error);

#endif
