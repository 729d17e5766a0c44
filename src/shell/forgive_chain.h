/* forgive_chain.h - the inside of forgive.c, shared with the query chains. */
#ifndef KIN_SHELL_FORGIVE_CHAIN_H
#define KIN_SHELL_FORGIVE_CHAIN_H

#include "shell/forgive.h"
#include "shell/words.h"

typedef struct kin_forgiving {
	const char              *text;
	kin_words_of             words;
	const kin_forgive_names *names;
	bool                     load;
	int                      depth;
	kin_error               *error;
	int                      rc;
} kin_forgiving;

bool kin_forgive_is(const kin_forgiving *f, size_t i, const char *word);
/* The index of the bracket that closes the one at `open`, or of END. */
size_t kin_forgive_close(const kin_forgiving *f, size_t open);
/* The index of the `,` that ends the argument that begins at i, or `close`. */
size_t kin_forgive_argument(const kin_forgiving *f, size_t i, size_t close);
/* Words from … to (not included), rewritten, without the blanks around them. */
void kin_forgive_words(kin_forgiving *f, kin_text *out, size_t from, size_t to);

/* `Pet.query.…`: i is the word after `query`. The model's name is `model`. Returns the word after the chain; *ret_list: it gives a list. */
size_t kin_forgive_query(kin_forgiving *f, kin_text *out, const char *model, size_t model_length, size_t i,
                         bool *ret_list);

#endif
