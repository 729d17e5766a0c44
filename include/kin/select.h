/* select.h - rows that are no objects: sums and counts, chosen columns, joins; and the database's own SQL.
 *
 *     typedef struct SpeciesCount {
 *             const char *species;
 *             int64_t     n;
 *     } SpeciesCount;
 *     KIN_ROW(SpeciesCount, species, n);
 *
 *     SpeciesCount_list counts = kin_select(session, SpeciesCount,
 *             "select species, count(*) as n from Pet group by species having count(*) > ? order by n desc", 3);
 *     kin_each(SpeciesCount, row, counts)
 *             printf("%s: %lld\n", row->species, (long long)row->n);
 *
 * The text of kin_select() is SQL over models and attributes, as in query.h, and `kin check` verifies it: names, paths, arguments,
 * and that each value fits the member it goes to. A value goes to the member of its name: what `as` says, or the last name of
 * a path. `from Pet p join p.owner o` names what is joined; a path (owner.name) needs no join; `left join` keeps rows that have
 * nothing to join. A relationship to many is joined (`join pets`), and asked about as everywhere: pets.species = 'dog' in a condition.
 *
 * A member is of any type that a model's can be: a C enum is what its attribute's labels say, a char[N] takes texts that fit (a longer one is
 * KIN_ELENGTH, which names row and column; NULL is the empty text), and a member of a custom type's size what its hook makes of the column. An enum, a
 * kin_nullable() enum and a custom type are filled by an attribute alone, as it is or as min(), max(), coalesce(), a query inside give it; a
 * text member takes an enum's label, and any member what a custom type has stored.
 *
 * A member may be an object, of the session as all others are: `const Owner *owner`. Its value is a relationship to one, or a source by its name:
 *
 *     typedef struct Line { const Owner *owner; int64_t n; } Line;
 *     KIN_ROW(Line, owner, n);
 *     kin_select(session, Line, "select owner, count(*) as n from Pet group by owner")
 *     kin_select(session, PetOf, "select p, o.name from Pet p join p.owner o")
 *
 *     SELECT pets.owner_id AS owner, count(*) AS n FROM pets GROUP BY pets.owner_id
 *     SELECT owners.id, owners.name FROM owners WHERE owners.id IN (?, …)
 *
 * The query brings its key (which `group by owner` groups by), and those that the session has not are loaded after the rows, 500 by a statement,
 * with what their model loads; of a key of several columns each by a statement of its own. NULL: there is none. It stands in the outermost select, not
 * inside others. The struct is the model's, or that of a model it inherits from: seen by its size, and for sure where the row names the model,
 * KIN_ROW(Line, (owner, Owner), n).
 *
 * kin_sql() and kin_sql_run() take the database's own SQL, with `?` for values on every database. Their text is a literal too, but
 * nobody checks it before it runs; columns go to the members of their names. It knows no attributes: enums come as texts there.
 *
 * Rows, their strings and their list live in the session. They are not tracked. Before each of these the session flushes (autoflush). */
#ifndef KIN_SELECT_H
#define KIN_SELECT_H

#include <kin/query.h>

KIN_BEGIN_DECLS

typedef struct kin_row_member {
	const char *name;
	uint32_t    offset;
	uint32_t    size;
	uint32_t    target; /* KIN_KIND_OBJECT: the size of the struct that it points at */
	uint8_t     kind;   /* kin_kind, perhaps | KIN_KIND_NULLABLE; an enum is an integer here. KIN_KIND_COUNT: of a type that an attribute must know */
	const kin_model *model; /* KIN_KIND_OBJECT: whose struct it is; NULL: not said */
} kin_row_member;

/** A row's struct. Written by KIN_ROW(). */
typedef struct kin_row {
	const char           *name;
	size_t                size;
	const kin_row_member *members;
	size_t                count;
	bool                  scalar; /* kin_scalar(): its one member takes the one value, whatever that is called */
} kin_row;

/* The functions under the macros. */
KIN_API kin_list kin_site_select(kin_session *session, kin_site *site, const kin_value *values);
KIN_API const void *kin_site_select_first(kin_session *session, kin_site *site, const kin_value *values);
KIN_API kin_list kin_site_sql(kin_session *session, kin_site *site, const kin_value *values);
KIN_API int64_t kin_site_sql_run(kin_session *session, kin_site *site, const kin_value *values);

KIN_END_DECLS

#ifndef __cplusplus

/* A pointer to a struct is an object of the model whose struct it is; what else is none of kin's types an attribute must know. */
#define KIN_ROW_IS_POINTER_(x) (__builtin_classify_type(x) == 5)
#define KIN_ROW_KIND_(x) _Generic((x), KIN_MEMBER_KINDS_, default: KIN_ROW_IS_POINTER_(x) ? KIN_KIND_OBJECT : KIN_KIND_COUNT)
#define KIN_ROW_AT_(x) (*__builtin_choose_expr(KIN_ROW_IS_POINTER_(x), (x), (const char *)0))
/* Objects are const. A text is a const char *, or a char[N]. */
#define KIN_ROW_SOUND_(x) \
	(_Generic((x), KIN_MEMBER_KINDS_, default: !KIN_ROW_IS_POINTER_(x) || _Generic(&KIN_ROW_AT_(x), \
		__typeof__(__typeof__(KIN_ROW_AT_(x)) const) *: 1, default: 0)) && !__builtin_types_compatible_p(__typeof__(x), char *))
#define KIN_ROW_MEMBER_(Row, member) \
	{ #member, __builtin_offsetof(Row, member), sizeof(((Row *)0)->member), sizeof(KIN_ROW_AT_(((Row *)0)->member)), \
	  KIN_ROW_KIND_(((Row *)0)->member) + 0 * (int)sizeof(char[KIN_ROW_SOUND_(((Row *)0)->member) ? 1 : -1]), NULL }
#define KIN_ROW_OBJECT_(Row, member, Model) \
	{ #member, __builtin_offsetof(Row, member), sizeof(((Row *)0)->member), sizeof(Model), \
	  KIN_KIND_OBJECT + 0 * (int)sizeof(char[__builtin_types_compatible_p(__typeof__(((Row *)0)->member), const Model *) ? 1 : -1]), \
	  &Model##_model }
/* A member, or (member, Model). */
#define KIN_ROW_ENTRY_(Row, entry) KIN_ROW_GLUE_(KIN_ROW_ENTRY_, KIN_ROW_IS_PAIR_(entry))(Row, entry)
#define KIN_ROW_GLUE_(a, b) KIN_ROW_GLUE_OF_(a, b)
#define KIN_ROW_GLUE_OF_(a, b) a##b
#define KIN_ROW_ENTRY_0(Row, member) KIN_ROW_MEMBER_(Row, member)
#define KIN_ROW_ENTRY_1(Row, pair) KIN_ROW_ENTRY_OF_(KIN_ROW_OBJECT_, Row, KIN_ROW_BARE_ pair)
#define KIN_ROW_ENTRY_OF_(m, ...) m(__VA_ARGS__)
#define KIN_ROW_BARE_(...) __VA_ARGS__
#define KIN_ROW_IS_PAIR_(entry) KIN_ROW_SECOND_(KIN_ROW_PROBE_ entry, 0, ~)
#define KIN_ROW_PROBE_(...) ~, 1
#define KIN_ROW_SECOND_(...) KIN_ROW_SECOND_OF_(__VA_ARGS__)
#define KIN_ROW_SECOND_OF_(a, b, ...) b

/** After a struct's typedef, in a header, a .c file or a function: rows can be put into its members that are named here. Makes SpeciesCount_list.
 * A member that is an object may be named with its model, as in (owner, Owner): another model's is refused then, even of the same size. */
#define KIN_ROW(Row, ...) \
	typedef struct Row##_list { \
		const Row *const *items; \
		size_t count; \
	} Row##_list; \
	static const kin_row_member kin_row_members_##Row##_[] __attribute__((unused)) = { KIN_MAP_OF(KIN_ROW_ENTRY_, Row, __VA_ARGS__) }; \
	static const kin_row kin_row_##Row##_ __attribute__((unused)) = { \
		#Row, sizeof(Row), kin_row_members_##Row##_, sizeof(kin_row_members_##Row##_) / sizeof(kin_row_member), false, \
	}; \
	struct kin_row_needs_a_semicolon_

#define KIN_ASK_ROWS_(function, verb, session, Row, ...) \
	KIN_ASK_ABOUT_(function, verb, session, .row = &kin_row_##Row##_, __VA_ARGS__)

/** All rows, as a Row_list. */
#define kin_select(session, Row, ...) KIN_LIST_(Row, KIN_ASK_ROWS_(kin_site_select, KIN_VERB_ROWS, session, Row, __VA_ARGS__))
/** The first row, as a `const Row *`, or NULL. SQL: … LIMIT 1. */
#define kin_select_first(session, Row, ...) \
	((const Row *)KIN_ASK_ROWS_(kin_site_select_first, KIN_VERB_ROW, session, Row, __VA_ARGS__))

#define KIN_SCALAR_(number, ...) \
	KIN_SCALAR_AT_(KIN_JOIN(kin_scalar_, number), KIN_JOIN(kin_site_, number), KIN_JOIN(kin_kinds_, number), __VA_ARGS__)
#define KIN_SCALAR_AT_(scalar, site, kinds, session, type, ...) \
	__extension__ ({ \
		typedef struct scalar { \
			type value; \
		} scalar; \
		static const kin_row_member KIN_JOIN(scalar, _member)[] = { KIN_ROW_MEMBER_(scalar, value) }; \
		static const kin_row KIN_JOIN(scalar, _row) = { "kin_scalar", sizeof(scalar), KIN_JOIN(scalar, _member), 1, true }; \
		KIN_SITE_(site, kinds, KIN_VERB_ROW, .row = &KIN_JOIN(scalar, _row), __VA_ARGS__); \
		const scalar *KIN_JOIN(scalar, _got) = kin_site_select_first((session), &site, \
			__extension__ (const kin_value[]){ KIN_VALUES_OF_(KIN_ARGUMENT, "" __VA_ARGS__) }); \
		KIN_JOIN(scalar, _got) ? KIN_JOIN(scalar, _got)->value : (scalar){ 0 }.value; \
	})

/**
 * The one value of the first row: kin_scalar(session, int64_t, "select count(*) from Pet where species = ?", "Dog"). The type is any that a row's
 * member can have; 0, or what is all 0, where there is no row or after an error. What may be NULL is a kin_nullable() or a text:
 *
 *     kin_nullable(double) mean = kin_scalar(session, kin_nullable(double), "select avg(age) from Pet");
 *
 * SQL: … LIMIT 1.
 */
#define kin_scalar(session, type, ...) KIN_SCALAR_(__COUNTER__, session, type, __VA_ARGS__)

/** The rows of the database's own SQL, as a Row_list. */
#define kin_sql(session, Row, ...) KIN_LIST_(Row, KIN_ASK_ROWS_(kin_site_sql, KIN_VERB_NATIVE, session, Row, __VA_ARGS__))
/** Own SQL that has no rows. Returns how many rows it changed; -1 after an error. Objects that are loaded do not see what it changes:
 * kin_refresh() does. */
#define kin_sql_run(session, ...) KIN_ASK_ABOUT_(kin_site_sql_run, KIN_VERB_NATIVE_RUN, session, .row = NULL, __VA_ARGS__)

#endif /* __cplusplus */

#endif
