/* filter.c - kin_filter(): what a model's filters say in every statement about it. */
#include "orm/filter.h"

#include <kin/page.h>
#include <kin/select.h>

#include "base/mem.h"
#include "models.h"
#include "orm/site.h"

KIN_DECLARE(Nook);
KIN_DECLARE(Scroll);
KIN_DECLARE(Reader);
KIN_DECLARE(Lease);
KIN_DECLARE(Papers);
KIN_DECLARE(Deed);

struct Nook {
	int64_t               id;
	const char           *name;
	kin_nullable(int32_t) gone;
	Scroll_list             scrolls;
};

struct Scroll {
	int64_t               id;
	const char           *name;
	kin_nullable(int32_t) gone;
	kin_nullable(int64_t) nook_id;
	const Nook          *nook;
	Reader_list           readers;
};

struct Reader {
	int64_t     id;
	const char *name;
	bool        away;
	Scroll_list   scrolls;
};

KIN_MODEL(Nook, "nooks") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(gone);
	kin_has_many(scrolls, Scroll, .backref = "nook", .order_by = "id");
	kin_filter(live, "gone is null");
}

KIN_MODEL(Scroll, "scrolls") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(gone);
	kin_column(nook_id, .foreign_key = "nooks.id");
	kin_belongs_to(nook, Nook);
	kin_many_to_many(readers, Reader, .through = "scroll_readers", .backref = "scrolls");
	kin_filter(live, "gone is null");
}

KIN_MODEL(Reader, "readers") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(away);
	kin_many_to_many(scrolls, Scroll, .through = "scroll_readers");
	kin_filter(here, "away = false");
}

/* Of a tenant, by the session's value. */
struct Lease {
	int64_t               id;
	const char           *name;
	int64_t               tenant_id;
	kin_nullable(int32_t) gone;
};

KIN_MODEL(Lease, "leases") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(tenant_id);
	kin_column(gone);
	kin_filter(live, "gone is null");
	kin_filter(tenant, "tenant_id = ?");
}

/* Of several models in one table. */
struct Papers {
	int64_t               id;
	const char           *kind;
	kin_nullable(int32_t) gone;
};

struct Deed {
	Papers      papers;
	const char *seal;
};

KIN_MODEL(Papers, "papers") {
	kin_column(id, .primary_key = true);
	kin_column(kind);
	kin_column(gone);
	kin_discriminator(kind, .identity = "papers");
	kin_filter(live, "gone is null");
}

KIN_MODEL(Deed, "papers") {
	kin_inherits(papers, Papers, .identity = "deed");
	kin_column(seal);
}

#define NOOK "nooks.id, nooks.name, nooks.gone"
#define SCROLL  "scrolls.id, scrolls.name, scrolls.gone, scrolls.nook_id"

/* Nook 1 has scrolls 1 and, gone, 2; nook 2, gone, has scroll 3. Scroll 1's readers are ann and, away, bob. */
static kin_session *library(void)
{
	test_open();
	MODELS_CREATE("nooks", "scrolls", "readers", "scroll_readers");
	test_run("INSERT INTO nooks VALUES (1, 'a', NULL), (2, 'b', 1)");
	test_run("INSERT INTO scrolls VALUES (1, 'x', NULL, 1), (2, 'y', 1, 1), (3, 'z', NULL, 2)");
	test_run("INSERT INTO readers VALUES (1, 'ann', FALSE), (2, 'bob', TRUE)");
	test_run("INSERT INTO scroll_readers VALUES (1, 1), (1, 2)");
	return test_session();
}

TEST(filters_stand_behind_a_query_s_own_condition)
{
	kin_session *s = library();

	CHECK_INT(kin_all(s, Scroll, "name <> ? or id = ? order by id", "x", 1).count, 2);
	CHECK_SQL("SELECT " SCROLL " FROM scrolls WHERE (scrolls.name <> ? OR scrolls.id = ?) AND scrolls.gone IS NULL ORDER BY scrolls.id");
	CHECK_INT(kin_all(s, Scroll).count, 2);
	CHECK_SQL("SELECT " SCROLL " FROM scrolls WHERE scrolls.gone IS NULL");
	CHECK_INT(kin_count(s, Scroll), 2);
	CHECK_SQL("SELECT count(*) FROM scrolls WHERE scrolls.gone IS NULL");
	CHECK(!kin_exists(s, Scroll, "id = ?", 2));
	CHECK_SQL("SELECT EXISTS (SELECT 1 FROM scrolls WHERE scrolls.id = ? AND scrolls.gone IS NULL)");
	CHECK_INT(kin_paginate(s, Scroll, 1, 1, "order by id").total, 2);
	CHECK_SQL("SELECT " SCROLL " FROM scrolls WHERE scrolls.gone IS NULL ORDER BY scrolls.id LIMIT ? OFFSET ?",
	          "SELECT count(*) FROM scrolls WHERE scrolls.gone IS NULL");
	CHECK_OK(s);
	test_close();
}

TEST(a_query_can_be_without_them)
{
	kin_session *s = library();

	CHECK_INT(kin_all(s, Scroll, "unfiltered").count, 3);
	CHECK_SQL("SELECT " SCROLL " FROM scrolls");
	CHECK_INT(kin_count(s, Scroll, "id > ? unfiltered live", 1), 2);
	CHECK_SQL("SELECT count(*) FROM scrolls WHERE scrolls.id > ?");
	CHECK_INT(kin_count(s, Scroll, "unfiltered here"), 2);
	CHECK_SQL("SELECT count(*) FROM scrolls WHERE scrolls.gone IS NULL");
	CHECK_INT(kin_count(s, Scroll, "readers.name = ? unfiltered live, here", "bob"), 1);
	CHECK_SQL("SELECT count(*) FROM scrolls WHERE EXISTS (SELECT 1 FROM scroll_readers AS scroll_readers_1 JOIN readers AS readers_1 ON "
	          "readers_1.id = scroll_readers_1.reader_id WHERE scrolls.id = scroll_readers_1.scroll_id AND readers_1.name = ?)");
	CHECK_OK(s);
	test_close();
}

TEST(kin_get_finds_what_is_let_through_and_what_the_session_has)
{
	kin_session *s = library();

	CHECK(kin_get(s, Scroll, 1));
	CHECK_SQL("SELECT " SCROLL " FROM scrolls WHERE scrolls.id = ? AND scrolls.gone IS NULL");
	CHECK(!kin_get(s, Scroll, 2));
	test_forget();
	const Scroll *gone = kin_one(s, Scroll, "id = ? unfiltered", 2);
	CHECK_SQL("SELECT " SCROLL " FROM scrolls WHERE scrolls.id = ? LIMIT 2");
	CHECK(gone && kin_get(s, Scroll, 2) == gone);
	CHECK_NO_SQL();
	CHECK_INT(kin_refresh(s, gone), KIN_OK);
	CHECK_SQL("SELECT " SCROLL " FROM scrolls WHERE scrolls.id = ?");
	CHECK_OK(s);
	test_close();
}

TEST(paths_and_collections_are_filtered_where_they_are_joined)
{
	kin_session *s = library();

	CHECK_INT(kin_count(s, Scroll, "nook.name is null"), 1);
	CHECK_SQL("SELECT count(*) FROM scrolls LEFT OUTER JOIN nooks AS nooks_1 ON scrolls.nook_id = nooks_1.id AND nooks_1.gone IS NULL "
	          "WHERE nooks_1.name IS NULL AND scrolls.gone IS NULL");
	CHECK_INT(kin_count(s, Nook, "scrolls.name = ?", "y"), 0);
	CHECK_SQL("SELECT count(*) FROM nooks WHERE EXISTS (SELECT 1 FROM scrolls AS scrolls_1 WHERE nooks.id = scrolls_1.nook_id AND "
	          "scrolls_1.gone IS NULL AND scrolls_1.name = ?) AND nooks.gone IS NULL");
	CHECK_INT(kin_count(s, Scroll, "readers.name = ?", "bob"), 0);
	CHECK_SQL("SELECT count(*) FROM scrolls WHERE EXISTS (SELECT 1 FROM scroll_readers AS scroll_readers_1 JOIN readers AS readers_1 ON "
	          "readers_1.id = scroll_readers_1.reader_id WHERE scrolls.id = scroll_readers_1.scroll_id AND ");
	CHECK_OK(s);
	test_close();
}

TEST(every_loader_filters_what_it_brings)
{
	kin_session *s = library();
	const Nook *nook;

	kin_each(Scroll, scroll, kin_all(s, Scroll, "order by id with joined nook"))
		CHECK(!scroll->nook == (scroll->id == 3));
	CHECK_SQL("SELECT " SCROLL ", nooks_1.id, nooks_1.name, nooks_1.gone FROM scrolls LEFT OUTER JOIN nooks AS nooks_1 ON "
	          "scrolls.nook_id = nooks_1.id AND nooks_1.gone IS NULL WHERE scrolls.gone IS NULL ORDER BY scrolls.id");
	CHECK_INT(kin_all(s, Scroll, "with inner nook").count, 1);
	CHECK_SQL("SELECT " SCROLL ", nooks_1.id, nooks_1.name, nooks_1.gone FROM scrolls JOIN nooks AS nooks_1 ON "
	          "scrolls.nook_id = nooks_1.id WHERE scrolls.gone IS NULL AND nooks_1.gone IS NULL");
	kin_expunge_all(s);
	nook = kin_first(s, Nook, "with joined scrolls");
	CHECK_SQL("SELECT anon_1.id, anon_1.name, anon_1.gone, scrolls_1.id, scrolls_1.name, scrolls_1.gone, scrolls_1.nook_id FROM (SELECT " NOOK
	          " FROM nooks WHERE nooks.gone IS NULL LIMIT 1) AS anon_1 LEFT OUTER JOIN scrolls AS scrolls_1 ON anon_1.id = scrolls_1.nook_id "
	          "AND scrolls_1.gone IS NULL ORDER BY scrolls_1.id");
	CHECK(nook && nook->scrolls.count == 1);
	kin_expunge_all(s);
	nook = kin_first(s, Nook, "with selectin scrolls");
	CHECK_SQL("SELECT " NOOK " FROM nooks WHERE nooks.gone IS NULL LIMIT 1",
	          "SELECT " SCROLL " FROM scrolls WHERE scrolls.gone IS NULL AND scrolls.nook_id ");
	CHECK(nook && nook->scrolls.count == 1);
	kin_expunge_all(s);
	nook = kin_first(s, Nook, "with subquery scrolls");
	CHECK_SQL("SELECT " NOOK " FROM nooks WHERE nooks.gone IS NULL LIMIT 1",
	          "SELECT " SCROLL ", anon_1.id FROM (SELECT nooks.id FROM nooks WHERE nooks.gone IS NULL LIMIT 1) AS anon_1 JOIN scrolls ON "
	          "anon_1.id = scrolls.nook_id WHERE scrolls.gone IS NULL ORDER BY scrolls.id");
	CHECK(nook && nook->scrolls.count == 1);
	kin_expunge_all(s);
	nook = kin_first(s, Nook, "with immediate scrolls");
	CHECK_SQL("SELECT " NOOK " FROM nooks WHERE nooks.gone IS NULL LIMIT 1",
	          "SELECT " SCROLL " FROM scrolls WHERE scrolls.gone IS NULL AND scrolls.nook_id = ? ORDER BY scrolls.id");
	CHECK(nook && nook->scrolls.count == 1);
	CHECK_OK(s);
	test_close();
}

TEST(lazy_loads_are_filtered)
{
	kin_session *s = library();
	const Scroll *first = kin_get(s, Scroll, 1), *third = kin_get(s, Scroll, 3);

	test_forget();
	CHECK(!kin_load(third, nook));
	CHECK_SQL("SELECT " NOOK " FROM nooks WHERE nooks.gone IS NULL AND nooks.id = ?");
	CHECK_INT(kin_load(first, readers).count, 1);
	CHECK_SQL("SELECT readers.id, readers.name, readers.away, scroll_readers_1.scroll_id FROM readers JOIN scroll_readers AS scroll_readers_1 ON");
	CHECK_INT(kin_load(kin_load(first, nook), scrolls).count, 1);
	test_forget();
	CHECK_OK(s);
	test_close();
}

TEST(what_comes_with_an_unfiltered_query_is_unfiltered_too)
{
	kin_session *s = library();
	const Nook *nook = kin_one(s, Nook, "id = ? with scrolls unfiltered", 1);

	CHECK_SQL("SELECT " NOOK " FROM nooks WHERE nooks.id = ? LIMIT 2", "SELECT " SCROLL " FROM scrolls WHERE scrolls.nook_id ");
	CHECK_INT(nook->scrolls.count, 2);
	const Scroll *scroll = kin_one(s, Scroll, "id = ? with nook unfiltered live", 3);
	CHECK(scroll->nook);
	kin_stream(s, Nook, each, "order by id with scrolls unfiltered")
		CHECK(each->scrolls.count > 0);
	test_forget();
	CHECK_OK(s);
	test_close();
}

TEST(changes_without_loading_are_filtered)
{
	kin_session *s = library();

	CHECK_INT(kin_update(s, Scroll, "name = ?", "v"), 2);
	CHECK_SQL("UPDATE scrolls SET name = ? WHERE scrolls.gone IS NULL");
	CHECK_INT(kin_update(s, Scroll, "gone = null where id = ? unfiltered", 2), 1);
	CHECK_SQL("UPDATE scrolls SET gone = NULL WHERE scrolls.id = ?");
	CHECK_INT(kin_delete_where(s, Nook, "id = ?", 2), 0);
	CHECK_SQL("DELETE FROM nooks WHERE nooks.id = ? AND nooks.gone IS NULL");
	kin_sql_run(s, "DELETE FROM scroll_readers");
	test_forget();
	CHECK_INT(kin_delete_all(s, Reader), 1);
	CHECK_HAS(test_sql(), "DELETE FROM readers WHERE readers.away = ");
	test_forget();
	kin_rollback(s);
	CHECK_OK(s);
	test_close();
}

typedef struct Place {
	const char *scroll;
	const char *nook;
} Place;
KIN_ROW(Place, scroll, nook);

TEST(rows_are_filtered_in_every_model_and_every_query_inside)
{
	kin_session *s = library();

	CHECK_INT(kin_select(s, Place, "select name as scroll, nook.name as nook from Scroll").count, 2);
	CHECK_SQL("SELECT scrolls.name AS scroll, nooks_1.name AS nook FROM scrolls LEFT OUTER JOIN nooks AS nooks_1 ON "
	          "scrolls.nook_id = nooks_1.id AND nooks_1.gone IS NULL WHERE scrolls.gone IS NULL");
	CHECK_INT(kin_select(s, Place, "select t.name as scroll, s.name as nook from Scroll t join t.nook s where exists (select id from Scroll)").count, 1);
	CHECK_SQL("SELECT t.name AS scroll, s.name AS nook FROM scrolls AS t JOIN nooks AS s ON t.nook_id = s.id WHERE t.gone IS NULL AND "
	          "s.gone IS NULL AND EXISTS (SELECT scrolls_1.id AS id FROM scrolls AS scrolls_1 WHERE scrolls_1.gone IS NULL)");
	CHECK_INT(kin_scalar(s, int64_t, "select count(*) from Scroll"), 2);
	CHECK_INT(kin_scalar(s, int64_t, "select count(*) from Scroll where exists (select id from Nook) unfiltered"), 3);
	test_forget();
	CHECK_OK(s);
	test_close();
}

TEST(a_query_built_at_run_time_can_be_without_them)
{
	kin_session *s = library();
	kin_query *q = kin_query_new(s, Scroll);

	CHECK_INT(kin_query_count(q), 2);
	kin_unfiltered(q, "live");
	CHECK_INT(kin_query_count(q), 3);
	kin_where(q, "id = ? unfiltered", 2);
	CHECK_INT(kin_query_count(q), -1);
	CHECK_HAS(kin_errmsg(s), "kin_unfiltered() says which filters do not hold");
	test_close();
}

/* ---- values of the session's ---- */

static kin_session *leases(void)
{
	test_open();
	MODELS_CREATE("leases");
	test_run("INSERT INTO leases VALUES (1, 'a', 7, NULL), (2, 'b', 7, 1), (3, 'c', 8, NULL), (4, 'd', 8, 1)");
	return test_session();
}

TEST(a_filter_s_value_is_the_session_s)
{
	kin_session *s = leases();

	kin_filter_by(s, tenant, 7);
	CHECK_INT(kin_count(s, Lease, "name <> ?", ""), 1);
	CHECK_SQL("SELECT count(*) FROM leases WHERE leases.name <> ? AND leases.gone IS NULL AND leases.tenant_id = ?");
	CHECK_INT(kin_count(s, Lease, "name in (?) unfiltered live", kin_array(((const char *[]){ "a", "b", "c" }), 3)), 2);
	test_forget();
	CHECK(!kin_get(s, Lease, 3));
	CHECK_SQL("SELECT leases.id, leases.name, leases.tenant_id, leases.gone FROM leases WHERE leases.id = ? AND leases.gone IS NULL AND "
	          "leases.tenant_id = ?");
	kin_filter_by(s, tenant, 8);
	CHECK(kin_get(s, Lease, 3));
	CHECK_INT(kin_update(s, Lease, "name = ? unfiltered live", "e"), 2);
	CHECK_INT(kin_count(s, Lease, "unfiltered"), 4);
	CHECK_OK(s);
	test_close();
}

TEST(without_a_value_nothing_is_shown)
{
	kin_session *s = leases();

	CHECK_INT(kin_all(s, Lease).count, 0);
	CHECK_INT(kin_errcode(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "Lease is filtered by a value that this session has not: kin_filter_by(session, tenant, …) gives it one, and a "
	                         "query that ends with `unfiltered tenant` needs none (");
	kin_rollback(s);
	CHECK_INT(kin_filter_by(s, tenants, 7), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(s), "no model has a kin_filter(tenants, …) that takes a value");
	kin_rollback(s);
	CHECK_INT(kin_filter_by(s, tenant, kin_none(int64_t)), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(s), "kin_filter_by(tenant): the value is NULL, and has to be a single one");
	kin_rollback(s);
	kin_filter_by(s, tenant, "seven");
	CHECK_INT(kin_count(s, Lease), -1);
	CHECK_HAS(kin_errmsg(s), "Lease.tenant_id is 64-bit integer, but argument 1 is text");
	test_close();
}

/* ---- inheritance, mistakes, memory ---- */

TEST(models_that_inherit_have_their_parent_s_filters)
{
	test_open();
	MODELS_CREATE("papers");
	test_run("INSERT INTO papers VALUES (1, 'deed', NULL, 's'), (2, 'deed', 1, 't'), (3, 'papers', NULL, NULL)");
	kin_session *s = test_session();

	CHECK_INT(kin_count(s, Deed), 1);
	CHECK_SQL("SELECT count(*) FROM papers WHERE papers.kind IN ('deed') AND papers.gone IS NULL");
	CHECK_INT(kin_count(s, Papers), 2);
	CHECK_SQL("SELECT count(*) FROM papers WHERE papers.gone IS NULL");
	CHECK_INT(kin_count(s, Deed, "unfiltered"), 2);
	CHECK_OK(s);
	test_close();
}

static const char *wrong(kin_model *model, kin_verb verb, const char *text)
{
	static kin_error error;
	kin_site site = { .model = model, .text = text, .verb = (uint8_t)verb, .file = "app.c", .line = 7, .kinds = (const uint8_t *)"" };

	kin_error_clear(&error);
	CHECK_INT(kin_site_check(kin_registry_default(), &site, &error), KIN_EQUERY);
	return kin_error_text(&error);
}

TEST(names_of_filters_are_checked)
{
	CHECK_TEXT(wrong(&Scroll_model, KIN_VERB_ALL, "unfiltered lve"), "app.c:7: no model has a kin_filter(lve); did you mean 'live'?");
	CHECK_HAS(wrong(&Scroll_model, KIN_VERB_ALL, "unfiltered live,"), "expected the name of a filter after ',', found end of text");
	CHECK_HAS(wrong(&Scroll_model, KIN_VERB_ALL, "exists (select id from Scroll unfiltered)"),
	          "unfiltered stands at the end of the whole text, and is said of all of it");
	CHECK_HAS(wrong(&Scroll_model, KIN_VERB_ALL, "unfiltered limit 3 unfiltered"), "there is a 'unfiltered' already");
}

FUSED(filtered_queries_survive_no_memory)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = library();
	kin_fuse_set(n++);
	Scroll_list found = kin_all(s, Scroll, "nook.name = ? order by id with readers", "a");
	const Scroll *first = kin_get(s, Scroll, 1), *gone = kin_get(s, Scroll, 2);
	int rc = kin_errcode(s);
	if (!kin_fuse_blown())
		n = 0;
	CHECK(rc < 0 || (found.count == 1 && first && !gone));
	test_close();
	return rc;
}

FUSED(a_value_to_filter_by_survives_no_memory)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = leases();
	kin_fuse_set(n++);
	kin_filter_by(s, tenant, 7);
	int64_t count = kin_count(s, Lease);
	int rc = kin_errcode(s);
	if (!kin_fuse_blown())
		n = 0;
	CHECK(rc < 0 || count == 1);
	test_close();
	return rc;
}
