#!/bin/sh
# layers.sh - tools/layers finds each kind of include that breaks a rule, and names its place.
set -eu

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
passed=0 failed=0

# expect PLACE-AND-RULE FILE INCLUDE: a tree with only this include has this found.
expect()
{
	rm -rf "$root/src" "$root/tests"
	mkdir -p "$root/$(dirname "$2")"
	printf '/* %s */\n#include %s\n' "${2##*/}" "$3" >"$root/$2"
	if found=$(tools/layers "$root"); then status=0; else status=1; fi
	if [ "$status" = 1 ] && [ "${found%%
*}" = "$1" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf '%s\n--- not first in\n%s\n' "$1" "$found"
	fi
}

expect 'src/base/text.c:2: base does not see sql' src/base/text.c '"sql/expr.h"'
expect 'src/orm/unit.c:2: orm does not see migrate' src/orm/unit.c '"migrate/op.h"'
expect 'src/migrate/run.c:2: migrate does not see orm' src/migrate/run.c '"orm/unit.h"'
expect 'src/cli/help.c:2: cli does not see shell' src/cli/help.c '"shell/shell.h"'
expect 'src/db/sqlite/driver.c:2: db does not see orm' src/db/sqlite/driver.c '"orm/unit.h"'
expect "src/sql/expr.h:2: sql does not see <kin/session.h>, which is orm's" src/sql/expr.h '<kin/session.h>'
expect 'src/base/text.c:2: a public header is <kin/error.h>' src/base/text.c '"kin/error.h"'
expect 'src/base/text.c:2: "text.h" names no layer: write "layer/file.h"' src/base/text.c '"text.h"'
expect 'tests/value/show.c:2: value does not see db' tests/value/show.c '"db/connection.h"'
expect 'src/extra/: not a layer: list it in tools/layers' src/extra/extra.c '<stdio.h>'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
