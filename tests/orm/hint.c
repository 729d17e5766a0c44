/* hint.c - where the database that is open wants an index, and which it does not need. */
#include "check_site.h"

#include "base/text.h"
#include "orm/hint.h"

KIN_DECLARE(Stable);
struct Stable {
	int64_t     id;
	const char *name;
	const char *town;
	int32_t     room;
	int32_t     rank;
	bool        open;
	kin_date    built;
	kin_date    shut;
};

KIN_MODEL(Stable, "stables") {
	kin_column(id, .primary_key = true);
	kin_column(name, .length = 20, .index = true);
	kin_column(town, .length = 20);
	kin_column(room);
	kin_column(rank);
	kin_column(open);
	kin_column(built);
	kin_column(shut);
	kin_index((town, shut), .name = "ix_stables_new");
	kin_index(rank);
}

static kin_arena texts;

static void add(void *context, const kin_finding *f)
{
	kin_text *out = context;

	if (f->file)
		kin_text_addf(out, "%s:%d: ", f->line > 41 ? "app.c" : strrchr(f->file, '/') ? strrchr(f->file, '/') + 1 : f->file, f->line);
	kin_text_addf(out, "%s\n", f->sentence);
}

/* What the database says of one query and, if `all`, of indexes. Borrowed until the next call. */
static const char *hints(kin_model *model, const char *text, bool all)
{
	static const uint8_t kinds[] = { KIN_KIND_TEXT, KIN_KIND_TEXT, KIN_KIND_TEXT };
	static const uint8_t numbers[] = { KIN_KIND_INT32, KIN_KIND_INT32, KIN_KIND_INT32 };
	static char shown[4000];
	size_t placeholders = 0, count = 0;
	kin_error error = { 0 };
	kin_text out;

	for (const char *at = text; *at; at++)
		placeholders += *at == '?';
	kin_site site = {
		.model = model, .text = text, .kinds = strstr(text, "room") ? numbers : kinds, .count = (uint16_t)placeholders, .verb = KIN_VERB_ALL,
		.file = "app.c", .line = 41,
	};
	kin_site *const sites[] = { &site };
	kin_text_init(&out);
	CHECK_INT(kin_hint_sites(kin_registry_default(), test_db(), sites, 1, add, &out, &count, &error), KIN_OK);
	CHECK_TEXT(kin_error_text(&error), "");
	snprintf(shown, sizeof(shown), "%s", out.data);
	char *end = all ? NULL : strstr(shown, "hint.c:");
	if (end)
		*end = '\0';
	kin_text_done(&out);
	return shown;
}

#define CHECK_HINT(Model, text, expected) CHECK_TEXT(hints(&Model##_model, text, false), *(expected) ? "app.c:41: " expected "\n" : "")

static void fill(int stables)
{
	kin_session *s = test_session();

	for (int i = 0; i < stables; i++)
		kin_add(s, kin_new(s, Stable, .name = "k", .town = i % 2 ? "Rome" : "Oslo", .room = i, .rank = i, .built = { i }));
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_close(s);
}

static void open_stables(int stables)
{
	test_open();
	MODELS_CREATE("stables");
	fill(stables);
	test_forget();
}

TEST(a_table_that_is_read_whole_wants_an_index)
{
	open_stables(150);
	CHECK_HINT(Stable, "room = ?", "stables (150 rows) is read whole for Stable.room = ?; kin_index(room) in KIN_MODEL(Stable) would find them");
	CHECK_HINT(Stable, "room in (3, 4) and open", "stables (150 rows) is read whole for Stable.room in (3, 4); kin_index(room) in KIN_MODEL(Stable) would "
	           "find them");
	CHECK_HINT(Stable, "built > '2026-01-01' and room = ?", "stables (150 rows) is read whole for Stable.built > '2026-01-01' and Stable.room = ?; "
	           "kin_index((room, built)) in KIN_MODEL(Stable) would find them");
	CHECK_HINT(Stable, "room = 3 order by built desc limit 5", "stables (150 rows) is read whole for Stable.room = 3 order by Stable.built desc; "
	           "kin_index((room, built)) in KIN_MODEL(Stable) would find them");
	CHECK_HINT(Stable, "order by room, built desc limit 5", "stables (150 rows) is read whole for order by Stable.room, Stable.built desc; "
	           "kin_index((room, built desc)) in KIN_MODEL(Stable) would find them");
	test_close();
}

TEST(a_table_is_read_whole_where_no_index_would_help)
{
	open_stables(150);
	CHECK_HINT(Stable, "", "");
	CHECK_HINT(Stable, "order by room", "");
	CHECK_HINT(Stable, "open", "");
	CHECK_HINT(Stable, "room = 3 or built > '2026-01-01'", "");
	CHECK_HINT(Stable, "room + 1 = 4 and lower(town) = ?", "");
	CHECK_HINT(Stable, "name like '%x%' and room <> 3", "");
	test_close();
}

TEST(a_table_whose_index_serves_is_not_mentioned)
{
	open_stables(150);
	CHECK_HINT(Stable, "id = 3", "");
	CHECK_HINT(Stable, "name = ?", "");
	CHECK_HINT(Stable, "name = ? and room > 3", "");
	CHECK_HINT(Stable, "town = ? and shut > '2026-01-01'", "");
	CHECK_HINT(Stable, "town = ? order by shut limit 3", "");
	CHECK_HINT(Stable, "order by name limit 3", "");
	CHECK_HINT(Stable, "id in (?)", "");
	test_close();
}

TEST(lists_are_found_by_their_key)
{
	test_open();
	MODELS_CREATE("nodes");
	for (int i = 1; i <= 150; i++)
		test_run(kin_arena_printf(&texts, "INSERT INTO nodes (id, name, parent_id) VALUES (%d, 'n', %d)", i, i > 1 ? i - 1 : 1));
	if (strcmp(kin_db_dialect(test_db()), "mariadb") != 0) { /* which has an index for each foreign key */
		CHECK_HINT(Node, "id > 3 with children", "nodes (150 rows) is read whole for nodes.parent_id in (?); kin_index(parent_id) in KIN_MODEL(Node) would "
		           "find them");
		CHECK_HINT(Node, "children.name = ?", "nodes (150 rows) is read whole for nodes.id = nodes_1.parent_id and Node.name = ?; "
		           "kin_index((name, parent_id)) in KIN_MODEL(Node) would find them");
	}
	CHECK_HINT(Node, "id > 3 with parent", "");
	kin_arena_done(&texts);
	test_close();
}

TEST(a_small_table_tells_nothing)
{
	open_stables(50);
	CHECK_TEXT(hints(&Stable_model, "room = ?", false), "fewer than 100 rows here: stables; so few are read whole whatever indexes there are, and only a "
	           "database that is filled tells which are missing\n");
	CHECK_HINT(Stable, "name = ?", "");
	test_close();
}

TEST(an_index_that_no_query_uses_is_named)
{
	open_stables(150);
	const char *all = hints(&Stable_model, "town = ? and shut > '2026-01-01'", true);
	CHECK_HAS(all, "hint.c:21: the index ix_stables_name of stables is used by no query that stands in the program, and every write keeps it up; those that "
	               "are built at run time are not seen\n");
	CHECK_HAS(all, "the index ix_stables_rank of stables is used by no query");
	CHECK(!strstr(all, "ix_stables_new"));
	CHECK(!strstr(hints(&Stable_model, "name = ?", true), "ix_stables_name"));
	test_close();
}

TEST(a_query_that_the_database_refuses_is_a_hint)
{
	test_open();
	CHECK_HAS(hints(&Stable_model, "room = ?", true), "app.c:41: this database cannot plan it: ");
	CHECK_HAS(hints(&Stable_model, "room = ?", true), "stables");
	CHECK_INT(kin_count(test_session(), Pet), 0); /* the connection is well */
	test_close();
}

static void ignore(void *context, const kin_finding *finding)
{
	(void)context, (void)finding;
}

static int hint_with_failing_memory(void)
{
	static const uint8_t kinds[] = { KIN_KIND_INT32 };
	static kin_site site = {
		.model = &Stable_model, .text = "room = ? and built > '2026-01-01' order by rank", .kinds = kinds, .count = 1, .verb = KIN_VERB_ALL, .file = "app.c",
		.line = 41,
	};
	static kin_site *const sites[] = { &site };
	kin_error error = { 0 };
	size_t count;
	int rc = kin_hint_sites(kin_registry_default(), test_db(), sites, 1, ignore, NULL, &count, &error);

	kin_error_clear(&error);
	return rc;
}

TEST(hints_survive_any_allocation_failing)
{
	test_open_sqlite();
	MODELS_CREATE("stables");
	fill(120);
	kin_test_fuse(__FILE__, __LINE__, hint_with_failing_memory);
	test_close();
}
