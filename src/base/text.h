/* text.h - a string that grows.
 *
 * It remembers its first failure: after one, adding does nothing, and the failure is checked once, at the
 * end, with kin_text_ok() or kin_text_take(). `data` always ends with a NUL, and is "" when empty. */
#ifndef KIN_BASE_TEXT_H
#define KIN_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <kin/api.h>

#include "base/arena.h"

typedef struct kin_text {
	char  *data;     /* "" or owned */
	size_t length;   /* without the NUL */
	size_t capacity; /* 0: data is the literal "" */
	bool   failed;
} kin_text;

void kin_text_init(kin_text *text);
void kin_text_done(kin_text *text);
void kin_text_clear(kin_text *text); /* empty and not failed; keeps the memory */
bool kin_text_ok(const kin_text *text);
/* The string, owned by the caller (kin_mem_free()); the text is empty afterwards. NULL after a failure. */
char *kin_text_take(kin_text *text);
/* The string, as the arena's; the text is done with. NULL after a failure, or when memory is out: the arena has failed then, so who prints into it
 * may ask later. */
char *kin_text_keep(kin_text *text, kin_arena *arena);
/* The string in quotes, each quote inside doubled, as the arena's. As kin_text_keep(). */
char *kin_text_quoted(const char *s, char quote, kin_arena *arena);

void kin_text_add(kin_text *text, const char *s);
void kin_text_add_n(kin_text *text, const char *s, size_t length);
void kin_text_add_char(kin_text *text, char c);
void kin_text_addf(kin_text *text, const char *format, ...) KIN_PRINTF(2, 3);
void kin_text_addv(kin_text *text, const char *format, va_list arguments);
/* The string in quotes, with each quote inside doubled. */
void kin_text_add_quoted(kin_text *text, const char *s, char quote);
/* The first `length` bytes of s as a JSON string, in quotes. */
void kin_text_add_json(kin_text *text, const char *s, size_t length);
/* Cut back to a length it had before. */
void kin_text_cut(kin_text *text, size_t length);

/* How far two words are apart (Damerau-Levenshtein, letter case ignored), for "did you mean". */
int kin_text_distance(const char *a, const char *b);
/* The one of `names` nearest to `name`, if it is near enough to be a slip of the fingers; else NULL. */
const char *kin_text_nearest(const char *name, const char *const *names, size_t count);

#endif
