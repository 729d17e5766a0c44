/* naive.c - what a careful programmer writes on libpq: values and results as text, a statement for each row, a copy of each string. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgresql.h"
#include "objects.h"

const char bench_contender[] = "naive";

static own_pet *pet_at(const PGresult *result, int row, int column)
{
	return own_pet_of(PQgetvalue(result, row, column), PQgetvalue(result, row, column + 1), PQgetvalue(result, row, column + 2),
	                  PQgetisnull(result, row, column + 3) ? NULL : PQgetvalue(result, row, column + 3));
}

static PGresult *run_prepared(PGconn *c, const char *name, const char *const *values, int count)
{
	return checked(c, PQexecPrepared(c, name, count, values, NULL, NULL, 0));
}

static int64_t insert_row(PGconn *c, const char *name, const char *const *values, int count)
{
	PGresult *result = run_prepared(c, name, values, count);
	int64_t id = atoll(PQgetvalue(result, 0, 0));

	PQclear(result);
	return id;
}

static void insert(bench_run *run)
{
	PGconn *c = connect_to(run);
	int64_t owner_count = bench_owner_count(run->n);
	const bench_owner *owners = bench_owners(owner_count);
	const bench_pet *pets = bench_pets(run->n, owner_count);
	int64_t *keys = bench_alloc((size_t)owner_count, sizeof(*keys)), *pet_keys = bench_alloc((size_t)run->n, sizeof(*pet_keys));

	bench_start(run);
	prepare(c, "owner", "insert into owners (name) values ($1) returning id");
	prepare(c, "pet", "insert into pets (name, species, owner_id) values ($1, $2, $3) returning id");
	execute(c, "begin");
	for (int64_t i = 0; i < owner_count; i++)
		keys[i] = insert_row(c, "owner", (const char *[]){ owners[i].name }, 1);
	for (int64_t i = 0; i < run->n; i++) {
		char key[24];
		if (pets[i].owner >= 0)
			snprintf(key, sizeof(key), "%" PRId64, keys[pets[i].owner]);
		pet_keys[i] = insert_row(c, "pet", (const char *[]){ pets[i].name, pets[i].species, pets[i].owner < 0 ? NULL : key }, 3);
	}
	execute(c, "commit");
	bench_stop(run);

	touch_rows(run, owners, keys, owner_count, pets, pet_keys);
	PQfinish(c);
}

static void load(bench_run *run)
{
	PGconn *c = connect_to(run);

	bench_start(run);
	PGresult *result = checked(c, PQexec(c, "select id, name, species, owner_id from pets"));
	own_pet **pets = bench_alloc((size_t)PQntuples(result), sizeof(*pets));
	for (int i = 0; i < PQntuples(result); i++)
		touch_own_pet(run, pets[i] = pet_at(result, i, 0));
	bench_stop(run);
	PQfinish(c);
}

static void joined(bench_run *run)
{
	PGconn *c = connect_to(run);
	int64_t last = 0;

	bench_start(run);
	PGresult *result = checked(c, PQexec(c, "select o.id, o.name, p.id, p.name, p.species, p.owner_id"
	                                        " from owners o left join pets p on p.owner_id = o.id order by o.id"));
	for (int i = 0; i < PQntuples(result); i++) {
		int64_t id = atoll(PQgetvalue(result, i, 0));
		if (id != last)
			bench_touch(run, bench_owner_sum(id, copy_of(PQgetvalue(result, i, 1))));
		last = id;
		if (!PQgetisnull(result, i, 2))
			touch_own_pet(run, pet_at(result, i, 2));
	}
	bench_stop(run);
	PQfinish(c);
}

static void touch_all(bench_run *run, PGresult *result)
{
	for (int i = 0; i < PQntuples(result); i++) {
		own_pet *p = pet_at(result, i, 0);
		touch_own_pet(run, p);
		own_pet_free(p);
	}
	PQclear(result);
}

static void get_cold(bench_run *run)
{
	PGconn *c = connect_to(run);

	bench_start(run);
	for (int64_t i = 0; i < run->n; i++) {
		char key[24];
		snprintf(key, sizeof(key), "%" PRId64, 1 + bench_pick((uint64_t)i, run->n));
		touch_all(run, checked(c, PQexecParams(c, "select id, name, species, owner_id from pets where id = $1", 1, NULL,
		                                       (const char *[]){ key }, NULL, NULL, 0)));
	}
	bench_stop(run);
	PQfinish(c);
}

static void query(bench_run *run)
{
	PGconn *c = connect_to(run);

	bench_start(run);
	for (int64_t i = 0; i < run->n / 5; i++) {
		char after[24];
		snprintf(after, sizeof(after), "%" PRId64, bench_pick((uint64_t)i, run->n));
		touch_all(run, checked(c, PQexecParams(c, "select id, name, species, owner_id from pets"
		                                          " where species = $1 and id > $2 order by id limit 20", 2, NULL,
		                                       (const char *[]){ bench_species((uint64_t)i), after }, NULL, NULL, 0)));
	}
	bench_stop(run);
	PQfinish(c);
}

const bench_workload bench_workloads[] = {
	{ "insert", insert },
	{ "load", load },
	{ "joined", joined },
	{ "get-cold", get_cold },
	{ "query", query },
	{ NULL, NULL },
};
