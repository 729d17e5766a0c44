/* limit.h - the limit: what someone who knows SQLite well writes by hand for each workload alone.
 *
 * Rows go straight into arrays of structs, with their strings packed into an arena; nothing is found twice, nothing
 * tracked, nothing freed one by one. The constraints, the pragmas and the commits are everyone's. */
#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include <sqlite3.h>

#include "contender.h"
#include "data.h"

typedef struct owner owner;
typedef struct pet pet;

struct owner {
	int64_t     id;
	const char *name;
	pet       **pets; /* of pet_count */
	size_t      pet_count;
};

struct pet {
	int64_t     id;
	const char *name;
	const char *species;
	int64_t     owner_id;
	bool        has_owner;
	owner      *owner;
};

/* ---- memory.c ---- */

/* Memory that is given back all at once. */
typedef struct arena {
	struct arena_block *block;
	char               *next, *end;
} arena;

void *arena_alloc(arena *a, size_t size);
/* A copy of a text of that length, NULL for NULL. */
const char *arena_text(arena *a, const void *text, int length);
/* Forget all of it, but keep a block for what comes next. */
void arena_reset(arena *a);

/* Arrays that grow; their texts are in the arena. */
typedef struct pet_list {
	pet   *items;
	size_t count, room;
	arena  texts;
} pet_list;

typedef struct owner_list {
	owner *items;
	size_t count, room;
	arena  texts;
} owner_list;

pet *pets_add(pet_list *list);
owner *owners_add(owner_list *list);

/* ---- database.c ---- */

/* Open as kin does: no mutex (there is one thread), foreign keys checked. */
sqlite3 *open_database(const bench_run *run);
void execute(sqlite3 *db, const char *sql);
sqlite3_stmt *prepare(sqlite3 *db, const char *sql);
/* Whether there is a row; exits on any error. */
bool step(sqlite3_stmt *statement);
/* Take the row that a SELECT of id, name, species, owner_id is at. */
void read_pet(sqlite3_stmt *statement, arena *texts, pet *p);
/* Count it. */
void touch_pet(bench_run *run, const pet *p);

/* An aggregate function as a sink: `select sink(a, b) from t` calls `take` with each row, which need not be made a
 * result. */
void set_sink(sqlite3 *db, void (*take)(sqlite3_context *, int, sqlite3_value **), void *context);
/* Its first argument, in `take`. */
#define SINK(context) sqlite3_user_data(context)

/* ---- load.c ---- */

/* All pets, in the order of their keys. */
void load_pets(sqlite3 *db, pet_list *list);

/* ---- the workloads ---- */

void insert(bench_run *run);
void load(bench_run *run);
void stream(bench_run *run);
void eager_joined(bench_run *run);
void eager_two_scans(bench_run *run);
void lazy(bench_run *run);
void get_cold(bench_run *run);
void get_hot(bench_run *run);
void update(bench_run *run);
void delete(bench_run *run);
void query(bench_run *run);
void start(bench_run *run);

#endif
