/* load.c - all pets: kept, or looked at one after the other. */
#include "models.h"

void load(bench_run *run)
{
	kin_db *db = open_database(run);
	kin_session *session = new_session(db);

	bench_start(run);
	kin_each(Pet, pet, kin_all(session, Pet))
		touch_pet(run, pet);
	bench_stop(run);
	end_session(session);
	kin_db_close(db);
}

void stream(bench_run *run)
{
	kin_db *db = open_database(run);
	kin_session *session = new_session(db);

	bench_start(run);
	kin_stream(session, Pet, pet)
		touch_pet(run, pet);
	bench_stop(run);
	end_session(session);
	kin_db_close(db);
}
