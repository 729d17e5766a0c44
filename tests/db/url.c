/* Tests of db/url.c. */
#include "db/url.h"

#include <stdlib.h>

#include <kin/db.h>

#include "harness/harness.h"

typedef struct good_url {
	const char *text, *scheme, *user, *password, *hosts, *database;
	const char *shown; /* NULL: as it was */
} good_url;

static const good_url good[] = {
	{ "sqlite:///app.db", "sqlite", .database = "app.db" },
	{ "sqlite:////var/lib/app.db", "sqlite", .database = "/var/lib/app.db" },
	{ "sqlite:///data/app.db", "sqlite", .database = "data/app.db" },
	{ "sqlite:///../app.db", "sqlite", .database = "../app.db" },
	{ "sqlite:///:memory:", "sqlite", .database = ":memory:" },
	{ "sqlite://", "sqlite", .database = NULL },
	{ "sqlite:///", "sqlite", .shown = "sqlite://" },
	{ "SQLite:///app.db", "sqlite", .database = "app.db", .shown = "sqlite:///app.db" },
	{ "sqlite+pysqlite:///app.db", "sqlite", .database = "app.db", .shown = "sqlite:///app.db" },
	{ "sqlite:///my%20pets.db", "sqlite", .database = "my pets.db" },
	{ "sqlite:///my pets.db", "sqlite", .database = "my pets.db", .shown = "sqlite:///my%20pets.db" },
	{ "sqlite:///100%25.db", "sqlite", .database = "100%.db" },
	{ "sqlite:///what%3f.db", "sqlite", .database = "what?.db", .shown = "sqlite:///what%3F.db" },
	{ "sqlite:///me@home.db", "sqlite", .database = "me@home.db" },
	{ "sqlite:///a=b&c.db", "sqlite", .database = "a=b&c.db" },
	{ "sqlite:///caf\xc3\xa9.db", "sqlite", .database = "caf\xc3\xa9.db" },
	{ "sqlite:///app.db?", "sqlite", .database = "app.db", .shown = "sqlite:///app.db" },
	{ "sqlite:///app.db?mode=ro", "sqlite", .database = "app.db" },
	{ "sqlite:///app.db?mode=ro&timeout=250", "sqlite", .database = "app.db" },
	{ "postgresql://localhost/petshop", "postgresql", .hosts = "localhost", .database = "petshop" },
	{ "postgresql://localhost:5433/petshop", "postgresql", .hosts = "localhost:5433", .database = "petshop" },
	{ "postgresql://ann@localhost/petshop", "postgresql", "ann", NULL, "localhost", "petshop", NULL },
	{ "postgresql://ann:secret@localhost/petshop", "postgresql", "ann", "secret", "localhost", "petshop",
	  "postgresql://ann:***@localhost/petshop" },
	{ "postgresql://ann:@localhost/petshop", "postgresql", "ann", "", "localhost", "petshop",
	  "postgresql://ann:***@localhost/petshop" },
	{ "postgresql://ann:p%40ss%2Fw%3Ard@localhost/petshop", "postgresql", "ann", "p@ss/w:rd", "localhost", "petshop",
	  "postgresql://ann:***@localhost/petshop" },
	{ "postgresql://ann:p/a:s@s@localhost/petshop", "postgresql", "ann", "p/a:s@s", "localhost", "petshop",
	  "postgresql://ann:***@localhost/petshop" },
	{ "postgresql://ann%40corp:secret@db/petshop", "postgresql", "ann@corp", "secret", "db", "petshop",
	  "postgresql://ann%40corp:***@db/petshop" },
	{ "postgresql:///petshop", "postgresql", .database = "petshop" },
	{ "postgresql://", "postgresql", .database = NULL },
	{ "postgresql://h1:5432,h2:5433,h3/petshop", "postgresql", .hosts = "h1:5432,h2:5433,h3", .database = "petshop" },
	{ "postgresql://[::1]:5432/petshop", "postgresql", .hosts = "[::1]:5432", .database = "petshop" },
	{ "postgresql://[fe80::1]/petshop", "postgresql", .hosts = "[fe80::1]", .database = "petshop" },
	{ "postgresql://%2Frun%2Fpg/petshop", "postgresql", .hosts = "/run/pg", .database = "petshop" },
	{ "postgresql://localhost", "postgresql", .hosts = "localhost" },
	{ "postgresql://localhost/", "postgresql", .hosts = "localhost", .shown = "postgresql://localhost" },
	{ "postgresql://localhost/a%2Fb", "postgresql", .hosts = "localhost", .database = "a/b" },
	{ "mysql+pymysql://root:x@127.0.0.1:3306/pets?charset=utf8mb4", "mysql", "root", "x", "127.0.0.1:3306", "pets",
	  "mysql://root:***@127.0.0.1:3306/pets?charset=utf8mb4" },
	{ "postgresql://localhost/p?sslpassword=hush&sslmode=require", "postgresql", .hosts = "localhost", .database = "p",
	  .shown = "postgresql://localhost/p?sslpassword=***&sslmode=require" },
	{ "dqlite://n1:9001,n2:9001,n3:9001/petshop", "dqlite", .hosts = "n1:9001,n2:9001,n3:9001", .database = "petshop" },
};

static const struct { const char *text, *sentence; } bad[] = {
	{ NULL, "there is no database URL" },
	{ "", "there is no database URL" },
	{ "app.db", "'app.db' is no database URL; a file is sqlite:///app.db" },
	{ "/var/app.db", "a file is sqlite:////var/app.db" },
	{ "sqlite", "is no database URL" },
	{ "sqlite:app.db", "lacks slashes; a file next to the app is sqlite:///app.db" },
	{ "sqlite:/app.db", "lacks slashes" },
	{ "sqlite://app.db", "a sqlite URL names no server: a file is sqlite:/// and its path" },
	{ "sqlite://ann@host/app.db", "a sqlite URL names no server" },
	{ "://localhost/petshop", "does not begin with a dialect" },
	{ "post gres://localhost/petshop", "does not begin with a dialect" },
	{ "9sql://localhost/petshop", "does not begin with a dialect" },
	{ "sqlite:///%zz.db", "the path in the database URL has a % that is not followed by two hex digits" },
	{ "sqlite:///app%2", "the path in the database URL has a %" },
	{ "sqlite:///app%", "the path in the database URL has a %" },
	{ "sqlite:///app%00.db", "the path in the database URL has a %" },
	{ "sqlite:///app.db\n", "a line break or another control character" },
	{ "sqlite:///app.db?mode", "what follows the ? in the database URL is not name=value" },
	{ "sqlite:///app.db?=ro", "what follows the ?" },
	{ "sqlite:///app.db?mode=ro&", "what follows the ?" },
	{ "sqlite:///app.db?mode=%q", "the value of an option in the database URL has a %" },
	{ "postgresql://localhost:abc/petshop", "a port in the database URL is not a number from 1 to 65535" },
	{ "postgresql://localhost:/petshop", "a port in the database URL" },
	{ "postgresql://localhost:0/petshop", "a port in the database URL" },
	{ "postgresql://localhost:65536/petshop", "a port in the database URL" },
	{ "postgresql://localhost:99999999999999999999/petshop", "a port in the database URL" },
	{ "postgresql://:5432/petshop", "a host in the database URL is empty" },
	{ "postgresql://h1,,h2/petshop", "a host in the database URL is empty" },
	{ "postgresql://h1,/petshop", "a host in the database URL is empty" },
	{ "postgresql://[::1/petshop", "begins with [ and has no ]" },
	{ "postgresql://[::1]5432/petshop", "only a port may follow the ]" },
	{ "postgresql://localhost/a/b", "write %2F if it belongs there" },
	{ "postgresql://:hunter2@localhost/petshop", "has a password and no user" },
	{ "postgresql://ann:hunter2%@localhost/petshop", "the password in the database URL has a %" },
	{ "postgresql://ann%xy:hunter2@localhost/petshop", "the user in the database URL has a %" },
	{ "postgresql://ann:hunter2?@localhost/petshop", "what follows the ?" },
	{ "postgresql://ann:1?hunter2=x@localhost/petshop", "has an @ after the ?" },
	{ "postgresql://ann:hunter2@localhost:x/petshop", "a port in the database URL" },
	{ "postgresql//ann:hunter2@localhost/petshop", "does not begin with a dialect" },
	{ "ann:hunter2@localhost/petshop", "does not begin with a dialect" },
	{ "9pg://ann:hunter2@localhost/petshop", "does not begin with a dialect" },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

TEST(a_url_is_taken_apart_and_shown_without_its_password)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		kin_arena arena = { 0 };
		kin_error error = { 0 };
		kin_url url = { 0 };
		const good_url *u = &good[i];
		CHECK_MSG(kin_url_parse(&arena, u->text, NULL, &url, &error) == KIN_OK, "%s: %s", u->text, kin_error_text(&error));
		CHECK_TEXT(url.scheme, u->scheme);
		CHECK_TEXT(url.user, u->user);
		CHECK_TEXT(url.password, u->password);
		CHECK_TEXT(url.hosts, u->hosts);
		CHECK_TEXT(url.database, u->database);
		CHECK_TEXT(kin_url_show(&arena, &url), u->shown ? u->shown : u->text);
		kin_arena_done(&arena);
	}
}

TEST(a_malformed_url_is_explained_without_its_password)
{
	for (size_t i = 0; i < COUNT(bad); i++) {
		kin_arena arena = { 0 };
		kin_error error = { 0 };
		kin_url url;
		int rc = kin_url_parse(&arena, bad[i].text, NULL, &url, &error);
		CHECK_MSG(rc == KIN_ECONFIG, "%s: %s", bad[i].text, kin_errname(rc));
		CHECK_HAS(kin_error_text(&error), bad[i].sentence);
		CHECK_MSG(!strstr(kin_error_text(&error), "hunter2"), "%s", kin_error_text(&error));
		kin_error_clear(&error);
		kin_arena_done(&arena);
	}
}

static const char *path_of(kin_arena *arena, const char *text, const char *directory)
{
	kin_url url = { 0 };

	CHECK_INT(kin_url_parse(arena, text, directory, &url, NULL), KIN_OK);
	return url.database;
}

TEST(a_relative_path_is_relative_to_the_directory)
{
	kin_arena arena = { 0 };

	CHECK_TEXT(path_of(&arena, "sqlite:///app.db", "/srv/app"), "/srv/app/app.db");
	CHECK_TEXT(path_of(&arena, "sqlite:////var/app.db", "/srv/app"), "/var/app.db");
	CHECK_TEXT(path_of(&arena, "sqlite:///:memory:", "/srv/app"), ":memory:");
	CHECK_TEXT(path_of(&arena, "sqlite://", "/srv/app"), NULL);
	kin_arena_done(&arena);
}

TEST(options_keep_their_order_and_are_decoded)
{
	kin_arena arena = { 0 };
	kin_url url = { 0 };

	CHECK_INT(kin_url_parse(&arena, "postgresql://h/d?a=1&b%20c=x%26y&d=", NULL, &url, NULL), KIN_OK);
	CHECK_INT(url.option_count, 3);
	CHECK_TEXT(url.options[1].name, "b c");
	CHECK_TEXT(url.options[1].value, "x&y");
	CHECK_TEXT(url.options[2].value, "");
	kin_arena_done(&arena);
}

static const char *refusal(const char *url)
{
	static char sentence[300];
	char *message = NULL;
	kin_db *db = kin_db_open(&(kin_db_options){ .url = url }, &message);

	CHECK_MSG(!db && message, "%s was opened", url);
	snprintf(sentence, sizeof(sentence), "%s", message);
	free(message);
	return sentence;
}

TEST(a_database_refuses_what_its_driver_does_not_know)
{
	CHECK_HAS(refusal("nosuchdb://localhost/petshop"), "no driver for nosuchdb:// databases; there is one for sqlite://");
	CHECK_HAS(refusal("sqlite:///app.db?mode=wr"), "mode=wr in the database URL: expected ro");
	CHECK_HAS(refusal("sqlite:///app.db?timeout=soon"), "timeout=soon in the database URL: expected a number of milliseconds");
	CHECK_HAS(refusal("sqlite:///app.db?timeout=-1"), "expected a number of milliseconds");
	CHECK_HAS(refusal("sqlite:///app.db?color=red"), "'color' in the database URL is no option of sqlite");
	CHECK_HAS(refusal("sqlite://?mode=ro"), "in memory cannot be read-only");
}

FUSED(parsing_and_showing_a_url_survives_running_out_of_memory)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_url url;
	int rc = kin_url_parse(&arena, "postgresql://a%20b:c@h:1/d?e=f&g=h", "/x", &url, &error);

	if (rc == KIN_OK && !kin_url_show(&arena, &url))
		rc = KIN_ENOMEM;
	if (rc == KIN_OK)
		rc = kin_url_parse(&arena, "sqlite:///app.db", "/srv", &url, &error);
	kin_error_clear(&error);
	kin_arena_done(&arena);
	return rc;
}
