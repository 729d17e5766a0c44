/* apply_script.c - a schema from a file of portable DDL. */
#include "migrate/apply.h"

#include "migrate/op.h"

int kin_apply_only(kin_schema *schema, const kin_ddl *ddl, kin_error *error)
{
	kin_error unread = { 0 };
	kin_ddl *items = NULL;
	size_t count = 0;
	int rc = kin_ddl_parse(schema->arena, ddl->sql, ddl->line, &items, &count, &unread);

	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		rc = kin_apply_ddl(schema, &items[i], &unread);
	kin_error_clear(&unread);
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : KIN_OK;
}

int kin_apply_script(kin_schema *schema, const kin_dialect *dialect, const char *text, const char *file, kin_error *error)
{
	kin_ddl *items = NULL;
	size_t count = 0;
	int rc = kin_ddl_parse(schema->arena, text, 1, &items, &count, error);

	if (rc == KIN_ESYNTAX)
		return kin_error_context(error, "%s", file);
	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		if (!kin_op_is_for(&items[i], dialect))
			continue;
		rc = items[i].only ? kin_apply_only(schema, &items[i], error) : kin_apply_ddl(schema, &items[i], error);
		if (rc < 0 && rc != KIN_ENOMEM)
			kin_error_context(error, "%s:%d", file, items[i].line);
	}
	return rc;
}
