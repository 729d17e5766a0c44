/* defer.c - columns that do not come with their objects, and come when they are asked for. */
#include "orm_test.h"

#include "models.h"
#include "orm/site.h"

KIN_DECLARE(Album);
KIN_DECLARE(Photo);
KIN_DECLARE(Essay);

struct Album {
	int64_t     id;
	const char *title;
	const char *text;
	Photo_list  photos;
};

struct Photo {
	kin_bytes              data;
	int64_t                id;
	const char            *caption;
	int32_t                width;
	kin_nullable(kin_json) exif;
	kin_nullable(int64_t)  album_id;
	const Album           *album;
};

struct Essay {
	int64_t     id;
	const char *title;
	const char *abstract;
	const char *body;
	const char *notes;
	kin_bytes   figures;
};

KIN_MODEL(Essay, "essays") {
	kin_column(id, .primary_key = true);
	kin_column(title);
	kin_column(abstract, .deferred = true, .group = "details");
	kin_column(body, .deferred = true);
	kin_column(notes, .deferred = true, .group = "details");
	kin_column(figures, .deferred = true, .group = "details");
}

KIN_MODEL(Album, "albums") {
	kin_column(id, .primary_key = true);
	kin_column(title);
	kin_column(text);
	kin_has_many(photos, Photo, .backref = "album");
	kin_repr("<Album {title}: {text}>");
}

KIN_MODEL(Photo, "photos") {
	kin_column(data, .deferred = true);
	kin_column(id, .primary_key = true);
	kin_column(caption, .length = 10);
	kin_column(width);
	kin_column(exif, .deferred = true);
	kin_column(album_id, .foreign_key = "albums.id");
	kin_belongs_to(album, Album);
}

#define PHOTO "photos.id, photos.caption, photos.width, photos.album_id"

static kin_session *filled(void)
{
	test_open();
	MODELS_CREATE("albums", "photos");
	kin_session *s = test_session();
	Album *album = kin_new(s, Album, .title = "Sea", .text = "long");
	for (int i = 1; i <= 3; i++)
		kin_append(album, photos, kin_new(s, Photo, .data = { .data = "abc", .size = 3 }, .caption = "wave", .width = i,
		                                  .exif = { .value = { "{\"a\": 1}" }, .present = i > 1 }));
	kin_add(s, album);
	CHECK_INT(kin_commit(s), KIN_OK);
	s = test_session();
	test_forget();
	return s;
}

static bool is_abc(kin_bytes bytes)
{
	return bytes.size == 3 && memcmp(bytes.data, "abc", 3) == 0;
}

/* ---- what comes ---- */

TEST(a_deferred_column_does_not_come)
{
	kin_session *s = filled();
	const Photo *photo = kin_get(s, Photo, 1);

	CHECK_SQL("SELECT " PHOTO " FROM photos WHERE photos.id = ?");
	CHECK(!kin_is_loaded(photo, data));
	CHECK(kin_is_loaded(photo, caption));
	CHECK_TEXT(photo->caption, "wave");
	CHECK_INT(photo->width, 1);
	test_close();
}

TEST(it_is_loaded_when_it_is_asked_for)
{
	kin_session *s = filled();
	const Photo *photo = kin_get(s, Photo, 1);

	test_forget();
	CHECK(is_abc(kin_load(photo, data)));
	CHECK_SQL("SELECT photos.id, photos.data FROM photos WHERE photos.id = ?");
	CHECK(is_abc(kin_load(photo, data)) && is_abc(photo->data));
	CHECK(!kin_load(photo, exif).present);
	CHECK_SQL("SELECT photos.id, photos.exif FROM photos WHERE photos.id = ?");
	CHECK_TEXT(kin_load(photo, caption), "wave");
	CHECK_NO_SQL();
	CHECK_OK(s);
	test_close();
}

TEST(columns_of_siblings_load_together)
{
	kin_session *s = filled();
	Photo_list photos = kin_all(s, Photo, "order by id");

	test_forget();
	kin_each(Photo, photo, photos)
		CHECK(is_abc(kin_load(photo, data)));
	CHECK_SQL("SELECT photos.id, photos.data FROM photos WHERE photos.id = ?",
	          "SELECT photos.id, photos.data FROM photos WHERE photos.id IN (?, ?)");
	test_close();
}

TEST(columns_of_children_that_came_along_load_together)
{
	kin_session *s = filled();
	Album_list albums = kin_all(s, Album, "with photos");

	test_forget();
	kin_each(Photo, photo, albums.items[0]->photos)
		CHECK(is_abc(kin_load(photo, data)));
	CHECK_SQL("SELECT photos.id, photos.data FROM photos WHERE photos.id = ?",
	          "SELECT photos.id, photos.data FROM photos WHERE photos.id IN (?, ?)");
	test_close();
}

TEST(columns_of_many_siblings_take_a_statement_for_500)
{
	const int counts[] = { 10, 1000, kin_test_rounds(10000) };

	for (size_t i = 0; i < 3; i++) {
		int n = counts[i];
		test_open();
		test_fill(n, 1);
		kin_session *s = test_session();
		Pet_list pets = kin_all(s, Pet, "with only (name)");
		test_forget();
		kin_each(Pet, pet, pets)
			CHECK(kin_load(pet, species) != NULL);
		CHECK_INT(test_sent(), 1 + (n - 1 + 499) / 500);
		test_close();
	}
}

TEST(a_query_may_undefer)
{
	kin_session *s = filled();
	const Photo *photo = kin_first(s, Photo, "id = 2 with undefer data, undefer exif");

	CHECK_SQL("SELECT photos.data, photos.id, photos.caption, photos.width, photos.exif, photos.album_id FROM photos WHERE photos.id = 2 LIMIT 1");
	CHECK(is_abc(photo->data));
	CHECK(photo->exif.present);
	test_close();
}

TEST(a_query_may_defer_and_take_only_some)
{
	kin_session *s = filled();
	const Album *album = kin_first(s, Album, "with defer text, photos only (id)");

	CHECK_SQL("SELECT albums.id, albums.title FROM albums LIMIT 1",
	          "SELECT photos.id, photos.width, photos.album_id FROM photos WHERE photos.album_id IN (?)");
	CHECK_TEXT(album->title, "Sea");
	CHECK_INT(album->photos.count, 3);
	CHECK(!kin_is_loaded(album, text) && !kin_is_loaded(album->photos.items[0], caption));
	s = test_session();
	album = kin_first(s, Album, "with only (text), joined photos only (exif) where width > ?", 1);
	CHECK_OK(s);
	CHECK_INT(album->photos.count, 2);
	CHECK(album->photos.items[1]->exif.present);
	CHECK_INT(album->photos.items[1]->width, 3);
	CHECK(!kin_is_loaded(album, title));
	CHECK_TEXT(kin_load(album, title), "Sea");
	s = test_session();
	kin_all(s, Album, "order by title limit 1 with only (title), joined photos");
	CHECK_OK(s);
	s = test_session();
	kin_all(s, Album, "id > ? with subquery photos only (caption), defer title", 0);
	CHECK_HAS(test_sql(), "SELECT photos.id, photos.caption, photos.width, photos.album_id, anon_1.id");
	test_close();
}

/* ---- groups ---- */

static kin_session *essays(int count)
{
	test_open();
	MODELS_CREATE("essays");
	kin_session *s = test_session();
	for (int i = 0; i < count; i++)
		kin_add(s, kin_new(s, Essay, .title = "T", .abstract = "A", .body = "B", .notes = "N", .figures = { .data = "abc", .size = 3 }));
	CHECK_INT(kin_commit(s), KIN_OK);
	s = test_session();
	test_forget();
	return s;
}

#define DETAILS "SELECT essays.id, essays.abstract, essays.notes, essays.figures FROM essays WHERE essays.id "

TEST(a_group_is_loaded_when_one_of_it_is)
{
	kin_session *s = essays(3);
	Essay_list all = kin_all(s, Essay, "order by id");

	CHECK_SQL("SELECT essays.id, essays.title FROM essays ORDER BY essays.id");
	CHECK_TEXT(kin_load(all.items[0], notes), "N");
	CHECK_SQL(DETAILS "= ?");
	CHECK_TEXT(all.items[0]->abstract, "A");
	CHECK(is_abc(all.items[0]->figures));
	CHECK(!kin_is_loaded(all.items[0], body));
	kin_load(all.items[1], figures);
	CHECK_SQL(DETAILS "= ?"); /* it is another column that is asked for the first time */
	kin_load(all.items[2], figures);
	CHECK_SQL(DETAILS "= ?");
	CHECK_TEXT(kin_load(all.items[2], abstract), "A");
	CHECK_NO_SQL();
	test_close();
}

TEST(a_query_undefers_a_group_or_all)
{
	kin_session *s = essays(1);

	CHECK_TEXT(kin_first(s, Essay, "with undefer group details")->notes, "N");
	CHECK_SQL("SELECT essays.id, essays.title, essays.abstract, essays.notes, essays.figures FROM essays LIMIT 1");
	CHECK_TEXT(kin_first(s, Essay, "with undefer *")->body, "B");
	s = test_session();
	const Essay *essay = kin_first(s, Essay, "with undefer *, defer group details");
	CHECK(kin_is_loaded(essay, body) && !kin_is_loaded(essay, notes));
	essay = kin_first(test_session(), Essay, "with defer *");
	CHECK(!kin_is_loaded(essay, title));
	test_close();
}

TEST(raise_says_that_a_column_is_not_to_be_loaded)
{
	kin_session *s = essays(2);
	const Essay *essay = kin_first(s, Essay, "order by id with raise body, raise group details");

	CHECK(kin_load(essay, body) == NULL);
	CHECK_INT(kin_errcode(s), KIN_ENOTLOADED);
	CHECK_HAS(kin_errmsg(s), "Essay.body is not loaded: the query at ");
	CHECK_HAS(kin_errmsg(s), "says `raise body`, and `undefer body` would bring it");
	kin_rollback(s);
	CHECK(kin_load(essay, notes) == NULL);
	CHECK_INT(kin_errcode(s), KIN_ENOTLOADED);
	kin_rollback(s);
	test_forget();
	Essay *edited = kin_edit(s, Essay, essay);
	CHECK_NO_SQL();
	edited->title = "U";
	edited->body = "C";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE essays SET title = ?, body = ? WHERE id = ?");
	s = test_session();
	CHECK_TEXT(kin_load(kin_get(s, Essay, 1), body), "C");
	CHECK_TEXT(kin_load(kin_get(s, Essay, 1), notes), "N");
	test_close();
}

TEST(a_guard_of_columns_outlives_its_plan)
{
	kin_session *s = essays(1);
	kin_query *q = kin_query_new(s, Essay);

	kin_with(q, "raise body");
	const Essay *essay = kin_query_first(q, Essay);
	CHECK(kin_load(essay, body) == NULL);
	CHECK_TEXT(kin_errmsg(s), "Essay.body is not loaded: its query says `raise body`");
	test_close();
}

TEST(a_stream_leaves_columns_out)
{
	kin_session *s = filled();
	size_t count = 0;

	kin_stream(s, Photo, photo, "order by id") {
		count++;
		CHECK_INT(photo->width, (int)count);
		CHECK(!kin_is_loaded(photo, data));
	}
	CHECK_INT(count, 3);
	CHECK_OK(s);
	test_close();
}

/* ---- it never lies ---- */

TEST(a_query_that_brings_it_fills_what_is_there)
{
	kin_session *s = filled();
	const Album *album = kin_first(s, Album, "with only (title)");

	CHECK(!kin_is_loaded(album, text));
	CHECK(kin_first(s, Album, "") == album);
	CHECK(kin_is_loaded(album, text));
	CHECK_TEXT(album->text, "long");
	CHECK(kin_first(s, Album, "with only (title)") == album);
	CHECK_TEXT(album->text, "long");
	test_close();
}

TEST(kin_edit_loads_what_is_lacking_first)
{
	kin_session *s = filled();
	const Album *album = kin_first(s, Album, "with only (title)");

	test_forget();
	Album *edited = kin_edit(s, Album, album);
	CHECK_SQL("SELECT albums.id, albums.text FROM albums WHERE albums.id = ?");
	CHECK_TEXT(edited->text, "long");
	edited->title = "Lake";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE albums SET title = ? WHERE id = ?");
	s = test_session();
	CHECK_TEXT(kin_get(s, Album, 1)->text, "long");
	test_close();
}

TEST(a_flush_never_writes_what_is_lacking)
{
	kin_session *s = filled();
	const Photo *photo = kin_first(s, Photo, "id = 1 with only (id)");
	const Album *other;

	kin_add(s, kin_new(s, Album, .title = "New"));
	CHECK_INT(kin_flush(s), KIN_OK);
	other = kin_first(s, Album, "title = ?", "New");
	CHECK_INT(kin_append(other, photos, photo), KIN_OK); /* it is tracked from now on */
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE photos SET album_id = ? WHERE id = ?");
	CHECK(!kin_is_loaded(photo, caption));
	CHECK_INT(kin_delete(s, photo), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	test_close();
}

TEST(a_refresh_loads_all)
{
	kin_session *s = filled();
	const Photo *photo = kin_get(s, Photo, 1);

	CHECK_INT(kin_refresh(s, photo), KIN_OK);
	CHECK(is_abc(photo->data));
	test_close();
}

TEST(an_expired_object_comes_whole)
{
	kin_session *s = filled();
	const Album *album = kin_first(s, Album, "with only (title)");

	CHECK_INT(kin_expire(s, album), KIN_OK);
	CHECK(kin_first(s, Album, "with only (title)") == album);
	CHECK(kin_get(s, Album, 1) == album);
	CHECK_TEXT(kin_load(album, text), "long");
	CHECK_OK(s);
	test_close();
}

TEST(a_rollback_leaves_no_wrong_values)
{
	kin_session *s = filled();
	const Album *album = kin_first(s, Album, "with only (title)");
	Album *edited = kin_edit(s, Album, album);

	edited->text = "short";
	CHECK_INT(kin_flush(s), KIN_OK);
	kin_rollback(s);
	CHECK_TEXT(kin_load(album, text), "long");
	CHECK_TEXT(album->title, "Sea");
	CHECK_OK(s);
	test_close();
}

TEST(it_is_shown_as_missing)
{
	kin_session *s = filled();

	CHECK_TEXT(kin_show(kin_first(s, Album, "with only (title)")), "<Album Sea: …>");
	test_close();
}

TEST(a_merge_copies_what_is_there)
{
	kin_session *s = filled(), *other = test_session();
	const Album *album = kin_first(s, Album, "with only (title)");

	const Album *same = kin_merge(other, Album, album);
	CHECK_OK(other);
	CHECK_INT(kin_commit(other), KIN_OK);
	CHECK_TEXT(kin_load(same, text), "long");
	test_close();
}

TEST(a_merge_loads_the_whole_row)
{
	kin_session *s = filled(), *other = test_session();
	const Photo *photo = kin_get(s, Photo, 1);

	test_forget();
	Photo *same = kin_merge(other, Photo, photo);
	CHECK_SQL("SELECT photos.data, photos.id, photos.caption, photos.width, photos.exif, photos.album_id FROM photos WHERE photos.id IN (?)");
	CHECK_INT(same->id, 1);
	CHECK_TEXT(same->caption, "wave");
	CHECK(is_abc(same->data) && !same->exif.present);
	CHECK(!kin_is_modified(same));
	CHECK_INT(kin_commit(other), KIN_OK);
	test_close();
}

TEST(after_close_it_cannot_be_loaded)
{
	kin_session *s = filled();
	const Photo *photo = kin_get(s, Photo, 1);

	kin_close(s);
	CHECK(kin_load(photo, data).data == NULL);
	CHECK_INT(kin_errcode(s), KIN_EDETACHED);
	CHECK_HAS(kin_errmsg(s), "deferred load of attribute 'data' cannot proceed");
	CHECK_TEXT(kin_load(photo, caption), "wave");
	test_close();
}

TEST(a_row_that_is_gone_is_told)
{
	kin_session *s = filled();
	const Photo *photo = kin_get(s, Photo, 1);

	kin_commit(s);
	test_run("DELETE FROM photos WHERE id = 1");
	CHECK(kin_load(photo, data).data == NULL);
	CHECK_INT(kin_errcode(s), KIN_ESTALE);
	test_close();
}

/* ---- what is wrong ---- */

static void wrong(const char *text, const char *expected)
{
	const kin_site site = { .model = &Photo_model, .text = text, .kinds = (const uint8_t *)"", .verb = KIN_VERB_ALL, .file = "app.c", .line = 41 };
	kin_error error = { 0 };

	kin_site_check(kin_registry_default(), &site, &error);
	const char *said = kin_error_text(&error);
	CHECK_TEXT(said + (*said ? strlen("app.c:41: ") : 0), expected);
	kin_error_clear(&error);
}

TEST(columns_that_cannot_be_left_out_are_named)
{
	wrong("with defer width", "Photo.width cannot be deferred: only texts, bytes and documents can say that they are not loaded");
	wrong("with defer captoin", "Photo has no attribute 'captoin'; did you mean 'caption'?");
	wrong("with defer album", "Photo.album is a relationship, and this is about columns");
	wrong("with only (id, captoin)", "Photo has no attribute 'captoin'; did you mean 'caption'?");
	wrong("with album only (titel)", "Album has no attribute 'titel'; did you mean 'title'?");
	wrong("with defer album.text", "Photo.album is not loaded here: name it before its columns");
	wrong("with album, defer album.text", "");
	wrong("with undefer group detail", "Photo has no group of columns 'detail'");
	wrong("with raise width", "Photo.width cannot be deferred: only texts, bytes and documents can say that they are not loaded");
	wrong("with undefer *, raise *, raise data", "");
	wrong("with album, raise album.text", "");
	wrong("with only caption", "expected an operator or a clause after 'only', found 'caption'");
}

static int load_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	const Album *album = kin_first(s, Album, "with only (title), photos");
	if (album) {
		Photo_list photos = kin_load(album, photos);
		kin_each(Photo, photo, photos)
			(void)kin_load(photo, data);
		kin_edit(s, Album, album);
	}
	kin_all(s, Album, "");
	rc = kin_errcode(s);
	kin_free(s);
	return rc;
}

TEST(deferred_columns_survive_any_allocation_failing)
{
	filled();
	kin_test_fuse(__FILE__, __LINE__, load_with_failing_memory);
	test_close();
}
