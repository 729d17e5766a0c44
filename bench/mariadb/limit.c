/* limit.c - what someone who knows MariaDB well writes: prepared statements, binary both ways, arrays to insert, each row read once,
 * texts in large blocks. */
#include <stdlib.h>
#include <string.h>

#include "mariadb.h"
#include "objects.h"

const char bench_contender[] = "limit";

enum { BLOCK = 1 << 20 };

/* ---- insert ---- */

/* A column of all rows to be inserted, which go as one array. */
typedef struct column {
	const char   **texts;
	unsigned long *lengths;
	int64_t       *numbers;
	char          *indicators;
} column;

static column new_column(size_t rows)
{
	return (column){
		.texts = bench_alloc(rows, sizeof(char *)), .lengths = bench_alloc(rows, sizeof(long)),
		.numbers = bench_alloc(rows, sizeof(int64_t)), .indicators = bench_alloc(rows, 1),
	};
}

static void put_text(column *c, size_t row, const char *text)
{
	c->texts[row] = text;
	c->lengths[row] = strlen(text);
}

static void put_key(column *c, size_t row, const pet *p)
{
	c->numbers[row] = p->owner_id;
	c->indicators[row] = p->has_owner ? STMT_INDICATOR_NONE : STMT_INDICATOR_NULL;
}

static MYSQL_BIND text_column(const column *c)
{
	return (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_STRING, .buffer = c->texts, .length = c->lengths };
}

static MYSQL_BIND key_column(const column *c)
{
	return (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = c->numbers, .u.indicator = c->indicators };
}

/* Each fetch() reads the key of the next row. */
static MYSQL_STMT *insert_rows(MYSQL *c, const char *sql, MYSQL_BIND *binds, unsigned int rows, int64_t *ret_key)
{
	MYSQL_STMT *statement = prepare(c, sql);
	MYSQL_BIND id = integer_bind(ret_key, NULL);

	mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &rows);
	mysql_stmt_bind_param(statement, binds);
	run_statement(statement);
	mysql_stmt_bind_result(statement, &id);
	return statement;
}

static void insert_owners(MYSQL *c, owner *owners, size_t count)
{
	column names = new_column(count);
	MYSQL_BIND binds[] = { text_column(&names) };
	int64_t key;

	for (size_t i = 0; i < count; i++)
		put_text(&names, i, owners[i].name);
	MYSQL_STMT *statement = insert_rows(c, "insert into owners (name) values (?) returning id", binds, (unsigned int)count, &key);
	for (size_t i = 0; fetch(statement); i++)
		owners[i].id = key;
	mysql_stmt_close(statement);
}

static void insert_pets(MYSQL *c, pet *pets, size_t count)
{
	column names = new_column(count), species = new_column(count), keys = new_column(count);
	MYSQL_BIND binds[] = { text_column(&names), text_column(&species), key_column(&keys) };
	int64_t key;

	for (size_t i = 0; i < count; i++) {
		put_text(&names, i, pets[i].name);
		put_text(&species, i, pets[i].species);
		put_key(&keys, i, &pets[i]);
	}
	MYSQL_STMT *statement = insert_rows(c, "insert into pets (name, species, owner_id) values (?, ?, ?) returning id", binds,
	                                    (unsigned int)count, &key);
	for (size_t i = 0; fetch(statement); i++)
		pets[i].id = key;
	mysql_stmt_close(statement);
}

static void insert(bench_run *run)
{
	MYSQL *c = connect_to(run);
	int64_t owner_count = bench_owner_count(run->n);
	const bench_owner *owner_data = bench_owners(owner_count);
	const bench_pet *pet_data = bench_pets(run->n, owner_count);

	bench_start(run);
	owner *owners = new_owners(owner_data, owner_count);
	execute(c, "start transaction");
	insert_owners(c, owners, (size_t)owner_count);
	pet *pets = new_pets(pet_data, run->n, owners);
	insert_pets(c, pets, (size_t)run->n);
	execute(c, "commit");
	bench_stop(run);

	touch_objects(run, owners, owner_count, pets);
	mysql_close(c);
}

/* ---- reading ---- */

/* What a row of pets is read into. */
typedef struct pet_row {
	int64_t       id, owner_id;
	char          name[TEXT_SIZE], species[TEXT_SIZE];
	unsigned long name_length, species_length;
	my_bool       no_pet, no_owner;
} pet_row;

static void bind_pet(pet_row *row, MYSQL_BIND binds[4])
{
	binds[0] = integer_bind(&row->id, &row->no_pet);
	binds[1] = text_bind(row->name, &row->name_length, NULL);
	binds[2] = text_bind(row->species, &row->species_length, NULL);
	binds[3] = integer_bind(&row->owner_id, &row->no_owner);
}

/* One behind the other, in memory that is never freed. */
static const char *keep_text(const char *text, size_t length)
{
	static char *next;
	static size_t room;

	if (room <= length) {
		next = bench_alloc(1, BLOCK);
		room = BLOCK;
	}
	char *copy = memcpy(next, text, length);
	copy[length] = '\0';
	next += length + 1;
	room -= length + 1;
	return copy;
}

static pet keep_pet(const pet_row *row)
{
	return (pet){
		.id = row->id, .name = keep_text(row->name, row->name_length), .species = keep_text(row->species, row->species_length),
		.has_owner = !row->no_owner, .owner_id = row->no_owner ? 0 : row->owner_id,
	};
}

/* Room for one more. */
static pet *add(pet **pets, size_t count)
{
	if ((count & (count - 1)) == 0 && !(*pets = realloc(*pets, 2 * (count + 1) * sizeof(**pets))))
		bench_fail("out of memory");
	return &(*pets)[count];
}

static void load(bench_run *run)
{
	MYSQL *c = connect_to(run);
	MYSQL_BIND binds[4];
	pet_row row;
	pet *pets = NULL;

	bench_start(run);
	MYSQL_STMT *statement = prepare(c, "select id, name, species, owner_id from pets");
	run_statement(statement);
	bind_pet(&row, binds);
	mysql_stmt_bind_result(statement, binds);
	for (size_t i = 0; fetch(statement); i++) {
		pet *p = add(&pets, i);
		*p = keep_pet(&row);
		touch_pet(run, p);
	}
	bench_stop(run);
	mysql_close(c);
}

/* The owners come in the order of their keys, each with its pets. */
static void joined(bench_run *run)
{
	MYSQL *c = connect_to(run);
	char name[TEXT_SIZE];
	unsigned long name_length;
	MYSQL_BIND binds[6];
	pet_row row;
	pet *pets = NULL;
	size_t count = 0;
	int64_t id, last = 0;

	bench_start(run);
	MYSQL_STMT *statement = prepare(c, "select o.id, o.name, p.id, p.name, p.species, p.owner_id"
	                                   " from owners o left join pets p on p.owner_id = o.id order by o.id");
	run_statement(statement);
	binds[0] = integer_bind(&id, NULL);
	binds[1] = text_bind(name, &name_length, NULL);
	bind_pet(&row, &binds[2]);
	mysql_stmt_bind_result(statement, binds);
	while (fetch(statement)) {
		owner o = { id, id == last ? NULL : keep_text(name, name_length) };
		if (o.id != last)
			bench_touch(run, bench_owner_sum(o.id, o.name));
		last = o.id;
		if (row.no_pet)
			continue;
		pet *p = add(&pets, count++);
		*p = keep_pet(&row);
		touch_pet(run, p);
	}
	bench_stop(run);
	mysql_close(c);
}

/* Run it, and look at each pet that it gives. */
static void touch_all(bench_run *run, MYSQL_STMT *statement, const pet_row *row)
{
	run_statement(statement);
	while (fetch(statement)) {
		pet p = keep_pet(row);
		touch_pet(run, &p);
	}
}

static void get_cold(bench_run *run)
{
	MYSQL *c = connect_to(run);
	MYSQL_BIND binds[4];
	pet_row row;
	int64_t key;

	bench_start(run);
	MYSQL_STMT *statement = prepare(c, "select id, name, species, owner_id from pets where id = ?");
	MYSQL_BIND parameter = integer_bind(&key, NULL);
	mysql_stmt_bind_param(statement, &parameter);
	bind_pet(&row, binds);
	mysql_stmt_bind_result(statement, binds);
	for (int64_t i = 0; i < run->n; i++) {
		if (i % SESSION == 0)
			execute(c, "start transaction");
		key = 1 + bench_pick((uint64_t)i, run->n);
		touch_all(run, statement, &row);
		if (i % SESSION == SESSION - 1 || i == run->n - 1)
			execute(c, "commit");
	}
	bench_stop(run);
	mysql_close(c);
}

static void query(bench_run *run)
{
	MYSQL *c = connect_to(run);
	char species[TEXT_SIZE];
	unsigned long length;
	MYSQL_BIND binds[4];
	pet_row row;
	int64_t after;

	bench_start(run);
	execute(c, "start transaction");
	MYSQL_STMT *statement =
		prepare(c, "select id, name, species, owner_id from pets where species = ? and id > ? order by id limit 20");
	MYSQL_BIND parameters[] = { text_bind(species, &length, NULL), integer_bind(&after, NULL) };
	mysql_stmt_bind_param(statement, parameters);
	bind_pet(&row, binds);
	mysql_stmt_bind_result(statement, binds);
	for (int64_t i = 0; i < run->n / 5; i++) {
		strcpy(species, bench_species((uint64_t)i));
		length = strlen(species);
		after = bench_pick((uint64_t)i, run->n);
		touch_all(run, statement, &row);
	}
	execute(c, "commit");
	bench_stop(run);
	mysql_close(c);
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
