#!/bin/sh
# run.sh - fuzzes the readers of revisions and of DDL: tests/fuzz/run.sh [SECONDS], or `./dev fuzz [SECONDS]`.
# What it finds is in build/fuzz; the seeds are the revisions and schemas of tests/, and those below KIN_CORPUS.
set -eu
cd "$(dirname "$0")/../.."

seconds=${1:-60}
mkdir -p build/fuzz/corpus build/fuzz/seeds
find tests examples ${KIN_CORPUS:-} -name '*.sql' -size -64k | while read -r file; do
	cp "$file" "build/fuzz/seeds/$(echo "$file" | tr '/ ' '__')"
done
sources=$(ls src/base/*.c src/value/*.c src/schema/*.c src/sql/*.c src/db/*.c src/db/sqlite/*.c src/migrate/*.c)
[ -x build/fuzz/revision ] && [ -z "$(find src include tests/fuzz -name '*.[ch]' -newer build/fuzz/revision | head -n 1)" ] ||
	clang -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
		-DKIN_VERSION='"fuzz"' -DKIN_DRIVER_DIRECTORY='""' -Iinclude -Isrc tests/fuzz/revision.c $sources \
		-lsqlite3 -linih -lm -ldl -pthread -o build/fuzz/revision
build/fuzz/revision -max_total_time="$seconds" -max_len=4096 -timeout=10 -dict=tests/fuzz/words.dict -print_final_stats=1 -artifact_prefix=build/fuzz/ \
	build/fuzz/corpus build/fuzz/seeds
