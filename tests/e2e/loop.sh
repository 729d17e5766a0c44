#!/bin/sh
# loop.sh - the walkthrough, and what is around it: where the app is found, when it is built, what is printed to whom.
set -u
. "$(dirname "$0")/common"

if sh "$top/examples/demo.sh" >"$work/out" 2>&1; then ok; else : >"$work/err"; not_ok 'the walkthrough is as it should be'; fi

says 'kin has a version' 'kin 0.' kin --version
says 'kin lists its commands' '  db           Migrations' kin --help
for command in 'new' 'db' 'check' 'fake' 'install' 'env' 'run' 'shell' 'db init' 'db revision' 'db migrate' 'db merge' \
	'db upgrade' 'db downgrade' 'db current' 'db history' 'db heads' 'db branches' 'db show' 'db stamp' 'db check'; do
	says "kin $command has help" "Usage: kin $command " kin $command --help
done

# --- where the app is

fresh new
says 'the app is found in its directory' 'no problems' kin check
cd ..
says 'the app is found from the directory above' 'no problems' kin check
cd "$work"
says 'the app is found by --app' 'no problems' kin --app petshop check
says '--app stands anywhere' 'no problems' kin check --app=petshop/server
says 'the app is found by KIN_APP' 'no problems' env KIN_APP=petshop kin check
says 'the app may be a shared object' 'no problems' kin --app "$(ls petshop/server/.kin/app-*.so)" check
says "the app's commands are listed" '  seed         Replace all owners and pets with fake ones' kin --app petshop --help
says "a command of the app has help" 'Usage: kin seed [ARGUMENTS]' kin --app petshop seed --help
cp -R petshop/server "$work/a shop with blanks"
says 'a directory may have blanks in its name' 'no problems' kin --app 'a shop with blanks' check

# --- it is built when it has changed

# What is saved while the compiler runs is compiled again; a moment ago is not now.
old() { touch -d '1 hour ago' "$@"; }
made() { ls --full-time .kin/*.so .kin/*.o; }

fresh new
old ./*.c ./*.h
kin check >/dev/null
first=$(made)
kin check >/dev/null
is 'nothing is built when nothing has changed' "$(made)" "$first"
touch models.c models.h
kin check >/dev/null
is 'a new time is no change' "$(made)" "$first"
kin db init >/dev/null && kin db migrate -m 'first' >/dev/null && kin db upgrade >/dev/null
is 'no command builds it again' "$(made)" "$first"
printf '\nKIN_COMMAND(hello, "Greets")\n{\n\tfor (int i = 0; i < argc; i++)\n\t\tprintf("[%%s]", argv[i]);\n\treturn 3;\n}\n' >>app.c
sed -i 's/#include "models.h"/#include <stdio.h>\n&/' app.c
old app.c
run kin hello 'to you' -1 --app x --echo
is "a command of the app gets its words, and gives its status" "$status $(cat "$work/out")" '3 [hello][to you][-1][--app][x][--echo]'
is 'of the sources only the changed one was compiled' "$(ls .kin/*.o | wc -l)" 5
is 'there is one app more' "$(ls .kin/*.so | wc -l)" 2
sed -i 's|const char            \*species;|&\n\tint16_t                legs;|' models.h
sed -i 's|kin_column(species);|&\n\tkin_column(legs);|' models.c
old models.h models.c
refuses 'a change of a header is seen' 1 'New upgrade operations detected' kin db check
also 'pets.legs'
kin_pids=
for n in 1 2 3 4; do
	printf '/* %s */\n' "$n" >>seed.c
	kin check >"$work/check$n" 2>&1 &
	kin_pids="$kin_pids $!"
done
all=0
for pid in $kin_pids; do wait "$pid" || all=1; done
is 'commands that build at the same time do not disturb each other' "$all" 0

# --- a new app

cd "$work"
says 'a new app is made' 'Creating garden/server/app.c ... done' kin new garden
cd garden
says 'a new app is right' '1 model and 0 queries: no problems' kin check
kin db init >/dev/null && kin db migrate -m 'first' >/dev/null
says 'a new app is upgraded' ', first' kin db upgrade
printf 'note = kin_new(session, Note, .text = "hello")\nkin_add(session, note)\nkin_commit(session)\nnote\n' >lines
run sh -c 'kin shell <lines'
is 'a new app has a shell' "$(tail -n 1 "$work/out")" '<Note hello>'
is 'and its database is beside it' "$(sqlite3 server/app.db 'select text from notes')" 'hello'

# --- fake data, the environment

fresh new
kin fake name -r 1000 --seed 1 >"$work/names"
is 'a thousand names are made' "$(wc -l <"$work/names")" 1000
is 'most of them are different' "$(test "$(sort -u "$work/names" | wc -l)" -gt 950 && echo yes)" yes
kin fake name -r 1000 --seed 1 | cmp -s - "$work/names"
is 'the same seed gives the same names' $? 0
kin fake name -r 1000 | cmp -s - "$work/names"
is 'no seed gives others' $? 1

printf 'GREETING="hello you"\nDATABASE_URL=sqlite:///other.db\n' >.env
says 'kin run has the environment of the app' 'hello you' kin run sh -c 'echo "$GREETING"'
says 'kin run passes options on' '-l --echo -1' kin run echo -l --echo -1
says 'and the app and kin itself' "$work/petshop/server kin 0." kin run sh -c 'echo $KIN_APP $(kin --version)'
run kin run sh -c 'exit 7'
is "kin run has its command's status" "$status" 7
echo 'echo "$GREETING"; kin env; exit 5' >"$work/lines"
run sh -c "SHELL=/bin/sh kin env <$work/lines"
is 'kin env is a shell in that environment, and not two' "$status $(cat "$work/out") $(grep -c 'already' "$work/err")" '5 hello you 1'
rm .env

says 'the packages are there and locked' 'present and locked in' kin install
is 'the lock has their versions' "$(cut -d' ' -f1 ../kin.lock | grep -v '#' | tr '\n' ' ')" 'gcc libc6-dev '
says 'the lock is kept' 'present and locked' kin install --deploy
sed -i 's/^gcc .*/gcc 0/' ../kin.lock
refuses 'another version than the locked one is told' 1 'the packages installed are not those of' kin install --deploy

# --- who reads it

fresh new
kin db init >/dev/null
kin db migrate -m 'first' >"$work/piped" 2>&1
{ kin db upgrade; kin db history; kin db current -v; kin seed; kin tour; kin check; kin sed; kin --help; kin fake; } >>"$work/piped" 2>&1
is 'what is piped has no colours' "$(tr -cd '\033' <"$work/piped" | wc -c)" 0

terminal() { TERM=${1:-xterm} script -qec "$2" /dev/null </dev/null; }
escapes() { tr -cd '\033' | wc -c; }
is 'an error on a terminal has colour' "$(test "$(terminal xterm 'kin db upgrade zz' | escapes)" -gt 0 && echo yes)" yes
is 'not where the terminal has none' "$(terminal dumb 'kin db upgrade zz' | escapes)" 0
is 'nor where the user wants none' "$(terminal xterm 'env NO_COLOR=1 kin db upgrade zz' | escapes)" 0
is "the compiler's messages have colour on a terminal" \
	"$(echo 'int broken = ;' >broken.c; test "$(terminal xterm 'kin check' | escapes)" -gt 2 && echo yes)" yes

finish
