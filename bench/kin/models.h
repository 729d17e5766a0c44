/* models.h - the pet shop with an index on owner_id, and kin's workloads. */
#ifndef BENCH_KIN_MODELS_H
#define BENCH_KIN_MODELS_H

#include <kin.h>

#include "contender.h"
#include "data.h"

KIN_DECLARE(Owner);
KIN_DECLARE(Pet);

struct Owner {
	int64_t     id;
	const char *name;
	Pet_list    pets;
};

struct Pet {
	int64_t               id;
	const char           *name;
	const char           *species;
	kin_nullable(int64_t) owner_id;
	const Owner          *owner;
};

/* A database for the run with a connection made, and a session on it; or exit with what went wrong. */
kin_db *open_database(const bench_run *run);
/* The same without a connection. */
kin_db *open_unconnected(const bench_run *run);
kin_session *new_session(kin_db *db);
/* Free the session if all went well, or exit with its error. */
void end_session(kin_session *session);

void touch_owner(bench_run *run, const Owner *owner);
void touch_pet(bench_run *run, const Pet *pet);

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
