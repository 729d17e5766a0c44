/* text.c - a string that grows. */
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST = 64 };

void kin_text_init(kin_text *text)
{
	*text = (kin_text){ .data = "" };
}

void kin_text_done(kin_text *text)
{
	if (text->capacity > 0)
		kin_mem_free(text->data);
	kin_text_init(text);
}

void kin_text_clear(kin_text *text)
{
	text->failed = false;
	kin_text_cut(text, 0);
}

bool kin_text_ok(const kin_text *text)
{
	return !text->failed;
}

/* Room for `length` more bytes and the NUL. */
static bool grow(kin_text *text, size_t length)
{
	size_t capacity = text->capacity > 0 ? text->capacity : FIRST;

	if (text->failed || length >= SIZE_MAX / 4 - text->length) {
		text->failed = true;
		return false;
	}
	if (text->length + length < text->capacity)
		return true;
	while (capacity <= text->length + length)
		capacity *= 2;
	char *data = kin_mem_resize(text->capacity > 0 ? text->data : NULL, capacity);
	if (!data) {
		text->failed = true;
		return false;
	}
	data[text->length] = '\0';
	text->data = data;
	text->capacity = capacity;
	return true;
}

char *kin_text_take(kin_text *text)
{
	char *data = NULL;

	if (grow(text, 0)) {
		data = text->data;
		text->capacity = 0;
	}
	kin_text_done(text);
	return data;
}

char *kin_text_keep(kin_text *text, kin_arena *arena)
{
	char *kept = kin_text_ok(text) ? kin_arena_strndup(arena, text->data, text->length) : NULL;

	kin_text_done(text);
	if (!kept)
		arena->failed = true;
	return kept;
}

char *kin_text_quoted(const char *s, char quote, kin_arena *arena)
{
	kin_text text;

	kin_text_init(&text);
	kin_text_add_quoted(&text, s, quote);
	return kin_text_keep(&text, arena);
}

void kin_text_add_n(kin_text *text, const char *s, size_t length)
{
	if (length == 0 || !grow(text, length))
		return;
	memcpy(text->data + text->length, s, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void kin_text_add(kin_text *text, const char *s)
{
	kin_text_add_n(text, s, strlen(s));
}

void kin_text_add_char(kin_text *text, char c)
{
	kin_text_add_n(text, &c, 1);
}

void kin_text_addv(kin_text *text, const char *format, va_list arguments)
{
	va_list again;

	if (text->failed)
		return;
	va_copy(again, arguments);
	size_t spare = text->capacity - text->length;
	int length = vsnprintf(spare > 0 ? text->data + text->length : NULL, spare, format, arguments);
	if (length < 0)
		text->failed = true;
	else if ((size_t)length >= spare && grow(text, (size_t)length))
		vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
	if (!text->failed)
		text->length += (size_t)length;
	else if (spare > 0)
		text->data[text->length] = '\0';
	va_end(again);
}

void kin_text_addf(kin_text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	kin_text_addv(text, format, arguments);
	va_end(arguments);
}

void kin_text_add_quoted(kin_text *text, const char *s, char quote)
{
	kin_text_add_char(text, quote);
	for (const char *end; (end = strchr(s, quote)); s = end + 1) {
		kin_text_add_n(text, s, (size_t)(end + 1 - s));
		kin_text_add_char(text, quote);
	}
	kin_text_add(text, s);
	kin_text_add_char(text, quote);
}

void kin_text_add_json(kin_text *text, const char *s, size_t length)
{
	kin_text_add_char(text, '"');
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c == '"' || c == '\\')
			kin_text_addf(text, "\\%c", c);
		else if (c == '\n')
			kin_text_add(text, "\\n");
		else if (c < 0x20)
			kin_text_addf(text, "\\u%04x", c);
		else
			kin_text_add_char(text, (char)c);
	}
	kin_text_add_char(text, '"');
}

void kin_text_cut(kin_text *text, size_t length)
{
	if (length >= text->length)
		return;
	text->length = length;
	text->data[length] = '\0';
}
