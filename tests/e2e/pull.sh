#!/bin/sh
# pull.sh - databases that were there first: what is pulled from them builds, and gives the same database.
set -u
. "$(dirname "$0")/common"

. "$(dirname "$0")/pulled"

# round NAME: with NAME.db, and new.db for what is made anew.
round() { pulled "$1" "sqlite:///../$1.db" sqlite:///new.db; }

make() { sqlite3 "$1.db" >/dev/null 2>&1; }

cd "$work"
make odd <<'SQL'
CREATE TABLE "order" ("select" INTEGER PRIMARY KEY AUTOINCREMENT, "a ""quote""" TEXT NOT NULL DEFAULT 'it''s', "int" INT,
  "with blank" VARCHAR(20) COLLATE NOCASE, "🐈" NVARCHAR(5), "back\slash" BOOLEAN NOT NULL DEFAULT 1, price MONEY,
  "twice" INT GENERATED ALWAYS AS ("int" * 2) STORED, CONSTRAINT "odd ""name""" UNIQUE ("with blank", "int"), CHECK ("int" > 0));
CREATE INDEX "ix 🐈" ON "order" ("🐈" DESC, lower("with blank")) WHERE "int" > 3;
CREATE UNIQUE INDEX plain ON "order" ("int", "🐈");
CREATE TABLE "2nd Table's" (a INT, b INT, order_id INTEGER UNIQUE REFERENCES "order" ON DELETE SET NULL,
  parent_a INT, parent_b INT, PRIMARY KEY (a, b), FOREIGN KEY (parent_a, parent_b) REFERENCES "2nd Table's" (a, b)
  ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE keyless (x, y REFERENCES "order");
CREATE TABLE node (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES node, other_id INTEGER REFERENCES node (id),
  "bytes" BLOB NOT NULL, "when" TIMESTAMP DEFAULT CURRENT_TIMESTAMP, ratio DOUBLE PRECISION, price NUMERIC(10, 2) NOT NULL,
  CONSTRAINT ck_node_ratio CHECK (ratio BETWEEN 0 AND 1));
CREATE VIEW "a view" AS SELECT "select" FROM "order";
CREATE TRIGGER tr AFTER INSERT ON node BEGIN UPDATE node SET ratio = 0.5 WHERE id = new.id; END;
CREATE VIRTUAL TABLE words USING fts5(word);
SQL
round odd
run cat odd/models.h
also 'KIN_DECLARE(Order);'
also 'kin_nullable(int32_t)  int_;'
also 'const char            *a__quote_;'
run cat odd/models.c
also 'kin_column(int_, .column = "int");'
also 'kin_column(twice, .computed = "\"int\" * 2", .computed_stored = true);'
also 'kin_column(price, .precision = 10, .scale = 2);'
also '.column = "a \"quote\"", .type = "TEXT", .nullable = false, .default_sql = "'"'it''s'"'"'
also 'kin_has_one(_2nd_table_s, T2ndTable, .backref = "order");'
also 'kin_belongs_to(parent, Node, .backref = "parent_nodes", .foreign_key = "parent_id");'
also 'kin_check("ratio BETWEEN 0 AND 1", .name = "ratio");'
cp "$work/notes" "$work/err"
also 'note: table keyless has no primary key, and is no model'
also 'note: order.price, of type MONEY, is read and written as text'
also "note: the foreign key of 2nd Table's over parent_a, … to 2nd Table's is no relationship"
also 'note: the view a view is not in the models'
also 'note: not taken over: virtual table words'
cd "$work/odd"
refuses 'what is there is kept' 1 'models.c exists already; --force replaces it' kin db pull sqlite:///../odd.db
refuses 'a database that is not there is told' 1 'there is no such file' kin db pull sqlite:///nothing.db
refuses 'a file is no URL' 2 'is no URL of a database' kin db pull odd.db

# --- a database that Alembic has managed

cd "$work"
make managed <<'SQL'
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('1975ea83b712');
CREATE TABLE account (id INTEGER NOT NULL, name VARCHAR(50) NOT NULL, PRIMARY KEY (id), CONSTRAINT uq_account_name UNIQUE (name));
CREATE INDEX ix_account_name ON account (name);
INSERT INTO account VALUES (1, 'ann');
SQL
round managed
cd "$work/managed"
rm -rf migrations new.db
kin db init >/dev/null
says "Alembic's place is taken over" 'versions/1975ea83b712_adopted_from_alembic.sql ... done' kin db stamp --from-alembic
says 'the database is where it was' '1975ea83b712 (head)' kin db current
says 'nothing is left to do' 'No new upgrade operations detected' kin db check
is 'its rows are there' "$(sqlite3 ../managed.db 'SELECT name FROM account')" ann
says 'the first revision makes such a database' 'Running upgrade' kin --database sqlite:///new.db db upgrade
run kin db stamp --from-alembic
is 'it can be taken over again' "$status$(cat "$work/err")" 0
refuses 'what Alembic never saw is no place to go on from' 1 'no table alembic_version' \
	kin --database sqlite:///new.db db stamp --from-alembic
sqlite3 ../managed.db "UPDATE alembic_version SET version_num = 'ae1027a6acf'"
refuses 'a revision that is not there is told' 1 'Alembic is at ae1027a6acf, and there are revisions, but none of that id' \
	kin db stamp --from-alembic

# Schemas that nobody here wrote, where they are at hand.
corpus=$top/../shared/corpus
for schema in chinook/Chinook_Sqlite.sql sakila/sqlite-sakila-schema.sql northwind/sqlite-create.sql; do
	[ -f "$corpus/$schema" ] || continue
	name=${schema%%/*}
	cd "$work"
	{ echo 'PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;' && cat "$corpus/$schema"; } | make "$name"
	round "$name"
done
finish
