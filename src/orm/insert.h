/* insert.h - structs become rows of their table. */
#ifndef KIN_ORM_INSERT_H
#define KIN_ORM_INSERT_H

#include "orm/mapping_sql.h"
#include "orm/session_state.h"
#include "value/member.h"

enum { KIN_INSERT_MOST = 1024 }; /* rows in a statement */

/* Rows of the same columns. */
typedef struct kin_insert {
	kin_session       *session;
	const kin_mapping *mapping;
	const uint64_t    *omitted;  /* what the database fills in them, */
	bool               made_key; /* the key too */
	int              (*written)(void *context, size_t first, size_t rows); /* some are there, with their keys. KIN_OK or the session's error */
	void              *context;
	size_t             fault;    /* after a failure: which of them it was; SIZE_MAX: that is not known */
	bool               numbered; /* private: the keys follow from the last one's */
	kin_dialect_id     dialect;  /* private */
} kin_insert;

/* Insert them, as many with a statement as is worth it, and read what the database filled in. KIN_OK, or the session's error. */
int kin_insert_rows(kin_insert *insert, void *const *objects, size_t count);

/* What one row of RETURNING says. */
int kin_insert_read(kin_session *session, kin_statement *statement, const kin_write *write, bool made_key, void *object);

/* kin_insert_omitted(), of defaults. */
void kin_insert_add_defaults(const kin_mapping *mapping, const void *object, uint64_t *set);

/* What the database fills: a key that is 0, and defaults where the member is NULL. */
static inline void kin_insert_omitted(const kin_mapping *mapping, const void *object, uint64_t *ret_set)
{
	memset(ret_set, 0, KIN_SET_WORDS(mapping) * sizeof(*ret_set));
	if (mapping->integer_key && *(const int64_t *)(const void *)((const char *)object + mapping->key_offset) == 0)
		kin_set_add(ret_set, mapping->keys[0]->index);
	if (mapping->has_defaults)
		kin_insert_add_defaults(mapping, object, ret_set);
}

#endif
