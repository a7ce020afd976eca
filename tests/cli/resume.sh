#!/bin/bash
# A run that is stopped, interrupted or killed is saved, says so, and ends as if nothing had been.
# Method: the repository's test waits for a file, so that the run is caught inside a tool call.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

repository
printf 'test:\n\t@sleep 2; echo made >made; echo "ok src/$(M).c"\n' >Makefile
commit slow
run "$drover" run --seed 5 --agent fixer "Fix module beju."
claim "the run that is left alone is done" "$status" = 0
tree=$("$drover" show --json 1 | sed -nE '1s/.*"tree_hash":"([0-9a-f]+)".*/\1/p')
claim "it has a tree" "${#tree}" = 64

begin() { # starts a run in the background and waits until it is in its first call
    "$drover" run --seed 5 --agent fixer "Fix module beju." >"$box/bg.out" 2>"$box/bg.err" &
    pid=$!
    local i
    for i in $(seq 200); do
        "$drover" log "$1" 2>/dev/null | grep -q ' turn ' && return
        sleep 0.1
    done
}
ends_alike() {
    run "$drover" resume "$1"
    claim "$2 is resumed to its end" "$status" = 0
    claim "$2 ends with the same tree" \
        "$("$drover" show --json "$1" | sed -nE '1s/.*"tree_hash":"([0-9a-f]+)".*/\1/p')" = "$tree"
}

begin 2
run "$drover" resume 2
claim "a run has one owner" "$status" != 0
claim_has "who owns it is named" "$err" "process $pid"
run "$drover" apply 2
claim "a running run is not applied" "$status" != 0
kill -INT "$pid"
wait "$pid"
claim "^C exits 130" $? = 130
claim_has "^C says how to continue" "$(cat "$box/bg.err")" "drover resume 2"
run "$drover" ls
claim_has "ls shows it stopped" "$out" stopped
pages=$(find "$DROVER_HOME" -path '*/2/pages/kv.pages' -size +4k)
claim "a stopped run keeps its KV pages" -n "$pages"
ends_alike 2 "a run after ^C"
claim "a finished run keeps none" ! -e "$pages"

begin 3
read -r warden _ <"/proc/$pid/task/$pid/children"
kill -STOP "$warden" # so that the first one waits
kill -INT "$pid"
for _ in $(seq 100); do
    grep -q "drover resume 3" "$box/bg.err" && break
    sleep 0.1
done
claim "the first ^C says at once how to continue" "$(grep -c "stopping: run 3 is saved" "$box/bg.err")" = 1
kill -0 "$pid"
claim "and waits for what is in flight" $? = 0
kill -INT "$pid"
wait "$pid"
claim "the second ^C ends at once with 130" $? = 130
kill -CONT "$warden" 2>/dev/null
ends_alike 3 "a run after two ^C"

begin 4
read -r warden _ <"/proc/$pid/task/$pid/children"
kill -KILL "$warden"
wait "$pid"
claim "a run whose warden was killed exits 4" $? = 4
claim_has "it says how to continue" "$(cat "$box/bg.err")" "drover resume 4"
ends_alike 4 "a run whose warden was killed"

begin 5
kill -HUP "$pid"
wait "$pid"
claim "SIGHUP exits 129" $? = 129
ends_alike 5 "a run whose terminal was closed"
begin 6
kill -TERM "$pid"
wait "$pid"
claim "SIGTERM exits 143" $? = 143
begin 7
run "$drover" stop 7
claim "stop exits 0" "$status" = 0
wait "$pid"
claim_has "a run that another shell stopped says how to continue" "$(cat "$box/bg.err")" \
    "drover resume 7"
ends_alike 7 "a stopped run"

begin 8
kill -9 "$pid"
wait "$pid" 2>/dev/null
run "$drover" ls
claim_has "ls shows a killed run as interrupted" "$out" interrupted
ends_alike 8 "a killed run"


# ---- killed before it began: no run, and not the newest ----
mkdir many && (cd many && seq 20000 | xargs touch)
"$drover" run goal >/dev/null 2>&1 &
pid=$!
for _ in $(seq 1000); do
    [ -e "$DROVER_HOME/state/runs/new.$pid" ] && break
    sleep 0.01
done
kill -9 "$pid"
wait "$pid" 2>/dev/null
claim "it had begun to copy" -e "$DROVER_HOME/state/runs/new.$pid"
run "$drover" show
claim_has "a run that was killed before it began is not the newest" "$out" "run 8 "
run "$drover" ls
claim "nor is it listed" "$(tail -n +2 <<<"$out" | wc -l)" = 8
rm -r many
"$drover" run goal --seed 1 --agent fixer "Fix module beju." >/dev/null 2>&1
claim "the next run removes what it left" ! -e "$DROVER_HOME/state/runs/new.$pid"

run "$drover" resume 8
claim "a done run is not resumed: exit 2" "$status" = 2
claim_has "what to do with a done run is said" "$err" "drover diff 8"
run "$drover" stop 8
claim "stopping a done run is no error" "$status" = 0
claim_has "it says that the run is not running" "$err" "not running"

# ---- a journal that tells nonsense ----
begin 10
kill -INT "$pid"
wait "$pid"
python3 - "$DROVER_HOME/state/runs/10/run.db" <<'P'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE agent SET turns = turns + 4611686018427387904")
db.commit()
P
run "$drover" resume 10
claim "a number of turns that cannot be is an error and no crash" "$(grep -c 'damaged' <<<"$err")" = 1
claim "it exits 2" "$status" = 2

# ---- what the user grants when a run goes on counts, not what was granted when it began ----
printf 'test:\n\t@sleep 2; [ ! -e /etc/apt ] || echo x >granted; echo "ok src/$(M).c"\n' >Makefile
commit granted
DROVER_SANDBOX_READ=/etc/apt run "$drover" run --seed 5 --agent fixer "Fix module beju."
run "$drover" diff --name-only 11
claim "the control: a granted directory can be seen" "$out" = granted
DROVER_SANDBOX_READ=/etc/apt begin 12
kill -INT "$pid"
wait "$pid"
run "$drover" resume 12
claim "a run goes on without what is not granted any more" "$status" = 0
run "$drover" diff --name-only 12
claim "and does not see it" "$out" = ""
claims_end
