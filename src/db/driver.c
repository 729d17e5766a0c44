/* driver.c - which drivers there are. */
#include "db/driver.h"

#include <string.h>

#include "db/sqlite/driver.h"

static const kin_driver *const drivers[] = { &kin_sqlite_driver };

enum { DRIVERS = sizeof(drivers) / sizeof(*drivers) };

static bool serves(const kin_driver *driver, const char *scheme)
{
	for (const char *const *s = driver->schemes; *s; s++)
		if (strcmp(*s, scheme) == 0)
			return true;
	return false;
}

int kin_driver_find(const char *scheme, const kin_driver **ret_driver, kin_error *error)
{
	kin_text known;

	for (size_t i = 0; i < DRIVERS; i++)
		if (serves(drivers[i], scheme)) {
			*ret_driver = drivers[i];
			return KIN_OK;
		}
	kin_text_init(&known);
	for (size_t i = 0; i < DRIVERS; i++)
		for (const char *const *s = drivers[i]->schemes; *s; s++)
			kin_text_addf(&known, "%s%s://", known.length ? ", " : "", *s);
	int rc = kin_text_ok(&known)
		? kin_error_set(error, KIN_ECONFIG, "there is no driver for %s:// databases; there is one for %s", scheme, known.data)
		: kin_error_nomem(error);
	kin_text_done(&known);
	return rc;
}
