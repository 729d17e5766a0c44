/* words.h - cuts a line of C (or of what is nearly C) into words. */
#ifndef KIN_SHELL_WORDS_H
#define KIN_SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

typedef enum kin_word_kind {
	KIN_WORD_END,
	KIN_WORD_NAME,
	KIN_WORD_NUMBER,
	KIN_WORD_STRING, /* "…" */
	KIN_WORD_CHAR,   /* '…', of any length */
	KIN_WORD_SIGN,   /* an operator or bracket: ->, ==, (, … */
} kin_word_kind;

typedef struct kin_word {
	kin_word_kind kind;
	size_t        at;     /* in the text */
	size_t        length;
} kin_word;

typedef kin_vec(kin_word) kin_words_of;

/* The words; the last one is END, at the text's end. Comments and blanks are between them. false when memory is out. */
bool kin_words_cut(kin_words_of *words, const char *text);

/* Whether the text ends inside brackets, a string, a comment, or with a backslash: more lines belong to it. */
bool kin_words_open(const char *text);

#endif
