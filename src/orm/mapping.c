/* mapping.c - one model's columns, key, indexes and repr, made from what its body said. */
#include "orm/mapping.h"

#include <string.h>
#include <strings.h>

#include "orm/mapper.h"
#include "value/kind.h"

typedef struct making {
	kin_arena    *arena;
	kin_mapper   *mapper;
	kin_mapping  *mapping;
	kin_mistakes *mistakes;
} making;

const kin_relation *kin_mapping_relation_at(const kin_mapping *mapping, size_t offset)
{
	for (size_t i = 0; i < mapping->relation_count; i++)
		if (mapping->relations[i].offset == offset)
			return &mapping->relations[i];
	return NULL;
}

bool kin_mapper_next_name(const char **text, const char **ret_name, size_t *ret_length)
{
	const char *begin = *text + strspn(*text, " \t\n,()");
	size_t length = strcspn(begin, " \t\n,()");

	*text = begin + length;
	*ret_name = begin;
	*ret_length = length;
	return length > 0;
}

const char *const *kin_mapping_names(kin_arena *arena, const kin_mapping *mapping)
{
	const char **names = kin_arena_alloc(arena, (mapping->attribute_count + 1) * sizeof(*names));

	for (size_t i = 0; names && i < mapping->attribute_count; i++)
		names[i] = mapping->attributes[i].name;
	return names;
}

/* The column of a name in a kin_unique(), kin_index() or kin_repr() line; NULL with a mistake noted. */
static const kin_attribute *find_named(making *m, const char *name, size_t length, const char *what,
                                       const char *file, int line)
{
	const char *own = kin_arena_strndup(m->arena, name, length);
	const char *const *names = kin_mapping_names(m->arena, m->mapping);

	if (!own || !names) {
		m->mistakes->failed = true;
		return NULL;
	}
	const kin_attribute *found = kin_mapping_attribute(m->mapping, own);
	if (!found)
		kin_mistake_add(m->mistakes, file, line, "%s: %s names '%s', which is no column%s",
		                m->mapping->name, what, own,
		                kin_mistake_hint(m->mistakes, own, names, m->mapping->attribute_count));
	return found;
}

static bool holds_null(int kind)
{
	return (kind & KIN_KIND_NULLABLE) || kind == KIN_KIND_TEXT || kind == KIN_KIND_BYTES;
}

static bool nullability(making *m, const kin_draft_column *draft)
{
	const kin_column_options *options = &draft->options;

	if (options->primary_key)
		return false;
	if (options->nullable == KIN_USUAL)
		return holds_null(draft->kind);
	if (options->nullable && !holds_null(draft->kind))
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: .nullable = true, but %s cannot hold NULL; make it kin_nullable(%s)",
		                m->mapping->name, draft->member, kin_kind_get(draft->kind)->c_type,
		                kin_kind_get(draft->kind)->c_type);
	return options->nullable;
}

/* "CASCADE" for "cascade", as SQL and the schemas have it; NULL for none or a mistake. */
static const char *action(making *m, const kin_draft_column *draft, const char *option, const char *text)
{
	static const char *const actions[] = { "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION" };
	const size_t count = sizeof(actions) / sizeof(actions[0]);

	if (!text)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(text, actions[i]) == 0)
			return strcmp(actions[i], "NO ACTION") == 0 ? NULL : actions[i];
	kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .%s = \"%s\" is no action of a foreign key%s",
	                m->mapping->name, draft->member, option, text,
	                kin_mistake_hint(m->mistakes, text, actions, count));
	return NULL;
}

static void check_options(making *m, const kin_draft_column *draft)
{
	const kin_column_options *options = &draft->options;

	if (options->length != 0 && draft->kind != KIN_KIND_TEXT)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .length is for text, and this is %s",
		                m->mapping->name, draft->member,
		                kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
	if (options->length < 0)
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: .length = %d is below zero",
		                m->mapping->name, draft->member, options->length);
	if (!options->foreign_key && (options->on_delete || options->on_update))
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: .%s is for a foreign key; add .foreign_key = \"table.column\"",
		                m->mapping->name, draft->member, options->on_delete ? "on_delete" : "on_update");
	if (options->primary_key && (draft->kind & KIN_KIND_NULLABLE))
		kin_mistake_add(m->mistakes, draft->file, draft->line,
		                "%s.%s: a primary key is never NULL; make it plain %s", m->mapping->name,
		                draft->member, kin_kind_get(draft->kind & ~KIN_KIND_NULLABLE)->c_type);
}

static int add_column(making *m, const kin_draft_column *draft)
{
	kin_mapping *mapping = m->mapping;
	const kin_column_options *options = &draft->options;
	const char *column = options->column ? options->column : draft->member;

	if (kin_map_find(&mapping->by_name, draft->member)) {
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: this member is mapped twice",
		                mapping->name, draft->member);
		return KIN_OK;
	}
	if (kin_map_find(&mapping->by_column, column))
		kin_mistake_add(m->mistakes, draft->file, draft->line, "%s.%s: another member has the column '%s'",
		                mapping->name, draft->member, column);
	check_options(m, draft);
	kin_attribute *attribute = &mapping->attributes[mapping->attribute_count];
	*attribute = (kin_attribute){
		.name = draft->member, .column = column, .mapping = mapping,
		.offset = (uint32_t)draft->offset, .index = (uint16_t)mapping->attribute_count++,
		.kind = (uint8_t)draft->kind, .not_null = !nullability(m, draft),
		.primary_key = options->primary_key, .unique = options->unique, .indexed = options->index,
		.length = options->length, .default_sql = options->default_sql, .comment = options->comment, .type = options->type,
		.foreign_key = options->foreign_key,
		.on_delete = action(m, draft, "on_delete", options->on_delete),
		.on_update = action(m, draft, "on_update", options->on_update),
		.file = draft->file, .line = draft->line,
	};
	if (!kin_map_set(&mapping->by_name, attribute->name, attribute) ||
	    !kin_map_set(&mapping->by_column, attribute->column, attribute))
		return KIN_ENOMEM;
	return KIN_OK;
}

static int make_columns(making *m)
{
	kin_mapping *mapping = m->mapping;
	size_t count = m->mapper->columns.count;

	mapping->attributes = kin_arena_zalloc(m->arena, (count + 1) * sizeof(*mapping->attributes));
	mapping->cells = kin_arena_zalloc(m->arena, (count + 1) * sizeof(*mapping->cells));
	mapping->keys = kin_arena_zalloc(m->arena, (count + 1) * sizeof(*mapping->keys));
	if (!mapping->attributes || !mapping->cells || !mapping->keys)
		return KIN_ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (add_column(m, &m->mapper->columns.items[i]) < 0)
			return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *attribute = &mapping->attributes[i];
		mapping->cells[i] = (kin_cell){
			.offset = attribute->offset, .column = attribute->index, .kind = attribute->kind,
			.not_null = attribute->not_null,
		};
		if (attribute->primary_key)
			mapping->keys[mapping->key_count++] = attribute;
	}
	return KIN_OK;
}

/* An int64_t key that nobody else makes is the database's to make. */
static void settle_key(making *m)
{
	kin_mapping *mapping = m->mapping;

	if (mapping->key_count == 0)
		kin_mistake_add(m->mistakes, mapping->model->file, mapping->model->line,
		                "%s: no column is the primary key; add .primary_key = true to one", mapping->name);
	if (mapping->key_count != 1)
		return;
	const kin_attribute *key = mapping->keys[0];
	mapping->integer_key = key->kind == KIN_KIND_INT64 && !key->foreign_key && !key->default_sql;
	mapping->key_offset = key->offset;
}

static int add_extra(making *m, const kin_draft_extra *draft, const kin_extra ***end)
{
	static const char *const lines[] = {
		[KIN_EXTRA_UNIQUE] = "kin_unique", [KIN_EXTRA_INDEX] = "kin_index", [KIN_EXTRA_CHECK] = "kin_check",
		[KIN_EXTRA_DDL] = "kin_table_sql",
	};
	kin_extra *extra = kin_arena_zalloc(m->arena, sizeof(*extra));
	const char *at = draft->members ? draft->members : "", *name;
	size_t length;

	if (!extra)
		return KIN_ENOMEM;
	extra->kind = draft->kind;
	extra->name = draft->options.name;
	extra->unique = draft->options.unique;
	extra->where = draft->options.where;
	extra->sql = draft->sql;
	extra->file = draft->file;
	extra->line = draft->line;
	extra->attributes = kin_arena_alloc(m->arena, (strlen(at) / 2 + 1) * sizeof(*extra->attributes));
	if (!extra->attributes)
		return KIN_ENOMEM;
	while (kin_mapper_next_name(&at, &name, &length)) {
		const kin_attribute *attribute =
			find_named(m, name, length, lines[draft->kind], draft->file, draft->line);
		if (attribute)
			extra->attributes[extra->attribute_count++] = attribute;
	}
	**end = extra;
	*end = &extra->next;
	return KIN_OK;
}

static int make_extras(making *m)
{
	const kin_extra **end = &m->mapping->extras;

	for (size_t i = 0; i < m->mapper->extras.count; i++)
		if (add_extra(m, &m->mapper->extras.items[i], &end) < 0)
			return KIN_ENOMEM;
	return KIN_OK;
}

/* kin_repr("<Pet {name}>"): text, attribute, text, attribute …, text. */
static int make_repr(making *m)
{
	const char *at = m->mapper->repr, *file = m->mapper->repr_file;
	int line = m->mapper->repr_line;
	size_t braces = 0;

	if (!at)
		return KIN_OK;
	for (const char *s = at; *s; s++)
		braces += *s == '{';
	kin_repr_part *parts = kin_arena_zalloc(m->arena, (braces + 1) * sizeof(*parts));
	if (!parts)
		return KIN_ENOMEM;
	m->mapping->repr = parts;
	for (;;) {
		size_t before = strcspn(at, "{}"), length = 0;
		kin_repr_part *part = &parts[m->mapping->repr_count++];
		if (!(part->text = kin_arena_strndup(m->arena, at, before)))
			return KIN_ENOMEM;
		at += before;
		if (*at == '{')
			length = strcspn(at + 1, "{}");
		if (*at == '\0')
			return KIN_OK;
		if (*at == '}' || at[1 + length] != '}' || length == 0) {
			kin_mistake_add(m->mistakes, file, line, "%s: kin_repr(\"%s\") has a brace without its other half; "
			                "a member stands as {name}", m->mapping->name, m->mapper->repr);
			return KIN_OK;
		}
		part->attribute = find_named(m, at + 1, length, "kin_repr", file, line);
		at += length + 2;
		if (!part->attribute)
			return KIN_OK;
	}
}

int kin_mapping_make(kin_arena *arena, kin_mapper *mapper, kin_mistakes *mistakes)
{
	kin_mapping *mapping = kin_arena_zalloc(arena, sizeof(*mapping));
	making m = { .arena = arena, .mapper = mapper, .mapping = mapping, .mistakes = mistakes };

	mapper->mapping = mapping;
	if (!mapping)
		return KIN_ENOMEM;
	mapping->model = mapper->model;
	mapping->name = mapper->model->name;
	mapping->table = mapper->model->table;
	mapping->size = mapper->model->size;
	if (make_columns(&m) < 0)
		return KIN_ENOMEM;
	settle_key(&m);
	if (make_extras(&m) < 0 || make_repr(&m) < 0)
		return KIN_ENOMEM;
	return mistakes->failed ? KIN_ENOMEM : KIN_OK;
}
