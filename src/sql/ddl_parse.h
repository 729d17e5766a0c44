/* ddl_parse.h - an item of DDL in the making: what the files that parse statements share. */
#ifndef KIN_SQL_DDL_PARSE_H
#define KIN_SQL_DDL_PARSE_H

#include "sql/ddl.h"
#include "sql/ddl_read.h"

/* A zeroed thing in the arena for one of an item's pointers; *field stays NULL when memory is out. */
#define KIN_DDL_MAKE(r, field) (((field) = kin_arena_zalloc((r)->arena, sizeof(*(field)))) ? true : (kin_ddl_read_nomem(r), false))

static inline bool kin_ddl_parse_at_end(const kin_ddl_reader *r)
{
	return kin_ddl_read_at_end(r) || kin_ddl_read_at_mark(r, ";");
}

/* Each reads into an item; a failure is the reader's.
 *
 * ddl_parse_sql.c: INSERT INTO t (a) VALUES (1); and the like, as it is written. */
void kin_ddl_parse_sql(kin_ddl_reader *r, kin_ddl *item);
/* CREATE VIEW | TRIGGER …; `start` stands at CREATE. DROP VIEW | TRIGGER, behind that. */
void kin_ddl_parse_object(kin_ddl_reader *r, kin_ddl *item, const kin_ddl_reader *start, const char *kind);
void kin_ddl_parse_drop_object(kin_ddl_reader *r, kin_ddl *item, const char *kind);
/* ddl_parse_index.c: behind INDEX. */
void kin_ddl_parse_index(kin_ddl_reader *r, kin_ddl *item, bool unique);
/* ddl_parse_alter.c: from ALTER on. */
void kin_ddl_parse_alter(kin_ddl_reader *r, kin_ddl *item);

#endif
