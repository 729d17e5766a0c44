/* lint.c - what a revision will lock, rewrite, break or lose: the rules applied, and what the files acknowledge. */
#include "migrate/lint.h"

#include <ctype.h>
#include <strings.h>

#include "base/vec.h"
#include "migrate/apply.h"
#include "migrate/ask.h"
#include "migrate/replay.h"

/* `-- lint: allow RULE reason` */
typedef struct allowance {
	const char *rule;
	const char *reason;
	int         line; /* of the statement it is for; 0: of all; -1: of none */
} allowance;

typedef struct linting {
	kin_lint_findings     *out;
	const kin_folder      *folder;
	const kin_dialect     *dialect;
	const kin_lint_options *options;
	const kin_script      *script;
	kin_vec(allowance)     allowances;
	kin_vec(const char *)  made; /* tables of this revision: nobody waits for them */
	kin_error             *error;
} linting;

const char *kin_lint_severity_name(kin_lint_severity severity)
{
	static const char *const names[] = { [KIN_LINT_NOTE] = "note", [KIN_LINT_WARNING] = "warning", [KIN_LINT_DANGER] = "danger" };

	return names[severity];
}

size_t kin_lint_count(const kin_lint_findings *findings, kin_lint_severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->count; i++)
		count += !findings->items[i].reason && findings->items[i].rule->severity >= severity;
	return count;
}

static const kin_lint_rule *find_rule(const char *id)
{
	for (const kin_lint_rule *r = kin_lint_rules; r->id; r++)
		if (strcmp(r->id, id) == 0)
			return r;
	return NULL;
}

/* What the file acknowledges */

static int unknown_rule(linting *l, int line, const char *id)
{
	const char *names[64], *near;
	size_t n = 0;

	for (const kin_lint_rule *r = kin_lint_rules; r->id && n < 64; r++)
		names[n++] = r->id;
	near = kin_text_nearest(id, names, n);
	return kin_error_set(l->error, KIN_EREVISION, "%s:%d: there is no rule '%s'%s%s%s", l->script->path, line, id,
	                     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* The statement that a line belongs to: the next one, or if it stands behind one, that. 0: it is in the header. */
static int statement_at(const kin_script *script, int line, bool alone, int first)
{
	int found = 0;

	if (line < first)
		return 0;
	for (size_t i = 0; i < script->up_count; i++) {
		int at = script->up[i].line;
		if (alone && at > line)
			return at;
		if (!alone && at <= line)
			found = at;
	}
	return alone ? -1 : found;
}

static int take_allowance(linting *l, const char *words, size_t length, int line, bool alone, int first)
{
	kin_arena *arena = l->out->arena;
	char *save = NULL, *text = kin_arena_strndup(arena, words, length), *id = text ? strtok_r(text, " \t", &save) : NULL;
	char *reason = id ? strtok_r(NULL, "\r\n", &save) : NULL;

	if (arena->failed)
		return kin_error_nomem(l->error);
	while (reason && isspace((unsigned char)*reason))
		reason++;
	if (!id || !reason || !*reason)
		return kin_error_set(l->error, KIN_EREVISION, "%s:%d: '-- lint: allow RULE reason': say why it is right here", l->script->path, line);
	if (!find_rule(id))
		return unknown_rule(l, line, id);
	allowance a = { .rule = id, .reason = reason, .line = statement_at(l->script, line, alone, first) };
	return kin_vec_push(&l->allowances, a) ? KIN_OK : kin_error_nomem(l->error);
}

static int read_allowances(linting *l)
{
	static const char mark[] = "-- lint: allow";
	const char *text;
	size_t size;
	int line = 1, first = 0, rc = kin_folder_text(l->folder, l->script, &text, &size, l->error);

	for (const char *s = text, *end; rc == KIN_OK && s && *s; s = end ? end + 1 : NULL, line++) {
		end = strchr(s, '\n');
		size_t length = end ? (size_t)(end - s) : strlen(s);
		const char *at = memmem(s, length, mark, sizeof(mark) - 1);
		if (first == 0 && length >= 10 && strncasecmp(s, "-- upgrade", 10) == 0)
			first = line;
		if (at)
			rc = take_allowance(l, at + sizeof(mark) - 1, (size_t)(s + length - at) - sizeof(mark) + 1, line,
			                    strspn(s, " \t") == (size_t)(at - s), first ? first : line + 1);
	}
	return rc;
}

static const char *reason_for(linting *l, const char *rule, int line)
{
	for (size_t i = 0; i < l->allowances.count; i++) {
		const allowance *a = &l->allowances.items[i];
		if (strcmp(a->rule, rule) == 0 && (a->line == 0 || a->line == line))
			return a->reason;
	}
	return NULL;
}

/* Findings */

/* Whether the table has rows; where that cannot be known, it has. */
static int has_rows(linting *l, const char *table, bool *ret_rows)
{
	kin_connection *connection = l->options ? l->options->connection : NULL;
	int64_t one = 0;
	kin_text sql;

	*ret_rows = true;
	if (!connection || !table)
		return KIN_OK;
	kin_text_init(&sql);
	kin_text_add(&sql, "SELECT 1 FROM ");
	kin_dialect_name(l->dialect, &sql, table);
	kin_text_add(&sql, " LIMIT 1");
	int rc = kin_text_ok(&sql) ? kin_ask_number(connection, sql.data, &one, NULL) : KIN_ENOMEM;
	kin_text_done(&sql);
	if (rc == KIN_ENOMEM)
		return kin_error_nomem(l->error);
	*ret_rows = rc < 0 || one == 1;
	return KIN_OK;
}

static bool is_made_here(const linting *l, const char *table)
{
	for (size_t i = 0; table && i < l->made.count; i++)
		if (strcmp(l->made.items[i], table) == 0)
			return true;
	return false;
}

static int add_finding(linting *l, const kin_lint_rule *rule, const kin_ddl *item, const char *what)
{
	kin_lint_findings *out = l->out;

	if (out->count == out->capacity) {
		size_t capacity = out->capacity ? 2 * out->capacity : 16;
		kin_lint_finding *items = kin_arena_alloc(out->arena, capacity * sizeof(*items));
		if (!items)
			return kin_error_nomem(l->error);
		if (out->count > 0)
			memcpy(items, out->items, out->count * sizeof(*items));
		out->items = items;
		out->capacity = capacity;
	}
	const char *own = kin_arena_strdup(out->arena, what);
	if (!own)
		return kin_error_nomem(l->error);
	out->items[out->count++] = (kin_lint_finding){ .rule = rule, .script = l->script, .line = item->line, .what = own,
		                                       .reason = reason_for(l, rule->id, item->line) };
	return KIN_OK;
}

static int apply_rules(linting *l, const kin_lint_view *view, const kin_ddl *item, bool rows)
{
	kin_text what;
	int rc = KIN_OK;

	kin_text_init(&what);
	for (const kin_lint_rule *r = kin_lint_rules; rc == KIN_OK && r->id; r++) {
		kin_text_clear(&what);
		if (!(r->dialects & 1U << l->dialect->id) || (r->of_rows && !rows) || !r->finds(view, item, &what))
			continue;
		rc = kin_text_ok(&what) ? add_finding(l, r, item, what.data) : kin_error_nomem(l->error);
	}
	kin_text_done(&what);
	return rc;
}

static int lint_item(linting *l, kin_schema *before, const kin_schema *after, size_t index)
{
	const kin_ddl *item = &l->script->up[index];
	const kin_lint_view view = { .dialect = l->dialect, .script = l->script, .before = before, .after = after, .index = index };
	bool rows = true, made = is_made_here(l, item->table_name);
	int rc = made ? KIN_OK : has_rows(l, item->table_name, &rows);

	if (rc < 0 || !kin_op_is_for(item, l->dialect) || (rc = apply_rules(l, &view, item, rows && !made)) < 0)
		return rc;
	if (item->only)
		return KIN_OK;
	if (item->kind == KIN_DDL_CREATE_TABLE && !kin_vec_push(&l->made, item->table->name))
		return kin_error_nomem(l->error);
	if (item->kind == KIN_DDL_RENAME_TABLE && made && !kin_vec_push(&l->made, item->new_name))
		return kin_error_nomem(l->error);
	return kin_apply_ddl(before, item, l->error);
}

/* `schema`: before the revision; afterwards behind it. */
static int lint_script(linting *l, kin_arena *arena, kin_schema *schema)
{
	kin_schema before = { 0 };
	int rc;

	l->allowances.count = 0;
	l->made.count = 0;
	if (kin_schema_copy(schema, arena, &before) < 0)
		return kin_error_nomem(l->error);
	if ((rc = read_allowances(l)) < 0 || (rc = kin_replay_script(schema, l->dialect, l->script, true, l->error)) < 0)
		return rc;
	for (size_t i = 0; rc == KIN_OK && i < l->script->up_count; i++)
		rc = lint_item(l, &before, schema, i);
	return rc;
}

static bool is_listed(const kin_revision_links *revisions, size_t revision)
{
	for (size_t i = 0; i < revisions->count; i++)
		if (revisions->items[i] == revision)
			return true;
	return false;
}

int kin_lint_revisions(kin_lint_findings *out, const kin_folder *folder, const kin_dialect *dialect,
                       const kin_revision_links *revisions, const kin_lint_options *options, kin_error *error)
{
	linting l = { .out = out, .folder = folder, .dialect = dialect, .options = options, .error = error };
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < folder->graph.count; i++) {
		l.script = &folder->scripts[i];
		rc = is_listed(revisions, i) ? lint_script(&l, &arena, &schema)
		                             : kin_replay_script(&schema, dialect, l.script, true, error);
	}
	kin_vec_done(&l.allowances);
	kin_vec_done(&l.made);
	kin_arena_done(&arena);
	return rc;
}
