#!/bin/sh
# check.sh - what `kin check` says of a program's queries: on sources, a shared object and an executable; and with a database.
set -u
. "$(dirname "$0")/common"

fresh new
rm tour.c seed.c
cat >ask.c <<'EOF'
#include "models.h"

typedef struct Named { const char *name; int64_t n; } Named;
KIN_ROW(Named, name, n);

KIN_COMMAND(ask, "Questions that cannot be meant")
{
	kin_session *session = kin_session_new(kin_app_db(app));

	kin_all(session, Pet, "id > 10 and id < 5");
	kin_all(session, Pet, "id is null");
	kin_all(session, Pet, "name not in ('Rex', null)");
	kin_all(session, Pet, "count(*) > 3");
	kin_select(session, Named, "select name, count(*) as n from Pet group by species");
	kin_all(session, Pet, "id like '1%'");
	return kin_finish(session, kin_errcode(session));
}
EOF

# expect WHERE: the six of them, and nothing else, are in what was said.
expect()
{
	is "$1: each is a problem" "$status $(wc -l <"$work/out" | tr -d ' ') $(cat "$work/err")" '1 6 6 problems in 6 queries'
	also 'ask.c:10: Pet.id > 10 and Pet.id < 5 are never true together: no row is found'
	also 'ask.c:11: Pet.id is never NULL, so no row has it that is asked for'
	also "ask.c:12: Pet.name not in ('Rex', null) is never true: nothing is different from NULL"
	also 'ask.c:13: count(*) is of many rows, and cannot stand in where'
	also 'ask.c:14: Pet.name is not grouped by, and a group may have many of it'
	also 'ask.c:15: Pet.id is a 64-bit integer, and `like` is for text'
}

run kin check
expect sources
run kin --app "$(ls "$PWD"/.kin/app-*.so)" check
expect 'a shared object'
mkdir "$work/away"
says 'it becomes a program all the same' 'Built' kin build -o "$work/away/shop"
run env -i "$work/away/shop" check
expect 'an executable'
refuses 'which is not loaded into another' 1 "has kin's commands itself: $work/away/shop check" kin --app "$work/away/shop" check
run kin check --json
is 'as JSON' "$status $(grep -c '^  {"kind": "problem", "file": "[^"]*ask.c", "line": 1[0-5], "text": "' "$work/out")" '1 6'

# --- with a database

fresh new
rm tour.c seed.c
cat >ask.c <<'EOF'
#include "models.h"

KIN_COMMAND(ask, "Questions")
{
	kin_session *session = kin_session_new(kin_app_db(app));

	kin_all(session, Pet, "name = ?", "Rex");
	kin_all(session, Pet, "id = ?", 3);
	return kin_finish(session, kin_errcode(session));
}
EOF
says 'no database is needed' '2 models and 2 queries: no problems' kin check
is 'and none is made' "$(ls app.db 2>&1 | grep -c 'No such')" 1
kin db init >/dev/null && kin db migrate -m first >/dev/null
says 'one without tables is told' 'ask.c:7: hint: this database cannot plan it: the database has no table pets' kin check --hints
kin db upgrade >/dev/null
says 'one without rows tells nothing' 'hint: fewer than 100 rows here: pets' kin check --hints
sqlite3 app.db "insert into pets (name) with recursive n (i) as (select 1 union all select i + 1 from n where i < 1200) select 'p' || i from n"
says 'one with rows does' 'ask.c:7: hint: pets (1000 rows or more) is read whole for Pet.name = ?; kin_index(name) in KIN_MODEL(Pet) would find them' \
	kin check --hints
also '2 models and 2 queries: no problems, 1 hint'
says 'a database that is named is asked' 'no problems, 1 hint' kin check --database "sqlite:///$PWD/app.db"
run kin check --hints --strict
is 'who insists fails' "$status" 1
says 'as JSON it has the index' '"table": "pets", "index": "kin_index(name)"}' kin check --hints --json
says 'it becomes a program' 'Built' kin build -o "$work/away/shop2"
says 'which says so, too' 'no problems, 1 hint' env -i "$work/away/shop2" check --database "sqlite:///$PWD/app.db"
sed -i 's/kin_column(name);/kin_column(name, .index = true);/' models.c
kin db migrate -m index >/dev/null && kin db upgrade >/dev/null
run kin check --hints
is 'with the index of Pet nothing is left but that Owner needs none' "$status $(grep -c hint: "$work/out") $(grep -c 'ix_owners_name of owners is used by no query' "$work/out")" '0 1 1'
refuses 'a database that is not there is told' 1 'error: ' kin check --database 'sqlite:////nowhere/at/all.db'

finish
