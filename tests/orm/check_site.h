/* check_site.h - what `kin check` says of a query, as tests state it. */
#ifndef KIN_ORM_TEST_CHECK_SITE_H
#define KIN_ORM_TEST_CHECK_SITE_H

#include <kin/select.h>

#include "models.h"

/* Its problems, a line each; "": none. `model` NULL: rows, of this kind. Borrowed until the next call. */
const char *test_problems(kin_verb verb, kin_model *model, const kin_row *row, const char *text, const uint8_t *kinds, size_t count);

#define CHECK_TEXT_OF(verb, Model, text, expected, ...) \
	do { \
		const uint8_t kinds_[] = { __VA_ARGS__ }; \
		CHECK_TEXT(test_problems(verb, &Model##_model, NULL, text, kinds_, sizeof(kinds_)), expected); \
	} while (0)
/* A query of objects, and one of rows: one problem, without its place; "": none. */
#define CHECK_ALL(Model, text, problem) CHECK_TEXT_OF(KIN_VERB_ALL, Model, text, *(problem) ? "app.c:41: " problem : "")
#define CHECK_ROWS(Row, text, problem) \
	CHECK_TEXT(test_problems(KIN_VERB_ROWS, NULL, &kin_row_##Row##_, text, NULL, 0), *(problem) ? "app.c:41: " problem : "")

#endif
