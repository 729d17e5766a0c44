/* ddl_parse.c - parses statements of DDL into items, with the blocks for one database alone that they stand in. */
#include "sql/ddl_parse.h"

#include "base/vec.h"
#include "sql/ddl_table.h"

static void read_create(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_reader start = *r;

	kin_ddl_read_next(r);
	if (kin_ddl_read_take(r, "TABLE")) {
		item->kind = KIN_DDL_CREATE_TABLE;
		if (kin_ddl_read_at(r, "IF NOT EXISTS"))
			kin_ddl_read_refuse(r, &r->token, "IF NOT EXISTS is not for revisions: they say what is there");
		item->table = kin_ddl_table_read(r);
		item->table_name = item->table ? item->table->name : NULL;
	} else if (kin_ddl_read_take(r, "UNIQUE INDEX")) {
		kin_ddl_parse_index(r, item, true);
	} else if (kin_ddl_read_take(r, "INDEX")) {
		kin_ddl_parse_index(r, item, false);
	} else if (kin_ddl_read_take(r, "VIEW")) {
		kin_ddl_parse_object(r, item, &start, "view");
	} else if (kin_ddl_read_take(r, "TRIGGER")) {
		kin_ddl_parse_object(r, item, &start, "trigger");
	} else {
		kin_ddl_read_wanted(r, "TABLE, INDEX, UNIQUE INDEX, VIEW or TRIGGER");
	}
}

static void read_drop(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_read_next(r);
	if (kin_ddl_read_take(r, "TABLE")) {
		item->kind = KIN_DDL_DROP_TABLE;
		if (kin_ddl_read_at(r, "IF EXISTS"))
			kin_ddl_read_refuse(r, &r->token, "IF EXISTS is not for revisions: they say what is there");
		item->table_name = kin_ddl_read_name(r, "a table's name");
	} else if (kin_ddl_read_take(r, "INDEX")) {
		item->kind = KIN_DDL_DROP_INDEX;
		item->concurrently = kin_ddl_read_take(r, "CONCURRENTLY");
		item->name = kin_ddl_read_name(r, "an index's name");
		if (kin_ddl_read_take(r, "ON"))
			item->table_name = kin_ddl_read_name(r, "a table's name");
	} else if (kin_ddl_read_take(r, "VIEW")) {
		kin_ddl_parse_drop_object(r, item, "view");
	} else if (kin_ddl_read_take(r, "TRIGGER")) {
		kin_ddl_parse_drop_object(r, item, "trigger");
	} else {
		kin_ddl_read_wanted(r, "TABLE, INDEX, VIEW or TRIGGER");
	}
}

static void read_comment(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_read_expect(r, "COMMENT ON");
	if (kin_ddl_read_take(r, "COLUMN")) {
		item->kind = KIN_DDL_COMMENT_COLUMN;
		item->table_name = kin_ddl_read_name(r, "a table's name");
		kin_ddl_read_expect_mark(r, ".");
		item->name = kin_ddl_read_name(r, "a column name");
	} else {
		item->kind = KIN_DDL_COMMENT_TABLE;
		kin_ddl_read_expect(r, "TABLE");
		item->table_name = kin_ddl_read_name(r, "a table's name");
	}
	kin_ddl_read_expect(r, "IS");
	if (!kin_ddl_read_take(r, "NULL"))
		item->sql = kin_ddl_read_string(r);
}

static void read_call(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_read_next(r);
	item->kind = KIN_DDL_CALL;
	item->name = kin_ddl_read_name(r, "the migration function's name");
	if (kin_ddl_read_take_mark(r, "("))
		kin_ddl_read_expect_mark(r, ")");
}

/* ---- statements ---- */

static const struct beginning {
	const char *word;
	void      (*read)(kin_ddl_reader *r, kin_ddl *item);
} beginnings[] = {
	{ "CREATE", read_create }, { "DROP", read_drop },  { "ALTER", kin_ddl_parse_alter }, { "COMMENT", read_comment },
	{ "INSERT", kin_ddl_parse_sql },    { "UPDATE", kin_ddl_parse_sql }, { "DELETE", kin_ddl_parse_sql },  { "CALL", read_call },
};

static void read_statement(kin_ddl_reader *r, kin_ddl *item)
{
	item->line = r->token.line;
	item->column_number = r->token.column;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++)
		if (kin_ddl_read_at(r, beginnings[i].word)) {
			beginnings[i].read(r, item);
			return;
		}
	kin_ddl_read_wanted(r, "CREATE, ALTER, DROP, COMMENT ON, INSERT, UPDATE, DELETE or CALL "
	                       "(anything else goes between `-- only: DATABASE` and `-- end`)");
}

/* The database named by `-- only: NAME`, which comes next. */
static const char *open_block(kin_ddl_reader *r)
{
	const kin_token *token = &r->token;
	size_t from = 8, to = token->length;
	const char *name;

	while (from < to && (token->start[from] == ' ' || token->start[from] == '\t'))
		from++;
	while (to > from && (token->start[to - 1] == ' ' || token->start[to - 1] == '\t' || token->start[to - 1] == '\r'))
		to--;
	if (!(name = kin_arena_strndup(r->arena, token->start + from, to - from))) {
		kin_ddl_read_nomem(r);
	} else if (!kin_dialect_find(name)) {
		kin_ddl_read_refuse(r, token, "`-- only:` takes sqlite, postgresql or mariadb");
	} else {
		kin_ddl_read_next(r);
		return name;
	}
	return NULL;
}

/* Between statements: go over semicolons, into and out of blocks. */
static void between(kin_ddl_reader *r, const char **only, kin_token *opened)
{
	while (kin_ddl_read_at_mark(r, ";") || r->token.kind == KIN_TOKEN_COMMENT) {
		bool opens = r->token.kind == KIN_TOKEN_COMMENT && r->token.start[3] == 'o';
		if (r->token.kind != KIN_TOKEN_COMMENT) {
			kin_ddl_read_next(r);
		} else if (opens && !*only) {
			*opened = r->token;
			*only = open_block(r);
		} else if (!opens && *only) {
			*only = NULL;
			kin_ddl_read_next(r);
		} else {
			kin_ddl_read_refuse(r, &r->token, opens ? "a block inside a block: `-- end` is missing before it"
			                                        : "`-- end` without `-- only:` before it");
		}
	}
}

int kin_ddl_parse(kin_arena *arena, const char *text, int line,
                  kin_ddl **ret_items, size_t *ret_count, kin_error *error)
{
	kin_vec(kin_ddl) items = { 0 };
	const char *only = NULL;
	kin_ddl *result = NULL;
	kin_token opened;
	kin_ddl_reader r;

	kin_ddl_read_begin(&r, arena, text, line, false, error);
	for (between(&r, &only, &opened); !kin_ddl_read_at_end(&r); between(&r, &only, &opened)) {
		kin_ddl item = { .only = only };
		if (only) {
			item.line = r.token.line;
			item.column_number = r.token.column;
			kin_ddl_parse_sql(&r, &item);
		} else {
			read_statement(&r, &item);
		}
		if (!kin_ddl_parse_at_end(&r) && r.token.kind != KIN_TOKEN_COMMENT)
			kin_ddl_read_wanted(&r, "';'");
		if (r.rc == KIN_OK && !kin_vec_push(&items, item))
			kin_ddl_read_nomem(&r);
	}
	if (only && r.rc == KIN_OK)
		kin_ddl_read_refuse(&r, &opened, "this block has no `-- end`");
	if (r.rc == KIN_OK && items.count > 0 &&
	    !(result = kin_arena_copy(arena, items.items, items.count * sizeof(*result))))
		kin_ddl_read_nomem(&r);
	if (r.rc == KIN_OK) {
		*ret_items = result;
		*ret_count = items.count;
	}
	kin_vec_done(&items);
	return r.rc;
}

int kin_ddl_parse_stored(kin_arena *arena, const char *text, kin_ddl *ret_item, kin_error *error)
{
	kin_ddl item = { 0 };
	kin_ddl_reader r;

	kin_ddl_read_begin(&r, arena, text, 1, true, error);
	read_statement(&r, &item);
	kin_ddl_read_take_mark(&r, ";");
	if (!kin_ddl_read_at_end(&r))
		kin_ddl_read_wanted(&r, "the end of the statement");
	if (r.rc == KIN_OK)
		*ret_item = item;
	return r.rc;
}
