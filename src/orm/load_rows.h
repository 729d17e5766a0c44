/* load_rows.h - the rows of a SELECT become objects, linked as its joins say; then what takes statements of its own is loaded for them. */
#ifndef KIN_ORM_LOAD_ROWS_H
#define KIN_ORM_LOAD_ROWS_H

#include "orm/query.h"

/* A parent and one of its children; the child NULL: it has none. */
typedef struct kin_load_link {
	void *parent;
	void *child;
} kin_load_link;

typedef kin_vec(kin_load_link) kin_load_links;
typedef kin_vec(void *) kin_objects;

/* Whether a relationship need not be loaded: it is, or the program has assigned it. */
static inline bool kin_load_is_known(const void *object, const kin_relation *relation)
{
	const kin_instance *instance = kin_instance_of(object);

	if (kin_instance_is_loaded(instance, relation))
		return true;
	return !relation->to_many && instance->tracked && *(void **)kin_member(object, relation->offset) != KIN_UNLOADED;
}

/* The object's side of a relationship, by pair. false: there is NULL in it, so that nothing can be there. */
static inline bool kin_load_local_values(const void *object, const kin_relation *relation, kin_value *ret_values)
{
	bool all = true;

	for (size_t i = 0; i < relation->pair_count; i++) {
		ret_values[i] = kin_attribute_value(relation->pairs[i].local, object);
		all = all && ret_values[i].kind != KIN_KIND_NULL;
	}
	return all;
}

/* Whether a joined object that the row lacks is there, and the part's condition has left it out. */
static inline bool kin_load_may_be_left_out(const kin_part *part, const void *parent)
{
	kin_value values[part->relation->pair_count];

	return part->some && !part->relation->to_many && kin_load_local_values(parent, part->relation, values);
}

/* The other side of a child that came through its parent is known too. */
static inline void kin_load_set_reverse(const kin_relation *relation, void *parent, void *child)
{
	const kin_relation *reverse = relation->reverse;

	if (child && reverse && !reverse->to_many && !kin_load_is_known(child, reverse))
		kin_instance_set_one(child, reverse, parent);
}

/* The identity map of a mapping, if the session has needed one. */
static inline kin_identity *kin_load_identity(const kin_session *session, const kin_mapping *mapping)
{
	return mapping->identity < session->mapping_count ? session->identities[mapping->identity] : NULL;
}

/* What a statement brought. */
typedef struct kin_loaded {
	kin_objects objects;
	void       *few[4]; /* their first place: most statements bring one object, and need no memory for the list */
	kin_batch  *batch; /* of the new ones among them; NULL: there are none */
	size_t      news;
	bool        kept;  /* the objects are a list in the session's memory */
} kin_loaded;

/* Objects that came with one statement, and are asked for together again. Every kin_batch with .items is one. */
typedef struct kin_load_batch {
	kin_batch batch;
	uint32_t  asked; /* relationships that one of them was asked for */
	struct kin_load_batch *beside; /* of the same statement, of another mapping that inherits from the same; NULL: no more */
	struct kin_load_batch *first;  /* of those; NULL: this one */
	bool      renewed; /* one of them was loaded again after it had expired, */
	size_t    renewed_to; /* and where to look for the next ones that are */
	uint64_t  asked_columns; /* those that one of them was asked for, by their number modulo 64, */
	size_t    columns_to;    /* and where to look for the next ones that lack them */
	size_t    next;  /* where to look for the next siblings that have not been loaded with the others */
} kin_load_batch;

/* Whose children the rows are, where they are someone's. */
typedef struct kin_parents {
	const kin_relation *relation;
	const uint16_t     *columns; /* of the row: the parent's values, by pair */
	struct kin_finder  *finder;
	bool                marked;  /* only those with KIN_INSTANCE_MARK */
} kin_parents;

/*
 * Run a fetch's statement `ask` and make objects of its rows: the first part's are appended to `loaded`, each once. With `parents`, each row's child
 * is appended to `links` instead, the other side of its relationship being set; rows of parents that are not wanted, or have theirs loaded, are
 * passed over. `alone`: few rows are expected, which are no siblings. KIN_OK, or an error that is the session's.
 */
typedef struct kin_load_options {
	bool               alone;
	size_t             most;    /* stop after this many rows; 0: none */
	const kin_parents *parents;
	kin_load_links         *links;
} kin_load_options;
int kin_load_rows(kin_session *session, const kin_fetch *fetch, kin_ask *ask, const kin_value *values,
                  const kin_load_options *options, kin_loaded *loaded);
/* The objects of the next rows of a statement that runs, at most so many; fewer: it has ended. No collection is joined. As above. */
int kin_load_next_rows(kin_session *session, const kin_fetch *fetch, kin_statement *statement, size_t most, kin_loaded *loaded);
/* A value of the current row did not fit: the error says in which row of which table. `places` are the columns of the mapping's attributes; NULL: in their order.
 * Returns the error's code. */
int kin_load_explain(kin_session *session, kin_statement *statement, const kin_mapping *mapping, const uint16_t *places);
void kin_loaded_done(kin_loaded *loaded);
/* The objects become a list in the session's memory, which .objects stays; where all of them are new they know each other as siblings. */
int kin_loaded_list(kin_session *session, kin_loaded *loaded, kin_list *ret_list);

/* load_collect.c: fill the collections of a relationship; those that are loaded are left alone. Without `repeats` each child
 * comes once. Keeps the order of the links. The children's other side is the caller's. */
int kin_load_collect(kin_session *session, const kin_relation *relation, kin_load_link *links, size_t count, bool repeats);

/* loader.c: load everything that comes after a fetch's rows, for the objects of its first part. `values` are the query's. */
int kin_load_laters(kin_session *session, const kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count);

/* loader_selectin.c, loader_subquery.c: a relationship of objects that do not have it loaded yet. */
int kin_load_selectin(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count);
int kin_load_subquery(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count);

/* loader_selectin.c: how many keys of so many columns a statement takes, beside `others` values. */
size_t kin_load_chunk(const kin_session *session, size_t others, size_t columns);

/* loader_immediate.c: the same for each of them alone. */
int kin_load_immediate(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count);

/* lazy.c: a relationship of one object that does not have it loaded, by the values of its side: without SQL, where the session has what it leads to; by
 * a fetch's statement for one. Objects that come are appended to `loaded`. */
bool kin_load_from_session(kin_session *session, void *object, const kin_relation *relation, kin_value *ret_values);
int kin_load_one_of(kin_session *session, kin_fetch *fetch, void *object, const kin_value *values, kin_loaded *loaded);

/* loader_all.c: the same by a scan, where that is the better way. */
bool kin_load_wants_all(const kin_fetch *fetch, size_t count);
int kin_load_all_children(kin_session *session, kin_fetch *fetch, void *const *objects, size_t count);

/* The to-one relationship of objects that hold the key, among what was loaded and what the session has. */
int kin_load_targets(kin_session *session, const kin_fetch *fetch, void *const *objects, size_t count, const kin_loaded *loaded);

/* Load a relationship of an object that need not be the session's: what it leads to is. KIN_OK or the session's error. */
int kin_load_alone(kin_session *session, void *object, const kin_relation *relation);

/* What is still not loaded afterwards has nothing: NULL, or an empty list. */
void kin_load_nothing(const kin_relation *relation, void *const *objects, size_t count);
/* The same after a fetch, whose condition may have left out the one that is there: then the relationship stays unloaded. */
void kin_load_rest(const kin_fetch *fetch, void *const *objects, size_t count);

#endif
