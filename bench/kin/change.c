/* change.c - every second one of all pets, which are loaded already: its name changed, or its row deleted. */
#include "models.h"

static void commit(kin_session *session)
{
	if (kin_commit(session) < 0)
		bench_fail("%s", kin_errmsg(session));
}

void update(bench_run *run)
{
	kin_db *db = open_database(run);
	kin_session *session = new_session(db);
	const bench_pet *data = bench_pets(run->n, 1);
	Pet_list pets = kin_all(session, Pet);

	bench_start(run);
	for (size_t i = 0; i < pets.count; i += 2) {
		Pet *pet = kin_edit(session, Pet, pets.items[i]);
		pet->name = data[pets.count - 1 - i].name;
		run->rows++;
	}
	commit(session);
	bench_stop(run);
	end_session(session);
	kin_db_close(db);
}

void delete(bench_run *run)
{
	kin_db *db = open_database(run);
	kin_session *session = new_session(db);
	Pet_list pets = kin_all(session, Pet);

	bench_start(run);
	for (size_t i = 0; i < pets.count; i += 2) {
		kin_delete(session, pets.items[i]);
		run->rows++;
	}
	commit(session);
	bench_stop(run);
	end_session(session);
	kin_db_close(db);
}
