#!/bin/bash
# House rules that a machine can check. Prints `file:line: what is wrong` for each find; exit 1 if
# there was any. Looks at the files git knows (and new ones it does not ignore), never at build/.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
found=$(mktemp "${TMPDIR:-/tmp}/drover-tidy.XXXXXX")
trap 'rm -f "$found"' EXIT

files() { git ls-files -co --exclude-standard -- "$@" | while read -r f; do [ -f "$f" ] && echo "$f"; done; }
mapfile -t c_files < <(files '*.c' '*.h' | grep -v '^examples/')
mapfile -t product < <(files '*.c' '*.h' | grep -v '^tests/\|^examples/')
mapfile -t text_files < <(files '*.c' '*.h' '*.sh' '*.sql' '*.md' '*.txt' Makefile .ci | grep -v '^model/mini/\|^examples/herd/')

# say WHAT: prefixes `file:line:...` lines of stdin with the complaint
say() { sed -E "s|^([^:]+:[0-9]+):.*|\1: $1|" >>"$found"; }

# 1. Across folders only folder/folder.h; runtime/base is everybody's; base includes nobody.
awk '
function folder(path,   part) {
    split(path, part, "/")
    return path ~ /^runtime\/base\// ? "base" : part[1]
}
BEGIN {
    sees["base"] = " base "; sees["model"] = " base "; sees["store"] = " base "
    sees["sandbox"] = " base "; sees["tools"] = " base model store sandbox "
    sees["agents"] = " base model store sandbox tools "
    sees["runtime"] = " base model store sandbox tools agents "
}
/^#[ \t]*include "/ {
    match($0, /"[^"]*"/); target = substr($0, RSTART + 1, RLENGTH - 2)
    from = folder(FILENAME); to = folder(target)
    if (FILENAME ~ /^(tests|examples)\// || target !~ /\// || from == to) next
    if (index(sees[from], " " to " ") == 0)
        printf "%s:%d: %s may not look at %s\n", FILENAME, FNR, from, to
    else if (to != "base" && target != to "/" to ".h")
        printf "%s:%d: include %s/%s.h, not %s\n", FILENAME, FNR, to, to, target
}' "${c_files[@]}" >>"$found"

# 2. SQL lives in store/*.sql.
grep -nE '"[^"]*\b(SELECT [^"]* FROM|INSERT INTO|UPDATE [a-z_]+ SET|DELETE FROM|CREATE (TABLE|INDEX)|PRAGMA )' \
    "${product[@]}" | grep -v '^store/' | say 'SQL outside store/'

# 3. Raw allocation only in runtime/base; 4. functions that banned.h cannot poison.
grep -nE '\b(malloc|calloc|realloc|strdup|strndup|asprintf)\(' "${product[@]}" |
    grep -v '^runtime/base/' | say 'raw allocation outside runtime/base (xmalloc, buf, arena)'
grep -nE '(^|[^a-z_>.])(system|popen|mktemp|tmpnam|tempnam|alloca)\(' "${product[@]}" |
    grep -v '^runtime/base/banned.h' | say 'banned function'
grep -nE '\bpthread_(mutex|cond|rwlock|spin)_' "${product[@]}" | grep -v '^runtime/base/queue.c' |
    say 'locks live in runtime/base/queue.c'
# Nothing runs outside of a cell, whatever stands in PATH, and nothing talks to a network but cells.
grep -nE '\b(exec(l|v)[pe]*|fexecve|execvpe|execveat|posix_spawnp?|uv_spawn|dlopen)\(' "${product[@]}" |
    grep -v '^sandbox/cell.c:' | say 'programs are started in cells only (sandbox/cell.c)'
grep -nE '\b(socket|getaddrinfo|uv_tcp_init|uv_udp_init)\(' "${product[@]}" | grep -v '^sandbox/' |
    say 'sockets of the network belong to cells (sandbox/)'
# No libm where results must not depend on the CPU (DESIGN 7).
grep -nE '[^a-z_](expf?|logf?|powf?|sinf?|cosf?|tanhf?)\(' model/*.c 2>/dev/null |
    grep -vE '^model/(fmath|[a-z_]*golden)|^[^:]+:[0-9]+: *(/?\*|//)' | say 'libm in model/ (use fmath.h)'

# 5. Sizes, 6. widths and white space.
for f in "${product[@]}"; do
    n=$(wc -l <"$f")
    [ "$n" -le 1000 ] || echo "$f:$n: more than 1000 lines" >>"$found"
    case $f in
    *.c) head -n 1 "$f" | grep -q '^/\*' || echo "$f:1: no essay at the top" >>"$found" ;;
    */base/*) ;;
    */*.h) [ "$n" -le 400 ] || echo "$f:$n: header of more than 400 lines" >>"$found" ;;
    esac
done
awk '{ line = $0; gsub(/[\200-\277]/, "", line)
       if (length(line) > 100) printf "%s:%d: wider than 100 columns\n", FILENAME, FNR }' \
    "${c_files[@]}" >>"$found"
grep -nE '[[:space:]]+$' "${text_files[@]}" | say 'white space at the end of the line'
grep -nP '^ *\t' "${c_files[@]}" | say 'tab'
[ "$(wc -l <Makefile)" -le 150 ] || echo "Makefile:150: more than 150 lines" >>"$found"

# 7. Left-overs and other people's code.
grep -nE '\b(FIXME|TODO|XXX|HACK)\b' "${c_files[@]}" | grep -vE 'TODO \(issue [0-9]+\)|TodoWrite' | say 'left-over'
grep -nE '^[[:space:]]*//' "${c_files[@]}" | grep -v '// clang-format o' | say 'comments are /* sentences */'
grep -niE 'copyright|spdx-license|all rights reserved|licensed under' "${c_files[@]}" | say 'third-party marker'
find . -path ./.git -prune -o \( -name vendor -o -name third_party -o -name 3rdparty \) -print |
    sed 's|$|:1: third-party folder|' >>"$found"

# 8. Headers have guards named after their path; unit tests are claims.
for f in "${c_files[@]}"; do
    case $f in
    */cmd_list.h) ;;
    *.h) head -n 20 "$f" | grep -qE '^#ifndef [A-Z0-9_]+_H$|No include guard|defines before the include' || echo "$f:1: no include guard" >>"$found" ;;
    esac
done
grep -nE '^#pragma once' "${c_files[@]}" | say 'include guard, not pragma once'
mapfile -t unit_files < <(files 'tests/unit/*.c')
grep -nE 'cmocka_unit_test(_[a-z]+)?\([a-z]' "${unit_files[@]}" /dev/null |
    grep -vE '\((test_[a-z]\w*_\w+|name\))' | say 'a test is named like the promise it keeps'
# Every test file is built by make: tests/unit/FOLDER/test_*.c with a known folder.
files 'tests/unit/*.c' | grep -vE '^tests/unit/(base|model|store|sandbox|tools|agents|runtime)/[a-z0-9_]+\.c$' |
    sed 's|$|:1: not in a folder that make builds|' >>"$found"

if [ -s "$found" ]; then
    sort -t: -k1,1 -k2,2n -u "$found"
    echo "$(sort -u "$found" | wc -l) finds" >&2
    exit 1
fi
