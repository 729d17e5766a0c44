/* start.c - the first object of a process. What is measured is the whole of it. */
#include "models.h"

void start(bench_run *run)
{
	kin_db *db = open_unconnected(run);
	kin_session *session = new_session(db);

	bench_start(run);
	const Pet *pet = kin_get(session, Pet, 1);
	if (!pet)
		bench_fail("there is no pet 1: %s", kin_errmsg(session));
	touch_pet(run, pet);
	bench_stop(run);
	end_session(session);
	kin_db_close(db);
}
