/* naive.c - what a careful programmer writes on libmariadb: a prepared statement run once a row to insert, queries as text whose rows come
 * whole, a copy of each string. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mariadb.h"
#include "objects.h"

const char bench_contender[] = "naive";

static own_pet *pet_at(MYSQL_ROW row)
{
	return own_pet_of(row[0], row[1], row[2], row[3]);
}

/* ---- insert ---- */

static int64_t insert_owner(MYSQL_STMT *statement, const bench_owner *data)
{
	unsigned long length = strlen(data->name);
	char name[TEXT_SIZE];
	MYSQL_BIND binds[] = { text_bind(strcpy(name, data->name), &length, NULL) };

	mysql_stmt_bind_param(statement, binds);
	run_statement(statement);
	return (int64_t)mysql_stmt_insert_id(statement);
}

static int64_t insert_pet(MYSQL_STMT *statement, const bench_pet *data, const int64_t *owners)
{
	unsigned long name_length = strlen(data->name), species_length = strlen(data->species);
	char name[TEXT_SIZE], species[TEXT_SIZE];
	int64_t key = data->owner < 0 ? 0 : owners[data->owner];
	my_bool no_owner = data->owner < 0;
	MYSQL_BIND binds[] = {
		text_bind(strcpy(name, data->name), &name_length, NULL), text_bind(strcpy(species, data->species), &species_length, NULL),
		integer_bind(&key, &no_owner),
	};

	mysql_stmt_bind_param(statement, binds);
	run_statement(statement);
	return (int64_t)mysql_stmt_insert_id(statement);
}

static void insert(bench_run *run)
{
	MYSQL *c = connect_to(run);
	int64_t owner_count = bench_owner_count(run->n);
	const bench_owner *owners = bench_owners(owner_count);
	const bench_pet *pets = bench_pets(run->n, owner_count);
	int64_t *keys = bench_alloc((size_t)owner_count, sizeof(*keys)), *pet_keys = bench_alloc((size_t)run->n, sizeof(*pet_keys));

	bench_start(run);
	MYSQL_STMT *owner_statement = prepare(c, "insert into owners (name) values (?)");
	MYSQL_STMT *pet_statement = prepare(c, "insert into pets (name, species, owner_id) values (?, ?, ?)");
	execute(c, "start transaction");
	for (int64_t i = 0; i < owner_count; i++)
		keys[i] = insert_owner(owner_statement, &owners[i]);
	for (int64_t i = 0; i < run->n; i++)
		pet_keys[i] = insert_pet(pet_statement, &pets[i], keys);
	execute(c, "commit");
	bench_stop(run);

	touch_rows(run, owners, keys, owner_count, pets, pet_keys);
	mysql_close(c);
}

/* ---- reading ---- */

static MYSQL_RES *rows_of(MYSQL *c, const char *sql)
{
	execute(c, sql);
	MYSQL_RES *rows = mysql_store_result(c);
	if (!rows)
		bench_fail("%s", mysql_error(c));
	return rows;
}

static void load(bench_run *run)
{
	MYSQL *c = connect_to(run);
	MYSQL_ROW row;

	bench_start(run);
	MYSQL_RES *rows = rows_of(c, "select id, name, species, owner_id from pets");
	own_pet **pets = bench_alloc((size_t)mysql_num_rows(rows), sizeof(*pets));
	for (size_t i = 0; (row = mysql_fetch_row(rows)); i++)
		touch_own_pet(run, pets[i] = pet_at(row));
	mysql_free_result(rows);
	bench_stop(run);
	mysql_close(c);
}

static void joined(bench_run *run)
{
	MYSQL *c = connect_to(run);
	MYSQL_ROW row;
	int64_t last = 0;

	bench_start(run);
	MYSQL_RES *rows = rows_of(c, "select o.id, o.name, p.id, p.name, p.species, p.owner_id"
	                             " from owners o left join pets p on p.owner_id = o.id order by o.id");
	while ((row = mysql_fetch_row(rows))) {
		int64_t id = atoll(row[0]);
		if (id != last)
			bench_touch(run, bench_owner_sum(id, copy_of(row[1])));
		last = id;
		if (row[2])
			touch_own_pet(run, pet_at(row + 2));
	}
	mysql_free_result(rows);
	bench_stop(run);
	mysql_close(c);
}

static void touch_all(bench_run *run, MYSQL_RES *rows)
{
	MYSQL_ROW row;

	while ((row = mysql_fetch_row(rows))) {
		own_pet *p = pet_at(row);
		touch_own_pet(run, p);
		own_pet_free(p);
	}
	mysql_free_result(rows);
}

static void get_cold(bench_run *run)
{
	MYSQL *c = connect_to(run);
	char sql[128];

	bench_start(run);
	for (int64_t i = 0; i < run->n; i++) {
		snprintf(sql, sizeof(sql), "select id, name, species, owner_id from pets where id = %" PRId64,
		         1 + bench_pick((uint64_t)i, run->n));
		touch_all(run, rows_of(c, sql));
	}
	bench_stop(run);
	mysql_close(c);
}

static void query(bench_run *run)
{
	MYSQL *c = connect_to(run);
	char sql[256], species[2 * TEXT_SIZE];

	bench_start(run);
	for (int64_t i = 0; i < run->n / 5; i++) {
		const char *wanted = bench_species((uint64_t)i);
		mysql_real_escape_string(c, species, wanted, strlen(wanted));
		snprintf(sql, sizeof(sql),
		         "select id, name, species, owner_id from pets where species = '%s' and id > %" PRId64 " order by id limit 20",
		         species, bench_pick((uint64_t)i, run->n));
		touch_all(run, rows_of(c, sql));
	}
	bench_stop(run);
	mysql_close(c);
}

const bench_workload bench_workloads[] = {
	{ "insert", insert },
	{ "load", load },
	{ "joined", joined },
	{ "get-cold", get_cold },
	{ "query", query },
	{ NULL, NULL },
};
