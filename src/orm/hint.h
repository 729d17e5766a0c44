/* hint.h - what a database says of the program's queries: tables that are read whole for want of an index, and indexes that no query needs.
 *
 * Nothing of it is wrong, and much depends on what is in the tables: these are hints, and never problems. */
#ifndef KIN_ORM_HINT_H
#define KIN_ORM_HINT_H

#include "db/connection.h"
#include "orm/site.h"

/* Ask the database how it would go about every query of the program (EXPLAIN, in a transaction that is rolled back; and how many rows are in the tables
 * that it would read whole, up to 1,000). Nothing is written, no query runs. Files in the order of their names; then what is about all of them.
 *
 * KIN_OK; or what kept it from asking: KIN_ECANTOPEN, KIN_ENOMEM … A query that the database refuses is a hint. */
int kin_hint_all(kin_registry *registry, kin_db *db, kin_site_report *report, void *context, size_t *ret_hints, kin_error *error);
/* The same for these sites alone. */
int kin_hint_sites(kin_registry *registry, kin_db *db, kin_site *const *sites, size_t count, kin_site_report *report, void *context, size_t *ret_hints,
                   kin_error *error);

#endif
