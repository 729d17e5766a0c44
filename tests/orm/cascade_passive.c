/* cascade_passive.c - .passive_deletes: children that the database sees to. */
#include "models.h"

KIN_DECLARE(Folder);
KIN_DECLARE(Sheet);
KIN_DECLARE(Stamp);
KIN_DECLARE(Clip);

struct Folder {
	int64_t     id;
	const char *name;
	Sheet_list  sheets;
	Stamp_list  stamps;
	const Clip *clip;
};

/* Goes with its folder. */
struct Sheet {
	int64_t       id;
	int64_t       folder_id;
	const Folder *folder;
};

/* Loses its key, by the database's doing. */
struct Stamp {
	int64_t               id;
	kin_nullable(int64_t) folder_id;
	const Folder         *folder;
};

/* What becomes of it is nobody's business here. */
struct Clip {
	int64_t               id;
	kin_nullable(int64_t) folder_id;
};

KIN_MODEL(Folder, "folders") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_has_many(sheets, Sheet, .backref = "folder", .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN, .passive_deletes = true);
	kin_has_many(stamps, Stamp, .backref = "folder", .passive_deletes = true);
	kin_has_one(clip, Clip, .passive_deletes = KIN_PASSIVE_ALL);
}

KIN_MODEL(Sheet, "sheets") {
	kin_column(id, .primary_key = true);
	kin_column(folder_id, .foreign_key = "folders.id", .on_delete = "CASCADE");
	kin_belongs_to(folder, Folder);
}

KIN_MODEL(Stamp, "stamps") {
	kin_column(id, .primary_key = true);
	kin_column(folder_id, .foreign_key = "folders.id", .on_delete = "SET NULL");
	kin_belongs_to(folder, Folder);
}

KIN_MODEL(Clip, "clips") {
	kin_column(id, .primary_key = true);
	kin_column(folder_id, .foreign_key = "folders.id", .on_delete = "SET NULL");
}

static kin_session *filled(void)
{
	test_open();
	MODELS_CREATE("folders", "sheets", "stamps", "clips");
	test_run("INSERT INTO folders (id, name) VALUES (1, 'one');"
	         "INSERT INTO sheets (id, folder_id) VALUES (1, 1), (2, 1); INSERT INTO stamps (id, folder_id) VALUES (1, 1), (2, 1);"
	         "INSERT INTO clips (id, folder_id) VALUES (1, 1)");
	test_forget();
	return test_session();
}

TEST(children_that_are_not_loaded_are_the_databases)
{
	kin_session *s = filled();

	kin_delete(s, kin_get(s, Folder, 1));
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("DELETE FROM folders WHERE id = ?");
	CHECK_INT(kin_count(s, Sheet, ""), 0);
	CHECK_INT(kin_count(s, Stamp, "folder is null"), 2);
	CHECK_INT(kin_count(s, Clip, "folder_id is null"), 1);
	test_close();
}

TEST(children_that_are_loaded_follow_and_nothing_is_selected)
{
	kin_session *s = filled();
	const Folder *folder = kin_get(s, Folder, 1);
	Sheet_list sheets = kin_load(folder, sheets);
	const Stamp *stamp = kin_load(folder, stamps).items[0];
	const Clip *clip = kin_load(folder, clip);

	kin_delete(s, folder);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE stamps SET folder_id = ? WHERE id = ?", "UPDATE stamps", "DELETE FROM sheets WHERE id = ?", "DELETE FROM sheets",
	          "DELETE FROM folders WHERE id = ?");
	CHECK_INT(kin_state_of(sheets.items[1]), KIN_DETACHED);
	CHECK(!stamp->folder_id.present);
	CHECK(clip->folder_id.present); /* as it was loaded: KIN_PASSIVE_ALL leaves it alone */
	test_close();
}

TEST(an_orphan_is_deleted_though_the_database_would_delete_it_with_its_parent)
{
	kin_session *s = filled();
	const Folder *folder = kin_get(s, Folder, 1);

	kin_remove(folder, sheets, kin_load(folder, sheets).items[0]);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("DELETE FROM sheets WHERE id = ?");
	CHECK_INT(kin_count(s, Sheet, ""), 1);
	test_close();
}
