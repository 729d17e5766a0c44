#!/bin/sh
# test.sh - tools/test says what failed and how, adds everything up, and ends with a status that tells.
set -eu

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
passed=0 failed=0
mkdir "$root/tools"
cp tools/test "$root/tools"
cd "$root"

# program NAME SCRIPT
program()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$1"
	chmod +x "$1"
}

# expect STATUS LAST-LINE TEXT STAGE…
expect()
{
	expected="$1 $2" text=$3
	shift 3
	if said=$(PATH=$root:$PATH tools/test "$@" 2>&1); then status=0; else status=$?; fi
	if [ "$status ${said##*
}" = "$expected" ] && case $said in *"$text"*) ;; *) false ;; esac; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'expected: %s, with %s\n--- was: status %s\n%s\n' "$expected" "$text" "$status" "$said"
	fi
}

program tools/layers 'echo "4 passed, 0 failed"'
program tools/compile-tests 'echo "5 passed, 0 failed"'
expect 0 '9 passed, 0 failed' 'ok      layers' layers compile
program tools/compile-tests 'echo "pets.c:7: no pets"; echo "5 passed, 2 failed"; exit 1'
expect 1 '9 passed, 2 failed' 'pets.c:7: no pets' layers compile
program tools/compile-tests 'echo "5 passed, 0 failed"; exit 1'
expect 1 '9 passed, 1 failed' 'FAILED  compile' layers compile
program tools/compile-tests 'echo started; kill -SEGV $$'
expect 1 '4 passed, 1 failed' 'started' layers compile
program ninja 'echo "pets.c:7: error"; exit 1'
expect 1 '4 passed, 2 failed' 'pets.c:7: error' layers build symbols
expect 2 "test: there is no stage 'paint'; \`./dev test help\` lists them" '' paint

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
