/* words.c - cuts a line of C (or of what is nearly C) into words. */
#include "shell/words.h"

#include <ctype.h>
#include <string.h>

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Past blanks and comments. *ret_open: a comment does not end. */
static size_t skip(const char *s, size_t i, bool *ret_open)
{
	for (;;) {
		if (s[i] == '\\' && s[i + 1] == '\n') {
			i += 2;
		} else if (isspace((unsigned char)s[i])) {
			i++;
		} else if (s[i] == '/' && s[i + 1] == '/') {
			while (s[i] && s[i] != '\n')
				i++;
		} else if (s[i] == '/' && s[i + 1] == '*') {
			const char *end = strstr(s + i + 2, "*/");
			*ret_open = end == NULL;
			i = end ? (size_t)(end - s) + 2 : strlen(s);
		} else {
			return i;
		}
	}
}

static size_t quoted(const char *s, size_t i, bool *ret_open)
{
	char quote = s[i++];

	while (s[i] && s[i] != quote && s[i] != '\n')
		i += s[i] == '\\' && s[i + 1] ? 2 : 1;
	*ret_open = s[i] != quote;
	return s[i] == quote ? i + 1 : i;
}

static size_t number(const char *s, size_t i)
{
	while (is_name_char(s[i]) || s[i] == '.' ||
	       ((s[i] == '+' || s[i] == '-') && strchr("eEpP", s[i - 1])))
		i++;
	return i;
}

static size_t sign(const char *s, size_t i)
{
	static const char *const signs[] = {
		"<<=", ">>=", "...", "->", "==", "!=", "<=", ">=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=",
		"&=", "|=", "^=", "<<", ">>", "##",
	};

	for (size_t k = 0; k < sizeof(signs) / sizeof(signs[0]); k++)
		if (strncmp(s + i, signs[k], strlen(signs[k])) == 0)
			return i + strlen(signs[k]);
	return i + 1;
}

/* The word at s[i], which is no blank. */
static kin_word cut(const char *s, size_t i, bool *ret_open)
{
	kin_word word = { .at = i };
	size_t end;

	if (isdigit((unsigned char)s[i]) || (s[i] == '.' && isdigit((unsigned char)s[i + 1]))) {
		word.kind = KIN_WORD_NUMBER;
		end = number(s, i + 1);
	} else if (is_name_char(s[i])) {
		word.kind = KIN_WORD_NAME;
		for (end = i; is_name_char(s[end]);)
			end++;
	} else if (s[i] == '"' || s[i] == '\'') {
		word.kind = s[i] == '"' ? KIN_WORD_STRING : KIN_WORD_CHAR;
		end = quoted(s, i, ret_open);
	} else {
		word.kind = KIN_WORD_SIGN;
		end = sign(s, i);
	}
	word.length = end - i;
	return word;
}

bool kin_words_cut(kin_words_of *words, const char *text)
{
	bool open = false;

	for (size_t i = skip(text, 0, &open); text[i]; i = skip(text, i, &open)) {
		kin_word word = cut(text, i, &open);
		if (!kin_vec_push(words, word))
			return false;
		i += word.length;
	}
	return kin_vec_push(words, ((kin_word){ .kind = KIN_WORD_END, .at = strlen(text) }));
}

bool kin_words_open(const char *text)
{
	size_t n = strlen(text);
	int depth = 0;
	bool open = false;

	if (n > 0 && text[n - 1] == '\\')
		return true;
	for (size_t i = skip(text, 0, &open); text[i] && !open; i = skip(text, i, &open)) {
		bool string_open = false;
		kin_word word = cut(text, i, &string_open);
		if (word.kind == KIN_WORD_SIGN)
			depth += (strchr("([{", text[i]) != NULL) - (strchr(")]}", text[i]) != NULL);
		i += word.length;
	}
	return open || depth > 0;
}
