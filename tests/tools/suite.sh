#!/bin/sh
# suite.sh - tools/suite adds up what test programs say, and takes a crash, a leak or silence for a failure.
set -eu

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
passed=0 failed=0

# expect TOTAL STATUS PROGRAM: the suite of this one program, given as a shell script.
expect()
{
	mkdir -p "$root/tests/base"
	printf '#!/bin/sh\n%s\n' "$3" >"$root/tests/base/test_base"
	chmod +x "$root/tests/base/test_base"
	if said=$(tools/suite "$root"); then status=0; else status=1; fi
	if [ "${said##*
}" = "$1" ] && [ $status = "$2" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'expected: %s, status %s\n--- was: status %s\n%s\n' "$1" "$2" "$status" "$said"
	fi
}

expect '3 passed, 0 failed' 0 'echo "[  PASSED  ] 3 test(s)." >&2'
expect '3 passed, 2 failed' 1 'echo "[  PASSED  ] 3 test(s)."; echo "[  FAILED  ] 2 test(s), listed below:"; exit 1'
expect '3 passed, 1 failed' 1 'echo "[  PASSED  ] 3 test(s)."; echo leak; exit 23'
expect '0 passed, 1 failed' 1 'kill -SEGV $$'
expect '0 passed, 1 failed' 1 'echo "no tests"'

export KIN_SUITE_PARTS=2
expect '5 passed, 0 failed' 0 '[ $KIN_TEST_PART = 1/2 ] && echo "[  PASSED  ] 3 test(s)." || echo "[  PASSED  ] 2 test(s)."'
expect '3 passed, 1 failed' 1 '[ $KIN_TEST_PART = 1/2 ] && echo "[  PASSED  ] 3 test(s)." || kill -SEGV $$'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
