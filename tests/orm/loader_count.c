/* loader_count.c - no loader's statements count the parents: each way, for keys of two columns, one on the other side, and rows of the same table. */
#include "orm_test.h"

#include "models.h"

KIN_DECLARE(Hall);
KIN_DECLARE(Seat);
KIN_DECLARE(Torch);
KIN_DECLARE(Stem);

struct Hall { const char *town; int32_t no; Seat_list seats; const Torch *torch; };
struct Seat { int64_t id; const char *town; int32_t no; const Hall *hall; };
struct Torch { int64_t id; const char *town; int32_t no; };
struct Stem { int64_t id; kin_nullable(int64_t) parent_id; const Stem *parent; Stem_list children; };

KIN_MODEL(Hall, "halls") {
	kin_column(town, .length = 10, .primary_key = true);
	kin_column(no, .primary_key = true);
	kin_has_many(seats, Seat, .backref = "hall");
	kin_has_one(torch, Torch);
}

KIN_MODEL(Seat, "seats") {
	kin_column(id, .primary_key = true);
	kin_column(town, .length = 10);
	kin_column(no, .index = true);
	kin_foreign_key((town, no), "halls (town, no)");
	kin_belongs_to(hall, Hall);
}

KIN_MODEL(Torch, "torches") {
	kin_column(id, .primary_key = true);
	kin_column(town, .length = 10);
	kin_column(no, .index = true);
	kin_foreign_key((town, no), "halls (town, no)");
}

KIN_MODEL(Stem, "stems") {
	kin_column(id, .primary_key = true);
	kin_column(parent_id, .foreign_key = "stems.id", .index = true);
	kin_belongs_to(parent, Stem);
	kin_has_many(children, Stem, .backref = "parent");
}

/* n halls with a seat and a torch each, and n stems with a child each. */
static void fill(int n)
{
	test_open();
	MODELS_CREATE("halls", "seats", "torches", "stems");
	test_fill(n, 0);
	test_run("INSERT INTO halls (town, no) SELECT 'Ulm', id FROM owners");
	test_run("INSERT INTO seats (id, town, no) SELECT id, 'Ulm', id FROM owners");
	test_run("INSERT INTO torches (id, town, no) SELECT id, 'Ulm', id FROM owners");
	test_run("INSERT INTO stems (id, parent_id) SELECT id, NULL FROM owners");
	test_run("INSERT INTO stems (id, parent_id) SELECT id + 20000, id FROM owners");
	test_forget();
}

static void check_sent(const char *what, size_t expected, int parents)
{
	size_t sent = test_sent();

	CHECK_MSG(sent == expected, "%s, %d parents: %zu statements, not %zu", what, parents, sent, expected);
}

/* As many as the loader asks for at once; fewer where a statement takes few values: dqlite, 255 and so 64 keys of two columns. */
static size_t chunks(int n)
{
	size_t most = test_on_server() && test_on_sqlite() ? 64 : 500;

	return ((size_t)n + most - 1) / most;
}

/* One for the first, and for each 500 of the others. */
static size_t of_loop(int n)
{
	size_t sent = 2;

	for (int left = n - 1; left > 0; left -= 500)
		sent += chunks(left < 500 ? left : 500);
	return sent;
}

/* The session, knowing nothing. */
static kin_session *fresh(kin_session *s)
{
	CHECK_INT(kin_reset(s), KIN_OK);
	return s;
}

static void lists_by_a_key_of_two_columns(kin_session *s, int n)
{
	Hall_list halls = kin_all(fresh(s), Hall, "no > ? with selectin seats", 0);
	check_sent("selectin", 1 + chunks(n), n);
	CHECK_INT(halls.items[n - 1]->seats.count, 1);
	kin_all(fresh(s), Hall, "no > ? with joined seats", 0);
	check_sent("joined", 1, n);
	kin_all(fresh(s), Hall, "no > ? with subquery seats", 0);
	check_sent("subquery", 2, n);
	halls = kin_all(fresh(s), Hall, "no > ?", 0);
	kin_each(Hall, hall, halls)
		CHECK_INT(kin_load(hall, seats).count, 1);
	check_sent("a loop", of_loop(n), n);
}

static void one_by_a_key_of_two_columns(kin_session *s, int n)
{
	Seat_list seats = kin_all(fresh(s), Seat, "id > ? with selectin hall", 0);
	check_sent("selectin", 1 + chunks(n), n);
	CHECK(seats.items[n - 1]->hall != NULL);
	kin_all(fresh(s), Seat, "id > ? with joined hall", 0);
	check_sent("joined", 1, n);
	kin_all(fresh(s), Seat, "id > ? with subquery hall", 0);
	check_sent("subquery", 2, n);
	seats = kin_all(fresh(s), Seat, "id > ?", 0);
	kin_each(Seat, seat, seats)
		CHECK(kin_load(seat, hall) != NULL);
	check_sent("a loop", of_loop(n), n);
}

static void one_on_the_other_side(kin_session *s, int n)
{
	Hall_list halls = kin_all(fresh(s), Hall, "no > ? with selectin torch", 0);
	check_sent("selectin", 1 + chunks(n), n);
	CHECK(halls.items[n - 1]->torch != NULL);
	kin_all(fresh(s), Hall, "no > ? with joined torch", 0);
	check_sent("joined", 1, n);
	kin_all(fresh(s), Hall, "no > ? with subquery torch", 0);
	check_sent("subquery", 2, n);
	halls = kin_all(fresh(s), Hall, "no > ?", 0);
	kin_each(Hall, hall, halls)
		CHECK(kin_load(hall, torch) != NULL);
	check_sent("a loop", of_loop(n), n);
}

static void rows_of_the_same_table(kin_session *s, int n)
{
	Stem_list stems = kin_all(fresh(s), Stem, "id < ? with selectin children", 20000);
	check_sent("selectin", 1 + (size_t)(n + 499) / 500, n);
	CHECK_INT(stems.items[n - 1]->children.count, 1);
	kin_all(fresh(s), Stem, "id < ? with joined children", 20000);
	check_sent("joined", 1, n);
	kin_all(fresh(s), Stem, "id < ? with subquery children", 20000);
	check_sent("subquery", 2, n);
	kin_all(fresh(s), Stem, "id > ? with selectin parent", 20000);
	check_sent("selectin parent", 1 + (size_t)(n + 499) / 500, n);
	kin_all(fresh(s), Stem, "id > ? with joined parent", 20000);
	check_sent("joined parent", 1, n);
	stems = kin_all(fresh(s), Stem, "id < ?", 20000);
	kin_each(Stem, stem, stems)
		CHECK_INT(kin_load(stem, children).count, 1);
	check_sent("a loop", 2 + (size_t)(n - 1 + 499) / 500, n);
}

TEST(statements_do_not_count_parents_of_any_kind)
{
	const int counts[] = { 10, 1000, kin_test_rounds(10000) };

	for (int i = 0; i < 3; i++) {
		fill(counts[i]);
		kin_session *s = test_session();
		lists_by_a_key_of_two_columns(s, counts[i]);
		one_by_a_key_of_two_columns(s, counts[i]);
		one_on_the_other_side(s, counts[i]);
		rows_of_the_same_table(s, counts[i]);
		test_close();
	}
}
