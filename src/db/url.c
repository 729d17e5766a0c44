/* url.c - where a database is: dialect://user:password@host:port/database?option=value.
 *
 * A raw @ separates the password from the hosts and nothing else; it must be %40 in any other place of a server's URL. So
 * whatever is left of the last @ may be a password and is in no error's sentence, not even when it is malformed.
 *
 * sqlite has no hosts: what follows sqlite:/// is the path as it is, so sqlite:///x is x and sqlite:////x is /x. */
#include "db/url.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "base/file.h"
#include "base/text.h"

/* A part of the URL's text. */
typedef struct piece {
	const char *text;
	size_t      length;
} piece;

typedef struct parser {
	kin_arena  *arena;
	const char *text;
	kin_error  *error;
} parser;

static piece piece_to(const char *from, const char *to)
{
	return (piece){ from, (size_t)(to - from) };
}

static const char *end_of(piece p)
{
	return p.text + p.length;
}

static const char *find(piece p, char c)
{
	return memchr(p.text, c, p.length);
}

static const char *find_last(piece p, char c)
{
	for (const char *at = end_of(p); at > p.text;)
		if (*--at == c)
			return at;
	return NULL;
}

static int nomem(parser *p)
{
	return kin_error_nomem(p->error);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undo the %xx of a part. `what` names it in an error. An empty one is "". */
static int decode(parser *p, piece part, const char *what, const char **ret_text)
{
	char *text = kin_arena_alloc(p->arena, part.length + 1), *out = text;
	const char *end = end_of(part);

	if (!text)
		return nomem(p);
	for (const char *c = part.text; c < end; c++) {
		if (*c != '%') {
			*out++ = *c;
			continue;
		}
		int high = end - c > 2 ? hex(c[1]) : -1, low = high < 0 ? -1 : hex(c[2]);
		if (low < 0 || (high == 0 && low == 0))
			return kin_error_set(p->error, KIN_ECONFIG,
			                     "the %s in the database URL has a %% that is not followed by two hex digits of a "
			                     "character; a %% itself is written %%25", what);
		*out++ = (char)(high << 4 | low);
		c += 2;
	}
	*out = '\0';
	*ret_text = text;
	return KIN_OK;
}

static int decode_unless_empty(parser *p, piece part, const char *what, const char **ret_text)
{
	return part.length ? decode(p, part, what, ret_text) : KIN_OK;
}

static int parse_option(parser *p, piece part, kin_url_option *option)
{
	const char *equals = find(part, '=');
	int rc;

	if (!equals || equals == part.text)
		return kin_error_set(p->error, KIN_ECONFIG, "what follows the ? in the database URL is not name=value&name=value");
	if (find(part, '@'))
		return kin_error_set(p->error, KIN_ECONFIG,
		                     "the database URL has an @ after the ?; write %%40 for it, and %%3F for a ? in a password");
	if ((rc = decode(p, piece_to(part.text, equals), "name of an option", &option->name)) < 0)
		return rc;
	return decode(p, piece_to(equals + 1, end_of(part)), "value of an option", &option->value);
}

/* The option that was read last is none of those before it. */
static int check_once(parser *p, const kin_url *url)
{
	const char *name = url->options[url->option_count].name;

	for (size_t i = 0; i < url->option_count; i++)
		if (strcmp(url->options[i].name, name) == 0)
			return kin_error_set(p->error, KIN_ECONFIG, "the option '%s' is in the database URL twice", name);
	return KIN_OK;
}

static size_t count_options(piece part)
{
	size_t count = 1;

	for (const char *c = part.text; c < end_of(part); c++)
		count += *c == '&';
	return count;
}

/* An empty "?" is no option. */
static int parse_options(parser *p, piece part, kin_url *url)
{
	int rc;

	if (part.length == 0)
		return KIN_OK;
	url->options = kin_arena_alloc(p->arena, count_options(part) * sizeof(*url->options));
	if (!url->options)
		return nomem(p);
	for (const char *start = part.text; start <= end_of(part);) {
		piece rest = piece_to(start, end_of(part));
		const char *end = find(rest, '&');
		piece one = end ? piece_to(start, end) : rest;
		if ((rc = parse_option(p, one, &url->options[url->option_count])) < 0 || (rc = check_once(p, url)) < 0)
			return rc;
		url->option_count++;
		start = end_of(one) + 1;
	}
	return KIN_OK;
}

static bool is_scheme(piece part)
{
	if (part.length == 0 || !isalpha((unsigned char)part.text[0]))
		return false;
	for (size_t i = 0; i < part.length; i++)
		if (!isalnum((unsigned char)part.text[i]) && !strchr("+-._", part.text[i]))
			return false;
	return true;
}

/* "postgresql+psycopg" names a client as well, as SQLAlchemy has it: kin has one per database. */
static int parse_scheme(parser *p, piece part, const char **ret_scheme)
{
	const char *plus = find(part, '+');
	char *scheme = kin_arena_strndup(p->arena, part.text, plus ? (size_t)(plus - part.text) : part.length);

	if (!scheme)
		return nomem(p);
	for (char *c = scheme; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	*ret_scheme = scheme;
	return KIN_OK;
}

static int no_url(parser *p)
{
	const char *text = p->text;

	if (!text || !*text)
		return kin_error_set(p->error, KIN_ECONFIG, "there is no database URL; one looks like sqlite:///app.db");
	if (strchr(text, '@'))
		return kin_error_set(p->error, KIN_ECONFIG,
		                     "the database URL does not begin with a dialect, as postgresql://user:password@host/database");
	if (strncasecmp(text, "sqlite:", 7) == 0)
		return kin_error_set(p->error, KIN_ECONFIG, "'%s' lacks slashes; a file next to the app is sqlite:///app.db", text);
	if (strstr(text, "://"))
		return kin_error_set(p->error, KIN_ECONFIG, "'%s' does not begin with a dialect, as sqlite:///app.db", text);
	const char *colon = strchr(text, ':');
	if (colon && colon > text + 1 && is_scheme(piece_to(text, colon)))
		return kin_error_set(p->error, KIN_ECONFIG, "two slashes are missing behind '%.*s:' in the database URL; a server is "
		                                            "%.*s://user:password@host/database", (int)(colon - text), text,
		                     (int)(colon - text), text);
	return kin_error_set(p->error, KIN_ECONFIG, "'%s' is no database URL; a file is sqlite:///%s", text, text);
}

/* "/path" after "sqlite://"; nothing, or :memory:, is a database in memory. */
static int parse_file(parser *p, piece part, const char *directory, kin_url *url)
{
	const char *path = NULL;
	int rc;

	if (part.length > 0 && part.text[0] != '/')
		return kin_error_set(p->error, KIN_ECONFIG,
		                     "a sqlite URL names no server: a file is sqlite:/// and its path, sqlite:///app.db");
	if (part.length <= 1)
		return KIN_OK;
	if ((rc = decode(p, (piece){ part.text + 1, part.length - 1 }, "path", &path)) < 0)
		return rc;
	if (directory && path[0] != '/' && strcmp(path, ":memory:") != 0)
		path = kin_path_join(p->arena, directory, path);
	url->database = path;
	return path ? KIN_OK : nomem(p);
}

static bool is_port(piece part)
{
	long port = 0;

	for (size_t i = 0; i < part.length; i++) {
		if (!isdigit((unsigned char)part.text[i]) || port > 65535)
			return false;
		port = 10 * port + part.text[i] - '0';
	}
	return port >= 1 && port <= 65535;
}

/* What is between [ and ]: hexadecimal numbers and colons, the last ones perhaps as an IPv4 address, then perhaps %25 and a zone. */
static bool is_ipv6(piece part)
{
	const char *zone = find(part, '%');
	piece address = zone ? piece_to(part.text, zone) : part;
	size_t colons = 0;

	for (size_t i = 0; i < address.length; i++) {
		char c = address.text[i];
		if (hex(c) < 0 && c != ':' && c != '.')
			return false;
		colons += c == ':';
	}
	return colons >= 2 && colons <= 8;
}

/* [v6] or [v6]:port. What follows the ] goes to *ret_rest. */
static int check_brackets(parser *p, piece part, piece *ret_rest)
{
	const char *close = find(part, ']');

	if (!close)
		return kin_error_set(p->error, KIN_ECONFIG, "a host in the database URL begins with [ and has no ]");
	if (!is_ipv6(piece_to(part.text + 1, close)))
		return kin_error_set(p->error, KIN_ECONFIG,
		                     "what is between [ and ] in the database URL is no IPv6 address, as [::1] or [fe80::1%%25eth0]");
	*ret_rest = piece_to(close + 1, end_of(part));
	if (ret_rest->length > 0 && ret_rest->text[0] != ':')
		return kin_error_set(p->error, KIN_ECONFIG, "only a port may follow the ] of a host in the database URL");
	return KIN_OK;
}

/* What separates hosts, ports and brackets is not taken for a part of a name, or it would separate later on. */
static bool hides_separator(piece part)
{
	for (const char *c = find(part, '%'); c && end_of(part) - c > 2; c = find(piece_to(c + 1, end_of(part)), '%')) {
		int high = hex(c[1]), low = hex(c[2]);
		if (high > 0 && low >= 0 && strchr(",:[]", high << 4 | low))
			return true;
	}
	return false;
}

/* host, host:port or [v6]:port; one of several. */
static int check_host(parser *p, piece part)
{
	piece rest = part;
	int rc;

	if (part.length > 0 && part.text[0] == '[') {
		if ((rc = check_brackets(p, part, &rest)) < 0)
			return rc;
	} else if (hides_separator(part)) {
		return kin_error_set(p->error, KIN_ECONFIG,
		                     "a host in the database URL has one of , : [ ] written as %%xx, which is part of no host");
	} else if (find(part, ' ')) {
		return kin_error_set(p->error, KIN_ECONFIG, "a host in the database URL has a blank in it");
	}
	const char *colon = find(rest, ':');
	if (part.text[0] != '[' && colon && find(piece_to(colon + 1, end_of(rest)), ':') && is_ipv6(part))
		return kin_error_set(p->error, KIN_ECONFIG, "an IPv6 address in the database URL stands in brackets: [::1]:5432");
	if (colon == part.text || part.length == 0)
		return kin_error_set(p->error, KIN_ECONFIG, "a host in the database URL is empty");
	if (colon && !is_port(piece_to(colon + 1, end_of(rest))))
		return kin_error_set(p->error, KIN_ECONFIG,
		                     "a port in the database URL is not a number from 1 to 65535; if the password has a character "
		                     "of :/?#@ in it, write that as %%3A %%2F %%3F %%23 %%40");
	return KIN_OK;
}

static int parse_hosts(parser *p, piece part, kin_url *url)
{
	int rc;

	if (part.length == 0)
		return KIN_OK;
	for (const char *start = part.text; start <= end_of(part);) {
		piece rest = piece_to(start, end_of(part));
		const char *comma = find(rest, ',');
		piece one = comma ? piece_to(start, comma) : rest;
		if ((rc = check_host(p, one)) < 0)
			return rc;
		start = end_of(one) + 1;
	}
	return decode(p, part, "host", &url->hosts);
}

static int parse_user(parser *p, piece part, kin_url *url)
{
	const char *colon = find(part, ':');
	int rc = decode_unless_empty(p, colon ? piece_to(part.text, colon) : part, "user", &url->user);

	if (rc < 0 || !colon)
		return rc;
	if (!url->user)
		return kin_error_set(p->error, KIN_ECONFIG, "the database URL has a password and no user in front of it");
	return decode(p, piece_to(colon + 1, end_of(part)), "password", &url->password);
}

/* [user[:password]@][hosts][/database]. The password may have a / in it: the last @ ends it. */
static int parse_server(parser *p, piece part, kin_url *url)
{
	const char *at = find_last(part, '@');
	piece hosts = at ? piece_to(at + 1, end_of(part)) : part;
	const char *slash = find(hosts, '/');
	int rc;

	if (at && (rc = parse_user(p, piece_to(part.text, at), url)) < 0)
		return rc;
	if (slash) {
		piece database = piece_to(slash + 1, end_of(hosts));
		if (find(database, '/'))
			return kin_error_set(p->error, KIN_ECONFIG,
			                     "the database's name in the database URL has a / in it; write %%2F if it belongs there");
		if ((rc = decode_unless_empty(p, database, "database's name", &url->database)) < 0)
			return rc;
		hosts = piece_to(hosts.text, slash);
	}
	return parse_hosts(p, hosts, url);
}

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

int kin_url_parse(kin_arena *arena, const char *text, const char *directory, kin_url *ret_url, kin_error *error)
{
	parser p = { arena, text, error };
	kin_url url = { 0 };
	const char *colon = text ? strstr(text, "://") : NULL;
	int rc;

	if (!colon || !is_scheme(piece_to(text, colon)))
		return no_url(&p);
	if (has_control(text))
		return kin_error_set(error, KIN_ECONFIG, "the database URL has a line break or another control character in it");
	if ((rc = parse_scheme(&p, piece_to(text, colon), &url.scheme)) < 0)
		return rc;
	piece rest = { colon + 3, strlen(colon + 3) };
	const char *question = find(rest, '?');
	if (question) {
		if ((rc = parse_options(&p, piece_to(question + 1, end_of(rest)), &url)) < 0)
			return rc;
		rest = piece_to(rest.text, question);
	}
	rc = strcmp(url.scheme, "sqlite") == 0 ? parse_file(&p, rest, directory, &url) : parse_server(&p, rest, &url);
	if (rc == KIN_OK)
		*ret_url = url;
	return rc;
}

/* Encode what would end the part: `special` and the characters that no part has raw. */
static void add_encoded(kin_text *out, const char *text, const char *special)
{
	for (; *text; text++) {
		bool raw = (unsigned char)*text > ' ' && *text != 0x7f && *text != '%' && !strchr(special, *text);
		if (raw)
			kin_text_add_char(out, *text);
		else
			kin_text_addf(out, "%%%02X", (unsigned char)*text);
	}
}

static bool is_secret(const char *name)
{
	return strcasestr(name, "password") || strcasestr(name, "passwd") || strcasestr(name, "secret");
}

static void add_options(kin_text *out, const kin_url *url)
{
	for (size_t i = 0; i < url->option_count; i++) {
		const kin_url_option *option = &url->options[i];
		kin_text_add_char(out, i == 0 ? '?' : '&');
		add_encoded(out, option->name, "@=&?#");
		kin_text_add_char(out, '=');
		if (is_secret(option->name))
			kin_text_add(out, "***");
		else
			add_encoded(out, option->value, "@&?#");
	}
}

char *kin_url_show(kin_arena *arena, const kin_url *url)
{
	kin_text out;

	kin_text_init(&out);
	kin_text_addf(&out, "%s://", url->scheme);
	if (url->user)
		add_encoded(&out, url->user, ":/?#@");
	if (url->password)
		kin_text_add(&out, ":***");
	if (url->user)
		kin_text_add_char(&out, '@');
	if (url->hosts)
		add_encoded(&out, url->hosts, "/?#@");
	if (url->database) {
		kin_text_add_char(&out, '/');
		add_encoded(&out, url->database, strcmp(url->scheme, "sqlite") == 0 ? "?#" : "/?#@");
	}
	add_options(&out, url);
	return kin_text_keep(&out, arena);
}
