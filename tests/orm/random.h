/* random.h - the world of the random test: what a session, and its database, must look like.
 *
 * For every object and row it keeps what the program sees, what the database has in this transaction, and what it had at each savepoint:
 * plain arrays, no SQL. */
#ifndef KIN_ORM_TEST_RANDOM_H
#define KIN_ORM_TEST_RANDOM_H

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

extern const char random_tables[];

/* ---- the four models, seen alike ---- */

typedef enum kind { KEEPER, BEAST, DEN, CUB, KINDS } kind;

typedef struct kind_info {
	const char *table, *key;
	kin_model  *model;
	size_t      relation; /* the offset of the list, or of the pointer to the parent */
	bool        child;
	kind        other;
	int         enough; /* rows of it */
} kind_info;

extern const kind_info kinds[KINDS];

static inline int64_t *id_of(const void *object) { return (int64_t *)(uintptr_t)object; }
static inline const char **name_of(const void *object) { return (const char **)((uintptr_t)object + offsetof(Keeper, name)); }
static inline int32_t *n_of(const void *object) { return (int32_t *)((uintptr_t)object + offsetof(Keeper, n)); }
static inline const void **parent_of(kind k, const void *object) { return (const void **)((uintptr_t)object + kinds[k].relation); }
static inline kin_list *list_of(kind k, const void *object) { return (kin_list *)((uintptr_t)object + kinds[k].relation); }

/* 0: none. */
static inline int64_t key_of(kind k, const void *object)
{
	const Beast *beast = object;

	if (k == CUB)
		return ((const Cub *)object)->den_id;
	return beast->keeper_id.present ? beast->keeper_id.value : 0;
}

static inline void set_key(kind k, void *object, int64_t key)
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

extern struct random_world {
	entry        entries[MOST];
	int          count;
	int          depth; /* open savepoints */
	kin_db      *db;
	kin_session *session;
	uint64_t     seed;
	long         step;
	bool         telling;
} world;

#define BE(condition, ...) \
	do { \
		if (!(condition)) { \
			char words_[512]; \
			snprintf(words_, sizeof(words_), __VA_ARGS__); \
			world_show(); \
			kin_test_fail(__FILE__, __LINE__, "KIN_SEED=%llu, step %ld: %s [%s]", (unsigned long long)world.seed, world.step, \
			              words_, world.session ? kin_errmsg(world.session) : ""); \
		} \
	} while (0)

#define TELL(...) (world.telling ? (void)(fprintf(stderr, "%ld: ", world.step), fprintf(stderr, __VA_ARGS__), fputc('\n', stderr)) : (void)0)

/* ---- dice ---- */

void world_seed(uint64_t seed);
uint32_t world_dice(uint32_t sides);

/* ---- entries ---- */

enum { T = 1u << KIN_TRANSIENT, P = 1u << KIN_PENDING, R = 1u << KIN_PERSISTENT };

int world_find_object(const void *object);
/* The entry of a row that is there; NONE. */
int world_find_row(kind k, int64_t id);
bool world_any(int i);
bool world_is_clean(int i);
/* A random entry with an object of these states (a set) that fits, or with a row; NONE. */
int world_pick(kind k, unsigned states, bool (*fits)(int));
int world_pick_row(kind k);
entry *world_add(kind k, void *object, int of_state);
/* An object that kin returned is the row's, and the only one. */
int world_meet(kind k, const void *object);
void world_show(void);

/* ---- what must come of it ---- */

/* Save-update: what an object reaches. */
void world_cascade(int i);
void world_flush(void);
void world_commit(void);
void world_rollback(void);
/* A savepoint, or (0) what is committed. */
void world_save(int level);
/* Lists of new parents, at the beginning of a step. */
void world_note_lists(void);

/* Nothing is unsaved: the database and the session are as the world is. */
void world_check(void);

#endif
