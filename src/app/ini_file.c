/* ini_file.c - reads kin.ini: sections, and lines of `name = value`.
 *
 * The lines are inih's to understand, but it is given them one by one: it would cut a long one in two, and
 * does not say which line a value stands in. */
#include "app/ini_file.h"

#include <ini.h>
#include <string.h>

#include "base/file.h"

typedef struct reading {
	const char    *path;
	const char    *next; /* the text from here on has not been read */
	int            line; /* of the one read last */
	int            rc;   /* the first error */
	kin_ini_file_entry *entry;
	void          *context;
	kin_error     *error;
} reading;

static bool is_comment(const char *line)
{
	line += strspn(line, " \t");
	return *line == ';' || *line == '#';
}

/* As fgets() would: the next line into the buffer, NULL at the end. */
static char *next_line(char *buffer, int size, void *stream)
{
	reading *r = stream;
	size_t length = strcspn(r->next, "\n"), kept = is_comment(r->next) ? 0 : length;

	if (r->rc < 0 || *r->next == '\0')
		return NULL;
	r->line++;
	if (kept + 2 > (size_t)size) {
		r->rc = kin_error_set(r->error, KIN_ECONFIG, "%s:%d: the line is longer than %d bytes", r->path, r->line, size - 2);
		return NULL;
	}
	memcpy(buffer, r->next, kept);
	memcpy(buffer + kept, "\n", 2);
	r->next += r->next[length] ? length + 1 : length;
	return buffer;
}

static int found(void *context, const char *section, const char *name, const char *value)
{
	reading *r = context;

	if (r->rc < 0)
		return 0;
	if (*section == '\0')
		r->rc = kin_error_set(r->error, KIN_ECONFIG, "'%s' stands in no section; put [kin] above it", name);
	else
		r->rc = r->entry(r->context, section, name, value, r->error);
	if (r->rc < 0)
		kin_error_context(r->error, "%s:%d", r->path, r->line);
	return r->rc == KIN_OK;
}

int kin_ini_file_read(const char *path, kin_ini_file_entry *entry, void *context, kin_error *error)
{
	reading r = { .path = path, .entry = entry, .context = context, .error = error };
	kin_arena arena = { 0 };
	char *text;

	if ((r.rc = kin_file_read(&arena, path, &text, NULL, error)) == KIN_OK) {
		r.next = text;
		int line = ini_parse_stream(next_line, &r, found, &r);
		/* inih goes on after a line that it does not understand, so the value that was refused may be a later one. */
		if (line > 0 && (r.rc == KIN_OK || line < r.line))
			r.rc = kin_error_set(error, KIN_ECONFIG, "%s:%d: expected `[section]` or `name = value`", path, line);
		else if (line < 0 && r.rc == KIN_OK)
			r.rc = kin_error_nomem(error);
	}
	kin_arena_done(&arena);
	return r.rc;
}
