/* naive.h - what a careful programmer writes who has other things to do: a prepared statement for each kind of row,
 * run once a row; an allocation for each object and each string; a transaction where something is written. */
#ifndef BENCH_NAIVE_H
#define BENCH_NAIVE_H

#include <sqlite3.h>

#include "contender.h"
#include "data.h"

typedef struct owner owner;
typedef struct pet pet;

struct owner {
	int64_t id;
	char   *name;
	pet   **pets; /* of pet_count */
	size_t  pet_count, pet_room;
};

struct pet {
	int64_t id;
	char   *name;
	char   *species;
	int64_t owner_id;
	bool    has_owner;
	owner  *owner;
};

/* ---- database.c ---- */

sqlite3 *open_database(const bench_run *run);
void execute(sqlite3 *db, const char *sql);
sqlite3_stmt *prepare(sqlite3 *db, const char *sql);
/* Whether there is a row; exits on any error. */
bool step(sqlite3_stmt *statement);
char *column_text(sqlite3_stmt *statement, int column);

/* ---- object.c ---- */

/* An object from a row of id, name / id, name, species, owner_id that starts at that column. */
owner *read_owner(sqlite3_stmt *statement, int column);
pet *read_pet(sqlite3_stmt *statement, int column);
void owner_add_pet(owner *o, pet *p);
void free_pet(pet *p);
void touch_owner(bench_run *run, const owner *o);
void touch_pet(bench_run *run, const pet *p);

/* Lists that grow. */
typedef struct pet_list {
	pet  **items;
	size_t count, room;
} pet_list;

typedef struct owner_list {
	owner **items;
	size_t  count, room;
} owner_list;

void pets_add(pet_list *list, pet *p);
void owners_add(owner_list *list, owner *o);

/* ---- load.c ---- */

void load_pets(sqlite3 *db, pet_list *list);

/* ---- the workloads ---- */

void insert(bench_run *run);
void load(bench_run *run);
void stream(bench_run *run);
void eager_joined(bench_run *run);
void eager_subquery(bench_run *run);
void eager_selectin(bench_run *run);
void lazy(bench_run *run);
void get_cold(bench_run *run);
void get_hot(bench_run *run);
void update(bench_run *run);
void delete(bench_run *run);
void query(bench_run *run);
void start(bench_run *run);

#endif
