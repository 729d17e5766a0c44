/* error.c - an error on its way to the person who can do something about it. */
#include "base/error.h"

#include "base/mem.h"
#include "base/text.h"

void kin_error_clear(kin_error *e)
{
	if (!e)
		return;
	kin_mem_free(e->text);
	kin_mem_free(e->sql);
	kin_mem_free(e->name);
	*e = (kin_error){ 0 };
}

int kin_error_nomem(kin_error *e)
{
	kin_error_clear(e);
	if (e)
		e->code = KIN_ENOMEM;
	return KIN_ENOMEM;
}

/* The new text is made first: its arguments may point into the error it replaces. */
int kin_error_setv(kin_error *e, int code, const char *format, va_list arguments)
{
	kin_text text;

	if (!e)
		return code;
	kin_text_init(&text);
	kin_text_addv(&text, format, arguments);
	char *sentence = kin_text_take(&text);
	if (!sentence)
		return kin_error_nomem(e);
	kin_error_clear(e);
	e->code = code;
	e->text = sentence;
	return code;
}

int kin_error_set(kin_error *e, int code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	code = kin_error_setv(e, code, format, arguments);
	va_end(arguments);
	return code;
}

int kin_error_context(kin_error *e, const char *format, ...)
{
	va_list arguments;
	kin_text text;

	if (!e)
		return KIN_EINVAL;
	if (!e->text)
		return e->code;
	kin_text_init(&text);
	va_start(arguments, format);
	kin_text_addv(&text, format, arguments);
	va_end(arguments);
	kin_text_add(&text, ": ");
	kin_text_add(&text, e->text);
	char *sentence = kin_text_take(&text);
	if (!sentence)
		return kin_error_nomem(e);
	kin_mem_free(e->text);
	e->text = sentence;
	return e->code;
}

void kin_error_add(kin_error *e, const char *format, ...)
{
	va_list arguments;
	kin_text text;

	if (!e || !e->text)
		return;
	kin_text_init(&text);
	kin_text_add(&text, e->text);
	va_start(arguments, format);
	kin_text_addv(&text, format, arguments);
	va_end(arguments);
	char *sentence = kin_text_take(&text);
	if (!sentence)
		return;
	kin_mem_free(e->text);
	e->text = sentence;
}

static void note(char **where, const char *text)
{
	char *copy = text ? kin_mem_strdup(text) : NULL;

	kin_mem_free(*where);
	*where = copy;
}

void kin_error_note_sql(kin_error *e, const char *sql)
{
	if (e)
		note(&e->sql, sql);
}

void kin_error_note_name(kin_error *e, const char *name)
{
	if (e)
		note(&e->name, name);
}

int kin_error_about(kin_error *e, int code, const char *name, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	code = kin_error_setv(e, code, format, arguments);
	va_end(arguments);
	if (name && *name)
		kin_error_note_name(e, name);
	return code;
}

int kin_error_move(kin_error *to, kin_error *from)
{
	int code = from->code;

	if (to == from)
		return code;
	kin_error_clear(to);
	if (to)
		*to = *from;
	else
		kin_error_clear(from);
	*from = (kin_error){ 0 };
	return code;
}

const char *kin_error_text(const kin_error *e)
{
	if (e->text)
		return e->text;
	if (e->code == KIN_ENOMEM)
		return "out of memory";
	return e->code == KIN_OK ? "" : kin_errname(e->code);
}
