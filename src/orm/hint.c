/* hint.c - asks a database for its plan of every query of the program, and says where an index is missing.
 *
 * What a query needs of a table is found by hint_index.c; whether the database has it, by explain.c. A table with few rows is read whole by every
 * database, and rightly so: then nothing is said but that it was too small to tell. */
#include "orm/hint.h"

#include "orm/explain.h"
#include "orm/hint_index.h"
#include "orm/hint_unused.h"
#include "sql/compile.h"

enum {
	TINY = 100, /* rows */
	MANY = 1000 /* so many are counted */
};

typedef struct table_size {
	const char *table;
	int64_t     rows; /* MANY: or more */
} table_size;

typedef struct hinting {
	kin_registry    *registry;
	kin_connection  *connection;
	kin_arena        arena; /* of what is kept until the end */
	kin_site_report *report;
	void            *context;
	kin_error       *error;
	const kin_site  *site;  /* the one that is looked at, and */
	kin_arena        scratch; /* what it needs */
	size_t           count;
	bool             open;  /* a transaction, where the database has not refused a query since */
	kin_vec(table_size) sizes;
	kin_names        used;    /* indexes */
	kin_names        refused; /* what the database has said of queries, once each */
	kin_names        told;    /* indexes for this site */
	kin_names        tiny;    /* tables for which one would be told */
} hinting;

static void tell(void *context, const kin_finding *hint)
{
	hinting *h = context;

	h->count++;
	h->report(h->context, hint);
}

bool kin_names_have(const kin_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

static int keep(hinting *h, kin_names *names, const char *name)
{
	const char *copy;

	if (kin_names_have(names, name))
		return KIN_OK;
	copy = kin_arena_strdup(&h->arena, name);
	return copy && kin_vec_push(names, copy) ? KIN_OK : kin_error_nomem(h->error);
}

/* ---- how large a table is ---- */

/* SELECT count(*) FROM (SELECT 1 FROM pets LIMIT 1000) AS few */
static kin_sql_select *counting(kin_arena *arena, const char *table)
{
	kin_sql_select *few = kin_sql_select_new(arena), *all = kin_sql_select_new(arena);
	kin_expr *star = kin_expr_constant(arena, KIN_EXPR_STAR);
	kin_sql_source *source;

	if (!few || !all || !kin_sql_add_output(arena, few, kin_expr_integer(arena, 1), "one") ||
	    !kin_sql_add_source(arena, few, KIN_JOIN_FROM, table, NULL, NULL) || !(few->limit = kin_expr_integer(arena, MANY)) ||
	    !kin_sql_add_output(arena, all, kin_expr_call(arena, "count", &star, 1), NULL) ||
	    !(source = kin_sql_add_source(arena, all, KIN_JOIN_FROM, NULL, "few", NULL)))
		return NULL;
	source->select = few;
	return all;
}

static int count_rows(hinting *h, const char *table, int64_t *ret)
{
	kin_sql_select *select = counting(&h->scratch, table);
	kin_statement *statement = NULL;
	kin_compiled compiled;
	bool null;
	int rc;

	if (!select)
		return kin_error_nomem(h->error);
	rc = kin_compile_select(kin_connection_dialect(h->connection), select, &(kin_compile_options){ 0 }, &h->scratch, &compiled, h->error);
	if (rc == KIN_OK)
		rc = kin_statement_open(h->connection, &(kin_sql){ .text = compiled.sql, .length = compiled.length }, &statement, h->error);
	if (rc == KIN_OK && (rc = kin_statement_step(statement, h->error)) > 0) {
		*ret = kin_statement_int64(statement, 0, &null);
		rc = KIN_OK;
	}
	kin_statement_close(statement);
	return rc;
}

static int rows_of(hinting *h, const char *table, int64_t *ret)
{
	table_size size = { .table = table };
	int rc;

	for (size_t i = 0; i < h->sizes.count; i++)
		if (strcmp(h->sizes.items[i].table, table) == 0) {
			*ret = h->sizes.items[i].rows;
			return KIN_OK;
		}
	if ((rc = count_rows(h, table, &size.rows)) < 0)
		return rc;
	*ret = size.rows;
	return (size.table = kin_arena_strdup(&h->arena, table)) && kin_vec_push(&h->sizes, size) ? KIN_OK : kin_error_nomem(h->error);
}

/* ---- a query ---- */

static int tell_index(hinting *h, const kin_hint_index *index, int64_t rows)
{
	kin_finding hint = { .file = h->site->file, .line = h->site->line, .table = index->table, .index = index->text };

	if (kin_names_have(&h->told, index->text))
		return KIN_OK;
	hint.sentence = kin_arena_printf(&h->scratch, "%s (%lld rows%s) is read whole for %s; %s in KIN_MODEL(%s) would find them", index->table,
	                                 (long long)rows, rows >= MANY ? " or more" : "", index->condition, index->text, index->mapping->name);
	if (!hint.sentence)
		return kin_error_nomem(h->error);
	tell(h, &hint);
	return keep(h, &h->told, index->text);
}

static int look_at_whole(hinting *h, kin_sql_select *select, const kin_access *access, bool sorts)
{
	kin_hint_index index;
	int64_t rows = 0;
	int rc = kin_hint_index_of(h->registry, select, access->table, sorts, &h->scratch, &index);

	if (rc < 0)
		return kin_error_nomem(h->error);
	if (!index.mapping)
		return KIN_OK;
	if ((rc = rows_of(h, index.table, &rows)) < 0)
		return rc;
	return rows < TINY ? keep(h, &h->tiny, index.table) : tell_index(h, &index, rows);
}

/* PostgreSQL, which is kept from reading tables, reads a whole index instead; that is of use for its order alone. */
static bool serves(const hinting *h, const kin_access *access, bool ordered)
{
	return access->index && (!access->whole || ordered || kin_connection_dialect(h->connection)->id != KIN_POSTGRESQL);
}

static int read_explanation(hinting *h, kin_sql_select *select, const kin_explanation *e)
{
	bool ordered = select && select->order_count > 0 && !e->sorts;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < e->accesses.count; i++) {
		const kin_access *a = &e->accesses.items[i];
		if (serves(h, a, ordered))
			rc = keep(h, &h->used, a->index);
		if (rc == KIN_OK && select && a->whole && a->table)
			rc = look_at_whole(h, select, a, e->sorts);
	}
	return rc;
}

/* Errors of the database that say nothing of the query. */
static bool is_fatal(int rc)
{
	return rc == KIN_ENOMEM || rc == KIN_ECANTOPEN || rc == KIN_ECONNECTION || rc == KIN_EAUTH || rc == KIN_ENOTADB || rc == KIN_EINTERRUPT ||
	       rc == KIN_EBUSY || rc == KIN_ETOOMANY;
}

/* Each sentence once: a table that is missing is missed by all. */
static int tell_refusal(hinting *h, int code)
{
	kin_finding hint = { .file = h->site->file, .line = h->site->line };
	int rc = KIN_OK;

	h->open = false;
	kin_explain_end(h->connection);
	if (is_fatal(code))
		return code;
	if (!kin_names_have(&h->refused, kin_error_text(h->error))) {
		rc = keep(h, &h->refused, kin_error_text(h->error));
		hint.sentence = kin_arena_printf(&h->scratch, "this database cannot plan it: %s", kin_error_text(h->error));
		if (rc < 0 || !hint.sentence)
			return kin_error_nomem(h->error);
		tell(h, &hint);
	}
	kin_error_clear(h->error);
	return KIN_OK;
}

static int begin(hinting *h)
{
	int rc = h->open ? KIN_OK : kin_explain_begin(h->connection, h->error);

	h->open = rc == KIN_OK;
	return rc;
}

static int look_at_ask(hinting *h, kin_ask *ask)
{
	kin_explanation e = { .sorts = false };
	int rc = ask->select ? begin(h) : KIN_OK;

	if (rc < 0 || !ask->select)
		return rc;
	rc = kin_explain(h->connection, ask, h->site->kinds, h->site->count, &h->scratch, &e, h->error);
	if (rc == KIN_OK)
		rc = read_explanation(h, ask->select, &e);
	kin_vec_done(&e.accesses);
	return rc < 0 ? tell_refusal(h, rc) : KIN_OK;
}

static int look_at_fetch(hinting *h, kin_fetch *fetch)
{
	int rc = look_at_ask(h, &fetch->ask);

	for (size_t i = 0; rc == KIN_OK && i < fetch->later_count; i++)
		rc = look_at_fetch(h, fetch->laters[i].fetch);
	return rc;
}

/* Only for the indexes that it uses: what it asks for is not known. */
static int look_at_native(hinting *h)
{
	kin_explanation e = { .sorts = false };
	int rc = begin(h);

	if (rc < 0)
		return rc;
	rc = kin_explain_text(h->connection, h->site->text, h->site->kinds, h->site->count, &h->scratch, &e, h->error);
	if (rc == KIN_OK)
		rc = read_explanation(h, NULL, &e);
	kin_vec_done(&e.accesses);
	if (rc == KIN_OK || is_fatal(rc))
		return rc;
	h->open = false;
	kin_explain_end(h->connection);
	kin_error_clear(h->error);
	return KIN_OK;
}

static int look_at_site(hinting *h)
{
	kin_error ignored = { 0 };
	kin_plan *plan;
	int rc;

	if (h->site->verb == KIN_VERB_NATIVE)
		return look_at_native(h);
	rc = kin_check_plan(h->registry, h->site, &plan, NULL, NULL, &ignored);
	kin_error_clear(&ignored); /* what is wrong with the text is a problem, and told as one */
	if (rc == KIN_ENOMEM)
		return kin_error_nomem(h->error);
	rc = KIN_OK;
	if (plan && plan->verb != KIN_VERB_GET)
		rc = plan->keys.select ? look_at_ask(h, &plan->keys) : look_at_fetch(h, &plan->fetch);
	kin_plan_free(plan);
	return rc;
}

/* ---- all of them ---- */

static int look_at_sites(hinting *h, kin_site *const *sites, size_t count)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		h->site = sites[i];
		h->told.count = 0;
		rc = look_at_site(h);
		kin_arena_clear(&h->scratch);
	}
	return rc;
}

/* "pets, owners" */
static int tell_tiny(hinting *h)
{
	kin_finding hint = { .file = NULL };
	const char *all = NULL;

	for (size_t i = 0; i < h->tiny.count; i++)
		if (!(all = kin_arena_printf(&h->arena, "%s%s%s", all ? all : "", all ? ", " : "", h->tiny.items[i])))
			return kin_error_nomem(h->error);
	if (!all)
		return KIN_OK;
	hint.sentence = kin_arena_printf(&h->arena, "fewer than %d rows here: %s; so few are read whole whatever indexes there are, and only a database that is "
	                                 "filled tells which are missing", TINY, all);
	if (!hint.sentence)
		return kin_error_nomem(h->error);
	tell(h, &hint);
	return KIN_OK;
}

static int look_at_indexes(hinting *h)
{
	kin_schema schema;
	int rc;

	if (h->refused.count > 0) /* what those use is not known */
		return KIN_OK;
	if ((rc = begin(h)) < 0 || (rc = kin_connection_reflect(h->connection, &h->arena, &schema, h->error)) < 0)
		return rc;
	return kin_hint_unused(h->registry, &schema, &h->used, &h->arena, tell, h, h->error);
}

int kin_hint_sites(kin_registry *registry, kin_db *db, kin_site *const *sites, size_t count, kin_site_report *report, void *context, size_t *ret_hints,
                   kin_error *error)
{
	hinting h = { .registry = registry, .report = report, .context = context, .error = error };
	int rc = kin_registry_configure(registry, error);

	if (rc < 0 || (rc = kin_db_acquire(db, &h.connection, error)) < 0)
		return rc;
	if ((rc = look_at_sites(&h, sites, count)) == KIN_OK && (rc = tell_tiny(&h)) == KIN_OK)
		rc = look_at_indexes(&h);
	kin_explain_end(h.connection);
	kin_db_release(db, h.connection);
	kin_vec_done(&h.sizes);
	kin_vec_done(&h.used);
	kin_vec_done(&h.refused);
	kin_vec_done(&h.told);
	kin_vec_done(&h.tiny);
	kin_arena_done(&h.scratch);
	kin_arena_done(&h.arena);
	*ret_hints = h.count;
	return rc;
}

int kin_hint_all(kin_registry *registry, kin_db *db, kin_site_report *report, void *context, size_t *ret_hints, kin_error *error)
{
	size_t count;
	kin_site **sites = kin_check_sites(&count);
	int rc = sites ? kin_hint_sites(registry, db, sites, count, report, context, ret_hints, error) : kin_error_nomem(error);

	kin_mem_free(sites);
	return rc;
}
