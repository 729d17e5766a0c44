/* db_pull_name.c - names in C for tables and columns, whatever those are called. */
#include "cli/db_pull.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What a member cannot be called: C's words, and what the usual headers define as macros. */
static const char *const taken[] = {
	"alignas", "alignof", "asm", "auto", "bool", "break", "case", "char", "const", "constexpr", "continue", "default", "do", "double",
	"else", "enum", "errno", "extern", "false", "float", "for", "goto", "if", "inline", "int", "linux", "long", "NULL", "nullptr",
	"register", "restrict", "return", "short", "signed", "sizeof", "static", "static_assert", "stderr", "stdin", "stdout", "struct",
	"switch", "thread_local", "true", "typedef", "typeof", "typeof_unqual", "union", "unix", "unsigned", "void", "volatile", "while",
};

static bool is_taken(const char *name)
{
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (strcmp(name, taken[i]) == 0)
			return true;
	return false;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

char *kin_pull_member_name(kin_arena *arena, const char *column)
{
	char *name = kin_arena_alloc(arena, strlen(column) + 3), *end = name;
	bool letters = false;

	if (!name)
		return NULL;
	if (isdigit((unsigned char)*column))
		*end++ = '_';
	for (const char *c = column; *c; c++) {
		if (((unsigned char)*c & 0xc0) == 0x80) /* the rest of a character of UTF-8 */
			continue;
		letters = letters || isalnum((unsigned char)*c);
		*end++ = is_word(*c) ? *c : '_';
	}
	*end = '\0';
	if (!letters)
		return kin_arena_strdup(arena, "column");
	if (is_taken(name))
		stpcpy(end, "_");
	return name;
}

/* "Owners" for "owners" and "OWNERS", "OrderDetails" for "Order Details" and "order_details"; words that mix cases stay as they are. */
static char *camel(kin_arena *arena, const char *table)
{
	char *name = kin_arena_alloc(arena, strlen(table) + 2), *end = name;
	bool starts = true, shouts = true;

	if (!name)
		return NULL;
	for (const char *c = table; *c; c++)
		shouts = shouts && !islower((unsigned char)*c);
	if (isdigit((unsigned char)*table))
		*end++ = 'T';
	for (const char *c = table; *c; c++) {
		if (isalnum((unsigned char)*c))
			*end++ = (char)(starts ? toupper((unsigned char)*c) : shouts ? tolower((unsigned char)*c) : *c);
		starts = !isalnum((unsigned char)*c);
	}
	*end = '\0';
	return name;
}

static bool ends_with(const char *name, size_t length, const char *end)
{
	size_t size = strlen(end);

	return length > size && strncasecmp(name + length - size, end, size) == 0;
}

/* One of many, as far as simple rules go. */
static void make_singular(char *name)
{
	static const char *const stay[] = { "ss", "us", "is", "ews", "eries" };
	static const char *const es[] = { "sses", "xes", "ches", "shes", "zes" };
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof(stay) / sizeof(*stay); i++)
		if (ends_with(name, length, stay[i]))
			return;
	if (ends_with(name, length, "ies") && length > 4) {
		strcpy(name + length - 3, "y");
		return;
	}
	for (size_t i = 0; i < sizeof(es) / sizeof(*es); i++)
		if (ends_with(name, length, es[i])) {
			name[length - 2] = '\0';
			return;
		}
	if (ends_with(name, length, "s"))
		name[length - 1] = '\0';
}

char *kin_pull_model_name(kin_arena *arena, const char *table)
{
	char *name = camel(arena, table);

	if (name && !*name)
		return kin_arena_strdup(arena, "Table");
	if (name)
		make_singular(name);
	return name;
}

char *kin_pull_snake_name(kin_arena *arena, const char *name)
{
	char *plain = kin_pull_member_name(arena, name), *snake, *end;

	if (!plain || !(snake = end = kin_arena_alloc(arena, 2 * strlen(plain) + 3)))
		return NULL;
	for (const char *c = plain; *c; c++) {
		if (isupper((unsigned char)*c) && c > plain && islower((unsigned char)c[-1]))
			*end++ = '_';
		*end++ = (char)tolower((unsigned char)*c);
	}
	while (end > snake + 1 && end[-1] == '_')
		end--;
	*end = '\0';
	return snake;
}

char *kin_pull_list_name(kin_arena *arena, const char *table)
{
	char *name = kin_pull_snake_name(arena, table);
	size_t length = name ? strlen(name) : 0;

	if (ends_with(name, length, "y") && !strchr("aeiou", name[length - 2]))
		strcpy(name + length - 1, "ies");
	else if (ends_with(name, length, "ss"))
		strcpy(name + length, "es");
	else if (name && !ends_with(name, length, "s"))
		strcpy(name + length, "s");
	return name;
}
