#!/bin/bash
# Fuzzes one target: tests/fuzz/run.sh NAME SECONDS    (make fuzz FUZZ=NAME TIME=SECONDS)
#
# Builds the archives with clang, libFuzzer, ASan and UBSan in $BUILD, links tests/fuzz/fuzz_NAME.c,
# and runs it on the committed corpus (tests/fuzz/corpus/NAME) plus what earlier runs found. A crash
# leaves its input in $BUILD/NAME-crash-* and exits 1.
set -euo pipefail
cd "$(dirname "$0")/../.."
name=${1:-}
seconds=${2:-60}
if [ ! -f "tests/fuzz/fuzz_$name.c" ]; then
    echo "error: no fuzz target '$name'" >&2
    echo "hint: make fuzz FUZZ=$(find tests/fuzz -name 'fuzz_*.c' | sed -E 's|.*/fuzz_(.*)\.c|\1|' | sort | paste -sd '|') TIME=60" >&2
    exit 2
fi
build=${BUILD:-build-fuzz}
sanitize=address,undefined
libraries=$(sed -n '/^LIBRARIES/{:a; /\\$/{N; ba}; s/^[^=]*=//; s/\\\n//g; p}' Makefile)
archives=
for folder in agents tools model store sandbox base; do
    archives="$archives $build/lib$folder.a"
done

# shellcheck disable=SC2086
make --no-print-directory -j2 BUILD="$build" CC=clang-14 SAN="fuzzer-no-link,$sanitize" OPT='-O1 -g' $archives
# shellcheck disable=SC2086,SC2046
clang-14 -O1 -g -std=gnu11 -D_GNU_SOURCE -ffp-contract=off -fno-sanitize-recover=all \
    -fsanitize="fuzzer,$sanitize" -I. -I"$build" -include runtime/base/banned.h \
    $(pkg-config --cflags $libraries) -o "$build/fuzz_$name" "tests/fuzz/fuzz_$name.c" $archives \
    $(pkg-config --libs $libraries) -lm -lpthread
mkdir -p "$build/corpus-$name" "tests/fuzz/corpus/$name"
dictionary=
[ ! -f "tests/fuzz/$name.dict" ] || dictionary="-dict=tests/fuzz/$name.dict"
"$build/fuzz_$name" -seed="${SEED:-1}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -verbosity=0 -artifact_prefix="$build/$name-" ${dictionary:+"$dictionary"} \
    "$build/corpus-$name" "tests/fuzz/corpus/$name"
echo "fuzz $name: $seconds s without a crash, $(find "$build/corpus-$name" -type f | wc -l) inputs kept"
