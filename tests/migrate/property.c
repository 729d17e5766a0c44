/* property.c - random pairs of schemas with rows: the difference applied leads to the second, its reverse back to the first, and no row is lost.
 *
 * Every column of row i holds 100 + i, in whatever type, so that any conversion, check and foreign key holds. A pair that does not is made
 * as small as it can be and still fail. */
#include "fixture.h"

#include <stdlib.h>
#include <time.h>

#include "db/servers.h"
#include "migrate/diff.h"
#include "migrate/execute.h"

enum { PAIRS = 2000, FEWER_PAIRS = 300, POSTGRESQL_PAIRS = 75, MARIADB_PAIRS = 40, FEWER_SERVER_PAIRS = 10, TABLES = 4, COLUMNS = 5, ROWS = 6 };

typedef struct column_spec {
	bool there;
	int  type;
	bool not_null; /* with a default then */
	bool has_default;
	bool check;
	int  unique; /* 1: with a name, 2: without */
	int  index;  /* 0: none; else a form of it */
	int  computed; /* 0: no; else which expression */
	int  collation; /* 1: another than the usual, of texts */
	int  comment;   /* 0: none */
	int  name;      /* of its check and unique constraint: each has two */
} column_spec;

typedef struct table_spec {
	bool        there;
	bool        composite_key; /* not of tables that others point at */
	bool        big_key;
	int         foreign;       /* 0: none; else its target and action */
	int         identity;      /* 0: the database makes the number, 1: never the same one, 2: it does not */
	int         comment;
	column_spec columns[COLUMNS];
} table_spec;

typedef struct schema_spec {
	table_spec tables[TABLES];
} schema_spec;

static const char *const types[] = { "INTEGER", "BIGINT", "SMALLINT", "VARCHAR(8)", "VARCHAR(20)", "VARCHAR", "TEXT",
	                             "DOUBLE PRECISION", "ENUM ('100', '101', '102', '103', '104', '105')",
	                             "ENUM ('99', '100', '101', '102', '103', '104', '105', '106')", "NUMERIC(8, 2)", "NUMERIC(10, 2)", "BLOB",
	                             "DATE", "TIMESTAMP" };

enum { FIRST_TEXT = 3, LAST_TEXT = 6, SERVER_TYPES = 10 }; /* servers convert the first of them into one another */

static bool on_server, on_mariadb;
static fixture server; /* the connection to it */

static int below(int n) { return rand() % n; }
static bool one_in(int n) { return below(n) == 0; }

static column_spec random_column(void)
{
	return (column_spec){
		.there = !one_in(3), .type = below(on_server ? SERVER_TYPES : (int)(sizeof(types) / sizeof(*types))), .not_null = one_in(3), .has_default = one_in(3),
		.check = one_in(5), .unique = one_in(5) ? 1 + below(2) : 0, .index = one_in(4) ? 1 + below(5) : 0,
		.computed = one_in(8) ? 1 + below(3) : 0, .collation = one_in(4), .comment = below(3), .name = below(2),
	};
}

/* MariaDB's foreign keys are of their targets' type. */
static table_spec random_table(int number)
{
	table_spec table = { .there = !one_in(4), .composite_key = number >= 2 && one_in(3), .big_key = one_in(2) || on_mariadb,
		             .foreign = one_in(2) ? 1 + below(6) : 0, .identity = one_in(3) ? 1 + below(2) : 0, .comment = below(3) };

	for (int i = 0; i < COLUMNS; i++)
		table.columns[i] = random_column();
	return table;
}

static schema_spec random_schema(void)
{
	schema_spec schema;

	for (int i = 0; i < TABLES; i++)
		schema.tables[i] = random_table(i);
	return schema;
}

static bool is_enum(int type) { return type == 8 || type == 9; }
static bool is_text(int type) { return type >= FIRST_TEXT && type <= LAST_TEXT; }
static bool has_no_length(int type) { return type == LAST_TEXT || type == LAST_TEXT - 1; }

/* 100.0 is no label. */
static bool converts(int from, int to)
{
	return is_enum(from) == is_enum(to) || is_text(is_enum(from) ? to : from);
}

static schema_spec mutate(const schema_spec *old)
{
	schema_spec new = *old;

	for (int i = 0; i < TABLES; i++) {
		table_spec other = random_table(i);
		if (one_in(4))
			new.tables[i].there = other.there;
		if (one_in(3))
			new.tables[i].foreign = other.foreign;
		if (one_in(3))
			new.tables[i].composite_key = other.composite_key;
		if (one_in(4))
			new.tables[i].identity = other.identity;
		if (one_in(4))
			new.tables[i].comment = other.comment;
		for (int j = 0; j < COLUMNS; j++)
			if (one_in(3) && converts(old->tables[i].columns[j].type, other.columns[j].type))
				new.tables[i].columns[j] = other.columns[j];
	}
	return new;
}

/* What is 100 + i in row i, whatever else there is. MariaDB computes nothing from a column that it numbers. */
static const char *number_column(void) { return on_mariadb ? "k" : "id"; }

static const char *other_collation(void)
{
	return on_mariadb ? " COLLATE utf8mb4_bin" : on_server ? " COLLATE \"C\"" : " COLLATE nocase";
}

static void write_column(kin_text *out, const column_spec *c, int number)
{
	bool text = is_text(c->type);

	if (c->computed) {
		kin_text_addf(out, ",\n  c%d BIGINT GENERATED ALWAYS AS (%s * %d) %s", number, number_column(), c->computed,
		              c->computed == 3 ? "VIRTUAL" : "STORED");
		return;
	}
	kin_text_addf(out, ",\n  c%d %s%s", number, types[c->type], text && c->collation ? other_collation() : "");
	if (c->not_null || c->has_default)
		kin_text_addf(out, "%s DEFAULT %s", c->not_null ? " NOT NULL" : "", text || c->type > 7 ? "'100'" : "100");
	if (c->comment)
		kin_text_addf(out, " COMMENT 'it''s %d'", c->comment);
}

/* On servers names of unique constraints are those of indexes, of which the whole schema has one of a name. */
static const char *unique_name(int table, int which)
{
	static const char *const names[TABLES][2] = {
		{ "CONSTRAINT uq_0a", "CONSTRAINT uq_0b" }, { "CONSTRAINT uq_1a", "CONSTRAINT uq_1b" },
		{ "CONSTRAINT uq_2a", "CONSTRAINT uq_2b" }, { "CONSTRAINT uq_3a", "CONSTRAINT uq_3b" },
	};

	return names[table][which];
}

static void write_constraints(kin_text *out, const table_spec *t, int number)
{
	for (int i = 0; i < COLUMNS; i++) {
		if (!t->columns[i].there)
			continue;
		if (t->columns[i].check)
			kin_text_addf(out, ",\n  CONSTRAINT ck_t%d_c%d_%d CHECK ((c%d IS NULL) OR (%s BETWEEN %d AND 1000))", number, i,
			              t->columns[i].name, i, number_column(), t->columns[i].type);
		if (t->columns[i].unique)
			kin_text_addf(out, ",\n  %s UNIQUE (%s, c%d)",
			              t->columns[i].unique == 2 ? "" : t->columns[i].name ? unique_name(number, 0) : unique_name(number, 1),
			              number_column(), i);
		if (t->columns[i].unique == 1)
			break; /* two names are enough */
	}
}

static void write_foreign(kin_text *out, const schema_spec *s, const table_spec *t, int number)
{
	static const char *const actions[] = { "", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE" };
	int target = t->foreign ? (t->foreign - 1) % 2 : 0;

	if (t->foreign && s->tables[target].there)
		kin_text_addf(out, ",\n  CONSTRAINT fk_r%d FOREIGN KEY (r) REFERENCES t%d (id)%s", number, target, actions[(t->foreign - 1) / 2]);
}

/* MariaDB has none of some rows only, of expressions, and of texts without a length, but unique ones. */
static int index_form(const column_spec *c)
{
	if (!on_mariadb || c->index == 0 || c->index > 4)
		return c->index;
	if (has_no_length(c->type) && !c->computed)
		return 0;
	return c->index > 2 ? 1 : c->index;
}

static void write_indexes(kin_text *out, const table_spec *t, int number)
{
	static const char *const forms[] = { "CREATE INDEX ix_%d_%d ON t%d (c%d);\n", "CREATE INDEX ix_%d_%d ON t%d (c%d DESC, id);\n",
		                             "CREATE INDEX ix_%d_%d ON t%d (id) WHERE c%d IS NOT NULL;\n",
		                             "CREATE INDEX ix_%d_%d ON t%d ((c%d IS NULL));\n", "CREATE UNIQUE INDEX ix_%d_%d ON t%d (c%d, %s);\n" };

	for (int i = 0; i < COLUMNS; i++)
		if (t->columns[i].there) {
			switch (index_form(&t->columns[i])) {
			case 0: break;
			case 1: kin_text_addf(out, forms[0], number, i, number, i); break;
			case 2: kin_text_addf(out, forms[1], number, i, number, i); break;
			case 3: kin_text_addf(out, forms[2], number, i, number, i); break;
			case 4: kin_text_addf(out, forms[3], number, i, number, i); break;
			default: kin_text_addf(out, forms[4], number, i, number, i, number_column());
			}
		}
}

static const char *write_schema(kin_arena *arena, const schema_spec *s)
{
	kin_text out;

	kin_text_init(&out);
	for (int i = 0; i < TABLES; i++) {
		const table_spec *t = &s->tables[i];
		if (!t->there)
			continue;
		kin_text_addf(&out, "CREATE TABLE t%d (\n  id %s%s,\n  k INTEGER NOT NULL DEFAULT 100,\n  r BIGINT", i,
		              t->big_key ? "BIGINT" : "INTEGER", t->composite_key || t->identity == 2 ? " NOT NULL" : t->identity == 1 ? " AUTOINCREMENT" : " GENERATED BY DEFAULT AS IDENTITY");
		for (int j = 0; j < COLUMNS; j++)
			if (t->columns[j].there)
				write_column(&out, &t->columns[j], j);
		kin_text_addf(&out, ",\n  CONSTRAINT pk_t%d PRIMARY KEY (id%s)", i, t->composite_key ? ", k" : "");
		write_constraints(&out, t, i);
		kin_text_addf(&out, t->comment ? ") COMMENT 'the %d';\n" : ");\n", t->comment);
		write_indexes(&out, t, i);
	}
	for (int i = 0; i < TABLES; i++) {
		kin_text line;
		kin_text_init(&line);
		write_foreign(&line, s, &s->tables[i], i);
		if (s->tables[i].there && line.length > 0)
			kin_text_addf(&out, "ALTER TABLE t%d ADD %s;\n", i, line.data + 2);
		kin_text_done(&line);
	}
	const char *kept = kin_arena_strdup(arena, out.data);
	kin_text_done(&out);
	return kept;
}

/* NULL only where neither schema forbids it: that a change refuses such rows is tested elsewhere. */
static void insert_rows(fixture *f, const schema_spec *s, const schema_spec *later)
{
	for (int i = 0; i < TABLES; i++)
		for (int row = 0; s->tables[i].there && row < ROWS; row++) {
			kin_text sql;
			kin_text_init(&sql);
			kin_text_addf(&sql, "INSERT INTO t%d (id, k, r", i);
			for (int j = 0; j < COLUMNS; j++)
				if (s->tables[i].columns[j].there && !s->tables[i].columns[j].computed)
					kin_text_addf(&sql, ", c%d", j);
			kin_text_addf(&sql, ") VALUES (%d, %d, %d", 100 + row, 100 + row, 100 + row);
			for (int j = 0; j < COLUMNS; j++)
				if (s->tables[i].columns[j].there && !s->tables[i].columns[j].computed)
					kin_text_addf(&sql, one_in(2) || s->tables[i].columns[j].not_null || later->tables[i].columns[j].not_null ? ", '%d'" : ", NULL", 100 + row);
			kin_text_add(&sql, ")");
			fixture_run(f, sql.data);
			kin_text_done(&sql);
		}
}

/* A table that comes is empty: nothing may point at it. */
static void free_rows(fixture *f, const schema_spec *now, const schema_spec *next)
{
	for (int i = 0; i < TABLES; i++) {
		int target = next->tables[i].foreign ? (next->tables[i].foreign - 1) % 2 : 0;
		if (now->tables[i].there && next->tables[i].foreign && !now->tables[target].there)
			fixture_run(f, kin_arena_printf(&f->arena, "UPDATE t%d SET r = NULL", i));
	}
}

typedef struct pair {
	const char *url; /* NULL: SQLite in memory */
	unsigned    seed; /* of its rows */
	fixture     f;
	schema_spec from, to;
	const char *from_text, *to_text;
	char       *why; /* what is wrong with it; NULL: nothing */
} pair;

/* Whether it went well; else why not is kept. */
static bool well(pair *p, const char *what, int rc, const kin_changes *changes)
{
	if (rc >= 0)
		return true;
	kin_text why;
	kin_text_init(&why);
	kin_text_addf(&why, "%s: %s%s%s\nfrom\n%sto\n%sby\n%s", what, kin_error_text(&p->f.error), p->f.error.sql ? "\n" : "",
	              p->f.error.sql ? p->f.error.sql : "", p->from_text, p->to_text,
	              changes ? changes_text(&p->f.arena, changes->items, changes->count) : "");
	p->why = kin_text_take(&why);
	return false;
}

static bool is(pair *p, const char *what, const kin_schema *expected, const kin_changes *changes)
{
	kin_changes left = { .arena = &p->f.arena };

	if (!well(p, "comparing",
	          kin_diff_schemas(&left, kin_connection_dialect(p->f.connection), fixture_reflect(&p->f), expected, NULL, &p->f.error), NULL))
		return false;
	if (left.count == 0)
		return true;
	kin_error_set(&p->f.error, KIN_EDIFFERENT, "left is\n%s", changes_text(&p->f.arena, left.items, left.count));
	return well(p, what, KIN_EDIFFERENT, changes);
}

/* Tables that were there all the time have all their rows. */
static bool has_rows(pair *p, const char *what)
{
	for (int i = 0; i < TABLES; i++)
		if (p->from.tables[i].there && p->to.tables[i].there &&
		    fixture_number(&p->f, kin_arena_printf(&p->f.arena, "SELECT CAST(sum(id) AS %s) FROM t%d", on_mariadb ? "SIGNED" : "BIGINT", i)) !=
		        ROWS * 100 + ROWS * (ROWS - 1) / 2) {
			kin_error_set(&p->f.error, KIN_EDIFFERENT, "rows of t%d are lost", i);
			return well(p, what, KIN_EDIFFERENT, NULL);
		}
	if (!p->url && fixture_number(&p->f, "SELECT count(*) FROM pragma_foreign_key_check") != 0) {
		kin_error_set(&p->f.error, KIN_EDIFFERENT, "rows point at nothing");
		return well(p, what, KIN_EDIFFERENT, NULL);
	}
	return true;
}

static void fill(pair *p)
{
	srand(p->seed);
	fixture_run(&p->f, on_mariadb ? "SET foreign_key_checks = 0" : p->url ? "SET session_replication_role = replica" : "PRAGMA foreign_keys = OFF");
	insert_rows(&p->f, &p->from, &p->to);
	fixture_run(&p->f, on_mariadb ? "SET foreign_key_checks = 1" : p->url ? "SET session_replication_role = origin" : "PRAGMA foreign_keys = ON");
	for (int i = 0; i < TABLES; i++) { /* such as were put in with a key that points nowhere */
		int target = p->from.tables[i].foreign ? (p->from.tables[i].foreign - 1) % 2 : 0;
		if (p->url && p->from.tables[i].there && !p->from.tables[target].there)
			fixture_run(&p->f, kin_arena_printf(&p->f.arena, "UPDATE t%d SET r = NULL", i));
	}
}

static bool goes_there_and_back(pair *p)
{
	kin_changes changes = { .arena = &p->f.arena }, back = { .arena = &p->f.arena };
	kin_schema *from = fixture_schema(&p->f, p->from_text), *to = fixture_schema(&p->f, p->to_text);

	if (!well(p, "creating", create_schema(p->f.connection, &p->f.arena, from, &p->f.error), NULL) || !is(p, "created", from, NULL))
		return false;
	fill(p);
	if (!well(p, "comparing", kin_diff_schemas(&changes, NULL, from, to, NULL, &p->f.error), NULL) ||
	    !well(p, "reversing", kin_op_reverse_all(&back, from, changes.items, changes.count, &p->f.error), &changes))
		return false;
	free_rows(&p->f, &p->from, &p->to);
	if (!well(p, "upgrading", kin_execute_transaction(p->f.connection, changes.items, changes.count, NULL, NULL, NULL, &p->f.error), &changes) ||
	    !is(p, "upgraded", to, &changes) || !has_rows(p, "upgraded"))
		return false;
	free_rows(&p->f, &p->to, &p->from);
	return well(p, "downgrading", kin_execute_transaction(p->f.connection, back.items, back.count, NULL, NULL, NULL, &p->f.error), &back) &&
	       is(p, "downgraded", from, &back) && has_rows(p, "downgraded");
}

static void open_pair(pair *p)
{
	if (!p->url) {
		fixture_open(&p->f, NULL);
		return;
	}
	p->f = (fixture){ .db = server.db, .connection = server.connection };
	make_empty(server.connection);
}

static void close_pair(pair *p)
{
	if (!p->url) {
		fixture_close(&p->f);
		return;
	}
	kin_arena_done(&p->f.arena);
	kin_error_clear(&p->f.error);
}

static bool holds(pair *p)
{
	free(p->why);
	p->why = NULL;
	open_pair(p);
	p->from_text = write_schema(&p->f.arena, &p->from);
	p->to_text = write_schema(&p->f.arena, &p->to);
	bool well_done = goes_there_and_back(p);
	close_pair(p);
	return well_done;
}

/* Keep the smaller pair if it fails too. */
static void try_smaller(pair *p, const pair *smaller)
{
	pair attempt = *smaller;

	attempt.why = NULL;
	if (memcmp(&attempt.from, &p->from, sizeof(p->from)) == 0 && memcmp(&attempt.to, &p->to, sizeof(p->to)) == 0)
		return;
	if (holds(&attempt))
		return;
	free(p->why);
	*p = attempt;
}

/* Without one thing after the other, as long as that leaves it failing. */
static void shrink(pair *p)
{
	static const column_spec plain = { .there = true, .type = FIRST_TEXT };
	pair smaller;

	for (int i = 0; i < TABLES; i++) {
		smaller = *p;
		smaller.from.tables[i].there = smaller.to.tables[i].there = false;
		try_smaller(p, &smaller);
		smaller = *p;
		smaller.from.tables[i].foreign = smaller.to.tables[i].foreign = 0;
		try_smaller(p, &smaller);
		smaller = *p;
		smaller.to.tables[i] = smaller.from.tables[i];
		try_smaller(p, &smaller);
		for (int j = 0; j < COLUMNS; j++) {
			smaller = *p;
			smaller.from.tables[i].columns[j].there = smaller.to.tables[i].columns[j].there = false;
			try_smaller(p, &smaller);
			smaller = *p;
			smaller.to.tables[i].columns[j] = smaller.from.tables[i].columns[j];
			try_smaller(p, &smaller);
			smaller = *p;
			smaller.from.tables[i].columns[j] = smaller.to.tables[i].columns[j] = plain;
			try_smaller(p, &smaller);
		}
	}
}

static void check_pair(const char *url, unsigned seed)
{
	pair p = { .seed = seed, .url = url };

	on_server = url != NULL;
	on_mariadb = url && strncmp(url, "mariadb:", 8) == 0;
	srand(seed);
	memset(&p.from, 0, sizeof(p.from));
	p.from = random_schema();
	p.to = mutate(&p.from);
	if (holds(&p))
		return;
	shrink(&p);
	kin_test_fail(__FILE__, __LINE__, "seed %u, as small as it gets: %s", seed, p.why);
}

static void check_pairs(const char *url, int most)
{
	unsigned seed = (unsigned)kin_test_seed("pairs of schemas");
	unsigned pairs = kin_test_repeats() ? 1 : (unsigned)kin_test_rounds(most);

	for (unsigned i = 0; i < pairs; i++)
		check_pair(url, seed + i);
}

/* Thousands only where they take seconds: not with sanitizers, nor where less is asked for. */
static int pairs_for_sqlite(void) { return with_sanitizer() || getenv("KIN_SCALE") ? FEWER_PAIRS : PAIRS; }

TEST(a_difference_applied_leaves_none_and_its_reverse_leads_back) { check_pairs(NULL, pairs_for_sqlite()); }

/* One connection for all pairs, as servers take their time to begin one. */
static void check_server(const char *url)
{
	fixture_open(&server, url);
	check_pairs(url, with_sanitizer() ? FEWER_SERVER_PAIRS : strncmp(url, "mariadb", 7) == 0 ? MARIADB_PAIRS : POSTGRESQL_PAIRS);
	fixture_close(&server);
}

TEST(a_difference_applied_to_postgresql_leaves_none_and_its_reverse_leads_back) { each_server("postgresql", check_server); }
TEST(a_difference_applied_to_mariadb_leaves_none_and_its_reverse_leads_back) { each_server("mariadb", check_server); }
