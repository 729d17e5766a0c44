/* drift.c - whether a database is what its revisions say it is. */
#include "migrate/drift.h"

#include "migrate/run.h"

int kin_drift_find(kin_changes *out, kin_connection *connection, const kin_folder *folder, const bool *applied,
                   kin_error *error)
{
	const kin_dialect *dialect = kin_connection_dialect(connection);
	kin_diff_options options = { .objects = true };
	kin_schema files = { 0 }, database = { 0 };
	int rc;

	if ((rc = kin_folder_replay(out->arena, folder, dialect, applied, &files, error)) < 0 ||
	    (rc = kin_connection_reflect(connection, out->arena, &database, error)) < 0)
		return rc;
	return kin_diff_schemas(out, dialect, &files, &database, &options, error);
}

static int behind(const kin_folder *folder, const bool *applied, kin_error *error)
{
	for (size_t i = 0; i < folder->graph.count; i++)
		if (!applied[i])
			return kin_error_set(error, KIN_EREVISION, "Target database is not up to date.");
	return KIN_OK;
}

/* "Detected added column …" without its first word: nothing is detected here that should be done. */
static int report(const kin_changes *changes, kin_error *error)
{
	static const char first[] = "Detected ";
	kin_text text;

	kin_text_init(&text);
	for (size_t i = 0; i < changes->count; i++) {
		kin_text one;
		kin_text_init(&one);
		kin_op_describe(&one, NULL, &changes->items[i]);
		kin_text_addf(&text, "\n  %s", one.length > sizeof(first) ? one.data + sizeof(first) - 1 : one.data);
		text.failed = text.failed || one.failed;
		kin_text_done(&one);
	}
	int rc = kin_text_ok(&text) ? kin_error_set(error, KIN_EDIFFERENT,
	                                            "the database was changed by hand: it differs from its revisions by%s", text.data)
	                            : kin_error_nomem(error);
	kin_text_done(&text);
	return rc;
}

int kin_drift_check(kin_connection *connection, const kin_folder *folder, kin_error *error)
{
	kin_arena arena = { 0 };
	kin_changes changes = { .arena = &arena };
	bool *applied = NULL;
	int rc = kin_run_applied(connection, &arena, folder, &applied, error);

	if (rc == KIN_OK)
		rc = behind(folder, applied, error);
	if (rc == KIN_OK)
		rc = kin_drift_find(&changes, connection, folder, applied, error);
	if (rc == KIN_OK && changes.count > 0)
		rc = report(&changes, error);
	kin_arena_done(&arena);
	return rc;
}
