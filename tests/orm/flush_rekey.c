/* flush_rekey.c - primary keys that the program makes, and changes. */
#include "models.h"

#include "base/mem.h"

KIN_DECLARE(Land);
KIN_DECLARE(County);
KIN_DECLARE(Parish);
KIN_DECLARE(Gadget);
KIN_DECLARE(Part);

struct Land {
	const char *code;
	const char *name;
	County_list counties;
};

/* Its key has its land's in it. */
struct County {
	const char *land_code;
	int32_t     no;
	const Land *land;
};

struct Parish {
	int64_t               id;
	const char           *land_code;
	kin_nullable(int32_t) county_no;
	const County         *county;
};

KIN_MODEL(Land, "lands") {
	kin_column(code, .length = 3, .primary_key = true);
	kin_column(name);
	kin_has_many(counties, County, .backref = "land", .order_by = "no");
}

KIN_MODEL(County, "counties") {
	kin_column(land_code, .length = 3, .primary_key = true, .foreign_key = "lands.code", .on_update = "CASCADE");
	kin_column(no, .primary_key = true);
	kin_belongs_to(land, Land);
}

KIN_MODEL(Parish, "parishes") {
	kin_column(id, .primary_key = true);
	kin_column(land_code, .length = 3);
	kin_column(county_no);
	kin_foreign_key((land_code, county_no), "counties", .on_update = "CASCADE");
	kin_belongs_to(county, County);
}

/* By uuid, with a table between; whose parts do not follow. */
struct Gadget {
	kin_uuid    id;
	const char *name;
	Land_list   lands;
};

struct Part {
	kin_uuid               id;
	kin_nullable(kin_uuid) gadget_id;
	const Gadget          *gadget;
};

KIN_MODEL(Gadget, "gadgets") {
	kin_column(id, .primary_key = true, .default_fn = kin_default_uuid);
	kin_column(name);
	kin_many_to_many(lands, Land, .through = "gadget_lands");
}

KIN_MODEL(Part, "parts") {
	kin_column(id, .primary_key = true, .default_fn = kin_default_uuid);
	kin_column(gadget_id, .foreign_key = "gadgets.id");
	kin_belongs_to(gadget, Gadget);
}

static kin_session *opened(void)
{
	test_open();
	MODELS_CREATE("lands", "counties", "parishes", "gadgets", "gadget_lands", "parts");
	return test_session();
}

/* de has the counties 1 and 2, and 1 has a parish. */
static Land *make_land(kin_session *s)
{
	Land *land = kin_new(s, Land, .code = "de", .name = "Germany");
	County *one = kin_new(s, County, .no = 1, .land = land);

	kin_add(s, kin_new(s, County, .no = 2, .land = land));
	kin_add(s, kin_new(s, Parish, .county = one));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	test_forget();
	return land;
}

TEST(a_changed_key_is_an_update_and_children_follow_without_sql)
{
	kin_session *s = opened();
	Land *land = make_land(s);
	const County *one = kin_get(s, County, "de", 1);
	const Parish *parish = kin_get(s, Parish, 1);

	test_forget();
	land->code = "ger";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_SQL("UPDATE lands SET code = ? WHERE code = ?");
	CHECK_TEXT(one->land_code, "ger");
	CHECK_TEXT(parish->land_code, "ger");
	CHECK(parish->county == one && one->land == land);
	CHECK(kin_get(s, Land, "ger") == land);
	CHECK(kin_get(s, County, "ger", 1) == one);
	CHECK_NO_SQL();
	CHECK(kin_get(s, County, "de", 1) == NULL);
	CHECK_INT(kin_count(s, Parish, "county.land.code = 'ger'"), 1);
	kin_edit(s, Parish, parish)->county = kin_get(s, County, "ger", 2);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE parishes SET county_no = ? WHERE id = ?");
	test_close();
}

TEST(a_rollback_brings_keys_and_children_back)
{
	kin_session *s = opened();
	Land *land = make_land(s);
	const County *one = kin_get(s, County, "de", 1);
	const Parish *parish = kin_get(s, Parish, 1);

	land->code = "ger";
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_TEXT(parish->land_code, "ger");
	kin_rollback(s);
	CHECK_TEXT(land->code, "de");
	CHECK_TEXT(one->land_code, "de");
	CHECK_TEXT(parish->land_code, "de");
	test_forget();
	CHECK(kin_get(s, County, "de", 1) == one);
	CHECK(kin_get(s, Land, "de") == land);
	CHECK_NO_SQL();
	test_close();
}

TEST(keys_that_change_places_take_their_children_along)
{
	kin_session *s = opened();
	Land *land = make_land(s), *other = kin_new(s, Land, .code = "at");
	const County *one = kin_get(s, County, "de", 1);

	kin_add(s, kin_new(s, County, .no = 1, .land = other));
	CHECK_INT(kin_commit(s), KIN_OK);
	const County *theirs = kin_get(s, County, "at", 1);
	land->code = "ger";
	CHECK_INT(kin_flush(s), KIN_OK);
	other->code = "de";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK(kin_get(s, County, "de", 1) == theirs);
	CHECK(kin_get(s, County, "ger", 1) == one);
	CHECK_TEXT(theirs->land_code, "de");
	test_close();
}

TEST(rows_between_follow_a_key_that_the_program_makes)
{
	kin_session *s = opened();
	Land *land = make_land(s);
	Gadget *gadget = kin_new(s, Gadget, .name = "fan", .lands = { (const Land *[]){ land }, 1 });

	kin_add(s, gadget);
	CHECK_INT(kin_commit(s), KIN_OK);
	land->code = "ger";
	gadget->id = kin_uuid_v7();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Gadget, "lands.code = 'ger'"), 1);
	kin_remove(gadget, lands, (const Land *)land);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Gadget, "lands is null"), 1);
	test_close();
}

TEST(a_key_that_others_hold_and_do_not_follow_is_refused)
{
	kin_session *s = opened();
	Gadget *gadget = kin_new(s, Gadget, .name = "fan");
	Part *part = kin_new(s, Part, .gadget = gadget);

	kin_add(s, part);
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_uuid former = gadget->id;
	CHECK(kin_get(s, Part, part->id) == part);
	gadget->id = kin_uuid_v7();
	CHECK_INT(kin_commit(s), KIN_EFOREIGN);
	kin_rollback(s);
	CHECK(memcmp(&gadget->id, &former, sizeof(former)) == 0);
	CHECK(memcmp(&part->gadget_id.value, &former, sizeof(former)) == 0);
	part->gadget = NULL;
	gadget->id = kin_uuid_v7();
	kin_flush(s);
	kin_rollback(s);
	CHECK(kin_load(part, gadget) == gadget);
	test_close();
}

FUSED(a_changed_key_survives_any_allocation_failing)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = opened();
	Land *land = make_land(s);
	const Parish *parish = kin_get(s, Parish, 1);
	kin_fuse_set(n++);
	land->code = "ger";
	kin_flush(s);
	int rc = kin_commit(s);
	if (rc < 0) {
		kin_rollback(s);
		CHECK_TEXT(parish->land_code, "de");
	} else {
		CHECK_TEXT(parish->land_code, "ger");
	}
	if (!kin_fuse_blown())
		n = 0;
	test_close();
	return rc;
}
