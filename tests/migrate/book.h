/* book.h - a folder of revisions in a directory of the test, and a database in memory for it. */
#ifndef KIN_TESTS_MIGRATE_BOOK_H
#define KIN_TESTS_MIGRATE_BOOK_H

#include "fixture.h"
#include "migrate/folder.h"

typedef struct book {
	fixture     f;
	const char *directory;
	kin_folder  folder;
} book;

/* A revision's file, in the directory of the test. */
void book_write(const char *id, const char *parent, const char *up, const char *down);
/* The database and the files that are there. */
int book_open(book *b);
void book_close(book *b);

#endif
