/* plan_keep.c - keeps a plan where the next call finds it: in its site, its relationship, or its model.
 *
 * Two threads may make the same plan at once; the one that is published first is used by both. The registry owns all of them. */
#include "orm/plan_select.h"

#include "base/mem.h"

kin_plan *kin_plan_empty(const kin_mapping *mapping, kin_verb verb)
{
	kin_plan *plan = kin_mem_zalloc(sizeof(*plan));

	if (!plan)
		return NULL;
	if (pthread_mutex_init(&plan->lock, NULL) != 0) {
		kin_mem_free(plan);
		return NULL;
	}
	kin_arena_init(&plan->arena);
	plan->mapping = mapping;
	plan->registry = mapping ? mapping->registry : NULL;
	plan->verb = (uint8_t)verb;
	return plan;
}

void kin_plan_free(void *memory)
{
	kin_plan *plan = memory;
	void *expected = plan;

	if (!plan)
		return;
	if (plan->home)
		__atomic_compare_exchange_n(plan->home, &expected, NULL, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	for (size_t i = 0; i < plan->row_object_count; i++)
		kin_plan_free(plan->row_objects[i].plan);
	pthread_mutex_destroy(&plan->lock);
	kin_arena_done(&plan->arena);
	kin_mem_free(plan);
}

/* Publish it, unless someone else was faster: then theirs. The registry owns it either way. */
static kin_plan *keep(kin_session *session, kin_plan *plan, void **home, void *former)
{
	if (kin_registry_own(session->registry, plan, kin_plan_free) < 0) {
		kin_plan_free(plan);
		kin_session_nomem(session);
		return NULL;
	}
	plan->home = home;
	if (__atomic_compare_exchange_n(home, &former, plan, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return plan;
	return former;
}

static int make_without_model(kin_session *session, const kin_site *site, kin_plan **ret_plan)
{
	if (site->verb == KIN_VERB_ROWS || site->verb == KIN_VERB_ROW)
		return kin_plan_rows_new(session->registry, site, ret_plan, NULL, NULL, &session->error);
	if (!(*ret_plan = kin_plan_empty(NULL, (kin_verb)site->verb)))
		return kin_error_nomem(&session->error);
	(*ret_plan)->registry = session->registry;
	return KIN_OK;
}

static __attribute__((noinline)) kin_plan *make_for_site(kin_session *session, kin_site *site, kin_plan *former)
{
	kin_plan_source source = { .text = site->text, .kinds = site->kinds, .count = site->count };
	kin_plan_spec spec = {
		.verb = (kin_verb)site->verb, .wheres = &source, .where_count = 1, .upsert = site->upsert, .place = { site->file, site->line },
	};
	kin_plan *plan;
	int rc;

	if (kin_session_ok(session) < 0 || (site->model && !(spec.mapping = kin_session_mapping(session, site->model))))
		return NULL;
	if (site->model)
		rc = kin_plan_new(&spec, &plan, NULL, NULL, &session->error);
	else if ((rc = kin_registry_configure(session->registry, &session->error)) == KIN_OK)
		rc = make_without_model(session, site, &plan);
	if (rc != KIN_OK) {
		session->error.file = site->file;
		session->error.line = site->line;
		return NULL;
	}
	return keep(session, plan, &site->plan, former);
}

kin_plan *kin_plan_of_site(kin_session *session, kin_site *site)
{
	kin_plan *plan = __atomic_load_n(&site->plan, __ATOMIC_ACQUIRE);

	if (session->connection)
		kin_connection_at(session->connection, (kin_place){ site->file, site->line });
	/* Another registry has other mappings. */
	if (__builtin_expect(!plan || plan->registry != session->registry, 0))
		return make_for_site(session, site, plan);
	return plan;
}

/* A mapping is constant to all but the few lines that keep its plans: the memory is the registry's own. */
static void **home_of_relation(const kin_relation *relation)
{
	return &((kin_relation *)(uintptr_t)relation)->plan;
}

static void **home_of_mapping(const kin_mapping *mapping)
{
	return &((kin_mapping *)(uintptr_t)mapping)->plan;
}

static int plan_relation(kin_plan *plan, const kin_relation *relation)
{
	kin_want parent = { .mapping = relation->mapping };
	kin_want want = { .mapping = relation->target, .relation = relation, .parent = &parent, .how = KIN_SELECTIN };
	kin_core core = { .plan = plan };
	int rc = kin_want_usual(&want, &plan->arena);

	return rc < 0 ? rc : kin_plan_select_in(&core, &want, &plan->fetch);
}

kin_plan *kin_plan_of_relation(kin_session *session, const kin_relation *relation)
{
	kin_plan *plan = __atomic_load_n(home_of_relation(relation), __ATOMIC_ACQUIRE);

	if (__builtin_expect(plan != NULL, 1))
		return plan;
	plan = kin_plan_empty(relation->target, KIN_VERB_ALL);
	if (!plan || plan_relation(plan, relation) < 0) {
		kin_plan_free(plan);
		kin_session_nomem(session);
		return NULL;
	}
	return keep(session, plan, home_of_relation(relation), NULL);
}

kin_plan *kin_plan_of_column(kin_session *session, const kin_attribute *attribute)
{
	const kin_attribute *first = attribute->leader ? attribute->leader : attribute;
	void **home = &((kin_attribute *)(uintptr_t)first)->plan;
	kin_plan *plan = __atomic_load_n(home, __ATOMIC_ACQUIRE);

	if (__builtin_expect(plan != NULL, 1))
		return plan;
	plan = kin_plan_empty(attribute->mapping, KIN_VERB_ALL);
	kin_core core = { .plan = plan };
	if (!plan || kin_plan_column(&core, first, &plan->row, &plan->rows) < 0) {
		kin_plan_free(plan);
		kin_session_nomem(session);
		return NULL;
	}
	return keep(session, plan, home, NULL);
}

static __attribute__((noinline)) kin_plan *make_for_key(kin_session *session, const kin_mapping *mapping)
{
	uint8_t *kinds = kin_mem_alloc(mapping->key_count + 1);
	kin_plan_source source = { .text = "", .kinds = kinds, .count = mapping->key_count };
	kin_plan_spec spec = { .mapping = mapping, .verb = KIN_VERB_GET, .wheres = &source, .where_count = 1 };
	kin_plan *plan;
	int rc;

	if (!kinds) {
		kin_session_nomem(session);
		return NULL;
	}
	memset(kinds, KIN_KIND_COUNT, mapping->key_count);
	rc = kin_plan_new(&spec, &plan, NULL, NULL, &session->error);
	kin_mem_free(kinds);
	return rc < 0 ? NULL : keep(session, plan, home_of_mapping(mapping), NULL);
}

kin_plan *kin_plan_of_key(kin_session *session, const kin_mapping *mapping)
{
	kin_plan *plan = __atomic_load_n(home_of_mapping(mapping), __ATOMIC_ACQUIRE);

	return __builtin_expect(plan != NULL, 1) ? plan : make_for_key(session, mapping);
}
