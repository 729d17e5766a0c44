/* explain.c - asks a database for its plan of a statement, and reads what it says.
 *
 *     SQLite      SCAN pets                                    SEARCH pets USING INDEX ix_pets_name (name=?)
 *     PostgreSQL  Seq Scan on pets pets_1                      Index Scan using ix_pets_name on pets
 *                                                                Index Cond: (name = $1)
 *     MariaDB     table pets, type ALL, possible_keys NULL     type ref, key ix_pets_name
 *
 * PostgreSQL is asked with enable_seqscan off, so that it uses an index wherever one can be used; without a condition on it, all of it is read. */
#include "orm/explain.h"

#include <ctype.h>

#include "sql/placeholder.h"

typedef struct reading {
	kin_arena       *arena;
	kin_explanation *result;
	kin_statement   *statement;
	bool             failed; /* memory was out */
} reading;

static void add_access(reading *r, const char *table, const char *index, bool whole)
{
	kin_access access = { .table = table, .index = index, .whole = whole };

	if (!kin_vec_push(&r->result->accesses, access))
		r->failed = true;
}

/* The word at the beginning of a text, or what stands in quotes; NULL: there is none. *text goes on behind it, and the blank. */
static const char *take_word(reading *r, const char **text)
{
	const char *begin = *text, *word;
	bool quoted = *begin == '"';
	size_t length = quoted ? strcspn(++begin, "\"") : strcspn(begin, " ");

	if (length == 0)
		return NULL;
	*text = begin + length + (quoted && begin[length]);
	while (**text == ' ')
		(*text)++;
	if (!(word = kin_arena_strndup(r->arena, begin, length)))
		r->failed = true;
	return word;
}

/* What follows `words` in the text; NULL: they are not in it. */
static const char *behind(const char *text, const char *words)
{
	const char *found = strstr(text, words);

	return found ? found + strlen(words) : NULL;
}

static const char *column_text(reading *r, size_t column)
{
	kin_error error = { 0 };
	kin_value value;
	const char *text = NULL;

	if (kin_statement_value(r->statement, column, KIN_KIND_TEXT, &value, &error) == KIN_OK && value.kind == KIN_KIND_TEXT &&
	    !(text = kin_arena_strndup(r->arena, value.as.data, value.size)))
		r->failed = true;
	kin_error_clear(&error);
	return text;
}

/* ---- SQLite: id, parent, notused, detail ---- */

static void read_sqlite(reading *r)
{
	const char *detail = column_text(r, 3), *table, *at;
	bool scans = detail && strncmp(detail, "SCAN ", 5) == 0;

	if (!detail)
		return;
	r->result->sorts = r->result->sorts || behind(detail, "FOR ORDER BY");
	if (!scans && strncmp(detail, "SEARCH ", 7) != 0)
		return;
	at = detail + (scans ? 5 : 7);
	table = take_word(r, &at);
	const char *index = behind(at, "INDEX ");
	if (behind(at, "AUTOMATIC")) /* one that is made for this statement */
		add_access(r, table, NULL, true);
	else
		add_access(r, table, index ? take_word(r, &index) : NULL, scans);
}

/* ---- PostgreSQL: the lines of a tree ---- */

/* A line of a node: "  ->  Index Scan Backward using ix on pets pets_1". Others say more of the one before. */
static bool read_node(reading *r, const char *line)
{
	const char *table = behind(line, "Seq Scan on "), *index;

	if (table) {
		const char *name = take_word(r, &table), *alias = take_word(r, &table);
		add_access(r, alias ? alias : name, NULL, true);
		return true;
	}
	if (strstr(line, "Index ") && (index = behind(line, " using ")) && (table = behind(line, " on "))) {
		const char *name = take_word(r, &table), *alias = take_word(r, &table);
		add_access(r, alias ? alias : name, take_word(r, &index), true);
		return true;
	}
	if ((index = behind(line, "Bitmap Index Scan on "))) {
		add_access(r, NULL, take_word(r, &index), false);
		return true;
	}
	return strstr(line, "->") != NULL;
}

static void read_postgresql(reading *r)
{
	const char *line = column_text(r, 0);
	size_t count = r->result->accesses.count;

	if (!line)
		return;
	while (isspace((unsigned char)*line))
		line++;
	if (strncmp(line, "Index Cond:", 11) == 0 && count > 0)
		r->result->accesses.items[count - 1].whole = false;
	else if (strncmp(line, "Sort Key:", 9) == 0)
		r->result->sorts = true;
	else
		read_node(r, line);
}

/* ---- MariaDB: a row for each table ---- */

static const char *named_text(reading *r, const char *name)
{
	for (size_t i = 0; i < kin_statement_columns(r->statement); i++)
		if (strcmp(kin_statement_column_name(r->statement, i), name) == 0)
			return column_text(r, i);
	return NULL;
}

static void read_mariadb(reading *r)
{
	const char *table = named_text(r, "table"), *type = named_text(r, "type"), *key = named_text(r, "key");
	const char *possible = named_text(r, "possible_keys"), *extra = named_text(r, "Extra");
	bool scans = type && (strcmp(type, "ALL") == 0 || strcmp(type, "index") == 0);

	r->result->sorts = r->result->sorts || (extra && strstr(extra, "Using filesort"));
	if (!table)
		return;
	add_access(r, table, key, scans && !possible);
	while (possible) { /* ix_a,ix_b: they would do, and are not worth it here */
		size_t length = strcspn(possible, ",");
		const char *one = kin_arena_strndup(r->arena, possible, length);
		r->failed = r->failed || !one;
		add_access(r, NULL, one, false);
		possible = possible[length] == ',' ? possible + length + 1 : NULL;
	}
}

/* ---- asking ---- */

static const struct {
	const char *words;
	void      (*read)(reading *r);
} databases[KIN_DIALECT_COUNT] = {
	[KIN_SQLITE] = { "EXPLAIN QUERY PLAN ", read_sqlite },
	[KIN_POSTGRESQL] = { "EXPLAIN (COSTS OFF) ", read_postgresql },
	[KIN_MARIADB] = { "EXPLAIN ", read_mariadb },
};

int kin_explain_begin(kin_connection *connection, kin_error *error)
{
	int rc = kin_connection_begin(connection, KIN_BEGIN_READ, error);

	if (rc == KIN_OK && kin_connection_dialect(connection)->id == KIN_POSTGRESQL)
		rc = kin_connection_run(connection, "SET LOCAL enable_seqscan = off", error);
	return rc;
}

void kin_explain_end(kin_connection *connection)
{
	kin_error error = { 0 };

	if (kin_connection_in_transaction(connection))
		kin_connection_rollback(connection, &error);
	kin_error_clear(&error);
}

/* A value that a column of this kind may have. */
static kin_value sample(int kind, const kin_domain *domain)
{
	switch (kind & ~KIN_KIND_NULLABLE) {
	case KIN_KIND_BOOL:
		return kin_value_bool(true);
	case KIN_KIND_INT8:
	case KIN_KIND_UINT8:
	case KIN_KIND_INT16:
		return kin_value_int16(1);
	case KIN_KIND_UINT16:
	case KIN_KIND_INT32:
		return kin_value_int32(1);
	case KIN_KIND_UINT32:
	case KIN_KIND_UINT64:
	case KIN_KIND_INT64:
		return kin_value_int64(1);
	case KIN_KIND_FLOAT:
		return kin_value_float(1);
	case KIN_KIND_DOUBLE:
		return kin_value_double(1);
	case KIN_KIND_DECIMAL:
		return kin_value_decimal(kin_decimal_of(1, 0));
	case KIN_KIND_DATE:
	case KIN_KIND_TIME:
	case KIN_KIND_DATETIME:
	case KIN_KIND_TIMESTAMP:
		return kin_value_integer_(1, kind & ~KIN_KIND_NULLABLE);
	case KIN_KIND_UUID:
		return kin_value_uuid((kin_uuid){ { 0 } });
	case KIN_KIND_JSON:
		return kin_value_json(kin_json_of("{}"));
	case KIN_KIND_BYTES:
		return kin_value_bytes((kin_bytes){ "x", 1 });
	case KIN_KIND_ENUM:
		return kin_value_text(domain && domain->label_count > 0 ? domain->labels[0] : "x");
	case KIN_KIND_CUSTOM:
		return domain && domain->custom ? sample(domain->custom->kind, NULL) : kin_value_null(NULL);
	default:
		return kin_value_text("x");
	}
}

static kin_value sample_for(const kin_slot *slot, const uint8_t *kinds, size_t count)
{
	const kin_attribute *a = slot->member ? slot->member : slot->attribute;

	if (a)
		return sample(a->kind, a->domain);
	return slot->counts_rows || slot->argument >= count ? kin_value_int64(1) : sample(kinds[slot->argument], NULL);
}

static int run(kin_connection *connection, const char *text, const kin_value *values, size_t count, kin_arena *arena, kin_explanation *ret,
               kin_error *error)
{
	kin_dialect_id id = kin_connection_dialect(connection)->id;
	reading r = { .arena = arena, .result = ret };
	char *asked = kin_arena_printf(arena, "%s%s", databases[id].words, text);
	int rc;

	if (!asked)
		return kin_error_nomem(error);
	if ((rc = kin_statement_open(connection, &(kin_sql){ .text = asked, .length = strlen(asked) }, &r.statement, error)) < 0)
		return rc;
	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		rc = kin_statement_bind(r.statement, i, &values[i], error);
	while (rc == KIN_OK && (rc = kin_statement_step(r.statement, error)) > 0) {
		databases[id].read(&r);
		rc = r.failed ? kin_error_nomem(error) : KIN_OK;
	}
	kin_statement_close(r.statement);
	return rc;
}

int kin_explain(kin_connection *connection, kin_ask *ask, const uint8_t *kinds, size_t count, kin_arena *arena, kin_explanation *ret,
                kin_error *error)
{
	size_t room = 1;
	const kin_variant *variant;
	kin_value *usual, *values;

	for (size_t i = 0; i < ask->slot_count; i++)
		room = ask->slots[i].argument >= room ? ask->slots[i].argument + 1 : room;
	if (!(usual = kin_arena_zalloc(arena, room * sizeof(*usual))))
		return kin_error_nomem(error);
	for (size_t i = 0; i < ask->slot_count; i++)
		usual[ask->slots[i].argument] = sample_for(&ask->slots[i], kinds, count);
	if (!(variant = kin_plan_variant(ask, kin_connection_dialect(connection), usual, error)))
		return error->code;
	if (!(values = kin_arena_alloc(arena, (variant->param_count + 1) * sizeof(*values))))
		return kin_error_nomem(error);
	for (size_t i = 0; i < variant->param_count; i++)
		values[i] = sample_for(&ask->slots[variant->params[i]], kinds, count);
	return run(connection, variant->sql.text, values, variant->param_count, arena, ret, error);
}

int kin_explain_text(kin_connection *connection, const char *text, const uint8_t *kinds, size_t count, kin_arena *arena, kin_explanation *ret,
                     kin_error *error)
{
	kin_value *values = kin_arena_alloc(arena, (count + 1) * sizeof(*values));
	kin_text written;
	int rc = KIN_ENOMEM;

	kin_text_init(&written);
	for (size_t i = 0; values && i < count; i++)
		values[i] = sample(kinds[i], NULL);
	if (values && kin_placeholder_write(&written, kin_connection_dialect(connection), text) != count)
		rc = KIN_EQUERY;
	else if (values && kin_text_ok(&written))
		rc = run(connection, written.data, values, count, arena, ret, error);
	kin_text_done(&written);
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : rc;
}
