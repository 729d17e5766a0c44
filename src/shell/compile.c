/* compile.c - the user's own compiler, called for each line: source in, shared object out. */
#include "shell/compile.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/build.h"
#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "shell/prelude.h"

extern char **environ;

/* No warnings: a line at a prompt is not a program. What would be a mistake in any case is an error. -nostdlib saves a third of
 * the time: all symbols are in the process already. */
static const char *const flags[] = {
	"-std=gnu11", "-fPIC", "-O0", "-g0", "-Werror=implicit-function-declaration", "-Werror=implicit-int",
	"-Werror=int-conversion", "-Werror=incompatible-pointer-types", "-Wno-unused", "-Wno-pragmas",
	"-fdiagnostics-color=never", NULL,
};

typedef kin_build_words words;

static bool push_all(words *w, const char *const *list)
{
	for (; *list; list++)
		if (!kin_vec_push(w, *list))
			return false;
	return true;
}

/* Messages in C's language, whatever the user's is: they are read by mend(). */
static char **plain_environment(kin_arena *arena)
{
	size_t n = 0, kept = 0;

	while (environ[n])
		n++;
	char **copy = kin_arena_alloc(arena, (n + 2) * sizeof(*copy));
	if (!copy)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], "LC_", 3) != 0 && strncmp(environ[i], "LANG", 4) != 0)
			copy[kept++] = environ[i];
	copy[kept++] = kin_arena_strdup(arena, "LC_ALL=C");
	copy[kept] = NULL;
	return copy;
}

/* Run the compiler with its messages in a file. The exit status, or -1. */
static int spawn(kin_compiler *c, const words *w, const char *messages)
{
	posix_spawn_file_actions_t actions;
	char **env = plain_environment(&c->arena);
	int status = -1;
	pid_t pid;

	if (!env || posix_spawn_file_actions_init(&actions) != 0)
		return -1;
	if (posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, messages, O_WRONLY | O_CREAT | O_TRUNC, 0600) == 0 &&
	    posix_spawnp(&pid, w->items[0], &actions, NULL, (char *const *)(uintptr_t)w->items, env) == 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	posix_spawn_file_actions_destroy(&actions);
	return status == -1 ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int read_messages(kin_compiler *c, const char *path, kin_error *error)
{
	char *text;
	size_t size;
	kin_arena arena;

	kin_arena_init(&arena);
	kin_mem_free(c->messages);
	c->messages = NULL;
	int rc = kin_file_read(&arena, path, &text, &size, error);
	if (rc == KIN_OK && !(c->messages = kin_mem_strdup(text)))
		rc = kin_error_nomem(error);
	kin_arena_done(&arena);
	return rc;
}

/* cc FLAGS -I… ARGUMENTS */
static int compile(kin_compiler *c, const char *const *arguments, kin_error *error)
{
	words w = { 0 };
	const char *messages = kin_path_join(&c->arena, c->lines, "messages");
	bool ok = messages && kin_build_push_compiler(&c->arena, &w);
	int status = -1;

	ok = ok && push_all(&w, flags) && kin_vec_push(&w, "-I") && kin_vec_push(&w, c->include) &&
	     kin_vec_push(&w, "-I") && kin_vec_push(&w, c->own) && push_all(&w, arguments) && kin_vec_push(&w, NULL);
	if (ok)
		status = spawn(c, &w, messages);
	kin_vec_done(&w);
	if (!ok)
		return kin_error_nomem(error);
	if (status < 0 || status == 127)
		return kin_error_set(error, KIN_EBUILD, "there is no C compiler '%s'; install one or set CC", kin_build_compiler());
	int rc = read_messages(c, messages, error);
	return rc < 0 ? rc : status == 0 ? KIN_OK : KIN_EBUILD;
}

static int write_text(const char *path, const char *text, kin_error *error)
{
	FILE *out = fopen(path, "w");
	bool ok = out && fputs(text, out) >= 0;

	if (out && fclose(out) != 0)
		ok = false;
	return ok ? KIN_OK : kin_error_set(error, KIN_EIO, "cannot write %s: %s", path, strerror(errno));
}

/* The app's headers, full paths, in the arena. */
static int list_headers(kin_compiler *c, const char *directory, char ***ret, size_t *ret_count, kin_error *error)
{
	char **names;
	int rc = kin_file_list(&c->arena, directory, ".h", &names, ret_count, error);

	for (size_t i = 0; rc == KIN_OK && i < *ret_count; i++)
		if (!(names[i] = kin_path_join(&c->arena, directory, names[i])))
			rc = kin_error_nomem(error);
	*ret = names;
	return rc;
}

static int precompile(kin_compiler *c, const char *header, const char *messages_of, kin_error *error)
{
	const char *compiled = kin_arena_printf(&c->arena, "%s.gch", header);
	const char *arguments[] = { "-x", "c-header", header, "-o", compiled, NULL };

	if (!compiled)
		return kin_error_nomem(error);
	int rc = compile(c, arguments, error);
	if (rc == KIN_EBUILD && error->code == 0)
		kin_error_set(error, KIN_EBUILD, "%s cannot be used in the shell:\n%s", messages_of, c->messages);
	return rc;
}

static int build_prelude(kin_compiler *c, const char *header, kin_error *error)
{
	const char *path = kin_path_join(&c->arena, c->kept, "prelude.c");
	const char *made = kin_arena_printf(&c->arena, "%s.%ld", c->prelude, (long)getpid());
	const char *arguments[] = { "-shared", "-nostdlib", "-include", header, path, "-o", made, "-lgcc", NULL };
	int rc;

	if (!path || !made)
		return kin_error_nomem(error);
	if ((rc = write_text(path, kin_prelude_source(), error)) < 0)
		return rc;
	if ((rc = compile(c, arguments, error)) == KIN_EBUILD && error->code == 0)
		kin_error_set(error, KIN_EBUILD, "the shell's own part does not compile:\n%s", c->messages);
	if (rc == KIN_OK && rename(made, c->prelude) != 0)
		rc = kin_error_set(error, KIN_EIO, "cannot write %s: %s", c->prelude, strerror(errno));
	return rc;
}

static int make_kept(kin_compiler *c, kin_app *app, const char *const *models, size_t model_count, kin_error *error)
{
	const char *header = kin_path_join(&c->arena, c->kept, "base.h");
	kin_text text;
	char **headers;
	size_t count;
	int rc;

	c->prelude = kin_path_join(&c->arena, c->kept, "prelude.so");
	if (!header || !c->prelude)
		return kin_error_nomem(error);
	if (kin_file_exists(c->prelude))
		return KIN_OK;
	if ((rc = kin_file_make_directory(c->kept, error)) < 0 ||
	    (rc = list_headers(c, app->directory, &headers, &count, error)) < 0)
		return rc;
	kin_text_init(&text);
	kin_prelude_header(&text, (const char *const *)headers, count, models, model_count);
	rc = kin_text_ok(&text) ? write_text(header, text.data, error) : kin_error_nomem(error);
	kin_text_done(&text);
	if (rc < 0 || (rc = precompile(c, header, app->directory, error)) < 0)
		return rc;
	return build_prelude(c, header, error);
}

int kin_compiler_start(kin_compiler *c, kin_app *app, const char *const *models, size_t model_count, kin_error *error)
{
	const char *tmp = getenv("TMPDIR");
	uint64_t hash = kin_hash(kin_build_compiler(), strlen(kin_build_compiler()));

	*c = (kin_compiler){ .own = app->directory };
	kin_arena_init(&c->arena);
	if (!(c->include = app->include ? app->include : kin_build_include(&c->arena)))
		return kin_error_set(error, KIN_EBUILD, "kin.h is not where kin was installed; install kin's headers again");
	char *lines = kin_arena_printf(&c->arena, "%s/kin-shell.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!lines)
		return kin_error_nomem(error);
	if (!mkdtemp(lines))
		return kin_error_set(error, KIN_EIO, "cannot make a directory %s: %s", lines, strerror(errno));
	c->lines = lines;
	hash ^= (uint64_t)kin_file_time(app->object) ^ kin_hash(KIN_VERSION, strlen(KIN_VERSION));
	c->kept = kin_arena_printf(&c->arena, "%s/.kin/shell-%016llx", app->directory, (unsigned long long)hash);
	return c->kept ? make_kept(c, app, models, model_count, error) : kin_error_nomem(error);
}

static void remove_lines(kin_compiler *c)
{
	kin_error ignored = { 0 };
	char **names;
	size_t count;

	if (c->lines && kin_file_list(&c->arena, c->lines, NULL, &names, &count, &ignored) == KIN_OK) {
		for (size_t i = 0; i < count; i++) {
			const char *path = kin_path_join(&c->arena, c->lines, names[i]);
			if (path)
				unlink(path);
		}
		rmdir(c->lines);
	}
	kin_error_clear(&ignored);
}

void kin_compiler_done(kin_compiler *c)
{
	remove_lines(c);
	kin_mem_free(c->messages);
	kin_arena_done(&c->arena);
	*c = (kin_compiler){ 0 };
}

int kin_compiler_line(kin_compiler *c, const char *source, const char **ret_object, kin_error *error)
{
	const char *path = kin_path_join(&c->arena, c->lines, "line.c");
	const char *object = kin_arena_printf(&c->arena, "%s/line-%d.so", c->lines, ++c->sequence);
	const char *header = kin_path_join(&c->arena, c->kept, "base.h");
	const char *arguments[] = { "-shared", "-nostdlib", "-include", header, path, "-o", object, "-lgcc", NULL };
	int rc;

	if (!path || !object || !header)
		return kin_error_nomem(error);
	if ((rc = write_text(path, source, error)) < 0 || (rc = compile(c, arguments, error)) < 0)
		return rc;
	*ret_object = object;
	return KIN_OK;
}

/* gcc: "… from incompatible pointer type 'Pet **' {aka …}"; clang: "… expression of type 'Pet **'", where a typeof is followed by (aka 'Pet **'). */
static char *type_in_message(kin_arena *arena, const char *messages)
{
	const char *at = strstr(messages, "from incompatible pointer type '");

	if (at) {
		at = strchr(at, '\'') + 1;
	} else if ((at = strstr(messages, "with an expression of type '"))) {
		const char *aka = strstr(at, "(aka '");
		at = aka ? aka + strlen("(aka '") : strchr(at, '\'') + 1;
	} else {
		return NULL;
	}
	const char *end = strchr(at, '\'');
	return end ? kin_arena_strndup(arena, at, (size_t)(end - at)) : NULL;
}

/* "Pet **" without its last star is the pointer that was asked for, without another the type. */
const char *kin_compiler_type(kin_compiler *c, const char *declarations, const char *expression)
{
	kin_error ignored = { 0 };
	const char *path = kin_path_join(&c->arena, c->lines, "type.c"), *header = kin_path_join(&c->arena, c->kept, "base.h");
	const char *source = kin_arena_printf(&c->arena,
	                                      "%s\nstruct kin_probe_;\nvoid kin_type_(void)\n{\n"
	                                      "__typeof__((void)0, (%s)) *kin_v_ = 0;\n"
	                                      "struct kin_probe_ **kin_p_ = &kin_v_;\n(void)kin_p_;\n}\n",
	                                      declarations, expression);
	const char *arguments[] = { "-fsyntax-only", "-include", header, path, NULL };
	char *type = NULL;

	if (path && header && source && write_text(path, source, &ignored) == KIN_OK) {
		compile(c, arguments, &ignored);
		if (c->messages)
			type = type_in_message(&c->arena, c->messages);
	}
	kin_error_clear(&ignored);
	for (int stars = 0; type && stars < 2; stars++) {
		char *star = strrchr(type, '*');
		if (!star || strchr(type, '(') || strstr(type, "anonymous"))
			return NULL;
		memmove(star, star + 1, strlen(star));
	}
	return type;
}

typedef struct fix {
	size_t      line, from, to; /* columns from 1 */
	const char *text;
} fix;

/* input:1:4: error: 'pet' is a pointer; did you mean to use '->'?  The message, because inside a macro's arguments the compilers
 * give no fix-it. */
static bool read_arrow(const char *s, fix *f)
{
	unsigned line, column;

	if (sscanf(s, "input:%u:%u: error:", &line, &column) != 2)
		return false;
	if (strstr(s, "did you mean to use '->'"))
		*f = (fix){ line, column, column + 1, "->" };
	else if (strstr(s, "did you mean to use '.'"))
		*f = (fix){ line, column, column + 2, "." };
	else
		return false;
	return true;
}

/* input:1:7: error: subscripted value is … : the bracket wants a list's items. */
static bool read_subscript(const char *s, fix *f)
{
	unsigned line, column;

	if (sscanf(s, "input:%u:%u: error: subscripted", &line, &column) != 2 || !strstr(s, "subscripted value is n"))
		return false;
	*f = (fix){ line, column, column, ".items" };
	return true;
}

static size_t position(const char *text, size_t line, size_t column)
{
	size_t i = 0;

	for (size_t l = 1; l < line && text[i]; i++)
		l += text[i] == '\n';
	return i + column - 1;
}

/* A macro that uses its argument twice has the compiler say it twice. */
static bool is_known(const fix *fixes, size_t last)
{
	for (size_t i = 0; i < last; i++)
		if (fixes[i].line == fixes[last].line && fixes[i].from == fixes[last].from)
			return true;
	return false;
}

/* What must stand at the place that is mended. */
static bool is_there(const char *text, const fix *f)
{
	return f->from == f->to ? *text == '[' : *f->text == '-' ? *text == '.' : strncmp(text, "->", 2) == 0;
}

static bool apply(kin_text *text, const fix *f)
{
	size_t from = position(text->data, f->line, f->from), to = position(text->data, f->line, f->to);

	if (to > text->length || from > to || !is_there(text->data + from, f))
		return false;
	char *rest = kin_mem_strdup(text->data + to);
	kin_text_cut(text, from);
	kin_text_add(text, f->text);
	kin_text_add(text, rest ? rest : "");
	text->failed |= rest == NULL;
	kin_mem_free(rest);
	return true;
}

/* The last place first, so that the others keep their columns. */
size_t kin_compiler_mend(const kin_compiler *c, kin_text *text)
{
	fix fixes[32];
	size_t count = 0, mended = 0;

	for (const char *s = c->messages; s && *s && count < sizeof(fixes) / sizeof(fixes[0]);) {
		const char *end = strchr(s, '\n');
		char line[512];
		size_t n = end ? (size_t)(end - s) : strlen(s);
		snprintf(line, sizeof(line), "%.*s", (int)(n < sizeof(line) ? n : sizeof(line) - 1), s);
		if ((read_arrow(line, &fixes[count]) || read_subscript(line, &fixes[count])) &&
		    !is_known(fixes, count))
			count++;
		s = end ? end + 1 : NULL;
	}
	for (; count > 0; mended++) {
		size_t last = 0;
		for (size_t i = 1; i < count; i++)
			if (fixes[i].line > fixes[last].line ||
			    (fixes[i].line == fixes[last].line && fixes[i].from > fixes[last].from))
				last = i;
		if (!apply(text, &fixes[last]))
			return mended;
		fixes[last] = fixes[--count];
	}
	return mended;
}
