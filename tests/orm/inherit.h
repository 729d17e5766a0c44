/* inherit.h - a firm's people: models that inherit in one table, in tables of their own, and both. */
#ifndef KIN_ORM_TEST_INHERIT_H
#define KIN_ORM_TEST_INHERIT_H

#include <kin/hook.h>
#include <kin/inherit.h>

#include "orm_test.h"

KIN_DECLARE(Firm);
KIN_DECLARE(Employee);
KIN_DECLARE(Manager);
KIN_DECLARE(Director);
KIN_DECLARE(Engineer);
KIN_DECLARE(Lead);
KIN_DECLARE(Contractor);
KIN_DECLARE(Laptop);
KIN_DECLARE(Skill);

struct Firm {
	int64_t       id;
	const char   *name;
	Employee_list people;
	Engineer_list engineers;
};

struct Employee {
	int64_t               id;
	const char           *kind;
	const char           *name;
	int32_t               revision;
	kin_nullable(int64_t) firm_id;
	kin_nullable(int64_t) boss_id;
	const Firm           *firm;
	const Manager        *boss;
};

/* In its parent's table. */
struct Manager {
	Employee              employee;
	kin_nullable(int32_t) grade;
	Employee_list         staff;
};

/* One more of them there. */
struct Director {
	Manager     manager;
	const char *car;
};

/* In a table of its own. */
struct Engineer {
	Employee              employee;
	const char           *language;
	kin_nullable(int64_t) employer_id;
	const Firm           *employer;
	Laptop_list           laptops;
	Skill_list            skills;
};

/* In that one. */
struct Lead {
	Engineer    engineer;
	const char *team;
};

/* In a third one. */
struct Contractor {
	Engineer engineer;
	int32_t  rate;
};

struct Laptop {
	int64_t               id;
	const char           *model;
	kin_nullable(int64_t) engineer_id;
	const Engineer       *engineer;
};

struct Skill {
	int64_t       id;
	const char   *name;
	Engineer_list engineers;
};

/* A new database with these tables, empty. */
kin_session *inherit_opened(void);
/* The same with one of each: 1 Ann, 2 Bob the manager, 3 Cid the director, 4 Dot the engineer, 5 Eve the lead, 6 Fay the contractor. Firm 1 has all,
 * and employs Dot; Bob is their boss. Dot has laptop 1, and skill 1. */
kin_session *inherit_filled(void);

#endif
