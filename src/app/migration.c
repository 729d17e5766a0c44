/* migration.c - what a program brings along for its migrations: functions that revisions call, and the revisions themselves. */
#include "app/migration.h"

#include <string.h>

#include "app/ui.h"
#include "base/text.h"
#include "orm/session_borrow.h"

static kin_migration *migrations; /* sorted by name */
static const kin_app_file *files;
static const char *tag;

enum { MOST_NAMES = 128 };

void kin_app_register_migration(kin_migration *migration)
{
	kin_migration **at = &migrations;

	while (*at && strcmp((*at)->name, migration->name) < 0)
		at = &(*at)->next;
	migration->next = *at;
	*at = migration;
}

void kin_app_register_files(const kin_app_file *app_files)
{
	files = app_files;
}

const kin_app_file *kin_app_files(void)
{
	return files;
}

const kin_migration *kin_migration_first(void)
{
	return migrations;
}

const kin_migration *kin_migration_find(const char *name)
{
	const kin_migration *m = migrations;

	while (m && strcmp(m->name, name) != 0)
		m = m->next;
	return m;
}

void kin_migration_set_tag(const char *word)
{
	tag = word;
}

const char *kin_migration_tag(void)
{
	return tag;
}

static int no_function(const char *name, kin_error *error)
{
	const char *names[MOST_NAMES], *near;
	size_t n = 0;

	for (const kin_migration *m = migrations; m && n < MOST_NAMES; m = m->next)
		names[n++] = m->name;
	near = kin_text_nearest(name, names, n);
	return kin_error_set(error, KIN_EREVISION, "CALL %s: the app has no KIN_MIGRATION(%s)%s%s%s", name, name,
	                     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

int kin_migration_known(const char *name, kin_error *error)
{
	return kin_migration_find(name) ? KIN_OK : no_function(name, error);
}

/* Where there is no transaction to be in: the function's commits are commits. */
static int call_alone(kin_db *db, const kin_migration *migration, kin_error *error)
{
	kin_session *session = kin_session_new(db);
	int rc;

	if (!session)
		return kin_error_nomem(error);
	if ((rc = migration->run(session)) >= 0)
		rc = kin_commit(session);
	if (rc < 0 && session->error.code < 0)
		rc = kin_error_move(error, &session->error);
	else if (rc < 0)
		kin_error_set(error, rc, "CALL %s: the function returned %s", migration->name, kin_errname(rc));
	kin_free(session);
	return rc < 0 ? rc : KIN_OK;
}

static int call_inside(kin_db *db, kin_connection *connection, const kin_migration *migration, kin_error *error)
{
	kin_session *session = kin_session_borrow(db, connection);
	int rc = session ? migration->run(session) : kin_error_nomem(error);

	if (!session)
		return rc;
	if (rc < 0 && session->error.code == 0)
		kin_session_fail(session, rc, NULL, 0, "CALL %s: the function returned %s", migration->name, kin_errname(rc));
	return kin_session_return(session, error);
}

int kin_migration_call(kin_db *db, kin_connection *connection, const char *name, kin_error *error)
{
	const kin_migration *migration = kin_migration_find(name);

	if (!migration)
		return no_function(name, error);
	return kin_connection_in_transaction(connection) ? call_inside(db, connection, migration, error)
	                                                 : call_alone(db, migration, error);
}

void kin_migration_progress(void *context, const char *label, int64_t done, int64_t total)
{
	static kin_ui_progress bar;

	(void)context;
	kin_ui_progress_show(&bar, label, done, total);
	if (done >= total)
		kin_ui_progress_end(&bar);
}
