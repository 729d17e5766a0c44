/* uow.h - the plan of one flush: which objects are saved and deleted, in which order. */
#ifndef KIN_ORM_UOW_H
#define KIN_ORM_UOW_H

#include "orm/unit.h"

/* Objects of one mapping that are saved (or deleted) together. */
typedef struct kin_uow_action {
	const kin_mapping *mapping;
	kin_tracked      **items;
	size_t             count;
	size_t             new_count; /* so many of them have no row yet */
	bool               one_by_one; /* rows of it may point at each other: the keys of one are needed for the next */
} kin_uow_action;

/* An object that is planned. What sorting asks for stands beside it, for many objects are more than the caches hold. */
typedef struct kin_uow_item {
	kin_tracked *tracked;
	uint16_t     mapping; /* its id */
	bool         is_new;
} kin_uow_item;

/* A many-to-many list that may have changed. */
typedef struct kin_uow_list {
	kin_tracked        *owner;
	const kin_relation *relation;
} kin_uow_list;

typedef struct kin_uow {
	kin_session           *session;
	kin_arena              arena;   /* of the plan */
	kin_vec(kin_uow_item)  saves;   /* new and changed, in the order they were added */
	kin_vec(kin_uow_item)  deletes;
	kin_vec(kin_uow_list)  lists;
	size_t                 settled; /* how many of .saves are written and done with */
	size_t                 followed; /* how many of .deletes have had their cascades */
	bool                   stirred;  /* objects were touched that have been looked at already */
	bool                   parents;  /* a relationship that is .single_parent changed */
	bool                   loose;    /* the plans leave out what .post_update does afterwards, for with it rows are in a circle */
	kin_vec(kin_uow_action) save_plan; /* what a row points at comes before it */
	kin_vec(kin_uow_action) delete_plan; /* the other way round */
} kin_uow;

void kin_uow_init(kin_uow *uow, kin_session *session);
void kin_uow_done(kin_uow *uow);
/* Find what has to be saved and deleted, and what follows it. KIN_OK or the error, which is in the session. */
int kin_uow_gather(kin_uow *uow);
/* What relationships that are .single_parent ask: nobody has two parents (KIN_EINVAL), and who lost the only one is deleted, where they delete
 * orphans. Part of the gathering. KIN_OK or the error, which is in the session. */
int kin_uow_parents(kin_uow *uow);
/* Many-to-many lists of objects of one mapping that are deleted, which their cascades are about to look into: they are loaded, and know what the other
 * sides' lists have gained and lost since the last flush. Nothing is loaded where none of those changed. KIN_OK or the error, which is in the session. */
int kin_uow_step_links(kin_uow *uow, const void *const *objects, size_t count);
/* Make the two plans. KIN_ECYCLE when rows depend on each other in a circle. */
int kin_uow_sort(kin_uow *uow);

#endif
