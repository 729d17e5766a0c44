/* model.h - how a struct says which table it is kept in.
 *
 * KIN_DECLARE(Pet) goes into a header, KIN_MODEL(Pet, "pets") { … } into one .c file. The body is an
 * ordinary function that runs once, before the first session: one line a column or relationship. */
#ifndef KIN_MODEL_H
#define KIN_MODEL_H

#include <kin/types.h>
#include <kin/value.h>

KIN_BEGIN_DECLS

typedef struct kin_mapper kin_mapper;
typedef struct kin_session kin_session;

/* Some function. What a kin_on() or kin_validate() line names is called as what it is by functions of the model. */
typedef void kin_any_fn(void);

/** A model: a struct and the function that maps it. Written by KIN_MODEL; all members are private. */
typedef struct kin_model {
	const char *name;
	const char *table;
	size_t      size;
	void      (*map)(kin_mapper *mapper, void *unused);
	const char *file;
	int         line;
	int       (*call)(kin_any_fn *hook, kin_session *session, void *object);
	int       (*check)(kin_any_fn *validator, kin_session *session, const void *object);
	struct kin_mapping *mapping; /* what the body said, resolved; NULL until the models are configured */
	struct kin_model   *next;
} kin_model;

/** How a relationship is loaded. What is loaded is the same, the statements differ. A query may say it otherwise: kin/query.h. */
typedef enum kin_lazy {
	KIN_SELECT,       /* when kin_load() first asks for it: a SELECT; from the second parent of a list on, one for 500 of them */
	KIN_JOINED,       /* with the parents, by a LEFT OUTER JOIN; by a JOIN where .inner says that there always is one */
	KIN_SUBQUERY,     /* after the parents: one more SELECT that joins the parents' query */
	KIN_SELECTIN,     /* after the parents: one more SELECT … IN (their keys) per 500 parents */
	KIN_IMMEDIATE,    /* after the parents: a SELECT for each of them; none for an object that the session has */
	KIN_SELECT_ONE,   /* as KIN_SELECT, a SELECT for each parent, whatever list it is from */
	KIN_RAISE,        /* never by kin_load(), which is KIN_ENOTLOADED then: only queries that name it load it */
	KIN_RAISE_ON_SQL, /* the same where it would take a statement; an object that the session has is given */
	KIN_NOLOAD,       /* never: kin_load() gives NULL, or an empty list, and the member stays unloaded */
	KIN_WRITE_ONLY,   /* of a kin_has_many() too large to be loaded: kin_append() and kin_remove() do not need it; to read it is KIN_ENOTLOADED */
} kin_lazy;

/** What an operation on a parent does to the other side; a set. */
enum {
	KIN_CASCADE_DEFAULT = 0,            /* save-update and merge */
	KIN_CASCADE_SAVE_UPDATE = 1 << 0,
	KIN_CASCADE_MERGE = 1 << 1,
	KIN_CASCADE_DELETE = 1 << 2,
	KIN_CASCADE_DELETE_ORPHAN = 1 << 3,  /* who is taken from its parent is deleted; of a kin_belongs_to() or kin_many_to_many() with .single_parent */
	KIN_CASCADE_REFRESH_EXPIRE = 1 << 4,
	KIN_CASCADE_EXPUNGE = 1 << 5,
	KIN_CASCADE_ALL = KIN_CASCADE_SAVE_UPDATE | KIN_CASCADE_MERGE | KIN_CASCADE_DELETE |
	                  KIN_CASCADE_REFRESH_EXPIRE | KIN_CASCADE_EXPUNGE,
	KIN_CASCADE_NONE = 1 << 6,
};

enum { KIN_USUAL = -1 };

/** .deferrable of a foreign key. */
enum { KIN_DEFERRED = 2 };

/**
 * The options of kin_column(), kin_enum_column() and kin_custom().
 *
 * Defaults of the program and of the database: .default_sql is the database's; it fills a column whose member is NULL, and the value is
 * read back. .default_value and .default_fn are the program's, stored in the member when its row is inserted; .update_fn likewise, in each
 * UPDATE of the row that does not change the member itself. A member that cannot be NULL has its default when all of it
 * is 0: where 0 is a value of its own, make it kin_nullable().
 */
typedef struct kin_column_options {
	const char *column;      /* NULL: same as the member */
	bool        primary_key;
	signed char nullable;    /* true, false; KIN_USUAL: what the member's type says. true for a char[N]: NULL is the empty text */
	bool        unique;
	bool        index;       /* with .unique: one unique index */
	int         length;      /* VARCHAR(length), counted in characters; 0: unbounded. A char[N] has N - 1 */
	int         precision;   /* NUMERIC(precision, scale) of a kin_decimal: all digits, up to 38, and */
	int         scale;       /* those behind the point. Neither is given: NUMERIC(38, 10) */
	const char *foreign_key; /* "table.column" or "table" */
	const char *on_delete;   /* "CASCADE", "SET NULL", "RESTRICT" …: of the foreign key */
	const char *on_update;
	int         deferrable;  /* of the foreign key. KIN_DEFERRED: it is checked at the COMMIT, and rows may be in any order before; true: only where
	                          * the transaction says so, SET CONSTRAINTS ALL DEFERRED. MariaDB has no such keys: there it is checked at once */
	const char *default_sql; /* the server's default, as SQL */
	kin_value   default_value;      /* kin_value_text("new"), kin_value_int32(1) … */
	kin_value (*default_fn)(void);  /* called for each row: kin_default_uuid, kin_default_now … Text that it returns is copied */
	kin_value (*update_fn)(void);
	const char *computed;    /* SQL over the table's columns: the database makes the value, which is read back and never written */
	bool        computed_stored; /* when the row is written, instead of when it is read */
	bool        deferred;   /* of a text, bytes or document: it does not come with its object; kin_load(pet, photo) loads it, with its siblings' */
	const char *group;      /* of a deferred column: all of the group are loaded when one of them is; a query may `undefer group details` */
	const char *comment;
	const char *collation;   /* how the column's texts are compared and sorted, in the database's own words: "nocase", "de_DE.utf8" */
	int64_t     identity_start;     /* of a key that the database makes: the first number, where that is not 1, */
	int64_t     identity_increment; /* and from one to the next; PostgreSQL's, elsewhere it is 1 and 1 */
	const char *type;        /* the column's type where the member's is not what the database has: "TEXT", "NUMERIC(10, 2)" */
	const char *enum_name;   /* of an enum: a type of that name on PostgreSQL; NULL: VARCHAR with a check */
	const char *const *labels; /* by kin_labels(): what 0, 1, 2 … are in the database */
	size_t      label_count;
	const kin_custom_type *custom; /* by kin_custom() */
	size_t      member_size; /* by the macros */
} kin_column_options;

/** For .default_fn and .update_fn: a uuid of version 7, and now. A member that cannot hold it is a mistake of the model. */
KIN_API kin_value kin_default_uuid(void);
KIN_API kin_value kin_default_now(void);

/** The options of kin_has_many(), kin_has_one(), kin_belongs_to() and kin_many_to_many(). */
typedef struct kin_relation_options {
	const char *backref;        /* the member on the other side that is kept in step */
	const char *back_populates; /* the same */
	kin_lazy    lazy;
	bool        inner;          /* where it is joined, by an inner JOIN: what has none is left out. For a relationship to one */
	int         join_depth;     /* of a model's relationship to itself: so many steps come along where it comes along, children.children … */
	int         cascade;        /* KIN_CASCADE_… */
	const char *foreign_key;    /* the member that holds the key, where there are several candidates; of several columns "a, b" */
	const char *order_by;       /* "name, id desc": attributes of the other side */
	const char *through;        /* kin_many_to_many(): the table whose rows link the two; of a model, or of nobody else. There .foreign_key */
	const char *target_key;     /* is its column that points at this side, and this the one that points at the other */
	bool        post_update;    /* of rows that need each other's keys one is written without: INSERT, INSERT, UPDATE of its key, and UPDATE to NULL,
	                             * DELETE, DELETE. Only where they do; the key can be NULL */
	int         passive_deletes; /* true: children that are not loaded are the database's when the parent is deleted (.on_delete of the key), and
	                              * not selected. KIN_PASSIVE_ALL: nor are those that are loaded touched */
	bool        single_parent;  /* of a kin_belongs_to() or kin_many_to_many(): no two of this side have the same of the other, so that it
	                             * may delete its orphans: with KIN_CASCADE_DELETE_ORPHAN who is let go by the only parent is deleted by
	                             * the flush. One that two objects of the session have is KIN_EINVAL there, which names both; of
	                             * objects that were not loaded only the database knows: a unique key guards those. kin_remove() from one
	                             * list and kin_append() to another are a move; a query in between flushes, and deletes */
	signed char passive_updates; /* true, the usual: when a primary key is changed, the rows that point at it are the database's (.on_update = "CASCADE").
	                             * false, where it has no such rule: a flush writes them, loaded or not, by a statement for each changed key:
	                             * UPDATE pets SET owner_id = ? WHERE owner_id = ?. Until that is done the key points at nothing, so SQLite is
	                             * told to wait with its checks (PRAGMA defer_foreign_keys), and on PostgreSQL the key is .deferrable;
	                             * MariaDB does not wait, and refuses */
	bool        viewonly;       /* loaded and asked about, never written: it has no backref and no cascades, and shows what was in the database when
	                             * it was loaded. Another relationship may write the same key */
	const char *where;          /* of one that is .viewonly: "age > 3", a condition over the other side's own attributes */
} kin_relation_options;

enum { KIN_PASSIVE_ALL = 2 };

/** The options of kin_foreign_key(). */
typedef struct kin_foreign_options {
	const char *on_delete; /* "CASCADE", "SET NULL", "RESTRICT" … */
	const char *on_update;
	int         deferrable; /* true, KIN_DEFERRED: as of a column's key */
	const char *name;      /* NULL: by convention */
} kin_foreign_options;

typedef struct kin_index_options {
	const char *name;
	bool        unique;
	const char *where; /* SQL: a partial index */
	const char *include; /* members that are kept in it too, so that a query of these need not look into the table: "name, species". PostgreSQL; others
	                      * have the index without them */
} kin_index_options;

typedef struct kin_check_options {
	const char *name;
} kin_check_options;

/** The options of kin_table(). */
typedef struct kin_table_options {
	const char *comment;
	const char *options; /* what follows the columns: "STRICT", "WITHOUT ROWID" on SQLite, "ENGINE = Aria" on MariaDB, "WITH (fillfactor = 70)" on
	                      * PostgreSQL; other databases than the one that has it go without */
	const char *distributed_by; /* a member: the same value is on the same node of a Citus cluster, and elsewhere nothing changes */
} kin_table_options;

/** When the program is called: the words of kin_on(). */
typedef enum kin_model_event {
	KIN_EVENT_before_insert,
	KIN_EVENT_after_insert,
	KIN_EVENT_before_update,
	KIN_EVENT_after_update,
	KIN_EVENT_before_delete,
	KIN_EVENT_after_delete,
	KIN_EVENT_load,
	KIN_EVENT_refresh,
	KIN_EVENT_validate, /* kin_validate() */
} kin_model_event;

typedef enum kin_relation_form { KIN_BELONGS_TO, KIN_HAS_MANY, KIN_HAS_ONE, KIN_MANY_TO_MANY } kin_relation_form;

/* The functions under the macros. `unused` has the model's type, so that offsets and kinds are known. */
KIN_API void kin_model_register(kin_model *model);
KIN_API void kin_map_column(kin_mapper *mapper, const char *member, size_t offset, int kind,
                            const kin_column_options *options, const char *file, int line);
KIN_API void kin_map_relation(kin_mapper *mapper, kin_relation_form form, const char *member, size_t offset,
                              kin_model *target, const kin_relation_options *options,
                              const char *file, int line);
KIN_API void kin_map_table(kin_mapper *mapper, const kin_table_options *options, const char *file, int line);
KIN_API void kin_map_foreign(kin_mapper *mapper, const char *members, const char *target, const kin_foreign_options *options,
                             const char *file, int line);
KIN_API void kin_map_unique(kin_mapper *mapper, const char *members, const char *file, int line);
KIN_API void kin_map_index(kin_mapper *mapper, const char *members, const kin_index_options *options,
                           const char *file, int line);
KIN_API void kin_map_check(kin_mapper *mapper, const char *sql, const kin_check_options *options,
                           const char *file, int line);
KIN_API void kin_map_ddl(kin_mapper *mapper, const char *sql, const char *file, int line);
KIN_API void kin_map_version(kin_mapper *mapper, const char *member, const char *file, int line);
/* `member` NULL: a kin_on() line. */
KIN_API void kin_map_hook(kin_mapper *mapper, kin_model_event event, const char *member, kin_any_fn *fn, const char *name,
                          const char *file, int line);
KIN_API void kin_map_filter(kin_mapper *mapper, const char *name, const char *condition, const char *file, int line);
KIN_API void kin_map_repr(kin_mapper *mapper, const char *format, const char *file, int line);

KIN_END_DECLS

/* What a page says beside its objects; kin/page.h. */
#define KIN_PAGE_MEMBERS_ \
	int64_t page;     /* this one's number, from 1 */ \
	int64_t per_page; \
	int64_t total;    /* objects on all pages; -1 after an error */ \
	int64_t pages;    /* how many; 0: there is no object */ \
	int64_t first;    /* the number of this page's first object among all, from 1; 0: the page is empty */ \
	int64_t last;     /* and of its last one */ \
	int64_t prev_num; /* the page before; 0: none */ \
	int64_t next_num; \
	bool    has_prev; \
	bool    has_next

/** Declare a model, in a header: the struct's name, its model `Pet_model`, its list `Pet_list` and its page `Pet_page`. */
#define KIN_DECLARE(Model) \
	typedef struct Model Model; \
	typedef struct Model##_list { \
		const Model *const *items; \
		size_t count; \
	} Model##_list; \
	typedef struct Model##_page { \
		Model##_list items; \
		KIN_PAGE_MEMBERS_; \
	} Model##_page; \
	extern kin_model Model##_model

/** kin_each(Pet, pet, pets) …: walk a list, as `const Pet *pet`. The list is evaluated once. */
#define kin_each(Model, item, list) \
	for (Model##_list kin_list_##item = (list), *kin_once_##item = &kin_list_##item; kin_once_##item; \
	     kin_once_##item = NULL) \
		for (size_t kin_i_##item = 0; kin_i_##item < kin_list_##item.count; \
		     kin_i_##item = kin_list_##item.count) \
			for (const Model *item; kin_i_##item < kin_list_##item.count && \
			     (item = kin_list_##item.items[kin_i_##item], true); kin_i_##item++)

#ifndef __cplusplus

/** Define a model, in one .c file: KIN_MODEL(Pet, "pets") { kin_column(id, .primary_key = true); … }
 * "shop.pets" is the table pets of the schema shop on PostgreSQL (?schemas=shop in the URL), and a table of that name elsewhere. */
#define KIN_MODEL(Model, table_name) \
	static void kin_map_##Model##_(kin_mapper *, Model *); \
	static void kin_map_any_##Model##_(kin_mapper *kin_mapper_, void *kin_self_) \
	{ \
		kin_map_##Model##_(kin_mapper_, (Model *)kin_self_); \
	} \
	static int kin_call_##Model##_(kin_any_fn *hook, kin_session *session, void *object) \
	{ \
		return ((int (*)(kin_session *, Model *))hook)(session, (Model *)object); \
	} \
	static int kin_check_##Model##_(kin_any_fn *validator, kin_session *session, const void *object) \
	{ \
		return ((int (*)(kin_session *, const Model *))validator)(session, (const Model *)object); \
	} \
	kin_model Model##_model = { \
		.name = #Model, .table = "" table_name, .size = sizeof(Model), \
		.map = kin_map_any_##Model##_, .file = __FILE__, .line = __LINE__, \
		.call = kin_call_##Model##_, .check = kin_check_##Model##_, \
	}; \
	__attribute__((constructor)) static void kin_register_##Model##_(void) \
	{ \
		kin_model_register(&Model##_model); \
	} \
	static void kin_map_##Model##_(kin_mapper *kin_mapper_ __attribute__((unused)), \
	                               Model *kin_self_ __attribute__((unused)))

#define KIN_COLUMN_(member, size, kind, ...) \
	do { \
		KIN_OVERRIDE_BEGIN \
		kin_map_column(kin_mapper_, #member, __builtin_offsetof(__typeof__(*kin_self_), member), kind, \
		               __extension__ &(const kin_column_options){ \
		                       .nullable = KIN_USUAL, .member_size = (size) __VA_OPT__(,) __VA_ARGS__ }, \
		               __FILE__, __LINE__); \
		KIN_OVERRIDE_END \
	} while (0)

/** A column: kin_column(name, .length = 80, .nullable = false). Its type is the member's. */
#define kin_column(member, ...) \
	do { \
		_Static_assert(!__builtin_types_compatible_p(__typeof__(kin_self_->member), char *), \
		               "the member '" #member "' is a char *, which kin does not write to: a const char *, or a char[N]"); \
		KIN_COLUMN_(member, sizeof(kin_self_->member), KIN_MEMBER_KIND(kin_self_->member), __VA_ARGS__); \
	} while (0)

/** The labels of an enum, as options: 0 is the first. */
#define kin_labels(...) \
	.labels = __extension__ ({ static const char *const kin_labels_[] = { __VA_ARGS__ }; kin_labels_; }), \
	.label_count = sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *)

/**
 * A C enum: kin_enum(species, "dog", "cat") for `enum { DOG, CAT } species;`. In the database it is its label: an ENUM on MariaDB, and on
 * PostgreSQL with .enum_name; else a VARCHAR with a CHECK. What is none of the labels is an error, both ways.
 * In a query it is compared with the C enum or with the label.
 */
#define kin_enum(member, ...) kin_enum_column(member, kin_labels(__VA_ARGS__))
/** The same with options: kin_enum_column(species, kin_labels("dog", "cat"), .index = true). */
#define kin_enum_column(member, ...) kin_column(member, __VA_ARGS__)
/** For a kin_nullable(species), where KIN_NULLABLE(species) was said of the enum. */
#define kin_nullable_enum(member, ...) kin_nullable_enum_column(member, kin_labels(__VA_ARGS__))
/** The same with options, as kin_enum_column(). */
#define kin_nullable_enum_column(member, ...) \
	do { \
		_Static_assert(__builtin_types_compatible_p(__typeof__(kin_self_->member.present), bool), \
		               "the member '" #member "' is no kin_nullable() enum"); \
		KIN_COLUMN_(member, sizeof(kin_self_->member.value), KIN_KIND_ENUM | KIN_KIND_NULLABLE, __VA_ARGS__); \
	} while (0)

/** A column of a type of your own: kin_custom(price, &money, .nullable = true). */
#define kin_custom(member, custom_type, ...) \
	KIN_COLUMN_(member, sizeof(kin_self_->member), KIN_KIND_CUSTOM, .custom = (custom_type) __VA_OPT__(,) __VA_ARGS__)

/**
 * Members and columns that several models have:
 *
 *     #define timestamps_fields  kin_timestamp created_at; kin_timestamp updated_at
 *     #define timestamps_columns \
 *         kin_column(created_at, .default_fn = kin_default_now); \
 *         kin_column(updated_at, .default_fn = kin_default_now, .update_fn = kin_default_now)
 *
 *     struct Pet { int64_t id; kin_fields(timestamps); };
 *     KIN_MODEL(Pet, "pets") { kin_column(id, .primary_key = true); kin_include(timestamps); }
 */
#define kin_fields(set)  set##_fields
#define kin_include(set) set##_columns

/* A pointer or list of another model does not convert to the declared one: a compile error. */
#define KIN_RELATION_(form, member, Target, type, ...) \
	do { \
		_Static_assert(__builtin_types_compatible_p(__typeof__(kin_self_->member), type), \
		               "the member '" #member "' is not a " #type); \
		KIN_OVERRIDE_BEGIN \
		kin_map_relation(kin_mapper_, form, #member, __builtin_offsetof(__typeof__(*kin_self_), member), \
		                 &Target##_model, __extension__ &(const kin_relation_options){ \
		                         .passive_updates = KIN_USUAL __VA_OPT__(,) __VA_ARGS__ }, __FILE__, __LINE__); \
		KIN_OVERRIDE_END \
	} while (0)

/** The other side holds the key: kin_has_many(pets, Pet, .backref = "owner"). The member is a Pet_list. */
#define kin_has_many(member, Target, ...) KIN_RELATION_(KIN_HAS_MANY, member, Target, Target##_list __VA_OPT__(,) __VA_ARGS__)
/** The same where there is at most one. The member is a `const Pet *`. */
#define kin_has_one(member, Target, ...) KIN_RELATION_(KIN_HAS_ONE, member, Target, const Target * __VA_OPT__(,) __VA_ARGS__)
/** This side holds the key: kin_belongs_to(owner, Owner). The member is a `const Owner *`. */
#define kin_belongs_to(member, Target, ...) KIN_RELATION_(KIN_BELONGS_TO, member, Target, const Target * __VA_OPT__(,) __VA_ARGS__)

/**
 * kin_table(.distributed_by = "tenant_id"): of the table as a whole. A column that tables are distributed by is in their primary keys and in all
 * that is unique; a foreign key from one such table to another is over both columns, as is the join of their
 * relationship, and the member follows the object: a pet of ann's gets ann's tenant_id.
 */
#define kin_table(...) \
	kin_map_table(kin_mapper_, __extension__ &(const kin_table_options){ __VA_ARGS__ }, __FILE__, __LINE__)

/**
 * Rows of a table of their own link the two sides: kin_many_to_many(tags, Tag, .through = "pet_tags", .backref = "pets"). The member is a
 * Tag_list; on the other side stands kin_many_to_many(pets, Pet, .through = "pet_tags"), or nothing.
 *
 * The table is a model's, with a foreign key to each side; or, where no model has it, it is made from this line: pet_tags (pet_id, tag_id),
 * the primary key over both, and an index over the second. Its columns are called by the models and their keys, or as .foreign_key and
 * .target_key say; of two that would be called alike the second has the member's name: kin_many_to_many(friends, Person, .through =
 * "friendships") has person_id and friends_id.
 *
 * Keys that the program makes may change: then the table's follow (ON UPDATE CASCADE).
 *
 * kin_append() and kin_remove() change both sides; a flush inserts rows after the objects that they link, and deletes them before those:
 *
 *     INSERT INTO pet_tags (pet_id, tag_id) VALUES (?, ?), (?, ?) …
 *     DELETE FROM pet_tags WHERE pet_id = ? AND tag_id = ?
 *     DELETE FROM pet_tags WHERE pet_id = ?                                       when the pet is deleted
 *
 * Objects of a model that has the table are not told.
 *
 * An object that was made with a list, and not added, stands in the lists of those in it, and nothing is written of it before kin_add(). One that kin_append()
 * has added, and kin_remove() takes out again, stays added and is inserted without a link; but where the list deletes its orphans it is
 * transient from the flush on, as if it had never been added. A list whose other side has no member for it shows who was deleted until it is loaded again.
 */
#define kin_many_to_many(member, Target, ...) \
	KIN_RELATION_(KIN_MANY_TO_MANY, member, Target, Target##_list __VA_OPT__(,) __VA_ARGS__)

/**
 * A foreign key of several columns: kin_foreign_key((order_id, line_no), "order_lines (order_id, line_no)", .on_delete = "CASCADE").
 * Members on this side, columns on the other; "order_lines" alone is its primary key. A relationship finds it as it finds that of one
 * column; where there are several, .foreign_key = "order_id, line_no" says which. Without an object all its columns that can be
 * are NULL, which is what a foreign key without a row is. Two foreign keys may share a column; then their objects have
 * the same there.
 */
#define kin_foreign_key(members, target, ...) \
	kin_map_foreign(kin_mapper_, #members, "" target, __extension__ &(const kin_foreign_options){ __VA_ARGS__ }, __FILE__, __LINE__)
/** kin_unique(name, species): no two rows have the same. */
#define kin_unique(...) kin_map_unique(kin_mapper_, #__VA_ARGS__, __FILE__, __LINE__)
/** kin_index(name, .unique = true, .where = "…"); over several columns, one of them from the largest down: kin_index((species, age desc)); over an
 * expression of SQL, which needs a name: kin_index((lower(name), id), .name = "ix_pets_by_name"). MariaDB has neither .where nor expressions. */
#define kin_index(member, ...) \
	kin_map_index(kin_mapper_, #member, __extension__ &(const kin_index_options){ __VA_ARGS__ }, __FILE__, __LINE__)
/** kin_check("age >= 0", .name = "age_positive"): SQL over the table's columns. */
#define kin_check(sql, ...) \
	kin_map_check(kin_mapper_, "" sql, __extension__ &(const kin_check_options){ __VA_ARGS__ }, __FILE__, __LINE__)
/** kin_table_sql("ALTER TABLE pets ALTER COLUMN name TYPE VARCHAR(80) COLLATE nocase"): what the tables have beyond the lines here, as portable
 * DDL (of the revisions' subset), applied in migrations when the tables of all models are there. */
#define kin_table_sql(sql) kin_map_ddl(kin_mapper_, "" sql, __FILE__, __LINE__)
/** kin_version(revision): this integer column counts the changes of its row, from 1. An UPDATE or DELETE is for the version that was
 * loaded (… WHERE id = ? AND revision = ?); a row that someone else has changed in between is KIN_ESTALE, and nothing is lost.
 * kin_update() and kin_delete_where() neither look at it nor count. */
#define kin_version(member) \
	((void)sizeof(kin_self_->member), kin_map_version(kin_mapper_, #member, __FILE__, __LINE__))

/**
 * kin_on(before_insert, stamp): call `int stamp(kin_session *session, Pet *pet)` when this happens to an object of the model. The events are
 * before_insert, before_update, before_delete, after_insert, after_update, after_delete, load and refresh; another word does not
 * compile, nor does a function of another model. Several functions are called in the order of their lines, those of a model that this one
 * inherits from first. A mapping without them costs
 * nothing.
 *
 * 0 is good. Anything else from it, or a kin_fail(session, code, "…"), fails the flush, or the query that loaded; before what was wrong stands
 * the object, and behind it the function and the line of kin_on(). A failed flush rolls the transaction back, as any.
 *
 * - before_insert, before_update: the row is about to be written; its foreign keys follow its relationships already, defaults, on-update
 *   values and versions come afterwards. The function may change the object's own columns, which are written with it, and assign to-one
 *   relationships to objects that have a row. It may query, without autoflush: what the same flush has not sent yet is not seen.
 *   before_update is called only if a column differs; if none does any more afterwards nothing is written.
 * - before_delete: before the DELETE; children that are deleted along (KIN_CASCADE_DELETE, orphans) are asked as well, and before their
 *   parents. Rows that the database deletes itself (.on_delete = "CASCADE"), that kin_update(), kin_delete_where() and their like write, or that
 *   stand between the two sides of a many-to-many relationship are no objects: nobody is called.
 *
 *   They may write rows that are no objects of the flush: kin_insert_all(), kin_upsert(), kin_update(). Nobody is called for those.
 *
 *   Of these three none may add, delete or refresh objects, kin_delete_where(), append, remove, or end the transaction (KIN_EINVAL): what is written, and in which
 *   order, is settled by then. A KIN_BEFORE_FLUSH hook of the session is the place (hook.h). What they change in other objects may be lost.
 * - after_insert, after_update, after_delete: all rows of the flush are written, and the objects are as the database has them; the transaction
 *   is open still. They may do everything but end it. What they change and add is written by the next flush: kin_commit() makes that by itself.
 * - load: an object was made from its row, with what the query joined; once for each object, in kin_stream() for each row. refresh: its columns were
 *   read again, by kin_refresh(), `for update`, or after kin_update() and a rollback. To fill members that are no columns, which a rollback
 *   leaves as they are. They may query; not add or delete.
 */
#define kin_on(event, fn) \
	do { \
		_Static_assert(__builtin_types_compatible_p(__typeof__(*(fn)), int(kin_session *, __typeof__(*kin_self_) *)), \
		               "'" #fn "' is not an int " #fn "(kin_session *, MODEL *) of this model"); \
		kin_map_hook(kin_mapper_, KIN_EVENT_##event, NULL, (kin_any_fn *)(fn), #fn, __FILE__, __LINE__); \
	} while (0)

/**
 * kin_validate(name, check_name): `int check_name(kin_session *session, const Pet *pet)` looks at pet->name before a row is written: of a new
 * object after its defaults and before_insert, of another one that has the member changed, after before_update. 0 is good. Anything else, or
 * kin_fail(session, KIN_ECHECK, "a pet has a name"), fails the flush: "Pet.name '': a pet has a name (check_name, pets.c:31)", where the place,
 * which is kin_errfile() too, is that of this line. The code is KIN_ECHECK unless another negative one is returned. It may query, as before_insert may.
 * A member that the struct has not does not compile.
 */
#define kin_validate(member, fn) \
	do { \
		_Static_assert(__builtin_types_compatible_p(__typeof__(*(fn)), int(kin_session *, const __typeof__(*kin_self_) *)), \
		               "'" #fn "' is not an int " #fn "(kin_session *, const MODEL *) of this model"); \
		(void)sizeof(kin_self_->member); \
		kin_map_hook(kin_mapper_, KIN_EVENT_validate, #member, (kin_any_fn *)(fn), #fn, __FILE__, __LINE__); \
	} while (0)

/**
 * kin_filter(live, "deleted_at is null"): a condition over the model's own attributes that holds in all that is asked of it, by its own queries and
 * wherever its table is joined: queries, counts, pages and streams, kin_get(), lists and objects that are loaded with others or by kin_load(), paths,
 * EXISTS, kin_select() with all that is inside, kin_update() and kin_delete_where(). An object that it leaves out is NULL where another points at it.
 * A condition may take one value, which is the session's:
 *
 *     kin_filter(live, "deleted_at is null");
 *     kin_filter(tenant, "tenant_id = ?");
 *
 *     kin_filter_by(session, tenant, 7);                       before the first query; without it queries are KIN_EINVAL, and show nothing
 *     kin_all(session, Pet, "species = ?", "Dog")              SELECT … FROM pets WHERE pets.species = ? AND pets.deleted_at IS NULL AND pets.tenant_id = ?
 *     kin_all(session, Pet, "species = ? unfiltered live", "Dog")    without that one; `unfiltered` alone: without any, of any model of the query
 *
 * Not asked again: what the session has (kin_get() gives it, a list that was loaded stays), and objects that are known to be there, by kin_refresh(),
 * kin_merge() and a flush. Not filtered: kin_sql(), what rows the foreign keys of the database reach, the table between two many-to-many sides, and
 * what is written: a new object gets its tenant from the program. A model that inherits has the filters of the one it inherits from.
 */
#define kin_filter(name, condition) kin_map_filter(kin_mapper_, #name, "" condition, __FILE__, __LINE__)

/** kin_repr("<Pet {name}>"): how an object prints; members in braces. */
#define kin_repr(format) kin_map_repr(kin_mapper_, "" format, __FILE__, __LINE__)

#endif /* __cplusplus */

#endif
