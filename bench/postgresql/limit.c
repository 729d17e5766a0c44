/* limit.c - what someone who knows PostgreSQL well writes: prepared statements, binary both ways, one array a column to insert,
 * objects that point into the results. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "postgresql.h"
#include "objects.h"

const char bench_contender[] = "limit";

enum { TEXT = 25, BIGINT = 20, CHUNK = 10000, COLUMNS = 3 };

static int64_t number_at(const PGresult *result, int row, int column)
{
	uint64_t n;

	memcpy(&n, PQgetvalue(result, row, column), sizeof(n));
	return (int64_t)be64toh(n);
}

static pet pet_at(const PGresult *result, int row, int column)
{
	bool has_owner = !PQgetisnull(result, row, column + 3);

	return (pet){
		.id = number_at(result, row, column), .name = PQgetvalue(result, row, column + 1), .species = PQgetvalue(result, row, column + 2),
		.has_owner = has_owner, .owner_id = has_owner ? number_at(result, row, column + 3) : 0,
	};
}

/* ---- insert ---- */

/* An array in its binary form, written from its start again and again. */
typedef struct array {
	char *data, *end;
} array;

static void put32(array *a, uint32_t n)
{
	n = htobe32(n);
	memcpy(a->end, &n, sizeof(n));
	a->end += sizeof(n);
}

static void begin_array(array *a, uint32_t type, size_t count, bool nulls)
{
	if (!a->data)
		a->data = bench_alloc(CHUNK, 64);
	a->end = a->data;
	put32(a, 1);
	put32(a, nulls);
	put32(a, type);
	put32(a, (uint32_t)count);
	put32(a, 1);
}

static void put_text(array *a, const char *text)
{
	size_t length = strlen(text);

	put32(a, (uint32_t)length);
	memcpy(a->end, text, length);
	a->end += length;
}

static void put_key(array *a, const pet *p)
{
	uint64_t n = htobe64((uint64_t)p->owner_id);

	put32(a, p->has_owner ? sizeof(n) : (uint32_t)-1);
	if (p->has_owner) {
		memcpy(a->end, &n, sizeof(n));
		a->end += sizeof(n);
	}
}

static void send_arrays(PGconn *c, const char *name, const array *arrays, int count)
{
	const char *values[COLUMNS];
	int lengths[COLUMNS];
	static const int binary[COLUMNS] = { 1, 1, 1 };

	for (int i = 0; i < count; i++) {
		values[i] = arrays[i].data;
		lengths[i] = (int)(arrays[i].end - arrays[i].data);
	}
	if (!PQsendQueryPrepared(c, name, count, values, lengths, binary, 1))
		bench_fail("%s", PQerrorMessage(c));
}

/* The next result of a pipeline. */
static PGresult *next(PGconn *c)
{
	PGresult *result = PQgetResult(c);

	return checked(c, result ? result : PQgetResult(c));
}

static void end_pipeline(PGconn *c)
{
	PGresult *result;

	while (!(result = PQgetResult(c)) || PQresultStatus(result) != PGRES_PIPELINE_SYNC)
		PQclear(result);
	PQclear(result);
	PQexitPipelineMode(c);
}

static void insert_owners(PGconn *c, owner *owners, int64_t count)
{
	array names = { 0 };

	PQenterPipelineMode(c);
	for (int64_t at = 0; at < count; at += CHUNK) {
		size_t rows = (size_t)(count - at < CHUNK ? count - at : CHUNK);
		begin_array(&names, TEXT, rows, false);
		for (size_t i = 0; i < rows; i++)
			put_text(&names, owners[at + (int64_t)i].name);
		send_arrays(c, "owners", &names, 1);
	}
	PQpipelineSync(c);
	for (int64_t at = 0; at < count;) {
		PGresult *result = next(c);
		for (int i = 0; i < PQntuples(result); i++)
			owners[at++].id = number_at(result, i, 0);
		PQclear(result);
	}
	end_pipeline(c);
	free(names.data);
}

static void insert_pets(PGconn *c, pet *pets, int64_t count)
{
	array columns[COLUMNS] = { 0 };

	PQenterPipelineMode(c);
	for (int64_t at = 0; at < count; at += CHUNK) {
		size_t rows = (size_t)(count - at < CHUNK ? count - at : CHUNK);
		begin_array(&columns[0], TEXT, rows, false);
		begin_array(&columns[1], TEXT, rows, false);
		begin_array(&columns[2], BIGINT, rows, true);
		for (size_t i = 0; i < rows; i++) {
			const pet *p = &pets[at + (int64_t)i];
			put_text(&columns[0], p->name);
			put_text(&columns[1], p->species);
			put_key(&columns[2], p);
		}
		send_arrays(c, "pets", columns, COLUMNS);
	}
	PQpipelineSync(c);
	for (int64_t at = 0; at < count;) {
		PGresult *result = next(c);
		for (int i = 0; i < PQntuples(result); i++)
			pets[at++].id = number_at(result, i, 0);
		PQclear(result);
	}
	end_pipeline(c);
	for (int i = 0; i < COLUMNS; i++)
		free(columns[i].data);
}

static void insert(bench_run *run)
{
	PGconn *c = connect_to(run);
	int64_t owner_count = bench_owner_count(run->n);
	const bench_owner *owner_data = bench_owners(owner_count);
	const bench_pet *pet_data = bench_pets(run->n, owner_count);

	bench_start(run);
	prepare(c, "owners", "insert into owners (name) select * from unnest($1::text[]) returning id");
	prepare(c, "pets", "insert into pets (name, species, owner_id)"
	                   " select * from unnest($1::text[], $2::text[], $3::bigint[]) returning id");
	owner *owners = new_owners(owner_data, owner_count);
	execute(c, "begin");
	insert_owners(c, owners, owner_count);
	pet *pets = new_pets(pet_data, run->n, owners);
	insert_pets(c, pets, run->n);
	execute(c, "commit");
	bench_stop(run);

	touch_objects(run, owners, owner_count, pets);
	PQfinish(c);
}

/* ---- reading ---- */

static PGresult *query_binary(PGconn *c, const char *sql)
{
	return checked(c, PQexecParams(c, sql, 0, NULL, NULL, NULL, NULL, 1));
}

static void load(bench_run *run)
{
	PGconn *c = connect_to(run);

	bench_start(run);
	PGresult *result = query_binary(c, "select id, name, species, owner_id from pets");
	pet *pets = bench_alloc((size_t)PQntuples(result), sizeof(*pets));
	for (int i = 0; i < PQntuples(result); i++) {
		pets[i] = pet_at(result, i, 0);
		touch_pet(run, &pets[i]);
	}
	bench_stop(run);
	PQfinish(c);
}

/* The owners come in the order of their keys, each with its pets. */
static void joined(bench_run *run)
{
	PGconn *c = connect_to(run);
	int64_t last = 0;

	bench_start(run);
	PGresult *result = query_binary(c, "select o.id, o.name, p.id, p.name, p.species, p.owner_id"
	                                   " from owners o left join pets p on p.owner_id = o.id order by o.id");
	pet *pets = bench_alloc((size_t)PQntuples(result), sizeof(*pets));
	for (int i = 0; i < PQntuples(result); i++) {
		owner o = { number_at(result, i, 0), PQgetvalue(result, i, 1) };
		if (o.id != last)
			bench_touch(run, bench_owner_sum(o.id, o.name));
		last = o.id;
		if (PQgetisnull(result, i, 2))
			continue;
		pets[i] = pet_at(result, i, 2);
		touch_pet(run, &pets[i]);
	}
	bench_stop(run);
	PQfinish(c);
}

static PGresult *run_prepared(PGconn *c, const char *const *values, const int *lengths, int count)
{
	static const int binary[2] = { 1, 1 };

	return checked(c, PQexecPrepared(c, "it", count, values, lengths, binary, 1));
}

static void get_cold(bench_run *run)
{
	PGconn *c = connect_to(run);

	bench_start(run);
	prepare(c, "it", "select id, name, species, owner_id from pets where id = $1");
	for (int64_t i = 0; i < run->n; i++) {
		uint64_t key = htobe64((uint64_t)(1 + bench_pick((uint64_t)i, run->n)));
		const char *values[] = { (const char *)&key };
		if (i % SESSION == 0)
			execute(c, "begin");
		PGresult *result = run_prepared(c, values, (int[]){ sizeof(key) }, 1);
		pet p = pet_at(result, 0, 0);
		touch_pet(run, &p);
		PQclear(result);
		if (i % SESSION == SESSION - 1 || i == run->n - 1)
			execute(c, "commit");
	}
	bench_stop(run);
	PQfinish(c);
}

static void query(bench_run *run)
{
	PGconn *c = connect_to(run);

	bench_start(run);
	execute(c, "begin");
	prepare(c, "it", "select id, name, species, owner_id from pets where species = $1 and id > $2 order by id limit 20");
	for (int64_t i = 0; i < run->n / 5; i++) {
		const char *species = bench_species((uint64_t)i);
		uint64_t after = htobe64((uint64_t)bench_pick((uint64_t)i, run->n));
		const char *values[] = { species, (const char *)&after };
		PGresult *result = run_prepared(c, values, (int[]){ (int)strlen(species), sizeof(after) }, 2);
		for (int row = 0; row < PQntuples(result); row++) {
			pet p = pet_at(result, row, 0);
			touch_pet(run, &p);
		}
		PQclear(result);
	}
	execute(c, "commit");
	bench_stop(run);
	PQfinish(c);
}

const bench_workload bench_workloads[] = {
	{ "insert", insert },
	{ "load", load },
	{ "joined", joined },
	{ "get-cold", get_cold },
	{ "query", query },
	{ "tables", make_tables },
	{ "analyse", analyse },
	{ NULL, NULL },
};
