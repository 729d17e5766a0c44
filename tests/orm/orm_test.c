/* orm_test.c - the database, models and trace of this layer's tests. */
#include "orm_test.h"

#include <stdlib.h>

#include "base/text.h"
#include "base/vec.h"
#include "db/connection.h"

KIN_MODEL(Owner, "owners") {
	kin_column(id, .primary_key = true);
	kin_column(name, .length = 20);
	kin_has_many(pets, Pet, .backref = "owner");
}

KIN_MODEL(Pet, "pets") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(species);
	kin_column(age);
	kin_column(owner_id, .foreign_key = "owners.id");
	kin_belongs_to(owner, Owner);
	kin_has_many(visits, Visit, .backref = "pet", .order_by = "day desc");
	kin_repr("<Pet {name}>");
}

KIN_MODEL(Visit, "visits") {
	kin_column(id, .primary_key = true);
	kin_column(day);
	kin_column(pet_id, .foreign_key = "pets.id");
	kin_belongs_to(pet, Pet);
}

static const char tables[] =
	"CREATE TABLE owners (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(20));"
	"CREATE TABLE pets (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR, species VARCHAR, age INTEGER, "
	"owner_id BIGINT REFERENCES owners (id));"
	"CREATE INDEX ix_pets_owner_id ON pets (owner_id);"
	"CREATE TABLE visits (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, day DATE NOT NULL, "
	"pet_id BIGINT REFERENCES pets (id));";

static kin_db *db;
static kin_vec(kin_session *) sessions;
static kin_vec(char *) sent;
static char *shown;

static bool is_transaction(const char *sql)
{
	static const char *const words[] = { "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strncmp(sql, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/* malloc, not the library's: the fuse does not count it. */
static void note(void *context, const kin_trace_event *event)
{
	(void)context;
	if (is_transaction(event->sql))
		return;
	if (sent.count == sent.capacity) {
		sent.capacity = sent.capacity ? 2 * sent.capacity : 64;
		sent.items = realloc(sent.items, sent.capacity * sizeof(*sent.items));
	}
	sent.items[sent.count++] = strdup(event->sql);
}

void test_forget(void)
{
	while (sent.count > 0)
		free(sent.items[--sent.count]);
}

void test_run(const char *sql)
{
	kin_connection *connection;
	kin_error error = { 0 };

	kin_db_trace(db, NULL, NULL);
	CHECK_MSG(kin_db_acquire(db, &connection, &error) == KIN_OK, "%s", kin_error_text(&error));
	CHECK_MSG(kin_connection_run(connection, sql, &error) == KIN_OK, "%s: %s", sql, kin_error_text(&error));
	kin_db_release(db, connection);
	kin_db_trace(db, note, NULL);
}

kin_db *test_open(void)
{
	test_close();
	db = kin_db_open(&(kin_db_options){ .url = "sqlite:///:memory:" }, NULL);
	CHECK(db != NULL);
	test_run(tables);
	return db;
}

kin_db *test_db(void)
{
	return db;
}

kin_session *test_session(void)
{
	kin_session *session = kin_session_new(db);

	CHECK(session != NULL);
	if (!session)
		return NULL;
	if (sessions.count == sessions.capacity) {
		sessions.capacity = sessions.capacity ? 2 * sessions.capacity : 8;
		sessions.items = realloc(sessions.items, sessions.capacity * sizeof(kin_session *));
	}
	return sessions.items[sessions.count++] = session;
}

void test_close(void)
{
	while (sessions.count > 0)
		kin_free(sessions.items[--sessions.count]);
	free(sessions.items);
	sessions.items = NULL;
	sessions.capacity = 0;
	kin_db_close(db);
	db = NULL;
	test_forget();
	free(sent.items);
	sent.items = NULL;
	sent.capacity = 0;
	free(shown);
	shown = NULL;
}

void test_fill(int owners, int pets_each)
{
	kin_text sql;
	int pet = 0;

	kin_text_init(&sql);
	kin_text_add(&sql, "BEGIN;");
	for (int i = 1; i <= owners; i++)
		kin_text_addf(&sql, "INSERT INTO owners (id, name) VALUES (%d, 'Owner %d');", i, i);
	for (int i = 1; i <= owners; i++)
		for (int n = 0; n < pets_each; n++) {
			pet++;
			kin_text_addf(&sql, "INSERT INTO pets (id, name, species, age, owner_id) VALUES (%d, 'Pet %d', '%s', %d, %d);",
			              pet, pet, pet % 2 ? "Dog" : "Cat", pet % 10, i);
		}
	kin_text_add(&sql, "COMMIT");
	test_run(sql.data);
	kin_text_done(&sql);
}

size_t test_sent(void)
{
	size_t count = sent.count;

	test_forget();
	return count;
}

const char *test_sql(void)
{
	size_t length = 1;

	for (size_t i = 0; i < sent.count; i++)
		length += strlen(sent.items[i]) + 1;
	free(shown);
	shown = calloc(1, length);
	for (size_t i = 0; i < sent.count; i++) {
		strcat(shown, sent.items[i]);
		strcat(shown, "\n");
	}
	return shown;
}

void test_check_sql(const char *file, int line, const char *const *expected, size_t count)
{
	bool same = count == sent.count;

	for (size_t i = 0; same && i < count; i++)
		same = strncmp(sent.items[i], expected[i], strlen(expected[i])) == 0;
	if (!same) {
		fprintf(stderr, "expected\n");
		for (size_t i = 0; i < count; i++)
			fprintf(stderr, "%s\n", expected[i]);
		kin_test_fail(file, line, "sent was\n%s", test_sql());
	}
	test_forget();
}
