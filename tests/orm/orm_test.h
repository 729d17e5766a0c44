/* orm_test.h - a database with models for the tests of this layer, and what was sent to it.
 *
 * An owner has pets, a pet has visits. CHECK_SQL() names the statements since the last check, each by how it begins;
 * transactions' own statements are not counted. */
#ifndef KIN_ORM_TEST_H
#define KIN_ORM_TEST_H

#include <kin/query.h>

#include "harness/harness.h"

KIN_DECLARE(Owner);
KIN_DECLARE(Pet);
KIN_DECLARE(Visit);

struct Owner {
	int64_t     id;
	const char *name;
	Pet_list    pets;
};

struct Pet {
	int64_t                id;
	const char            *name;
	const char            *species;
	kin_nullable(int32_t)  age;
	kin_nullable(int64_t)  owner_id;
	const Owner           *owner;
	Visit_list             visits;
};

struct Visit {
	int64_t               id;
	kin_date              day;
	kin_nullable(int64_t) pet_id;
	const Pet            *pet;
};

/* A new database in memory with these tables; closed, with its sessions, by test_close(). With KIN_ORM_URL it is the one there, which
 * is emptied. */
kin_db *test_open(void);
/* The same with other tables, said in SQLite's words; that of KIN_ORM_URL gets them in its own. Not closed by test_close(). */
kin_db *test_open_with(const char *tables);
/* The same on SQLite, whatever KIN_ORM_URL says: for tests of what is SQLite's alone. */
kin_db *test_open_sqlite(void);
/* Whether what is open, or will be, is SQLite; also that of a dqlite cluster. */
bool test_on_sqlite(void);
/* Whether it is a server's: not SQLite itself. */
bool test_on_server(void);
/* What is said otherwise on the database that is open. */
const char *test_words(const char *sqlite, const char *postgresql, const char *mariadb);
kin_db *test_db(void);
/* A session on it. */
kin_session *test_session(void);
void test_close(void);
/* Run SQL; several statements are fine. It is not counted. */
void test_run(const char *sql);
/* n owners with m pets each: owner i is called "Owner i", pet k "Pet k", every second one a Dog, the others Cats. */
void test_fill(int owners, int pets_each);

/* Forget what was sent so far. */
void test_forget(void);
/* How many statements were sent since the last check or test_forget(). */
size_t test_sent(void);
/* What was sent, a line each. */
const char *test_sql(void);
void test_check_sql(const char *file, int line, const char *const *expected, size_t count);

#define CHECK_SQL(...) \
	test_check_sql(__FILE__, __LINE__, (const char *const[]){ __VA_ARGS__ }, \
	               sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))
#define CHECK_NO_SQL() test_check_sql(__FILE__, __LINE__, NULL, 0)
#define CHECK_OK(session) \
	CHECK_MSG(kin_errcode(session) == KIN_OK, "%s: %s", kin_errname(kin_errcode(session)), kin_errmsg(session))

#endif
