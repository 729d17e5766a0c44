/* migration.h - functions that revisions call: `CALL name;` in a revision's file runs KIN_MIGRATION(name) { … } of the app. */
#ifndef KIN_MIGRATION_H
#define KIN_MIGRATION_H

#include <kin/app.h>
#include <kin/backfill.h>

KIN_BEGIN_DECLS

/** Changes data, with a session. KIN_OK, or the session's error. */
typedef int kin_migration_fn(kin_session *session);

typedef struct kin_migration {
	const char           *name;
	kin_migration_fn     *run;
	struct kin_migration *next;
} kin_migration;

KIN_API void kin_app_register_migration(kin_migration *migration);

/** What --tag said; NULL: nothing. */
KIN_API const char *kin_migration_tag(void);

/** Shows a bar on a terminal. For kin_backfill(). */
KIN_API void kin_migration_progress(void *context, const char *label, int64_t done, int64_t total);

KIN_END_DECLS

#ifndef __cplusplus

/**
 * KIN_MIGRATION(fill_species) { kin_update(session, Pet, "species = ? where species = ?", "Dog", "dog"); return kin_errcode(session); }
 *
 * It runs in the revision's transaction, on its connection: what it writes is committed or undone with the rest, and kin_commit()
 * commits nothing by itself. In a revision that says `-- transaction: none` the session is one of its own; then the function is called
 * again after a crash, and has to stand that, as kin_backfill() does.
 */
#define KIN_MIGRATION(migration_name) \
	__attribute__((visibility("hidden"))) int kin_migration_##migration_name##_(kin_session *); \
	__attribute__((constructor)) static void kin_register_migration_##migration_name##_(void) \
	{ \
		static kin_migration kin_migration_ = { .name = #migration_name, .run = kin_migration_##migration_name##_ }; \
		kin_app_register_migration(&kin_migration_); \
	} \
	int kin_migration_##migration_name##_(kin_session *session __attribute__((unused)))

#endif /* __cplusplus */

#endif
