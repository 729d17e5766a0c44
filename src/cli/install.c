/* install.c - `kin install`: the packages that the app declares are present, and their versions written down.
 *
 * kin.ini has a [packages] section, `name = *` or `name = version`; kin.lock, beside it, has a line `name version` for each. The
 * packages are the system's own (dpkg and apt): C has no registry, distributions are its package manager. */
#include "cli/commands.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/find.h"
#include "app/ini_file.h"
#include "app/process.h"
#include "base/file.h"
#include "base/text.h"

typedef struct package {
	const char *name;
	const char *wanted;  /* "*": any */
	const char *version; /* what is installed; NULL: nothing */
} package;

typedef struct declared {
	kin_cli         *cli;
	const char      *path; /* kin.ini */
	kin_vec(package) packages;
} declared;

static bool is_package_name(const char *s)
{
	if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && !strchr("+-.", *s))
			return false;
	return true;
}

static int entry(void *context, const char *section, const char *name, const char *value, kin_error *error)
{
	declared *d = context;

	if (strcmp(section, "packages") != 0)
		return KIN_OK;
	if (!is_package_name(name))
		return kin_error_set(error, KIN_ECONFIG, "'%s' is no package name", name);
	package p = { kin_arena_strdup(&d->cli->arena, name), kin_arena_strdup(&d->cli->arena, value), NULL };
	if (!p.name || !p.wanted || !kin_vec_push(&d->packages, p))
		return kin_error_nomem(error);
	return KIN_OK;
}

/* kin.ini beside the app or above it, where .env and the database's setting are looked for too. */
static const char *find_ini(kin_cli *cli, const char *directory)
{
	const char *above = kin_path_directory(&cli->arena, directory);
	const char *here = kin_path_join(&cli->arena, directory, "kin.ini");

	if (here && kin_file_exists(here))
		return here;
	return above ? kin_path_join(&cli->arena, above, "kin.ini") : NULL;
}

static int read_declared(declared *d)
{
	kin_cli *cli = d->cli;
	kin_app_place place;
	int rc;

	if ((rc = kin_app_find(&cli->arena, cli->app_options.app, &place, &cli->error)) < 0)
		return rc;
	if (!(d->path = find_ini(cli, place.directory)))
		return kin_error_nomem(&cli->error);
	return kin_file_exists(d->path) ? kin_ini_file_read(d->path, entry, d, &cli->error) : KIN_OK;
}

/* What dpkg knows; names have been checked, so they are safe in a shell's words. */
static const char *installed_version(kin_cli *cli, const char *name)
{
	char line[256] = "";
	const char *command = kin_arena_printf(
		&cli->arena, "dpkg-query -W -f='${db:Status-Status} ${Version}\\n' %s 2>/dev/null", name);
	FILE *in = command ? popen(command, "r") : NULL;

	if (!in)
		return NULL;
	if (!fgets(line, sizeof(line), in))
		line[0] = '\0';
	pclose(in);
	line[strcspn(line, "\n")] = '\0';
	return strncmp(line, "installed ", 10) == 0 ? kin_arena_strdup(&cli->arena, line + 10) : NULL;
}

static size_t look_up(declared *d)
{
	size_t missing = 0;

	for (size_t i = 0; i < d->packages.count; i++) {
		package *p = &d->packages.items[i];
		p->version = installed_version(d->cli, p->name);
		missing += p->version == NULL;
	}
	return missing;
}

static int install_missing(declared *d)
{
	kin_vec(const char *) words = { 0 };
	static const char *const start[] = { "apt-get", "install", "-y", "--no-install-recommends" };
	bool is_root = geteuid() == 0, ok = is_root || kin_vec_push(&words, "sudo");
	int status = KIN_PROCESS_MISSING;

	for (size_t i = 0; i < sizeof(start) / sizeof(start[0]); i++)
		ok = ok && kin_vec_push(&words, start[i]);
	for (size_t i = 0; i < d->packages.count; i++) {
		const package *p = &d->packages.items[i];
		const char *word = p->name;
		if (strcmp(p->wanted, "*") != 0)
			word = kin_arena_printf(&d->cli->arena, "%s=%s", p->name, p->wanted);
		if (!p->version)
			ok = ok && word && kin_vec_push(&words, word);
	}
	ok = ok && kin_vec_push(&words, NULL);
	fflush(stdout);
	if (ok)
		status = kin_process_run(words.items, NULL);
	kin_vec_done(&words);
	if (!ok)
		return kin_error_nomem(&d->cli->error);
	if (status == KIN_PROCESS_MISSING)
		return kin_error_set(&d->cli->error, KIN_EIO,
		                     "packages are missing, and there is no %s here; install them by hand",
		                     is_root ? "apt-get" : "sudo");
	if (status != 0)
		return kin_error_set(&d->cli->error, KIN_EIO, "apt-get could not install the packages (exit status %d)", status);
	return KIN_OK;
}

static int check_wanted(declared *d)
{
	for (size_t i = 0; i < d->packages.count; i++) {
		const package *p = &d->packages.items[i];
		if (!p->version)
			return kin_error_set(&d->cli->error, KIN_ENOTFOUND, "%s is not installed", p->name);
		if (strcmp(p->wanted, "*") != 0 && strcmp(p->wanted, p->version) != 0)
			return kin_error_set(&d->cli->error, KIN_EDIFFERENT, "%s wants %s %s, but %s is installed", d->path, p->name,
			                     p->wanted, p->version);
	}
	return KIN_OK;
}

static char *lock_text(declared *d)
{
	kin_text out;

	kin_text_init(&out);
	kin_text_add(&out, "# Written by `kin install`; the versions the app was last seen working with.\n");
	for (size_t i = 0; i < d->packages.count; i++)
		kin_text_addf(&out, "%s %s\n", d->packages.items[i].name, d->packages.items[i].version);
	return kin_text_take(&out);
}

/* Write kin.lock, or with --deploy only compare with it. */
static int settle_lock(declared *d)
{
	kin_cli *cli = d->cli;
	const char *directory = kin_path_directory(&cli->arena, d->path);
	const char *path = directory ? kin_path_join(&cli->arena, directory, "kin.lock") : NULL;
	char *text = lock_text(d), *old = NULL;
	size_t size;
	int rc = KIN_OK;

	if (!path || !text)
		rc = kin_error_nomem(&cli->error);
	if (rc == KIN_OK && kin_file_exists(path))
		rc = kin_file_read(&cli->arena, path, &old, &size, &cli->error);
	if (rc == KIN_OK && kin_cli_option(cli, "deploy") && (!old || strcmp(old, text) != 0))
		rc = kin_error_set(&cli->error, KIN_EDIFFERENT,
		                   "the packages installed are not those of %s; run `kin install` and look at what changed", path);
	else if (rc == KIN_OK && (!old || strcmp(old, text) != 0))
		rc = kin_file_write(path, text, strlen(text), &cli->error);
	kin_mem_free(text);
	if (rc == KIN_OK)
		printf("%zu package%s present and locked in %s\n", d->packages.count, d->packages.count == 1 ? "" : "s", path);
	return rc;
}

static int run(kin_cli *cli)
{
	declared d = { .cli = cli };
	int rc = read_declared(&d);

	if (rc == KIN_OK && d.packages.count == 0) {
		printf("%s declares no [packages]; nothing to do\n", d.path);
	} else if (rc == KIN_OK) {
		if (look_up(&d) > 0 && (rc = install_missing(&d)) == KIN_OK)
			look_up(&d);
		if (rc == KIN_OK && (rc = check_wanted(&d)) == KIN_OK)
			rc = settle_lock(&d);
	}
	kin_vec_done(&d.packages);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

static const kin_option options[] = {
	{ "deploy", 0, NULL, "Fail where the versions are not those of kin.lock" },
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_install_command = {
	.name = "install",
	.summary = "Install the packages that kin.ini declares, and lock their versions",
	.options = options,
	.run = run,
};
