/* inherit.c - objects of the right struct, whole, and the statements that bring and save them. */
#include "inherit.h"

#include "base/mem.h"
#include <kin/bulk.h>
#include <kin/select.h>

#include "orm/registry.h"
#include "sql/ddl.h"

KIN_MODEL(Firm, "firms") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_has_many(people, Employee, .backref = "firm", .order_by = "name");
	kin_has_many(engineers, Engineer, .backref = "employer");
	kin_repr("<Firm {name}>");
}

KIN_MODEL(Employee, "employees") {
	kin_column(id, .primary_key = true);
	kin_column(kind, .length = 20, .nullable = false);
	kin_column(name);
	kin_column(revision);
	kin_column(firm_id, .foreign_key = "firms.id");
	kin_column(boss_id, .foreign_key = "employees.id");
	kin_belongs_to(firm, Firm);
	kin_belongs_to(boss, Manager);
	kin_discriminator(kind);
	kin_version(revision);
	kin_repr("<{kind} {name}>");
}

KIN_MODEL(Manager, "employees") {
	kin_inherits(employee, Employee);
	kin_column(grade, .index = true);
	kin_has_many(staff, Employee, .backref = "boss", .order_by = "name");
}

KIN_MODEL(Director, "employees") {
	kin_inherits(manager, Manager, .identity = "boss");
	kin_column(car, .default_sql = "'none'", .nullable = false);
}

KIN_MODEL(Engineer, "engineers") {
	kin_inherits(employee, Employee);
	kin_column(language);
	kin_column(employer_id, .foreign_key = "firms.id");
	kin_belongs_to(employer, Firm);
	kin_has_many(laptops, Laptop, .backref = "engineer", .order_by = "model");
	kin_many_to_many(skills, Skill, .through = "engineer_skills", .backref = "engineers");
}

KIN_MODEL(Lead, "engineers") {
	kin_inherits(engineer, Engineer);
	kin_column(team);
}

KIN_MODEL(Contractor, "contractors") {
	kin_inherits(engineer, Engineer);
	kin_column(rate);
	kin_check("rate >= 0");
}

KIN_MODEL(Laptop, "laptops") {
	kin_column(id, .primary_key = true);
	kin_column(model);
	kin_column(engineer_id, .foreign_key = "engineers.id");
	kin_belongs_to(engineer, Engineer);
}

KIN_MODEL(Skill, "skills") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_many_to_many(engineers, Engineer, .through = "engineer_skills");
}

static void add_table(kin_text *sql, const kin_dialect *dialect, const kin_table_schema *table)
{
	kin_text_add(sql, sql->length > 0 ? ";\n" : "");
	kin_ddl_table(dialect, sql, table);
	for (size_t i = 0; i < table->index_count; i++) {
		kin_text_add(sql, ";\n");
		kin_ddl_index(dialect, sql, table->name, &table->indexes[i]);
	}
}

static void tables(kin_text *sql, const kin_dialect *dialect)
{
	static const char *const names[] = { "shapes", "circles", "panels", "squares", "firms", "employees", "engineers", "contractors", "laptops", "skills", "engineer_skills" };
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;

	CHECK_MSG(kin_registry_configure(kin_registry_default(), &error) == KIN_OK, "%s", kin_error_text(&error));
	CHECK_INT(kin_registry_schema(kin_registry_default(), &arena, &schema, &error), KIN_OK);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		add_table(sql, dialect, kin_schema_table(&schema, names[i]));
	kin_arena_done(&arena);
}

kin_session *inherit_opened(void)
{
	kin_text sql;

	kin_text_init(&sql);
	test_open();
	tables(&sql, kin_db_dialect_of(test_db()));
	test_run(sql.data);
	test_forget();
	kin_text_done(&sql);
	return test_session();
}

TEST(children_have_columns_in_the_parents_table_or_a_table_of_their_own)
{
	kin_text sql;

	kin_text_init(&sql);
	tables(&sql, kin_dialect_get(KIN_SQLITE));
	GOLDEN("orm/schema/inheritance.sql", sql.data);
	kin_text_done(&sql);
}

#define EMPLOYEE "employees.id, employees.kind, employees.name, employees.revision, employees.firm_id, employees.boss_id"

/* ---- in one table ---- */

TEST(a_new_manager_is_a_row_of_the_employees)
{
	kin_session *s = inherit_opened();
	Manager *ann = kin_new(s, Manager, .employee = { .name = "Ann" }, .grade = { 3, true });

	CHECK_TEXT(ann->employee.kind, "manager");
	kin_add(s, ann);
	kin_flush(s);
	CHECK_OK(s);
	CHECK_SQL("INSERT INTO employees (kind, name, revision, firm_id, boss_id, grade) VALUES (?, ?, ?, ?, ?, ?)");
	CHECK(ann->employee.id > 0);
	CHECK_INT(ann->employee.revision, 1);
	CHECK_TEXT(kin_show(ann), "<manager Ann>");
	test_close();
}

TEST(a_query_over_a_child_asks_for_its_rows_and_those_of_its_heirs)
{
	kin_session *s = inherit_opened();

	test_run("INSERT INTO employees (id, kind, name, revision, grade, car) VALUES (1, 'employee', 'Ann', 1, NULL, 'none'), "
	         "(2, 'manager', 'Bob', 1, 3, 'none'), (3, 'boss', 'Cid', 1, 4, 'Saab')");
	Manager_list all = kin_all(s, Manager, "name like ? order by id", "%");
	CHECK_SQL("SELECT " EMPLOYEE ", employees.grade, employees.car FROM employees WHERE employees.kind IN ('manager', 'boss') "
	          "AND employees.name LIKE ? ORDER BY employees.id");
	CHECK_OK(s);
	CHECK_INT(all.count, 2);
	CHECK_TEXT(all.items[0]->employee.name, "Bob");
	CHECK(!kin_as(Director, all.items[0]));
	CHECK_TEXT(kin_as(Director, all.items[1])->car, "Saab");
	CHECK(kin_as(Employee, all.items[1]) == &all.items[1]->employee);
	test_close();
}

#define ENGINEER EMPLOYEE ", engineers.language, engineers.employer_id"
#define ALL EMPLOYEE ", employees.grade, engineers.language, engineers.employer_id, employees.car, engineers.team, contractors.rate"
#define ALL_FROM "FROM employees LEFT OUTER JOIN engineers ON employees.id = engineers.id " \
	"LEFT OUTER JOIN contractors ON employees.id = contractors.id"

kin_session *inherit_filled(void)
{
	kin_session *s = inherit_opened();

	test_run("INSERT INTO firms (id, name) VALUES (1, 'Acme');"
	         "INSERT INTO employees (id, kind, name, revision, firm_id, grade, car) VALUES (2, 'manager', 'Bob', 1, 1, 3, 'none');"
	         "INSERT INTO employees (id, kind, name, revision, firm_id, boss_id, grade, car) VALUES "
	         "(1, 'employee', 'Ann', 1, 1, 2, NULL, 'none'), (3, 'boss', 'Cid', 1, 1, NULL, 4, 'Saab'), "
	         "(4, 'engineer', 'Dot', 1, 1, 2, NULL, 'none'), (5, 'lead', 'Eve', 1, 1, 2, NULL, 'none'), "
	         "(6, 'contractor', 'Fay', 1, 1, 2, NULL, 'none');"
	         "INSERT INTO engineers (id, language, employer_id, team) VALUES (4, 'C', 1, NULL), (5, 'Ada', NULL, 'core'), (6, 'Perl', NULL, NULL);"
	         "INSERT INTO contractors (id, rate) VALUES (6, 90);"
	         "INSERT INTO laptops (id, model, engineer_id) VALUES (1, 'X', 4), (2, 'Y', 6);"
	         "INSERT INTO skills (id, name) VALUES (1, 'sql');"
	         "INSERT INTO engineer_skills (skill_id, engineer_id) VALUES (1, 4)");
	if (strcmp(kin_db_dialect(test_db()), "postgresql") == 0) /* which does not number on behind keys that it was given */
		test_run("SELECT setval('employees_id_seq', 7, false), setval('firms_id_seq', 2, false), setval('laptops_id_seq', 3, false), "
		         "setval('skills_id_seq', 2, false)");
	test_forget();
	return s;
}

/* ---- asking the parent ---- */

TEST(a_query_over_the_parent_brings_each_object_whole)
{
	kin_session *s = inherit_filled();
	Employee_list all = kin_all(s, Employee, "order by id");

	CHECK_SQL("SELECT " ALL " " ALL_FROM " ORDER BY employees.id");
	CHECK_OK(s);
	CHECK_INT(all.count, 6);
	CHECK(!kin_as(Manager, all.items[0]) && !kin_as(Engineer, all.items[0]));
	CHECK_INT(kin_as(Manager, all.items[1])->grade.value, 3);
	CHECK_TEXT(kin_as(Director, all.items[2])->car, "Saab");
	CHECK_INT(kin_as(Director, all.items[2])->manager.grade.value, 4);
	CHECK_TEXT(kin_as(Engineer, all.items[3])->language, "C");
	CHECK(!kin_as(Lead, all.items[3]));
	CHECK_TEXT(kin_as(Lead, all.items[4])->team, "core");
	CHECK_INT(kin_as(Contractor, all.items[5])->rate, 90);
	CHECK_TEXT(kin_as(Contractor, all.items[5])->engineer.employee.name, "Fay");
	CHECK(kin_as(Manager, NULL) == NULL);
	test_close();
}

TEST(there_is_one_object_for_a_row_whichever_model_it_is_asked_by)
{
	kin_session *s = inherit_filled();
	const Employee *dot = kin_get(s, Employee, 4);

	test_forget();
	CHECK(kin_get(s, Engineer, 4) == kin_as(Engineer, dot));
	CHECK_NO_SQL();
	CHECK(kin_get(s, Manager, 4) == NULL);
	CHECK_SQL("SELECT " EMPLOYEE ", employees.grade, employees.car FROM employees WHERE employees.kind IN ('manager', 'boss') AND employees.id = ?");
	CHECK(kin_one(s, Engineer, "language = ?", "C") == kin_as(Engineer, dot));
	CHECK_OK(s);
	test_close();
}

TEST(a_row_that_is_of_no_model_is_named_with_what_it_says)
{
	kin_session *s = inherit_filled();

	test_run("UPDATE employees SET kind = 'ghost' WHERE id = 3");
	CHECK_INT(kin_all(s, Employee).count, 0);
	CHECK_INT(kin_errcode(s), KIN_EVALUE);
	CHECK_HAS(kin_errmsg(s), "the row of 'employees' with id 3: kind 'ghost' says no model: 'employee' is Employee, 'manager' is Manager");
	test_close();
}

TEST(a_row_that_became_another_models_is_noticed)
{
	kin_session *s = inherit_filled();
	const Employee *ann = kin_get(s, Employee, 1);

	kin_commit(s);
	test_run("UPDATE employees SET kind = 'manager' WHERE id = 1");
	CHECK(kin_as(Employee, ann) == ann);
	CHECK_INT(kin_all(s, Manager).count, 0);
	CHECK_INT(kin_errcode(s), KIN_ESTALE);
	CHECK_HAS(kin_errmsg(s), "<employee Ann> is Employee here, and its row says that it is Manager now");
	test_close();
}

/* ---- tables of their own ---- */

TEST(a_query_over_a_joined_child_joins_its_tables)
{
	kin_session *s = inherit_filled();
	Contractor_list all = kin_all(s, Contractor, "name = ? and language = ? and rate > ? order by language, rate", "Fay", "Perl", 10);

	CHECK_SQL("SELECT " ENGINEER ", contractors.rate FROM employees JOIN engineers ON employees.id = engineers.id "
	          "JOIN contractors ON employees.id = contractors.id WHERE employees.name = ? AND engineers.language = ? AND contractors.rate > ? "
	          "ORDER BY engineers.language, contractors.rate");
	CHECK_OK(s);
	CHECK_INT(all.count, 1);
	CHECK_INT(all.items[0]->rate, 90);
	Lead_list leads = kin_all(s, Lead);
	CHECK_SQL("SELECT " ENGINEER ", engineers.team FROM employees JOIN engineers ON employees.id = engineers.id WHERE employees.kind IN ('lead')");
	CHECK_INT(leads.count, 1);
	CHECK_INT(kin_count(s, Engineer, "language <> ?", "Ada"), 2);
	CHECK_SQL("SELECT count(*) FROM employees JOIN engineers ON employees.id = engineers.id WHERE engineers.language <> ?");
	CHECK(kin_exists(s, Contractor, "rate = ?", 90));
	CHECK_INT(kin_count(s, Employee), 6);
	test_close();
}

TEST(new_objects_of_joined_models_have_a_row_in_each_table)
{
	kin_session *s = inherit_opened();
	Contractor *fay = kin_new(s, Contractor, .engineer = { .employee = { .name = "Fay" }, .language = "Perl" }, .rate = 90);
	Contractor *gus = kin_new(s, Contractor, .engineer = { .employee = { .name = "Gus" }, .language = "awk" }, .rate = 80);

	kin_add(s, fay);
	kin_add(s, gus);
	kin_flush(s);
	CHECK_OK(s);
	CHECK_SQL("INSERT INTO employees (kind, name, revision, firm_id, boss_id) VALUES (?, ?, ?, ?, ?)",
	          "INSERT INTO employees (kind, name, revision, firm_id, boss_id) VALUES (?, ?, ?, ?, ?)",
	          "INSERT INTO engineers (id, language, employer_id) VALUES (?, ?, ?)",
	          "INSERT INTO engineers (id, language, employer_id) VALUES (?, ?, ?)",
	          "INSERT INTO contractors (id, rate) VALUES (?, ?)",
	          "INSERT INTO contractors (id, rate) VALUES (?, ?)");
	kin_commit(s);
	CHECK_OK(s);
	kin_session *other = test_session();
	CHECK_TEXT(kin_get(other, Contractor, gus->engineer.employee.id)->engineer.language, "awk");
	test_close();
}

TEST(only_the_tables_are_updated_whose_columns_changed)
{
	kin_session *s = inherit_filled();
	Contractor *fay = kin_edit(s, Contractor, kin_get(s, Contractor, 6));

	test_forget();
	fay->rate = 100;
	kin_flush(s);
	CHECK_OK(s);
	CHECK_SQL("UPDATE contractors SET rate = ? WHERE id = ?", "UPDATE employees SET revision = ? WHERE id = ? AND revision = ?");
	Employee *same = kin_edit(s, Employee, &fay->engineer.employee);
	CHECK(same == &fay->engineer.employee);
	same->name = "Faye";
	kin_flush(s);
	CHECK_SQL("UPDATE employees SET name = ?, revision = ? WHERE id = ? AND revision = ?");
	CHECK_OK(s);
	CHECK_INT(fay->engineer.employee.revision, 3);
	test_close();
}

TEST(a_joined_object_is_deleted_from_its_own_table_first)
{
	kin_session *s = inherit_filled();

	kin_delete(s, kin_get(s, Contractor, 6));
	test_forget();
	kin_flush(s);
	CHECK_OK(s);
	CHECK_SQL("SELECT laptops.id, laptops.model, laptops.engineer_id FROM laptops WHERE laptops.engineer_id IN (?) ORDER BY laptops.model",
	          "UPDATE laptops SET engineer_id = ? WHERE id = ?", "DELETE FROM engineer_skills WHERE engineer_id = ?",
	          "DELETE FROM contractors WHERE id = ?", "DELETE FROM engineers WHERE id = ?",
	          "DELETE FROM employees WHERE id = ? AND revision = ?");
	kin_commit(s);
	CHECK_INT(kin_count(s, Employee), 5);
	test_close();
}

TEST(a_rollback_brings_joined_objects_back)
{
	kin_session *s = inherit_filled();
	Contractor *fay = kin_edit(s, Contractor, kin_get(s, Contractor, 6));
	Contractor *gus = kin_new(s, Contractor, .engineer = { .employee = { .name = "Gus" } }, .rate = 80);

	fay->rate = 1;
	fay->engineer.employee.name = "Zoe";
	kin_add(s, gus);
	kin_flush(s);
	CHECK(gus->engineer.employee.id > 0);
	kin_rollback(s);
	CHECK_OK(s);
	CHECK_INT(fay->rate, 90);
	CHECK_TEXT(fay->engineer.employee.name, "Fay");
	CHECK_INT(gus->engineer.employee.id, 0);
	CHECK_INT(kin_state_of(gus), KIN_TRANSIENT);
	CHECK_INT(kin_count(s, Contractor), 1);
	kin_add(s, gus);
	kin_commit(s);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Contractor), 2);
	test_close();
}

TEST(a_joined_row_that_fails_takes_the_parents_with_it)
{
	kin_session *s = inherit_filled();
	Contractor *gus = kin_new(s, Contractor, .engineer = { .employee = { .name = "Gus" } }, .rate = -1);

	kin_add(s, gus);
	CHECK_INT(kin_commit(s), KIN_ECHECK);
	kin_rollback(s);
	CHECK_INT(kin_count(s, Employee), 6);
	CHECK_INT(gus->engineer.employee.id, 0);
	gus->rate = 1;
	kin_add(s, gus);
	kin_commit(s);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Contractor), 2);
	test_close();
}

TEST(refreshing_brings_the_columns_of_all_tables)
{
	kin_session *s = inherit_filled();
	const Contractor *fay = kin_get(s, Contractor, 6);

	kin_commit(s);
	test_run("UPDATE contractors SET rate = 5 WHERE id = 6; UPDATE employees SET name = 'Flo' WHERE id = 6");
	test_forget();
	kin_refresh(s, fay);
	CHECK_SQL("SELECT " ENGINEER ", contractors.rate FROM employees JOIN engineers ON employees.id = engineers.id "
	          "JOIN contractors ON employees.id = contractors.id WHERE employees.id = ?");
	CHECK_INT(fay->rate, 5);
	CHECK_TEXT(fay->engineer.employee.name, "Flo");
	CHECK_OK(s);
	test_close();
}

/* ---- relationships ---- */

TEST(a_relationship_to_the_parent_brings_children)
{
	kin_session *s = inherit_filled();
	const Firm *firm = kin_get(s, Firm, 1);

	test_forget();
	Employee_list people = kin_load(firm, people);
	CHECK_SQL("SELECT " ALL " " ALL_FROM " WHERE employees.firm_id = ? ORDER BY employees.name");
	CHECK_INT(people.count, 6);
	CHECK_INT(kin_as(Contractor, people.items[5])->rate, 90);
	CHECK(kin_load(kin_as(Contractor, people.items[5]), engineer.employee.firm) == firm);
	CHECK_NO_SQL();
	CHECK(kin_load(people.items[0], boss) == kin_as(Manager, people.items[1]));
	CHECK_NO_SQL();
	CHECK_INT(kin_load(kin_as(Director, people.items[2]), manager.staff).count, 0);
	CHECK_OK(s);
	test_close();
}

TEST(a_relationship_to_a_child_joins_its_tables)
{
	kin_session *s = inherit_filled();
	const Firm *firm = kin_one(s, Firm, "with joined engineers, engineers.laptops");

	CHECK_SQL("SELECT anon_1.id, anon_1.name, employees_1.id, employees_1.kind, employees_1.name, employees_1.revision, employees_1.firm_id, "
	          "employees_1.boss_id, engineers_1.language, engineers_1.employer_id, engineers_1.team, contractors_1.rate "
	          "FROM (SELECT firms.id, firms.name FROM firms LIMIT 2) AS anon_1 LEFT OUTER JOIN engineers AS engineers_1 "
	          "ON anon_1.id = engineers_1.employer_id LEFT OUTER JOIN employees AS employees_1 ON engineers_1.id = employees_1.id "
	          "LEFT OUTER JOIN contractors AS contractors_1 ON employees_1.id = contractors_1.id",
	          "SELECT laptops.id, laptops.model, laptops.engineer_id FROM laptops WHERE laptops.engineer_id IN (?) ORDER BY laptops.model");
	CHECK_OK(s);
	CHECK_INT(firm->engineers.count, 1);
	CHECK_TEXT(firm->engineers.items[0]->language, "C");
	CHECK_TEXT(firm->engineers.items[0]->laptops.items[0]->model, "X");
	test_close();
}

/* ---- the rest of a query's verbs ---- */

TEST(rows_of_a_child_are_updated_and_deleted_without_being_loaded)
{
	kin_session *s = inherit_filled();
	const Manager *bob = kin_get(s, Manager, 2);

	test_forget();
	CHECK_INT(kin_update(s, Manager, "grade = grade + ? where name like ?", 1, "%"), 2);
	CHECK_SQL("SELECT employees.id FROM employees WHERE employees.kind IN ('manager', 'boss') AND employees.name LIKE ?",
	          "UPDATE employees SET grade = employees.grade + ? WHERE employees.kind IN ('manager', 'boss') AND employees.name LIKE ?",
	          "SELECT " EMPLOYEE ", employees.grade, employees.car FROM employees");
	CHECK_INT(bob->grade.value, 4);
	CHECK_INT(kin_delete_where(s, Director, "car = ?", "Saab"), 1);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Employee), 5);
	test_close();
}

TEST(rows_of_a_joined_child_are_found_by_their_keys)
{
	kin_session *s = inherit_filled();

	CHECK_INT(kin_update(s, Contractor, "rate = rate + ? where name = ?", 5, "Fay"), 1);
	CHECK_SQL("UPDATE contractors SET rate = contractors.rate + ? WHERE contractors.id IN (SELECT employees.id FROM employees "
	          "JOIN engineers ON employees.id = engineers.id JOIN contractors ON employees.id = contractors.id WHERE employees.name = ?)");
	CHECK_INT(kin_update(s, Engineer, "name = ? where language = ?", "Dorothy", "C"), 1);
	CHECK_TEXT(kin_get(s, Employee, 4)->name, "Dorothy");
	kin_commit(s);
	test_run("DELETE FROM laptops; DELETE FROM engineer_skills");
	test_forget();
	CHECK_INT(kin_delete_where(s, Engineer, "language <> ?", "Ada"), 2);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Employee), 4);
	CHECK_INT(kin_count(s, Contractor), 0);
	test_close();
}

TEST(what_is_assigned_is_in_one_table)
{
	kin_session *s = inherit_filled();

	CHECK_INT(kin_update(s, Contractor, "rate = ?, name = ? where id = ?", 5, "Fay", 6), -1);
	CHECK_HAS(kin_errmsg(s), "Contractor.rate is in 'contractors', and Contractor.name in 'employees': one kin_update() for each");
	kin_rollback(s);
	CHECK_INT(kin_update(s, Contractor, "name = language where id = ?", 6), -1);
	CHECK_HAS(kin_errmsg(s), "Contractor.name is in 'employees': columns of other tables cannot be a part of its value");
	kin_rollback(s);
	CHECK_INT(kin_update(s, Employee, "kind = ? where id = ?", "manager", 1), -1);
	CHECK_HAS(kin_errmsg(s), "Employee.kind says of which model a row is, and that does not change");
	kin_rollback(s);
	CHECK(!kin_first(s, Employee, "rate > ?", 1));
	CHECK_HAS(kin_errmsg(s), "Employee has no attribute 'rate', but Contractor, which inherits from it, has: ask for Contractor");
	test_close();
}

TEST(a_stream_gives_each_row_its_own_struct)
{
	kin_session *s = inherit_filled();
	int rates = 0, people = 0;

	kin_stream(s, Employee, one, "order by id with joined firm") {
		const Contractor *contractor = kin_as(Contractor, one);
		rates += contractor ? contractor->rate : 0;
		people += strcmp(one->firm->name, "Acme") == 0;
	}
	CHECK_OK(s);
	CHECK_INT(rates, 90);
	CHECK_INT(people, 6);
	test_close();
}

typedef struct Count {
	const char *language;
	int64_t     n;
} Count;
KIN_ROW(Count, language, n);

TEST(rows_of_children_are_selected_grouped_and_joined)
{
	kin_session *s = inherit_filled();
	Count_list rows = kin_select(s, Count, "select language, count(*) as n from Engineer e where e.firm.name = ? and name <> ? group by language "
	                             "order by language", "Acme", "Fay");

	CHECK_OK(s);
	CHECK_INT(rows.count, 2);
	CHECK_TEXT(rows.items[0]->language, "Ada");
	rows = kin_select(s, Count, "select m.name as language, count(*) as n from Manager m join m.staff p where p.name <> ? group by m.name", "Eve");
	CHECK_OK(s);
	CHECK_INT(rows.count, 1);
	CHECK_INT(rows.items[0]->n, 3);
	CHECK_INT(kin_count(s, Firm, "people.name = ? and engineers.language = ?", "Bob", "C"), 1);
	CHECK_INT(kin_count(s, Laptop, "engineer.name = ? and engineer.language = ?", "Dot", "C"), 1);
	CHECK_INT(kin_count(s, Employee, "boss.grade = ? and boss.name = ?", 3, "Bob"), 4);
	CHECK_INT(kin_count(s, Employee, "boss = ?", kin_get(s, Manager, 2)), 4);
	CHECK_INT(kin_count(s, Manager, "staff.name = ?", "Ann"), 1);
	CHECK_INT(kin_count(s, Skill, "engineers.language = ?", "C"), 1);
	CHECK_OK(s);
	test_close();
}

TEST(parents_with_joined_lists_are_limited_with_all_their_columns)
{
	kin_session *s = inherit_filled();
	Employee_list two = kin_all(s, Employee, "where id > ? order by name desc limit 3 with joined boss.staff", 3);

	CHECK_OK(s);
	CHECK_INT(two.count, 3);
	CHECK_INT(kin_as(Contractor, two.items[0])->rate, 90);
	CHECK_TEXT(kin_as(Lead, two.items[1])->team, "core");
	CHECK_TEXT(kin_as(Engineer, two.items[2])->language, "C");
	CHECK_INT(two.items[0]->boss->staff.count, 4);
	CHECK_TEXT(two.items[0]->boss->employee.name, "Bob");
	test_close();
}

TEST(lists_of_children_come_by_every_loader)
{
	kin_session *s = inherit_filled();
	const Firm *firm = kin_one(s, Firm, "with subquery people, selectin engineers");

	CHECK_OK(s);
	CHECK_INT(firm->people.count, 6);
	CHECK_INT(kin_as(Director, firm->people.items[2])->manager.grade.value, 4);
	CHECK_INT(firm->engineers.count, 1);
	kin_session *other = test_session();
	firm = kin_one(other, Firm, "with joined people where name <> ?", "Ann");
	CHECK_OK(other);
	CHECK_INT(firm->people.count, 5);
	firm = kin_one(test_session(), Firm, "with joined engineers where language = ? and name = ?", "C", "Dot");
	CHECK_INT(firm->engineers.count, 1);
	test_close();
}

TEST(siblings_of_several_models_load_together)
{
	kin_session *s = inherit_filled();
	Employee_list all = kin_all(s, Employee, "order by id");

	test_forget();
	for (size_t i = 0; i < all.count; i++)
		if (kin_as(Engineer, all.items[i]))
			kin_load(kin_as(Engineer, all.items[i]), laptops);
	CHECK_INT(test_sent(), 2);
	CHECK_INT(kin_as(Engineer, all.items[5])->laptops.count, 1);
	kin_expire_all(s);
	test_forget();
	for (size_t i = 0; i < all.count; i++)
		kin_edit(s, Employee, all.items[i]);
	CHECK_OK(s);
	test_close();
}

/* ---- other discriminators ---- */

KIN_DECLARE(Shape);
KIN_DECLARE(Circle);
KIN_DECLARE(Square);
KIN_DECLARE(Panel);

/* Nothing is a Shape alone; its kind is a number. */
struct Shape {
	int64_t               id;
	int16_t               kind;
};

struct Circle {
	Shape  shape;
	double radius;
};

typedef enum material { PAPER, WOOD } material;

struct Panel {
	const char *code;
	char        name[8];
	material    kind;
};

/* Of a key that the program makes, and an enum. */
struct Square {
	Panel                 panel;
	int32_t               side;
	kin_nullable(int64_t) first_id;
	const Shape          *first;
};

KIN_MODEL(Shape, "shapes") {
	kin_column(id, .primary_key = true);
	kin_column(kind);
	kin_discriminator(kind, .abstract = true);
}

KIN_MODEL(Circle, "circles") {
	kin_inherits(shape, Shape, .identity = "7");
	kin_column(radius);
}

KIN_MODEL(Panel, "panels") {
	kin_column(code, .primary_key = true, .length = 10);
	kin_column(name);
	kin_enum(kind, "panel", "square");
	kin_discriminator(kind);
}

KIN_MODEL(Square, "squares") {
	kin_inherits(panel, Panel);
	kin_column(side, .unique = true);
	kin_column(first_id, .foreign_key = "shapes.id");
	kin_belongs_to(first, Shape, .lazy = KIN_JOINED);
}

TEST(numbers_and_labels_say_of_which_model_a_row_is)
{
	kin_session *s = inherit_opened();
	Circle *circle = kin_new(s, Circle, .radius = 2.5);
	Square *square = kin_new(s, Square, .panel.code = "a", .side = 3, .first = &circle->shape);

	CHECK_INT(circle->shape.kind, 7);
	CHECK_INT(square->panel.kind, WOOD);
	kin_add(s, square);
	kin_add(s, kin_new(s, Panel, .code = "b"));
	kin_commit(s);
	CHECK_OK(s);
	CHECK(!kin_new(s, Shape, .id = 5));
	CHECK_HAS(kin_errmsg(s), "Shape is abstract: make an object of a model that inherits from it");
	kin_session *other = test_session();
	test_forget();
	Panel_list panels = kin_all(other, Panel, "order by code");
	CHECK_SQL("SELECT panels.code, panels.name, panels.kind, squares.side, squares.first_id FROM panels LEFT OUTER JOIN squares "
	          "ON panels.code = squares.code ORDER BY panels.code",
	          "SELECT shapes.id, shapes.kind, circles.radius FROM shapes LEFT OUTER JOIN circles ON shapes.id = circles.id "
	          "WHERE shapes.id IN (?)");
	CHECK_OK(other);
	CHECK_INT(panels.count, 2);
	CHECK(!kin_as(Square, panels.items[1]));
	CHECK_INT(kin_as(Square, panels.items[0])->side, 3);
	CHECK(kin_as(Circle, kin_as(Square, panels.items[0])->first)->radius == 2.5);
	CHECK(kin_get(other, Square, "a") == kin_as(Square, panels.items[0]));
	CHECK(kin_get(other, Square, "b") == NULL);
	CHECK_INT(kin_count(other, Shape), 1);
	kin_delete(other, panels.items[0]);
	kin_commit(other);
	CHECK_OK(other);
	CHECK_INT(kin_count(other, Panel), 1);
	test_close();
}

/* ---- objects ---- */

TEST(the_discriminator_is_kins)
{
	kin_session *s = inherit_opened();

	CHECK(!kin_new(s, Manager, .employee = { .kind = "engineer" }));
	CHECK_HAS(kin_errmsg(s), "Manager.kind is 'engineer', but of every Manager it is 'manager', for it says of which model a row is");
	kin_rollback(s);
	Manager *bob = kin_new(s, Manager, .employee = { .kind = "manager", .name = "Bob" });
	kin_add(s, bob);
	kin_commit(s);
	CHECK_OK(s);
	bob->employee.kind = "employee";
	CHECK_INT(kin_commit(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "Manager.kind is 'employee', but of every Manager it is 'manager'");
	kin_rollback(s);
	CHECK_TEXT(bob->employee.kind, "manager");
	test_close();
}

TEST(relationships_hold_objects_of_inheriting_models)
{
	kin_session *s = inherit_opened();
	Firm *acme = kin_new(s, Firm, .name = "Acme");
	Director *cid = kin_new(s, Director, .manager.employee = { .name = "Cid", .firm = acme }, .car = "Saab");
	Contractor *fay = kin_new(s, Contractor, .engineer.employee = { .name = "Fay", .boss = &cid->manager });
	Skill *sql = kin_new(s, Skill, .name = "sql");

	kin_add(s, fay);
	kin_append(acme, people, &fay->engineer.employee);
	kin_append(&fay->engineer, skills, sql);
	kin_commit(s);
	CHECK_OK(s);
	CHECK_INT(cid->manager.employee.firm_id.value, acme->id);
	CHECK_INT(fay->engineer.employee.boss_id.value, cid->manager.employee.id);
	kin_session *other = test_session();
	const Firm *firm = kin_one(other, Firm);
	CHECK_INT(kin_load(firm, people).count, 2);
	const Contractor *found = kin_as(Contractor, kin_load(firm, people).items[1]);
	CHECK_TEXT(kin_as(Director, kin_load(found, engineer.employee.boss))->car, "Saab");
	CHECK_TEXT(kin_load(found, engineer.skills).items[0]->name, "sql");
	CHECK_INT(kin_load(kin_as(Manager, kin_load(firm, people).items[0]), staff).count, 1);
	kin_delete(other, found);
	kin_commit(other);
	CHECK_OK(other);
	CHECK_INT(kin_count(other, Employee), 1);
	test_close();
}

TEST(arrays_of_structs_go_into_each_table)
{
	kin_session *s = inherit_opened();
	Contractor some[] = { { .engineer.employee.name = "Fay", .rate = 1 }, { .engineer.employee.name = "Gus", .rate = 2 } };

	CHECK_INT(kin_insert_all(s, Contractor, some, 2), KIN_OK);
	kin_commit(s);
	CHECK_OK(s);
	CHECK(some[1].engineer.employee.id > 0);
	CHECK_INT(kin_get(s, Contractor, some[1].engineer.employee.id)->rate, 2);
	Manager managers[] = { { .employee = { .id = 100, .name = "Bob" }, .grade = { 3, true } } };
	CHECK_INT(kin_upsert(s, Manager, managers, 1), KIN_OK);
	CHECK_TEXT(kin_get(s, Manager, 100)->employee.name, "Bob");
	CHECK_INT(kin_upsert(s, Engineer, NULL, 0), KIN_EQUERY);
	CHECK_HAS(kin_errmsg(s), "Engineer is kept in the tables 'employees' and 'engineers', and an upsert is for one");
	test_close();
}

TEST(an_inheriting_object_is_merged_as_what_it_is)
{
	kin_session *s = inherit_filled(), *other = test_session();
	const Employee *fay = kin_get(other, Employee, 6);
	Contractor *edited = kin_edit(other, Contractor, kin_as(Contractor, fay));

	edited->rate = 77;
	kin_autoflush(other, false);
	const Employee *own = kin_merge(s, Employee, fay);
	CHECK_OK(s);
	CHECK_INT(kin_as(Contractor, own)->rate, 77);
	kin_rollback(other);
	kin_commit(s);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Contractor, "rate = ?", 77), 1);
	test_close();
}

FUSED(inheritance_survives_any_allocation_failing)
{
	static long n;
	kin_session *s;
	int64_t left = 0;

	kin_fuse_set(-1);
	s = inherit_filled();
	const Employee *fay = kin_get(s, Employee, 6), *ann = kin_get(s, Employee, 1);
	kin_fuse_set(n++);
	Employee_list all = kin_all(s, Employee, "order by id with boss, firm.people");
	Contractor *gus = kin_new(s, Contractor, .engineer.employee.name = "Gus"), *edited = kin_edit(s, Contractor, kin_as(Contractor, fay));
	if (gus && edited && all.count > 0) {
		kin_add(s, gus);
		edited->rate = 3;
		edited->engineer.employee.name = "Flo";
		kin_stream(s, Engineer, one, "order by id")
			left += one->employee.id;
	}
	kin_delete(s, ann);
	int rc = kin_commit(s);
	bool blown = kin_fuse_blown();
	if (blown) {
		kin_rollback(s);
		CHECK_INT(kin_as(Contractor, fay)->rate, 90);
		CHECK_TEXT(fay->name, "Fay");
		CHECK_INT(kin_count(s, Employee), 6);
	} else {
		n = 0;
		kin_fuse_set(-1);
		CHECK_OK(s);
		CHECK_INT(kin_count(s, Employee), 6);
		CHECK_INT(kin_count(s, Contractor, "rate < ? or name = ?", 4, "Gus"), 2);
		CHECK_INT(left, 4 + 5 + 6 + gus->engineer.employee.id);
	}
	test_close();
	return rc;
}
