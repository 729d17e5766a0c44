/* words.h - the lists that fake data is put together from: facts anyone may use, in English (US). */
#ifndef KIN_FAKE_WORDS_H
#define KIN_FAKE_WORDS_H

#include <stddef.h>

typedef struct kin_words {
	const char *const *items;
	size_t             count;
} kin_words;

#define KIN_WORDS(array) { (array), sizeof(array) / sizeof((array)[0]) }

extern const kin_words kin_first_names;
extern const kin_words kin_last_names;
extern const kin_words kin_common_words; /* lower case */
extern const kin_words kin_street_names; /* "Maple" */
extern const kin_words kin_street_kinds; /* "Street" */
extern const kin_words kin_countries;

/* A state, the first and last of the three digits its zip codes start with, and cities in it. */
typedef struct kin_us_state {
	const char *name;
	const char *abbreviation;
	int         zip_first;
	int         zip_last;
	kin_words   cities;
} kin_us_state;

extern const kin_us_state kin_us_states[];
extern const size_t       kin_us_states_count;

#endif
