/* ddl_type.c - names of column types: those of every database are read, each one's own are written. */
#include <limits.h>
#include <stdlib.h>
#include <strings.h>

#include "base/vec.h"
#include "sql/ddl.h"
#include "sql/ddl_write.h"
#include "sql/lex.h"

/* What may stand in the parentheses after a type. */
typedef enum arguments { NOTHING, WIDTH, LENGTH, PRECISION_SCALE } arguments;

static const struct synonym {
	const char   *words;
	kin_type_name name;
	arguments     arguments; /* WIDTH: a number that says nothing about the values */
} synonyms[] = {
	{ "BOOLEAN", KIN_TYPE_BOOLEAN, NOTHING },
	{ "BOOL", KIN_TYPE_BOOLEAN, NOTHING },
	{ "TINYINT", KIN_TYPE_SMALLINT, WIDTH },
	{ "SMALLINT", KIN_TYPE_SMALLINT, WIDTH },
	{ "INT2", KIN_TYPE_SMALLINT, NOTHING },
	{ "INTEGER", KIN_TYPE_INTEGER, WIDTH },
	{ "INT", KIN_TYPE_INTEGER, WIDTH },
	{ "INT4", KIN_TYPE_INTEGER, NOTHING },
	{ "MEDIUMINT", KIN_TYPE_INTEGER, WIDTH },
	{ "BIGINT", KIN_TYPE_BIGINT, WIDTH },
	{ "BIG INT", KIN_TYPE_BIGINT, NOTHING },
	{ "INT8", KIN_TYPE_BIGINT, NOTHING },
	{ "REAL", KIN_TYPE_REAL, NOTHING },
	{ "FLOAT4", KIN_TYPE_REAL, NOTHING },
	{ "FLOAT", KIN_TYPE_REAL, LENGTH },
	{ "DOUBLE PRECISION", KIN_TYPE_DOUBLE, NOTHING },
	{ "DOUBLE", KIN_TYPE_DOUBLE, NOTHING },
	{ "FLOAT8", KIN_TYPE_DOUBLE, NOTHING },
	{ "NUMERIC", KIN_TYPE_NUMERIC, PRECISION_SCALE },
	{ "DECIMAL", KIN_TYPE_NUMERIC, PRECISION_SCALE },
	{ "DEC", KIN_TYPE_NUMERIC, PRECISION_SCALE },
	{ "CHAR", KIN_TYPE_CHAR, LENGTH },
	{ "CHARACTER", KIN_TYPE_CHAR, LENGTH },
	{ "NCHAR", KIN_TYPE_CHAR, LENGTH },
	{ "VARCHAR", KIN_TYPE_VARCHAR, LENGTH },
	{ "CHARACTER VARYING", KIN_TYPE_VARCHAR, LENGTH },
	{ "CHAR VARYING", KIN_TYPE_VARCHAR, LENGTH },
	{ "VARYING CHARACTER", KIN_TYPE_VARCHAR, LENGTH },
	{ "NVARCHAR", KIN_TYPE_VARCHAR, LENGTH },
	{ "TEXT", KIN_TYPE_TEXT, NOTHING },
	{ "TINYTEXT", KIN_TYPE_TEXT, NOTHING },
	{ "MEDIUMTEXT", KIN_TYPE_TEXT, NOTHING },
	{ "LONGTEXT", KIN_TYPE_TEXT, NOTHING },
	{ "CLOB", KIN_TYPE_TEXT, NOTHING },
	{ "BLOB", KIN_TYPE_BLOB, NOTHING },
	{ "BYTEA", KIN_TYPE_BLOB, NOTHING },
	{ "TINYBLOB", KIN_TYPE_BLOB, NOTHING },
	{ "MEDIUMBLOB", KIN_TYPE_BLOB, NOTHING },
	{ "LONGBLOB", KIN_TYPE_BLOB, NOTHING },
	{ "VARBINARY", KIN_TYPE_BLOB, WIDTH },
	{ "DATE", KIN_TYPE_DATE, NOTHING },
	{ "TIME", KIN_TYPE_TIME, WIDTH },
	{ "TIME WITHOUT TIME ZONE", KIN_TYPE_TIME, WIDTH },
	{ "TIMESTAMP", KIN_TYPE_TIMESTAMP, WIDTH },
	{ "TIMESTAMP WITHOUT TIME ZONE", KIN_TYPE_TIMESTAMP, WIDTH },
	{ "DATETIME", KIN_TYPE_TIMESTAMP, WIDTH },
	{ "TIMESTAMPTZ", KIN_TYPE_TIMESTAMPTZ, WIDTH },
	{ "TIMESTAMP WITH TIME ZONE", KIN_TYPE_TIMESTAMPTZ, WIDTH },
	{ "UUID", KIN_TYPE_UUID, NOTHING },
	{ "JSON", KIN_TYPE_JSON, NOTHING },
	{ "JSONB", KIN_TYPE_JSON, NOTHING },
};

/* A type's text in parts. */
typedef struct parts {
	kin_text words;      /* in upper case, one blank between them */
	long     numbers[2]; /* in the parentheses */
	int      number_count;
	bool     odd;        /* there is something else in it */
} parts;

static void add_word(parts *p, const kin_token *token)
{
	if (p->words.length > 0)
		kin_text_add_char(&p->words, ' ');
	for (size_t i = 0; i < token->length; i++) {
		char c = token->start[i];
		kin_text_add_char(&p->words, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
}

static void add_number(parts *p, const kin_token *token)
{
	if (token->length > 9 || p->number_count == 2)
		p->odd = true;
	else
		p->numbers[p->number_count++] = strtol(token->start, NULL, 10);
}

/* Words, with at most one pair of parentheses, which has numbers in it. */
static void take_apart(parts *p, kin_lex *lex)
{
	bool inside = false, seen = false;
	kin_token token;

	while ((token = kin_lex_next(lex)).kind != KIN_TOKEN_END) {
		if (token.kind == KIN_TOKEN_NAME && !inside)
			add_word(p, &token);
		else if (token.kind == KIN_TOKEN_INTEGER && inside)
			add_number(p, &token);
		else if (kin_token_is_punct(&token, "(") && !seen)
			inside = seen = true;
		else if (kin_token_is_punct(&token, ")") && inside)
			inside = false;
		else if (!kin_token_is_punct(&token, ",") || !inside)
			p->odd = true;
	}
	p->odd |= inside;
}

static const struct synonym *find(const char *words)
{
	for (size_t i = 0; i < sizeof(synonyms) / sizeof(*synonyms); i++)
		if (strcmp(synonyms[i].words, words) == 0)
			return &synonyms[i];
	return NULL;
}

/* The type that the parts make; OTHER if the numbers do not fit the word. */
static kin_type put_together(const parts *p)
{
	const struct synonym *synonym = p->odd ? NULL : find(p->words.data);
	kin_type type = { 0 };
	int most[] = { [NOTHING] = 0, [WIDTH] = 1, [LENGTH] = 1, [PRECISION_SCALE] = 2 };

	if (!synonym || p->number_count > most[synonym->arguments])
		return type;
	type.name = synonym->name;
	if (type.name == KIN_TYPE_NUMERIC) {
		type.precision = p->number_count > 0 ? (int)p->numbers[0] : 0;
		type.scale = p->number_count > 1 ? (int)p->numbers[1] : -1;
	} else if (type.name == KIN_TYPE_REAL) {
		type.name = p->number_count > 0 && p->numbers[0] > 24 ? KIN_TYPE_DOUBLE : KIN_TYPE_REAL;
	} else if (synonym->arguments == LENGTH) {
		type.length = p->number_count > 0 ? (int)p->numbers[0] : 0;
	} else if (strcmp(synonym->words, "TINYINT") == 0 && p->number_count > 0 && p->numbers[0] == 1) {
		type.name = KIN_TYPE_BOOLEAN;
	}
	return type;
}

/* The labels of an enum, behind the opening parenthesis, to the end of the text. */
static int read_labels(kin_arena *arena, kin_lex *lex, kin_type *type, bool *ret_is)
{
	kin_vec(const char *) labels = { 0 };
	kin_token token;
	int rc = KIN_ENOMEM;

	*ret_is = false;
	do {
		const char *label;
		token = kin_lex_next(lex);
		if (token.kind != KIN_TOKEN_STRING)
			break;
		if (!(label = kin_token_text(arena, &token)) || !kin_vec_push(&labels, label))
			goto out;
		token = kin_lex_next(lex);
	} while (kin_token_is_punct(&token, ","));
	*ret_is = kin_token_is_punct(&token, ")") && kin_lex_next(lex).kind == KIN_TOKEN_END && labels.count > 0;
	if (*ret_is && !(type->labels = kin_schema_names(arena, labels.items, labels.count)))
		goto out;
	type->label_count = labels.count;
	rc = KIN_OK;
out:
	kin_vec_done(&labels);
	return rc;
}

/* ENUM [name] ('a', 'b'). */
static int read_enum(kin_arena *arena, kin_lex lex, kin_type *ret_type)
{
	kin_token token = kin_lex_next(&lex);
	kin_type type = { .name = KIN_TYPE_ENUM };
	bool is = false;
	int rc = KIN_OK;

	if (!kin_token_is(&token, "ENUM"))
		return KIN_OK;
	token = kin_lex_next(&lex);
	if (kin_token_is_name(&token)) {
		if (!(type.text = kin_token_text(arena, &token)))
			return KIN_ENOMEM;
		token = kin_lex_next(&lex);
	}
	if (kin_token_is_punct(&token, "("))
		rc = read_labels(arena, &lex, &type, &is);
	if (is)
		*ret_type = type;
	return rc;
}

static char *trimmed(kin_arena *arena, const char *text)
{
	size_t length;

	while (*text == ' ' || (*text >= '\t' && *text <= '\r'))
		text++;
	length = strlen(text);
	while (length > 0 && (text[length - 1] == ' ' || (text[length - 1] >= '\t' && text[length - 1] <= '\r')))
		length--;
	return kin_arena_strndup(arena, text, length);
}

int kin_ddl_parse_type(kin_arena *arena, const char *text, kin_type *ret_type)
{
	kin_type type = { 0 };
	parts p = { 0 };
	kin_lex lex;
	int rc;

	kin_text_init(&p.words);
	kin_lex_init(&lex, text, strlen(text), 1);
	rc = read_enum(arena, lex, &type);
	if (rc == KIN_OK && type.name == KIN_TYPE_OTHER) {
		take_apart(&p, &lex);
		if (kin_text_ok(&p.words))
			type = put_together(&p);
		else
			rc = KIN_ENOMEM;
	}
	if (rc == KIN_OK && type.name == KIN_TYPE_OTHER && !(type.text = trimmed(arena, text)))
		rc = KIN_ENOMEM;
	kin_text_done(&p.words);
	if (rc == KIN_OK)
		*ret_type = type;
	return rc;
}

enum { PORTABLE = KIN_DIALECT_COUNT };

static const char *const words[KIN_DIALECT_COUNT + 1][KIN_TYPE_COUNT] = {
	[PORTABLE] = {
		[KIN_TYPE_BOOLEAN] = "BOOLEAN", [KIN_TYPE_SMALLINT] = "SMALLINT", [KIN_TYPE_INTEGER] = "INTEGER",
		[KIN_TYPE_BIGINT] = "BIGINT", [KIN_TYPE_REAL] = "REAL", [KIN_TYPE_DOUBLE] = "DOUBLE PRECISION",
		[KIN_TYPE_NUMERIC] = "NUMERIC", [KIN_TYPE_CHAR] = "CHAR", [KIN_TYPE_VARCHAR] = "VARCHAR",
		[KIN_TYPE_TEXT] = "TEXT", [KIN_TYPE_BLOB] = "BLOB", [KIN_TYPE_DATE] = "DATE", [KIN_TYPE_TIME] = "TIME",
		[KIN_TYPE_TIMESTAMP] = "TIMESTAMP", [KIN_TYPE_TIMESTAMPTZ] = "TIMESTAMPTZ", [KIN_TYPE_UUID] = "UUID",
		[KIN_TYPE_JSON] = "JSON", [KIN_TYPE_ENUM] = "ENUM",
	},
	[KIN_SQLITE] = {
		[KIN_TYPE_ENUM] = "VARCHAR",
	},
	[KIN_POSTGRESQL] = {
		[KIN_TYPE_BLOB] = "BYTEA", [KIN_TYPE_JSON] = "JSONB", [KIN_TYPE_ENUM] = "VARCHAR",
	},
	[KIN_MARIADB] = {
		[KIN_TYPE_REAL] = "FLOAT", [KIN_TYPE_DOUBLE] = "DOUBLE", [KIN_TYPE_NUMERIC] = "DECIMAL",
		[KIN_TYPE_TEXT] = "LONGTEXT", /* TEXT ends at 64 KiB */
		[KIN_TYPE_BLOB] = "LONGBLOB", [KIN_TYPE_TIME] = "TIME(6)", [KIN_TYPE_TIMESTAMP] = "DATETIME(6)",
		/* not TIMESTAMP: it ends in 2038 */
		[KIN_TYPE_TIMESTAMPTZ] = "DATETIME(6)",
	},
};

static const char *word_of(const kin_dialect *dialect, kin_type_name name)
{
	const char *own = dialect ? words[dialect->id][name] : NULL;

	return own ? own : words[PORTABLE][name];
}

static int longest_label(const kin_type *type)
{
	size_t longest = 1;

	for (size_t i = 0; i < type->label_count; i++)
		if (strlen(type->labels[i]) > longest)
			longest = strlen(type->labels[i]);
	return longest < INT_MAX ? (int)longest : INT_MAX;
}

static void add_labels(kin_text *out, const kin_type *type)
{
	kin_text_add_char(out, '(');
	for (size_t i = 0; i < type->label_count; i++) {
		kin_text_add(out, i > 0 ? ", " : "");
		kin_text_add_quoted(out, type->labels[i], '\'');
	}
	kin_text_add_char(out, ')');
}

/* Portable: ENUM name ('a', 'b'). MariaDB: ENUM ('a', 'b'). PostgreSQL: its name, if it has one. Else text of that length,
 * which a check goes with. */
static void add_enum(const kin_dialect *dialect, kin_text *out, const kin_type *type)
{
	if (dialect && dialect->id == KIN_POSTGRESQL && type->text) {
		kin_dialect_name(dialect, out, type->text);
		return;
	}
	kin_text_add(out, word_of(dialect, KIN_TYPE_ENUM));
	if (dialect && dialect->id != KIN_MARIADB) {
		kin_text_addf(out, "(%d)", longest_label(type));
		return;
	}
	if (!dialect && type->text) {
		kin_text_add_char(out, ' ');
		kin_ddl_write_name(NULL, out, type->text);
		kin_text_add_char(out, ' ');
	}
	add_labels(out, type);
}

void kin_ddl_type(const kin_dialect *dialect, kin_text *out, const kin_type *type)
{
	bool text_only = dialect && dialect->id == KIN_MARIADB && type->name == KIN_TYPE_VARCHAR && type->length == 0;

	switch (type->name) {
	case KIN_TYPE_OTHER:
		kin_text_add(out, type->text ? type->text : "");
		return;
	case KIN_TYPE_ENUM:
		add_enum(dialect, out, type);
		return;
	default:
		kin_text_add(out, word_of(dialect, text_only ? KIN_TYPE_TEXT : type->name));
	}
	if ((type->name == KIN_TYPE_CHAR || type->name == KIN_TYPE_VARCHAR) && type->length > 0)
		kin_text_addf(out, "(%d)", type->length);
	if (type->name == KIN_TYPE_NUMERIC && type->precision == 0 && dialect && dialect->id == KIN_MARIADB)
		kin_text_add(out, "(65, 30)"); /* DECIMAL alone keeps nothing behind the point */
	if (type->name == KIN_TYPE_NUMERIC && type->precision > 0) {
		kin_text_addf(out, "(%d", type->precision);
		if (type->scale >= 0)
			kin_text_addf(out, ", %d", type->scale);
		kin_text_add_char(out, ')');
	}
}
