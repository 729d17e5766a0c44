/* threads.c - one database, many threads, each with a session of its own; and all of them ask at the same moment for the first time. */
#include <pthread.h>
#include <stdlib.h>

#include "db/connection.h"
#include "orm_test.h"

static const char tables[] =
	"CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(20));"
	"CREATE TABLE pets (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR, species VARCHAR, age INTEGER, "
	"owner_id BIGINT REFERENCES owners (id));"
	"CREATE TABLE visits (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, day DATE NOT NULL, pet_id BIGINT REFERENCES pets (id));"
	"WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 4) INSERT INTO owners SELECT i, 'Owner ' || i FROM n;"
	"WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 16) "
	"INSERT INTO pets SELECT i, 'Pet ' || i, CASE WHEN i % 2 THEN 'Dog' ELSE 'Cat' END, i, 1 + (i - 1) / 4 FROM n;";

enum { THREADS = 8, WRITES = 40, READS = 200 };

typedef struct worker {
	pthread_t          thread;
	pthread_barrier_t *start;
	kin_db            *db;
	int                number;
	int                rc;
	char               message[200];
} worker;

static bool failed(worker *w, kin_session *session)
{
	if (kin_errcode(session) == KIN_OK)
		return false;
	w->rc = kin_errcode(session);
	snprintf(w->message, sizeof(w->message), "%s", kin_errmsg(session));
	return true;
}

/* The sites are the same for all threads: their plans are made by whoever comes first, or by several at once. */
static bool read_all(kin_session *session, int i)
{
	Owner_list owners = kin_all(session, Owner, "id <= ? order by id with selectin pets", 4);
	Pet_list dogs = kin_all(session, Pet, "species = ? and owner.id <= ? order by id with joined owner", "Dog", 4);
	bool right = owners.count == 4 && dogs.count == 8;

	kin_each(Owner, owner, owners)
		right = right && owner->pets.count == 4;
	kin_each(Pet, dog, dogs)
		right = right && dog->owner->id <= 4;
	const Pet *pet = kin_get(session, Pet, 1 + i % 16);
	right = right && pet && kin_load(pet, visits).count == 0;
	right = right && kin_count(session, Pet, "owner.name = ?", "Owner 2") == 4;
	return right && kin_exists(session, Owner, "pets.name = ?", "Pet 16");
}

static void *read_and_write(void *context)
{
	worker *w = context;

	pthread_barrier_wait(w->start);
	for (int i = 0; i < READS / 20 && w->rc == 0; i++) {
		kin_session *session = kin_session_new(w->db);
		for (int n = 0; n < 20 && !failed(w, session); n++) {
			if (!read_all(session, i + n) && !failed(w, session))
				w->rc = KIN_EDB;
			kin_rollback(session);
		}
		kin_free(session);
	}
	for (int i = 0; i < WRITES && w->rc == 0; i++) {
		kin_session *session = kin_session_new(w->db);
		Owner *owner = kin_new(session, Owner, .name = "new");
		kin_append(owner, pets, (const Pet *)kin_new(session, Pet, .name = "new", .age = kin_some(int32_t, w->number)));
		kin_add(session, owner);
		kin_flush(session);
		kin_update(session, Pet, "age = age + ? where name = ? and age = ?", 100, "new", w->number);
		if (i % 4 == 3)
			kin_rollback(session);
		kin_commit(session);
		failed(w, session);
		kin_free(session);
	}
	return NULL;
}

static void run_all(kin_db *db)
{
	worker workers[THREADS] = { 0 };
	pthread_barrier_t start;

	pthread_barrier_init(&start, NULL, THREADS);
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (worker){ .start = &start, .db = db, .number = i };
		CHECK_INT(pthread_create(&workers[i].thread, NULL, read_and_write, &workers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	pthread_barrier_destroy(&start);
	for (int i = 0; i < THREADS; i++)
		CHECK_MSG(workers[i].rc == 0, "thread %d: %s: %s", i, kin_errname(workers[i].rc), workers[i].message);
}

static void make_tables(kin_db *db)
{
	kin_connection *connection;
	kin_error error = { 0 };

	CHECK_MSG(kin_db_acquire(db, &connection, &error) == KIN_OK, "%s", kin_error_text(&error));
	CHECK_MSG(kin_connection_run(connection, tables, &error) == KIN_OK, "%s", kin_error_text(&error));
	kin_db_release(db, connection);
}

TEST(threads_share_a_database)
{
	char url[700];

	snprintf(url, sizeof(url), "sqlite:///%s/threads.db", kin_test_directory());
	kin_db *db = kin_db_open(&(kin_db_options){ .url = url, .pool_size = THREADS, .busy_timeout = 60000 }, NULL);
	CHECK(db != NULL);
	make_tables(db);
	run_all(db);
	kin_session *session = kin_session_new(db);
	CHECK_INT(kin_count(session, Owner, "name = ?", "new"), THREADS * WRITES * 3 / 4);
	CHECK_INT(kin_count(session, Pet, "age >= 100"), THREADS * WRITES * 3 / 4);
	kin_free(session);
	kin_db_close(db);
}
