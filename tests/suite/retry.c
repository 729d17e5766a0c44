/* kin_transaction() and sessions when others are in the way, or the connection goes. */
#include <pthread.h>

#include <kin/query.h>

#include "suite/suite.h"

KIN_DECLARE(Account);

struct Account {
	int64_t id;
	int32_t amount;
	int32_t moves;
};

KIN_MODEL(Account, "accounts") {
	kin_column(id, .primary_key = true);
	kin_column(amount);
	kin_column(moves);
}

enum { ACCOUNTS = 4, EACH = 1000 };

static void make_accounts(kin_db *db)
{
	kin_connection *c = acquire(db);

	suite_create(c, "CREATE TABLE accounts (id BIGINT NOT NULL, amount INTEGER NOT NULL, moves INTEGER NOT NULL, "
	                "CONSTRAINT pk_accounts PRIMARY KEY (id));");
	run(c, "insert into accounts values (1, 1000, 0), (2, 1000, 0), (3, 1000, 0), (4, 1000, 0)");
	kin_db_release(db, c);
}

static void check_accounts(kin_db *db, int moves)
{
	kin_connection *c = acquire(db);

	CHECK_INT(number(c, "select sum(amount) from accounts"), ACCOUNTS * EACH);
	CHECK_INT(number(c, "select sum(moves) from accounts"), 2 * moves);
	kin_db_release(db, c);
}

typedef struct transfer {
	const kin_db *victim; /* whose connections are ended in the first run, between the two accounts. NULL: nobody's */
	int           from, to, runs;
} transfer;

/* Read, think, write: what two do at the same time goes wrong unless one of them begins again. */
static int move_one(kin_session *session, void *context)
{
	transfer *t = context;
	const Account *from = kin_get(session, Account, t->from), *to = kin_get(session, Account, t->to);

	if (!from || !to)
		return kin_errcode(session);
	kin_refresh(session, from);
	kin_refresh(session, to);
	if (kin_errcode(session) < 0)
		return kin_errcode(session);
	Account *poorer = kin_edit(session, Account, from), *richer = kin_edit(session, Account, to);
	poorer->amount--;
	poorer->moves++;
	kin_flush(session);
	if (t->runs++ == 0 && t->victim)
		suite_kill(t->victim);
	richer->amount++;
	richer->moves++;
	return 0;
}

SUITE(a_transaction_whose_connection_goes_in_the_middle_is_run_again)
{
	make_accounts(db);
	kin_session *session = kin_session_new(db);
	transfer t = { .victim = db, .from = 1, .to = 2 };
	int rc = kin_transaction(session, move_one, &t);
	CHECK_MSG(rc == KIN_OK, "%s: %s", kin_errname(rc), kin_errmsg(session));
	CHECK_INT(t.runs, is_dialect(db, "postgresql") || is_dialect(db, "mariadb") ? 2 : 1);
	CHECK_INT(kin_get(session, Account, 1)->amount, EACH - 1);
	kin_free(session);
	check_accounts(db, 1);
}

SUITE(after_a_lost_connection_a_rollback_is_all_it_takes)
{
	make_accounts(db);
	kin_session *session = kin_session_new(db);
	Account *account = kin_edit(session, Account, kin_get(session, Account, 1));
	account->moves = 7;
	CHECK_INT(kin_flush(session), KIN_OK);
	bool killed = suite_kill(db);
	int rc = kin_count(session, Account, "moves = ?", 7) == 1 ? KIN_OK : kin_errcode(session);
	CHECK_INT(rc, killed ? KIN_ECONNECTION : KIN_OK);
	CHECK_INT(kin_commit(session), rc); /* an error stays */
	CHECK_INT(kin_rollback(session), KIN_OK);
	if (killed)
		CHECK_INT(account->moves, 0);
	account->moves = 2;
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_count(session, Account, "moves = ?", 2), 1);
	kin_free(session);
}

SUITE(a_part_is_not_committed_without_the_whole_that_was_lost)
{
	make_accounts(db);
	kin_session *session = kin_session_new(db);
	kin_edit(session, Account, kin_get(session, Account, 1))->moves = 1;
	CHECK_INT(kin_begin_nested(session), KIN_OK);
	kin_edit(session, Account, kin_get(session, Account, 2))->moves = 1;
	bool killed = suite_kill(db);
	CHECK_INT(kin_flush(session), killed ? KIN_ECONNECTION : KIN_OK);
	CHECK_INT(kin_rollback(session), killed ? KIN_ECONNECTION : KIN_OK);
	if (killed)
		CHECK_HAS(kin_errmsg(session), "the whole transaction is undone, not only what came after kin_begin_nested()");
	CHECK_INT(kin_commit(session), killed ? KIN_ECONNECTION : KIN_OK);
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_INT(kin_count(session, Account, "moves = ?", 1), killed ? 0 : 1);
	kin_free(session);
}

enum { WRITERS = 4, MOVES = 25 };

typedef struct writer {
	kin_db   *db;
	int       number, failures, attempts;
	char      text[300];
	pthread_t thread;
} writer;

static void *move_often(void *context)
{
	writer *w = context;
	kin_session *session = kin_session_new(w->db);

	for (int i = 0; i < MOVES; i++) {
		int attempts = 0;
		transfer t = { .from = 1 + (w->number + i) % ACCOUNTS, .to = 1 + (w->number + i + 1 + i % 2) % ACCOUNTS };
		kin_transaction_options options = { .attempts = 1000, .milliseconds = 60000, .ret_attempts = &attempts };
		if (kin_transaction_with(session, move_one, &t, &options) != KIN_OK) {
			snprintf(w->text, sizeof(w->text), "%s", kin_errmsg(session));
			w->failures++;
			kin_rollback(session);
		}
		w->attempts += attempts;
	}
	kin_free(session);
	return NULL;
}

SUITE(no_transfer_is_lost_or_made_twice_when_four_make_them)
{
	kin_db *strict = is_dialect(db, "postgresql") ? suite_open(db, "options=-c%20default_transaction_isolation=serializable")
	                                            : suite_open(db, "pool_size=5");
	writer writers[WRITERS];
	int attempts = 0;

	make_accounts(db);
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (writer){ .db = strict, .number = i };
		CHECK(pthread_create(&writers[i].thread, NULL, move_often, &writers[i]) == 0);
	}
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(writers[i].thread, NULL);
		attempts += writers[i].attempts;
	}
	for (int i = 0; i < WRITERS; i++)
		CHECK_MSG(writers[i].failures == 0, "%d failures: %s", writers[i].failures, writers[i].text);
	fprintf(stderr, "%d transfers in %d attempts\n", WRITERS * MOVES, attempts);
	check_accounts(db, WRITERS * MOVES);
	kin_db_close(strict);
}
