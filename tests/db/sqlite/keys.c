/* Tests of db/sqlite/keys.c: when the keys of new rows follow from the last one's. */
#include "db/database.h"

static int numbers(kin_connection *c, const char *table, size_t rows)
{
	kin_error error = { 0 };
	int rc = kin_connection_numbers(c, table, "id", rows, &error);

	CHECK_MSG(rc >= 0, "%s", kin_error_text(&error));
	return rc;
}

/* Whether a table that is made so is numbered. */
static int numbers_after(const char *sql)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);

	run(c, sql);
	int rc = numbers(c, "pets", 3);
	kin_db_release(db, c);
	kin_db_close(db);
	return rc;
}

#define PETS "create table pets (id integer primary key, name text);"

TEST(rows_without_a_key_are_numbered_up_to_the_last_key)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);

	run(c, PETS "insert into pets values (-7, 'a'), (40, 'b')");
	CHECK_INT(numbers(c, "pets", 3), 1);
	kin_statement *s = prepare(c, sql_once("insert into pets (name) values ('c'), ('d'), ('e')"));
	CHECK_INT(kin_statement_step(s, NULL), 0);
	CHECK_INT(kin_statement_last_key(s), 43);
	kin_statement_close(s);
	CHECK_INT(number(c, "select id from pets where name = 'c'"), 41);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(only_a_key_that_is_the_rowid_is_numbered)
{
	CHECK_INT(numbers_after(PETS), 1);
	CHECK_INT(numbers_after("create table Pets (name text, ID Integer not null, constraint pk primary key (id))"), 1);
	CHECK_INT(numbers_after("create table pets (id integer primary key autoincrement)"), 1);
	CHECK_INT(numbers_after("create table pets (id int primary key)"), 0);
	CHECK_INT(numbers_after("create table pets (id integer primary key desc)"), 0);
	CHECK_INT(numbers_after("create table pets (id integer unique)"), 0);
	CHECK_INT(numbers_after("create table pets (id integer, no integer primary key)"), 0);
	CHECK_INT(numbers_after("create table pets (id integer, no integer, primary key (id, no))"), 0);
	CHECK_INT(numbers_after("create table pets (id integer primary key) without rowid"), 0);
	CHECK_INT(numbers_after("create table beasts (id integer primary key); create view pets as select * from beasts"), 0);
	CHECK_INT(numbers_after("create virtual table pets using fts5 (id)"), 0);
	CHECK_INT(numbers_after("create table beasts (id integer primary key)"), 0);
}

TEST(a_table_with_a_trigger_is_not_numbered)
{
	CHECK_INT(numbers_after(PETS "create trigger t after insert on pets begin select 1; end"), 0);
	CHECK_INT(numbers_after(PETS "create temp trigger t after insert on pets begin select 1; end"), 0);
	CHECK_INT(numbers_after(PETS "create temp table pets (id integer primary key)"), 0);
}

TEST(near_the_largest_number_nothing_is_numbered)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);

	run(c, PETS "insert into pets values (9223372036854775800, 'a')");
	CHECK_INT(numbers(c, "pets", 6), 1);
	CHECK_INT(numbers(c, "pets", 7), 0);
	run(c, "delete from pets");
	CHECK_INT(numbers(c, "pets", 1000), 1);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_trigger_that_comes_later_is_noticed)
{
	static const char *const triggers[] = {
		"create trigger t after insert on pets begin select 1; end",
		"create temp trigger t after insert on pets begin select 1; end",
	};

	for (size_t i = 0; i < 2; i++) {
		kin_db *db = open_memory();
		kin_connection *c = acquire(db);
		run(c, PETS);
		CHECK_INT(numbers(c, "pets", 2), 1);
		run(c, "create table others (id integer primary key)");
		CHECK_INT(numbers(c, "pets", 2), 1);
		run(c, triggers[i]);
		CHECK_INT(numbers(c, "pets", 2), 0);
		kin_db_release(db, c);
		kin_db_close(db);
	}
}

TEST(a_trigger_of_another_connection_is_noticed)
{
	kin_db *db = open_file("pets.db");
	kin_connection *c = acquire(db), *other = acquire(db);

	run(c, PETS);
	CHECK_INT(numbers(c, "pets", 2), 1);
	run(other, "create trigger t after insert on pets begin insert into pets values (77, 'x'); end");
	CHECK_INT(numbers(c, "pets", 2), 0);
	kin_db_release(db, other);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_table_that_is_made_later_is_numbered_then)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);

	CHECK_INT(numbers(c, "pets", 2), 0);
	run(c, PETS);
	CHECK_INT(numbers(c, "pets", 2), 1);
	run(c, "drop table pets");
	CHECK_INT(numbers(c, "pets", 2), 0);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(another_column_of_the_table_is_not_numbered)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);

	run(c, PETS);
	CHECK_INT(numbers(c, "pets", 2), 1);
	CHECK_INT(kin_connection_numbers(c, "pets", "name", 2, NULL), 0);
	CHECK_INT(numbers(c, "pets", 2), 1);
	kin_db_release(db, c);
	kin_db_close(db);
}

FUSED(finding_out_survives_without_memory)
{
	kin_error error = { 0 };
	kin_connection *c = NULL;
	char *message = NULL;
	kin_db *db = kin_db_open(&(kin_db_options){ .url = "sqlite://" }, &message);
	int rc = db ? kin_db_acquire(db, &c, &error) : KIN_ENOMEM;

	if (rc == KIN_OK)
		rc = kin_connection_run(c, PETS, &error);
	for (int i = 0; i < 2 && rc == KIN_OK; i++)
		if ((rc = kin_connection_numbers(c, "pets", "id", 3, &error)) == 1)
			rc = KIN_OK;
		else if (rc == 0)
			rc = KIN_EINVAL;
	kin_error_clear(&error);
	if (c)
		kin_db_release(db, c);
	kin_db_close(db);
	free(message);
	return rc;
}
