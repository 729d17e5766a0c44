/* Tests of ?pgbouncer=1, with a real pgbouncer that gives each transaction another connection of the server. */
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/postgresql/server.h"

static char directory[64];
static pid_t bouncer;

static void stop_bouncer(void)
{
	char command[128];

	kill(bouncer, SIGINT);
	waitpid(bouncer, NULL, 0);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	if (system(command) != 0)
		fprintf(stderr, "%s failed\n", command);
}

/* It refuses to run as root. */
static const char *other_user(void)
{
	return getpwnam("postgres") ? "postgres" : "nobody";
}

static void write_settings(const char *path)
{
	FILE *file = fopen(path, "w");

	CHECK(file);
	fprintf(file, "[databases]\n* = host=%s user=kin\n[pgbouncer]\npool_mode = transaction\ndefault_pool_size = 3\nauth_type = any\n"
	              "listen_addr =\nlisten_port = 6543\nunix_socket_dir = %s\nlogfile = %s/log\nmax_client_conn = 50\n",
	        server_directory(), directory, directory);
	fclose(file);
}

static void start_bouncer(void)
{
	char settings[128], socket[128];
	const char *user = other_user();

	strcpy(directory, "/tmp/kin-pgbouncer.XXXXXX");
	CHECK(mkdtemp(directory));
	snprintf(settings, sizeof(settings), "%s/settings.ini", directory);
	snprintf(socket, sizeof(socket), "%s/.s.PGSQL.6543", directory);
	write_settings(settings);
	if (getuid() == 0) {
		const struct passwd *entry = getpwnam(user);
		CHECK(entry && chown(directory, entry->pw_uid, entry->pw_gid) == 0 && chmod(settings, 0644) == 0);
	}
	CHECK((bouncer = fork()) >= 0);
	if (bouncer == 0) {
		execlp("pgbouncer", "pgbouncer", "-q", settings, getuid() == 0 ? "-u" : NULL, user, NULL);
		execl("/usr/sbin/pgbouncer", "pgbouncer", "-q", settings, getuid() == 0 ? "-u" : NULL, user, NULL);
		_exit(127);
	}
	atexit(stop_bouncer);
	for (int i = 0; i < 1000 && access(socket, F_OK) != 0; i++)
		kin_clock_sleep(10000);
	CHECK_MSG(access(socket, F_OK) == 0, "pgbouncer does not start; it is in the Debian package pgbouncer");
}

static const char *bouncer_url(const char *options)
{
	static char url[256];

	if (!*directory)
		start_bouncer();
	snprintf(url, sizeof(url), "postgresql://kin@/kin?host=%s&port=6543%s", directory, options);
	return url;
}

static kin_db *open_behind(const char *options)
{
	char all[128];

	kin_db_close(open_server("")); /* empties it */
	snprintf(all, sizeof(all), "&pgbouncer=1%s", options);
	return open_with((kin_db_options){ .url = bouncer_url(all) });
}

TEST(a_pooler_that_is_not_known_of_is_suspected)
{
	kin_error error = { 0 };

	CHECK_INT(connect_failure(bouncer_url(""), &error), KIN_ECANTOPEN);
	CHECK_HAS(kin_error_text(&error), "if that is pgbouncer, the URL needs ?pgbouncer=1");
	kin_error_clear(&error);
}

TEST(a_transaction_behind_a_pooler_has_the_settings_that_kin_counts_on)
{
	kin_db *db = open_behind("&timeout=1234&search_path=pets,public");
	kin_connection *c = acquire(db);

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK_INT(number(c, "select count(*) from pg_settings where (name, setting) in (('TimeZone', 'UTC'), ('client_encoding', 'UTF8'),"
	                    " ('standard_conforming_strings', 'on'), ('lock_timeout', '1234'), ('bytea_output', 'hex'),"
	                    " ('search_path', 'pets,public'))"), 6);
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	CHECK(!kin_connection_in_transaction(c));
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_database_behind_a_pooler_can_be_read_only)
{
	kin_db *db = open_with((kin_db_options){ .url = bouncer_url("&pgbouncer=1"), .read_only = true });
	kin_connection *c = acquire(db);

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK_INT(failure(c, "create table t (a int)", NULL), KIN_EREADONLY);
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	CHECK_INT(failure(c, "create table t (a int)", NULL), KIN_EREADONLY);
	CHECK_INT(kin_connection_run(c, "create table t (a int)", NULL), KIN_EREADONLY);
	kin_db_release(db, c);
	kin_db_close(db);
}

enum { THREADS = 8, ROUNDS = 30 };

typedef struct crowd {
	kin_db *db;
	int     failures;
	uint32_t read, write;
} crowd;

/* More threads than the pooler has connections: a transaction rarely gets the one that the last was on. */
static void *add_up(void *context)
{
	crowd *all = context;
	kin_connection *c = NULL;
	kin_sql write = { .text = "update counter set n = n + $1", .id = all->write };
	kin_sql read = { .text = "select n from counter where n > $1", .id = all->read };
	const kin_value one = kin_value_int32(1);

	write.length = strlen(write.text);
	read.length = strlen(read.text);
	for (int i = 0; i < ROUNDS; i++) {
		bool ok = kin_db_begin(all->db, KIN_BEGIN_WRITE, NULL, &c, NULL) == KIN_OK;
		ok = ok && kin_connection_execute(c, &write, &one, 1, NULL, NULL) == KIN_OK;
		ok = ok && kin_connection_execute(c, &read, &one, 1, NULL, NULL) == KIN_OK;
		ok = ok && kin_connection_commit(c, NULL) == KIN_OK;
		ok = ok && kin_connection_execute(c, &read, &one, 1, NULL, NULL) == KIN_OK; /* and outside of one */
		kin_db_release(all->db, c);
		if (!ok)
			__atomic_fetch_add(&all->failures, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

TEST(statements_that_are_kept_run_on_whichever_connection_the_pooler_has)
{
	kin_db *db = open_behind("&pool_size=8&timeout=60000");
	crowd all = { .db = db, .read = kin_sql_id(), .write = kin_sql_id() };
	kin_connection *c = acquire(db);
	pthread_t threads[THREADS];

	run(c, "create table counter (n integer); insert into counter values (0)");
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, add_up, &all) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK_INT(all.failures, 0);
	CHECK_INT(number(c, "select n from counter"), THREADS * ROUNDS);
	CHECK_INT(number(c, "select count(*) from pg_prepared_statements"), 0);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_table_that_has_changed_is_noticed_behind_a_pooler)
{
	kin_db *db = open_behind("");
	kin_connection *c = acquire(db);
	kin_sql read = sql_kept("select a from t");
	kin_error error = { 0 };

	run(c, "create table t (a integer); insert into t values (1)");
	CHECK_INT(kin_connection_execute(c, &read, NULL, 0, NULL, NULL), KIN_OK);
	run(c, "alter table t alter a type text");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, NULL), KIN_OK);
	CHECK_INT(kin_connection_execute(c, &read, NULL, 0, NULL, &error), KIN_ESERIALIZE);
	CHECK_HAS(kin_error_text(&error), "the tables have changed since this statement was described");
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	CHECK_INT(kin_connection_execute(c, &read, NULL, 0, NULL, NULL), KIN_OK);
	run(c, "alter table t alter a type integer using 1");
	CHECK_INT(kin_connection_execute(c, &read, NULL, 0, NULL, NULL), KIN_OK); /* outside of one it is read again */
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}
