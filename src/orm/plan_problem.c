/* plan_problem.c - a problem of a query's text as an error: the sentence, the line of the text, and a caret below the place. */
#include "orm/plan.h"

static bool continues_character(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The line of the text that the place is on, and a caret below it. */
static void show_place(kin_text *out, const char *text, size_t at)
{
	size_t length = strlen(text), start, end, column = 0;

	if (at > length)
		at = length;
	start = end = at;
	while (start > 0 && text[start - 1] != '\n')
		start--;
	while (end < length && text[end] != '\n')
		end++;
	kin_text_add(out, "\n    ");
	for (size_t i = start; i < end; i++) {
		kin_text_add_char(out, (unsigned char)text[i] < ' ' ? ' ' : text[i]);
		column += i < at && !continues_character(text[i]);
	}
	kin_text_addf(out, "\n    %*s^", (int)column, "");
}

int kin_plan_set_problem(kin_error *error, const char *text, const kin_problem *problem)
{
	kin_text out;
	int rc;

	kin_text_init(&out);
	kin_text_add(&out, problem->sentence);
	if (problem->at != KIN_PROBLEM_NOWHERE)
		show_place(&out, text, problem->at);
	rc = kin_text_ok(&out) ? kin_error_set(error, KIN_EQUERY, "%s", out.data) : kin_error_nomem(error);
	kin_text_done(&out);
	return rc == KIN_ENOMEM ? rc : KIN_OK;
}
