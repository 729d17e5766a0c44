/* flush_push.c - .passive_updates = false: rows that point at a changed key are written by the flush. */
#include "models.h"

#include "base/mem.h"

KIN_DECLARE(Shop);
KIN_DECLARE(Trestle);
KIN_DECLARE(Bay);
KIN_DECLARE(Jar);

struct Shop {
	const char *code;
	const char *name;
	Trestle_list  trestles;
};

struct Trestle {
	int64_t     id;
	const char *shop_code;
	int32_t     height;
	const Shop *shop;
};

/* A key of two numbers. */
struct Bay {
	int64_t row;
	int64_t no;
	Jar_list jars;
};

struct Jar {
	int64_t               id;
	kin_nullable(int64_t) bay_row;
	kin_nullable(int64_t) bay_no;
	const Bay            *bay;
};

KIN_MODEL(Shop, "shops") {
	kin_column(code, .length = 10, .primary_key = true);
	kin_column(name);
	kin_has_many(trestles, Trestle, .backref = "shop", .order_by = "id", .passive_updates = false);
}

KIN_MODEL(Trestle, "trestles") {
	kin_column(id, .primary_key = true);
	kin_column(shop_code, .length = 10, .foreign_key = "shops.code", .deferrable = true);
	kin_column(height);
	kin_belongs_to(shop, Shop);
}

KIN_MODEL(Bay, "bays") {
	kin_column(row, .primary_key = true);
	kin_column(no, .primary_key = true);
	kin_has_many(jars, Jar, .backref = "bay");
}

KIN_MODEL(Jar, "jars") {
	kin_column(id, .primary_key = true);
	kin_column(bay_row);
	kin_column(bay_no);
	kin_foreign_key((bay_row, bay_no), "bays", .deferrable = KIN_DEFERRED);
	kin_belongs_to(bay, Bay, .passive_updates = false);
}

static kin_session *opened(void)
{
	test_open();
	MODELS_CREATE("shops", "trestles", "bays", "jars");
	return test_session();
}

/* MariaDB checks at once. */
static bool waits(void)
{
	return strcmp(kin_db_dialect(test_db()), "mariadb") != 0;
}

/* Two trestles, of which the session knows the first. */
static Shop *make_shop(kin_session *s, const char *code, const Trestle **ret_first)
{
	Shop *shop = kin_new(s, Shop, .code = code);
	Trestle *first = kin_new(s, Trestle, .shop = shop, .height = 1), *second = kin_new(s, Trestle, .shop = shop, .height = 2);

	kin_add(s, first);
	kin_add(s, second);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	kin_expunge(s, second);
	CHECK_INT(kin_commit(s), KIN_OK);
	*ret_first = first;
	test_forget();
	return shop;
}

#define WAIT test_words("PRAGMA defer_foreign_keys = ON", "SET CONSTRAINTS ALL DEFERRED", "")

TEST(the_flush_writes_rows_that_point_at_a_changed_key_loaded_or_not)
{
	kin_session *s = opened();
	const Trestle *first;
	Shop *shop = make_shop(s, "a", &first);

	shop->code = "b";
	if (!waits()) {
		CHECK_INT(kin_commit(s), KIN_EFOREIGN);
		test_close();
		return;
	}
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_SQL(WAIT, "UPDATE shops SET code = ? WHERE code = ?", "UPDATE trestles SET shop_code = ? WHERE shop_code = ?");
	CHECK_TEXT(first->shop_code, "b");
	CHECK(first->shop == shop);
	CHECK_INT(kin_count(s, Trestle, "shop_code = 'b'"), 2);
	CHECK_INT(kin_count(s, Trestle, "shop.code = 'b' and height = 2"), 1);
	test_forget();
	shop->name = "corner";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE shops SET name = ? WHERE code = ?");
	test_close();
}

TEST(a_rollback_takes_such_keys_back)
{
	kin_session *s = opened();
	const Trestle *first;
	Shop *shop = make_shop(s, "a", &first);

	if (waits()) {
		shop->code = "b";
		CHECK_INT(kin_flush(s), KIN_OK);
		CHECK_TEXT(first->shop_code, "b");
		kin_rollback(s);
		CHECK_TEXT(first->shop_code, "a");
		CHECK_TEXT(shop->code, "a");
		CHECK_INT(kin_count(s, Trestle, "shop.code = 'a'"), 2);
	}
	test_close();
}

TEST(what_moves_elsewhere_in_the_same_flush_stays_there)
{
	kin_session *s = opened();
	const Trestle *first, *other;
	Shop *shop = make_shop(s, "a", &first), *next = make_shop(s, "n", &other);

	if (waits()) {
		kin_edit(s, Trestle, first)->shop = next;
		shop->code = "b";
		CHECK_INT(kin_commit(s), KIN_OK);
		CHECK_OK(s);
		CHECK_INT(kin_count(s, Trestle, "shop_code = 'b'"), 1);
		CHECK_INT(kin_count(s, Trestle, "shop_code = 'n'"), 3);
	}
	test_close();
}

TEST(keys_that_follow_each_other_keep_their_rows_apart)
{
	kin_session *s = opened();
	Bay *bays[4];

	for (int64_t i = 0; i < 4; i++) {
		bays[i] = kin_new(s, Bay, .row = 1, .no = 10 + i);
		kin_add(s, bays[i]);
		for (int64_t n = 0; n <= i; n++)
			kin_add(s, kin_new(s, Jar, .bay = bays[i]));
	}
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	kin_expunge_all(s);
	CHECK_INT(kin_commit(s), KIN_OK);
	for (int i = 0; waits() && i < 4; i++) {
		Bay *bay = kin_edit(s, Bay, kin_get(s, Bay, 1, 10 + i));
		bay->no--; /* 10 -> 9, 11 -> 10 … */
	}
	test_forget();
	if (waits()) {
		CHECK_INT(kin_commit(s), KIN_OK);
		CHECK_OK(s);
		for (int i = 0; i < 4; i++)
			CHECK_INT(kin_count(s, Jar, "bay_no = ?", 9 + i), i + 1);
	}
	test_close();
}

FUSED(pushing_keys_survives_any_allocation_failing)
{
	static long n;
	const Trestle *first;

	kin_fuse_set(-1);
	kin_session *s = opened();
	Shop *shop = make_shop(s, "a", &first);
	kin_fuse_set(n++);
	if (waits())
		shop->code = "b";
	int rc = kin_commit(s);
	if (rc < 0) {
		kin_rollback(s);
		CHECK_TEXT(first->shop_code, "a");
	}
	if (!kin_fuse_blown())
		n = 0;
	test_close();
	return rc;
}
