#!/bin/sh
# program.sh - functions that revisions call; and one executable with the app, kin and the revisions in it.
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

cat >fill.c <<'END'
#include "models.h"

#include <stdlib.h>

KIN_MIGRATION(add_ann)
{
	kin_add(session, kin_new(session, Owner, .name = kin_migration_tag() ? kin_migration_tag() : "Ann"));
	return kin_commit(session);
}

KIN_MIGRATION(add_and_fail)
{
	kin_add(session, kin_new(session, Owner, .name = "Bob"));
	kin_commit(session);
	return KIN_EINVAL;
}

static void stop(void *context, const char *label, int64_t done, int64_t total)
{
	const char *at = getenv("STOP_AT");

	(void)context, (void)label, (void)total;
	if (at && done >= atoll(at))
		abort();
}

KIN_MIGRATION(fill_species)
{
	kin_backfill(session, &(kin_backfill_options){ .table = "pets", .set = "species = coalesce(species, '') || 'x'", .batch = 100,
	                                               .progress = stop });
	return kin_errcode(session);
}
END

# --- KIN_MIGRATION

kin db upgrade >/dev/null
add b2 a1 'CALL add_ann;
CREATE INDEX ix_name ON owners (name);' 'DROP INDEX ix_name ON owners;'
says 'a revision calls a function' 'Running upgrade a1 -> b2' kin db upgrade --tag Tagged
is 'it has written with its session, and knows the tag' "$(sqlite3 app.db 'select name from owners')" Tagged
add c3 b2 'CALL add_nan;' ''
run kin db upgrade
is 'a function that is not there is told' \
	"$status $(grep -c "c3.sql:7: CALL add_nan: the app has no KIN_MIGRATION(add_nan); did you mean 'add_ann'?" "$work/err")" '1 1'
is 'before anything runs' "$(grep -c Running "$work/out")" 0
add c3 b2 'CALL add_ann;
CALL add_and_fail;' ''
run kin db upgrade
is 'a function that fails is told' "$status $(grep -c 'c3.sql:8: CALL add_and_fail: the function returned KIN_EINVAL' "$work/err")" '1 1'
is 'with it all of the revision is undone' "$(sqlite3 app.db 'select group_concat(name) from owners')" Tagged

# --- a backfill goes on where it was killed

sqlite3 app.db "insert into pets (name) with recursive n(i) as (select 1 union all select i + 1 from n where i < 1050) select 'p' from n"
add c3 b2 'CALL fill_species;' '' '-- transaction: none
'
run env STOP_AT=500 kin db upgrade
is 'it was killed in the middle' "$(sqlite3 app.db 'select count(species) from pets')" 500
run env STOP_AT=800 kin db upgrade
is 'and once more' "$(sqlite3 app.db 'select count(species) from pets')" 800
says 'then it comes to its end' 'Running upgrade b2 -> c3' kin db upgrade
is 'every row was changed once' "$(sqlite3 app.db "select count(*), min(species), max(species) from pets")" '1050|x|x'
is 'nothing is left of it' "$(sqlite3 app.db "select count(*) from kin_backfill") $(kin db current)" '0 c3 (head)'

# --- one executable

rm -rf "$work/away"
mkdir "$work/away"
says 'the app becomes a program' "Built $work/away/petshop" kin build -o "$work/away/petshop"
cd "$work/away"
rm -rf "$work/petshop"
alone() { env -i "$@"; }
says 'it migrates without a compiler and without sources' 'Running upgrade b2 -> c3' alone ./petshop db upgrade
is 'its database is here' "$(ls)" 'app.db
petshop'
says 'it knows where it is' 'c3 (head)' alone ./petshop db current
says 'its revisions are told' 'b2 -> c3 (head), m' alone ./petshop db history
says 'and shown' 'CALL fill_species;' alone ./petshop db show
says 'the app has its commands' '20 owners' sh -c 'env -i ./petshop seed && echo 20 owners'
run alone ./petshop db verify
is 'the database is compared with the models in it' "$status $(grep -c "removed index 'ix_name'" "$work/out")" '1 1'
run alone ./petshop db revision -m x
is 'new revisions are written elsewhere' "$status $(grep -c 'the revisions are built into this program' "$work/err")" '1 1'
says 'the models are checked' 'no problems' alone ./petshop check
says 'all of it goes down again' 'Running downgrade a1 -> ' alone ./petshop db downgrade base

# --- with the drivers of servers, or without SQLite's library

fresh new
kin db init >/dev/null
kin db migrate -m first --rev-id a1 >/dev/null
refuses 'a driver is one of three' 2 "there is no driver 'oracle' to link; there are postgresql, mariadb and dqlite" kin build --driver dqlite,oracle
refuses 'some cannot be static' 2 'the client library of postgresql cannot be linked statically' kin build --static --driver postgresql
for driver in dqlite postgresql mariadb; do
	[ -e "$(dirname "$KIN")/db/libkin-$driver.a" ] || continue
	says "$driver is linked in" 'Built' kin build -o "$work/away/$driver" --driver "$driver"
	run alone DATABASE_URL="$driver://127.0.0.1:1/x" "$work/away/$driver" db current
	is "and needs no module of $driver" "$status $(grep -c 'is not installed' "$work/err") $(grep -c '127.0.0.1' "$work/err")" '1 0 1'
done
says 'the driver of its database is' 'Built' env DATABASE_URL='dqlite://127.0.0.1:1/x' kin build -o "$work/away/chosen"
run alone DATABASE_URL='dqlite://127.0.0.1:1/x' "$work/away/chosen" db current
is 'without being asked for' "$(grep -c 'is not installed' "$work/err")" 0
says 'none need be linked' 'Built' env DATABASE_URL='dqlite://127.0.0.1:1/x' kin build -o "$work/away/bare" --driver none
run alone DATABASE_URL='dqlite://127.0.0.1:1/x' "$work/away/bare" db current
is 'then a module is looked for' "$status $(grep -c 'there is no kin-dqlite.so in' "$work/err")" '1 1'
says 'SQLite is linked in, too' 'Built' kin build --static -o "$work/away/static" --driver dqlite
is 'its library is not needed' "$(ldd "$work/away/static" | grep -c 'sqlite\|inih')" 0
cd "$work/away"
says 'it runs' 'Running upgrade  -> a1' alone ./static db upgrade

finish
