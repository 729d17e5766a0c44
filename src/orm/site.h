/* site.h - all query sites of the program, and their verification without running them (`kin check`). */
#ifndef KIN_ORM_SITE_H
#define KIN_ORM_SITE_H

#include <kin/query.h>

#include "orm/registry.h"

size_t kin_site_total(void);
kin_site *kin_site_at(size_t index);

/* Verify one site against the models: attribute names (with "did you mean"), argument count and kinds, relationship
 * paths. KIN_OK; KIN_EQUERY with one line per problem, each "file:line: sentence". */
int kin_site_check(kin_registry *registry, const kin_site *site, kin_error *error);

/* What is said of a query, or of an index. Borrowed for the call that reports it. */
typedef struct kin_finding {
	const char *file; /* NULL: it is about no one place */
	int         line;
	const char *sentence;
	const char *table; /* NULL: about none alone */
	const char *index; /* that would help, "kin_index((species, age))"; NULL: it is not about one that is missing */
} kin_finding;

typedef void kin_site_report(void *context, const kin_finding *finding);

/* Verify all. *ret_problems is how many were reported. KIN_OK even with problems. */
int kin_site_check_all(kin_registry *registry, kin_site_report *report, void *context,
                       size_t *ret_sites, size_t *ret_problems, kin_error *error);

#endif
