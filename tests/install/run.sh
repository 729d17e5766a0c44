#!/bin/sh
# run.sh - installs kin below build/installed, then builds and runs programs with nothing but what is there.
set -eu

prefix=$PWD/build/installed
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# check WHAT COMMAND…
check()
{
	what=$1
	shift
	if "$@" >"$work/output" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not so: $what: $*"
		cat "$work/output"
	fi
}

rm -rf "$prefix"
check './dev install' ./dev install --prefix "$prefix"
for file in bin/kin include/kin.h include/kin/session.h lib/libkin.a lib/libkin.so lib/pkgconfig/kin.pc \
	lib/cmake/kin/kin-config.cmake share/man/man1/kin.1 share/man/man3/kin_session.3 share/man/man3/kin_add.3; do
	check "$file is installed" test -e "$prefix/$file"
done

# A petshop without a trace of this tree.
cp -R examples/petshop/server "$work/server"
rm -rf "$work/server/.kin" "$work/server/migrations" "$work/server/app.db"
cp tests/install/main.c tests/install/CMakeLists.txt tests/compile/program.cc tests/compile/models.h "$work"
cp tests/compile/program_models.c "$work"
cd "$work"
unset DATABASE_URL KIN_APP
export PATH="$prefix/bin:$PATH" PKG_CONFIG_PATH="$prefix/lib/pkgconfig" LD_LIBRARY_PATH="$prefix/lib"
shop="main.c server/app.c server/models.c server/seed.c server/tour.c"

check 'pkg-config knows the version' pkg-config --exact-version=0.1.0 kin
check 'a program builds with pkg-config' cc $shop -o petshop $(pkg-config --cflags --libs kin)
check 'it is linked with libkin.so' sh -c 'ldd ./petshop | grep -q "libkin.so.0 => '"$prefix"'"'
mkdir static && cp "$prefix/lib/libkin.a" static
check 'a program builds with the static library' \
	cc $shop -o petshop_static $(pkg-config --static --define-variable=libdir="$work/static" --cflags --libs kin)
check 'it is not linked with libkin.so' sh -c '! ldd ./petshop_static | grep libkin'
check 'a C++ program builds with pkg-config' \
	sh -c 'cc -c program_models.c $(pkg-config --cflags kin) && c++ program.cc program_models.o -o program $(pkg-config --cflags --libs kin)'
check 'and runs' ./program

# The first steps of the walkthrough, by a program that has the commands inside.
check 'the program has the commands' sh -c './petshop --version | grep -qF 0.1.0'
check 'db init' ./petshop db init
check 'db revision' ./petshop db revision --autogenerate -m 'create owners, pets tables'
check 'db upgrade' ./petshop db upgrade
check 'its own command' ./petshop seed
check 'its own command, linked statically' ./petshop_static seed
check 'its rows are there' sh -c '[ "$(sqlite3 app.db "select (select count(*) from owners), (select count(*) from pets)")" = "20|50" ]'
check 'the installed kin builds the same app with the installed headers' \
	sh -c 'mv app.db migrations server && cd server && kin check && kin db current && kin seed'
check 'it makes a program of it' sh -c 'cd server && kin build -o ../alone --driver dqlite && kin build -o ../archives --static'
mkdir empty
check 'which needs neither kin nor a compiler nor the sources' \
	sh -c 'mv server away && cd empty && for program in ../alone ../archives; do rm -f app.db; env -i $program db upgrade && env -i $program check && env -i $program seed && env -i $program db check || exit 1; done; mv ../away ../server'

check 'CMake finds kin' cmake -S . -B cmake -DCMAKE_PREFIX_PATH="$prefix"
check 'and builds with it' cmake --build cmake
check 'a program built by CMake runs' sh -c 'cmake/petshop --version && cmake/petshop_static --version && cmake/program'
check 'CMake refuses a version that is not there' \
	sh -c 'sed -i "s/kin 0.1/kin 0.2/" CMakeLists.txt && ! cmake -S . -B other -DCMAKE_PREFIX_PATH="'"$prefix"'"'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
