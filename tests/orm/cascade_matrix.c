/* cascade_matrix.c - each cascade over each form of relationship: an operation goes on along the one that names it, and along no other.
 *
 * One model of each form does: what a relationship says is set on its mapping before each try. */
#include "models.h"

#include "orm/registry.h"

KIN_DECLARE(Twig);
KIN_DECLARE(Acorn);
KIN_DECLARE(Bough);
KIN_DECLARE(Casket);
KIN_DECLARE(Basket);

/* At the other end of each. */
struct Acorn {
	int64_t               id;
	const char           *name;
	kin_nullable(int64_t) bough_id;
	kin_nullable(int64_t) casket_id;
};

struct Twig {
	int64_t               id;
	const char           *name;
	kin_nullable(int64_t) acorn_id;
	const Acorn        *acorn;
};

struct Bough {
	int64_t      id;
	const char  *name;
	Acorn_list acorn;
};

struct Casket {
	int64_t        id;
	const char    *name;
	const Acorn *acorn;
};

struct Basket {
	int64_t      id;
	const char  *name;
	Acorn_list acorn;
};

KIN_MODEL(Acorn, "acorns") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(bough_id, .foreign_key = "boughs.id");
	kin_column(casket_id, .foreign_key = "caskets.id");
}

KIN_MODEL(Twig, "twigs") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(acorn_id, .foreign_key = "acorns.id");
	kin_belongs_to(acorn, Acorn, .single_parent = true);
}

KIN_MODEL(Bough, "boughs") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_has_many(acorn, Acorn);
}

KIN_MODEL(Casket, "caskets") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_has_one(acorn, Acorn);
}

KIN_MODEL(Basket, "baskets") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_many_to_many(acorn, Acorn, .through = "basket_acorns", .single_parent = true);
}

static const struct {
	const char *name;
	int         cascade;
} cascades[] = {
	{ "none", KIN_CASCADE_NONE },
	{ "save-update", KIN_CASCADE_SAVE_UPDATE },
	{ "merge", KIN_CASCADE_MERGE },
	{ "delete", KIN_CASCADE_DELETE },
	{ "delete-orphan", KIN_CASCADE_DELETE_ORPHAN },
	{ "refresh-expire", KIN_CASCADE_REFRESH_EXPIRE },
	{ "expunge", KIN_CASCADE_EXPUNGE },
	{ "all", KIN_CASCADE_ALL },
	{ "all, delete-orphan", KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN },
};

/* For each set of cascades: whether the operation reached the other end, which it does if the set has `named`. */
static void check_all(const kin_mapping *mapping, int named, bool (*reaches)(void))
{
	for (size_t i = 0; i < sizeof(cascades) / sizeof(cascades[0]); i++) {
		mapping->relations[0]->cascade = cascades[i].cascade;
		bool expected = (cascades[i].cascade & named) != 0;
		CHECK_MSG(reaches() == expected, ".cascade of %s is %s: the operation %s", mapping->name, cascades[i].name,
		          expected ? "stopped" : "went on");
	}
	mapping->relations[0]->cascade = KIN_CASCADE_SAVE_UPDATE | KIN_CASCADE_MERGE;
}

static void opened(void)
{
	test_open();
	MODELS_CREATE("boughs", "caskets", "acorns", "twigs", "baskets", "basket_acorns");
}

#define PUT_ONE(parent, child) ((parent)->acorn = (child))
#define PUT_MANY(parent, child) kin_append(parent, acorn, (const Acorn *)(child))
#define DROP_ONE(parent, child) ((parent)->acorn = NULL)
#define DROP_MANY(parent, child) kin_remove(parent, acorn, child)
#define ONE(parent) kin_load(parent, acorn)
#define MANY(parent) kin_load(parent, acorn).items[0]

/* A parent and the one at the other end are saved, and the transaction is over. */
#define SAVED(Parent, PUT) \
	kin_session *s = kin_session_new(test_db()); \
	Acorn *acorn = kin_new(s, Acorn, .name = "acorn"); \
	Parent *parent = kin_new(s, Parent, .name = "parent"); \
	kin_add(s, acorn); \
	kin_add(s, parent); \
	PUT(parent, acorn); \
	CHECK_INT(kin_commit(s), KIN_OK)

#define FORM(form, Parent, PUT, SHOWN) \
	static bool form##_saves(void) \
	{ \
		kin_session *s = kin_session_new(test_db()); \
		Acorn *acorn = kin_new(s, Acorn, .name = "acorn"); \
		Parent *parent = kin_new(s, Parent, .name = "parent"); \
		PUT(parent, acorn); \
		kin_add(s, parent); \
		bool reached = kin_state_of(acorn) == KIN_PENDING; \
		kin_free(s); \
		return reached; \
	} \
	static bool form##_merges(void) \
	{ \
		SAVED(Parent, PUT); \
		kin_session *own = kin_session_new(test_db()); \
		acorn->name = "merged"; \
		const Parent *same = kin_merge(own, Parent, parent); \
		CHECK_OK(own); \
		bool reached = strcmp(SHOWN(same)->name, "merged") == 0; \
		kin_free(own); \
		kin_free(s); \
		return reached; \
	} \
	static bool form##_deletes(void) \
	{ \
		SAVED(Parent, PUT); \
		int64_t id = acorn->id; \
		kin_delete(s, parent); \
		CHECK_INT(kin_commit(s), KIN_OK); \
		bool reached = kin_count(s, Acorn, "id = ?", id) == 0; \
		kin_free(s); \
		return reached; \
	} \
	static bool form##_refreshes(void) \
	{ \
		SAVED(Parent, PUT); \
		acorn->name = "lost"; \
		CHECK_INT(kin_refresh(s, parent), KIN_OK); \
		const Acorn *same = SHOWN(parent); \
		CHECK(same == acorn); \
		bool reached = strcmp(acorn->name, "acorn") == 0; \
		kin_free(s); \
		return reached; \
	} \
	static bool form##_expires(void) \
	{ \
		SAVED(Parent, PUT); \
		acorn->name = "lost"; \
		CHECK_INT(kin_expire(s, parent), KIN_OK); \
		bool reached = strcmp(kin_get(s, Acorn, acorn->id)->name, "acorn") == 0; \
		kin_free(s); \
		return reached; \
	} \
	static bool form##_expunges(void) \
	{ \
		SAVED(Parent, PUT); \
		CHECK_INT(kin_expunge(s, parent), KIN_OK); \
		bool reached = kin_state_of(acorn) == KIN_DETACHED; \
		kin_free(s); \
		return reached; \
	} \
	static void form##_check(int named, bool (*reaches)(void)) \
	{ \
		opened(); \
		check_all(Parent##_model.mapping, named, reaches); \
		test_close(); \
	}

#define ORPHANS(form, Parent, PUT, DROP) \
	static bool form##_orphans(void) \
	{ \
		SAVED(Parent, PUT); \
		int64_t id = acorn->id; \
		DROP(parent, acorn); \
		CHECK_INT(kin_commit(s), KIN_OK); \
		bool reached = kin_count(s, Acorn, "id = ?", id) == 0; \
		kin_free(s); \
		return reached; \
	}

FORM(belongs_to, Twig, PUT_ONE, ONE)
FORM(has_many, Bough, PUT_MANY, MANY)
FORM(has_one, Casket, PUT_ONE, ONE)
FORM(many_to_many, Basket, PUT_MANY, MANY)

ORPHANS(belongs_to, Twig, PUT_ONE, DROP_ONE)
ORPHANS(has_many, Bough, PUT_MANY, DROP_MANY)
ORPHANS(has_one, Casket, PUT_ONE, DROP_ONE)
ORPHANS(many_to_many, Basket, PUT_MANY, DROP_MANY)

TEST(kin_add_follows_save_update_along_belongs_to) { belongs_to_check(KIN_CASCADE_SAVE_UPDATE, belongs_to_saves); }
TEST(kin_add_follows_save_update_along_has_many) { has_many_check(KIN_CASCADE_SAVE_UPDATE, has_many_saves); }
TEST(kin_add_follows_save_update_along_has_one) { has_one_check(KIN_CASCADE_SAVE_UPDATE, has_one_saves); }
TEST(kin_add_follows_save_update_along_many_to_many) { many_to_many_check(KIN_CASCADE_SAVE_UPDATE, many_to_many_saves); }

TEST(kin_merge_follows_merge_along_belongs_to) { belongs_to_check(KIN_CASCADE_MERGE, belongs_to_merges); }
TEST(kin_merge_follows_merge_along_has_many) { has_many_check(KIN_CASCADE_MERGE, has_many_merges); }
TEST(kin_merge_follows_merge_along_has_one) { has_one_check(KIN_CASCADE_MERGE, has_one_merges); }
TEST(kin_merge_follows_merge_along_many_to_many) { many_to_many_check(KIN_CASCADE_MERGE, many_to_many_merges); }

TEST(kin_delete_follows_delete_along_belongs_to) { belongs_to_check(KIN_CASCADE_DELETE, belongs_to_deletes); }
TEST(kin_delete_follows_delete_along_has_many) { has_many_check(KIN_CASCADE_DELETE, has_many_deletes); }
TEST(kin_delete_follows_delete_along_has_one) { has_one_check(KIN_CASCADE_DELETE, has_one_deletes); }
TEST(kin_delete_follows_delete_along_many_to_many) { many_to_many_check(KIN_CASCADE_DELETE, many_to_many_deletes); }

TEST(letting_go_deletes_by_delete_orphan_along_belongs_to) { belongs_to_check(KIN_CASCADE_DELETE_ORPHAN, belongs_to_orphans); }
TEST(letting_go_deletes_by_delete_orphan_along_has_many) { has_many_check(KIN_CASCADE_DELETE_ORPHAN, has_many_orphans); }
TEST(letting_go_deletes_by_delete_orphan_along_has_one) { has_one_check(KIN_CASCADE_DELETE_ORPHAN, has_one_orphans); }
TEST(letting_go_deletes_by_delete_orphan_along_many_to_many) { many_to_many_check(KIN_CASCADE_DELETE_ORPHAN, many_to_many_orphans); }

TEST(kin_refresh_follows_refresh_expire_along_belongs_to) { belongs_to_check(KIN_CASCADE_REFRESH_EXPIRE, belongs_to_refreshes); }
TEST(kin_refresh_follows_refresh_expire_along_has_many) { has_many_check(KIN_CASCADE_REFRESH_EXPIRE, has_many_refreshes); }
TEST(kin_refresh_follows_refresh_expire_along_has_one) { has_one_check(KIN_CASCADE_REFRESH_EXPIRE, has_one_refreshes); }
TEST(kin_refresh_follows_refresh_expire_along_many_to_many) { many_to_many_check(KIN_CASCADE_REFRESH_EXPIRE, many_to_many_refreshes); }

TEST(kin_expire_follows_refresh_expire_along_belongs_to) { belongs_to_check(KIN_CASCADE_REFRESH_EXPIRE, belongs_to_expires); }
TEST(kin_expire_follows_refresh_expire_along_has_many) { has_many_check(KIN_CASCADE_REFRESH_EXPIRE, has_many_expires); }
TEST(kin_expire_follows_refresh_expire_along_has_one) { has_one_check(KIN_CASCADE_REFRESH_EXPIRE, has_one_expires); }
TEST(kin_expire_follows_refresh_expire_along_many_to_many) { many_to_many_check(KIN_CASCADE_REFRESH_EXPIRE, many_to_many_expires); }

TEST(kin_expunge_follows_expunge_along_belongs_to) { belongs_to_check(KIN_CASCADE_EXPUNGE, belongs_to_expunges); }
TEST(kin_expunge_follows_expunge_along_has_many) { has_many_check(KIN_CASCADE_EXPUNGE, has_many_expunges); }
TEST(kin_expunge_follows_expunge_along_has_one) { has_one_check(KIN_CASCADE_EXPUNGE, has_one_expunges); }
TEST(kin_expunge_follows_expunge_along_many_to_many) { many_to_many_check(KIN_CASCADE_EXPUNGE, many_to_many_expunges); }
