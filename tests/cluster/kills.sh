#!/bin/sh
# kills.sh - eight writers move money between accounts while their database is killed again and again; then the books must be right.
#
#     tests/cluster/kills.sh [KIND…]      postgresql, mariadb, galera, dqlite; none: those whose servers are installed
#
# KIN_KILLS is how often in all, spread over the kinds; KIN_SEED repeats the moments. See transfers.c for what is checked.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${KIN_BUILD:-$top/build}
servers=$top/tools/servers
seed=${KIN_SEED:-$(date +%s)}
kills=${KIN_KILLS:-40}
passed=0 failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/kin-kills.XXXXXX")
chmod 755 "$work"
dir=$work/server
kind=
export KIN_DRIVER_PATH="${KIN_DRIVER_PATH:-$build/src/db}" KIN_DQLITE_NODE="${KIN_DQLITE_NODE:-$build/tests/db/dqlite_node}"
# What is committed must survive the server's process.
export KIN_SERVERS_KEEP=1

clean_up()
{
	: >"$work/stop"
	[ -z "$kind" ] || [ ! -e "$dir" ] || "$servers" down "$dir" >/dev/null 2>&1 || :
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# COUNT lines: a pause in seconds, and a number from 0 to 5.
moments()
{
	awk -v seed="$seed$kind" -v n="$1" 'BEGIN {
		for (i = 1; i <= length(seed); i++) s = (s * 31 + index("0123456789abcdefghijklmnopqrstuvwxyz", substr(seed, i, 1))) % 2147483647
		srand(s)
		for (i = 0; i < n; i++) printf "%.2f %d\n", 0.1 + rand() * 0.9, int(rand() * 6)
	}'
}

# hurt NUMBER: end the server, or one of three nodes, as a crash would, and start it again.
hurt()
{
	case $kind in
	postgresql | mariadb)
		[ $(($1 % 2)) = 0 ] || "$servers" kill "$dir"
		"$servers" restart "$dir"
		;;
	galera | dqlite)
		node=$(($1 % 3 + 1))
		"$servers" kill "$dir" $node
		[ $(($1 % 2)) = 0 ] || sleep 0.5
		"$servers" start "$dir" $node
		;;
	esac
}

# try KIND COUNT
try()
{
	kind=$1
	url=$("$servers" up "$kind" "$dir")
	rm -f "$work/stop"
	KIN_SEED=$seed "$build/tests/cluster/transfers" "$url" "$work/stop" >"$work/said" 2>&1 &
	pid=$!
	while ! grep -q '^writing' "$work/said" && kill -0 $pid 2>/dev/null; do
		sleep 0.05
	done
	moments "$2" | while read -r pause number; do
		sleep "$pause"
		hurt "$number" >"$work/hurt" 2>&1 || { echo "wrong: it could not be started again" >>"$work/said"; cat "$work/hurt"; exit; }
	done
	sleep 1
	: >"$work/stop"
	status=0
	wait $pid || status=$?
	grep -v '^writing' "$work/said" | sed "s/^/  $kind: /"
	if [ $status = 0 ] && ! grep -q '^wrong' "$work/said"; then
		passed=$((passed + 1))
		echo "ok: $kind, killed $2 times: nothing lost, nothing twice"
	else
		failed=$((failed + 1))
		echo "not so: $kind, killed $2 times: the books are right (status $status, KIN_SEED=$seed)"
	fi
	"$servers" down "$dir"
	kind=
}

[ $# -gt 0 ] || set -- $("$servers" kinds)
echo "$kills kills, KIN_SEED=$seed"
for one; do
	try "$one" $((kills / $#))
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
