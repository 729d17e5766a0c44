/* Tests of db/sqlite/error.c: each error provoked for real. */
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "db/database.h"

#define SCHEMA \
	"create table owners (id integer primary key, name text not null);" \
	"create table pets (id integer primary key, name text not null unique, species text, age integer," \
	" owner_id integer references owners (id), constraint ck_age check (age >= 0));" \
	"create unique index ix_lower on pets (lower(species));" \
	"create table strict_ones (n integer) strict;" \
	"create trigger no_cats before insert on pets when new.species = 'cat'" \
	" begin select raise(abort, 'cats are not for sale'); end;" \
	"insert into owners values (1, 'Ann'); insert into pets values (1, 'Ben', 'dog', 3, 1)"

static const struct { const char *sql; int code; const char *name, *sentence; } errors[] = {
	{ "insert into pets (name) values ('Ben')", KIN_EUNIQUE, "pets.name", "there is a row with the same pets.name already" },
	{ "insert into pets (id, name) values (1, 'Rex')", KIN_EUNIQUE, "pets.id", "the same pets.id" },
	{ "insert into pets (name, species) values ('Rex', 'DOG')", KIN_EUNIQUE, "ix_lower", "the same key in index ix_lower" },
	{ "insert into pets (name) values (null)", KIN_ENOTNULL, "pets.name", "pets.name must not be NULL" },
	{ "insert into pets (name, owner_id) values ('Rex', 99)", KIN_EFOREIGN, NULL, "a foreign key would point at no row" },
	{ "delete from owners", KIN_EFOREIGN, NULL, "others still point at it" },
	{ "insert into pets (name, age) values ('Rex', -1)", KIN_ECHECK, "ck_age", "a value does not satisfy the check ck_age" },
	{ "insert into pets (name, species) values ('Tom', 'cat')", KIN_ECHECK, NULL, "cats are not for sale" },
	{ "insert into strict_ones values ('x')", KIN_EVALUE, NULL, "cannot store TEXT value in INTEGER column strict_ones.n" },
	{ "insert into pets (id, name) values ('x', 'Rex')", KIN_EVALUE, NULL, "not of its column's type" },
	{ "select * from visits", KIN_ENOTABLE, "visits", "the database has no table visits; has `kin db upgrade` been run?" },
	{ "select * from main.visits", KIN_ENOTABLE, "visits", "no table visits;" },
	{ "select weight from pets", KIN_ENOTABLE, "weight", "there is no column weight; has `kin db upgrade` been run?" },
	{ "insert into pets (weight) values (1)", KIN_ENOTABLE, "pets.weight", "the table pets has no column weight" },
	{ "selec 1", KIN_ESYNTAX, NULL, "near \"selec\": syntax error" },
	{ "select (1", KIN_ESYNTAX, NULL, "incomplete input" },
	{ "select '1", KIN_ESYNTAX, NULL, "unrecognized token" },
	{ "create table pets (x)", KIN_EEXISTS, NULL, "table pets already exists" },
	{ "create index ix_lower on pets (name)", KIN_EEXISTS, NULL, "index ix_lower already exists" },
	{ "select nosuch(1)", KIN_EDB, NULL, "no such function: nosuch" },
	{ "select zeroblob(2000000000)", KIN_ELENGTH, NULL, "longer than SQLite takes, 1000000000 bytes" },
};

TEST(each_error_in_a_statement_has_its_code_and_sentence)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);

	run(c, SCHEMA);
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		kin_error error = { 0 };
		int rc = failure(c, errors[i].sql, &error);
		CHECK_MSG(rc == errors[i].code, "%s: %s, %s", errors[i].sql, kin_errname(rc), kin_error_text(&error));
		CHECK_HAS(kin_error_text(&error), errors[i].sentence);
		CHECK_TEXT(error.name, errors[i].name);
		CHECK_TEXT(error.sql, errors[i].sql);
		kin_error_clear(&error);
	}
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_deferred_foreign_key_fails_at_the_commit)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table a (id integer primary key, b integer references a (id) deferrable initially deferred)");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into a values (1, 2)");
	CHECK_INT(kin_connection_commit(c, &error), KIN_EFOREIGN);
	CHECK_TEXT(error.sql, "COMMIT");
	CHECK(kin_connection_in_transaction(c));
	run(c, "insert into a values (2, null)");
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* A child that holds the write lock of a file until the pipe is closed. */
static pid_t lock_in_child(const char *directory, int *ret_pipe)
{
	int ready[2], stop[2];
	char byte = 0;

	CHECK(pipe(ready) == 0 && pipe(stop) == 0);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		kin_connection *c = NULL;
		kin_db *db = kin_db_open(&(kin_db_options){ .url = "sqlite:///a.db", .directory = directory }, NULL);
		close(stop[1]);
		bool ok = db && kin_db_acquire(db, &c, NULL) == KIN_OK && kin_connection_begin(c, KIN_BEGIN_WRITE, NULL) == KIN_OK;
		ok = write(ready[1], ok ? "y" : "n", 1) == 1 && ok;
		_exit(read(stop[0], &byte, 1) == 0 && ok ? 0 : 1);
	}
	CHECK(read(ready[0], &byte, 1) == 1 && byte == 'y');
	close(ready[0]), close(ready[1]), close(stop[0]);
	*ret_pipe = stop[1];
	return child;
}

TEST(a_lock_of_another_process_is_waited_for_and_reported)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite:///a.db", .directory = kin_test_directory(), .busy_timeout = 30 });
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	int stop, status;

	run(c, "create table pets (name)");
	pid_t child = lock_in_child(kin_test_directory(), &stop);
	CHECK_INT(number(c, "select count(*) from pets"), 0);
	CHECK_INT(failure(c, "insert into pets values ('Ben')", &error), KIN_EBUSY);
	CHECK_HAS(kin_error_text(&error), "a.db is locked by another process or session; waited 3");
	CHECK_HAS(kin_error_text(&error), " ms. Try again");
	kin_error_clear(&error);
	close(stop);
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	run(c, "insert into pets values ('Ben')");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_timeout_of_zero_does_not_wait)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite:///a.db?timeout=0", .directory = kin_test_directory() });
	kin_connection *a = acquire(db), *b = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(kin_connection_begin(a, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK_INT(kin_connection_begin(b, KIN_BEGIN_WRITE, &error), KIN_EBUSY);
	CHECK_HAS(kin_error_text(&error), "is locked by another process or session");
	kin_error_clear(&error);
	kin_db_release(db, a);
	kin_db_release(db, b);
	kin_db_close(db);
}

TEST(in_memory_even_reading_waits_for_the_one_who_writes)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://?timeout=1" });
	kin_connection *writer = acquire(db), *reader = acquire(db);
	kin_error error = { 0 };

	run(writer, "create table pets (name)");
	CHECK_INT(kin_connection_begin(writer, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(writer, "insert into pets values ('Ben')");
	CHECK_INT(failure(reader, "select * from pets", &error), KIN_EBUSY);
	CHECK_HAS(kin_error_text(&error), "the database in memory is locked by another process or session; waited");
	CHECK_INT(kin_connection_commit(writer, NULL), KIN_OK);
	CHECK_INT(number(reader, "select count(*) from pets"), 1);
	kin_error_clear(&error);
	kin_db_release(db, reader);
	kin_db_release(db, writer);
	kin_db_close(db);
}

TEST(in_a_file_reading_does_not_wait_for_the_one_who_writes)
{
	kin_db *db = open_file("a.db?timeout=0");
	kin_connection *writer = acquire(db), *reader = acquire(db);

	run(writer, "create table pets (name)");
	CHECK_INT(kin_connection_begin(writer, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(writer, "insert into pets values ('Ben')");
	CHECK_INT(number(reader, "select count(*) from pets"), 0);
	CHECK_INT(kin_connection_commit(writer, NULL), KIN_OK);
	CHECK_INT(number(reader, "select count(*) from pets"), 1);
	kin_db_release(db, reader);
	kin_db_release(db, writer);
	kin_db_close(db);
}

static void write_after_read_behind_a_writer(const char *journal)
{
	char pragma[60];
	kin_db *db = open_with((kin_db_options){ .url = "sqlite:///a.db?timeout=600000", .directory = kin_test_directory() });
	kin_connection *reader = acquire(db), *writer = acquire(db);
	kin_error error = { 0 };

	snprintf(pragma, sizeof(pragma), "pragma journal_mode = %s", journal);
	run(writer, pragma);
	run(writer, "create table pets (name)");
	CHECK_INT(kin_connection_begin(reader, KIN_BEGIN_READ, NULL), KIN_OK);
	CHECK_INT(number(reader, "select count(*) from pets"), 0);
	CHECK_INT(kin_connection_begin(writer, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(writer, "insert into pets values ('Ben')");
	if (strcmp(journal, "wal") == 0)
		CHECK_INT(kin_connection_commit(writer, NULL), KIN_OK);
	CHECK_INT(failure(reader, "insert into pets values ('Rex')", &error), KIN_ESERIALIZE);
	CHECK_HAS(kin_error_text(&error), "roll back and try the transaction again");
	kin_error_clear(&error);
	kin_db_release(db, reader);
	kin_db_release(db, writer);
	kin_db_close(db);
}

TEST(two_who_would_wait_for_each_other_are_told_at_once)
{
	write_after_read_behind_a_writer("delete");
}

TEST(an_outdated_snapshot_is_told_at_once)
{
	write_after_read_behind_a_writer("wal");
}

TEST(a_table_that_is_being_read_cannot_be_dropped)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table pets (name); insert into pets values ('a'), ('b')");
	kin_statement *s = first_row(c, "select * from pets");
	CHECK_INT(failure(c, "drop table pets", &error), KIN_EBUSY);
	CHECK_HAS(kin_error_text(&error), "a statement of this session that reads it has not ended");
	kin_error_clear(&error);
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_rollback_ends_the_statements_that_were_being_read)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table pets (name); insert into pets values ('a'), ('b')");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "create table other (x)");
	kin_statement *s = first_row(c, "select * from pets");
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	CHECK_INT(kin_statement_step(s, &error), KIN_EDB);
	CHECK_HAS(kin_error_text(&error), "was rolled back while this statement was being read");
	kin_error_clear(&error);
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_commit_during_a_change_that_still_gives_rows_is_refused)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table pets (name)");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	kin_statement *s = first_row(c, "insert into pets values ('a'), ('b') returning name");
	CHECK_INT(kin_connection_commit(c, &error), KIN_EBUSY);
	CHECK_HAS(kin_error_text(&error), "SQL statements in progress");
	kin_error_clear(&error);
	kin_statement_close(s);
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	kin_db_release(db, c);
	kin_db_close(db);
}

static void make_pets(void)
{
	kin_db *db = open_file("a.db");
	kin_connection *c = acquire(db);

	run(c, "create table pets (name)");
	kin_db_release(db, c);
	kin_db_close(db);
}

static void check_read_only(kin_db *db)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(number(c, "select count(*) from pets"), 0);
	CHECK_INT(failure(c, "insert into pets values ('Ben')", &error), KIN_EREADONLY);
	CHECK_HAS(kin_error_text(&error), "a.db was opened read-only");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_read_only_database_is_not_written)
{
	make_pets();
	check_read_only(open_file("a.db?mode=ro"));
	check_read_only(open_with((kin_db_options){ .url = "sqlite:///a.db", .directory = kin_test_directory(), .read_only = true }));
}

/* What the first use of a file fails with. */
static int first_use(const char *name, kin_error *error)
{
	kin_db *db = open_file(name);
	kin_connection *c = NULL;
	int rc = kin_db_acquire(db, &c, error);

	kin_db_release(db, c);
	kin_db_close(db);
	return rc;
}

TEST(a_file_that_is_no_database_is_refused_at_its_first_use)
{
	char path[600], text[2000];
	kin_error error = { 0 };

	memset(text, 'x', sizeof(text));
	snprintf(path, sizeof(path), "%s/a.db", kin_test_directory());
	CHECK_INT(kin_file_write(path, text, sizeof(text), NULL), KIN_OK);
	CHECK_INT(first_use("a.db", &error), KIN_ENOTADB);
	CHECK_HAS(kin_error_text(&error), "/a.db is not a SQLite database");
	kin_error_clear(&error);
}

TEST(an_empty_file_is_an_empty_database)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/a.db", kin_test_directory());
	CHECK_INT(kin_file_write(path, "", 0, NULL), KIN_OK);
	CHECK_INT(first_use("a.db", NULL), KIN_OK);
}

TEST(a_damaged_database_is_called_that)
{
	char path[600], zeros[4096] = "";
	kin_error error = { 0 };
	kin_db *db = open_file("a.db");
	kin_connection *c = acquire(db);

	run(c, "create table pets (name); insert into pets values (hex(randomblob(20000)))");
	kin_db_release(db, c);
	kin_db_close(db);
	snprintf(path, sizeof(path), "%s/a.db", kin_test_directory());
	FILE *file = fopen(path, "r+");
	CHECK(file && fseek(file, 4096, SEEK_SET) == 0 && fwrite(zeros, sizeof(zeros), 1, file) == 1 && fclose(file) == 0);
	db = open_file("a.db");
	c = acquire(db);
	CHECK_INT(failure(c, "select * from pets", &error), KIN_ENOTADB);
	CHECK_HAS(kin_error_text(&error), "/a.db is damaged");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_file_that_cannot_be_opened_says_why)
{
	char path[600];
	kin_error error = { 0 };

	CHECK_INT(first_use("no/such/a.db", &error), KIN_ECANTOPEN);
	CHECK_HAS(kin_error_text(&error), "/no/such/a.db: there is no directory /");
	CHECK_INT(first_use("a.db?mode=ro", &error), KIN_ECANTOPEN);
	CHECK_HAS(kin_error_text(&error), "/a.db: there is no such file");
	CHECK_INT(first_use("a.db?mode=rw", &error), KIN_ECANTOPEN);
	CHECK_HAS(kin_error_text(&error), "/a.db: there is no such file");
	snprintf(path, sizeof(path), "%s/d", kin_test_directory());
	CHECK_INT(mkdir(path, 0700), 0);
	CHECK_INT(first_use("d", &error), KIN_ECANTOPEN);
	CHECK_HAS(kin_error_text(&error), "/d: it is a directory");
	kin_error_clear(&error);
}

TEST(a_full_database_is_called_that)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table pets (name); pragma max_page_count = 3");
	CHECK_INT(failure(c, "insert into pets values (randomblob(100000))", &error), KIN_EFULL);
	CHECK_HAS(kin_error_text(&error), "no room is left for the database");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_file_moved_away_is_called_that)
{
	char from[600], to[600];
	kin_db *db = open_file("a.db");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table pets (name)");
	snprintf(from, sizeof(from), "%s/a.db", kin_test_directory());
	snprintf(to, sizeof(to), "%s/b.db", kin_test_directory());
	CHECK_INT(rename(from, to), 0);
	CHECK_INT(failure(c, "insert into pets values ('Ben')", &error), KIN_EREADONLY);
	CHECK_HAS(kin_error_text(&error), "was moved or removed while it was open");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}
