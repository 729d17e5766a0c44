/* property.c - random pairs of schemas with rows: the difference applied leads to the second, its reverse back to the first, and no row is lost.
 *
 * Every column of row i holds 100 + i, in whatever type, so that any conversion, check and foreign key holds. */
#include "fixture.h"

#include <stdlib.h>
#include <time.h>

#include "migrate/diff.h"
#include "migrate/execute.h"

enum { PAIRS = 300, TABLES = 4, COLUMNS = 5, ROWS = 6 };

typedef struct column_spec {
	bool there;
	int  type;
	bool not_null; /* with a default then */
	bool has_default;
	bool check;
	int  unique; /* 1: with a name, 2: without */
	int  index;  /* 0: none; else a form of it */
	int  computed; /* 0: no; else which expression */
} column_spec;

typedef struct table_spec {
	bool        there;
	bool        composite_key; /* not of tables that others point at */
	bool        big_key;
	int         foreign;       /* 0: none; else its target and action */
	column_spec columns[COLUMNS];
} table_spec;

typedef struct schema_spec {
	table_spec tables[TABLES];
} schema_spec;

static const char *const types[] = { "INTEGER", "BIGINT", "SMALLINT", "VARCHAR(8)", "VARCHAR(20)", "VARCHAR", "TEXT",
	                             "DOUBLE PRECISION", "NUMERIC(8, 2)", "NUMERIC(10, 2)", "BLOB", "DATE", "TIMESTAMP" };

static int below(int n) { return rand() % n; }
static bool one_in(int n) { return below(n) == 0; }

static column_spec random_column(void)
{
	return (column_spec){
		.there = !one_in(3), .type = below(sizeof(types) / sizeof(*types)), .not_null = one_in(3), .has_default = one_in(3),
		.check = one_in(5), .unique = one_in(5) ? 1 + below(2) : 0, .index = one_in(4) ? 1 + below(5) : 0,
		.computed = one_in(8) ? 1 + below(3) : 0,
	};
}

static table_spec random_table(int number)
{
	table_spec table = { .there = !one_in(4), .composite_key = number >= 2 && one_in(3), .big_key = one_in(2),
		             .foreign = one_in(2) ? 1 + below(6) : 0 };

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
		for (int j = 0; j < COLUMNS; j++)
			if (one_in(3))
				new.tables[i].columns[j] = other.columns[j];
	}
	return new;
}

static void write_column(kin_text *out, const column_spec *c, int number)
{
	kin_text_addf(out, ",\n  c%d %s", number, types[c->type]);
	if (c->computed)
		kin_text_addf(out, " GENERATED ALWAYS AS (id * %d) %s", c->computed, c->computed == 3 ? "VIRTUAL" : "STORED");
	else if (c->not_null || c->has_default)
		kin_text_addf(out, "%s DEFAULT 100", c->not_null ? " NOT NULL" : "");
}

static void write_constraints(kin_text *out, const table_spec *t, int number)
{
	for (int i = 0; i < COLUMNS; i++) {
		if (!t->columns[i].there)
			continue;
		if (t->columns[i].check)
			kin_text_addf(out, ",\n  CONSTRAINT ck_t%d_c%d CHECK (c%d <> %d)", number, i, i, t->columns[i].type);
		if (t->columns[i].unique)
			kin_text_addf(out, ",\n  %s UNIQUE (id, c%d)", t->columns[i].unique == 2 ? "" : i % 2 ? "CONSTRAINT uq_a" : "CONSTRAINT uq_b", i);
		if (t->columns[i].unique == 1)
			break; /* two names are enough */
	}
}

static void write_foreign(kin_text *out, const schema_spec *s, const table_spec *t)
{
	static const char *const actions[] = { "", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE" };
	int target = t->foreign ? (t->foreign - 1) % 2 : 0;

	if (t->foreign && s->tables[target].there)
		kin_text_addf(out, ",\n  CONSTRAINT fk_r FOREIGN KEY (r) REFERENCES t%d (id)%s", target, actions[(t->foreign - 1) / 2]);
}

static void write_indexes(kin_text *out, const table_spec *t, int number)
{
	static const char *const forms[] = { "CREATE INDEX ix_%d_%d ON t%d (c%d);\n", "CREATE INDEX ix_%d_%d ON t%d (c%d DESC, id);\n",
		                             "CREATE INDEX ix_%d_%d ON t%d (id) WHERE c%d IS NOT NULL;\n",
		                             "CREATE INDEX ix_%d_%d ON t%d ((lower(c%d)));\n", "CREATE UNIQUE INDEX ix_%d_%d ON t%d (c%d, id);\n" };

	for (int i = 0; i < COLUMNS; i++)
		if (t->columns[i].there && t->columns[i].index) {
			switch (t->columns[i].index) {
			case 1: kin_text_addf(out, forms[0], number, i, number, i); break;
			case 2: kin_text_addf(out, forms[1], number, i, number, i); break;
			case 3: kin_text_addf(out, forms[2], number, i, number, i); break;
			case 4: kin_text_addf(out, forms[3], number, i, number, i); break;
			default: kin_text_addf(out, forms[4], number, i, number, i);
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
		              t->big_key ? "BIGINT" : "INTEGER", t->composite_key ? " NOT NULL" : " GENERATED BY DEFAULT AS IDENTITY");
		for (int j = 0; j < COLUMNS; j++)
			if (t->columns[j].there)
				write_column(&out, &t->columns[j], j);
		kin_text_addf(&out, ",\n  CONSTRAINT pk_t%d PRIMARY KEY (id%s)", i, t->composite_key ? ", k" : "");
		write_constraints(&out, t, i);
		kin_text_add(&out, ");\n");
		write_indexes(&out, t, i);
	}
	for (int i = 0; i < TABLES; i++) {
		kin_text line;
		kin_text_init(&line);
		write_foreign(&line, s, &s->tables[i]);
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
	unsigned    seed;
	fixture     f;
	schema_spec from, to;
	const char *from_text, *to_text;
} pair;

static void must(pair *p, const char *what, int rc, const kin_changes *changes)
{
	CHECK_MSG(rc >= 0, "seed %u, %s: %s\nfrom\n%sto\n%sby\n%s", p->seed, what, kin_error_text(&p->f.error), p->from_text, p->to_text,
	          changes ? changes_text(&p->f.arena, changes->items, changes->count) : "");
}

static void must_be(pair *p, const char *what, const kin_schema *expected, const kin_changes *changes)
{
	kin_changes left = { .arena = &p->f.arena };

	must(p, "comparing", kin_diff_schemas(&left, &kin_dialect_sqlite, fixture_reflect(&p->f), expected, NULL, &p->f.error), NULL);
	CHECK_MSG(left.count == 0, "seed %u, %s, left is\n%sfrom\n%sto\n%sby\n%s", p->seed, what, changes_text(&p->f.arena, left.items, left.count),
	          p->from_text, p->to_text, changes ? changes_text(&p->f.arena, changes->items, changes->count) : "");
}

/* Tables that were there all the time have all their rows. */
static void must_have_rows(pair *p)
{
	for (int i = 0; i < TABLES; i++)
		if (p->from.tables[i].there && p->to.tables[i].there)
			CHECK_INT(fixture_number(&p->f, kin_arena_printf(&p->f.arena, "SELECT sum(id) FROM t%d", i)),
			          ROWS * 100 + ROWS * (ROWS - 1) / 2);
	CHECK_INT(fixture_number(&p->f, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

static void check_pair(unsigned seed)
{
	pair p = { .seed = seed };

	srand(seed);
	fixture_open(&p.f, NULL);
	p.from = random_schema();
	p.to = mutate(&p.from);
	kin_changes changes = { .arena = &p.f.arena }, back = { .arena = &p.f.arena };
	p.from_text = write_schema(&p.f.arena, &p.from);
	p.to_text = write_schema(&p.f.arena, &p.to);
	kin_schema *from = fixture_schema(&p.f, p.from_text), *to = fixture_schema(&p.f, p.to_text);

	must(&p, "creating", create_schema(p.f.connection, &p.f.arena, from, &p.f.error), NULL);
	must_be(&p, "created", from, NULL);
	fixture_run(&p.f, "PRAGMA foreign_keys = OFF");
	insert_rows(&p.f, &p.from, &p.to);
	fixture_run(&p.f, "PRAGMA foreign_keys = ON");
	must(&p, "comparing", kin_diff_schemas(&changes, NULL, from, to, NULL, &p.f.error), NULL);
	must(&p, "reversing", kin_op_reverse_all(&back, from, changes.items, changes.count, &p.f.error), &changes);
	free_rows(&p.f, &p.from, &p.to);
	must(&p, "upgrading", kin_execute_transaction(p.f.connection, changes.items, changes.count, NULL, NULL, NULL, &p.f.error), &changes);
	must_be(&p, "upgraded", to, &changes);
	must_have_rows(&p);
	free_rows(&p.f, &p.to, &p.from);
	must(&p, "downgrading", kin_execute_transaction(p.f.connection, back.items, back.count, NULL, NULL, NULL, &p.f.error), &back);
	must_be(&p, "downgraded", from, &back);
	must_have_rows(&p);
	fixture_close(&p.f);
}

TEST(a_difference_applied_leaves_none_and_its_reverse_leads_back)
{
	unsigned seed = (unsigned)kin_test_seed("pairs of schemas");
	unsigned pairs = kin_test_repeats() ? 1 : (unsigned)kin_test_rounds(PAIRS);

	for (unsigned i = 0; i < pairs; i++)
		check_pair(seed + i);
}
