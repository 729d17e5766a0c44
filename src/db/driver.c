/* driver.c - which drivers there are, and where the modules among them are found. */
#include "db/driver.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "db/sqlite/driver.h"

/* Weak: NULL unless the program was linked with the driver. */
extern const kin_driver kin_driver_postgresql __attribute__((weak));
extern const kin_driver kin_driver_mariadb __attribute__((weak));
extern const kin_driver kin_driver_dqlite __attribute__((weak));

/* A driver that need not be there. */
static const struct module {
	const char       *name;
	const char       *schemes[3]; /* end with NULL */
	const kin_driver *linked;
	const char       *package; /* what kin's module is built with. NULL: nothing that might be missing */
} modules[] = {
	{ "postgresql", { "postgresql", "postgres" }, &kin_driver_postgresql, "libpq-dev" },
	{ "mariadb", { "mariadb", "mysql" }, &kin_driver_mariadb, "libmariadb-dev" },
	{ "dqlite", { "dqlite" }, &kin_driver_dqlite, NULL },
};

enum { MODULES = sizeof(modules) / sizeof(*modules) };

static bool serves(const char *const *schemes, const char *scheme)
{
	for (; *schemes; schemes++)
		if (strcmp(*schemes, scheme) == 0)
			return true;
	return false;
}

/* ---- where modules are ---- */

/* The directory of the object that this function is in: the program, or libkin.so. NULL: not known, or memory is out. */
static char *own_directory(kin_arena *arena)
{
	char path[4096];
	ssize_t length;
	Dl_info info;

	if (!dladdr((const void *)&modules, &info) || !info.dli_fname)
		return NULL;
	/* of the program only the name it was called by is known there */
	if (strstr(info.dli_fname, ".so") || (length = readlink("/proc/self/exe", path, sizeof(path) - 1)) < 0)
		return kin_path_directory(arena, info.dli_fname);
	path[length] = '\0';
	return kin_path_directory(arena, path);
}

typedef struct search {
	const struct module *module;
	kin_arena            arena;
	kin_text             looked_in;
	const char          *found; /* the module's path */
} search;

static void look_in(search *s, const char *directory)
{
	char *path;

	if (s->found || !directory || !*directory)
		return;
	if (!(path = kin_arena_printf(&s->arena, "%s/kin-%s.so", directory, s->module->name)))
		return;
	if (kin_file_exists(path))
		s->found = path;
	else
		kin_text_addf(&s->looked_in, "%s%s", s->looked_in.length ? ", " : "", directory);
}

static void look_in_list(search *s, const char *list)
{
	while (list && *list) {
		size_t length = strcspn(list, ":");
		look_in(s, kin_arena_strndup(&s->arena, list, length));
		list += length + (list[length] == ':');
	}
}

/* In the build tree modules are below the program, in db/. */
static void look_everywhere(search *s)
{
	char *own = own_directory(&s->arena);

	look_in_list(s, getenv("KIN_DRIVER_PATH"));
	look_in(s, own);
	if (own)
		look_in(s, kin_path_join(&s->arena, own, "db"));
	look_in(s, KIN_DRIVER_DIRECTORY);
}

/* ---- loading one ---- */

static int check_version(const char *path, const kin_driver *driver, kin_error *error)
{
	if (driver->abi == KIN_DRIVER_ABI && strcmp(driver->version, KIN_VERSION) == 0)
		return KIN_OK;
	return kin_error_set(error, KIN_ECONFIG, "the driver %s is of another version of kin than this one, %s: install both from "
	                                         "the same build", path, KIN_VERSION);
}

/* A module stays loaded: connections and client libraries do not survive being unloaded. */
static int load(const char *path, const struct module *module, const kin_driver **ret_driver, kin_error *error)
{
	char symbol[64];
	const kin_driver *driver;
	void *handle;
	int rc;

	snprintf(symbol, sizeof(symbol), "kin_driver_%s", module->name);
	if (!(handle = dlopen(path, RTLD_NOW | RTLD_LOCAL)))
		return kin_error_set(error, KIN_ECONFIG, "the driver for %s:// databases cannot be loaded: %s", module->name, dlerror());
	if (!(driver = dlsym(handle, symbol)))
		return kin_error_set(error, KIN_ECONFIG, "%s is no driver of kin: there is no %s in it", path, symbol);
	if ((rc = check_version(path, driver, error)) == KIN_OK)
		*ret_driver = driver;
	return rc;
}

static int find_module(const struct module *module, const kin_driver **ret_driver, kin_error *error)
{
	search s = { .module = module };
	int rc;

	kin_text_init(&s.looked_in);
	look_everywhere(&s);
	if (s.arena.failed || !kin_text_ok(&s.looked_in))
		rc = kin_error_nomem(error);
	else if (s.found)
		rc = load(s.found, module, ret_driver, error);
	else
		rc = kin_error_set(error, KIN_ECONFIG,
		                   "the driver for %s:// databases is not installed: there is no kin-%s.so in %s. It is built with kin%s%s%s, "
		                   "and KIN_DRIVER_PATH names other directories",
		                   module->schemes[0], module->name, s.looked_in.data, module->package ? " when " : "",
		                   module->package ? module->package : "", module->package ? " is there" : "");
	kin_text_done(&s.looked_in);
	kin_arena_done(&s.arena);
	return rc;
}

/* ---- finding one ---- */

static int unknown(const char *scheme, kin_error *error)
{
	kin_text known;

	kin_text_init(&known);
	kin_text_add(&known, "sqlite://");
	for (size_t i = 0; i < MODULES; i++)
		kin_text_addf(&known, ", %s://", modules[i].schemes[0]);
	int rc = kin_text_ok(&known)
		? kin_error_set(error, KIN_ECONFIG, "there is no driver for %s:// databases; there is one for %s", scheme, known.data)
		: kin_error_nomem(error);
	kin_text_done(&known);
	return rc;
}

int kin_driver_find(const char *scheme, const kin_driver **ret_driver, kin_error *error)
{
	if (serves(kin_sqlite_driver.schemes, scheme)) {
		*ret_driver = &kin_sqlite_driver;
		return KIN_OK;
	}
	for (size_t i = 0; i < MODULES; i++) {
		if (!serves(modules[i].schemes, scheme))
			continue;
		if (!modules[i].linked)
			return find_module(&modules[i], ret_driver, error);
		*ret_driver = modules[i].linked;
		return KIN_OK;
	}
	return unknown(scheme, error);
}
