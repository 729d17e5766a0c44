/* error.h - an error on its way to the person who can do something about it.
 *
 * The function that knows what went wrong writes the sentence; those between pass it on and may add a
 * line of context in front. A kin_error is plain data, zero-initialised, owned by a handle or a caller. */
#ifndef KIN_BASE_ERROR_H
#define KIN_BASE_ERROR_H

#include <stdarg.h>

#include <kin/error.h>

typedef struct kin_error {
	int         code; /* 0: none */
	char       *text; /* what, where, which value, what to do. Owned. NULL: none, or memory was out */
	char       *sql;  /* the statement. Owned. NULL: none */
	char       *name; /* the constraint ("uq_pets_name") or column ("pets.name"). Owned. NULL: none */
	const char *file; /* where in the program; a literal. NULL: not known */
	int         line;
} kin_error;

/* Write an error, replacing what was there. Returns the code, so that a failure is one line: `code`, or KIN_ENOMEM
 * (noted without a text) if there is no memory for the sentence. `e` NULL: returns `code` and nothing else. */
int kin_error_set(kin_error *e, int code, const char *format, ...) KIN_PRINTF(3, 4);
int kin_error_setv(kin_error *e, int code, const char *format, va_list arguments);
/* The same, and note the constraint, column or table that it is about; NULL or "": none. */
int kin_error_about(kin_error *e, int code, const char *name, const char *format, ...) KIN_PRINTF(4, 5);
/* Out of memory: no text is allocated. Returns KIN_ENOMEM. */
int kin_error_nomem(kin_error *e);
/* Put "context: " in front of the text. Returns the code, as kin_error_set() does; with `e` NULL there is none to
 * ask for and KIN_EINVAL comes back, so a caller that may have no error returns the code it already has. */
int kin_error_context(kin_error *e, const char *format, ...) KIN_PRINTF(2, 3);
/* Put more behind the text. Where there is no memory for it the text stays as it is. */
void kin_error_add(kin_error *e, const char *format, ...) KIN_PRINTF(2, 3);
/* Note the statement, and the constraint or column. Copies; failing to copy is not an error. */
void kin_error_note_sql(kin_error *e, const char *sql);
void kin_error_note_name(kin_error *e, const char *name);
/* Move an error from one place to another, which loses what it had. Returns the code. */
int kin_error_move(kin_error *to, kin_error *from);
void kin_error_clear(kin_error *e);
/* The sentence; without one "out of memory" for KIN_ENOMEM, else the code's name. "" for no error. Never NULL. */
const char *kin_error_text(const kin_error *e);

#endif
