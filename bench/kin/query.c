/* query.c - n/5 times twenty pets of a species after a key, in one session. */
#include "models.h"

void query(bench_run *run)
{
	kin_db *db = open_database(run);
	kin_session *session = new_session(db);

	bench_start(run);
	for (int64_t i = 0; i < run->n / 5; i++) {
		const char *species = bench_species((uint64_t)i);
		int64_t after = bench_pick((uint64_t)i, run->n);
		kin_each(Pet, pet, kin_all(session, Pet, "species = ? and id > ? order by id limit 20", species, after))
			touch_pet(run, pet);
	}
	bench_stop(run);
	end_session(session);
	kin_db_close(db);
}
