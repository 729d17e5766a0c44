/* clock.h - time: a steady clock to measure with, and the calendar's. */
#ifndef KIN_BASE_CLOCK_H
#define KIN_BASE_CLOCK_H

#include <stdint.h>

int64_t kin_clock_steady(void); /* microseconds since some moment; never goes back */
int64_t kin_clock_now(void);    /* microseconds since 1970-01-01 UTC */
void    kin_clock_sleep(int64_t microseconds);
/* 64 bits from the system's random source. */
uint64_t kin_clock_random(void);

#endif
