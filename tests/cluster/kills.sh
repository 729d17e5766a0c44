#!/bin/sh
# kills.sh - eight writers move money between accounts while their database is killed again and again; then the books must be right.
#
#     tests/cluster/kills.sh [KIND…]      postgresql, postgresql-replica, mariadb, galera, dqlite; none: all of them
#
# Of postgresql-replica the primary is killed and its replica takes its place, or the replica is killed; of dqlite every second time the
# node that leads. KIN_KILLS is how often in all, spread over the kinds; KIN_SEED repeats the moments. A kind whose servers are not
# installed is left out; with KIN_ALL_KINDS, as `./dev test` has it where it installs them, that is a failure. See transfers.c for what is
# checked.
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
primary=$work/server replica=$work/replica
kind= pid=
export KIN_DRIVER_PATH="${KIN_DRIVER_PATH:-$build/src/db}" KIN_DQLITE_NODE="${KIN_DQLITE_NODE:-$build/tests/db/dqlite_node}"
# What is committed must survive the server's process.
export KIN_SERVERS_KEEP=1

all_down()
{
	for one in "$work/server" "$work/replica"; do
		[ ! -e "$one/kind" ] || "$servers" down "$one" >/dev/null 2>&1 || :
	done
}

clean_up()
{
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || :
	all_down
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Of a hundred kills, how many are this kind's: a copy of a primary, or a node of Galera, takes seconds to come back.
share()
{
	case $1 in
	postgresql) echo 30 ;;
	postgresql-replica) echo 8 ;;
	mariadb) echo 22 ;;
	galera) echo 8 ;;
	dqlite) echo 32 ;;
	*) echo "kills.sh: there is no kind '$1'" >&2; exit 2 ;;
	esac
}

# COUNT lines: a pause in seconds, and a number from 0 to 5.
moments()
{
	awk -v seed="$seed$kind" -v n="$1" 'BEGIN {
		for (i = 1; i <= length(seed); i++) s = (s * 31 + index("0123456789abcdefghijklmnopqrstuvwxyz", substr(seed, i, 1))) % 2147483647
		srand(s)
		for (i = 0; i < n; i++) printf "%.2f %d\n", 0.1 + rand() * 0.6, int(rand() * 6)
	}'
}

# start KIND: prints the URL.
start()
{
	if [ "$1" = postgresql-replica ]; then
		"$servers" up postgresql "$primary" >/dev/null && "$servers" up postgresql-replica "$primary" "$replica" >/dev/null &&
			echo "postgresql://kin@/kin?host=$primary,$replica&target_session_attrs=read-write"
	else
		"$servers" up "$1" "$dir"
	fi
}

# The replica takes the primary's place, which follows it from then on.
fail_over()
{
	"$servers" kill "$primary"
	"$servers" promote "$replica"
	old=$primary primary=$replica replica=$old
	"$servers" follow "$primary" "$replica"
}

# restart_node NODE PAUSE
restart_node()
{
	"$servers" kill "$dir" "$1"
	sleep "$2"
	"$servers" start "$dir" "$1"
}

# hurt NUMBER: end the server, or one of them, as a crash would, and start it again.
hurt()
{
	case $kind in
	postgresql | mariadb)
		[ $(($1 % 2)) = 0 ] || "$servers" kill "$dir"
		"$servers" restart "$dir"
		;;
	postgresql-replica)
		[ "$1" -ge 4 ] || { fail_over; return; }
		"$servers" kill "$replica"
		"$servers" start "$replica"
		;;
	galera) restart_node $(($1 % 3 + 1)) $(($1 % 2)).2 ;;
	dqlite)
		node=$(($1 / 2 + 1))
		[ $(($1 % 2)) = 0 ] || node=$("$servers" leader "$dir")
		restart_node "$node" 0.$(($1 % 3))
		;;
	esac
}

hurt_often()
{
	moments "$1" | while read -r pause number; do
		sleep "$pause"
		hurt "$number" >"$work/hurt" 2>&1 </dev/null || {
			echo "wrong: it could not be started again: $(tail -n 1 "$work/hurt")" >>"$work/said"
			exit
		}
	done
}

judge()
{
	grep -v '^writing' "$work/said" | sed "s/^/  $kind: /"
	if [ "$1" = 0 ] && ! grep -q '^wrong' "$work/said"; then
		passed=$((passed + 1))
		echo "ok: $kind, killed $2 times in $3 s: nothing lost, nothing twice"
	else
		failed=$((failed + 1))
		echo "not so: $kind, killed $2 times: the books are right (status $1, KIN_SEED=$seed)"
	fi
}

# try COUNT
try()
{
	rm -f "$work/stop"
	began=$(date +%s)
	KIN_SEED=$seed "$build/tests/cluster/transfers" "$url" "$work/stop" >"$work/said" 2>&1 &
	pid=$!
	while ! grep -q '^writing' "$work/said" && kill -0 $pid 2>/dev/null; do
		sleep 0.05
	done
	hurt_often "$1"
	sleep 1
	: >"$work/stop"
	status=0
	wait $pid || status=$?
	pid=
	judge $status "$1" $(($(date +%s) - began))
}

leave_out()
{
	echo "left out: $kind: $(tail -n 1 "$work/why")"
	[ -z "${KIN_ALL_KINDS:-}" ] || failed=$((failed + 1))
}

[ $# -gt 0 ] || set -- postgresql postgresql-replica mariadb galera dqlite
whole=0
for one; do
	whole=$((whole + $(share "$one")))
done
echo "$kills kills, KIN_SEED=$seed"
for kind; do
	if url=$(start "$kind" 2>"$work/why"); then
		try $(((kills * $(share "$kind") + whole / 2) / whole))
	else
		leave_out
	fi
	all_down
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
