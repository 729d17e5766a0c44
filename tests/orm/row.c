/* row.c - what an attribute makes of a member of a row: enums, char[N], custom types, and those that are NULL. */
#include <kin/select.h>

#include "base/mem.h"
#include "models.h"
#include "orm/site.h"

typedef enum fur { SHORT, LONG, CURLY } fur;
KIN_NULLABLE(fur);
typedef enum __attribute__((packed)) mood { CALM, WILD } mood;

/* A weight in grams, kept in kilograms. */
typedef struct weight {
	int64_t grams;
	bool    none;
	char    unit[4];
} weight;

static int bind_weight(const void *member, kin_custom_memory *memory, kin_value *ret_value)
{
	const weight *w = member;

	(void)memory;
	*ret_value = w->none ? kin_value_null(NULL) : kin_value_double((double)w->grams / 1000);
	return KIN_OK;
}

static int read_weight(void *member, const kin_value *value, kin_custom_memory *memory)
{
	weight w = { .none = value->kind == KIN_KIND_NULL, .unit = "g" };

	(void)memory;
	if (!w.none)
		w.grams = (int64_t)(value->as.real * 1000);
	memcpy(member, &w, sizeof(w));
	return w.grams < 0 ? KIN_ERANGE : KIN_OK;
}

static const kin_custom_type weight_type = {
	.name = "weight", .size = sizeof(weight), .kind = KIN_KIND_DOUBLE, .bind = bind_weight, .result = read_weight,
};

KIN_DECLARE(Furry);
struct Furry {
	int64_t                id;
	fur                    coat;
	kin_nullable(fur)      lining;
	mood                   temper;
	char                   code[9];
	weight                 heavy;
	kin_decimal            price;
	kin_uuid               token;
	kin_json               data;
	kin_nullable(kin_date) born;
};

KIN_MODEL(Furry, "furries") {
	kin_column(id, .primary_key = true);
	kin_enum(coat, "short", "long", "curly");
	kin_nullable_enum(lining, "short", "long", "curly");
	kin_enum_column(temper, kin_labels("calm", "wild"), .column = "mood");
	kin_column(code);
	kin_custom(heavy, &weight_type, .nullable = true);
	kin_column(price, .precision = 10, .scale = 2);
	kin_column(token);
	kin_column(data);
	kin_column(born);
}

static kin_session *filled(void)
{
	kin_session *s;

	models_open();
	MODELS_CREATE("furries");
	s = test_session();
	kin_add(s, kin_new(s, Furry, .coat = LONG, .lining = kin_some(fur, CURLY), .temper = WILD, .code = "AB12", .heavy = { .grams = 1500 },
	                   .price = kin_decimal_of(1250, 2), .token = kin_uuid_v4(), .data = { "{\"a\": 1}" },
	                   .born = kin_some(kin_date, kin_date_of(2020, 2, 29))));
	kin_add(s, kin_new(s, Furry, .coat = CURLY, .code = "XY", .heavy = { .none = true }, .data = { "[]" }));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	test_forget();
	return s;
}

typedef struct Looks {
	fur               coat;
	kin_nullable(fur) lining;
	mood              temper;
	const char       *label;
	char              code[9];
	weight            heavy;
	double            kilos;
} Looks;
KIN_ROW(Looks, coat, lining, temper, label, code, heavy, kilos);

TEST(members_are_what_their_attributes_are)
{
	kin_session *s = filled();
	Looks_list rows = kin_select(s, Looks, "select coat, lining, temper, coat as label, code, heavy, heavy as kilos from Furry where id = ?", 1);

	CHECK_SQL("SELECT furries.coat AS coat, furries.lining AS lining, furries.mood AS temper, furries.coat AS label, furries.code AS code, "
	          "furries.heavy AS heavy, furries.heavy AS kilos FROM furries WHERE furries.id = ?");
	CHECK_OK(s);
	CHECK_INT(rows.count, 1);
	CHECK_INT(rows.items[0]->coat, LONG);
	CHECK(rows.items[0]->lining.present && rows.items[0]->lining.value == CURLY);
	CHECK_INT(rows.items[0]->temper, WILD);
	CHECK_TEXT(rows.items[0]->label, "long");
	CHECK_TEXT(rows.items[0]->code, "AB12");
	CHECK_INT(rows.items[0]->heavy.grams, 1500);
	CHECK_TEXT(rows.items[0]->heavy.unit, "g");
	CHECK(rows.items[0]->kilos == 1.5);
	test_close();
}

typedef struct Traits {
	fur               coat;
	kin_nullable(fur) lining;
	char              code[3];
	weight            heavy;
} Traits;
KIN_ROW(Traits, coat, lining, code, heavy);

TEST(what_gives_an_attribute_as_it_is_fills_its_members_too)
{
	kin_session *s = filled();
	const Traits *row = kin_select_first(s, Traits,
		"with t as (select max(coat) as coat, (select min(lining) from Furry) as lining, max(heavy) as heavy from Furry where id < ?) "
		"select t.coat, t.lining, upper('ab') as code, coalesce(t.heavy, t.heavy) as heavy from t", 2);

	CHECK_SQL("WITH RECURSIVE t (coat, lining, heavy) AS (SELECT max(furries.coat) AS coat, (SELECT min(furries_1.lining) FROM furries AS furries_1) AS "
	          "lining, max(furries.heavy) AS heavy FROM furries WHERE furries.id < ?) SELECT t.coat AS coat, t.lining AS lining, upper('ab') AS code, "
	          "coalesce(t.heavy, t.heavy) AS heavy FROM t LIMIT 1");
	CHECK_OK(s);
	CHECK_INT(row->coat, LONG);
	CHECK_INT(row->lining.value, CURLY);
	CHECK_TEXT(row->code, "AB");
	CHECK_INT(row->heavy.grams, 1500);
	test_close();
}

TEST(null_is_none_of_the_labels_and_the_empty_text)
{
	kin_session *s = filled();
	Traits_list rows = kin_select(s, Traits, "select coat, lining, nullif(code, 'XY') as code, heavy from Furry where id = ?", 2);

	CHECK_OK(s);
	CHECK_INT(rows.count, 1);
	CHECK_INT(rows.items[0]->coat, CURLY);
	CHECK(!rows.items[0]->lining.present);
	CHECK_TEXT(rows.items[0]->code, "");
	CHECK(rows.items[0]->heavy.none);
	rows = kin_select(s, Traits, "select lining as coat, lining, code, heavy from Furry where id = ?", 2);
	CHECK_INT(rows.count, 0);
	CHECK_INT(kin_errcode(s), KIN_ENOTNULL);
	test_close();
}

TEST(a_text_too_long_for_its_member_says_row_and_column)
{
	kin_session *s = filled();
	Traits_list rows = kin_select(s, Traits, "select coat, lining, code, heavy from Furry order by id desc");

	CHECK_INT(rows.count, 0);
	CHECK_INT(kin_errcode(s), KIN_ELENGTH);
	CHECK_HAS(kin_errmsg(s), "row 2: column 'code' of the result: 'AB12' has 4 bytes; a char[3] holds 2 and a NUL");
	test_close();
}

typedef struct Exact {
	kin_decimal              price;
	kin_nullable(kin_uuid)   token;
	kin_json                 data;
	kin_nullable(kin_date)   born;
	char                     printed[37];
} Exact;
KIN_ROW(Exact, price, token, data, born, printed);

TEST(decimals_uuids_json_and_dates_are_members_of_rows)
{
	kin_session *s = filled();
	Exact_list rows = kin_select(s, Exact, "select price, token, data, born, token as printed from Furry order by id");

	CHECK_OK(s);
	CHECK_INT(rows.count, 2);
	CHECK_INT(kin_decimal_compare(rows.items[0]->price, kin_decimal_of(1250, 2)), 0);
	CHECK(rows.items[0]->token.present && rows.items[1]->token.present);
	CHECK_TEXT(rows.items[0]->data.text, "{\"a\": 1}");
	CHECK_INT(rows.items[0]->born.value.days, kin_date_of(2020, 2, 29).days);
	CHECK_INT(strlen(rows.items[0]->printed), 36);
	CHECK(!rows.items[1]->born.present);
	CHECK_TEXT(rows.items[1]->printed, "00000000-0000-0000-0000-000000000000");
	test_close();
}

typedef struct Codes {
	char code[9];
	char first[2];
} Codes;
KIN_ROW(Codes, code, first);

TEST(own_sql_fills_texts_of_a_size_but_no_labels)
{
	kin_session *s = filled();
	Codes_list rows = kin_sql(s, Codes, "SELECT code, substr(code, 1, 1) AS first FROM furries ORDER BY id");

	CHECK_OK(s);
	CHECK_INT(rows.count, 2);
	CHECK_TEXT(rows.items[0]->code, "AB12");
	CHECK_TEXT(rows.items[1]->first, "X");
	CHECK_INT(kin_sql(s, Codes, "SELECT code, code AS first FROM furries ORDER BY id").count, 0);
	CHECK_HAS(kin_errmsg(s), "row 1: column 'first' of the result: 'AB12' has 4 bytes; a char[2] holds 1 and a NUL");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_sql(s, Traits, "SELECT 0 AS coat, 1 AS lining, 'a' AS code, 1 AS heavy").count, 0);
	CHECK_HAS(kin_errmsg(s), "Traits.lining is of a type that only an attribute fills: kin_select() knows them");
	test_close();
}

static const char *wrong(const char *text, const kin_row *row)
{
	static kin_error error;
	kin_site site = { .row = row, .text = text, .verb = KIN_VERB_ROWS, .file = "app.c", .line = 7, .kinds = (const uint8_t *)"" };

	kin_error_clear(&error);
	CHECK_INT(kin_site_check(kin_registry_default(), &site, &error), KIN_EQUERY);
	return kin_error_text(&error);
}

#define WRONG(Row, text) wrong(text, &kin_row_##Row##_)

TEST(what_no_attribute_fills_is_told_before_the_program_runs)
{
	CHECK_INT(kin_registry_configure(kin_registry_default(), NULL), KIN_OK);
	CHECK_TEXT(WRONG(Traits, "select upper(code) as coat, lining, code, heavy from Furry"),
	           "app.c:7: Traits.coat is a 32-bit unsigned integer, but what goes there is text (a C enum is filled by an attribute that is one)");
	CHECK_TEXT(WRONG(Traits, "select coat, 'long' as lining, code, heavy from Furry"),
	           "app.c:7: Traits.lining is of a type that is not kin's: an attribute of that type can go there");
	CHECK_TEXT(WRONG(Traits, "select coat, lining, code, price as heavy from Furry"),
	           "app.c:7: Traits.heavy is of a type that is not kin's: an attribute of that type can go there, and Furry.price is of another");
	CHECK_TEXT(WRONG(Traits, "select coat, lining, id as code, heavy from Furry"),
	           "app.c:7: Traits.code is text, but what goes there is a 64-bit integer");
	CHECK_TEXT(WRONG(Looks, "select coat, lining, temper, heavy as label, code, heavy, heavy as kilos from Furry"),
	           "app.c:7: Looks.label is text, but what goes there is a double");
}

FUSED(rows_of_all_types_survive_no_memory)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = filled();
	kin_fuse_set(n++);
	Traits_list rows = kin_select(s, Traits, "select coat, lining, 'a' as code, heavy from Furry order by id");
	int rc = kin_errcode(s);
	if (!kin_fuse_blown())
		n = 0;
	CHECK(rc < 0 || rows.count == 2);
	test_close();
	return rc;
}
