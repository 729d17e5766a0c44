/* bulk.h - rows from an array of plain structs, without an object for each.
 *
 *     Pet pets[] = { { .name = "Ben", .species = "Dog" }, { .name = "Ann", .species = "Cat" } };
 *
 *     kin_insert_all(session, Pet, pets, 2);                                        pets[0].id is the new row's
 *     kin_upsert(session, Pet, pets, 2, .conflict = "name", .update = "species");   rows that are there get the species
 *
 * The structs are the program's, in memory of its own, which is read during the call only. They need nothing but their columns:
 * what their relationships hold is not looked at, so the keys (owner_id) are to be set; no cascades, no hooks.
 * As with objects, an integer key of 0 is the database's to make, defaults go into blank members, and
 * what the database fills is read back into the structs (texts live in the session then). What no column can hold is refused with the
 * place in the array: "pets[17]: Pet.name must not be NULL".
 *
 * The session flushes first (autoflush). No object is made, but those that are loaded are brought in step: what an upsert changed is
 * loaded anew, and lists that the rows may belong to are loaded again when kin_load() asks for them. A rollback takes back the rows,
 * not what is in the array. When the call itself fails, keys that it has put into the array are 0 again.
 *
 * Hooks may call both, also those of a row that is about to be written (before_insert …): a line in a log for each row. What the same flush has not
 * sent yet is not there then.
 *
 * Both return KIN_OK, or the error, which is the session's. */
#ifndef KIN_BULK_H
#define KIN_BULK_H

#include <kin/query.h>

KIN_BEGIN_DECLS

/** The options of kin_upsert(): literals, which `kin check` verifies. */
typedef struct kin_upsert_options {
	const char *conflict; /* "name, species": attributes that are a unique key of the model. NULL: the primary key */
	const char *update;   /* "age, owner_id": what a row that is there gets from the struct. NULL: all but the keys; "": nothing */
} kin_upsert_options;

/* The functions under the macros. */
KIN_API int kin_site_insert_all(kin_session *session, kin_site *site, void *items, size_t count);
KIN_API int kin_site_upsert(kin_session *session, kin_site *site, void *items, size_t count);

KIN_END_DECLS

#ifndef __cplusplus

#define KIN_BULK_(...) KIN_BULK_NUMBERED_(__COUNTER__, __VA_ARGS__)
#define KIN_BULK_NUMBERED_(number, ...) \
	KIN_BULK_AT_(KIN_JOIN(kin_site_, number), KIN_JOIN(kin_options_, number), KIN_JOIN(kin_items_, number), __VA_ARGS__)
#define KIN_BULK_AT_(site, options, items_, function, verb_, session, Model, items, shown, count, ...) \
	__extension__ ({ \
		static const kin_upsert_options options = { __VA_ARGS__ }; \
		static kin_site site = { \
			.model = &Model##_model, .text = shown, .verb = verb_, .file = __FILE__, .line = __LINE__, .upsert = &options, \
		}; \
		static kin_site *const KIN_JOIN(site, pointer_) __attribute__((used, section("kin_sites"))) = &site; \
		Model *items_ = (items); \
		function((session), &site, items_, (count)); \
	})

/**
 * Insert an array of structs: kin_insert_all(session, Pet, pets, n). Keys that are 0 become those of the new rows.
 *
 * SQL: INSERT of up to 1,024 rows on SQLite; elsewhere as the driver does it best: arrays on PostgreSQL (INSERT … SELECT … FROM unnest(…))
 * and MariaDB, a pipeline on dqlite. Structs that leave different columns to the database go in statements of their own.
 */
#define kin_insert_all(session, Model, items, count) \
	KIN_BULK_(kin_site_insert_all, KIN_VERB_INSERT, session, Model, items, #items, count, .conflict = NULL)

/**
 * Insert an array of structs; where a row with the same .conflict key is there, update that one:
 * kin_upsert(session, Pet, pets, n, .conflict = "name, species", .update = "age, owner_id").
 *
 * Each struct is then as its row is: it gets the key, and the columns that are not updated, from the database. With .update = "" rows that
 * are there stay as they are, and nothing comes back: the structs are as they were. To have the keys without a change, update what
 * is in the key: .conflict = "name", .update = "name".
 * What is left to a default of the database is not updated. A version is counted up; .update_fn is not called.
 *
 * SQL: INSERT … ON CONFLICT (name, species) DO UPDATE SET age = excluded.age … RETURNING …, for each struct, sent together where the driver
 * can; DO NOTHING. On MariaDB INSERT … ON DUPLICATE KEY UPDATE age = VALUES(age) …, which any unique key of the table may cause, not the one
 * of .conflict alone.
 */
#define kin_upsert(session, Model, items, count, ...) \
	KIN_BULK_(kin_site_upsert, KIN_VERB_UPSERT, session, Model, items, #items, count, __VA_ARGS__)

#endif /* __cplusplus */

#endif
