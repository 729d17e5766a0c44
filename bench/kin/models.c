/* models.c - the pet shop's mapping, and what every workload of kin's begins and ends with. */
#include "models.h"

#include <stdio.h>
#include <string.h>

KIN_MODEL(Owner, "owners") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_has_many(pets, Pet, .backref = "owner");
}

KIN_MODEL(Pet, "pets") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(species);
	kin_column(owner_id, .foreign_key = "owners.id", .index = true);
	kin_belongs_to(owner, Owner);
}

const char bench_contender[] = "kin";

const bench_workload bench_workloads[] = {
	{ "insert", insert },
	{ "load", load },
	{ "joined", eager_joined },
	{ "subquery", eager_subquery },
	{ "selectin", eager_selectin },
	{ "lazy", lazy },
	{ "get-cold", get_cold },
	{ "get-hot", get_hot },
	{ "update", update },
	{ "delete", delete },
	{ "query", query },
	{ "stream", stream },
	{ "start", start },
	{ NULL, NULL },
};

kin_session *new_session(kin_db *db)
{
	kin_session *session = kin_session_new(db);

	if (!session)
		bench_fail("out of memory");
	return session;
}

void end_session(kin_session *session)
{
	if (kin_errcode(session) != KIN_OK)
		bench_fail("%s", kin_errmsg(session));
	kin_free(session);
}

/* A session takes its connection when it first needs it, and leaves it open for the next. */
static void connect_now(kin_db *db)
{
	kin_session *session = new_session(db);

	kin_exists(session, Owner);
	end_session(session);
}

kin_db *open_unconnected(const bench_run *run)
{
	char url[4096];
	char *message = NULL;
	kin_db *db;

	bool is_url = strstr(run->database, "://");
	if ((size_t)snprintf(url, sizeof(url), "%s%s%s", is_url ? "" : "sqlite:///", run->database, is_url ? "" : "?mode=rw") >= sizeof(url))
		bench_fail("the path is too long");
	if (!(db = kin_db_open(&(kin_db_options){ .url = url }, &message)))
		bench_fail("%s", message ? message : "out of memory");
	return db;
}

kin_db *open_database(const bench_run *run)
{
	kin_db *db = open_unconnected(run);

	connect_now(db);
	return db;
}

void touch_owner(bench_run *run, const Owner *owner)
{
	bench_touch(run, bench_owner_sum(owner->id, owner->name));
}

void touch_pet(bench_run *run, const Pet *pet)
{
	bench_touch(run, bench_pet_sum(pet->id, pet->name, pet->species, pet->owner_id.present, pet->owner_id.value));
}
