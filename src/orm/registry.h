/* registry.h - all models of a program, and the moment when they are fitted together.
 *
 * Models register themselves before main(). The default registry is configured by the first session, or by
 * kin_registry_configure(); mistakes are collected and reported all together, each with its model, member, file and line. */
#ifndef KIN_ORM_REGISTRY_H
#define KIN_ORM_REGISTRY_H

#include "base/error.h"
#include "orm/mapping.h"
#include "schema/naming.h"

typedef struct kin_registry kin_registry;

/* The one that KIN_MODEL registers with. */
kin_registry *kin_registry_default(void);
/* One of its own, for tests. */
kin_registry *kin_registry_new(void);
void kin_registry_free(kin_registry *registry);
int  kin_registry_add(kin_registry *registry, kin_model *model); /* KIN_OK, KIN_ENOMEM */

/* Run every model's body and resolve the names. Thread-safe; does its work once, and again after a model was added. KIN_EMAPPING with all
 * mistakes, a line each:  models.c:12: Pet.owner: no foreign key of pets points at owners … */
int kin_registry_configure(kin_registry *registry, kin_error *error);

size_t kin_registry_count(const kin_registry *registry);
const kin_mapping *kin_registry_mapping(const kin_registry *registry, size_t id);
const kin_mapping *kin_registry_find(const kin_registry *registry, const char *model_name);

/* The schema that the models describe, in the arena: tables in the order of their names, constraints named by convention. */
int kin_registry_schema(const kin_registry *registry, kin_arena *arena, kin_schema *ret_schema, kin_error *error);
/* What constraints and indexes are called that have no name: borrowed. NULL, as it is at first: the usual. */
void kin_registry_set_naming(kin_registry *registry, const kin_naming *naming);
const kin_naming *kin_registry_naming(const kin_registry *registry);
/* Each kin_table_sql() line, which is to be applied to that schema. Ends with the first code that is not KIN_OK, and returns it. */
typedef int kin_registry_ddl_fn(void *context, const char *sql, const char *file, int line);
int kin_registry_ddl(const kin_registry *registry, kin_registry_ddl_fn *take, void *context);

/* Something whose lifetime is the registry's (plans of query sites): freed with it, by `free_one`. KIN_OK or KIN_ENOMEM. */
int kin_registry_own(kin_registry *registry, void *thing, void (*free_one)(void *thing));

#endif
