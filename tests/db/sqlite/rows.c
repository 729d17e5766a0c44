/* Tests of db/sqlite/rows.c, and of what is read there. */
#include <stdlib.h>

#include "db/database.h"

typedef struct pet {
	int64_t     id;
	const char *name;
	kin_bytes   tag;
} pet;

static const kin_cell cells[] = {
	{ offsetof(pet, id), 0, KIN_KIND_INT64, 0, NULL }, { offsetof(pet, name), 1, KIN_KIND_TEXT, 0, NULL },
	{ offsetof(pet, tag), 2, KIN_KIND_BYTES, 0, NULL },
};

static const kin_mould mould = { .blank = &(const pet){ 0 }, .size = sizeof(pet), .cells = cells, .count = 3 };

typedef struct taking {
	kin_statement *statement;
	kin_arena      arena;
	kin_error     *error;
	int64_t        sum;
	int            rows;
	int            stop_at; /* a row; 0: none */
	int            with;    /* the code to stop with */
} taking;

static int take(void *context)
{
	taking *t = context;
	bool null;
	pet *p;

	t->sum += kin_statement_int64(t->statement, 0, &null);
	if (++t->rows == t->stop_at)
		return t->with;
	p = kin_statement_make(t->statement, &mould, &t->arena, t->error);
	if (!p)
		return t->error->code;
	CHECK_INT((uintptr_t)p->tag.data & 7 && p->tag.size > 0, 0);
	return p->id == kin_statement_int64(t->statement, 0, &null) ? KIN_OK : KIN_EDIFFERENT;
}

static kin_sql sql_rows(const char *text, uint32_t columns)
{
	kin_sql sql = sql_kept(text);

	sql.rows = columns;
	return sql;
}

static const char many[] = "with n(i) as (select 1 union all select i + 1 from n where i < 1000) "
                           "select i, substr(hex(zeroblob(i)), 1, i % 90), zeroblob(i % 20) from n where i <> ?";

static int take_all(kin_connection *c, kin_sql sql, int64_t but, taking *t)
{
	kin_value value = kin_value_int64(but);
	int rc;

	t->statement = prepare(c, sql);
	if ((rc = kin_statement_bind(t->statement, 0, &value, t->error)) == KIN_OK)
		rc = kin_statement_each(t->statement, take, t, t->error);
	kin_statement_close(t->statement);
	kin_arena_done(&t->arena);
	return rc;
}

TEST(every_row_is_taken_once_with_the_values_that_were_bound)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_sql sql = sql_rows(many, 3);
	kin_error error = { 0 };

	for (int64_t but = 0; but < 3; but++) {
		taking t = { .error = &error };
		CHECK_MSG(take_all(c, sql, but, &t) == KIN_OK, "%s", kin_error_text(&error));
		CHECK_INT(t.rows, but == 0 ? 1000 : 999);
		CHECK_INT(t.sum, 500500 - but);
	}
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(taking_rows_can_be_ended_well_or_with_an_error)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_sql each = sql_rows(many, 3), stepped = sql_kept(many);
	kin_error error = { 0 };

	for (int i = 0; i < 2; i++) {
		taking well = { .error = &error, .stop_at = 10, .with = 1 };
		taking badly = { .error = &error, .stop_at = 20, .with = KIN_ESTALE };
		CHECK_INT(take_all(c, i == 0 ? each : stepped, 0, &well), KIN_OK);
		CHECK_INT(well.rows, 10);
		CHECK_INT(take_all(c, i == 0 ? each : stepped, 0, &badly), KIN_ESTALE);
		CHECK_INT(badly.rows, 20);
		CHECK(!error.code);
	}
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(more_columns_than_a_function_can_take_are_stepped_through)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	kin_text text;
	taking t = { .error = &error };

	kin_text_init(&text);
	kin_text_add(&text, "select 7, 'Ben', x'00'");
	for (int i = 3; i < 300; i++)
		kin_text_addf(&text, ", %d", i);
	kin_text_add(&text, " where ? is not null");
	CHECK(kin_text_ok(&text));
	CHECK_INT(take_all(c, sql_rows(text.data, 300), 1, &t), KIN_OK);
	CHECK_INT(t.rows, 1);
	CHECK_INT(t.sum, 7);
	kin_text_done(&text);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(errors_tell_the_statement_that_was_asked_for)
{
	static const char wrong[] = "select 1 as id, 2 as number, x'' as tag where ?";
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	taking t = { .error = &error };

	CHECK_INT(take_all(c, sql_rows(wrong, 3), 1, &t), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "column 'number' of the result: 2");
	CHECK_TEXT(error.sql, wrong);
	kin_error_clear(&error);
	CHECK_INT(take_all(c, sql_rows("select abs(-9223372036854775807 - 1), '', x'' where ?", 3), 1, &t) < 0, 1);
	CHECK_HAS(error.sql, "select abs");
	CHECK(!strstr(error.sql, "kin_row"));
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

static void note(void *context, const kin_trace_event *event)
{
	snprintf(context, 200, "%s|%d", event->sql, event->rc);
}

TEST(the_statement_that_was_asked_for_is_traced)
{
	static const char text[] = "select 1, 'a', x'' where ?";
	char seen[200] = "";
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	taking t = { .error = &error };

	kin_db_trace(db, note, seen);
	CHECK_INT(take_all(c, sql_rows(text, 3), 1, &t), KIN_OK);
	CHECK_TEXT(seen, "select 1, 'a', x'' where ?|0");
	kin_db_trace(db, NULL, NULL);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(nobody_else_can_call_kin_row)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table pets (id integer primary key)");
	run(c, "insert into pets values (1)");
	CHECK(failure(c, "select kin_row(id) from pets", &error) < 0);
	CHECK_HAS(kin_error_text(&error), "kin's own statements");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* Every length around the sizes that are copied differently, with a NUL at each place. */
TEST(texts_of_any_length_come_back_and_none_with_a_nul)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_arena arena = { 0 };
	char text[200], sql[300];

	for (int length = 0; length < 150; length++) {
		memset(text, 'x', sizeof(text));
		text[length] = '\0';
		snprintf(sql, sizeof(sql), "select 1, '%s', x'0102'", text);
		kin_statement *s = first_row(c, sql);
		pet *p = kin_statement_make(s, &mould, &arena, NULL);
		CHECK_TEXT(p->name, text);
		CHECK_INT(p->tag.size, 2);
		kin_statement_close(s);
		for (int nul = 0; nul < length && length < 80; nul++) {
			snprintf(sql, sizeof(sql), "select 1, '%.*s' || char(0) || '%.*s', null", nul, text, length - nul - 1, text);
			s = first_row(c, sql);
			CHECK_MSG(!kin_statement_make(s, &mould, &arena, NULL), "%s", sql);
			CHECK_INT(kin_statement_borrow(s, cells, 3, &(pet){ 0 }, &arena, NULL), KIN_EVALUE);
			kin_statement_close(s);
		}
	}
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(what_is_larger_than_a_chunk_is_made_too)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_statement *s = first_row(c, "select 5, hex(zeroblob(50000)), zeroblob(70000)");
	kin_arena arena = { 0 };

	for (int i = 0; i < 3; i++) {
		pet *p = kin_statement_make(s, &mould, &arena, NULL);
		CHECK_INT(strlen(p->name), 100000);
		CHECK_INT(p->tag.size, 70000);
		kin_arena_keep(p);
	}
	kin_statement_close(s);
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
}

FUSED(taking_rows_survives_any_allocation_failing)
{
	kin_db *db = kin_db_open(&(kin_db_options){ .url = "sqlite://" }, NULL);
	kin_error error = { 0 };
	kin_connection *c = NULL;
	taking t = { .error = &error };
	kin_sql sql = sql_rows("select 1, 'Ben', x'01' where ?1 union all select 2, 'Ada', x'02'", 3);
	kin_value value = kin_value_int64(1);
	int rc = db ? kin_db_acquire(db, &c, &error) : KIN_ENOMEM;

	if (rc == KIN_OK)
		rc = kin_statement_open(c, &sql, &t.statement, &error);
	if (rc == KIN_OK && (rc = kin_statement_bind(t.statement, 0, &value, &error)) == KIN_OK)
		rc = kin_statement_each(t.statement, take, &t, &error);
	CHECK_INT(rc == KIN_OK && t.rows != 2, 0);
	kin_statement_close(t.statement);
	kin_arena_done(&t.arena);
	kin_db_release(db, c);
	kin_db_close(db);
	kin_error_clear(&error);
	return rc;
}

/* ---- one by one ---- */

static kin_sql sql_walked(const char *text, uint32_t columns)
{
	kin_sql sql = sql_rows(text, columns);

	sql.walked = columns > 0;
	return sql;
}

/* Until `most` rows have come. What the last call returned. */
static int walk_some(kin_connection *c, kin_sql sql, int most, taking *t)
{
	kin_value value = kin_value_int64(0);
	int rc;

	t->statement = prepare(c, sql);
	if ((rc = kin_statement_bind(t->statement, 0, &value, t->error)) == KIN_OK)
		while (t->rows < most && (rc = kin_statement_walk(t->statement, take, t, t->error)) > 0)
			;
	if (rc <= 0)
		CHECK_INT(kin_statement_walk(t->statement, take, t, t->error), 0);
	kin_statement_close(t->statement);
	kin_arena_done(&t->arena);
	return rc;
}

TEST(rows_that_are_walked_are_the_same_and_come_one_by_one)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	for (uint32_t columns = 0; columns <= 3; columns += 3) { /* 0: stepped through */
		kin_sql sql = sql_walked(many, columns);
		taking some = { .error = &error }, all = { .error = &error }, badly = { .error = &error, .stop_at = 20, .with = KIN_ESTALE };
		CHECK_INT(walk_some(c, sql, 7, &some), 1);
		CHECK_INT(some.sum, 28);
		CHECK_INT(walk_some(c, sql, 2000, &all), 0);
		CHECK_INT(all.rows, 1000);
		CHECK_INT(all.sum, 500500);
		if (columns > 0)
			CHECK_INT(walk_some(c, sql, 2000, &badly), KIN_ESTALE);
		CHECK_INT(badly.rows, columns > 0 ? 20 : 0);
	}
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(statements_that_are_walked_by_turns_do_not_disturb_each_other)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	taking t[2] = { { .error = &error }, { .error = &error } };
	kin_value value = kin_value_int64(0);

	for (int i = 0; i < 2; i++) {
		t[i].statement = prepare(c, sql_walked(many, 3));
		CHECK_INT(kin_statement_bind(t[i].statement, 0, &value, &error), KIN_OK);
	}
	for (int n = 0; n < 300; n++)
		CHECK_INT(kin_statement_walk(t[n % 3 == 0].statement, take, &t[n % 3 == 0], &error), 1);
	CHECK_INT(t[0].sum, 200 * 201 / 2);
	CHECK_INT(t[1].sum, 100 * 101 / 2);
	for (int i = 0; i < 2; i++) {
		kin_statement_close(t[i].statement);
		kin_arena_done(&t[i].arena);
	}
	kin_db_release(db, c);
	kin_db_close(db);
}
