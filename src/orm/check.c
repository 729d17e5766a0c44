/* check.c - verifies the program's queries against its models, without running them and without a database.
 *
 * A site is planned as it would be at its first call, and the plan thrown away: what it finds is what would fail. A plan that could be made is
 * looked through for what would not, and makes no sense all the same: check.h. */
#include "orm/check.h"
#include "orm/site.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "orm/plan.h"

typedef struct findings {
	const kin_site  *site;
	kin_arena       *arena;
	kin_site_report *report;
	void            *context;
	size_t           count;
	kin_vec(const char *) told; /* sentences: a condition may be in several statements */
	bool             failed; /* memory was out */
} findings;

static void note(void *context, const char *sentence)
{
	findings *f = context;
	const kin_finding finding = { .file = f->site->file, .line = f->site->line, .sentence = sentence };

	for (size_t i = 0; sentence && i < f->told.count; i++)
		if (strcmp(f->told.items[i], sentence) == 0)
			return;
	f->count++;
	if (sentence && kin_vec_push(&f->told, sentence))
		f->report(f->context, &finding);
	else
		f->failed = true;
}

/* What a plan is made in is freed with it. */
static void note_problem(void *context, const char *text, const kin_problem *problem)
{
	findings *f = context;

	(void)text;
	note(f, kin_arena_strdup(f->arena, problem->sentence));
}

/* ---- statements ---- */

static void look_through_later(kin_check *check, const kin_fetch *fetch)
{
	for (size_t i = 0; i < fetch->later_count; i++) {
		kin_check_select(check, fetch->laters[i].fetch->ask.select, NULL);
		look_through_later(check, fetch->laters[i].fetch);
	}
}

/* Who changes rows asks for their keys by the same condition. */
static void look_through(findings *f, const kin_plan *plan)
{
	kin_check check = { .arena = f->arena, .note = note, .context = f };

	kin_check_select(&check, plan->keys.select ? plan->keys.select : plan->fetch.ask.select, NULL);
	look_through_later(&check, &plan->fetch);
	f->failed = f->failed || check.failed;
}

int kin_check_plan(const kin_registry *registry, const kin_site *site, kin_plan **ret_plan, kin_plan_report *report, void *context, kin_error *error)
{
	bool rows = site->row && (site->verb == KIN_VERB_ROWS || site->verb == KIN_VERB_ROW);
	const kin_plan_source source = { .text = site->text, .kinds = site->kinds, .count = site->count };
	const kin_plan_spec spec = {
		.mapping = site->model ? kin_registry_find(registry, site->model->name) : NULL, .verb = (kin_verb)site->verb, .wheres = &source, .where_count = 1,
		.upsert = site->upsert,
	};

	*ret_plan = NULL;
	if (rows)
		return kin_plan_rows_new(registry, site, ret_plan, report, context, error);
	return spec.mapping ? kin_plan_new(&spec, ret_plan, report, context, error) : KIN_OK;
}

/* KIN_OK, problems reported; or a failure. */
static int check(const kin_registry *registry, findings *f)
{
	const kin_model *model = f->site->model;
	kin_error error = { 0 };
	kin_plan *plan;
	int rc = kin_check_plan(registry, f->site, &plan, note_problem, f, &error);

	if (plan)
		look_through(f, plan);
	else if (rc == KIN_OK && model)
		note(f, kin_arena_printf(f->arena, "%s is declared, but KIN_MODEL() of it is not in the program", model->name));
	kin_plan_free(plan);
	kin_error_clear(&error);
	return f->failed ? KIN_ENOMEM : rc == KIN_EQUERY ? KIN_OK : rc;
}

static void done(findings *f)
{
	kin_vec_done(&f->told);
	kin_arena_done(f->arena);
}

static void add_line(void *context, const kin_finding *finding)
{
	kin_text *text = context;

	kin_text_addf(text, "%s%s:%d: %s", text->length > 0 ? "\n" : "", finding->file, finding->line, finding->sentence);
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
	done(&f);
	return rc;
}

/* As people read a program: file by file, from the top. Linkers order sites as they please. */
static int compare(const void *a, const void *b)
{
	const kin_site *x = *(kin_site *const *)a, *y = *(kin_site *const *)b;
	int files = strcmp(x->file, y->file);

	return files ? files : (x->line > y->line) - (x->line < y->line);
}

kin_site **kin_check_sites(size_t *ret_count)
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
	kin_site **all = rc == KIN_OK ? kin_check_sites(&total) : NULL;

	if (rc == KIN_OK && !all)
		return kin_error_nomem(error);
	for (size_t i = 0; rc == KIN_OK && i < total; i++) {
		kin_arena arena = { 0 };
		findings f = { .site = all[i], .arena = &arena, .report = report, .context = context };
		rc = check(registry, &f);
		problems += f.count;
		done(&f);
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
