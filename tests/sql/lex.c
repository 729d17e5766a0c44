/* lex.c - SQL text falls into the right tokens. */
#include "sql/lex.h"

#include "harness/harness.h"

/* The tokens' kinds and texts: "N:owner P:. N:name E:". */
static const char *cut(const char *text, bool comments)
{
	static const char letters[] = "ENQSIR?PCB";
	static char result[1000];
	size_t used = 0;
	kin_lex lex;
	kin_token token;

	kin_lex_init(&lex, text, strlen(text), 1);
	lex.comments = comments;
	do {
		token = kin_lex_next(&lex);
		used += (size_t)snprintf(result + used, sizeof(result) - used, "%s%c:%.*s", used > 0 ? " " : "",
		                         letters[token.kind], (int)token.length, token.start);
	} while (token.kind != KIN_TOKEN_END);
	return result;
}

TEST(words_numbers_strings_and_marks_are_told_apart)
{
	CHECK_TEXT(cut("owner.name like 'B%'", false), "N:owner P:. N:name N:like S:'B%' E:");
	CHECK_TEXT(cut("a1+12-1.5*.5/2e3", false), "N:a1 P:+ I:12 P:- R:1.5 P:* R:.5 P:/ R:2e3 E:");
	CHECK_TEXT(cut("\"a b\" `c` ? größe", false), "Q:\"a b\" Q:`c` ?:? N:größe E:");
}

TEST(the_longest_operator_wins)
{
	CHECK_TEXT(cut("a<=b<>c||d!=e==f<g::h", false),
	           "N:a P:<= N:b P:<> N:c P:|| N:d P:!= N:e P:== N:f P:< N:g P::: N:h E:");
}

TEST(doubled_quotes_belong_to_the_string)
{
	CHECK_TEXT(cut("'it''s' '' 'x'", false), "S:'it''s' S:'' S:'x' E:");
}

TEST(comments_are_skipped)
{
	CHECK_TEXT(cut("a -- b\nc /* d\n */ e", false), "N:a N:c N:e E:");
}

TEST(comments_are_reported_if_asked_for)
{
	CHECK_TEXT(cut("-- only: x\na/**/", true), "C:-- only: x N:a C:/**/ E:");
}

TEST(what_does_not_end_is_bad_and_the_last)
{
	CHECK_TEXT(cut("a 'b c", false), "N:a B:'b c E:");
	CHECK_TEXT(cut("a /*/ c", false), "N:a B:/*/ c E:");
	CHECK_TEXT(cut("12ab c", false), "B:12ab c E:");
	CHECK_TEXT(cut("a \x01", false), "N:a B:\x01 E:");
}

TEST(tokens_know_line_and_column)
{
	kin_lex lex;
	kin_token token;

	kin_lex_init(&lex, "a\n  b\n'x\ny' c", 13, 7);
	token = kin_lex_next(&lex);
	CHECK(token.line == 7 && token.column == 1 && token.at == 0);
	token = kin_lex_next(&lex);
	CHECK(token.line == 8 && token.column == 3 && token.at == 4);
	token = kin_lex_next(&lex);
	CHECK(token.line == 9 && token.column == 1);
	token = kin_lex_next(&lex);
	CHECK(token.line == 10 && token.column == 4);
}

TEST(a_text_without_nul_is_read_to_its_length)
{
	kin_lex lex;

	kin_lex_init(&lex, "abc", 2, 1);
	CHECK_INT(kin_lex_next(&lex).length, 2);
	CHECK_INT(kin_lex_next(&lex).kind, KIN_TOKEN_END);
}

TEST(a_token_means_its_text_without_quotes)
{
	kin_arena arena = { 0 };
	kin_lex lex;
	kin_token token;

	kin_lex_init(&lex, "'it''s' \"a\"\"b\" ''", 17, 1);
	token = kin_lex_next(&lex);
	CHECK_TEXT(kin_token_text(&arena, &token), "it's");
	token = kin_lex_next(&lex);
	CHECK_TEXT(kin_token_text(&arena, &token), "a\"b");
	token = kin_lex_next(&lex);
	CHECK_TEXT(kin_token_text(&arena, &token), "");
	kin_arena_done(&arena);
}

TEST(keywords_are_words_in_any_case_and_never_quoted)
{
	kin_lex lex;
	kin_token token;

	kin_lex_init(&lex, "Order \"order\"", 13, 1);
	token = kin_lex_next(&lex);
	CHECK(kin_token_is(&token, "order"));
	CHECK(!kin_token_is(&token, "orders"));
	token = kin_lex_next(&lex);
	CHECK(!kin_token_is(&token, "order"));
	CHECK(kin_token_is_name(&token));
}

TEST(hexadecimal_numbers_are_read_where_they_are_asked_for)
{
	kin_lex lex;
	kin_token token;

	kin_lex_init(&lex, "0x1Fg", 5, 1);
	lex.hex = true;
	CHECK_INT(kin_lex_next(&lex).kind, KIN_TOKEN_BAD);
	kin_lex_init(&lex, "0x1F+1", 6, 1);
	CHECK_INT(kin_lex_next(&lex).kind, KIN_TOKEN_BAD);
	kin_lex_init(&lex, "0x1F+1", 6, 1);
	lex.hex = true;
	token = kin_lex_next(&lex);
	CHECK_INT(token.kind, KIN_TOKEN_INTEGER);
	CHECK_INT(token.length, 4);
}
