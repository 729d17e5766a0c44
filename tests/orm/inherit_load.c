/* inherit_load.c - tables of models that inherit: joined, or read after the rows for the objects that have something there. */
#include "inherit.h"

#include "base/mem.h"
#include "models.h"
#include "orm/site.h"

#define EMPLOYEE "employees.id, employees.kind, employees.name, employees.revision, employees.firm_id, employees.boss_id"
#define ROW EMPLOYEE ", employees.grade, employees.car"
#define ENGINEERS "SELECT engineers.id, engineers.language, engineers.employer_id, engineers.team FROM engineers WHERE engineers.id IN (?"
#define CONTRACTORS "SELECT contractors.id, contractors.rate FROM contractors WHERE contractors.id IN (?"

/* All six are there, and whole. */
static void check_whole(Employee_list all)
{
	CHECK_INT(all.count, 6);
	for (size_t i = 0; i < all.count; i++) {
		const Employee *one = all.items[i];
		if (kin_as(Manager, one))
			CHECK_INT(kin_as(Manager, one)->grade.value, one->id + 1);
		if (kin_as(Director, one))
			CHECK_TEXT(kin_as(Director, one)->car, "Saab");
		if (kin_as(Engineer, one))
			CHECK_TEXT(kin_as(Engineer, one)->language, one->id == 4 ? "C" : one->id == 5 ? "Ada" : "Perl");
		if (kin_as(Lead, one))
			CHECK_TEXT(kin_as(Lead, one)->team, "core");
		if (kin_as(Contractor, one))
			CHECK_INT(kin_as(Contractor, one)->rate, 90);
	}
}

/* ---- a query's choice ---- */

TEST(tables_are_read_after_the_rows_where_a_query_says_so)
{
	kin_session *s = inherit_filled();

	check_whole(kin_all(s, Employee, "order by id with selectin Engineer"));
	CHECK_OK(s);
	CHECK_SQL("SELECT " ROW " FROM employees ORDER BY employees.id", ENGINEERS, CONTRACTORS);
	test_close();
}

TEST(one_table_of_several_is_read_apart)
{
	kin_session *s = inherit_filled();

	check_whole(kin_all(s, Employee, "order by id with selectin Contractor"));
	CHECK_OK(s);
	CHECK_SQL("SELECT " EMPLOYEE ", employees.grade, engineers.language, engineers.employer_id, employees.car, engineers.team FROM employees "
	          "LEFT OUTER JOIN engineers ON employees.id = engineers.id ORDER BY employees.id", CONTRACTORS);
	s = test_session();
	check_whole(kin_all(s, Employee, "order by id with selectin Engineer, joined Contractor"));
	CHECK_OK(s);
	CHECK_SQL("SELECT " ROW ", contractors.rate FROM employees LEFT OUTER JOIN contractors ON employees.id = contractors.id ORDER BY employees.id",
	          ENGINEERS);
	test_close();
}

TEST(a_table_that_no_object_has_anything_in_is_not_asked)
{
	kin_session *s = inherit_filled();

	CHECK_INT(kin_all(s, Employee, "id < ? with selectin Engineer", 4).count, 3);
	CHECK_SQL("SELECT " ROW " FROM employees WHERE employees.id < ?");
	CHECK_INT(kin_all(s, Employee, "id < ? with selectin Engineer", 6).count, 5);
	CHECK_SQL("SELECT " ROW " FROM employees WHERE employees.id < ?", ENGINEERS);
	CHECK_INT(kin_all(s, Employee, "id < ? with selectin Engineer", 6).count, 5);
	CHECK_SQL("SELECT " ROW " FROM employees WHERE employees.id < ?");
	CHECK_OK(s);
	test_close();
}

TEST(every_500_keys_of_a_table_are_a_statement)
{
	kin_session *s = inherit_opened();

	for (int i = 0; i < 1001; i++)
		kin_add(s, kin_new(s, Contractor, .engineer = { .employee.name = "X", .language = "C" }, .rate = i));
	kin_commit(s);
	CHECK_OK(s);
	s = test_session();
	test_forget();
	Employee_list all = kin_all(s, Employee, "order by id with selectin Engineer");
	CHECK_OK(s);
	CHECK_INT(test_sent(), 1 + 3 + 3);
	CHECK_INT(all.count, 1001);
	for (size_t i = 0; i < all.count; i++) {
		CHECK_INT(kin_as(Contractor, all.items[i])->rate, (int)i);
		CHECK_TEXT(kin_as(Engineer, all.items[i])->language, "C");
	}
	test_close();
}

TEST(a_child_is_asked_with_its_own_table_and_its_heirs_after_it)
{
	kin_session *s = inherit_filled();
	Engineer_list all = kin_all(s, Engineer, "language <> ? order by id with selectin Contractor", "C");

	CHECK_OK(s);
	CHECK_SQL("SELECT " EMPLOYEE ", engineers.language, engineers.employer_id, engineers.team FROM employees "
	          "JOIN engineers ON employees.id = engineers.id WHERE engineers.language <> ? ORDER BY employees.id", CONTRACTORS);
	CHECK_INT(all.count, 2);
	CHECK_INT(kin_as(Contractor, all.items[1])->rate, 90);
	test_close();
}

TEST(what_a_relationship_brings_is_read_apart_too)
{
	kin_session *s = inherit_filled();

	check_whole(kin_one(s, Firm, "with selectin people.Engineer")->people);
	CHECK_OK(s);
	CHECK_SQL("SELECT firms.id, firms.name FROM firms LIMIT 2",
	          "SELECT " ROW " FROM employees WHERE employees.firm_id IN (?) ORDER BY employees.name", ENGINEERS, CONTRACTORS);
	s = test_session();
	check_whole(kin_one(s, Firm, "with joined people, selectin people.Engineer")->people);
	CHECK_OK(s);
	CHECK_HAS(test_sql(), "engineers.team FROM engineers WHERE engineers.id ");
	s = test_session();
	check_whole(kin_one(s, Firm, "with subquery people, selectin people.Engineer, people.boss")->people);
	CHECK_OK(s);
	s = test_session();
	const Employee *ann = kin_one(s, Employee, "id = ? with joined boss.staff, selectin boss.staff.Engineer", 1);
	CHECK_OK(s);
	CHECK_INT(ann->boss->staff.count, 4);
	CHECK_TEXT(kin_as(Lead, ann->boss->staff.items[2])->team, "core");
	test_close();
}

TEST(limited_rows_with_joined_lists_are_read_apart)
{
	kin_session *s = inherit_filled();
	Employee_list two = kin_all(s, Employee, "id > ? order by name desc limit 3 with joined boss.staff, selectin Engineer", 3);

	CHECK_OK(s);
	CHECK_INT(two.count, 3);
	CHECK_INT(kin_as(Contractor, two.items[0])->rate, 90);
	CHECK_TEXT(kin_as(Lead, two.items[1])->team, "core");
	CHECK_INT(two.items[0]->boss->staff.count, 4);
	test_close();
}

TEST(single_objects_pages_and_streams_are_whole)
{
	kin_session *s = inherit_filled();

	CHECK_INT(kin_as(Contractor, kin_first(s, Employee, "order by id desc with selectin Engineer"))->rate, 90);
	s = test_session();
	CHECK_TEXT(kin_as(Lead, kin_one(s, Employee, "name = ? with selectin Engineer", "Eve"))->team, "core");
	int rates = 0, people = 0;
	test_forget();
	kin_stream(s, Employee, one, "order by id with selectin Engineer, joined firm") {
		rates += kin_as(Contractor, one) ? kin_as(Contractor, one)->rate : 0;
		people += strcmp(one->firm->name, "Acme") == 0;
	}
	CHECK_OK(s);
	CHECK_INT(test_sent(), 3);
	CHECK_INT(rates, 90);
	CHECK_INT(people, 6);
	test_close();
}

TEST(a_query_that_is_built_says_it_too)
{
	kin_session *s = inherit_filled();
	kin_query *q = kin_query_new(s, Employee);

	kin_order_by(q, "id");
	kin_with(q, "selectin Engineer, Engineer.laptops");
	Employee_list all = kin_query_all(q, Employee);
	CHECK_OK(s);
	check_whole(all);
	CHECK_INT(test_sent(), 4);
	CHECK_INT(kin_as(Engineer, all.items[3])->laptops.count, 1);
	test_close();
}

TEST(locked_rows_are_read_whole_by_one_statement)
{
	kin_session *s = inherit_filled();

	check_whole(kin_all(s, Employee, "order by id for update with selectin Engineer"));
	CHECK_OK(s);
	CHECK_INT(test_sent(), 1);
	test_close();
}

TEST(relationships_of_some_of_the_objects_come_by_their_models_name)
{
	kin_session *s = inherit_filled();
	Employee_list all = kin_all(s, Employee, "order by id with Engineer.laptops, Manager.staff");

	CHECK_OK(s);
	CHECK_INT(test_sent(), 3);
	CHECK_TEXT(kin_as(Engineer, all.items[3])->laptops.items[0]->model, "X");
	CHECK_INT(kin_as(Engineer, all.items[4])->laptops.count, 0);
	CHECK_INT(kin_as(Manager, all.items[1])->staff.count, 4);
	s = test_session();
	const Firm *firm = kin_one(s, Firm, "with people.Engineer.laptops where model = ?, people.Engineer.skills.engineers", "Y");
	CHECK_OK(s);
	CHECK_INT(kin_as(Contractor, firm->people.items[5])->engineer.laptops.count, 1);
	CHECK_TEXT(kin_as(Engineer, firm->people.items[3])->skills.items[0]->engineers.items[0]->employee.name, "Dot");
	test_close();
}

/* ---- a model's choice ---- */

KIN_DECLARE(Vessel);
KIN_DECLARE(Ship);
KIN_DECLARE(Hydrofoil);
KIN_DECLARE(Barge);

struct Vessel {
	const char *fleet;
	int32_t     number;
	const char *kind;
	const char *name;
	const char *log;
};

struct Ship {
	Vessel                 vessel;
	const char            *plan;
	kin_nullable(double)   draught;
	kin_nullable(int64_t)  firm_id;
	const Firm            *firm;
};

struct Hydrofoil {
	Ship    ship;
	int32_t seats;
};

struct Barge {
	Vessel  vessel;
	int32_t tons;
};

static int whole, halves;

/* Its hooks see an object when it is all there. */
static int on_load(kin_session *session, Ship *ship)
{
	(void)session;
	whole += ship->draught.present;
	halves += !ship->draught.present;
	return KIN_OK;
}

KIN_MODEL(Vessel, "vessels") {
	kin_column(fleet, .primary_key = true, .length = 8);
	kin_column(number, .primary_key = true);
	kin_column(kind, .length = 10);
	kin_column(name);
	kin_column(log, .deferred = true);
	kin_discriminator(kind, .abstract = true, .load = KIN_SELECTIN);
	kin_repr("<{kind} {name}>");
}

KIN_MODEL(Ship, "ships") {
	kin_inherits(vessel, Vessel);
	kin_column(plan, .deferred = true);
	kin_column(draught);
	kin_column(firm_id, .foreign_key = "firms.id");
	kin_belongs_to(firm, Firm);
	kin_on(load, on_load);
}

KIN_MODEL(Hydrofoil, "hydrofoils") {
	kin_inherits(ship, Ship);
	kin_column(seats);
}

KIN_MODEL(Barge, "barges") {
	kin_inherits(vessel, Vessel, .load = KIN_JOINED);
	kin_column(tons);
}

#define VESSEL "vessels.fleet, vessels.number, vessels.kind, vessels.name"

/* Of fleet "n": 1 the ship Ada, 2 the hydrofoil Bea, 3 the barge Cap. */
static kin_session *afloat(void)
{
	test_open();
	MODELS_CREATE("firms", "vessels", "ships", "hydrofoils", "barges");
	kin_session *s = test_session();
	kin_add(s, kin_new(s, Ship, .vessel = { .fleet = "n", .number = 1, .name = "Ada", .log = "calm" }, .plan = "lines", .draught = { 3.5, true }));
	kin_add(s, kin_new(s, Hydrofoil, .ship = { .vessel = { .fleet = "n", .number = 2, .name = "Bea", .log = "storm" }, .plan = "decks",
	                                       .draught = { 2, true } }, .seats = 40));
	kin_add(s, kin_new(s, Barge, .vessel = { .fleet = "n", .number = 3, .name = "Cap" }, .tons = 900));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	s = test_session();
	whole = halves = 0;
	test_forget();
	return s;
}

TEST(a_model_says_how_its_tables_come_with_every_query)
{
	kin_session *s = afloat();
	Vessel_list all = kin_all(s, Vessel, "order by number");

	CHECK_OK(s);
	CHECK_SQL("SELECT " VESSEL ", barges.tons FROM vessels LEFT OUTER JOIN barges ON vessels.fleet = barges.fleet "
	          "AND vessels.number = barges.number ORDER BY vessels.number",
	          "SELECT ships.fleet, ships.number, ships.draught, ships.firm_id FROM ships WHERE (ships.fleet, ships.number) IN (",
	          "SELECT hydrofoils.fleet, hydrofoils.number, hydrofoils.seats FROM hydrofoils WHERE (hydrofoils.fleet, hydrofoils.number) IN (");
	CHECK_INT(all.count, 3);
	CHECK(kin_as(Ship, all.items[0])->draught.value == 3.5);
	CHECK_INT(kin_as(Hydrofoil, all.items[1])->seats, 40);
	CHECK_INT(kin_as(Barge, all.items[2])->tons, 900);
	s = test_session();
	test_forget();
	CHECK_INT(kin_as(Hydrofoil, kin_get(s, Vessel, "n", 2))->seats, 40);
	CHECK_INT(test_sent(), 3);
	s = test_session();
	test_forget();
	CHECK_INT(kin_all(s, Vessel, "order by number with Vessel").count, 3);
	CHECK_INT(test_sent(), 1);
	CHECK_OK(s);
	test_close();
}

TEST(hooks_are_called_when_the_object_is_whole)
{
	kin_session *s = afloat();

	CHECK_INT(kin_all(s, Vessel).count, 3);
	CHECK_OK(s);
	CHECK_INT(whole, 2);
	CHECK_INT(halves, 0);
	test_close();
}

TEST(expired_objects_are_read_whole_again)
{
	kin_session *s = afloat();
	const Vessel *bea = kin_get(s, Vessel, "n", 2);
	const Hydrofoil *hydrofoil = kin_as(Hydrofoil, bea);

	kin_commit(s);
	test_run("UPDATE hydrofoils SET seats = 50; UPDATE vessels SET name = 'Bee' WHERE number = 2");
	kin_expire_all(s);
	CHECK_INT(kin_all(s, Vessel, "order by number").count, 3);
	CHECK_OK(s);
	CHECK_INT(hydrofoil->seats, 50);
	CHECK_TEXT(bea->name, "Bee");
	kin_commit(s);
	test_run("UPDATE hydrofoils SET seats = 60");
	kin_expire(s, bea);
	CHECK_INT(kin_edit(s, Hydrofoil, hydrofoil)->seats, 60);
	kin_refresh(s, bea);
	CHECK_OK(s);
	test_close();
}

TEST(a_row_that_another_table_lacks_is_named)
{
	kin_session *s = afloat();

	test_run("DELETE FROM hydrofoils");
	CHECK_INT(kin_all(s, Vessel, "order by number").count, 0);
	CHECK_INT(kin_errcode(s), KIN_EVALUE);
	CHECK_HAS(kin_errmsg(s), "the row of 'vessels' with fleet 'n', number 2: its kind says that it is Hydrofoil, and 'hydrofoils' has no row with that key");
	kin_rollback(s);
	test_run("INSERT INTO hydrofoils (fleet, number, seats) VALUES ('n', 2, 7)");
	Vessel_list all = kin_all(s, Vessel, "order by number");
	CHECK_OK(s);
	CHECK_INT(kin_as(Hydrofoil, all.items[1])->seats, 7);
	CHECK(kin_as(Ship, all.items[0])->draught.value == 3.5);
	test_close();
}

TEST(a_joined_row_that_another_table_lacks_is_named_by_what_it_must_have)
{
	kin_session *s = afloat();

	test_run("DELETE FROM barges");
	CHECK_INT(kin_all(s, Vessel).count, 0);
	CHECK_HAS(kin_errmsg(s), "the row of 'vessels' with fleet 'n', number 3");
	CHECK_HAS(kin_errmsg(s), "tons");
	test_close();
}

TEST(a_value_of_another_table_that_does_not_fit_is_named)
{
	if (!test_on_sqlite())
		return;
	kin_session *s = afloat();

	test_run("UPDATE barges SET tons = 3; UPDATE hydrofoils SET seats = 'many'");
	CHECK_INT(kin_all(s, Vessel, "order by number").count, 0);
	CHECK_HAS(kin_errmsg(s), "the row of 'hydrofoils' with fleet 'n', number 2");
	CHECK_HAS(kin_errmsg(s), "seats");
	test_close();
}

FUSED(objects_are_whole_or_not_there_whatever_fails)
{
	static long n;

	kin_fuse_set(-1);
	kin_session *s = inherit_filled();
	kin_fuse_set(n++);
	Employee_list all = kin_all(s, Employee, "order by id with selectin Engineer, Engineer.laptops");
	int rc = kin_errcode(s);
	bool blown = kin_fuse_blown();
	if (blown) {
		kin_rollback(s);
		check_whole(kin_all(s, Employee, "order by id"));
	} else {
		n = 0;
		kin_fuse_set(-1);
		check_whole(all);
	}
	CHECK_OK(s);
	test_close();
	return rc;
}

/* ---- columns that stay away ---- */

TEST(deferred_columns_of_every_table_stay_away_and_come_with_their_siblings)
{
	kin_session *s = afloat();
	Vessel_list all = kin_all(s, Vessel, "order by number");
	const Ship *ada = kin_as(Ship, all.items[0]), *bea = kin_as(Ship, all.items[1]);

	CHECK(!kin_is_loaded(&ada->vessel, log) && !kin_is_loaded(ada, plan) && !kin_is_loaded(bea, plan));
	test_forget();
	CHECK_TEXT(kin_load(ada, plan), "lines");
	CHECK_SQL("SELECT ships.fleet, ships.number, ships.plan FROM ships WHERE ships.fleet = ? AND ships.number = ?");
	CHECK_TEXT(kin_load(kin_as(Hydrofoil, bea), ship.plan), "decks");
	CHECK_TEXT(kin_load(all.items[2], log), NULL);
	CHECK_TEXT(kin_load(bea, vessel.log), "storm");
	CHECK_OK(s);
	test_close();
}

TEST(queries_leave_columns_of_inheriting_models_out)
{
	kin_session *s = inherit_filled();
	Employee_list all = kin_all(s, Employee, "order by id with only (name)");

	CHECK_OK(s);
	CHECK_SQL("SELECT employees.id, employees.kind, employees.name, employees.revision, employees.firm_id, employees.boss_id, employees.grade, "
	          "engineers.employer_id, contractors.rate " "FROM employees LEFT OUTER JOIN engineers");
	CHECK(!kin_is_loaded(kin_as(Engineer, all.items[3]), language));
	CHECK_TEXT(kin_load(kin_as(Engineer, all.items[3]), language), "C");
	test_forget();
	CHECK_TEXT(kin_load(kin_as(Engineer, all.items[4]), language), "Ada");
	CHECK_SQL("SELECT engineers.id, engineers.language FROM engineers WHERE engineers.id IN (?");
	CHECK_TEXT(kin_as(Contractor, all.items[5])->engineer.language, "Perl");
	check_whole(kin_all(s, Employee, "order by id"));
	kin_close(s);
	s = test_session();
	test_forget();
	all = kin_all(s, Employee, "order by id with defer Director.car, defer name, selectin Engineer, defer Engineer.language, undefer name");
	CHECK_OK(s);
	CHECK_SQL("SELECT " EMPLOYEE ", employees.grade FROM employees ORDER BY employees.id",
	          "SELECT engineers.id, engineers.employer_id, engineers.team FROM engineers", CONTRACTORS);
	CHECK(!kin_is_loaded(kin_as(Director, all.items[2]), car));
	CHECK_TEXT(kin_load(kin_as(Director, all.items[2]), car), "Saab");
	Contractor *fay = kin_edit(s, Contractor, kin_as(Contractor, all.items[5]));
	CHECK_TEXT(fay->engineer.language, "Perl");
	fay->rate = 91;
	test_forget();
	kin_commit(s);
	CHECK_OK(s);
	CHECK_HAS(test_sql(), "UPDATE contractors SET rate = ");
	test_close();
}

/* ---- siblings ---- */

TEST(siblings_of_a_mixed_list_load_together)
{
	kin_session *s = inherit_filled();
	Employee_list all = kin_all(s, Employee, "order by id");

	test_forget();
	for (size_t i = 0; i < all.count; i++)
		kin_load(all.items[i], firm);
	CHECK_INT(test_sent(), 1);
	for (size_t i = 0; i < all.count; i++)
		if (kin_as(Engineer, all.items[i]))
			kin_load(kin_as(Engineer, all.items[i]), laptops);
	CHECK_SQL("SELECT laptops.id, laptops.model, laptops.engineer_id FROM laptops WHERE laptops.engineer_id = ?",
	          "SELECT laptops.id, laptops.model, laptops.engineer_id FROM laptops WHERE laptops.engineer_id IN (?");
	CHECK_INT(kin_as(Engineer, all.items[5])->laptops.count, 1);
	kin_expunge(s, all.items[4]);
	CHECK_INT(kin_load(kin_as(Engineer, all.items[3]), skills).count, 1);
	CHECK_INT(kin_load(kin_as(Engineer, all.items[5]), skills).count, 0);
	CHECK_OK(s);
	test_close();
}

/* ---- mistakes ---- */

static char said[8192];

static void check(const char *text)
{
	kin_site site = { .model = &Employee_model, .text = text, .verb = KIN_VERB_ALL, .file = "f.c", .line = 1 };
	kin_error error = { 0 };

	kin_site_check(kin_registry_default(), &site, &error);
	strcat(strcat(said, kin_error_text(&error)), "\n");
	kin_error_clear(&error);
}

TEST(what_a_query_cannot_say_of_its_heirs)
{
	said[0] = '\0';
	check("with selectin Enginer");
	check("with laptops");
	check("with Firm");
	check("with Engineer.laptop");
	check("with selectin Manager");
	check("with raise Engineer");
	check("with Engineer where language = 'C'");
	check("with joined Engineer.laptops");
	check("with subquery Engineer.laptops");
	check("with defer kind");
	check("with defer Contractor.language");
	check("with defer Contractor.name");
	check("with defer Contractor.rate");
	check("with defer Engineer.langage");
	GOLDEN("orm/mistakes/inheritance_with.txt", said);
}
