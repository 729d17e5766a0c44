#!/bin/sh
# squash.sh - several revisions become one; what is half done is repaired; models, revisions and database are compared.
set -u
. "$(dirname "$0")/common"

fresh new
kin db init >/dev/null
kin db migrate -m first --rev-id a1 >/dev/null

# add ID PARENT UP DOWN [HEADER]: a revision written by hand.
add()
{
	printf -- '-- revision: %s\n-- revises: %s\n%s-- message: m\n-- date: d\n\n-- upgrade\n%s\n\n-- downgrade\n%s\n' \
		"$1" "$2" "${5:-}" "$3" "$4" >"migrations/versions/$1.sql"
}
schema() { sqlite3 app.db "select sql from sqlite_master where name not like 'kin_%' and name not like 'sqlite_%' order by name"; }

add b2 a1 'ALTER TABLE pets ADD COLUMN age INTEGER;' 'ALTER TABLE pets DROP COLUMN age;'
add c3 b2 'ALTER TABLE pets ADD COLUMN colour VARCHAR(9);' 'ALTER TABLE pets DROP COLUMN colour;'
add d4 c3 'ALTER TABLE pets DROP COLUMN age;' 'ALTER TABLE pets ADD COLUMN age INTEGER;'
add e5 d4 'CREATE INDEX ix_colour ON pets (colour);' 'DROP INDEX ix_colour ON pets;'
kin db upgrade c3 >/dev/null
cp app.db middle.db
kin db upgrade d4 >/dev/null
cp app.db all.db
kin db upgrade >/dev/null
whole=$(schema)

# --- squash

refuses 'one revision is not squashed' 1 'to squash takes two' kin db squash b2:b2
add f6 e5 "UPDATE pets SET colour = 'red';" ''
refuses 'what changes data is not squashed unasked' 1 'f6.sql:7: this changes data, not the schema. Say --data keep' kin db squash b2:f6
rm migrations/versions/f6.sql
says 'three become one' 's9_less.sql ... done' kin db squash b2:d4 -m less --rev-id s9
is 'it adds what is left of them' "$(sed -n '/^-- upgrade/,/^-- downgrade/p' migrations/versions/s9_less.sql | grep -v '^--' | tr -d '\n')" \
	'ALTER TABLE pets ADD COLUMN colour VARCHAR(9);'
is 'it says what it replaces' "$(grep replaces migrations/versions/s9_less.sql)" '-- replaces: b2, c3, d4'
is 'what followed them is as it was' "$(sed -n 2p migrations/versions/e5.sql)" '-- revises: d4'
is 'it follows the new one' "$(kin db history | head -1)" 's9 -> e5 (head), m'
says 'a database with all of them is up to date' 'e5 (head)' kin db current
run kin db upgrade
is 'and has nothing to do' "$status $(cat "$work/out")" '0 '
cp all.db app.db
says 'one that has them goes on' 'Running upgrade s9 -> e5' kin db upgrade
is 'to the same schema' "$(schema)" "$whole"
is 'the new one is written down' "$(sqlite3 app.db "select group_concat(id) from (select id from kin_revision order by position)")" a1,s9,e5
says 'it can be undone' 'Running downgrade s9 -> a1' kin db downgrade a1
says 'and done again' 'Running upgrade a1 -> s9' kin db upgrade
is 'with the same schema' "$(schema)" "$whole"
cp middle.db app.db
refuses 'one in the middle is told what to do' 1 'it has b2, c3, and not d4' kin db upgrade
says 'that works' 'Running upgrade c3 -> d4' kin db upgrade --directory migrations/squashed/s9
says 'then it goes on' 'Running upgrade s9 -> e5' kin db upgrade
is 'to that schema, too' "$(schema)" "$whole"
rm app.db
kin db upgrade >/dev/null
is 'a new database gets that schema' "$(schema)" "$whole"

# --- repair

fresh new
kin db init >/dev/null
kin db migrate -m first --rev-id a1 >/dev/null
kin db upgrade >/dev/null
says 'there is nothing to repair' 'There is nothing to repair' kin db repair
sqlite3 app.db "insert into kin_lock values (1, 'elsewhere 12 34', '2026-11-22 10:00:00')"
add b2 a1 'ALTER TABLE pets ADD COLUMN age INTEGER;' 'ALTER TABLE pets DROP COLUMN age;'
refuses 'a lock is waited for, not for ever' 1 'elsewhere 12 34' kin db upgrade --lock-timeout 0.2
says 'repair says who has it' 'The lock is held by elsewhere 12 34' kin db repair
says 'it is broken' 'The lock is free.' kin db repair --break-lock
says 'then it is not in the way' 'Running upgrade a1 -> b2' kin db upgrade
add c3 b2 "ALTER TABLE pets ADD COLUMN size INTEGER;
INSERT INTO pets (id, name) VALUES (1, 'a'), (1, 'b');" 'ALTER TABLE pets DROP COLUMN size;' '-- transaction: none
'
run kin db upgrade
is 'a step fails' "$status $(grep -c '1 of the 2 steps of revision c3 are done' "$work/err")" '1 1'
says 'repair says how far it is' '1 of its 2 steps are done.' kin db repair
also "INSERT INTO pets (id, name) VALUES (1, 'a'), (1, 'b')"
refuses 'nothing else is done meanwhile' 1 'revision c3 is half applied' kin db downgrade
sed -i 's/(1, .b.)/(2, "b")/; s/"b"/'"'b'"'/' migrations/versions/c3.sql
says 'corrected, it goes on' 'Running upgrade b2 -> c3' kin db upgrade
is 'and is whole' "$(kin db current)" 'c3 (head)'
sed -i "s/'a'/'aa'/" migrations/versions/c3.sql
refuses 'an edited file is told' 1 'was edited after it was applied' kin db upgrade
says 'unless it is accepted' '1 revision is written down as the files are now.' kin db repair --accept-edits
says 'then it counts' 'c3 (head)' kin db current

# --- verify

fresh new
kin db init >/dev/null
kin db migrate -m first --rev-id a1 >/dev/null
run kin db verify
is 'a database that is behind is told' "$status $(grep -c 'The revisions are ahead of the database' "$work/out")" '1 1'
is 'and none is made' "$(ls app.db 2>/dev/null)" ''
kin db upgrade >/dev/null
says 'all three are the same' 'models - revisions' kin db verify
sqlite3 app.db 'alter table pets add column age integer'
run kin db verify
is 'the database moved' "$status $(grep -c 'The database moved' "$work/out")" '1 1'
is 'it is said how' "$(grep -c "added column 'pets.age'" "$work/out")" 1
sed -i 's/kin_column(species);/& kin_column(age);/' models.c
sed -i '/species;/a\	kin_nullable(int32_t) age;' models.h
run kin db verify
is 'both moved the same way' "$status $(grep -c 'moved the same way' "$work/out")" '1 1'

# --- SQL for a database that is not there

fresh new
kin db init >/dev/null
kin db migrate -m first --rev-id a1 >/dev/null
for dialect in sqlite postgresql mariadb; do
	says "the SQL of an upgrade on $dialect" 'CREATE TABLE IF NOT EXISTS kin_revision' kin db upgrade --sql --dialect $dialect
	also "INSERT INTO kin_revision (id, position, checksum, applied_at) SELECT 'a1'"
done
kin db upgrade --sql >"$work/script.sql"
sqlite3 app.db <"$work/script.sql"
says 'a database made by the script is at the head' 'a1 (head)' kin db current
run kin db upgrade
is 'and is as its revisions say' "$status $(kin db verify | grep -c ok)" '0 3'
refuses 'an unknown dialect is told' 2 "there is no dialect 'oracle'" kin db upgrade --sql --dialect oracle
says 'the SQL of a stamp' "INSERT INTO kin_revision" kin db stamp --sql head
says 'the SQL of a downgrade' "DELETE FROM kin_revision WHERE id = 'a1'" kin db downgrade --sql head:base
refuses 'a number of seconds is one' 2 "'soon' is no number of seconds" kin db upgrade --lock-timeout soon
printf '[kin]\nlock_timeout = long\n' >kin.ini
refuses 'in kin.ini too' 1 'lock_timeout = long: that is no number of seconds' kin db upgrade

finish
