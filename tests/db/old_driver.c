/* old_driver.c - a module whose driver is of another time. */
#include "db/driver.h"

extern KIN_API const kin_driver kin_driver_postgresql;

const kin_driver kin_driver_postgresql = { .abi = 0, .version = "0.0.1", .name = "postgresql" };
