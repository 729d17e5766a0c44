/* loader_linked.c - how many statements many-to-many lists take, however many have them. */
#include "models.h"

#include "base/text.h"

KIN_DECLARE(Dish);
KIN_DECLARE(Spice);

struct Dish {
	int64_t    id;
	Spice_list spices;
};

struct Spice {
	int64_t   id;
	Dish_list dishes;
};

KIN_MODEL(Dish, "dishes") {
	kin_column(id, .primary_key = true);
	kin_many_to_many(spices, Spice, .through = "dish_spices", .backref = "dishes");
}

KIN_MODEL(Spice, "spices") {
	kin_column(id, .primary_key = true);
	kin_many_to_many(dishes, Dish, .through = "dish_spices");
}

/* n dishes and n spices: each dish has the spice of its number, and the first one. */
static void filled(int n)
{
	kin_text sql;

	test_open();
	MODELS_CREATE("dishes", "spices", "dish_spices");
	kin_text_init(&sql);
	for (int i = 1; i <= n; i++)
		kin_text_addf(&sql, "%s(%d)", i == 1 ? "INSERT INTO dishes (id) VALUES " : ", ", i);
	for (int i = 1; i <= n; i++)
		kin_text_addf(&sql, "%s(%d)", i == 1 ? "; INSERT INTO spices (id) VALUES " : ", ", i);
	kin_text_add(&sql, "; INSERT INTO dish_spices (dish_id, spice_id) VALUES (1, 1)");
	for (int i = 2; i <= n; i++)
		kin_text_addf(&sql, ", (%d, %d), (%d, 1)", i, i, i);
	test_run(sql.data);
	kin_text_done(&sql);
	test_forget();
}

static void check_sent(const char *way, size_t expected, int parents)
{
	size_t sent = test_sent();

	CHECK_MSG(sent == expected, "%s, %d parents: %zu statements, not %zu", way, parents, sent, expected);
}

/* All n dishes have their spices, and all n spices their dishes: 2n - 1 rows link them. */
#define COUNTED(Model, text, member, expected) \
	do { \
		kin_session *s_ = kin_session_new(test_db()); \
		size_t linked_ = 0; \
		test_forget(); \
		Model##_list list_ = kin_all(s_, Model, text); \
		check_sent(text, expected, n); \
		kin_each(Model, one, list_) \
			linked_ += kin_load(one, member).count; \
		CHECK_INT(linked_, 2 * n - 1); \
		CHECK_NO_SQL(); \
		CHECK_OK(s_); \
		kin_free(s_); \
	} while (0)

/* The same by the first kin_load() of each. */
#define LOOPED(Model, text, member, expected) \
	do { \
		kin_session *s_ = kin_session_new(test_db()); \
		Model##_list list_ = kin_all(s_, Model, text); \
		size_t linked_ = 0; \
		test_forget(); \
		kin_each(Model, one, list_) \
			linked_ += kin_load(one, member).count; \
		CHECK_INT(linked_, 2 * n - 1); \
		check_sent("kin_load", expected, n); \
		kin_free(s_); \
	} while (0)

static const int counts[] = { 10, 1000, 10000 };

TEST(statements_of_many_to_many_lists_do_not_count_parents)
{
	for (size_t i = 0; i < 3; i++) {
		int n = counts[i];
		size_t batches = ((size_t)n + 499) / 500;
		filled(n);
		COUNTED(Dish, "with joined spices", spices, 1);
		COUNTED(Spice, "with joined dishes", dishes, 1);
		COUNTED(Dish, "with subquery spices", spices, 2);
		COUNTED(Spice, "with subquery dishes", dishes, 2);
		COUNTED(Dish, "with selectin spices", spices, 1 + batches);
		COUNTED(Spice, "with selectin dishes", dishes, 1 + batches);
		COUNTED(Dish, "id > 0 with selectin spices", spices, 1 + batches);
		if (n <= 1000)
			COUNTED(Dish, "with immediate spices", spices, 1 + (size_t)n);
		test_close();
	}
}

TEST(statements_of_loops_over_many_to_many_lists_count_batches)
{
	for (size_t i = 0; i < 3; i++) {
		int n = counts[i];
		size_t batches = (size_t)(n - 1 + 499) / 500;
		filled(n);
		LOOPED(Dish, "", spices, 1 + batches);
		LOOPED(Spice, "", dishes, 1 + batches);
		test_close();
	}
}
