/* registry.c - models are fitted together; what does not fit is said, all of it at once.
 *
 * The models with mistakes are not registered before main(), but with a registry of their own. */
#include "models.h"

#include "orm/registry.h"
#include "sql/ddl.h"

typedef struct Cat Cat;
typedef struct Man Man;
typedef struct Cat_list {
	const Cat *const *items;
	size_t count;
} Cat_list;
typedef struct Man_list {
	const Man *const *items;
	size_t count;
} Man_list;

struct Man {
	int64_t     id;
	const char *name;
	Cat_list    cats;
	const Cat  *favourite;
};

struct Cat {
	int64_t               id;
	const char           *name;
	int32_t               age;
	kin_nullable(int64_t) man_id;
	kin_nullable(int64_t) vet_id;
	const Man            *man;
	const Man            *vet;
};

/* The models; each test says which bodies they have. */
static kin_model man_model = { .name = "Man", .table = "men", .size = sizeof(Man), .file = "models.c", .line = 1 };
static kin_model cat_model = { .name = "Cat", .table = "cats", .size = sizeof(Cat), .file = "models.c", .line = 11 };

typedef void body(kin_mapper *mapper, void *self);

/* A body, as KIN_MODEL() has one. */
#define BODY(name, Type) \
	static void map_##name(kin_mapper *kin_mapper_, Type *kin_self_); \
	static void name(kin_mapper *mapper, void *self) { map_##name(mapper, (Type *)self); } \
	static void map_##name(kin_mapper *kin_mapper_, Type *kin_self_ __attribute__((unused)))

#define LINE(n) ("models.c"), (n)
#define COLUMN(line, member, ...) \
	do { \
		KIN_OVERRIDE_BEGIN \
		kin_map_column(kin_mapper_, #member, __builtin_offsetof(__typeof__(*kin_self_), member), \
		               KIN_MEMBER_KIND(kin_self_->member), \
		               &(const kin_column_options){ .nullable = KIN_USUAL, ##__VA_ARGS__ }, LINE(line)); \
		KIN_OVERRIDE_END \
	} while (0)
#define RELATION(line, form, member, target, ...) \
	do { \
		KIN_OVERRIDE_BEGIN \
		kin_map_relation(kin_mapper_, form, #member, __builtin_offsetof(__typeof__(*kin_self_), member), \
		                 &target##_model, &(const kin_relation_options){ .passive_updates = KIN_USUAL, ##__VA_ARGS__ }, LINE(line)); \
		KIN_OVERRIDE_END \
	} while (0)

static kin_registry *registry_of(body *man, body *cat)
{
	kin_registry *registry = kin_registry_new();

	man_model.map = man;
	cat_model.map = cat;
	CHECK(registry != NULL);
	CHECK_INT(kin_registry_add(registry, &man_model), KIN_OK);
	CHECK_INT(kin_registry_add(registry, &cat_model), KIN_OK);
	return registry;
}

/* The mistakes of a registry, which is freed; or "". Kept until the next call. */
static const char *mistakes_in(kin_registry *registry)
{
	static char text[8192];
	kin_error error = { 0 };
	int rc = kin_registry_configure(registry, &error);

	CHECK_INT(rc, error.code);
	CHECK(rc == KIN_OK || rc == KIN_EMAPPING);
	snprintf(text, sizeof(text), "%s%s", kin_error_text(&error), rc < 0 ? "\n" : "");
	kin_error_clear(&error);
	kin_registry_free(registry);
	CHECK(man_model.mapping == NULL);
	return text;
}

BODY(man, Man)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, name);
	RELATION(4, KIN_HAS_MANY, cats, cat, .backref = "man");
}

BODY(cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, name);
	COLUMN(14, man_id, .foreign_key = "men.id");
	RELATION(15, KIN_BELONGS_TO, man, man);
}

TEST(a_backref_on_one_side_links_both)
{
	kin_registry *registry = registry_of(man, cat);
	kin_error error = { 0 };

	CHECK_INT(kin_registry_configure(registry, &error), KIN_OK);
	const kin_mapping *cats = kin_registry_find(registry, "Cat"), *men = kin_registry_find(registry, "Man");
	const kin_relation *up = kin_mapping_relation(cats, "man"), *down = kin_mapping_relation(men, "cats");
	CHECK(up->reverse == down);
	CHECK(down->reverse == up);
	CHECK(up->by_key);
	CHECK_TEXT(down->pairs[0].remote->name, "man_id");
	CHECK(cats->foreigns[0].relation == up);
	CHECK_INT(up->cascade, KIN_CASCADE_SAVE_UPDATE | KIN_CASCADE_MERGE);
	CHECK(cat_model.mapping == cats);
	kin_registry_free(registry);
	CHECK(cat_model.mapping == NULL);
}

BODY(wrong_man, Man)
{
	COLUMN(2, name, .length = 20, .nullable = true);
	COLUMN(3, name);
	RELATION(4, KIN_HAS_MANY, cats, cat, .backref = "mna");
	kin_map_unique(kin_mapper_, "nmae", LINE(5));
	kin_map_index(kin_mapper_, "favourite", &(const kin_index_options){ 0 }, LINE(6));
	kin_map_repr(kin_mapper_, "<Man {naem}>", LINE(7));
	kin_map_hook(kin_mapper_, KIN_EVENT_validate, "cats", NULL, "check", LINE(8));
}

TEST(mistakes_come_all_at_once_with_their_lines)
{
	GOLDEN("orm/mistakes/all_at_once.txt", mistakes_in(registry_of(wrong_man, cat)));
}

BODY(lost_cat, Cat)
{
	COLUMN(12, id, .primary_key = true, .length = 3);
	COLUMN(13, name, .nullable = true, .on_delete = "CASCADE");
	COLUMN(14, man_id, .foreign_key = "mens.id");
	COLUMN(15, vet_id, .foreign_key = "men.di", .on_delete = "CASACDE");
	COLUMN(16, age, .nullable = true);
	RELATION(17, KIN_BELONGS_TO, man, man);
}

TEST(a_foreign_key_to_nowhere_is_a_mistake)
{
	GOLDEN("orm/mistakes/foreign_keys.txt", mistakes_in(registry_of(man, lost_cat)));
}

BODY(lone_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, man_id);
	RELATION(14, KIN_BELONGS_TO, man, man);
}

TEST(a_relationship_without_a_foreign_key_is_a_mistake)
{
	GOLDEN("orm/mistakes/no_foreign_key.txt", mistakes_in(registry_of(man, lone_cat)));
}

BODY(idle_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, name, .unique = true, .deferred = true, .primary_key = true);
	RELATION(4, KIN_HAS_MANY, cats, cat, .backref = "man", .inner = true, .join_depth = 2);
}

BODY(idle_cat, Cat)
{
	COLUMN(12, id, .primary_key = true, .deferred = true, .collation = "nocase", .identity_start = 5);
	COLUMN(13, man_id, .foreign_key = "men.id", .group = "keys");
	COLUMN(14, vet_id, .foreign_key = "men.id", .identity_increment = 2);
	RELATION(15, KIN_BELONGS_TO, man, man, .foreign_key = "man_id", .lazy = KIN_WRITE_ONLY);
	RELATION(16, KIN_BELONGS_TO, vet, man, .foreign_key = "vet_id", .lazy = KIN_SELECTIN, .inner = true);
}

TEST(loaders_that_cannot_be_are_mistakes)
{
	GOLDEN("orm/mistakes/loaders.txt", mistakes_in(registry_of(idle_man, idle_cat)));
}

BODY(torn_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, man_id, .foreign_key = "men.id");
	COLUMN(14, vet_id, .foreign_key = "men.id");
	RELATION(15, KIN_BELONGS_TO, man, man);
	RELATION(16, KIN_BELONGS_TO, vet, man, .foreign_key = "vet");
}

TEST(several_foreign_keys_must_be_told_apart)
{
	GOLDEN("orm/mistakes/several_foreign_keys.txt", mistakes_in(registry_of(man, torn_cat)));
}

BODY(sure_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, man_id, .foreign_key = "men.id");
	COLUMN(14, vet_id, .foreign_key = "men.id");
	RELATION(15, KIN_BELONGS_TO, man, man, .foreign_key = "man_id");
	RELATION(16, KIN_BELONGS_TO, vet, man, .foreign_key = "vet_id");
}

TEST(a_backref_tells_which_foreign_key_is_meant)
{
	kin_registry *registry = registry_of(man, sure_cat);
	kin_error error = { 0 };

	CHECK_INT(kin_registry_configure(registry, &error), KIN_OK);
	CHECK_TEXT(man_model.mapping->relations[0]->pairs[0].remote->name, "man_id");
	CHECK_TEXT(mistakes_in(registry), "");
}

BODY(other_cat, Cat)
{
	COLUMN(22, id, .primary_key = true);
}

TEST(a_table_has_one_model_and_a_name_too)
{
	kin_registry *registry = registry_of(man, cat);
	kin_model second = cat_model;

	second.map = other_cat;
	second.line = 21;
	CHECK_INT(kin_registry_add(registry, &second), KIN_OK);
	GOLDEN("orm/mistakes/one_table.txt", mistakes_in(registry));
}

#define DISTRIBUTED(line, member) kin_map_table(kin_mapper_, &(const kin_table_options){ .distributed_by = member }, LINE(line))

BODY(spread_man, Man)
{
	DISTRIBUTED(2, "name");
	COLUMN(3, name, .length = 20, .primary_key = true);
	COLUMN(4, id, .primary_key = true);
	RELATION(5, KIN_HAS_MANY, cats, cat, .backref = "man");
}

BODY(spread_cat, Cat)
{
	DISTRIBUTED(12, "name");
	COLUMN(13, name, .length = 20, .primary_key = true);
	COLUMN(14, id, .primary_key = true);
	COLUMN(15, man_id, .foreign_key = "men.id", .on_delete = "CASCADE");
	RELATION(16, KIN_BELONGS_TO, man, man);
	kin_map_unique(kin_mapper_, "name, age", LINE(17));
	COLUMN(18, age);
}

TEST(what_both_tables_are_distributed_by_is_in_the_foreign_key_and_the_join)
{
	kin_registry *registry = registry_of(spread_man, spread_cat);
	kin_error error = { 0 };
	kin_arena arena = { 0 };
	kin_schema schema;
	kin_text text;

	CHECK_INT(kin_registry_configure(registry, &error), KIN_OK);
	const kin_relation *up = kin_mapping_relation(cat_model.mapping, "man"), *down = kin_mapping_relation(man_model.mapping, "cats");
	CHECK_INT(up->pair_count, 2);
	CHECK_TEXT(up->pairs[0].local->name, "name");
	CHECK_TEXT(up->pairs[1].local->name, "man_id");
	CHECK(up->pairs[1].remote->mapping == man_model.mapping);
	CHECK(up->by_key);
	CHECK_INT(down->pair_count, 2);
	CHECK(down->pairs[1].remote->mapping == cat_model.mapping);
	CHECK_INT(kin_registry_schema(registry, &arena, &schema, &error), KIN_OK);
	kin_text_init(&text);
	kin_ddl_table(NULL, &text, kin_schema_table(&schema, "cats"));
	CHECK_HAS(text.data, "FOREIGN KEY (name, man_id) REFERENCES men (name, id) ON DELETE CASCADE");
	CHECK_HAS(text.data, ") DISTRIBUTED BY (name)");
	kin_text_done(&text);
	kin_arena_done(&arena);
	kin_registry_free(registry);
}

BODY(half_man, Man)
{
	DISTRIBUTED(2, "nmae");
	COLUMN(3, id, .primary_key = true);
	COLUMN(4, name);
}

BODY(half_cat, Cat)
{
	DISTRIBUTED(12, "age");
	COLUMN(13, id, .primary_key = true);
	COLUMN(14, name, .unique = true);
	COLUMN(15, age);
	kin_map_unique(kin_mapper_, "name", LINE(16));
	kin_map_index(kin_mapper_, "name", &(const kin_index_options){ .unique = true }, LINE(17));
}

TEST(what_a_table_is_distributed_by_is_in_its_keys)
{
	GOLDEN("orm/mistakes/distribution.txt", mistakes_in(registry_of(half_man, half_cat)));
}

BODY(cat_of_indexes, Cat)
{
	COLUMN(13, id, .primary_key = true);
	COLUMN(14, name);
	kin_map_index(kin_mapper_, "(nmae desc, id)", &(const kin_index_options){ 0 }, LINE(15));
	kin_map_index(kin_mapper_, "lower(name)", &(const kin_index_options){ 0 }, LINE(16));
	kin_map_index(kin_mapper_, "(substr(name, 1, 3), ID ASC)", &(const kin_index_options){ .name = "ix", .include = "nam" }, LINE(17));
}

TEST(an_index_is_over_columns_and_named_expressions)
{
	GOLDEN("orm/mistakes/indexes.txt", mistakes_in(registry_of(man, cat_of_indexes)));
}

BODY(plain_cat, Cat)
{
	COLUMN(13, id, .primary_key = true);
	COLUMN(14, man_id, .foreign_key = "men.id");
}

BODY(other_spread_cat, Cat)
{
	DISTRIBUTED(12, "id");
	COLUMN(13, id, .primary_key = true);
	COLUMN(14, man_id, .foreign_key = "men.id");
}

BODY(wrong_spread_cat, Cat)
{
	DISTRIBUTED(12, "name");
	COLUMN(13, id, .primary_key = true);
	COLUMN(14, name, .length = 20, .primary_key = true);
	COLUMN(15, man_id, .foreign_key = "men.id", .on_delete = "SET NULL");
}

TEST(a_foreign_key_stays_on_one_node)
{
	kin_text all;

	kin_text_init(&all);
	kin_text_add(&all, mistakes_in(registry_of(spread_man, plain_cat)));
	kin_text_add(&all, mistakes_in(registry_of(spread_man, other_spread_cat)));
	kin_text_add(&all, mistakes_in(registry_of(spread_man, wrong_spread_cat)));
	GOLDEN("orm/mistakes/foreign_keys_between_nodes.txt", all.data);
	kin_text_done(&all);
}

BODY(unfit_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	RELATION(4, KIN_HAS_MANY, cats, cat, .backref = "man", .order_by = "naem desc, id");
	RELATION(5, KIN_HAS_ONE, favourite, cat, .backref = "man");
	kin_map_repr(kin_mapper_, "<Man {id>", LINE(7));
}

TEST(a_backref_belongs_to_one_relationship)
{
	GOLDEN("orm/mistakes/backrefs.txt", mistakes_in(registry_of(unfit_man, cat)));
}

BODY(filtered_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, name);
	RELATION(3, KIN_HAS_MANY, cats, cat, .backref = "man");
	kin_map_filter(kin_mapper_, "fine", "name <> 'x'", LINE(4));
	kin_map_filter(kin_mapper_, "fine", "name <> 'y'", LINE(5));
	kin_map_filter(kin_mapper_, "names", "nmae is null", LINE(6));
	kin_map_filter(kin_mapper_, "two", "name in (?, ?)", LINE(7));
	kin_map_filter(kin_mapper_, "path", "cats.name = 'x'", LINE(8));
	kin_map_filter(kin_mapper_, "number", "id + 1", LINE(9));
	kin_map_filter(kin_mapper_, "sorted", "name is null order by name", LINE(10));
	kin_map_filter(kin_mapper_, "inside", "exists (select id from Cat)", LINE(11));
}

TEST(filters_are_conditions_over_a_model_s_own_columns)
{
	GOLDEN("orm/mistakes/filters.txt", mistakes_in(registry_of(filtered_man, cat)));
}

BODY(busy_man, Man)
{
	static char names[40][16];

	COLUMN(2, id, .primary_key = true);
	for (int i = 0; i < 34; i++) {
		snprintf(names[i], sizeof(names[i]), "r%d", i);
		kin_map_relation(kin_mapper_, KIN_HAS_MANY, names[i], 16 + (size_t)i, &cat_model,
		                 &(const kin_relation_options){ .passive_updates = KIN_USUAL }, LINE(10 + i));
	}
}

TEST(a_model_has_at_most_32_relationships)
{
	CHECK_TEXT(mistakes_in(registry_of(busy_man, cat)),
	           "models.c:42: Man.r32: a model has at most 32 relationships\n"
	           "models.c:43: Man.r33: a model has at most 32 relationships\n");
}

TEST(models_that_come_later_are_fitted_to_those_in_use)
{
	kin_registry *registry = kin_registry_new();
	kin_error error = { 0 };

	man_model.map = man;
	cat_model.map = cat;
	kin_registry_add(registry, &Owner_model);
	kin_registry_add(registry, &Pet_model);
	kin_registry_add(registry, &Visit_model);
	kin_registry_add(registry, &man_model);
	CHECK_INT(kin_registry_configure(registry, &error), KIN_EMAPPING);
	CHECK_HAS(kin_error_text(&error), "Man.cats: the model Cat is not registered");
	CHECK_INT(kin_registry_count(registry), 0);
	kin_registry_add(registry, &cat_model);
	CHECK_INT(kin_registry_configure(registry, &error), KIN_OK);
	const kin_mapping *before = kin_registry_find(registry, "Cat");
	kin_registry_add(registry, &Country_model);
	CHECK_INT(kin_registry_configure(registry, &error), KIN_OK);
	CHECK(kin_registry_find(registry, "Cat") == before);
	CHECK(kin_registry_find(registry, "Country") != NULL);
	CHECK_INT(kin_registry_count(registry), 6);
	kin_error_clear(&error);
	kin_registry_free(registry);
}

static int configure_with_failing_memory(void)
{
	kin_registry *registry = kin_registry_new();
	kin_error error = { 0 };
	int rc = KIN_ENOMEM;

	man_model.map = man;
	cat_model.map = torn_cat;
	if (registry && kin_registry_add(registry, &man_model) == KIN_OK &&
	    kin_registry_add(registry, &cat_model) == KIN_OK)
		rc = kin_registry_configure(registry, &error);
	kin_error_clear(&error);
	kin_registry_free(registry);
	return rc == KIN_EMAPPING ? KIN_OK : rc;
}

TEST(configuring_survives_any_allocation_failing)
{
	kin_test_fuse(__FILE__, __LINE__, configure_with_failing_memory);
}

BODY(through_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, name);
	RELATION(4, KIN_MANY_TO_MANY, cats, cat);
}

BODY(through_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, name);
	RELATION(14, KIN_BELONGS_TO, man, man, .through = "cats_men");
}

BODY(backed_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	RELATION(3, KIN_MANY_TO_MANY, cats, cat, .through = "owning", .backref = "man", .cascade = KIN_CASCADE_DELETE_ORPHAN);
}

BODY(lent_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	RELATION(3, KIN_MANY_TO_MANY, cats, cat, .through = "cats", .foreign_key = "vet", .target_key = "id");
}

BODY(two_keys_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, name, .primary_key = true);
}

BODY(half_linked_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	RELATION(3, KIN_MANY_TO_MANY, cats, cat, .through = "owning", .target_key = "cat_id");
}

BODY(many_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	RELATION(3, KIN_MANY_TO_MANY, cats, cat, .through = "owning");
}

BODY(plain_cat_of_many, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, name);
}

TEST(what_is_wrong_with_a_many_to_many_relationship_is_said)
{
	static char all[8192];

	snprintf(all, sizeof(all), "%s", mistakes_in(registry_of(through_man, through_cat)));
	strncat(all, mistakes_in(registry_of(backed_man, cat)), sizeof(all) - strlen(all) - 1);
	strncat(all, mistakes_in(registry_of(lent_man, cat)), sizeof(all) - strlen(all) - 1);
	strncat(all, mistakes_in(registry_of(half_linked_man, two_keys_cat)), sizeof(all) - strlen(all) - 1);
	GOLDEN("orm/mistakes/many_to_many.txt", all);
}

#define FOREIGN(line, members, target, ...) \
	kin_map_foreign(kin_mapper_, #members, target, &(const kin_foreign_options){ __VA_ARGS__ }, LINE(line))

BODY(two_keys_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, name, .primary_key = true);
	RELATION(4, KIN_HAS_MANY, cats, cat, .backref = "man");
}

BODY(two_columns_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, name);
	COLUMN(14, man_id);
	COLUMN(15, vet_id);
	COLUMN(16, age);
	FOREIGN(17, (man_id, naem), "men");
	FOREIGN(18, (man_id, name), "mne (id, name)");
	FOREIGN(19, (man_id, name), "men (id, nmae)", .on_delete = "CASACDE");
	FOREIGN(20, (man_id), "men");
	FOREIGN(21, (man_id, age), "men (id, name)");
	RELATION(22, KIN_BELONGS_TO, man, man);
}

BODY(doubtful_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, name);
	COLUMN(14, man_id);
	COLUMN(15, vet_id);
	FOREIGN(16, (man_id, name), "men");
	FOREIGN(17, (vet_id, name), "men (id, name)");
	RELATION(18, KIN_BELONGS_TO, man, man);
	RELATION(19, KIN_BELONGS_TO, vet, man, .foreign_key = "vet_id, nam");
}

BODY(keyless_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, man_id, .foreign_key = "men");
	RELATION(14, KIN_BELONGS_TO, man, man);
	RELATION(15, KIN_BELONGS_TO, vet, man);
}

BODY(unkeyed_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	RELATION(14, KIN_BELONGS_TO, man, man);
}

TEST(what_is_wrong_with_a_foreign_key_of_several_columns_is_said)
{
	static char all[8192];

	snprintf(all, sizeof(all), "%s", mistakes_in(registry_of(two_keys_man, two_columns_cat)));
	strncat(all, mistakes_in(registry_of(two_keys_man, doubtful_cat)), sizeof(all) - strlen(all) - 1);
	strncat(all, mistakes_in(registry_of(two_keys_man, keyless_cat)), sizeof(all) - strlen(all) - 1);
	strncat(all, mistakes_in(registry_of(two_keys_man, unkeyed_cat)), sizeof(all) - strlen(all) - 1);
	GOLDEN("orm/mistakes/composite.txt", all);
}

BODY(told_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, name);
	COLUMN(14, man_id);
	COLUMN(15, vet_id);
	FOREIGN(16, (man_id, name), "men");
	FOREIGN(17, (vet_id, name), "men (id, name)");
	RELATION(18, KIN_BELONGS_TO, man, man, .foreign_key = "man_id");
	RELATION(19, KIN_BELONGS_TO, vet, man, .foreign_key = "name, vet_id");
}

TEST(a_foreign_key_of_several_columns_is_named_by_some_of_them)
{
	kin_registry *registry = registry_of(two_keys_man, told_cat);
	kin_error error = { 0 };

	CHECK_INT(kin_registry_configure(registry, &error), KIN_OK);
	CHECK_TEXT(kin_error_text(&error), "");
	CHECK_TEXT(cat_model.mapping->relations[0]->foreign->label, "(man_id, name)");
	CHECK_TEXT(cat_model.mapping->relations[1]->foreign->label, "(vet_id, name)");
	CHECK(man_model.mapping->relations[0]->reverse == cat_model.mapping->relations[0]);
	CHECK(cat_model.mapping->relations[0]->pairs[0].cleared);
	CHECK(!cat_model.mapping->relations[0]->pairs[1].cleared); /* the other one's too */
	kin_registry_free(registry);
}

BODY(optioned_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, name);
	RELATION(4, KIN_HAS_MANY, cats, cat, .passive_deletes = true, .foreign_key = "man_id");
	RELATION(5, KIN_HAS_ONE, favourite, cat, .passive_deletes = KIN_PASSIVE_ALL, .cascade = KIN_CASCADE_ALL, .foreign_key = "vet_id");
}

BODY(optioned_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, age, .foreign_key = "men.id");
	COLUMN(14, man_id, .foreign_key = "men.id", .nullable = false);
	COLUMN(15, vet_id, .foreign_key = "men.id");
	RELATION(16, KIN_BELONGS_TO, man, man, .foreign_key = "man_id", .post_update = true, .passive_deletes = true);
	RELATION(17, KIN_BELONGS_TO, vet, man, .foreign_key = "vet_id", .passive_deletes = 3, .cascade = KIN_CASCADE_DELETE_ORPHAN);
}

BODY(viewing_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, name);
	RELATION(4, KIN_HAS_MANY, cats, cat, .viewonly = true, .backref = "man", .cascade = KIN_CASCADE_ALL, .where = "aeg > 3");
	RELATION(5, KIN_HAS_ONE, favourite, cat, .viewonly = true, .single_parent = true, .where = "man.name = 'x'");
}

BODY(viewing_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(13, age, .default_fn = kin_default_now, .update_fn = kin_default_uuid);
	COLUMN(14, man_id, .foreign_key = "men.id");
	RELATION(15, KIN_BELONGS_TO, man, man, .backref = "cats", .where = "name = 'x'", .order_by = "name");
	RELATION(16, KIN_BELONGS_TO, vet, man, .viewonly = true, .single_parent = true, .where = "name = ? order by id");
}

BODY(pushing_man, Man)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, name, .deferrable = true);
	RELATION(4, KIN_HAS_MANY, cats, cat, .passive_updates = false, .foreign_key = "man_id");
	RELATION(5, KIN_HAS_ONE, favourite, cat, .viewonly = true, .passive_updates = false, .foreign_key = "vet_id");
}

BODY(pushed_cat, Cat)
{
	COLUMN(12, id, .primary_key = true);
	COLUMN(14, man_id, .foreign_key = "men.id", .on_update = "CASCADE", .deferrable = 3);
	COLUMN(15, vet_id, .foreign_key = "men.id");
}

BODY(pushed_key_cat, Cat)
{
	COLUMN(12, id, .primary_key = true, .foreign_key = "men.id");
	RELATION(16, KIN_BELONGS_TO, man, man, .passive_updates = false);
}

BODY(plain_man, Man)
{
	COLUMN(2, id, .primary_key = true);
}

TEST(options_that_do_not_fit_the_relationship_are_mistakes)
{
	static char all[8192];

	snprintf(all, sizeof(all), "%s", mistakes_in(registry_of(optioned_man, optioned_cat)));
	strncat(all, mistakes_in(registry_of(viewing_man, viewing_cat)), sizeof(all) - strlen(all) - 1);
	strncat(all, mistakes_in(registry_of(pushing_man, pushed_cat)), sizeof(all) - strlen(all) - 1);
	strncat(all, mistakes_in(registry_of(plain_man, pushed_key_cat)), sizeof(all) - strlen(all) - 1);
	GOLDEN("orm/mistakes/relation_options.txt", all);
}

TEST(the_table_between_two_models_is_a_mapping_of_its_registry)
{
	kin_registry *registry = registry_of(many_man, plain_cat_of_many);
	kin_error error = { 0 };

	CHECK_INT(kin_registry_configure(registry, &error), KIN_OK);
	CHECK_INT(kin_registry_count(registry), 3);
	const kin_mapping *owning = kin_registry_find(registry, "owning");
	CHECK_INT(owning->key_count, 2);
	CHECK_TEXT(owning->attributes[0].column, "man_id");
	CHECK_TEXT(owning->attributes[1].column, "cat_id");
	CHECK(owning->attributes[1].indexed);
	kin_registry_free(registry);
}

static int configure_a_link_with_failing_memory(void)
{
	kin_registry *registry = kin_registry_new();
	kin_error error = { 0 };
	int rc = KIN_ENOMEM;

	man_model.map = many_man;
	cat_model.map = plain_cat_of_many;
	if (registry && kin_registry_add(registry, &man_model) == KIN_OK &&
	    kin_registry_add(registry, &cat_model) == KIN_OK)
		rc = kin_registry_configure(registry, &error);
	if (rc == KIN_OK)
		CHECK_INT(kin_registry_count(registry), 3);
	else if (registry)
		CHECK_INT(kin_registry_count(registry), 0);
	kin_error_clear(&error);
	kin_registry_free(registry);
	return rc;
}

TEST(configuring_a_table_between_two_models_survives_any_allocation_failing)
{
	kin_test_fuse(__FILE__, __LINE__, configure_a_link_with_failing_memory);
}
