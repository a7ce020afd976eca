#!/bin/bash
# G1, G3: a run that is killed with kill -9 at random moments and resumed each time ends with the
# same tree and the same token ids as the run that was left alone.
# Method: a small herd (examples/herd cut down), the shipped model, one seed; the reference run is
# left alone, others are killed at moments drawn from SEED, a few times each, until KILLS kills have
# hit; moments follow the time that the first took. With PROMPT=n the fixers' prompt is said n times,
# so that what they begin with is declared shared and read expanded (which is claimed, too).
# Prints `ok CLAIM` lines.
#   KILLS=3 SEED=1 tests/torture/kill.sh
#   KILLS=3 SEED=2 PROMPT=6 tests/torture/kill.sh
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
drover=$PWD/${BUILD:-build}/drover
kills=${KILLS:-3}
RANDOM=${SEED:-1}
modules=${MODULES:-24}
place=$(mktemp -d "${TMPDIR:-/tmp}/drover-torture.XXXXXX")
trap 'rm -rf "$place"' EXIT

# A herd with some of the broken modules and as many healthy ones.
make_herd() {
    local herd=$place/herd name
    mkdir -p "$herd/src" "$herd/tests"
    cp -a examples/herd/Makefile examples/herd/.drover "$herd/"
    cp examples/herd/.gitignore "$herd/" 2>/dev/null || echo build/ >"$herd/.gitignore"
    rm -rf "$place/all"
    cp -a examples/herd "$place/all"
    make -s -C "$place/all" failing 2>/dev/null | head -n $((modules / 2)) >"$place/names"
    for name in examples/herd/src/*.c; do
        name=$(basename "$name" .c)
        grep -qx "$name" "$place/names" || echo "$name"
    done | head -n $((modules - modules / 2)) >>"$place/names.ok"
    cat "$place/names.ok" >>"$place/names"
    while read -r name; do
        cp "examples/herd/src/$name.c" "$herd/src/"
        cp "examples/herd/tests/${name}_test.c" "$herd/tests/"
    done <"$place/names"
    rm -rf "$place/all"
    python3 - "$herd/.drover/agents/fixer.json" "${PROMPT:-1}" <<'P'
import json, sys
path, times = sys.argv[1], int(sys.argv[2])
agent = json.load(open(path))
agent["prompt"] = " ".join([agent["prompt"]] * times)
json.dump(agent, open(path, "w"))
P
    git -C "$herd" init -q -b main
    git -C "$herd" add -A
    git -C "$herd" -c user.name=t -c user.email=t@localhost commit -q -m herd
}

# Tokens that the first prompts of all fixers have in common.
shared_tokens() {
    python3 - "$1/state/runs/1/run.db" <<'P'
import os, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("SELECT prompt_tokens FROM turn JOIN agent ON agent.id = turn.agent"
                                            " WHERE number = 1 AND name = 'fixer'")
print(len(os.path.commonprefix([bytes(p) for (p,) in rows])) // 4)
P
}

field() { sed -nE "1s/.*\"$1\":\"([0-9a-f]+)\".*/\1/p"; }

run_left_alone() {
    DROVER_HOME=$place/alone "$drover" run --seed 7 "Make the failing tests pass." >"$place/alone.log" 2>&1
}

run_and_kill() {
    local pid wait_ms verb=(run --seed 7 "Make the failing tests pass.")
    export DROVER_HOME=$place/killed
    rm -rf "$DROVER_HOME"
    while [ "$hits" -lt "$kills" ]; do
        "$drover" "${verb[@]}" >>"$place/killed.log" 2>&1 &
        pid=$!
        # before the first commit there is nothing to resume, and a kill would show nothing
        until "$drover" show --json >/dev/null 2>&1 || ! kill -0 "$pid" 2>/dev/null; do
            sleep 0.05
        done
        wait_ms=$((RANDOM % span))
        sleep "$(printf '%d.%03d' $((wait_ms / 1000)) $((wait_ms % 1000)))"
        if ! kill -9 "$pid" 2>/dev/null; then
            wait "$pid" 2>/dev/null
            break # it was done before the next kill
        fi
        wait "$pid" 2>/dev/null
        hits=$((hits + 1))
        verb=(resume)
    done
    "$drover" resume >>"$place/killed.log" 2>&1
    unset DROVER_HOME
}

claim() {
    if [ -n "$2" ] && [ "$2" = "$3" ]; then
        echo "ok $1"
    else
        echo "FAIL $1"
        echo "  left alone: $2"
        echo "  killed:     $3"
        bad=1
    fi
}
make_herd
cd "$place/herd" || exit 2
start=${EPOCHREALTIME/./}
run_left_alone
span=${SPAN_MS:-$(((${EPOCHREALTIME/./} - start) / 4000))}
alone=$(DROVER_HOME=$place/alone "$drover" show --json 2>/dev/null | head -n 1)
bad=0 hits=0
if [ "${PROMPT:-1}" -gt 1 ]; then
    shared=$(shared_tokens "$place/alone")
    claim "the fixers begin with two attention tiles in common ($shared tokens)" 1 "$((shared >= 256))"
fi
for round in $(seq $((kills * 2))); do
    [ "$hits" -lt "$kills" ] || break
    before=$hits
    run_and_kill
    killed=$(DROVER_HOME=$place/killed "$drover" show --json 2>/dev/null | head -n 1)
    after="after $((hits - before)) kills (run $round)"
    claim "the same tree $after" "$(field tree_hash <<<"$alone")" "$(field tree_hash <<<"$killed")"
    claim "the same token ids $after" "$(field transcript <<<"$alone")" \
        "$(field transcript <<<"$killed")"
done
claim "$kills kills have hit" "$kills" "$hits"
if [ "$bad" = 1 ]; then
    tail -n 15 "$place/alone.log" "$place/killed.log"
fi
exit "$bad"
