/* eager.c - all owners with their pets, by each of the three strategies. */
#include "models.h"

static void touch_all(bench_run *run, Owner_list owners)
{
	kin_each(Owner, owner, owners) {
		touch_owner(run, owner);
		kin_each(Pet, pet, owner->pets)
			touch_pet(run, pet);
	}
}

void eager_joined(bench_run *run)
{
	kin_db *db = open_database(run);
	kin_session *session = new_session(db);

	bench_start(run);
	touch_all(run, kin_all(session, Owner, "with joined pets"));
	bench_stop(run);
	end_session(session);
	kin_db_close(db);
}

void eager_subquery(bench_run *run)
{
	kin_db *db = open_database(run);
	kin_session *session = new_session(db);

	bench_start(run);
	touch_all(run, kin_all(session, Owner, "with subquery pets"));
	bench_stop(run);
	end_session(session);
	kin_db_close(db);
}

void eager_selectin(bench_run *run)
{
	kin_db *db = open_database(run);
	kin_session *session = new_session(db);

	bench_start(run);
	touch_all(run, kin_all(session, Owner, "with selectin pets"));
	bench_stop(run);
	end_session(session);
	kin_db_close(db);
}
