#!/bin/sh
# databases.sh - the same program on each database: nothing changes but DATABASE_URL.
set -u
[ -n "${KIN_SUITE_URLS:-}" ] || exec "$(dirname "$0")/../../tools/servers" run -- sh "$0"
. "$(dirname "$0")/common"
: "${KIN_DRIVER_PATH:=$(dirname "$KIN")/db}"
export KIN_DRIVER_PATH

# in_shell LINE…: what the shell prints for them.
in_shell()
{
	printf '%s\n' "$@" >"$work/lines"
	kin shell <"$work/lines" 2>"$work/err"
}

# The loop on the database at DATABASE_URL.
walk()
{
	says "$1: init" 'versions ... done' kin db init
	says "$1: the models become a revision" "added table 'pets'" kin db migrate -m first --rev-id a1
	says "$1: upgrade" 'Running upgrade  -> a1, first' kin db upgrade
	is "$1: it is there" "$(kin db current)" 'a1 (head)'
	says "$1: nothing is different" 'No new upgrade operations detected.' kin db check
	is "$1: the shell's lines" "$(in_shell 'pet = Pet(name="Ben", species="Dog")' 'db.session.add(pet)' 'owner = Owner(name="Ben")' \
		'db.session.add(owner)' 'pet.owner = owner' 'db.session.commit()' 'pet.owner')" '<Pet Owner Ben>'
	is "$1: what they saved" "$(in_shell 'kin_count(session, Pet, "name = ? and owner.name = ?", "Ben", "Ben")')" 1
	kin seed >/dev/null && kin seed >/dev/null
	is "$1: seeded twice" "$? $(in_shell 'kin_count(session, Owner, "")' 'kin_count(session, Pet, "owner_id > 0")')" '0 20
50'
	says "$1: the tour" 'Benny belongs to Ben' kin tour
	is "$1: a closed session" "$(in_shell 'owner = kin_all(session, Owner).items[0];' 'kin_close(session);' \
		'kin_load(owner, pets).count == 0 || kin_load(owner, pets).items[0]->owner == owner')" 1
	sed -i 's/	const Owner           \*owner;/	kin_nullable(int32_t)  age;\n&/' models.h
	sed -i 's/	kin_column(species);/&\n	kin_column(age, .index = true);/' models.c
	before=$(in_shell 'kin_count(session, Pet, "owner_id > 0")')
	says "$1: a column more" 'pets.age' kin db migrate -m grow --rev-id b2
	says "$1: up" 'Running upgrade a1 -> b2, grow' kin db upgrade
	says "$1: down" 'Running downgrade b2 -> a1, grow' kin db downgrade
	says "$1: and up" 'Running upgrade a1 -> b2, grow' kin db upgrade
	is "$1: with every row" "$(in_shell 'kin_count(session, Pet, "age is null and owner_id > 0")')" "$before"
	[ "$1" != dqlite ] || is "$1: no copy to rehearse on" "$(kin db rehearse 2>&1 | grep -c 'dqlite gives no copy of itself')" 1
	says "$1: and nothing is different" 'No new upgrade operations detected.' kin db check
	says "$1: all the way back" 'Running downgrade a1 -> ' kin db downgrade base
	is "$1: nothing is there" "$(kin db current)" ''
}

for DATABASE_URL in $KIN_SUITE_URLS; do
	export DATABASE_URL
	fresh new
	walk "${DATABASE_URL%%:*}"
done

finish
