/* random_link.h - the world of the second random test: songs, what rows of tables between tie them to, and the hooks that are called on the way.
 *
 * Things and ties are plain arrays. Each knows what the session means it to be, what the database has in this transaction, and what it had at each savepoint. A
 * thing that was not added is as its object stands: its own lists say what it would be tied to. */
#ifndef KIN_ORM_TEST_RANDOM_LINK_H
#define KIN_ORM_TEST_RANDOM_LINK_H

#include <kin/hook.h>

#include "orm/unit.h"
#include "orm_test.h"

KIN_DECLARE(Song);
KIN_DECLARE(Mood);
KIN_DECLARE(Verse);
KIN_DECLARE(Prop);

struct Song {
	int64_t     id;
	const char *name;
	int32_t     n;
	int32_t     mark;     /* by a hook: the former n, and which hook it was */
	int32_t     loads;    /* no column: how often the load hook had it */
	int32_t     revision;
	Mood_list   moods;
	Verse_list  verses;   /* nobody else's, and gone with it */
	Prop_list   props;    /* others' too, and deleted with it all the same */
	Song_list   covers;   /* both ends are songs */
	Song_list   covered;
};

/* No hooks here. */
struct Mood {
	int64_t     id;
	const char *name;
	int32_t     n;
	int32_t     mark;
	int32_t     loads;
	Song_list   songs;
};

struct Verse {
	int64_t     id;
	const char *name;
	int32_t     n;
	int32_t     mark;
	int32_t     loads;
};

/* Takes no songs along. */
struct Prop {
	int64_t     id;
	const char *name;
	int32_t     n;
	int32_t     mark;
	int32_t     loads;
	Song_list   songs;
};

extern const char stage_tables[];

/* ---- the models, seen alike ---- */

typedef enum sort { SONG, MOOD, VERSE, PROP, SORTS } sort;
typedef enum bond { MOODS, VERSES, PROPS, COVERS, BONDS } bond;
enum { LEFT, RIGHT };

typedef struct sort_info {
	const char *table;
	kin_model  *model;
	bool        hears; /* it has hooks */
	int         enough;
} sort_info;

/* One end of a table between. */
typedef struct side_info {
	sort        sort;
	size_t      list;   /* the offset of its list of the others; 0: it has none */
	bool        saves;  /* those follow it into the session, */
	bool        deletes; /* and out of the database, and the session */
	const char *column;
} side_info;

typedef struct bond_info {
	const char *table;
	side_info   sides[2];
} bond_info;

extern const sort_info sorts[SORTS];
extern const bond_info bonds[BONDS];

static inline int64_t *id_at(const void *object) { return (int64_t *)(uintptr_t)object; }
static inline const char **name_at(const void *object) { return (const char **)((uintptr_t)object + offsetof(Mood, name)); }
static inline int32_t *n_at(const void *object) { return (int32_t *)((uintptr_t)object + offsetof(Mood, n)); }
static inline int32_t *mark_at(const void *object) { return (int32_t *)((uintptr_t)object + offsetof(Mood, mark)); }
static inline int32_t *loads_at(const void *object) { return (int32_t *)((uintptr_t)object + offsetof(Mood, loads)); }

/* ---- what must be ---- */

enum { THINGS = 1500, TIES = 12000, LEVELS = 3, NOBODY = -1, LOST = -1 };

typedef struct line {
	bool    there;
	bool    named;
	char    name[16];
	int32_t n;
	int32_t mark;
	int32_t revision;
	int64_t id;
} line;

typedef struct thing {
	sort  sort;
	int   state;  /* kin_state; LOST: nothing is known of it any more */
	void *object; /* NULL: not loaded */
	line  seen, now, saved[LEVELS + 1];
	bool  was_deleted[LEVELS + 1];
	bool  deleted; /* marked */
	bool  let_go;  /* pending, and taken out of a list that deletes its orphans */
	bool  born;    /* by kin_new(): the load hook does not get it */
	bool  hand;    /* with a key */
	bool  copy;    /* it was merged, and is never added: it has the key of another one */
	bool  walked;  /* for whoever walks */
} thing;

typedef struct tie {
	bond     bond;
	int      ends[2];
	bool     seen, now, saved[LEVELS + 1];
	unsigned told; /* which ends' lists were changed since the last flush, a set */
} tie;

/* ---- what hooks were called ---- */

enum { CALLS = 1 << 16 };

typedef struct call {
	int         event; /* a kin_model_event, or SESSION_EVENT + a kin_session_event */
	const void *object;
} call;

enum { SESSION_EVENT = 1000, MODEL_EVENTS = KIN_EVENT_validate + 1 };

extern struct stage {
	thing        things[THINGS];
	int          count;
	tie          ties[TIES];
	int          tie_count;
	int          depth; /* open savepoints */
	kin_db      *db;
	kin_session *session;
	uint64_t     seed;
	long         step;
	bool         telling;
	int          refuse; /* the event whose hook says no; 0: none, and 1 + a kin_model_event or SESSION_EVENT + … */
	call         calls[CALLS];
	int          call_count;
} stage;

#define MUST(condition, ...) \
	do { \
		if (!(condition)) { \
			char words_[512]; \
			snprintf(words_, sizeof(words_), __VA_ARGS__); \
			stage_show(); \
			kin_test_fail(__FILE__, __LINE__, "KIN_SEED=%llu, step %ld: %s [%s]", (unsigned long long)stage.seed, stage.step, \
			              words_, stage.session ? kin_errmsg(stage.session) : ""); \
		} \
	} while (0)

#define SAY(...) \
	do { \
		if (stage.telling) \
			fprintf(stderr, "%ld: ", stage.step), fprintf(stderr, __VA_ARGS__), fputc('\n', stderr); \
	} while (0)

void stage_seed(uint64_t seed);
uint32_t stage_dice(uint32_t sides);
void stage_show(void);

/* States, as sets. */
#define TRANSIENT_  (1u << KIN_TRANSIENT)
#define PENDING_    (1u << KIN_PENDING)
#define PERSISTENT_ (1u << KIN_PERSISTENT)

static inline bool stage_is(int i, unsigned states)
{
	return i != NOBODY && stage.things[i].state != LOST && ((1u << stage.things[i].state) & states);
}

thing *stage_add(sort k, void *object, int state);
/* NOBODY: none. */
int stage_find(const void *object);
int stage_find_row(sort k, int64_t id);
/* One with an object of these states, not marked, that fits; and one with a row, loaded or not. NOBODY. */
int stage_pick(sort k, unsigned states, bool (*fits)(int));
int stage_pick_row(sort k);
bool stage_any(int i);
/* An object that kin returned is the row's, and the only one. */
int stage_meet(sort k, const void *object);

/* A tie, made if there is none yet. */
tie *stage_tie(bond b, int left, int right);
/* The same from one side. */
static inline tie *stage_tie_of(bond b, int side, int owner, int item)
{
	return side == LEFT ? stage_tie(b, owner, item) : stage_tie(b, item, owner);
}

/* The list that an object has at this side of a bond; and whether it is loaded, and has another one. */
kin_list *stage_list(int i, bond b, int side);
bool stage_is_loaded(int i, bond b, int side);
bool stage_has(int i, bond b, int side, int item);
/* Whether the thing, and what would follow it into the session, can be saved. */
bool stage_fits(int i);
/* Nobody has this verse. */
bool stage_is_alone(int i);

/* The n that a hook makes one more after the flush. */
bool stage_changes_late(int32_t n);

/* Save-update. */
void stage_follow(int i);
void stage_flush(void);
void stage_commit(void);
void stage_rollback(void);
void stage_save(int level);

/* How often a hook had an object (NULL: any) since the last stage_forget_calls(). */
int stage_calls(int event, const void *object);
void stage_forget_calls(void);
/* Registers the session's hooks. */
void stage_listen(void);

/* Nothing is unsaved, and all is as it must be. */
void stage_check(void);
/* The database has these rows and links. */
void stage_check_database(void);

#endif
