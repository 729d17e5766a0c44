#!/bin/sh
# shell.sh - what the shell answers to lines that are piped in and typed: C, the forgiving forms, crashes.
# tests/e2e/shell/NAME.lines goes in, NAME.out must come out on standard output.
set -u

top=$(pwd)
KIN=${KIN:-$top/build/src/kin}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset DATABASE_URL KIN_APP KIN_ENV
passed=0 failed=0

check()
{
	if eval "$2"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not so: $1"
	fi
}

# A pet shop with empty tables.
fresh()
{
	cd "$work"
	rm -rf petshop
	cp -R "$top/examples/petshop" petshop
	cd petshop/server
	rm -rf .kin app.db
	"$KIN" db init >/dev/null && "$KIN" db migrate -m tables >/dev/null && "$KIN" db upgrade >/dev/null
}

# run NAME: its lines piped in; standard output in out, errors in err, the status in $status.
run()
{
	fresh
	status=0
	timeout 120 "$KIN" shell <"$top/tests/e2e/shell/$1.lines" >"$work/out" 2>"$work/err" || status=$?
}

same() { diff -u "$top/tests/e2e/shell/$1.out" "$work/out" || { cat "$work/err"; return 1; }; }
complains() { grep -qF -- "$1" "$work/err" || { cat "$work/err"; return 1; }; }

run c
check 'C gives what it should' 'same c'
check 'nothing was wrong with it' '[ $status = 0 ] && [ ! -s "$work/err" ]'

run models
check 'models and the forgiving forms give what they should' 'same models'
check 'a write to what a query returned says what to do' 'complains "kin_edit(session, Model, object)"'

run crash
check 'a crash loses the line, not the shell' 'same crash'
check 'the status says that lines failed' '[ $status = 1 ]'
check 'a bad address is told' 'complains "Segmentation fault at 0x8"'
check 'a division by zero is told' 'complains "Floating point exception"'
check 'abort() is told' 'complains "Aborted"'
check 'an unknown function is told' 'complains "undefined_fn"'
check 'a function without a body is told' 'complains "undefined symbol: g"'
check 'an unknown name is told, with the place' 'complains "'"'foo'"' undeclared" && complains "    ^"'
check 'a wrong query is told, with a suggestion' 'complains "did you mean '"'species'"'?"'
check 'an unknown link of a query is told' 'complains "filter_by"'

# An unloaded relationship that is read faults, and the shell says what it may be.
fresh
sed -i 's/, .lazy = KIN_SUBQUERY//' models.c
printf '%s\n' 'kin_add(session, kin_new(session, Owner, .name = "Ann"));' 'kin_commit(session);' \
	's = kin_session_new(kin_app_db(app))' 'o = kin_first(s, Owner)' 'o->pets.items[0]->name' 'kin_load(o, pets).count' |
	"$KIN" shell >"$work/out" 2>"$work/err"
check 'reading what is not loaded faults' 'complains "not loaded"'
check 'and kin_load() loads it' '[ "$(cat "$work/out")" = 0 ]'

# What is in scope says what it is; what a failed call returns is not shown beside the error.
fresh
printf '%s\n' app db 'kin_app_db(app)' 'kin_first(session, Pet, "nme = 3")' 'kin_first(session, Pet)' '1 +' |
	"$KIN" shell >"$work/out" 2>"$work/err"
check 'app, db and kin_app_db(app) say what they are' \
	'[ "$(sed "s|sqlite:.*app.db|URL|" "$work/out")" = "$(printf "<app petshop>\n<db URL, with db.session>\n<db URL>\nNULL")" ]'
check 'a line that is not finished is pointed at behind its end' 'complains "    1 +
       ^"'

# Ctrl-C ends a line that runs for ever, and the shell goes on.
fresh
printf '%s\n' "fclose(fopen(\"$work/started\", \"w\")); for (;;) ;" '6 * 7' >"$work/lines"
timeout 60 "$KIN" shell <"$work/lines" >"$work/out" 2>"$work/err" &
pid=$!
for try in $(seq 600); do
	[ ! -e "$work/started" ] || break
	sleep 0.1
done
kill -INT $pid
wait $pid
check 'Ctrl-C ends a loop' 'complains interrupted && [ "$(cat "$work/out")" = 42 ]'

# A sandbox leaves nothing behind.
fresh
printf '%s\n' 'db.session.add(Owner(name="Ann"))' 'db.session.commit()' 'Owner.query.count()' 'session.rollback()' \
	'Owner.query.count()' | "$KIN" shell --sandbox >"$work/out" 2>"$work/err"
check 'a sandbox commits for itself' '[ "$(tr "\n" " " <"$work/out")" = "1 1 " ]'
check 'and leaves nothing behind' '[ "$(sqlite3 app.db "select count(*) from owners")" = 0 ]'

# Typed: a prompt, the answers, completion, history.
fresh
if command -v script >/dev/null; then
	(sleep 0.7; printf 'pet = Pet(name="Ben")\n'; sleep 0.6; printf 'db.session.add(pet)\n'; sleep 0.6
	 printf 'db.session.commit()\n'; sleep 0.6; printf 'pet.id + 41\n'; sleep 0.6; printf 'kin_sess\t\n'; sleep 0.6
	 printf 'pe\t.na\t;\n'; sleep 0.6
	 printf 'exit\n'; sleep 0.3) | HOME=$work TERM=xterm script -qec "$KIN shell" /dev/null >"$work/out" 2>&1
	check 'typed, it prompts' 'grep -q "kin> " "$work/out"'
	check 'typed, it answers' 'grep -q "^42" "$work/out" || { cat "$work/out"; false; }'
	check 'what Tab completes goes on with a member' 'grep -q "pet[.]name;" "$work/.kin_history"'
	check 'Tab completes' 'grep -q "ion_new" "$work/out" || { cat "$work/out"; false; }'
	check 'lines are remembered' 'grep -q "pet.id" "$work/.kin_history"'
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
