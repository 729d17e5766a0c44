/* agree.c - a contender is as fast as it likes only if it does the same. */
#include "driver.h"

#include <inttypes.h>
#include <string.h>

void bench_agree(const bench_measure *limit, bench_measure *measure)
{
	const bench_result *expected = &limit->last, *got = &measure->last;

	if (measure->failure[0] || limit->failure[0])
		return;
	if (got->rows != expected->rows)
		snprintf(measure->failure, sizeof(measure->failure), "touched %" PRId64 " objects where the limit touched %" PRId64,
		         got->rows, expected->rows);
	else if (strcmp(got->checksum, expected->checksum) != 0)
		snprintf(measure->failure, sizeof(measure->failure), "checksum %s where the limit has %s", got->checksum,
		         expected->checksum);
	else if (measure->digest != limit->digest)
		snprintf(measure->failure, sizeof(measure->failure), "stored other rows than the limit");
}
