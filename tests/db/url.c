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
	{ "postgresql://[fe80::1%25eth0]:5432,[::1],h/petshop", "postgresql", .hosts = "[fe80::1%eth0]:5432,[::1],h", .database = "petshop" },
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

#define PERCENT(part) \
	"the " part " in the database URL has a % that is not followed by two hex digits of a character; a % itself is written %25"
#define PORT \
	"a port in the database URL is not a number from 1 to 65535; if the password has a character of :/?#@ in it, write that as " \
	"%3A %2F %3F %23 %40"
#define PAIRS       "what follows the ? in the database URL is not name=value&name=value"
#define EMPTY_HOST  "a host in the database URL is empty"
#define BRACKETS    "what is between [ and ] in the database URL is no IPv6 address, as [::1] or [fe80::1%25eth0]"
#define NO_BRACKETS "an IPv6 address in the database URL stands in brackets: [::1]:5432"
#define NO_SERVER   "a sqlite URL names no server: a file is sqlite:/// and its path, sqlite:///app.db"
#define NO_DIALECT  "the database URL does not begin with a dialect, as postgresql://user:password@host/database"
#define CONTROL     "the database URL has a line break or another control character in it"
#define SLASH       "the database's name in the database URL has a / in it; write %2F if it belongs there"
#define HIDDEN      "a host in the database URL has one of , : [ ] written as %xx, which is part of no host"
#define BLANK       "a host in the database URL has a blank in it"

static const struct { const char *text, *sentence; } bad[] = {
	{ NULL, "there is no database URL; one looks like sqlite:///app.db" },
	{ "", "there is no database URL; one looks like sqlite:///app.db" },
	{ "app.db", "'app.db' is no database URL; a file is sqlite:///app.db" },
	{ "/var/app.db", "'/var/app.db' is no database URL; a file is sqlite:////var/app.db" },
	{ "C:\\app.db", "'C:\\app.db' is no database URL; a file is sqlite:///C:\\app.db" },
	{ "sqlite", "'sqlite' is no database URL; a file is sqlite:///sqlite" },
	{ "sqlite:", "'sqlite:' lacks slashes; a file next to the app is sqlite:///app.db" },
	{ "sqlite:app.db", "'sqlite:app.db' lacks slashes; a file next to the app is sqlite:///app.db" },
	{ "sqlite:/app.db", "'sqlite:/app.db' lacks slashes; a file next to the app is sqlite:///app.db" },
	{ "sqlite://app.db", NO_SERVER },
	{ "sqlite://./app.db", NO_SERVER },
	{ "sqlite://ann@host/app.db", NO_SERVER },
	{ "sqlite+x:app.db",
	  "two slashes are missing behind 'sqlite+x:' in the database URL; a server is sqlite+x://user:password@host/database" },
	{ "://localhost/petshop", "'://localhost/petshop' does not begin with a dialect, as sqlite:///app.db" },
	{ "post gres://localhost/petshop",
	  "'post gres://localhost/petshop' does not begin with a dialect, as sqlite:///app.db" },
	{ "9sql://localhost/petshop", "'9sql://localhost/petshop' does not begin with a dialect, as sqlite:///app.db" },
	{ "-pg://localhost/petshop", "'-pg://localhost/petshop' does not begin with a dialect, as sqlite:///app.db" },
	{ "postgresql:/localhost/petshop",
	  "two slashes are missing behind 'postgresql:' in the database URL; a server is postgresql://user:password@host/database" },
	{ "postgresql:localhost/petshop",
	  "two slashes are missing behind 'postgresql:' in the database URL; a server is postgresql://user:password@host/database" },
	{ "sqlite:///%zz.db", PERCENT("path") },
	{ "sqlite:///app%2", PERCENT("path") },
	{ "sqlite:///app%", PERCENT("path") },
	{ "sqlite:///app%00.db", PERCENT("path") },
	{ "sqlite:///app.db\n", CONTROL },
	{ "postgresql://localhost/pet\nshop", CONTROL },
	{ "sqlite:///app.db?mode", PAIRS },
	{ "sqlite:///app.db?=ro", PAIRS },
	{ "sqlite:///app.db?mode=ro&", PAIRS },
	{ "sqlite:///app.db?mode=ro&&timeout=1", PAIRS },
	{ "sqlite:///app.db?&mode=ro", PAIRS },
	{ "sqlite:///app.db?mode=%q", PERCENT("value of an option") },
	{ "sqlite:///app.db?mode=ro&mode=rw", "the option 'mode' is in the database URL twice" },
	{ "postgresql://localhost:abc/petshop", PORT },
	{ "postgresql://localhost:/petshop", PORT },
	{ "postgresql://localhost:0/petshop", PORT },
	{ "postgresql://localhost:-1/petshop", PORT },
	{ "postgresql://localhost:+1/petshop", PORT },
	{ "postgresql://localhost:65536/petshop", PORT },
	{ "postgresql://localhost:99999999999999999999/petshop", PORT },
	{ "postgresql://localhost:5432x/petshop", PORT },
	{ "postgresql://localhost: 5432/petshop", BLANK },
	{ "postgresql://localhost:54:32/petshop", PORT },
	{ "postgresql://:5432/petshop", EMPTY_HOST },
	{ "postgresql://h1,,h2/petshop", EMPTY_HOST },
	{ "postgresql://h1,/petshop", EMPTY_HOST },
	{ "postgresql://,h1/petshop", EMPTY_HOST },
	{ "postgresql://,/petshop", EMPTY_HOST },
	{ "postgresql://h1:1,h2:x/petshop", PORT },
	{ "postgresql://[::1/petshop", "a host in the database URL begins with [ and has no ]" },
	{ "postgresql://[::1]5432/petshop", "only a port may follow the ] of a host in the database URL" },
	{ "postgresql://[::1]:x/petshop", PORT },
	{ "postgresql://[]/petshop", BRACKETS },
	{ "postgresql://[localhost]/petshop", BRACKETS },
	{ "postgresql://[::g]/petshop", BRACKETS },
	{ "postgresql://[127.0.0.1]/petshop", BRACKETS },
	{ "postgresql://::1/petshop", NO_BRACKETS },
	{ "postgresql://fe80::1:5432/petshop", NO_BRACKETS },
	{ "postgresql://lo cal/petshop", BLANK },
	{ "postgresql://a%2Cb/petshop", HIDDEN },
	{ "postgresql://a%3A5432/petshop", HIDDEN },
	{ "postgresql://a%zz/petshop", PERCENT("host") },
	{ "postgresql://localhost/a/b", SLASH },
	{ "postgresql://localhost/a%2", PERCENT("database's name") },
	{ "postgresql://localhost//a", SLASH },
	{ "postgresql://:hunter2@localhost/petshop", "the database URL has a password and no user in front of it" },
	{ "postgresql://ann:hunter2%@localhost/petshop", PERCENT("password") },
	{ "postgresql://ann:hunter2%4@localhost/petshop", PERCENT("password") },
	{ "postgresql://ann%xy:hunter2@localhost/petshop", PERCENT("user") },
	{ "postgresql://ann:hunter2?@localhost/petshop", PAIRS },
	{ "postgresql://ann:1?hunter2=x@localhost/petshop",
	  "the database URL has an @ after the ?; write %40 for it, and %3F for a ? in a password" },
	{ "postgresql://ann:hunter2@localhost:x/petshop", PORT },
	{ "postgresql://ann:hunter2@h1,,h2/petshop", EMPTY_HOST },
	{ "postgresql://ann:hunter2@localhost/a/b", SLASH },
	{ "postgresql://ann:hunter2@localhost/d?x", PAIRS },
	{ "postgresql://ann:hunter2@localhost/d?sslmode=a%q", PERCENT("value of an option") },
	{ "postgresql://ann:hunter2@[::1/d", "a host in the database URL begins with [ and has no ]" },
	{ "postgresql//ann:hunter2@localhost/petshop", NO_DIALECT },
	{ "postgresql:ann:hunter2@localhost/petshop", NO_DIALECT },
	{ "ann:hunter2@localhost/petshop", NO_DIALECT },
	{ "9pg://ann:hunter2@localhost/petshop", NO_DIALECT },
	{ "mysql://root:hunter2@localhost:33o6/pets", PORT },
	{ "mariadb://root:hunter2@/pets?socket", PAIRS },
	{ "dqlite://n1:9001,n2:900l/pets", PORT },
	{ "dqlite://n1:9001;n2:9001/pets", PORT },
	{ "postgresql://ann:hunter2#@localhost:x/d", PORT },
	{ "postgresql://ann:hun/ter2@localhost:x/d", PORT },
	{ "sqlite:///app.db?mo%xe=ro", PERCENT("name of an option") },
	{ "postgresql://%00@localhost/d", PERCENT("user") },
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
		CHECK_TEXT(kin_error_text(&error), bad[i].sentence);
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

static uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
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

TEST(options_of_the_pool_are_checked)
{
	CHECK_TEXT(refusal("sqlite://?pool_size=0"), "pool_size=0 in the database URL: expected a number from 1");
	CHECK_TEXT(refusal("sqlite://?max_overflow=-1"), "max_overflow=-1 in the database URL: expected a number; 0 is none");
	CHECK_TEXT(refusal("sqlite://?pool_timeout=1.5"), "pool_timeout=1.5 in the database URL: expected a number; 0 is none");
	CHECK_TEXT(refusal("sqlite://?pool_recycle=1h"), "pool_recycle=1h in the database URL: expected a number of seconds; 0 is never");
	CHECK_TEXT(refusal("sqlite://?pool_idle="), "pool_idle= in the database URL: expected a number of seconds; 0 is never");
	CHECK_TEXT(refusal("sqlite://?pool_pre_ping=maybe"), "pool_pre_ping=maybe in the database URL: expected on or off");
	CHECK_TEXT(refusal("sqlite://?prepared_statements=none"), "prepared_statements=none in the database URL: expected on or off");
}

/* ---- any URL ---- */

/* A text of some length from an alphabet that has everything with a meaning in it. */
static void random_text(uint64_t *seed, char *out, size_t size, const char *alphabet)
{
	size_t length = next_random(seed) % size, letters = strlen(alphabet);

	for (size_t i = 0; i < length; i++)
		out[i] = alphabet[next_random(seed) % letters];
	out[length] = '\0';
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void check_shown(const char *text, const kin_url *url)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_url again = { 0 };
	const char *shown = kin_url_show(&arena, url);

	CHECK_MSG(kin_url_parse(&arena, shown, NULL, &again, &error) == KIN_OK, "%s, shown as %s: %s", text, shown, kin_error_text(&error));
	CHECK_TEXT(kin_url_show(&arena, &again), shown);
	CHECK_MSG(same(again.user, url->user) && same(again.hosts, url->hosts) && same(again.database, url->database) &&
	          same(again.password, url->password ? "***" : NULL) && again.option_count == url->option_count, "%s", text);
	for (size_t i = 0; i < url->option_count; i++)
		CHECK_MSG(same(again.options[i].name, url->options[i].name), "%s", text);
	kin_arena_done(&arena);
}

TEST(what_is_shown_of_a_url_is_the_same_url)
{
	static const char *const dialects[] = { "postgresql", "sqlite", "mysql", "dqlite", "mariadb+x" };
	uint64_t seed = kin_test_seed("shown URLs"), first = seed;
	int good_ones = 0;

	for (int i = 0; i < kin_test_rounds(200000); i++) {
		char rest[40], text[80];
		kin_arena arena = { 0 };
		kin_error error = { 0 };
		kin_url url = { 0 };
		random_text(&seed, rest, sizeof(rest), "ab1:/@@?&==%25%4f%c3[],.- *#;\\'\"");
		snprintf(text, sizeof(text), "%s://%s", dialects[next_random(&seed) % 5], rest);
		if (kin_url_parse(&arena, text, NULL, &url, &error) == KIN_OK) {
			check_shown(text, &url);
			good_ones++;
		}
		kin_error_clear(&error);
		kin_arena_done(&arena);
	}
	CHECK_MSG(good_ones > 0, "seed %llu", (unsigned long long)first);
}

TEST(a_password_is_in_nothing_that_is_said_of_a_url)
{
	static const char marker[] = "zxqv";
	uint64_t seed = kin_test_seed("passwords in URLs"), first = seed;

	for (int i = 0; i < kin_test_rounds(100000); i++) {
		char before[12], after[12], user[8], tail[24], text[100];
		kin_arena arena = { 0 };
		kin_error error = { 0 };
		kin_url url = { 0 };
		random_text(&seed, user, sizeof(user), "ab%41:/?");
		random_text(&seed, before, sizeof(before), "ab:/?%4&=@[],#");
		random_text(&seed, after, sizeof(after), "ab:/?%4&=@[],#");
		random_text(&seed, tail, sizeof(tail), "ab:/?%4&=[],#");
		const char *scheme = next_random(&seed) % 8 ? "postgresql://" : "";
		if (!*scheme && before[0] == '/')
			continue; /* ab://…: the user's name is the scheme, and there is no password */
		snprintf(text, sizeof(text), "%s%s:%s%s%s@%s", scheme, user, before, marker, after, tail);
		const char *said = kin_url_parse(&arena, text, NULL, &url, &error) == KIN_OK ? kin_url_show(&arena, &url)
		                                                                            : kin_error_text(&error);
		CHECK_MSG(!strstr(said, marker), "seed %llu: %s: %s", (unsigned long long)first, text, said);
		kin_error_clear(&error);
		kin_arena_done(&arena);
	}
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
