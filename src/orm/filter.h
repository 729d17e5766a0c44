/* filter.h - conditions that a model's rows fulfil in all that is asked of them: kin_filter().
 *
 * They stand in the trees of the statements, beside the tables that they are about, and cost nothing where a model has none. The value of one is the
 * session's: its placeholder is no slot of the query, but has a number that says which model's filter it is of. */
#ifndef KIN_ORM_FILTER_H
#define KIN_ORM_FILTER_H

#include "orm/mapper.h"
#include "orm/resolve.h"

typedef struct kin_filter {
	const char *name;  /* of the filter, and of the session's value */
	const char *text;
	bool        takes; /* a value */
	kin_slot    slot;  /* what that is compared with */
	const char *file;
	int         line;
} kin_filter;

enum { KIN_FILTERS_MOST = 16 }; /* of a model */

/* Placeholders from here on are filters'. */
#define KIN_FILTER_PARAM UINT32_C(0x40000000)

/* mapping_filter.c: the kin_filter() lines of a model. KIN_OK even with mistakes; KIN_ENOMEM. */
int kin_mapping_make_filters(kin_arena *arena, kin_mapper *mapper, kin_mistakes *mistakes);

/* AND to a condition (NULL: none yet) what the filters say of the mapping's rows in the table `alias`, but for those that the query is without. false
 * when memory is out. */
bool kin_filter_add(const kin_resolver *resolver, const kin_mapping *mapping, const char *alias, kin_expr **condition);
/* Whose a placeholder is. */
const kin_filter *kin_filter_of_param(const struct kin_registry *registry, uint32_t param, const kin_mapping **ret_mapping);
/* Every name behind `unfiltered` is some model's filter; else that is a problem. KIN_OK or KIN_ENOMEM. */
int kin_filter_check(kin_resolver *resolver, const kin_query_text *text);

/* filter_value.c: an object by its key, if the session has it, or the filters let it through; *ret_object NULL: neither. KIN_OK or the session's error. */
int kin_filter_get(kin_session *session, const kin_mapping *mapping, const kin_value *keys, void **ret_object);
/* The value of a placeholder that is a filter's. KIN_OK, or the session's error: it has none. */
int kin_filter_value(kin_session *session, uint32_t param, kin_value *ret);

#endif
