/* registry.c - all models of a program, fitted together when the first session asks.
 *
 * Configuring makes all mappings or none. Models that come later (an app that is loaded at run time) are
 * fitted to those in use, which stay where they are. */
#include "orm/registry.h"

#include <pthread.h>
#include <string.h>

#include "orm/mapping_fit.h"
#include "orm/mapping_sql.h"

typedef struct owned {
	void  *thing;
	void (*free_one)(void *thing);
} owned;

/* What one configuring made. The list of mappings is a new one each time, so that readers need no lock. */
typedef struct generation {
	kin_arena          arena;
	kin_mapping      **mappings;
	size_t             count;
	struct generation *former;
} generation;

struct kin_registry {
	pthread_mutex_t      lock;
	kin_vec(kin_model *) models;  /* those before `configured` have mappings */
	kin_model           *arrived; /* registered before main(), where nothing may fail: linked by .next */
	generation          *current; /* read without the lock; NULL: none yet */
	kin_vec(owned)       owned;
	const kin_naming    *naming;
};

static kin_registry default_registry = { .lock = PTHREAD_MUTEX_INITIALIZER };

void kin_registry_set_naming(kin_registry *registry, const kin_naming *naming)
{
	registry->naming = naming;
}

const kin_naming *kin_registry_naming(const kin_registry *registry)
{
	return registry->naming;
}

kin_registry *kin_registry_default(void)
{
	return &default_registry;
}

void kin_model_register(kin_model *model)
{
	kin_registry *registry = &default_registry;
	kin_model **end = &registry->arrived;

	pthread_mutex_lock(&registry->lock);
	while (*end)
		end = &(*end)->next;
	model->next = NULL;
	*end = model;
	pthread_mutex_unlock(&registry->lock);
}

kin_registry *kin_registry_new(void)
{
	kin_registry *registry = kin_mem_zalloc(sizeof(*registry));

	if (registry && pthread_mutex_init(&registry->lock, NULL) != 0) {
		kin_mem_free(registry);
		return NULL;
	}
	return registry;
}

static void free_statements(kin_mapping *const *mappings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < KIN_DIALECT_COUNT; n++)
			kin_mapping_sql_free(mappings[i]->sql[n]);
}

static void free_mapping(kin_mapping *mapping)
{
	if (!mapping)
		return;
	free_statements(&mapping, 1);
	kin_mapping_free_levels(mapping);
	kin_map_done(&mapping->by_name);
	kin_map_done(&mapping->relation_by_name);
	kin_map_done(&mapping->by_column);
}

void kin_registry_free(kin_registry *registry)
{
	if (!registry)
		return;
	for (size_t i = registry->owned.count; i-- > 0;)
		registry->owned.items[i].free_one(registry->owned.items[i].thing);
	kin_vec_done(&registry->owned);
	for (size_t i = 0; registry->current && i < registry->current->count; i++) {
		if (registry->models.items[i]->mapping == registry->current->mappings[i])
			registry->models.items[i]->mapping = NULL;
		free_mapping(registry->current->mappings[i]);
	}
	for (generation *g = registry->current, *former; g; g = former) {
		former = g->former;
		kin_arena_done(&g->arena);
		kin_mem_free(g);
	}
	kin_vec_done(&registry->models);
	pthread_mutex_destroy(&registry->lock);
	kin_mem_free(registry);
}

int kin_registry_add(kin_registry *registry, kin_model *model)
{
	pthread_mutex_lock(&registry->lock);
	bool ok = kin_vec_push(&registry->models, model);
	pthread_mutex_unlock(&registry->lock);
	return ok ? KIN_OK : KIN_ENOMEM;
}

int kin_registry_own(kin_registry *registry, void *thing, void (*free_one)(void *thing))
{
	owned item = { .thing = thing, .free_one = free_one };

	pthread_mutex_lock(&registry->lock);
	bool ok = kin_vec_push(&registry->owned, item);
	pthread_mutex_unlock(&registry->lock);
	return ok ? KIN_OK : KIN_ENOMEM;
}

/* Those in the list that constructors made move to the array. */
static int take_arrived(kin_registry *registry)
{
	while (registry->arrived) {
		kin_model *model = registry->arrived;
		if (!kin_vec_push(&registry->models, model))
			return KIN_ENOMEM;
		registry->arrived = model->next;
	}
	return KIN_OK;
}

static void check_tables(const kin_fitting *fitting)
{
	for (size_t i = 0; i < fitting->mapper_count; i++) {
		const kin_mapping *mapping = fitting->mappers[i].mapping;
		const kin_mapping *first = kin_fitting_by_table(fitting, mapping->model->table);
		if (first != mapping && !fitting->mappers[i].orphan && !(mapping->parent && mapping->level == mapping->parent->level))
			kin_mistake_add(fitting->mistakes, mapping->model->file, mapping->model->line,
			                "%s: the table '%s' is the model %s's already (%s:%d)", mapping->name,
			                mapping->model->table, first->name, first->model->file, first->model->line);
		for (size_t n = 0; n < fitting->mapping_count && fitting->mappings[n] != mapping; n++)
			if (strcmp(fitting->mappings[n]->name, mapping->name) == 0)
				kin_mistake_add(fitting->mistakes, mapping->model->file, mapping->model->line,
				                "%s: two models have this name", mapping->name);
	}
}

static int make_mapping(generation *next, kin_fitting *fitting, kin_mapper *mapper)
{
	mapper->parent = kin_fitting_parent(fitting, mapper);
	if (mapper->failed || kin_mapping_make(&next->arena, mapper, fitting->mistakes) < 0)
		return KIN_ENOMEM;
	mapper->mapping->id = mapper->mapping->identity = (uint16_t)mapper->number;
	next->mappings[mapper->number] = mapper->mapping;
	for (int d = 0; d < KIN_DIALECT_COUNT; d++) {
		const kin_dialect *dialect = kin_dialect_get((kin_dialect_id)d);
		if (!(mapper->mapping->sql[d] = kin_mapping_sql_new(mapper->mapping, dialect)))
			return KIN_ENOMEM;
	}
	return KIN_OK;
}

/* Run the body of each new model, and make its mapping after that of what it inherits from. */
static int make_mappings(kin_registry *registry, generation *next, kin_fitting *fitting)
{
	size_t known = fitting->mapping_count = next->count;

	for (size_t i = 0; i < fitting->mapper_count; i++) {
		kin_mapper *mapper = &fitting->mappers[i];
		mapper->model = registry->models.items[known + i];
		mapper->number = known + i;
		mapper->model->map(mapper, NULL);
	}
	if (kin_fitting_parents(fitting) < 0)
		return KIN_ENOMEM;
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (make_mapping(next, fitting, &fitting->mappers[i]) < 0)
			return KIN_ENOMEM;
	next->count += fitting->mapper_count;
	fitting->mapping_count = next->count;
	return kin_fitting_lineages(fitting);
}

/* ---- tables between models, which have none of their own ---- */

static bool is_through(const kin_draft_relation *draft)
{
	return draft->form == KIN_MANY_TO_MANY;
}

/* Room for as many as there may be. */
static int reserve_links(generation *next, kin_fitting *fitting)
{
	size_t most = 0;

	for (size_t i = 0; i < fitting->mapper_count; i++)
		for (size_t n = 0; n < fitting->mappers[i].relations.count; n++)
			most += is_through(&fitting->mappers[i].relations.items[n]);
	if (most == 0)
		return KIN_OK;
	kin_mapping **mappings = kin_arena_zalloc(&next->arena, (next->count + most + 1) * sizeof(*mappings));
	kin_mapper *mappers = kin_mem_zalloc((fitting->mapper_count + most) * sizeof(*mappers));
	if (!mappings || !mappers) {
		kin_mem_free(mappers);
		return KIN_ENOMEM;
	}
	memcpy(mappings, next->mappings, next->count * sizeof(*mappings));
	memcpy(mappers, fitting->mappers, fitting->mapper_count * sizeof(*mappers));
	kin_mem_free(fitting->mappers);
	fitting->mappers = mappers;
	fitting->mappings = next->mappings = mappings;
	return KIN_OK;
}

static int make_link(kin_registry *registry, generation *next, kin_fitting *fitting, const kin_mapping *mapping,
                     const kin_draft_relation *draft)
{
	kin_mapper *mapper = &fitting->mappers[fitting->mapper_count];
	kin_model *model;
	int rc = kin_fitting_link_model(fitting, mapping, draft, mapper, &model);

	if (rc == KIN_OK && !model)
		return KIN_OK;
	fitting->mapper_count++; /* to be freed with the others */
	if (rc < 0 || !kin_vec_push(&registry->models, model))
		return KIN_ENOMEM;
	mapper->number = next->count;
	if (make_mapping(next, fitting, mapper) < 0)
		return KIN_ENOMEM;
	fitting->mapping_count = ++next->count;
	return KIN_OK;
}

static int make_links(kin_registry *registry, generation *next, kin_fitting *fitting)
{
	size_t models = fitting->mapper_count;
	int rc = reserve_links(next, fitting);

	for (size_t i = 0; i < models && rc == KIN_OK; i++) {
		const kin_mapper *mapper = &fitting->mappers[i];
		for (size_t n = 0; n < mapper->relations.count && rc == KIN_OK; n++)
			if (is_through(&mapper->relations.items[n]))
				rc = make_link(registry, next, fitting, mapper->mapping, &mapper->relations.items[n]);
	}
	return rc;
}

/* All is well: from here on nothing fails. */
static void publish(kin_registry *registry, generation *next, kin_fitting *fitting)
{
	for (size_t i = 0; i < fitting->late.count; i++)
		fitting->late.items[i].relation->reverse = fitting->late.items[i].reverse;
	for (size_t i = 0; i < fitting->late_ends.count; i++) {
		kin_late_end *late = &fitting->late_ends.items[i];
		late->end->next = late->mapping->links;
		__atomic_store_n(&late->mapping->links, late->end, __ATOMIC_RELEASE);
	}
	for (size_t i = next->count - fitting->mapper_count; i < next->count; i++)
		next->mappings[i]->registry = registry;
	next->former = registry->current;
	__atomic_store_n(&registry->current, next, __ATOMIC_RELEASE);
	for (size_t i = next->count - fitting->mapper_count; i < next->count; i++)
		if (!registry->models.items[i]->mapping) /* the first registry's is at hand; others search */
			__atomic_store_n(&registry->models.items[i]->mapping, next->mappings[i], __ATOMIC_RELEASE);
}

static int fit_together(kin_registry *registry, generation *next, kin_fitting *fitting, kin_error *error)
{
	if (make_mappings(registry, next, fitting) < 0 || make_links(registry, next, fitting) < 0)
		return kin_error_nomem(error);
	check_tables(fitting);
	if (kin_fitting_foreign(fitting) < 0 || kin_fitting_relations(fitting) < 0 || kin_fitting_distribution(fitting) < 0 ||
	    kin_fitting_levels(fitting) < 0)
		return kin_error_nomem(error);
	return kin_mistakes_report(fitting->mistakes, error);
}

static generation *new_generation(const kin_registry *registry)
{
	generation *next = kin_mem_zalloc(sizeof(*next));

	if (!next)
		return NULL;
	kin_arena_init(&next->arena);
	next->mappings = kin_arena_zalloc(&next->arena, (registry->models.count + 1) * sizeof(*next->mappings));
	if (!next->mappings) {
		kin_arena_done(&next->arena);
		kin_mem_free(next);
		return NULL;
	}
	if (registry->current) {
		next->count = registry->current->count;
		memcpy(next->mappings, registry->current->mappings, next->count * sizeof(*next->mappings));
	}
	return next;
}

static int configure(kin_registry *registry, kin_error *error)
{
	size_t known = registry->current ? registry->current->count : 0, models = registry->models.count;
	kin_mistakes mistakes = { 0 };
	kin_fitting fitting = { .mistakes = &mistakes, .mapper_count = registry->models.count - known };
	generation *next = new_generation(registry);
	int rc;

	fitting.mappers = kin_mem_zalloc((fitting.mapper_count + 1) * sizeof(*fitting.mappers));
	if (!next || !fitting.mappers) {
		rc = kin_error_nomem(error);
		goto out;
	}
	fitting.arena = &next->arena;
	fitting.mappings = next->mappings;
	rc = fit_together(registry, next, &fitting, error);
	if (rc == KIN_OK) {
		publish(registry, next, &fitting);
		next = NULL;
	}
out:
	for (size_t i = 0; fitting.mappers && i < fitting.mapper_count; i++) {
		if (next)
			free_mapping(fitting.mappers[i].mapping);
		kin_mapper_done(&fitting.mappers[i]);
	}
	if (next) {
		registry->models.count = models; /* without those that were made here */
		kin_arena_done(&next->arena);
		kin_mem_free(next);
	}
	kin_mem_free(fitting.mappers);
	kin_vec_done(&fitting.late);
	kin_vec_done(&fitting.late_ends);
	kin_mistakes_done(&mistakes);
	return rc;
}

int kin_registry_configure(kin_registry *registry, kin_error *error)
{
	int rc = KIN_OK;

	pthread_mutex_lock(&registry->lock);
	if (take_arrived(registry) < 0)
		rc = kin_error_nomem(error);
	else if (!registry->current || registry->current->count < registry->models.count)
		rc = configure(registry, error);
	pthread_mutex_unlock(&registry->lock);
	return rc;
}

static const generation *current(const kin_registry *registry)
{
	return __atomic_load_n(&registry->current, __ATOMIC_ACQUIRE);
}

size_t kin_registry_count(const kin_registry *registry)
{
	const generation *g = current(registry);

	return g ? g->count : 0;
}

const kin_mapping *kin_registry_mapping(const kin_registry *registry, size_t id)
{
	const generation *g = current(registry);

	return g && id < g->count ? g->mappings[id] : NULL;
}

const kin_mapping *kin_registry_find(const kin_registry *registry, const char *model_name)
{
	const generation *g = current(registry);

	for (size_t i = 0; g && i < g->count; i++)
		if (strcmp(g->mappings[i]->name, model_name) == 0)
			return g->mappings[i];
	return NULL;
}
