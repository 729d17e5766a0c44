#!/bin/sh
# kill.sh - kin killed at any moment leaves the database as it was or as it was to be, and the next command finishes the work.
set -u
. "$(dirname "$0")/common"

seed=${KIN_SEED:-$(date +%s)}
rounds=${KIN_ROUNDS:-25}
echo "seed $seed (KIN_SEED sets it)"

now() { date +%s%N; }

# The milliseconds that a command takes.
duration()
{
	began=$(now)
	"$@" >/dev/null
	echo $((($(now) - began) / 1000000 + 1))
}

# delays MOST: as many as there are rounds, in seconds, each up to a bit more than MOST milliseconds.
delays()
{
	awk -v seed="$seed" -v n="$rounds" -v most="$1" \
		'BEGIN { srand(seed); for (i = 0; i < n; i++) printf "%.4f\n", rand() * most * 1.1 / 1000 }'
}

# kill_after DELAY COMMAND…: $killed says whether it came in time.
kill_after()
{
	delay=$1
	shift
	"$@" >"$work/out" 2>"$work/err" &
	pid=$!
	sleep "$delay"
	kill -9 "$pid" 2>/dev/null
	killed=0
	wait "$pid" 2>/dev/null || killed=1
	in_time=$((in_time + killed))
}

sound()
{
	is "round $round, $delay s: the database is sound" \
		"$(sqlite3 app.db 'pragma integrity_check; pragma foreign_key_check')" ok
}

# --- an upgrade that rebuilds a table

fresh new
kin db init >/dev/null
kin db migrate -m first >/dev/null
kin db upgrade >/dev/null
sqlite3 app.db "
	insert into owners (name) values ('Ann'), ('Ben');
	insert into pets (name, species, owner_id)
		with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
		select 'pet ' || i, 'Dog', 1 + i % 2 from n;
	create index by_hand on pets (species);
	create trigger watch after delete on pets begin select 1; end;"
sed -i 's/kin_column(name);/kin_column(name, .nullable = false, .length = 40);/' models.c
kin db revision -m second >/dev/null
file=$(ls migrations/versions/*_second.sql)
sed -i 's/^-- upgrade$/&\nALTER TABLE pets ALTER COLUMN name SET NOT NULL;/; s/^-- downgrade$/&\nALTER TABLE pets ALTER COLUMN name DROP NOT NULL;/' \
	"$file"
cp app.db before.db

schema() { sqlite3 app.db "select type, name, sql from sqlite_master where name not like 'kin_%' and name not like 'sqlite_%' order by name"; }
rows() { sqlite3 app.db 'select count(*), sum(id), count(name), sum(owner_id), max(name) from pets'; }
before=$(schema)
all_rows=$(rows)
most=$(duration kin db upgrade)
after=$(schema)
is 'the upgrade rebuilds the table' "$(rows) $(test "$before" = "$after" || echo changed)" "$all_rows changed"

in_time=0 round=0
for delay in $(delays "$most"); do
	round=$((round + 1))
	cp before.db app.db
	rm -f app.db-journal app.db-wal app.db-shm
	kill_after "$delay" kin db upgrade
	sound
	found=$(schema)
	state=between
	[ "$found" = "$before" ] && state=before
	[ "$found" = "$after" ] && state=after
	is "round $round, $delay s: the schema is as before or after" "$state" "$(test "$state" = after && echo after || echo before)"
	is "round $round, $delay s: all rows are there" "$(rows)" "$all_rows"
	recorded=$(sqlite3 app.db 'select count(*) from kin_revision')
	is "round $round, $delay s: what is written down is so" "$recorded" "$(test "$state" = after && echo 2 || echo 1)"
	run kin db upgrade
	is "round $round, $delay s: the next upgrade finishes it" "$status $(cat "$work/err") $(schema) $(rows)" "0  $after $all_rows"
done
echo "killed in the middle of an upgrade: $in_time of $round"

# --- a command in the middle of its commit

fresh new
cat >fill.c <<'END'
#include "models.h"

KIN_COMMAND(fill, "Replace all pets with many")
{
	kin_session *session = kin_session_new(kin_app_db(app));
	Owner *owner = kin_new(session, Owner, .name = "New");

	kin_delete_all(session, Pet);
	kin_delete_all(session, Owner);
	for (int n = 0; n < 30000; n++)
		kin_add(session, kin_new(session, Pet, .name = "New", .owner = owner));
	return kin_finish(session, kin_commit(session));
}
END
kin db init >/dev/null
kin db migrate -m first >/dev/null
kin db upgrade >/dev/null
sqlite3 app.db "
	insert into owners (name) values ('Old');
	insert into pets (name, owner_id)
		with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) select 'Old', 1 from n"
cp app.db before.db
kin check >/dev/null
most=$(duration kin fill)
counts() { sqlite3 app.db "select (select group_concat(name) from owners), min(name), max(name), count(*), count(owner_id) from pets"; }
is 'the command replaces all pets' "$(counts)" 'New|New|New|30000|30000'

in_time=0 round=0
for delay in $(delays "$most"); do
	round=$((round + 1))
	cp before.db app.db
	rm -f app.db-journal app.db-wal app.db-shm
	kill_after "$delay" kin fill
	sound
	found=$(counts)
	case $found in
	'Old|Old|Old|5000|5000' | 'New|New|New|30000|30000') ok ;;
	*) not_ok "round $round, $delay s: all or nothing was committed ($found)" ;;
	esac
	run kin fill
	is "round $round, $delay s: the next one is not disturbed" "$status $(cat "$work/err") $(counts)" '0  New|New|New|30000|30000'
done
echo "killed in the middle of a command: $in_time of $round"

finish
