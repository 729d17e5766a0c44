/* mapper.c - the functions that a model's body calls: each writes its line down. */
#include "orm/mapper.h"

void kin_mapper_done(kin_mapper *mapper)
{
	kin_vec_done(&mapper->columns);
	kin_vec_done(&mapper->relations);
	kin_vec_done(&mapper->foreigns);
	kin_vec_done(&mapper->extras);
	kin_vec_done(&mapper->hooks);
	kin_vec_done(&mapper->filters);
}

void kin_map_column(kin_mapper *mapper, const char *member, size_t offset, int kind,
                    const kin_column_options *options, const char *file, int line)
{
	kin_draft_column draft = {
		.member = member, .offset = offset, .kind = kind, .options = *options, .file = file, .line = line,
	};

	if (!kin_vec_push(&mapper->columns, draft))
		mapper->failed = true;
}

void kin_map_relation(kin_mapper *mapper, kin_relation_form form, const char *member, size_t offset,
                      kin_model *target, const kin_relation_options *options, const char *file, int line)
{
	kin_draft_relation draft = {
		.member = member, .offset = offset, .form = form, .target = target, .options = *options,
		.file = file, .line = line,
	};

	if (!kin_vec_push(&mapper->relations, draft))
		mapper->failed = true;
}

static void add_extra(kin_mapper *mapper, const kin_draft_extra *draft)
{
	if (!kin_vec_push(&mapper->extras, *draft))
		mapper->failed = true;
}

void kin_map_table(kin_mapper *mapper, const kin_table_options *options, const char *file, int line)
{
	if (options->distributed_by)
		mapper->options.distributed_by = options->distributed_by;
	if (options->comment)
		mapper->options.comment = options->comment;
	if (options->options)
		mapper->options.options = options->options;
	mapper->options_file = file;
	mapper->options_line = line;
}

void kin_map_foreign(kin_mapper *mapper, const char *members, const char *target, const kin_foreign_options *options,
                     const char *file, int line)
{
	kin_draft_foreign draft = { .members = members, .target = target, .options = *options, .file = file, .line = line };

	if (!kin_vec_push(&mapper->foreigns, draft))
		mapper->failed = true;
}

void kin_map_unique(kin_mapper *mapper, const char *members, const char *file, int line)
{
	add_extra(mapper, &(kin_draft_extra){
		.kind = KIN_EXTRA_UNIQUE, .members = members, .file = file, .line = line,
	});
}

void kin_map_index(kin_mapper *mapper, const char *members, const kin_index_options *options,
                   const char *file, int line)
{
	add_extra(mapper, &(kin_draft_extra){
		.kind = KIN_EXTRA_INDEX, .members = members, .options = *options, .file = file, .line = line,
	});
}

void kin_map_check(kin_mapper *mapper, const char *sql, const kin_check_options *options,
                   const char *file, int line)
{
	add_extra(mapper, &(kin_draft_extra){
		.kind = KIN_EXTRA_CHECK, .sql = sql, .options.name = options->name, .file = file, .line = line,
	});
}

void kin_map_ddl(kin_mapper *mapper, const char *sql, const char *file, int line)
{
	add_extra(mapper, &(kin_draft_extra){ .kind = KIN_EXTRA_DDL, .sql = sql, .file = file, .line = line });
}

void kin_map_version(kin_mapper *mapper, const char *member, const char *file, int line)
{
	mapper->version = member;
	mapper->version_file = file;
	mapper->version_line = line;
}

void kin_map_hook(kin_mapper *mapper, kin_model_event event, const char *member, kin_any_fn *fn, const char *name, const char *file,
                  int line)
{
	kin_draft_hook draft = { .event = event, .member = member, .fn = fn, .name = name, .file = file, .line = line };

	if (!kin_vec_push(&mapper->hooks, draft))
		mapper->failed = true;
}

void kin_map_repr(kin_mapper *mapper, const char *format, const char *file, int line)
{
	mapper->repr = format;
	mapper->repr_file = file;
	mapper->repr_line = line;
}

void kin_map_discriminator(kin_mapper *mapper, const char *member, const kin_inherit_options *options, const char *file, int line)
{
	mapper->discriminator = (kin_draft_lineage){ .member = member, .options = *options, .file = file, .line = line };
}

void kin_map_inherits(kin_mapper *mapper, const char *member, kin_model *parent, const kin_inherit_options *options,
                      const char *file, int line)
{
	mapper->inherits = (kin_draft_lineage){ .parent = parent, .member = member, .options = *options, .file = file, .line = line };
}
