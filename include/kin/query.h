/* query.h - queries over models.
 *
 * The text is SQL over the model's attributes, with `?` for values:
 *
 *     kin_all(session, Pet, "species = ? and owner.name like ? order by name limit 10 with owner", "Dog", "B%")
 *
 * A dotted path walks relationships: to one object it joins; through a collection, in a condition, it asks whether
 * one EXISTS that fits. `= ?` with NULL means IS NULL; `owner = ?` takes an object; `in (?)` takes a kin_array().
 *
 * `with owner, pets.visits` loads relationships along, and a word in front says how (kin_lazy has what each sends):
 *
 *     with joined | inner | subquery | selectin | immediate pets        it comes along; inner: who has none is left out
 *     with select | select_one | raise | raise_on_sql | noload pets     it does not, whatever the model says; and what kin_load() does then
 *     with pets, raise *                                                the same for all that the query does not name, as far as it goes; a
 *     with pets, raise pets.*                                           guard against a statement per object. Or of what pets have. select *
 *     with *, selectin *, pets.*                                        all that the model, or what pets are, leads to in one step
 *
 *     with pets where species = ?, pets.visits where cost > ?          some of a list; the values stand in the order of the text
 *     with pets (where species = ? order by age desc limit 3)          and in another order, and so many of each list. In brackets, for an order
 *                                                                       behind `with` is the query's
 *     with owner where active = true                                    of a relationship to one: who does not fit stays unloaded, kin_is_loaded()
 *                                                                       says so; with `inner` the object does not come either
 *
 * A limit numbers the rows of each parent by a window function, in the list's order and then by the key; it is one statement as without it:
 *
 *     selectin  SELECT pets.… FROM pets JOIN (SELECT pets.id, row_number() OVER (PARTITION BY pets.owner_id ORDER BY pets.age DESC, pets.id) … FROM pets
 *               WHERE pets.owner_id IN (?, …)) … WHERE … <= 3
 *     joined    … LEFT OUTER JOIN (SELECT pets.…, row_number() OVER (…) … FROM pets) AS pets_1 ON owners.id = pets_1.owner_id AND … <= 3; it, and
 *               subquery, number all of a table, also what the query's condition leaves out: selectin is for large ones
 *
 * A list with a condition or a limit shows what the query asked for, and is no whole: kin_append() and kin_remove() say whose the item is and leave
 * the list as it was shown (a many-to-many one is loaded whole by them), a flush takes nothing that is missing for removed, and who deletes
 * the owner loads the rest. kin_load() gives the same part again, without SQL; after kin_refresh() it gives the whole. A list that was loaded
 * whole before stays whole. `where` after a relationship is its own: put the query's condition first.
 *
 *     with only (name, species), pets only (name)                      of the texts, bytes and documents only these; numbers, dates and keys
 *     with defer photo, undefer pets.notes                              always come. Or all but this one, or one that the model defers;
 *     with undefer group details, undefer *, defer pets.*               those of a .group, all there are
 *     with raise photo, raise group details                             it does not come, and kin_load() does not load it: KIN_ENOTLOADED. kin_edit()
 *                                                                       leaves it out too
 *
 * A column that did not come is poisoned as an unloaded relationship is: kin_load(pet, photo) loads it, kin_edit() and kin_refresh() load all
 * that an object lacks, a query that brings it fills it, and a flush never writes it.
 *
 * Where neither says how, a to-one relationship is joined and a collection takes one more
 * statement per 500 parents (selectin). A way that is said goes for every step of a path that it is the first to name.
 * A path that the condition or the order walks is joined once, for that and for the load. What is said of relationships that do not come
 * along stays with the objects that this query brought; those that the session had already keep what they came with.
 *
 * Where a query without a condition or limit brings more than 2,000 objects, subquery and selectin load all of a
 * collection's table instead, in one statement: `SELECT pets.… FROM pets`.
 *
 * `for update [nowait | skip locked]` locks the rows of the model (not those that come along) until the transaction ends: others wait for
 * them, fail with KIN_EBUSY, or pass them over. Objects that the session had already, and nobody has opened for writing, get the columns
 * that the row has now. SQLite has no locks of rows and says nothing: there who writes is alone, from its first write on.
 *
 * What is not loaded along is loaded by kin_load(): for one object of a list alone the first time, and from then on
 * for 500 of its siblings at once.
 *
 * What a model's kin_filter() lines say holds in every query about it; `unfiltered live` at the end of the text is without that one, and
 * `unfiltered` without any, of all models in the query and of what comes along with it: "species = ? order by name unfiltered live".
 *
 * Functions have one name and give the same on every database:
 *
 *     text     lower upper length octet_length trim ltrim rtrim (x[, characters]) substr(x, from[, n]) left right (x, n) replace(x, a, b)
 *              repeat(x, n) reverse lpad rpad (x, n, fill) concat(x, …) instr(x, part) starts_with ends_with contains (x, part), and x || y
 *     numbers  abs sign round(x[, digits]) ceil floor mod(x, y) power(x, y) sqrt exp ln log10 greatest least (x, y, …) random() from 0 to 1
 *     moments  now() current_date current_time current_timestamp; year quarter month week day hour minute second day_of_week (1: Monday)
 *              day_of_year epoch (seconds since 1970) of x; date(x) start_of_week start_of_month start_of_year; datediff(later, earlier) in
 *              days; add_years add_months add_days add_hours add_minutes add_seconds (x, n): a day that a month lacks is its last one
 *     others   coalesce nullif ifnull, case … end, cast(x as type), json_value(document, '$.path')
 *     patterns regexp_like(x, pattern[, 'i']) regexp_replace(x, pattern, new): POSIX extended expressions, of which `\\1` is what the first
 *              parentheses took
 *     of rows  count sum avg min max stddev_samp stddev_pop var_samp var_pop (stddev, variance: of samples) string_agg(x, separator) group_concat
 *              bool_and bool_or, each over (…) too; row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
 *              over (…)
 *
 * count(*) filter (where age > 3) is an aggregate of some rows. Between integers `/` gives one, cut towards zero, as `%` goes with it; `& | << >> ~` are
 * for those that are not negative. `||` joins texts.
 *
 * What stays the database's own: whether LIKE minds the case of letters, the order of texts (its collation), cast(7.9 as integer), which SQLite
 * cuts and the others round, and what a division by zero gives, NULL or, on PostgreSQL, an error.
 *
 * Strings that are longer than n are cut by lpad and rpad; greatest and least of a NULL are NULL, but on PostgreSQL that of the others. `kin check`
 * knows how many arguments each takes, and what is meant by a name that is nearly one of these; any other goes to the database as it stands.
 *
 * It must be a string literal, so a value can never become part of it. Each place in the program that asks
 * is a static kin_site: its text is parsed once, and `kin check` finds and verifies them all without running. */
#ifndef KIN_QUERY_H
#define KIN_QUERY_H

#include <kin/model.h>
#include <kin/session.h>
#include <kin/value.h>

KIN_BEGIN_DECLS

/** What a site asks for. */
typedef enum kin_verb {
	KIN_VERB_GET,    /* one object by its key; no text */
	KIN_VERB_FIRST,  /* the first or none */
	KIN_VERB_ONE,    /* exactly one */
	KIN_VERB_ALL,
	KIN_VERB_COUNT,
	KIN_VERB_EXISTS,
	KIN_VERB_STREAM,
	KIN_VERB_UPDATE, /* "species = ? where species = ?" */
	KIN_VERB_DELETE, /* the condition; an empty one is refused, KIN_VERB_DELETE_ALL is meant then */
	KIN_VERB_DELETE_ALL,
	KIN_VERB_ROWS,       /* rows that are no objects: kin/select.h */
	KIN_VERB_ROW,        /* the first of them */
	KIN_VERB_NATIVE,     /* the same in the database's own SQL */
	KIN_VERB_NATIVE_RUN, /* that has no rows */
	KIN_VERB_INSERT,     /* an array of structs: kin/bulk.h */
	KIN_VERB_UPSERT,
	KIN_VERB_PAGINATE,   /* a page of objects: kin/page.h */
	KIN_VERB_UPDATE_RETURNING,
	KIN_VERB_DELETE_RETURNING,
	KIN_VERB_AFTER,      /* the objects behind one: kin/page.h */
} kin_verb;

struct kin_row;
struct kin_upsert_options;

/** A query as it stands in the program. Made by the macros, static, one per place. */
typedef struct kin_site {
	kin_model     *model; /* NULL: the text says it, or nothing does */
	const struct kin_row *row; /* what a row is put into; NULL: into the model's objects */
	const char    *text;
	const uint8_t *kinds; /* the arguments' kinds, perhaps | KIN_KIND_NULLABLE */
	uint16_t       count; /* how many arguments */
	uint8_t        verb;  /* a kin_verb */
	const struct kin_upsert_options *upsert; /* of KIN_VERB_UPSERT */
	const char    *file;
	int            line;
	void          *plan;  /* private: the parsed query. Published once, atomically */
} kin_site;

/* A list of any model, as the functions see it; every Model_list has this shape. */
typedef struct kin_list {
	const void *const *items;
	size_t             count;
} kin_list;

/* The functions under the macros. `values` are the site's arguments, in order. */
KIN_API const void *kin_site_get(kin_session *session, kin_site *site, const kin_value *values);
KIN_API const void *kin_site_first(kin_session *session, kin_site *site, const kin_value *values);
KIN_API const void *kin_site_one(kin_session *session, kin_site *site, const kin_value *values);
KIN_API kin_list kin_site_all(kin_session *session, kin_site *site, const kin_value *values);
KIN_API int64_t kin_site_count(kin_session *session, kin_site *site, const kin_value *values);
KIN_API bool kin_site_exists(kin_session *session, kin_site *site, const kin_value *values);
KIN_API int64_t kin_site_update(kin_session *session, kin_site *site, const kin_value *values);
KIN_API int64_t kin_site_delete(kin_session *session, kin_site *site, const kin_value *values);
KIN_API kin_list kin_site_returning(kin_session *session, kin_site *site, const kin_value *values);

/** A stream in progress; see kin_stream(). */
typedef struct kin_stream_state {
	kin_session *session;
	void        *cursor; /* private */
} kin_stream_state;
KIN_API kin_stream_state kin_site_stream(kin_session *session, kin_site *site, const kin_value *values);
KIN_API const void *kin_stream_next(kin_stream_state *stream);
KIN_API void kin_stream_end(kin_stream_state *stream);

/** Called by each shared object for the range of pointers to its sites. */
KIN_API void kin_sites_register(kin_site *const *begin, kin_site *const *end);

/* Queries that are built at run time. */
typedef struct kin_query kin_query;

/** A query over all of a model's rows. Belongs to the session. */
KIN_API kin_query *kin_query_new_of(kin_session *session, kin_model *model);
KIN_API void kin_query_where(kin_query *query, const char *condition, const kin_value *values, size_t count);
/** Sort after what is sorted by so far; "name desc, id". The text may come from anywhere: only attributes
 * of the model are accepted. */
KIN_API void kin_order_by(kin_query *query, const char *attributes);
KIN_API void kin_limit(kin_query *query, int64_t rows);
KIN_API void kin_offset(kin_query *query, int64_t rows);
/** Eager loading, as after `with`: "owner", "subquery pets", "pets (order by age desc limit 3)". The text may come from anywhere: names and numbers only
 * are accepted, a condition is for kin_with_where(). */
KIN_API void kin_with(kin_query *query, const char *relationships);
KIN_API void kin_query_with(kin_query *query, const char *relationships, const kin_value *values, size_t count);
/** Without these filters of the models, as behind `unfiltered`: "live, tenant"; "" is all. */
KIN_API void kin_unfiltered(kin_query *query, const char *filters);
/* `model` is what the objects are taken for: KIN_EINVAL where the query is over another. */
KIN_API kin_list kin_query_list(kin_query *query, const kin_model *model);
KIN_API const void *kin_query_get_first(kin_query *query, const kin_model *model);
/** How many objects fit; -1 after an error. */
KIN_API int64_t kin_query_count(kin_query *query);

KIN_END_DECLS

#ifndef __cplusplus

/* The pointers to all sites of a shared object stand in one section; these are its ends. */
extern kin_site *const __start_kin_sites[] __attribute__((weak, visibility("hidden")));
extern kin_site *const __stop_kin_sites[] __attribute__((weak, visibility("hidden")));

__attribute__((constructor)) static void kin_register_sites_(void)
{
	kin_sites_register(__start_kin_sites, __stop_kin_sites);
}

#define KIN_TEXT_OF_(...)       KIN_TEXT_OF__(__VA_ARGS__, %)
#define KIN_TEXT_OF__(text, ...) text
#define KIN_VALUES_OF_(m, text, ...) KIN_MAP(m __VA_OPT__(,) __VA_ARGS__)

/* A static site, for the text and arguments that follow. Its name is numbered, so that one query in another's arguments hides nothing. */
#define KIN_SITE_(site, kinds_, verb_, about, ...) \
	static const uint8_t kinds_[] = { 0, KIN_VALUES_OF_(KIN_ARGUMENT_KIND, "" __VA_ARGS__) }; \
	static kin_site site = { \
		about, .text = KIN_TEXT_OF_("" __VA_ARGS__), \
		.kinds = kinds_ + 1, .count = sizeof(kinds_) - 1, \
		.verb = verb_, .file = __FILE__, .line = __LINE__, \
	}; \
	static kin_site *const KIN_JOIN(site, pointer_) \
		__attribute__((used, section("kin_sites"))) = &site

#define KIN_ASK_(function, verb, session, Model, ...) \
	KIN_ASK_ABOUT_(function, verb, session, .model = &Model##_model __VA_OPT__(,) __VA_ARGS__)
#define KIN_ASK_ABOUT_(...) KIN_ASK_NUMBERED_(__COUNTER__, __VA_ARGS__)
#define KIN_ASK_NUMBERED_(number, ...) \
	KIN_ASK_AT_(KIN_JOIN(kin_site_, number), KIN_JOIN(kin_kinds_, number), __VA_ARGS__)
#define KIN_ASK_AT_(site, kinds, function, verb, session, about, ...) \
	__extension__ ({ \
		KIN_SITE_(site, kinds, verb, about __VA_OPT__(,) __VA_ARGS__); \
		function((session), &site, \
		         __extension__ (const kin_value[]){ KIN_VALUES_OF_(KIN_ARGUMENT, "" __VA_ARGS__) }); \
	})

/* A kin_list as the model's own list. */
#define KIN_LIST_(Model, list) KIN_LIST_NUMBERED_(__COUNTER__, Model, list)
#define KIN_LIST_NUMBERED_(number, Model, list) KIN_LIST_AT_(KIN_JOIN(kin_list_, number), Model, list)
#define KIN_LIST_AT_(name, Model, list) \
	__extension__ ({ \
		kin_list name = (list); \
		(Model##_list){ (const Model *const *)name.items, name.count }; \
	})

/** The object with this key, or NULL. The identity map is asked first; only then the database. */
#define kin_get(session, Model, ...) \
	((const Model *)KIN_ASK_(kin_site_get, KIN_VERB_GET, session, Model, "" __VA_OPT__(,) __VA_ARGS__))

/** The first object that fits, or NULL. SQL: … LIMIT 1. */
#define kin_first(session, Model, ...) \
	((const Model *)KIN_ASK_(kin_site_first, KIN_VERB_FIRST, session, Model __VA_OPT__(,) __VA_ARGS__))

/** The one object that fits; KIN_ENOTFOUND or KIN_EMULTIPLE otherwise. */
#define kin_one(session, Model, ...) \
	((const Model *)KIN_ASK_(kin_site_one, KIN_VERB_ONE, session, Model __VA_OPT__(,) __VA_ARGS__))

/** All objects that fit, as a Model_list that lives as long as the session. */
#define kin_all(session, Model, ...) \
	KIN_LIST_(Model, KIN_ASK_(kin_site_all, KIN_VERB_ALL, session, Model __VA_OPT__(,) __VA_ARGS__))

/** How many fit; -1 after an error. */
#define kin_count(session, Model, ...) \
	KIN_ASK_(kin_site_count, KIN_VERB_COUNT, session, Model __VA_OPT__(,) __VA_ARGS__)

/** Whether any fits. */
#define kin_exists(session, Model, ...) \
	KIN_ASK_(kin_site_exists, KIN_VERB_EXISTS, session, Model __VA_OPT__(,) __VA_ARGS__)

/** UPDATE without loading: kin_update(s, Pet, "species = ? where species = ?", "Dog", "dog").
 * Loaded objects are brought in step. Returns how many rows; -1 after an error. */
#define kin_update(session, Model, ...) \
	KIN_ASK_(kin_site_update, KIN_VERB_UPDATE, session, Model __VA_OPT__(,) __VA_ARGS__)

/** DELETE without loading: the rows that fit the condition, which may not be empty. */
#define kin_delete_where(session, Model, ...) \
	KIN_ASK_(kin_site_delete, KIN_VERB_DELETE, session, Model __VA_OPT__(,) __VA_ARGS__)

/**
 * kin_update(), and the objects whose rows were changed, as a Model_list in no order: kin_update_returning(s, Job, "worker = ? where id in (?)", …).
 * SQL: UPDATE … RETURNING all columns. MariaDB has none of that for UPDATE: SELECT … FOR UPDATE, UPDATE, and SELECT by the keys.
 * Where objects were loaded before, a SELECT brings them in step.
 */
#define kin_update_returning(session, Model, ...) \
	KIN_LIST_(Model, KIN_ASK_(kin_site_returning, KIN_VERB_UPDATE_RETURNING, session, Model __VA_OPT__(,) __VA_ARGS__))

/** kin_delete_where(), and what the rows were, as objects that are deleted: readable, and detached after the commit.
 * SQL: DELETE … RETURNING all columns. */
#define kin_delete_returning(session, Model, ...) \
	KIN_LIST_(Model, KIN_ASK_(kin_site_returning, KIN_VERB_DELETE_RETURNING, session, Model __VA_OPT__(,) __VA_ARGS__))

/** DELETE every row of the table. */
#define kin_delete_all(session, Model) \
	KIN_ASK_(kin_site_delete, KIN_VERB_DELETE_ALL, session, Model)

/**
 * Walk the objects that fit in constant memory: kin_stream(s, Pet, pet, "species = ?", "Dog") { … }
 * The object is detached and its memory is used again by the next one. `break` is fine; `return` and
 * `goto` out of the block are too: the stream ends with its scope.
 * What is joined to one comes with the row. What else `with` names comes too: the objects of 256 rows are in memory at once, which is given back
 * when the next are, and one more statement for each relationship loads theirs by their keys (selectin; a subquery or a joined list becomes that, a
 * joined list with a condition is an error). These objects belong to the stream alone, live until it goes on, and are to be read only:
 *
 *     kin_stream(s, Owner, owner, "order by name with pets, pets.visits") { … }
 *     SELECT owners.… FROM owners ORDER BY owners.name
 *     SELECT pets.… FROM pets WHERE pets.owner_id IN (?, …)      and so on, for every 256 owners
 *
 * An array among the arguments lives as long as the stream, then. What models load unasked is left out.
 *
 * kin_load() of a streamed object loads what it was not streamed with, and from the next row on the stream has 256 objects in memory at once, for
 * which the same is loaded together: a loop over n owners that asks for their pets takes 1 + n / 256 statements more. kin_append(), kin_edit()
 * and their like are KIN_EDETACHED or KIN_EINVAL: kin_merge() gives the session's own.
 *
 * Other queries and streams may run in the loop. SQL on PostgreSQL: DECLARE, and a FETCH for every 256 KiB of rows.
 */
#define kin_stream(session, Model, item, ...) \
	for (kin_stream_state kin_stream_##item __attribute__((cleanup(kin_stream_end))) = \
	             KIN_ASK_(kin_site_stream, KIN_VERB_STREAM, session, Model __VA_OPT__(,) __VA_ARGS__), \
	             *kin_once_##item = &kin_stream_##item; \
	     kin_once_##item; kin_once_##item = NULL) \
		for (const Model *item; (item = (const Model *)kin_stream_next(&kin_stream_##item));)

/** A query that is built at run time; the conditions are still literals. */
#define kin_query_new(session, Model) kin_query_new_of((session), &Model##_model)
#define kin_where(query, ...) \
	kin_query_where((query), KIN_TEXT_OF_("" __VA_ARGS__), \
	                __extension__ (const kin_value[]){ KIN_VALUES_OF_(KIN_ARGUMENT, "" __VA_ARGS__) }, \
	                sizeof(__extension__ (const kin_value[]){ KIN_VALUES_OF_(KIN_ARGUMENT, "" __VA_ARGS__) }) / \
	                        sizeof(kin_value))
/** Eager loading with values: kin_with_where(query, "pets where species = ?", "Dog"); a literal. */
#define kin_with_where(query, ...) \
	kin_query_with((query), KIN_TEXT_OF_("" __VA_ARGS__), \
	               __extension__ (const kin_value[]){ KIN_VALUES_OF_(KIN_ARGUMENT, "" __VA_ARGS__) }, \
	               sizeof(__extension__ (const kin_value[]){ KIN_VALUES_OF_(KIN_ARGUMENT, "" __VA_ARGS__) }) / \
	                       sizeof(kin_value))
#define kin_query_all(query, Model) KIN_LIST_(Model, kin_query_list((query), &Model##_model))
#define kin_query_first(query, Model) ((const Model *)kin_query_get_first((query), &Model##_model))

#endif /* __cplusplus */

#endif
