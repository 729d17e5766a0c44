/* planning.c - a query's text is parsed, and what is wrong with it is passed on. */
#include "orm/planning.h"

/* ---- problems ---- */

static int pass_on(kin_planning *p, const kin_problem *problem)
{
	int rc = p->failed ? KIN_OK : kin_plan_set_problem(p->error, p->current, problem);

	p->failed = true;
	if (p->report)
		p->report(p->context, p->current, problem);
	return rc;
}

int kin_planning_problems(kin_planning *p)
{
	kin_problem *next = p->reported ? p->reported->next : p->resolver.problems;
	int rc = KIN_OK;

	for (; rc == KIN_OK && next; next = next->next) {
		rc = pass_on(p, next);
		p->reported = next;
	}
	return rc;
}

int kin_planning_problem(kin_planning *p, const char *format, ...)
{
	kin_problem one = { .at = KIN_PROBLEM_NOWHERE };
	va_list arguments;

	va_start(arguments, format);
	one.sentence = kin_arena_vprintf(p->arena, format, arguments);
	va_end(arguments);
	return one.sentence ? pass_on(p, &one) : KIN_ENOMEM;
}

/* ---- texts ---- */

int kin_planning_parse(kin_planning *p, const char *text, kin_query_form form, kin_query_text *ret)
{
	kin_error error = { 0 };
	int rc = kin_query_text_parse(p->arena, text, form, ret, &error);

	if (rc == KIN_EQUERY && p->report) {
		const char *sentence = kin_error_text(&error), *line = strchrnul(sentence, '\n');
		size_t length = (size_t)(line - sentence);
		if (length > 0 && sentence[length - 1] == ':')
			length--;
		kin_problem one = { .at = KIN_PROBLEM_NOWHERE, .sentence = kin_arena_strndup(p->arena, sentence, length) };
		if (one.sentence)
			p->report(p->context, text, &one);
	}
	if (rc < 0 && !p->failed)
		kin_error_move(p->error, &error);
	kin_error_clear(&error);
	return rc;
}

int kin_planning_count(kin_planning *p, size_t placeholders, size_t values)
{
	if (placeholders == values)
		return KIN_OK;
	return kin_planning_problem(p, "the text has %zu `?`, but %zu value%s given", placeholders, values, values == 1 ? " is" : "s are");
}
