/* ddl_parse_sql.c - statements that are kept as they are written: what changes data, views, triggers. */
#include <string.h>

#include "sql/ddl_parse.h"

/* Statements that may have others inside them, with semicolons, between BEGIN and END. */
static bool has_body(const kin_ddl_reader *r)
{
	static const char *const kinds[] = { "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", NULL };
	static const char *const before[] = { "OR", "REPLACE", "TEMP", "TEMPORARY", "CONSTRAINT", NULL };
	kin_ddl_reader ahead = *r;

	ahead.error = NULL;
	if (!kin_ddl_read_take(&ahead, "CREATE"))
		return false;
	while (kin_ddl_read_at_any(&ahead, before))
		kin_ddl_read_next(&ahead);
	return kin_ddl_read_at_any(&ahead, kinds);
}

/* Go over END, and what it ends if that is said. How many of BEGIN and CASE it ends. */
static size_t read_end(kin_ddl_reader *r)
{
	static const char *const others[] = { "IF", "LOOP", "WHILE", "REPEAT", "FOR", NULL };

	kin_ddl_read_next(r);
	if (!kin_ddl_read_at_any(r, others)) {
		kin_ddl_read_take(r, "CASE");
		return 1;
	}
	kin_ddl_read_next(r);
	return 0;
}

/* The rest of a statement, as written. */
static const char *verbatim(kin_ddl_reader *r)
{
	size_t from = r->token.at, depth = 0;
	bool body = has_body(r);

	while (!kin_ddl_read_at_end(r) && (depth > 0 || !kin_ddl_read_at_mark(r, ";"))) {
		if (r->token.kind == KIN_TOKEN_COMMENT && depth == 0)
			break;
		if (body && depth > 0 && kin_ddl_read_at(r, "END")) {
			depth -= read_end(r);
			continue;
		}
		depth += body && (kin_ddl_read_at(r, "BEGIN") || kin_ddl_read_at(r, "CASE"));
		kin_ddl_read_next(r);
	}
	if (depth > 0)
		kin_ddl_read_wanted(r, "END");
	return r->rc == KIN_OK ? kin_ddl_read_since(r, from) : NULL;
}

void kin_ddl_parse_sql(kin_ddl_reader *r, kin_ddl *item)
{
	item->kind = KIN_DDL_SQL;
	item->sql = verbatim(r);
}

/* The table that a trigger is on: the name after ON, which is the first one in every database. */
static const char *trigger_table(kin_ddl_reader *r)
{
	kin_ddl_reader ahead = *r;
	const char *name;

	while (!kin_ddl_parse_at_end(&ahead) && !kin_ddl_read_take(&ahead, "ON"))
		kin_ddl_read_next(&ahead);
	if (!(name = kin_ddl_read_name(&ahead, "the trigger's table")))
		*r = ahead;
	return name;
}

void kin_ddl_parse_object(kin_ddl_reader *r, kin_ddl *item, const kin_ddl_reader *start, const char *kind)
{
	item->kind = KIN_DDL_CREATE_OBJECT;
	if (!KIN_DDL_MAKE(r, item->object))
		return;
	if (kin_ddl_read_take(r, "IF NOT EXISTS") && !r->stored)
		kin_ddl_read_refuse(r, &start->token, "IF NOT EXISTS is not for revisions: they say what is there");
	item->object->kind = kind;
	item->object->name = kin_ddl_read_name(r, "a name");
	if (strcmp(kind, "trigger") == 0)
		item->object->table = item->table_name = trigger_table(r);
	if (r->rc == KIN_OK) {
		*r = *start;
		item->object->sql = verbatim(r);
	}
}

void kin_ddl_parse_drop_object(kin_ddl_reader *r, kin_ddl *item, const char *kind)
{
	item->kind = KIN_DDL_DROP_OBJECT;
	if (!KIN_DDL_MAKE(r, item->object))
		return;
	item->object->kind = kind;
	item->name = item->object->name = kin_ddl_read_name(r, "a name");
	if (kin_ddl_read_take(r, "ON"))
		item->table_name = item->object->table = kin_ddl_read_name(r, "a table's name");
}
