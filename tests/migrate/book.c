/* book.c - a folder of revisions in a directory of the test, and a database in memory for it. */
#include "book.h"

#include <stdlib.h>

void book_write(const char *id, const char *parent, const char *up, const char *down)
{
	char name[100], *text = NULL;

	snprintf(name, sizeof(name), "migrations/versions/%s.sql", id);
	CHECK(asprintf(&text, "-- revision: %s\n-- revises: %s\n-- message: m\n-- date: d\n-- upgrade\n%s\n-- downgrade\n%s\n", id, parent, up, down) > 0);
	write_file(kin_test_directory(), name, text);
	free(text);
}

int book_open(book *b)
{
	*b = (book){ 0 };
	int rc = fixture_try_open(&b->f, NULL);

	if (rc == KIN_OK && !(b->directory = kin_arena_printf(&b->f.arena, "%s/migrations", kin_test_directory())))
		rc = KIN_ENOMEM;
	return rc < 0 ? rc : kin_folder_read(&b->f.arena, b->directory, &b->folder, &b->f.error);
}

void book_close(book *b)
{
	fixture_close(&b->f);
}
