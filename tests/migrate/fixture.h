/* fixture.h - what the tests of migrations stand on: a database, schemas from text, files in a directory. */
#ifndef KIN_TESTS_MIGRATE_FIXTURE_H
#define KIN_TESTS_MIGRATE_FIXTURE_H

#include "harness/harness.h"

#include "db/connection.h"
#include "migrate/op.h"

/* A database with one connection taken from it. */
typedef struct fixture {
	kin_db         *db;
	kin_connection *connection;
	kin_arena       arena;
	kin_error       error;
} fixture;

void fixture_open(fixture *f, const char *url); /* NULL: in memory; fails the test */
int  fixture_try_open(fixture *f, const char *url);
void fixture_open_emptied(fixture *f, const char *url); /* the same, with nothing in it */
void fixture_close(fixture *f);

/* Fail the test with the error's sentence if rc is negative. */
#define OK(f, rc_) \
	do { \
		int ok_ = (rc_); \
		if (ok_ < 0) \
			kin_test_fail(__FILE__, __LINE__, "%s: %s: %s", #rc_, kin_errname(ok_), kin_error_text(&(f)->error)); \
	} while (0)

void fixture_run(fixture *f, const char *sql);
long long fixture_number(fixture *f, const char *sql);
const char *fixture_text(fixture *f, const char *sql);
kin_schema *fixture_reflect(fixture *f);

/* The schema that portable DDL makes, in the arena. */
int schema_of(kin_arena *arena, const char *ddl, kin_schema *ret_schema, kin_error *error);
kin_schema *fixture_schema(fixture *f, const char *ddl);
/* Changes as portable text, a line each. In the arena. */
const char *changes_text(kin_arena *arena, const kin_ddl *items, size_t count);
/* The difference between two texts, portably (dialect NULL) or as a dialect sees it. */
const char *fixture_diff(fixture *f, const kin_dialect *dialect, const char *from, const char *to);

/* Create the schema in the database. */
int create_schema(kin_connection *connection, kin_arena *arena, const kin_schema *schema, kin_error *error);

/* Write a file below a directory; the text is the arguments of printf(). */
void write_file(const char *directory, const char *name, const char *text);

#endif
