/* inherit_family.c - a zoo: what inherits has owners, children, mates, validators and columns of types of its own. */
#include <kin/hook.h>
#include <kin/inherit.h>
#include <kin/select.h>

#include "models.h"
#include "orm/registry.h"

KIN_DECLARE(Zoo);
KIN_DECLARE(Creature);
KIN_DECLARE(Bird);
KIN_DECLARE(Cat);
KIN_DECLARE(Lion);
KIN_DECLARE(Whelp);
KIN_DECLARE(Feeder);

struct Zoo {
	int64_t     id;
	const char *town;
	Creature_list creatures;
	Cat_list    cats;
};

/* Its key is a uuid, its kind an enum. */
typedef enum creature_kind { PLAIN, BIRD, CAT, LION } creature_kind;
struct Creature {
	kin_uuid              id;
	creature_kind           kind;
	char                  name[12];
	kin_nullable(int64_t) zoo_id;
	kin_nullable(kin_uuid) mate_id;
	const Zoo            *zoo;
	const Creature         *mate;
	Feeder_list           feeders;
};

struct Bird {
	Creature                    creature;
	kin_nullable(kin_decimal) wings;
};

struct Cat {
	Creature                creature;
	kin_date              born;
	kin_nullable(int64_t) house_id;
	const Zoo            *house;
	Whelp_list              whelps;
};

struct Lion {
	Cat      cat;
	kin_json chart;
	uint8_t  teeth;
};

struct Whelp {
	int64_t     id;
	const char *name;
	kin_uuid    cat_id;
	const Cat  *cat;
};

struct Feeder {
	int64_t     id;
	const char *name;
	Creature_list creatures;
};

static int inserted, checked;

static int before_insert(kin_session *session, Creature *creature)
{
	(void)session;
	inserted++;
	CHECK(creature->name[0] != '\0');
	return KIN_OK;
}

static int check_name(kin_session *session, const Creature *creature)
{
	checked++;
	return creature->name[0] == '?' ? kin_fail(session, KIN_ECHECK, "a creature has a name") : KIN_OK;
}

static int check_teeth(kin_session *session, const Lion *lion)
{
	return lion->teeth > 30 ? kin_fail(session, KIN_ECHECK, "a lion has 30 teeth") : KIN_OK;
}

KIN_MODEL(Zoo, "zoos") {
	kin_column(id, .primary_key = true);
	kin_column(town);
	kin_has_many(creatures, Creature, .backref = "zoo", .order_by = "name", .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
	kin_has_many(cats, Cat, .backref = "house", .order_by = "name, born");
}

KIN_MODEL(Creature, "creatures") {
	kin_column(id, .primary_key = true, .default_fn = kin_default_uuid);
	kin_enum(kind, "plain", "bird", "cat", "lion");
	kin_column(name);
	kin_column(zoo_id, .foreign_key = "zoos.id");
	kin_column(mate_id, .foreign_key = "creatures.id");
	kin_belongs_to(zoo, Zoo, .foreign_key = "zoo_id");
	kin_belongs_to(mate, Creature, .post_update = true);
	kin_many_to_many(feeders, Feeder, .through = "creature_feeders", .backref = "creatures");
	kin_discriminator(kind, .identity = "plain");
	kin_on(before_insert, before_insert);
	kin_validate(name, check_name);
	kin_repr("<{kind} {name}>");
}

KIN_MODEL(Bird, "creatures") {
	kin_inherits(creature, Creature);
	kin_column(wings, .precision = 6, .scale = 2);
}

KIN_MODEL(Cat, "cats") {
	kin_inherits(creature, Creature, .load = KIN_SELECTIN);
	kin_column(born);
	kin_column(house_id, .foreign_key = "zoos.id");
	kin_belongs_to(house, Zoo, .foreign_key = "house_id");
	kin_has_many(whelps, Whelp, .backref = "cat", .order_by = "id", .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
}

KIN_MODEL(Lion, "lions") {
	kin_inherits(cat, Cat);
	kin_column(chart, .deferred = true);
	kin_column(teeth);
	kin_validate(teeth, check_teeth);
}

KIN_MODEL(Whelp, "whelps") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(cat_id, .foreign_key = "cats.id");
	kin_belongs_to(cat, Cat);
}

KIN_MODEL(Feeder, "feeders") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_many_to_many(creatures, Creature, .through = "creature_feeders");
}

/* The bird Ann, the cat Bea, the lion Cid with two whelps, who is Bea's mate and she his. Dot keeps all. */
static kin_session *opened(void)
{
	test_open();
	MODELS_CREATE("zoos", "creatures", "cats", "lions", "whelps", "feeders", "creature_feeders");
	kin_session *s = test_session();
	Zoo *zoo = kin_new(s, Zoo, .town = "Ulm");
	Bird *ann = kin_new(s, Bird, .creature.name = "Ann", .wings = { kin_decimal_of(250, 2), true });
	Cat *bea = kin_new(s, Cat, .creature.name = "Bea", .born = kin_date_of(2020, 1, 2), .house = zoo);
	Lion *cid = kin_new(s, Lion, .cat = { .creature.name = "Cid", .born = kin_date_of(2019, 3, 4) }, .chart = { "{\"weight\": 180}" }, .teeth = 30);
	Feeder *dot = kin_new(s, Feeder, .name = "Dot");

	bea->creature.mate = &cid->cat.creature;
	cid->cat.creature.mate = &bea->creature;
	kin_append(zoo, creatures, &ann->creature);
	kin_append(zoo, creatures, &bea->creature);
	kin_append(zoo, creatures, &cid->cat.creature);
	kin_append(&cid->cat, whelps, kin_new(s, Whelp, .name = "Eve"));
	kin_append(&cid->cat, whelps, kin_new(s, Whelp, .name = "Fay"));
	kin_append(dot, creatures, &ann->creature);
	kin_append(dot, creatures, &bea->creature);
	kin_append(dot, creatures, &cid->cat.creature);
	kin_add(s, zoo);
	inserted = checked = 0;
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	kin_close(s);
	s = test_session();
	test_forget();
	return s;
}

TEST(every_creature_comes_as_it_was_saved)
{
	kin_session *s = opened();
	CHECK_INT(inserted, 3);
	CHECK(checked >= 3);
	const Zoo *zoo = kin_one(s, Zoo, "with creatures.mate, creatures.Cat.whelps, creatures.feeders");
	Creature_list all = zoo->creatures;

	CHECK_OK(s);
	CHECK_INT(all.count, 3);
	CHECK_TEXT(kin_show(all.items[0]), "<bird Ann>");
	CHECK(kin_decimal_compare(kin_as(Bird, all.items[0])->wings.value, kin_decimal_of(25, 1)) == 0);
	CHECK_INT(kin_as(Cat, all.items[1])->born.days, kin_date_of(2020, 1, 2).days);
	CHECK(all.items[1]->mate == all.items[2] && all.items[2]->mate == all.items[1]);
	const Lion *cid = kin_as(Lion, all.items[2]);
	CHECK_INT(cid->teeth, 30);
	CHECK_INT(cid->cat.whelps.count, 2);
	CHECK_INT(kin_load(all.items[0]->feeders.items[0], creatures).count, 3);
	CHECK(!kin_is_loaded(cid, chart));
	CHECK_HAS(kin_load(cid, chart).text, "180");
	CHECK(kin_load(kin_as(Cat, all.items[1]), house) == zoo);
	CHECK_INT(kin_load(zoo, cats).count, 1);
	CHECK_OK(s);
	test_close();
}

TEST(orphans_of_every_model_are_deleted_from_all_their_tables)
{
	kin_session *s = opened();
	const Zoo *zoo = kin_one(s, Zoo, "with creatures");
	const Creature *ann = zoo->creatures.items[0], *cid = zoo->creatures.items[2];

	kin_edit(s, Creature, zoo->creatures.items[1])->mate = NULL;
	kin_remove(zoo, creatures, ann);
	kin_remove(zoo, creatures, cid);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Creature), 1);
	CHECK_INT(kin_count(s, Cat), 1);
	CHECK_INT(kin_count(s, Lion), 0);
	CHECK_INT(kin_count(s, Whelp), 0);
	test_close();
}

TEST(a_delete_reaches_what_only_some_of_the_objects_have)
{
	kin_session *s = opened();
	const Zoo *zoo = kin_one(s, Zoo);

	kin_edit(s, Cat, kin_one(s, Cat, "name = ?", "Bea"))->house = NULL;
	kin_delete(s, zoo);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Creature), 0);
	CHECK_INT(kin_count(s, Cat), 0);
	CHECK_INT(kin_count(s, Whelp), 0);
	CHECK_INT(kin_count(s, Feeder, "creatures is not null"), 0);
	CHECK_OK(s);
	test_close();
}

TEST(validators_of_the_parent_and_of_the_model_are_asked)
{
	kin_session *s = opened();
	Lion *cid = kin_edit(s, Lion, kin_one(s, Lion));

	cid->teeth = 31;
	CHECK(kin_commit(s) < 0);
	CHECK_HAS(kin_errmsg(s), "a lion has 30 teeth");
	kin_rollback(s);
	cid = kin_edit(s, Lion, cid);
	memcpy(cid->cat.creature.name, "?", 2);
	CHECK(kin_commit(s) < 0);
	CHECK_HAS(kin_errmsg(s), "a creature has a name");
	kin_rollback(s);
	CHECK_TEXT(cid->cat.creature.name, "Cid");
	test_close();
}

typedef struct Birth {
	const char *name;
	kin_date    born;
	uint8_t     teeth;
} Birth;
KIN_ROW(Birth, name, born, teeth);

TEST(rows_select_columns_of_every_table)
{
	kin_session *s = opened();
	Birth_list births = kin_select(s, Birth, "select name, born, teeth from Lion where zoo.town = ? and teeth > ? order by born", "Ulm", 3);

	CHECK_OK(s);
	CHECK_INT(births.count, 1);
	CHECK_TEXT(births.items[0]->name, "Cid");
	CHECK_INT(births.items[0]->born.days, kin_date_of(2019, 3, 4).days);
	CHECK_INT(births.items[0]->teeth, 30);
	CHECK_INT(kin_count(s, Creature, "mate.name = ? and feeders.name = ?", "Cid", "Dot"), 1);
	CHECK_INT(kin_count(s, Cat, "kind in (?, ?) and whelps.name like ?", "cat", "lion", "E%"), 1);
	CHECK_OK(s);
	test_close();
}

TEST(keys_of_several_hundred_uuids_are_asked_together)
{
	kin_session *s = opened();
	const Zoo *zoo = kin_one(s, Zoo);

	for (int i = 0; i < 600; i++)
		kin_append(zoo, creatures, &kin_new(s, Lion, .cat = { .creature.name = "X", .born = kin_date_of(2000, 1, 1) }, .chart = { "[]" }, .teeth = 7)->cat.creature);
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_close(s);
	s = test_session();
	test_forget();
	Creature_list all = kin_all(s, Creature, "name = ?", "X");
	CHECK_OK(s);
	CHECK_INT(test_sent(), 1 + 2 + 2);
	CHECK_INT(all.count, 600);
	for (size_t i = 0; i < all.count; i++)
		CHECK_INT(kin_as(Lion, all.items[i])->teeth, 7);
	test_close();
}
