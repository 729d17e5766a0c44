/* types.c - members of every kind, from kin_new() through the database and back. */
#include "orm_test.h"

#include "base/mem.h"
#include "db/connection.h"
#include "orm/registry.h"
#include "orm/site.h"
#include "schema/schema.h"
#include "sql/ddl.h"

typedef enum species { DOG, CAT, BIRD } species;
KIN_NULLABLE(species);
typedef enum __attribute__((packed)) mood { CALM, WILD } mood;

/* A type of one's own: an amount in cents, kept as "12.34 EUR". */
typedef struct money {
	int64_t cents;
	bool    none;
} money;

static int bind_money(const void *member, kin_custom_memory *memory, kin_value *ret_value)
{
	const money *m = member;
	char *text = m->none ? NULL : kin_custom_alloc(memory, 40);

	if (m->cents < 0)
		return KIN_ERANGE;
	if (!m->none && !text)
		return KIN_ENOMEM;
	if (text)
		snprintf(text, 40, "%lld.%02d EUR", (long long)(m->cents / 100), (int)(m->cents % 100));
	*ret_value = kin_value_text(text);
	return KIN_OK;
}

static int read_money(void *member, const kin_value *value, kin_custom_memory *memory)
{
	money *m = member;
	long long whole;
	int cents, end = 0;

	(void)memory;
	if (value->kind == KIN_KIND_NULL) {
		*m = (money){ .none = true };
		return KIN_OK;
	}
	if (sscanf(value->as.data, "%lld.%2d EUR%n", &whole, &cents, &end) != 2 || end == 0)
		return KIN_EVALUE;
	*m = (money){ .cents = whole * 100 + cents };
	return KIN_OK;
}

static int compare_money(const void *a, const void *b)
{
	const money *x = a, *y = b;

	return x->none != y->none || (!x->none && x->cents != y->cents);
}

static const kin_custom_type money_type = {
	.name = "money", .size = sizeof(money), .kind = KIN_KIND_TEXT, .column = "VARCHAR(40)",
	.bind = bind_money, .result = read_money, .compare = compare_money,
};

KIN_DECLARE(Sample);
struct Sample {
	kin_uuid                  id;
	int8_t                    i1;
	uint8_t                   u1;
	uint16_t                  u2;
	uint32_t                  u4;
	uint64_t                  u8;
	kin_nullable(uint64_t)    maybe_u8;
	kin_decimal               price;
	kin_nullable(kin_decimal) maybe_price;
	kin_uuid                  token;
	kin_nullable(kin_uuid)    maybe_token;
	kin_json                  data;
	kin_nullable(kin_json)    maybe_data;
	species                   kind;
	kin_nullable(species)     maybe_kind;
	mood                      temper;
	char                      code[9];
	char                      note[20];
	money                     cost;
	money                     maybe_cost;
	kin_bytes                 raw;
};

KIN_MODEL(Sample, "samples") {
	kin_column(id, .primary_key = true, .default_fn = kin_default_uuid);
	kin_column(i1);
	kin_column(u1);
	kin_column(u2);
	kin_column(u4);
	kin_column(u8);
	kin_column(maybe_u8);
	kin_column(price, .precision = 12, .scale = 2);
	kin_column(maybe_price, .precision = 12, .scale = 2);
	kin_column(token);
	kin_column(maybe_token);
	kin_column(data);
	kin_column(maybe_data);
	kin_enum(kind, "dog", "cat", "bird");
	kin_nullable_enum(maybe_kind, "dog", "cat", "bird");
	kin_enum_column(temper, kin_labels("calm", "wild"), .column = "mood");
	kin_column(code);
	kin_column(note, .nullable = true);
	kin_custom(cost, &money_type);
	kin_custom(maybe_cost, &money_type, .nullable = true);
	kin_column(raw);
	kin_repr("<Sample {kind} {code} {price}>");
}

static int64_t clock_of_tests = 1000;

static kin_value tick(void)
{
	return kin_value_timestamp((kin_timestamp){ clock_of_tests++ });
}

#define stamps_fields \
	kin_timestamp created; \
	kin_timestamp changed
#define stamps_columns \
	kin_column(created, .default_fn = tick); \
	kin_column(changed, .default_fn = tick, .update_fn = tick)

KIN_DECLARE(Item);
struct Item {
	int64_t               id;
	const char           *name;
	int32_t               quantity;
	int32_t               each;
	kin_nullable(int32_t) total;
	const char           *state;
	kin_nullable(int32_t) rank;
	species               kind;
	kin_fields(stamps);
};

KIN_MODEL(Item, "items") {
	kin_column(id, .primary_key = true);
	kin_column(name, .length = 40, .comment = "what it is called");
	kin_column(quantity, .default_value = kin_value_int32(1));
	kin_column(each, .column = "price_each");
	kin_column(total, .computed = "quantity * price_each", .computed_stored = true);
	kin_column(state, .default_sql = "'new'", .nullable = false, .length = 20);
	kin_column(rank, .default_value = kin_value_int32(7));
	kin_enum_column(kind, kin_labels("dog", "cat", "bird"));
	kin_include(stamps);
}

static kin_session *session;

/* The tables of these models, in the database's own words. */
static void begin(void)
{
	const kin_dialect *dialect = kin_db_dialect_of(test_open());
	static const char *const tables[] = { "items", "samples" };
	kin_arena arena = { 0 };
	kin_schema schema;
	kin_text text;

	CHECK_INT(kin_registry_configure(kin_registry_default(), NULL), KIN_OK);
	CHECK_INT(kin_registry_schema(kin_registry_default(), &arena, &schema, NULL), KIN_OK);
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		kin_text_init(&text);
		kin_text_addf(&text, "DROP TABLE IF EXISTS %s", tables[i]);
		test_run(text.data);
		kin_text_clear(&text);
		kin_ddl_table(dialect, &text, kin_schema_table(&schema, tables[i]));
		test_run(text.data);
		kin_text_done(&text);
	}
	kin_arena_done(&arena);
	session = test_session();
	test_forget();
}

static kin_decimal decimal(const char *text)
{
	kin_decimal d = { 0 };

	CHECK_INT(kin_decimal_parse(text, &d), KIN_OK);
	return d;
}

static kin_uuid uuid(const char *text)
{
	kin_uuid u = { 0 };

	CHECK_INT(kin_uuid_parse(text, &u), KIN_OK);
	return u;
}

static const char token[] = "5e3ab5c1-9f7a-4a53-8c22-0123456789ab";

static Sample *add_sample(void)
{
	Sample *sample = kin_new(session, Sample, .i1 = INT8_MIN, .u1 = UINT8_MAX, .u2 = UINT16_MAX, .u4 = UINT32_MAX, .u8 = INT64_MAX,
	                         .maybe_u8 = kin_some(uint64_t, 5), .price = decimal("12.5"),
	                         .maybe_price = kin_some(kin_decimal, decimal("-0.01")), .token = uuid(token),
	                         .maybe_token = kin_some(kin_uuid, kin_uuid_v4()), .data = { "{\"a\": [1, 2]}" },
	                         .maybe_data = kin_some(kin_json, kin_json_of("null")), .kind = BIRD, .maybe_kind = kin_some(species, CAT),
	                         .temper = WILD, .code = "AB12", .note = "tabby", .cost = { 1234, false },
	                         .maybe_cost = { 5, false }, .raw = { "\0\1", 2 });

	kin_add(session, sample);
	return sample;
}

/* What another session finds. */
static const Sample *found_by_other(void)
{
	return kin_one(test_session(), Sample, "");
}

TEST(every_kind_of_member_comes_back)
{
	begin();
	const Sample *mine = add_sample();
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_OK(session);
	const Sample *other = found_by_other();
	CHECK(other && other != mine);
	CHECK(memcmp(&other->id, &mine->id, sizeof(kin_uuid)) == 0);
	CHECK_INT(other->i1, INT8_MIN);
	CHECK_INT(other->u1, UINT8_MAX);
	CHECK_INT(other->u2, UINT16_MAX);
	CHECK_INT(other->u4, UINT32_MAX);
	CHECK(other->u8 == INT64_MAX && other->maybe_u8.value == 5);
	CHECK_INT(kin_decimal_compare(other->price, decimal("12.50")), 0);
	CHECK_INT(kin_decimal_compare(other->maybe_price.value, decimal("-0.01")), 0);
	CHECK(memcmp(&other->token, &mine->token, sizeof(kin_uuid)) == 0);
	CHECK(memcmp(&other->maybe_token.value, &mine->maybe_token.value, sizeof(kin_uuid)) == 0);
	CHECK_TEXT(other->data.text, "{\"a\": [1, 2]}");
	CHECK_TEXT(other->maybe_data.value.text, "null");
	CHECK_INT(other->kind, BIRD);
	CHECK(other->maybe_kind.present && other->maybe_kind.value == CAT);
	CHECK_INT(other->temper, WILD);
	CHECK_TEXT(other->code, "AB12");
	CHECK_TEXT(other->note, "tabby");
	CHECK_INT(other->cost.cents, 1234);
	CHECK_INT(other->maybe_cost.cents, 5);
	CHECK_INT(other->raw.size, 2);
	test_close();
}

TEST(many_rows_of_every_kind_are_saved_at_once)
{
	char price[20];

	begin();
	for (int i = 0; i < 40; i++) {
		Sample *sample = add_sample();
		snprintf(price, sizeof(price), "%d.25", i);
		sample->price = decimal(price);
		sample->maybe_kind.present = i % 2;
		sample->maybe_data.present = i % 3;
	}
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_OK(session);
	kin_session *other = test_session();
	Sample_list all = kin_all(other, Sample, "order by price");
	CHECK_INT(all.count, 40);
	for (size_t i = 0; i < all.count; i++) {
		CHECK_INT(kin_decimal_compare(all.items[i]->price, kin_decimal_of((int64_t)i * 100 + 25, 2)), 0);
		CHECK_INT(all.items[i]->maybe_kind.present, i % 2);
		CHECK_INT(all.items[i]->maybe_data.present, i % 3 != 0);
		CHECK_INT(all.items[i]->cost.cents, 1234);
	}
	for (size_t i = 0; i < all.count; i++)
		strcpy(kin_edit(other, Sample, all.items[i])->code, "new");
	CHECK_INT(kin_commit(other), KIN_OK);
	CHECK_INT(kin_count(session, Sample, "code = 'new'"), 40);
	test_close();
}

TEST(every_kind_of_member_can_be_null_or_empty)
{
	begin();
	kin_add(session, kin_new(session, Sample, .data = { "{}" }, .maybe_cost = { 0, true }));
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_OK(session);
	const Sample *other = found_by_other();
	CHECK(other);
	CHECK(!other->maybe_u8.present && !other->maybe_price.present && !other->maybe_token.present && !other->maybe_data.present);
	CHECK(!other->maybe_kind.present && other->maybe_cost.none && !other->raw.data);
	CHECK_TEXT(other->code, "");
	CHECK_TEXT(other->note, "");
	CHECK_INT(kin_count(session, Sample, "note is null and code = ''"), 1);
	test_close();
}

TEST(a_row_knows_which_of_its_members_changed)
{
	begin();
	Sample *sample = add_sample();
	CHECK_INT(kin_commit(session), KIN_OK);
	kin_session *other = test_session();
	Sample *again = kin_edit(other, Sample, kin_one(other, Sample, ""));
	test_forget();
	again->price = decimal("12.500"); /* the same number */
	strcpy(again->code, "AB12");
	again->data.text = "{\"a\": [1, 2]}";
	CHECK_INT(kin_commit(other), KIN_OK);
	CHECK_NO_SQL();
	strcpy(again->code, "XY");
	again->kind = DOG;
	again->cost.cents = 99;
	CHECK_INT(kin_commit(other), KIN_OK);
	CHECK_SQL("UPDATE samples SET kind = ");
	kin_refresh(session, sample);
	CHECK_TEXT(sample->code, "XY");
	CHECK_INT(sample->kind, DOG);
	CHECK_INT(sample->cost.cents, 99);
	test_close();
}

TEST(a_rollback_brings_every_kind_of_member_back)
{
	begin();
	Sample *sample = add_sample();
	CHECK_INT(kin_commit(session), KIN_OK);
	kin_edit(session, Sample, sample);
	strcpy(sample->code, "other");
	sample->price = decimal("1");
	sample->maybe_kind.present = false;
	sample->data.text = "[]";
	CHECK_INT(kin_flush(session), KIN_OK);
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_TEXT(sample->code, "AB12");
	CHECK_INT(kin_decimal_compare(sample->price, decimal("12.5")), 0);
	CHECK(sample->maybe_kind.present);
	CHECK_TEXT(sample->data.text, "{\"a\": [1, 2]}");
	test_close();
}

/* What a flush says, after one of the members was made wrong. */
static void check_refused(Sample *sample, int code, const char *sentence)
{
	CHECK(sample);
	CHECK_INT(kin_flush(session), code);
	CHECK_HAS(kin_errmsg(session), sentence);
	CHECK_INT(kin_rollback(session), KIN_OK);
}

TEST(what_no_column_holds_is_refused_before_it_is_sent)
{
	Sample *s;

	begin();
	s = add_sample(), s->kind = 7;
	check_refused(s, KIN_EVALUE, "Sample.kind: 7 is none of 'dog', 'cat', 'bird'");
	s = add_sample(), s->price = decimal("1.005");
	check_refused(s, KIN_ERANGE, "Sample.price: 1.005 has 3 decimals; the column holds 2; kin_decimal_round() rounds");
	s = add_sample(), s->price = decimal("12345678901");
	check_refused(s, KIN_ERANGE, "Sample.price: 12345678901 has 11 digits in front of the point; the column holds 10");
	s = add_sample(), s->data.text = "{a: 1}";
	check_refused(s, KIN_EVALUE, "Sample.data: '{a: 1}' is not valid JSON");
	s = add_sample(), s->data.text = NULL;
	check_refused(s, KIN_ENOTNULL, "Sample.data must not be NULL");
	s = add_sample(), memset(s->code, 'x', sizeof(s->code));
	check_refused(s, KIN_ELENGTH, "Sample.code: no NUL ends the text in a member of type char[9]");
	s = add_sample(), s->cost.cents = -1;
	check_refused(s, KIN_ERANGE, "the member is no money that can be stored");
	test_close();
}

TEST(an_unsigned_integer_above_the_largest_bigint_is_kept_or_refused)
{
	begin();
	Sample *sample = add_sample();
	sample->u8 = UINT64_MAX;
	if (test_on_sqlite()) {
		check_refused(sample, KIN_ERANGE, "Sample.u8");
	} else {
		CHECK_INT(kin_commit(session), KIN_OK);
		CHECK(found_by_other()->u8 == UINT64_MAX);
		CHECK_INT(kin_count(session, Sample, "u8 = ?", UINT64_MAX), 1);
	}
	test_close();
}

/* SQLite alone stores what does not fit its column. */
static void check_invalid(const char *assignment, int code, const char *sentence)
{
	char sql[200];

	snprintf(sql, sizeof(sql), "UPDATE samples SET %s", assignment);
	test_run(sql);
	kin_session *other = test_session();
	CHECK(!kin_one(other, Sample, ""));
	CHECK_MSG(kin_errcode(other) == code, "%s: %s", assignment, kin_errmsg(other));
	CHECK_HAS(kin_errmsg(other), sentence);
	CHECK_HAS(kin_errmsg(other), "the row of 'samples' with id '");
	kin_rollback(other);
	CHECK_INT(kin_all(other, Sample, "").count, 0);
	CHECK_INT(kin_errcode(other), code);
	kin_rollback(other);
}

TEST(invalid_content_is_an_error_that_names_row_column_and_value)
{
	begin();
	if (test_on_sqlite()) {
		add_sample();
		CHECK_INT(kin_commit(session), KIN_OK);
		test_run("PRAGMA ignore_check_constraints = on");
		check_invalid("i1 = 128", KIN_ERANGE, "column 'i1' of the result: 128 is outside the range of an 8-bit integer (-128 to 127)");
		check_invalid("i1 = 0, u1 = -1", KIN_ERANGE, "column 'u1' of the result: -1 is outside the range");
		check_invalid("u1 = 'many'", KIN_EVALUE, "column 'u1' of the result: 'many' is text");
		check_invalid("u1 = 1, price = 'dear'", KIN_EVALUE, "column 'price' of the result: 'dear' is not a decimal such as 12.50");
		check_invalid("price = 1, token = 'abc'", KIN_EVALUE, "column 'token' of the result: 'abc' is not a uuid");
		check_invalid("token = id, data = '{'", KIN_EVALUE, "column 'data' of the result: '{' is not valid JSON");
		check_invalid("data = '1', kind = 'dogg'", KIN_EVALUE,
		              "column 'kind' of the result: 'dogg' is none of 'dog', 'cat', 'bird'; did you mean 'dog'?");
		check_invalid("kind = 'dog', code = 'much too long'", KIN_ELENGTH,
		              "column 'code' of the result: 'much too long' has 13 bytes; a char[9] holds 8 and a NUL");
		check_invalid("code = '', cost = 'free'", KIN_EVALUE, "column 'cost' of the result: 'free' is not money");
		check_invalid("cost = '1.00 EUR', u8 = -5", KIN_ERANGE, "column 'u8' of the result: -5 is outside");
		test_run("UPDATE samples SET u8 = 5");
		CHECK(found_by_other());
	}
	test_close();
}

TEST(queries_compare_members_of_every_kind)
{
	const char *ids[] = { token };
	species kinds[] = { DOG, BIRD };

	begin();
	const Sample *sample = add_sample();
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_count(session, Sample, "id = ?", sample->id), 1);
	CHECK_INT(kin_count(session, Sample, "token = ? and token = '5E3AB5C1-9f7a-4a53-8c22-0123456789ab'", token), 1);
	CHECK_INT(kin_count(session, Sample, "token in (?)", kin_array(ids, 1)), 1);
	CHECK_INT(kin_count(session, Sample, "kind = ? and kind = ? and kind = 'bird'", BIRD, "bird"), 1);
	CHECK_INT(kin_count(session, Sample, "kind in (?) and kind in ('cat', 'bird')", kin_array(kinds, 2)), 1);
	CHECK_INT(kin_count(session, Sample, "maybe_kind = ?", kin_none(int32_t)), 0);
	CHECK_INT(kin_count(session, Sample, "price = ? and price > ? and price < ? and price = 12.5", decimal("12.50"), "12.49", 13), 1);
	CHECK_INT(kin_count(session, Sample, "price between ? and ?", decimal("12.5"), 12.5), 1);
	CHECK_INT(kin_count(session, Sample, "code = ? and length(code) = 4 and code like 'AB%'", "AB12"), 1);
	CHECK_INT(kin_count(session, Sample, "cost = ?", "12.34 EUR"), 1);
	CHECK_INT(kin_count(session, Sample, "u4 = ? and i1 < 0", UINT32_MAX), 1);
	CHECK_INT(kin_count(session, Sample, "json_value(data, '$.a[1]') = '2'"), 1);
	CHECK_OK(session);
	test_close();
}

TEST(arguments_that_no_row_can_have_are_errors)
{
	begin();
	CHECK_INT(kin_count(session, Sample, "token = ?", "abc"), -1);
	CHECK_HAS(kin_errmsg(session), "Sample.token: 'abc' is not a uuid such as");
	kin_rollback(session);
	CHECK_INT(kin_count(session, Sample, "kind = ?", "dgo"), -1);
	CHECK_HAS(kin_errmsg(session), "Sample.kind: 'dgo' is none of 'dog', 'cat', 'bird'; did you mean 'dog'? (argument 1)");
	kin_rollback(session);
	CHECK_INT(kin_count(session, Sample, "kind = ?", 3), -1);
	CHECK_HAS(kin_errmsg(session), "Sample.kind: 3 is none of");
	kin_rollback(session);
	CHECK_INT(kin_count(session, Sample, "price = ?", "dear"), -1);
	CHECK_HAS(kin_errmsg(session), "Sample.price: 'dear' is not a decimal");
	kin_rollback(session);
	CHECK(kin_update(session, Sample, "u1 = ?", 256) < 0);
	CHECK_HAS(kin_errmsg(session), "Sample.u1: 256 is outside the range of an 8-bit unsigned integer (0 to 255)");
	kin_rollback(session);
	CHECK(kin_update(session, Sample, "price = ?", decimal("0.001")) < 0);
	CHECK_HAS(kin_errmsg(session), "Sample.price: 0.001 has 3 decimals");
	kin_rollback(session);
	CHECK(kin_update(session, Sample, "code = ?", "much too long") < 0);
	CHECK_HAS(kin_errmsg(session), "Sample.code holds 8 bytes, but argument 1 has 13");
	kin_rollback(session);
	CHECK(kin_update(session, Item, "total = ?", 3) < 0);
	CHECK_HAS(kin_errmsg(session), "Item.total is computed by the database");
	test_close();
}

TEST(an_object_with_a_uuid_for_a_key_is_found_in_the_identity_map)
{
	begin();
	const Sample *sample = add_sample();
	CHECK_INT(kin_commit(session), KIN_OK);
	test_forget();
	CHECK(kin_get(session, Sample, sample->id) == sample);
	CHECK_NO_SQL();
	CHECK(kin_one(session, Sample, "kind = ?", BIRD) == sample);
	CHECK(!kin_get(session, Sample, kin_uuid_v4()));
	test_close();
}

TEST(defaults_fill_what_a_new_row_leaves_blank)
{
	begin();
	const Item *item = kin_new(session, Item, .name = "nut", .each = 3);
	const Item *full = kin_new(session, Item, .name = "bolt", .quantity = 5, .each = 2, .state = "old", .rank = kin_some(int32_t, 0));
	kin_add(session, (Item *)(uintptr_t)item);
	kin_add(session, (Item *)(uintptr_t)full);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_OK(session);
	CHECK_INT(item->quantity, 1);
	CHECK_INT(item->rank.value, 7);
	CHECK_TEXT(item->state, "new");
	CHECK(item->created.us >= 1000);
	CHECK_INT(full->quantity, 5);
	CHECK(full->rank.present && full->rank.value == 0);
	CHECK_TEXT(full->state, "old");
	test_close();
}

TEST(computed_columns_are_read_back_and_never_written)
{
	begin();
	Item *item = kin_new(session, Item, .name = "nut", .quantity = 4, .each = 3, .total = kin_some(int32_t, 99));
	kin_add(session, item);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_OK(session);
	CHECK_INT(item->total.value, 12);
	test_forget();
	kin_edit(session, Item, item);
	item->each = 5;
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(item->total.value, 20);
	CHECK_SQL("UPDATE items SET price_each = ", "SELECT total FROM items WHERE id = ");
	item->total.value = 1;
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_NO_SQL();
	test_close();
}

TEST(an_update_sets_what_is_set_on_update)
{
	begin();
	Item *item = kin_new(session, Item, .name = "nut");
	kin_add(session, item);
	CHECK_INT(kin_commit(session), KIN_OK);
	int64_t created = item->created.us, changed = item->changed.us;
	kin_edit(session, Item, item);
	item->name = "bolt";
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_OK(session);
	CHECK_INT(item->created.us, created);
	CHECK(item->changed.us > changed);
	kin_edit(session, Item, item);
	item->name = "screw";
	item->changed.us = 5;
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(item->changed.us, 5);
	CHECK_INT(kin_count(session, Item, "changed = ?", item->changed), 1);
	test_close();
}

TEST(each_database_has_its_own_words_for_the_types)
{
	static const struct { const kin_dialect *dialect; const char *golden; } all[] = {
		{ NULL, "orm/schema/types_portable.sql" },
		{ &kin_dialect_sqlite, "orm/schema/types_sqlite.sql" },
		{ &kin_dialect_postgresql, "orm/schema/types_postgresql.sql" },
		{ &kin_dialect_mariadb, "orm/schema/types_mariadb.sql" },
	};
	kin_arena arena = { 0 };
	kin_schema schema;

	CHECK_INT(kin_registry_configure(kin_registry_default(), NULL), KIN_OK);
	CHECK_INT(kin_registry_schema(kin_registry_default(), &arena, &schema, NULL), KIN_OK);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		kin_text text;
		kin_text_init(&text);
		kin_ddl_table(all[i].dialect, &text, kin_schema_table(&schema, "items"));
		kin_text_add(&text, ";\n");
		kin_ddl_table(all[i].dialect, &text, kin_schema_table(&schema, "samples"));
		kin_text_add(&text, ";\n");
		GOLDEN(all[i].golden, text.data);
		kin_text_done(&text);
	}
	kin_arena_done(&arena);
}

/* ---- mistakes in models ---- */

static const char *mistakes_of(kin_model *model)
{
	static char text[2000];
	kin_registry *registry = kin_registry_new();
	kin_error error = { 0 };

	CHECK_INT(kin_registry_add(registry, model), KIN_OK);
	kin_registry_configure(registry, &error);
	snprintf(text, sizeof(text), "%s", kin_error_text(&error));
	kin_error_clear(&error);
	kin_registry_free(registry);
	return text;
}

typedef struct Odd {
	int64_t     id;
	kin_decimal price;
	const char *name;
	species     kind;
	int32_t     cost;
	int32_t     sum;
} Odd;

static void map_odd(kin_mapper *kin_mapper_, void *unused)
{
	const Odd *kin_self_ = unused;

	kin_column(id, .primary_key = true);
	kin_column(price, .precision = 40);
	kin_column(name, .scale = 2, .default_value = kin_value_int32(3));
	kin_enum(kind, "dog", "cat", "dog");
	kin_custom(cost, &money_type);
	kin_column(sum, .computed = "1", .default_sql = "2");
}

TEST(mistakes_with_types_are_reported_together)
{
	kin_model odd = { .name = "Odd", .table = "odd", .size = sizeof(Odd), .map = map_odd, .file = "odd.c", .line = 1 };
	const char *text = mistakes_of(&odd);

	CHECK_HAS(text, "Odd.price: .precision = 40, .scale = 0: a decimal has 1 to 38 digits");
	CHECK_HAS(text, "Odd.name: .precision and .scale are for a kin_decimal, and this is const char *");
	CHECK_HAS(text, "Odd.name: .default_value is a 32-bit integer, and the member is const char *");
	CHECK_HAS(text, "Odd.kind: 0 and 2 are both 'dog'");
	CHECK_HAS(text, "Odd.cost has 4 bytes, but a money has 16");
	CHECK_HAS(text, "Odd.sum: the database makes a computed column: it has no default and is no key");
}

/* ---- kin check ---- */

static const char *problems(const char *text, int kind)
{
	static char shown[2000];
	const uint8_t kinds[] = { (uint8_t)kind };
	kin_error error = { 0 };
	kin_site site = {
		.model = &Sample_model, .text = text, .kinds = kinds, .count = kind != KIN_KIND_NULL, .verb = KIN_VERB_ALL, .file = "app.c",
		.line = 41,
	};

	kin_site_check(kin_registry_default(), &site, &error);
	snprintf(shown, sizeof(shown), "%s", kin_error_text(&error));
	kin_error_clear(&error);
	return shown;
}

TEST(kin_check_knows_the_kinds)
{
	CHECK_INT(kin_registry_configure(kin_registry_default(), NULL), KIN_OK);
	CHECK_TEXT(problems("kind = 'cat' and token = '5e3ab5c1-9f7a-4a53-8c22-0123456789ab' and kind in ('cat', 'bird')", KIN_KIND_NULL), "");
	CHECK_TEXT(problems("kind = 'cta'", KIN_KIND_NULL),
	           "app.c:41: Sample.kind: 'cta' is none of 'dog', 'cat', 'bird'; did you mean 'cat'?");
	CHECK_TEXT(problems("kind in ('dog', 'brid')", KIN_KIND_NULL),
	           "app.c:41: Sample.kind: 'brid' is none of 'dog', 'cat', 'bird'; did you mean 'bird'?");
	CHECK_TEXT(problems("kind = 1", KIN_KIND_NULL), "app.c:41: Sample.kind is an enum: write its label, or a ? for the C enum");
	CHECK_TEXT(problems("token = 'abc'", KIN_KIND_NULL), "app.c:41: Sample.token is a uuid, and 'abc' is none");
	CHECK_TEXT(problems("token = ?", KIN_KIND_UUID), "");
	CHECK_TEXT(problems("token = ?", KIN_KIND_TEXT), "");
	CHECK_TEXT(problems("token = ?", KIN_KIND_INT32), "app.c:41: Sample.token is a uuid, but argument 1 is a 32-bit integer");
	CHECK_TEXT(problems("price = ?", KIN_KIND_DOUBLE), "");
	CHECK_TEXT(problems("price = ?", KIN_KIND_DATE), "app.c:41: Sample.price is a decimal, but argument 1 is a date");
	CHECK_TEXT(problems("kind = ?", KIN_KIND_DOUBLE), "app.c:41: Sample.kind is an enum, but argument 1 is a double");
	CHECK_TEXT(problems("code = ?", KIN_KIND_INT32), "app.c:41: Sample.code is text, but argument 1 is a 32-bit integer");
}

FUSED(saving_every_kind_survives_any_allocation_failing)
{
	static long n;

	kin_fuse_set(-1);
	begin();
	kin_fuse_set(n++);
	Sample *sample = kin_new(session, Sample, .price = kin_decimal_of(5, 0), .data = { "[1]" },
	                         .maybe_data = kin_some(kin_json, kin_json_of("2")), .code = "x", .kind = CAT);
	if (sample)
		kin_add(session, sample);
	int rc = sample ? kin_flush(session) : KIN_ENOMEM;
	const Sample *found = rc == KIN_OK ? kin_first(session, Sample, "kind = ? and price = ?", CAT, "5.00") : NULL;
	if (rc == KIN_OK)
		rc = kin_errcode(session);
	if (!kin_fuse_blown())
		n = 0;
	CHECK(rc < 0 || found == sample);
	test_close();
	return rc;
}
