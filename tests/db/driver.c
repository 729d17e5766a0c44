/* Tests of db/driver.c: modules that are not there, or not what they should be. */
#include "db/driver.h"

#include <unistd.h>

#include "base/file.h"
#include "db/database.h"

/* What looking for a driver in a directory fails with. */
static int find_in(const char *directory, kin_error *error)
{
	const kin_driver *driver;

	setenv("KIN_DRIVER_PATH", directory, 1);
	int rc = kin_driver_find("postgresql", &driver, error);
	unsetenv("KIN_DRIVER_PATH");
	return rc;
}

static const char *module_path(void)
{
	static char path[600];

	snprintf(path, sizeof(path), "%s/kin-postgresql.so", kin_test_directory());
	return path;
}

TEST(an_unknown_scheme_is_told_which_there_are)
{
	const kin_driver *driver;
	kin_error error = { 0 };

	CHECK_INT(kin_driver_find("oracle", &driver, &error), KIN_ECONFIG);
	CHECK_TEXT(kin_error_text(&error), "there is no driver for oracle:// databases; there is one for sqlite://, postgresql://, "
	                                   "mariadb://, dqlite://");
	kin_error_clear(&error);
}

TEST(a_driver_that_is_not_installed_is_named_with_the_places_it_was_looked_for_in)
{
	kin_error error = { 0 };
	int rc = find_in("/nowhere:/nowhere/else", &error);

	if (rc != KIN_OK) { /* it may be installed on this machine */
		CHECK_INT(rc, KIN_ECONFIG);
		CHECK_HAS(kin_error_text(&error), "there is no kin-postgresql.so in /nowhere, /nowhere/else, ");
		CHECK_HAS(kin_error_text(&error), "libpq-dev");
	}
	kin_error_clear(&error);
}

TEST(a_file_that_is_no_module_is_not_loaded)
{
	kin_error error = { 0 };

	CHECK_INT(kin_file_write(module_path(), "no module", 9, &error), KIN_OK);
	CHECK_INT(find_in(kin_test_directory(), &error), KIN_ECONFIG);
	CHECK_HAS(kin_error_text(&error), "cannot be loaded: ");
	CHECK_HAS(kin_error_text(&error), module_path());
	kin_error_clear(&error);
}

TEST(a_module_of_another_version_is_refused)
{
	kin_error error = { 0 };

	CHECK(symlink(OLD_DRIVER, module_path()) == 0);
	CHECK_INT(find_in(kin_test_directory(), &error), KIN_ECONFIG);
	CHECK_HAS(kin_error_text(&error), "is of another version of kin");
	kin_error_clear(&error);
}

FUSED(looking_for_a_driver_survives_memory_running_out)
{
	const kin_driver *driver;
	kin_error error = { 0 };

	setenv("KIN_DRIVER_PATH", "/nowhere", 1);
	int rc = kin_driver_find("postgresql", &driver, &error);
	unsetenv("KIN_DRIVER_PATH");
	kin_error_clear(&error);
	return rc == KIN_ECONFIG ? KIN_OK : rc;
}
