/* transfers.c - eight writers move money between accounts while somebody kills the database; then the books are checked.
 *
 *     transfers URL STOP    until the file STOP is there
 *
 * Each transfer is one transaction of two UPDATEs and an INSERT with a number of its own. What each writer was told of each is kept here:
 * what was committed must be in the database once, what failed must not be, of what is unknown either is right. The sum of all
 * accounts never changes, and each balance is what its transfers make it. When STOP is there each writer must still get one through: nobody
 * is stuck. The figures are printed. Exit status 0: the books are right. */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <kin.h>

#include "base/vec.h"
#include "orm/session_state.h"

enum { WRITERS = 8, ACCOUNTS = 40, START = 1000, LAST_TRIES = 60 };

KIN_DECLARE(Account);
struct Account {
	int64_t id;
	int64_t balance;
};

KIN_DECLARE(Transfer);
struct Transfer {
	int64_t id; /* its writer's number in the upper half */
	int64_t source;
	int64_t target;
	int64_t amount;
};

KIN_MODEL(Account, "accounts")
{
	kin_column(id, .primary_key = true);
	kin_column(balance);
}

KIN_MODEL(Transfer, "transfers")
{
	kin_column(id, .primary_key = true);
	kin_column(source);
	kin_column(target);
	kin_column(amount);
}

typedef enum outcome { COMMITTED, FAILED, UNKNOWN } outcome;

typedef struct order {
	int64_t id, source, target, amount;
	outcome outcome;
} order;

typedef struct writer {
	pthread_t      thread;
	kin_db        *db;
	const char    *stop;
	int64_t        number;
	unsigned       random;
	kin_vec(order) orders;
	unsigned long  retries;  /* runs beyond the first of a transfer */
	unsigned long  count[3]; /* by outcome */
	double         last;     /* commit, in seconds */
	double         stall;    /* the longest time between two */
	char           complaint[400]; /* of the last failure */
} writer;

/* Of all writers together. */
typedef struct world {
	pthread_mutex_t mutex;
	double          last; /* commit of any of them */
	double          stall;
} world;

static world all = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- writers ---- */

typedef struct attempt {
	const order  *order;
	unsigned long runs;
} attempt;

static int transfer(kin_session *session, void *context)
{
	attempt *a = context;
	const order *o = a->order;

	a->runs++;
	kin_update(session, Account, "balance = balance - ? where id = ?", o->amount, o->source);
	kin_update(session, Account, "balance = balance + ? where id = ?", o->amount, o->target);
	return kin_add(session, kin_new(session, Transfer, .id = o->id, .source = o->source, .target = o->target, .amount = o->amount));
}

static void carry_out(writer *w, order *o)
{
	kin_session *session = kin_session_new(w->db);
	attempt a = { .order = o };
	int rc = kin_transaction(session, transfer, &a);

	o->outcome = rc == KIN_OK ? COMMITTED : rc == KIN_EUNKNOWN ? UNKNOWN : FAILED;
	if (o->outcome == FAILED)
		snprintf(w->complaint, sizeof(w->complaint), "%s, %s", kin_errname(rc), kin_errmsg(session));
	w->retries += a.runs > 1 ? a.runs - 1 : 0;
	w->count[o->outcome]++;
	kin_free(session);
}

static order next_order(writer *w)
{
	int64_t source = 1 + rand_r(&w->random) % ACCOUNTS, step = 1 + rand_r(&w->random) % (ACCOUNTS - 1);

	return (order){
		.id = w->number << 32 | (int64_t)(w->orders.count + 1), .source = source, .target = 1 + (source - 1 + step) % ACCOUNTS,
		.amount = 1 + rand_r(&w->random) % 50,
	};
}

static void note_gap(double *last, double t, double *longest)
{
	*longest = t - *last > *longest ? t - *last : *longest;
	*last = t;
}

static void note_commit(writer *w)
{
	double t = now();

	note_gap(&w->last, t, &w->stall);
	pthread_mutex_lock(&all.mutex);
	note_gap(&all.last, t, &all.stall);
	pthread_mutex_unlock(&all.mutex);
}

static bool write_one(writer *w)
{
	order o = next_order(w);

	carry_out(w, &o);
	if (o.outcome == COMMITTED)
		note_commit(w);
	if (!kin_vec_push(&w->orders, o))
		abort();
	return o.outcome == COMMITTED;
}

static void *write_all(void *context)
{
	writer *w = context;
	bool through = false;

	w->last = now();
	while (access(w->stop, F_OK) != 0)
		write_one(w);
	for (int i = 0; i < LAST_TRIES && !through; i++) {
		through = write_one(w);
		if (!through)
			usleep(100000);
	}
	return through ? w : NULL;
}

/* ---- the books ---- */

typedef struct books {
	kin_session *session;
	unsigned     wrong;
	int64_t      balance[ACCOUNTS + 1];
} books;

static const char *const words[] = { "committed", "failed", "unknown" };

static void check_order(books *b, const order *o)
{
	bool there = kin_get(b->session, Transfer, o->id) != NULL;

	if (there) {
		b->balance[o->source] -= o->amount;
		b->balance[o->target] += o->amount;
	}
	if (o->outcome == UNKNOWN || there == (o->outcome == COMMITTED))
		return;
	b->wrong++;
	printf("wrong: transfer %" PRId64 " of writer %" PRId64 " was %s, but is %s the database\n", o->id & UINT32_MAX, o->id >> 32,
	       words[o->outcome], there ? "in" : "not in");
}

static void check_balances(books *b, size_t transfers)
{
	int64_t sum = 0;

	if (kin_count(b->session, Transfer) != (int64_t)transfers) {
		b->wrong++;
		printf("wrong: the database has %" PRId64 " transfers, %zu were made\n", kin_count(b->session, Transfer), transfers);
	}
	kin_each(Account, account, kin_all(b->session, Account)) {
		sum += account->balance;
		if (account->balance == b->balance[account->id])
			continue;
		b->wrong++;
		printf("wrong: account %" PRId64 " has %" PRId64 ", its transfers make %" PRId64 "\n", account->id, account->balance,
		       b->balance[account->id]);
	}
	if (sum != ACCOUNTS * START) {
		b->wrong++;
		printf("wrong: all accounts together have %" PRId64 ", they began with %d\n", sum, ACCOUNTS * START);
	}
}

static unsigned check(kin_db *db, const writer *writers)
{
	books b = { .session = kin_session_new(db) };
	size_t transfers = 0;

	for (int i = 1; i <= ACCOUNTS; i++)
		b.balance[i] = START;
	kin_all(b.session, Transfer);
	for (int i = 0; i < WRITERS; i++) {
		for (size_t n = 0; n < writers[i].orders.count; n++) {
			check_order(&b, &writers[i].orders.items[n]);
			transfers += kin_get(b.session, Transfer, writers[i].orders.items[n].id) != NULL;
		}
	}
	check_balances(&b, transfers);
	if (kin_errcode(b.session) < 0) {
		b.wrong++;
		printf("wrong: the books cannot be read: %s\n", kin_errmsg(b.session));
	}
	kin_free(b.session);
	return b.wrong;
}

static void tell(const writer *writers)
{
	unsigned long count[3] = { 0 }, retries = 0;
	double stall = 0;

	for (int i = 0; i < WRITERS; i++) {
		for (int n = 0; n < 3; n++)
			count[n] += writers[i].count[n];
		retries += writers[i].retries;
		stall = writers[i].stall > stall ? writers[i].stall : stall;
		if (writers[i].complaint[0])
			printf("writer %d's last failure: %s\n", i + 1, writers[i].complaint);
	}
	printf("%lu committed, %lu failed, %lu unknown, %lu retries; longest stall of all %.2f s, of a writer %.2f s\n",
	       count[COMMITTED], count[FAILED], count[UNKNOWN], retries, all.stall, stall);
}

/* ---- the program ---- */

static bool make_tables(kin_db *db)
{
	kin_session *session = kin_session_new(db);
	kin_connection *connection;
	kin_error error = { 0 };
	int rc = kin_db_acquire(db, &connection, &error);

	if (rc == KIN_OK) {
		rc = kin_connection_run(connection,
		                        "CREATE TABLE accounts (id BIGINT NOT NULL PRIMARY KEY, balance BIGINT NOT NULL);"
		                        "CREATE TABLE transfers (id BIGINT NOT NULL PRIMARY KEY, source BIGINT NOT NULL, target BIGINT NOT NULL,"
		                        " amount BIGINT NOT NULL)", &error);
		kin_db_release(db, connection);
	}
	for (int i = 1; rc == KIN_OK && i <= ACCOUNTS; i++)
		kin_add(session, kin_new(session, Account, .id = i, .balance = START));
	if (rc < 0 || (rc = kin_commit(session)) < 0)
		printf("no tables: %s\n", rc < 0 && error.code ? kin_error_text(&error) : kin_errmsg(session));
	kin_error_clear(&error);
	kin_free(session);
	return rc == KIN_OK;
}

int main(int argc, char **argv)
{
	static writer writers[WRITERS];
	kin_db_options options = { .url = argv[1], .pool_size = WRITERS + 1 };
	const char *seed = getenv("KIN_SEED");
	char *message = NULL;
	unsigned wrong = 0;
	void *through;

	if (argc != 3) {
		fprintf(stderr, "usage: transfers URL STOP\n");
		return 2;
	}
	kin_db *db = kin_db_open(&options, &message);
	if (!db || !make_tables(db)) {
		fprintf(stderr, "transfers: %s\n", message ? message : "the tables could not be made");
		return 1;
	}
	printf("writing\n");
	fflush(stdout);
	all.last = now();
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (writer){ .db = db, .stop = argv[2], .number = i + 1, .random = (unsigned)(seed ? atoi(seed) : 1) + (unsigned)i };
		pthread_create(&writers[i].thread, NULL, write_all, &writers[i]);
	}
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(writers[i].thread, &through);
		if (!through) {
			wrong++;
			printf("wrong: writer %d does not get through any more\n", i + 1);
		}
	}
	wrong += check(db, writers);
	tell(writers);
	for (int i = 0; i < WRITERS; i++)
		kin_vec_done(&writers[i].orders);
	kin_db_close(db);
	return wrong > 0;
}
