#!/bin/bash
# `make lint`: house rules, format, a second compiler, static analysis, shell and spelling. Each part
# prints its finds; the exit status is 1 if any part had some. Under three minutes on two cores.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
build=${BUILD:-build}
bad=0

part() {
    local name=$1
    shift
    local start=$SECONDS
    if "$@" >"$log" 2>&1; then
        printf '  %-14s ok (%d s)\n' "$name" $((SECONDS - start))
    else
        printf '  %-14s FAIL (%d s)\n' "$name" $((SECONDS - start))
        head -n 80 "$log"
        bad=1
    fi
}
log=$(mktemp "${TMPDIR:-/tmp}/drover-lint.XXXXXX")
trap 'rm -f "$log"' EXIT
files() { git ls-files -co --exclude-standard -- "$@" | while read -r f; do [ -f "$f" ] && echo "$f"; done; }
mapfile -t sources < <(files 'runtime/*.c' 'agents/*.c' 'tools/*.c' 'model/*.c' 'store/*.c' 'sandbox/*.c')
mapfile -t tests < <(files 'tests/*.c')
mapfile -t headers < <(files '*.h' | grep -v '^examples/')
mapfile -t scripts < <(files '*.sh' .ci | grep -v '^examples/herd/tests')

format() { clang-format-14 --dry-run -Werror --ferror-limit=5 "${sources[@]}" "${headers[@]}" "${tests[@]}"; }

export warn="-std=gnu11 -D_GNU_SOURCE -ffp-contract=off -I. -I$build -include runtime/base/banned.h
-Wall -Wextra -Wshadow -Wvla -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wformat=2
-Wundef -Werror -Wno-missing-field-initializers -Wno-unused-parameter"
libraries=$(sed -n '/^LIBRARIES/{:a; /\\$/{N; ba}; s/^[^=]*=//; s/\\\n//g; p}' Makefile)
# shellcheck disable=SC2317,SC2086
compile_one() {
    local simd=
    case $1 in
    *_avx2.c) simd="-mavx2 -mfma -mf16c" ;;
    *_avx512.c) simd="-mavx2 -mfma -mf16c -mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vnni" ;;
    esac
    clang-14 -fsyntax-only $warn $simd $cflags "$1"
}
export -f compile_one
clang() {
    mkdir -p "$build" && make -s BUILD="$build" "$build/commit.h" || return 1
    # shellcheck disable=SC2086
    cflags=$(pkg-config --cflags $libraries)
    export cflags
    printf '%s\n' "${sources[@]}" "${tests[@]}" | xargs -P 2 -I{} bash -c 'compile_one {}'
}

# unusedFunction and the like need the whole program at once; these checks look at one file.
analysis() {
    cppcheck --quiet --error-exitcode=1 -j 2 --std=c11 --platform=unix64 -I. -D_GNU_SOURCE \
        --enable=warning,portability --inline-suppr --max-configs=2 \
        --suppressions-list=tests/cppcheck.txt --template='{file}:{line}: {id}: {message}' \
        --template-location='' "${sources[@]}"
}

spelling() {
    git ls-files -co --exclude-standard | grep -vE '^(model/mini/|examples/herd/|tests/fuzz/corpus|.*\.(gguf|inc|bin)$)' |
        xargs codespell -q 3 --ignore-words-list=fro,promt,noone,rnu,nothink,crate,ths,te,nd,ist,caf,fo,ans,sais,exmaple,raed,treads,unparseable,inout,hist,sectionin,ro,ue
}

sql() {
    python3 -c 'import sqlite3, sys; sqlite3.connect(":memory:").executescript(open(sys.argv[1]).read())' \
        store/schema.sql
}

json() {
    files '*.json' | while read -r f; do
        python3 -m json.tool "$f" >/dev/null || { echo "$f: not JSON"; exit 1; }
    done
}

part tidy tests/tidy.sh
part format format
part clang clang
part cppcheck analysis
part shellcheck shellcheck -x -e SC1091,SC2016,SC2034,SC2154,SC2086,SC2317,SC2016,SC2119,SC2120 "${scripts[@]}"
part codespell spelling
part sql sql
part json json
exit $bad
