/* lazy.c - 2,000 owners, then each one's pets when they are asked for. */
#include "models.h"

void lazy(bench_run *run)
{
	kin_db *db = open_database(run);
	kin_session *session = new_session(db);

	bench_start(run);
	kin_each(Owner, owner, kin_all(session, Owner, "order by id limit 2000")) {
		touch_owner(run, owner);
		kin_each(Pet, pet, kin_load(owner, pets))
			touch_pet(run, pet);
	}
	bench_stop(run);
	end_session(session);
	kin_db_close(db);
}
