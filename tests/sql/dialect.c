/* dialect.c - dialects are found, and names quoted where they must be. */
#include "sql/dialect.h"

#include <stdlib.h>

#include "harness/harness.h"

static const char *named(const kin_dialect *dialect, const char *name)
{
	static char result[200];
	kin_text text;

	kin_text_init(&text);
	kin_dialect_name(dialect, &text, name);
	snprintf(result, sizeof(result), "%s", text.data);
	kin_text_done(&text);
	return result;
}

TEST(dialects_are_found_by_name)
{
	CHECK(kin_dialect_find("sqlite") == &kin_dialect_sqlite);
	CHECK(kin_dialect_find("PostgreSQL") == &kin_dialect_postgresql);
	CHECK(kin_dialect_find("mariadb") == &kin_dialect_mariadb);
	CHECK(kin_dialect_find("oracle") == NULL);
}

TEST(a_dialect_that_is_somewhere_else_in_memory_has_its_name_too)
{
	kin_dialect copy = kin_dialect_postgresql;

	CHECK(kin_dialect_is(&copy, "postgresql"));
	CHECK(!kin_dialect_is(&copy, "sqlite"));
	CHECK(kin_dialect_is(&kin_dialect_dqlite, "sqlite"));
	CHECK(!kin_dialect_is(&kin_dialect_dqlite, "oracle"));
}

TEST(mysql_is_mariadb)
{
	CHECK(kin_dialect_find("mysql") == &kin_dialect_mariadb);
}

TEST(each_dialect_has_its_own_id)
{
	for (int id = 0; id < KIN_DIALECT_COUNT; id++)
		CHECK_INT(kin_dialect_get((kin_dialect_id)id)->id, id);
}

TEST(reserved_words_are_sorted_upper_case_and_counted)
{
	for (int id = 0; id < KIN_DIALECT_COUNT; id++) {
		const kin_dialect *dialect = kin_dialect_get((kin_dialect_id)id);
		size_t i;
		for (i = 0; dialect->reserved[i]; i++) {
			const char *word = dialect->reserved[i];
			CHECK_MSG(i == 0 || strcmp(dialect->reserved[i - 1], word) < 0, "%s: %s", dialect->name, word);
			CHECK_MSG(strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == strlen(word), "%s", word);
		}
		CHECK_INT(i, dialect->reserved_count);
	}
}

TEST(every_reserved_word_is_quoted_as_a_name)
{
	for (int id = 0; id < KIN_DIALECT_COUNT; id++) {
		const kin_dialect *dialect = kin_dialect_get((kin_dialect_id)id);
		for (size_t i = 0; i < dialect->reserved_count; i++) {
			char word[64];
			size_t length = strlen(dialect->reserved[i]);
			for (size_t c = 0; c <= length; c++)
				word[c] = (char)(dialect->reserved[i][c] | (dialect->reserved[i][c] >= 'A' && dialect->reserved[i][c] <= 'Z' ? 32 : 0));
			CHECK_MSG(named(dialect, word)[0] == dialect->quote, "%s: %s", dialect->name, word);
		}
	}
}

TEST(plain_names_stay_bare)
{
	CHECK_TEXT(named(&kin_dialect_sqlite, "owner_id"), "owner_id");
	CHECK_TEXT(named(&kin_dialect_postgresql, "pets_1"), "pets_1");
	CHECK_TEXT(named(&kin_dialect_mariadb, "_x9"), "_x9");
}

TEST(other_names_are_quoted)
{
	CHECK_TEXT(named(&kin_dialect_sqlite, "Pets"), "\"Pets\"");
	CHECK_TEXT(named(&kin_dialect_postgresql, "two words"), "\"two words\"");
	CHECK_TEXT(named(&kin_dialect_mariadb, "9lives"), "`9lives`");
	CHECK_TEXT(named(&kin_dialect_sqlite, "größe"), "\"größe\"");
	CHECK_TEXT(named(&kin_dialect_sqlite, ""), "\"\"");
}

TEST(quotes_inside_names_are_doubled)
{
	CHECK_TEXT(named(&kin_dialect_postgresql, "a\"b"), "\"a\"\"b\"");
	CHECK_TEXT(named(&kin_dialect_mariadb, "a`b"), "`a``b`");
}

TEST(what_is_reserved_depends_on_the_dialect)
{
	CHECK_TEXT(named(&kin_dialect_postgresql, "user"), "\"user\"");
	CHECK_TEXT(named(&kin_dialect_sqlite, "user"), "user");
	CHECK_TEXT(named(&kin_dialect_mariadb, "rows"), "`rows`");
	CHECK_TEXT(named(&kin_dialect_postgresql, "rows"), "rows");
}
