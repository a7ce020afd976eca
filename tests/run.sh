#!/bin/bash
# Runs the built unit tests (cmocka) and the shell tests of tests/{cli,regress,escape,cross}, two at a time, and counts claims.
#
#   BUILD=build tests/run.sh [WORD...]     only tests whose path contains one of the words
#
# A unit test claims what its cmocka cases are named; a shell test prints one line `ok CLAIM`,
# `FAIL CLAIM` or `skip CLAIM: WHY` a claim. A test that ends with a bad status without a failed
# claim (crash, sanitizer report), claims nothing, or takes longer than its limit has failed as a
# whole. Output is shown for failures only. The last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
BUILD=${BUILD:-build}
# Seconds for one test program. A sanitizer build is some ten times slower.
limit=${TEST_SECONDS_MAX:-120}
case $BUILD in *san) limit=$((limit * 5)) ;; esac
jobs=${TEST_JOBS:-2}

results=$(mktemp -d "${TMPDIR:-/tmp}/drover-test.XXXXXX")
trap 'rm -rf "$results"' EXIT
trap 'exit 130' INT TERM

wanted() {
    [ ${#words[@]} -gt 0 ] || return 0
    local word
    for word in "${words[@]}"; do
        [[ $1 == *"$word"* ]] && return 0
    done
    return 1
}

# One test: its output goes to FILE.out, its claims to FILE.claims.
run_one() {
    local test=$1 file=$results/${1//\//_} status=0
    case $test in
    *.sh) BUILD=$BUILD timeout -k 5 "$limit" bash "$test" >"$file.out" 2>&1 </dev/null ;;
    *) CMOCKA_MESSAGE_OUTPUT=TAP timeout -k 5 "$limit" "$BUILD/$test" >"$file.out" 2>&1 </dev/null ;;
    esac
    status=$?
    sed -nE -e 's/^ok [0-9]+ - (.*)$/ok \1/p; t' -e 's/^not ok [0-9]+ - (.*)$/FAIL \1/p; t' \
        -e '/^# ok/d; /^(ok|FAIL|skip) /p' "$file.out" |
        sed -E 's/^ok (.*) # SKIP.*/skip \1/' >"$file.claims"
    if [ $status -eq 124 ] || [ $status -eq 137 ]; then
        echo "FAIL ends within $limit s" >>"$file.claims"
    elif [ $status -ne 0 ] && ! grep -q '^FAIL ' "$file.claims"; then
        echo "FAIL ends with status 0 and not $status" >>"$file.claims"
    elif [ ! -s "$file.claims" ]; then
        echo "FAIL claims something" >>"$file.claims"
    fi
    if grep -q '^FAIL ' "$file.claims"; then
        {
            echo "--- $test"
            tail -n 60 "$file.out" | cut -c 1-400
            sed -n "s|^FAIL |FAIL $test: |p" "$file.claims"
        } >"$file.report"
        cat "$file.report"
    fi
}

count() { cat "$results"/*.claims 2>/dev/null | grep -c "^$1 "; }

# A function, so that the shell has read all of this file before the first test begins.
main() {
    local test tests=() passed failed
    words=("$@")
    shopt -s nullglob
    for test in tests/unit/*/test_*.c tests/{cli,regress,escape,cross}/*.sh; do
        test=${test%.c}
        case $test in */lib.sh) continue ;; esac
        wanted "$test" && tests+=("$test")
    done
    for test in "${tests[@]}"; do
        while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
            wait -n
        done
        run_one "$test" &
    done
    wait
    sed -n 's/^skip /skip /p' "$results"/*.claims 2>/dev/null
    passed=$(count ok)
    failed=$(count FAIL)
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

main "$@"
exit
