#!/bin/bash
# Sourced by tests/cli/*.sh: a private home, the binary under test, and claims.
#
#   claim "prints its version" "$("$drover" --version)" = "drover 0.1.0 ..."   (arguments of [ )
#   claims_end                                   at the end; its status is the test's
# shellcheck shell=bash
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
# shellcheck disable=SC2034
drover=$build/drover
box=$(mktemp -d "${TMPDIR:-/tmp}/drover-cli.XXXXXX")
trap 'rm -rf "$box"' EXIT
unset NO_COLOR CLICOLOR_FORCE FORCE_COLOR "${!DROVER_@}" "${!XDG_@}"
export HOME=$box/home DROVER_HOME=$box/drover TERM=dumb
mkdir -p "$HOME" "$box/work"
cd "$box/work" || exit 2
failures=0

pass() { echo "ok $1"; }
fail() {
    echo "FAIL $1"
    failures=$((failures + 1))
}
claim() {
    local name=$1
    shift
    if [ "$@" ]; then
        pass "$name"
    else
        fail "$name"
        printf '    [ %.1000s ]\n' "$*"
    fi
}
# claim_has NAME TEXT PART: TEXT contains PART
claim_has() {
    if [[ $2 == *"$3"* ]]; then
        pass "$1"
    else
        fail "$1"
        printf '    wanted: %s\n    in: %.1000s\n' "$3" "$2"
    fi
}
# run COMMAND...: sets out, err, status
run() {
    "$@" >"$box/out" 2>"$box/err" </dev/null
    status=$?
    # shellcheck disable=SC2034
    out=$(cat "$box/out") err=$(cat "$box/err")
    return 0
}
claims_end() { exit $((failures > 0)); }
