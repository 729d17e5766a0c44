/* locate.c - where in a file the word stands that a database did not understand. */
#include "migrate/locate.h"

#include "sql/lex.h"

/* Behind "near ", in quotes: SQLite's and PostgreSQL's is the word, MariaDB's what follows from there, cut somewhere. */
static const char *find_word(const char *message, size_t *ret_length)
{
	const char *near = strstr(message, "near "), *end;

	if (!near || (near[5] != '"' && near[5] != '\''))
		return NULL;
	near += 6;
	end = near[-1] == '"' ? strchr(near, '"') : strstr(near, "' at line ");
	*ret_length = end ? (size_t)(end - near) : 0;
	return end && end > near ? near : NULL;
}

/* The only token that begins so; SIZE_MAX: there is none, or another. */
static size_t find_once(const char *sql, const char *word, size_t length, bool whole)
{
	size_t found = SIZE_MAX;
	kin_lex lex;

	kin_lex_init(&lex, sql, strlen(sql), 1);
	for (kin_token token; (token = kin_lex_next(&lex)).kind != KIN_TOKEN_END && token.kind != KIN_TOKEN_BAD;) {
		if (strncmp(token.start, word, length) != 0 || (whole && token.length != length))
			continue;
		if (found != SIZE_MAX)
			return SIZE_MAX;
		found = token.at;
	}
	return found;
}

bool kin_locate_near(const kin_ddl *item, const char *message, int *ret_line, int *ret_column)
{
	size_t length, at;
	const char *word = message && item->kind == KIN_DDL_SQL ? find_word(message, &length) : NULL;
	int line = item->line, column = item->column_number > 0 ? item->column_number : 1;

	if (!word || (at = find_once(item->sql, word, length, word[-1] == '"')) == SIZE_MAX)
		return false;
	for (size_t i = 0; i < at; i++) {
		bool new_line = item->sql[i] == '\n';
		line += new_line;
		column = new_line ? 1 : column + (((unsigned char)item->sql[i] & 0xc0) != 0x80); /* characters, not bytes, of UTF-8 */
	}
	*ret_line = line;
	*ret_column = column;
	return true;
}
