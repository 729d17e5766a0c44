/* Tests of a server whose disk is full. */
#include "db/full.h"

TEST(a_full_disk_is_said_and_what_was_there_stays)
{
	check_full_disk("mariadb", "insert into pets select seq, repeat('x', 1000) from seq_3_to_1000", "");
}
