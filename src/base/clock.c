/* clock.c - time: a steady clock to measure with, and the calendar's. */
#include "base/clock.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t kin_clock_steady(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t kin_clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

void kin_clock_sleep(int64_t microseconds)
{
	struct timespec left = { .tv_sec = microseconds / 1000000, .tv_nsec = microseconds % 1000000 * 1000 };

	if (microseconds <= 0)
		return;
	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

uint64_t kin_clock_random(void)
{
	uint64_t bits = 0;

	/* It fails only on kernels without it: what is left then still differs between processes and moments. */
	if (getentropy(&bits, sizeof(bits)) < 0)
		bits = ((uint64_t)getpid() << 40 ^ (uint64_t)kin_clock_now()) * 0x9e3779b97f4a7c15u ^ (uint64_t)kin_clock_steady();
	return bits;
}
