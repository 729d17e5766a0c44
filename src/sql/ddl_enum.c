/* ddl_enum.c - labels of PostgreSQL's native enums, which are types of their own and may be used by several tables.
 *
 * What the type has is known only there, so the change is a block that looks: labels are added where that is all; else, or where the default is a
 * new label (which cannot be used before the transaction has ended), a new type takes the old one's place. A label that
 * rows have cannot go: the database names it. */
#include <string.h>

#include "sql/ddl_write.h"

static void add_name(kin_text *out, const char *name)
{
	kin_dialect_name(&kin_dialect_postgresql, out, name);
}

/* A name as SQL has it, in a string: what regclass and format() take. */
static void add_string(kin_text *out, kin_text *name)
{
	kin_text_add_quoted(out, name->data, '\'');
	out->failed = out->failed || !kin_text_ok(name);
	kin_text_done(name);
}

static void add_name_string(kin_text *out, const char *name)
{
	kin_text quoted;

	kin_text_init(&quoted);
	kin_text_add_quoted(&quoted, name, '"');
	add_string(out, &quoted);
}

static void add_table_string(kin_text *out, const char *table)
{
	kin_text quoted;

	kin_text_init(&quoted);
	kin_dialect_table(&kin_dialect_postgresql, &quoted, table);
	add_string(out, &quoted);
}

static void add_labels(kin_text *out, const kin_type *type)
{
	for (size_t i = 0; i < type->label_count; i++) {
		kin_text_add(out, i > 0 ? ", " : "");
		kin_text_add_quoted(out, type->labels[i], '\'');
	}
}

void kin_ddl_write_enum_change(kin_text *out, const char *table, const kin_column_schema *column)
{
	const char *value = column->default_sql && *column->default_sql == '\'' ? column->default_sql : "NULL";

	kin_text_add(out, "DO $kin$ DECLARE was oid := pg_catalog.to_regtype(");
	add_name_string(out, column->type.text);
	kin_text_add(out, "); is_now oid; has text[]; wants text[] := ARRAY[");
	add_labels(out, &column->type);
	kin_text_addf(out, "]; first_value text := %s; tab text := ", value);
	add_table_string(out, table);
	kin_text_add(out, "; col text := ");
	kin_text_add_quoted(out, column->name, '\'');
	kin_text_add(out, "; typ text := ");
	add_name_string(out, column->type.text);
	kin_text_add(out, "; c record; BEGIN\n"
	             "  SELECT array_agg(enumlabel::text ORDER BY enumsortorder) INTO has FROM pg_catalog.pg_enum WHERE enumtypid = was;\n"
	             "  IF was IS NULL THEN\n    CREATE TYPE ");
	add_name(out, column->type.text);
	kin_text_add(out, " AS ENUM (");
	add_labels(out, &column->type);
	kin_text_add(out, ");\n"
	             "  ELSIF has <> wants AND has = ARRAY(SELECT l FROM unnest(wants) WITH ORDINALITY AS x (l, i) WHERE l = ANY (has) ORDER BY i)\n"
	             "    AND (first_value IS NULL OR first_value = ANY (has)) THEN\n"
	             "    FOR i IN 1 .. array_length(wants, 1) LOOP\n"
	             "      IF wants[i] <> ALL (has) AND i = 1 THEN EXECUTE format('ALTER TYPE %s ADD VALUE %L BEFORE %L', typ, wants[i], has[1]);\n"
	             "      ELSIF wants[i] <> ALL (has) THEN EXECUTE format('ALTER TYPE %s ADD VALUE %L AFTER %L', typ, wants[i], wants[i - 1]);\n"
	             "      END IF;\n    END LOOP;\n"
	             "  ELSIF has <> wants THEN\n"
	             "    EXECUTE format('ALTER TYPE %s RENAME TO kin_old_enum', typ);\n    CREATE TYPE ");
	add_name(out, column->type.text);
	kin_text_add(out, " AS ENUM (");
	add_labels(out, &column->type);
	kin_text_add(out, ");\n"
	             "    FOR c IN SELECT a.attrelid::pg_catalog.regclass AS tab, a.attname AS col, pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS def\n"
	             "      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p')\n"
	             "      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum\n"
	             "      WHERE a.atttypid = was AND NOT a.attisdropped LOOP\n"
	             "      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT, ALTER COLUMN %I TYPE %s USING %I::text::%s',\n"
	             "        c.tab, c.col, c.col, typ, c.col, typ);\n"
	             "      IF c.def IS NOT NULL THEN\n"
	             "        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', c.tab, c.col, replace(c.def, '::kin_old_enum', ''));\n"
	             "      END IF;\n    END LOOP;\n    DROP TYPE kin_old_enum;\n  END IF;\n"
	             "  SELECT atttypid INTO is_now FROM pg_catalog.pg_attribute WHERE attrelid = tab::pg_catalog.regclass AND attname = col;\n"
	             "  IF is_now <> typ::pg_catalog.regtype THEN\n"
	             "    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT, ALTER COLUMN %I TYPE %s USING %I::text::%s', tab, col, col, typ,"
	             " col, typ);\n");
	if (column->default_sql) {
		kin_text text;
		kin_text_init(&text);
		kin_ddl_write_default(&kin_dialect_postgresql, &text, &column->type, column->default_sql);
		kin_text_add(out, "    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', tab, col, ");
		kin_text_add_quoted(out, text.data, '\'');
		kin_text_add(out, ");\n");
		out->failed = out->failed || !kin_text_ok(&text);
		kin_text_done(&text);
	}
	kin_text_add(out, "  END IF;\nEND $kin$");
}

void kin_ddl_write_label_change(kin_text *out, const char *type, const char *label, const char *new_label)
{
	kin_text_add(out, "DO $kin$ BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_enum WHERE enumtypid = pg_catalog.to_regtype(");
	add_name_string(out, type);
	kin_text_add(out, ") AND enumlabel = ");
	kin_text_add_quoted(out, label, '\'');
	kin_text_add(out, ") THEN ALTER TYPE ");
	add_name(out, type);
	kin_text_add(out, " RENAME VALUE ");
	kin_text_add_quoted(out, label, '\'');
	kin_text_add(out, " TO ");
	kin_text_add_quoted(out, new_label, '\'');
	kin_text_add(out, "; END IF; END $kin$");
}

void kin_ddl_write_label_case(kin_text *out, const char *value, const char *label, const char *new_label)
{
	kin_text_addf(out, "CASE %s WHEN ", value);
	kin_text_add_quoted(out, label, '\'');
	kin_text_add(out, " THEN ");
	kin_text_add_quoted(out, new_label, '\'');
	kin_text_addf(out, " ELSE %s END", value);
}
