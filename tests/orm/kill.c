/* kill.c - a process that is killed in the middle of its commits leaves a database as if it had stopped between two of them.
 *
 * The child moves money between accounts, adds owners with their pets, and deletes owners with theirs, each in one transaction; it says through a
 * pipe which transactions were committed. KIN_SEED repeats the delays. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "orm_test.h"

KIN_DECLARE(Account);
KIN_DECLARE(Keepsake);
KIN_DECLARE(Box);

struct Account {
	int64_t id;
	int64_t balance;
};

struct Box {
	int64_t       id;
	int64_t       number; /* of the transaction that made it */
	Keepsake_list keepsakes;
};

struct Keepsake {
	int64_t    id;
	int64_t    box_id;
	const Box *box;
};

KIN_MODEL(Account, "accounts") {
	kin_column(id, .primary_key = true);
	kin_column(balance);
}

KIN_MODEL(Box, "boxes") {
	kin_column(id, .primary_key = true);
	kin_column(number, .unique = true);
	kin_has_many(keepsakes, Keepsake, .backref = "box", .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
}

KIN_MODEL(Keepsake, "keepsakes") {
	kin_column(id, .primary_key = true);
	kin_column(box_id, .foreign_key = "boxes.id");
	kin_belongs_to(box, Box);
}

enum { ACCOUNTS = 10, EACH = 1000, ROUNDS = 100, KEEPSAKES = 3 };

static uint64_t state;

static uint32_t dice(uint32_t sides)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((state >> 33) % sides);
}

static sqlite3 *open_plainly(const char *path)
{
	sqlite3 *plain = NULL;

	CHECK_INT(sqlite3_open(path, &plain), SQLITE_OK);
	sqlite3_busy_timeout(plain, 5000);
	return plain;
}

static int64_t number(sqlite3 *plain, const char *sql)
{
	sqlite3_stmt *statement;
	int64_t result = -1;

	CHECK_MSG(sqlite3_prepare_v2(plain, sql, -1, &statement, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(plain));
	if (sqlite3_step(statement) == SQLITE_ROW)
		result = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return result;
}

static void make_database(const char *path)
{
	sqlite3 *plain = open_plainly(path);
	char *message = NULL;

	sqlite3_exec(plain, "CREATE TABLE accounts (id INTEGER NOT NULL PRIMARY KEY, balance BIGINT NOT NULL CHECK (balance >= 0));"
	             "CREATE TABLE boxes (id INTEGER NOT NULL PRIMARY KEY, number BIGINT NOT NULL UNIQUE);"
	             "CREATE TABLE keepsakes (id INTEGER NOT NULL PRIMARY KEY, box_id BIGINT NOT NULL REFERENCES boxes (id));"
	             "CREATE INDEX ix_keepsakes_box_id ON keepsakes (box_id);"
	             "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10) "
	             "INSERT INTO accounts SELECT i, 1000 FROM n;", NULL, NULL, &message);
	CHECK_MSG(!message, "%s", message);
	sqlite3_close(plain);
}

/* ---- the child ---- */

static void transfer(kin_session *session)
{
	Account *from = kin_edit(session, Account, kin_get(session, Account, 1 + dice(ACCOUNTS)));
	Account *to = kin_edit(session, Account, kin_get(session, Account, 1 + dice(ACCOUNTS)));
	int64_t sum = from->balance > 0 ? dice((uint32_t)from->balance + 1) : 0;

	from->balance -= sum;
	if (dice(2))
		kin_flush(session); /* between the two */
	to->balance += sum;
}

static void add_box(kin_session *session, int64_t serial)
{
	Box *box = kin_new(session, Box, .number = serial);

	for (int i = 0; i < KEEPSAKES; i++)
		kin_append(box, keepsakes, (const Keepsake *)kin_new(session, Keepsake));
	kin_add(session, box);
}

static void work(const char *url, int report, int64_t serial)
{
	kin_db *db = kin_db_open(&(kin_db_options){ .url = url }, NULL);
	kin_session *session = db ? kin_session_new(db) : NULL;

	for (;; serial++) {
		if (!session)
			_exit(2);
		transfer(session);
		add_box(session, serial);
		if (serial % 5 == 0)
			kin_delete(session, kin_first(session, Box, "number = ?", serial - 4));
		if (kin_commit(session) < 0) {
			fprintf(stderr, "%s\n", kin_errmsg(session));
			_exit(3);
		}
		if (write(report, &serial, sizeof(serial)) != sizeof(serial))
			_exit(4);
		if (dice(40) == 0) {
			kin_free(session);
			session = kin_session_new(db);
		}
	}
}

/* ---- the parent ---- */

/* Whether it was killed; what it said last. */
static void kill_one(const char *url, int64_t *serial, uint32_t microseconds)
{
	int ends[2], status;
	int64_t said;

	CHECK_INT(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		work(url, ends[1], *serial + 1);
		_exit(5);
	}
	CHECK(child > 0);
	close(ends[1]);
	usleep(microseconds);
	kill(child, SIGKILL);
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK_MSG(WIFSIGNALED(status), "the child ended by itself, with %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	while (read(ends[0], &said, sizeof(said)) == sizeof(said))
		*serial = said;
	close(ends[0]);
}

static void inspect(const char *path, int64_t *serial)
{
	sqlite3 *plain = open_plainly(path);

	CHECK_INT(number(plain, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
	CHECK_INT(number(plain, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	CHECK_INT(number(plain, "SELECT sum(balance) FROM accounts"), ACCOUNTS * EACH);
	CHECK_INT(number(plain, "SELECT count(*) FROM boxes WHERE (SELECT count(*) FROM keepsakes WHERE box_id = boxes.id) <> 3"), 0);
	int64_t last = number(plain, "SELECT coalesce(max(number), 0) FROM boxes");
	CHECK_MSG(last == *serial || last == *serial + 1, "transaction %lld was reported; the last one there is %lld",
	          (long long)*serial, (long long)last);
	CHECK_INT(number(plain, "SELECT count(*) FROM boxes"), last - last / 5); /* every fifth deletes one */
	*serial = last;
	sqlite3_close(plain);
}

TEST(a_killed_process_leaves_whole_transactions)
{
	const char *directory = kin_test_directory();
	char path[600], url[620];
	int rounds = kin_test_rounds(ROUNDS);
	int64_t serial = 0;

	snprintf(path, sizeof(path), "%s/kill.db", directory);
	snprintf(url, sizeof(url), "sqlite:///%s", path);
	make_database(path);
	state = kin_test_seed("killed commits");
	for (int round = 0; round < rounds; round++) {
		kill_one(url, &serial, 3000 + dice(30000));
		inspect(path, &serial);
	}
	CHECK_MSG(serial > 0 || rounds < ROUNDS, "no transaction was committed in %d rounds", ROUNDS);
}
