/* check.c - verifies the program's queries against its models, without running them and without a database.
 *
 * A site is planned as it would be at its first call, and the plan thrown away: what it finds is what would fail. */
#include "orm/site.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "orm/plan.h"

typedef struct findings {
	const kin_site  *site;
	kin_arena       *arena;
	kin_site_report *report;
	void            *context;
	size_t           count;
	bool             failed; /* memory was out */
} findings;

static void note(void *context, const char *text, const kin_problem *problem)
{
	findings *f = context;
	char *line = kin_arena_printf(f->arena, "%s:%d: %s", f->site->file, f->site->line, problem->sentence);

	(void)text;
	f->count++;
	if (line)
		f->report(f->context, line);
	else
		f->failed = true;
}

/* KIN_OK, problems reported; or a failure. */
static int check(const kin_registry *registry, findings *f)
{
	const kin_site *site = f->site;
	bool rows = site->row && (site->verb == KIN_VERB_ROWS || site->verb == KIN_VERB_ROW);
	const kin_plan_source source = { .text = site->text, .kinds = site->kinds, .count = site->count };
	kin_plan_spec spec = {
		.mapping = site->model ? kin_registry_find(registry, site->model->name) : NULL, .verb = (kin_verb)site->verb, .wheres = &source, .where_count = 1,
		.upsert = site->upsert,
	};
	kin_error error = { 0 };
	kin_plan *plan = NULL;
	int rc = KIN_OK;

	if (!site->model && !rows)
		return KIN_OK; /* the database's own SQL */
	if (rows) {
		rc = kin_plan_rows_new(registry, site, &plan, note, f, &error);
		kin_plan_free(plan);
		kin_error_clear(&error);
	} else if (!spec.mapping) {
		kin_problem unknown = {
			.sentence = kin_arena_printf(f->arena, "%s is declared, but KIN_MODEL() of it is not in the program", site->model->name),
		};
		if (!unknown.sentence)
			return KIN_ENOMEM;
		note(f, site->text, &unknown);
	} else {
		rc = kin_plan_new(&spec, &plan, note, f, &error);
		kin_plan_free(plan);
		kin_error_clear(&error);
	}
	return f->failed ? KIN_ENOMEM : rc == KIN_EQUERY ? KIN_OK : rc;
}

static void add_line(void *context, const char *line)
{
	kin_text *text = context;

	if (text->length > 0)
		kin_text_add_char(text, '\n');
	kin_text_add(text, line);
}

int kin_site_check(kin_registry *registry, const kin_site *site, kin_error *error)
{
	kin_arena arena = { 0 };
	kin_text lines;
	findings f = { .site = site, .arena = &arena, .report = add_line, .context = &lines };
	int rc = kin_registry_configure(registry, error);

	if (rc < 0)
		return rc;
	kin_text_init(&lines);
	rc = check(registry, &f);
	if (rc < 0 || !kin_text_ok(&lines))
		rc = kin_error_nomem(error);
	else if (f.count > 0)
		rc = kin_error_set(error, KIN_EQUERY, "%s", lines.data);
	kin_text_done(&lines);
	kin_arena_done(&arena);
	return rc;
}

/* As people read a program: file by file, from the top. Linkers order sites as they please. */
static int compare(const void *a, const void *b)
{
	const kin_site *x = *(kin_site *const *)a, *y = *(kin_site *const *)b;
	int files = strcmp(x->file, y->file);

	return files ? files : (x->line > y->line) - (x->line < y->line);
}

static kin_site **sorted_sites(size_t *ret_count)
{
	size_t total = kin_site_total(), n = 0;
	kin_site **all = kin_mem_alloc((total + 1) * sizeof(*all));

	for (size_t i = 0; all && i < total; i++)
		if ((all[n] = kin_site_at(i)))
			n++;
	if (all)
		qsort(all, n, sizeof(*all), compare);
	*ret_count = n;
	return all;
}

int kin_site_check_all(kin_registry *registry, kin_site_report *report, void *context,
                       size_t *ret_sites, size_t *ret_problems, kin_error *error)
{
	size_t total = 0, problems = 0;
	int rc = kin_registry_configure(registry, error);
	kin_site **all = rc == KIN_OK ? sorted_sites(&total) : NULL;

	if (rc == KIN_OK && !all)
		return kin_error_nomem(error);
	for (size_t i = 0; rc == KIN_OK && i < total; i++) {
		kin_arena arena = { 0 };
		findings f = { .site = all[i], .arena = &arena, .report = report, .context = context };
		rc = check(registry, &f);
		problems += f.count;
		kin_arena_done(&arena);
	}
	kin_mem_free(all);
	if (rc == KIN_ENOMEM)
		kin_error_nomem(error);
	if (rc < 0)
		return rc;
	*ret_sites = total;
	*ret_problems = problems;
	return KIN_OK;
}
