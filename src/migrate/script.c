/* script.c - one revision file: read, written, and what its checksum covers. */
#include "migrate/script.h"

#include <ctype.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"

typedef struct line {
	const char *start;
	size_t      length; /* without white space at the end */
	int         number;
} line;

typedef struct section {
	const char *start; /* NULL: not seen */
	size_t      length;
	int         line;
} section;

typedef struct reader {
	kin_arena  *arena;
	const char *path;
	const char *next;
	const char *end;
	int         number;
	kin_script *script;
	section     up;
	section     down;
	kin_error  *error;
} reader;

static int bad(reader *r, int number, const char *problem)
{
	return kin_error_set(r->error, KIN_EREVISION, "%s:%d: %s", r->path, number, problem);
}

static bool next_line(reader *r, line *ret_line)
{
	if (r->next == r->end)
		return false;
	const char *newline = memchr(r->next, '\n', (size_t)(r->end - r->next)), *stop = newline ? newline : r->end;

	*ret_line = (line){ .start = r->next, .length = (size_t)(stop - r->next), .number = ++r->number };
	r->next = newline ? newline + 1 : r->end;
	while (ret_line->length > 0 && isspace((unsigned char)ret_line->start[ret_line->length - 1]))
		ret_line->length--;
	return true;
}

static bool is_marker(const line *l, const char *marker)
{
	return l->length == strlen(marker) && strncasecmp(l->start, marker, l->length) == 0;
}

/* The value of "-- key: value", in the arena; NULL if the line is something else. */
static char *header_value(reader *r, const line *l, const char *key)
{
	size_t length = strlen(key), at = 3 + length;

	if (l->length <= at || strncmp(l->start, "-- ", 3) != 0 || strncasecmp(l->start + 3, key, length) != 0 || l->start[at] != ':')
		return NULL;
	for (at++; at < l->length && isspace((unsigned char)l->start[at]); at++)
		;
	return kin_arena_strndup(r->arena, l->start + at, l->length - at);
}

/* "a, b" as two ids. */
static int read_list(reader *r, char *text, const char *const **ret_items, size_t *ret_count)
{
	size_t count = 0, room = 1;

	for (const char *s = text; *s; s++)
		room += *s == ',' || isspace((unsigned char)*s);
	const char **items = kin_arena_alloc(r->arena, room * sizeof(*items));
	if (!items)
		return kin_error_nomem(r->error);
	for (char *save = NULL, *id = strtok_r(text, ", \t", &save); id; id = strtok_r(NULL, ", \t", &save))
		items[count++] = id;
	*ret_items = items;
	*ret_count = count;
	return KIN_OK;
}

static int read_header_line(reader *r, const line *l)
{
	kin_script *script = r->script;
	char *value;

	if ((value = header_value(r, l, "revision")))
		script->id = value;
	else if ((value = header_value(r, l, "message")))
		script->message = value;
	else if ((value = header_value(r, l, "date")))
		script->date = value;
	else if ((value = header_value(r, l, "revises")))
		return read_list(r, value, &script->parents, &script->parent_count);
	else if ((value = header_value(r, l, "branch")))
		return read_list(r, value, &script->labels, &script->label_count);
	else if ((value = header_value(r, l, "depends")))
		return read_list(r, value, &script->depends, &script->depend_count);
	else if ((value = header_value(r, l, "replaces")))
		return read_list(r, value, &script->replaces, &script->replace_count);
	else if ((value = header_value(r, l, "transaction")) && strcasecmp(value, "none") == 0)
		script->untransacted = true;
	else if (value)
		return bad(r, l->number, "a revision is one transaction, unless it says '-- transaction: none'");
	else if (l->length > 0 && strncmp(l->start, "--", 2) != 0)
		return bad(r, l->number, "a statement before the line '-- upgrade'");
	return r->arena->failed ? kin_error_nomem(r->error) : KIN_OK;
}

bool kin_script_is_id(const char *id)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	static const char *const taken[] = { "base", "head", "heads", "current" };

	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (strcmp(id, taken[i]) == 0)
			return false;
	return *id && id[strspn(id, letters)] == '\0';
}

/* Cut the text into header, upgrade and downgrade. */
static int split(reader *r)
{
	section *now = NULL;
	line l;
	int rc = KIN_OK;

	while (rc == KIN_OK && next_line(r, &l)) {
		section *begins = is_marker(&l, "-- upgrade") ? &r->up : is_marker(&l, "-- downgrade") ? &r->down : NULL;
		if (begins && begins->start)
			return bad(r, l.number, "this section is there twice");
		if (begins == &r->down && !r->up.start)
			return bad(r, l.number, "'-- downgrade' before '-- upgrade'");
		if (begins && now)
			now->length = (size_t)(l.start - now->start);
		if (begins) {
			now = begins;
			*now = (section){ .start = r->next, .length = (size_t)(r->end - r->next), .line = l.number + 1 };
		} else if (!now) {
			rc = read_header_line(r, &l);
		}
	}
	return rc;
}

static int check_header(reader *r)
{
	if (!r->script->id)
		return bad(r, 1, "no line '-- revision: ID' at its beginning");
	if (!kin_script_is_id(r->script->id))
		return kin_error_set(r->error, KIN_EREVISION, "%s:1: '%s' " KIN_SCRIPT_NO_ID, r->path, r->script->id);
	for (size_t i = 0; i < r->script->label_count; i++)
		if (!kin_script_is_id(r->script->labels[i]))
			return kin_error_set(r->error, KIN_EREVISION, "%s:1: '%s' cannot be a branch's name: use letters, digits and _", r->path,
			                     r->script->labels[i]);
	if (!r->up.start)
		return bad(r, r->number, "no line '-- upgrade': the file was cut short, or is no revision");
	if (!r->down.start)
		return bad(r, r->number, "no line '-- downgrade': the file was cut short; if it cannot be undone, leave that section empty");
	return KIN_OK;
}

/* Where a comment or quoted part that starts at `s` ends; `s` where there is none. */
static const char *skip_part(const char *s, const char *end)
{
	const char *stop = NULL;

	if (end - s >= 2 && s[0] == '-' && s[1] == '-')
		return (stop = memchr(s, '\n', (size_t)(end - s))) ? stop : end;
	if (end - s >= 2 && s[0] == '/' && s[1] == '*')
		return (stop = memmem(s + 2, (size_t)(end - s - 2), "*/", 2)) ? stop + 2 : end;
	if (*s != '\'' && *s != '"' && *s != '`')
		return s;
	stop = memchr(s + 1, *s, (size_t)(end - s - 1));
	return stop ? stop + 1 : end;
}

static bool is_block_mark(const char *s, const char *end)
{
	s += 2;
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	return (end - s >= 5 && strncasecmp(s, "only:", 5) == 0) || (end - s >= 3 && strncasecmp(s, "end", 3) == 0);
}

/* The statements without comments (but those that mark a block), with single spaces between words. This form is what checksums
 * cover, so it never changes: not what the parser makes of it, which may. */
static void essence(kin_text *out, const char *s, const char *end)
{
	bool space = false;

	while (s < end) {
		const char *stop = skip_part(s, end);
		bool comment = stop > s && (*s == '-' || *s == '/');
		if (isspace((unsigned char)*s) || (comment && !(*s == '-' && is_block_mark(s, stop)))) {
			space = true;
			s = comment ? stop : s + 1;
			continue;
		}
		if (stop == s)
			stop = s + 1;
		if (space && out->length > 0)
			kin_text_add_char(out, ' ');
		space = false;
		while (stop > s && comment && isspace((unsigned char)stop[-1]))
			stop--;
		kin_text_add_n(out, s, (size_t)(stop - s));
		s = stop;
	}
}

/* A section is finished when its last statement has its semicolon. */
static bool is_finished(const kin_text *text)
{
	size_t length = text->length;

	return length == 0 || text->data[length - 1] == ';' ||
	       (length > 6 && strncasecmp(text->data + length - 6, "-- end", 6) == 0);
}

static int parse_section(reader *r, const section *s, const char **ret_text, kin_ddl **ret_items, size_t *ret_count,
                         kin_text *ret_essence)
{
	char *text = kin_arena_strndup(r->arena, s->start, s->length);

	essence(ret_essence, s->start, s->start + s->length);
	if (!text || !kin_text_ok(ret_essence))
		return kin_error_nomem(r->error);
	int rc = kin_ddl_parse(r->arena, text, s->line, ret_items, ret_count, r->error);
	if (rc == KIN_ESYNTAX)
		return kin_error_set(r->error, rc, "%s:%s", r->path, kin_error_text(r->error));
	if (rc < 0)
		return rc;
	if (!is_finished(ret_essence))
		return bad(r, r->number, "the last statement has no semicolon: was the file cut short?");
	*ret_text = text;
	return KIN_OK;
}

static bool changes_schema(const kin_ddl *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].kind != KIN_DDL_SQL && items[i].kind != KIN_DDL_CALL)
			return true;
	return false;
}

static int parse_sections(reader *r)
{
	kin_script *script = r->script;
	kin_text up, down;

	kin_text_init(&up);
	kin_text_init(&down);
	int rc = parse_section(r, &r->up, &script->up_text, &script->up, &script->up_count, &up);
	if (rc == KIN_OK)
		rc = parse_section(r, &r->down, &script->down_text, &script->down, &script->down_count, &down);
	for (size_t i = 0; rc == KIN_OK && i < script->parent_count; i++)
		kin_text_addf(&up, "\n%s", script->parents[i]);
	if (rc == KIN_OK && !kin_text_ok(&up))
		rc = kin_error_nomem(r->error);
	if (rc == KIN_OK) {
		script->checksum = kin_hash(up.data, up.length);
		script->down_missing = script->down_count == 0 && changes_schema(script->up, script->up_count);
	}
	kin_text_done(&up);
	kin_text_done(&down);
	return rc;
}

int kin_script_parse(kin_arena *arena, const char *path, const char *text, size_t size, kin_script *ret_script,
                     kin_error *error)
{
	kin_script script = { .path = path, .message = "", .date = "" };
	reader r = { .arena = arena, .path = path, .next = text, .end = text + size, .script = &script, .error = error };
	int rc;

	if (memchr(text, '\0', size))
		return bad(&r, 1, "not a text file");
	if ((rc = split(&r)) < 0 || (rc = check_header(&r)) < 0 || (rc = parse_sections(&r)) < 0)
		return rc;
	*ret_script = script;
	return KIN_OK;
}

int kin_script_read(kin_arena *arena, const char *path, kin_script *ret_script, kin_error *error)
{
	char *text, *own = kin_arena_strdup(arena, path);
	size_t size;
	int rc;

	if (!own)
		return kin_error_nomem(error);
	if ((rc = kin_file_read(arena, path, &text, &size, error)) < 0)
		return rc;
	return kin_script_parse(arena, own, text, size, ret_script, error);
}

static void show_section(kin_text *out, const char *name, const kin_ddl *items, size_t count)
{
	const char *only = NULL;

	kin_text_addf(out, "\n-- %s\n", name);
	for (size_t i = 0; i < count; i++) {
		bool same = only && items[i].only && strcmp(only, items[i].only) == 0;
		if (only && !same)
			kin_text_add(out, "-- end\n");
		if (items[i].only && !same)
			kin_text_addf(out, "-- only: %s\n", items[i].only);
		only = items[i].only;
		kin_ddl_show(out, &items[i]);
		kin_text_add(out, ";\n");
	}
	if (only)
		kin_text_add(out, "-- end\n");
}

static void show_list(kin_text *out, const char *key, const char *const *items, size_t count)
{
	if (count > 0)
		kin_text_addf(out, "\n-- %s:", key);
	for (size_t i = 0; i < count; i++)
		kin_text_addf(out, "%s %s", i ? "," : "", items[i]);
}

void kin_script_show(kin_text *out, const kin_script *script)
{
	kin_text_addf(out, "-- revision: %s\n-- revises:", script->id);
	for (size_t i = 0; i < script->parent_count; i++)
		kin_text_addf(out, "%s %s", i ? "," : "", script->parents[i]);
	show_list(out, "branch", script->labels, script->label_count);
	show_list(out, "depends", script->depends, script->depend_count);
	show_list(out, "replaces", script->replaces, script->replace_count);
	if (script->untransacted)
		kin_text_add(out, "\n-- transaction: none");
	kin_text_add(out, "\n-- message: ");
	for (const char *s = script->message; *s; s++)
		kin_text_add_char(out, *s == '\n' || *s == '\r' ? ' ' : *s);
	kin_text_addf(out, "\n-- date: %s\n", script->date);
	show_section(out, "upgrade", script->up, script->up_count);
	show_section(out, "downgrade", script->down, script->down_count);
}

char *kin_script_new_id(kin_arena *arena)
{
	return kin_arena_printf(arena, "%012llx", (unsigned long long)(kin_clock_random() & 0xffffffffffffULL));
}

char *kin_script_new_date(kin_arena *arena)
{
	time_t now = (time_t)(kin_clock_now() / 1000000);
	struct tm tm;

	gmtime_r(&now, &tm);
	return kin_arena_printf(arena, "%04d-%02d-%02d %02d:%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	                        tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Letters beyond ASCII are left out, as file systems disagree about them. A cut falls between words where it can. */
char *kin_script_slug(kin_arena *arena, const char *message, size_t length)
{
	size_t most = length ? length : 40, used = 0, word = 0;
	char *slug = kin_arena_alloc(arena, most + 2);

	if (!slug)
		return NULL;
	for (const char *s = message; *s && used <= most; s++) {
		bool letter = isalnum((unsigned char)*s) && (unsigned char)*s < 0x80;
		if (letter)
			slug[used++] = (char)tolower((unsigned char)*s);
		else if (used > 0 && slug[used - 1] != '_')
			slug[word = used++] = '_';
	}
	if (used > most)
		used = word > 0 ? word : most;
	while (used > 0 && slug[used - 1] == '_')
		used--;
	slug[used] = '\0';
	return slug;
}
