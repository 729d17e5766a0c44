/* hook.c - functions of the program that are called on the way of an object: when, in which order, and what they may do. */
#include "orm_test.h"

#include <kin/bulk.h>
#include <kin/hook.h>
#include <kin/inherit.h>
#include <kin/select.h>

#include "base/mem.h"
#include "orm/registry.h"
#include "orm/session_state.h"
#include "sql/ddl.h"

KIN_DECLARE(Kennel);
KIN_DECLARE(Hound);
KIN_DECLARE(Boat);
KIN_DECLARE(Ferry);

struct Kennel {
	int64_t     id;
	const char *name;
	Hound_list  hounds;
	int         met; /* no column */
};

struct Hound {
	int64_t               id;
	const char           *name;
	kin_nullable(int32_t) age;
	const char           *tag; /* by the hooks */
	kin_nullable(int64_t) kennel_id;
	const Kennel         *kennel;
	int                   met;
};

/* What was called, in order. */
static char called[4000];

static void note(const char *what, const char *name)
{
	size_t length = strlen(called);

	snprintf(called + length, sizeof(called) - length, "%s%s %s", length > 0 ? "; " : "", what, name ? name : "-");
}

#define CHECK_CALLED(expected) (kin_test_check_text(__FILE__, __LINE__, "called", called, (expected)), called[0] = '\0')

/* What a hook of the test at hand does besides. */
static int (*act)(kin_session *session, const char *event, Hound *hound);

static int heard(kin_session *session, const char *event, Hound *hound)
{
	note(event, hound->name);
	return act ? act(session, event, hound) : 0;
}

static int before_insert(kin_session *session, Hound *hound) { return heard(session, "before_insert", hound); }
static int after_insert(kin_session *session, Hound *hound) { return heard(session, "after_insert", hound); }
static int before_update(kin_session *session, Hound *hound) { return heard(session, "before_update", hound); }
static int after_update(kin_session *session, Hound *hound) { return heard(session, "after_update", hound); }
static int before_delete(kin_session *session, Hound *hound) { return heard(session, "before_delete", hound); }
static int after_delete(kin_session *session, Hound *hound) { return heard(session, "after_delete", hound); }
static int on_load(kin_session *session, Hound *hound) { return hound->met++, heard(session, "load", hound); }
static int on_refresh(kin_session *session, Hound *hound) { return heard(session, "refresh", hound); }

static int then(kin_session *session, Hound *hound)
{
	(void)session, (void)hound;
	note("then", "the second");
	return 0;
}

static int meet(kin_session *session, Kennel *kennel)
{
	(void)session;
	kennel->met++;
	return 0;
}

static int check_age(kin_session *session, const Hound *hound)
{
	note("age", hound->name);
	if (hound->age.present && hound->age.value < 0)
		return kin_fail(session, KIN_ERANGE, "nobody is younger than 0");
	return hound->age.present && hound->age.value > 30;
}

static int check_name(kin_session *session, const Hound *hound)
{
	if (!hound->name || !*hound->name)
		return kin_fail(session, KIN_ECHECK, "a hound has a name");
	return 0;
}

KIN_MODEL(Kennel, "kennels") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_has_many(hounds, Hound, .backref = "kennel", .cascade = KIN_CASCADE_ALL);
	kin_on(load, meet);
}

KIN_MODEL(Hound, "hounds") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(age);
	kin_column(tag);
	kin_column(kennel_id, .foreign_key = "kennels.id");
	kin_belongs_to(kennel, Kennel);
	kin_on(before_insert, before_insert);
	kin_on(before_insert, then);
	kin_on(after_insert, after_insert);
	kin_on(before_update, before_update);
	kin_on(after_update, after_update);
	kin_on(before_delete, before_delete);
	kin_on(after_delete, after_delete);
	kin_on(load, on_load);
	kin_on(refresh, on_refresh);
	kin_validate(age, check_age);
	kin_validate(name, check_name);
	kin_repr("<Hound {name}>");
}

/* One inherits from the other. */
struct Boat {
	int64_t     id;
	const char *kind;
	const char *name;
};

struct Ferry {
	Boat    boat;
	int32_t seats;
};

static int launch(kin_session *session, Boat *boat)
{
	(void)session;
	note("launch", boat->name);
	return 0;
}

static int board(kin_session *session, Ferry *ferry)
{
	(void)session;
	note("board", ferry->boat.name);
	ferry->seats++;
	return 0;
}

static int check_boat(kin_session *session, const Boat *boat)
{
	return strcmp(boat->name, "Titanic") == 0 ? kin_fail(session, KIN_ECHECK, "not again") : 0;
}

KIN_MODEL(Boat, "boats") {
	kin_column(id, .primary_key = true);
	kin_column(kind, .length = 20, .nullable = false);
	kin_column(name);
	kin_discriminator(kind);
	kin_on(before_insert, launch);
	kin_validate(name, check_boat);
}

KIN_MODEL(Ferry, "boats") {
	kin_inherits(boat, Boat);
	kin_column(seats);
	kin_on(before_insert, board);
	kin_on(load, board);
}

static void create(const char *name)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;
	kin_text sql;

	kin_text_init(&sql);
	CHECK_INT(kin_registry_schema(kin_registry_default(), &arena, &schema, &error), KIN_OK);
	kin_ddl_table(kin_db_dialect_of(test_db()), &sql, kin_schema_table(&schema, name));
	test_run(sql.data);
	kin_text_done(&sql);
	kin_arena_done(&arena);
}

static kin_session *opened(void)
{
	act = NULL;
	test_open();
	kin_session *s = test_session();
	CHECK_OK(s);
	create("kennels");
	create("hounds");
	test_forget();
	called[0] = '\0';
	return s;
}

/* Rex in the database, and nothing said of him. */
static Hound *rex(kin_session *s)
{
	Hound *hound = kin_new(s, Hound, .name = "Rex");

	kin_add(s, hound);
	CHECK_INT(kin_commit(s), KIN_OK);
	called[0] = '\0';
	test_forget();
	return hound;
}

TEST(hooks_are_called_around_the_writing_of_a_row)
{
	kin_session *s = opened();
	Hound *hound = kin_new(s, Hound, .name = "Rex");

	kin_add(s, hound);
	CHECK_CALLED("");
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_insert Rex; then the second; age Rex; after_insert Rex");
	CHECK_SQL("INSERT INTO hounds");
	hound->name = "Max";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_update Max; after_update Max");
	CHECK_SQL("UPDATE hounds SET name = ? WHERE id = ?");
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("");
	kin_delete(s, hound);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_delete Max; after_delete Max");
	CHECK_SQL("DELETE FROM hounds WHERE id = ?");
	test_close();
}

static int tag_it(kin_session *session, const char *event, Hound *hound)
{
	(void)session;
	if (strncmp(event, "before", 6) == 0)
		hound->tag = event;
	return 0;
}

TEST(what_a_before_hook_changes_is_written_with_the_row)
{
	kin_session *s = opened();
	Hound *hound = kin_new(s, Hound, .name = "Rex");

	act = tag_it;
	kin_add(s, hound);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("INSERT INTO hounds (name, age, tag, kennel_id)");
	hound->name = "Max";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE hounds SET name = ?, tag = ? WHERE id = ?");
	CHECK(!kin_is_modified(hound));
	const Hound *there = kin_first(test_session(), Hound, "");
	CHECK_TEXT(there->tag, "before_update");
	hound->name = "Old";
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_TEXT(hound->name, "Max");
	CHECK_TEXT(hound->tag, "before_update");
	test_close();
}

static int take_back(kin_session *session, const char *event, Hound *hound)
{
	(void)session;
	if (strcmp(event, "before_update") == 0)
		hound->name = "Rex";
	return 0;
}

TEST(an_update_that_its_hook_takes_back_is_none)
{
	kin_session *s = opened();
	Hound *hound = rex(s);

	act = take_back;
	hound->name = "Max";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_update Max");
	CHECK_NO_SQL();
	test_close();
}

static int say_no(kin_session *session, const char *event, Hound *hound)
{
	(void)hound;
	if (strcmp(event, "before_insert") == 0)
		return kin_fail(session, KIN_EINVAL, "not on a %s", "Sunday");
	return strcmp(event, "after_update") == 0 ? KIN_EBUSY : strcmp(event, "before_delete") == 0 ? 5 : 0;
}

TEST(a_hook_that_says_no_fails_the_flush)
{
	kin_session *s = opened();
	Hound *hound = rex(s);
	int line;

	act = say_no;
	kin_add(s, kin_new(s, Hound, .name = "Ben"));
	CHECK_INT(kin_commit(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "<Hound Ben>: not on a Sunday (before_insert, ");
	CHECK_HAS(kin_errmsg(s), "hook.c:");
	CHECK_HAS(kin_errmsg(s), "the transaction was rolled back");
	CHECK_HAS(kin_errfile(s, &line), "hook.c");
	CHECK(line > 0);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_NO_SQL();
	hound->name = "Max";
	CHECK_INT(kin_commit(s), KIN_EBUSY);
	CHECK_HAS(kin_errmsg(s), "<Hound Max>: after_update refused it (after_update, ");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_TEXT(hound->name, "Rex");
	kin_delete(s, hound);
	CHECK_INT(kin_commit(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "<Hound Rex>: before_delete refused it");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_state_of(hound), KIN_PERSISTENT);
	CHECK_INT(kin_count(s, Hound, "name = ?", "Rex"), 1);
	test_close();
}

static int misbehave(kin_session *session, const char *event, Hound *hound)
{
	if (strcmp(event, "before_insert") == 0)
		return kin_add(session, kin_new(session, Hound, .name = "another"));
	if (strcmp(event, "before_update") == 0)
		return kin_delete(session, hound);
	return strcmp(event, "after_delete") == 0 ? kin_commit(session) : 0;
}

TEST(a_hook_may_not_change_what_is_settled)
{
	kin_session *s = opened();
	Hound *hound = rex(s);

	act = misbehave;
	kin_add(s, kin_new(s, Hound, .name = "Ben"));
	CHECK_INT(kin_flush(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "<Hound Ben>: kin_add in before_insert of Hound: what is written, and in which order, is settled by now; a "
	           "KIN_BEFORE_FLUSH hook is the place");
	CHECK_INT(kin_rollback(s), KIN_OK);
	hound->name = "Max";
	CHECK_INT(kin_flush(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "kin_delete in before_update of Hound");
	CHECK_INT(kin_rollback(s), KIN_OK);
	kin_delete(s, hound);
	CHECK_INT(kin_flush(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "kin_commit in after_delete of Hound: a hook neither begins nor ends a transaction");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Hound, ""), 1);
	test_close();
}

/* An array of structs, upserts and changes by condition, in each hook of a flush. */
static int write_in_bulk(kin_session *session, const char *event, Hound *hound)
{
	Kennel log[] = { { .name = event }, { .name = "log" } };

	if (strcmp(hound->name, "quiet") == 0)
		return 0;
	if (kin_insert_all(session, Kennel, log, 2) < 0 || log[0].id == 0 || kin_update(session, Kennel, "name = ? where name = ?", "seen", "log") < 1)
		return kin_errcode(session);
	log[1].name = "again";
	return kin_upsert(session, Kennel, &log[1], 1, .update = "name");
}

static int delete_in_bulk(kin_session *session, const char *event, Hound *hound)
{
	(void)hound;
	return strcmp(event, "before_update") == 0 && kin_delete_where(session, Kennel, "name = ?", "again") < 0 ? kin_errcode(session) : 0;
}

TEST(hooks_write_in_bulk_while_a_flush_goes_on)
{
	kin_session *s = opened();
	Hound *rex = kin_new(s, Hound, .name = "Rex"), *ben = kin_new(s, Hound, .name = "Ben");

	act = write_in_bulk;
	kin_add(s, rex);
	kin_add(s, ben);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Kennel, "name = 'before_insert'"), 2);
	CHECK_INT(kin_count(s, Kennel, "name = 'after_insert'"), 2);
	CHECK_INT(kin_count(s, Kennel, "name = 'again'"), 4);
	CHECK_INT(kin_count(s, Hound, ""), 2);
	const Kennel *known = kin_first(s, Kennel, "name = 'again' order by id");
	rex->age = (__typeof__(rex->age)){ 3, true };
	kin_delete(s, ben);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Kennel, "name = 'before_update'"), 1);
	CHECK_INT(kin_count(s, Kennel, "name = 'after_delete'"), 1);
	CHECK_INT(kin_count(s, Kennel, "name = 'again'"), 8);
	CHECK_TEXT(known->name, "again");
	rex->name = "Max";
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Kennel, "name = 'again'"), 8);
	test_close();
}

TEST(a_hook_of_a_row_deletes_none_by_a_condition)
{
	kin_session *s = opened();
	Hound *hound = rex(s);

	act = delete_in_bulk;
	hound->name = "Max";
	CHECK_INT(kin_flush(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "kin_delete_where in before_update of Hound: what is written, and in which order, is settled by now");
	CHECK_INT(kin_rollback(s), KIN_OK);
	test_close();
}

static int ask(kin_session *session, const char *event, Hound *hound)
{
	if (strcmp(event, "before_insert") == 0 && !hound->kennel && kin_count(session, Kennel, "") > 0)
		hound->kennel = kin_first(session, Kennel, "order by id");
	return 0;
}

TEST(a_before_hook_may_query_and_give_the_row_an_owner)
{
	kin_session *s = opened();
	Hound *hound = kin_new(s, Hound, .name = "Rex");

	kin_add(s, kin_new(s, Kennel, .name = "home"));
	CHECK_INT(kin_commit(s), KIN_OK);
	act = ask;
	kin_add(s, hound);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK(hound->kennel_id.present);
	CHECK_INT(hound->kennel->hounds.count, 1);
	CHECK_INT(kin_count(test_session(), Hound, "kennel.name = ?", "home"), 1);
	test_close();
}

static int breed(kin_session *session, const char *event, Hound *hound)
{
	if (strcmp(event, "after_insert") == 0 && strcmp(hound->name, "Mia") != 0) {
		kin_add(session, kin_new(session, Hound, .name = "Mia"));
		hound->tag = "mother";
	}
	return 0;
}

TEST(what_an_after_hook_adds_and_changes_is_in_the_same_commit)
{
	kin_session *s = opened();
	Hound *hound = kin_new(s, Hound, .name = "Rex");

	act = breed;
	kin_add(s, hound);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_insert Rex; then the second; age Rex; after_insert Rex; before_insert Mia; then the second; age Mia; "
	             "before_update Rex; after_insert Mia; after_update Rex");
	CHECK_INT(kin_count(test_session(), Hound, "name = ? or tag = ?", "Mia", "mother"), 2);
	test_close();
}

static int breed_for_ever(kin_session *session, const char *event, Hound *hound)
{
	(void)hound;
	return strcmp(event, "after_insert") == 0 ? kin_add(session, kin_new(session, Hound, .name = "Mia")) : 0;
}

TEST(a_hook_that_never_ends_is_told)
{
	kin_session *s = opened();

	act = breed_for_ever;
	kin_add(s, kin_new(s, Hound, .name = "Rex"));
	CHECK_INT(kin_commit(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "after 100 flushes there is still something to write");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Hound, ""), 0);
	test_close();
}

TEST(hooks_of_what_is_deleted_along_are_called)
{
	kin_session *s = opened();
	Kennel *kennel = kin_new(s, Kennel, .name = "home");

	kin_append(kennel, hounds, kin_new(s, Hound, .name = "Rex"));
	kin_append(kennel, hounds, kin_new(s, Hound, .name = "Max"));
	kin_add(s, kennel);
	CHECK_INT(kin_commit(s), KIN_OK);
	s = test_session();
	called[0] = '\0';
	kin_delete(s, kin_first(s, Kennel, ""));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("load Rex; load Max; before_delete Rex; before_delete Max; after_delete Rex; after_delete Max");
	test_close();
}

TEST(an_object_that_was_loaded_is_announced_once)
{
	kin_session *s = opened();

	rex(s);
	s = test_session();
	const Hound *hound = kin_first(s, Hound, "");
	CHECK_CALLED("load Rex");
	kin_get(s, Hound, hound->id);
	kin_all(s, Hound, "");
	CHECK_CALLED("");
	CHECK_INT(hound->met, 1);
	CHECK_INT(kin_refresh(s, hound), KIN_OK);
	CHECK_CALLED("refresh Rex");
	kin_stream(test_session(), Hound, each, "")
		CHECK_INT(each->met, 1);
	CHECK_CALLED("load Rex");
	test_close();
}

TEST(what_a_load_hook_put_into_an_object_outlives_a_rollback)
{
	kin_session *s = opened();
	Kennel *kennel = kin_new(s, Kennel, .name = "K");

	kin_append(kennel, hounds, (const Hound *)kin_new(s, Hound, .name = "Rex"));
	kin_add(s, kennel);
	CHECK_INT(kin_commit(s), KIN_OK);
	s = test_session();
	kin_add(s, kin_new(s, Hound, .name = "New"));
	CHECK_INT(kin_flush(s), KIN_OK);
	const Kennel *same = kin_one(s, Kennel, "with hounds");
	CHECK_INT(same->met, 1);
	CHECK_INT(same->hounds.items[0]->met, 1);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(same->met, 1);
	CHECK(!kin_is_loaded(same, hounds));
	test_close();
}

TEST(what_a_query_joins_is_announced_too)
{
	kin_session *s = opened();
	Kennel *kennel = kin_new(s, Kennel, .name = "home");

	kin_append(kennel, hounds, kin_new(s, Hound, .name = "Rex"));
	kin_add(s, kennel);
	CHECK_INT(kin_commit(s), KIN_OK);
	called[0] = '\0';
	const Hound *hound = kin_first(test_session(), Hound, "with joined kennel");
	CHECK_INT(hound->kennel->met, 1);
	CHECK_CALLED("load Rex");
	test_close();
}

static int refuse_to_load(kin_session *session, const char *event, Hound *hound)
{
	(void)session, (void)hound;
	return strcmp(event, "load") == 0 ? KIN_EVALUE : 0;
}

TEST(a_load_hook_that_says_no_fails_the_query)
{
	kin_session *s = opened();

	rex(s);
	s = test_session();
	act = refuse_to_load;
	CHECK(kin_first(s, Hound, "") == NULL);
	CHECK_INT(kin_errcode(s), KIN_EVALUE);
	CHECK_HAS(kin_errmsg(s), "<Hound Rex>: load refused it (on_load, ");
	test_close();
}

TEST(one_load_hook_that_says_no_is_told_once)
{
	kin_session *s = opened();

	rex(s);
	kin_add(s, kin_new(s, Hound, .name = "Bello"));
	CHECK_INT(kin_commit(s), KIN_OK);
	s = test_session();
	act = refuse_to_load;
	CHECK_INT(kin_all(s, Hound, "order by name").count, 0);
	CHECK_INT(strncmp(kin_errmsg(s), "<Hound Bello>: load refused it (on_load, ", 41), 0);
	CHECK(!strstr(kin_errmsg(s), "Rex"));
	test_close();
}

TEST(a_validator_names_the_member_and_its_line)
{
	kin_session *s = opened();
	Hound *hound = rex(s);

	hound->age = kin_some(int32_t, -3);
	CHECK_INT(kin_commit(s), KIN_ERANGE);
	CHECK_HAS(kin_errmsg(s), "Hound.age -3: nobody is younger than 0 (check_age, ");
	CHECK_HAS(kin_errmsg(s), "hook.c:");
	CHECK_TEXT(kin_errname_of(s), "hounds.age");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_NO_SQL();
	hound->age = kin_some(int32_t, 31);
	CHECK_INT(kin_commit(s), KIN_ECHECK);
	CHECK_HAS(kin_errmsg(s), "Hound.age 31: a validator refused it (check_age, ");
	CHECK_INT(kin_rollback(s), KIN_OK);
	kin_add(s, kin_new(s, Hound, .name = ""));
	CHECK_INT(kin_commit(s), KIN_ECHECK);
	CHECK_HAS(kin_errmsg(s), "Hound.name '': a hound has a name (check_name, ");
	CHECK_INT(kin_rollback(s), KIN_OK);
	called[0] = '\0';
	hound->name = "Max";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_update Max; after_update Max");
	hound->age = kin_some(int32_t, 3);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_update Max; age Max; after_update Max");
	test_close();
}

TEST(a_model_hears_what_it_inherits_from_hears)
{
	kin_session *s = opened();

	create("boats");
	kin_add(s, kin_new(s, Ferry, .boat = { .name = "Spray" }));
	kin_add(s, kin_new(s, Boat, .name = "Skiff"));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("launch Skiff; launch Spray; board Spray");
	s = test_session();
	Boat_list boats = kin_all(s, Boat, "order by id");
	CHECK_INT(boats.count, 2);
	CHECK_CALLED("board Spray");
	kin_add(s, kin_new(s, Ferry, .boat = { .name = "Titanic" }));
	CHECK_INT(kin_commit(s), KIN_ECHECK);
	CHECK_HAS(kin_errmsg(s), ".name 'Titanic': not again (check_boat, ");
	test_close();
}

TEST(many_rows_are_still_few_statements)
{
	kin_session *s = opened();

	for (int i = 0; i < 64; i++)
		kin_add(s, kin_new(s, Hound, .name = "Rex"));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("INSERT INTO hounds");
	test_close();
}

/* ---- sessions ---- */

static int session_heard(kin_session *session, kin_session_event event, void *context)
{
	static const char *const names[] = { "before_flush", "after_flush", "after_begin", "before_commit", "after_commit", "after_rollback" };
	int i = 0;

	(void)session;
	while (!((int)event >> i & 1))
		i++;
	note(names[i], context);
	return 0;
}

enum { EVERYTHING = KIN_BEFORE_FLUSH | KIN_AFTER_FLUSH | KIN_AFTER_BEGIN | KIN_BEFORE_COMMIT | KIN_AFTER_COMMIT | KIN_AFTER_ROLLBACK };

TEST(a_session_calls_its_hooks_on_the_way)
{
	kin_session *s = opened();
	Kennel *kennel = kin_new(s, Kennel, .name = "home");

	CHECK_INT(kin_session_on(s, EVERYTHING, session_heard, "s"), KIN_OK);
	kin_add(s, kennel);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_commit s; before_flush s; after_begin s; after_flush s; after_commit s");
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_commit s; after_commit s");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_CALLED("");
	kennel->name = "away";
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_CALLED("before_flush s; after_begin s; after_flush s; after_rollback s");
	CHECK_INT(kin_session_on(s, 1 << 20, session_heard, NULL), KIN_EINVAL);
	test_close();
}

TEST(hooks_of_a_database_are_those_of_its_sessions)
{
	kin_session *s = opened();

	CHECK_INT(kin_db_on(test_db(), KIN_BEFORE_COMMIT, session_heard, "first"), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("");
	s = test_session();
	CHECK_INT(kin_db_on(test_db(), KIN_BEFORE_COMMIT, session_heard, "later"), KIN_OK);
	CHECK_INT(kin_session_on(s, KIN_BEFORE_COMMIT, session_heard, "own"), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_commit first; before_commit own");
	CHECK_INT(kin_commit(test_session()), KIN_OK);
	CHECK_CALLED("before_commit first; before_commit later");
	CHECK_INT(kin_db_on(test_db(), 0, session_heard, NULL), KIN_EINVAL);
	test_close();
}

/* ---- connections ---- */

static int connected;

static int set_up(kin_session *session, kin_session_event event, void *context)
{
	connected++;
	CHECK_INT(event, KIN_CONNECT);
	if (context)
		return kin_sql_run(session, "SELECT n FROM nowhere") < 0 ? kin_errcode(session) : 0;
	kin_sql_run(session, "CREATE TEMPORARY TABLE mine (n INTEGER)");
	return kin_sql_run(session, "INSERT INTO mine VALUES (?)", 7) == 1 ? 0 : 77;
}

static int add_at_once(kin_session *session, kin_session_event event, void *context)
{
	(void)event, (void)context;
	kin_add(session, kin_new(session, Kennel, .name = "home"));
	return 0;
}

typedef struct mine { int32_t n; } mine;
KIN_ROW(mine, n);

TEST(each_new_connection_is_set_up_once)
{
	opened();
	kin_session *s = test_session();
	CHECK_INT(kin_session_on(s, KIN_CONNECT, set_up, NULL), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "kin_db_on()");
	kin_rollback(s);
	kin_session *busy = test_session(); /* what was idle is in use */
	CHECK_INT(kin_count(busy, Kennel, ""), 0);
	connected = 0;
	CHECK_INT(kin_db_on(test_db(), KIN_CONNECT, set_up, NULL), KIN_OK);
	s = test_session();
	for (int i = 0; i < 3; i++) {
		mine_list rows = kin_sql(s, mine, "SELECT n FROM mine");
		CHECK_OK(s);
		CHECK_INT(rows.count, 1);
		CHECK_INT(rows.items[0]->n, 7);
		CHECK_INT(kin_rollback(s), KIN_OK); /* it was not in a transaction */
	}
	CHECK_INT(connected, 1);
	CHECK_INT(kin_commit(busy), KIN_OK);
	test_close();
}

TEST(a_connection_that_its_hook_does_not_want_is_none)
{
	opened();
	kin_session *busy = test_session(), *s = test_session();
	CHECK_INT(kin_count(busy, Kennel, ""), 0);
	CHECK_INT(kin_db_on(test_db(), KIN_CONNECT, set_up, "fail"), KIN_OK);
	CHECK_INT(kin_count(s, Kennel, ""), -1);
	CHECK_INT(kin_errcode(s), KIN_ENOTABLE);
	CHECK_HAS(kin_errmsg(s), "KIN_CONNECT: ");
	CHECK_HAS(kin_errmsg(s), "nowhere");
	CHECK_INT(kin_commit(busy), KIN_OK);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Kennel, ""), 0); /* on the one that is there */
	test_close();
}

TEST(at_a_new_connection_there_is_sql_and_no_objects)
{
	opened();
	kin_session *busy = test_session(), *s = test_session();
	CHECK_INT(kin_count(busy, Kennel, ""), 0);
	CHECK_INT(kin_db_on(test_db(), KIN_CONNECT, add_at_once, NULL), KIN_OK);
	CHECK_INT(kin_count(s, Kennel, ""), -1);
	CHECK_INT(kin_errcode(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "kin_add in KIN_CONNECT: the connection is new, and nobody's yet");
	CHECK_INT(kin_commit(busy), KIN_OK);
	test_close();
}

TEST(savepoints_call_nobody)
{
	kin_session *s = opened();

	kin_session_on(s, EVERYTHING, session_heard, "s");
	CHECK_INT(kin_begin_nested(s), KIN_OK);
	kin_add(s, kin_new(s, Kennel, .name = "home"));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("after_begin s; before_flush s; after_flush s");
	CHECK_INT(kin_begin_nested(s), KIN_OK);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_CALLED("");
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_commit s; after_commit s");
	test_close();
}

/* A line in the log of names for each kennel, and a hound for it. */
static int watch(kin_session *session, kin_session_event event, void *context)
{
	(void)event, (void)context;
	kin_each_unsaved(session, KIN_NEW, object) {
		const Kennel *kennel = kin_as(Kennel, object);
		note(kennel ? "new kennel" : "new other", kennel ? kennel->name : NULL);
		if (kennel)
			kin_add(session, kin_new(session, Hound, .name = "Guard", .kennel = kennel));
	}
	kin_each_unsaved(session, KIN_CHANGED, object)
		note("changed", kin_as(Hound, object)->name);
	kin_each_unsaved(session, KIN_GOING, object)
		note("going", kin_as(Hound, object)->name);
	return 0;
}

TEST(before_a_flush_a_hook_sees_what_is_unsaved_and_adds_to_it)
{
	kin_session *s = opened();
	Hound *one = rex(s), *other = rex(s);

	kin_session_on(s, KIN_BEFORE_FLUSH, watch, NULL);
	one->name = "Max";
	kin_delete(s, other);
	kin_add(s, kin_new(s, Kennel, .name = "home"));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("new kennel home; new other -; changed Max; going Rex; before_insert Guard; then the second; age Guard; "
	             "before_update Max; before_delete Rex; after_insert Guard; after_update Max; after_delete Rex");
	CHECK_SQL("INSERT INTO kennels", "INSERT INTO hounds", "UPDATE hounds", "DELETE FROM hounds");
	test_close();
}

static int never(kin_session *session, kin_session_event event, void *context)
{
	(void)event;
	return context ? kin_rollback(session) : 7;
}

TEST(a_session_hook_that_says_no_keeps_the_commit_from_being_made)
{
	kin_session *s = opened();

	kin_session_on(s, KIN_BEFORE_COMMIT, never, NULL);
	kin_add(s, kin_new(s, Kennel, .name = "home"));
	CHECK_INT(kin_commit(s), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(s), "KIN_BEFORE_COMMIT: a hook refused it: it returned 7");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Kennel, ""), 0);
	s = test_session();
	kin_session_on(s, KIN_BEFORE_FLUSH, never, s);
	kin_add(s, kin_new(s, Kennel, .name = "home"));
	CHECK_INT(kin_commit(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "KIN_BEFORE_FLUSH: kin_rollback in KIN_BEFORE_FLUSH: a hook neither begins nor ends");
	CHECK_INT(kin_rollback(s), KIN_OK);
	s = test_session();
	kin_session_on(s, KIN_AFTER_BEGIN, never, NULL);
	CHECK_INT(kin_count(s, Kennel, ""), -1);
	CHECK_HAS(kin_errmsg(s), "KIN_AFTER_BEGIN: a hook refused it");
	CHECK_INT(kin_rollback(s), KIN_OK);
	test_close();
}

static int count_up(kin_session *session, kin_session_event event, void *context)
{
	(void)event;
	++*(int *)context;
	return session ? 0 : 1;
}

static int fail_once(kin_session *session, void *context)
{
	int *runs = context;

	kin_add(session, kin_new(session, Kennel, .name = "home"));
	kin_flush(session);
	return ++*runs == 1 ? kin_fail(session, KIN_ESERIALIZE, "not the first time") : 0;
}

TEST(a_transaction_that_is_run_again_is_committed_once)
{
	kin_session *s = opened();
	int commits = 0, rollbacks = 0, begins = 0, runs = 0;

	kin_session_on(s, KIN_AFTER_COMMIT, count_up, &commits);
	kin_session_on(s, KIN_AFTER_ROLLBACK, count_up, &rollbacks);
	kin_session_on(s, KIN_AFTER_BEGIN, count_up, &begins);
	CHECK_INT(kin_transaction(s, fail_once, &runs), KIN_OK);
	CHECK_INT(runs, 2);
	CHECK_INT(begins, 2);
	CHECK_INT(rollbacks, 1);
	CHECK_INT(commits, 1);
	CHECK_INT(kin_count(s, Kennel, ""), 1);
	test_close();
}

TEST(nothing_is_committed_in_a_sandbox)
{
	kin_session *s = opened();

	CHECK_INT(kin_session_sandbox(s), KIN_OK);
	kin_session_on(s, EVERYTHING, session_heard, "s");
	kin_add(s, kin_new(s, Kennel, .name = "home"));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_CALLED("before_commit s; before_flush s; after_flush s");
	test_close();
}

/* ---- memory ---- */

static int add_kennel(kin_session *session, kin_session_event event, void *context)
{
	(void)event, (void)context;
	return kin_add(session, kin_new(session, Kennel, .name = "home"));
}

FUSED(a_flush_with_hooks_survives_any_allocation_failing)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = opened();
	act = tag_it;
	Hound *hound = rex(s);
	kin_session_on(s, KIN_BEFORE_FLUSH, add_kennel, NULL);
	kin_fuse_set(n++);
	for (int i = 0; i < 3; i++)
		kin_add(s, kin_new(s, Hound, .name = "Ben"));
	hound->name = "Max";
	int rc = kin_commit(s);
	if (kin_fuse_blown()) {
		CHECK_INT(kin_rollback(s), KIN_OK);
		CHECK_INT(kin_count(test_session(), Hound, ""), rc < 0 ? 1 : 4);
	} else {
		n = 0;
	}
	CHECK_TEXT(hound->tag, rc < 0 ? "before_insert" : "before_update");
	test_close();
	return rc;
}

FUSED(loading_with_hooks_survives_any_allocation_failing)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = opened();
	test_run("INSERT INTO kennels (id, name) VALUES (1, 'home');"
	         "INSERT INTO hounds (id, name, kennel_id) VALUES (1, 'Rex', 1), (2, 'Max', 1)");
	kin_fuse_set(n++);
	Hound_list hounds = kin_all(s, Hound, "with joined kennel");
	int rc = kin_errcode(s);
	if (kin_fuse_blown()) {
		CHECK_INT(kin_rollback(s), KIN_OK);
		hounds = kin_all(s, Hound, "with joined kennel");
	} else {
		n = 0;
	}
	CHECK_INT(hounds.count, 2);
	kin_each(Hound, hound, hounds) {
		CHECK_INT(hound->met, 1);
		CHECK_INT(hound->kennel->met, 1);
	}
	test_close();
	return rc;
}

FUSED(registering_hooks_survives_any_allocation_failing)
{
	static long n;

	kin_fuse_set(-1);
	kin_session *s = opened();
	kin_fuse_set(n++);
	int rc = kin_db_on(test_db(), KIN_BEFORE_COMMIT, session_heard, "db");
	if (rc == KIN_OK)
		rc = kin_session_on(s, KIN_BEFORE_COMMIT, session_heard, "own");
	if (!kin_fuse_blown())
		n = 0;
	test_close();
	return rc;
}
