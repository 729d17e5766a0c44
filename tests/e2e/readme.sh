#!/bin/sh
# readme.sh - the program and the commands that stand in README.md do what it says.
set -eu

readme=$PWD/README.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset DATABASE_URL KIN_APP

# The n-th fenced block of a language.
block()
{
	awk -v fence="\`\`\`$1" -v wanted="$2" '
		$0 == "```" { inside = 0 }
		inside && n == wanted { print }
		$0 == fence { inside = 1; n++ }' "$readme"
}

passed=0 failed=0
check()
{
	if eval "$2" >output 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not so: $1"
		cat output
	fi
}

block c 1 >app.c
block sh 1 >commands
check 'there is a program and there are commands' 'test -s app.c && test -s commands'
check 'the program is short' 'test $(wc -l <app.c) -le 40'
check 'the commands run' 'sh -e commands >said'
check 'the last one says what the README says' 'tail -n 1 said | grep -x "Ben belongs to Ann"'
check 'kin check finds nothing wrong' 'kin check'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
