/* get.c - pets by their keys: all different ones, 1,000 to a transaction; and the same 1,000 again and again. */
#include "limit.h"

enum { SESSION = 1000, HOT = 1000, SLOTS = 4096 };

static const char by_key[] = "select id, name, species, owner_id from pets where id = ?";

static void load_pet(sqlite3_stmt *statement, int64_t id, arena *texts, pet *p)
{
	sqlite3_bind_int64(statement, 1, id);
	if (!step(statement))
		bench_fail("there is no pet %lld", (long long)id);
	read_pet(statement, texts, p);
	sqlite3_reset(statement);
}

void get_cold(bench_run *run)
{
	sqlite3 *db = open_database(run);
	arena memory = { 0 };

	bench_start(run);
	sqlite3_stmt *statement = prepare(db, by_key), *begin = prepare(db, "begin"), *commit = prepare(db, "commit");
	for (int64_t i = 0; i < run->n; i++) {
		if (i % SESSION == 0) {
			step(begin);
			sqlite3_reset(begin);
		}
		pet *p = arena_alloc(&memory, sizeof(*p));
		load_pet(statement, 1 + bench_pick((uint64_t)i, run->n), &memory, p);
		touch_pet(run, p);
		if (i % SESSION == SESSION - 1 || i == run->n - 1) {
			step(commit);
			sqlite3_reset(commit);
			arena_reset(&memory);
		}
	}
	bench_stop(run);
}

/* The pet of a key in a table of few: open addressing, linear probing; dense keys never meet. */
static pet *find_hot(pet **slots, int64_t id, size_t *slot)
{
	*slot = (size_t)id % SLOTS;
	while (slots[*slot] && slots[*slot]->id != id)
		*slot = (*slot + 1) % SLOTS;
	return slots[*slot];
}

void get_hot(bench_run *run)
{
	sqlite3 *db = open_database(run);
	pet **slots = bench_alloc(SLOTS, sizeof(*slots));
	arena memory = { 0 };

	bench_start(run);
	sqlite3_stmt *statement = prepare(db, by_key);
	execute(db, "begin");
	for (int64_t i = 0; i < run->n; i++) {
		int64_t id = 1 + bench_pick((uint64_t)i, HOT);
		size_t slot;
		pet *p = find_hot(slots, id, &slot);
		if (!p) {
			p = slots[slot] = arena_alloc(&memory, sizeof(*p));
			load_pet(statement, id, &memory, p);
		}
		touch_pet(run, p);
	}
	execute(db, "commit");
	bench_stop(run);
}
