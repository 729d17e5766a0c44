/* inherit_mistakes.c - models that inherit and do not fit: each mistake with its line, all at once. */
#include <kin/inherit.h>

#include "orm_test.h"

#include "orm/registry.h"

typedef struct Plant {
	int64_t     id;
	const char *kind;
	const char *name;
	double      height;
} Plant;

typedef struct Tree {
	Plant       plant;
	int32_t     rings;
	const char *name;
	int64_t     id;
	int64_t     near_id;
} Tree;

typedef struct Oak {
	Tree    tree;
	int32_t acorns;
	int32_t rings;
} Oak;

static kin_model plant_model = { .name = "Plant", .table = "plants", .size = sizeof(Plant), .file = "models.c", .line = 1 };
static kin_model tree_model = { .name = "Tree", .table = "plants", .size = sizeof(Tree), .file = "models.c", .line = 11 };
static kin_model oak_model = { .name = "Oak", .table = "oaks", .size = sizeof(Oak), .file = "models.c", .line = 21 };

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
#define INHERITS(line, member, parent, ...) \
	kin_map_inherits(kin_mapper_, #member, &parent##_model, &(const kin_inherit_options){ __VA_ARGS__ }, LINE(line))
#define DISCRIMINATOR(line, member, ...) \
	kin_map_discriminator(kin_mapper_, #member, &(const kin_inherit_options){ __VA_ARGS__ }, LINE(line))

/* The mistakes; "" when there are none. Kept until the next call. */
static const char *mistakes(kin_model *const *models, size_t count)
{
	static char text[8192];
	kin_registry *registry = kin_registry_new();
	kin_error error = { 0 };

	for (size_t i = 0; i < count; i++)
		CHECK_INT(kin_registry_add(registry, models[i]), KIN_OK);
	int rc = kin_registry_configure(registry, &error);
	CHECK(rc == KIN_OK || rc == KIN_EMAPPING);
	snprintf(text, sizeof(text), "%s%s", kin_error_text(&error), rc < 0 ? "\n" : "");
	kin_error_clear(&error);
	kin_registry_free(registry);
	return text;
}

typedef void body(kin_mapper *mapper, void *self);

static const char *mistakes_of(body *plant, body *tree, body *oak)
{
	plant_model.map = plant;
	tree_model.map = tree;
	oak_model.map = oak;
	return mistakes((kin_model *const[]){ &oak_model, &tree_model, &plant_model }, 3);
}

BODY(plant, Plant)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, kind);
	COLUMN(4, name);
	DISCRIMINATOR(5, kind);
}

BODY(tree, Tree)
{
	INHERITS(12, plant, plant);
	COLUMN(13, rings);
}

BODY(oak, Oak)
{
	INHERITS(22, tree, tree);
	COLUMN(23, acorns);
}

TEST(models_are_fitted_after_what_they_inherit_from)
{
	CHECK_TEXT(mistakes_of(plant, tree, oak), "");
}

BODY(columns_tree, Tree)
{
	INHERITS(12, plant, plant);
	COLUMN(13, rings, .nullable = false);
	COLUMN(14, name);
	COLUMN(15, id, .primary_key = true);
	COLUMN(16, near_id, .primary_key = true);
	DISCRIMINATOR(17, kind);
	kin_map_version(kin_mapper_, "rings", LINE(18));
}

BODY(columns_oak, Oak)
{
	INHERITS(22, tree, tree, .identity = "tree");
	COLUMN(23, acorns, .column = "kind");
	kin_map_index(kin_mapper_, "name", &(const kin_index_options){ 0 }, LINE(24));
}

TEST(columns_of_children_that_cannot_be)
{
	GOLDEN("orm/mistakes/inheritance_columns.txt", mistakes_of(plant, columns_tree, columns_oak));
}

BODY(circle_plant, Plant)
{
	COLUMN(2, id, .primary_key = true);
	INHERITS(3, id, oak);
}

BODY(bare_plant, Plant)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, kind);
}

BODY(height_plant, Plant)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, height);
	COLUMN(4, kind, .length = 3);
	DISCRIMINATOR(5, height);
}

BODY(knd_plant, Plant)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(4, kind, .length = 3);
	DISCRIMINATOR(5, knd);
}

BODY(short_plant, Plant)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(4, kind, .length = 3);
	DISCRIMINATOR(5, kind, .abstract = true);
}

BODY(lazy_plant, Plant)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, kind);
	COLUMN(4, name, .deferred = true);
	DISCRIMINATOR(5, kind, .load = KIN_NOLOAD);
}

BODY(kept_plant, Plant)
{
	COLUMN(2, id, .primary_key = true);
	COLUMN(3, kind, .deferred = true);
	DISCRIMINATOR(5, kind, .load = KIN_SELECTIN);
}

BODY(apart_tree, Tree)
{
	INHERITS(12, plant, plant, .load = KIN_SELECTIN);
}

BODY(apart_oak, Oak)
{
	INHERITS(22, tree, plant, .load = KIN_SELECTIN);
	COLUMN(23, acorns);
}

static char found[8192];

static void add(const char *text)
{
	strcat(found, text);
	strcat(found, "--\n");
}

TEST(families_that_cannot_be)
{
	found[0] = '\0';
	add(mistakes_of(circle_plant, tree, oak));
	add(mistakes_of(bare_plant, tree, oak));
	add(mistakes_of(height_plant, tree, oak));
	add(mistakes_of(knd_plant, tree, oak));
	add(mistakes_of(short_plant, tree, oak));
	add(mistakes_of(lazy_plant, tree, oak));
	add(mistakes_of(kept_plant, tree, oak));
	add(mistakes_of(plant, apart_tree, apart_oak));
	plant_model.map = plant;
	tree_model.map = tree;
	add(mistakes((kin_model *const[]){ &tree_model }, 1));
	GOLDEN("orm/mistakes/inheritance.txt", found);
}

BODY(other_tree, Oak)
{
	INHERITS(22, tree, plant);
	COLUMN(23, acorns, .column = "rings");
}

TEST(siblings_in_one_table_have_columns_of_their_own)
{
	oak_model.table = "plants";
	CHECK_TEXT(mistakes_of(plant, tree, other_tree),
	           "models.c:13: Tree.rings: the column 'rings' of 'plants' is Oak.acorns already (models.c:23); call it otherwise with .column, or "
	           "move it to Plant\n");
	oak_model.table = "oaks";
}

TEST(a_child_comes_with_its_parent)
{
	kin_registry *registry = kin_registry_new();
	kin_error error = { 0 };

	plant_model.map = plant;
	tree_model.map = tree;
	CHECK_INT(kin_registry_add(registry, &plant_model), KIN_OK);
	CHECK_INT(kin_registry_configure(registry, &error), KIN_OK);
	CHECK_INT(kin_registry_add(registry, &tree_model), KIN_OK);
	CHECK_INT(kin_registry_configure(registry, &error), KIN_EMAPPING);
	CHECK_HAS(kin_error_text(&error), "models.c:12: Tree: kin_inherits(plant, Plant): the parent is in use already; both must be there when the "
	          "first session opens");
	kin_error_clear(&error);
	kin_registry_free(registry);
}

/* Every allocation of it. */
FUSED(fitting_a_family_survives_any_allocation_failing)
{
	kin_registry *registry = kin_registry_new();
	kin_error error = { 0 };
	int rc = registry ? KIN_OK : KIN_ENOMEM;
	kin_model *const models[] = { &oak_model, &tree_model, &plant_model };

	plant_model.map = plant;
	tree_model.map = tree;
	oak_model.map = oak;
	for (size_t i = 0; i < 3 && rc == KIN_OK; i++)
		rc = kin_registry_add(registry, models[i]);
	if (rc == KIN_OK)
		rc = kin_registry_configure(registry, &error);
	kin_error_clear(&error);
	kin_registry_free(registry);
	return rc;
}
