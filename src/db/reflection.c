/* reflection.c - the rows of a server's catalogue, as texts, and the parts of a schema that all servers give alike. */
#include "db/reflection.h"

#include <string.h>

static int read_row(kin_reflection *r, kin_statement *statement)
{
	kin_value value;
	int rc;

	for (size_t i = 0; i < kin_statement_columns(statement); i++) {
		if ((rc = kin_statement_value(statement, i, KIN_KIND_TEXT, &value, r->error)) < 0)
			return rc;
		r->row[i] = NULL;
		if (value.kind != KIN_KIND_NULL && !(r->row[i] = kin_arena_strndup(r->schema.arena, value.as.data, value.size)))
			return kin_reflection_nomem(r);
	}
	return KIN_OK;
}

static int ask(kin_reflection *r, const kin_reflection_step *step)
{
	kin_sql sql = { .text = step->query, .length = strlen(step->query) };
	kin_statement *statement;
	int rc = kin_statement_open(r->connection, &sql, &statement, r->error);

	if (rc < 0)
		return rc;
	while ((rc = kin_statement_step(statement, r->error)) > 0) {
		if ((rc = read_row(r, statement)) < 0)
			break;
		r->table = r->row[0] ? kin_map_find(&r->tables, r->row[0]) : NULL;
		if ((rc = step->row(r)) < 0)
			break;
	}
	kin_statement_close(statement);
	return rc;
}

int kin_reflection_ask(kin_reflection *r, const kin_reflection_step *steps, size_t count)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		rc = ask(r, &steps[i]);
	return rc;
}

int kin_reflection_end(kin_reflection *r, int rc, kin_schema *ret_schema)
{
	if (rc == KIN_OK)
		*ret_schema = r->schema;
	kin_map_done(&r->tables);
	kin_map_done(&r->enums);
	return rc;
}

int kin_reflection_add_table(kin_reflection *r)
{
	kin_table_schema *table = kin_schema_add_table(&r->schema, r->row[0]);

	if (!table || !kin_map_set(&r->tables, table->name, table))
		return kin_reflection_nomem(r);
	table->comment = r->row[1];
	table->options = r->row[2];
	return KIN_OK;
}

int kin_reflection_add_object(kin_reflection *r)
{
	kin_object_schema *object = kin_schema_add_object(&r->schema);

	if (!object)
		return kin_reflection_nomem(r);
	*object = (kin_object_schema){ .kind = r->row[0], .name = r->row[1], .table = r->row[2], .sql = r->row[3] };
	return KIN_OK;
}

/* Room for one more behind `count` items, which are copied. NULL when memory is out. */
static void *longer(kin_reflection *r, const void *items, size_t count, size_t size)
{
	void *copy = kin_arena_zalloc(r->schema.arena, (count + 1) * size);

	if (!copy)
		kin_reflection_nomem(r);
	else if (count > 0)
		memcpy(copy, items, count * size);
	return copy;
}

int kin_reflection_add_name(kin_reflection *r, const char ***names, size_t *count, const char *name)
{
	const char **list = longer(r, *names, *count, sizeof(*list));

	if (!list)
		return KIN_ENOMEM;
	list[(*count)++] = name;
	*names = list;
	return KIN_OK;
}

int kin_reflection_add_part(kin_reflection *r, kin_index_schema *index, const kin_index_part *part)
{
	kin_index_part *parts = longer(r, index->parts, index->part_count, sizeof(*parts));

	if (!parts)
		return KIN_ENOMEM;
	parts[index->part_count++] = *part;
	index->parts = parts;
	return KIN_OK;
}

bool kin_reflection_is_first(const kin_reflection *r)
{
	return r->row[3] && strcmp(r->row[3], "1") == 0;
}
