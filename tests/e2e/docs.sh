#!/bin/sh
# docs.sh - the programs in docs/ do what the text says, on every database that can be started here.
#
# A block of C whose first line is a comment with a file's name, /* bank/app.c */, is a program; /* bank/app.c, continued */ adds to it. The
# shell commands that follow, up to the next heading, are run beside the whole of it; a block of text behind them is what they say at the end.
set -eu

top=$PWD
servers=$top/tools/servers
work=$(mktemp -d "${TMPDIR:-/tmp}/kin-docs.XXXXXX")
chmod 755 "$work"
dir=$work/server
unset DATABASE_URL KIN_APP
export KIN_DRIVER_PATH="${KIN_DRIVER_PATH:-$(dirname "$KIN")/db}" KIN_DQLITE_NODE="${KIN_DQLITE_NODE:-$(dirname "$KIN")/../tests/db/dqlite_node}"

clean_up()
{
	[ ! -e "$dir" ] || "$servers" down "$dir" >/dev/null 2>&1 || :
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Each program into a directory of its own: app.c; 1.sh, 1.said, 2.sh …
take_apart()
{
	awk -v work="$work/programs" '
		$0 == "```" && inside { inside = 0; close(out); next }
		/^#/ && !inside { dir = "" }
		inside == "new" {
			inside = "c"
			dir = ""
			if (match($0, /^\/\* [a-z_]+\/app\.c(, continued)? \*\/$/)) {
				out = work "/" $2
				sub(/,$/, "", out)
				dir = substr(out, 1, length(out) - length("/app.c"))
				if (!/continued/ && made[dir]++) {
					print FILENAME ": another program in docs/ is called " $2 " too" >"/dev/stderr"
					exit 1
				}
				system("mkdir -p " dir)
			}
		}
		inside && out != "" { print >> out }
		!inside && $0 == "```c" { inside = "new"; out = "" }
		!inside && $0 == "```sh" { inside = "sh"; out = dir == "" ? "" : sprintf("%s/%02d.sh", dir, ++steps[dir]) }
		!inside && $0 == "```text" { inside = "text"; out = dir == "" ? "" : sprintf("%s/%02d.said", dir, steps[dir]) }
	' "$top"/docs/*.md
}

# follow DIRECTORY: its steps say what they should; the database is what it should be then, and gets empty again.
follow()
{
	cd "$1" || return
	for step in *.sh; do
		sh -e "$step" >all 2>&1 || return
		[ ! -e "${step%.sh}.said" ] || tail -n "$(wc -l <"${step%.sh}.said")" all | diff - "${step%.sh}.said" >>all 2>&1 || return
	done
	kin db check >all 2>&1 && kin db downgrade base >>all 2>&1
}

passed=0 failed=0
# check WHAT DIRECTORY
check()
{
	if (follow "$2"); then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not so: $1"
		cat "$2/all"
	fi
}

# check_all KIND: every program, on the database that DATABASE_URL says, if any.
check_all()
{
	for program in "$work"/programs/*; do
		copy=$work/$1-${program##*/}
		cp -r "$program" "$copy"
		check "${program##*/} on $1" "$copy"
	done
}

mkdir "$work/programs"
take_apart
check_all sqlite
for kind in $("$servers" kinds); do
	[ "$kind" != galera ] || continue # three servers of 8 s; the kill tests have them
	DATABASE_URL=$("$servers" up "$kind" "$dir")
	export DATABASE_URL
	check_all "$kind"
	"$servers" down "$dir"
	unset DATABASE_URL
done

echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 1 ]
