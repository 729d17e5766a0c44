/* Tests of a server whose disk is full. */
#include "db/full.h"

TEST(a_full_disk_is_said_and_what_was_there_stays)
{
	check_full_disk("postgresql", "insert into pets select n, repeat('x', 1000) from generate_series(3, 1000) n", "No space left on device");
}
