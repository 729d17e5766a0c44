#!/bin/sh
# rehearse.sh - an upgrade is tried out on a copy; the database stays as it is.
set -u
. "$(dirname "$0")/common"

fresh new
kin db init >/dev/null
kin db migrate -m first --rev-id a1 >/dev/null
kin db upgrade >/dev/null
cat >fill.c <<'END'
#include "models.h"

KIN_MIGRATION(fill)
{
	kin_add(session, kin_new(session, Owner, .name = "New"));
	return kin_commit(session);
}
END

# add ID PARENT UP DOWN [HEADER]: a revision written by hand.
add()
{
	printf -- '-- revision: %s\n-- revises: %s\n%s-- message: m\n-- date: d\n\n-- upgrade\n%s\n\n-- downgrade\n%s\n' \
		"$1" "$2" "${5:-}" "$3" "$4" >"migrations/versions/$1.sql"
}

sqlite3 app.db "insert into pets (name, species) with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select 'p' || i, 'Dog' from n"
says 'there may be nothing to rehearse' 'There is nothing to rehearse' kin db rehearse
add b2 a1 'ALTER TABLE pets ADD COLUMN age INTEGER;
CREATE INDEX ix_name ON pets (name);' 'DROP INDEX ix_name ON pets;
ALTER TABLE pets DROP COLUMN age;'
before=$(cksum app.db)
says 'an upgrade is rehearsed' 'as before' kin db rehearse
is 'up, down, and up' "$(awk '$1 == "b2" { printf "%s ", $2 }' "$work/out")" 'up down up '
also 'as the first time'
is 'with all rows' "$(awk '$1 == "b2" { print $5 }' "$work/out" | sort -u)" 1000
is 'the database is as it was' "$(cksum app.db)" "$before"
is 'the copy is gone' "$(ls -d "${TMPDIR:-/tmp}"/kin-rehearse.* 2>/dev/null)" ''

add b2 a1 'ALTER TABLE pets DROP COLUMN species;' 'ALTER TABLE pets ADD COLUMN species VARCHAR;'
run kin db rehearse
is 'what is lost is seen' "$status $(grep -c 'Going down does not bring the data back' "$work/out")" '1 1'
add b2 a1 'ALTER TABLE pets ADD COLUMN age INTEGER;' ''
says 'what cannot be undone goes up only' 'b2 cannot be undone' kin db rehearse
add b2 a1 'INSERT INTO pets (id) VALUES (1);' ''
run kin db rehearse
is 'what fails is told' "$status $(grep -c 'b2.sql:7: ' "$work/err")" '1 1'
for header in '' '-- transaction: none
'; do
	add b2 a1 'CALL fill;' 'DELETE FROM owners;' "$header"
	run kin db rehearse
	is 'functions write into the copy' "$status $(awk '$1 == "b2" && $2 == "up" { print $5; exit }' "$work/out") $(sqlite3 app.db 'select count(*) from owners')" \
		'0 1001 0'
done
is 'and nothing is written down' "$(kin db current)" a1

finish
