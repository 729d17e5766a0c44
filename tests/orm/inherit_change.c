/* inherit_change.c - saving, deleting and changing rows of models that inherit, one by one and many at once. */
#include "inherit.h"

#include <kin/bulk.h>
#include <kin/page.h>
#include <kin/select.h>

#include "models.h"

/* ---- many at once ---- */

TEST(many_objects_take_a_statement_for_each_table)
{
	kin_session *s = inherit_opened();

	for (int i = 0; i < 50; i++) {
		kin_add(s, kin_new(s, Contractor, .engineer = { .employee.name = "C", .language = "C" }, .rate = i));
		kin_add(s, kin_new(s, Manager, .employee.name = "M", .grade = { i, true }));
	}
	kin_commit(s);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Contractor, "rate >= ? and language = ?", 0, "C"), 50);
	CHECK_INT(kin_count(s, Manager), 50);
	Employee_list all = kin_all(s, Employee);
	kin_each(Employee, one, all)
		if (kin_as(Contractor, one))
			kin_edit(s, Contractor, kin_as(Contractor, one))->engineer.language = "Perl";
	kin_commit(s);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Engineer, "language = ?", "Perl"), 50);
	kin_each(Employee, one, all)
		kin_delete(s, one);
	kin_commit(s);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Employee), 0);
	CHECK_INT(kin_count(s, Engineer), 0);
	test_close();
}

TEST(the_last_table_is_deleted_from_first_whatever_the_models)
{
	kin_session *s = inherit_filled();

	kin_each(Employee, one, kin_all(s, Employee, "order by id"))
		kin_delete(s, one);
	kin_commit(s);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Employee), 0);
	CHECK_INT(kin_count(s, Laptop), 2);
	CHECK_INT(kin_count(s, Laptop, "engineer is null"), 2);
	CHECK_INT(kin_count(s, Skill, "engineers.id > ?", 0), 0);
	test_close();
}

/* ---- conditions ---- */

TEST(changed_rows_of_several_tables_come_back)
{
	kin_session *s = inherit_filled();
	const Contractor *fay = kin_get(s, Contractor, 6);

	test_forget();
	Contractor_list changed = kin_update_returning(s, Contractor, "rate = rate + ? where name = ?", 5, "Fay");
	CHECK_OK(s);
	CHECK_INT(changed.count, 1);
	CHECK(changed.items[0] == fay);
	CHECK_INT(fay->rate, 95);
	Engineer_list renamed = kin_update_returning(s, Engineer, "name = ? where language <> ?", "Ed", "C");
	CHECK_OK(s);
	CHECK_INT(renamed.count, 2);
	CHECK_TEXT(renamed.items[0]->employee.name, "Ed");
	CHECK_TEXT(fay->engineer.employee.name, "Ed");
	Employee_list all = kin_update_returning(s, Employee, "name = ? where id >= ?", "Al", 4);
	CHECK_OK(s);
	CHECK_INT(all.count, 3);
	CHECK_TEXT(fay->engineer.employee.name, "Al");
	kin_commit(s);
	CHECK_INT(kin_count(s, Employee, "name = ?", "Al"), 3);
	test_close();
}

TEST(deleted_rows_of_several_tables_come_back)
{
	kin_session *s = inherit_filled();

	test_run("DELETE FROM laptops; DELETE FROM engineer_skills");
	const Employee *dot = kin_get(s, Employee, 4);
	Engineer_list gone = kin_delete_returning(s, Engineer, "language <> ?", "Ada");
	CHECK_OK(s);
	CHECK_INT(gone.count, 2);
	CHECK(kin_state_of(dot) == KIN_DELETED || kin_state_of(dot) == KIN_DETACHED);
	for (size_t i = 0; i < gone.count; i++) /* they come in no order */
		CHECK(kin_as(Contractor, gone.items[i]) ? kin_as(Contractor, gone.items[i])->rate == 90 : &gone.items[i]->employee == dot);
	Employee_list rest = kin_delete_returning(s, Employee, "id = ?", 5);
	CHECK_OK(s);
	CHECK_TEXT(kin_as(Lead, rest.items[0])->team, "core");
	kin_commit(s);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Employee), 3);
	CHECK_INT(kin_count(s, Engineer), 0);
	test_close();
}

TEST(a_rollback_undoes_changes_of_several_tables)
{
	kin_session *s = inherit_filled();
	const Contractor *fay = kin_get(s, Contractor, 6);

	kin_update_returning(s, Contractor, "rate = ? where id = ?", 1, 6);
	kin_edit(s, Contractor, fay)->engineer.employee.name = "Flo";
	kin_flush(s);
	kin_rollback(s);
	CHECK_INT(fay->rate, 90);
	CHECK_TEXT(fay->engineer.employee.name, "Fay");
	CHECK_INT(kin_count(s, Contractor, "rate = ?", 90), 1);
	CHECK_OK(s);
	test_close();
}

TEST(an_upsert_does_not_make_a_row_another_models)
{
	kin_session *s = inherit_filled();
	Manager ann = { .employee = { .id = 1, .name = "Ann" }, .grade = { 3, true } };

	CHECK(kin_upsert(s, Manager, &ann, 1) < 0);
	CHECK_HAS(kin_errmsg(s), "&ann[0]: Manager.kind is 'employee', but of every Manager it is 'manager'");
	kin_rollback(s);
	CHECK_TEXT(kin_get(s, Employee, 1)->name, "Ann");
	CHECK(!kin_get(s, Manager, 1));
	CHECK_OK(s);
	test_close();
}

/* ---- the session ---- */

TEST(inheriting_objects_are_refreshed_expired_and_merged)
{
	kin_session *s = inherit_filled(), *other;
	const Employee *fay = kin_get(s, Employee, 6);
	const Contractor *contractor = kin_as(Contractor, fay);

	kin_commit(s);
	test_run("UPDATE contractors SET rate = 70; UPDATE employees SET name = 'Flo' WHERE id = 6; UPDATE engineers SET language = 'awk' WHERE id = 6");
	kin_refresh(s, fay);
	CHECK_OK(s);
	CHECK_INT(contractor->rate, 70);
	CHECK_TEXT(fay->name, "Flo");
	CHECK_TEXT(contractor->engineer.language, "awk");
	kin_commit(s);
	test_run("UPDATE contractors SET rate = 60");
	kin_expire(s, fay);
	CHECK_INT(kin_edit(s, Contractor, contractor)->rate, 60);
	kin_commit(s);
	other = test_session();
	const Contractor *same = kin_merge(other, Contractor, contractor);
	CHECK_INT(same->rate, 60);
	CHECK(kin_get(other, Employee, 6) == &same->engineer.employee);
	Contractor *transient = kin_new(s, Contractor, .engineer = { .employee = { .id = 6, .name = "Eff", .revision = same->engineer.employee.revision },
	                                                              .language = "Lua" }, .rate = 5);
	kin_merge(other, Contractor, transient);
	kin_commit(other);
	CHECK_OK(other);
	CHECK_INT(same->rate, 5);
	CHECK_TEXT(same->engineer.employee.name, "Eff");
	Manager *wrong = kin_new(s, Manager, .employee = { .id = 6 });
	kin_merge(other, Manager, wrong);
	CHECK_HAS(kin_errmsg(other), "kin_merge: <contractor Eff> has that key and is Contractor, and what was given is Manager: an object does not become "
	          "one of another model");
	test_close();
}

TEST(a_version_guards_all_tables)
{
	kin_session *s = inherit_filled(), *other = test_session();
	Contractor *mine = kin_edit(s, Contractor, kin_get(s, Contractor, 6));

	kin_commit(s);
	kin_edit(other, Contractor, kin_get(other, Contractor, 6))->rate = 1;
	CHECK_INT(kin_commit(other), KIN_OK);
	mine = kin_edit(s, Contractor, mine);
	mine->rate = 2;
	CHECK_INT(kin_commit(s), KIN_ESTALE);
	kin_rollback(s);
	CHECK_INT(kin_count(s, Contractor, "rate = ?", 1), 1);
	kin_commit(s);
	const Contractor *fay = kin_get(other, Contractor, 6);
	kin_commit(other);
	test_run("UPDATE employees SET revision = 9 WHERE id = 6; DELETE FROM laptops");
	kin_delete(other, fay);
	CHECK_INT(kin_commit(other), KIN_ESTALE);
	test_close();
}

/* ---- relationships ---- */

TEST(a_list_of_the_parents_follows_objects_of_every_model)
{
	kin_session *s = inherit_filled();
	const Firm *acme = kin_get(s, Firm, 1);
	Firm *bolt = kin_new(s, Firm, .name = "Bolt");
	const Employee *eve = kin_get(s, Employee, 5), *bob = kin_get(s, Employee, 2);

	kin_load(acme, people);
	kin_append(bolt, people, eve);
	kin_edit(s, Employee, bob)->firm = bolt;
	kin_add(s, bolt);
	kin_commit(s);
	CHECK_OK(s);
	CHECK_INT(acme->people.count, 4);
	CHECK_INT(bolt->people.count, 2);
	CHECK_INT(kin_count(s, Lead, "firm = ? and team = ?", bolt, "core"), 1);
	CHECK_INT(kin_count(s, Firm, "people.name = ?", "Eve"), 1);
	test_close();
}

TEST(tables_between_link_objects_of_inheriting_models)
{
	kin_session *s = inherit_filled();
	const Skill *sql = kin_get(s, Skill, 1);
	const Engineer *eve = kin_get(s, Engineer, 5), *fay = kin_get(s, Engineer, 6);

	kin_append(sql, engineers, eve);
	kin_append(fay, skills, sql);
	kin_commit(s);
	CHECK_OK(s);
	kin_session *other = test_session();
	sql = kin_one(other, Skill, "with joined engineers");
	CHECK_INT(sql->engineers.count, 3);
	kin_reset(other);
	sql = kin_one(other, Skill, "with selectin engineers, selectin engineers.Contractor");
	CHECK_INT(sql->engineers.count, 3);
	kin_reset(other);
	sql = kin_one(other, Skill, "with subquery engineers.skills");
	CHECK_INT(sql->engineers.items[0]->skills.count, 1);
	kin_delete(other, kin_get(other, Employee, 5));
	kin_commit(other);
	CHECK_OK(other);
	CHECK_INT(kin_count(other, Skill, "engineers.id = ?", 5), 0);
	test_close();
}

/* ---- rows and pages ---- */

typedef struct Line {
	const Employee *boss;
	const Engineer *engineer;
	const char     *language;
} Line;
KIN_ROW(Line, (boss, Employee), engineer, language);

TEST(objects_in_rows_are_what_their_rows_say)
{
	kin_session *s = inherit_filled();
	Line_list lines = kin_select(s, Line, "select e.boss as boss, e as engineer, e.language from Engineer e order by e.id");

	CHECK_OK(s);
	CHECK_INT(lines.count, 3);
	CHECK_TEXT(kin_as(Manager, lines.items[0]->boss)->employee.name, "Bob");
	CHECK_INT(kin_as(Contractor, lines.items[2]->engineer)->rate, 90);
	CHECK_TEXT(lines.items[1]->language, "Ada");
	test_close();
}

/* A Skill and an Owner are of one size. */
typedef struct Learnt {
	const Skill *skill;
} Learnt;
KIN_ROW(Learnt, (skill, Skill));

typedef struct Owned {
	const Owner *skill;
} Owned;
KIN_ROW(Owned, (skill, Owner));

TEST(a_row_that_names_the_model_takes_no_other_of_its_size)
{
	kin_session *s = inherit_filled();

	CHECK_INT(sizeof(Owner), sizeof(Skill));
	CHECK_INT(kin_select(s, Learnt, "select k as skill from Skill k").count, 1);
	CHECK_OK(s);
	CHECK_INT(kin_select(s, Owned, "select k as skill from Skill k").count, 0);
	CHECK_HAS(kin_errmsg(s), "what goes to Owned.skill is an object: the member is to be a `const Skill *`, and points at another struct");
	test_close();
}

TEST(pages_have_objects_of_every_model)
{
	kin_session *s = inherit_filled();
	Employee_page page = kin_paginate(s, Employee, 2, 4, "order by id with selectin Engineer");

	CHECK_OK(s);
	CHECK_INT(page.total, 6);
	CHECK_INT(page.items.count, 2);
	CHECK_INT(kin_as(Contractor, page.items.items[1])->rate, 90);
	test_close();
}
