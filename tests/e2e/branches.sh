#!/bin/sh
# branches.sh - revisions of several people: heads, labels, dependencies, merges; and the commands that show them.
set -u
. "$(dirname "$0")/common"

fresh new
kin db init >/dev/null
kin db migrate -m first --rev-id a1 >/dev/null
kin db upgrade >/dev/null

# add ID PARENT UP DOWN [HEADER]: a revision written by hand.
add()
{
	printf -- '-- revision: %s\n-- revises: %s\n%s-- message: m\n-- date: d\n\n-- upgrade\n%s\n\n-- downgrade\n%s\n' \
		"$1" "$2" "${5:-}" "$3" "$4" >"migrations/versions/$1.sql"
}

# --- two developers

add b1 a1 'ALTER TABLE pets ADD COLUMN colour VARCHAR(20);' 'ALTER TABLE pets DROP COLUMN colour;'
add b2 a1 'ALTER TABLE pets ADD COLUMN weight INTEGER;' 'ALTER TABLE pets DROP COLUMN weight;'
says 'both heads are listed' 'b2 (head)' kin db heads
refuses 'head is none of two' 1 "'<branchname>@head' to narrow to a specific head, or 'heads' for all heads" kin db upgrade head
says 'branches lists what several follow' '    -> b2 (head), m' kin db branches
says 'heads is both' 'Running upgrade a1 -> b2' kin db upgrade heads
is 'no id was changed' "$(ls migrations/versions | tr '\n' ' ')" 'a1_first.sql b1.sql b2.sql '
says 'the heads are merged' '_both.sql ... done' kin db merge -m both --rev-id m1
is 'the merge follows both' "$(sed -n 2p migrations/versions/m1_both.sql)" '-- revises: b1, b2'
says 'the merge is applied' 'Running upgrade b1, b2 -> m1, both' kin db upgrade
says 'current says so' 'm1 (head) (mergepoint)' kin db current
says 'the database is at all heads' 'm1' kin db current --check-heads
refuses 'one head is not merged' 1 'there is nothing to merge: there is one head' kin db merge

add c1 m1 'ALTER TABLE pets ADD COLUMN age INTEGER;' 'ALTER TABLE pets DROP COLUMN age;'
add c2 m1 'ALTER TABLE pets ADD COLUMN age SMALLINT;' 'ALTER TABLE pets DROP COLUMN age;'
refuses 'heads that do the same thing are not merged' 1 'c1 and c2 do not fit together' kin db merge
also "pets has a column 'age' already"
add c1 m1 "ALTER TABLE pets ALTER COLUMN colour SET DEFAULT 'red';" 'ALTER TABLE pets ALTER COLUMN colour DROP DEFAULT;'
add c2 m1 "ALTER TABLE pets ALTER COLUMN colour SET DEFAULT 'blue';" 'ALTER TABLE pets ALTER COLUMN colour DROP DEFAULT;'
refuses 'heads whose order matters are not merged' 1 'depends on which is applied first' kin db merge
rm migrations/versions/c?.sql
kin db downgrade -1 >/dev/null
refuses 'the database is not at all heads' 1 'Database is not on all head revisions' kin db current --check-heads
kin db upgrade >/dev/null

# --- labels and dependencies

says 'a revision begins a branch' 'Generating' kin db revision -m shop --rev-id s1 --head m1 --branch-label shop
is 'its file says so' "$(sed -n 3p migrations/versions/s1_shop.sql)" '-- branch: shop'
refuses 'a revision that is no head wants --splice' 1 'Revision m1 is not a head revision; please specify --splice' \
	kin db revision -m users --rev-id u1 --head m1
says 'it is spliced' 'Generating' kin db revision -m users --rev-id u1 --head m1 --splice --branch-label users
refuses 'a label is used once' 1 "Branch name 'shop' is already used by revision s1" \
	kin db revision -m x --head users@head --branch-label shop
says 'a branch goes on' 'Generating' kin db revision -m more --rev-id s2 --head shop@head --depends-on users
is 'it depends on the other' "$(sed -n 3p migrations/versions/s2_more.sql)" '-- depends: u1'
says 'a branch comes with what it depends on' 'Running upgrade m1 -> u1, users' kin db upgrade shop@head
refuses 'what is depended on is not undone alone' 1 'revision s2 depends on u1' kin db downgrade users@-1
says 'a branch is undone' 'Running downgrade s1 -> m1, shop' kin db downgrade shop@base
is 'the other one stays' "$(kin db current)" 'u1 (users) (head)'
is 'heads without what is depended on' "$(kin db heads --resolve-dependencies)" 's2 (head)'
says 'a range of a branch' 's1 -> s2' kin db history -r shop:shop@head
says 'a revision is shown with what it depends on' 'Depends on: u1' kin db show shop@head

# --- edit, templates, --sql

says 'the editor gets the file' 's2_more.sql' env EDITOR=echo VISUAL= kin db edit shop@head
refuses 'an editor that is not there is told' 1 "there is no editor 'no-such-editor'" env EDITOR=no-such-editor VISUAL= kin db edit s2
says 'templates are listed' 'generic' kin db list-templates
refuses 'there is one template' 2 "there is no template 'multidb'" kin db init -t multidb
before=$(ls migrations/versions)
says '--sql prints the file' '-- revision: x1' kin db revision -m printed --rev-id x1 --head shop@head --sql
is 'and writes none' "$(ls migrations/versions)" "$before"

# --- a database that is not there

rm app.db
kin db current >/dev/null
is 'looking makes no empty file' "$(ls app.db 2>/dev/null)" ''
refuses 'a command that fails makes none' 1 "Can't locate revision identified by 'zz'" kin db upgrade zz
is 'none at all' "$(ls app.db 2>/dev/null)" ''

finish
