/* get.c - pets by their keys: all different ones, 1,000 to a session; and the same 1,000 again and again in one session. */
#include "models.h"

enum { SESSION = 1000, HOT = 1000 };

static void get(bench_run *run, kin_session *session, int64_t id)
{
	const Pet *pet = kin_get(session, Pet, id);

	if (!pet)
		bench_fail("there is no pet %lld: %s", (long long)id, kin_errmsg(session));
	touch_pet(run, pet);
}

void get_cold(bench_run *run)
{
	kin_db *db = open_database(run);

	bench_start(run);
	for (int64_t i = 0; i < run->n; i += SESSION) {
		kin_session *session = new_session(db);
		for (int64_t k = i; k < i + SESSION && k < run->n; k++)
			get(run, session, 1 + bench_pick((uint64_t)k, run->n));
		end_session(session);
	}
	bench_stop(run);
	kin_db_close(db);
}

void get_hot(bench_run *run)
{
	kin_db *db = open_database(run);
	kin_session *session = new_session(db);

	bench_start(run);
	for (int64_t i = 0; i < run->n; i++)
		get(run, session, 1 + bench_pick((uint64_t)i, HOT));
	bench_stop(run);
	end_session(session);
	kin_db_close(db);
}
