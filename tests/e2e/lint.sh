#!/bin/sh
# lint.sh - what revisions will lose or break is told, acknowledged, and asked about before an upgrade.
set -u
. "$(dirname "$0")/common"

fresh new
kin db init >/dev/null
kin db migrate -m first --rev-id a1 >/dev/null
kin db upgrade >/dev/null

# add ID PARENT UP DOWN: a revision written by hand.
add()
{
	printf -- '-- revision: %s\n-- revises: %s\n-- message: m\n-- date: d\n\n-- upgrade\n%s\n\n-- downgrade\n%s\n' "$1" "$2" "$3" "$4" \
		>"migrations/versions/$1.sql"
}

says 'there is nothing to say of what is applied' 'Nothing was found in 0 revisions.' kin db lint
add b2 a1 'ALTER TABLE pets DROP COLUMN species;
CREATE INDEX ix_name ON pets (name);' 'DROP INDEX ix_name ON pets;
ALTER TABLE pets ADD COLUMN species VARCHAR;'
run kin db lint
is 'what is lost is found' "$status $(grep -c 'b2.sql:7: danger drop-column: pets.species is dropped with all it holds' "$work/out")" '1 1'
also '    safe: let a release go by in which nothing uses it, and drop it in the next'
is 'the rules are summed up' "$(grep -c '^  danger    drop-column  *1  *0$' "$work/out")" 1
run kin db lint --dialect postgresql
is 'each database has its own locks' "$status $(grep -c 'b2.sql:8: warning index-lock' "$work/out")" '1 1'
says 'the rules are listed' 'add-required' kin db lint --list-rules
refuses 'an unknown dialect is told' 2 "there is no dialect 'oracle'" kin db lint --dialect oracle

# on_terminal ANSWER COMMAND: as on a terminal, with one line typed in.
on_terminal()
{
	printf '%s\n' "$1" | script -qec "$2" /dev/null >"$work/out" 2>"$work/err"
	status=$?
}
if command -v script >/dev/null; then
	sqlite3 app.db "insert into pets (name, species) values ('Rex', 'Dog')"
	on_terminal n 'kin db upgrade'
	is 'before an upgrade it is asked' "$status $(grep -c 'b2.sql:7: .*danger' "$work/out") $(kin db current)" '1 1 a1'
	sqlite3 app.db 'delete from pets'
	on_terminal n 'kin db upgrade'
	is 'an empty table has nothing to lose' "$status $(kin db current)" '0 b2 (head)'
	kin db downgrade >/dev/null
	sqlite3 app.db "insert into pets (name, species) values ('Rex', 'Dog')"
	on_terminal y 'kin db upgrade'
	is 'who says yes goes on' "$status $(kin db current)" '0 b2 (head)'
	kin db downgrade >/dev/null
fi

sed -i 's/^ALTER TABLE pets DROP/-- lint: allow drop-column nobody has read it since May\n&/' migrations/versions/b2.sql
says 'what is acknowledged is no finding' 'drop-column                   0        1' kin db lint
run kin db upgrade
is 'and does not stop an upgrade' "$status $(kin db current)" '0 b2 (head)'

finish
