/* random_key.c - random duchies and manors against plain arrays: keys that the program makes and changes, whose children follow; rows that need each other's
 * keys (.post_update); manors without a duchy, which are deleted; and a version that counts the changes of a row. */
#include <stdlib.h>

#include "orm_test.h"

KIN_DECLARE(Duchy);
KIN_DECLARE(Manor);

struct Duchy {
	const char           *code;
	const char           *name;
	int32_t               revision;
	kin_nullable(int64_t) seat_id;
	const Manor          *seat;
	Manor_list            manors;
};

struct Manor {
	int64_t      id;
	const char  *name;
	const char  *duchy_code;
	const Duchy *duchy;
};

KIN_MODEL(Duchy, "duchies") {
	kin_column(code, .length = 20, .primary_key = true);
	kin_column(name, .length = 20);
	kin_column(revision);
	kin_column(seat_id, .foreign_key = "manors.id");
	kin_belongs_to(seat, Manor, .foreign_key = "seat_id", .post_update = true);
	kin_has_many(manors, Manor, .backref = "duchy", .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
	kin_version(revision);
}

KIN_MODEL(Manor, "manors") {
	kin_column(id, .primary_key = true);
	kin_column(name, .length = 20);
	kin_column(duchy_code, .length = 20, .nullable = false, .foreign_key = "duchies.code", .on_update = "CASCADE");
	kin_belongs_to(duchy, Duchy);
}

enum { MOST = 600, STEPS = 3000, NOBODY = -1 };

typedef struct duchy {
	Duchy *object;
	bool   alive;
	int    code, name;
	int    seat; /* a manor; NOBODY */
} duchy;

typedef struct manor {
	Manor *object;
	bool   alive;
	int    name;
	int    duchy;
} manor;

typedef struct realm {
	duchy  duchies[MOST];
	manor  manors[MOST];
	int    duchy_count, manor_count;
} realm;

static struct map {
	realm        now, kept; /* in this transaction; committed */
	kin_session *session;
	unsigned     seed;
	int          names; /* given so far */
} map;

static int pick(int n)
{
	return rand_r(&map.seed) % n;
}

static const char *text_of(char letter, int n)
{
	static char texts[8][16];
	static int at;
	char *text = texts[at++ % 8];

	snprintf(text, sizeof(texts[0]), "%c%d", letter, n);
	return text;
}

static const char *own_text(char letter, int n)
{
	return kin_strdup(map.session, text_of(letter, n));
}

static int any_duchy(void)
{
	for (int tries = 0; tries < 20 && map.now.duchy_count > 0; tries++) {
		int i = pick(map.now.duchy_count);
		if (map.now.duchies[i].alive)
			return i;
	}
	return NOBODY;
}

static int any_manor(void)
{
	for (int tries = 0; tries < 20 && map.now.manor_count > 0; tries++) {
		int i = pick(map.now.manor_count);
		if (map.now.manors[i].alive)
			return i;
	}
	return NOBODY;
}

static Duchy *edit_duchy(int i)
{
	return kin_edit(map.session, Duchy, map.now.duchies[i].object);
}

/* ---- steps ---- */

static void add_duchy(void)
{
	int i = map.now.duchy_count, seat = map.now.manor_count, code = ++map.names;

	if (i == MOST || seat == MOST)
		return;
	map.now.duchy_count++;
	Duchy *object = kin_new(map.session, Duchy, .code = text_of('c', code), .name = text_of('n', code));
	map.now.duchies[i] = (duchy){ .object = object, .alive = true, .code = code, .name = code, .seat = NOBODY };
	kin_add(map.session, object);
	if (pick(2)) /* they need each other */
		return;
	map.now.manor_count++;
	Manor *own = kin_new(map.session, Manor, .name = text_of('m', code), .duchy = object);
	map.now.manors[seat] = (manor){ .object = own, .alive = true, .name = code, .duchy = i };
	object->seat = own;
	map.now.duchies[i].seat = seat;
	if (pick(2))
		kin_add(map.session, own);
	else
		kin_append(object, manors, (const Manor *)own);
}

static void add_manor(void)
{
	int to = any_duchy(), i = map.now.manor_count;

	if (to == NOBODY || i == MOST)
		return;
	map.now.manor_count++;
	Manor *object = kin_new(map.session, Manor, .name = text_of('m', ++map.names));
	map.now.manors[i] = (manor){ .object = object, .alive = true, .name = map.names, .duchy = to };
	if (pick(2))
		kin_append(map.now.duchies[to].object, manors, (const Manor *)object);
	else
		object->duchy = map.now.duchies[to].object;
	kin_add(map.session, object);
}

static void change_key(void)
{
	int i = any_duchy();

	if (i == NOBODY)
		return;
	map.now.duchies[i].code = ++map.names;
	edit_duchy(i)->code = own_text('c', map.names);
	if (pick(2))
		kin_flush(map.session);
}

static void change_name(void)
{
	int i = any_duchy();

	if (i == NOBODY)
		return;
	map.now.duchies[i].name = pick(5);
	edit_duchy(i)->name = own_text('n', map.now.duchies[i].name);
}

static void move_manor(void)
{
	int i = any_manor(), to = any_duchy();

	if (i == NOBODY || to == NOBODY)
		return;
	const Duchy *from = map.now.duchies[map.now.manors[i].duchy].object;
	if (pick(2)) {
		kin_edit(map.session, Manor, map.now.manors[i].object)->duchy = map.now.duchies[to].object;
		kin_flush(map.session);
	} else {
		kin_remove(from, manors, (const Manor *)map.now.manors[i].object);
		kin_append(map.now.duchies[to].object, manors, (const Manor *)map.now.manors[i].object);
	}
	map.now.manors[i].duchy = to;
}

static void choose_seat(void)
{
	int i = any_duchy(), seat = pick(4) ? any_manor() : NOBODY;

	if (i == NOBODY)
		return;
	edit_duchy(i)->seat = seat == NOBODY ? NULL : map.now.manors[seat].object;
	map.now.duchies[i].seat = seat;
}

/* Who has its seat there has none any more: a key cannot point at what is gone. */
static void leave_seat(int seat)
{
	for (int i = 0; i < map.now.duchy_count; i++) {
		if (!map.now.duchies[i].alive || map.now.duchies[i].seat != seat)
			continue;
		edit_duchy(i)->seat = NULL;
		map.now.duchies[i].seat = NOBODY;
	}
}

static void delete_manor(void)
{
	int i = any_manor();

	if (i == NOBODY)
		return;
	kin_flush(map.session);
	leave_seat(i);
	if (pick(2))
		kin_delete(map.session, map.now.manors[i].object);
	else
		kin_remove(map.now.duchies[map.now.manors[i].duchy].object, manors, (const Manor *)map.now.manors[i].object);
	kin_flush(map.session);
	map.now.manors[i].alive = false;
}

/* Its manors go with it, of which one may be its own seat; those of others are left before. */
static void delete_duchy(void)
{
	int i = any_duchy();

	if (i == NOBODY)
		return;
	kin_flush(map.session);
	for (int n = 0; n < map.now.manor_count; n++) {
		if (!map.now.manors[n].alive || map.now.manors[n].duchy != i)
			continue;
		bool own = map.now.duchies[i].seat == n;
		map.now.duchies[i].seat = own ? NOBODY : map.now.duchies[i].seat;
		leave_seat(n);
		map.now.manors[n].alive = false;
	}
	kin_delete(map.session, map.now.duchies[i].object);
	kin_flush(map.session);
	map.now.duchies[i].alive = false;
}

/* ---- comparing ---- */

static const char *code_of(int i)
{
	return text_of('c', map.now.duchies[i].code);
}

/* The objects that the session has; both sides, and keys that have followed. */
static void compare_own(void)
{
	CHECK_INT(kin_flush(map.session), KIN_OK);
	for (int i = 0; i < map.now.duchy_count; i++) {
		const duchy *d = &map.now.duchies[i];
		size_t manors = 0;
		if (!d->alive)
			continue;
		CHECK_TEXT(d->object->code, code_of(i));
		CHECK(kin_load(d->object, seat) == (d->seat == NOBODY ? NULL : map.now.manors[d->seat].object));
		CHECK_INT(d->object->seat_id.present ? d->object->seat_id.value : 0, d->seat == NOBODY ? 0 : map.now.manors[d->seat].object->id);
		CHECK(kin_get(map.session, Duchy, code_of(i)) == d->object);
		for (int n = 0; n < map.now.manor_count; n++)
			manors += map.now.manors[n].alive && map.now.manors[n].duchy == i;
		CHECK_INT(kin_load(d->object, manors).count, manors);
	}
	for (int n = 0; n < map.now.manor_count; n++) {
		const manor *m = &map.now.manors[n];
		if (!m->alive)
			continue;
		CHECK_TEXT(m->object->duchy_code, code_of(m->duchy));
		CHECK(kin_load(m->object, duchy) == map.now.duchies[m->duchy].object);
	}
}

/* What another session sees. */
static void compare_rows(void)
{
	kin_session *other = kin_session_new(test_db());
	size_t duchies = 0, manors = 0;

	for (int i = 0; i < map.now.duchy_count; i++) {
		const duchy *d = &map.now.duchies[i];
		if (!d->alive)
			continue;
		const Duchy *row = kin_get(other, Duchy, code_of(i));
		duchies++;
		CHECK(row != NULL);
		CHECK_TEXT(row->name, text_of('n', d->name));
		CHECK_INT(row->revision, d->object->revision);
		CHECK_TEXT(kin_load(row, seat) ? row->seat->name : "none", d->seat == NOBODY ? "none" : text_of('m', map.now.manors[d->seat].name));
	}
	for (int n = 0; n < map.now.manor_count; n++) {
		if (!map.now.manors[n].alive)
			continue;
		const Manor *row = kin_get(other, Manor, map.now.manors[n].object->id);
		manors++;
		CHECK(row != NULL);
		CHECK_TEXT(row->duchy_code, code_of(map.now.manors[n].duchy));
	}
	CHECK_INT(kin_count(other, Duchy), duchies);
	CHECK_INT(kin_count(other, Manor), manors);
	kin_free(other);
}

static void end(bool commit)
{
	if (commit) {
		CHECK_INT(kin_commit(map.session), KIN_OK);
		map.kept = map.now;
	} else {
		CHECK_INT(kin_rollback(map.session), KIN_OK);
		map.now = map.kept;
	}
	compare_own();
	compare_rows();
	CHECK_INT(kin_commit(map.session), KIN_OK); /* what was read: its transaction would keep others waiting */
}

static void step(void)
{
	static void (*const steps[])(void) = {
		add_duchy, add_manor, add_manor, change_key, change_key, change_name, move_manor, move_manor, choose_seat, choose_seat,
		delete_manor, compare_own,
	};
	int what = pick(100);

	if (what < 84)
		steps[what % (int)(sizeof(steps) / sizeof(steps[0]))]();
	else if (what < 88)
		delete_duchy();
	else if (what < 91 && kin_flush(map.session) == KIN_OK)
		kin_expire_all(map.session);
	else if (what >= 91)
		end(what < 97);
	CHECK_OK(map.session);
}

static void create(void)
{
	bool lite = test_on_sqlite();

	test_open();
	test_run(lite ? "CREATE TABLE duchies (code VARCHAR(20) NOT NULL PRIMARY KEY, name VARCHAR(20), revision INTEGER NOT NULL, "
	                "seat_id BIGINT REFERENCES manors (id))"
	              : "CREATE TABLE duchies (code VARCHAR(20) NOT NULL PRIMARY KEY, name VARCHAR(20), revision INTEGER NOT NULL, seat_id BIGINT)");
	test_run("CREATE TABLE manors (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20), duchy_code VARCHAR(20) NOT NULL, "
	         "FOREIGN KEY (duchy_code) REFERENCES duchies (code) ON UPDATE CASCADE)");
	if (!lite)
		test_run("ALTER TABLE duchies ADD FOREIGN KEY (seat_id) REFERENCES manors (id)");
}

TEST(random_keys_and_seats_are_what_plain_arrays_say)
{
	memset(&map, 0, sizeof(map));
	create();
	map.session = test_session();
	map.seed = (unsigned)kin_test_seed("keys and seats");
	for (int i = 0; i < kin_test_rounds(STEPS) && map.now.duchy_count < MOST && map.now.manor_count < MOST; i++)
		step();
	end(true);
	test_close();
}
