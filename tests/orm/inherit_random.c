/* inherit_random.c - random people against plain arrays: made, changed, deleted, rolled back, and asked for by every model. */
#include "inherit.h"

#include <stdlib.h>

enum { MOST = 400, STEPS = 4000 };

typedef enum rank { EMPLOYEE, MANAGER, DIRECTOR, ENGINEER, LEAD, CONTRACTOR, RANKS } rank;

/* What a row must be. */
typedef struct person {
	int64_t id;
	rank    rank;
	int     name; /* "n17" */
	int     own;  /* grade; rate; the language and the team as numbers */
	int64_t boss; /* 0: none */
	bool    alive;
} person;

typedef struct firm {
	kin_session *session;
	person       people[MOST]; /* what is committed, and what is not */
	person       kept[MOST];   /* what is committed */
	size_t       count;
	size_t       kept_count;
	unsigned     seed;
} firm;

static int pick(firm *f, int n)
{
	return rand_r(&f->seed) % n;
}

static const char *text_of(const char *letter, int n)
{
	static char texts[4][16];
	static int at;
	char *text = texts[at++ % 4];

	snprintf(text, sizeof(texts[0]), "%s%d", letter, n);
	return text;
}

static bool is_manager(rank r)
{
	return r == MANAGER || r == DIRECTOR;
}

static bool is_engineer(rank r)
{
	return r >= ENGINEER;
}

/* ---- objects ---- */

static Employee *make(firm *f, person *p)
{
	kin_session *s = f->session;
	const char *name = text_of("n", p->name), *own = text_of("o", p->own);
	void *made = NULL;

	switch (p->rank) {
	case EMPLOYEE:
		made = kin_new(s, Employee, .name = name);
		break;
	case MANAGER:
		made = kin_new(s, Manager, .employee.name = name, .grade = { p->own, true });
		break;
	case DIRECTOR:
		made = kin_new(s, Director, .manager = { .employee.name = name, .grade = { p->own, true } }, .car = own);
		break;
	case ENGINEER:
		made = kin_new(s, Engineer, .employee.name = name, .language = own);
		break;
	case LEAD:
		made = kin_new(s, Lead, .engineer = { .employee.name = name, .language = own }, .team = own);
		break;
	case CONTRACTOR:
		made = kin_new(s, Contractor, .engineer = { .employee.name = name, .language = own }, .rate = p->own);
		break;
	case RANKS:
		break;
	}
	CHECK(made != NULL);
	return made;
}

static void change(Employee *object, const person *p, const char *own)
{
	if (is_manager(p->rank))
		((Manager *)(void *)object)->grade = (kin_nullable(int32_t)){ p->own, true };
	if (p->rank == DIRECTOR)
		((Director *)(void *)object)->car = own;
	if (is_engineer(p->rank))
		((Engineer *)(void *)object)->language = own;
	if (p->rank == LEAD)
		((Lead *)(void *)object)->team = own;
	if (p->rank == CONTRACTOR)
		((Contractor *)(void *)object)->rate = p->own;
}

/* The object is the struct that it must be, and has what it must have. */
static void compare(const Employee *object, const person *p)
{
	const char *own = text_of("o", p->own);

	CHECK(object != NULL);
	CHECK_INT(object->id, p->id);
	CHECK_TEXT(object->name, text_of("n", p->name));
	CHECK_INT(object->boss_id.present ? object->boss_id.value : 0, p->boss);
	CHECK((kin_as(Manager, object) != NULL) == is_manager(p->rank));
	CHECK((kin_as(Director, object) != NULL) == (p->rank == DIRECTOR));
	CHECK((kin_as(Engineer, object) != NULL) == is_engineer(p->rank));
	CHECK((kin_as(Lead, object) != NULL) == (p->rank == LEAD));
	CHECK((kin_as(Contractor, object) != NULL) == (p->rank == CONTRACTOR));
	if (is_manager(p->rank))
		CHECK_INT(kin_as(Manager, object)->grade.value, p->own);
	if (p->rank == DIRECTOR)
		CHECK_TEXT(kin_as(Director, object)->car, own);
	if (is_engineer(p->rank))
		CHECK_TEXT(kin_as(Engineer, object)->language, own);
	if (p->rank == LEAD)
		CHECK_TEXT(kin_as(Lead, object)->team, own);
	if (p->rank == CONTRACTOR)
		CHECK_INT(kin_as(Contractor, object)->rate, p->own);
}

/* ---- steps ---- */

/* Somebody who is there; NULL: nobody. */
static person *somebody(firm *f, bool manager)
{
	for (int tries = 0; tries < 20 && f->count > 0; tries++) {
		person *p = &f->people[pick(f, (int)f->count)];
		if (p->alive && p->id && (!manager || is_manager(p->rank)))
			return p;
	}
	return NULL;
}

static const Manager *boss_of(firm *f, const person *boss)
{
	return boss ? kin_get(f->session, Manager, boss->id) : NULL;
}

static void add_one(firm *f)
{
	const person *boss = pick(f, 2) ? somebody(f, true) : NULL;
	person *p = &f->people[f->count];

	if (f->count == MOST)
		return;
	*p = (person){ .rank = (rank)pick(f, RANKS), .name = pick(f, 20), .own = pick(f, 20), .boss = boss ? boss->id : 0, .alive = true };
	Employee *object = make(f, p);
	object->boss = boss_of(f, boss);
	kin_add(f->session, object);
	kin_flush(f->session);
	CHECK_OK(f->session);
	p->id = object->id;
	f->count++;
}

static void change_one(firm *f)
{
	person *p = somebody(f, false);

	if (!p)
		return;
	Employee *object = kin_edit(f->session, Employee, kin_get(f->session, Employee, p->id));
	const person *boss = somebody(f, true);
	int what = pick(f, 3);
	if (what == 0) {
		p->name = pick(f, 20);
		object->name = kin_strdup(f->session, text_of("n", p->name));
	} else if (what == 1) {
		p->own = pick(f, 20);
		change(object, p, kin_strdup(f->session, text_of("o", p->own)));
	} else {
		p->boss = boss && boss != p ? boss->id : 0;
		object->boss = boss_of(f, boss && boss != p ? boss : NULL);
	}
}

/* Their people have no boss then. */
static void delete_one(firm *f)
{
	person *p = somebody(f, false);

	if (!p)
		return;
	kin_flush(f->session); /* nobody is given a boss who goes */
	kin_delete(f->session, kin_get(f->session, Employee, p->id));
	kin_flush(f->session);
	CHECK_OK(f->session);
	p->alive = false;
	for (size_t i = 0; i < f->count; i++)
		if (f->people[i].boss == p->id)
			f->people[i].boss = 0;
}

static void update_many(firm *f)
{
	int from = pick(f, 20), to = pick(f, 20);
	bool managers = pick(f, 2);

	if (managers)
		kin_update(f->session, Manager, "grade = ? where grade = ? and kind = ?", to, from, "manager");
	else
		kin_update(f->session, Engineer, "name = ? where name = ?", text_of("n", to), text_of("n", from));
	for (size_t i = 0; i < f->count; i++) {
		person *p = &f->people[i];
		if (!p->alive)
			continue;
		if (managers && p->rank == MANAGER && p->own == from)
			p->own = to;
		if (!managers && is_engineer(p->rank) && p->name == from)
			p->name = to;
	}
}

static size_t count_of(const firm *f, bool (*fits)(const person *), int name)
{
	size_t count = 0;

	for (size_t i = 0; i < f->count; i++)
		count += f->people[i].alive && fits(&f->people[i]) && (name < 0 || f->people[i].name == name);
	return count;
}

static bool anybody(const person *p) { return p->alive; }
static bool manages(const person *p) { return is_manager(p->rank); }
static bool engineers(const person *p) { return is_engineer(p->rank); }
static bool contracts(const person *p) { return p->rank == CONTRACTOR; }
static bool leads(const person *p) { return p->rank == LEAD; }

static void compare_list(const firm *f, const Employee *const *items, size_t count, bool (*fits)(const person *), int name)
{
	size_t at = 0;

	CHECK_INT(count, count_of(f, fits, name));
	for (size_t i = 0; i < f->count && at < count; i++)
		if (f->people[i].alive && fits(&f->people[i]) && (name < 0 || f->people[i].name == name))
			compare(items[at++], &f->people[i]);
}

/* Keys ascend with time. */
static void ask(firm *f)
{
	int name = pick(f, 20);
	const char *text = text_of("n", name);
	Employee_list all = pick(f, 2) == 0 ? kin_all(f->session, Employee, "name = ? order by id", text)
	                                    : kin_all(f->session, Employee, "name = ? order by id with selectin Engineer", text);
	Manager_list managers = kin_all(f->session, Manager, "order by id");
	Engineer_list some = pick(f, 2) == 0 ? kin_all(f->session, Engineer, "name = ? order by id", text)
	                                     : kin_all(f->session, Engineer, "name = ? order by id with selectin Contractor", text);
	Lead_list chiefs = kin_all(f->session, Lead, "order by id");

	CHECK_OK(f->session);
	compare_list(f, all.items, all.count, anybody, name);
	compare_list(f, (const Employee *const *)(const void *)managers.items, managers.count, manages, -1);
	compare_list(f, (const Employee *const *)(const void *)some.items, some.count, engineers, name);
	compare_list(f, (const Employee *const *)(const void *)chiefs.items, chiefs.count, leads, -1);
	CHECK_INT(kin_count(f->session, Contractor), count_of(f, contracts, -1));
}

static bool has_id(const firm *f, int64_t id)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->people[i].alive && f->people[i].id == id)
			return true;
	return false;
}

/* By their keys, which may be known, expired or gone. */
static void compare_own(firm *f)
{
	kin_flush(f->session); /* keys follow their objects */
	for (size_t i = 0; i < f->count; i++) {
		const person *p = &f->people[i];
		const Employee *object = kin_get(f->session, Employee, p->id);
		if (!p->alive && has_id(f, p->id))
			continue; /* SQLite gives the last key again */
		CHECK((kin_get(f->session, Contractor, p->id) != NULL) == (p->alive && p->rank == CONTRACTOR));
		if (p->alive)
			compare(object, p);
		else
			CHECK(object == NULL);
	}
}

/* What another session sees, and who is whose. */
static void compare_all(firm *f)
{
	kin_session *other = kin_session_new(test_db());
	Employee_list all = kin_all(other, Employee, "order by id with boss, selectin Contractor");

	CHECK_OK(other);
	compare_list(f, all.items, all.count, anybody, -1);
	for (size_t i = 0; i < all.count; i++)
		CHECK_INT(all.items[i]->boss ? all.items[i]->boss->employee.id : 0, all.items[i]->boss_id.value);
	Manager_list managers = kin_all(other, Manager, "order by id with staff, selectin staff.Engineer");
	for (size_t i = 0; i < managers.count; i++) {
		size_t staff = 0;
		for (size_t n = 0; n < f->count; n++)
			staff += f->people[n].alive && f->people[n].boss == managers.items[i]->employee.id;
		CHECK_INT(managers.items[i]->staff.count, staff);
	}
	kin_free(other);
}

static void end(firm *f, bool commit)
{
	(commit ? kin_commit : kin_rollback)(f->session);
	CHECK_OK(f->session);
	if (commit) {
		memcpy(f->kept, f->people, sizeof(f->people));
		f->kept_count = f->count;
	} else {
		memcpy(f->people, f->kept, sizeof(f->people));
		f->count = f->kept_count;
	}
	compare_all(f);
}

static void step(firm *f)
{
	int what = pick(f, 100);

	if (what < 35)
		add_one(f);
	else if (what < 60)
		change_one(f);
	else if (what < 70)
		delete_one(f);
	else if (what < 75)
		update_many(f);
	else if (what < 90)
		ask(f);
	else if (what < 96)
		end(f, what < 94);
	else if (what < 98 && kin_flush(f->session) == KIN_OK) /* what is not saved would be forgotten too */
		kin_expire_all(f->session);
	else
		compare_own(f);
	CHECK_OK(f->session);
}

TEST(random_people_are_what_plain_arrays_say)
{
	static firm f;

	f = (firm){ .session = inherit_opened(), .seed = (unsigned)kin_test_seed("inheritance") };
	for (int i = 0; i < kin_test_rounds(STEPS) && f.count < MOST && kin_errcode(f.session) == KIN_OK; i++)
		step(&f);
	end(&f, true);
	test_close();
}
