/* all.c - every macro of the public headers, used as it is meant: compiles without a warning. */
#include <stdio.h>

#include "models.h"

KIN_DECLARE(Thing);

typedef enum shade { DARK, LIGHT } shade;
KIN_NULLABLE(shade);

typedef struct degrees {
	double value;
} degrees;

static int bind_degrees(const void *member, kin_custom_memory *memory, kin_value *ret_value)
{
	(void)memory;
	*ret_value = kin_value_double(((const degrees *)member)->value);
	return KIN_OK;
}

static int read_degrees(void *member, const kin_value *value, kin_custom_memory *memory)
{
	(void)memory;
	((degrees *)member)->value = value->as.real;
	return KIN_OK;
}

static const kin_custom_type degrees_type = {
	.name = "degrees", .size = sizeof(degrees), .kind = KIN_KIND_DOUBLE, .bind = bind_degrees, .result = read_degrees,
};

#define stamps_fields  kin_timestamp made
#define stamps_columns kin_column(made, .default_fn = kin_default_now)

/* A member of each type that a column can have. */
struct Thing {
	int64_t                     id;
	bool                        boolean;
	int16_t                     small;
	int32_t                     integer;
	float                       real;
	double                      precise;
	const char                 *text;
	kin_bytes                   bytes;
	kin_date                    date;
	kin_time                    time;
	kin_datetime                datetime;
	kin_timestamp               timestamp;
	int8_t                      tiny;
	uint8_t                     byte;
	uint16_t                    port;
	uint32_t                    count;
	uint64_t                    large;
	kin_decimal                 price;
	kin_uuid                    token;
	kin_json                    data;
	shade                       color;
	char                        code[8];
	degrees                     heat;
	kin_fields(stamps);
	kin_nullable(int8_t)        maybe_tiny;
	kin_nullable(uint8_t)       maybe_byte;
	kin_nullable(uint16_t)      maybe_port;
	kin_nullable(uint32_t)      maybe_count;
	kin_nullable(uint64_t)      maybe_large;
	kin_nullable(kin_decimal)   maybe_price;
	kin_nullable(kin_uuid)      maybe_token;
	kin_nullable(kin_json)      maybe_data;
	kin_nullable(shade)         maybe_color;
	int64_t                     twice;
	kin_nullable(bool)          maybe_boolean;
	kin_nullable(int16_t)       maybe_small;
	kin_nullable(int32_t)       maybe_integer;
	kin_nullable(int64_t)       maybe_big;
	kin_nullable(float)         maybe_real;
	kin_nullable(double)        maybe_precise;
	kin_nullable(kin_date)      maybe_date;
	kin_nullable(kin_time)      maybe_time;
	kin_nullable(kin_datetime)  maybe_datetime;
	kin_nullable(kin_timestamp) maybe_timestamp;
	const Thing                *next;
	const Thing                *previous;
	kin_nullable(int64_t)       next_id;
};

KIN_MODEL(Thing, "things") {
	kin_column(id, .primary_key = true);
	kin_column(boolean);
	kin_column(small);
	kin_column(integer);
	kin_column(real);
	kin_column(precise);
	kin_column(text);
	kin_column(bytes);
	kin_column(date);
	kin_column(time);
	kin_column(datetime);
	kin_column(timestamp);
	kin_column(tiny);
	kin_column(byte, .default_value = kin_value_int32(1));
	kin_column(port);
	kin_column(count);
	kin_column(large);
	kin_column(price, .precision = 10, .scale = 2);
	kin_column(token, .default_fn = kin_default_uuid);
	kin_column(data);
	kin_enum(color, "dark", "light");
	kin_column(code, .nullable = true);
	kin_custom(heat, &degrees_type);
	kin_include(stamps);
	kin_column(maybe_tiny);
	kin_column(maybe_byte);
	kin_column(maybe_port);
	kin_column(maybe_count);
	kin_column(maybe_large);
	kin_column(maybe_price);
	kin_column(maybe_token);
	kin_column(maybe_data);
	kin_nullable_enum(maybe_color, "dark", "light");
	kin_column(twice, .computed = "2 * tiny");
	kin_column(maybe_boolean);
	kin_column(maybe_small);
	kin_column(maybe_integer);
	kin_column(maybe_big);
	kin_column(maybe_real);
	kin_column(maybe_precise);
	kin_column(maybe_date);
	kin_column(maybe_time);
	kin_column(maybe_datetime);
	kin_column(maybe_timestamp);
	kin_column(next_id, .foreign_key = "things");
	kin_belongs_to(next, Thing);
	kin_has_one(previous, Thing, .backref = "next");
}

KIN_MODEL(Owner, "owners") {
	kin_column(id, .primary_key = true);
	kin_column(name, .column = "full_name", .length = 80, .nullable = false, .unique = true, .index = true,
	           .default_sql = "'nobody'", .comment = "as it is spoken");
	kin_has_many(pets, Pet, .backref = "owner", .lazy = KIN_SELECTIN, .cascade = KIN_CASCADE_ALL,
	             .order_by = "name, id desc");
	kin_unique(name, id);
	kin_index(name, .name = "by_name", .unique = true, .where = "full_name <> ''");
	kin_check("length(full_name) > 0", .name = "named");
	kin_repr("<Owner {name}>");
}

KIN_MODEL(Pet, "pets") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(owner_id, .foreign_key = "owners.id", .on_delete = "SET NULL", .on_update = "CASCADE");
	kin_belongs_to(owner, Owner, .foreign_key = "owner_id");
	kin_filter(named, "name is not null");
	kin_filter(owned, "owner_id = ?");
}

KIN_APP(everything, .database = "sqlite:///:memory:", .migrations = "migrations");

static void change(kin_session *session, const Owner *found)
{
	Pet *pet = kin_new(session, Pet, .name = "Ben", .owner_id = kin_none(int64_t));
	Owner *owner = kin_edit(session, Owner, found);

	pet->owner_id = kin_some(int64_t, 1);
	owner->name = "Ann";
	kin_append(owner, pets, pet);
	kin_remove(owner, pets, pet);
	kin_update(session, Pet, "name = ? where owner.name = ?", "Ben", "Ann");
	kin_delete_where(session, Pet, "name is null");
	kin_delete_all(session, Pet);
}

/* Rows of a struct that nobody else needs, and single values. */
static int64_t rows(kin_session *session, const Pet *last)
{
	typedef struct Few { const char *name; const Owner *owner; } Few;
	KIN_ROW(Few, name, (owner, Owner));
	kin_nullable(double) mean = kin_scalar(session, kin_nullable(double), "select avg(id) from Pet");
	const char *name = kin_scalar(session, const char *, "select max(name) from Pet where id < ?", kin_scalar(session, int64_t, "select max(id) from Pet"));
	kin_query *query = kin_query_new(session, Pet);

	kin_filter_by(session, owned, 1);
	kin_unfiltered(query, "named");
	kin_order_by(query, "id");
	kin_each(Few, few, kin_select(session, Few, "select name, owner from Pet"))
		printf("%s\n", few->name);
	return (int64_t)(kin_all_after(session, Pet, last, 20, "order by id").count + kin_all_after(session, Pet, NULL, 20, "id > ? order by id", 1).count +
	                 kin_query_all_after(query, Pet, last, 3).count) + (mean.present && name);
}

/* A value of each kind that `?` takes. */
static int64_t count(kin_session *session, const Owner *owner)
{
	int64_t ids[] = { 1, 2, 3 };
	char c = 1;
	unsigned char uc = 1;
	unsigned short us = 1;
	char name[] = "Ben";

	return kin_count(session, Pet, "id in (?)", kin_array(ids, 3)) +
	       kin_count(session, Pet, "id = ? or id = ? or id = ? or id = ?", c, uc, us, 1) +
	       kin_count(session, Pet, "id = ? or id = ? or id = ? or id = ?", 1u, 1l, 1ul, 1ull) +
	       kin_count(session, Pet, "name = ? or name = ? or name = ?", name, "Ben", NULL) +
	       kin_count(session, Pet, "owner = ? and owner_id = ?", owner, kin_some(int64_t, 1)) +
	       kin_count(session, Thing, "boolean = ? and real < ? and precise > ?", true, 1.5f, 2.5) +
	       kin_count(session, Thing, "date = ? and timestamp < ?", kin_date_of(2024, 2, 29), kin_now()) +
	       kin_count(session, Thing, "bytes = ?", ((kin_bytes){ name, 3 }));
}

static void build(kin_session *session, const char *order)
{
	kin_query *query = kin_query_new(session, Pet);

	kin_where(query, "name is not null");
	kin_where(query, "name like ? and owner.name = ?", "B%", "Ann");
	kin_order_by(query, order);
	kin_limit(query, 10);
	kin_offset(query, 20);
	kin_with(query, "owner");
	Pet_list pets = kin_query_all(query, Pet);
	const Pet *first = kin_query_first(query, Pet);
	printf("%zu %p\n", pets.count, (const void *)first);
}

KIN_COMMAND(everything, "Ask in every way")
{
	kin_session *session = kin_session_new(kin_app_db(app));
	kin_fake *fake = kin_fake_new(session);
	static const int sizes[] = { 1, 2, 3 };
	const Owner *owner = kin_get(session, Owner, 1);
	const Pet *one = kin_one(session, Pet, "id = ?", kin_fake_choice(fake, sizes));
	const Pet *first = kin_first(session, Pet, "name = ? order by id", "Ben");
	Pet_list all = kin_all(session, Pet), some = kin_all(session, Pet, "id < ? with owner", 10);

	kin_each(Pet, pet, all)
		kin_each(Pet, other, some)
			if (pet == other)
				kin_print(stdout, pet);
	kin_stream(session, Pet, pet, "owner_id = ?", 1) {
		if (pet->owner_id.present)
			break;
	}
	if (kin_is_loaded(one, owner) && kin_exists(session, Pet, "name = ?", "Ben"))
		printf("%zu\n", kin_load(kin_load(first, owner), pets).count);
	/* A query among the arguments of another. */
	if (kin_count(session, Pet, "owner_id = ?", kin_first(session, Owner, "id > ?", kin_count(session, Pet))->id) > 0)
		kin_print(stdout, first);
	printf("%lld\n", (long long)rows(session, first));
	change(session, owner);
	printf("%lld\n", (long long)count(session, owner));
	build(session, argc > 1 ? argv[1] : "name");
	return kin_finish(session, kin_commit(session));
}

int main(int argc, char **argv)
{
	return kin_main(argc, argv);
}
