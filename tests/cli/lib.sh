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
# The shipped model; DROVER_MODEL from outside replaces it where it is not trained yet.
model=${DROVER_MODEL:-$root/model/mini/drover-mini.gguf}
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
# repository: the current directory becomes a git repository with the agents of examples/herd and
# a Makefile that passes every test; DROVER_MODEL is set. A test appends to Makefile what the
# agent's first call, `make -s test M=NAME`, is to do to its copy.
repository() {
    export DROVER_MODEL=$model
    if [ ! -r "$model" ]; then
        echo "skip what a run does: there is no model '$model'"
        exit 0
    fi
    mkdir -p .drover src tests
    cp -r "$root/examples/herd/.drover/agents" .drover/
    cp "$root/examples/herd/src/beju.c" src/
    cp "$root/examples/herd/tests/beju_test.c" tests/
    printf 'test: work\n\t@echo "ok src/$(M).c"\nwork:\n' >Makefile
    git init -q -b main
    commit
}
commit() {
    git add -A
    git -c user.name=t -c user.email=t@localhost commit -q -m "${1:-start}"
}
claims_end() { exit $((failures > 0)); }
