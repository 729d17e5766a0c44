/* mistake.c - what is wrong with the models, a line each. */
#include "orm/mistake.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void kin_mistakes_done(kin_mistakes *mistakes)
{
	kin_vec_done(&mistakes->items);
	kin_arena_done(&mistakes->arena);
}

void kin_mistake_add(kin_mistakes *mistakes, const char *file, int line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *text = kin_arena_vprintf(&mistakes->arena, format, arguments);
	va_end(arguments);
	kin_mistake mistake = { .file = file, .line = line, .text = text };
	if (!text || !kin_vec_push(&mistakes->items, mistake))
		mistakes->failed = true;
}

const char *kin_mistake_hint(kin_mistakes *mistakes, const char *name, const char *const *names, size_t count)
{
	const char *nearest = count > 0 ? kin_text_nearest(name, names, count) : NULL;
	const char *hint = nearest ? kin_arena_printf(&mistakes->arena, "; did you mean '%s'?", nearest) : "";

	if (!hint)
		mistakes->failed = true;
	return hint ? hint : "";
}

static int by_place(const void *a, const void *b)
{
	const kin_mistake *left = (const kin_mistake *)a, *right = (const kin_mistake *)b;
	int order = strcmp(left->file, right->file);

	if (order != 0)
		return order;
	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return strcmp(left->text, right->text);
}

int kin_mistakes_report(kin_mistakes *mistakes, kin_error *error)
{
	kin_text text;
	int rc;

	if (mistakes->failed)
		return kin_error_nomem(error);
	if (mistakes->items.count == 0)
		return KIN_OK;
	qsort(mistakes->items.items, mistakes->items.count, sizeof(kin_mistake), by_place);
	kin_text_init(&text);
	for (size_t i = 0; i < mistakes->items.count; i++) {
		const kin_mistake *mistake = &mistakes->items.items[i];
		kin_text_addf(&text, "%s%s:%d: %s", i > 0 ? "\n" : "", mistake->file, mistake->line, mistake->text);
	}
	rc = kin_text_ok(&text) ? kin_error_set(error, KIN_EMAPPING, "%s", text.data) : kin_error_nomem(error);
	kin_text_done(&text);
	return rc;
}
