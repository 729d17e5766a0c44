#!/bin/sh
# demo.sh - the loop that kin exists for, step by step, on SQLite, in a temporary copy of the pet shop.
# Each step shows the command and what it prints, and stops the demo if that is not what it should be.
# KIN names the command; the default is the one in build/.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
KIN=${KIN:-$top/build/src/kin}
work=$(mktemp -d "${TMPDIR:-/tmp}/kin-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
cp -R "$top/examples/petshop" "$work/petshop"
rm -rf "$work/petshop/server/.kin"
unset DATABASE_URL KIN_APP KIN_ENV
PATH=$(dirname "$KIN"):$PATH
out=$work/out
steps=0

step() { steps=$((steps + 1)); printf '\n== %s\n' "$*"; }

# run COMMAND…: show it, run it, show its output; its status must be 0.
run() {
	printf '$ %s\n' "$*" | sed "s|$work/||g"
	status=0
	sh -c "$*" >"$out" 2>&1 || status=$?
	sed "s|$work/||g" "$out"
	[ "$status" -eq 0 ] || fail "exit status $status"
}

# refuse COMMAND…: the same, but it must fail.
refuse() {
	printf '$ %s\n' "$*" | sed "s|$work/||g"
	if sh -c "$*" >"$out" 2>&1; then sed "s|$work/||g" "$out"; fail "it should have refused"; fi
	sed "s|$work/||g" "$out"
}

fail() { printf 'demo: step %s: %s\n' "$steps" "$*" >&2; exit 1; }
expect() { grep -qF -- "$1" "$out" || fail "expected to see: $1"; }
equal() { [ "$(cat "$out")" = "$1" ] || fail "expected exactly: $1"; }
before() {
	first=$(grep -nF -- "$2" "$1" | head -n 1 | cut -d: -f1)
	second=$(grep -nF -- "$3" "$1" | head -n 1 | cut -d: -f1)
	[ -n "$first" ] && [ -n "$second" ] && [ "$first" -lt "$second" ] || fail "'$2' should come before '$3'"
}
sql() { run "sqlite3 app.db \"$1\""; }

cd "$work/petshop"
step '1. the packages the app declares are there and locked; a shell with its environment'
echo 'GREETING="from .env"' >.env
run 'kin install'
expect 'present and locked'
run "echo 'echo \$GREETING; kin --version' | SHELL=/bin/sh kin env"
expect 'from .env'
expect 'kin 0'

step '2. the app is found from here, and from its directory'
run 'kin check'
expect 'no problems'
cd server
run 'kin check'
expect 'no problems'

step '3. kin db init'
run 'kin db init'
expect 'migrations ... done'
expect 'versions ... done'
find migrations -type f | sort | xargs cksum >"$work/before"
refuse 'kin db init'
find migrations -type f | sort | xargs cksum | cmp -s - "$work/before" || fail 'the second init changed something'

step '4. a revision made from the models'
run 'kin db revision --autogenerate -m "create owners, pets tables"'
expect "Detected added table 'owners'"
expect "Detected added table 'pets'"
expect '_create_owners_pets_tables.sql ... done'
revision=$(ls migrations/versions/*_create_owners_pets_tables.sql)
id=$(basename "$revision" | cut -d_ -f1)
run "cat $revision"
before "$revision" 'CREATE TABLE owners' 'CREATE TABLE pets'
before "$revision" 'DROP TABLE pets' 'DROP TABLE owners'
expect 'REFERENCES owners'

step '5. upgrade'
run 'kin db upgrade'
expect "Running upgrade  -> $id, create owners, pets tables"
run 'kin db current'
equal "$id (head)"
run 'kin db upgrade'
equal ''

step '7. the shell: a pet'
cat >"$work/lines" <<'LINES'
from app import app
from models import db, Owner, Pet
pet = Pet(name="Ben", species="Dog")
db.session.add(pet)
db.session.commit()
pet.id
LINES
run "kin shell < $work/lines"
expect '1'
sql 'select id, name, species, owner_id is null from pets'
equal '1|Ben|Dog|1'

step '8 and 9. an owner, and the pet is hers'
sql 'delete from pets'
cat >>"$work/lines" <<'LINES'
owner = Owner(name="Ben")
db.session.add(owner)
db.session.commit()
owner
pet.owner = owner
db.session.add(pet)
db.session.commit()
pet.owner
LINES
run "kin shell < $work/lines"
expect '<Pet Owner Ben>'
sql 'select owner_id from pets'
equal '1'

step '7 to 9 in C'
sql 'delete from pets; delete from owners'
cat >"$work/lines" <<'LINES'
pet = kin_new(session, Pet, .name = "Ben", .species = "Dog")
kin_add(session, pet)
kin_commit(session)
pet->id
owner = kin_new(session, Owner, .name = "Ben");
kin_add(session, owner);
kin_commit(session);
owner
pet->owner = owner;
kin_commit(session);
pet->owner
LINES
run "kin shell < $work/lines"
expect '<Pet Owner Ben>'

step '6, 10 and 11. kin seed, twice'
run 'kin seed'
run 'kin seed'
sql 'select (select count(*) from owners), (select count(*) from pets), (select count(distinct species) from pets), (select count(*) from pets where owner_id is null)'
equal '20|50|5|0'

step 'the tour: the session, the queries and the loaders'
run 'kin tour'
expect '<Pet Owner Ben>'
expect 'Benny belongs to Ben'

step '12. the loaders: subquery, after the session has been closed'
cat >"$work/lines" <<'LINES'
owners = kin_all(session, Owner);
owner = owners.items[0];
kin_close(session);
kin_load(owner, pets).count == 0 || kin_load(owner, pets).items[0]->owner == owner
kin_errcode(session)
LINES
run "kin shell < $work/lines"
equal '1
0'

step '12. with the default loader, the same finds the pets detached'
sed -i 's/, .lazy = KIN_SUBQUERY//' models.c
refuse "kin shell < $work/lines"
expect 'is not bound to a session'
expect "lazy load of attribute 'pets' cannot proceed"
cat >"$work/lines" <<'LINES'
owner = Owner.query.all()[0]
Owner.query.filter_by(id=owner.id).first() == owner
kin_load(owner, pets).count == (size_t)kin_count(session, Pet, "owner_id = ?", owner->id)
Pet.query.filter_by(owner_id=owner.id).first().owner == owner || kin_load(owner, pets).count == 0
LINES
run "kin shell < $work/lines"
equal '1
1
1'

step 'the table grows: a column added, one renamed, an index'
sed -i 's/	const Owner           \*owner;/	kin_nullable(int32_t)  age;\n&/' models.h
sed -i 's/	kin_column(species);/	kin_column(species, .column = "kind", .index = true);\n	kin_column(age);/' models.c
refuse 'kin db check'
expect "pets.age"
refuse 'kin db migrate -m "grow" </dev/null'
expect '--rename pets.species:kind'
run 'kin db migrate -m "grow" --rename pets.species:kind'
expect 'pets.age'
cat >"$work/count.sql" <<'SQL'
select count(*), count(name), sum(id), sum(owner_id) from pets
SQL
sqlite3 app.db <"$work/count.sql" >"$work/rows"
run 'kin db upgrade'
run 'kin db downgrade'
sqlite3 app.db 'select count(species) from pets' >/dev/null || fail 'species is not back'
run 'kin db upgrade'
sqlite3 app.db <"$work/count.sql" | cmp -s - "$work/rows" || fail 'rows were lost on the way'
run 'kin db history'
run 'kin db check'
expect 'No new upgrade operations detected.'
run 'kin seed'

step 'and all the way back'
run 'kin db downgrade base'
run 'kin db current'
equal ''

printf '\ndemo: %s steps, all as they should be\n' "$steps"
