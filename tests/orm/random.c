/* random.c - random sequences of what a program does with a session, compared with a plain model of what must come of them.
 *
 * The model keeps, for every object and row, what the program sees, what the database has in this transaction, and what it had at
 * each savepoint: arrays, no SQL. Whenever nothing is unsaved, the database's rows, every object's members and state, both
 * sides of every loaded relationship and the identity map must be what the model says. A difference prints the seed: KIN_SEED=… repeats
 * it, KIN_TRACE=1 tells every step, KIN_SCALE=… is how many thousand steps are made. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "orm/unit.h"
#include "orm_test.h"

KIN_DECLARE(Keeper);
KIN_DECLARE(Beast);
KIN_DECLARE(Den);
KIN_DECLARE(Cub);

struct Keeper {
	int64_t     id;
	const char *name;
	int32_t     n;
	Beast_list  beasts;
};

struct Beast {
	int64_t               id;
	const char           *name;
	int32_t               n;
	kin_nullable(int64_t) keeper_id;
	const Keeper         *keeper;
};

/* Its cubs cannot do without it. */
struct Den {
	int64_t     id;
	const char *name;
	int32_t     n;
	Cub_list    cubs;
};

struct Cub {
	int64_t     id;
	const char *name;
	int32_t     n;
	int64_t     den_id;
	const Den  *den;
};

KIN_MODEL(Keeper, "keepers") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(n);
	kin_has_many(beasts, Beast, .backref = "keeper");
}

KIN_MODEL(Beast, "beasts") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(n);
	kin_column(keeper_id, .foreign_key = "keepers.id");
	kin_belongs_to(keeper, Keeper);
}

KIN_MODEL(Den, "dens") {
	kin_column(id, .primary_key = true);
	kin_column(name, .nullable = false, .unique = true);
	kin_column(n);
	kin_has_many(cubs, Cub, .backref = "den", .lazy = KIN_SUBQUERY, .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
}

KIN_MODEL(Cub, "cubs") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(n);
	kin_column(den_id, .foreign_key = "dens.id");
	kin_belongs_to(den, Den, .lazy = KIN_JOINED);
}

static const char tables[] =
	"CREATE TABLE keepers (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR, n INTEGER NOT NULL);"
	"CREATE TABLE beasts (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR, n INTEGER NOT NULL, "
	"keeper_id BIGINT REFERENCES keepers (id));"
	"CREATE TABLE dens (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR NOT NULL UNIQUE, n INTEGER NOT NULL);"
	"CREATE TABLE cubs (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR, n INTEGER NOT NULL, "
	"den_id BIGINT NOT NULL REFERENCES dens (id));";

/* ---- the four models, seen alike ---- */

typedef enum kind { KEEPER, BEAST, DEN, CUB, KINDS } kind;

static const struct kind_info {
	const char *table, *key;
	kin_model  *model;
	size_t      relation; /* the offset of the list, or of the pointer to the parent */
	bool        child;
	kind        other;
	int         enough; /* rows of it */
} kinds[KINDS] = {
	[KEEPER] = { "keepers", "0", &Keeper_model, offsetof(Keeper, beasts), false, BEAST, 8 },
	[BEAST] = { "beasts", "keeper_id", &Beast_model, offsetof(Beast, keeper), true, KEEPER, 16 },
	[DEN] = { "dens", "0", &Den_model, offsetof(Den, cubs), false, CUB, 6 },
	[CUB] = { "cubs", "den_id", &Cub_model, offsetof(Cub, den), true, DEN, 12 },
};

static int64_t *id_of(const void *object) { return (int64_t *)(uintptr_t)object; }
static const char **name_of(const void *object) { return (const char **)((uintptr_t)object + offsetof(Keeper, name)); }
static int32_t *n_of(const void *object) { return (int32_t *)((uintptr_t)object + offsetof(Keeper, n)); }
static const void **parent_of(kind k, const void *object) { return (const void **)((uintptr_t)object + kinds[k].relation); }
static kin_list *list_of(kind k, const void *object) { return (kin_list *)((uintptr_t)object + kinds[k].relation); }

/* 0: none. */
static int64_t key_of(kind k, const void *object)
{
	const Beast *beast = object;

	if (k == CUB)
		return ((const Cub *)object)->den_id;
	return beast->keeper_id.present ? beast->keeper_id.value : 0;
}

static void set_key(kind k, void *object, int64_t key)
{
	if (k == CUB)
		((Cub *)object)->den_id = key;
	else
		((Beast *)object)->keeper_id = (kin_nullable(int64_t)){ .value = key, .present = key != 0 };
}

/* ---- what must be ---- */

enum { MOST = 4096, DEPTH = 3, NONE = -1, GONE = -1 };

typedef struct row {
	bool    there;
	bool    named;
	char    name[16];
	int32_t n;
	int64_t id;
	int     parent; /* an entry; NONE */
} row;

/* How a child's parent was changed since the last flush. */
typedef enum how { STANDS, ASSIGNED, KEYED, LISTED } how;

typedef struct entry {
	kind  kind;
	int   state;  /* kin_state; GONE: nothing is known of it any more */
	void *object; /* NULL: not loaded */
	row   seen;   /* by the program */
	row   now;    /* in the database, in this transaction */
	row   saved[DEPTH + 1]; /* committed, and at each savepoint */
	bool  was_deleted[DEPTH + 1];
	how   how;
	int   listed; /* the parent whose list has it */
	bool  deleted; /* marked */
	bool  hand;    /* its key was given by hand */
	bool  tainted; /* its list may show what was expunged */
	kin_list list; /* a new parent's, at the beginning of the step: a flush changes it */
} entry;

static entry entries[MOST];
static int count, depth;
static kin_db *db;
static kin_session *session;
static uint64_t seed, state;
static unsigned names, hands;
static long steps;
static bool telling;

static uint32_t dice(uint32_t sides)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((state >> 33) % sides);
}

static void show_all(void)
{
	for (int i = 0; i < count; i++) {
		const entry *e = &entries[i];
		if (e->state != GONE)
			fprintf(stderr, "  %d: %s state %d object %p id %lld name %s n %d parent %d how %d listed %d%s%s%s\n", i,
			        kinds[e->kind].table, e->state, e->object, (long long)e->seen.id,
			        e->seen.named ? e->seen.name : "NULL", e->seen.n, e->seen.parent, (int)e->how, e->listed,
			        e->deleted ? " marked" : "", e->now.there ? " row" : "", e->saved[0].there ? " committed" : "");
	}
}

#define BE(condition, ...) \
	do { \
		if (!(condition)) { \
			char words_[512]; \
			snprintf(words_, sizeof(words_), __VA_ARGS__); \
			show_all(); \
			kin_test_fail(__FILE__, __LINE__, "KIN_SEED=%llu, step %ld: %s [%s]", (unsigned long long)seed, steps, \
			              words_, session ? kin_errmsg(session) : ""); \
		} \
	} while (0)

#define TELL(...) (telling ? (void)(fprintf(stderr, "%ld: ", steps), fprintf(stderr, __VA_ARGS__), fputc('\n', stderr)) : (void)0)

static int find_object(const void *object)
{
	for (int i = count - 1; i >= 0; i--)
		if (entries[i].state != GONE && entries[i].object == object)
			return i;
	return NONE;
}

static int find_row(kind k, int64_t id)
{
	for (int i = count - 1; i >= 0; i--)
		if (entries[i].state == KIN_PERSISTENT && entries[i].kind == k && entries[i].now.there && entries[i].now.id == id)
			return i;
	return NONE;
}

static bool any(int i)
{
	(void)i;
	return true;
}

static bool is_clean(int i) { return entries[i].how == STANDS && !entries[i].deleted && entries[i].state == KIN_PERSISTENT; }

/* A random entry with an object of these states (a set) that fits; NONE. */
static int pick(kind k, unsigned states, bool (*fits)(int))
{
	int found = NONE, seen = 0;

	for (int i = 0; i < count; i++) {
		const entry *e = &entries[i];
		if (e->state == GONE || e->kind != k || !e->object || !((1u << e->state) & states) || e->deleted || !fits(i))
			continue;
		if (dice((uint32_t)++seen) == 0)
			found = i;
	}
	return found;
}

static int pick_row(kind k)
{
	int found = NONE, seen = 0;

	for (int i = 0; i < count; i++)
		if (entries[i].state == KIN_PERSISTENT && entries[i].kind == k && entries[i].now.there && !entries[i].deleted &&
		    dice((uint32_t)++seen) == 0)
			found = i;
	return found;
}

enum { T = 1u << KIN_TRANSIENT, P = 1u << KIN_PENDING, R = 1u << KIN_PERSISTENT };

static entry *new_entry(kind k, void *object, int of_state)
{
	BE(count < MOST, "too many objects for the model");
	entry *e = &entries[count++];
	*e = (entry){ .kind = k, .state = of_state, .object = object, .listed = NONE };
	e->seen.parent = e->now.parent = NONE;
	return e;
}

/* An object that kin returned is the row's, and the only one. */
static int meet(kind k, const void *object)
{
	int i = find_row(k, *id_of(object));

	BE(i != NONE, "%s %lld came, which has no row", kinds[k].table, (long long)*id_of(object));
	BE(kin_state_of(object) == KIN_PERSISTENT, "%s %lld came, and is in state %d", kinds[k].table, (long long)*id_of(object), kin_state_of(object));
	if (!entries[i].object)
		entries[i].object = (void *)(uintptr_t)object;
	BE(entries[i].object == object, "%s %lld has two objects", kinds[k].table, (long long)*id_of(object));
	return i;
}

/* ---- what the model does ---- */

/* Save-update: what an object reaches. */
static void cascade(int i)
{
	entry *e = &entries[i];

	if (kinds[e->kind].child) {
		if (e->seen.parent != NONE && entries[e->seen.parent].state == KIN_TRANSIENT) {
			entries[e->seen.parent].state = KIN_PENDING;
			cascade(e->seen.parent);
		}
		return;
	}
	if (e->state != KIN_PENDING)
		return;
	for (size_t n = 0; n < e->list.count; n++) {
		int item = find_object(e->list.items[n]);
		if (entries[item].state == KIN_TRANSIENT) {
			entries[item].state = KIN_PENDING;
			cascade(item);
		}
	}
}

static void cascade_all(void)
{
	for (int i = 0; i < count; i++)
		if (entries[i].state == KIN_PENDING || (entries[i].state == KIN_PERSISTENT && entries[i].object && entries[i].how != STANDS && !entries[i].deleted))
			cascade(i);
}

static void model_flush(void)
{
	cascade_all();
	for (int i = 0; i < count; i++) { /* what stands in a new parent's list is its */
		entry *e = &entries[i];
		if (e->state != KIN_PENDING || kinds[e->kind].child)
			continue;
		for (size_t n = 0; n < e->list.count; n++) {
			entry *item = &entries[find_object(e->list.items[n])];
			if (item->listed != i) {
				item->seen.parent = item->listed = i;
				item->how = LISTED;
			}
		}
	}
	for (int i = 0; i < count; i++) { /* orphans */
		entry *e = &entries[i];
		if (e->kind == CUB && e->object && e->seen.parent == NONE && e->state == KIN_PENDING)
			e->state = KIN_TRANSIENT;
		else if (e->kind == CUB && e->object && e->seen.parent == NONE && e->state == KIN_PERSISTENT)
			e->deleted = true;
	}
	for (int i = 0; i < count; i++) { /* what hangs on what is deleted */
		entry *parent = &entries[i];
		if (parent->state != KIN_PERSISTENT || !parent->deleted || kinds[parent->kind].child)
			continue;
		for (int n = 0; n < count; n++) {
			entry *e = &entries[n];
			if (e->state == GONE || e->kind != kinds[parent->kind].other || e->seen.parent != i ||
			    !((1u << e->state) & (P | R)))
				continue;
			if (e->kind == BEAST)
				e->seen.parent = NONE;
			else if (e->state == KIN_PENDING)
				e->state = KIN_TRANSIENT;
			else
				e->deleted = true;
		}
	}
	for (int i = 0; i < count; i++) {
		entry *e = &entries[i];
		if (e->state == KIN_PENDING) {
			int64_t id = *id_of(e->object);
			BE(id != 0, "the database made no key");
			BE(!e->hand || id == e->seen.id, "a key that was given changed");
			BE(find_row(e->kind, id) == NONE, "a key came twice");
			e->seen.id = id;
			e->seen.there = true;
			e->state = KIN_PERSISTENT;
		} else if (e->state == KIN_PERSISTENT && e->deleted) {
			e->state = KIN_DELETED;
			e->now.there = e->seen.there = e->deleted = false;
			e->how = STANDS;
			continue;
		} else if (e->state != KIN_PERSISTENT) {
			continue;
		}
		e->now = e->seen;
		e->how = STANDS;
		e->listed = e->seen.parent;
	}
}

/* A new object that has no row any more is as it stands, for what a rollback leaves in it is not promised to the letter. */
static void read_transient(entry *e)
{
	if (kin_state_of(e->object) != KIN_TRANSIENT)
		BE(false, "%s %p is in state %d, not transient", kinds[e->kind].table, e->object, kin_state_of(e->object));
	BE(*id_of(e->object) == (e->hand ? e->seen.id : 0), "a key of the database's stayed: %lld", (long long)*id_of(e->object));
	const char *name = *name_of(e->object);
	e->seen.named = name != NULL;
	snprintf(e->seen.name, sizeof(e->seen.name), "%s", name ? name : "");
	e->seen.n = *n_of(e->object);
	e->deleted = false;
	e->how = ASSIGNED;
	if (!kinds[e->kind].child)
		return;
	const void *parent = *parent_of(e->kind, e->object);
	e->seen.parent = NONE;
	BE(parent != KIN_UNLOADED, "what has no row has nothing to load");
	if (!parent)
		e->seen.parent = key_of(e->kind, e->object) ? find_row(kinds[e->kind].other, key_of(e->kind, e->object)) : NONE;
	else
		e->seen.parent = find_object(parent);
	const void *known = *parent_of(e->kind, kin_instance_of(e->object)->tracked->snapshot);
	e->listed = known ? find_object(known) : NONE;
}

static void model_rollback(void)
{
	static int former[MOST];

	for (int i = 0; i < count; i++) {
		entry *e = &entries[i];
		former[i] = e->state;
		if (e->state == GONE)
			continue;
		e->now = e->saved[depth];
		if (e->now.there) {
			e->state = KIN_PERSISTENT;
			e->seen = e->now;
			e->how = STANDS;
			e->deleted = false;
			e->listed = e->now.parent;
		} else if (!e->object && !e->was_deleted[depth]) {
			e->state = GONE;
		} else {
			e->state = e->was_deleted[depth] ? KIN_DELETED : KIN_TRANSIENT;
		}
	}
	for (int i = 0; i < count; i++)
		if (entries[i].state == KIN_TRANSIENT && former[i] != KIN_TRANSIENT)
			read_transient(&entries[i]);
	if (depth > 0)
		depth--;
}

static void model_save(int level)
{
	for (int i = 0; i < count; i++) {
		entries[i].saved[level] = entries[i].now;
		entries[i].was_deleted[level] = level > 0 && entries[i].state == KIN_DELETED;
	}
}

static void model_commit(void)
{
	if (depth > 0) {
		depth--;
		return;
	}
	model_save(0);
	for (int i = 0; i < count; i++)
		if (entries[i].state == KIN_DELETED) {
			BE(!entries[i].object || kin_state_of(entries[i].object) == KIN_DETACHED, "what was deleted is not detached after the commit");
			entries[i].state = GONE;
		}
}

/* ---- comparing ---- */

static void check_rows(kind k, kin_connection *connection)
{
	kin_statement *statement;
	kin_error error = { 0 };
	char text[100];
	int rows = 0, expected = 0;
	bool null;

	snprintf(text, sizeof(text), "SELECT id, n, coalesce(%s, 0), name FROM %s", kinds[k].key, kinds[k].table);
	kin_sql sql = { .text = text, .length = strlen(text) };
	BE(kin_statement_open(connection, &sql, &statement, &error) == KIN_OK, "%s", kin_error_text(&error));
	while (kin_statement_step(statement, &error) > 0) {
		int64_t id = kin_statement_int64(statement, 0, &null), parent = kin_statement_int64(statement, 2, &null);
		kin_value name;
		int i = find_row(k, id);
		if (i == NONE)
			kin_statement_value(statement, 3, KIN_KIND_TEXT, &name, &error);
		BE(i != NONE, "there is a row %s %lld %s", kinds[k].table, (long long)id, (const char *)name.as.data);
		const row *r = &entries[i].now;
		rows++;
		BE(kin_statement_int64(statement, 1, &null) == r->n, "%s %lld: n", kinds[k].table, (long long)id);
		BE(parent == (r->parent == NONE ? 0 : entries[r->parent].now.id), "%s %lld: parent %lld", kinds[k].table,
		   (long long)id, (long long)parent);
		BE(kin_statement_value(statement, 3, KIN_KIND_TEXT, &name, &error) == KIN_OK, "%s", kin_error_text(&error));
		BE((name.kind != KIN_KIND_NULL) == r->named && (!r->named || strcmp(name.as.data, r->name) == 0),
		   "%s %lld: name", kinds[k].table, (long long)id);
	}
	kin_statement_close(statement);
	for (int i = 0; i < count; i++)
		expected += entries[i].state != GONE && entries[i].kind == k && entries[i].now.there;
	BE(rows == expected, "%s has %d rows, not %d", kinds[k].table, rows, expected);
}

static void check_database(void)
{
	kin_connection *connection = session->connection;
	kin_error error = { 0 };

	if (!session->in_transaction)
		BE(kin_db_acquire(db, &connection, &error) == KIN_OK, "%s", kin_error_text(&error));
	for (kind k = 0; k < KINDS; k++)
		check_rows(k, connection);
	if (!session->in_transaction)
		kin_db_release(db, connection);
}

static void check_list(int owner)
{
	const entry *e = &entries[owner];
	kin_list list = *list_of(e->kind, e->object);
	size_t expected = 0;

	if (!kin_session_is_loaded(e->object, kinds[e->kind].relation)) {
		BE(list.items == KIN_UNLOADED, "%d is not loaded, and not poisoned", owner);
		return;
	}
	if (e->tainted)
		return;
	for (int i = 0; i < count; i++)
		expected += entries[i].state == KIN_PERSISTENT && entries[i].kind == kinds[e->kind].other && entries[i].now.parent == owner;
	for (size_t n = 0; list.count != expected && n < list.count; n++)
		fprintf(stderr, "  list: %d\n", find_object(list.items[n]));
	BE(list.count == expected, "%s %lld has %zu in its list, not %zu", kinds[e->kind].table, (long long)e->seen.id, list.count, expected);
	for (size_t n = 0; n < list.count; n++) {
		int i = find_object(list.items[n]);
		if (i == NONE)
			i = meet(kinds[e->kind].other, list.items[n]);
		BE(entries[i].now.parent == owner && entries[i].state == KIN_PERSISTENT, "%s %lld has %d in its list",
		   kinds[e->kind].table, (long long)e->seen.id, i);
		for (size_t m = 0; m < n; m++)
			BE(list.items[m] != list.items[n], "%s %lld has %d twice in its list", kinds[e->kind].table, (long long)e->seen.id, i);
	}
}

static void check_parent(const entry *e)
{
	const row *r = &e->seen;
	const void *parent = *parent_of(e->kind, e->object);
	int64_t key = r->parent == NONE ? 0 : entries[r->parent].seen.id;

	BE(key_of(e->kind, e->object) == key, "%s %lld: key %lld, not %lld", kinds[e->kind].table, (long long)r->id,
	   (long long)key_of(e->kind, e->object), (long long)key);
	if (!kin_session_is_loaded(e->object, kinds[e->kind].relation)) {
		BE(parent == KIN_UNLOADED, "not loaded, and not poisoned");
		return;
	}
	if (r->parent == NONE) {
		BE(parent == NULL, "%s %lld has a parent", kinds[e->kind].table, (long long)r->id);
		return;
	}
	BE(parent && parent != KIN_UNLOADED, "%s %lld has no parent", kinds[e->kind].table, (long long)r->id);
	BE(meet(kinds[e->kind].other, parent) == r->parent, "%s %lld has another parent", kinds[e->kind].table, (long long)r->id);
}

static void check_object(int i)
{
	const entry *e = &entries[i];
	const row *r = &e->seen;
	const char *name = *name_of(e->object);

	BE((int)kin_state_of(e->object) == e->state, "%d is in state %d", i, kin_state_of(e->object));
	if (e->state != KIN_PERSISTENT)
		return;
	BE(*id_of(e->object) == r->id, "%d has the key %lld", i, (long long)*id_of(e->object));
	BE(*n_of(e->object) == r->n, "%d has n %d", i, *n_of(e->object));
	BE((name != NULL) == r->named && (!name || strcmp(name, r->name) == 0), "%d is called %s", i, name ? name : "NULL");
	BE(kin_identity_find_integer(session->identities[kin_instance_of(e->object)->batch->mapping->id], r->id) == e->object,
	   "%d is not found by its key", i);
	BE(!kin_is_modified(e->object), "%d is said to be modified", i);
	if (kinds[e->kind].child)
		check_parent(e);
	else
		check_list(i);
}

/* Nothing is unsaved. */
static void check_all(void)
{
	BE(kin_errcode(session) == KIN_OK, "an error where none was expected");
	check_database();
	for (int i = 0; i < count; i++)
		if (entries[i].state != GONE && entries[i].object)
			check_object(i);
}

/* ---- steps ---- */

static void flush(void)
{
	BE(kin_flush(session) == KIN_OK, "the flush failed");
	model_flush();
}

/* What a query does first; a way of loading that finds everything in the session does not, so it is made sure. */
static void made_sure(void)
{
	BE(kin_errcode(session) == KIN_OK, "the query failed");
	flush();
}

static void *edit(int i)
{
	entry *e = &entries[i];
	void *object = kin_session_edit(session, kinds[e->kind].model, e->object, __FILE__, __LINE__);

	BE(object == e->object, "kin_edit gave something else");
	return object;
}

static void give_name(entry *e, void *object, bool may_be_null)
{
	char text[16];

	e->seen.named = !(may_be_null && dice(6) == 0);
	snprintf(e->seen.name, sizeof(e->seen.name), "%.*s%u", (int)dice(5), "names", ++names);
	snprintf(text, sizeof(text), "%s", e->seen.name);
	*name_of(object) = e->seen.named ? kin_strdup(session, text) : NULL;
}

static bool fit_to_list(int i)
{
	const entry *e = &entries[i];

	if (e->state != KIN_TRANSIENT || kinds[e->kind].child)
		return true;
	kin_list list = *list_of(e->kind, e->object);
	for (size_t n = 0; n < list.count; n++) {
		int item = find_object(list.items[n]);
		if (item == NONE || !((1u << entries[item].state) & (T | P | R)) || entries[item].deleted)
			return false;
	}
	return true;
}

static void add(int i);

static void make(kind k)
{
	char name[16];
	int parent = kinds[k].child ? pick(kinds[k].other, T | P | R, fit_to_list) : NONE;
	const void *at = parent == NONE ? NULL : entries[parent].object;
	int32_t n = (int32_t)dice(20);
	int64_t id = dice(8) == 0 ? (dice(2) ? -1000 : 1000) * (2000 - (int64_t)++hands) : 0;
	void *object = NULL;

	if (k == CUB && !at)
		return;
	if (kinds[k].child && k != CUB && dice(3) == 0)
		at = NULL;
	snprintf(name, sizeof(name), "new%u", ++names);
	switch (k) {
	case KEEPER: object = kin_new(session, Keeper, .id = id, .name = name, .n = n); break;
	case BEAST: object = kin_new(session, Beast, .id = id, .name = name, .n = n, .keeper = at); break;
	case DEN: object = kin_new(session, Den, .id = id, .name = name, .n = n); break;
	case CUB: object = kin_new(session, Cub, .id = id, .name = name, .n = n, .den = at); break;
	case KINDS: break;
	}
	BE(object != NULL, "kin_new gave nothing");
	entry *e = new_entry(k, object, KIN_TRANSIENT);
	e->hand = id != 0;
	e->seen = (row){ .named = true, .n = n, .id = id, .parent = at ? parent : NONE };
	snprintf(e->seen.name, sizeof(e->seen.name), "%s", name);
	e->how = at ? ASSIGNED : STANDS;
	TELL("new %s: %d, parent %d", kinds[k].table, count - 1, e->seen.parent);
	if (dice(4) != 0)
		add(count - 1);
}

/* A transient object whose parent has gone is given none, or another. */
static bool repair(int i)
{
	entry *e = &entries[i];

	if (!kinds[e->kind].child)
		return fit_to_list(i);
	const entry *parent = e->seen.parent == NONE ? NULL : &entries[e->seen.parent];
	if (parent && (1u << (parent->state == GONE ? 31 : parent->state)) & (T | P | R) && !parent->deleted && fit_to_list(e->seen.parent))
		return true;
	int other = e->kind == CUB ? pick(DEN, P | R, any) : NONE;
	if (e->kind == CUB && other == NONE)
		return false;
	*parent_of(e->kind, e->object) = other == NONE ? NULL : entries[other].object;
	set_key(e->kind, e->object, 0);
	e->seen.parent = other;
	e->how = ASSIGNED;
	return true;
}

static void add(int i)
{
	entry *e = &entries[i];

	if (e->state == KIN_TRANSIENT && !repair(i))
		return;
	TELL("add %d", i);
	BE(kin_add(session, e->object) == KIN_OK, "kin_add failed");
	if (e->state == KIN_TRANSIENT)
		e->state = KIN_PENDING;
	cascade(i);
	e->deleted = false;
}

static void add_one(kind k)
{
	int i = pick(k, T | P | R, any);

	if (i != NONE)
		add(i);
}

static void change(kind k)
{
	int i = pick(k, T | P | R, any);

	if (i == NONE)
		return;
	void *object = edit(i);
	if (dice(2)) {
		give_name(&entries[i], object, k != DEN);
		TELL("name of %d: %s", i, entries[i].seen.named ? entries[i].seen.name : "NULL");
	} else {
		entries[i].seen.n = *n_of(object) = (int32_t)dice(20);
		TELL("n of %d: %d", i, entries[i].seen.n);
	}
}

static void assign(kind k)
{
	int i = pick(k, T | P | R, any), to = pick(kinds[k].other, T | P | R, fit_to_list);

	if (dice(4) == 0)
		to = NONE;
	if (i == NONE || (k == CUB && to == NONE && entries[i].state != KIN_PERSISTENT))
		return;
	entry *e = &entries[i];
	TELL("%d's parent: %d", i, to);
	*parent_of(k, edit(i)) = to == NONE ? NULL : entries[to].object;
	if (e->state != KIN_PERSISTENT && to == NONE)
		set_key(k, e->object, 0);
	e->seen.parent = to;
	e->how = ASSIGNED;
	const kin_tracked *tracked = kin_instance_of(e->object)->tracked;
	if (e->state != KIN_PERSISTENT || tracked->assigned || *parent_of(k, e->object) != *parent_of(k, tracked->snapshot))
		return;
	/* As it was before: that cannot be seen, and the key decides. */
	e->seen.parent = key_of(k, e->object) ? find_row(kinds[k].other, key_of(k, e->object)) : NONE;
	e->how = e->seen.parent == e->now.parent ? STANDS : KEYED;
}

static void set_by_key(kind k)
{
	int i = pick(k, R, is_clean), to = pick_row(kinds[k].other);

	if (i == NONE || to == NONE)
		return;
	if (k == BEAST && dice(4) == 0)
		to = NONE;
	set_key(k, edit(i), to == NONE ? 0 : entries[to].now.id);
	entries[i].seen.parent = to;
	entries[i].how = to == entries[i].now.parent ? STANDS : KEYED;
	TELL("%d's key: that of %d", i, to);
}

/* Lists are loaded by kin_append(), after a flush. */
static void ready_list(int owner)
{
	if (!kin_session_is_loaded(entries[owner].object, kinds[entries[owner].kind].relation))
		flush();
}

static void append(kind k)
{
	int owner = pick(k, T | P | R, fit_to_list), i = pick(kinds[k].other, T | P | R, any);

	if (owner == NONE || i == NONE || (entries[i].state == KIN_TRANSIENT && !repair(i)))
		return;
	ready_list(owner);
	entry *e = &entries[i];
	if (!((1u << e->state) & (T | P | R)) || e->deleted)
		return;
	TELL("append to %d: %d", owner, i);
	BE(kin_session_append(entries[owner].object, kinds[k].relation, e->object) == KIN_OK, "kin_append failed");
	e->seen.parent = e->listed = owner;
	e->how = LISTED;
	if (e->state == KIN_TRANSIENT && entries[owner].state != KIN_TRANSIENT)
		e->state = KIN_PENDING;
}

static void take_out(kind k)
{
	int owner = pick(k, P | R, any);

	if (owner == NONE)
		return;
	ready_list(owner);
	if (!((1u << entries[owner].state) & (P | R)))
		return;
	kin_list list = *(const kin_list *)kin_session_load(entries[owner].object, kinds[k].relation);
	if (list.count == 0)
		return;
	const void *item = list.items[dice((uint32_t)list.count)];
	if (kin_state_of(item) == KIN_DETACHED)
		return; /* expunged */
	int i = find_object(item);
	if (i == NONE)
		i = meet(kinds[k].other, item);
	entry *e = &entries[i];
	if (e->deleted || e->listed != owner || e->how == ASSIGNED || e->how == KEYED || !((1u << e->state) & (P | R)))
		return;
	TELL("take out of %d: %d", owner, i);
	BE(kin_session_remove(entries[owner].object, kinds[k].relation, item) == KIN_OK, "kin_remove failed");
	e->seen.parent = e->listed = NONE;
	e->how = LISTED;
}

/* Nothing was made to point at it by hand; what was assigned to what is deleted is an error of the program. */
static bool may_go(int i)
{
	for (int n = 0; n < count; n++)
		if (entries[n].state != GONE && kinds[entries[n].kind].child && entries[n].seen.parent == i &&
		    (entries[n].how == ASSIGNED || entries[n].how == KEYED) && entries[n].object)
			return false;
	return true;
}

static void delete_one(kind k)
{
	int i = pick(k, P | R, may_go);

	if (i == NONE)
		return;
	if (entries[i].state == KIN_PENDING && !kinds[k].child)
		return;
	TELL("delete %d", i);
	BE(kin_delete(session, entries[i].object) == KIN_OK, "kin_delete failed");
	if (entries[i].state == KIN_PENDING) {
		entries[i].state = KIN_TRANSIENT;
		entries[i].seen.parent = NONE; /* whatever it is: it is not used again, for its memory may be given back */
		entries[i].state = GONE;
	} else {
		entries[i].deleted = true;
	}
}

static void undelete(kind k)
{
	int found = NONE;

	for (int i = 0; i < count; i++)
		if (entries[i].state == KIN_PERSISTENT && entries[i].kind == k && entries[i].deleted && entries[i].object && dice(2))
			found = i;
	if (found == NONE)
		return;
	TELL("keep %d", found);
	BE(kin_add(session, entries[found].object) == KIN_OK, "kin_add failed");
	entries[found].deleted = false;
}

static void flush_and_check(kind k)
{
	(void)k;
	TELL("flush");
	flush();
	check_all();
}

static void commit(kind k)
{
	(void)k;
	TELL("commit at %d", depth);
	BE(kin_commit(session) == KIN_OK, "the commit failed");
	model_flush();
	model_commit();
	check_all();
}

static void roll_back(kind k)
{
	(void)k;
	TELL("rollback at %d", depth);
	BE(kin_rollback(session) == KIN_OK, "the rollback failed");
	model_rollback();
	check_all();
}

static void nest(kind k)
{
	(void)k;
	if (depth == DEPTH)
		return;
	TELL("savepoint %d", depth + 1);
	BE(kin_begin_nested(session) == KIN_OK, "the savepoint failed");
	model_flush();
	model_save(++depth);
}

static void refresh(kind k)
{
	int i = pick(k, R, any);

	if (i == NONE)
		return;
	entry *e = &entries[i];
	if (dice(2))
		flush();
	if (e->state != KIN_PERSISTENT || e->deleted)
		return;
	if (!kinds[k].child)
		flush(); /* what was appended to it and is not saved is another's to lose */
	if (e->state != KIN_PERSISTENT)
		return;
	TELL("refresh %d", i);
	BE(kin_refresh(session, e->object) == KIN_OK, "kin_refresh failed");
	e->seen = e->now;
	e->how = STANDS;
	e->listed = e->now.parent;
}

/* No child points at it, nor would after a rollback. */
static bool may_leave(int i)
{
	for (int level = 0; level <= depth; level++)
		if (!entries[i].saved[level].there || memcmp(&entries[i].saved[level], &entries[i].now, sizeof(row)) != 0)
			return false; /* what it was is kept with the object */
	for (int n = 0; n < count; n++) {
		const entry *e = &entries[n];
		if (e->state == GONE || !kinds[e->kind].child)
			continue;
		if (e->seen.parent == i)
			return false;
		for (int level = 0; level <= depth; level++)
			if (e->saved[level].there && e->saved[level].parent == i)
				return false;
	}
	return true;
}

static void expunge(kind k)
{
	int i;

	flush();
	if ((i = pick(k, R, is_clean)) == NONE)
		return;
	if (!may_leave(i))
		return;
	TELL("expunge %d", i);
	BE(kin_expunge(session, entries[i].object) == KIN_OK, "kin_expunge failed");
	BE(kin_state_of(entries[i].object) == KIN_DETACHED, "what was expunged is not detached");
	entries[i].object = NULL;
	if (entries[i].now.parent != NONE)
		entries[entries[i].now.parent].tainted = true;
	for (int level = 0; level <= depth; level++)
		if (entries[i].saved[level].there && entries[i].saved[level].parent != NONE)
			entries[entries[i].saved[level].parent].tainted = true;
}

static void get(kind k)
{
	int i = pick_row(k);
	int64_t id = i == NONE || dice(5) == 0 ? 500000 + dice(9) : entries[i].now.id;
	const void *object = NULL;

	switch (k) {
	case KEEPER: object = kin_get(session, Keeper, id); break;
	case BEAST: object = kin_get(session, Beast, id); break;
	case DEN: object = kin_get(session, Den, id); break;
	case CUB: object = kin_get(session, Cub, id); break;
	case KINDS: break;
	}
	TELL("get %s %lld", kinds[k].table, (long long)id);
	made_sure();
	i = find_row(k, id);
	if (i == NONE && object)
		BE(kin_state_of(object) == KIN_DELETED, "kin_get found what is not there");
	if (i != NONE)
		BE(object != NULL, "kin_get did not find %s %lld", kinds[k].table, (long long)id);
	if (i != NONE)
		meet(k, object);
}

static void meet_all(kind k, const void *const *items, size_t got, int32_t least)
{
	size_t expected = 0;

	for (int i = 0; i < count; i++)
		expected += entries[i].state == KIN_PERSISTENT && entries[i].kind == k && entries[i].now.there && entries[i].now.n >= least;
	BE(got == expected, "%zu %s came, not %zu", got, kinds[k].table, expected);
	for (size_t i = 0; i < got; i++)
		BE(entries[meet(k, items[i])].now.n >= least, "one that does not fit");
}

#define MEET_ALL(k, list) \
	do { \
		__typeof__(list) list_ = (list); \
		made_sure(); \
		meet_all(k, (const void *const *)list_.items, list_.count, least); \
	} while (0)

static void all(kind k)
{
	int32_t least = (int32_t)dice(20);
	uint32_t way = dice(5);

	TELL("all %s from %d, way %u", kinds[k].table, least, way);
	if (k == KEEPER && way == 0)
		MEET_ALL(k, kin_all(session, Keeper, "n >= ?", least));
	else if (k == KEEPER && way == 1)
		MEET_ALL(k, kin_all(session, Keeper, "n >= ? with joined beasts", least));
	else if (k == KEEPER && way == 2)
		MEET_ALL(k, kin_all(session, Keeper, "n >= ? with subquery beasts", least));
	else if (k == KEEPER)
		MEET_ALL(k, kin_all(session, Keeper, "n >= ? with selectin beasts", least));
	else if (k == BEAST && way == 0)
		MEET_ALL(k, kin_all(session, Beast, "n >= ?", least));
	else if (k == BEAST && way == 1)
		MEET_ALL(k, kin_all(session, Beast, "n >= ? with joined keeper", least));
	else if (k == BEAST && way == 2)
		MEET_ALL(k, kin_all(session, Beast, "n >= ? with subquery keeper", least));
	else if (k == BEAST)
		MEET_ALL(k, kin_all(session, Beast, "n >= ? with selectin keeper", least));
	else if (k == DEN && way < 3)
		MEET_ALL(k, kin_all(session, Den, "n >= ?", least));
	else if (k == DEN)
		MEET_ALL(k, kin_all(session, Den, "n >= ? with select cubs", least));
	else if (k == CUB && way < 3)
		MEET_ALL(k, kin_all(session, Cub, "n >= ? with selectin den.cubs", least));
	else
		MEET_ALL(k, kin_all(session, Cub, "n >= ?", least));
	check_all();
}

static void number(kind k)
{
	int32_t least = (int32_t)dice(20);
	int64_t got = k == KEEPER ? kin_count(session, Keeper, "beasts.n >= ?", least)
	                          : kin_count(session, Beast, "keeper.n >= ? and name is not null", least);
	const Cub *cub = kin_first(session, Cub, "den.n >= ? order by n desc, id", least);
	int expected = 0, best = NONE;

	TELL("count from %d", least);
	made_sure();
	for (int i = 0; i < count; i++) {
		const row *r = &entries[i].now;
		if (entries[i].state != KIN_PERSISTENT || !r->there)
			continue;
		if (k != KEEPER && entries[i].kind == BEAST)
			expected += r->named && r->parent != NONE && entries[r->parent].now.n >= least;
		if (entries[i].kind == CUB && entries[r->parent].now.n >= least &&
		    (best == NONE || r->n > entries[best].now.n || (r->n == entries[best].now.n && r->id < entries[best].now.id)))
			best = i;
		if (k == KEEPER && entries[i].kind == KEEPER) {
			bool one = false;
			for (int n = 0; n < count && !one; n++)
				one = entries[n].state == KIN_PERSISTENT && entries[n].kind == BEAST && entries[n].now.parent == i && entries[n].now.n >= least;
			expected += one;
		}
	}
	BE(got == expected, "counted %lld, not %d", (long long)got, expected);
	BE((cub == NULL) == (best == NONE), "kin_first");
	if (cub)
		BE(meet(CUB, cub) == best, "kin_first gave another one");
}

static void lazy(kind k)
{
	int i = pick(k, R, any);

	if (i == NONE)
		return;
	TELL("load of %d", i);
	const void *member = kin_session_load(entries[i].object, kinds[k].relation);
	BE(kin_errcode(session) == KIN_OK, "kin_load failed");
	(void)member;
	made_sure();
	check_all();
}

static void update_where(kind k)
{
	int32_t which = (int32_t)dice(20), more = (int32_t)dice(3);
	int to = pick_row(kinds[k].other), expected = 0;
	int64_t changed;

	flush();
	if (dice(3) == 0 && k == BEAST && to != NONE && entries[to].state == KIN_PERSISTENT) {
		TELL("update keeper_id to %d where n = %d", to, which);
		changed = kin_update(session, Beast, "keeper_id = ? where n = ?", entries[to].now.id, which);
	} else if (k == BEAST) {
		TELL("update n by %d where n = %d", more, which);
		changed = kin_update(session, Beast, "n = n + ? where n = ?", more, which);
		to = NONE;
	} else {
		TELL("update dens: n by %d where n <= %d", more, which);
		changed = kin_update(session, Den, "n = n + ? where n <= ?", more, which);
		k = DEN;
		to = NONE;
	}
	for (int i = 0; i < count; i++) {
		entry *e = &entries[i];
		if (e->state != KIN_PERSISTENT || e->kind != k || !e->now.there || !(k == DEN ? e->now.n <= which : e->now.n == which))
			continue;
		expected++;
		if (to != NONE)
			e->now.parent = to;
		else
			e->now.n += more;
		e->seen = e->now;
		e->listed = e->now.parent;
	}
	BE(changed == expected, "%lld rows were updated, not %d", (long long)changed, expected);
	check_all();
}

static void delete_where(kind k)
{
	int32_t which = (int32_t)dice(20);
	int expected = 0;

	if (!kinds[k].child)
		return;
	flush();
	TELL("delete %s where n = %d", kinds[k].table, which);
	int64_t changed = k == BEAST ? kin_delete_where(session, Beast, "n = ?", which) : kin_delete_where(session, Cub, "n = ?", which);
	for (int i = 0; i < count; i++) {
		entry *e = &entries[i];
		if (e->state != KIN_PERSISTENT || e->kind != k || !e->now.there || e->now.n != which)
			continue;
		expected++;
		e->state = KIN_DELETED;
		e->now.there = e->seen.there = false;
	}
	BE(changed == expected, "%lld rows were deleted, not %d", (long long)changed, expected);
	check_all();
}

static void walk_stream(kind k)
{
	int rows = 0, expected = 0;

	(void)k;
	TELL("stream");
	kin_stream(session, Beast, beast, "with keeper") {
		if (rows++ == 0)
			model_flush();
		int i = find_row(BEAST, beast->id);
		BE(i != NONE && entries[i].now.n == beast->n, "the stream gave something else");
		int parent = entries[i].now.parent;
		BE((beast->keeper == NULL) == (parent == NONE) && (parent == NONE || beast->keeper->id == entries[parent].now.id),
		   "the stream gave keeper %lld to %lld", beast->keeper ? (long long)beast->keeper->id : 0, (long long)beast->id);
		if (dice(20) == 0) {
			rows = -1;
			break;
		}
	}
	made_sure();
	for (int i = 0; i < count; i++)
		expected += entries[i].state == KIN_PERSISTENT && entries[i].kind == BEAST && entries[i].now.there;
	BE(rows == -1 || rows == expected, "the stream gave %d, not %d", rows, expected);
}

/* A mistake, what sticks after it, and the way back. */
static void mistake(kind k)
{
	uint32_t which = dice(5);
	int i, code = 0;

	if (dice(2))
		flush();
	int den = pick(DEN, R, is_clean), cub = pick(CUB, R, is_clean), beast = pick(BEAST, R, is_clean);
	if (den == NONE || cub == NONE || beast == NONE)
		return;
	TELL("mistake %u", which);
	switch (which) {
	case 0:
		kin_add(session, kin_new(session, Den, .name = entries[den].now.name, .n = 1));
		code = KIN_EUNIQUE;
		break;
	case 1:
		((Den *)edit(den))->name = NULL;
		code = KIN_ENOTNULL;
		break;
	case 2:
		((Beast *)edit(beast))->keeper_id = kin_some(int64_t, 777777);
		code = KIN_EFOREIGN;
		break;
	case 3:
		kin_add(session, kin_new(session, Keeper, .id = 987654321, .name = "a"));
		kin_add(session, kin_new(session, Keeper, .id = 987654321, .name = "b"));
		code = KIN_EUNIQUE;
		break;
	case 4:
		kin_add(session, kin_new(session, Cub, .name = "nobody's"));
		code = KIN_EFOREIGN;
		break;
	}
	switch (dice(3)) {
	case 0: BE(kin_flush(session) == code, "the flush gave %s", kin_errname(kin_errcode(session))); break;
	case 1: BE(kin_commit(session) == code, "the commit gave %s", kin_errname(kin_errcode(session))); break;
	case 2: BE(kin_count(session, Beast, "") == -1 && kin_errcode(session) == code, "the query gave %s", kin_errname(kin_errcode(session))); break;
	}
	for (int n = (int)dice(4); n > 0; n--) {
		BE(kin_get(session, Keeper, 1) == NULL, "kin_get after an error");
		BE(kin_flush(session) == code && kin_commit(session) == code, "the error did not stick");
		if ((i = pick(BEAST, R, any)) != NONE)
			BE(kin_edit(session, Beast, (const Beast *)entries[i].object) != entries[i].object, "kin_edit after an error");
		BE(kin_add(session, kin_new(session, Keeper, .name = "nobody")) == code, "kin_add after an error");
	}
	roll_back(k);
}

static bool stays(int i)
{
	return entries[i].saved[0].there;
}

/* What is not committed is gone; so are all objects. */
static void other_session(kind k)
{
	int kept = 0;
	static int places[MOST];

	(void)k;
	TELL("another session");
	if (dice(2)) {
		kin_close(session);
		for (int i = 0; i < count; i++)
			if (entries[i].state != GONE && entries[i].object)
				BE(kin_state_of(entries[i].object) == (entries[i].state <= KIN_PENDING ? KIN_TRANSIENT : KIN_DETACHED), "a state after the close");
		BE(kin_flush(session) == KIN_EDETACHED, "a session that is closed");
	}
	kin_free(session);
	depth = 0;
	for (int i = 0; i < count; i++)
		places[i] = stays(i) ? kept++ : NONE;
	for (int i = 0; i < count; i++) {
		if (places[i] == NONE)
			continue;
		entry e = { .kind = entries[i].kind, .state = KIN_PERSISTENT, .now = entries[i].saved[0] };
		if (e.now.parent != NONE)
			e.now.parent = places[e.now.parent];
		e.seen = e.saved[0] = e.now;
		e.listed = e.now.parent;
		entries[places[i]] = e;
	}
	count = kept;
	session = kin_session_new(db);
}

/* Keeps the world small. */
static void thin_out(kind k)
{
	int rows = 0;

	for (int i = 0; i < count; i++)
		rows += entries[i].state == KIN_PERSISTENT && entries[i].kind == k;
	for (; rows > kinds[k].enough; rows--)
		delete_one(k);
}

static const struct step {
	void   (*run)(kind k);
	uint32_t weight;
	unsigned kinds;
} deck[] = {
	{ make, 14, 15 }, { add_one, 3, 15 }, { change, 12, 15 }, { assign, 10, 10 }, { set_by_key, 5, 10 }, { append, 9, 5 },
	{ take_out, 5, 5 }, { delete_one, 6, 15 }, { undelete, 2, 15 }, { flush_and_check, 4, 1 }, { commit, 6, 1 }, { roll_back, 4, 1 },
	{ nest, 4, 1 }, { refresh, 4, 15 }, { expunge, 2, 15 }, { get, 8, 15 }, { all, 6, 15 }, { number, 3, 3 }, { lazy, 8, 15 },
	{ update_where, 2, 6 }, { delete_where, 1, 10 }, { walk_stream, 1, 1 }, { mistake, 1, 1 }, { thin_out, 4, 15 },
};

static void show_watched(void)
{
	const char *watched = getenv("KIN_WATCH");
	int i = watched ? atoi(watched) : NONE;

	if (i == NONE || i >= count || entries[i].state == GONE || !entries[i].object || kinds[entries[i].kind].child)
		return;
	kin_list list = *list_of(entries[i].kind, entries[i].object);
	fprintf(stderr, "    list of %d:", i);
	for (size_t n = 0; n < list.count && list.count < 1000; n++)
		fprintf(stderr, " %d", find_object(list.items[n]));
	fprintf(stderr, "%s\n", list.count > 1000 ? " unloaded" : "");
}

static void note_lists(void)
{
	for (int i = 0; i < count; i++)
		if (entries[i].state != GONE && entries[i].state <= KIN_PENDING && !kinds[entries[i].kind].child)
			entries[i].list = *list_of(entries[i].kind, entries[i].object);
}

static void one_step(void)
{
	uint32_t sum = 0, at;
	const struct step *step = deck;

	note_lists();

	for (size_t i = 0; i < sizeof(deck) / sizeof(deck[0]); i++)
		sum += deck[i].weight;
	for (at = dice(sum); at >= step->weight; step++)
		at -= step->weight;
	kind k = dice(KINDS);
	while (!((step->kinds >> k) & 1))
		k = (k + 1) % KINDS;
	step->run(k);
	show_watched();
}

static void begin_world(void)
{
	kin_connection *connection;
	kin_error error = { 0 };

	count = depth = 0;
	db = kin_db_open(&(kin_db_options){ .url = "sqlite:///:memory:", .echo = getenv("KIN_ECHO") != NULL }, NULL);
	CHECK(db != NULL);
	CHECK_INT(kin_db_acquire(db, &connection, &error), KIN_OK);
	CHECK_MSG(kin_connection_run(connection, tables, &error) == KIN_OK, "%s", kin_error_text(&error));
	kin_db_release(db, connection);
	session = kin_session_new(db);
	CHECK_OK(session);
	TELL("KIN_SEED=%llu", (unsigned long long)seed);
}

TEST(random_sequences_do_what_the_model_does)
{
	const char *given = getenv("KIN_SEED"), *scale = getenv("KIN_SCALE");
	long most = (scale ? strtol(scale, NULL, 10) : 100) * 1000;
	time_t end = time(NULL) + 20;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	seed = given ? strtoull(given, NULL, 10) : (uint64_t)now.tv_sec * 1000003 + (uint64_t)now.tv_nsec + (uint64_t)getpid();
	telling = getenv("KIN_TRACE") != NULL;
	for (long total = 0; total < most && (scale || time(NULL) < end); total += steps, seed++) {
		state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
		names = hands = 0;
		steps = 0;
		begin_world();
		long length = dice(10) == 0 ? 3000 : 300;
		for (steps = 0; steps < length; steps++) {
			one_step();
			if (dice(400) == 0 || count > MOST - 100)
				other_session(0);
		}
		kin_free(session);
		kin_db_close(db);
		session = NULL;
	}
	if (given)
		fprintf(stderr, "the last seed was %llu\n", (unsigned long long)seed - 1);
}
