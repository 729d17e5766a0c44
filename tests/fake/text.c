#include "fake/source.h"

TEST(sentence_is_four_to_ten_words_with_a_capital_and_a_full_stop)
{
	kin_arena arena = { 0 };
	kin_fake fake = source(&arena, 42);

	for (int n = 0; n < 1000; n++) {
		const char *sentence = kin_fake_sentence(&fake);
		int words = 1;
		for (const char *c = sentence; *c; c++)
			words += *c == ' ';
		CHECK_MSG(words >= 4 && words <= 10, "%s", sentence);
		CHECK_MSG(sentence[0] >= 'A' && sentence[0] <= 'Z', "%s", sentence);
		CHECK_MSG(strchr(sentence, '.') == sentence + strlen(sentence) - 1, "%s", sentence);
	}
	kin_arena_done(&arena);
}

FUSED(sentence_survives_running_out_of_memory)
{
	kin_arena arena = { 0 };
	kin_fake fake = source(&arena, 42);
	const char *sentence = kin_fake_sentence(&fake);

	kin_arena_done(&arena);
	return sentence ? KIN_OK : KIN_ENOMEM;
}

TEST(without_a_source_there_is_nothing_to_say)
{
	CHECK(kin_fake_word(NULL) == NULL);
	CHECK(kin_fake_sentence(NULL) == NULL);
}
