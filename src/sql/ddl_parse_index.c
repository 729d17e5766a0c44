/* ddl_parse_index.c - CREATE [UNIQUE] INDEX [CONCURRENTLY] i ON t (…) [INCLUDE (…)] [WHERE …] */
#include "base/vec.h"
#include "sql/ddl_parse.h"

/* One part of an index: a column, or an expression up to what follows it. */
static void read_part(kin_ddl_reader *r, kin_index_part *part)
{
	static const char *const after[] = { "COLLATE", "ASC", "DESC", NULL };
	size_t from = r->token.at;
	kin_ddl_reader ahead = *r;
	const char *name = NULL;

	if (kin_token_is_name(&r->token) || (r->stored && r->token.kind == KIN_TOKEN_STRING)) {
		name = kin_ddl_read_name(&ahead, "a column name");
		if (!name || ahead.rc < 0) {
			*r = ahead;
			return;
		}
	}
	if (name && (kin_ddl_read_at_mark(&ahead, ",") || kin_ddl_read_at_mark(&ahead, ")") ||
	             kin_ddl_read_at_any(&ahead, after))) {
		*r = ahead;
		part->column = name;
	} else {
		while (!kin_ddl_read_at_end(r) && !kin_ddl_read_at_mark(r, ",") && !kin_ddl_read_at_mark(r, ")") &&
		       !kin_ddl_read_at_any(r, after))
			kin_ddl_read_skip(r);
		if (r->end <= from)
			kin_ddl_read_wanted(r, "a column name or an expression");
		else
			part->expression = kin_ddl_read_expression_since(r, from);
	}
	if (kin_ddl_read_take(r, "COLLATE"))
		part->collation = kin_ddl_read_name(r, "a collation");
	part->descending = kin_ddl_read_take(r, "DESC");
	if (!part->descending)
		kin_ddl_read_take(r, "ASC");
}

static void read_parts(kin_ddl_reader *r, kin_index_schema *index)
{
	kin_vec(kin_index_part) parts = { 0 };

	kin_ddl_read_expect_mark(r, "(");
	do {
		kin_index_part part = { 0 };
		read_part(r, &part);
		if (r->rc == KIN_OK && !kin_vec_push(&parts, part))
			kin_ddl_read_nomem(r);
	} while (kin_ddl_read_take_mark(r, ","));
	if (!kin_ddl_read_at_mark(r, ")"))
		kin_ddl_read_wanted(r, "',' or ')'");
	kin_ddl_read_next(r);
	if (r->rc == KIN_OK && !(index->parts = kin_arena_copy(r->arena, parts.items, parts.count * sizeof(*parts.items))))
		kin_ddl_read_nomem(r);
	index->part_count = parts.count;
	kin_vec_done(&parts);
}

void kin_ddl_parse_index(kin_ddl_reader *r, kin_ddl *item, bool unique)
{
	item->kind = KIN_DDL_CREATE_INDEX;
	if (!KIN_DDL_MAKE(r, item->index))
		return;
	item->index->unique = unique;
	item->concurrently = kin_ddl_read_take(r, "CONCURRENTLY");
	item->name = item->index->name = kin_ddl_read_name(r, "the index's name");
	kin_ddl_read_expect(r, "ON");
	item->table_name = kin_ddl_read_name(r, "a table's name");
	read_parts(r, item->index);
	if (kin_ddl_read_take(r, "INCLUDE"))
		item->index->include = kin_ddl_read_names(r, "a column name", &item->index->include_count);
	if (kin_ddl_read_take(r, "WHERE")) {
		size_t from = r->token.at;
		while (!kin_ddl_parse_at_end(r) && r->token.kind != KIN_TOKEN_COMMENT)
			kin_ddl_read_skip(r);
		item->index->where = kin_ddl_read_expression_since(r, from);
	}
}
