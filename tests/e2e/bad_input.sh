#!/bin/sh
# bad_input.sh - what goes wrong is told in a clear sentence, with exit status 1 or 2, and leaves every file as it was.
set -u
. "$(dirname "$0")/common"

# --- no app, or one that is broken

mkdir "$work/empty"
cd "$work/empty"
refuses 'without an app.c there is no app' 1 'no app here: there is no app.c in this directory, nor in server/' kin db upgrade
refuses 'kin check needs an app' 1 'no app here' kin check
refuses 'a command of an app is not known without it' 2 "there is no command 'seed'" kin seed
also 'no app here'
refuses '--app names no directory' 1 '--app says nowhere, but there is no such directory' kin --app nowhere check
refuses '--app names a directory without an app' 1 'there is no app.c in it, nor in its server/' kin check --app .
refuses '--app names no shared object' 1 '--app says no.so, but there is no such file' kin --app no.so check
refuses 'KIN_APP names no directory' 1 'KIN_APP says nowhere' env KIN_APP=nowhere kin check

fresh new
printf 'int broken = ;\n' >>models.c
line=$(wc -l <models.c)
refuses 'an app that does not compile is told' 1 'the app does not compile' kin check
also "models.c:$line:14: error: "
refuses 'every command tells it' 1 "models.c:$line:14: error: " kin seed

fresh new
cat >forgotten.c <<'END'
#include "models.h"

void rename_pet(kin_session *session)
{
	Pet *pet = kin_get(session, Pet, 1);
	pet->name = "Rex";
}
END
refuses 'a forgotten kin_edit() does not compile' 1 'forgotten.c:5:' kin check
also 'const'

fresh new
sed -i '/KIN_APP/d' app.c
refuses 'an app without KIN_APP() is told' 1 'has no KIN_APP(name, .database = "…")' kin check

fresh new
printf '#include <kin.h>\n\nKIN_APP(other, .database = "sqlite:///other.db");\n' >other.c
refuses 'an app with two KIN_APP() is told' 1 'the app does not link' kin check
also 'kin_app_info_'
also 'other.c'

fresh new
printf '#include <kin.h>\n\nKIN_COMMAND(seed, "Another") { return 0; }\n' >other.c
refuses 'two commands of one name are told' 1 'the app does not link' kin check
also 'kin_command_seed_'
also 'other.c'

fresh new
printf '#include <kin.h>\n\nKIN_COMMAND(check, "Mine") { return 0; }\n' >other.c
refuses 'a command with the name of one of kin is told' 1 'KIN_COMMAND(check, "Mine"): `kin check` is a command already' kin check

fresh new
printf 'int kin_nowhere(void);\nint use(void) { return kin_nowhere(); }\n' >use.c
refuses 'an app that needs what is not there does not load' 1 'the app does not load' kin check
also 'kin_nowhere'

fresh new
refuses 'without a compiler it is told how to get one' 1 "there is no C compiler 'no-such-cc'" env CC=no-such-cc kin check

fresh new
sed -i 's/"owners.id"/"ownerz.id"/; s/kin_repr("<Pet {name}, {species}>")/kin_repr("<Pet {nam}>")/' models.c
refuses 'models that do not fit are told all together' 1 'ownerz' kin check
also 'models.c:15: '
also 'models.c:17: '
also 'nam'

fresh new
sed -i 's/^\tkin_column(species);/&\n\tkin_index(species, .name = "one");\n\tkin_index(name, .name = "one");/' models.c
refuses 'two indexes of one name are told' 1 'table pets has two indexes named one' kin check

# --- migrations

fresh new
refuses 'there is nothing to upgrade before init' 1 'kin db init' kin db upgrade
refuses 'nor a place for a revision' 1 'kin db init' kin db revision -m x
refuses 'nor a history' 1 'kin db init' kin db history

mkdir migrations
echo mine >migrations/notes
refuses 'a migrations directory that is there is kept' 1 'migrations' kin db init
also 'not empty'

fresh new
kin db init >/dev/null
kin db migrate -m 'create owners, pets tables' --rev-id aa1 >/dev/null
keep revision
kin db upgrade >/dev/null
kin db revision -m 'second' --rev-id aa2 >/dev/null
kin seed
keep shop
is 'the shop has its pets' "$(sqlite3 app.db 'select count(*) from pets')" 50
first=$(cd migrations/versions && ls aa1*)
second=$(cd migrations/versions && ls aa2*)

refuses 'init twice changes nothing' 1 'migrations' kin db init
refuses 'an unknown revision is told' 1 "Can't locate revision identified by 'zz'" kin db upgrade zz
for command in downgrade stamp show; do
	refuses "an unknown revision is told by $command" 1 "Can't locate revision identified by 'zz'" kin db $command zz
done
refuses 'an ambiguous revision is told' 1 "'aa'" kin db upgrade aa
also 'aa1'
also 'aa2'
refuses 'an empty revision is told' 1 "''" kin db upgrade ''
refuses 'an empty revision is told by downgrade' 1 "''" kin db downgrade ''
refuses 'an empty revision is told by stamp' 1 "''" kin db stamp ''
refuses 'too many steps up are told' 1 '+9' kin db upgrade +9
refuses 'too many steps down are told' 1 '-9' kin db downgrade -9
refuses 'a wrong option is told' 2 'did you mean --message?' kin db revision --mesage x
refuses 'a revision id that is taken is told' 1 'aa1' kin db revision -m again --rev-id aa1
refuses 'a revision id that cannot be a file name is told' 2 "'../aa3' cannot be a revision's id" kin db revision -m again --rev-id ../aa3
refuses 'so is one that is the name of something else' 2 "'head' cannot be a revision's id" kin db merge --rev-id head

fresh shop
sed -i 's/CREATE TABLE owners/CREATE TABLE  owners/; s/name VARCHAR/name VARCHAR(80)/' "migrations/versions/$first"
refuses 'a revision edited after it was applied is told' 1 "$first" kin db upgrade
also 'edited'

fresh shop
size=$(wc -c <"migrations/versions/$second")
head -c $((size / 3)) "migrations/versions/$second" >cut && mv cut "migrations/versions/$second"
refuses 'a revision that was cut short is told' 1 "$second:" kin db upgrade

fresh revision
size=$(wc -c <"migrations/versions/$first")
head -c $((size * 2 / 3)) "migrations/versions/$first" >cut && mv cut "migrations/versions/$first"
refuses 'a revision that was cut in the middle of a statement is told' 1 "$first:" kin db upgrade

fresh shop
: >"migrations/versions/$second"
refuses 'a revision that is empty is told' 1 "$second:1" kin db upgrade

fresh shop
awk '{ print } /^-- upgrade/ { print "CREATE FUNCTION later() RETURNS INTEGER;" }' "migrations/versions/$second" >new &&
	mv new "migrations/versions/$second"
line=$(grep -n 'CREATE FUNCTION' "migrations/versions/$second" | cut -d: -f1)
refuses 'DDL that kin does not know is told' 1 "$second:$line:8: expected " kin db upgrade
also "'FUNCTION'"

fresh shop
cp "migrations/versions/$second" migrations/versions/aa2_copy.sql
refuses 'two revisions with one id are told' 1 'aa2' kin db upgrade
also 'aa2_copy.sql'

fresh shop
rm "migrations/versions/$first"
refuses 'a missing parent is told' 1 'aa1' kin db upgrade
also "$second"

fresh shop
kin db upgrade >/dev/null
rm "migrations/versions/$second"
refuses 'an applied revision without a file is told' 1 'aa2' kin db current

fresh shop
kin db upgrade >/dev/null
sqlite3 app.db 'alter table pets add column colour text; create index by_hand on owners (name)'
refuses 'a database that was changed by hand is told' 1 'colour' kin db check
also 'by hand'
also 'by_hand'
refuses 'a revision is not made from a database that was changed by hand' 1 'by hand' kin db revision --autogenerate -m x

fresh shop
refuses 'a revision is not made from a database that is behind' 1 'not up to date' kin db revision --autogenerate -m x

# --- database files

fresh shop
refuses 'a read-only database is not seeded' 1 'read-only' kin --database 'sqlite:///app.db?mode=ro' seed
refuses 'a read-only database is not upgraded' 1 'read-only' kin --database 'sqlite:///app.db?mode=ro' db upgrade
says 'a read-only database is read' 'aa1' kin --database 'sqlite:///app.db?mode=ro' db current
refuses 'a database in no directory is told by a command' 1 'no/such' kin --database sqlite:///no/such/app.db seed
refuses 'a database in no directory is told by upgrade' 1 'no/such' kin --database sqlite:///no/such/app.db db upgrade
refuses 'a directory is no database' 1 'migrations' kin --database sqlite:///migrations db upgrade
refuses 'a file that must be there is told' 1 'gone.db' kin --database 'sqlite:///gone.db?mode=rw' db upgrade
echo 'this is a text, and no database at all, however long it may be' >text.db
refuses 'a file that is no database is told by a command' 1 'text.db' kin --database sqlite:///text.db seed
also 'is not a SQLite database'
refuses 'a file that is no database is told by upgrade' 1 'is not a SQLite database' kin --database sqlite:///text.db db upgrade
head -c 6000 app.db >cut.db
refuses 'a database that was cut is told' 1 'cut.db' kin --database sqlite:///cut.db db upgrade
: >new.db
refuses 'a database without tables is told' 1 'kin db upgrade' kin --database sqlite:///new.db seed

fresh shop
mkfifo "$work/statements"
sqlite3 app.db <"$work/statements" >"$work/holder" 2>&1 &
holder=$!
exec 7>"$work/statements"
printf 'begin exclusive;\nselect 1;\n' >&7
until [ -s "$work/holder" ]; do sleep 0.05; done
refuses 'a locked database is told by a command' 1 'locked' kin --database 'sqlite:///app.db?timeout=200' seed
refuses 'a locked database is told by upgrade' 1 'locked' kin --database 'sqlite:///app.db?timeout=200' db upgrade
exec 7>&-
wait "$holder"
says 'when the lock is gone the upgrade runs' 'aa2' kin db upgrade

# --- rows

fresh new
rm -rf ./*.c ./*.h
cat >app.c <<'END'
#include <kin.h>

KIN_APP(strict, .database = "sqlite:///app.db");

KIN_DECLARE(House);
KIN_DECLARE(Cat);

struct House {
	int64_t     id;
	const char *street;
	Cat_list    cats;
};

struct Cat {
	int64_t               id;
	const char           *name;
	int16_t               age;
	kin_nullable(int64_t) house_id;
	const House          *house;
};

KIN_MODEL(House, "houses") {
	kin_column(id, .primary_key = true);
	kin_column(street);
	kin_has_many(cats, Cat, .backref = "house");
}

KIN_MODEL(Cat, "cats") {
	kin_column(id, .primary_key = true);
	kin_column(name, .nullable = false, .unique = true, .length = 5);
	kin_column(age);
	kin_column(house_id, .foreign_key = "houses.id");
	kin_belongs_to(house, House);
	kin_check("age >= 0", .name = "ck_cats_age");
}

#define BEGIN kin_session *session = kin_session_new(kin_app_db(app))

KIN_COMMAND(good, "Two cats in a house")
{
	BEGIN;
	House *house = kin_new(session, House, .street = "Elm");
	kin_add(session, kin_new(session, Cat, .name = "Tom", .house = house));
	kin_add(session, kin_new(session, Cat, .name = "Ann", .age = 3, .house = house));
	return kin_finish(session, kin_commit(session));
}

KIN_COMMAND(nameless, "NULL where there must be a name")
{
	BEGIN;
	kin_add(session, kin_new(session, Cat, .name = "Fine"));
	kin_add(session, kin_new(session, Cat, .age = 1));
	return kin_finish(session, kin_commit(session));
}

KIN_COMMAND(twice, "A key that is there")
{
	BEGIN;
	kin_add(session, kin_new(session, Cat, .name = "Fine"));
	kin_add(session, kin_new(session, Cat, .name = "Tom"));
	return kin_finish(session, kin_commit(session));
}

KIN_COMMAND(same, "A primary key that is there")
{
	BEGIN;
	kin_add(session, kin_new(session, Cat, .id = 1, .name = "Fine"));
	return kin_finish(session, kin_commit(session));
}

KIN_COMMAND(homeless, "A key to no house")
{
	BEGIN;
	kin_add(session, kin_new(session, Cat, .name = "Fine", .house_id = kin_some(int64_t, 99)));
	return kin_finish(session, kin_commit(session));
}

KIN_COMMAND(longer, "A name that is too long")
{
	BEGIN;
	kin_add(session, kin_new(session, Cat, .name = "Timothy"));
	return kin_finish(session, kin_commit(session));
}

KIN_COMMAND(letters, "Five letters that are ten bytes")
{
	BEGIN;
	kin_add(session, kin_new(session, Cat, .name = "äöüßé"));
	return kin_finish(session, kin_commit(session));
}

KIN_COMMAND(unborn, "What a check forbids")
{
	BEGIN;
	kin_add(session, kin_new(session, Cat, .name = "Fine", .age = -1));
	return kin_finish(session, kin_commit(session));
}

KIN_COMMAND(old, "A number that is too large for its column")
{
	BEGIN;
	kin_update(session, Cat, "age = ? where name = ?", 70000, "Tom");
	return kin_finish(session, kin_commit(session));
}

KIN_COMMAND(huge, "A number that is too large for any column")
{
	BEGIN;
	kin_count(session, Cat, "id = ?", UINT64_MAX);
	return kin_finish(session, kin_errcode(session));
}

KIN_COMMAND(read, "All cats")
{
	BEGIN;
	Cat_list cats = kin_all(session, Cat);
	kin_each(Cat, cat, cats)
		printf("%s %d\n", cat->name, cat->age);
	return kin_finish(session, kin_errcode(session));
}

KIN_COMMAND(stranger, "An object of another session")
{
	BEGIN;
	kin_session *other = kin_session_new(kin_app_db(app));
	Cat *cat = kin_new(other, Cat, .name = "Fine");
	kin_add(session, kin_new(session, Cat, .name = "Mine"));
	kin_add(session, cat);
	int status = kin_finish(session, kin_commit(session));
	kin_free(other);
	return status;
}

KIN_COMMAND(relation, "An object that points at one of another session")
{
	BEGIN;
	kin_session *other = kin_session_new(kin_app_db(app));
	House *house = kin_new(other, House, .street = "Oak");
	kin_add(other, house);
	kin_add(session, kin_new(session, Cat, .name = "Mine", .house = house));
	int status = kin_finish(session, kin_commit(session));
	kin_free(other);
	return status;
}

KIN_COMMAND(detached, "A relationship of an object whose session is closed")
{
	BEGIN;
	const House *house = kin_first(session, House);
	kin_close(session);
	printf("%zu cats\n", kin_load(house, cats).count);
	return kin_finish(session, kin_errcode(session));
}

KIN_COMMAND(none, "One row where there is none")
{
	BEGIN;
	kin_one(session, Cat, "name = ?", "Nobody");
	return kin_finish(session, kin_errcode(session));
}

KIN_COMMAND(many, "One row where there are two")
{
	BEGIN;
	kin_one(session, Cat);
	return kin_finish(session, kin_errcode(session));
}
END
kin db init >/dev/null && kin db migrate -m 'cats' >/dev/null && kin db upgrade >/dev/null
says 'the queries of the cats are right' 'no problems' kin check
run kin good
is 'the cats are in their house' "$status $(sqlite3 app.db 'select count(*), count(house_id) from cats')" '0 2|2'
keep strict

refuses 'a NULL in a NOT NULL column is told' 1 'Cat.name' kin nameless
also 'NULL'
refuses 'a duplicate key is told' 1 'cats.name' kin twice
refuses 'a duplicate primary key is told' 1 'cats.id' kin same
refuses 'a broken foreign key is told' 1 'foreign key' kin homeless
refuses 'a string past .length is told' 1 'Cat.name' kin longer
also 'Timothy'
also '5'
refuses 'a check is told' 1 'ck_cats_age' kin unborn
refuses 'a value out of range for its column is told' 1 '70000' kin old
also 'age'
refuses 'a value out of range for any column is told' 1 'is too large for any column' kin huge
also '18446744073709551615'
refuses 'an object of another session is told' 1 'another session' kin stranger
refuses 'so is one that a relationship reaches' 1 'another session' kin relation
refuses 'a relationship of a detached object is told' 1 'is not bound to a session; lazy load' kin detached
also "attribute 'cats' cannot proceed"
also 'Parent instance <House at 0x'
refuses 'no row where one was required is told' 1 'Cat' kin none
refuses 'several rows where one was required are told' 1 'Cat' kin many
run kin letters
is 'a length is counted in letters' "$status $(cat "$work/err")" '0 '

fresh strict
sqlite3 app.db "update cats set age = 70000 where name = 'Tom'"
refuses 'a value that the member cannot hold is told' 1 '70000' kin read
also 'age'
fresh strict
sqlite3 app.db "pragma writable_schema = on; update cats set age = 'old' where name = 'Tom'"
refuses 'a text in a column of numbers is told' 1 'age' kin read

# --- queries

fresh strict
cat >queries.c <<'END'
#include <kin.h>

KIN_DECLARE(Cat);
struct Cat { int64_t id; const char *name; int16_t age; kin_nullable(int64_t) house_id; const void *house; };

#define ASK(name, query) \
	KIN_COMMAND(name, "A query") \
	{ \
		kin_session *session = kin_session_new(kin_app_db(app)); \
		query; \
		return kin_finish(session, kin_errcode(session)); \
	}

ASK(wrong_name, kin_all(session, Cat, "nmae = ?", "Tom"))
ASK(too_few, kin_all(session, Cat, "name = ? and age = ?", "Tom"))
ASK(too_many, kin_all(session, Cat, "name = ?", "Tom", 3))
ASK(wrong_kind, kin_all(session, Cat, "age = ?", "three"))
ASK(wrong_path, kin_all(session, Cat, "hosue.street = ?", "Elm"))
ASK(wrong_end, kin_all(session, Cat, "house.stret = ?", "Elm"))
ASK(wrong_with, kin_all(session, Cat, "age > ? with hous", 1))
ASK(wrong_text, kin_all(session, Cat, "age >"))
ASK(wrong_order, kin_all(session, Cat, "order by agee"))
ASK(wrong_update, kin_update(session, Cat, "agge = ?", 3))
END
run kin check
is 'kin check finds wrong queries' "$status" 1
for line in 14 15 16 17 18 19 20 21 22 23; do
	if grep -qE "queries\.c:$line: " "$work/out"; then ok; else not_ok "kin check finds the query in line $line"; fi
done
also "queries.c:14: Cat has no attribute 'nmae'; did you mean 'name'?"
also "did you mean 'house'?"
also "did you mean 'street'?"
also "did you mean 'age'?"
is 'and no others' "$(grep -c 'queries\.c:' "$work/out")" 10
for query in wrong_name:14 too_few:15 too_many:16 wrong_kind:17 wrong_path:18 wrong_end:19 wrong_with:20 wrong_text:21 \
	wrong_order:22 wrong_update:23; do
	sentence=$(kin check 2>/dev/null | grep "queries\.c:${query#*:}: ")
	refuses "the query ${query%:*} is told at run time as by kin check" 1 "${sentence#*queries.c:*: }" kin "${query%:*}"
	also "queries.c:${query#*:}"
done

# --- settings

fresh shop
for url in 'postgresql://ben:secret@host:port/db' 'oracle://ben:secret@host/db' 'ben:secret@host' 'sqlite:/app.db' \
	'sqlite:///app.db?mode=wild' 'sqlite:///app.db?timeout=x' 'postgresql://ben:secret@[::1/db' '://ben:secret@host/db' 'postgresql:ben:secret@host'; do
	refuses "the URL $url is told" 1 'DATABASE_URL' env DATABASE_URL="$url" kin db current
done
refuses 'a server that is not there, or has no driver here, is told' 1 'error: ' \
	env DATABASE_URL=postgresql://ben:secret@localhost:1/db kin db current
is 'and it is said which of both' "$(grep -cE 'cannot connect to the PostgreSQL server at localhost|the driver for postgresql://' "$work/err")" 1

fresh shop
printf '# settings\nDATABASE_URL postgresql://ben:secret@host/db\n' >.env
refuses 'a wrong line in .env is told' 1 '.env:2: expected NAME=value' kin db current
printf 'GREETING="hello\n' >.env
refuses 'a quote in .env that does not end is told' 1 '.env:1: ' kin db current
rm .env
printf '[kin]\n\ndatabse = sqlite:///app.db\n' >kin.ini
refuses 'an unknown setting in kin.ini is told' 1 "kin.ini:3: [kin] has no setting 'databse'" kin db current
printf '[kin\ndatabase = sqlite:///app.db\n' >kin.ini
refuses 'a wrong section in kin.ini is told' 1 'kin.ini:1: ' kin db current
printf '[kin]\njust words\n' >kin.ini
refuses 'a wrong line in kin.ini is told' 1 'kin.ini:2: ' kin db current
printf 'database = sqlite:///app.db\n' >kin.ini
refuses 'a setting outside a section of kin.ini is told' 1 'kin.ini:1: ' kin db current

# The database that is not there tells who named it.
fresh shop
named() { is "$1" "$(kin ${3:-} check >/dev/null 2>&1; kin ${3:-} db stamp aa1 2>&1 >/dev/null | grep -o '[a-z]*/gone.db')" "$2/gone.db"; }
sed -i 's|sqlite:///app.db|sqlite:///a/gone.db|' app.c
named 'KIN_APP() names the database' a
printf '[kin]\ndatabase = sqlite:///b/gone.db\n' >../kin.ini
named 'kin.ini comes before KIN_APP()' b
printf '[kin]\ndatabase = sqlite:///c/gone.db\n' >kin.ini
named 'the kin.ini beside the app comes before the one above it' c
echo 'DATABASE_URL=sqlite:///d/gone.db' >../.env
named '.env comes before kin.ini' d
export DATABASE_URL=sqlite:///e/gone.db
named 'the environment comes before .env' e
named 'the command line comes before the environment' f '--database sqlite:///f/gone.db'
unset DATABASE_URL

# --- command lines

fresh shop
refuses 'an unknown command is told' 2 "did you mean 'seed'?" kin sed
refuses 'an unknown command of a group is told' 2 "did you mean 'upgrade'?" kin db upgarde
refuses 'a missing value is told' 2 '--message needs a value' kin db revision --message
refuses 'an argument too many is told' 2 "'b' is one argument too many" kin db upgrade a b
refuses 'an app is not made where there is one' 1 'exists already' kin new ../server
refuses 'an app is not named like that' 2 "'my-app' cannot be an app's name" kin new my-app

finish
