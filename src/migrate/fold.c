/* fold.c - enums in databases that have none: a VARCHAR with a check of its labels, recognised as what was declared.
 *
 * The check is `column IN ('a', 'b')`, it is called ck_…_enum, and the VARCHAR is as long as the longest label. */
#include "migrate/fold.h"

#include "base/vec.h"
#include "migrate/normal.h"
#include "sql/lex.h"

typedef kin_vec(const char *) labels;

static bool is_enum_name(const char *name)
{
	size_t length = name ? strlen(name) : 0;

	return length > 8 && strncmp(name, "ck_", 3) == 0 && strcmp(name + length - 5, "_enum") == 0;
}

/* The labels of "column IN ('a', 'b')": 1, or 0 if it is something else, or KIN_ENOMEM. */
static int read_labels(kin_arena *arena, const char *sql, const char *column, labels *out)
{
	kin_lex lex;

	kin_lex_init(&lex, sql, strlen(sql), 1);
	kin_token token = kin_lex_next(&lex);
	const char *name = kin_token_is_name(&token) ? kin_token_text(arena, &token) : NULL;
	if (!kin_normal_same(name, column))
		return arena->failed ? KIN_ENOMEM : 0;
	token = kin_lex_next(&lex);
	if (!kin_token_is(&token, "IN"))
		return 0;
	token = kin_lex_next(&lex);
	if (!kin_token_is_punct(&token, "("))
		return 0;
	do {
		token = kin_lex_next(&lex);
		if (token.kind != KIN_TOKEN_STRING)
			return 0;
		const char *label = kin_token_text(arena, &token);
		if (!label || !kin_vec_push(out, label))
			return KIN_ENOMEM;
		token = kin_lex_next(&lex);
	} while (kin_token_is_punct(&token, ","));
	bool closed = kin_token_is_punct(&token, ")");
	token = kin_lex_next(&lex);
	return closed && token.kind == KIN_TOKEN_END;
}

static int longest(const labels *all)
{
	size_t most = 0;

	for (size_t i = 0; i < all->count; i++) {
		size_t length = 0;
		for (const char *s = all->items[i]; *s; s++)
			length += ((unsigned char)*s & 0xc0) != 0x80; /* characters, not bytes, of UTF-8 */
		most = length > most ? length : most;
	}
	return (int)most;
}

static int fold_one(kin_arena *arena, kin_table_schema *table, size_t check, kin_column_schema *column, bool *ret_done)
{
	labels all = { 0 };
	const char **own;
	int rc = read_labels(arena, table->checks[check].sql, column->name, &all);

	*ret_done = false;
	if (rc > 0 && column->type.length == longest(&all)) {
		own = kin_arena_copy(arena, all.items, all.count * sizeof(*own));
		rc = own ? KIN_OK : KIN_ENOMEM;
		if (own) {
			column->type = (kin_type){ .name = KIN_TYPE_ENUM, .labels = own, .label_count = all.count };
			memmove(&table->checks[check], &table->checks[check + 1],
			        (--table->check_count - check) * sizeof(*table->checks));
			*ret_done = true;
		}
	}
	kin_vec_done(&all);
	return rc < 0 ? rc : KIN_OK;
}

static int fold_table(kin_arena *arena, kin_table_schema *table)
{
	for (size_t i = table->check_count; i > 0; i--) {
		bool done = !is_enum_name(table->checks[i - 1].name);
		for (size_t j = 0; j < table->column_count && !done; j++) {
			if (table->columns[j].type.name != KIN_TYPE_VARCHAR)
				continue;
			int rc = fold_one(arena, table, i - 1, &table->columns[j], &done);
			if (rc < 0)
				return rc;
		}
	}
	return KIN_OK;
}

int kin_fold_enums(kin_schema *schema, const kin_dialect *dialect)
{
	int rc = KIN_OK;

	if (!dialect || dialect->id == KIN_MARIADB)
		return KIN_OK;
	for (size_t i = 0; rc == KIN_OK && i < schema->table_count; i++)
		rc = fold_table(schema->arena, schema->tables[i]);
	return rc;
}
