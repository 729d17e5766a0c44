/* build_program.c - an app, kin and its revisions as one executable: the objects of the app, a source that holds the revisions and
 * main(), and libkin.a. */
#include "app/build_program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/build.h"
#include "app/process.h"
#include "base/file.h"
#include "base/text.h"
#include "base/vec.h"

typedef kin_build_words words;

/* The file's bytes as a C string, a line of it per line. */
static void add_literal(kin_text *out, const char *data, size_t size)
{
	kin_text_add(out, "\t\"");
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)data[i];
		if (c == '\n')
			kin_text_add(out, i + 1 < size ? "\\n\"\n\t\"" : "\\n");
		else if (c == '"' || c == '\\' || c == '?')
			kin_text_addf(out, "\\%c", c);
		else if (c < ' ' || c >= 0x7f)
			kin_text_addf(out, "\\%03o", c);
		else
			kin_text_add_char(out, (char)c);
	}
	kin_text_add(out, "\"");
}

static int add_file(kin_arena *arena, kin_text *out, const char *directory, const char *name, kin_error *error)
{
	char *path = kin_path_join(arena, directory, name), *data = NULL;
	size_t size = 0;
	int rc = path ? kin_file_read(arena, path, &data, &size, error) : kin_error_nomem(error);

	if (rc < 0)
		return rc;
	kin_text_add(out, "\t{ .name = ");
	kin_text_add_quoted(out, name, '"');
	kin_text_addf(out, ", .size = %zu, .data =\n", size);
	add_literal(out, data, size);
	kin_text_add(out, " },\n");
	return KIN_OK;
}

static int add_files(kin_arena *arena, kin_text *out, const char *migrations, kin_error *error)
{
	char *versions = kin_path_join(arena, migrations, "versions"), *settings = kin_path_join(arena, migrations, "migrations.ini");
	char **names;
	size_t count;
	int rc;

	if (!versions || !settings)
		return kin_error_nomem(error);
	if ((rc = kin_file_list(arena, versions, ".sql", &names, &count, error)) < 0)
		return rc;
	if (kin_file_exists(settings))
		rc = add_file(arena, out, migrations, "migrations.ini", error);
	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		const char *name = kin_path_join(arena, "versions", names[i]);
		rc = name ? add_file(arena, out, migrations, name, error) : kin_error_nomem(error);
	}
	return rc;
}

static int write_main(kin_arena *arena, const kin_build_program_options *o, const char *path, kin_error *error)
{
	kin_text out;
	int rc = KIN_OK;

	kin_text_init(&out);
	kin_text_add(&out, "#include <kin.h>\n\nstatic const kin_app_file files[] = {\n");
	if (kin_file_is_directory(o->migrations))
		rc = add_files(arena, &out, o->migrations, error);
	kin_text_add(&out, "\t{ .name = 0 },\n};\n\nint main(int argc, char **argv)\n{\n\tkin_app_register_files(files);\n"
	                   "\treturn kin_main(argc, argv);\n}\n");
	if (rc == KIN_OK)
		rc = kin_text_ok(&out) ? kin_file_write(path, out.data, out.length, error) : kin_error_nomem(error);
	kin_text_done(&out);
	return rc;
}

/* Beside this program as it was built, or where it was installed: the directory. */
static const char *find_archives(kin_arena *arena)
{
	static const char *const places[] = { "%s", "%s/../lib", ("%s/../" KIN_LIBDIR), "%s/../lib64" };
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return NULL;
	self[n] = '\0';
	const char *bin = kin_path_directory(arena, self);
	for (size_t i = 0; bin && i < sizeof(places) / sizeof(*places); i++) {
		const char *directory = kin_arena_printf(arena, places[i], bin);
		const char *path = directory ? kin_path_join(arena, directory, "libkin.a") : NULL;
		if (path && kin_file_exists(path))
			return directory;
	}
	return NULL;
}

/* Drivers of servers, which are in archives of their own. */
static const struct driver {
	const char *name;
	const char *schemes[3];
	const char *library; /* of the server's vendor; NULL: none */
} drivers[] = {
	{ "postgresql", { "postgresql", "postgres" }, "-lpq" },
	{ "mariadb", { "mariadb", "mysql" }, "-lmariadb" },
	{ "dqlite", { "dqlite" }, NULL },
};

enum { DRIVERS = sizeof(drivers) / sizeof(*drivers) };

typedef struct linked {
	const char *archive; /* NULL: not wanted */
} linked;

const char *kin_build_program_driver(const char *scheme)
{
	for (size_t i = 0; scheme && i < DRIVERS; i++)
		for (const char *const *s = drivers[i].schemes; *s; s++)
			if (strcmp(*s, scheme) == 0)
				return drivers[i].name;
	return NULL;
}

/* In the build tree drivers are below libkin.a, in db/. */
static const char *driver_archive(kin_arena *arena, const char *directory, const char *name)
{
	static const char *const places[] = { "%s/libkin-%s.a", "%s/db/libkin-%s.a" };

	for (size_t i = 0; i < 2; i++) {
		const char *path = kin_arena_printf(arena, places[i], directory, name);
		if (path && kin_file_exists(path))
			return path;
	}
	return NULL;
}

static int choose_driver(kin_arena *arena, const kin_build_program_options *o, const char *directory, const char *name,
                         linked *ret_linked, kin_error *error)
{
	size_t i = 0;

	while (i < DRIVERS && strcmp(drivers[i].name, name) != 0)
		i++;
	if (i == DRIVERS)
		return kin_error_set(error, KIN_EUSAGE, "there is no driver '%s' to link; there are postgresql, mariadb and dqlite", name);
	if (o->is_static && drivers[i].library)
		return kin_error_set(error, KIN_EUSAGE,
		                     "the client library of %s cannot be linked statically: its archive wants those of TLS and of logging in, "
		                     "which systems do not have as archives. Leave --static out, or say --driver without %s", name, name);
	if (!(ret_linked[i].archive = driver_archive(arena, directory, name)))
		return arena->failed ? kin_error_nomem(error)
		                     : kin_error_set(error, KIN_ENOTFOUND, "libkin-%s.a is not in %s: kin was built without the client library "
		                                     "of %s", name, directory, name);
	return KIN_OK;
}

static int choose_drivers(kin_arena *arena, const kin_build_program_options *o, const char *directory, linked *ret_linked,
                          kin_error *error)
{
	char *rest, *list = kin_arena_strdup(arena, o->drivers ? o->drivers : "");
	int rc = KIN_OK;

	if (!list)
		return kin_error_nomem(error);
	for (char *name = strtok_r(list, ", ", &rest); rc == KIN_OK && name; name = strtok_r(NULL, ", ", &rest))
		rc = choose_driver(arena, o, directory, name, ret_linked, error);
	return rc;
}

/* All of each archive, as nothing but a weak symbol asks for it. */
static bool push_drivers(words *w, const linked *chosen)
{
	bool ok = kin_vec_push(w, "-Wl,--whole-archive");

	for (size_t i = 0; i < DRIVERS; i++)
		ok = ok && (!chosen[i].archive || kin_vec_push(w, chosen[i].archive));
	return ok && kin_vec_push(w, "-Wl,--no-whole-archive");
}

static bool push_libraries(words *w, const linked *chosen)
{
	bool ok = true;

	for (size_t i = 0; i < DRIVERS; i++)
		ok = ok && (!chosen[i].archive || !drivers[i].library || kin_vec_push(w, drivers[i].library));
	return ok;
}

static bool push_all(words *w, const char *const *list)
{
	for (; *list; list++)
		if (!kin_vec_push(w, *list))
			return false;
	return true;
}

/* Its name, for a message that comes before the linker's. NULL: the compiler finds all of them. */
static const char *missing_archive(kin_arena *arena)
{
	static const char *const names[] = { "libsqlite3.a", "libinih.a", "libz.a" };
	char *text = kin_arena_strdup(arena, kin_build_compiler());

	for (size_t i = 0; text && i < sizeof(names) / sizeof(*names); i++) {
		const char *command = kin_arena_printf(arena, "%s -print-file-name=%s 2>/dev/null", text, names[i]);
		char line[4096] = "";
		FILE *in = command ? popen(command, "r") : NULL;
		if (in && !fgets(line, sizeof(line), in))
			line[0] = '\0';
		if (in)
			pclose(in);
		if (!strchr(line, '/')) /* what is not found is told as it was asked for */
			return names[i];
	}
	return NULL;
}

static int link_program(kin_arena *arena, const kin_build_program_options *o, const char *main_path, const char *const *objects,
                        const char *library, const linked *chosen, kin_error *error)
{
	static const char *const shared[] = { "-lsqlite3", "-linih", "-lm", "-ldl", "-pthread", NULL };
	static const char *const archives[] = { "-Wl,-Bstatic", "-lsqlite3", "-linih", "-lz", "-Wl,-Bdynamic", "-lm", "-ldl", "-pthread", NULL };
	const char *unfinished = kin_arena_printf(arena, "%s.%ld", o->output, (long)getpid());
	const char *const before[] = { "-std=gnu11", "-O1", "-I", o->include, "-o", unfinished, main_path, NULL };
	words w = { 0 };
	int status = 0;
	bool ok = unfinished && kin_build_push_compiler(arena, &w) && push_all(&w, before) && push_all(&w, objects) && push_drivers(&w, chosen) &&
	          kin_vec_push(&w, library) && push_libraries(&w, chosen) && push_all(&w, o->is_static ? archives : shared) &&
	          kin_vec_push(&w, NULL);

	if (ok)
		status = kin_process_run(w.items, NULL);
	kin_vec_done(&w);
	if (!ok)
		return kin_error_nomem(error);
	if (status == 0 && rename(unfinished, o->output) == 0)
		return KIN_OK;
	int rc = status == 0 ? kin_error_set(error, KIN_EIO, "cannot write %s: %s", o->output, strerror(errno))
	                     : kin_error_set(error, KIN_EBUILD, "the program does not link; the compiler's messages are above");
	unlink(unfinished);
	return rc;
}

/* What can be refused before anything is compiled. */
static int find_parts(kin_arena *arena, const kin_build_program_options *o, const char **ret_library, linked *ret_chosen,
                      kin_error *error)
{
	const char *directory = find_archives(arena), *missing;
	int rc;

	if (!directory && !arena->failed)
		return kin_error_set(error, KIN_ENOTFOUND, "libkin.a is not where kin was installed; install kin's archives again");
	if (!directory || !(*ret_library = kin_path_join(arena, directory, "libkin.a")))
		return kin_error_nomem(error);
	if ((rc = choose_drivers(arena, o, directory, ret_chosen, error)) < 0)
		return rc;
	if (o->is_static && (missing = missing_archive(arena)))
		return kin_error_set(error, KIN_ENOTFOUND, "--static: there is no %s here; on Debian libsqlite3-dev, libinih-dev and zlib1g-dev have "
		                                           "the archives", missing);
	return KIN_OK;
}

int kin_build_program(kin_arena *arena, const kin_build_program_options *options, kin_error *error)
{
	const char *main_path = kin_arena_printf(arena, "%s/.kin/program.%ld.c", options->directory, (long)getpid());
	const char *library = NULL, *const *objects;
	linked chosen[DRIVERS] = { 0 };
	int rc;

	if (arena->failed)
		return kin_error_nomem(error);
	if ((rc = find_parts(arena, options, &library, chosen, error)) < 0 ||
	    (rc = kin_build_objects(arena, options->directory, options->include, &objects, error)) < 0 ||
	    (rc = write_main(arena, options, main_path, error)) < 0)
		return rc;
	rc = link_program(arena, options, main_path, objects, library, chosen, error);
	unlink(main_path);
	return rc;
}
