#include "fake/words.h"

#include <stdlib.h>

#include "harness/harness.h"

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t count_distinct(const kin_words *words)
{
	size_t distinct = 0;
	const char **sorted = malloc(words->count * sizeof(*sorted));

	CHECK(sorted != NULL);
	memcpy(sorted, words->items, words->count * sizeof(*sorted));
	qsort(sorted, words->count, sizeof(*sorted), compare);
	for (size_t n = 0; n < words->count; n++)
		distinct += n == 0 || strcmp(sorted[n - 1], sorted[n]) != 0;
	free(sorted);
	return distinct;
}

static void check_list(const char *name, const kin_words *words, size_t at_least)
{
	size_t distinct = count_distinct(words);

	CHECK_MSG(words->count >= at_least, "%s has %zu words", name, words->count);
	CHECK_MSG(distinct == words->count, "%s has %zu words, %zu of them distinct", name, words->count, distinct);
}

TEST(lists_have_no_word_twice_and_enough_of_them)
{
	check_list("first names", &kin_first_names, 500);
	check_list("last names", &kin_last_names, 500);
	check_list("common words", &kin_common_words, 200);
	check_list("street names", &kin_street_names, 100);
	check_list("street kinds", &kin_street_kinds, 10);
	check_list("countries", &kin_countries, 195);
}

TEST(common_words_are_lower_case_letters)
{
	for (size_t n = 0; n < kin_common_words.count; n++) {
		const char *word = kin_common_words.items[n];
		CHECK_MSG(word[0] && word[strspn(word, "abcdefghijklmnopqrstuvwxyz")] == '\0', "%s", word);
	}
}

TEST(there_are_fifty_states_with_distinct_abbreviations)
{
	CHECK_INT(kin_us_states_count, 50);
	for (size_t n = 0; n < kin_us_states_count; n++) {
		CHECK_INT(strlen(kin_us_states[n].abbreviation), 2);
		for (size_t m = 0; m < n; m++)
			CHECK(strcmp(kin_us_states[n].abbreviation, kin_us_states[m].abbreviation) != 0);
	}
}

TEST(zip_codes_of_two_states_do_not_overlap)
{
	for (size_t n = 0; n < kin_us_states_count; n++) {
		const kin_us_state *a = &kin_us_states[n];
		CHECK(0 < a->zip_first && a->zip_first <= a->zip_last && a->zip_last < 1000);
		for (size_t m = 0; m < n; m++) {
			const kin_us_state *b = &kin_us_states[m];
			CHECK_MSG(a->zip_last < b->zip_first || b->zip_last < a->zip_first, "%s and %s", a->name, b->name);
		}
	}
}

TEST(every_state_has_cities_and_all_have_over_a_hundred)
{
	size_t count = 0;

	for (size_t n = 0; n < kin_us_states_count; n++) {
		check_list(kin_us_states[n].name, &kin_us_states[n].cities, 3);
		count += kin_us_states[n].cities.count;
	}
	CHECK_MSG(count >= 100, "%zu cities", count);
}
